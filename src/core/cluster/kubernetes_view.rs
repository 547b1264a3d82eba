//! What is known through the Kubernetes API: nodes, pods, and how the API itself answers.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use foldhash::HashMap;

use super::kubernetes::{
    ApiFailure, ApiFailureKind, KubernetesChange, KubernetesNode, KubernetesUpdate, PodCounts,
    WatchedKind, WatchedPod,
};
use super::pod_trouble::PodTroubleKind;
use super::subject::ClusterSubject;
use super::timeline::{Timeline, TimelineKind};
use super::watched_pods::WatchedPods;
use crate::core::text::elapsed::elapsed;
use crate::core::text::untrusted::{Untrusted, visible};
use crate::core::unix_time::UnixTime;

/// Drops of a node that are kept.
const MOST_DROPS: usize = 50;

/// How the Kubernetes API answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ApiLink {
    /// It was not asked yet.
    #[default]
    NotAsked,
    Connecting {
        since: UnixTime,
    },
    Live {
        latency: Option<Duration>,
        answered: UnixTime,
    },
    Lost {
        failure: Box<ApiFailure>,
        since: UnixTime,
        retry: Option<Duration>,
    },
}

/// What is known through the Kubernetes API.
#[derive(Clone, Debug, Default)]
pub struct KubernetesView {
    nodes: BTreeMap<Untrusted, Arc<KubernetesNode>>,
    /// How often other nodes were there, or their instances were others.
    roster: u64,
    /// How many nodes run which kubelet.
    kubelet_versions: BTreeMap<Untrusted, usize>,
    pods: WatchedPods,
    listed: BTreeSet<WatchedKind>,
    /// What must not be listed or watched, and why.
    refused: BTreeMap<WatchedKind, ApiFailure>,
    counts: Option<PodCounts>,
    link: ApiLink,
    /// The server's address and the kubeconfig that names it.
    server: Option<(Untrusted, String)>,
    /// When anything last came from it.
    heard: Option<UnixTime>,
    /// Instances whose nodes were removed while they were watched, and when.
    left: BTreeMap<Untrusted, UnixTime>,
    /// When nodes that were ready were not any more, the newest last.
    drops: BTreeMap<Untrusted, VecDeque<UnixTime>>,
}

