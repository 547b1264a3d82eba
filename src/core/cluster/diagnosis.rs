//! Why a cluster is not ready, and what to do: what is wrong with the API, a group, an instance, a node or a pod, ranked.

use std::collections::HashMap;
use std::time::Duration;

use super::birth::BirthPhase;
use super::kubernetes::{ApiFailure, ApiFailureKind};
use super::kubernetes_view::ApiLink;
use super::live::LiveCluster;
use super::subject::ClusterSubject;
use crate::core::fault::Fault;
use crate::core::text::prose::counted;
use crate::core::text::untrusted::{Untrusted, visible};
use crate::core::unix_time::UnixTime;

mod groups;
mod instances;
mod judgement;
mod launch_failure;
mod nodes;
mod pods;
mod versions;

/// How bad it is, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DiagnosisSeverity {
    /// It keeps the cluster from being ready, and waiting will hardly help.
    Blocked,
    /// It keeps the cluster from being ready, or soon will.
    Warning,
    /// Worth knowing.
    Note,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnosis {
    pub severity: DiagnosisSeverity,
    pub subject: ClusterSubject,
    /// What is wrong, safe to show; it reads after the subject's name.
    pub what: String,
    /// Why, in the words of AWS, Kubernetes or kops where they say it; safe to show, empty where nobody says.
    pub why: String,
    /// What to do next; its commands stand between backticks, and `CLUSTER` for the name.
    pub remedy: String,
    pub since: Option<UnixTime>,
    /// What the other program printed, whole.
    pub detail: Option<Untrusted>,
    /// Others of its kind with which the same is wrong, for the same reason.
    pub others: Vec<ClusterSubject>,
    /// The first command of the remedy, to be copied; absent where it has none, or before the remedy is filled.
    pub command: Option<String>,
}

impl Diagnosis {
    fn new(
        severity: DiagnosisSeverity,
        subject: ClusterSubject,
        what: impl Into<String>,
        why: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            severity,
            subject,
            what: what.into(),
            why: why.into(),
            remedy: remedy.into(),
            since: None,
            detail: None,
            others: Vec::new(),
            command: None,
        }
    }

    fn from_fault(severity: DiagnosisSeverity, subject: ClusterSubject, fault: &Fault) -> Self {
        let (what, why) = (visible(&fault.what), visible(&fault.why));
        let mut diagnosis = Self::new(severity, subject, what, why, fault.remedy.clone());
        diagnosis.detail.clone_from(&fault.detail);
        diagnosis
    }

    /// What is wrong, with its subject; safe to show.
    pub fn sentence(&self) -> String {
        match &self.subject {
            ClusterSubject::Cluster => self.what.clone(),
            // What is wrong with it is a sentence of its own.
            ClusterSubject::KubernetesApi => format!("Kubernetes API: {}", self.what),
            subject => format!("{} {}{}", subject.name(), self.what, self.others_words()),
        }
    }

    fn others_words(&self) -> String {
        let noun = match &self.subject {
            ClusterSubject::Group(_) => "more group",
            ClusterSubject::Instance(_) => "more instance",
            ClusterSubject::Pod { .. } => "more pod",
            _ => "more node",
        };
        match self.others.len() {
            0 => String::new(),
            count => format!(" (and {})", counted(count, noun)),
        }
    }

    /// Whether it is about this subject too.
    pub fn is_about(&self, subject: &ClusterSubject) -> bool {
        self.subject == *subject || self.others.contains(subject)
    }

    #[must_use]
    fn since(mut self, moment: Option<UnixTime>) -> Self {
        self.since = moment;
        self
    }
}

/// The same of fewer than this stands once for each.
const ALIKE: usize = 3;

