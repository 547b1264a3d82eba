//! The journal of a run: one line of JSON for each thing that happened, on the disk before the next thing happens.

use std::fs::{OpenOptions, remove_file};
use std::io::{Error, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::{not_written, write_whole};
use crate::core::fault::Fault;
use crate::core::kops::log::Tasks;
use crate::tui::job::Job;

/// Bytes set aside for the end of a command, in case the disk is full by then.
pub(super) const RESERVE: usize = 8 * 1024;

/// One line; `number` is which command of the run, from 1, and `at` are milliseconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "event")]
pub enum JournalEntry {
    /// kops is about to be started with these arguments.
    Starting {
        number: u32,
        job: Job,
        args: Vec<String>,
        at: u64,
    },
    /// kops was started; its process is also its process group.
    Started { number: u32, pid: u32, at: u64 },
    /// kops could not be started.
    NotStarted { number: u32, fault: Fault, at: u64 },
    /// How many of its tasks kops has done.
    Progress { number: u32, tasks: Tasks, at: u64 },
    /// kops was sent the one interrupt.
    Interrupted { number: u32, at: u64 },
    /// A signal stopped kops, such as `SIGSTOP`.
    Stopped {
        number: u32,
        signal: String,
        at: u64,
    },
    /// kops continues after a stop.
    Continued { number: u32, at: u64 },
    /// kops ended, by itself with `exit` or by `signal`, after so many tasks.
    Finished {
        number: u32,
        exit: Option<i32>,
        signal: Option<i32>,
        tasks: Option<Tasks>,
        at: u64,
    },
    /// A person saw how the run ended.
    Closed { at: u64 },
}

impl JournalEntry {
    /// Which command the entry is about; absent for the run as a whole.
    pub fn number(&self) -> Option<u32> {
        match self {
            Self::Starting { number, .. }
            | Self::Started { number, .. }
            | Self::NotStarted { number, .. }
            | Self::Progress { number, .. }
            | Self::Interrupted { number, .. }
            | Self::Stopped { number, .. }
            | Self::Continued { number, .. }
            | Self::Finished { number, .. } => Some(*number),
            Self::Closed { .. } => None,
        }
    }
}

/// The file; it only ever grows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journal {
    path: PathBuf,
}

impl Journal {
    pub(super) fn at(path: PathBuf) -> Self {
        Self { path }
    }

    /// Adds an entry, or a Fault; with `StorageFull` in mind see [`Journal::reserve`].
    pub fn note(&self, entry: &JournalEntry) -> Result<(), Fault> {
        self.append(entry)
            .map_err(|error| not_written(&self.path, &error))
    }

    // One write per line, and first the end of a line that a full disk has cut.
    fn append(&self, entry: &JournalEntry) -> Result<(), Error> {
        let mut file = OpenOptions::new()
            .append(true)
            .create(true)
            .mode(0o600)
            .open(&self.path)?;
        let mut line = serde_json::to_vec(entry)?;
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

    /// Sets room on the disk aside for what must be noted later; a Fault when there is none.
    pub fn reserve(&self) -> Result<(), Fault> {
        write_whole(&self.reserved_file(), &[b'.'; RESERVE], 0o600)
    }

    /// Adds an entry that must not be lost, in the room that was set aside when there is no other.
    pub fn append_durable(&self, entry: &JournalEntry) -> Result<(), Error> {
        let first = self.append(entry);
        let full = |error: &Error| {
            matches!(
                error.kind(),
                ErrorKind::StorageFull | ErrorKind::QuotaExceeded
            )
        };
        match first {
            Err(error) if full(&error) => {
                let _ = remove_file(self.reserved_file());
                self.append(entry)
            }
            other => other,
        }
    }

    /// Gives back the room that was set aside.
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

    /// Bytes so far: another number says that there is something new.
    pub fn size(&self) -> u64 {
        std::fs::metadata(&self.path).map_or(0, |found| found.len())
    }
}

/// Milliseconds since 1970.
pub fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn started(number: u32) -> JournalEntry {
        JournalEntry::Started {
            number,
            pid: 77,
            at: 5,
        }
    }

    #[test]
    fn what_was_written_before_and_after_a_cut_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::at(folder.path().join("journal"));
        assert_eq!(journal.entries(), []);
        journal.note(&started(1)).unwrap();
        let mut file = OpenOptions::new().append(true).open(&journal.path).unwrap();
        file.write_all(b"{\"event\":\"started\",\"num").unwrap();
        assert_eq!(journal.entries(), [started(1)]);
        journal.note(&started(2)).unwrap();
        assert_eq!(journal.entries(), [started(1), started(2)]);
    }

    #[test]
    fn an_end_is_noted_on_a_full_disk() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::at(folder.path().join("journal"));
        journal.reserve().unwrap();
        journal.append_durable(&started(1)).unwrap();
        assert_eq!(
            std::fs::metadata(journal.reserved_file()).unwrap().len(),
            RESERVE as u64
        );
        journal.release();
        assert!(!journal.reserved_file().exists());
        assert_eq!(journal.entries(), [started(1)]);
    }
}
