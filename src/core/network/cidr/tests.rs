mod space;

use std::collections::BTreeMap;

use ipnet::Ipv4Net;

use super::layout::{Layout, LayoutNote, NoRoom, Request, ZoneRequest};
use super::space::{rooms, routed};
use crate::core::inventory::{Owner, Route, RouteTarget, Subnet, Vpc};
use crate::core::method;
use crate::core::network::address_map::{AddressMap, SegmentKind};
use crate::core::text::untrusted::Untrusted;

fn cidr(text: &str) -> Ipv4Net {
    text.parse().unwrap()
}

fn zones(letters: &str) -> Vec<ZoneRequest> {
    letters
        .chars()
        .map(|letter| ZoneRequest {
            name: format!("us-east-1{letter}"),
            ..ZoneRequest::default()
        })
        .collect()
}

fn region(letters: &str) -> Vec<String> {
    zones(letters).into_iter().map(|zone| zone.name).collect()
}

fn lay(vpc: &Vpc, zones: &[ZoneRequest], wanted: u32, least: u32) -> Result<Layout, NoRoom> {
    let region = region("abcdef");
    Request {
        vpc,
        region: &region,
        zones,
        wanted,
        least,
        open_least: least,
    }
    .lay_out()
}

fn drawn(layout: &Layout) -> Vec<String> {
    layout
        .blocks
        .iter()
        .map(|block| {
            format!(
                "{}{} {}",
                &block.tier.word()[..1],
                &block.zone[9..],
                block.cidr
            )
        })
        .collect()
}

fn empty(cidrs: &[&str]) -> Vpc {
    Vpc {
        cidrs: cidrs.iter().map(|text| cidr(text)).collect(),
        subnets: Vec::new(),
        route_tables: Vec::new(),
        nat_gateways: Vec::new(),
        ..method::vpc()
    }
}

// What EC2 shows once the cluster was made.
fn made(vpc: &mut Vpc, cluster: &str, layout: &Layout) {
    let tag = (
        Untrusted::from(format!("kubernetes.io/cluster/{cluster}")),
        Untrusted::from("owned"),
    );
    for (at, block) in layout.blocks.iter().enumerate() {
        vpc.subnets.push(Subnet {
            id: format!("subnet-{cluster}-{at}"),
            tags: BTreeMap::from([tag.clone()]),
            cidr: block.cidr,
            zone: block.zone.clone(),
            ..Subnet::default()
        });
    }
}

#[test]
fn the_methods_clusters_get_their_groups_one_after_the_other() {
    let mut vpc = method::vpc();
    let first = lay(&vpc, &zones("abc"), 40, 20).unwrap();
    assert_eq!(
        drawn(&first),
        [
            "pa 172.20.16.0/24",
            "ua 172.20.20.0/24",
            "pb 172.20.17.0/24",
            "ub 172.20.21.0/24",
            "pc 172.20.18.0/24",
            "uc 172.20.22.0/24",
        ]
    );
    assert_eq!(
        first.reserved,
        [cidr("172.20.19.0/24"), cidr("172.20.23.0/24")]
    );
    assert_eq!(first.notes, []);
    made(&mut vpc, "one", &first);
    let second = lay(&vpc, &zones("abc"), 40, 20).unwrap();
    assert_eq!(second.blocks[0].cidr, cidr("172.20.24.0/24"));
    assert_eq!(second.blocks[1].cidr, cidr("172.20.28.0/24"));
    assert_eq!(
        second.reserved,
        [cidr("172.20.27.0/24"), cidr("172.20.31.0/24")]
    );
    made(&mut vpc, "two", &second);
    let third = lay(&vpc, &zones("a"), 40, 20).unwrap();
    assert_eq!(drawn(&third), ["pa 172.20.32.0/24", "ua 172.20.36.0/24"]);
}

#[test]
fn a_zone_added_later_takes_the_slot_that_waited_for_it() {
    let vpc = method::vpc();
    let three = lay(&vpc, &zones("abd"), 40, 20).unwrap();
    let four = lay(&vpc, &zones("abdc"), 40, 10).unwrap();
    assert_eq!(drawn(&four)[..6], drawn(&three)[..]);
    assert_eq!(
        drawn(&four)[6..],
        ["pc 172.20.18.0/24", "uc 172.20.22.0/24"]
    );
    let displaced = lay(&vpc, &zones("abe"), 40, 20).unwrap();
    assert_eq!(drawn(&displaced)[4], "pe 172.20.18.0/24");
    let after = lay(&vpc, &zones("abec"), 40, 20).unwrap();
    assert_eq!(drawn(&after)[..6], drawn(&displaced)[..]);
}

