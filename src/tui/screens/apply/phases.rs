//! The phases of a run as a person follows them: how far each is, and what it does to AWS.

use std::time::Duration;

use super::commands::{CommandTask, TaskState};
use super::outcome::Outcome;
use super::state::Apply;
use super::verification::PendingRead;
use crate::core::cluster::birth::BirthPhase;
use crate::tui::event::Timestamp;
use crate::tui::job::Job;

/// One phase of a run, in the order in which they come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RunPhase {
    /// The spec, the key and the secrets are written into the state store.
    Register,
    /// The edited spec replaces the stored one.
    Replace,
    /// The real dry run is compared with what was approved.
    Verify,
    /// `kops update cluster --yes` changes AWS.
    Apply,
    /// The load balancer, the instances and the API come to life; the dashboard shows it.
    Boot,
    /// kops finds nothing wrong.
    Ready,
    /// kops says what of a cluster that existed needs a rolling update.
    RollingUpdate,
}

/// How a phase stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunPhaseState {
    ToCome,
    Now,
    Done,
    Failed,
    /// Left in the middle: nothing runs.
    Left,
}

/// One phase as it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunPhaseView {
    pub phase: RunPhase,
    pub state: RunPhaseState,
    /// How long its commands have taken so far.
    pub took: Duration,
}

/// The phases of a run that makes a cluster.
const CREATING: [RunPhase; 5] = [
    RunPhase::Register,
    RunPhase::Verify,
    RunPhase::Apply,
    RunPhase::Boot,
    RunPhase::Ready,
];

/// The phases of a run that changes one that exists.
const UPDATING: [RunPhase; 3] = [RunPhase::Verify, RunPhase::Apply, RunPhase::RollingUpdate];

/// The phases of a run that edits one that exists.
const EDITING: [RunPhase; 4] = [
    RunPhase::Replace,
    RunPhase::Verify,
    RunPhase::Apply,
    RunPhase::RollingUpdate,
];

impl RunPhase {
    /// The phase that a command of a run belongs to.
    fn of(job: Job, run: &Apply) -> Self {
        match job {
            Job::ReadBefore | Job::Replace | Job::ReadBack | Job::ListKeys if run.edits() => {
                Self::Replace
            }
            Job::UpdateYes => Self::Apply,
            Job::Update | Job::ReadAgain | Job::KeysAgain => Self::Verify,
            Job::ListKeys if !run.creates() => Self::Verify,
            _ => Self::Register,
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Register => "Register",
            Self::Replace => "Replace",
            Self::Verify => "Verify",
            Self::Apply => "Apply",
            Self::Boot => "Boot",
            Self::Ready => "Ready",
            Self::RollingUpdate => "Follow-up",
        }
    }

    /// What happens while it is under way.
    pub fn doing(self) -> &'static str {
        match self {
            Self::Register => "registering",
            Self::Replace => "replacing the spec",
            Self::Verify => "verifying",
            Self::Apply => "applying",
            Self::Boot | Self::Ready | Self::RollingUpdate => "waiting",
        }
    }

    /// What it is, in one sentence.
    pub fn what(self) -> &'static str {
        match self {
            Self::Register => "spec, SSH key and secrets, if any, into the state store",
            Self::Replace => "the edited spec replaces the stored one",
            Self::Verify => "the real dry run has to say what was approved",
            Self::Apply => "kops makes the approved changes",
            Self::Boot => "load balancer, instances, API: on the dashboard",
            Self::Ready => "kops validate finds nothing wrong, twice",
            Self::RollingUpdate => "kops says which instances are to be replaced",
        }
    }
}

