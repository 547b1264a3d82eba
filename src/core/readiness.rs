//! How far the cluster is: instance groups and nodes, from what `kops validate cluster -o json` says.

use serde::Serialize;

use super::fault::Fault;
use super::plan::Role;
use super::untrusted::Untrusted;

mod groups;
mod json;
mod observation;
mod tally;

pub use groups::{InstanceGroupSummary, instance_groups};
pub use json::to_json;
pub use observation::{Failure, Node, Observation, Trouble, read};

/// Everything the dashboard shows; rebuilt from each observation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readiness {
    pub phase: Phase,
    /// The groups whose machines become nodes, the control plane first; bastions are no nodes.
    pub groups: Vec<GroupReadiness>,
    /// Every node that joined, with the group it is tied to.
    pub machines: Vec<Machine>,
    /// What kops names as not ready, in its order.
    pub not_ready: Vec<NotReady>,
    pub control_plane: Count,
    pub nodes: Count,
    /// Why nothing could be seen, when that is so.
    pub fault: Option<Fault>,
}

/// Where the birth of a cluster stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Phase {
    /// Nothing could be seen, and not because the cluster is young.
    CouldNotLook,
    NameNotResolving,
    NotAnswering,
    ControlPlaneJoining,
    NodesJoining,
    /// Every node is ready, but kops still finds failures.
    PodsStarting,
    Ready,
}

/// How many are ready of how many that are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Count {
    pub ready: u32,
    /// The groups' minimum sizes, or more when more machines run.
    pub wanted: u32,
}

/// One instance group and its nodes; only nodes that are surely its own are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupReadiness {
    pub name: String,
    pub role: Role,
    pub machine_type: String,
    pub min: u32,
    pub max: u32,
    pub zones: Vec<String>,
    /// Nodes that joined the cluster.
    pub joined: u32,
    /// Nodes that joined and are ready.
    pub ready: u32,
    /// Machines that run but have not joined.
    pub joining: u32,
}

/// A node of the cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    pub name: Untrusted,
    pub zone: Untrusted,
    pub role: Untrusted,
    pub ready: bool,
    pub group: Tie,
}

/// How surely a node belongs to an instance group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tie {
    /// kops names the group, or only one group fits role and zone.
    Group(String),
    /// Several groups fit role and zone; kops does not say which.
    OneOf(Vec<String>),
    /// No known group fits.
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
            Self::CouldNotLook => "could not look",
            Self::NameNotResolving => "the API's name does not resolve yet",
            Self::NotAnswering => "the API does not answer yet",
            Self::ControlPlaneJoining => "control plane joining",
            Self::NodesJoining => "nodes joining",
            Self::PodsStarting => "system pods starting",
            Self::Ready => "ready",
        }
    }

    /// Whether waiting is the right thing to do.
    pub fn is_on_its_way(self) -> bool {
        !matches!(self, Self::CouldNotLook | Self::Ready)
    }
}

impl Count {
    /// Whether at least as many are ready as are wanted.
    pub fn is_met(self) -> bool {
        self.ready >= self.wanted
    }
}

impl GroupReadiness {
    /// How many nodes the group should have: its minimum, or all machines that run.
    pub fn wanted(&self) -> u32 {
        self.min.max(self.joined.saturating_add(self.joining))
    }

    /// The word beside its bar.
    pub fn word(&self) -> &'static str {
        match () {
            () if self.ready >= self.wanted() => "ready",
            () if self.joining > 0 => "joining",
            () if self.joined > self.ready => "not ready",
            () => "waiting for machines",
        }
    }
}

impl Readiness {
    /// Built from the spec's instance groups and one observation; without a spec from the groups kops names.
    pub fn of(spec: &[InstanceGroupSummary], observation: &Observation) -> Self {
        tally::readiness(spec, observation)
    }

    /// The nodes that cannot be tied to one instance group.
    pub fn untied(&self) -> impl Iterator<Item = &Machine> {
        let untied = |machine: &&Machine| !matches!(machine.group, Tie::Group(_));
        self.machines.iter().filter(untied)
    }
}

#[cfg(test)]
mod tests;
