//! The `spec` of an `InstanceGroup` document.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{private_subnet, utility_subnet};
use crate::core::answers::SpotAllocation;
use crate::core::plan::{GroupRole, Mixed, PlannedGroup};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct InstanceGroup<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    capacity_rebalance: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    machine_type: &'a str,
    max_size: u32,
    min_size: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    mixed_instances_policy: Option<MixedInstancesPolicy<'a>>,
    node_labels: BTreeMap<&'a str, &'a str>,
    role: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    root_volume_size: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    subnets: Vec<String>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    taints: &'a [String],
}

// kops documents two ways to spot instances: `maxPrice`, which needs a price that goes stale, and this, which asks for
// spot only at no more than the on-demand price, and lets further types be added (docs/instance_groups.md).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MixedInstancesPolicy<'a> {
    instances: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    on_demand_above_base: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    on_demand_base: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    spot_allocation_strategy: Option<SpotAllocation>,
}

pub(super) fn group_spec(group: &PlannedGroup) -> InstanceGroup<'_> {
    InstanceGroup {
        capacity_rebalance: buys_spot(group).then_some(true),
        image: group.image.as_deref(),
        machine_type: &group.machine_type,
        max_size: group.max,
        min_size: group.min,
        mixed_instances_policy: group.mixed.as_ref().map(policy),
        node_labels: labels(group),
        role: role(group.role),
        root_volume_size: group.root_volume_gib,
        subnets: subnets(group),
        taints: &group.taints,
    }
}

fn buys_spot(group: &PlannedGroup) -> bool {
    let mixed = group.mixed.as_ref();
    mixed.is_some_and(|mixed| mixed.spot_allocation.is_some())
}

fn policy(mixed: &Mixed) -> MixedInstancesPolicy<'_> {
    MixedInstancesPolicy {
        instances: &mixed.instances,
        on_demand_above_base: mixed.on_demand_above_base,
        on_demand_base: mixed.on_demand_base,
        spot_allocation_strategy: mixed.spot_allocation,
    }
}

fn labels(group: &PlannedGroup) -> BTreeMap<&str, &str> {
    let asked = group.labels.iter();
    asked
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .chain([("kops.k8s.io/instancegroup", group.name.as_str())])
        .collect()
}

// v1alpha2 still says Master.
fn role(role: GroupRole) -> &'static str {
    match role {
        GroupRole::ControlPlane => "Master",
        GroupRole::Bastion => "Bastion",
        GroupRole::Node => "Node",
    }
}

// `kops create cluster` lists private subnets here; kops's documentation and its bastion model mean the utility ones,
// and a bastion that cannot be reached without its load balancer helps nobody when that one fails.
fn subnets(group: &PlannedGroup) -> Vec<String> {
    let name = match group.role {
        GroupRole::Bastion => utility_subnet,
        GroupRole::ControlPlane | GroupRole::Node => private_subnet,
    };
    group.zones.iter().map(|zone| name(zone)).collect()
}