impl RunPhaseView {
    /// What it does to AWS, or when after `--yes` it is usually done.
    pub fn effect(&self) -> String {
        let usually =
            |phase: BirthPhase| format!("usually {} minutes", phase.usual().as_secs() / 60);
        let effect = match (self.phase, self.state) {
            (RunPhase::Register | RunPhase::Replace, RunPhaseState::Done) => "state store written",
            (RunPhase::Register | RunPhase::Replace, _) => "writes the state store only",
            (RunPhase::Verify | RunPhase::RollingUpdate, _) => "changes nothing",
            (RunPhase::Apply, RunPhaseState::ToCome) => "changes AWS",
            (RunPhase::Apply, RunPhaseState::Now) => "CHANGING AWS",
            (RunPhase::Apply, RunPhaseState::Done) => "AWS is changed",
            (RunPhase::Apply, RunPhaseState::Failed | RunPhaseState::Left) => {
                "AWS may be changed in part"
            }
            (RunPhase::Boot, _) => return usually(BirthPhase::Api),
            (RunPhase::Ready, _) => return usually(BirthPhase::Validated),
        };
        effect.to_owned()
    }
}

impl Apply {
    /// The phases of this run.
    pub fn phases(&self, at: Timestamp) -> Vec<RunPhaseView> {
        let phases: &[RunPhase] = match () {
            () if self.creates() => &CREATING,
            () if self.edits() => &EDITING,
            () => &UPDATING,
        };
        // What follows a run that is done is seen where it happens.
        let done = self.outcome == Outcome::Done;
        let phases = phases
            .iter()
            .filter(|phase| !done || **phase <= RunPhase::Apply);
        let views = phases.map(|phase| RunPhaseView {
            phase: *phase,
            state: self.phase_state(*phase),
            took: self.tasks_of(*phase).map(|task| lasted(task, at)).sum(),
        });
        views.collect()
    }

    /// The phase that is under way, or where the run stopped; absent when all that is run was.
    pub fn phase(&self, at: Timestamp) -> Option<RunPhaseView> {
        let mut phases = self.phases(at).into_iter();
        phases.find(|view| !matches!(view.state, RunPhaseState::Done | RunPhaseState::ToCome))
    }

    fn tasks_of(&self, phase: RunPhase) -> impl Iterator<Item = &CommandTask> {
        let tasks = self.commands.tasks.iter();
        tasks.filter(move |task| RunPhase::of(task.job, self) == phase)
    }

    // Between two commands what they depend on is read: the phase continues.
    fn phase_state(&self, phase: RunPhase) -> RunPhaseState {
        let any = |wanted: fn(&TaskState) -> bool| {
            let mut tasks = self.tasks_of(phase);
            tasks.any(|task| wanted(&task.state))
        };
        let waits = any(|state| *state == TaskState::Waiting);
        let begun = any(|state| *state != TaskState::Waiting);
        match () {
            () if any(|state| matches!(state, TaskState::Failed { .. })) => RunPhaseState::Failed,
            () if any(|state| matches!(state, TaskState::Running { .. })) => RunPhaseState::Now,
            () if self.reads_for() == Some(phase) => RunPhaseState::Now,
            () if self.stopped_before(phase) => RunPhaseState::Failed,
            () if begun && !waits => RunPhaseState::Done,
            () if !begun => RunPhaseState::ToCome,
            () if self.outcome == Outcome::Left => RunPhaseState::Left,
            () => RunPhaseState::Now,
        }
    }

    fn reads_for(&self) -> Option<RunPhase> {
        match self.pending_read() {
            PendingRead::None => None,
            PendingRead::BeforeReplace => Some(RunPhase::Replace),
            PendingRead::BeforeDryRun | PendingRead::BeforeYes => Some(RunPhase::Verify),
            PendingRead::AfterYes => Some(RunPhase::Apply),
        }
    }

    // What could not be read, or was not as approved, stopped it between two commands.
    fn stopped_before(&self, phase: RunPhase) -> bool {
        let failed = |task: &CommandTask| matches!(task.state, TaskState::Failed { .. });
        if !matches!(self.outcome, Outcome::Failed(_)) || self.commands.tasks.iter().any(failed) {
            return false;
        }
        let next = self.commands.next();
        let next = next.map(|task| RunPhase::of(task.job, self));
        match next {
            Some(RunPhase::Apply) => phase == RunPhase::Verify,
            next => next == Some(phase),
        }
    }
}

fn lasted(task: &CommandTask, at: Timestamp) -> Duration {
    match task.state {
        TaskState::Done { took } | TaskState::Failed { took } => took,
        TaskState::Running { since, before } => before + at.since(since),
        TaskState::Waiting | TaskState::Skipped => Duration::ZERO,
    }
}
