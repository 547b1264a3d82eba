//! Custom CIDRs of the answers: taken where nothing stands against them.

use ipnet::Ipv4Net;

use crate::core::inventory::{Vpc, name_of};
use crate::core::network::address_map::Collision;
use crate::core::network::cidr::layout::ZoneRequest;
use crate::core::network::cidr::space::routed;
use crate::core::network::cidr::{LARGEST_PREFIX, Tier, non_masquerade, overlap};
use crate::core::plan::ZonePlan;
use crate::core::problem::{About, Problem, catalog as rule};
use crate::core::text::untrusted::visible;

/// The custom CIDRs, each judged.
#[derive(Debug, Default)]
pub(super) struct JudgedCidrs {
    /// The zones with the CIDRs that can be there.
    pub(super) zones: Vec<ZoneRequest>,
    /// The CIDRs that cannot be there.
    pub(super) collisions: Vec<Collision>,
    pub(super) problems: Vec<Problem>,
}

/// The zones with the custom CIDRs that can be there, and what is wrong with the others.
pub(super) fn judge(vpc: &Vpc, zones: &[ZonePlan]) -> JudgedCidrs {
    let mut found = JudgedCidrs::default();
    let mut before: Vec<(String, Ipv4Net)> = Vec::new();
    for zone in zones {
        let mut keep = |tier: Tier, cidr: Option<Ipv4Net>| {
            let cidr = cidr?;
            let name = format!("{} subnet of {}", tier.word(), visible(&zone.name));
            let problems = against(vpc, tier, &name, cidr, &before);
            let stands = problems.is_empty();
            if !stands {
                found.collisions.push(Collision {
                    cidr,
                    zone: zone.name.clone(),
                    tier,
                    with: in_its_way(vpc, cidr, &before),
                });
            }
            before.push((name, cidr));
            let about = About::Subnet(tier.subnet(&zone.name));
            let about = problems.into_iter().map(|problem| Problem {
                about: about.clone(),
                ..problem
            });
            found.problems.extend(about);
            stands.then_some(cidr)
        };
        let (private, utility) = (
            keep(Tier::Private, zone.private),
            keep(Tier::Utility, zone.utility),
        );
        found.zones.push(ZoneRequest {
            name: zone.name.clone(),
            private,
            utility,
        });
    }
    found
}

// What of the VPC, or of the custom CIDRs before, has an address of this one.
fn in_its_way(vpc: &Vpc, cidr: Ipv4Net, before: &[(String, Ipv4Net)]) -> Vec<Ipv4Net> {
    let subnets = vpc.subnets.iter().map(|subnet| subnet.cidr);
    let routes = routed(vpc).into_iter().map(|range| range.cidr);
    let fixed = before.iter().map(|(_, cidr)| *cidr);
    let all = subnets.chain(routes).chain(fixed).chain([non_masquerade()]);
    all.filter(|other| overlap(*other, cidr)).collect()
}

fn against(
    vpc: &Vpc,
    tier: Tier,
    name: &str,
    cidr: Ipv4Net,
    before: &[(String, Ipv4Net)],
) -> Vec<Problem> {
    let found = [
        host_bits(name, cidr),
        wrong_size(tier, name, cidr),
        outside(vpc, name, cidr),
        in_pod_range(name, cidr),
        on_subnet(vpc, name, cidr),
        on_route(vpc, name, cidr),
        on_block(name, cidr, before),
    ];
    found.into_iter().flatten().collect()
}

fn host_bits(name: &str, cidr: Ipv4Net) -> Option<Problem> {
    (cidr.trunc() != cidr).then(|| {
        rule::BLOCK_HOST_BITS.problem(
            About::Subnets,
            format!("{cidr}, the {name}, has host bits set"),
            "a CIDR begins at its first address; kops refuses anything else",
            format!("write {}", cidr.trunc()),
        )
    })
}

fn wrong_size(tier: Tier, name: &str, cidr: Ipv4Net) -> Option<Problem> {
    let smallest = tier.smallest();
    (!(LARGEST_PREFIX..=smallest).contains(&cidr.prefix_len())).then(|| {
        let why = match tier {
            Tier::Private => "EC2 makes subnets of /16 to /28",
            Tier::Utility => "EC2 makes subnets of /16 to /28, and load balancers want 8 free addresses, which a /28 hardly has",
        };
        rule::BLOCK_SIZE.problem(
            About::Subnets,
            format!("{cidr}, the {name}, has a wrong size"),
            why,
            format!("choose a CIDR of /{LARGEST_PREFIX} to /{smallest}"),
        )
    })
}

fn outside(vpc: &Vpc, name: &str, cidr: Ipv4Net) -> Option<Problem> {
    if vpc.cidrs.iter().any(|own| own.contains(&cidr)) {
        return None;
    }
    let own: Vec<_> = vpc.cidrs.iter().map(Ipv4Net::to_string).collect();
    Some(rule::BLOCK_OUTSIDE_VPC.problem(
        About::Subnets,
        format!("{cidr}, the {name}, is not inside {}", visible(&vpc.id)),
        "a subnet lies inside one CIDR of its VPC",
        format!("choose a CIDR inside {}", own.join(" or ")),
    ))
}

fn in_pod_range(name: &str, cidr: Ipv4Net) -> Option<Problem> {
    overlap(cidr, non_masquerade()).then(|| {
        rule::BLOCK_IN_POD_RANGE.problem(
            About::Subnets,
            format!("{cidr}, the {name}, meets {}", non_masquerade()),
            "kops gives pods and services addresses from there (nonMasqueradeCIDR)",
            "choose a CIDR elsewhere",
        )
    })
}

fn on_subnet(vpc: &Vpc, name: &str, cidr: Ipv4Net) -> Option<Problem> {
    let mut subnets = vpc.subnets.iter();
    let other = subnets.find(|subnet| overlap(subnet.cidr, cidr))?;
    let called = name_of(&other.tags).map(|name| format!(" ({name})"));
    Some(rule::BLOCK_ON_SUBNET.problem(
        About::Subnets,
        format!(
            "{cidr}, the {name}, overlaps {} of {}{}",
            other.cidr,
            visible(&other.id),
            called.unwrap_or_default()
        ),
        "EC2 refuses overlapping subnets; kops's dry run does not see it",
        "choose a free CIDR, or leave it out and let it be planned",
    ))
}

fn on_route(vpc: &Vpc, name: &str, cidr: Ipv4Net) -> Option<Problem> {
    let other = routed(vpc)
        .into_iter()
        .find(|range| overlap(range.cidr, cidr))?;
    Some(rule::BLOCK_ON_ROUTE.problem(
        About::Subnets,
        format!(
            "{cidr}, the {name}, overlaps {}, which {} routes elsewhere",
            other.cidr,
            visible(&other.table)
        ),
        "the more specific route wins: traffic for those addresses leaves the VPC",
        "choose a free CIDR, or leave it out and let it be planned",
    ))
}

fn on_block(name: &str, cidr: Ipv4Net, before: &[(String, Ipv4Net)]) -> Option<Problem> {
    let mut before = before.iter();
    let (other, taken) = before.find(|(_, other)| overlap(*other, cidr))?;
    Some(rule::BLOCK_ON_BLOCK.problem(
        About::Subnets,
        format!("{cidr}, the {name}, overlaps {taken}, the {other}"),
        "EC2 refuses overlapping subnets; kops's dry run does not see it",
        "choose CIDRs that share no address",
    ))
}
