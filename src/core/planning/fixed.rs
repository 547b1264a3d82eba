//! Blocks that the answers fix by hand: honoured when nothing stands against them.

use ipnet::Ipv4Net;

use crate::core::inventory::{Vpc, name_of};
use crate::core::network::address_map::Collision;
use crate::core::network::cidr::layout::ZoneRequest;
use crate::core::network::cidr::space::routed;
use crate::core::network::cidr::{LARGEST_PREFIX, Tier, non_masquerade, overlap};
use crate::core::plan::ZonePlan;
use crate::core::problem::{About, Problem, catalog as rule};
use crate::core::text::untrusted::visible;

/// The fixed blocks, each judged.
#[derive(Debug, Default)]
pub(super) struct FixedBlocks {
    /// The zones with the blocks that stand.
    pub(super) zones: Vec<ZoneRequest>,
    /// The blocks that do not stand.
    pub(super) collisions: Vec<Collision>,
    pub(super) problems: Vec<Problem>,
}

/// The zones with the fixed blocks that stand, and what is wrong with the others.
pub(super) fn standing(vpc: &Vpc, zones: &[ZonePlan]) -> FixedBlocks {
    let mut found = FixedBlocks::default();
    let mut before: Vec<(String, Ipv4Net)> = Vec::new();
    for zone in zones {
        let mut keep = |tier: Tier, block: Option<Ipv4Net>| {
            let block = block?;
            let name = format!("{} subnet of {}", tier.word(), visible(&zone.name));
            let problems = against(vpc, tier, &name, block, &before);
            let stands = problems.is_empty();
            if !stands {
                found.collisions.push(Collision {
                    cidr: block,
                    zone: zone.name.clone(),
                    tier,
                    with: in_its_way(vpc, block, &before),
                });
            }
            before.push((name, block));
            let about = About::Subnet(tier.subnet(&zone.name));
            let about = problems.into_iter().map(|problem| Problem {
                about: about.clone(),
                ..problem
            });
            found.problems.extend(about);
            stands.then_some(block)
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

// What of the VPC, or of the blocks fixed before, has an address of this block.
fn in_its_way(vpc: &Vpc, block: Ipv4Net, before: &[(String, Ipv4Net)]) -> Vec<Ipv4Net> {
    let subnets = vpc.subnets.iter().map(|subnet| subnet.cidr);
    let routes = routed(vpc).into_iter().map(|range| range.cidr);
    let fixed = before.iter().map(|(_, cidr)| *cidr);
    let all = subnets.chain(routes).chain(fixed).chain([non_masquerade()]);
    all.filter(|other| overlap(*other, block)).collect()
}

fn against(
    vpc: &Vpc,
    tier: Tier,
    name: &str,
    block: Ipv4Net,
    before: &[(String, Ipv4Net)],
) -> Vec<Problem> {
    let found = [
        host_bits(name, block),
        wrong_size(tier, name, block),
        outside(vpc, name, block),
        in_pod_range(name, block),
        on_subnet(vpc, name, block),
        on_route(vpc, name, block),
        on_block(name, block, before),
    ];
    found.into_iter().flatten().collect()
}

fn host_bits(name: &str, block: Ipv4Net) -> Option<Problem> {
    (block.trunc() != block).then(|| {
        rule::BLOCK_HOST_BITS.problem(
            About::Subnets,
            format!("{block}, the {name}, has host bits set"),
            "a CIDR begins at its first address; kops refuses anything else",
            format!("write {}", block.trunc()),
        )
    })
}

fn wrong_size(tier: Tier, name: &str, block: Ipv4Net) -> Option<Problem> {
    let smallest = tier.smallest();
    (!(LARGEST_PREFIX..=smallest).contains(&block.prefix_len())).then(|| {
        let why = match tier {
            Tier::Private => "EC2 makes subnets of /16 to /28",
            Tier::Utility => "EC2 makes subnets of /16 to /28, and load balancers want 8 free addresses, which a /28 hardly has",
        };
        rule::BLOCK_SIZE.problem(
            About::Subnets,
            format!("{block}, the {name}, has a wrong size"),
            why,
            format!("choose a CIDR of /{LARGEST_PREFIX} to /{smallest}"),
        )
    })
}

fn outside(vpc: &Vpc, name: &str, block: Ipv4Net) -> Option<Problem> {
    if vpc.cidrs.iter().any(|cidr| cidr.contains(&block)) {
        return None;
    }
    let own: Vec<_> = vpc.cidrs.iter().map(Ipv4Net::to_string).collect();
    Some(rule::BLOCK_OUTSIDE_VPC.problem(
        About::Subnets,
        format!("{block}, the {name}, is not inside {}", visible(&vpc.id)),
        "a subnet lies inside one CIDR of its VPC",
        format!("choose a CIDR inside {}", own.join(" or ")),
    ))
}

fn in_pod_range(name: &str, block: Ipv4Net) -> Option<Problem> {
    overlap(block, non_masquerade()).then(|| {
        rule::BLOCK_IN_POD_RANGE.problem(
            About::Subnets,
            format!("{block}, the {name}, meets {}", non_masquerade()),
            "kops gives pods and services addresses from there (nonMasqueradeCIDR)",
            "choose a CIDR elsewhere",
        )
    })
}

fn on_subnet(vpc: &Vpc, name: &str, block: Ipv4Net) -> Option<Problem> {
    let mut subnets = vpc.subnets.iter();
    let other = subnets.find(|subnet| overlap(subnet.cidr, block))?;
    let called = name_of(&other.tags).map(|name| format!(" ({name})"));
    Some(rule::BLOCK_ON_SUBNET.problem(
        About::Subnets,
        format!(
            "{block}, the {name}, overlaps {} of {}{}",
            other.cidr,
            visible(&other.id),
            called.unwrap_or_default()
        ),
        "EC2 refuses overlapping subnets; kops's dry run does not see it",
        "choose a free CIDR, or leave it out and let it be planned",
    ))
}

fn on_route(vpc: &Vpc, name: &str, block: Ipv4Net) -> Option<Problem> {
    let other = routed(vpc)
        .into_iter()
        .find(|range| overlap(range.cidr, block))?;
    Some(rule::BLOCK_ON_ROUTE.problem(
        About::Subnets,
        format!(
            "{block}, the {name}, overlaps {}, which {} routes elsewhere",
            other.cidr,
            visible(&other.table)
        ),
        "the more specific route wins: traffic for those addresses leaves the VPC",
        "choose a free CIDR, or leave it out and let it be planned",
    ))
}

fn on_block(name: &str, block: Ipv4Net, before: &[(String, Ipv4Net)]) -> Option<Problem> {
    let (other, cidr) = before.iter().find(|(_, cidr)| overlap(*cidr, block))?;
    Some(rule::BLOCK_ON_BLOCK.problem(
        About::Subnets,
        format!("{block}, the {name}, overlaps {cidr}, the {other}"),
        "EC2 refuses overlapping subnets; kops's dry run does not see it",
        "choose CIDRs that share no address",
    ))
}
