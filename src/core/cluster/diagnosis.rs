//! Why a cluster is not ready, and what to do: what is wrong with the API, a group, an instance, a node or a pod, ranked.

use std::time::Duration;

use super::birth::BirthPhase;
use super::kubernetes::{ApiFailure, ApiFailureKind};
use super::kubernetes_view::ApiLink;
use super::live::LiveCluster;
use super::subject::ClusterSubject;
use crate::core::fault::Fault;
use crate::core::text::untrusted::{Untrusted, visible};
use crate::core::unix_time::UnixTime;

mod groups;
mod instances;
mod judgement;
mod launch_failure;
mod nodes;
mod pods;

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
            subject => format!("{} {}", subject.name(), self.what),
        }
    }

    #[must_use]
    fn since(mut self, moment: Option<UnixTime>) -> Self {
        self.since = moment;
        self
    }
}

impl LiveCluster {
    /// What is wrong now, the worst first.
    pub fn diagnoses(&self, now: UnixTime) -> Vec<Diagnosis> {
        let mut found: Vec<Diagnosis> = self.diagnose_api(now).into_iter().collect();
        found.extend(self.kubernetes().refused().map(diagnose_refusal));
        found.extend(self.diagnose_groups());
        found.extend(self.diagnose_instances(now));
        found.extend(self.diagnose_nodes());
        found.extend(self.diagnose_pods());
        found.extend(self.diagnose_judgement());
        found.extend(self.diagnose_disagreement());
        found.sort_by_key(|one| one.severity);
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