#[test]
fn blocks_grow_with_what_they_must_hold_and_shrink_with_the_room() {
    let vpc = empty(&["10.0.0.0/16"]);
    assert_eq!(
        drawn(&lay(&vpc, &zones("a"), 1000, 500).unwrap()),
        ["pa 10.0.0.0/22", "ua 10.0.16.0/24"]
    );
    let small = lay(&empty(&["10.0.0.0/24"]), &zones("abc"), 40, 12).unwrap();
    assert_eq!(drawn(&small)[..2], ["pa 10.0.0.0/27", "ua 10.0.0.128/27"]);
    assert_eq!(
        small.notes,
        [LayoutNote::Smaller {
            private: 27,
            utility: 27
        }]
    );
}

#[test]
fn tiers_part_then_a_room_is_used_then_none_is_kept() {
    let mut vpc = empty(&["10.0.0.0/20"]);
    let subnet = |at: &str, owner: &str| Subnet {
        id: format!("subnet-{at}"),
        tags: BTreeMap::from([(
            Untrusted::from(format!("kubernetes.io/cluster/{owner}")),
            Untrusted::from("owned"),
        )]),
        cidr: cidr(at),
        zone: "us-east-1a".into(),
        ..Subnet::default()
    };
    vpc.subnets = vec![subnet("10.0.4.0/24", "one"), subnet("10.0.8.0/24", "two")];
    let apart = lay(&vpc, &zones("ab"), 200, 200).unwrap();
    assert_eq!(
        drawn(&apart),
        [
            "pa 10.0.0.0/24",
            "ua 10.0.12.0/24",
            "pb 10.0.1.0/24",
            "ub 10.0.13.0/24"
        ]
    );
    assert_eq!(apart.notes, [LayoutNote::Apart]);
    vpc.cidrs = vec![cidr("10.0.4.0/22"), cidr("10.0.8.0/23")];
    let used = lay(&vpc, &zones("a"), 100, 100).unwrap();
    assert_eq!(drawn(&used), ["pa 10.0.6.0/25", "ua 10.0.5.0/26"]);
    assert_eq!(
        used.notes,
        [
            LayoutNote::Smaller {
                private: 25,
                utility: 26
            },
            LayoutNote::Apart,
            LayoutNote::RoomUsed
        ]
    );
    vpc.cidrs = vec![cidr("10.0.4.0/23")];
    let tight = lay(&vpc, &zones("a"), 100, 100).unwrap();
    assert_eq!(drawn(&tight), ["pa 10.0.5.0/25", "ua 10.0.5.128/25"]);
    assert_eq!(
        tight.notes,
        [
            LayoutNote::Smaller {
                private: 25,
                utility: 25
            },
            LayoutNote::Tight
        ]
    );
}

#[test]
fn what_cannot_fit_says_what_is_left() {
    let vpc = empty(&["10.0.0.0/27"]);
    assert_eq!(
        lay(&vpc, &zones("ab"), 40, 16),
        Err(NoRoom {
            private: 28,
            utility: 27,
            free_addresses: 32,
            largest: Some(cidr("10.0.0.0/27")),
        })
    );
}

#[test]
fn fixed_blocks_stay_and_the_rest_keeps_its_slots() {
    let vpc = method::vpc();
    let planned = lay(&vpc, &zones("abc"), 40, 20).unwrap();
    let mut asked = zones("abcd");
    for (zone, pair) in asked.iter_mut().zip(planned.blocks.chunks(2)) {
        zone.private = Some(pair[0].cidr);
        zone.utility = Some(pair[1].cidr);
    }
    let four = lay(&vpc, &asked, 40, 20).unwrap();
    assert_eq!(
        drawn(&four)[6..],
        ["pd 172.20.19.0/24", "ud 172.20.23.0/24"]
    );
    let all = lay(&vpc, &asked[..3], 40, 20).unwrap();
    assert_eq!((all.blocks, all.reserved), (planned.blocks, vec![]));
    asked[3].private = Some(cidr("172.20.20.0/24"));
    let moved = lay(&vpc, &asked[3..], 40, 20).unwrap();
    assert_eq!(drawn(&moved), ["pd 172.20.20.0/24", "ud 172.20.31.0/24"]);
}

#[test]
fn more_than_four_zones_get_eight_slots() {
    let six = lay(&method::vpc(), &zones("abcdef"), 40, 20).unwrap();
    assert_eq!(
        drawn(&six)[10..],
        ["pf 172.20.21.0/24", "uf 172.20.29.0/24"]
    );
    assert_eq!(six.reserved.len(), 4);
}

