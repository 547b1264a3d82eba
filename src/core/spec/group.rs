//! The `spec` of an `InstanceGroup` document.

use serde::Serialize;

use super::{private_subnet, utility_subnet};
use crate::core::plan::{Group, Role};

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
    node_labels: NodeLabels<'a>,
    role: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    root_volume_size: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    subnets: Vec<String>,
}

// kops documents two ways to spot instances: `maxPrice`, which needs a price that goes stale, and this, which asks for
// spot only at no more than the on-demand price, and lets further types be added (docs/instance_groups.md).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MixedInstancesPolicy<'a> {
    instances: [&'a str; 1],
    on_demand_above_base: u32,
    on_demand_base: u32,
    spot_allocation_strategy: &'static str,
}

#[derive(Serialize)]
struct NodeLabels<'a> {
    #[serde(rename = "kops.k8s.io/instancegroup")]
    instance_group: &'a str,
}

pub(super) fn of(group: &Group) -> InstanceGroup<'_> {
    InstanceGroup {
        capacity_rebalance: group.spot.then_some(true),
        image: group.image.as_deref(),
        machine_type: &group.machine_type,
        max_size: group.max,
        min_size: group.min,
        mixed_instances_policy: group.spot.then(|| spot(&group.machine_type)),
        node_labels: NodeLabels {
            instance_group: &group.name,
        },
        role: role(group.role),
        root_volume_size: group.root_volume_gib,
        subnets: subnets(group),
    }
}

fn spot(machine_type: &str) -> MixedInstancesPolicy<'_> {
    MixedInstancesPolicy {
        instances: [machine_type],
        on_demand_above_base: 0,
        on_demand_base: 0,
        spot_allocation_strategy: "capacity-optimized",
    }
}

// v1alpha2 still says Master.
fn role(role: Role) -> &'static str {
    match role {
        Role::ControlPlane => "Master",
        Role::Bastion => "Bastion",
        Role::Node => "Node",
    }
}

// `kops create cluster` lists private subnets here; kops's documentation and its bastion model mean the utility ones,
// and a bastion that cannot be reached without its load balancer helps nobody when that one fails.
fn subnets(group: &Group) -> Vec<String> {
    let name = match group.role {
        Role::Bastion => utility_subnet,
        Role::ControlPlane | Role::Node => private_subnet,
    };
    group.zones.iter().map(|zone| name(zone)).collect()
}
