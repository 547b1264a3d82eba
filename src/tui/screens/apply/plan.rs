//! What a run does, for whom, and its commands.

use std::path::Path;

use crate::core::approval::facts::ApprovalFacts;
use crate::core::approval::store::StorePlaces;
use crate::core::cluster_name::ClusterName;
use crate::core::kops::command::CommandLine;
use crate::core::kops::copied::Copied;
use crate::tui::cluster_target::ClusterTarget;
use crate::tui::effect::{FactsOf, StoreOf};
use crate::tui::job::Job;
use crate::tui::record::{Record, RecordedCommand};
use crate::tui::screens::review::Reading;

/// The file that the spec is written to, in the working folder.
pub const SPEC_FILE: &str = "cluster_spec.yml";

/// What a person approved.
#[derive(Clone, Debug)]
pub struct ApprovedPlan<'a> {
    pub cluster: &'a ClusterName,
    pub spec: &'a str,
    /// What kops made of it on the scratch store; empty where none was asked.
    pub made: &'a str,
    /// The stored spec that it replaces; empty where it replaces none.
    pub replaces: &'a str,
    /// The answers that it follows from; empty where it follows from none.
    pub answers: String,
    pub target: ClusterTarget,
    pub reading: &'a Reading,
    pub facts: ApprovalFacts,
}

impl ApprovedPlan<'_> {
    /// What is kept of it, with the commands that follow.
    pub(super) fn into_record(self, commands: Vec<RecordedCommand>) -> Record {
        Record {
            cluster: self.cluster.clone(),
            target: self.target,
            commands,
            spec: self.spec.to_owned(),
            made: self.made.to_owned(),
            replaces: self.replaces.to_owned(),
            answers: self.answers,
            report: self.reading.content.raw.text().to_owned(),
            facts: self.facts,
        }
    }
}

/// What a run does, and for whom.
#[derive(Clone, Debug)]
pub(super) struct RunPlan {
    pub(super) cluster: ClusterName,
    pub(super) target: ClusterTarget,
    pub(super) spec: String,
    /// What kops made of the spec on the scratch store; empty where none was asked.
    pub(super) made: String,
    /// The stored spec that `kops replace` replaces; absent where it is not run.
    pub(super) replaces: Option<String>,
    pub(super) answers: String,
    /// Whether the cluster does not exist yet.
    pub(super) creates: bool,
    /// Whether the approved key is added to the cluster.
    pub(super) adds_key: bool,
}

impl RunPlan {
    pub(super) fn new(record: &Record) -> Self {
        let has = |job| record.commands.iter().any(|step| step.job == job);
        Self {
            cluster: record.cluster.clone(),
            target: record.target.clone(),
            spec: record.spec.clone(),
            made: record.made.clone(),
            replaces: has(Job::Replace).then(|| record.replaces.clone()),
            answers: record.answers.clone(),
            creates: has(Job::Create),
            adds_key: has(Job::SshKey),
        }
    }

    /// What a command needs that is copied, and the cluster that texts are about.
    pub(super) fn copied(&self) -> Copied {
        self.target.copied().about(&self.cluster)
    }

    /// The places of the state store that the cluster has.
    pub(super) fn store_places(&self) -> StorePlaces {
        StorePlaces::for_cluster(&self.target.state_store, &self.cluster, &self.spec)
    }

    pub(super) fn facts_request(&self) -> FactsOf {
        FactsOf {
            target: self.target.clone(),
            cluster: self.cluster.clone(),
            spec: self.spec.clone(),
            key: self.adds_key,
        }
    }

    pub(super) fn store_request(&self) -> StoreOf {
        StoreOf {
            target: self.target.clone(),
            cluster: self.cluster.clone(),
            spec: self.spec.clone(),
        }
    }
}

/// The commands that make a new cluster, in order.
pub fn creating(cluster: &ClusterName, target: &ClusterTarget) -> Vec<RecordedCommand> {
    let step = |job, command| RecordedCommand { job, command };
    let key = Path::new(&target.ssh_public_key);
    let mut steps = vec![
        step(Job::Create, CommandLine::create(Path::new(SPEC_FILE))),
        step(Job::ReadBack, CommandLine::get_all(cluster)),
        step(Job::ListKeys, CommandLine::list_keys(cluster)),
        step(Job::SshKey, CommandLine::ssh_public_key(cluster, key)),
    ];
    let secrets = target.secrets.named().into_iter();
    steps.extend(secrets.map(|(kind, file)| {
        let command = CommandLine::create_secret(cluster, kind, Path::new(file));
        step(Job::for_secret(kind), command)
    }));
    steps.extend([
        step(Job::Update, CommandLine::update(cluster)),
        step(Job::ReadAgain, CommandLine::get_all(cluster)),
        step(Job::KeysAgain, CommandLine::list_keys(cluster)),
        step(Job::UpdateYes, CommandLine::update_yes(cluster)),
    ]);
    steps
}

/// The commands that replace the stored spec by an edited one and update the cluster, in order.
pub fn editing(cluster: &ClusterName) -> Vec<RecordedCommand> {
    let step = |job, command| RecordedCommand { job, command };
    let replace = CommandLine::replace(Path::new(SPEC_FILE));
    let mut steps = vec![
        step(Job::ReadBefore, CommandLine::get_all(cluster)),
        step(Job::ListKeys, CommandLine::list_keys(cluster)),
        step(Job::Replace, replace),
        step(Job::ReadBack, CommandLine::get_all(cluster)),
    ];
    let rest = updating(cluster).into_iter();
    steps.extend(rest.filter(|step| step.job != Job::ListKeys));
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