impl KubernetesView {
    /// The nodes, by name.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = &KubernetesNode> {
        self.nodes.values().map(Arc::as_ref)
    }

    /// The same, to be kept.
    pub(super) fn shared_nodes(&self) -> impl ExactSizeIterator<Item = &Arc<KubernetesNode>> {
        self.nodes.values()
    }

    /// Other than it was when other nodes are there, or their instances are others.
    pub(super) fn roster(&self) -> u64 {
        self.roster
    }

    /// How many nodes run which version of the kubelet.
    pub(super) fn kubelet_versions(&self) -> &BTreeMap<Untrusted, usize> {
        &self.kubelet_versions
    }

    /// The node of this name.
    pub fn node(&self, name: &Untrusted) -> Option<&KubernetesNode> {
        self.nodes.get(name).map(Arc::as_ref)
    }

    /// The pods that are watched, by namespace and name.
    pub fn pods(&self) -> impl ExactSizeIterator<Item = &WatchedPod> {
        self.pods.iter()
    }

    /// The pod of this name, where it is watched.
    pub fn pod(&self, namespace: &Untrusted, name: &Untrusted) -> Option<&WatchedPod> {
        self.pods.get(namespace, name)
    }

    pub(super) fn watched_pods(&self) -> &WatchedPods {
        &self.pods
    }

    /// How many pods of all namespaces are in which state.
    pub fn counts(&self) -> Option<PodCounts> {
        self.counts
    }

    /// How the API answers.
    pub fn link(&self) -> &ApiLink {
        &self.link
    }

    /// The address that is asked, and the kubeconfig that names it.
    pub fn server(&self) -> Option<&(Untrusted, String)> {
        self.server.as_ref()
    }

    /// When anything last came from the API.
    pub fn heard(&self) -> Option<UnixTime> {
        self.heard
    }

    /// When the node of an instance was removed; absent where it was not seen to be.
    pub fn left(&self, instance: &Untrusted) -> Option<UnixTime> {
        self.left.get(instance).copied()
    }

    /// The nodes that were ready and were not any more at least so often since a moment, with how often each.
    pub fn flaps(&self, since: UnixTime, least: usize) -> HashMap<&Untrusted, usize> {
        let counts = self.drops.iter().map(|(node, drops)| {
            let late = drops.iter().rev().take_while(|at| **at >= since);
            (node, late.count())
        });
        counts.filter(|(_, count)| *count >= least).collect()
    }

    /// What must not be listed or watched, and why.
    pub fn refused(&self) -> impl Iterator<Item = &ApiFailure> {
        self.refused.values()
    }

    /// Since when an API that had answered does not; absent where it answers, or never did.
    pub fn lost_since(&self) -> Option<UnixTime> {
        match &self.link {
            ApiLink::Lost { since, .. } if self.heard.is_some() => Some(*since),
            _ => None,
        }
    }

    /// Whether everything of this kind was listed once.
    pub fn has_listed(&self, kind: WatchedKind) -> bool {
        self.listed.contains(&kind)
    }

    /// Whether what is known is enough for the rules of kops, and is watched now.
    pub fn is_current(&self) -> bool {
        self.is_live()
            && self.has_listed(WatchedKind::Nodes)
            && self.has_listed(WatchedKind::SystemPods)
    }

    /// Whether it answers, and what the rules of kops need is still being listed.
    pub fn is_listing(&self) -> bool {
        let refused = [WatchedKind::Nodes, WatchedKind::SystemPods];
        let refused = refused.iter().any(|kind| self.refused.contains_key(kind));
        self.is_live() && !self.is_current() && !refused
    }

    fn is_live(&self) -> bool {
        matches!(self.link, ApiLink::Live { .. })
    }

    /// Takes what the watch reports; says whether anything is other than it was.
    pub(super) fn take(
        &mut self,
        update: KubernetesUpdate,
        at: UnixTime,
        timeline: &mut Timeline,
    ) -> bool {
        let was_live = self.is_live();
        let changed = match update {
            KubernetesUpdate::Connecting { server, kubeconfig } => {
                self.server = Some((server, kubeconfig));
                if matches!(self.link, ApiLink::NotAsked) {
                    self.link = ApiLink::Connecting { since: at };
                }
                false
            }
            KubernetesUpdate::Lost { failure, retry } => {
                self.lose(failure, retry, at, timeline);
                true
            }
            // The others are watched; kops's own rules need this one.
            KubernetesUpdate::NotPermitted { kind, failure } => {
                self.listed.remove(&kind);
                self.refused.insert(kind, *failure);
                true
            }
            // A kind that was listed before is so again at once in a new session: nothing has answered by then.
            KubernetesUpdate::Listed(kind) => {
                self.refused.remove(&kind);
                self.listed.insert(kind)
            }
            KubernetesUpdate::Answered { latency } => {
                self.answer(Some(latency), at, timeline);
                false
            }
            KubernetesUpdate::Counted(counts) => {
                self.answer(None, at, timeline);
                self.counts = Some(counts);
                false
            }
            KubernetesUpdate::Changed(changes) => {
                self.answer(None, at, timeline);
                let mut differs = false;
                for change in changes {
                    differs |= self.change(change, at, timeline);
                }
                differs
            }
        };
        changed || was_live != self.is_live()
    }

    fn put_node(&mut self, node: Arc<KubernetesNode>) {
        let version = &node.kubelet_version;
        match self.kubelet_versions.get_mut(version) {
            Some(count) => *count += 1,
            None => {
                self.kubelet_versions.insert(version.clone(), 1);
            }
        }
        let instance = node.instance.clone();
        let before = self.nodes.insert(node.name.clone(), node);
        let before = before.as_deref();
        if before.is_none_or(|before| before.instance != instance) {
            self.roster += 1;
        }
        self.forget_version(before);
    }

    fn remove_node(&mut self, name: &Untrusted) -> Option<Arc<KubernetesNode>> {
        let removed = self.nodes.remove(name)?;
        self.roster += 1;
        self.forget_version(Some(&removed));
        Some(removed)
    }

    fn forget_version(&mut self, node: Option<&KubernetesNode>) {
        let Some(version) = node.map(|node| &node.kubelet_version) else {
            return;
        };
        if let Some(count) = self.kubelet_versions.get_mut(version) {
            *count -= 1;
            if *count == 0 {
                self.kubelet_versions.remove(version);
            }
        }
    }

    fn answer(&mut self, latency: Option<Duration>, at: UnixTime, timeline: &mut Timeline) {
        let before = match &self.link {
            ApiLink::Live { latency, .. } => *latency,
            ApiLink::Lost { .. } | ApiLink::NotAsked | ApiLink::Connecting { .. } => {
                let text = match self.lost_since() {
                    Some(since) => format!("answers again after {}", elapsed(at.since(since))),
                    None => "answers".to_owned(),
                };
                timeline.add(at, TimelineKind::Good, ClusterSubject::KubernetesApi, text);
                None
            }
        };
        self.heard = Some(at);
        self.link = ApiLink::Live {
            latency: latency.or(before),
            answered: at,
        };
    }

    fn lose(
        &mut self,
        failure: Box<ApiFailure>,
        retry: Option<Duration>,
        at: UnixTime,
        timeline: &mut Timeline,
    ) {
        // One outage has one age, however its failures differ.
        let (since, same) = match &self.link {
            ApiLink::Lost {
                since,
                failure: before,
                ..
            } => (*since, before.kind == failure.kind),
            _ => (at, false),
        };
        if !same && failure.kind != ApiFailureKind::NoContext {
            let text = visible(&failure.fault.what);
            // Of an API that never answered nothing was lost: its cluster is young.
            let kind = if self.heard.is_some() {
                TimelineKind::Trouble
            } else {
                TimelineKind::Note
            };
            timeline.add(at, kind, ClusterSubject::KubernetesApi, text);
        }
        self.link = ApiLink::Lost {
            failure,
            since,
            retry,
        };
    }

    // Whether anything is other than it was.
    fn change(&mut self, change: KubernetesChange, at: UnixTime, timeline: &mut Timeline) -> bool {
        match change {
            KubernetesChange::Node(node) => {
                let before = self.node(&node.name);
                // What was there when the watch began did not happen while it was watched.
                if self.listed.contains(&WatchedKind::Nodes) {
                    note_node(before, &node, at, timeline);
                }
                let other = before.is_none_or(|before| *before != *node);
                let dropped = before.is_some_and(KubernetesNode::is_ready) && !node.is_ready();
                if dropped {
                    let drops = self.drops.entry(node.name.clone()).or_default();
                    drops.push_back(at);
                    drops.drain(..drops.len().saturating_sub(MOST_DROPS));
                }
                self.left.remove(&node.instance);
                self.put_node(Arc::from(node));
                other
            }
            KubernetesChange::NodeGone(name) => {
                let removed = self.remove_node(&name);
                self.drops.remove(&name);
                let known = removed.is_some();
                if let Some(node) = removed {
                    self.left.insert(node.instance.clone(), at);
                    let subject = ClusterSubject::Node(name);
                    timeline.add(at, TimelineKind::Note, subject, "left the cluster");
                }
                known
            }
            KubernetesChange::Pod(pod) => {
                let before = self.pod(&pod.namespace, &pod.name);
                if self.listed.contains(&WatchedKind::SystemPods) {
                    note_pod(before, &pod, at, timeline);
                }
                let other = before.is_none_or(|before| *before != *pod);
                self.pods.insert(*pod);
                other
            }
            KubernetesChange::PodGone { namespace, name } => {
                self.pods.remove(&namespace, &name).is_some()
            }
        }
    }
}

