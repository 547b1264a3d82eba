//! A command that changes nothing: watched by this process, and ended with it.

use std::os::unix::process::ExitStatusExt;
use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tokio::process::Child;
use tokio::time::{MissedTickBehavior, interval};

use super::output::{Output, unread};
use super::{Environment, Finished, Kops, Line};
use crate::app::effect::Job;
use crate::core::command::CommandLine;
use crate::core::fault::Fault;
use crate::io::files::{Entry, RunFolder, cause, now, open_new};

const LOOK: Duration = Duration::from_millis(50);

/// One look under way; dropping it ends kops, which has nothing to lose.
#[derive(Debug)]
pub struct Look {
    child: Child,
    group: Option<Pid>,
    number: u32,
    folder: RunFolder,
    output: Output,
}

impl Kops {
    /// Starts a command that changes nothing, its output in files of the run folder; a Fault when kops cannot be started
    /// or the files cannot be written.
    pub fn look(
        &self,
        line: &CommandLine,
        environment: &Environment,
        folder: &RunFolder,
    ) -> Result<Look, Fault> {
        let number = folder.claim_command()?;
        let files = (
            open_new(&folder.stdout(number))?,
            open_new(&folder.stderr(number))?,
        );
        folder.journal().note(&Entry::Starting {
            number,
            job: Job::Preview,
            args: line.args.clone(),
            at: now(),
        })?;
        let mut command = self.command(line, environment);
        command.stdout(files.0).stderr(files.1).process_group(0);
        let child = command.spawn().map_err(|error| self.not_started(&error))?;
        let pid = child.id().and_then(|pid| i32::try_from(pid).ok());
        Ok(Look {
            child,
            group: pid.filter(|pid| *pid > 1).map(Pid::from_raw),
            number,
            folder: folder.clone(),
            output: Output::of(folder, number),
        })
    }
}

impl Look {
    /// Shows each line as it comes, until kops ends.
    pub async fn follow(mut self, mut show: impl FnMut(Line)) -> Result<Finished, Fault> {
        let mut looks = interval(LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let status = loop {
            tokio::select! {
                status = self.child.wait() => break status.map_err(|error| lost(&error))?,
                _ = looks.tick() => self.output.look(&mut show).map_err(|error| unread(&self.folder, &error))?,
            }
        };
        self.group = None;
        let (exit, signal) = (status.code(), status.signal());
        self.output
            .end(&mut show)
            .map_err(|error| unread(&self.folder, &error))?;
        let finished = Entry::Finished {
            number: self.number,
            exit,
            signal,
            tasks: None,
            at: now(),
        };
        let noted = self.folder.journal().note(&finished);
        noted.map_err(|fault| self.folder.removed().unwrap_or(fault))?;
        Finished::of(&self.folder, self.number, exit, signal)
    }
}

// Killed, not interrupted: it must not write into a state store that is being removed.
impl Drop for Look {
    fn drop(&mut self) {
        if let Some(group) = self.group {
            let _ = killpg(group, Signal::SIGKILL);
        }
    }
}

fn lost(error: &std::io::Error) -> Fault {
    Fault::new(
        "kops went out of sight",
        cause(error),
        "it was only asked to look; ask again",
    )
}
