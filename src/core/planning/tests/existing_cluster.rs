//! A cluster that exists is planned again, in other zones than before.

use super::*;
use crate::core::inventory::Subnet;

fn zones(letters: &str) -> Answers {
    let mut asked = answers();
    let zone = |letter: char| ZoneAnswer {
        name: format!("us-east-1{letter}"),
        ..ZoneAnswer::default()
    };
    asked.zones = letters.chars().map(zone).collect();
    asked
}

// The method's VPC after kops made the cluster of three zones in it.
fn made() -> Inventory {
    let mut inventory = method::inventory();
    let planned = plan(&inventory, &zones("abc"));
    for zone in &planned.plan.zones {
        for (kind, block) in [("Private", zone.private), ("Utility", zone.utility)] {
            let tags = [
                ("SubnetType", kind),
                ("kubernetes.io/cluster/prod.example.com", "owned"),
            ];
            inventory.vpcs[0].subnets.push(Subnet {
                id: format!("subnet-{kind}-{}", zone.name),
                tags: tags.map(|(key, value)| (key.into(), value.into())).into(),
                cidr: block.unwrap(),
                zone: zone.name.clone(),
                ..Subnet::default()
            });
        }
    }
    inventory
}

/// The cluster of three zones, planned again for these.
pub(super) fn again(letters: &str) -> Planned {
    plan_again(&made(), &zones(letters))
}

fn drawn(planned: &Planned) -> Vec<String> {
    let zones = planned.plan.zones.iter();
    zones
        .map(|zone| {
            let (private, utility) = (zone.private.unwrap(), zone.utility.unwrap());
            format!("{} {private} {utility}", &zone.name[9..])
        })
        .collect()
}

#[test]
fn a_zone_added_takes_the_room_kept_for_it_and_nothing_moves() {
    let planned = again("abcd");
    assert!(planned.accepted().is_some());
    assert_eq!(ids(&planned), ["cluster-grows", "api-inside-only"]);
    assert_eq!(
        drawn(&planned),
        [
            "a 172.20.16.0/24 172.20.20.0/24",
            "b 172.20.17.0/24 172.20.21.0/24",
            "c 172.20.18.0/24 172.20.22.0/24",
            "d 172.20.19.0/24 172.20.23.0/24",
        ]
    );
    assert_eq!(
        planned.plan.api_zones,
        ["us-east-1a", "us-east-1b", "us-east-1c"]
    );
    assert_eq!(again("abc").plan.api_zones, Vec::<String>::new());
    // More nodes would have got larger blocks from the start; now they stay.
    let mut more = zones("abcd");
    more.instance_groups[0].max = 400;
    assert_eq!(drawn(&plan_again(&made(), &more)), drawn(&planned));
}

#[test]
fn room_that_somebody_took_is_not_given_away() {
    let mut inventory = made();
    let mut stranger = inventory.vpcs[0].subnets[0].clone();
    (stranger.id, stranger.cidr) = ("subnet-x".into(), "172.20.19.128/25".parse().unwrap());
    inventory.vpcs[0].subnets.push(stranger);
    let planned = plan_again(&inventory, &zones("abcd"));
    let zone = &planned.plan.zones[3];
    assert_eq!(zone.utility, "172.20.23.0/24".parse().ok());
    assert!(planned.accepted().is_some(), "{:?}", planned.problems);
    assert_ne!(zone.private, "172.20.19.0/24".parse().ok());
}

#[test]
fn a_zone_left_out_stays_taken_and_another_vpc_stays_refused() {
    let planned = again("abd");
    let blocks = drawn(&planned);
    assert_eq!(blocks[2], "d 172.20.19.0/24 172.20.23.0/24");
    let mut elsewhere = made();
    let mut other = elsewhere.vpcs[0].clone();
    other.id = "vpc-other".into();
    elsewhere.vpcs.push(other);
    elsewhere.vpcs[0]
        .subnets
        .retain(|subnet| !subnet.id.contains("us-east"));
    let refused = plan_again(&elsewhere, &zones("abcd"));
    assert!(ids(&refused).contains(&"cluster-exists"));
    // A new cluster of that name is refused all the same.
    assert!(ids(&plan(&made(), &zones("abcd"))).contains(&"cluster-exists"));
}
