//! For any VPC, any existing subnets, any answers: 100,000 cases and more, or what `PROPTEST_CASES` says for each test.

mod existing;
mod room;

use std::sync::LazyLock;

use ipnet::Ipv4Net;
use proptest::prelude::*;

use super::*;
use crate::core::answers::NodeGroup;
use crate::core::inventory::{NatState, Route, RouteTarget, Subnet, Tags, Zone};
use crate::core::network::address_map::SegmentKind;
use crate::core::network::cidr::{non_masquerade, overlap};

const LETTERS: &str = "abcdef";
// Four tests of so many cases.
const CASES: u32 = 25_500;

// The method's VPC in a region of six zones, each offering every type; read once, as reading it takes longer than a plan.
static METHOD: LazyLock<Inventory> = LazyLock::new(|| {
    let mut inventory = method::inventory();
    inventory.zones = (0..6)
        .map(|at| Zone {
            name: name(at),
            available: true,
        })
        .collect();
    inventory
        .instance_types
        .retain(|kind| ["t3.medium", "t3.large"].contains(&kind.name.as_str()));
    for kind in &mut inventory.instance_types {
        kind.zones = (0..6).map(name).collect();
    }
    inventory.vpcs[0].subnets.clear();
    inventory
});

fn name(at: usize) -> String {
    format!("us-east-1{}", &LETTERS[at..=at])
}

fn net(base: u32, low: u32, prefix: u8) -> Ipv4Net {
    Ipv4Net::new((base | low).into(), prefix).unwrap().trunc()
}

// A primary block, and at times a secondary one; subnets and peered ranges anywhere in or near them.
fn inventories() -> impl Strategy<Value = Inventory> {
    let subnets = prop::collection::vec((any::<u16>(), 20u8..=28, 0usize..6, any::<bool>()), 0..24);
    let routes = prop::collection::vec((any::<u16>(), 12u8..=28), 0..4);
    let secondary = prop::option::weighted(0.3, (any::<u16>(), 18u8..=26));
    let states = prop::collection::vec(prop::bool::weighted(0.95), 6);
    (16u8..=25, secondary, subnets, routes, states).prop_map(
        |(prefix, secondary, subnets, routes, states)| {
            let mut inventory = METHOD.clone();
            let vpc = &mut inventory.vpcs[0];
            let base = 0x0a00_0000;
            vpc.cidrs = vec![net(base, 0, prefix)];
            vpc.cidrs
                .extend(secondary.map(|(low, prefix)| net(0x0a09_0000, low.into(), prefix)));
            vpc.subnets = subnets
                .into_iter()
                .enumerate()
                .map(|(at, (low, prefix, zone, kops))| Subnet {
                    id: format!("subnet-{at}"),
                    tags: kops
                        .then(|| ("kubernetes.io/cluster/other".into(), "owned".into()))
                        .into_iter()
                        .collect(),
                    cidr: net(base, low.into(), prefix),
                    zone: name(zone),
                    ..Subnet::default()
                })
                .collect();
            gateways(vpc, &states);
            vpc.route_tables[1]
                .routes
                .extend(routes.into_iter().map(|(low, prefix)| Route {
                    destination: net(base, low.into(), prefix).to_string(),
                    prefixes: Vec::new(),
                    target: RouteTarget::Peering("pcx-1".into()),
                    blackhole: false,
                }));
            inventory
        },
    )
}

// One gateway in each of six zones, each in a subnet far from where blocks go.
fn gateways(vpc: &mut Vpc, available: &[bool]) {
    let pattern = vpc.nat_gateways[0].clone();
    vpc.nat_gateways.clear();
    for (at, available) in available.iter().enumerate() {
        let id = format!("subnet-nat-{at}");
        vpc.subnets.push(Subnet {
            id: id.clone(),
            tags: Tags::new(),
            cidr: format!("10.250.{at}.0/28").parse().unwrap(),
            zone: name(at),
            ..Subnet::default()
        });
        vpc.route_tables[0].subnets.push(id.clone());
        let mut gateway = pattern.clone();
        gateway.id = format!("nat-{at}");
        gateway.subnet = Some(id);
        gateway.zone = Some(name(at));
        gateway.state = if *available {
            NatState::Available
        } else {
            NatState::Failed
        };
        vpc.nat_gateways.push(gateway);
    }
}

