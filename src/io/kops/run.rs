//! One run of kops: in its own process group, printing into files, so that it outlives the screen and whoever watches.

use std::fs::File;
use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tokio::process::Child;
use tokio::time::{MissedTickBehavior, interval};

use super::{Environment, Kops};
use crate::core::command::CommandLine;
use crate::core::fault::Fault;
use crate::core::untrusted::Untrusted;
use crate::io::files::{RunFolder, not_written, open_new, shown};

/// How often the files are looked at while kops runs.
const LOOK: Duration = Duration::from_millis(50);
const CHUNK: usize = 64 * 1024;

/// Where kops printed a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stream {
    Stdout,
    Stderr,
}

/// One line, without its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub stream: Stream,
    pub text: Untrusted,
}

/// How a command ended and everything that it printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// `None` when a signal ended it.
    pub exit: Option<i32>,
    pub signal: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// A command under way; dropping it leaves kops running.
#[derive(Debug)]
pub struct Running {
    child: Child,
    pid: u32,
    number: u32,
    folder: RunFolder,
    streams: [Followed; 2],
}

impl Kops {
    /// Starts a command whose output goes to `command-N.stdout` and `command-N.stderr` of the run folder, and notes it in
    /// the journal; a command that changes AWS exports its kubeconfig into the run folder. A Fault when kops cannot be
    /// started or the files cannot be written.
    pub fn start(
        &self,
        line: &CommandLine,
        environment: &Environment,
        folder: &RunFolder,
    ) -> Result<Running, Fault> {
        let number = folder.next();
        let (stdout, stderr) = (folder.stdout(number), folder.stderr(number));
        let files = (open_new(&stdout)?, open_new(&stderr)?);
        let mut environment = environment.clone();
        if line.changes_aws() {
            environment = environment.with_kubeconfig(&folder.kubeconfig());
        }
        let mut command = self.command(line, &environment);
        command.stdout(files.0).stderr(files.1).process_group(0);
        let child = command.spawn().map_err(|error| self.not_started(&error))?;
        let pid = child.id().unwrap_or_default();
        folder.started(number, line, pid)?;
        let streams = [
            Followed::open(Stream::Stdout, &stdout)?,
            Followed::open(Stream::Stderr, &stderr)?,
        ];
        Ok(Running {
            child,
            pid,
            number,
            folder: folder.clone(),
            streams,
        })
    }

    /// Starts a command and follows it to its end: [`Kops::start`] and [`Running::follow`].
    pub async fn run(
        &self,
        line: &CommandLine,
        environment: &Environment,
        folder: &RunFolder,
        show: impl FnMut(Line),
    ) -> Result<Finished, Fault> {
        self.start(line, environment, folder)?.follow(show).await
    }
}

impl Running {
    /// The process, which is also its process group's number.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Which command of the run it is, from 1.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Shows each line as it comes, until kops ends; dropping the future leaves kops running.
    pub async fn follow(&mut self, mut show: impl FnMut(Line)) -> Result<Finished, Fault> {
        let mut looks = interval(LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let status = loop {
            tokio::select! {
                status = self.child.wait() => break status.map_err(|error| lost(&error))?,
                _ = looks.tick() => self.look(&mut show)?,
            }
        };
        self.look(&mut show)?;
        for stream in &mut self.streams {
            stream.rest(&mut show);
        }
        self.folder
            .finished(self.number, status.code(), status.signal())?;
        self.finished(status)
    }

    fn look(&mut self, show: &mut impl FnMut(Line)) -> Result<(), Fault> {
        for stream in &mut self.streams {
            stream
                .more(show)
                .map_err(|error| unread(&self.folder, &error))?;
        }
        Ok(())
    }

    fn finished(&self, status: ExitStatus) -> Result<Finished, Fault> {
        let read = |path| std::fs::read(path).map_err(|error| unread(&self.folder, &error));
        let (stdout, stderr) = (
            read(self.folder.stdout(self.number))?,
            read(self.folder.stderr(self.number))?,
        );
        Ok(Finished::of(status, &stdout, &stderr))
    }
}

impl Finished {
    /// What a process left behind; bytes that are not UTF-8 become U+FFFD.
    pub(super) fn of(status: ExitStatus, stdout: &[u8], stderr: &[u8]) -> Self {
        Self {
            exit: status.code(),
            signal: status.signal(),
            stdout: String::from_utf8_lossy(stdout).into_owned(),
            stderr: String::from_utf8_lossy(stderr).into_owned(),
        }
    }
}

/// Sends one interrupt to the process group that a command was started in; nothing happens when it has ended.
pub fn interrupt(pid: u32) -> Result<(), Fault> {
    // A group of 0 or 1 would be our own, or everybody's.
    let group = i32::try_from(pid)
        .ok()
        .filter(|group| *group > 1)
        .map(Pid::from_raw);
    match group.map(|group| killpg(group, Signal::SIGINT)) {
        Some(Ok(()) | Err(Errno::ESRCH)) => Ok(()),
        Some(Err(error)) => Err(not_interrupted(pid, error.desc())),
        None => Err(not_interrupted(
            pid,
            "it is not the number of a process group",
        )),
    }
}

// One of the two files, read as it grows.
#[derive(Debug)]
struct Followed {
    stream: Stream,
    file: File,
    partial: Vec<u8>,
}

impl Followed {
    fn open(stream: Stream, path: &std::path::Path) -> Result<Self, Fault> {
        let file = File::open(path).map_err(|error| not_written(path, &error))?;
        Ok(Self {
            stream,
            file,
            partial: Vec::new(),
        })
    }

    fn more(&mut self, show: &mut impl FnMut(Line)) -> Result<(), std::io::Error> {
        let mut chunk = vec![0; CHUNK];
        loop {
            let count = self.file.read(&mut chunk)?;
            if count == 0 {
                return Ok(());
            }
            for piece in chunk
                .get(..count)
                .unwrap_or_default()
                .split_inclusive(|byte| *byte == b'\n')
            {
                self.partial.extend_from_slice(piece);
                if piece.ends_with(b"\n") {
                    self.rest(show);
                }
            }
        }
    }

    fn rest(&mut self, show: &mut impl FnMut(Line)) {
        if self.partial.is_empty() {
            return;
        }
        let bytes = std::mem::take(&mut self.partial);
        let line = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let text = Untrusted::from(String::from_utf8_lossy(line).into_owned());
        show(Line {
            stream: self.stream,
            text,
        });
    }
}

fn lost(error: &std::io::Error) -> Fault {
    Fault::new(
        "kops went out of sight",
        error.to_string(),
        "kops may still run: look with ps, and at its output in the run folder",
    )
}

fn unread(folder: &RunFolder, error: &std::io::Error) -> Fault {
    Fault::new(
        format!(
            "what kops printed into {} cannot be read",
            shown(folder.path())
        ),
        error.to_string(),
        "kops goes on; look at the files of that folder",
    )
}

fn not_interrupted(pid: u32, why: &str) -> Fault {
    Fault::new(
        format!("kops (process {pid}) was not interrupted"),
        why.to_owned(),
        format!("look with: ps -p {pid}"),
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
