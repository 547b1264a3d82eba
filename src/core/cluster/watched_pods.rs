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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::core::cluster::kubernetes::{CriticalPriority, PodContainer, PodPhase};

    fn pods() -> impl Strategy<Value = WatchedPod> {
        let phases = [PodPhase::Pending, PodPhase::Running, PodPhase::Failed];
        let phase = prop::sample::select(phases.to_vec());
        let app = prop::sample::select(vec!["kube-apiserver", "coredns"]);
        (0..4_u8, phase, app, any::<[bool; 2]>()).prop_map(
            |(name, phase, app, [ready, critical])| WatchedPod {
                namespace: "kube-system".into(),
                name: name.to_string().into(),
                app: app.into(),
                phase,
                priority: critical.then_some(CriticalPriority::SystemNodeCritical),
                containers: vec![PodContainer {
                    ready,
                    ..PodContainer::default()
                }],
                ..WatchedPod::default()
            },
        )
    }

    proptest! {
        #[test]
        fn what_is_kept_of_the_pods_is_what_each_of_them_says(
            changes in prop::collection::vec((pods(), any::<bool>()), 0..40),
        ) {
            let mut watched = WatchedPods::default();
            for (pod, gone) in changes {
                if gone {
                    watched.remove(&pod.namespace, &pod.name);
                } else {
                    watched.insert(pod);
                }
                let all: Vec<&WatchedPod> = watched.iter().collect();
                let those = |holds: fn(&WatchedPod) -> bool| {
                    all.iter().copied().filter(|pod| holds(pod)).collect::<Vec<_>>()
                };
                let wrong = those(|pod| pod.trouble().is_some() || pod.complaint().is_some());
                prop_assert_eq!(watched.wrong().collect::<Vec<_>>(), wrong);
                let own = those(WatchedPod::is_of_control_plane);
                prop_assert_eq!(watched.of_control_plane().collect::<Vec<_>>(), own);
                let critical = those(|pod| pod.priority.is_some()).len();
                prop_assert_eq!(usize::try_from(watched.critical()), Ok(critical));
            }
        }
    }
}
