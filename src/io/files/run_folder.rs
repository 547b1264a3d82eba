//! `$XDG_STATE_HOME/kopswain/runs/CLUSTER/TIME`: what kops printed in full, and a journal of the commands.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{Error, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::{not_written, private_folder};
use crate::core::command::CommandLine;
use crate::core::fault::Fault;
use crate::io::settings::state_folder;

/// One run's folder (0700); its files are for this person only (0600).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunFolder {
    path: PathBuf,
}

/// One line of the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "event")]
pub enum Entry {
    /// kops was started: which command of the run (from 1), its arguments, its process, seconds since 1970.
    Started {
        number: u32,
        args: Vec<String>,
        pid: u32,
        at: u64,
    },
    /// kops ended, by itself with `exit` or by `signal`.
    Finished {
        number: u32,
        exit: Option<i32>,
        signal: Option<i32>,
        at: u64,
    },
}

impl RunFolder {
    /// Makes the folder of a run that begins now; a Fault when the name is not a cluster's or the folder cannot be made.
    pub fn create(cluster: &str) -> Result<Self, Fault> {
        let base = state_folder().ok_or_else(no_home)?;
        Self::create_in(&base.join("runs"), cluster, seconds())
    }

    fn create_in(runs: &Path, cluster: &str, now: u64) -> Result<Self, Fault> {
        if !is_plain(cluster) {
            return Err(not_a_name(cluster));
        }
        let folder = runs.join(cluster);
        private_folder(&folder)?;
        let stamp = timestamp(now);
        let names =
            std::iter::once(stamp.clone()).chain((2..1000).map(|again| format!("{stamp}-{again}")));
        let mut last = Error::from(ErrorKind::AlreadyExists);
        for path in names.map(|name| folder.join(name)) {
            match DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => return Ok(Self { path }),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => last = error,
                Err(error) => return Err(not_written(&path, &error)),
            }
        }
        Err(not_written(&folder, &last))
    }

    /// A folder that was made before.
    pub fn at(path: PathBuf) -> Self {
        Self { path }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The kubeconfig that `kops update cluster --yes` writes.
    pub fn kubeconfig(&self) -> PathBuf {
        self.path.join("kubeconfig")
    }

    /// What command `number` printed on standard output.
    pub fn stdout(&self, number: u32) -> PathBuf {
        self.path.join(format!("command-{number}.stdout"))
    }

    /// What command `number` printed on standard error.
    pub fn stderr(&self, number: u32) -> PathBuf {
        self.path.join(format!("command-{number}.stderr"))
    }

    /// The number of the next command: one more than the highest that has a file, from 1.
    pub fn next(&self) -> u32 {
        (1..=u32::MAX)
            .find(|number| !self.stdout(*number).exists())
            .unwrap_or(u32::MAX)
    }

    /// Adds to the journal that a command was started.
    pub(crate) fn started(&self, number: u32, line: &CommandLine, pid: u32) -> Result<(), Fault> {
        self.note(&Entry::Started {
            number,
            args: line.args.clone(),
            pid,
            at: seconds(),
        })
    }

    /// Adds to the journal that a command ended.
    pub(crate) fn finished(
        &self,
        number: u32,
        exit: Option<i32>,
        signal: Option<i32>,
    ) -> Result<(), Fault> {
        self.note(&Entry::Finished {
            number,
            exit,
            signal,
            at: seconds(),
        })
    }

    /// The journal's lines that can be read, in order; a last line that was cut is left out.
    pub fn journal(&self) -> Vec<Entry> {
        let text = std::fs::read_to_string(self.path.join("journal")).unwrap_or_default();
        text.lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect()
    }

    // One write per line and then the disk: a line is there or not, also when the machine stops.
    fn note(&self, entry: &Entry) -> Result<(), Fault> {
        let path = self.path.join("journal");
        let append = || -> Result<(), Error> {
            let mut line = serde_json::to_vec(entry)?;
            line.push(b'\n');
            let mut file = OpenOptions::new()
                .append(true)
                .create(true)
                .mode(0o600)
                .open(&path)?;
            file.write_all(&line)?;
            file.sync_data()
        };
        append().map_err(|error| not_written(&path, &error))
    }
}

