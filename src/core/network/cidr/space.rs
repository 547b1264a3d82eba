//! What is free in a VPC: its blocks minus subnets, minus ranges that its route tables send elsewhere.

use std::collections::BTreeSet;

use ipnet::{Ipv4Net, Ipv4Subnets};

use super::{block_at, first_of, last_of, non_masquerade, overlap, size};
use crate::core::inventory::{Owner, Route, RouteTarget, Vpc, owner_of};
use crate::core::text::untrusted::Untrusted;

/// Blocks of a VPC, in its order, and what is taken inside them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Space {
    cidrs: Vec<Ipv4Net>,
    taken: Vec<Span>,
}

// First and last address, both taken; spans are sorted and never touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Span {
    first: u64,
    last: u64,
}

/// A range inside the VPC that a route sends elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Routed {
    pub cidr: Ipv4Net,
    pub target: RouteTarget,
    /// The route table's id.
    pub table: String,
}

/// Room that a kops cluster keeps for its fourth zone: the aligned four blocks around one of its subnets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReservedRange {
    pub cluster: Untrusted,
    pub cidr: Ipv4Net,
}

impl Space {
    /// The VPC's blocks without its subnets, routed ranges and 100.64.0.0/10.
    pub fn from_vpc(vpc: &Vpc) -> Self {
        let subnets = vpc.subnets.iter().map(|subnet| subnet.cidr);
        let routes = routed(vpc).into_iter().map(|range| range.cidr);
        Self::new(&vpc.cidrs).without(subnets.chain(routes).chain([non_masquerade()]))
    }

    /// All of these blocks, nothing taken.
    pub fn new(cidrs: &[Ipv4Net]) -> Self {
        Self {
            cidrs: cidrs.iter().map(Ipv4Net::trunc).collect(),
            taken: Vec::new(),
        }
    }

    /// The same space with more taken.
    #[must_use]
    pub fn without(mut self, nets: impl IntoIterator<Item = Ipv4Net>) -> Self {
        self.taken.extend(nets.into_iter().map(|net| Span {
            first: first_of(net),
            last: last_of(net),
        }));
        self.taken.sort_unstable();
        self.taken = merged(&self.taken);
        self
    }

    /// Takes one more block, without going through what was taken before.
    pub fn take(&mut self, net: Ipv4Net) {
        let (mut first, mut last) = (first_of(net), last_of(net));
        // Spans that touch become one.
        let from = self.taken.partition_point(|span| span.last + 1 < first);
        let rest = self.taken.get(from..).unwrap_or_default();
        let to = from + rest.partition_point(|span| span.first <= last + 1);
        for span in self.taken.get(from..to).unwrap_or_default() {
            first = first.min(span.first);
            last = last.max(span.last);
        }
        self.taken.splice(from..to, [Span { first, last }]);
    }

    /// Whether the block lies inside one of the VPC's blocks and nothing in it is taken.
    pub fn is_free(&self, net: Ipv4Net) -> bool {
        self.cidrs.iter().any(|cidr| cidr.contains(&net))
            && self.blocker(first_of(net), last_of(net)).is_none()
    }

    /// The free blocks of this size that `fits` accepts: the VPC's blocks in their order, lowest address first.
    pub fn find(&self, prefix: u8, fits: impl Fn(Ipv4Net) -> bool) -> Option<Ipv4Net> {
        self.cidrs
            .iter()
            .filter(|cidr| cidr.prefix_len() <= prefix)
            .find_map(|cidr| self.find_in(*cidr, prefix, &fits))
    }

    /// What is free, as the fewest aligned blocks, in the VPC's order.
    pub fn free(&self) -> Vec<Ipv4Net> {
        self.cidrs
            .iter()
            .flat_map(|cidr| self.free_in(*cidr))
            .collect()
    }

    /// The free parts of a range, as the fewest aligned blocks, in the VPC's order.
    pub fn free_within(&self, range: Ipv4Net) -> Vec<Ipv4Net> {
        let inside = |cidr: &Ipv4Net| {
            let wider = cidr.contains(&range).then_some(range);
            wider.or_else(|| range.contains(cidr).then_some(*cidr))
        };
        self.cidrs
            .iter()
            .filter_map(inside)
            .flat_map(|part| self.free_in(part))
            .collect()
    }

    /// How many addresses are free.
    pub fn free_addresses(&self) -> u64 {
        self.free().iter().map(|net| size(net.prefix_len())).sum()
    }

    /// The largest free block; the lowest of equals.
    pub fn largest(&self) -> Option<Ipv4Net> {
        self.free()
            .into_iter()
            .min_by_key(|net| (net.prefix_len(), net.network()))
    }

    fn find_in(
        &self,
        cidr: Ipv4Net,
        prefix: u8,
        fits: &impl Fn(Ipv4Net) -> bool,
    ) -> Option<Ipv4Net> {
        let step = size(prefix);
        let mut first = first_of(cidr);
        while first + step - 1 <= last_of(cidr) {
            match self.blocker(first, first + step - 1) {
                Some(span) => first = (span.last + 1).next_multiple_of(step),
                None if fits(block_at(first, prefix)) => return Some(block_at(first, prefix)),
                None => first += step,
            }
        }
        None
    }

