//! The keeper of one command: a kopswain of its own session that starts kops, outlives whoever asked, and notes the end.

use std::ffi::OsString;
use std::fs::File;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::not_started;
use super::output::{CommandStreams, PrintedLine, Stream};
use crate::core::fault::Fault;
use crate::core::kops::log::{LogProgress, Tasks};
use crate::io::files::{JournalEntry, RunFolder, cause, now, open_new};
use crate::io::process::{Input, Launch, Process, ProcessChange, leave_session};
use crate::tui::job::Job;

/// How often it is looked whether kops shall be interrupted.
const LOOK: Duration = Duration::from_millis(50);
/// The least time between two notes of how far kops is.
const BETWEEN_NOTES: Duration = Duration::from_secs(1);
/// A full disk may have room again after so long.
const UNTIL_ROOM: Duration = Duration::from_secs(1);

/// What the keeper is to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SupervisedCommand {
    pub folder: PathBuf,
    /// Which command of the run, from 1.
    pub number: u32,
    pub job: Job,
    pub program: PathBuf,
    pub args: Vec<OsString>,
}

/// Runs the command and notes its end; standard input and output are locks that are held until then, the first by kops
/// too. A Fault only when nothing could be noted.
pub async fn keep(kept: &SupervisedCommand) -> Result<(), Fault> {
    leave_session()?;
    let folder = RunFolder::at(kept.folder.clone());
    let journal = folder.journal();
    match started(kept, &folder) {
        Ok(process) => watch(process, kept.number, &folder).await,
        Err(fault) => journal.note(&JournalEntry::NotStarted {
            number: kept.number,
            fault,
            at: now(),
        }),
    }
}

fn started(kept: &SupervisedCommand, folder: &RunFolder) -> Result<Process, Fault> {
    let (number, journal) = (kept.number, folder.journal());
    journal.reserve()?;
    let stdout = open_new(&folder.stdout(number))?;
    let stderr = open_new(&folder.stderr(number))?;
    let args = kept.args.iter();
    let args = args.map(|arg| arg.to_string_lossy().into_owned()).collect();
    journal.note(&JournalEntry::Starting {
        number,
        job: kept.job,
        args,
        at: now(),
    })?;
    let launch = Launch {
        program: &kept.program,
        name: None,
        args: &kept.args,
        // The keeper was given that of kops and nothing else.
        environment: &std::env::vars_os().collect(),
        // The command's lock: empty to read, and held until kops ends, however the keeper ends.
        input: Input::Inherited,
        stdout: stdout.into(),
        stderr: stderr.into(),
    };
    let process = Process::start_outliving(launch);
    let process = process.map_err(|error| not_started(&kept.program, &error))?;
    let started = JournalEntry::Started {
        number,
        pid: process.pid().as_raw().unsigned_abs(),
        at: now(),
    };
    // kops runs now, whatever can be noted of it: to say that it was not started would let another run begin beside it.
    let _ = journal.note(&started);
    Ok(process)
}

async fn watch(mut process: Process, number: u32, folder: &RunFolder) -> Result<(), Fault> {
    let group = process.pid();
    let mut desk = CommandSetup::of(folder, number);
    let mut looks = interval(LOOK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (exit, signal) = loop {
        tokio::select! {
            // First the end: kops is signalled only while it is a child that nobody has waited for.
            biased;
            change = process.changed() => match change.map_err(|error| lost(&error))? {
                ProcessChange::Ended { exit, signal } => break (exit, signal),
                ProcessChange::Stopped(signal) => desk.note_stop(Some(signal)),
                ProcessChange::Continued => desk.note_stop(None),
            },
            _ = looks.tick() => desk.look(group),
        }
    };
    desk.ended(exit, signal).await;
    Ok(())
}

struct CommandSetup<'a> {
    folder: &'a RunFolder,
    number: u32,
    output: CommandStreams,
    progress: LogProgress,
    noted: Option<Tasks>,
    last_note: Instant,
    interrupted: bool,
}

impl<'a> CommandSetup<'a> {
    fn of(folder: &'a RunFolder, number: u32) -> Self {
        Self {
            folder,
            number,
            output: CommandStreams::of(folder, number),
            progress: LogProgress::default(),
            noted: None,
            last_note: Instant::now(),
            interrupted: false,
        }
    }

    // What cannot be noted or read here is no reason to leave kops.
    fn look(&mut self, group: Pid) {
        if !self.interrupted && self.folder.interrupt(self.number).exists() {
            self.interrupted = true;
            self.interrupt(group);
        }
        if self.last_note.elapsed() >= BETWEEN_NOTES {
            self.last_note = Instant::now();
            self.note_progress();
        }
    }

    // A stop is nobody's answer to an interrupt: kops is continued, so that it can end.
    fn interrupt(&self, group: Pid) {
        let _ = killpg(group, Signal::SIGINT);
        let _ = killpg(group, Signal::SIGCONT);
        let _ = self.folder.journal().note(&JournalEntry::Interrupted {
            number: self.number,
            at: now(),
        });
    }

    fn note_stop(&self, signal: Option<Signal>) {
        let (number, at) = (self.number, now());
        let _ = self.folder.journal().note(&match signal {
            Some(signal) => JournalEntry::Stopped {
                number,
                signal: signal.as_str().to_owned(),
                at,
            },
            None => JournalEntry::Continued { number, at },
        });
    }

    fn read(&mut self) {
        let progress = &mut self.progress;
        let _ = self.output.look(&mut |line: PrintedLine| {
            if line.stream == Stream::Stderr {
                progress.read(line.text.raw());
            }
        });
    }

    fn note_progress(&mut self) {
        self.read();
        if let Some(tasks) = self.progress.tasks
            && self.noted != Some(tasks)
        {
            self.noted = Some(tasks);
            let _ = self.folder.journal().note(&JournalEntry::Progress {
                number: self.number,
                tasks,
                at: now(),
            });
        }
    }

    // The end is what must not be lost: on a full disk it waits for room, unless the folder itself is gone.
    async fn ended(&mut self, exit: Option<i32>, signal: Option<i32>) {
        self.read();
        for path in [
            self.folder.stdout(self.number),
            self.folder.stderr(self.number),
        ] {
            let _ = File::open(path).and_then(|file| file.sync_data());
        }
        let journal = self.folder.journal();
        let end = JournalEntry::Finished {
            number: self.number,
            exit,
            signal,
            tasks: self.progress.tasks,
            at: now(),
        };
        while journal.append_durable(&end).is_err() && self.folder.path().exists() {
            sleep(UNTIL_ROOM).await;
        }
        journal.release();
    }
}

fn lost(error: &std::io::Error) -> Fault {
    Fault::new(
        "lost contact with kops",
        cause(error),
        "kops may still run: look with ps, and at its output in the run folder",
    )
}