/// Makes a new file for this person only; a Fault when it is there already.
pub(crate) fn open_new(path: &Path) -> Result<File, Fault> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(|error| not_written(path, &error))
}

// The name becomes a folder: letters, digits, hyphens and dots, and no dot first, so it stays where it belongs.
fn is_plain(cluster: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
    (1..=253).contains(&cluster.len()) && !cluster.starts_with('.') && cluster.bytes().all(plain)
}

fn not_a_name(cluster: &str) -> Fault {
    Fault::new(
        format!(
            "{:?} is not a cluster's name",
            crate::core::untrusted::visible(cluster)
        ),
        "a name is written like prod.example.com: letters, digits, hyphens and dots",
        "correct the name",
    )
}

fn no_home() -> Fault {
    Fault::new(
        "there is no folder for the run",
        "neither HOME nor XDG_STATE_HOME is set",
        "run: export HOME=/path/to/your/home",
    )
}

fn seconds() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

// ISO 8601 basic form in UTC; the date by Howard Hinnant's civil_from_days, for days from 1970 on.
fn timestamp(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn moments_are_written_in_utc() {
        assert_eq!(timestamp(0), "19700101T000000Z");
        assert_eq!(timestamp(951_827_696), "20000229T123456Z");
        assert_eq!(timestamp(1_795_470_659), "20261123T215059Z");
        assert_eq!(timestamp(4_107_542_399), "21000228T235959Z");
    }

    #[test]
    fn a_second_run_in_the_same_second_has_its_own_folder() {
        let runs = tempfile::tempdir().unwrap();
        let first = RunFolder::create_in(runs.path(), "a.example.com", 0).unwrap();
        let second = RunFolder::create_in(runs.path(), "a.example.com", 0).unwrap();
        assert_eq!(
            first.path(),
            runs.path().join("a.example.com/19700101T000000Z")
        );
        assert_eq!(
            second.path(),
            runs.path().join("a.example.com/19700101T000000Z-2")
        );
        let mode = std::fs::metadata(second.path())
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o700);
    }

    #[test]
    fn a_name_that_leads_elsewhere_is_refused() {
        let runs = tempfile::tempdir().unwrap();
        for name in ["", "..", "../x", "a/b", ".hidden", "a b", "a\u{1b}"] {
            assert!(
                RunFolder::create_in(runs.path(), name, 0).is_err(),
                "{name}"
            );
        }
        assert_eq!(std::fs::read_dir(runs.path()).unwrap().count(), 0);
    }

    #[test]
    fn the_journal_keeps_what_was_written_before_a_cut() {
        let runs = tempfile::tempdir().unwrap();
        let run = RunFolder::create_in(runs.path(), "a", 0).unwrap();
        run.started(1, &CommandLine::update("a"), 77).unwrap();
        run.finished(1, Some(0), None).unwrap();
        let mut file = OpenOptions::new()
            .append(true)
            .open(run.path().join("journal"))
            .unwrap();
        file.write_all(b"{\"event\":\"started\",\"num").unwrap();
        let words: Vec<String> = run
            .journal()
            .into_iter()
            .map(|entry| match entry {
                Entry::Started {
                    number, args, pid, ..
                } => format!("{number} {} {pid}", args.join(" ")),
                Entry::Finished {
                    number,
                    exit,
                    signal,
                    ..
                } => format!("{number} {exit:?} {signal:?}"),
            })
            .collect();
        assert_eq!(words, ["1 update cluster a 77", "1 Some(0) None"]);
        assert_eq!(run.next(), 1);
    }
}
