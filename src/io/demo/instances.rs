//! The instances that the demonstration's cluster has once all are there.

use ipnet::Ipv4Net;

use super::dry_run::{DemoSpec, DemoSubnet};
use crate::core::cluster::{InstanceGroupSummary, instance_groups};
use crate::core::plan::GroupRole;

/// The host of its subnet that the first instance has.
const FIRST_HOST: usize = 9;

/// One instance and its group.
#[derive(Clone, Debug)]
pub(super) struct DemoInstance {
    pub id: String,
    pub zone: String,
    pub group: InstanceGroupSummary,
    /// In the subnet of its zone, where the spec has its CIDR.
    pub address: String,
    /// Counted over the nodes that are no control plane; absent for others.
    pub worker: Option<usize>,
}

impl DemoInstance {
    pub(super) fn is_control_plane(&self) -> bool {
        self.group.role == GroupRole::ControlPlane
    }

    pub(super) fn is_bastion(&self) -> bool {
        self.group.role == GroupRole::Bastion
    }

    /// The role as kops names it.
    pub(super) fn role(&self) -> &'static str {
        match self.group.role {
            GroupRole::ControlPlane => "control-plane",
            GroupRole::Bastion => "bastion",
            GroupRole::Node => "node",
        }
    }
}

/// As many of each group as its minimum, bastions last.
pub(super) fn demo_instances(spec: &str) -> Vec<DemoInstance> {
    let mut groups = instance_groups(spec);
    groups.sort_by_key(|group| group.role == GroupRole::Bastion);
    let mut workers = 0..;
    let places = groups.iter().flat_map(|group| {
        (0..group.min.unwrap_or_default()).map(move |at| {
            let zone = group.zones.get(at as usize % group.zones.len().max(1));
            (group, zone.cloned().unwrap_or_default())
        })
    });
    let subnets = DemoSpec::read(spec).cluster.subnets;
    let numbered = places.enumerate().map(|(number, (group, zone))| {
        let is_worker = group.role == GroupRole::Node;
        DemoInstance {
            id: format!("i-0{:016x}", 0x0dec_0de0_0000_u64 + number as u64),
            worker: is_worker.then(|| workers.next()).flatten(),
            group: group.clone(),
            address: address(&subnets, group, &zone, number),
            zone,
        }
    });
    numbered.collect()
}

fn address(
    subnets: &[DemoSubnet],
    group: &InstanceGroupSummary,
    zone: &str,
    number: usize,
) -> String {
    let kind = match group.role {
        GroupRole::Bastion => "Utility",
        GroupRole::ControlPlane | GroupRole::Node => "Private",
    };
    let mut own = subnets.iter();
    let own = own.find(|subnet| subnet.zone == zone && subnet.kind == kind);
    let cidr: Option<Ipv4Net> = own.and_then(|subnet| subnet.cidr.parse().ok());
    let host = cidr.and_then(|cidr| cidr.hosts().nth(FIRST_HOST + number));
    match host {
        Some(host) => host.to_string(),
        // A subnet that exists already: its spec has an id alone.
        None => format!("172.20.0.{}", FIRST_HOST + 1 + number),
    }
}

/// The name of a group in EC2 Auto Scaling.
pub(super) fn scaled_name(group: &InstanceGroupSummary, cluster: &str) -> String {
    let middle = if group.role == GroupRole::ControlPlane {
        ".masters."
    } else {
        "."
    };
    format!("{}{middle}{cluster}", group.name)
}
