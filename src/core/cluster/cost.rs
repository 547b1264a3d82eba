//! What a cluster's instances cost now, by instance group and in all: only where every price is known.

use std::collections::{BTreeMap, BTreeSet};

use super::cloud::{CloudGroup, GroupMember};
use crate::core::inventory::MissingFact;
use crate::core::price::{ClusterPrices, HourlyPrice, PurchaseOption};
use crate::core::text::prose::counted;
use crate::core::text::untrusted::visible;
use crate::core::unix_time::UnixTime;

/// Instances of a group that cost the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostItem {
    pub instance_type: String,
    pub purchase: PurchaseOption,
    pub count: u32,
    /// Of one of them; absent where it is not known.
    pub price: Option<HourlyPrice>,
}

/// What the instances of a group cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupCost {
    pub instance_group: String,
    pub items: Vec<CostItem>,
    /// Of all of them together; absent where the price of one is not known.
    pub all: Option<HourlyPrice>,
}

/// What the instances of the Auto Scaling groups cost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClusterCost {
    pub groups: Vec<GroupCost>,
    /// Absent where that of a group is not known.
    pub all: Option<HourlyPrice>,
    pub instances: u32,
    /// When the oldest price was read.
    pub read: Option<UnixTime>,
    /// What could not be read, with the IAM action that would allow it.
    pub missing: Vec<MissingFact>,
}

/// What no figure counts.
pub const NOT_COUNTED: [&str; 5] = [
    "EBS volumes",
    "load balancers",
    "NAT gateways",
    "data transfer",
    "discounts of the account",
];

impl ClusterCost {
    /// By what is known of prices and groups.
    pub(super) fn new(groups: &[CloudGroup], prices: &ClusterPrices) -> Self {
        let groups: Vec<GroupCost> = groups
            .iter()
            .map(|group| GroupCost::new(group, prices))
            .collect();
        let items = groups.iter().flat_map(|group| &group.items);
        Self {
            all: sum(groups.iter().map(|group| group.all)),
            instances: items.map(|item| item.count).sum(),
            groups,
            read: prices.list.read,
            missing: prices.list.missing.clone(),
        }
    }

    /// What the instances of this instance group cost.
    pub fn group(&self, instance_group: &str) -> Option<&GroupCost> {
        let mut groups = self.groups.iter();
        groups.find(|group| group.instance_group == instance_group)
    }

    /// What all of it costs, of which day, for a narrow place; else what would make it known.
    pub fn short_words(&self) -> String {
        match self.all {
            Some(all) => format!("${} a month, {}", all.monthly(), self.day()),
            None => format!("price {}", self.why_unknown()),
        }
    }

    /// What all of it costs, by what, and what that does not count.
    pub fn sentence(&self) -> String {
        let Some(all) = self.all else {
            return self.why_unknown();
        };
        format!(
            "${} a month for {} at AWS's prices of {}, not counting {}",
            all.monthly(),
            counted(self.instances, "instance"),
            self.day(),
            NOT_COUNTED.join(", "),
        )
    }

    // The action where IAM refused it, else AWS's words, else the types without a price.
    fn why_unknown(&self) -> String {
        if let Some(fact) = self.missing.first() {
            return format!("not known: {}", fact.why());
        }
        let items = self.groups.iter().flat_map(|group| &group.items);
        let listed = items.filter(|item| item.purchase != PurchaseOption::Unknown);
        let unpriced = listed.filter(|item| item.price.is_none());
        let types: BTreeSet<&str> = unpriced.map(|item| item.instance_type.as_str()).collect();
        if types.is_empty() {
            return "being read".to_owned();
        }
        let types: Vec<&str> = types.into_iter().collect();
        format!(
            "not known: AWS lists none of {}",
            visible(&types.join(", "))
        )
    }

    fn day(&self) -> String {
        self.read.map(UnixTime::date).unwrap_or_default()
    }
}

