//! The pods that are watched, and which of them decide: thousands are as they should be, and are not looked at again.

use std::collections::{BTreeMap, BTreeSet};

use super::kubernetes::WatchedPod;
use crate::core::text::untrusted::Untrusted;

/// Namespace and name.
type PodKey = (Untrusted, Untrusted);

/// The pods, and what of them is worked out when each of them changes.
#[derive(Clone, Debug, Default)]
pub(super) struct WatchedPods {
    all: BTreeMap<PodKey, WatchedPod>,
    /// Those in trouble, and those that kops complains of.
    wrong: BTreeSet<PodKey>,
    control_plane: BTreeSet<PodKey>,
    critical: u32,
}

impl WatchedPods {
    /// By namespace and name.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = &WatchedPod> {
        self.all.values()
    }

    pub(super) fn get(&self, namespace: &Untrusted, name: &Untrusted) -> Option<&WatchedPod> {
        self.all.get(&(namespace.clone(), name.clone()))
    }

    /// Those in trouble, and those that kops complains of, in the same order.
    pub(super) fn wrong(&self) -> impl Iterator<Item = &WatchedPod> {
        self.wrong.iter().filter_map(|key| self.all.get(key))
    }

    /// Those that each node of the control plane runs.
    pub(super) fn of_control_plane(&self) -> impl Iterator<Item = &WatchedPod> {
        self.control_plane
            .iter()
            .filter_map(|key| self.all.get(key))
    }

    /// How many kops asks to be ready.
    pub(super) fn critical(&self) -> u32 {
        self.critical
    }

    /// Takes a pod as it is now; gives it as it was.
    pub(super) fn insert(&mut self, pod: WatchedPod) -> Option<WatchedPod> {
        let key = (pod.namespace.clone(), pod.name.clone());
        let before = self.remove(&key.0, &key.1);
        if pod.trouble().is_some() || pod.complaint().is_some() {
            self.wrong.insert(key.clone());
        }
        if pod.is_of_control_plane() {
            self.control_plane.insert(key.clone());
        }
        self.critical += u32::from(pod.priority.is_some());
        self.all.insert(key, pod);
        before
    }

    pub(super) fn remove(&mut self, namespace: &Untrusted, name: &Untrusted) -> Option<WatchedPod> {
        let key = (namespace.clone(), name.clone());
        let pod = self.all.remove(&key)?;
        self.wrong.remove(&key);
        self.control_plane.remove(&key);
        self.critical -= u32::from(pod.priority.is_some());
        Some(pod)
    }
}
