//! How far the cluster is: instance groups and nodes, from what `kops validate cluster -o json` says.

use serde::Serialize;

use super::fault::Fault;
use super::plan::GroupRole;
use crate::core::text::untrusted::Untrusted;

pub mod birth;
pub mod cloud;
mod cloud_view;
pub mod console;
pub mod cost;
mod cost_json;
pub mod diagnosis;
mod group_order;
mod groups;
pub mod instance_rows;
mod instances;
mod json;
pub mod kubernetes;
pub mod kubernetes_view;
pub mod live;
mod live_json;
mod mirror;
mod not_ready_json;
mod observation;
mod obstacle;
pub mod path;
mod pod_trouble;
pub mod security_groups;
pub mod subject;
mod tally;
mod ties;
pub mod timeline;
mod watched_pods;

pub use groups::{InstanceGroupSummary, instance_groups};
pub use instances::{Instance, Instances, read_instances};
pub use json::to_json;
pub use live_json::event_to_json;
pub use observation::{Observation, ValidatedNode, ValidationFailure, read};
pub use obstacle::{Obstacle, is_unknown_cluster};

/// Everything the dashboard shows; rebuilt from each observation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readiness {
    pub phase: Phase,
    /// The groups whose instances become nodes, the control plane first; bastions are no nodes.
    pub groups: Vec<GroupReadiness>,
    /// Every node that joined, with the group it is tied to.
    pub node_states: Vec<NodeState>,
    /// What kops names as not ready, in its order.
    pub not_ready: Vec<NotReady>,
    pub control_plane: Count,
    pub nodes: Count,
    /// What stood in the way, when nothing could be seen.
    pub obstacle: Option<Obstacle>,
    /// Why nothing could be seen, when that is so.
    pub fault: Option<Fault>,
    /// Instances that a rolling update would replace, bastions among them; absent when it is not known.
    pub needing_update: Option<u32>,
    /// Why kops could not list the instances, when that is so.
    pub instances_fault: Option<Fault>,
}

/// Where a cluster stands, the farthest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Phase {
    /// Nothing could be seen, and not because the cluster is young.
    CouldNotLook,
    /// It does not resolve, or only to the placeholder that kops puts there first.
    NameNotResolving,
    NotAnswering,
    /// The API answers with an error.
    NotServing,
    ControlPlaneJoining,
    NodesJoining,
    /// An instance group has fewer instances than it wants; all that there are have joined.
    InstancesMissing,
    /// Every node is ready, but kops still finds system pods that are not.
    PodsStarting,
    /// kops finds something else.
    NotReady,
    Ready,
}

/// How many are ready of how many that are wanted; a figure that is not known is absent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub ready: Option<u32>,
    /// What kops asks for where it looked, else the minimum sizes of the groups.
    pub wanted: Option<u32>,
}

/// One instance group and its nodes; only nodes that are surely its own are counted, and a figure that is not known is
/// absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupReadiness {
    pub name: String,
    pub role: GroupRole,
    pub machine_type: String,
    /// By its spec; absent where Karpenter decides or the spec was not read.
    pub min: Option<u32>,
    /// As `min`.
    pub max: Option<u32>,
    pub zones: Vec<String>,
    /// Nodes that joined the cluster.
    pub joined: Option<u32>,
    /// Nodes that joined and are ready.
    pub ready: Option<u32>,
    /// Instances that run but have not joined.
    pub joining: Option<u32>,
    /// How many nodes it should have: the desired size where kops finds fewer, else all that it has.
    pub wanted: Option<u32>,
    /// Instances that a rolling update would replace.
    pub needing_update: Option<u32>,
    /// Why a figure is absent.
    pub unknown: Option<UnknownCount>,
}

/// Why a figure of an instance group is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownCount {
    NodesNotListed,
    GroupsNotReported,
    KarpenterDecides,
}

/// A node of the cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeState {
    pub name: Untrusted,
    pub zone: Untrusted,
    pub role: Untrusted,
    pub ready: bool,
    /// False for an instance that is detached or in a warm pool: its group does not count on it.
    pub counts: bool,
    pub group: Tie,
}

/// Which instance group a node belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tie {
    /// By its Auto Scaling group, or because kops names the group with the node.
    Group(String),
    /// kops does not tell.
    Unknown,
}

/// One thing that is not ready.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotReady {
    /// kops's word: `Machine`, `Node`, `Pod`, `InstanceGroup`, `dns`.
    pub kind: Untrusted,
    pub name: Untrusted,
    /// The instance group that kops names.
    pub group: Option<String>,
    pub message: Untrusted,
}

