//! How many addresses a private subnet must hold.

use crate::core::answers::{Answers, Networking};
use crate::core::inventory::Inventory;
use crate::core::network::cidr::LOST_ADDRESSES;
use crate::core::plan::{GroupRole, PlannedGroup};

/// Free addresses that a load balancer wants in each of its subnets (Elastic Load Balancing user guide).
pub(super) const LOAD_BALANCER: u32 = 8;

/// Addresses that a node takes when the CNI gives pods addresses of the subnet, where EC2 did not describe its type: three
/// interfaces of twelve, as a t3.large has (EC2 user guide, "IP addresses per network interface").
const UNKNOWN_NODE: u32 = 36;

/// Pods with an address of their own that a node runs at most: kops tells the kubelet 110, of which two share the node's
/// (nodeup/pkg/model/kubelet.go).
const MOST_PODS: u32 = 108;

/// Addresses that a block should hold: any one zone may have to carry every node. It must not depend on the number of
/// zones, or adding one would move the others.
pub(super) fn wanted(inventory: &Inventory, answers: &Answers) -> u32 {
    let plane = &answers.control_plane;
    let types = [plane.machine_type.as_str()];
    let own = plane
        .count
        .saturating_mul(per_node(inventory, answers.networking, &types));
    let nodes = answers.instance_groups.iter().fold(own, |sum, group| {
        let additional = group.additional_types().iter().map(String::as_str);
        let types: Vec<&str> = [group.machine_type.as_str()]
            .into_iter()
            .chain(additional)
            .collect();
        let each = per_node(inventory, answers.networking, &types);
        sum.saturating_add(group.max.saturating_mul(each))
    });
    held(nodes)
}

/// Addresses without which the groups' own maximum cannot start in this zone.
pub(super) fn least(groups: &[PlannedGroup], zone: &str) -> u32 {
    held(sum(groups, zone, |_| 1))
}

/// Addresses that the nodes of this zone and their pods take, where pods take addresses of the subnet.
pub(super) fn with_pods(
    inventory: &Inventory,
    networking: Networking,
    groups: &[PlannedGroup],
    zone: &str,
) -> u32 {
    held(sum(groups, zone, |group| {
        per_node(inventory, networking, &types_of(group))
    }))
}

/// The types of this zone's nodes whose interfaces are not known, sorted, without repeats.
pub(super) fn unknown_types(
    inventory: &Inventory,
    groups: &[PlannedGroup],
    zone: &str,
) -> Vec<String> {
    let mut found: Vec<String> = here(groups, zone)
        .flat_map(types_of)
        .filter(|kind| addresses_on(inventory, kind).is_none())
        .map(str::to_owned)
        .collect();
    found.sort();
    found.dedup();
    found
}

/// How many instances a block of so many addresses holds.
pub(super) fn nodes_in(addresses: u32) -> u32 {
    addresses.saturating_sub(held(0))
}

fn sum(groups: &[PlannedGroup], zone: &str, each: impl Fn(&PlannedGroup) -> u32) -> u32 {
    let shares = here(groups, zone).map(|group| {
        let zones = u32::try_from(group.zones.len()).unwrap_or(u32::MAX);
        let nodes = group.max.div_ceil(zones.max(1));
        nodes.saturating_mul(each(group))
    });
    shares.fold(0, u32::saturating_add)
}

fn here<'a>(groups: &'a [PlannedGroup], zone: &str) -> impl Iterator<Item = &'a PlannedGroup> {
    groups
        .iter()
        .filter(|group| group.role != GroupRole::Bastion)
        .filter(move |group| group.zones.iter().any(|name| name == zone))
}

fn types_of(group: &PlannedGroup) -> Vec<&str> {
    match &group.mixed {
        Some(mixed) => mixed.instances.iter().map(String::as_str).collect(),
        None => vec![&group.machine_type],
    }
}

fn held(nodes: u32) -> u32 {
    nodes.saturating_add(LOAD_BALANCER + LOST_ADDRESSES)
}

// Of several types any may start, so the one that takes most counts.
fn per_node(inventory: &Inventory, networking: Networking, types: &[&str]) -> u32 {
    if !networking.pods_in_subnets() {
        return 1;
    }
    let each = types.iter();
    each.map(|kind| addresses_on(inventory, kind).unwrap_or(UNKNOWN_NODE))
        .max()
        .unwrap_or(UNKNOWN_NODE)
}

// The CNI takes whole interfaces: as many as the pods need, and one more in reserve (amazon-vpc-cni-k8s, WARM_ENI_TARGET);
// the first address of each is its own.
fn addresses_on(inventory: &Inventory, name: &str) -> Option<u32> {
    let kind = inventory.instance_type(name)?;
    let (interfaces, addresses) = (kind.interfaces?, kind.addresses_per_interface?);
    let for_pods = addresses.checked_sub(1).filter(|left| *left > 0);
    let needed = for_pods.map_or(interfaces, |left| {
        MOST_PODS.div_ceil(left).saturating_add(1)
    });
    Some(interfaces.min(needed).saturating_mul(addresses).max(1))
}
