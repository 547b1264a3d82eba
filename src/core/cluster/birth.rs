//! How far a cluster has come to life: the phases from the API's address to kops's own word.

use std::time::Duration;

use strum::{EnumCount, IntoStaticStr, VariantArray};

use crate::core::unix_time::UnixTime;

/// One phase, in the order in which a cluster comes to life.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray, EnumCount, IntoStaticStr,
)]
#[strum(serialize_all = "camelCase")]
pub enum BirthPhase {
    LoadBalancer,
    Instances,
    Api,
    ControlPlane,
    Nodes,
    SystemPods,
    Validated,
}

/// How a phase stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, IntoStaticStr)]
#[strum(serialize_all = "camelCase")]
pub enum PhaseState {
    Done,
    Now,
    ToCome,
    /// It was done, and is not any more.
    Lost,
    /// It cannot be seen.
    Unknown,
}

/// One phase as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhaseView {
    pub phase: BirthPhase,
    pub state: PhaseState,
    /// What is there of what is wanted, such as `3/3`; empty where nothing is counted.
    pub figures: String,
    /// Whether it takes longer than usual.
    pub late: bool,
}

impl BirthPhase {
    /// The words for it.
    pub fn words(self) -> &'static str {
        match self {
            Self::LoadBalancer => "load balancer",
            Self::Instances => "instances",
            Self::Api => "API",
            Self::ControlPlane => "control plane",
            Self::Nodes => "nodes",
            Self::SystemPods => "system pods",
            Self::Validated => "kops validate",
        }
    }

    /// How long after `kops update cluster --yes` it is usually done; kops itself speaks of 5 to 10 minutes for a cluster
    /// (`docs/getting_started/aws.md`).
    pub fn usual(self) -> Duration {
        Duration::from_mins(match self {
            Self::LoadBalancer => 3,
            Self::Instances => 2,
            Self::Api => 5,
            Self::ControlPlane => 6,
            Self::Nodes => 8,
            Self::SystemPods => 9,
            Self::Validated => 10,
        })
    }
}

/// When each phase was first seen done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BirthProgress {
    done: [Option<UnixTime>; BirthPhase::COUNT],
}

impl BirthProgress {
    /// When a phase was first seen done.
    pub fn done(&self, phase: BirthPhase) -> Option<UnixTime> {
        self.done.get(phase as usize).copied().flatten()
    }

    /// Notes that a phase is done; the first time counts.
    pub(super) fn note_done(&mut self, phase: BirthPhase, at: UnixTime) {
        if let Some(done) = self.done.get_mut(phase as usize) {
            done.get_or_insert(at);
        }
    }
}
