//! What kops itself finds wrong, which the other sources do not see.

use super::{Diagnosis, DiagnosisSeverity};
use crate::core::cluster::kubernetes::ApiFailureKind;
use crate::core::cluster::kubernetes_view::ApiLink;
use crate::core::cluster::live::LiveCluster;
use crate::core::cluster::subject::ClusterSubject;
use crate::core::cluster::{NotReady, Obstacle, Readiness};
use crate::core::fault::Fault;
use crate::core::text::untrusted::{Untrusted, visible};

impl LiveCluster {
    pub(super) fn diagnose_judgement(&self) -> Vec<Diagnosis> {
        let Some(readiness) = self.judgement().filter(|_| !self.is_mirrored()) else {
            return Vec::new();
        };
        // Where the watch does not reach the API either, it says why.
        let api_explained = matches!(self.kubernetes().link(), ApiLink::Lost { failure, .. } if failure.kind != ApiFailureKind::NoContext);
        let obstacle =
            diagnose_obstacle(readiness).filter(|_| !api_explained || readiness.is_beyond_api());
        let mut found: Vec<Diagnosis> = obstacle.into_iter().collect();
        found.extend(readiness.not_ready.iter().map(diagnose_failure));
        found.extend(readiness.instances_fault.as_ref().map(diagnose_listing));
        found
    }
}

impl Readiness {
    // Whether kops was kept from looking by something else than the Kubernetes API.
    fn is_beyond_api(&self) -> bool {
        !matches!(
            self.obstacle,
            Some(Obstacle::Name | Obstacle::Silent | Obstacle::Starting)
        )
    }
}

fn diagnose_obstacle(readiness: &Readiness) -> Option<Diagnosis> {
    let fault = readiness.fault.as_ref()?;
    let severity = match readiness.obstacle {
        Some(Obstacle::Name | Obstacle::Silent | Obstacle::Starting) => DiagnosisSeverity::Warning,
        _ => DiagnosisSeverity::Blocked,
    };
    let subject = ClusterSubject::Cluster;
    Some(Diagnosis::from_fault(severity, subject, fault))
}

fn diagnose_listing(fault: &Fault) -> Diagnosis {
    let what = "kops get instances gave no answer: instance groups of nodes and rolling-update status unknown";
    let explained = Fault {
        what: what.to_owned(),
        why: format!("{}: {}", fault.what, fault.why),
        ..fault.clone()
    };
    Diagnosis::from_fault(DiagnosisSeverity::Note, ClusterSubject::Cluster, &explained)
}

fn diagnose_failure(failure: &NotReady) -> Diagnosis {
    let name = &failure.name;
    let subject = match failure.kind.raw() {
        "Machine" => ClusterSubject::Instance(name.clone()),
        "Node" => ClusterSubject::Node(name.clone()),
        "InstanceGroup" => ClusterSubject::Group(name.raw().to_owned()),
        "Pod" => pod_subject(name),
        "dns" => ClusterSubject::KubernetesApi,
        _ => ClusterSubject::Cluster,
    };
    let group = failure.group.as_ref();
    let group = group.map(|group| format!(" ({})", visible(group)));
    let what = format!("{}{}", rest_of_message(failure), group.unwrap_or_default());
    Diagnosis::new(DiagnosisSeverity::Warning, subject, what, "", "")
}

// kops's message starts with the kind and the name again: `machine "i-…" has not yet joined cluster`.
fn rest_of_message(failure: &NotReady) -> String {
    let (name, message) = (failure.name.shown(), failure.message.shown());
    let quoted = format!("\"{name}\" ");
    let rest = message.split_once(&quoted).map(|(_, rest)| rest.to_owned());
    rest.unwrap_or(message)
}

fn pod_subject(name: &Untrusted) -> ClusterSubject {
    match name.raw().split_once('/') {
        Some((namespace, name)) => ClusterSubject::Pod {
            namespace: namespace.into(),
            name: name.into(),
        },
        None => ClusterSubject::Cluster,
    }
}
