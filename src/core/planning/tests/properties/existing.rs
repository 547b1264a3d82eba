//! Subnets that exist, picked at random from any VPC: what is accepted is what kops needs, what is refused truly is not.

use super::*;
use crate::core::network::cidr::Tier;
use crate::core::network::existing_subnet::DefaultRoute;

/// For each subnet: the route table that it is tied to, its free addresses, and whether another cluster owns it.
type Ties = Vec<(usize, u32, bool)>;

pub(super) fn ties() -> impl Strategy<Value = Ties> {
    let one = (0usize..6, 0u32..60, prop::bool::weighted(0.05));
    prop::collection::vec(one, 40)
}

/// For each zone and tier a place among the zone's subnets, and at times one anywhere, or none.
pub(super) fn picks() -> impl Strategy<Value = Vec<(usize, u8)>> {
    prop::collection::vec((any::<usize>(), 0u8..40), 8)
}

pub(super) fn tie(inventory: &mut Inventory, ties: &Ties) {
    let vpc = &mut inventory.vpcs[0];
    for (subnet, (table, free, owned)) in vpc.subnets.iter_mut().zip(ties) {
        subnet.free_addresses = Some(*free);
        subnet.tags.clear();
        if *owned {
            let tag = ("kubernetes.io/cluster/other".into(), "owned".into());
            subnet.tags.extend([tag]);
        }
        for table in &mut vpc.route_tables {
            table.subnets.retain(|id| *id != subnet.id);
        }
        if let Some(table) = vpc.route_tables.get_mut(*table) {
            table.subnets.push(subnet.id.clone());
        }
    }
}

pub(super) fn pick(inventory: &Inventory, asked: &mut Answers, picks: &[(usize, u8)]) {
    let vpc = &inventory.vpcs[0];
    let mut picks = picks.iter().cycle();
    for zone in &mut asked.zones {
        zone.private_cidr = None;
        zone.egress.clear();
        zone.cross_zone = false;
        let route = |subnet: &&Subnet| DefaultRoute::of_subnet(vpc, &subnet.id);
        for tier in Tier::ALL {
            let (at, how) = picks.next().unwrap();
            let fits = |subnet: &&Subnet| match how {
                0 => true,
                1 => subnet.zone == zone.name,
                _ => {
                    subnet.zone == zone.name && (tier == Tier::Utility) == route(subnet).is_public()
                }
            };
            let found: Vec<&Subnet> = vpc.subnets.iter().filter(fits).collect();
            let id = found.get(at % found.len().max(1));
            let name = id.map_or("", |subnet| subnet.id.as_str()).to_owned();
            zone.set_subnet(tier, &name);
        }
    }
}

/// What is wrong with the picks, looked at in the plainest way.
pub(super) fn wrong(inventory: &Inventory, planned: &Planned) -> Vec<&'static str> {
    let vpc = &inventory.vpcs[0];
    let mut found = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for zone in &planned.plan.zones {
        for tier in Tier::ALL {
            let id = zone.subnet(tier);
            let subnet = vpc.subnets.iter().find(|subnet| subnet.id == id);
            match subnet {
                None => found.push("subnet-missing"),
                Some(_) if seen.contains(&id) => found.push("subnet-twice"),
                Some(subnet) if subnet.zone != zone.name => found.push("subnet-other-zone"),
                Some(subnet) => found.extend(wrong_with(vpc, subnet, tier, &planned.plan, zone)),
            }
            seen.push(id);
        }
    }
    found
}

fn wrong_with(
    vpc: &Vpc,
    subnet: &Subnet,
    tier: Tier,
    plan: &Plan,
    zone: &crate::core::plan::ZonePlan,
) -> Vec<&'static str> {
    let table = vpc
        .route_tables
        .iter()
        .find(|table| table.subnets.contains(&subnet.id))
        .or_else(|| vpc.route_tables.iter().find(|table| table.main));
    let routes = table.map(|table| &table.routes).into_iter().flatten();
    let target = routes
        .filter(|route| route.destination == "0.0.0.0/0")
        .map(|route| &route.target)
        .next();
    let mut found = Vec::new();
    match (tier, target) {
        (Tier::Utility, Some(RouteTarget::InternetGateway(_))) => {}
        (Tier::Utility, _) => found.push("subnet-not-public"),
        (Tier::Private, Some(RouteTarget::InternetGateway(_))) => found.push("subnet-public"),
        (Tier::Private, None) => found.push("subnet-no-route"),
        (Tier::Private, Some(RouteTarget::NatGateway(id))) => {
            let gateway = vpc.nat_gateways.iter().find(|nat| nat.id == *id);
            let failed = gateway.is_some_and(|nat| nat.state == NatState::Failed);
            found.extend(failed.then_some("subnet-nat-broken"));
        }
        (Tier::Private, Some(_)) => {}
    }
    let groups = plan
        .groups
        .iter()
        .filter(|group| group.zones.contains(&zone.name));
    let most: u32 = groups
        .map(|group| {
            group
                .max
                .div_ceil(u32::try_from(group.zones.len()).unwrap())
        })
        .sum();
    let whole = (1u32 << (32 - subnet.cidr.prefix_len())) - 5;
    let free = subnet.free_addresses.unwrap().min(whole);
    if tier == Tier::Private && free < most + 8 {
        found.push("subnet-full");
    }
    if !subnet.tags.is_empty() {
        found.push("subnet-of-cluster");
    }
    found
}

pub(super) fn check(inventory: &Inventory, planned: &Planned) -> Result<(), TestCaseError> {
    let mut wrong = wrong(inventory, planned);
    let blocked = planned.problems.iter().filter(|problem| {
        problem.severity == ProblemSeverity::Blocked && problem.id.starts_with("subnet-")
    });
    let mut named: Vec<&str> = blocked.map(|problem| problem.id).collect();
    wrong.sort_unstable();
    named.sort_unstable();
    prop_assert_eq!(&named, &wrong);
    if let Some(plan) = planned.accepted() {
        for zone in &plan.zones {
            for tier in Tier::ALL {
                let subnet = inventory.vpcs[0].subnet(zone.subnet(tier)).unwrap();
                prop_assert_eq!(zone.cidr(tier), Some(subnet.cidr));
            }
            prop_assert!(!zone.egress.is_empty());
        }
        let spec = crate::core::spec::render(plan);
        prop_assert_eq!(
            spec.matches("    id: subnet-").count(),
            2 * plan.zones.len()
        );
    }
    Ok(())
}