fn note_node(
    before: Option<&KubernetesNode>,
    node: &KubernetesNode,
    at: UnixTime,
    timeline: &mut Timeline,
) {
    let subject = || ClusterSubject::Node(node.name.clone());
    let Some(before) = before else {
        let group = &node.instance_group;
        return timeline.add(
            at,
            TimelineKind::Note,
            subject(),
            format!("joined the cluster as a node of {group}"),
        );
    };
    match (before.is_ready(), node.is_ready()) {
        (false, true) => timeline.add(at, TimelineKind::Good, subject(), "is ready"),
        (true, false) => {
            let why = node.ready.words();
            let text = format!("was ready and is not: {why}");
            timeline.add(at, TimelineKind::Trouble, subject(), text);
        }
        _ => {}
    }
    if before.cordoned != node.cordoned {
        let text = if node.cordoned {
            "was cordoned"
        } else {
            "was uncordoned"
        };
        timeline.add(at, TimelineKind::Note, subject(), text);
    }
}

fn note_pod(before: Option<&WatchedPod>, pod: &WatchedPod, at: UnixTime, timeline: &mut Timeline) {
    let subject = || ClusterSubject::Pod {
        namespace: pod.namespace.clone(),
        name: pod.name.clone(),
    };
    // A pod that starts is on its way.
    let trouble = |pod: &WatchedPod| {
        pod.trouble()
            .filter(|one| one.kind != PodTroubleKind::Starting)
    };
    let (was, is) = (before.and_then(trouble), trouble(pod));
    match (was, is) {
        (was, Some(is)) if was.as_ref().is_none_or(|was| was.kind != is.kind) => {
            timeline.add(at, TimelineKind::Trouble, subject(), is.what);
        }
        (Some(_), None) => timeline.add(at, TimelineKind::Good, subject(), "is ready"),
        _ => {}
    }
}