fn asked() -> impl Strategy<Value = Answers> {
    let zones = Just((0..6).collect::<Vec<usize>>()).prop_shuffle();
    let groups = prop::collection::vec((0u32..40, 0u32..200, any::<bool>()), 0..3);
    let fixed = prop::option::weighted(0.2, (any::<u16>(), 22u8..=28));
    let crossing = prop::collection::vec(prop::bool::weighted(0.2), 6);
    let count = prop::sample::select(vec![1u32, 1, 3, 3, 3, 5, 2]);
    let choices = (zones, 1usize..=4, count, groups, fixed, crossing);
    choices.prop_map(|(zones, used, count, groups, fixed, crossing)| {
        let mut asked = answers();
        asked.zones = zones[..used]
            .iter()
            .map(|at| ZoneAnswer {
                name: name(*at),
                cross_zone: crossing[*at],
                ..ZoneAnswer::default()
            })
            .collect();
        asked.zones[0].private_cidr =
            fixed.map(|(low, prefix)| net(0x0a00_0000, low.into(), prefix));
        asked.control_plane.count = count;
        asked.instance_groups = groups
            .into_iter()
            .enumerate()
            .map(|(at, (min, more, per_zone))| NodeGroup {
                name: format!("nodes{at}"),
                min,
                max: min + more,
                per_zone,
                ..NodeGroup::default()
            })
            .collect();
        asked
    })
}

fn blocks(plan: &Plan) -> Vec<Ipv4Net> {
    plan.zones
        .iter()
        .flat_map(|zone| [zone.private, zone.utility])
        .flatten()
        .collect()
}

fn taken(vpc: &Vpc) -> Vec<Ipv4Net> {
    let subnets = vpc.subnets.iter().map(|subnet| subnet.cidr);
    let routes = vpc.route_tables[1].routes.iter();
    // The local route wins over anything as wide as the VPC's block, so only narrower ranges count.
    let peered = routes
        .filter(|route| matches!(route.target, RouteTarget::Peering(_)))
        .map(|route| route.destination.parse::<Ipv4Net>().unwrap())
        .filter(|range| {
            vpc.cidrs
                .iter()
                .any(|cidr| cidr.contains(range) && cidr != range)
        });
    subnets.chain(peered).chain([non_masquerade()]).collect()
}

fn check_accepted(
    inventory: &Inventory,
    asked: &Answers,
    plan: &Plan,
) -> Result<(), TestCaseError> {
    let vpc = &inventory.vpcs[0];
    let blocks = blocks(plan);
    prop_assert_eq!(blocks.len(), 2 * asked.zones.len());
    for (at, block) in blocks.iter().enumerate() {
        prop_assert_eq!(*block, block.trunc());
        prop_assert!(
            vpc.cidrs.iter().any(|cidr| cidr.contains(block)),
            "{} outside",
            block
        );
        prop_assert!((16..=28).contains(&block.prefix_len()));
        for other in taken(vpc).iter().chain(&blocks[..at]) {
            prop_assert!(!overlap(*block, *other), "{} on {}", block, other);
        }
    }
    for (zone, answer) in plan.zones.iter().zip(&asked.zones) {
        prop_assert!(zone.utility.unwrap().prefix_len() <= 27);
        let gateway = vpc
            .nat_gateways
            .iter()
            .find(|nat| nat.id == zone.egress)
            .unwrap();
        prop_assert_eq!(gateway.state, NatState::Available);
        let own = gateway.zone.as_deref() == Some(zone.name.as_str());
        prop_assert!(
            own || (answer.cross_zone && !has_gateway(vpc, &zone.name)),
            "{}",
            zone.egress
        );
        let most: u32 = plan
            .groups
            .iter()
            .filter(|group| group.zones.contains(&zone.name))
            .map(|group| {
                group
                    .max
                    .div_ceil(u32::try_from(group.zones.len()).unwrap())
            })
            .sum();
        let holds = 1u32 << (32 - zone.private.unwrap().prefix_len());
        prop_assert!(holds >= most + 13, "{} nodes in {:?}", most, zone.private);
    }
    Ok(())
}

fn has_gateway(vpc: &Vpc, zone: &str) -> bool {
    let mut gateways = vpc.nat_gateways.iter();
    gateways.any(|nat| nat.state == NatState::Available && nat.zone.as_deref() == Some(zone))
}

// What each blocked rule says is looked at again, in the plainest way.
fn check_refused(
    inventory: &Inventory,
    asked: &Answers,
    planned: &Planned,
) -> Result<(), TestCaseError> {
    let vpc = &inventory.vpcs[0];
    let fixed = asked.zones[0].private_cidr;
    let blocked = planned
        .problems
        .iter()
        .filter(|problem| problem.severity == ProblemSeverity::Blocked);
    for problem in blocked {
        let is_true = match problem.id {
            "zone-without-nat" => {
                let others = vpc
                    .nat_gateways
                    .iter()
                    .any(|nat| nat.state == NatState::Available);
                let mut zones = asked.zones.iter();
                zones.any(|zone| !(has_gateway(vpc, &zone.name) || zone.cross_zone && others))
            }
            "control-plane-even" => asked.control_plane.count == 2,
            "group-max-zero" => asked.instance_groups.iter().any(|group| group.max == 0),
            "block-outside-vpc" => {
                fixed.is_some_and(|block| !vpc.cidrs.iter().any(|cidr| cidr.contains(&block)))
            }
            "block-on-subnet" | "block-on-route" => {
                fixed.is_some_and(|block| taken(vpc).iter().any(|other| overlap(block, *other)))
            }
            "block-too-small" => fixed.is_some_and(|block| block.prefix_len() >= 23),
            "blocks-no-room" => {
                room::none(vpc, asked, planned)
                    && room::made_by_remedy(inventory, asked, &problem.remedy)
            }
            _ => false,
        };
        prop_assert!(is_true, "{}: {}", problem.id, problem);
    }
    Ok(())
}

