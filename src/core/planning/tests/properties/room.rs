//! Whether a plan that finds no room is right, by counting, and whether its remedy makes room.

use super::*;

// By counting: the free /28s, merged upwards, cannot give every open zone its two smallest blocks.
pub(super) fn none(vpc: &Vpc, asked: &Answers, planned: &Planned) -> bool {
    let mut busy = taken(vpc);
    let fixed = asked.zones[0].private_cidr;
    let stands = !planned
        .problems
        .iter()
        .any(|problem| problem.id.starts_with("block-o"));
    busy.extend(fixed.filter(|_| stands));
    let open = asked.zones.len() - usize::from(fixed.is_some() && stands);
    let most = |zone: &ZoneAnswer| -> u32 {
        planned
            .plan
            .groups
            .iter()
            .filter(|group| group.zones.contains(&zone.name))
            .map(|group| {
                group
                    .max
                    .div_ceil(u32::try_from(group.zones.len()).unwrap())
            })
            .sum()
    };
    let least = asked.zones.iter().map(most).max().unwrap() + 13;
    let private = (16..=28)
        .rev()
        .find(|prefix| 1u32 << (32 - prefix) >= least)
        .unwrap_or(16);
    let mut wanted: Vec<u8> = std::iter::repeat_n(private, open)
        .chain(std::iter::repeat_n(27, asked.zones.len()))
        .collect();
    wanted.sort_unstable();
    let mut units: Vec<_> = vpc
        .cidrs
        .iter()
        .map(|cidr| free_units(*cidr, &busy))
        .collect();
    !wanted.into_iter().all(|prefix| {
        let size = 1usize << (28 - prefix);
        let chunks = units
            .iter_mut()
            .flat_map(|units| units.chunks_exact_mut(size));
        let free = chunks
            .into_iter()
            .find(|chunk| chunk.iter().all(|free| *free));
        free.map(|chunk| chunk.fill(false)).is_some()
    })
}

// Which of a block's /28s are free. Everything busy is a /28 or larger, and starts on one.
fn free_units(cidr: Ipv4Net, busy: &[Ipv4Net]) -> Vec<bool> {
    let units = 1usize << (28 - cidr.prefix_len());
    let mut free = vec![true; units];
    let first = u32::from(cidr.network());
    for net in busy.iter().filter(|net| overlap(**net, cidr)) {
        let start = u32::from(net.network()).max(first) - first;
        let end = (u32::from(net.broadcast()) - first) / 16;
        let (start, end) = (
            usize::try_from(start / 16).unwrap(),
            usize::try_from(end).unwrap(),
        );
        free[start..=end.min(units - 1)].fill(false);
    }
    free
}

// The secondary CIDR that the remedy names, added to the VPC.
pub(super) fn made_by_remedy(inventory: &Inventory, asked: &Answers, remedy: &str) -> bool {
    let Some((_, cidr)) = remedy.rsplit_once("such as ") else {
        return false;
    };
    let mut inventory = inventory.clone();
    inventory.vpcs[0].cidrs.push(cidr.parse().unwrap());
    !ids(&plan(&inventory, asked)).contains(&"blocks-no-room")
}
