//! Which instance group each instance belongs to and whether it is up to date: what `kops get instances -o json` says.

use serde::Deserialize;

use super::groups::{InstanceGroupSummary, or_default};
use crate::core::fault::Fault;
use crate::core::kops::log::explained;
use crate::core::plan::GroupRole;
use crate::core::text::untrusted::Untrusted;

/// What is known of the cluster's instances.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Instances {
    /// kops was not asked.
    #[default]
    NotAsked,
    /// kops was asked and failed.
    Failed(Fault),
    Known(Vec<Instance>),
}

/// One EC2 instance as kops lists it (`cmd/kops/get_instances.go`); those that terminate are left out by kops.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Instance {
    pub id: Untrusted,
    /// Empty when it is no node of the cluster, or when kops could not ask the Kubernetes API.
    pub node_name: Untrusted,
    /// `UpToDate`, `NeedsUpdate` or `Detached` (`pkg/cloudinstances/cloud_instance.go`).
    pub status: Untrusted,
    /// By the instance's tags: `control-plane`, `node`, `bastion` and others.
    #[serde(deserialize_with = "or_default")]
    pub roles: Vec<Untrusted>,
    /// The name of its Auto Scaling group; for Karpenter the instance group's own.
    pub instance_group: Untrusted,
    pub machine_type: Untrusted,
    /// `WarmPool`, or empty.
    pub state: Untrusted,
}

/// Reads what `kops get instances -o json` printed and how it ended.
pub fn read_instances(stdout: &str, stderr: &str, exit: i32) -> Instances {
    let start = stdout.find('[').and_then(|at| stdout.get(at..));
    match start.map(serde_json::from_str) {
        Some(Ok(instances)) if exit == 0 => Instances::Known(instances),
        _ => Instances::Failed(explained(exit, stdout, stderr)),
    }
}

impl Instances {
    /// The instances, none when they are not known.
    pub fn known(&self) -> &[Instance] {
        match self {
            Self::Known(instances) => instances,
            Self::NotAsked | Self::Failed(_) => &[],
        }
    }

    /// Instances that a rolling update would replace, by kops's own count (`NeedUpdate` of a cloud group: detached
    /// instances and those in a warm pool too); absent when it is not known.
    pub fn needing_update(&self) -> Option<u32> {
        match self {
            Self::Known(instances) => {
                let old = instances.iter().filter(|one| one.needs_update());
                Some(u32::try_from(old.count()).unwrap_or(u32::MAX))
            }
            Self::NotAsked | Self::Failed(_) => None,
        }
    }
}

impl Instance {
    /// Whether a rolling update would replace it.
    pub fn needs_update(&self) -> bool {
        self.status.raw() != "UpToDate"
    }

    /// Whether it counts among the nodes that its group should have: detached instances are about to be replaced, and
    /// those of a warm pool wait outside.
    pub fn counts(&self) -> bool {
        self.status.raw() != "Detached" && self.state.raw() != "WarmPool"
    }

    /// The instance group that it belongs to, by the name of its Auto Scaling group (`AutoscalingGroupName` of
    /// `pkg/model/names.go`); for a group that is not known, the name without the cluster's.
    pub fn group(&self, cluster: &str, groups: &[InstanceGroupSummary]) -> String {
        let name = self.instance_group.raw();
        let known = groups.iter().find(|group| group.is_called(name, cluster));
        if let Some(group) = known {
            return group.name.clone();
        }
        let own = name
            .strip_suffix(cluster)
            .and_then(|name| name.strip_suffix('.'));
        let own = own.unwrap_or(name);
        own.strip_suffix(".masters")
            .or_else(|| own.strip_suffix(".apiservers"))
            .unwrap_or(own)
            .to_owned()
    }
}

impl InstanceGroupSummary {
    /// Whether its instances are in the Auto Scaling group of this name, or in Karpenter's care under its own.
    fn is_called(&self, cloud: &str, cluster: &str) -> bool {
        let Some(rest) = cloud.strip_prefix(self.name.as_str()) else {
            return false;
        };
        let Some(middle) = rest.strip_suffix(cluster) else {
            return rest.is_empty() && self.karpenter;
        };
        match self.role {
            GroupRole::ControlPlane => middle == ".masters.",
            GroupRole::Bastion => middle == ".",
            // API servers have a role of their own in kops and are nodes here.
            GroupRole::Node => middle == "." || middle == ".apiservers.",
        }
    }
}
