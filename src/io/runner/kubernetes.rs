//! The watch of a cluster's Kubernetes API, as an effect.

use super::EffectTask;
use crate::core::cluster_name::ClusterName;
use crate::tui::cluster_target::ClusterTarget;
use crate::tui::effect::KubernetesTarget;

impl EffectTask {
    pub(super) async fn watch_kubernetes(self, target: KubernetesTarget) {
        let _ = target;
    }

    pub(super) async fn stop_watching(self) {}

    pub(super) async fn export_kubeconfig(self, target: ClusterTarget, cluster: ClusterName) {
        let _ = (target, cluster);
    }
}
