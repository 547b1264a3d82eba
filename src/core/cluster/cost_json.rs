//! What a cluster's instances cost, as JSON.

use serde::Serialize;

use super::cost::{ClusterCost, CostItem, GroupCost, NOT_COUNTED};
use crate::core::inventory::MissingFact;
use crate::core::price::{HourlyPrice, PurchaseOption};
use crate::core::text::untrusted::Untrusted;
use crate::core::unix_time::UnixTime;

/// What the instances that run now cost at AWS's prices; a figure of which a price is not known is null.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(super) struct CostView<'a> {
    /// Always `USD`.
    currency: &'static str,
    /// Of 730 hours, with cents, such as `612.40`.
    per_month: Option<String>,
    /// When the oldest price was read, RFC 3339 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    read: Option<String>,
    /// What the figures leave out.
    not_counted: [&'static str; 5],
    instance_groups: Vec<GroupCostItem<'a>>,
    /// What could not be read.
    missing: Vec<UnreadPrice<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
struct GroupCostItem<'a> {
    name: &'a str,
    per_month: Option<String>,
    instances: Vec<InstanceCostItem<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
struct InstanceCostItem<'a> {
    instance_type: &'a str,
    /// `onDemand`, `spot`, or `unknown` where it could not be read.
    purchase_option: &'static str,
    /// Of Spot Instances, whose price differs from zone to zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    zone: Option<&'a str>,
    count: u32,
    /// Of one of them.
    per_hour: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
struct UnreadPrice<'a> {
    fact: &'a str,
    /// The IAM action that would allow it.
    action: &'a str,
    reason: &'a Untrusted,
}

impl<'a> CostView<'a> {
    pub(super) fn new(cost: &'a ClusterCost) -> Self {
        Self {
            currency: "USD",
            per_month: cost.all.map(HourlyPrice::monthly),
            read: cost.read.map(UnixTime::rfc3339),
            not_counted: NOT_COUNTED,
            instance_groups: cost.groups.iter().map(group_item).collect(),
            missing: cost.missing.iter().map(unread).collect(),
        }
    }
}

fn group_item(group: &GroupCost) -> GroupCostItem<'_> {
    GroupCostItem {
        name: &group.instance_group,
        per_month: group.all.map(HourlyPrice::monthly),
        instances: group.items.iter().map(instance_item).collect(),
    }
}

fn instance_item(item: &CostItem) -> InstanceCostItem<'_> {
    let (purchase_option, zone) = match &item.purchase {
        PurchaseOption::OnDemand => ("onDemand", None),
        PurchaseOption::Unknown => ("unknown", None),
        PurchaseOption::Spot { zone } => ("spot", Some(zone.as_str())),
    };
    InstanceCostItem {
        instance_type: &item.instance_type,
        purchase_option,
        zone,
        count: item.count,
        per_hour: item.price.map(HourlyPrice::hourly),
    }
}

fn unread(fact: &MissingFact) -> UnreadPrice<'_> {
    UnreadPrice {
        fact: &fact.fact,
        action: &fact.action,
        reason: &fact.reason,
    }
}
