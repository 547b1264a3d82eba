//! The blocks of the plan, and why there are none.

use ipnet::Ipv4Net;

use super::network::was_denied;
use super::{Plan, fixed, need, remedy};
use crate::core::answers::Answers;
use crate::core::catalog as rule;
use crate::core::cidr::address_map::{AddressMap, Collision};
use crate::core::cidr::layout::{Layout, LayoutNote, NoRoom, Request, ZoneRequest};
use crate::core::cidr::{Tier, size};
use crate::core::inventory::{Inventory, Vpc};
use crate::core::problem::{About, Problem};
use crate::core::untrusted::visible;

/// Places the plan's blocks and draws the map.
pub(super) fn place(
    inventory: &Inventory,
    answers: &Answers,
    vpc: &Vpc,
    plan: &mut Plan,
    problems: &mut Vec<Problem>,
) -> AddressMap {
    if was_denied(inventory, "ec2:DescribeSubnets") {
        problems.push(not_read());
        return AddressMap::existing(vpc);
    }
    let region: Vec<_> = inventory
        .zones
        .iter()
        .map(|zone| zone.name.clone())
        .collect();
    let (zones, collisions) = requested(&region, vpc, plan, problems);
    let request = Request {
        vpc,
        region: &region,
        zones: &zones,
        wanted: need::wanted(inventory, answers),
        least: least(plan, zones.iter()),
        open_least: least(plan, zones.iter().filter(|zone| zone.private.is_none())),
    };
    let mut layout = match request.lay_out() {
        Ok(layout) => layout,
        Err(why) => {
            problems.push(no_room(&request, why));
            Layout::default()
        }
    };
    problems.extend(layout.notes.iter().copied().map(noted));
    // The block that would lie there if the fixed one were not: it is not in the plan, so nobody is shown it.
    layout.blocks.retain(|block| {
        let fixed = |one: &Collision| one.zone == block.zone && one.tier == block.tier;
        !collisions.iter().any(fixed)
    });
    fill(plan, &layout);
    problems.extend(too_small(inventory, plan));
    AddressMap::planned(vpc, &answers.cluster, &layout).with_collisions(collisions)
}

// The zones to lay out: those that exist, with the fixed blocks that stand.
fn requested(
    region: &[String],
    vpc: &Vpc,
    plan: &Plan,
    problems: &mut Vec<Problem>,
) -> (Vec<ZoneRequest>, Vec<Collision>) {
    let found = fixed::standing(vpc, &plan.zones);
    problems.extend(found.problems);
    let known = |zone: &ZoneRequest| region.is_empty() || region.contains(&zone.name);
    let zones = found.zones.into_iter().filter(known).collect();
    (zones, found.collisions)
}

fn least<'a>(plan: &Plan, zones: impl Iterator<Item = &'a ZoneRequest>) -> u32 {
    zones
        .map(|zone| need::least(&plan.groups, &zone.name))
        .fold(remedy::SMALLEST, u32::max)
}

// A fixed block is shown as it was answered, right or wrong.
fn fill(plan: &mut Plan, layout: &Layout) {
    for zone in &mut plan.zones {
        let found = |tier: Tier| -> Option<Ipv4Net> {
            let mut blocks = layout.blocks.iter();
            blocks
                .find(|block| block.zone == zone.name && block.tier == tier)
                .map(|block| block.cidr)
        };
        let (private, utility) = (found(Tier::Private), found(Tier::Utility));
        zone.private = zone.private.or(private);
        zone.utility = zone.utility.or(utility);
    }
}

fn not_read() -> Problem {
    rule::SUBNETS_NOT_READ.problem(
        About::Subnets,
        "the VPC's subnets could not be read",
        "a block that overlaps one passes the dry run and fails in the middle of the update",
        "allow ec2:DescribeSubnets and look again",
    )
}

fn no_room(request: &Request, why: NoRoom) -> Problem {
    let largest = why
        .largest
        .map_or_else(|| "none".to_owned(), |net| net.to_string());
    rule::BLOCKS_NO_ROOM.problem(
        About::Subnets,
        format!("{} has no room for the blocks", visible(&request.vpc.id)),
        format!(
            "{} zones need a private /{} and a utility /{} each at the least; {} addresses are free, the largest free block is {largest}",
            request.zones.len(), why.private, why.utility, why.free_addresses
        ),
        remedy::would_fit(request),
    )
}

fn noted(note: LayoutNote) -> Problem {
    let about = About::Subnets;
    let own = "nothing, or fix other blocks (privateCidr, utilityCidr), or add a secondary CIDR to the VPC";
    match note {
        LayoutNote::Smaller { private, utility } => rule::BLOCKS_SMALLER.problem(
            about,
            format!("the blocks are a private /{private} and a utility /{utility} per zone"),
            "larger ones do not fit into what is free",
            own,
        ),
        LayoutNote::Apart => rule::BLOCKS_APART.problem(
            about,
            "the private and the utility blocks do not lie side by side",
            "no aligned group for both is free",
            own,
        ),
        LayoutNote::RoomUsed => rule::BLOCKS_ROOM_USED.problem(
            about,
            "the room that another cluster keeps for a fourth zone is used",
            "nothing else is free",
            own,
        ),
        LayoutNote::Tight => rule::BLOCKS_TIGHT.problem(
            about,
            "no room is kept for a fourth zone",
            "four blocks per tier do not fit into what is free; a zone added later may not fit either",
            own,
        ),
    }
}

fn too_small(inventory: &Inventory, plan: &Plan) -> Vec<Problem> {
    let mut found = Vec::new();
    for zone in &plan.zones {
        let Some(private) = zone.private else {
            continue;
        };
        let holds = size(private.prefix_len());
        let least = need::least(&plan.groups, &zone.name);
        let pods = need::with_pods(inventory, plan.networking, &plan.groups, &zone.name);
        if holds < u64::from(least) {
            found.push(small(&zone.name, private, least));
        } else if holds < u64::from(pods) {
            let unknown = need::unknown_types(inventory, &plan.groups, &zone.name);
            found.push(small_for_pods(&zone.name, private, pods, &unknown));
        }
    }
    found
}

fn small(zone: &str, private: Ipv4Net, least: u32) -> Problem {
    rule::BLOCK_TOO_SMALL.problem(
        About::Subnet(Tier::Private.subnet(zone)),
        format!("{private} is too small for {}", visible(zone)),
        format!("the groups at their maximum need {least} addresses there, those of EC2 and of a load balancer included"),
        "fix a larger block (privateCidr), lower the groups' maximum, or spread them over more zones",
    )
}

fn small_for_pods(zone: &str, private: Ipv4Net, pods: u32, unknown: &[String]) -> Problem {
    let guessed = match unknown {
        [] => String::new(),
        types => format!(
            "; {} as a t3.large, because EC2 did not tell of their interfaces",
            visible(&types.join(", "))
        ),
    };
    rule::BLOCK_SMALL_FOR_PODS.problem(
        About::Subnet(Tier::Private.subnet(zone)),
        format!("{private} may run out of addresses for the pods of {}", visible(zone)),
        format!("the network plugin gives pods addresses of the subnet; full nodes of these types may take {pods}{guessed}"),
        "fix a larger block (privateCidr), or take Cilium or Calico, whose pods use 100.64.0.0/10",
    )
}
