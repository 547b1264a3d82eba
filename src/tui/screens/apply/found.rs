//! A run that was found again: followed while kops works, and gone on with only when a person says so.

use std::time::Duration;

use super::{Apply, LockState, Outcome, OutputLine, TaskState};
use crate::core::fault::Fault;
use crate::core::kops::log::LogProgress;
use crate::tui::effect::{CLOCK, Effect, Wake};
use crate::tui::event::Timestamp;
use crate::tui::job::Job;
use crate::tui::record::{CommandEnd, FoundRun, Ran};
use crate::tui::screens::approval::Approval;

impl Apply {
    /// A run as its folder tells it, before anything of it is followed.
    pub fn found(found: &FoundRun, at: Timestamp) -> Self {
        Self {
            before: found.age,
            hold: LockState::Theirs,
            folder: Some(found.folder.clone()),
            ..Self::of(&found.record, at)
        }
    }

    /// Takes how far the run is: the last command is followed, also when it has ended, because its output tells how.
    pub fn take(&mut self, found: &FoundRun, at: Timestamp) -> Vec<Effect> {
        if self.hold != LockState::Theirs || self.folder.as_ref() != Some(&found.folder) {
            return Vec::new();
        }
        let fresh = |ran: &&Ran| ran.number > self.followed && ran.job != Job::Preview;
        let new: Vec<Ran> = found.commands.iter().filter(fresh).cloned().collect();
        let Some((last, earlier)) = new.split_last() else {
            return self.nothing_new(found.at_work);
        };
        for ran in earlier {
            self.note(ran, at);
        }
        self.followed = last.number;
        self.note(last, at);
        self.progress = LogProgress::default();
        let follow = Effect::Follow {
            folder: found.folder.clone(),
            number: last.number,
            job: last.job,
        };
        vec![Effect::clock(), follow]
    }

    /// Takes that the run's folder cannot be read any more, so that nothing is resumed from it.
    pub fn lose(&mut self, fault: Fault) {
        if self.hold == LockState::Theirs {
            self.outcome = Outcome::Failed(fault);
            self.folder = None;
        }
    }

    // The last of them is followed, so it is shown as running until its end was read.
    fn note(&mut self, ran: &Ran, at: Timestamp) {
        let last = ran.number == self.followed;
        let Some(task) = self.tasks.iter_mut().find(|task| task.job == ran.job) else {
            return;
        };
        let took = ran.took;
        task.state = match ran.end {
            _ if last => TaskState::Running {
                since: at,
                before: took,
            },
            CommandEnd::Succeeded => TaskState::Done { took },
            CommandEnd::Running | CommandEnd::Failed | CommandEnd::Unseen => {
                TaskState::Failed { took }
            }
        };
        let command = task.command.to_string();
        self.show(OutputLine::Command(command));
    }

    fn nothing_new(&mut self, at_work: bool) -> Vec<Effect> {
        if at_work {
            return vec![Effect::Wake {
                after: CLOCK,
                why: Wake::Run,
            }];
        }
        self.outcome = Outcome::Left;
        Vec::new()
    }

    /// What follows a command that succeeded in a run that somebody else may be at work on.
    pub(super) fn follow_on(&mut self, job: Job) -> Vec<Effect> {
        if self.tasks.last().is_some_and(|task| task.job == job) {
            self.outcome = Outcome::Done;
            return Vec::new();
        }
        self.poll()
    }

    /// Asks how far the run is.
    pub fn poll(&self) -> Vec<Effect> {
        let poll = |folder: &std::path::PathBuf| Effect::PollRun(folder.clone());
        self.folder.iter().map(poll).collect()
    }

    /// Whether a person may resume it: nothing runs, and `--yes` was not started.
    pub fn may_go_on(&self) -> bool {
        let stopped = matches!(self.outcome, Outcome::Left | Outcome::Failed(_));
        stopped && !self.touched_aws() && self.folder.is_some()
    }

    /// Asks for the cluster's name, the approval to resume.
    pub fn ask_to_go_on(&mut self) {
        if self.may_go_on() {
            self.going_on = Some(Approval::new(&self.cluster));
        }
    }

    /// Goes on after the name was typed: what only looks is looked at again, what was done is not done twice.
    pub fn go_on(&mut self, at: Timestamp) -> Vec<Effect> {
        self.going_on = None;
        self.outcome = Outcome::Running;
        (self.started, self.before) = (at, Duration::ZERO);
        self.renew_commands();
        for task in &mut self.tasks {
            // Whether a secret is still the approved one shows only where the objects were listed since.
            let secret = task.job.adds_secret() && self.approved.store.is_some();
            let once = secret || matches!(task.job, Job::Create | Job::SshKey);
            if !(once && matches!(task.state, TaskState::Done { .. })) {
                task.state = TaskState::Waiting;
            }
        }
        self.start()
    }
}
