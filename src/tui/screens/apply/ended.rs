//! What follows when a command of the run ends: the next command, a stop, or the facts read once more.

use std::time::Duration;

use super::{Apply, CommandTask, LockState, Outcome, StopCause, TaskState};
use crate::core::fault::Fault;
use crate::tui::effect::Effect;
use crate::tui::event::{CommandOutput, Timestamp};
use crate::tui::job::Job;
use crate::tui::screens::apply::verification::Verdict;

impl Apply {
    /// Takes the end of a command: continues with the next, or stops with what to do.
    pub fn ended(
        &mut self,
        job: Job,
        result: Result<CommandOutput, Fault>,
        at: Timestamp,
    ) -> Vec<Effect> {
        let Some(took) = self.has_run(job, at) else {
            return Vec::new();
        };
        self.paused = None;
        let verdict = result.and_then(|finished| self.judge(job, &finished));
        let verdict = verdict.map_err(|fault| self.copied().fault(fault));
        let state = match verdict {
            Ok(_) => TaskState::Done { took },
            Err(_) => TaskState::Failed { took },
        };
        self.tasks
            .iter_mut()
            .filter(|task| task.job == job)
            .for_each(|task| task.state = state.clone());
        match (verdict, self.hold) {
            (Err(fault), _) => {
                let stopped = std::mem::take(&mut self.stopping);
                self.outcome = Outcome::Failed(match stopped {
                    Some(StopCause::Asked) => self.stopped_in(job),
                    Some(StopCause::SeenOtherwise) | None => fault,
                });
                vec![Effect::Release]
            }
            (Ok(verdict), hold) => self.act_on(verdict, hold, job, at),
        }
    }

    // Absent when it does not run: its end is told of another question.
    fn has_run(&self, job: Job, at: Timestamp) -> Option<Duration> {
        let task = self.tasks.iter().find(|task| task.job == job)?;
        match task.state {
            TaskState::Running { since, before } => Some(before + at.since(since)),
            _ => None,
        }
    }

    fn act_on(
        &mut self,
        verdict: Verdict,
        hold: LockState,
        job: Job,
        at: Timestamp,
    ) -> Vec<Effect> {
        let stopping = std::mem::take(&mut self.stopping);
        if let Verdict::Skip(other) = verdict {
            self.skip(other);
        }
        match verdict {
            _ if hold == LockState::Theirs => self.follow_on(job),
            Verdict::Next | Verdict::Skip(_)
                if stopping == Some(StopCause::Asked) && self.next().is_some() =>
            {
                self.stopped_after(job)
            }
            Verdict::Next | Verdict::Skip(_) => self.run_next(at),
            Verdict::Differs(outcome) => {
                self.outcome = outcome;
                Vec::new()
            }
        }
    }

    fn stopped_in(&self, job: Job) -> Fault {
        let task = self.tasks.iter().find(|task| task.job == job);
        let command = task.map(|task| task.command.to_string());
        let what = if self.touched_aws() {
            "what kops had done by then stays done; a new dry run shows what is left"
        } else {
            "nothing was changed in AWS; resume from here, or start kopswain again later"
        };
        Fault::new(
            "kops was stopped, as you asked",
            format!("it was interrupted in {}", command.unwrap_or_default()),
            what,
        )
    }

    // kops had ended well before it could be interrupted.
    fn stopped_after(&mut self, job: Job) -> Vec<Effect> {
        let command = |task: Option<&CommandTask>| task.map(|task| task.command.to_string());
        let ended = self.tasks.iter().find(|task| task.job == job);
        let (ended, next) = (command(ended), command(self.next()));
        self.outcome = Outcome::Failed(Fault::new(
            format!("stopped before {}", next.unwrap_or_default()),
            format!(
                "you asked to stop, and {} had ended well by then",
                ended.unwrap_or_default()
            ),
            "nothing was changed in AWS; resume from here, or start kopswain again later",
        ));
        vec![Effect::Release]
    }

    fn skip(&mut self, job: Job) {
        self.note_skipped(job);
        for task in &mut self.tasks {
            if task.job == job && task.state == TaskState::Waiting {
                task.state = TaskState::Skipped;
            }
        }
    }
}
