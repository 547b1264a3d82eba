//! The commands of a run, in order: which have run, which runs, and how far it is.

use std::time::Duration;

use crate::core::cluster_name::ClusterName;
use crate::core::kops::command::CommandLine;
use crate::core::kops::log::LogProgress;
use crate::tui::event::Timestamp;
use crate::tui::job::Job;
use crate::tui::record::{CommandEnd, Ran, RecordedCommand};

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

impl CommandTask {
    fn step(&self) -> RecordedCommand {
        RecordedCommand {
            job: self.job,
            command: self.command.clone(),
        }
    }

    /// How long it has run; absent when it does not run.
    pub fn elapsed(&self, at: Timestamp) -> Option<Duration> {
        match self.state {
            TaskState::Running { since, before } => Some(before + at.since(since)),
            _ => None,
        }
    }
}

/// All commands of a run.
#[derive(Clone, Debug)]
pub struct RunCommands {
    pub tasks: Vec<CommandTask>,
    /// How far the running command is.
    pub progress: LogProgress,
    /// Whether kops was started for it.
    pub kops_started: bool,
}

impl RunCommands {
    pub(super) fn new(steps: &[RecordedCommand]) -> Self {
        let waiting = |step: &RecordedCommand| CommandTask {
            job: step.job,
            command: step.command.clone(),
            state: TaskState::Waiting,
        };
        Self {
            tasks: steps.iter().map(waiting).collect(),
            progress: LogProgress::default(),
            kops_started: false,
        }
    }

    /// The command that runs now.
    pub fn running(&self) -> Option<&CommandTask> {
        let runs = |task: &&CommandTask| matches!(task.state, TaskState::Running { .. });
        self.tasks.iter().find(runs)
    }

    /// Whether `--yes` has been started, so that AWS may have changed.
    pub fn touched_aws(&self) -> bool {
        let update = self.get(Job::UpdateYes);
        update.is_some_and(|task| task.state != TaskState::Waiting)
    }

    pub(super) fn get(&self, job: Job) -> Option<&CommandTask> {
        self.tasks.iter().find(|task| task.job == job)
    }

    /// Whether a command has ended well.
    pub(super) fn is_done(&self, job: Job) -> bool {
        let task = self.get(job);
        task.is_some_and(|task| matches!(task.state, TaskState::Done { .. }))
    }

    pub(super) fn next(&self) -> Option<&CommandTask> {
        let waits = |task: &&CommandTask| task.state == TaskState::Waiting;
        self.tasks.iter().find(waits)
    }

    pub(super) fn is_last(&self, job: Job) -> bool {
        self.tasks.last().is_some_and(|task| task.job == job)
    }

    pub(super) fn steps(&self) -> Vec<RecordedCommand> {
        self.tasks.iter().map(CommandTask::step).collect()
    }

    /// The commands that run once a difference is approved as well, in order.
    pub(super) fn steps_again(&self) -> Vec<RecordedCommand> {
        let again = |task: &&CommandTask| task.state == TaskState::Waiting || runs_again(task.job);
        self.tasks
            .iter()
            .filter(again)
            .map(CommandTask::step)
            .collect()
    }

    /// Starts the next command; absent when all have run.
    pub(super) fn start_next(&mut self, at: Timestamp) -> Option<RecordedCommand> {
        let mut tasks = self.tasks.iter_mut();
        let task = tasks.find(|task| task.state == TaskState::Waiting)?;
        task.state = TaskState::Running {
            since: at,
            before: Duration::ZERO,
        };
        self.progress = LogProgress::default();
        self.kops_started = false;
        Some(task.step())
    }

    /// Takes that kops was started for a command.
    pub(super) fn note_start(&mut self, job: Job) {
        self.kops_started |= self.running().is_some_and(|task| task.job == job);
    }

    pub(super) fn read_log_line(&mut self, line: &str) {
        self.progress.read(line);
    }

    pub(super) fn end(&mut self, job: Job, state: &TaskState) {
        let ended = self.tasks.iter_mut().filter(|task| task.job == job);
        ended.for_each(|task| task.state = state.clone());
    }

