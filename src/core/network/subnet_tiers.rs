//! The subnets of a VPC in tiers: those that were made alike in every zone are one row, by the names that Terraform gave them.

use std::collections::BTreeMap;

use ipnet::Ipv4Net;

use super::cidr::first_of;
use super::existing_subnet::DefaultRoute;
use crate::core::inventory::{Owner, Subnet, Vpc, name_of, owner_of};
use crate::core::text::untrusted::Untrusted;

/// Subnets of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubnetTier<'a> {
    /// What their names have in common beside the zone; where they lead, when they have no name.
    pub name: Untrusted,
    /// Whether the first of them leads to an internet gateway.
    pub public: bool,
    /// By zone, each sorted by CIDR.
    pub zones: BTreeMap<&'a str, Vec<&'a Subnet>>,
}

/// The tiers of a VPC: those that lead to an internet gateway first, then by their first CIDR. The subnets that kops made
/// for `cluster` are left out.
pub fn subnet_tiers<'a>(vpc: &'a Vpc, cluster: &str) -> Vec<SubnetTier<'a>> {
    let own = |subnet: &&Subnet| matches!(owner_of(&subnet.tags), Owner::Kops(name) if name.raw() == cluster);
    let subnets = vpc.subnets.iter().filter(|subnet| !own(subnet));
    let mut subnets: Vec<&Subnet> = subnets.collect();
    subnets.sort_by_key(|subnet| (first_of(subnet.cidr), subnet.id.as_str()));
    let mut tiers: Vec<(Ipv4Net, SubnetTier<'_>)> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for subnet in subnets {
        let name = tier_name(vpc, subnet);
        let at = *places.entry(name.clone()).or_insert_with(|| {
            let tier = SubnetTier {
                name: Untrusted::from(name),
                public: DefaultRoute::of_subnet(vpc, &subnet.id).is_public(),
                zones: BTreeMap::new(),
            };
            tiers.push((subnet.cidr, tier));
            tiers.len() - 1
        });
        if let Some((_, tier)) = tiers.get_mut(at) {
            let zone = tier.zones.entry(subnet.zone.as_str()).or_default();
            zone.push(subnet);
        }
    }
    tiers.sort_by_key(|(first, tier)| (!tier.public, first_of(*first)));
    tiers.into_iter().map(|(_, tier)| tier).collect()
}

fn tier_name(vpc: &Vpc, subnet: &Subnet) -> String {
    let name = name_of(&subnet.tags).map(|name| without_zone(name.raw(), &subnet.zone));
    name.filter(|name| !name.is_empty())
        .unwrap_or_else(|| route_word(&DefaultRoute::of_subnet(vpc, &subnet.id)).to_owned())
}

fn route_word(route: &DefaultRoute) -> &'static str {
    match route {
        DefaultRoute::Unread => "no name",
        DefaultRoute::None => "isolated",
        route if route.is_public() => "public",
        DefaultRoute::To(_) => "private",
    }
}

// A name says its zone whole, or with its last characters as a word of their own: `prod-private-1a`, `prod-private-a`.
fn without_zone(name: &str, zone: &str) -> String {
    if zone.is_empty() {
        return name.to_owned();
    }
    if let Some(at) = name.find(zone) {
        return joined(name, at, at + zone.len());
    }
    let short = zone.rsplit('-').next().unwrap_or(zone);
    let letter = zone.get(zone.len() - 1..).unwrap_or(zone);
    let is_zone = |word: &str| {
        [short, letter]
            .iter()
            .any(|own| word.eq_ignore_ascii_case(own))
    };
    match words(name)
        .into_iter()
        .rev()
        .find(|(_, word)| is_zone(word))
    {
        Some((at, word)) => joined(name, at, at + word.len()),
        None => name.to_owned(),
    }
}

fn is_between(character: char) -> bool {
    matches!(character, '-' | '_' | '.' | '/' | ' ')
}