impl Phase {
    /// The words that people read.
    pub fn word(self) -> &'static str {
        match self {
            Self::CouldNotLook => "kops could not validate the cluster",
            Self::NameNotResolving => "the API's DNS name is not ready",
            Self::NotAnswering => "the API does not answer",
            Self::NotServing => "the API answers with an error",
            Self::ControlPlaneJoining => "control plane not ready",
            Self::NodesJoining => "nodes not ready",
            Self::InstancesMissing => "waiting for instances",
            Self::PodsStarting => "system pods not ready",
            Self::NotReady => "not ready",
            Self::Ready => "ready",
        }
    }
}

impl Count {
    /// Whether at least as many are ready as are wanted, both known.
    pub fn is_met(self) -> bool {
        let pair = self.ready.zip(self.wanted);
        pair.is_some_and(|(ready, wanted)| ready >= wanted)
    }

    /// As people read it: `2/3`, with `?` for a figure that is not known; `unknown` for both.
    pub fn figures(self) -> String {
        figures(self.ready, self.wanted)
    }
}

impl GroupReadiness {
    /// A group of which nothing was counted yet.
    pub fn uncounted(group: &InstanceGroupSummary) -> Self {
        Self {
            name: group.name.clone(),
            role: group.role,
            machine_type: group.machine_type.clone(),
            min: group.min,
            max: group.max,
            zones: group.zones.clone(),
            joined: None,
            ready: None,
            joining: None,
            wanted: None,
            needing_update: None,
            unknown: None,
        }
    }

    fn is_uncounted(&self) -> bool {
        self.ready.is_none() && self.wanted.is_none() && self.unknown.is_none()
    }

    /// The word beside its bar.
    pub fn word(&self) -> &'static str {
        let (Some(ready), Some(joined)) = (self.ready, self.joined) else {
            return if self.is_uncounted() {
                "waiting for kops"
            } else {
                "unknown"
            };
        };
        let joining = self.joining.unwrap_or_default();
        match self.wanted {
            _ if joined > ready => "not ready",
            _ if joining > 0 => "joining",
            Some(0) => "no instances wanted",
            Some(wanted) if ready < wanted => "waiting for instances",
            None if ready == 0 => "no instances",
            _ => "ready",
        }
    }

    /// As people read it: `2/3`, with `?` for a figure that is not known; ready nodes alone where Karpenter decides.
    pub fn figures(&self) -> String {
        match (self.ready, self.wanted, self.unknown) {
            (Some(ready), None, Some(UnknownCount::KarpenterDecides)) => ready.to_string(),
            _ if self.is_uncounted() => "-".to_owned(),
            (ready, wanted, _) => figures(ready, wanted),
        }
    }

    /// Whether it has what it should have; false while that is not known.
    pub fn is_met(&self) -> bool {
        let enough = match self.unknown {
            Some(UnknownCount::KarpenterDecides) => self.ready == self.joined,
            _ => self
                .ready
                .zip(self.wanted)
                .is_some_and(|(ready, wanted)| ready >= wanted),
        };
        enough && self.joining == Some(0)
    }
}

fn figures(ready: Option<u32>, wanted: Option<u32>) -> String {
    let figure = |known: Option<u32>| known.map_or_else(|| "?".to_owned(), |one| one.to_string());
    match (ready, wanted) {
        (None, None) => "unknown".to_owned(),
        (ready, wanted) => format!("{}/{}", figure(ready), figure(wanted)),
    }
}

impl UnknownCount {
    /// The reason in words.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::NodesNotListed => "kops could not list the nodes",
            Self::GroupsNotReported => "kops did not report the instance group of each node",
            Self::KarpenterDecides => "Karpenter decides how many instances run",
        }
    }
}

impl NodeState {
    fn is_control_plane(&self) -> bool {
        ["control-plane", "master"].contains(&self.role.raw())
    }
}

impl Readiness {
    /// Built from the spec's instance groups, one observation and what is known of the instances; without a spec from the
    /// groups that kops names.
    pub fn new(
        cluster: &str,
        spec: &[InstanceGroupSummary],
        observation: &Observation,
        instances: &Instances,
    ) -> Self {
        tally::readiness(cluster, spec, observation, instances)
    }

    /// Whether waiting is the right thing to do, as far as is known.
    pub fn may_become_ready(&self) -> bool {
        self.phase != Phase::Ready && self.obstacle != Some(Obstacle::Lasting)
    }

    /// The phase, and of a ready cluster what a rolling update still has to do.
    pub fn headline(&self) -> String {
        let phase = self.phase.word();
        if self.phase != Phase::Ready {
            return phase.to_owned();
        }
        match self.needing_update {
            Some(0) => phase.to_owned(),
            Some(1) => format!("{phase}; 1 instance needs a rolling update"),
            Some(many) => format!("{phase}; {many} instances need a rolling update"),
            None => format!("{phase}; rolling-update status unknown"),
        }
    }
}

#[cfg(test)]
mod tests;
