//! What kops prints on standard error while it works: how far it is, and what fails.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::core::kops::crash::panic_message;
use crate::core::kops::klog::{Klog, Level, klog};
use crate::core::text::untrusted::Untrusted;

mod cause;
mod denied;
pub(crate) mod explain;
mod export;
mod failures;
mod retry;
mod trouble;
mod waits;

pub use denied::denied_actions;
pub use explain::{explain, explain_words, explained};
pub use export::only_export_failed;
pub use failures::{KnownFailure, Retryable, Whose, failures};
pub use retry::{Retry, has_time};
pub use trouble::Trouble;
pub use waits::usual_wait;

/// Tasks of kops, from its line `Tasks: 151 done / 168 total; 6 can run`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tasks {
    pub done: u32,
    pub total: u32,
    pub can_run: u32,
}

/// How far kops is; starts empty and takes one line after another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogProgress {
    /// Absent until kops has counted its tasks.
    pub tasks: Option<Tasks>,
    /// The last warnings that are no task errors, oldest first, at most [`WARNINGS`].
    pub warnings: VecDeque<Untrusted>,
    /// The last activity that kops printed, such as waiting for a load balancer.
    pub doing: Option<Untrusted>,
    /// Tasks that failed and are tried again, in the order in which they first failed.
    pub retries: Vec<Retry>,
    /// Whether kops itself crashed; everything after it is its trace.
    pub crashed: bool,
    /// The final `Error: …` without that word, with the lines that follow it.
    pub error: Option<Untrusted>,
    /// How often kops counted its tasks; a task that failed before the last count but one works again.
    round: u32,
}

/// How many warnings are kept.
pub const WARNINGS: usize = 5;

/// The longest final error that is kept here, in bytes; the log has all of it.
const LONGEST_ERROR: usize = 16 << 10;

impl LogProgress {
    /// Takes the next line of kops's standard error, without its end; never fails.
    pub fn read(&mut self, line: &str) {
        if self.crashed || self.read_end(line) {
            return;
        }
        if let Some(entry) = klog(line) {
            self.read_entry(&entry);
        }
    }

    /// The share of tasks that are done, from 0 to 1; 0 until they are counted.
    pub fn share(&self) -> f64 {
        match self.tasks {
            Some(Tasks { done, total, .. }) if total > 0 => {
                f64::from(done.min(total)) / f64::from(total)
            }
            _ => 0.0,
        }
    }

    /// The failing tasks that no retry can help.
    pub fn hopeless(&self) -> impl Iterator<Item = &Retry> {
        self.retries
            .iter()
            .filter(|retry| retry.retryable == Retryable::No)
    }

    fn read_end(&mut self, line: &str) -> bool {
        if let Some(message) = panic_message(line) {
            self.crashed = true;
            self.error = Some(message.into());
        } else if let Some(message) = line.strip_prefix("Error: ") {
            self.error = Some(message.into());
        } else if klog(line).is_none() {
            self.lengthen_error(line);
        } else {
            return false;
        }
        true
    }

    fn lengthen_error(&mut self, line: &str) {
        if let Some(error) = &mut self.error
            && !line.is_empty()
            && error.raw().len() + line.len() < LONGEST_ERROR
        {
            *error = format!("{}\n{line}", error.raw()).into();
        }
    }

    fn read_entry(&mut self, entry: &Klog<'_>) {
        if let Some(tasks) = tasks(entry.message) {
            self.count(tasks);
        } else if let Some(failed) = retry::failed(entry.message) {
            self.fail(&failed);
        } else {
            self.note_activity(entry);
        }
    }

    fn count(&mut self, tasks: Tasks) {
        let round = self.round;
        self.retries.retain(|retry| retry.round == round);
        self.round += 1;
        self.tasks = Some(tasks);
    }

    fn fail(&mut self, failed: &retry::Failed<'_>) {
        let round = self.round;
        let known = |retry: &&mut Retry| retry.task.raw() == failed.task;
        match self.retries.iter_mut().find(known) {
            Some(retry) => retry.again(failed, round),
            None => self.retries.push(Retry::first(failed, round)),
        }
    }

    fn note_activity(&mut self, entry: &Klog<'_>) {
        match entry.level {
            Level::Info => self.doing = Some(entry.message.into()),
            Level::Warning | Level::Error => self.warn(entry.message),
            Level::Fatal => {
                self.crashed = true;
                self.error = Some(entry.message.into());
            }
        }
    }

    fn warn(&mut self, message: &str) {
        if self.warnings.len() == WARNINGS {
            self.warnings.pop_front();
        }
        self.warnings.push_back(message.into());
    }
}

/// `Tasks: %d done / %d total; %d can run` (`upup/pkg/fi/executor.go`).
fn tasks(message: &str) -> Option<Tasks> {
    let rest = message.strip_prefix("Tasks: ")?;
    let (done, rest) = rest.split_once(" done / ")?;
    let (total, rest) = rest.split_once(" total; ")?;
    let can_run = rest.strip_suffix(" can run")?;
    Some(Tasks {
        done: done.parse().ok()?,
        total: total.parse().ok()?,
        can_run: can_run.parse().ok()?,
    })
}

#[cfg(test)]
mod tests;
