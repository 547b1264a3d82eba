//! The run: kops's commands in order, each only after the one before succeeded, `--yes` only after the real dry run said what was approved.

use std::collections::VecDeque;
use std::time::Duration;

use crate::core::command::CommandLine;
use crate::core::fault::Fault;
use crate::core::progress::{Progress, explain};
use crate::core::review::{Ending, Report, parse};
use crate::core::roundtrip::compare;
use crate::core::untrusted::Untrusted;

use super::effect::{Effect, Job, Place, Run, Wake};
use super::event::{Finished, Moment, Output};

/// Lines of kops's output kept for the screen; all of them are in the run folder.
pub const LINES_KEPT: usize = 2_000;

/// How often the elapsed time is drawn while kops runs.
pub const CLOCK: Duration = Duration::from_secs(1);

/// The file that the spec is written to, in the working folder.
pub const SPEC_FILE: &str = "cluster_spec.yml";

/// How far one command is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaskState {
    Waiting,
    Running { since: Moment },
    Done { took: Duration },
    Failed { took: Duration },
}

/// One command of the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
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
    /// The real dry run says something else than what was approved.
    Differs {
        report: Box<Report>,
        raw: String,
        differences: Vec<String>,
    },
    /// Every command succeeded.
    Done,
}

/// One line of the run: a command as it is started, or what kops printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    Command(String),
    Printed {
        output: Output,
        text: Untrusted,
    },
    /// What a command printed that is a document to compare, not to read: so many lines.
    Document {
        lines: usize,
    },
}

/// A run of kops on the real state store.
#[derive(Clone, Debug)]
pub struct Apply {
    pub cluster: String,
    pub place: Place,
    pub spec: String,
    pub tasks: Vec<Task>,
    pub progress: Progress,
    pub lines: VecDeque<Line>,
    /// Lines scrolled back from the end.
    pub back: usize,
    pub started: Moment,
    pub outcome: Outcome,
    approved: Report,
}

impl Apply {
    /// The method's commands for a new cluster, after its preview was approved.
    pub fn create(cluster: &str, spec: &str, place: Place, approved: Report, at: Moment) -> Self {
        let key = place.ssh_public_key.clone();
        let commands = [
            (Job::Create, CommandLine::create(SPEC_FILE)),
            (Job::ReadBack, CommandLine::get_all(cluster)),
            (Job::SshKey, CommandLine::ssh_public_key(cluster, &key)),
            (Job::Update, CommandLine::update(cluster)),
            (Job::UpdateYes, CommandLine::update_yes(cluster)),
        ];
        Self::of(cluster, spec, place, approved, at, &commands)
    }

    /// The dry run once more and then `--yes`, for a cluster that exists.
    pub fn update(cluster: &str, spec: &str, place: Place, approved: Report, at: Moment) -> Self {
        let commands = [
            (Job::Update, CommandLine::update(cluster)),
            (Job::UpdateYes, CommandLine::update_yes(cluster)),
        ];
        Self::of(cluster, spec, place, approved, at, &commands)
    }

    fn of(
        cluster: &str,
        spec: &str,
        place: Place,
        approved: Report,
        at: Moment,
        commands: &[(Job, CommandLine)],
    ) -> Self {
        let waiting = |(job, command): &(Job, CommandLine)| Task {
            job: *job,
            command: command.clone(),
            state: TaskState::Waiting,
        };
        Self {
            cluster: cluster.to_owned(),
            place,
            spec: spec.to_owned(),
            tasks: commands.iter().map(waiting).collect(),
            progress: Progress::default(),
            lines: VecDeque::new(),
            back: 0,
            started: at,
            outcome: Outcome::Running,
            approved,
        }
    }

    /// The first effects: the spec file when one is needed, and the first command.
    pub fn start(&mut self, at: Moment) -> Vec<Effect> {
        let mut effects = vec![Effect::Wake {
            after: CLOCK,
            why: Wake::Clock,
        }];
        effects.extend(self.run_next(at));
        effects
    }

    fn run_next(&mut self, at: Moment) -> Vec<Effect> {
        let next = self
            .tasks
            .iter_mut()
            .find(|task| task.state == TaskState::Waiting);
        let Some(task) = next else {
            self.outcome = Outcome::Done;
            return Vec::new();
        };
        task.state = TaskState::Running { since: at };
        let shown = Line::Command(task.command.to_string());
        self.progress = Progress::default();
        let run = Run {
            job: task.job,
            cluster: self.cluster.clone(),
            place: self.place.clone(),
            command: task.command.clone(),
            spec: (task.job == Job::Create).then(|| self.spec.clone()),
        };
        self.show(shown);
        vec![Effect::Run(run)]
    }

