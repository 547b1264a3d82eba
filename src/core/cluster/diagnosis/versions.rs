//! Kubelets of several versions: normal during an upgrade, and trouble where Kubernetes does not support them together.

use semver::Version;

use super::{Diagnosis, DiagnosisSeverity};
use crate::core::cluster::kubernetes::NodeRole;
use crate::core::cluster::kubernetes_view::KubernetesView;
use crate::core::cluster::subject::ClusterSubject;
use crate::core::text::untrusted::Untrusted;
use crate::core::version::parse_version;

/// kubernetes.io, "Version skew policy": so many minor versions a kubelet may be older than the API server.
const OLDEST: u64 = 3;

/// What is to be said of the versions of the kubelets; nothing while they are all the same.
pub(super) fn diagnose_versions(kubernetes: &KubernetesView) -> Option<Diagnosis> {
    let versions = kubernetes.kubelet_versions();
    if versions.len() < 2 {
        return None;
    }
    let words: Vec<String> = versions
        .iter()
        .map(|(version, count)| format!("{} × {count}", version.shown()))
        .collect();
    let skew = judge_skew(kubernetes, versions.keys().map(Untrusted::raw));
    let (severity, why, remedy) = match skew {
        None => (
            DiagnosisSeverity::Note,
            "normal while an upgrade rolls through the cluster".to_owned(),
            "run `kops rolling-update cluster --name=CLUSTER` to see which instances are left",
        ),
        Some(why) => (
            DiagnosisSeverity::Warning,
            why,
            "run `kops rolling-update cluster --name=CLUSTER`, and with --yes: it replaces the instances that are left",
        ),
    };
    let what = format!(
        "runs kubelets of {} versions: {}",
        versions.len(),
        words.join(", ")
    );
    let subject = ClusterSubject::Cluster;
    Some(Diagnosis::new(severity, subject, what, why, remedy))
}

// The control plane's own kubelets have the version of its API servers; the oldest of them counts.
fn judge_skew<'a>(
    kubernetes: &KubernetesView,
    versions: impl Iterator<Item = &'a str>,
) -> Option<String> {
    let control_plane = kubernetes
        .nodes()
        .filter(|node| node.role == NodeRole::ControlPlane)
        .filter_map(|node| parse_version(node.kubelet_version.raw()));
    let api = control_plane.min()?;
    let minor = |version: &Version| (version.major, version.minor);
    let is_unsupported =
        |version: &Version| minor(version) > minor(&api) || version.minor + OLDEST < api.minor;
    let unsupported = versions.filter_map(parse_version).find(is_unsupported)?;
    let relation = if unsupported > api { "newer" } else { "older" };
    Some(format!(
        "Kubernetes supports kubelets up to {OLDEST} minor versions older than the control plane, {api}, and none that are newer: {unsupported} is {relation}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::cluster::kubernetes::{KubernetesChange, KubernetesNode, KubernetesUpdate};
    use crate::core::cluster::timeline::Timeline;
    use crate::core::unix_time::UnixTime;

    fn node(name: &str, role: NodeRole, version: &str) -> KubernetesChange {
        KubernetesChange::Node(Box::new(KubernetesNode {
            name: name.into(),
            role,
            kubelet_version: version.into(),
            ..KubernetesNode::default()
        }))
    }

    fn diagnose(control_plane: &str, node_version: &str) -> Option<(DiagnosisSeverity, String)> {
        let nodes = vec![
            node("i-cp", NodeRole::ControlPlane, control_plane),
            node("i-node", NodeRole::Node, node_version),
        ];
        let mut kubernetes = KubernetesView::default();
        let changed = KubernetesUpdate::Changed(nodes);
        kubernetes.take(changed, UnixTime(0), &mut Timeline::default());
        diagnose_versions(&kubernetes).map(|found| (found.severity, found.why))
    }

    #[test]
    fn one_version_is_not_worth_a_word() {
        assert_eq!(diagnose("v1.35.5", "v1.35.5"), None);
    }

    #[test]
    fn an_upgrade_that_rolls_is_a_note() {
        let note = (
            DiagnosisSeverity::Note,
            "normal while an upgrade rolls through the cluster".to_owned(),
        );
        assert_eq!(diagnose("v1.35.5", "v1.34.8"), Some(note.clone()));
        assert_eq!(diagnose("v1.35.5", "v1.32.0"), Some(note.clone()));
        assert_eq!(diagnose("v1.35.1", "v1.35.5"), Some(note));
    }

    #[test]
    fn what_kubernetes_does_not_support_is_a_warning() {
        let policy = "Kubernetes supports kubelets up to 3 minor versions older than the control plane, 1.35.5, and none that are newer: ";
        for (version, end) in [
            ("v1.31.9", "1.31.9 is older"),
            ("v1.36.0", "1.36.0 is newer"),
        ] {
            let warning = (DiagnosisSeverity::Warning, format!("{policy}{end}"));
            assert_eq!(diagnose("v1.35.5", version), Some(warning));
        }
    }
}
