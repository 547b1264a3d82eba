//! What is wrong with a node: its conditions, its kubelet's version, and whether it belongs to the cluster.

use std::time::Duration;

use super::versions::diagnose_versions;
use super::{Diagnosis, DiagnosisSeverity};
use crate::core::cluster::Phase;
use crate::core::cluster::kubernetes::{ConditionStatus, KubernetesNode};
use crate::core::cluster::live::LiveCluster;
use crate::core::cluster::subject::ClusterSubject;
use crate::core::kops::command::quoted;
use crate::core::unix_time::UnixTime;

impl LiveCluster {
    pub(super) fn diagnose_nodes(&self, now: UnixTime) -> Vec<Diagnosis> {
        let mut found: Vec<Diagnosis> = self
            .kubernetes()
            .nodes()
            .filter_map(|node| {
                self.diagnose_flapping(node, now)
                    .or_else(|| diagnose_condition(node))
                    .or_else(|| diagnose_pressure(node))
            })
            .collect();
        found.extend(self.diagnose_missing_pods());
        found.extend(self.diagnose_strangers());
        found.extend(diagnose_versions(self.kubernetes()));
        found.extend(self.diagnose_rolling_update());
        found
    }

    // A node that comes and goes is in no moment as wrong as it is.
    fn diagnose_flapping(&self, node: &KubernetesNode, now: UnixTime) -> Option<Diagnosis> {
        let since = UnixTime(now.0.saturating_sub(millis(FLAPPING)));
        let drops = self.kubernetes().drops(&node.name, since);
        if drops < LEAST_FLAPS {
            return None;
        }
        let state = if node.is_ready() { "ready" } else { "NotReady" };
        let minutes = FLAPPING.as_secs() / 60;
        let why = if node.is_ready() {
            "its kubelet, its container runtime or its network fails now and then".to_owned()
        } else {
            node.ready.words()
        };
        Some(Diagnosis::new(
            DiagnosisSeverity::Warning,
            ClusterSubject::Node(node.name.clone()),
            format!("flaps: NotReady {drops} times in {minutes} min, {state} now"),
            why,
            replacement(
                node,
                "read the log of its kubelet; if it continues, replace it",
            ),
        ))
    }

    // kops's own words, by its rules.
    fn diagnose_missing_pods(&self) -> Vec<Diagnosis> {
        let readiness = self.readiness().filter(|one| one.phase != Phase::Ready);
        let named = readiness.into_iter().flat_map(|one| &one.not_ready);
        let missing = named.filter(|one| one.message.raw().contains(" is missing "));
        missing
            .filter(|one| one.kind.raw() == "Node")
            .map(|one| {
                let why = "each control-plane node runs the API server, the scheduler and the controller manager as pods of its own";
                Diagnosis::new(
                    DiagnosisSeverity::Warning,
                    ClusterSubject::Node(one.name.clone()),
                    one.message.shown(),
                    why,
                    "wait where the node is young; else read the log of the kubelet on it",
                )
            })
            .collect()
    }

    fn diagnose_strangers(&self) -> Vec<Diagnosis> {
        if !self.cloud().is_known() || self.spec().iter().any(|group| group.karpenter) {
            return Vec::new();
        }
        let others = self.ties().others();
        let strangers = others.filter(|node| self.cloud().member(&node.instance).is_none());
        let strangers: Vec<_> = strangers.collect();
        if strangers.len() > MOST_STRANGERS {
            return vec![many_strangers(strangers.len())];
        }
        let strangers = strangers.into_iter();
        strangers
            .map(|node| {
                Diagnosis::new(
                    DiagnosisSeverity::Note,
                    ClusterSubject::Node(node.name.clone()),
                    "is in no Auto Scaling group of the cluster",
                    "its instance is gone, was detached, or is not managed by kops",
                    "where its instance is gone, Kubernetes removes the node by itself in a few minutes",
                )
            })
            .collect()
    }

    fn diagnose_rolling_update(&self) -> Option<Diagnosis> {
        let old = self.readiness()?.needing_update.filter(|old| *old > 0)?;
        let what = match old {
            1 => "has 1 instance that needs a rolling update".to_owned(),
            old => format!("has {old} instances that need a rolling update"),
        };
        Some(Diagnosis::new(
            DiagnosisSeverity::Note,
            ClusterSubject::Cluster,
            what,
            "their launch template is older than their group's",
            "run `kops rolling-update cluster --name=CLUSTER` to see which, and with --yes to replace them",
        ))
    }
}

/// A node that drops so often in so long flaps.
const LEAST_FLAPS: usize = 3;
const FLAPPING: Duration = Duration::from_mins(15);

/// More nodes than this that belong to no group are counted.
const MOST_STRANGERS: usize = 5;

fn many_strangers(count: usize) -> Diagnosis {
    Diagnosis::new(
        DiagnosisSeverity::Note,
        ClusterSubject::Cluster,
        format!("has {count} nodes that are in no Auto Scaling group of the cluster"),
        "their instances are gone, were detached, or are not managed by kops",
        "where their instances are gone, Kubernetes removes the nodes by itself in a few minutes",
    )
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

// kops drains the node first; without --yes it says what it would do.
fn replacement(node: &KubernetesNode, before: &str) -> String {
    match node.instance.raw() {
        "" => before.to_owned(),
        id => format!(
            "{before}: `kops delete instance {} --name=CLUSTER`, and once more with --yes",
            quoted(id)
        ),
    }
}

fn diagnose_condition(node: &KubernetesNode) -> Option<Diagnosis> {
    let (what, remedy) = match node.ready.status {
        ConditionStatus::True => return None,
        ConditionStatus::False => (
            "is NotReady",
            "see its conditions; where it stays so, replace its instance",
        ),
        ConditionStatus::Unknown => (
            "does not report: its kubelet has stopped, or cannot reach the API",
            "read the instance's console output; where it stays so, replace the instance",
        ),
    };
    let subject = ClusterSubject::Node(node.name.clone());
    let why = node.ready.words();
    let remedy = match node.ready.message.raw() {
        message if message.contains("cni") || message.contains("network plugin") => format!(
            "see the pods of its network add-on: `kubectl --context=CLUSTER -n kube-system get pods -o wide --field-selector=spec.nodeName={}`",
            quoted(&node.name.shown())
        ),
        _ => replacement(node, remedy),
    };
    let diagnosis = Diagnosis::new(DiagnosisSeverity::Warning, subject, what, why, remedy);
    Some(diagnosis.since(node.ready.since))
}

fn diagnose_pressure(node: &KubernetesNode) -> Option<Diagnosis> {
    let trouble = node.troubles.first()?;
    let diagnosis = Diagnosis::new(
        DiagnosisSeverity::Note,
        ClusterSubject::Node(node.name.clone()),
        format!("has the condition {}", trouble.kind),
        trouble.words(),
        "see all its conditions",
    );
    Some(diagnosis.since(trouble.since))
}
