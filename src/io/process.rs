//! A program in a session of its own: it never has our terminal, and its stops are seen as well as its end.

mod capture;
mod session;
mod spawn;
mod watchdog;

use std::fs::File;
use std::io::Error;
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt;
use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use serde::{Deserialize, Serialize};
use tokio::signal::unix::{Signal as Signals, SignalKind, signal};
use tokio::time::sleep;

pub(crate) use self::capture::{Captured, capture};
pub(crate) use self::session::leave_session;
use self::spawn::spawn;
pub use self::spawn::this_program;
pub(crate) use self::spawn::{Input, Launch};
pub(crate) use self::watchdog::{Leftover, Watched, watch};
pub use self::watchdog::{WATCHDOG, watchdog};

/// How long a change of a process may go unseen when the kernel's note of it was taken by another waiter.
const LOOK: Duration = Duration::from_millis(50);

/// How a process ended: by itself with a code, or by a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExitStatus {
    pub exit: Option<i32>,
    pub signal: Option<i32>,
}

/// What happened to a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProcessChange {
    Ended(ExitStatus),
    /// A signal stopped it, such as `SIGTTIN` when it asks a terminal that is not its own.
    Stopped(Signal),
    Continued,
}

/// A process that leads a session and a process group of its own; dropping it kills the group, unless it is to outlive us.
#[derive(Debug)]
pub(crate) struct Process {
    pid: Pid,
    /// Absent when it is over, or is to outlive us.
    watched: Option<Watched>,
    changes: Signals,
}

impl Process {
    /// Starts a program that ends with us, however we end.
    pub(crate) fn start(launch: Launch<'_>) -> Result<Self, Error> {
        let _starting = starting(&launch.stdout).map(watch);
        let mut process = Self::start_outliving(launch)?;
        process.watched = Some(watch(Leftover::Group(process.pid.as_raw())));
        Ok(process)
    }

    /// Starts a program that is left to itself when this is dropped.
    pub(crate) fn start_outliving(launch: Launch<'_>) -> Result<Self, Error> {
        // First, so that no change is missed.
        let changes = signal(SignalKind::child())?;
        Ok(Self {
            pid: spawn(launch)?,
            watched: None,
            changes,
        })
    }

    /// Its number, which is its group's and its session's too.
    pub(crate) fn pid(&self) -> Pid {
        self.pid
    }

    /// Waits until it ends, stops or continues; nothing is lost when the future is dropped.
    pub(crate) async fn changed(&mut self) -> Result<ProcessChange, Error> {
        loop {
            if let Some(change) = self.poll()? {
                return Ok(change);
            }
            tokio::select! {
                _ = self.changes.recv() => {}
                () = sleep(LOOK) => {}
            }
        }
    }

    fn poll(&mut self) -> Result<Option<ProcessChange>, Error> {
        let flags = WaitPidFlag::WNOHANG | WaitPidFlag::WUNTRACED | WaitPidFlag::WCONTINUED;
        let ended = |exit, signal| Some(ProcessChange::Ended(ExitStatus { exit, signal }));
        let change = match waitpid(self.pid, Some(flags))? {
            WaitStatus::Exited(_, code) => ended(Some(code), None),
            WaitStatus::Signaled(_, signal, _) => ended(None, Some(signal as i32)),
            WaitStatus::Stopped(_, signal) => Some(ProcessChange::Stopped(signal)),
            WaitStatus::Continued(_) => Some(ProcessChange::Continued),
            _ => None,
        };
        if matches!(change, Some(ProcessChange::Ended(_))) {
            self.watched = None;
        }
        Ok(change)
    }
}

// Between the start and the note of its number we may be held up, and killed.
fn starting(stdout: &OwnedFd) -> Option<Leftover> {
    let output = File::from(stdout.try_clone().ok()?).metadata().ok()?;
    Some(Leftover::Starting {
        device: output.dev(),
        inode: output.ino(),
    })
}

