//! The last run of the cluster that the answers name: when it was, how it ended, and how to see and change its cluster.

use crate::core::render::inventory::age;
use crate::tui::cluster_target::ClusterTarget;
use crate::tui::job::Job;
use crate::tui::record::FoundRun;

/// A run whose end a person has seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastRun {
    cluster: String,
    state_store: String,
    /// False for an update of a cluster that existed.
    creates: bool,
    succeeded: bool,
    ago: String,
    folder: String,
}

impl LastRun {
    /// The run that a folder records.
    pub fn new(found: &FoundRun, folder: String) -> Self {
        let mut commands = found.record.commands.iter();
        Self {
            cluster: found.record.cluster.to_string(),
            state_store: found.record.target.state_store.clone(),
            creates: commands.any(|step| step.job == Job::Create),
            succeeded: !found.is_left(),
            ago: age(found.age.as_secs()).unwrap_or_else(|| "less than a minute".to_owned()),
            folder,
        }
    }

    /// Whether it is about the cluster of these answers.
    pub(super) fn is_about(&self, cluster: &str, state_store: &str) -> bool {
        let bare = |store: &str| store.trim_end_matches('/').to_owned();
        self.cluster == cluster && bare(&self.state_store) == bare(state_store)
    }

    /// What was done, and when.
    pub fn what(&self) -> String {
        let Self { cluster, ago, .. } = self;
        match (self.succeeded, self.creates) {
            (true, true) => format!("{cluster} was created by kopswain {ago} ago"),
            (true, false) => format!("{cluster} was updated by kopswain {ago} ago"),
            (false, _) => format!("kopswain began a run for {cluster} {ago} ago, and it failed"),
        }
    }

    /// How the cluster is watched and changed, and where the output of kops is.
    pub fn next(&self, target: &ClusterTarget) -> String {
        let copied = target.copied();
        format!(
            "{} shows it, {} reviews and applies changes; the output of kops is in {}",
            copied.kopswain("watch", &self.cluster),
            copied.kopswain("review", &self.cluster),
            self.folder
        )
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::path::PathBuf;
    use std::time::Duration;

    use super::*;
    use crate::core::approval::facts::ApprovalFacts;
    use crate::tui::record::{CommandEnd, Ran};

    fn run(jobs: &[Job], end: CommandEnd) -> LastRun {
        let step = |job: &Job| serde_json::json!({"job": job, "command": ["update"]});
        let record = serde_json::json!({
            "cluster": "prod.example.com",
            "place": ClusterTarget { state_store: "s3://state/".to_owned(), ..ClusterTarget::default() },
            "commands": jobs.iter().map(step).collect::<Vec<_>>(),
            "spec": "",
            "report": "",
            "facts": ApprovalFacts::default(),
        });
        let last = jobs.last().map(|job| Ran {
            number: 1,
            job: *job,
            took: Duration::ZERO,
            end,
        });
        let found = FoundRun {
            folder: PathBuf::new(),
            record: serde_json::from_value(record).unwrap(),
            commands: last.into_iter().collect(),
            at_work: false,
            closed: true,
            age: Duration::from_mins(135),
        };
        LastRun::new(&found, "~/runs/1".to_owned())
    }

    #[test]
    fn what_was_done_is_said_with_its_time() {
        let created = run(&[Job::Create, Job::UpdateYes], CommandEnd::Succeeded);
        assert_eq!(
            created.what(),
            "prod.example.com was created by kopswain 2h15m ago"
        );
        let updated = run(&[Job::UpdateYes], CommandEnd::Succeeded);
        assert_eq!(
            updated.what(),
            "prod.example.com was updated by kopswain 2h15m ago"
        );
        let failed = run(&[Job::Create, Job::UpdateYes], CommandEnd::Failed);
        assert_eq!(
            failed.what(),
            "kopswain began a run for prod.example.com 2h15m ago, and it failed"
        );
        let next = created.next(&ClusterTarget::default());
        assert!(
            next.contains("kopswain watch prod.example.com shows it"),
            "{next}"
        );
        assert!(
            next.ends_with("the output of kops is in ~/runs/1"),
            "{next}"
        );
        assert!(created.is_about("prod.example.com", "s3://state"));
        assert!(!created.is_about("other.example.com", "s3://state"));
    }
}