    fn free_in(&self, cidr: Ipv4Net) -> Vec<Ipv4Net> {
        let mut free = Vec::new();
        let mut first = first_of(cidr);
        while first <= last_of(cidr) {
            let next = self.blocker(first, last_of(cidr));
            let end = next.map_or(last_of(cidr) + 1, |span| span.first);
            if end > first {
                free.extend(cover(first, end - 1));
            }
            first = next.map_or(end, |span| span.last + 1);
        }
        free
    }

    // The first taken span that meets these addresses.
    fn blocker(&self, first: u64, last: u64) -> Option<Span> {
        let at = self.taken.partition_point(|span| span.last < first);
        self.taken
            .get(at)
            .copied()
            .filter(|span| span.first <= last)
    }
}

/// Ranges strictly inside the VPC's blocks that a route table sends to a peer, a transit gateway, a VPN or elsewhere.
///
/// A wider range does not count: the local route wins there (Amazon VPC user guide, "Route priority").
pub fn routed(vpc: &Vpc) -> Vec<Routed> {
    let mut found = Vec::new();
    for table in &vpc.route_tables {
        for route in &table.routes {
            let ranges = destinations(route).into_iter();
            let inside = ranges.filter(|net| is_inside(vpc, *net));
            found.extend(inside.map(|cidr| Routed {
                cidr,
                target: route.target.clone(),
                table: table.id.clone(),
            }));
        }
    }
    found.sort_by(|one, other| (one.cidr, &one.table).cmp(&(other.cidr, &other.table)));
    found.dedup_by_key(|range| range.cidr);
    found
}

/// The rooms of the kops clusters in the VPC; a room in which somebody else has a subnet was never one.
pub fn rooms(vpc: &Vpc) -> Vec<ReservedRange> {
    let owned: Vec<_> = vpc
        .subnets
        .iter()
        .map(|subnet| (subnet.cidr, owner_of(&subnet.tags)))
        .collect();
    let there = There::new(&owned);
    let mut seen: BTreeSet<(Ipv4Net, &Untrusted)> = BTreeSet::new();
    let mut found: Vec<ReservedRange> = Vec::new();
    for (subnet, owner) in &owned {
        let (Owner::Kops(cluster), Some(cidr)) = (owner, four_around(*subnet)) else {
            continue;
        };
        let inside = || vpc.cidrs.iter().any(|block| block.contains(&cidr));
        if seen.insert((cidr, cluster)) && inside() && there.is_only(cidr, owner) {
            let cluster = cluster.clone();
            found.push(ReservedRange { cluster, cidr });
        }
    }
    found
}

// Whose subnets lie where, by their first address; beside each the last address of it and of all before it.
struct There<'a> {
    sorted: Vec<(Ipv4Net, &'a Owner, u64)>,
}

impl<'a> There<'a> {
    fn new(owned: &'a [(Ipv4Net, Owner)]) -> Self {
        let mut sorted: Vec<_> = owned
            .iter()
            .map(|(cidr, owner)| (*cidr, owner, 0))
            .collect();
        sorted.sort_by_key(|(cidr, _, _)| first_of(*cidr));
        let mut furthest = 0;
        for (cidr, _, last) in &mut sorted {
            furthest = last_of(*cidr).max(furthest);
            *last = furthest;
        }
        Self { sorted }
    }

    // Subnets of a real VPC overlap none, so that the walk back ends at the first one below the room.
    fn is_only(&self, room: Ipv4Net, own: &Owner) -> bool {
        let end = self
            .sorted
            .partition_point(|(cidr, _, _)| first_of(*cidr) <= last_of(room));
        let before = self.sorted.get(..end).unwrap_or_default().iter().rev();
        before
            .take_while(|(_, _, furthest)| *furthest >= first_of(room))
            .filter(|(cidr, _, _)| overlap(*cidr, room))
            .all(|(_, owner, _)| *owner == own)
    }
}

fn four_around(net: Ipv4Net) -> Option<Ipv4Net> {
    Ipv4Net::new(net.network(), net.prefix_len().checked_sub(2)?)
        .ok()
        .map(|four| four.trunc())
}

fn destinations(route: &Route) -> Vec<Ipv4Net> {
    if route.target == RouteTarget::Local {
        return Vec::new();
    }
    route.ranges()
}

fn is_inside(vpc: &Vpc, net: Ipv4Net) -> bool {
    vpc.cidrs
        .iter()
        .any(|cidr| cidr.contains(&net) && cidr.trunc() != net)
}

fn merged(sorted: &[Span]) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::with_capacity(sorted.len());
    for span in sorted {
        match spans.last_mut() {
            Some(before) if span.first <= before.last + 1 => {
                before.last = before.last.max(span.last);
            }
            _ => spans.push(*span),
        }
    }
    spans
}

fn cover(first: u64, last: u64) -> impl Iterator<Item = Ipv4Net> {
    let address = |at: u64| u32::try_from(at).unwrap_or(u32::MAX).into();
    Ipv4Subnets::new(address(first), address(last), 0)
}
