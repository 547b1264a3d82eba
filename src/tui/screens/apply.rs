//! The run: kops's commands in order, each only after the one before succeeded, `--yes` only after the real dry run said what was approved.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::approval::Approval;
use crate::core::approval::facts::ApprovalFacts;
use crate::core::cluster_name::ClusterName;
use crate::core::fault::Fault;
use crate::core::kops::command::CommandLine;
use crate::core::kops::control_plane::SeenControlPlane;
use crate::core::kops::copied::Copied;
use crate::core::kops::dry_run::DryRun;
use crate::core::kops::log::{LogProgress, Trouble};
use crate::tui::cluster_target::ClusterTarget;
use crate::tui::effect::{Begin, BoundStore, Effect, KopsRun, Kubeconfig};
use crate::tui::event::{OutputStream, Pause, PrintedLine, Timestamp};
use crate::tui::job::Job;
use crate::tui::record::{Record, RecordedCommand};
use crate::tui::screens::review::compare::ApprovalComparison;
use crate::tui::screens::review::{ReadMarks, Reading};

mod collision;
mod control_plane;
mod ended;
mod failure_summary;
mod found;
pub(crate) mod keys;
pub(crate) mod update;
mod verification;
mod verify;
pub mod view;

pub use update::RunAction;
use verify::{Approved, Seen};

pub use crate::tui::screens::apply::failure_summary::Share;

/// Lines of kops's output kept for the screen; all of them are in the run folder.
pub const LINES_KEPT: usize = 2_000;

/// The file that the spec is written to, in the working folder.
pub const SPEC_FILE: &str = "cluster_spec.yml";

/// How far one command is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaskState {
    Waiting,
    /// `before`: what had passed when this program found it running.
    Running {
        since: Timestamp,
        before: Duration,
    },
    Done {
        took: Duration,
    },
    Failed {
        took: Duration,
    },
    /// Its work is done already.
    Skipped,
}

/// One command of the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandTask {
    pub job: Job,
    pub command: CommandLine,
    pub state: TaskState,
}

/// How the run stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    Running,
    /// Stopped, nothing after the failed command was run.
    Failed(Fault),
    /// The kopswain that ran it is gone; nothing more runs until a person says so.
    Left,
    /// The real dry run, or something else that the approval depends on, is not what was approved.
    Differs {
        report: Box<DryRun>,
        raw: String,
        comparison: ApprovalComparison,
    },
    /// Every command succeeded.
    Done,
}

/// One line of the run: a command as it is started, or what kops printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OutputLine {
    Command(String),
    Printed(PrintedLine),
    /// What a command printed that is a document to compare, not to read: so many lines.
    Document {
        lines: usize,
    },
}

/// Why kops is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopCause {
    /// The person asked for it.
    Asked,
    /// `--yes` said that it sees the running control plane in another way than was approved.
    SeenOtherwise,
}

/// Who starts the commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockState {
    /// This program has asked to be the only one at work on the cluster.
    Asking,
    /// This program.
    Ours,
    /// Another program, or nobody any more: this one follows what there is.
    Theirs,
}

/// What kopswain itself reads while no command runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Looking {
    #[default]
    Nothing,
    /// The objects in the state store, once all that is written before the dry run is there.
    Before,
    /// Every fact again, right before `--yes`; the objects last.
    Again,
    /// The objects once more, after `--yes`.
    After,
}

