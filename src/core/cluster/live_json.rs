//! What the watch of a cluster sees besides kops, as JSON, and each thing that happens as a line of JSON.

use serde::Serialize;

use super::birth::PhaseView;
use super::cost_json::CostView;
use super::diagnosis::{Diagnosis, DiagnosisSeverity};
use super::instance_rows::{InstanceOrder, InstanceRow};
use super::kubernetes::PodCounts;
use super::kubernetes_view::ApiLink;
use super::live::{ClusterVerdict, LiveCluster};
use super::not_ready_json::{NotReadyView, not_ready_view};
use super::subject::ClusterSubject;
use super::timeline::{TimelineEntry, TimelineKind};
use crate::core::fault::Fault;
use crate::core::text::json::to_json_line;
use crate::core::text::untrusted::Untrusted;
use crate::core::unix_time::UnixTime;

/// What the Kubernetes API, Auto Scaling and EC2 tell; times are RFC 3339 in UTC.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(super) struct LiveView<'a> {
    /// `unknown`, `notReady`, `confirming` while kops has not said it often enough, or `ready`.
    verdict: &'static str,
    /// Since when the cluster is ready or not ready, as far as it was watched.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    phases: Vec<PhaseItem>,
    instances: Vec<InstanceItem<'a>>,
    diagnoses: Vec<DiagnosisItem>,
    /// What the rules of kops find wrong in what is seen now, in kops's words; absent while not enough is seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_ready: Option<Vec<NotReadyView<'a>>>,
    sources: SourcesView<'a>,
    /// Pods of all namespaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pods: Option<PodsView>,
    /// In what kops and the other sources disagree.
    #[serde(skip_serializing_if = "Option::is_none")]
    disagreement: Option<String>,
    /// What the instances cost; absent before the prices were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    cost: Option<CostView<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
struct PhaseItem {
    /// `loadBalancer`, `instances`, `api`, `controlPlane`, `nodes`, `systemPods` or `validated`.
    phase: &'static str,
    /// `done`, `now`, `toCome`, `lost` or `unknown`.
    state: &'static str,
    /// What is there of what is wanted, such as `3/3`; empty where nothing is counted.
    figures: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
struct InstanceItem<'a> {
    /// The EC2 instance; empty for a node that is none.
    instance: Untrusted,
    /// The node's name; empty for an instance that has not joined.
    node: Untrusted,
    instance_group: &'a str,
    zone: &'a str,
    /// `Ready`, `NotReady`, `Unknown`, `not joined`, `launching`, `terminating`, `detached`, `warm pool`, `in service` or
    /// `running`.
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kubelet: Option<&'a Untrusted>,
    /// Whether a rolling update would replace it; absent when it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    needs_update: Option<bool>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
struct DiagnosisItem {
    /// `blocked`, `warning` or `note`.
    severity: &'static str,
    subject: SubjectView,
    what: String,
    /// Others with which the same is wrong for the same reason.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    others: Vec<SubjectView>,
    /// Empty where nobody says why.
    why: String,
    remedy: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
struct SubjectView {
    /// `cluster`, `kubernetesApi`, `instanceGroup`, `instance`, `node` or `pod`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// `NAMESPACE/NAME` of a pod; empty for the cluster.
    name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
struct SourcesView<'a> {
    /// `notAsked`, `connecting`, `live` or `lost`.
    kubernetes: &'static str,
    /// When anything last came from the Kubernetes API.
    #[serde(skip_serializing_if = "Option::is_none")]
    kubernetes_heard: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kubernetes_fault: Option<&'a Fault>,
    /// When the Auto Scaling groups were last read.
    #[serde(skip_serializing_if = "Option::is_none")]
    auto_scaling_read: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auto_scaling_fault: Option<&'a Fault>,
    /// When kops last answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    kops_answered: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
struct PodsView {
    ready: u32,
    not_ready: u32,
    pending: u32,
    failed: u32,
    succeeded: u32,
}

/// One thing that happened, as a line of `watch --output jsonl`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
struct EventLine<'a> {
    /// Always `event`.
    #[serde(rename = "type")]
    kind: &'static str,
    cluster: &'a str,
    /// When, RFC 3339 in UTC.
    at: String,
    /// `good`, `trouble` or `note`.
    meaning: &'static str,
    subject: SubjectView,
    text: &'a str,
}

/// One entry of the timeline as a line of JSON, with its line end.
pub fn event_to_json(cluster: &str, entry: &TimelineEntry) -> String {
    let line = EventLine {
        kind: "event",
        cluster,
        at: entry.at.rfc3339(),
        meaning: match entry.kind {
            TimelineKind::Good => "good",
            TimelineKind::Trouble => "trouble",
            TimelineKind::Note => "note",
        },
        subject: SubjectView::new(&entry.subject),
        text: &entry.text,
    };
    format!("{}\n", to_json_line(&line))
}

impl<'a> LiveView<'a> {
    pub(super) fn new(live: &'a LiveCluster, now: UnixTime) -> Self {
        let (verdict, since) = match live.verdict() {
            ClusterVerdict::Unknown => ("unknown", None),
            ClusterVerdict::Confirming { .. } => ("confirming", None),
            ClusterVerdict::Ready { since } => ("ready", Some(*since)),
            ClusterVerdict::NotReady { since, .. } => ("notReady", Some(*since)),
        };
        let table = live.instance_table(InstanceOrder::UnreadyFirst, "");
        Self {
            verdict,
            since: since.map(UnixTime::rfc3339),
            phases: live.phases(None, now).into_iter().map(phase_item).collect(),
            instances: table
                .rows
                .iter()
                .map(|row| instance_item(live, row))
                .collect(),
            diagnoses: live.diagnoses(now).iter().map(diagnosis_item).collect(),
            not_ready: live
                .mirrored()
                .map(|seen| seen.not_ready.iter().map(not_ready_view).collect()),
            sources: SourcesView::new(live),
            pods: live.kubernetes().counts().map(PodsView::new),
            disagreement: live.disagreement(),
            cost: live.cloud().cost().map(CostView::new),
        }
    }
}

fn phase_item(view: PhaseView) -> PhaseItem {
    PhaseItem {
        phase: view.phase.into(),
        state: view.state.into(),
        figures: view.figures,
    }
}

fn instance_item<'a>(live: &'a LiveCluster, row: &InstanceRow) -> InstanceItem<'a> {
    let details = live.instance_details(row);
    InstanceItem {
        instance: row.instance.clone(),
        node: row.node.clone(),
        instance_group: details.group,
        zone: details.zone,
        state: row.condition.word(),
        since: details.since.map(UnixTime::rfc3339),
        kubelet: details.node.map(|node| &node.kubelet_version),
        needs_update: details.member.and_then(|member| member.needs_update),
    }
}

