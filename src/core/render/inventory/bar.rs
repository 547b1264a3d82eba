//! A block of a VPC as one line of signs, each a 64th of it, in the order of the addresses.

use ipnet::Ipv4Net;

use crate::core::inventory::Owner;
use crate::core::network::address_map::{AddressMap, SegmentKind};
use crate::core::network::cidr::{overlap, size};

/// Signs in a line; a block of fewer addresses has one for each address.
const CELLS: u64 = 64;

/// What each sign means, in the order in which a sign wins over those after it.
const SIGNS: [(char, &str); 6] = [
    ('k', "kops's subnet"),
    ('T', "Terraform's subnet"),
    ('s', "other subnet"),
    ('r', "routed elsewhere"),
    ('+', "reserved for a cluster's later zones"),
    ('p', "range of pods and services"),
];
const FREE: char = '.';

/// The line of one block; where several share a cell, the most important sign.
pub(super) fn line(map: &AddressMap, cidr: Ipv4Net) -> String {
    let cells = CELLS.min(size(cidr.prefix_len()));
    let prefix = cidr.prefix_len() + u8::try_from(cells.ilog2()).unwrap_or(0);
    let parts = cidr.subnets(prefix).into_iter().flatten();
    parts.map(|part| cell(map, cidr, part)).collect()
}

fn cell(map: &AddressMap, cidr: Ipv4Net, part: Ipv4Net) -> char {
    let here = map
        .within(cidr)
        .filter(|segment| overlap(segment.cidr, part));
    let rank = |sign: char| SIGNS.iter().position(|(known, _)| *known == sign);
    let best = here.filter_map(|segment| rank(sign(&segment.kind))).min();
    best.and_then(|at| SIGNS.get(at))
        .map_or(FREE, |(sign, _)| *sign)
}

/// The legend of the signs that are in these lines.
pub(super) fn legend(lines: &str) -> String {
    let known = SIGNS.iter().filter(|(sign, _)| lines.contains(*sign));
    let mut words: Vec<String> = known.map(|(sign, word)| format!("{sign} {word}")).collect();
    words.push(format!("{FREE} free"));
    words.join("  ")
}

fn sign(kind: &SegmentKind) -> char {
    match kind {
        SegmentKind::Existing {
            owner: Owner::Kops(_),
            ..
        } => 'k',
        SegmentKind::Existing {
            owner: Owner::Terraform,
            ..
        } => 'T',
        SegmentKind::Existing { .. } | SegmentKind::Planned { .. } => 's',
        SegmentKind::Routed { .. } => 'r',
        SegmentKind::Reserved { .. } => '+',
        SegmentKind::Pods => 'p',
        SegmentKind::Free => FREE,
    }
}