    /// The command that runs now, and since when.
    pub fn running(&self) -> Option<(&Task, Moment)> {
        self.tasks.iter().find_map(|task| match task.state {
            TaskState::Running { since } => Some((task, since)),
            _ => None,
        })
    }

    /// Takes a line that kops printed.
    pub fn said(&mut self, job: Job, output: Output, text: Untrusted) {
        if output == Output::Stderr {
            self.progress.read(text.raw());
        }
        let document = output == Output::Stdout && matches!(job, Job::ReadBack | Job::Update);
        match self.lines.back_mut() {
            Some(Line::Document { lines }) if document => *lines += 1,
            _ if document => self.show(Line::Document { lines: 1 }),
            _ => self.show(Line::Printed { output, text }),
        }
    }

    fn show(&mut self, line: Line) {
        if self.lines.len() == LINES_KEPT {
            self.lines.pop_front();
        }
        if self.back > 0 {
            self.back = (self.back + 1).min(self.lines.len());
        }
        self.lines.push_back(line);
    }

    /// Takes the end of a command: goes on to the next, or stops with what to do.
    pub fn ended(&mut self, job: Job, result: Result<Finished, Fault>, at: Moment) -> Vec<Effect> {
        let verdict = result.and_then(|finished| self.judge(job, &finished));
        let Some(task) = self.tasks.iter_mut().find(|task| task.job == job) else {
            return Vec::new();
        };
        let took = match task.state {
            TaskState::Running { since } => at.since(since),
            _ => Duration::ZERO,
        };
        match verdict {
            Ok(None) => {
                task.state = TaskState::Done { took };
                self.run_next(at)
            }
            Ok(Some(differs)) => {
                task.state = TaskState::Done { took };
                self.outcome = differs;
                Vec::new()
            }
            Err(fault) => {
                task.state = TaskState::Failed { took };
                self.outcome = Outcome::Failed(fault);
                Vec::new()
            }
        }
    }

    fn judge(&self, job: Job, finished: &Finished) -> Result<Option<Outcome>, Fault> {
        if !finished.succeeded() {
            return Err(explain(finished.code(), &finished.stdout, &finished.stderr));
        }
        match job {
            Job::ReadBack => self.judge_read_back(&finished.stdout),
            Job::Update => self.judge_dry_run(&finished.stdout),
            _ => Ok(None),
        }
    }

    fn judge_read_back(&self, stored: &str) -> Result<Option<Outcome>, Fault> {
        let lost = compare(&self.spec, stored)?;
        let Some(first) = lost.first() else {
            return Ok(None);
        };
        Err(Fault::new(
            format!(
                "kops dropped {} of the spec: {}",
                count_of(lost.len()),
                first.what
            ),
            &first.why,
            format!(
                "Nothing was created in AWS. Correct the spec, then run kops delete cluster {} --yes to take the spec out of the state store, and start again",
                self.cluster
            ),
        ))
    }

    fn judge_dry_run(&self, stdout: &str) -> Result<Option<Outcome>, Fault> {
        let report = parse(stdout);
        if report.ending == Ending::Missing {
            return Err(Fault::new(
                "the dry run on the real state store ended without a report",
                "kops ended well but did not say whether changes wait",
                "Read its output, then start again: nothing was changed in AWS",
            ));
        }
        let differences = super::compare::in_words(&self.approved, &report);
        if differences.is_empty() {
            return Ok(None);
        }
        Ok(Some(Outcome::Differs {
            report: Box::new(report),
            raw: stdout.to_owned(),
            differences,
        }))
    }

    /// Goes on with `--yes` after the differing dry run was approved as well.
    pub fn approve_again(&mut self, report: Report, at: Moment) -> Vec<Effect> {
        self.approved = report;
        self.outcome = Outcome::Running;
        let mut effects = vec![Effect::Wake {
            after: CLOCK,
            why: Wake::Clock,
        }];
        for task in &mut self.tasks {
            if task.job == Job::Update {
                task.state = TaskState::Waiting;
            }
        }
        effects.extend(self.run_next(at));
        effects
    }

    /// What was approved.
    pub fn approved(&self) -> &Report {
        &self.approved
    }

    /// Whether `--yes` has been started, so that AWS may have changed.
    pub fn touched_aws(&self) -> bool {
        let yes = self.tasks.iter().find(|task| task.job == Job::UpdateYes);
        yes.is_some_and(|task| task.state != TaskState::Waiting)
    }
}

fn count_of(fields: usize) -> String {
    match fields {
        1 => "one field".to_owned(),
        many => format!("{many} fields"),
    }
}
