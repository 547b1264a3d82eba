//! What is wrong with a node: its conditions, its kubelet's version, and whether it belongs to the cluster.

use std::time::Duration;

use foldhash::{HashMap, HashMapExt as _};

use super::versions::diagnose_versions;
use super::{ALIKE, Diagnosis, DiagnosisSeverity};
use crate::core::cluster::Phase;
use crate::core::cluster::kubernetes::{ConditionStatus, KubernetesNode, NodeCondition};
use crate::core::cluster::live::LiveCluster;
use crate::core::cluster::subject::ClusterSubject;
use crate::core::kops::command::quoted;
use crate::core::text::untrusted::Untrusted;
use crate::core::unix_time::UnixTime;

/// What is wrong with a node, equal for all nodes with which the same is wrong.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum NodeTrouble<'a> {
    /// So many drops while it is ready.
    Flapping(usize),
    /// The same of a node that is not ready now, and why not.
    FlappingNow(usize, ConditionText<'a>),
    NotReady(ConditionText<'a>),
    Pressure(ConditionText<'a>),
}

/// A condition but for its time.
type ConditionText<'a> = (ConditionStatus, &'a str, &'a str, &'a str);

/// How often each node that flaps was not ready any more.
type Flaps<'a> = HashMap<&'a Untrusted, usize>;

impl<'a> NodeTrouble<'a> {
    fn find(node: &'a KubernetesNode, flaps: &Flaps<'_>) -> Option<Self> {
        let ready = condition_text(&node.ready);
        match flaps.get(&node.name) {
            Some(drops) if node.is_ready() => return Some(Self::Flapping(*drops)),
            Some(drops) => return Some(Self::FlappingNow(*drops, ready)),
            None => {}
        }
        if node.ready.status != ConditionStatus::True {
            return Some(Self::NotReady(ready));
        }
        let trouble = node.troubles.first()?;
        Some(Self::Pressure(condition_text(trouble)))
    }

    // Since when it is so.
    fn since(self, node: &KubernetesNode) -> Option<UnixTime> {
        match self {
            Self::Flapping(_) | Self::FlappingNow(..) => None,
            Self::NotReady(_) => node.ready.since,
            Self::Pressure(_) => node.troubles.first()?.since,
        }
    }

    fn diagnose(self, node: &KubernetesNode) -> Option<Diagnosis> {
        match self {
            Self::Flapping(drops) | Self::FlappingNow(drops, _) => {
                Some(diagnose_flapping(node, drops))
            }
            Self::NotReady(_) => diagnose_condition(node),
            Self::Pressure(_) => diagnose_pressure(node),
        }
    }
}

fn condition_text(condition: &NodeCondition) -> ConditionText<'_> {
    let NodeCondition {
        kind,
        status,
        reason,
        message,
        ..
    } = condition;
    (*status, kind.raw(), reason.raw(), message.raw())
}

impl LiveCluster {
    pub(super) fn diagnose_nodes(&self, now: UnixTime) -> Vec<Diagnosis> {
        let mut found = self.diagnose_each_node(now);
        found.extend(self.diagnose_missing_pods());
        found.extend(self.diagnose_strangers());
        found.extend(diagnose_versions(self.kubernetes()));
        found.extend(self.diagnose_rolling_update());
        found
    }

    // Of thousands that dropped together, words are made for one.
    fn diagnose_each_node(&self, now: UnixTime) -> Vec<Diagnosis> {
        let since = UnixTime(now.0.saturating_sub(millis(FLAPPING)));
        let flaps = self.kubernetes().flaps(since, LEAST_FLAPS);
        let mut alike: Vec<(NodeTrouble<'_>, Vec<&KubernetesNode>)> = Vec::new();
        let mut places = HashMap::new();
        for node in self.kubernetes().nodes() {
            let Some(trouble) = NodeTrouble::find(node, &flaps) else {
                continue;
            };
            let place = *places.entry(trouble).or_insert(alike.len());
            match alike.get_mut(place) {
                Some((_, nodes)) => nodes.push(node),
                None => alike.push((trouble, vec![node])),
            }
        }
        let alike = alike.into_iter();
        alike
            .flat_map(|(trouble, nodes)| diagnose_alike(trouble, &nodes))
            .collect()
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

fn diagnose_alike(trouble: NodeTrouble<'_>, nodes: &[&KubernetesNode]) -> Vec<Diagnosis> {
    let [first, others @ ..] = nodes else {
        return Vec::new();
    };
    if nodes.len() < ALIKE {
        let each = nodes.iter().filter_map(|node| trouble.diagnose(node));
        return each.collect();
    }
    let subject = |node: &&KubernetesNode| ClusterSubject::Node(node.name.clone());
    let since = nodes.iter().filter_map(|node| trouble.since(node)).min();
    let diagnosis = trouble.diagnose(first).map(|one| Diagnosis {
        others: others.iter().map(subject).collect(),
        ..one.since(since)
    });
    diagnosis.into_iter().collect()
}

// A node that comes and goes is in no moment as wrong as it is.
fn diagnose_flapping(node: &KubernetesNode, drops: usize) -> Diagnosis {
    let state = if node.is_ready() { "ready" } else { "NotReady" };
    let minutes = FLAPPING.as_secs() / 60;
    let why = if node.is_ready() {
        "its kubelet, its container runtime or its network fails now and then".to_owned()
    } else {
        node.ready.words()
    };
    Diagnosis::new(
        DiagnosisSeverity::Warning,
        ClusterSubject::Node(node.name.clone()),
        format!("flaps: NotReady {drops} times in {minutes} min, {state} now"),
        why,
        replacement(
            node,
            "read the log of its kubelet; if it continues, replace it",
        ),
    )
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