/// A run of kops on the real state store.
#[derive(Clone, Debug)]
pub struct Apply {
    pub cluster: ClusterName,
    pub place: ClusterTarget,
    pub spec: String,
    pub tasks: Vec<CommandTask>,
    pub progress: LogProgress,
    pub lines: VecDeque<OutputLine>,
    /// Lines scrolled back from the end.
    pub back: usize,
    pub started: Timestamp,
    /// What had passed when this program found the run.
    pub before: Duration,
    pub outcome: Outcome,
    pub hold: LockState,
    /// Where the run is kept, once it has begun.
    pub folder: Option<PathBuf>,
    /// The name being typed to resume a run that was left.
    pub going_on: Option<Approval>,
    /// Why kops was asked to stop, until it has ended.
    pub stopping: Option<StopCause>,
    /// That kops was stopped, until it continues.
    pub paused: Option<Pause>,
    /// What is read in between two commands, or after the last.
    pub looking: Looking,
    /// What `--yes` saw of the running control plane, once it has said so or ended.
    applied: Option<SeenControlPlane>,
    /// What somebody else wrote into the state store while `--yes` ran, one sentence each.
    pub foreign_writes: Vec<String>,
    /// Whether kops was started for the command that runs now.
    kops_began: bool,
    /// What kops made of the spec on the scratch store; empty where none was asked.
    made: String,
    /// Whether `kops create -f` found the cluster in the state store.
    was_there: bool,
    /// Why kops's kubeconfig was not written, when all else was done.
    pub(crate) unexported: Option<Fault>,
    /// The last command that was followed.
    followed: u32,
    approved: Approved,
    /// What the person had read of the approved report.
    marks: ReadMarks,
    seen: Seen,
}

/// What a person approved.
#[derive(Clone, Debug)]
pub struct ApprovedPlan<'a> {
    pub cluster: &'a ClusterName,
    pub spec: &'a str,
    /// What kops made of it on the scratch store; empty where none was asked.
    pub made: &'a str,
    pub place: ClusterTarget,
    pub reading: &'a Reading,
    pub facts: ApprovalFacts,
}

impl Apply {
    /// The method's commands for a new cluster, after its preview was approved.
    pub fn create(terms: ApprovedPlan<'_>, at: Timestamp) -> Self {
        let commands = creating(terms.cluster, &terms.place);
        Self::begun_with(terms, commands, at)
    }

    /// The dry run once more and then `--yes`, for a cluster that exists.
    pub fn update(terms: ApprovedPlan<'_>, at: Timestamp) -> Self {
        let commands = updating(terms.cluster);
        Self::begun_with(terms, commands, at)
    }

    fn begun_with(terms: ApprovedPlan<'_>, commands: Vec<RecordedCommand>, at: Timestamp) -> Self {
        let marks = terms.reading.read_marks();
        let mut apply = Self::of(&recorded(terms, commands), at);
        apply.marks = marks;
        apply
    }

    /// The commands that run once what differs is approved as well, in order.
    pub fn commands_again(&self) -> Vec<RecordedCommand> {
        let again = |task: &&CommandTask| task.state == TaskState::Waiting || runs_again(task.job);
        self.tasks
            .iter()
            .filter(again)
            .map(CommandTask::step)
            .collect()
    }

    /// What the person had read of the approved report.
    pub fn marks(&self) -> &ReadMarks {
        &self.marks
    }

    // A run that was approved, here or elsewhere, before anything of it is done.
    fn of(record: &Record, at: Timestamp) -> Self {
        let waiting = |step: &RecordedCommand| CommandTask {
            job: step.job,
            command: step.command.clone(),
            state: TaskState::Waiting,
        };
        Self {
            cluster: record.cluster.clone(),
            place: record.place.clone(),
            spec: record.spec.clone(),
            tasks: record.commands.iter().map(waiting).collect(),
            progress: LogProgress::default(),
            lines: VecDeque::new(),
            back: 0,
            started: at,
            before: Duration::ZERO,
            outcome: Outcome::Running,
            hold: LockState::Asking,
            folder: None,
            going_on: None,
            stopping: None,
            paused: None,
            looking: Looking::Nothing,
            applied: None,
            foreign_writes: Vec::new(),
            kops_began: false,
            made: record.made.clone(),
            was_there: false,
            unexported: None,
            followed: 0,
            approved: Approved::of(record),
            marks: ReadMarks::default(),
            seen: Seen::default(),
        }
    }

    /// What is kept of the run from its beginning on.
    pub fn record(&self) -> Record {
        Record {
            cluster: self.cluster.clone(),
            place: self.place.clone(),
            commands: self.tasks.iter().map(CommandTask::step).collect(),
            spec: self.spec.clone(),
            made: self.made.clone(),
            report: self.approved.raw.clone(),
            facts: self.approved.facts.clone(),
        }
    }

