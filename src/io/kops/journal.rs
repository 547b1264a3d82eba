//! The journal of a run: one line of JSON for each thing that happened, on the disk before the next thing happens.

use std::fs::{OpenOptions, remove_file};
use std::io::{Error, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::command_state::{CommandState, RunEvent};
use crate::core::fault::Fault;
use crate::io::clock::unix_millis;
use crate::io::files::{not_written, write_whole};

/// Bytes reserved for the end of a command, in case the disk is full by then.
pub(super) const RESERVE: usize = 8 * 1024;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalEntry {
    #[serde(flatten)]
    pub event: RunEvent,
    /// Which command of the run it happened to, from 1; absent where it is about the run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
    /// Milliseconds since 1970.
    pub at: u64,
}

/// The file; it only ever grows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journal {
    path: PathBuf,
}

impl Journal {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// Appends what happened now to a command, or to the run; a Fault when it cannot be written.
    pub fn append(&self, number: Option<u32>, event: RunEvent) -> Result<(), Fault> {
        self.write(number, event)
            .map_err(|error| not_written(&self.path, &error))
    }

    // One write per line, and first the end of a line that a full disk has cut.
    fn write(&self, number: Option<u32>, event: RunEvent) -> Result<(), Error> {
        let mut file = OpenOptions::new()
            .append(true)
            .create(true)
            .mode(0o600)
            .open(&self.path)?;
        let at = unix_millis();
        let mut line = serde_json::to_vec(&JournalEntry { event, number, at })?;
        if !self.ends_whole() {
            line.insert(0, b'\n');
        }
        line.push(b'\n');
        file.write_all(&line)?;
        file.sync_data()
    }

    fn ends_whole(&self) -> bool {
        let last = std::fs::read(&self.path).ok();
        last.and_then(|bytes| bytes.last().copied())
            .is_none_or(|byte| byte == b'\n')
    }

    /// Reserves room on the disk for what must be noted later; a Fault when there is none.
    pub fn reserve(&self) -> Result<(), Fault> {
        write_whole(&self.reserved_file(), &[b'.'; RESERVE], 0o600)
    }

    /// Appends an event that must not be lost, in the reserved room when there is no other.
    pub fn append_durable(&self, number: u32, event: &RunEvent) -> Result<(), Error> {
        let first = self.write(Some(number), event.clone());
        let full = |error: &Error| {
            matches!(
                error.kind(),
                ErrorKind::StorageFull | ErrorKind::QuotaExceeded
            )
        };
        match first {
            Err(error) if full(&error) => {
                self.release();
                self.write(Some(number), event.clone())
            }
            other => other,
        }
    }

    /// Releases the reserved room.
    pub fn release(&self) {
        let _ = remove_file(self.reserved_file());
    }

    fn reserved_file(&self) -> PathBuf {
        self.path.with_extension("reserve")
    }

    /// The lines that can be read, in order; a line that was cut is left out.
    pub fn entries(&self) -> Vec<JournalEntry> {
        let bytes = std::fs::read(&self.path).unwrap_or_default();
        let lines = bytes.split(|byte| *byte == b'\n');
        lines
            .filter_map(|line| serde_json::from_slice(line).ok())
            .collect()
    }

    /// How far a command is, by its lines.
    pub fn state(&self, number: u32) -> CommandState {
        let entries = self.entries().into_iter();
        let events = entries.filter(|entry| entry.number == Some(number));
        events.fold(CommandState::default(), |state, entry| {
            state.after(entry.event)
        })
    }

    /// Bytes so far: another number says that there is something new.
    pub fn size(&self) -> u64 {
        std::fs::metadata(&self.path).map_or(0, |found| found.len())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::core::kops::log::Tasks;
    use crate::io::process::ExitStatus;
    use crate::tui::job::Job;

    const STARTED: RunEvent = RunEvent::Started { pid: 77 };

    fn events(journal: &Journal) -> Vec<(Option<u32>, RunEvent)> {
        let entries = journal.entries().into_iter();
        entries.map(|entry| (entry.number, entry.event)).collect()
    }

    #[test]
    fn what_was_written_before_and_after_a_cut_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::new(folder.path().join("journal"));
        assert_eq!(journal.entries(), []);
        journal.append(Some(1), STARTED).unwrap();
        let mut file = OpenOptions::new().append(true).open(&journal.path).unwrap();
        file.write_all(b"{\"event\":\"started\",\"num").unwrap();
        assert_eq!(events(&journal), [(Some(1), STARTED)]);
        journal.append(Some(2), STARTED).unwrap();
        assert_eq!(events(&journal), [(Some(1), STARTED), (Some(2), STARTED)]);
    }

    #[test]
    fn an_end_is_noted_on_a_full_disk() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::new(folder.path().join("journal"));
        journal.reserve().unwrap();
        journal.append_durable(1, &STARTED).unwrap();
        assert_eq!(
            std::fs::metadata(journal.reserved_file()).unwrap().len(),
            RESERVE as u64
        );
        journal.release();
        assert!(!journal.reserved_file().exists());
        assert_eq!(events(&journal), [(Some(1), STARTED)]);
    }

    // A line as kopswain 0.1.0 has written it.
    fn check_line(line: &str, event: RunEvent) {
        let entry = JournalEntry {
            number: (event != RunEvent::Closed).then_some(1),
            event,
            at: 5,
        };
        let read: JournalEntry = serde_json::from_str(line).unwrap();
        assert_eq!(read, entry, "{line}");
        let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        let written = serde_json::to_string(&entry).unwrap();
        assert_eq!(value(&written), value(line));
    }

    #[test]
    fn the_lines_of_an_earlier_version_are_read_and_written_as_they_were() {
        let starting = RunEvent::Starting {
            job: Job::UpdateYes,
            args: vec!["update".to_owned()],
        };
        let fault = Fault::new("a", "b", "c");
        check_line(
            r#"{"event":"starting","number":1,"job":"updateYes","args":["update"],"at":5}"#,
            starting,
        );
        check_line(r#"{"event":"started","number":1,"pid":77,"at":5}"#, STARTED);
        check_line(
            r#"{"event":"notStarted","number":1,"fault":{"what":"a","why":"b","remedy":"c"},"at":5}"#,
            RunEvent::NotStarted { fault },
        );
        let signal = "SIGSTOP".to_owned();
        check_line(
            r#"{"event":"stopped","number":1,"signal":"SIGSTOP","at":5}"#,
            RunEvent::Stopped { signal },
        );
        for (word, event) in [
            ("interrupted", RunEvent::Interrupted),
            ("continued", RunEvent::Continued),
        ] {
            check_line(&format!(r#"{{"event":"{word}","number":1,"at":5}}"#), event);
        }
        check_line(r#"{"event":"closed","at":5}"#, RunEvent::Closed);
    }

    #[test]
    fn tasks_and_the_end_are_read_and_written_as_they_were() {
        let tasks = Tasks {
            done: 1,
            total: 2,
            can_run: 3,
        };
        check_line(
            r#"{"event":"progress","number":1,"tasks":{"done":1,"total":2,"canRun":3},"at":5}"#,
            RunEvent::Progress { tasks },
        );
        let status = ExitStatus {
            exit: Some(0),
            signal: None,
        };
        check_line(
            r#"{"event":"finished","number":1,"exit":0,"signal":null,"tasks":{"done":1,"total":2,"canRun":3},"at":5}"#,
            RunEvent::Finished {
                status,
                tasks: Some(tasks),
            },
        );
    }
}
