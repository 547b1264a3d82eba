//! A cluster that exists, planned again: its own subnets stay where they are, and a new zone takes the CIDRs reserved for it.

use ipnet::Ipv4Net;

use crate::core::answers::{Answers, ApiLoadBalancer};
use crate::core::inventory::{Inventory, Owner, Subnet, Tags, Vpc, owner_of};
use crate::core::kops::copied::Copied;
use crate::core::network::cidr::space::Space;
use crate::core::network::cidr::{SLOTS, Tier, overlap};
use crate::core::problem::{About, Problem, catalog as rule};
use crate::core::text::untrusted::{Untrusted, visible};

/// What is there without what the cluster has itself, and the answers with its CIDRs.
#[derive(Clone, Debug)]
pub(super) struct ExistingCluster {
    pub(super) inventory: Inventory,
    pub(super) answers: Answers,
    pub(super) note: Problem,
    /// Where its API's load balancer stays; empty when it may go to every zone.
    pub(super) api_zones: Vec<String>,
}

impl ExistingCluster {
    /// The cluster of the answers, where it has subnets in the VPC of the answers; `None` for a new one.
    pub(super) fn find(inventory: &Inventory, answers: &Answers) -> Option<Self> {
        let vpc = inventory.vpc(&answers.vpc)?;
        let own = own_subnets(vpc, answers);
        if own.is_empty() || answers.cluster.is_empty() {
            return None;
        }
        let mut rest = inventory.clone();
        let at = rest.vpcs.iter().position(|one| one.id == vpc.id)?;
        let left = rest.vpcs.get_mut(at)?;
        left.subnets
            .retain(|subnet| !own.iter().any(|(_, _, one)| one.id == subnet.id));
        left.route_tables
            .retain(|table| !is_of(&table.tags, &answers.cluster));
        let reserved = reserved_for(&rest.zones, left, &own, answers);
        let mut fixed = answers.clone();
        for zone in &mut fixed.zones {
            let cidr = |tier: Tier| {
                let stay = own.iter().map(|(name, of, subnet)| (name, of, subnet.cidr));
                let reserved = reserved.iter().map(|(name, of, cidr)| (name, of, *cidr));
                let mut found = stay.chain(reserved);
                let (_, _, cidr) =
                    found.find(|(name, of, _)| **name == zone.name && **of == tier)?;
                Some(cidr)
            };
            zone.private_cidr = zone.private_cidr.or_else(|| cidr(Tier::Private));
            zone.utility_cidr = zone.utility_cidr.or_else(|| cidr(Tier::Utility));
        }
        Some(Self {
            note: exists_note(answers, vpc, &own),
            api_zones: api_zones(answers, &own),
            inventory: rest,
            answers: fixed,
        })
    }
}

// Its subnets in the zones of the answers; one in another zone stays taken, because kops has not deleted it yet.
fn own_subnets<'a>(vpc: &'a Vpc, answers: &Answers) -> Vec<(String, Tier, &'a Subnet)> {
    let asked = |zone: &str| answers.zones.iter().any(|one| one.name == zone);
    let own = vpc
        .subnets
        .iter()
        .filter(|subnet| is_of(&subnet.tags, &answers.cluster) && asked(&subnet.zone));
    own.filter_map(|subnet| Some((subnet.zone.clone(), tier_of(&subnet.tags)?, subnet)))
        .collect()
}

fn is_of(tags: &Tags, cluster: &str) -> bool {
    matches!(owner_of(tags), Owner::Kops(own) if own.raw() == cluster)
}

// kops's own tag (pkg/model/awsmodel/network.go).
fn tier_of(tags: &Tags) -> Option<Tier> {
    match tags.get(&Untrusted::from("SubnetType"))?.raw() {
        "Private" => Some(Tier::Private),
        "Utility" => Some(Tier::Utility),
        _ => None,
    }
}

