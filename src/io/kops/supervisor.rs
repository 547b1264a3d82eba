//! The supervisor of one command: a kopswain in a session of its own that starts kops, outlives whoever asked for it, and
//! notes every start and end in the run's journal.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tokio::process::Command;
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::command_state::RunEvent;
use super::environment::Environment;
use super::follow::FollowedCommand;
use super::journal::Journal;
use super::lock::Lock;
use super::output::CommandStreams;
use super::run_folder::{RunFolder, open_new};
use super::{Kops, not_started};
use crate::core::fault::Fault;
use crate::core::kops::command::CommandLine;
use crate::core::kops::log::{LogProgress, Tasks};
use crate::io::files::{cause, not_written, shown};
use crate::io::process::{
    ExitStatus, Input, Launch, Process, ProcessChange, leave_session, this_program,
};
use crate::tui::event::OutputStream;
use crate::tui::job::Job;

/// The hidden subcommand of kopswain that supervises one command.
pub const SUPERVISE: &str = "keep-command";

/// How often it is polled whether kops shall be interrupted.
const BETWEEN_POLLS: Duration = Duration::from_millis(50);
/// The least time between two notes of how far kops is.
const BETWEEN_NOTES: Duration = Duration::from_secs(1);
/// A full disk may have room again after so long.
const UNTIL_ROOM: Duration = Duration::from_secs(1);

/// What a supervisor runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SupervisedCommand {
    pub folder: PathBuf,
    /// Which command of the run, from 1.
    pub number: u32,
    pub job: Job,
    pub program: PathBuf,
    pub args: Vec<OsString>,
}

impl Kops {
    /// Starts a command of a run through a supervisor, a process of its own session that outlives kopswain: it starts kops,
    /// prints into `command-N.stdout` and `command-N.stderr` of the run folder, and notes start and end in the journal.
    /// Both hold `cluster` as long as they live, so that nobody else starts a run meanwhile. A Fault when the supervisor
    /// cannot be started.
    pub fn start(
        &self,
        line: &CommandLine,
        job: Job,
        environment: &Environment,
        folder: &RunFolder,
        cluster: &Lock,
    ) -> Result<FollowedCommand, Fault> {
        let number = folder.claim_command()?;
        let path = folder.command_lock(number);
        let lock = Lock::take(&path)?.ok_or_else(|| in_use(&path))?;
        let mut command = self.supervisor_command(line, job, folder, number);
        environment.apply(&mut command);
        let share = |lock: &Lock| lock.share().map_err(|error| not_written(&path, &error));
        command
            .stdin(share(&lock)?)
            .stdout(share(cluster)?)
            .stderr(Stdio::from(open_new(&folder.supervisor_log(number))?));
        command
            .spawn()
            .map_err(|error| supervisor_not_started(&error))?;
        Ok(FollowedCommand::new(folder, number))
    }

    fn supervisor_command(
        &self,
        line: &CommandLine,
        job: Job,
        folder: &RunFolder,
        number: u32,
    ) -> Command {
        let mut command = Command::new(self.supervisor.clone().unwrap_or_else(this_program));
        command
            .arg0("kopswain")
            .arg(SUPERVISE)
            .args([OsString::from("--folder"), folder.path().into()])
            .args(["--number", &number.to_string(), "--job", job.word(), "--"])
            .arg(&self.program)
            .args(&line.args);
        command
    }
}

/// Asks the supervisor of a command for the one interrupt that kops gets; false when somebody has asked before.
pub fn request_interrupt(folder: &RunFolder, number: u32) -> Result<bool, Fault> {
    let path = folder.interrupt(number);
    let made = OpenOptions::new().write(true).create_new(true).open(&path);
    match made {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(not_written(&path, &error)),
    }
}

/// Runs the command and notes its end; standard input and output are locks that are held until then, the first by kops
/// too. A Fault only when nothing could be noted.
pub async fn supervise(command: &SupervisedCommand) -> Result<(), Fault> {
    leave_session()?;
    let supervisor = Supervisor::new(command);
    match supervisor.start_kops(command) {
        Ok(process) => supervisor.supervise(process).await,
        Err(fault) => supervisor.note(RunEvent::NotStarted { fault }),
    }
}

