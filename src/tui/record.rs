//! A run as it is kept: what was approved when it began, and how far its commands came.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::core::approval::facts::ApprovalFacts;
use crate::core::cluster_name::ClusterName;
use crate::core::kops::command::CommandLine;
use crate::tui::cluster_target::ClusterTarget;
use crate::tui::job::Job;

/// What was approved, and the commands that follow from it, in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    pub cluster: ClusterName,
    #[serde(rename = "place")]
    pub target: ClusterTarget,
    pub commands: Vec<RecordedCommand>,
    /// The spec that `kops create -f` sends, or that the state store had when an update was approved.
    pub spec: String,
    /// What kops made of that spec on a scratch store, defaults included, as `kops get all` gives it; empty where none was
    /// asked.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub made: String,
    /// The spec that the state store had when an edit was approved, which `kops replace` replaces; empty for any
    /// other run.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub replaces: String,
    /// The answers that the spec follows from, as their file has them; empty where it follows from none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub answers: String,
    /// The dry run that was approved, as kops printed it.
    pub report: String,
    /// What else the approval depends on.
    pub facts: ApprovalFacts,
}

impl Record {
    /// The first command that is not one of a run of this cluster: it is about another, or it changes AWS before the one
    /// that may.
    pub fn foreign_command(&self) -> Option<&RecordedCommand> {
        let own = |step: &&RecordedCommand| {
            let may_change = step.job == Job::UpdateYes;
            step.command.is_about(&self.cluster) && step.command.changes_aws() == may_change
        };
        self.commands.iter().find(|step| !own(step))
    }
}

/// One command of a run and what it is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedCommand {
    pub job: Job,
    pub command: CommandLine,
}

/// A run that this or another kopswain began, as its folder has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundRun {
    pub folder: PathBuf,
    pub record: Record,
    /// The commands that were started, in order.
    pub commands: Vec<Ran>,
    /// Whether a process is at work on the cluster: kops, or a kopswain between two commands.
    pub at_work: bool,
    /// Whether a person saw how it ended.
    pub closed: bool,
    /// Time since it began.
    pub age: Duration,
}

/// One command that was started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ran {
    /// Which command of the run, from 1.
    pub number: u32,
    pub job: Job,
    /// Time since it was started, or that it took.
    pub took: Duration,
    pub end: CommandEnd,
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandEnd {
    Running,
    Succeeded,
    Failed,
    /// It is gone, and its exit status is unknown.
    Unseen,
}

impl FoundRun {
    /// Whether a command was started and the run did not come to its end: its end is still to be shown. For a run that
    /// did, the cluster itself is more telling.
    pub fn is_left(&self) -> bool {
        let last = self.commands.last();
        last.is_some_and(|ran| {
            let finishes = self
                .record
                .commands
                .last()
                .is_some_and(|step| step.job == ran.job);
            !(finishes && ran.end == CommandEnd::Succeeded)
        })
    }

    /// The answers of this run, once kops has its spec in the state store; empty where a person edited that as a text.
    pub fn kept_answers(&self) -> Option<&str> {
        let sends = |ran: &&Ran| matches!(ran.job, Job::Create | Job::Replace);
        let mut commands = self.commands.iter().filter(sends);
        let sent = commands.any(|ran| ran.end == CommandEnd::Succeeded);
        sent.then_some(self.record.answers.as_str())
    }

    /// Whether kops itself runs at this moment.
    pub fn kops_runs(&self) -> bool {
        self.commands
            .iter()
            .any(|ran| ran.end == CommandEnd::Running)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn found(ends: &[(Job, CommandEnd)]) -> FoundRun {
        let step = |job| serde_json::json!({"job": job, "command": ["update"]});
        let record = serde_json::json!({
            "cluster": "prod.example.com",
            "place": ClusterTarget::default(),
            "commands": [step(Job::Update), step(Job::UpdateYes)],
            "spec": "",
            "report": "",
            "facts": ApprovalFacts::default(),
        });
        let ran = |(at, (job, end)): (usize, &(Job, CommandEnd))| Ran {
            number: u32::try_from(at).unwrap() + 1,
            job: *job,
            took: Duration::ZERO,
            end: *end,
        };
        FoundRun {
            folder: PathBuf::new(),
            record: serde_json::from_value(record).unwrap(),
            commands: ends.iter().enumerate().map(ran).collect(),
            at_work: false,
            closed: false,
            age: Duration::ZERO,
        }
    }

    #[test]
    fn only_a_run_that_did_not_come_to_its_end_is_left() {
        use CommandEnd::{Failed, Succeeded, Unseen};
        let left = |ends: &[(Job, CommandEnd)]| found(ends).is_left();
        assert!(!left(&[]));
        assert!(left(&[(Job::Update, Succeeded)]));
        assert!(!left(&[
            (Job::Update, Succeeded),
            (Job::UpdateYes, Succeeded)
        ]));
        assert!(left(&[(Job::Update, Succeeded), (Job::UpdateYes, Failed)]));
        assert!(left(&[(Job::Update, Succeeded), (Job::UpdateYes, Unseen)]));
    }
}
