//! A command that changes nothing: watched by this process, and ended with it.

use std::ffi::OsString;
use std::io::{PipeReader, Read};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::time::Duration;

use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::{MissedTickBehavior, interval};

use super::command_state::RunEvent;
use super::environment::Environment;
use super::output::{CommandStreams, decode_output, read_output, unread};
use super::run_folder::{RunFolder, open_new};
use super::{Kops, not_started};
use crate::core::fault::Fault;
use crate::core::kops::command::CommandLine;
use crate::io::files::cause;
use crate::io::process::{ExitStatus, Input, Launch, Process, ProcessChange};
use crate::tui::event::{CommandOutput, PrintedLine};
use crate::tui::job::Job;

const BETWEEN_POLLS: Duration = Duration::from_millis(50);

/// One read-only command under way; dropping it ends kops, which has nothing to lose.
#[derive(Debug)]
pub struct ReadOnlyCommand {
    // Killed when it is dropped, not interrupted: it must not write into a state store that is being removed.
    process: Process,
    number: u32,
    folder: RunFolder,
    output: CommandStreams,
}

impl Kops {
    /// Runs a command that changes nothing and gives what it printed; dropping the future ends kops. A Fault when it cannot
    /// be started, or was stopped.
    pub async fn ask(
        &self,
        line: &CommandLine,
        environment: &Environment,
    ) -> Result<CommandOutput, Fault> {
        run_captured(&self.program, &line.args, environment).await
    }

    /// Starts a command that changes nothing, its output in files of the run folder; a Fault when kops cannot be started
    /// or the files cannot be written.
    pub fn start_read_only(
        &self,
        line: &CommandLine,
        environment: &Environment,
        folder: &RunFolder,
    ) -> Result<ReadOnlyCommand, Fault> {
        let number = folder.claim_command()?;
        let stdout = open_new(&folder.stdout(number))?.into();
        let stderr = open_new(&folder.stderr(number))?.into();
        let starting = RunEvent::Starting {
            job: Job::Preview,
            args: line.args.clone(),
        };
        folder.journal().append(Some(number), starting)?;
        Ok(ReadOnlyCommand {
            process: launch(&self.program, &line.args, environment, (stdout, stderr))?,
            number,
            folder: folder.clone(),
            output: CommandStreams::new(folder, number),
        })
    }
}

impl ReadOnlyCommand {
    /// Shows each line as it comes, until kops ends.
    pub async fn follow(
        mut self,
        mut show: impl FnMut(PrintedLine),
    ) -> Result<CommandOutput, Fault> {
        let mut polls = interval(BETWEEN_POLLS);
        polls.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let status = loop {
            tokio::select! {
                ended = wait_for_end(&mut self.process) => break ended?,
                _ = polls.tick() => self.output.poll(&mut show).map_err(|error| unread(&self.folder, &error))?,
            }
        };
        let finished = self.output.finish(&mut show);
        finished.map_err(|error| unread(&self.folder, &error))?;
        self.folder.has_room()?;
        let finished = RunEvent::Finished {
            status,
            tasks: None,
        };
        let noted = self.folder.journal().append(Some(self.number), finished);
        noted.map_err(|fault| self.folder.removed().unwrap_or(fault))?;
        read_output(&self.folder, self.number, status)
    }
}

/// Runs a program that changes nothing and gives what it printed.
pub(super) async fn run_captured(
    program: &Path,
    args: &[String],
    environment: &Environment,
) -> Result<CommandOutput, Fault> {
    let pipe = || std::io::pipe().map_err(|error| not_started(program, &error));
    let ((stdout, out), (stderr, err)) = (pipe()?, pipe()?);
    let mut process = launch(program, args, environment, (out.into(), err.into()))?;
    let (stdout, stderr) = (read_all(stdout), read_all(stderr));
    let status = wait_for_end(&mut process).await?;
    let stdout = stdout.await.unwrap_or_default();
    let stderr = stderr.await.unwrap_or_default();
    Ok(decode_output(status, &stdout, &stderr))
}

// In a session of its own and with an empty input: kops, and what it starts, has nobody here to ask.
fn launch(
    program: &Path,
    args: &[String],
    environment: &Environment,
    (stdout, stderr): (OwnedFd, OwnedFd),
) -> Result<Process, Fault> {
    let args: Vec<OsString> = args.iter().map(OsString::from).collect();
    let launch = Launch {
        program,
        name: None,
        args: &args,
        environment: environment.variables(),
        input: Input::Empty,
        stdout,
        stderr,
    };
    Process::start(launch).map_err(|error| not_started(program, &error))
}

fn read_all(mut from: PipeReader) -> JoinHandle<Vec<u8>> {
    spawn_blocking(move || {
        let mut bytes = Vec::new();
        let _ = from.read_to_end(&mut bytes);
        bytes
    })
}

// A stopped one is given up, since it has nothing to lose and nobody to continue it.
async fn wait_for_end(process: &mut Process) -> Result<ExitStatus, Fault> {
    loop {
        match process.changed().await.map_err(|error| lost(&error))? {
            ProcessChange::Ended(status) => return Ok(status),
            ProcessChange::Stopped(signal) => return Err(stopped(signal.as_str())),
            ProcessChange::Continued => {}
        }
    }
}

fn lost(error: &std::io::Error) -> Fault {
    Fault::new(
        "lost contact with kops",
        cause(error),
        "it was only asked to look; ask again",
    )
}

fn stopped(signal: &str) -> Fault {
    Fault::new(
        "kops was stopped and did not continue",
        format!(
            "the signal {signal} stopped it; it has no terminal, so it is no wait for an answer"
        ),
        "it was only asked to look, and is ended; ask again",
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[tokio::test]
    async fn a_stopped_command_is_an_error_and_is_ended() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kops");
        fs::write(&path, "#!/bin/sh\necho $$ > $0.pid\nkill -STOP $$\n").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        let captured = run_captured(&path, &[], &Environment::default()).await;
        assert_eq!(
            captured.unwrap_err().why,
            "the signal SIGSTOP stopped it; it has no terminal, so it is no wait for an answer"
        );
        let pid = fs::read_to_string(folder.path().join("kops.pid")).unwrap();
        let pid = nix::unistd::Pid::from_raw(pid.trim().parse().unwrap());
        while nix::sys::signal::kill(pid, None).is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}