// What has one cause is one thing to read, on however many nodes it shows.
fn group_alike(found: Vec<Diagnosis>) -> Vec<Diagnosis> {
    let mut counts: HashMap<AlikeKey, usize> = HashMap::new();
    for one in &found {
        *counts.entry(one.alike()).or_default() += 1;
    }
    let mut grouped: Vec<Diagnosis> = Vec::new();
    let mut places: HashMap<AlikeKey, usize> = HashMap::new();
    for one in found {
        let key = one.alike();
        let many = counts.get(&key).is_some_and(|count| *count >= ALIKE);
        match places.get(&key).and_then(|at| grouped.get_mut(*at)) {
            Some(first) if many => {
                first.since = first.since.into_iter().chain(one.since).min();
                first.others.push(one.subject);
            }
            _ => {
                places.insert(key, grouped.len());
                grouped.push(one);
            }
        }
    }
    grouped
}

/// What is the same of things with one cause: how bad, of which kind, what and why.
type AlikeKey = (
    DiagnosisSeverity,
    std::mem::Discriminant<ClusterSubject>,
    String,
    String,
);

impl Diagnosis {
    fn alike(&self) -> AlikeKey {
        let kind = std::mem::discriminant(&self.subject);
        (self.severity, kind, self.what.clone(), self.why.clone())
    }
}

impl LiveCluster {
    /// What is wrong now, the worst first.
    pub fn diagnoses(&self, now: UnixTime) -> Vec<Diagnosis> {
        let mut found = self.seen_diagnoses(now);
        found.extend(self.diagnose_judgement());
        found.extend(self.diagnose_disagreement());
        found.sort_by_key(|one| one.severity);
        group_alike(found)
    }

    /// What the other sources than kops say is wrong, the worst first.
    pub fn diagnoses_beside_kops(&self, now: UnixTime) -> Vec<Diagnosis> {
        let mut found = self.seen_diagnoses(now);
        found.sort_by_key(|one| one.severity);
        group_alike(found)
    }

    fn seen_diagnoses(&self, now: UnixTime) -> Vec<Diagnosis> {
        let mut found: Vec<Diagnosis> = self.diagnose_api(now).into_iter().collect();
        found.extend(self.kubernetes().refused().map(diagnose_refusal));
        found.extend(self.diagnose_groups());
        found.extend(self.diagnose_instances(now));
        found.extend(self.diagnose_nodes(now));
        found.extend(self.diagnose_pods());
        found
    }

    fn diagnose_api(&self, now: UnixTime) -> Option<Diagnosis> {
        let ApiLink::Lost { failure, since, .. } = self.kubernetes().link() else {
            return None;
        };
        let young = self.birth().done(BirthPhase::Api).is_none();
        let severity = match failure.kind {
            ApiFailureKind::NoContext => DiagnosisSeverity::Note,
            ApiFailureKind::NameNotResolving
            | ApiFailureKind::Placeholder
            | ApiFailureKind::Refused
            | ApiFailureKind::Serving
            | ApiFailureKind::TimedOut
                if young && now.since(*since) < Duration::from_mins(10) =>
            {
                DiagnosisSeverity::Note
            }
            _ => DiagnosisSeverity::Blocked,
        };
        let subject = ClusterSubject::KubernetesApi;
        let diagnosis = Diagnosis::from_fault(severity, subject, &failure.fault);
        Some(diagnosis.since(Some(*since)))
    }

    fn diagnose_disagreement(&self) -> Option<Diagnosis> {
        let words = self.disagreement()?;
        let why = "kops asks the same APIs; what it sees that the watch does not, or the other way round, is worth a look";
        Some(Diagnosis::new(
            DiagnosisSeverity::Note,
            ClusterSubject::Cluster,
            format!("kops and the watch disagree: {words}"),
            why,
            "ask kops again",
        ))
    }
}

fn diagnose_refusal(failure: &ApiFailure) -> Diagnosis {
    let subject = ClusterSubject::KubernetesApi;
    Diagnosis::from_fault(DiagnosisSeverity::Warning, subject, &failure.fault)
}