// Killed, not asked to end: whoever drops it needs nothing from it any more. While it was not waited for, its number is
// nobody else's.
impl Drop for Process {
    fn drop(&mut self) {
        let Some(watched) = self.watched.take() else {
            return;
        };
        let _ = killpg(self.pid, Signal::SIGKILL);
        let pid = self.pid;
        std::thread::spawn(move || {
            let _ = waitpid(pid, None);
            drop(watched);
        });
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::BTreeMap;
    use std::ffi::OsString;
    use std::io::Read as _;
    use std::path::Path;

    use nix::sys::signal::kill;

    use super::*;

    type Start = fn(Launch<'_>) -> Result<Process, Error>;

    fn started(script: &str, environment: &[(&str, &str)]) -> (Process, std::io::PipeReader) {
        started_by(Process::start, script, environment)
    }

    fn started_by(
        start: Start,
        script: &str,
        environment: &[(&str, &str)],
    ) -> (Process, std::io::PipeReader) {
        let (reader, writer) = std::io::pipe().unwrap();
        let owned = |text: &str| OsString::from(text);
        let environment = environment
            .iter()
            .map(|(name, value)| (owned(name), owned(value)))
            .collect();
        let process = start(Launch {
            program: Path::new("/bin/sh"),
            name: None,
            args: &["-c".into(), script.into()],
            environment: &environment,
            input: Input::Empty,
            stdout: writer.into(),
            stderr: File::create("/dev/null").unwrap().into(),
        });
        (process.unwrap(), reader)
    }

    fn read_message(mut reader: std::io::PipeReader) -> String {
        let mut text = String::new();
        reader.read_to_string(&mut text).unwrap();
        text
    }

    #[tokio::test]
    async fn it_has_a_session_of_its_own_no_terminal_no_input_and_no_variable_but_those_given() {
        let script = "echo $$; read line || echo empty; (: < /dev/tty) || echo none; export";
        let (mut process, reader) = started(script, &[("ONE", "a b")]);
        let pid = process.pid();
        let session = nix::unistd::getsid(Some(pid)).unwrap();
        let ended = process.changed().await.unwrap();
        let message = read_message(reader);
        assert_eq!(session, pid);
        assert_eq!(
            message.lines().take(3).collect::<Vec<_>>(),
            [pid.to_string().as_str(), "empty", "none"]
        );
        assert!(message.contains("export ONE='a b'"), "{message}");
        assert!(
            !message.contains("HOME") && !message.contains("CARGO"),
            "{message}"
        );
        assert_eq!(
            ended,
            ProcessChange::Ended(ExitStatus {
                exit: Some(0),
                signal: None
            })
        );
    }

    #[tokio::test]
    async fn a_stop_and_a_continuation_are_seen_and_a_signal_that_ends_it() {
        let (mut process, _reader) = started("while :; do :; done", &[]);
        for (signal, change) in [
            (Signal::SIGSTOP, ProcessChange::Stopped(Signal::SIGSTOP)),
            (Signal::SIGCONT, ProcessChange::Continued),
            (
                Signal::SIGTERM,
                ProcessChange::Ended(ExitStatus {
                    exit: None,
                    signal: Some(15),
                }),
            ),
        ] {
            kill(process.pid(), signal).unwrap();
            assert_eq!(process.changed().await.unwrap(), change);
        }
    }

    #[tokio::test]
    async fn what_is_dropped_is_killed_and_what_outlives_is_not() {
        let (process, reader) = started("sleep 60", &[]);
        let pid = process.pid();
        drop(process);
        assert_eq!(read_message(reader), "");
        while kill(pid, None).is_ok() {
            sleep(Duration::from_millis(5)).await;
        }
        let script = "sleep 0.2; echo lived";
        let (process, reader) = started_by(Process::start_outliving, script, &[]);
        drop(process);
        assert_eq!(read_message(reader), "lived\n");
    }

    #[tokio::test]
    async fn a_program_that_is_not_there_is_an_error() {
        let (_, writer) = std::io::pipe().unwrap();
        let started = Process::start(Launch {
            program: Path::new("/nowhere/kops"),
            name: None,
            args: &[],
            environment: &BTreeMap::new(),
            input: Input::Empty,
            stdout: writer.try_clone().unwrap().into(),
            stderr: writer.into(),
        });
        assert_eq!(started.unwrap_err().kind(), std::io::ErrorKind::NotFound);
    }
}
