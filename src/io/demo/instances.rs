//! The instances that the demonstration's cluster has once all are there.

use crate::core::cluster::{InstanceGroupSummary, instance_groups};
use crate::core::plan::GroupRole;

/// One instance and its group.
#[derive(Clone, Debug)]
pub(super) struct DemoInstance {
    pub id: String,
    pub zone: String,
    pub group: InstanceGroupSummary,
    /// Counted over all groups.
    pub number: usize,
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

    pub(super) fn address(&self) -> String {
        format!("172.20.16.{}", 10 + self.number)
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
    let numbered = places.enumerate().map(|(number, (group, zone))| {
        let is_worker = group.role == GroupRole::Node;
        DemoInstance {
            id: format!("i-0{:016x}", 0x0dec_0de0_0000_u64 + number as u64),
            worker: is_worker.then(|| workers.next()).flatten(),
            group: group.clone(),
            zone,
            number,
        }
    });
    numbered.collect()
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
