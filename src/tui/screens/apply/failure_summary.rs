//! After a run that failed: what was planned by family, what fails, and what deleting the cluster would take away.

use std::collections::BTreeMap;

use super::{Apply, OutputLine};
use crate::core::analysis::category::Category;
use crate::core::fault::Fault;
use crate::core::kops::command::CommandLine;
use crate::core::kops::log::explain;
use crate::core::text::prose::sentences;
use crate::tui::effect::{Effect, KopsRun, Kubeconfig};
use crate::tui::event::CommandOutput;
use crate::tui::job::Job;

/// What a family of resources has to do with the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Resources that the approved report changes.
    pub planned: usize,
    /// Tasks that fail and are tried again.
    pub failing: usize,
}

impl Apply {
    /// The families that the run is about, in the order of the review; kops does not tell which of its tasks are done.
    pub fn families(&self) -> BTreeMap<Category, Share> {
        let mut found: BTreeMap<Category, Share> = BTreeMap::new();
        for resource in &self.approved.report.resources {
            found
                .entry(Category::from_type(&resource.kind))
                .or_default()
                .planned += 1;
        }
        for retry in &self.progress.retries {
            let kind = retry.task.raw().split('/').next().unwrap_or_default();
            found.entry(Category::from_type(kind)).or_default().failing += 1;
        }
        found
    }

    /// Asks kops what deleting the cluster would take away; without `--yes` it deletes nothing.
    pub fn ask_delete_preview(&mut self) -> Vec<Effect> {
        if !self.touched_aws() || self.running().is_some() {
            return Vec::new();
        }
        let command = CommandLine::delete(&self.cluster);
        self.show(OutputLine::Command(command.to_string()));
        self.back = 0;
        vec![Effect::Ask(KopsRun {
            job: Job::DeletePreview,
            cluster: self.cluster.clone(),
            place: self.place.clone(),
            command,
            kubeconfig: Kubeconfig::Own,
            spec: None,
            store: None,
        })]
    }

    /// Takes the end of that preview; what it printed is in the log.
    pub fn delete_previewed(&self, result: Result<CommandOutput, Fault>) -> Option<String> {
        let fault = match result {
            Ok(finished) if finished.succeeded() => return None,
            Ok(finished) => explain(
                finished.code(),
                &finished.stdout,
                &finished.stderr,
                &self.copied(),
            ),
            Err(fault) => fault,
        };
        Some(sentences(&[&fault.what, &fault.remedy]))
    }
}
