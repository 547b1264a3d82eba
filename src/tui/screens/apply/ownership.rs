//! Who starts the commands of a run, and where the run is kept.

use std::path::PathBuf;

use crate::tui::job::Job;
use crate::tui::record::{FoundRun, Ran};

/// Who holds the lock of the cluster, and so starts the commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockState {
    /// This program has asked to be the only one at work on the cluster.
    Acquiring,
    /// This program.
    Held,
    /// Another program, or nobody any more: this one follows what there is.
    HeldByOther,
}

/// The lock and the folder of a run.
#[derive(Clone, Debug)]
pub(super) struct RunOwnership {
    pub(super) lock: LockState,
    /// Absent until the run has begun, and once the folder cannot be read any more.
    pub(super) folder: Option<PathBuf>,
    /// The number of the last command that was followed.
    followed: u32,
}

impl RunOwnership {
    /// Of a run that begins here.
    pub(super) fn acquiring() -> Self {
        Self {
            lock: LockState::Acquiring,
            folder: None,
            followed: 0,
        }
    }

    /// Of a run that was found.
    pub(super) fn found(folder: PathBuf) -> Self {
        Self {
            lock: LockState::HeldByOther,
            folder: Some(folder),
            followed: 0,
        }
    }

    pub(super) fn take_lock(&mut self, folder: PathBuf) {
        self.lock = LockState::Held;
        self.folder = Some(folder);
    }

    /// Whether what was found is this run, at work elsewhere.
    pub(super) fn is_about(&self, found: &FoundRun) -> bool {
        self.lock == LockState::HeldByOther && self.folder.as_ref() == Some(&found.folder)
    }

    /// The commands that were started since the last time; the last of them is followed from here on.
    pub(super) fn take_new<'a>(&mut self, commands: &'a [Ran]) -> Vec<&'a Ran> {
        let is_new = |ran: &&Ran| ran.number > self.followed && ran.job != Job::Preview;
        let new: Vec<&Ran> = commands.iter().filter(is_new).collect();
        self.followed = new.last().map_or(self.followed, |last| last.number);
        new
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::tui::record::CommandEnd;

    #[test]
    fn each_command_is_taken_once_and_no_preview() {
        let ran = |number, job| Ran {
            number,
            job,
            took: Duration::ZERO,
            end: CommandEnd::Running,
        };
        let all = [
            ran(1, Job::Preview),
            ran(2, Job::Create),
            ran(3, Job::ReadBack),
            ran(4, Job::ListKeys),
        ];
        let mut ownership = RunOwnership::found("/runs/a".into());
        let numbers = |new: Vec<&Ran>| new.iter().map(|ran| ran.number).collect::<Vec<_>>();
        assert_eq!(numbers(ownership.take_new(&all[..3])), [2, 3]);
        assert_eq!(numbers(ownership.take_new(&all[..3])), [0; 0]);
        assert_eq!(numbers(ownership.take_new(&all)), [4]);
    }
}
