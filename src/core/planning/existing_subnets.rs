//! Subnets that exist, picked for each zone and tier: everything that must be so of them, because kops makes no subnet, no
//! route table and no route then, and looks at none.

mod addresses;
mod routes;
mod tags;

use super::network::was_denied;
use crate::core::answers::{Answers, ApiLoadBalancer};
use crate::core::inventory::{DESCRIBE_SUBNETS, Inventory, Subnet, Vpc};
use crate::core::network::address_map::AddressMap;
use crate::core::network::cidr::{Tier, non_masquerade, overlap};
use crate::core::network::existing_subnet::{proposed, suits};
use crate::core::plan::{Plan, PlannedGroup, ZonePlan};
use crate::core::problem::catalog::PlanningRule;
use crate::core::problem::{About, Problem, catalog as rule};
use crate::core::text::untrusted::visible;

/// One subnet that was picked, and what it is picked for.
struct PickedSubnet<'a> {
    inventory: &'a Inventory,
    answers: &'a Answers,
    vpc: &'a Vpc,
    groups: &'a [PlannedGroup],
    zone: &'a ZonePlan,
    tier: Tier,
    subnet: &'a Subnet,
    /// Whether kops tags it.
    tagged: bool,
}

/// Takes the picked subnets into the plan and draws the map.
pub(super) fn place(
    inventory: &Inventory,
    answers: &Answers,
    vpc: &Vpc,
    plan: &mut Plan,
    problems: &mut Vec<Problem>,
) -> AddressMap {
    let unread = was_denied(inventory, DESCRIBE_SUBNETS);
    let tagged = tags::are_made(inventory, answers, vpc);
    plan.untagged_subnets = !tagged;
    let mut seen: Vec<(String, String)> = Vec::new();
    let mut used: Vec<(String, Tier)> = Vec::new();
    for at in 0..plan.zones.len() {
        for tier in Tier::ALL {
            let Some(zone) = plan.zones.get(at) else {
                continue;
            };
            let (id, name) = (zone.subnet(tier).to_owned(), tier.subnet(&zone.name));
            match (picked(inventory, vpc, zone, tier, &seen), vpc.subnet(&id)) {
                // What was not read is not missing.
                (Some(problem), _) if !unread || id.is_empty() => problems.push(problem),
                (None, Some(subnet)) => {
                    let picked = PickedSubnet {
                        inventory,
                        answers,
                        vpc,
                        groups: &plan.groups,
                        zone,
                        tier,
                        subnet,
                        tagged,
                    };
                    problems.extend(picked.problems());
                    let cidr = subnet.cidr;
                    used.push((id.clone(), tier));
                    if let Some(zone) = plan.zones.get_mut(at) {
                        zone.set_cidr(tier, cidr);
                    }
                }
                _ => {}
            }
            seen.push((id, name));
        }
    }
    if unread {
        problems.push(not_read());
    }
    problems.extend(tags::shared(inventory, vpc, plan, tagged));
    AddressMap::existing(vpc).used_by_plan(vpc, &used)
}

fn not_read() -> Problem {
    rule::SUBNETS_NOT_READ.problem(
        About::Subnets,
        "the VPC's subnets could not be read",
        "kops takes a subnet that exists as it is: its zone, its route and its free addresses are checked before that",
        format!("allow {DESCRIBE_SUBNETS} and ask again"),
    )
}

// What stands against the id itself.
fn picked(
    inventory: &Inventory,
    vpc: &Vpc,
    zone: &ZonePlan,
    tier: Tier,
    seen: &[(String, String)],
) -> Option<Problem> {
    let id = zone.subnet(tier);
    let about = About::Subnet(tier.subnet(&zone.name));
    if id.is_empty() {
        return Some(missing(vpc, zone, tier, about));
    }
    if let Some((_, other)) = seen.iter().find(|(one, _)| one == id) {
        return Some(rule::SUBNET_TWICE.problem(
            about,
            format!(
                "{} is picked twice: it is {} already",
                visible(id),
                visible(other)
            ),
            "kops would tag it for both tiers or zones in turn, and put everything of both into it",
            format!("pick {}", instead(vpc, zone, tier)),
        ));
    }
    match vpc.subnet(id) {
        Some(subnet) if subnet.zone == zone.name => None,
        Some(subnet) => Some(rule::SUBNET_OTHER_ZONE.problem(
            about,
            format!(
                "{} is in {}, not in {}",
                visible(id),
                visible(&subnet.zone),
                visible(&zone.name)
            ),
            "a subnet lies in one zone; kops refuses another one in the spec",
            format!("pick {}", instead(vpc, zone, tier)),
        )),
        None => Some(unknown(inventory, vpc, zone, tier, about)),
    }
}

fn missing(vpc: &Vpc, zone: &ZonePlan, tier: Tier, about: About) -> Problem {
    rule::SUBNET_MISSING.problem(
        about,
        format!(
            "no {} subnet is picked for {}",
            tier.word(),
            visible(&zone.name)
        ),
        "kops takes subnets that exist for all zones and tiers, or for none: it refuses a mixture",
        format!(
            "pick {} (answers: {}), or take all ids back and let kops make the subnets",
            instead(vpc, zone, tier),
            key(tier)
        ),
    )
}