// The slots of new zones in the aligned four that the cluster's blocks lie in, where nobody took them meanwhile.
fn reserved_for(
    region: &[crate::core::inventory::Zone],
    rest: &Vpc,
    own: &[(String, Tier, &Subnet)],
    answers: &Answers,
) -> Vec<(String, Tier, Ipv4Net)> {
    let slot = |zone: &str| region.iter().position(|one| one.name == zone);
    let space = Space::from_vpc(rest).without(own.iter().map(|(_, _, subnet)| subnet.cidr));
    let new = |tier: Tier| {
        let has = move |zone: &str| own.iter().any(|(name, of, _)| name == zone && *of == tier);
        answers.zones.iter().filter(move |zone| !has(&zone.name))
    };
    let mut found: Vec<(String, Tier, Ipv4Net)> = Vec::new();
    for tier in Tier::ALL {
        let Some(blocks) = aligned(own, tier, &slot) else {
            continue;
        };
        for zone in new(tier) {
            let block = slot(&zone.name)
                .filter(|at| *at < SLOTS)
                .and_then(|at| blocks.get(at));
            let free = |block: &&Ipv4Net| {
                let taken = found.iter().any(|(_, _, other)| overlap(*other, **block));
                space.is_free(**block) && !taken
            };
            if let Some(block) = block.filter(free) {
                found.push((zone.name.clone(), tier, *block));
            }
        }
    }
    found
}

// The four blocks of a tier, when each of the cluster's lies at the place of its zone.
fn aligned(
    own: &[(String, Tier, &Subnet)],
    tier: Tier,
    slot: &impl Fn(&str) -> Option<usize>,
) -> Option<Vec<Ipv4Net>> {
    let mut blocks = own.iter().filter(|(_, of, _)| *of == tier);
    let (_, _, first) = blocks.clone().next()?;
    let prefix = first.cidr.prefix_len();
    let room = Ipv4Net::new(first.cidr.network(), prefix.checked_sub(2)?)
        .ok()?
        .trunc();
    let four: Vec<Ipv4Net> = room.subnets(prefix).ok()?.collect();
    let at_home = blocks
        .all(|(zone, _, subnet)| slot(zone).and_then(|at| four.get(at)) == Some(&subnet.cidr));
    at_home.then_some(four)
}

// The dry run of kops 1.36 cannot put a load balancer that exists into a subnet that does not: it tries for ten minutes
// (upup/pkg/fi/cloudup/awstasks/network_load_balancer.go, CheckChanges). Once the subnet is there, it can.
fn api_zones(answers: &Answers, own: &[(String, Tier, &Subnet)]) -> Vec<String> {
    let tier = match answers.access.api_load_balancer {
        ApiLoadBalancer::Internal => Tier::Private,
        ApiLoadBalancer::Public => Tier::Utility,
    };
    let there = |name: &str| own.iter().any(|(zone, of, _)| zone == name && *of == tier);
    let zones = answers.zones.iter().map(|zone| &zone.name);
    let found: Vec<String> = zones.filter(|name| there(name)).cloned().collect();
    if found.len() == answers.zones.len() {
        return Vec::new();
    }
    found
}

fn exists_note(answers: &Answers, vpc: &Vpc, own: &[(String, Tier, &Subnet)]) -> Problem {
    let name = visible(&answers.cluster);
    let mut zones: Vec<String> = own.iter().map(|(zone, _, _)| visible(zone)).collect();
    zones.sort();
    zones.dedup();
    rule::CLUSTER_GROWS.problem(
        About::Account,
        format!("the cluster {name} exists in {}", visible(&vpc.id)),
        format!(
            "its subnets in {} are its own and stay where they are; a further zone takes the CIDRs that were reserved for it, where they are free, and the API's load balancer comes to it when you plan once more after that, because kops's dry run cannot put it where no subnet is yet",
            zones.join(", ")
        ),
        format!("{}; raise min and max with the zones", Copied::text_to_change(&answers.cluster)),
    )
}