#[test]
fn ranges_that_routes_send_elsewhere_are_not_used() {
    let mut vpc = method::vpc();
    let peer = |destination: &str| Route {
        destination: destination.into(),
        prefixes: Vec::new(),
        target: RouteTarget::Peering("pcx-1".into()),
        blackhole: false,
    };
    vpc.route_tables[1].routes.extend(
        [
            "172.20.16.0/21",
            "10.0.0.0/8",
            "172.16.0.0/12",
            "172.20.0.0/16",
            "pl-63a5400a",
            "::/0",
        ]
        .map(peer),
    );
    let ranges: Vec<_> = routed(&vpc).into_iter().map(|range| range.cidr).collect();
    assert_eq!(ranges, [cidr("172.20.16.0/21")]);
    let layout = lay(&vpc, &zones("a"), 40, 20).unwrap();
    assert_eq!(drawn(&layout), ["pa 172.20.24.0/24", "ua 172.20.28.0/24"]);
}

#[test]
fn secondary_blocks_are_used_after_the_primary_and_pods_keep_theirs() {
    let mut vpc = empty(&["10.0.0.0/24", "100.64.0.0/16", "10.9.0.0/16"]);
    vpc.subnets = vec![Subnet {
        id: "subnet-1".into(),
        tags: BTreeMap::new(),
        cidr: cidr("10.0.0.0/24"),
        zone: "us-east-1a".into(),
        ..Subnet::default()
    }];
    let layout = lay(&vpc, &zones("a"), 40, 20).unwrap();
    assert_eq!(drawn(&layout), ["pa 10.9.0.0/24", "ua 10.9.4.0/24"]);
}

#[test]
fn the_map_names_every_address_once() {
    let mut vpc = method::vpc();
    let first = lay(&vpc, &zones("abc"), 40, 20).unwrap();
    made(&mut vpc, "one", &first);
    let second = lay(&vpc, &zones("abc"), 40, 20).unwrap();
    let map = AddressMap::planned(&vpc, "two", &second);
    let lines: Vec<_> = map.segments[15..]
        .iter()
        .map(|segment| match &segment.kind {
            SegmentKind::Existing { owner, name, .. } => {
                let own = matches!(owner, Owner::Kops(_));
                format!("{} {name} kops={own}", segment.cidr)
            }
            SegmentKind::Planned { zone, tier } => {
                format!("{} {} {zone}", segment.cidr, tier.word())
            }
            SegmentKind::Reserved { cluster } => format!("{} for {cluster}", segment.cidr),
            other => format!("{} {other:?}", segment.cidr),
        })
        .collect();
    assert_eq!(
        lines,
        [
            "172.20.15.0/24 private_prod-us-east-1d kops=false",
            "172.20.16.0/24 subnet-one-0 kops=true",
            "172.20.17.0/24 subnet-one-2 kops=true",
            "172.20.18.0/24 subnet-one-4 kops=true",
            "172.20.19.0/24 for one",
            "172.20.20.0/24 subnet-one-1 kops=true",
            "172.20.21.0/24 subnet-one-3 kops=true",
            "172.20.22.0/24 subnet-one-5 kops=true",
            "172.20.23.0/24 for one",
            "172.20.24.0/24 private us-east-1a",
            "172.20.25.0/24 private us-east-1b",
            "172.20.26.0/24 private us-east-1c",
            "172.20.27.0/24 for two",
            "172.20.28.0/24 utility us-east-1a",
            "172.20.29.0/24 utility us-east-1b",
            "172.20.30.0/24 utility us-east-1c",
            "172.20.31.0/24 for two",
            "172.20.32.0/19 Free",
            "172.20.64.0/18 Free",
            "172.20.128.0/17 Free",
        ]
    );
}

#[test]
fn a_room_with_a_strangers_subnet_in_it_is_none() {
    let mut vpc = method::vpc();
    let layout = lay(&vpc, &zones("abc"), 40, 20).unwrap();
    made(&mut vpc, "one", &layout);
    let found: Vec<_> = rooms(&vpc).into_iter().map(|room| room.cidr).collect();
    assert_eq!(found, [cidr("172.20.16.0/22"), cidr("172.20.20.0/22")]);
    let mut stranger = vpc.subnets[0].clone();
    stranger.cidr = cidr("172.20.19.0/28");
    vpc.subnets.push(stranger);
    let found: Vec<_> = rooms(&vpc).into_iter().map(|room| room.cidr).collect();
    assert_eq!(found, [cidr("172.20.20.0/22")]);
}
