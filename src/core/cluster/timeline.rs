//! What happened to a cluster while it was watched, the newest last.

use std::collections::VecDeque;

use super::subject::ClusterSubject;
use crate::core::unix_time::UnixTime;

/// How many entries are kept; older ones are counted.
const LONGEST: usize = 500;

/// What an entry means for the cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TimelineKind {
    Good,
    Trouble,
    Note,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineEntry {
    pub at: UnixTime,
    pub kind: TimelineKind,
    pub subject: ClusterSubject,
    /// What happened; already safe to show.
    pub text: String,
}

/// The entries, at most 500 of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    entries: VecDeque<TimelineEntry>,
    dropped: u64,
}

impl Timeline {
    /// Adds what happened.
    pub(super) fn add(
        &mut self,
        at: UnixTime,
        kind: TimelineKind,
        subject: ClusterSubject,
        text: impl Into<String>,
    ) {
        if self.entries.len() == LONGEST {
            self.entries.pop_front();
            self.dropped += 1;
        }
        self.entries.push_back(TimelineEntry {
            at,
            kind,
            subject,
            text: text.into(),
        });
    }

    /// How many things happened, those that are dropped counted.
    pub fn count(&self) -> u64 {
        self.dropped + self.entries.len() as u64
    }

    /// What happened, the oldest first.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = &TimelineEntry> + DoubleEndedIterator {
        self.entries.iter()
    }

    /// What happened after the first so many things; what was dropped since is left out.
    pub fn since(&self, count: u64) -> impl Iterator<Item = &TimelineEntry> {
        let skipped = count.saturating_sub(self.dropped);
        self.entries
            .iter()
            .skip(usize::try_from(skipped).unwrap_or(usize::MAX))
    }
}
