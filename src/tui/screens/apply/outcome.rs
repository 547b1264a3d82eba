//! How a run stands.

use crate::core::fault::Fault;
use crate::core::kops::dry_run::DryRun;
use crate::tui::screens::review::compare::ApprovalComparison;

/// How a run stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    Running,
    /// Stopped, nothing after the failed command was run.
    Failed(Fault),
    /// The kopswain that ran it is gone; nothing more runs until a person says so.
    Left,
    /// The real dry run, or something else that the approval depends on, is not what was approved.
    Differs {
        dry_run: Box<DryRun>,
        raw: String,
        comparison: ApprovalComparison,
    },
    /// Every command succeeded.
    Done,
}

/// What is shown besides when every command has run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunNotes {
    /// What somebody else wrote into the state store while `--yes` ran, one sentence each.
    pub foreign_writes: Vec<String>,
    /// Why kops's kubeconfig was not written, when all else was done.
    pub unexported: Option<Fault>,
}