    /// The first effects: become the only one at work on the cluster.
    pub fn start(&mut self) -> Vec<Effect> {
        self.hold = LockState::Asking;
        let begin = Begin {
            record: self.record(),
            folder: self.folder.clone(),
        };
        vec![Effect::clock(), Effect::Begin(Box::new(begin))]
    }

    /// Takes that this program is the only one at work, or why it is not: the next command, or the end.
    pub fn begun(&mut self, result: Result<PathBuf, Fault>, at: Timestamp) -> Vec<Effect> {
        match result {
            Ok(folder) => {
                self.folder = Some(folder);
                self.hold = LockState::Ours;
                self.run_next(at)
            }
            Err(fault) => {
                self.outcome = Outcome::Failed(fault);
                Vec::new()
            }
        }
    }

    // Whatever led there: `--yes` is not started before the facts were read once more.
    fn run_next(&mut self, at: Timestamp) -> Vec<Effect> {
        match self.next().map(|task| task.job) {
            Some(Job::UpdateYes) => self.verify(),
            Some(Job::Update) if self.creates() => self.read_store(Looking::Before),
            None if self.touched_aws() && self.seen.store.is_some() => {
                self.read_store(Looking::After)
            }
            _ => self.start_next(at),
        }
    }

    fn next(&self) -> Option<&CommandTask> {
        let waits = |task: &&CommandTask| task.state == TaskState::Waiting;
        self.tasks.iter().find(waits)
    }

    fn start_next(&mut self, at: Timestamp) -> Vec<Effect> {
        let kubeconfig = if self.creates() {
            Kubeconfig::OfTheRun
        } else {
            Kubeconfig::Own
        };
        let next = self
            .tasks
            .iter_mut()
            .find(|task| task.state == TaskState::Waiting);
        let Some(task) = next else {
            self.outcome = Outcome::Done;
            return vec![Effect::Release];
        };
        task.state = TaskState::Running {
            since: at,
            before: Duration::ZERO,
        };
        let shown = OutputLine::Command(task.command.to_string());
        self.progress = LogProgress::default();
        self.kops_began = false;
        let run = KopsRun {
            job: task.job,
            cluster: self.cluster.clone(),
            place: self.place.clone(),
            command: task.command.clone(),
            kubeconfig,
            spec: (task.job == Job::Create).then(|| self.spec.clone()),
            store: self
                .seen
                .store
                .clone()
                .filter(|_| task.job == Job::UpdateYes)
                .map(|objects| BoundStore {
                    spec: self.spec.clone(),
                    objects,
                }),
        };
        self.show(shown);
        vec![Effect::Run(run)]
    }

    /// Takes that kops was started for a command.
    pub fn began(&mut self, job: Job) {
        self.kops_began |= self.running().is_some_and(|task| task.job == job);
    }

    /// Whether kops was started for the command that runs now; before that leaving starts nothing.
    pub fn kops_began(&self) -> bool {
        self.kops_began || self.hold == LockState::Theirs
    }

    /// The command that runs now.
    pub fn running(&self) -> Option<&CommandTask> {
        let runs = |task: &&CommandTask| matches!(task.state, TaskState::Running { .. });
        self.tasks.iter().find(runs)
    }

    /// Takes a line that kops printed.
    pub fn take_line(&mut self, job: Job, line: PrintedLine) -> Vec<Effect> {
        let mut effects = Vec::new();
        self.began(job);
        if line.stream == OutputStream::Stderr {
            self.progress.read(line.text.raw());
            effects = self.stop_if_seen_otherwise(job, line.text.raw());
        }
        let compared = matches!(
            job,
            Job::ReadBack | Job::ListKeys | Job::Update | Job::ReadAgain | Job::KeysAgain
        );
        let document = line.stream == OutputStream::Stdout && compared;
        match self.lines.back_mut() {
            Some(OutputLine::Document { lines }) if document => *lines += 1,
            _ if document => self.show(OutputLine::Document { lines: 1 }),
            _ => self.show(OutputLine::Printed(line)),
        }
        effects
    }