impl GroupCost {
    fn new(group: &CloudGroup, prices: &ClusterPrices) -> Self {
        let mut counts: BTreeMap<(String, PurchaseOption), u32> = BTreeMap::new();
        for member in group.members.iter().filter(|one| one.is_paid()) {
            let key = (
                member.instance_type.raw().to_owned(),
                prices.purchase(member),
            );
            *counts.entry(key).or_default() += 1;
        }
        let items: Vec<CostItem> = counts
            .into_iter()
            .map(|((instance_type, purchase), count)| CostItem {
                price: prices.list.price(&instance_type, &purchase),
                instance_type,
                purchase,
                count,
            })
            .collect();
        let known = items
            .iter()
            .map(|item| item.price.map(|price| price.times(item.count)));
        Self {
            instance_group: group.instance_group.raw().to_owned(),
            all: sum(known),
            items,
        }
    }
}

impl ClusterPrices {
    fn purchase(&self, member: &GroupMember) -> PurchaseOption {
        match &member.instance {
            id if self.spot.contains(id) => PurchaseOption::Spot {
                zone: member.zone.raw().to_owned(),
            },
            id if self.instances.contains(id) => PurchaseOption::OnDemand,
            _ => PurchaseOption::Unknown,
        }
    }
}

impl CostItem {
    /// How many of what at which price, as people read it.
    pub fn sentence(&self) -> String {
        let purchase = match &self.purchase {
            PurchaseOption::OnDemand => "On-Demand".to_owned(),
            PurchaseOption::Unknown => "bought in an unknown way".to_owned(),
            PurchaseOption::Spot { zone } => format!("Spot in {}", visible(zone)),
        };
        let price = self.price.map_or_else(
            || "price not known".to_owned(),
            |price| format!("${} an hour each", price.hourly()),
        );
        let kind = visible(&self.instance_type);
        format!("{} × {kind} {purchase}, {price}", self.count)
    }
}

impl GroupMember {
    /// Whether its hours are paid for: it runs, or is about to, also in a warm pool.
    pub fn is_paid(&self) -> bool {
        let lifecycle = self.lifecycle.raw();
        let stopped = lifecycle.ends_with(":Stopped") || lifecycle.ends_with(":Hibernated");
        let ended = lifecycle.ends_with("Terminated") || lifecycle.ends_with("Detached");
        !stopped && !ended
    }
}

