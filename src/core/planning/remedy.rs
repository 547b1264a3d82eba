//! What would make room for blocks that do not fit: fewer zones, smaller blocks, a secondary CIDR, each tried first.

use ipnet::Ipv4Net;

use super::need;
use crate::core::inventory::Vpc;
use crate::core::network::cidr::layout::Request;
use crate::core::network::cidr::space::Space;
use crate::core::network::cidr::{
    LARGEST_PREFIX, SMALLEST_PRIVATE, USUAL_PREFIX, non_masquerade, prefix_for, size,
};
use crate::core::text::prose::counted;

/// The fewest addresses that a private block is ever asked to hold: the smallest subnet of EC2.
pub(super) const SMALLEST: u32 = 16;

/// Every way that was found, the cheapest first; a secondary CIDR always helps.
pub(super) fn would_fit(request: &Request) -> String {
    let ways = [
        fewer_zones(request),
        smaller_blocks(request),
        Some(secondary(request)),
    ];
    let ways: Vec<_> = ways.into_iter().flatten().collect();
    ways.join("; or ")
}

// Fewer zones carry more nodes each; what holds all of them is enough however they are shared out.
fn fewer_zones(request: &Request) -> Option<String> {
    let least = request.wanted.max(request.open_least);
    let count = (1..request.zones.len())
        .rev()
        .find(|count| fits(request, *count, least))?;
    Some(format!("use {count} of the zones"))
}

fn smaller_blocks(request: &Request) -> Option<String> {
    let larger = prefix_for(request.open_least).saturating_add(1);
    let prefix = (larger..=SMALLEST_PRIVATE).find(|prefix| {
        let holds = u32::try_from(size(*prefix)).unwrap_or(u32::MAX);
        fits(request, request.zones.len(), holds)
    })?;
    let holds = u32::try_from(size(prefix)).unwrap_or(u32::MAX);
    let nodes = need::nodes_in(holds);
    Some(format!(
        "lower the groups' maximum, so that no zone has more than {} and a private /{prefix} does",
        counted(nodes, "instance")
    ))
}

fn secondary(request: &Request) -> String {
    let zones = u32::try_from(request.zones.len()).unwrap_or(u32::MAX);
    let room = prefix_for(request.open_least).min(USUAL_PREFIX);
    let all = u32::try_from(size(room))
        .unwrap_or(u32::MAX)
        .saturating_mul(zones.max(4).next_power_of_two().saturating_mul(2));
    let prefix = prefix_for(all).max(LARGEST_PREFIX);
    let example = example(request.vpc, prefix).map(|cidr| format!(", such as {cidr}"));
    format!(
        "add a secondary CIDR of /{prefix} or larger to the VPC{}",
        example.unwrap_or_default()
    )
}

// EC2 adds blocks of the private range that the primary one is of (Amazon VPC user guide, "IPv4 CIDR block association
// restrictions"); what a route leads to is somebody's already.
fn example(vpc: &Vpc, prefix: u8) -> Option<Ipv4Net> {
    let primary = vpc.cidrs.first()?;
    let ranges = [(10, 0, 8), (172, 16, 12), (192, 168, 16)];
    let range = ranges
        .into_iter()
        .filter_map(|(first, second, length)| {
            Ipv4Net::new([first, second, 0, 0].into(), length).ok()
        })
        .find(|range| range.contains(primary))?;
    let routes = vpc.route_tables.iter().flat_map(|table| &table.routes);
    let reached = routes
        .filter_map(|route| route.destination.parse::<Ipv4Net>().ok())
        .filter(|destination| destination.prefix_len() > range.prefix_len());
    let subnets = vpc.subnets.iter().map(|subnet| subnet.cidr);
    let taken = vpc.cidrs.iter().copied().chain(subnets).chain(reached);
    Space::new(&[range])
        .without(taken.chain([non_masquerade()]))
        .find(prefix, |_| true)
}

fn fits(request: &Request, zones: usize, least: u32) -> bool {
    let zones = request.zones.get(..zones).unwrap_or_default();
    Request {
        zones,
        open_least: least,
        ..request.clone()
    }
    .lay_out()
    .is_ok()
}
