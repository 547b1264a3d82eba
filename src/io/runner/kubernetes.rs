//! The watch of a cluster's Kubernetes API, as an effect, and the kubeconfig that is exported for it.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::PoisonError;

use tempfile::TempDir;

use super::EffectTask;
use crate::core::cluster_name::ClusterName;
use crate::core::fault::Fault;
use crate::core::kops::command::CommandLine;
use crate::core::kops::log::explained;
use crate::core::unix_time::UnixTime;
use crate::io::clock::unix_millis;
use crate::io::files::not_written;
use crate::io::kops::RunFolder;
use crate::io::kubernetes::{KubeconfigSource, watch_cluster};
use crate::io::process::{Leftover, Watched, watch};
use crate::tui::cluster_target::ClusterTarget;
use crate::tui::effect::KubernetesTarget;
use crate::tui::event::Event;

/// A kubeconfig in a folder of its own (0700); dropping it removes both.
#[derive(Debug)]
pub(super) struct ExportedKubeconfig {
    folder: TempDir,
    _run: EmptyFolder,
    // Dropped last: until the folder is removed it is the watchdog's to remove.
    _watched: Watched,
}

/// The folder of a run; dropping it removes the folder where nothing is left in it: a watch alone is no run.
#[derive(Debug)]
struct EmptyFolder(PathBuf);

impl Drop for EmptyFolder {
    fn drop(&mut self) {
        // One that holds anything is not removed.
        if std::fs::remove_dir(&self.0).is_ok()
            && let Some(cluster) = self.0.parent()
        {
            let _ = std::fs::remove_dir(cluster);
        }
    }
}

impl ExportedKubeconfig {
    fn create(run: &RunFolder) -> Result<Self, Fault> {
        let made = tempfile::Builder::new()
            .prefix("kubeconfig-")
            .permissions(Permissions::from_mode(0o700))
            .tempdir_in(run.path());
        let folder = made.map_err(|error| not_written(run.path(), &error))?;
        let watched = watch(Leftover::Folder(folder.path().to_owned()));
        Ok(Self {
            folder,
            _run: EmptyFolder(run.path().to_owned()),
            _watched: watched,
        })
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("config")
    }
}

impl EffectTask {
    pub(super) async fn watch_kubernetes(self, target: KubernetesTarget) {
        let source = self.kubeconfig(target.exported);
        let report = |update| {
            let wall = UnixTime(unix_millis());
            self.reply.send(Event::Kubernetes { wall, update });
        };
        watch_cluster(&source, &target.cluster, &report).await;
    }

    /// The kubeconfig that was exported, else that of the command line, else the usual one.
    pub(super) fn kubeconfig(&self, exported: Option<PathBuf>) -> KubeconfigSource {
        let named = exported.or(self.shared.settings.use_kubeconfig.clone());
        named.map_or(KubeconfigSource::Usual, KubeconfigSource::File)
    }

    // The request ends the watch itself, which is of its kind.
    pub(super) fn stop_watching(&self) {
        self.hold_exported(None);
    }

    pub(super) async fn export_kubeconfig(self, target: ClusterTarget, cluster: ClusterName) {
        let result = self.run_export(&target, &cluster).await;
        self.reply.send(Event::KubeconfigExported(result));
    }

    async fn run_export(
        &self,
        target: &ClusterTarget,
        cluster: &ClusterName,
    ) -> Result<PathBuf, Fault> {
        let kops = self.kops().await?;
        let exported = ExportedKubeconfig::create(&self.folder(cluster)?)?;
        let path = exported.path();
        // Named both ways, so that no version of kops writes into the person's own.
        let environment = self.environment(target).await?.with_kubeconfig(&path);
        let line = CommandLine::export_kubeconfig_into(cluster, &path);
        let output = kops.ask(&line, &environment).await?;
        if !output.succeeded() || !path.is_file() {
            return Err(explained(output.code(), &output.stdout, &output.stderr));
        }
        self.hold_exported(Some(exported));
        Ok(path)
    }

    fn hold_exported(&self, exported: Option<ExportedKubeconfig>) {
        let held = self.shared.exported.lock();
        *held.unwrap_or_else(PoisonError::into_inner) = exported;
    }
}
