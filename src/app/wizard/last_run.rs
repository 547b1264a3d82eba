//! The last run of the cluster that the answers name: when it was, how it ended, and how to see and change its cluster.

use crate::app::effect::{Job, Place};
use crate::app::record::Found;
use crate::core::discovery::age;

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
    /// What the folder of a run tells of it.
    pub fn of(found: &Found, folder: String) -> Self {
        let mut commands = found.record.commands.iter();
        Self {
            cluster: found.record.cluster.to_string(),
            state_store: found.record.place.state_store.clone(),
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
    pub fn next(&self, place: &Place) -> String {
        let copied = place.copied();
        format!(
            "{} shows it, {} reviews and applies changes; the output of kops is in {}",
            copied.kopswain("watch", &self.cluster),
            copied.kopswain("review", &self.cluster),
            self.folder
        )
    }
}
