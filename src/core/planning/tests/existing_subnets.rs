//! Subnets that exist: each rule about them broken once, and what is planned of them.
#![allow(clippy::semicolon_if_nothing_returned)]

use super::rules::Break;
use super::*;
use crate::core::answers::{ApiLoadBalancer, Networking};
use crate::core::inventory::{NatState, Route, RouteTable, RouteTarget, Subnet};
use crate::core::network::address_map::SegmentKind;
use crate::core::network::cidr::Tier;
use crate::core::network::existing_subnet::{candidates, proposed};
use crate::core::spec;

/// Picks what is proposed, in every zone of the answers.
pub(super) fn pick(inventory: &Inventory, answers: &mut Answers) {
    let vpc = &inventory.vpcs[0];
    for zone in &mut answers.zones {
        for tier in Tier::ALL {
            let name = zone.name.clone();
            zone.set_subnet(tier, &proposed(vpc, &name, tier).unwrap().id);
        }
    }
}

fn subnet<'a>(inventory: &'a mut Inventory, answers: &Answers, tier: Tier) -> &'a mut Subnet {
    let id = answers.zones[0].subnet(tier).to_owned();
    let mut subnets = inventory.vpcs[0].subnets.iter_mut();
    subnets.find(|subnet| subnet.id == id).unwrap()
}

fn table<'a>(inventory: &'a mut Inventory, answers: &Answers, tier: Tier) -> &'a mut RouteTable {
    let id = answers.zones[0].subnet(tier).to_owned();
    let mut tables = inventory.vpcs[0].route_tables.iter_mut();
    tables.find(|table| table.subnets.contains(&id)).unwrap()
}

fn lead(table: &mut RouteTable, target: RouteTarget) {
    close(table);
    table.routes.push(Route {
        destination: "0.0.0.0/0".into(),
        prefixes: Vec::new(),
        target,
        blackhole: false,
    });
}

fn close(table: &mut RouteTable) {
    table
        .routes
        .retain(|route| route.destination != "0.0.0.0/0");
}

fn tag(inventory: &mut Inventory, answers: &Answers, tier: Tier, key: &str, value: &str) {
    let tags = &mut subnet(inventory, answers, tier).tags;
    tags.extend([(key.into(), value.into())]);
}

const PRIVATE: Tier = Tier::Private;
const UTILITY: Tier = Tier::Utility;

macro_rules! breaks {
    ($($id:literal: |$i:ident, $a:ident| $change:expr;)*) => {
        pub(super) const BREAKS: &[(&str, Break)] = &[$(($id, |$i, $a| {
            pick($i, $a);
            $change;
        })),*];
    };
}

breaks! {
    "subnet-missing": |i, a| a.zones[0].private_subnet.clear();
    "subnet-twice": |i, a| a.zones[0].utility_subnet = a.zones[0].private_subnet.clone();
    "subnet-unknown": |i, a| a.zones[0].private_subnet = "subnet-0".into();
    "subnet-other-vpc": |i, a| {
        let mut other = i.vpcs[0].clone();
        other.id = "vpc-2".into();
        other.subnets[0].id = "subnet-2".into();
        i.vpcs.push(other);
        a.zones[0].private_subnet = "subnet-2".into();
    };
    "subnet-other-zone": |i, a| a.zones[0].private_subnet = a.zones[1].private_subnet.clone();
    "subnet-ipv6-only": |i, a| {
        i.vpcs[0].ipv6_only_subnets.push("subnet-6".into());
        a.zones[0].private_subnet = "subnet-6".into();
    };
    "subnet-cidr-differs": |i, a| a.zones[0].private_cidr = "172.20.64.0/24".parse().ok();
    "subnet-not-public": |i, a| close(table(i, a, UTILITY));
    "subnet-not-public-unused": |i, a| {
        a.zones[0].egress = "External".into();
        close(table(i, a, UTILITY));
    };
    "subnet-public": |i, a| lead(table(i, a, PRIVATE), RouteTarget::InternetGateway("igw-1".into()));
    "subnet-no-route": |i, a| close(table(i, a, PRIVATE));
    "subnet-closed": |i, a| {
        a.zones[0].egress = "External".into();
        close(table(i, a, PRIVATE));
    };
    "subnet-egress-differs": |i, a| a.zones[0].egress = "tgw-1".into();
    "subnet-nat-not-read": |i, a| i.vpcs[0].nat_gateways.remove(0);
    "subnet-nat-broken": |i, a| i.vpcs[0].nat_gateways[0].state = NatState::Failed;
    "subnet-full": |i, a| subnet(i, a, PRIVATE).free_addresses = Some(9);
    "subnet-small-for-pods": |i, a| {
        a.networking = Networking::AmazonVpc;
        subnet(i, a, PRIVATE).free_addresses = Some(60);
    };
    "subnet-in-pod-range": |i, a| subnet(i, a, PRIVATE).cidr = "100.65.0.0/24".parse().unwrap();
    "subnet-few-addresses": |i, a| subnet(i, a, UTILITY).free_addresses = Some(7);
    "subnet-of-cluster": |i, a| tag(i, a, PRIVATE, "kubernetes.io/cluster/old.example.com", "owned");
    "subnet-used-by-cluster": |i, a| tag(i, a, PRIVATE, "kubernetes.io/cluster/old.example.com", "shared");
    "subnet-untagged": |i, a| a.tag_subnets = Some(false);
    "subnet-role-other": |i, a| tag(i, a, PRIVATE, "kubernetes.io/role/elb", "1");
    "subnet-type-other": |i, a| tag(i, a, PRIVATE, "SubnetType", "Utility");
    "subnet-ipv6-turned-off": |i, a| subnet(i, a, PRIVATE).assigns_ipv6 = true;
    "subnets-shared": |i, a| {
        i.account = Some("123456789012".into());
        subnet(i, a, PRIVATE).owner = Some("210987654321".into());
    };
    "tag-subnets-unused": |i, a| {
        for zone in &mut a.zones {
            for tier in Tier::ALL {
                zone.set_subnet(tier, "");
            }
        }
        a.tag_subnets = Some(false);
    };
}

