//! One command of a run as kopswain sees it: started through its keeper, followed by its files, found again by them.

use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::{MissedTickBehavior, interval};

use super::output::{CommandStreams, unread};
use super::{Environment, FinishedCommand, Kops, PrintedLine};
use crate::core::fault::Fault;
use crate::core::kops::command::CommandLine;
use crate::io::files::{JournalEntry, Lock, RunFolder, cause, not_written, open_new, shown};
use crate::io::process::this_program;
use crate::tui::event::Pause;
use crate::tui::job::Job;

/// How often the files are looked at while kops runs.
const LOOK: Duration = Duration::from_millis(50);
/// After so many looks it is asked whether anybody is left who could say how kops ended.
const LOOKS_UNTIL_ASKED: u32 = 10;

/// The hidden subcommand of kopswain that keeps one command.
pub const KEEP: &str = "keep-command";

/// Exit code or signal, or why kops was not started.
type ExitResult = Result<(Option<i32>, Option<i32>), Fault>;

/// A command under way or ended, known by its run folder and number; dropping it leaves kops as it is.
#[derive(Debug)]
pub struct RunningCommand {
    number: u32,
    folder: RunFolder,
    output: CommandStreams,
    seen: u64,
    end: Option<ExitResult>,
    pause: Option<Pause>,
}

impl Kops {
    /// Starts a command of a run through a keeper, a process of its own session that outlives kopswain: it starts kops,
    /// prints into `command-N.stdout` and `command-N.stderr` of the run folder, and notes start and end in the journal.
    /// Both hold `cluster` as long as they live, so that nobody else starts a run meanwhile. A Fault when the keeper cannot be started.
    pub fn start(
        &self,
        line: &CommandLine,
        job: Job,
        environment: &Environment,
        folder: &RunFolder,
        cluster: &Lock,
    ) -> Result<RunningCommand, Fault> {
        let number = folder.claim_command()?;
        let path = folder.command_lock(number);
        let lock = Lock::take(&path)?.ok_or_else(|| in_use(&path))?;
        let mut command = self.keeper(line, job, folder, number);
        environment.apply(&mut command);
        let hand =
            |lock: &Lock, path: &Path| lock.handed_on().map_err(|error| not_written(path, &error));
        command
            .stdin(hand(&lock, &path)?)
            .stdout(hand(cluster, &path)?)
            .stderr(Stdio::from(open_new(&folder.keeper_log(number))?));
        command
            .spawn()
            .map_err(|error| keeper_not_started(&error))?;
        Ok(RunningCommand::of(folder, number))
    }

    fn keeper(&self, line: &CommandLine, job: Job, folder: &RunFolder, number: u32) -> Command {
        let mut command = Command::new(self.keeper.clone().unwrap_or_else(this_program));
        command
            .arg0("kopswain")
            .arg(KEEP)
            .args([OsString::from("--folder"), folder.path().into()])
            .args(["--number", &number.to_string(), "--job", job.word(), "--"])
            .arg(&self.program)
            .args(&line.args);
        command
    }
}

impl RunningCommand {
    /// Where its output is.
    pub fn folder(&self) -> &RunFolder {
        &self.folder
    }

    /// Follows a command that was started at some time by somebody, from its first line.
    pub fn of(folder: &RunFolder, number: u32) -> Self {
        Self {
            number,
            folder: folder.clone(),
            output: CommandStreams::of(folder, number),
            seen: 0,
            end: None,
            pause: None,
        }
    }

    /// Which command of the run it is, from 1.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Shows each line as it comes, until kops has ended; a Fault when it was not started, or nobody saw it end.
    pub async fn follow(self, show: impl FnMut(PrintedLine)) -> Result<FinishedCommand, Fault> {
        self.follow_with(show, |_| ()).await
    }

    /// The same, and tells when kops was stopped, and that it continues.
    pub async fn follow_with(
        mut self,
        mut show: impl FnMut(PrintedLine),
        mut paused: impl FnMut(Option<Pause>),
    ) -> Result<FinishedCommand, Fault> {
        let mut looks = interval(LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        for look in 0_u32.. {
            looks.tick().await;
            // Before the output is read, so that nothing printed before the end is missed.
            let alone = look % LOOKS_UNTIL_ASKED == LOOKS_UNTIL_ASKED - 1 && self.is_alone();
            let before = self.pause.clone();
            self.read_journal(alone);
            if self.pause != before {
                paused(self.pause.clone());
            }
            self.output
                .look(&mut show)
                .map_err(|error| unread(&self.folder, &error))?;
            if self.end.is_some() || alone {
                break;
            }
        }
        let unseen = || {
            Err(self
                .folder
                .removed()
                .unwrap_or_else(|| unseen(&self.folder)))
        };
        let (exit, signal) = self.end.unwrap_or_else(unseen)?;
        self.output
            .end(&mut show)
            .map_err(|error| unread(&self.folder, &error))?;
        FinishedCommand::of(&self.folder, self.number, exit, signal)
    }

    fn is_alone(&self) -> bool {
        !Lock::is_held(&self.folder.command_lock(self.number))
    }

    fn read_journal(&mut self, surely: bool) {
        let journal = self.folder.journal();
        let size = journal.size();
        if size == self.seen && !surely {
            return;
        }
        self.seen = size;
        let number = self.number;
        let entries = journal.entries().into_iter();
        let mut process = 0;
        for entry in entries.filter(|entry| entry.number() == Some(number)) {
            match entry {
                JournalEntry::Started { pid, .. } => process = pid,
                JournalEntry::Stopped { signal, .. } => {
                    let pid = process;
                    self.pause = Some(Pause { signal, pid });
                }
                JournalEntry::Continued { .. } => self.pause = None,
                JournalEntry::Finished { exit, signal, .. } => {
                    (self.end, self.pause) = (Some(Ok((exit, signal))), None);
                }
                JournalEntry::NotStarted { fault, .. } => self.end = Some(Err(fault)),
                _ => {}
            }
        }
    }
}

/// Asks the keeper of a command for the one interrupt that kops gets; false when somebody has asked before.
pub fn interrupt(folder: &RunFolder, number: u32) -> Result<bool, Fault> {
    let path = folder.interrupt(number);
    let made = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&path);
    match made {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(not_written(&path, &error)),
    }
}

fn keeper_not_started(error: &std::io::Error) -> Fault {
    Fault::new(
        "the process that keeps kops's output could not be started",
        cause(error),
        "close other programs, then start again: kops was not run",
    )
}

fn in_use(path: &Path) -> Fault {
    Fault::new(
        format!("{} is held by another process", shown(path)),
        "it belongs to a command that has not ended",
        "start kopswain again to see that command",
    )
}

fn unseen(folder: &RunFolder) -> Fault {
    Fault::new(
        "the exit status of kops is unknown",
        "kops is gone, and so is the process that noted its end: both were killed, or the machine stopped",
        format!(
            "kops's output so far is in {}; a new dry run shows what is left to do",
            shown(folder.path())
        ),
    )
}
