//! A command of a run as it is followed by its files, whoever started it: each line as it comes, and how it ended.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use super::command_state::CommandState;
use super::output::{CommandStreams, read_output, unread};
use super::run_folder::RunFolder;
use crate::core::fault::Fault;
use crate::io::files::shown;
use crate::io::process::ExitStatus;
use crate::tui::event::{CommandOutput, Pause, PrintedLine};

/// How often the files are polled while kops runs.
const BETWEEN_POLLS: Duration = Duration::from_millis(50);
/// After so many polls it is asked whether anybody is left who could note how kops ended.
const POLLS_UNTIL_ASKED: u32 = 10;

/// A command under way or ended, known by its run folder and number; dropping it leaves kops as it is.
#[derive(Debug)]
pub struct FollowedCommand {
    number: u32,
    folder: RunFolder,
    output: CommandStreams,
    journal_size: u64,
    state: CommandState,
}

impl FollowedCommand {
    /// Follows a command that was started at some time by somebody, from its first line.
    pub fn new(folder: &RunFolder, number: u32) -> Self {
        Self {
            number,
            folder: folder.clone(),
            output: CommandStreams::new(folder, number),
            journal_size: 0,
            state: CommandState::default(),
        }
    }

    /// Where its output is.
    pub fn folder(&self) -> &RunFolder {
        &self.folder
    }

    /// Which command of the run it is, from 1.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Shows each line as it comes, until kops has ended; a Fault when it was not started, or nobody saw it end.
    pub async fn follow(self, show: impl FnMut(PrintedLine)) -> Result<CommandOutput, Fault> {
        self.follow_with(show, |_| ()).await
    }

    /// The same, and shows when kops was stopped, and that it continues.
    pub async fn follow_with(
        mut self,
        mut show: impl FnMut(PrintedLine),
        mut show_pause: impl FnMut(Option<Pause>),
    ) -> Result<CommandOutput, Fault> {
        let mut polls = interval(BETWEEN_POLLS);
        polls.set_missed_tick_behavior(MissedTickBehavior::Delay);
        for poll in 0_u32.. {
            polls.tick().await;
            let pause = self.state.pause().cloned();
            // Before the output is read, so that nothing printed before the end is missed.
            self.poll_state(poll % POLLS_UNTIL_ASKED == POLLS_UNTIL_ASKED - 1);
            if self.state.pause() != pause.as_ref() {
                show_pause(self.state.pause().cloned());
            }
            let polled = self.output.poll(&mut show);
            polled.map_err(|error| unread(&self.folder, &error))?;
            if self.state.is_over() {
                break;
            }
        }
        let status = self.exit_status()?;
        let finished = self.output.finish(&mut show);
        finished.map_err(|error| unread(&self.folder, &error))?;
        read_output(&self.folder, self.number, status)
    }

    // First the lock and then the journal: an end is noted before the lock is given back.
    fn poll_state(&mut self, ask_for_holder: bool) {
        let abandoned = ask_for_holder && !self.folder.is_alive(self.number);
        let journal = self.folder.journal();
        let size = journal.size();
        if size == self.journal_size && !abandoned {
            return;
        }
        self.journal_size = size;
        self.state = journal.state(self.number);
        if abandoned {
            self.state = std::mem::take(&mut self.state).abandoned();
        }
    }

    fn exit_status(&self) -> Result<ExitStatus, Fault> {
        match &self.state {
            CommandState::Ended(status) => Ok(*status),
            CommandState::NotStarted(fault) => Err(fault.clone()),
            _ => Err(self.folder.removed().unwrap_or_else(|| lost(&self.folder))),
        }
    }
}

fn lost(folder: &RunFolder) -> Fault {
    Fault::new(
        "the exit status of kops is unknown",
        "kops is gone, and so is the process that noted its end: both were killed, or the machine stopped",
        format!(
            "kops's output so far is in {}; a new dry run shows what is left to do",
            shown(folder.path())
        ),
    )
}
