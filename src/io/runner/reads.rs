//! Reads of the real runner: kops commands that change nothing, the whole preview of a cluster among them.

use std::path::PathBuf;

use super::EffectTask;
use crate::core::answers::SecretKind;
use crate::core::cluster_name::ClusterName;
use crate::core::fault::Fault;
use crate::core::kops::command::CommandLine;
use crate::io::kops::{self, Environment, Kops, Scratch};
use crate::io::settings::expand;
use crate::tui::cluster_target::ClusterTarget;
use crate::tui::effect::{KopsRun, PreviewRequest};
use crate::tui::event::{CommandOutput, Event};
use crate::tui::job::Job;

/// The secrets of a place with their files, a leading `~/` written out.
pub(super) fn secret_files(target: &ClusterTarget) -> Vec<(SecretKind, PathBuf)> {
    let named = target.secrets.named().into_iter();
    named
        .map(|(kind, file)| (kind, expand(&PathBuf::from(file))))
        .collect()
}

impl EffectTask {
    pub(super) async fn preview(self, preview: PreviewRequest) {
        let result = self.run_preview(&preview).await;
        self.reply.send(Event::Ended {
            job: Job::Preview,
            result,
        });
    }

    async fn run_preview(&self, preview: &PreviewRequest) -> Result<CommandOutput, Fault> {
        let kops = self.kops().await?;
        let folder = self.folder(&preview.cluster)?;
        let scratch = Scratch::create()?;
        let key = expand(&PathBuf::from(&preview.target.ssh_public_key));
        let wanted = kops::ScratchPreview {
            cluster: &preview.cluster,
            spec: &preview.spec,
            ssh_public_key: &key,
            secrets: &secret_files(&preview.target),
            state_store: &preview.target.state_store,
        };
        let environment = self.environment(&preview.target).await?;
        let show = |line| self.send_line(Job::Preview, line);
        if let Some(stored) = &preview.replaces {
            // What kops makes of a cluster that runs depends on what it sees of the control plane.
            let environment = self.with_own_kubeconfig(environment);
            return scratch
                .preview_replace(kops, &wanted, stored, &environment, &folder, show)
                .await;
        }
        scratch
            .preview(kops, &wanted, &environment, &folder, show)
            .await
    }

    pub(super) async fn ask(self, run: KopsRun) {
        let result = self.run_read_only(&run).await;
        self.reply.send(Event::Ended {
            job: run.job,
            result,
        });
    }

    async fn run_read_only(&self, run: &KopsRun) -> Result<CommandOutput, Fault> {
        let kops = self.kops().await?;
        let environment = self.environment(&run.target).await?;
        let environment = self.with_own_kubeconfig(environment);
        if run.job == Job::Validate {
            return self.validate(kops, &run.cluster, &environment).await;
        }
        let command = self.through_kubeconfig(run);
        // As with validate, below.
        if matches!(run.job, Job::InstanceGroups | Job::Instances) {
            return kops.ask(&command, &environment).await;
        }
        let folder = self.folder(&run.cluster)?;
        let command = kops.start_read_only(&command, &environment, &folder)?;
        command.follow(|line| self.send_line(run.job, line)).await
    }

    // Like validate, a read of the instances uses the kubeconfig that the person named, if any.
    fn through_kubeconfig(&self, run: &KopsRun) -> CommandLine {
        let mut command = run.command.clone();
        let named = self.shared.settings.use_kubeconfig.is_some();
        if named && command.asks_kubernetes() {
            command.args.push("--use-kubeconfig".to_owned());
        }
        command
    }

    // A poll every ten seconds would fill the run folder: what it prints is on the screen, whole.
    async fn validate(
        &self,
        kops: &Kops,
        cluster: &ClusterName,
        environment: &Environment,
    ) -> Result<CommandOutput, Fault> {
        let named = self.shared.settings.use_kubeconfig.is_some();
        let line = CommandLine::validate(cluster, named);
        kops.ask(&line, environment).await
    }
}
