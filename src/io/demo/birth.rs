//! The birth of the demonstration's cluster, with trouble in it: what is true at each beat, for all three eyes.

use std::time::Duration;

use super::instances::{DemoInstance, demo_instances};
use crate::core::unix_time::UnixTime;

/// What becomes true one after the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Beat {
    /// The API's name does not resolve, and Auto Scaling cannot launch one of the instances.
    #[default]
    NoName,
    ApiAnswers,
    /// The control plane has joined.
    ControlPlane,
    /// All nodes but the late ones have joined; the launch was tried again and succeeded.
    Nodes,
    /// A node is not ready, and a pod crashes.
    Trouble,
    /// Both are well again, and the instance that was launched late has joined.
    Recovered,
    /// The last node has joined.
    Complete,
}

impl Beat {
    const ALL: [Self; 7] = [
        Self::NoName,
        Self::ApiAnswers,
        Self::ControlPlane,
        Self::Nodes,
        Self::Trouble,
        Self::Recovered,
        Self::Complete,
    ];

    /// The next one; the last one stays.
    pub(super) fn next(self) -> Self {
        let later = Self::ALL.into_iter().find(|beat| *beat > self);
        later.unwrap_or(Self::Complete)
    }

    /// The one that kops sees at this poll, counted from 0, where only polls make the time pass.
    pub(super) fn at_poll(poll: usize) -> Self {
        let seen = [
            Self::NoName,
            Self::ApiAnswers,
            Self::ControlPlane,
            Self::Trouble,
        ];
        seen.get(poll).copied().unwrap_or(Self::Complete)
    }
}

/// How a pod of the cluster's DNS stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DnsPod {
    /// No node takes it yet.
    Pending,
    Running {
        restarts: u32,
    },
    Crashing,
}

/// The two pods of the cluster's DNS.
pub(super) const DNS_PODS: [&str; 2] = ["coredns-0", "coredns-1"];

/// The cluster at one beat.
#[derive(Clone, Debug)]
pub(super) struct DemoBirth {
    pub cluster: String,
    pub instances: Vec<DemoInstance>,
    pub beat: Beat,
    /// When it was first looked at.
    pub started: UnixTime,
}

impl DemoBirth {
    pub(super) fn new(spec: &str, cluster: &str, beat: Beat, started: UnixTime) -> Self {
        Self {
            cluster: cluster.to_owned(),
            instances: demo_instances(spec),
            beat,
            started,
        }
    }

    /// When a beat was reached, `pace` being the time between two.
    pub(super) fn moment(&self, beat: Beat, pace: Duration) -> UnixTime {
        let before = Beat::ALL.iter().filter(|one| **one < beat).count();
        let beats = u32::try_from(before).unwrap_or_default();
        self.started.after(pace * beats)
    }

    fn workers(&self) -> usize {
        let workers = self.instances.iter().filter(|one| one.worker.is_some());
        workers.count()
    }

    /// The instance whose launch fails at first; the last one, or the late one where there are few.
    pub(super) fn is_failing(&self, instance: &DemoInstance) -> bool {
        let failing = match self.workers() {
            0..=2 => 0,
            workers => workers - 1,
        };
        instance.worker == Some(failing)
    }

    pub(super) fn is_launched(&self, instance: &DemoInstance) -> bool {
        self.beat >= Beat::Nodes || !self.is_failing(instance)
    }

    /// When an instance joins; bastions never do.
    pub(super) fn joins_at(&self, instance: &DemoInstance) -> Option<Beat> {
        match instance.worker {
            Some(0) => Some(Beat::Complete),
            Some(_) if self.is_failing(instance) => Some(Beat::Recovered),
            Some(_) => Some(Beat::Nodes),
            None if instance.is_control_plane() => Some(Beat::ControlPlane),
            None => None,
        }
    }

    pub(super) fn has_joined(&self, instance: &DemoInstance) -> bool {
        self.joins_at(instance)
            .is_some_and(|beat| beat <= self.beat)
    }

    pub(super) fn is_ready(&self, instance: &DemoInstance) -> bool {
        let flaps = self.beat == Beat::Trouble && instance.worker == Some(1);
        self.has_joined(instance) && !flaps
    }

    /// The instances that have joined.
    pub(super) fn joined(&self) -> impl Iterator<Item = &DemoInstance> {
        let all = self.instances.iter();
        all.filter(|instance| self.has_joined(instance))
    }

    /// The pods of the cluster's DNS, once the control plane has made them, with the node that they are on.
    pub(super) fn dns_pods(&self) -> Vec<(&'static str, DnsPod, Option<&DemoInstance>)> {
        if self.beat < Beat::ControlPlane {
            return Vec::new();
        }
        let host = self.joined().filter(|one| one.worker.is_some()).last();
        let pods = DNS_PODS.into_iter().enumerate().map(|(at, name)| {
            let state = match (host, self.beat) {
                (None, _) => DnsPod::Pending,
                (Some(_), Beat::Trouble) if at == 0 => DnsPod::Crashing,
                (Some(_), beat) => DnsPod::Running {
                    restarts: u32::from(at == 0 && beat > Beat::Trouble),
                },
            };
            (name, state, host)
        });
        pods.collect()
    }
}
