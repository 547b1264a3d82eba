//! What is wrong with the pods that a cluster needs.

use super::{Diagnosis, DiagnosisSeverity};
use crate::core::cluster::kubernetes::WatchedPod;
use crate::core::cluster::live::LiveCluster;
use crate::core::cluster::pod_trouble::{PodTrouble, PodTroubleKind};
use crate::core::cluster::subject::ClusterSubject;
use crate::core::kops::command::quoted;

impl LiveCluster {
    // Other pods do not decide whether the cluster is ready: they are only counted.
    pub(super) fn diagnose_pods(&self) -> Vec<Diagnosis> {
        let pods = self.kubernetes().watched_pods().wrong();
        let needed =
            pods.filter(|pod| pod.priority.is_some() || pod.namespace.raw() == "kube-system");
        needed
            .filter_map(|pod| Some(diagnose_pod(pod, pod.trouble()?)))
            .collect()
    }
}

fn diagnose_pod(pod: &WatchedPod, trouble: PodTrouble) -> Diagnosis {
    let severity = match trouble.kind {
        _ if pod.priority.is_none() => DiagnosisSeverity::Note,
        PodTroubleKind::Starting => DiagnosisSeverity::Note,
        PodTroubleKind::Crashing
        | PodTroubleKind::ImageNotPulled
        | PodTroubleKind::Unschedulable
        | PodTroubleKind::Failed
        | PodTroubleKind::Waiting
        | PodTroubleKind::NotReady => DiagnosisSeverity::Warning,
    };
    let remedy = match trouble.kind {
        PodTroubleKind::Crashing | PodTroubleKind::Failed | PodTroubleKind::NotReady => {
            let container = match trouble.container.raw() {
                "" => String::new(),
                _ => format!(" -c {}", quoted(&trouble.container.shown())),
            };
            format!(
                "read its log: `kubectl --context=CLUSTER -n {} logs {}{container} --previous`",
                quoted(&pod.namespace.shown()),
                quoted(&pod.name.shown())
            )
        }
        PodTroubleKind::ImageNotPulled => {
            "check that the node reaches the registry, and the name of the image".to_owned()
        }
        PodTroubleKind::Unschedulable => {
            "wait where nodes are still joining; else see the taints and the room of the nodes"
                .to_owned()
        }
        PodTroubleKind::Waiting => format!(
            "see its events: `kubectl --context=CLUSTER -n {} describe pod {}`",
            quoted(&pod.namespace.shown()),
            quoted(&pod.name.shown())
        ),
        PodTroubleKind::Starting => "wait".to_owned(),
    };
    let subject = ClusterSubject::Pod {
        namespace: pod.namespace.clone(),
        name: pod.name.clone(),
    };
    // How long it is pending is its age; how long it crashes nobody says.
    let waits = matches!(
        trouble.kind,
        PodTroubleKind::Unschedulable | PodTroubleKind::Starting
    );
    let pending = pod.created.filter(|_| waits);
    Diagnosis::new(severity, subject, trouble.what, trouble.why, remedy).since(pending)
}