fn words(name: &str) -> Vec<(usize, &str)> {
    let mut at = 0;
    let pieces = name.split(is_between).map(|word| {
        let begin = at;
        at += word.len() + 1;
        (begin, word)
    });
    pieces.collect()
}

// What is left and right of a part, with one of the signs between them.
fn joined(name: &str, begin: usize, end: usize) -> String {
    let (left, right) = (name.get(..begin), name.get(end..));
    let (left, right) = (left.unwrap_or_default(), right.unwrap_or_default());
    let (before, after) = (
        left.trim_end_matches(is_between),
        right.trim_start_matches(is_between),
    );
    match (before, after) {
        ("", rest) | (rest, "") => rest.to_owned(),
        (before, after) => {
            let between = left
                .get(before.len()..)
                .and_then(|rest| rest.chars().next());
            format!("{before}{}{after}", between.unwrap_or('-'))
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::core::method;

    fn named(vpc: &mut Vpc, at: usize, name: &str) {
        let tags = &mut vpc.subnets[at].tags;
        tags.insert(Untrusted::from("Name"), Untrusted::from(name));
    }

    #[test]
    fn terraforms_sets_are_one_tier_each_and_the_public_one_is_first() {
        let vpc = method::vpc();
        let tiers = subnet_tiers(&vpc, "");
        let shown: Vec<_> = tiers
            .iter()
            .map(|tier| (tier.name.raw(), tier.public, tier.zones.len()))
            .collect();
        assert_eq!(
            shown,
            [
                ("public", true, 4),
                ("admin", false, 4),
                ("private_working", false, 4),
                ("private_prod", false, 4)
            ]
        );
    }

    #[test]
    fn a_zone_is_known_by_its_name_its_short_name_or_its_letter() {
        let cases = [
            ("public-us-east-1a", "public"),
            ("us-east-1a.prod.example.com", "prod.example.com"),
            (
                "utility-us-east-1a.prod.example.com",
                "utility-prod.example.com",
            ),
            ("prod-private-1a", "prod-private"),
            ("platform/private/A", "platform/private"),
            ("a-team-a", "a-team"),
            ("web-a-2", "web-2"),
            ("data", "data"),
            ("us-east-1a", ""),
        ];
        for (name, tier) in cases {
            assert_eq!(without_zone(name, "us-east-1a"), tier, "{name}");
        }
    }

    #[test]
    fn subnets_without_a_name_are_called_by_where_they_lead() {
        let mut vpc = method::vpc();
        for at in [0, 4] {
            vpc.subnets[at].tags.clear();
        }
        named(&mut vpc, 5, "us-east-1b");
        let tiers = subnet_tiers(&vpc, "");
        let zones = |name: &str| {
            let tier = tiers.iter().find(|tier| tier.name.raw() == name).unwrap();
            tier.zones.keys().copied().collect::<Vec<_>>().join(" ")
        };
        // The named public ones are of the same name.
        assert_eq!(
            zones("public"),
            "us-east-1a us-east-1b us-east-1c us-east-1d"
        );
        assert_eq!(zones("private"), "us-east-1a us-east-1b");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_subnet_is_in_one_tier_at_its_zone(
            names in prop::collection::vec("[a-c1.\\-_é本 ]{0,8}|[a-z]{0,4}-us-east-1[a-d]", 16),
        ) {
            let mut vpc = method::vpc();
            for (at, name) in names.iter().enumerate() {
                named(&mut vpc, at, name);
            }
            let tiers = subnet_tiers(&vpc, "");
            let zones = tiers.iter().flat_map(|tier| &tier.zones);
            let mut placed: Vec<(&str, &str)> = zones
                .flat_map(|(zone, subnets)| subnets.iter().map(|subnet| (subnet.id.as_str(), *zone)))
                .collect();
            let mut all: Vec<_> = vpc
                .subnets
                .iter()
                .map(|subnet| (subnet.id.as_str(), subnet.zone.as_str()))
                .collect();
            placed.sort_unstable();
            all.sort_unstable();
            prop_assert_eq!(placed, all);
        }
    }
}
