//! The CIDRs of the planned subnets, and why there are none.

use std::collections::BTreeSet;

use ipnet::Ipv4Net;

use super::network::was_denied;
use super::{custom_cidrs, existing_subnets, need, remedy};
use crate::core::answers::Answers;
use crate::core::inventory::{Inventory, Vpc};
use crate::core::network::address_map::{AddressMap, Collision};
use crate::core::network::cidr::layout::{Layout, LayoutNote, NoRoom, Request, ZoneRequest};
use crate::core::network::cidr::space::rooms;
use crate::core::network::cidr::{Tier, overlap, size};
use crate::core::plan::Plan;
use crate::core::problem::{About, Problem, catalog as rule};
use crate::core::text::untrusted::visible;

/// Places the planned subnets and draws the map.
pub(super) fn place(
    inventory: &Inventory,
    answers: &Answers,
    vpc: &Vpc,
    plan: &mut Plan,
    problems: &mut Vec<Problem>,
) -> AddressMap {
    if answers.uses_existing_subnets() {
        return existing_subnets::place(inventory, answers, vpc, plan, problems);
    }
    problems.extend(tags_unused(answers));
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
    let notes = layout.notes.iter();
    problems.extend(notes.map(|note| note_problem(*note, vpc, &layout)));
    // What would lie there without the custom CIDR is not in the plan, so it is not shown.
    layout.blocks.retain(|block| {
        let fixed = |one: &Collision| one.zone == block.zone && one.tier == block.tier;
        !collisions.iter().any(fixed)
    });
    fill(plan, &layout);
    problems.extend(too_small(inventory, plan));
    AddressMap::planned(vpc, &answers.cluster, &layout).with_collisions(collisions)
}

// The zones to lay out: those that exist, with the custom CIDRs that can be there.
fn requested(
    region: &[String],
    vpc: &Vpc,
    plan: &Plan,
    problems: &mut Vec<Problem>,
) -> (Vec<ZoneRequest>, Vec<Collision>) {
    let found = custom_cidrs::judge(vpc, &plan.zones);
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

// A custom CIDR is shown as it was answered, right or wrong.
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

fn tags_unused(answers: &Answers) -> Option<Problem> {
    answers.tag_subnets.map(|_| {
        rule::TAG_SUBNETS_UNUSED.problem(
            About::Subnets,
            "tagSubnets has no effect",
            "it is about subnets that exist, and the answers pick none; kops finds the subnets that it makes by their tags, so it always tags those",
            "remove tagSubnets, or pick subnets that exist (answers: privateSubnet, utilitySubnet in each zone)",
        )
    })
}

fn not_read() -> Problem {
    rule::SUBNETS_NOT_READ.problem(
        About::Subnets,
        "the VPC's subnets could not be read",
        "a CIDR that overlaps one passes the dry run and fails in the middle of the update",
        "allow ec2:DescribeSubnets and ask again",
    )
}

fn no_room(request: &Request, why: NoRoom) -> Problem {
    let largest = why
        .largest
        .map_or_else(|| "none".to_owned(), |net| net.to_string());
    rule::BLOCKS_NO_ROOM.problem(
        About::Subnets,
        format!("{} has no room for the subnets", visible(&request.vpc.id)),
        format!(
            "{} a private /{} and a utility /{} each at the least; {} free, the largest free CIDR is {largest}",
            match request.zones.len() {
                1 => "1 zone needs".to_owned(),
                many => format!("{many} zones need"),
            },
            why.private,
            why.utility,
            match why.free_addresses {
                1 => "1 address is".to_owned(),
                many => format!("{many} addresses are"),
            }
        ),
        remedy::would_fit(request),
    )
}

fn note_problem(note: LayoutNote, vpc: &Vpc, layout: &Layout) -> Problem {
    let about = About::Subnets;
    let own = "nothing, or set other CIDRs (privateCidr, utilityCidr), or add a secondary CIDR to the VPC";
    match note {
        LayoutNote::Smaller { private, utility } => rule::BLOCKS_SMALLER.problem(
            about,
            format!("the subnets are a private /{private} and a utility /{utility} per zone"),
            "larger ones do not fit into what is free",
            own,
        ),
        LayoutNote::Apart => rule::BLOCKS_APART.problem(
            about,
            "the private and the utility subnets do not lie side by side",
            "no aligned group for both is free",
            own,
        ),
        LayoutNote::RoomUsed => rule::BLOCKS_ROOM_USED.problem(
            about,
            format!(
                "CIDRs are used that are reserved for {}",
                reserved_for(vpc, layout)
            ),
            if layout.notes.contains(&LayoutNote::Tight) {
                "no aligned space holds the subnets, so each takes the lowest CIDR that no subnet has"
            } else {
                "no other aligned space holds the subnets at this size with what this plan reserves for a fourth zone"
            },
            own,
        ),
        LayoutNote::Tight => rule::BLOCKS_TIGHT.problem(
            about,
            "nothing is reserved for a fourth zone",
            "four subnets per tier do not fit into what is free; a zone added later may not fit either",
            own,
        ),
    }
}

fn reserved_for(vpc: &Vpc, layout: &Layout) -> String {
    let blocks = layout.blocks.iter().map(|block| &block.cidr);
    let own: Vec<_> = blocks.chain(&layout.reserved).collect();
    let rooms = rooms(vpc).into_iter();
    let met = rooms.filter(|room| own.iter().any(|cidr| overlap(room.cidr, **cidr)));
    let names: BTreeSet<String> = met.map(|room| room.cluster.shown()).collect();
    names.into_iter().collect::<Vec<_>>().join(", ")
}

fn too_small(inventory: &Inventory, plan: &Plan) -> Vec<Problem> {
    let mut found = Vec::new();
    for zone in &plan.zones {
        let Some(private) = zone.private else {
            continue;
        };
        let holds = size(private.prefix_len());
        let least = need::least(&plan.groups, &zone.name);
        let pods = need::with_pods(inventory, plan.answers.networking, &plan.groups, &zone.name);
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
        "set a larger CIDR (privateCidr), lower the groups' maximum, or spread them over more zones",
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
        format!("the CNI gives pods addresses of the subnet; full nodes of these types may take {pods}{guessed}"),
        "set a larger CIDR (privateCidr), or take Cilium or Calico, whose pods use 100.64.0.0/10",
    )
}
