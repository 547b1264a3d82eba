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
    /// In the order in which they happened, with how many were added before.
    entries: VecDeque<(u64, TimelineEntry)>,
    added: u64,
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
        let entry = TimelineEntry {
            at,
            kind,
            subject,
            text: text.into(),
        };
        // Some things are heard of only later.
        let later = self.entries.iter().rev();
        let later = later.take_while(|(_, one)| one.at > at).count();
        let place = self.entries.len() - later;
        self.entries.insert(place, (self.added, entry));
        self.added += 1;
        if self.entries.len() > LONGEST {
            self.entries.pop_front();
        }
    }

    /// How many things happened, those that are dropped counted.
    pub fn count(&self) -> u64 {
        self.added
    }

    /// What happened, the oldest first.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = &TimelineEntry> + DoubleEndedIterator {
        self.entries.iter().map(|(_, entry)| entry)
    }

    /// What was heard of after the first so many things, in the order in which it happened; what was dropped since is left
    /// out.
    pub fn since(&self, count: u64) -> impl Iterator<Item = &TimelineEntry> {
        let entries = self.entries.iter();
        entries.filter_map(move |(number, entry)| (*number >= count).then_some(entry))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(timeline: &mut Timeline, at: u64, text: &str) {
        let subject = ClusterSubject::Cluster;
        timeline.add(UnixTime(at), TimelineKind::Note, subject, text);
    }

    fn texts<'a>(entries: impl Iterator<Item = &'a TimelineEntry>) -> Vec<&'a str> {
        entries.map(|one| one.text.as_str()).collect()
    }

    #[test]
    fn what_is_heard_of_later_stands_where_it_happened() {
        let mut timeline = Timeline::default();
        for (at, text) in [(10, "first"), (20, "second"), (20, "third"), (5, "before")] {
            add(&mut timeline, at, text);
        }
        assert_eq!(
            texts(timeline.entries()),
            ["before", "first", "second", "third"]
        );
        add(&mut timeline, 15, "between");
        assert_eq!(
            (timeline.count(), texts(timeline.since(3))),
            (5, vec!["before", "between"])
        );
    }

    #[test]
    fn the_oldest_are_dropped_and_stay_counted() {
        let mut timeline = Timeline::default();
        for at in 0..600 {
            add(&mut timeline, at, &at.to_string());
        }
        assert_eq!(timeline.count(), 600);
        assert_eq!(texts(timeline.entries()).first(), Some(&"100"));
        assert_eq!(texts(timeline.since(598)), ["598", "599"]);
    }
}
