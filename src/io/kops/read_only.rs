//! A command that changes nothing: watched by this process, and ended with it.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use super::output::{CommandStreams, unread};
use super::{Environment, FinishedCommand, Kops, PrintedLine, ended};
use crate::core::fault::Fault;
use crate::core::kops::command::CommandLine;
use crate::io::files::{JournalEntry, RunFolder, now, open_new};
use crate::io::process::Process;
use crate::tui::job::Job;

const LOOK: Duration = Duration::from_millis(50);

/// One look under way; dropping it ends kops, which has nothing to lose.
#[derive(Debug)]
pub struct ReadOnlyCommand {
    // Killed when it is dropped, not interrupted: it must not write into a state store that is being removed.
    process: Process,
    number: u32,
    folder: RunFolder,
    output: CommandStreams,
}

impl Kops {
    /// Starts a command that changes nothing, its output in files of the run folder; a Fault when kops cannot be started
    /// or the files cannot be written.
    pub fn look(
        &self,
        line: &CommandLine,
        environment: &Environment,
        folder: &RunFolder,
    ) -> Result<ReadOnlyCommand, Fault> {
        let number = folder.claim_command()?;
        let files = (
            open_new(&folder.stdout(number))?,
            open_new(&folder.stderr(number))?,
        );
        folder.journal().note(&JournalEntry::Starting {
            number,
            job: Job::Preview,
            args: line.args.clone(),
            at: now(),
        })?;
        let files = (files.0.into(), files.1.into());
        Ok(ReadOnlyCommand {
            process: self.started(line, environment, files)?,
            number,
            folder: folder.clone(),
            output: CommandStreams::of(folder, number),
        })
    }
}

impl ReadOnlyCommand {
    /// Shows each line as it comes, until kops ends.
    pub async fn follow(
        mut self,
        mut show: impl FnMut(PrintedLine),
    ) -> Result<FinishedCommand, Fault> {
        let mut looks = interval(LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (exit, signal) = loop {
            tokio::select! {
                ended = ended(&mut self.process) => break ended?,
                _ = looks.tick() => self.output.look(&mut show).map_err(|error| unread(&self.folder, &error))?,
            }
        };
        self.output
            .end(&mut show)
            .map_err(|error| unread(&self.folder, &error))?;
        self.folder.has_room()?;
        let finished = JournalEntry::Finished {
            number: self.number,
            exit,
            signal,
            tasks: None,
            at: now(),
        };
        let noted = self.folder.journal().note(&finished);
        noted.map_err(|fault| self.folder.removed().unwrap_or(fault))?;
        FinishedCommand::of(&self.folder, self.number, exit, signal)
    }
}
