//! How many addresses a private block must hold.

use super::{Group, Role};
use crate::core::answers::{Answers, Networking};
use crate::core::cidr::LOST_ADDRESSES;

/// Free addresses that a load balancer wants in each of its subnets (Elastic Load Balancing user guide).
const LOAD_BALANCER: u32 = 8;

/// Addresses that a node takes when the CNI gives pods addresses of the subnet: three interfaces of twelve, as a
/// t3.large has (EC2 user guide, "IP addresses per network interface").
const AMAZON_VPC_NODE: u32 = 36;

/// Addresses that a block should hold: any one zone may have to carry every node. It must not depend on the number of
/// zones, or adding one would move the others.
pub(super) fn wanted(answers: &Answers) -> u32 {
    let nodes = answers
        .instance_groups
        .iter()
        .fold(answers.control_plane.count, |sum, group| {
            sum.saturating_add(group.max)
        });
    held(nodes.saturating_mul(per_node(answers.networking)))
}

/// Addresses without which the groups' own maximum cannot start in this zone.
pub(super) fn least(groups: &[Group], zone: &str) -> u32 {
    let here = groups
        .iter()
        .filter(|group| group.role != Role::Bastion)
        .filter(|group| group.zones.iter().any(|name| name == zone));
    let shares = here.map(|group| {
        let zones = u32::try_from(group.zones.len()).unwrap_or(u32::MAX);
        group.max.div_ceil(zones.max(1))
    });
    held(shares.fold(0, u32::saturating_add))
}

/// Addresses that the nodes of this zone and their pods take, where pods take addresses of the subnet.
pub(super) fn with_pods(answers: &Answers, groups: &[Group], zone: &str) -> u32 {
    let fixed = held(0);
    let nodes = least(groups, zone).saturating_sub(fixed);
    fixed.saturating_add(nodes.saturating_mul(per_node(answers.networking)))
}

/// How many instances a block of so many addresses holds.
pub(super) fn nodes_in(addresses: u32) -> u32 {
    addresses.saturating_sub(held(0))
}

fn held(nodes: u32) -> u32 {
    nodes.saturating_add(LOAD_BALANCER + LOST_ADDRESSES)
}

fn per_node(networking: Networking) -> u32 {
    if networking.pods_in_subnets() {
        AMAZON_VPC_NODE
    } else {
        1
    }
}