    fn show(&mut self, line: OutputLine) {
        if self.lines.len() == LINES_KEPT {
            self.lines.pop_front();
        }
        if self.back > 0 {
            self.back = (self.back + 1).min(self.lines.len());
        }
        self.lines.push_back(line);
    }

    /// What a command needs that is copied, and the cluster that texts are about.
    pub fn copied(&self) -> Copied {
        self.place.copied().about(&self.cluster)
    }

    /// The causes for which tasks of kops fail, with remedies that can be copied.
    pub fn troubles(&self) -> Vec<Trouble> {
        let copied = self.copied();
        let filled = |trouble: Trouble| Trouble {
            fault: copied.fault(trouble.fault),
            ..trouble
        };
        let troubles = self.progress.troubles().into_iter();
        troubles.map(filled).collect()
    }

    /// What was approved.
    pub fn approved(&self) -> &DryRun {
        &self.approved.report
    }

    /// Whether the run makes a cluster that does not exist yet.
    pub fn creates(&self) -> bool {
        self.tasks.iter().any(|task| task.job == Job::Create)
    }

    /// Whether `--yes` has been started, so that AWS may have changed.
    pub fn touched_aws(&self) -> bool {
        let yes = self.tasks.iter().find(|task| task.job == Job::UpdateYes);
        yes.is_some_and(|task| task.state != TaskState::Waiting)
    }
}

impl CommandTask {
    fn step(&self) -> RecordedCommand {
        RecordedCommand {
            job: self.job,
            command: self.command.clone(),
        }
    }
}

/// The commands that make a new cluster, in order.
pub fn creating(cluster: &ClusterName, place: &ClusterTarget) -> Vec<RecordedCommand> {
    let step = |job, command| RecordedCommand { job, command };
    let key = Path::new(&place.ssh_public_key);
    let mut steps = vec![
        step(Job::Create, CommandLine::create(Path::new(SPEC_FILE))),
        step(Job::ReadBack, CommandLine::get_all(cluster)),
        step(Job::ListKeys, CommandLine::list_keys(cluster)),
        step(Job::SshKey, CommandLine::ssh_public_key(cluster, key)),
    ];
    let secrets = place.secrets.named().into_iter();
    steps.extend(secrets.map(|(kind, file)| {
        let command = CommandLine::create_secret(cluster, kind, Path::new(file));
        step(Job::of_secret(kind), command)
    }));
    steps.extend([
        step(Job::Update, CommandLine::update(cluster)),
        step(Job::ReadAgain, CommandLine::get_all(cluster)),
        step(Job::KeysAgain, CommandLine::list_keys(cluster)),
        step(Job::UpdateYes, CommandLine::update_yes(cluster)),
    ]);
    steps
}

/// The commands that update a cluster that exists, in order.
pub fn updating(cluster: &ClusterName) -> Vec<RecordedCommand> {
    let step = |job, command| RecordedCommand { job, command };
    vec![
        step(Job::ListKeys, CommandLine::list_keys(cluster)),
        step(Job::Update, CommandLine::update_existing(cluster)),
        step(Job::ReadAgain, CommandLine::get_all(cluster)),
        step(Job::KeysAgain, CommandLine::list_keys(cluster)),
        step(Job::UpdateYes, CommandLine::update_existing_yes(cluster)),
    ]
}

// What is seen again before `--yes` once a difference was approved.
fn runs_again(job: Job) -> bool {
    matches!(job, Job::Update | Job::ReadAgain | Job::KeysAgain)
}

fn recorded(terms: ApprovedPlan<'_>, commands: Vec<RecordedCommand>) -> Record {
    Record {
        cluster: terms.cluster.clone(),
        place: terms.place,
        commands,
        spec: terms.spec.to_owned(),
        made: terms.made.to_owned(),
        report: terms.reading.content().raw.text().to_owned(),
        facts: terms.facts,
    }
}