    /// Leaves out a command whose work is done already; gives its text.
    pub(super) fn skip(&mut self, job: Job) -> Option<String> {
        let task = self.tasks.iter_mut().find(|task| task.job == job)?;
        if task.state == TaskState::Waiting {
            task.state = TaskState::Skipped;
        }
        Some(task.command.to_string())
    }

    /// Lets what is seen again before `--yes` run once more.
    pub(super) fn run_dry_run_again(&mut self) {
        let again = self.tasks.iter_mut().filter(|task| runs_again(task.job));
        again.for_each(|task| task.state = TaskState::Waiting);
    }

    /// Lets everything run once more, but what was done and must not be done twice.
    pub(super) fn run_rest_again(&mut self, is_done_once: impl Fn(Job) -> bool) {
        for task in &mut self.tasks {
            if !(is_done_once(task.job) && matches!(task.state, TaskState::Done { .. })) {
                task.state = TaskState::Waiting;
            }
        }
    }

    /// Takes the commands of today for an update: an older kopswain may have begun the run.
    pub(super) fn renew_update(&mut self, cluster: &ClusterName) {
        for task in &mut self.tasks {
            match task.job {
                Job::Update => task.command = CommandLine::update_existing(cluster),
                Job::UpdateYes => task.command = CommandLine::update_existing_yes(cluster),
                _ => {}
            }
        }
    }

    /// Takes a command that another program started; one that is followed is shown as running until its end was read.
    /// Gives its text.
    pub(super) fn take_found(
        &mut self,
        ran: &Ran,
        is_followed: bool,
        at: Timestamp,
    ) -> Option<String> {
        let task = self.tasks.iter_mut().find(|task| task.job == ran.job)?;
        let took = ran.took;
        task.state = match ran.end {
            _ if is_followed => TaskState::Running {
                since: at,
                before: took,
            },
            CommandEnd::Succeeded => TaskState::Done { took },
            CommandEnd::Running | CommandEnd::Failed | CommandEnd::Unseen => {
                TaskState::Failed { took }
            }
        };
        self.progress = LogProgress::default();
        Some(task.command.to_string())
    }
}

// What is seen again before `--yes` once a difference was approved.
fn runs_again(job: Job) -> bool {
    matches!(job, Job::Update | Job::ReadAgain | Job::KeysAgain)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn commands() -> RunCommands {
        RunCommands::new(&super::super::plan::updating(
            &"a.example.com".parse().unwrap(),
        ))
    }

    fn at(seconds: u64) -> Timestamp {
        Timestamp(Duration::from_secs(seconds))
    }

    fn states(commands: &RunCommands) -> Vec<TaskState> {
        let tasks = commands.tasks.iter();
        tasks.map(|task| task.state.clone()).collect()
    }

    #[test]
    fn one_runs_after_the_other_and_a_difference_runs_the_dry_run_again() {
        let took = Duration::from_secs(1);
        let done = TaskState::Done { took };
        let mut commands = commands();
        for job in [Job::ListKeys, Job::Update, Job::ReadAgain, Job::KeysAgain] {
            assert_eq!(commands.start_next(at(3)).unwrap().job, job);
            let elapsed = commands.running().unwrap().elapsed(at(4));
            assert_eq!(elapsed, Some(took));
            commands.end(job, &done);
        }
        assert!(!commands.touched_aws());
        commands.run_dry_run_again();
        let waiting = TaskState::Waiting;
        assert_eq!(
            states(&commands),
            [
                done,
                waiting.clone(),
                waiting.clone(),
                waiting.clone(),
                waiting
            ]
        );
        let again: Vec<Job> = commands.steps_again().iter().map(|one| one.job).collect();
        let expected = [Job::Update, Job::ReadAgain, Job::KeysAgain, Job::UpdateYes];
        assert_eq!(again, expected);
    }

    #[test]
    fn kops_is_started_only_for_the_command_that_runs() {
        let mut commands = commands();
        commands.start_next(at(0));
        commands.note_start(Job::Update);
        assert!(!commands.kops_started);
        commands.note_start(Job::ListKeys);
        assert!(commands.kops_started);
    }
}