fn sum(mut prices: impl Iterator<Item = Option<HourlyPrice>>) -> Option<HourlyPrice> {
    prices.try_fold(HourlyPrice::default(), |all, one| Some(all.plus(one?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::inventory::Unread;
    use crate::core::price::PriceList;

    fn member(instance: &str, instance_type: &str, lifecycle: &str) -> GroupMember {
        GroupMember {
            instance: instance.into(),
            instance_type: instance_type.into(),
            zone: "us-east-1a".into(),
            lifecycle: lifecycle.into(),
            ..GroupMember::default()
        }
    }

    fn group(name: &str, members: Vec<GroupMember>) -> CloudGroup {
        CloudGroup {
            instance_group: name.into(),
            members,
            ..CloudGroup::default()
        }
    }

    fn prices(spot: &[&str], instances: &[&str]) -> ClusterPrices {
        let mut prices = ClusterPrices {
            instances: instances.iter().map(|one| (*one).into()).collect(),
            spot: spot.iter().map(|one| (*one).into()).collect(),
            ..ClusterPrices::default()
        };
        let list = &mut prices.list;
        list.on_demand
            .insert("t3.large".to_owned(), HourlyPrice(83_200));
        let place = ("t3.large".to_owned(), "us-east-1a".to_owned());
        list.spot.insert(place, HourlyPrice(25_000));
        prices
    }

    fn months(groups: &[CloudGroup], prices: &ClusterPrices) -> Vec<String> {
        let cost = ClusterCost::new(groups, prices);
        let month = |price: Option<HourlyPrice>| {
            price.map_or_else(|| "unknown".to_owned(), HourlyPrice::monthly)
        };
        let each = cost.groups.iter().map(|group| month(group.all));
        each.chain([month(cost.all)]).collect()
    }

    #[test]
    fn what_runs_is_counted_by_how_it_is_bought() {
        let nodes = group(
            "nodes",
            vec![
                member("i-1", "t3.large", "InService"),
                member("i-2", "t3.large", "Pending"),
                member("i-3", "t3.large", "Warmed:Running"),
                member("i-4", "t3.large", "Warmed:Stopped"),
                member("i-5", "t3.large", "Terminated"),
            ],
        );
        let spot = group("spot", vec![member("i-6", "t3.large", "InService")]);
        let empty = group("empty", Vec::new());
        let all = ["i-1", "i-2", "i-3", "i-4", "i-5", "i-6"];
        let known = prices(&["i-6"], &all);
        let groups = [nodes, spot, empty];
        assert_eq!(
            months(&groups, &known),
            ["182.21", "18.25", "0.00", "200.46"]
        );
        let items = ClusterCost::new(&groups, &known).group("spot").cloned();
        let wanted = GroupCost {
            instance_group: "spot".to_owned(),
            items: vec![CostItem {
                instance_type: "t3.large".to_owned(),
                purchase: PurchaseOption::Spot {
                    zone: "us-east-1a".to_owned(),
                },
                count: 1,
                price: Some(HourlyPrice(25_000)),
            }],
            all: Some(HourlyPrice(25_000)),
        };
        assert_eq!(items, Some(wanted));
    }

    #[test]
    fn a_figure_has_its_day_and_what_it_leaves_out() {
        let nodes = group("nodes", vec![member("i-1", "t3.large", "InService")]);
        let odd = group("odd", vec![member("i-2", "p5.48xlarge", "InService")]);
        let mut known = prices(&[], &["i-1", "i-2"]);
        known.list.read = UnixTime::parse("2026-11-29T10:15:30Z");
        let words = |groups: &[CloudGroup], prices: &ClusterPrices| {
            let cost = ClusterCost::new(groups, prices);
            (cost.short_words(), cost.sentence())
        };
        let both = |short: &str, whole: &str| (short.to_owned(), whole.to_owned());
        assert_eq!(
            words(std::slice::from_ref(&nodes), &known),
            both(
                "$60.74 a month, 2026-11-29",
                "$60.74 a month for 1 instance at AWS's prices of 2026-11-29, not counting EBS volumes, load balancers, NAT gateways, data transfer, discounts of the account",
            )
        );
        let unlisted = "not known: AWS lists none of p5.48xlarge";
        assert_eq!(
            words(&[nodes.clone(), odd], &known),
            both(&format!("price {unlisted}"), unlisted)
        );
        let denied = MissingFact {
            fact: "prices of the instance types".to_owned(),
            action: "pricing:GetProducts".to_owned(),
            reason: "AccessDeniedException: no".into(),
            cause: Unread::Denied,
        };
        let denied = ClusterPrices {
            list: PriceList {
                missing: vec![denied],
                ..PriceList::default()
            },
            ..ClusterPrices::default()
        };
        let refused = "not known: allow pricing:GetProducts";
        assert_eq!(
            words(&[nodes], &denied),
            both(&format!("price {refused}"), refused)
        );
    }

    #[test]
    fn a_sum_with_an_unknown_price_in_it_is_unknown() {
        let nodes = group("nodes", vec![member("i-1", "t3.large", "InService")]);
        let odd = group("odd", vec![member("i-2", "p5.48xlarge", "InService")]);
        let young = group("young", vec![member("i-3", "t3.large", "InService")]);
        let known = prices(&[], &["i-1", "i-2"]);
        assert_eq!(
            months(&[nodes.clone(), odd], &known),
            ["60.74", "unknown", "unknown"]
        );
        // How it is bought is not known yet.
        assert_eq!(
            months(&[nodes, young], &known),
            ["60.74", "unknown", "unknown"]
        );
    }
}