fn planned(change: impl FnOnce(&mut Inventory, &mut Answers)) -> Planned {
    let (mut inventory, mut asked) = (method::inventory(), answers());
    pick(&inventory, &mut asked);
    change(&mut inventory, &mut asked);
    plan(&inventory, &asked)
}

fn remedy(planned: &Planned, id: &str) -> String {
    let mut problems = planned.problems.iter();
    problems
        .find(|problem| problem.id == id)
        .unwrap()
        .remedy
        .clone()
}

#[test]
fn picked_subnets_are_written_with_their_own_cidrs_and_nothing_is_planned_beside_them() {
    let planned = planned(|_, _| {});
    assert_eq!(ids(&planned), ["api-inside-only"]);
    let spec = spec::render(planned.accepted().unwrap());
    let subnets = &spec[spec.find("  subnets:").unwrap()..spec.find("  topology:").unwrap()];
    assert_eq!(
        subnets,
        "  subnets:
  - cidr: 172.20.4.0/24
    egress: nat-0f19a9e0f19a9e001
    id: subnet-00404040404040404
    name: us-east-1a
    type: Private
    zone: us-east-1a
  - cidr: 172.20.5.0/24
    egress: nat-0582c9ab0582c9ab2
    id: subnet-00505050505050505
    name: us-east-1b
    type: Private
    zone: us-east-1b
  - cidr: 172.20.6.0/24
    egress: nat-00d991e200d991e23
    id: subnet-00606060606060606
    name: us-east-1c
    type: Private
    zone: us-east-1c
  - cidr: 172.20.0.0/24
    id: subnet-00000000000000000
    name: utility-us-east-1a
    type: Utility
    zone: us-east-1a
  - cidr: 172.20.1.0/24
    id: subnet-00101010101010101
    name: utility-us-east-1b
    type: Utility
    zone: us-east-1b
  - cidr: 172.20.2.0/24
    id: subnet-00202020202020202
    name: utility-us-east-1c
    type: Utility
    zone: us-east-1c
"
    );
    assert!(!spec.contains("DisableSubnetTags"));
    let map = planned.address_map.unwrap();
    let tiers = map
        .segments
        .iter()
        .filter_map(|segment| match &segment.kind {
            SegmentKind::Existing { tier, .. } => *tier,
            SegmentKind::Planned { .. } => panic!("{segment:?}"),
            _ => None,
        });
    assert_eq!(
        tiers.collect::<Vec<_>>(),
        [UTILITY, UTILITY, UTILITY, PRIVATE, PRIVATE, PRIVATE]
    );
}