fn diagnosis_item(one: &Diagnosis) -> DiagnosisItem {
    DiagnosisItem {
        severity: match one.severity {
            DiagnosisSeverity::Blocked => "blocked",
            DiagnosisSeverity::Warning => "warning",
            DiagnosisSeverity::Note => "note",
        },
        subject: SubjectView::new(&one.subject),
        what: one.what.clone(),
        others: one.others.iter().map(SubjectView::new).collect(),
        why: one.why.clone(),
        remedy: one.remedy.clone(),
        since: one.since.map(UnixTime::rfc3339),
    }
}

impl SubjectView {
    fn new(subject: &ClusterSubject) -> Self {
        let kind = match subject {
            ClusterSubject::Cluster => "cluster",
            ClusterSubject::KubernetesApi => "kubernetesApi",
            ClusterSubject::Group(_) => "instanceGroup",
            ClusterSubject::Instance(_) => "instance",
            ClusterSubject::Node(_) => "node",
            ClusterSubject::Pod { .. } => "pod",
        };
        Self {
            kind,
            name: subject.name(),
        }
    }
}

impl<'a> SourcesView<'a> {
    fn new(live: &'a LiveCluster) -> Self {
        let (kubernetes, fault) = match live.kubernetes().link() {
            ApiLink::NotAsked => ("notAsked", None),
            ApiLink::Connecting { .. } => ("connecting", None),
            ApiLink::Live { .. } => ("live", None),
            ApiLink::Lost { failure, .. } => ("lost", Some(&failure.fault)),
        };
        Self {
            kubernetes,
            kubernetes_heard: live.kubernetes().heard().map(UnixTime::rfc3339),
            kubernetes_fault: fault,
            auto_scaling_read: live.cloud().read().map(UnixTime::rfc3339),
            auto_scaling_fault: live.cloud().fault(),
            kops_answered: live.judged().map(UnixTime::rfc3339),
        }
    }
}

impl PodsView {
    fn new(counts: PodCounts) -> Self {
        Self {
            ready: counts.ready,
            not_ready: counts.not_ready,
            pending: counts.pending,
            failed: counts.failed,
            succeeded: counts.succeeded,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::documents::hold_schema;

    #[test]
    fn the_schema_is_that_of_the_types() {
        hold_schema::<EventLine<'_>>(
            "watch-event.schema.json",
            "a line of kopswain watch --output jsonl",
        );
    }

    #[test]
    fn what_happens_is_one_line() {
        let entry = TimelineEntry {
            at: UnixTime(1_795_947_330_000),
            kind: TimelineKind::Trouble,
            subject: ClusterSubject::Node("i-1\u{1b}".into()),
            text: "was ready and is not: PLEG".to_owned(),
        };
        assert_eq!(
            event_to_json("prod.example.com", &entry),
            "{\"type\":\"event\",\"cluster\":\"prod.example.com\",\"at\":\"2026-11-29T10:15:30Z\",\"meaning\":\"trouble\",\"subject\":{\"type\":\"node\",\"name\":\"i-1\\\\u{1b}\"},\"text\":\"was ready and is not: PLEG\"}\n"
        );
    }
}