fn unknown(inventory: &Inventory, vpc: &Vpc, zone: &ZonePlan, tier: Tier, about: About) -> Problem {
    let id = zone.subnet(tier);
    let remedy = format!("pick {}", instead(vpc, zone, tier));
    if vpc.ipv6_only_subnets.iter().any(|one| one == id) {
        return rule::SUBNET_IPV6_ONLY.problem(
            about,
            format!("{} has no IPv4 CIDR", visible(id)),
            "the cluster is an IPv4 one: its nodes and load balancers need IPv4 addresses",
            remedy,
        );
    }
    let has = |vpc: &&Vpc| vpc.subnet(id).is_some();
    match inventory.vpcs.iter().find(has) {
        Some(other) => rule::SUBNET_OTHER_VPC.problem(
            about,
            format!("{} is not in {}", visible(id), visible(&vpc.id)),
            format!(
                "it belongs to {}, and a cluster lies in one VPC",
                visible(&other.id)
            ),
            format!("{remedy}, or choose {} (answers: vpc)", visible(&other.id)),
        ),
        None => rule::SUBNET_UNKNOWN.problem(
            about,
            format!("{} is not in {}", visible(id), visible(&vpc.id)),
            "no such subnet was found; kops would stop at it",
            remedy,
        ),
    }
}

fn key(tier: Tier) -> &'static str {
    match tier {
        Tier::Private => "privateSubnet",
        Tier::Utility => "utilitySubnet",
    }
}

// What could be picked, or what would make it so.
fn instead(vpc: &Vpc, zone: &ZonePlan, tier: Tier) -> String {
    let own = |subnet: &&Subnet| subnet.zone == zone.name && suits(vpc, subnet, tier);
    let found: Vec<String> = vpc
        .subnets
        .iter()
        .filter(own)
        .map(|subnet| visible(&subnet.id))
        .take(4)
        .collect();
    match found.as_slice() {
        [] => {
            let leads = match tier {
                Tier::Private => "out of the VPC by a NAT gateway or the like",
                Tier::Utility => "to the internet gateway",
            };
            let zone = visible(&zone.name);
            format!("a subnet of {zone} whose route table leads {leads}; there is none now")
        }
        [one] => one.clone(),
        several => format!("one of {}", several.join(", ")),
    }
}

impl PickedSubnet<'_> {
    fn problems(&self) -> Vec<Problem> {
        let mut found = Vec::new();
        found.extend(self.other_cidr());
        found.extend(self.in_pod_range());
        found.extend(self.route());
        found.extend(self.addresses());
        found.extend(self.tags());
        found
    }

    fn problem(
        &self,
        rule: PlanningRule,
        what: impl Into<String>,
        why: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Problem {
        let about = About::Subnet(self.tier.subnet(&self.zone.name));
        rule.problem(about, what, why, remedy)
    }

    // `the private subnet subnet-… of ZONE`.
    fn words(&self) -> String {
        format!(
            "the {} subnet {} of {}",
            self.tier.word(),
            visible(&self.subnet.id),
            visible(&self.zone.name)
        )
    }

    fn instead(&self) -> String {
        match proposed(self.vpc, &self.zone.name, self.tier) {
            Some(other) if other.id != self.subnet.id => {
                format!("pick {}", instead(self.vpc, self.zone, self.tier))
            }
            _ => String::new(),
        }
    }

    // A remedy, and what else could be picked, where there is another one.
    fn or_instead(&self, remedy: &str) -> String {
        match self.instead() {
            other if other.is_empty() => remedy.to_owned(),
            other => format!("{other}, or {remedy}"),
        }
    }

    // Whether something of the cluster is reached from outside through the utility subnets.
    fn is_open(&self) -> bool {
        let access = &self.answers.access;
        access.bastion || access.api_load_balancer == ApiLoadBalancer::Public
    }

    fn other_cidr(&self) -> Option<Problem> {
        let asked = self
            .zone
            .cidr(self.tier)
            .filter(|cidr| *cidr != self.subnet.cidr)?;
        Some(self.problem(
            rule::SUBNET_CIDR_DIFFERS,
            format!("{} has the CIDR {}, not {asked}", self.words(), self.subnet.cidr),
            "the CIDR of a subnet that exists is its own; kops refuses another one",
            format!("remove the CIDR (answers: privateCidr, utilityCidr), or the id ({}) where kops is to make the subnet", key(self.tier)),
        ))
    }

    fn in_pod_range(&self) -> Option<Problem> {
        overlap(self.subnet.cidr, non_masquerade()).then(|| {
            self.problem(
                rule::SUBNET_IN_POD_RANGE,
                format!(
                    "{}, {}, meets {}",
                    self.subnet.cidr,
                    self.words(),
                    non_masquerade()
                ),
                "kops gives pods and services addresses from there (nonMasqueradeCIDR)",
                self.or_instead("make a subnet whose CIDR lies elsewhere"),
            )
        })
    }
}