#[test]
fn without_an_egress_the_route_of_the_subnet_is_what_it_leaves_by() {
    let with = planned(|_, _| {});
    let without = planned(|_, a| a.zones.iter_mut().for_each(|zone| zone.egress.clear()));
    assert_eq!(with.plan.zones, without.plan.zones);
    let elsewhere = |target: fn() -> RouteTarget| {
        let planned = planned(|i, a| {
            a.zones[0].egress.clear();
            lead(table(i, a, PRIVATE), target());
        });
        assert!(planned.accepted().is_some(), "{:#?}", planned.problems);
        planned.plan.zones[0].egress.clone()
    };
    assert_eq!(
        elsewhere(|| RouteTarget::TransitGateway("tgw-1".into())),
        "tgw-1"
    );
    assert_eq!(elsewhere(|| RouteTarget::Other("i-1".into())), "i-1");
    assert_eq!(
        elsewhere(|| RouteTarget::VpnGateway("vgw-1".into())),
        "External"
    );
    assert_eq!(elsewhere(|| RouteTarget::Other("eni-1".into())), "External");
}

#[test]
fn what_others_route_needs_no_gateway_of_the_vpc() {
    let planned = planned(|i, a| {
        a.zones
            .iter_mut()
            .for_each(|zone| zone.egress = "External".into());
        i.vpcs[0].internet_gateways.clear();
        i.vpcs[0].nat_gateways.clear();
        for table in &mut i.vpcs[0].route_tables {
            lead(table, RouteTarget::TransitGateway("tgw-1".into()));
        }
    });
    let warned: Vec<_> = ids(&planned);
    let unused = ["subnet-not-public-unused"; 3];
    assert_eq!(warned, [&unused[..], &["api-inside-only"]].concat());
    let spec = spec::render(planned.accepted().unwrap());
    assert_eq!(spec.matches("    egress: External\n").count(), 6);
}

#[test]
fn subnets_of_another_account_are_not_tagged_unless_the_answers_say_so() {
    let shared = |tags: Option<bool>| {
        planned(|i, a| {
            i.account = Some("123456789012".into());
            i.vpcs[0].owner = Some("210987654321".into());
            for subnet in &mut i.vpcs[0].subnets {
                subnet.owner = Some("210987654321".into());
            }
            a.tag_subnets = tags;
        })
    };
    let usual = shared(None);
    let untagged = ["subnet-untagged"; 6];
    let notes = ["subnets-shared", "api-inside-only"];
    let mut found = ids(&usual);
    found[6..].sort_unstable();
    let mut notes = notes.to_vec();
    notes.sort_unstable();
    assert_eq!(found, [&untagged[..], &notes].concat());
    let text = spec::render(usual.accepted().unwrap());
    assert!(text.contains("\n  DisableSubnetTags: true\n"), "{text}");
    let problem = usual.problems.iter().find(|one| one.id == "subnets-shared");
    assert!(problem.unwrap().what.contains("210987654321"));
    let asked = shared(Some(true));
    assert!(asked.plan.answers.tag_subnets.unwrap());
    assert!(!spec::render(&asked.plan).contains("DisableSubnetTags"));
}

#[test]
fn a_full_utility_subnet_blocks_only_where_something_of_the_cluster_goes_into_it() {
    let ids_of = |access: fn(&mut Answers)| {
        let planned = planned(|i, a| {
            subnet(i, a, UTILITY).free_addresses = Some(7);
            access(a);
        });
        ids(&planned)[0]
    };
    assert_eq!(ids_of(|_| {}), "subnet-few-addresses");
    assert_eq!(
        ids_of(|a| a.access.api_load_balancer = ApiLoadBalancer::Public),
        "subnet-full"
    );
    assert_eq!(ids_of(|a| a.access.bastion = true), "subnet-full");
}

#[test]
fn a_cluster_that_runs_is_not_refused_for_the_addresses_that_it_took_itself() {
    let own = planned(|i, a| {
        tag(
            i,
            a,
            PRIVATE,
            "kubernetes.io/cluster/prod.example.com",
            "shared",
        );
        subnet(i, a, PRIVATE).free_addresses = Some(0);
    });
    assert_eq!(ids(&own), ["api-inside-only"]);
}

#[test]
fn a_remedy_names_what_could_be_picked() {
    let wrong = planned(|_, a| a.zones[0].private_subnet = "subnet-0".into());
    assert_eq!(
        remedy(&wrong, "subnet-unknown"),
        "pick one of subnet-00404040404040404, subnet-00808080808080808, subnet-00c0c0c0c0c0c0c0c"
    );
    let none = planned(|i, a| {
        a.zones[0].private_subnet.clear();
        i.vpcs[0]
            .subnets
            .retain(|subnet| subnet.zone != "us-east-1a");
    });
    assert!(
        remedy(&none, "subnet-missing").starts_with(
            "pick a subnet of us-east-1a whose route table leads out of the VPC by a NAT gateway or the like; there is none now (answers: privateSubnet)"
        )
    );
    // The other private ones of the zone suit it as well.
    assert_eq!(candidates(&method::vpc(), "us-east-1a", PRIVATE).len(), 4);
}