// Many inputs are refused or lack room, and the properties of accepted plans skip them.
fn cases() -> ProptestConfig {
    let usual = ProptestConfig::default();
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    ProptestConfig {
        cases: if asked { usual.cases } else { CASES },
        max_global_rejects: u32::MAX,
        ..usual
    }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn an_accepted_plan_overlaps_nothing_and_a_refused_one_names_a_true_reason(
        inventory in inventories(),
        asked in asked(),
    ) {
        let planned = plan(&inventory, &asked);
        prop_assert_eq!(&planned, &plan(&inventory, &asked));
        match planned.accepted() {
            Some(accepted) => check_accepted(&inventory, &asked, accepted)?,
            None => check_refused(&inventory, &asked, &planned)?,
        }
        let map = planned.address_map.clone().unwrap();
        let drawn = map.segments.iter().filter(|segment| matches!(segment.kind, SegmentKind::Planned { .. }));
        let inside = blocks(&planned.plan)
            .into_iter()
            .filter(|block| inventory.vpcs[0].cidrs.iter().any(|cidr| cidr.contains(block)));
        if planned.accepted().is_some() {
            prop_assert_eq!(drawn.count(), inside.count());
        }
    }

    #[test]
    fn subnets_that_exist_are_accepted_where_kops_can_use_them_and_refused_for_what_is_wrong(
        inventory in inventories(),
        asked in asked(),
        ties in existing::ties(),
        picks in existing::picks(),
    ) {
        let (mut inventory, mut asked) = (inventory, asked);
        existing::tie(&mut inventory, &ties);
        existing::pick(&inventory, &mut asked, &picks);
        prop_assume!(asked.uses_existing_subnets());
        let planned = plan(&inventory, &asked);
        prop_assert_eq!(&planned, &plan(&inventory, &asked));
        existing::check(&inventory, &planned)?;
    }

    #[test]
    fn a_zone_added_later_moves_no_block(
        inventory in inventories(),
        asked in asked(),
        added in 0usize..6,
    ) {
        let before = plan(&inventory, &asked);
        let kept = !ids(&before).contains(&"blocks-tight");
        let is_new = asked.zones.iter().all(|zone| zone.name != name(added));
        prop_assume!(before.accepted().is_some() && kept && is_new && asked.zones.len() < 4);
        let mut more = asked.clone();
        more.zones.push(ZoneAnswer { name: name(added), ..ZoneAnswer::default() });
        let after = plan(&inventory, &more);
        let old = blocks(&before.plan);
        prop_assert_eq!(&blocks(&after.plan)[..old.len()], &old[..]);
    }

    #[test]
    fn a_second_cluster_touches_neither_the_first_nor_its_room(
        inventory in inventories(),
        asked in asked(),
    ) {
        let first = plan(&inventory, &asked);
        let kept = !ids(&first).contains(&"blocks-tight");
        prop_assume!(first.accepted().is_some() && kept && asked.zones[0].private_cidr.is_none());
        let mut later = inventory.clone();
        let made = blocks(&first.plan).into_iter().enumerate().map(|(at, cidr)| Subnet {
            id: format!("subnet-made-{at}"),
            tags: [("kubernetes.io/cluster/prod.example.com".into(), "owned".into())].into(),
            cidr,
            zone: name(0),
            ..Subnet::default()
        });
        later.vpcs[0].subnets.extend(made);
        let mut second = asked.clone();
        second.cluster = "two.example.com".into();
        let planned = plan(&later, &second);
        if let Some(accepted) = planned.accepted() {
            check_accepted(&later, &second, accepted)?;
            let spared = !ids(&planned).iter().any(|id| ["blocks-room-used", "blocks-tight"].contains(id));
            let rooms = first.address_map.unwrap().segments.into_iter().filter(|segment| {
                matches!(&segment.kind, SegmentKind::Reserved { cluster } if cluster.raw() == "prod.example.com")
            });
            for room in rooms.filter(|_| spared) {
                for block in blocks(accepted) {
                    prop_assert!(!overlap(block, room.cidr), "{} in the room {}", block, room.cidr);
                }
            }
        }
    }
}