struct Supervisor {
    folder: RunFolder,
    journal: Journal,
    number: u32,
    output: CommandStreams,
    progress: LogProgress,
    noted: Option<Tasks>,
    last_note: Instant,
    interrupted: bool,
}

impl Supervisor {
    fn new(command: &SupervisedCommand) -> Self {
        let folder = RunFolder::new(command.folder.clone());
        Self {
            journal: folder.journal(),
            number: command.number,
            output: CommandStreams::new(&folder, command.number),
            folder,
            progress: LogProgress::default(),
            noted: None,
            last_note: Instant::now(),
            interrupted: false,
        }
    }

    fn note(&self, event: RunEvent) -> Result<(), Fault> {
        self.journal.append(Some(self.number), event)
    }

    fn start_kops(&self, command: &SupervisedCommand) -> Result<Process, Fault> {
        self.journal.reserve()?;
        let stdout = open_new(&self.folder.stdout(self.number))?;
        let stderr = open_new(&self.folder.stderr(self.number))?;
        let args = command.args.iter();
        let args = args.map(|arg| arg.to_string_lossy().into_owned()).collect();
        let job = command.job;
        self.note(RunEvent::Starting { job, args })?;
        let launch = Launch {
            program: &command.program,
            name: None,
            args: &command.args,
            // The supervisor was given that of kops and nothing else.
            environment: &std::env::vars_os().collect(),
            // The command's lock: empty to read, and held until kops ends, however the supervisor ends.
            input: Input::Inherited,
            stdout: stdout.into(),
            stderr: stderr.into(),
        };
        let process = Process::start_outliving(launch);
        let process = process.map_err(|error| not_started(&command.program, &error))?;
        let pid = process.pid().as_raw().unsigned_abs();
        // kops runs now, whatever can be noted of it: to say that it was not started would let another run begin beside it.
        let _ = self.note(RunEvent::Started { pid });
        Ok(process)
    }

    async fn supervise(mut self, mut process: Process) -> Result<(), Fault> {
        let group = process.pid();
        let mut polls = interval(BETWEEN_POLLS);
        polls.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let status = loop {
            tokio::select! {
                // First the end: kops is signalled only while it is a child that nobody has waited for.
                biased;
                change = process.changed() => match change.map_err(|error| lost(&error))? {
                    ProcessChange::Ended(status) => break status,
                    ProcessChange::Stopped(signal) => {
                        let signal = signal.as_str().to_owned();
                        let _ = self.note(RunEvent::Stopped { signal });
                    }
                    ProcessChange::Continued => {
                        let _ = self.note(RunEvent::Continued);
                    }
                },
                _ = polls.tick() => self.poll(group),
            }
        };
        self.note_end(status).await;
        Ok(())
    }

    // What cannot be noted or read here is no reason to leave kops.
    fn poll(&mut self, group: Pid) {
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
        let _ = self.note(RunEvent::Interrupted);
    }

    fn read_progress(&mut self) {
        let progress = &mut self.progress;
        let _ = self.output.poll(&mut |line| {
            if line.stream == OutputStream::Stderr {
                progress.read(line.text.raw());
            }
        });
    }

    fn note_progress(&mut self) {
        self.read_progress();
        if let Some(tasks) = self.progress.tasks
            && self.noted != Some(tasks)
        {
            self.noted = Some(tasks);
            let _ = self.note(RunEvent::Progress { tasks });
        }
    }

    // The end is what must not be lost: on a full disk it waits for room, unless the folder itself is gone.
    async fn note_end(&mut self, status: ExitStatus) {
        self.read_progress();
        for path in [
            self.folder.stdout(self.number),
            self.folder.stderr(self.number),
        ] {
            let _ = File::open(path).and_then(|file| file.sync_data());
        }
        let end = RunEvent::Finished {
            status,
            tasks: self.progress.tasks,
        };
        while self.journal.append_durable(self.number, &end).is_err() && self.folder.path().exists()
        {
            sleep(UNTIL_ROOM).await;
        }
        self.journal.release();
    }
}

fn supervisor_not_started(error: &std::io::Error) -> Fault {
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

fn lost(error: &std::io::Error) -> Fault {
    Fault::new(
        "lost contact with kops",
        cause(error),
        "kops may still run: look with ps, and at its output in the run folder",
    )
}
