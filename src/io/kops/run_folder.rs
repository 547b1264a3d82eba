//! `$XDG_STATE_HOME/kopswain/runs/CLUSTER/TIME`: where everything about one run of kops is kept.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{Error, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::journal::{Journal, RESERVE};
use super::lock::Lock;
use crate::core::cluster_name::ClusterName;
use crate::core::fault::Fault;
use crate::io::clock::{timestamp, unix_seconds};
use crate::io::files::{cause, not_written, private_folder, shown, write_whole};
use crate::io::settings::state_folder;

/// A kubeconfig of one cluster, with its certificates and a client's, has some 6 KiB.
const KUBECONFIG_ROOM: usize = 32 << 10;
/// More than the supervisor of a command releases at its end: that is no room that there was while kops printed.
const ROOM: usize = 4 * RESERVE;
const EMPTY_KUBECONFIG: &str = "apiVersion: v1\nkind: Config\n# Room that kopswain keeps for the kubeconfig that kops exports.\n";

/// One run's folder (0700); its files are for this person only (0600).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunFolder {
    path: PathBuf,
}

impl RunFolder {
    /// Makes the folder of a run that begins now; a Fault when the folder cannot be made.
    pub fn create(cluster: &ClusterName) -> Result<Self, Fault> {
        Self::create_in(&runs()?, cluster, unix_seconds())
    }

    pub(super) fn create_in(runs: &Path, cluster: &ClusterName, now: u64) -> Result<Self, Fault> {
        let folder = runs.join(cluster.as_str());
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

    /// The Fault for a folder that is not there any more; absent while it is.
    pub fn removed(&self) -> Option<Fault> {
        let gone = |error: Error| error.kind() == ErrorKind::NotFound;
        std::fs::symlink_metadata(&self.path).is_err_and(gone).then(|| {
            Fault::new(
                format!("the run folder {} was removed", shown(&self.path)),
                "what kops prints and how it ends is kept there, so neither can be known any more; kops itself, if it was at work, continues undisturbed",
                "wait until no kops is at work (ps -C kops), then see what is left to do: `kopswain review CLUSTER`",
            )
        })
    }

    /// A Fault when the disk has no room left: kops does not say that what it printed was cut.
    pub fn has_room(&self) -> Result<(), Fault> {
        let path = self.path.join("room");
        let written = std::fs::write(&path, ".".repeat(ROOM));
        let _ = std::fs::remove_file(&path);
        let full = |error: &Error| {
            matches!(
                error.kind(),
                ErrorKind::StorageFull | ErrorKind::QuotaExceeded
            )
        };
        match written {
            Err(error) if full(&error) => Err(self.cut(&error)),
            _ => Ok(()),
        }
    }

    fn cut(&self, error: &Error) -> Fault {
        Fault::new(
            format!(
                "what kops printed may be cut: there is no room for it in {}",
                shown(&self.path)
            ),
            cause(error),
            "make room on that disk, then ask again: kops was only asked to look, or has stored what was approved",
        )
    }

    /// A folder that was made before.
    pub fn new(path: PathBuf) -> Self {
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

    /// Takes room on the disk for it, which kops writes over: at the end of `--yes` a full disk would make an error of what
    /// went well. A Fault when there is no room now.
    pub fn reserve_kubeconfig(&self) -> Result<(), Fault> {
        let path = self.kubeconfig();
        if path.exists() {
            return Ok(());
        }
        let room = format!("{EMPTY_KUBECONFIG}{}\n", "#".repeat(KUBECONFIG_ROOM));
        write_whole(&path, room.as_bytes(), 0o600)
    }

    /// What command `number` printed on standard output.
    pub fn stdout(&self, number: u32) -> PathBuf {
        self.path.join(format!("command-{number}.stdout"))
    }

    /// What command `number` printed on standard error.
    pub fn stderr(&self, number: u32) -> PathBuf {
        self.path.join(format!("command-{number}.stderr"))
    }

    /// Takes the number of a new command, from 1, one more than the highest that has any file: of many that ask at the
    /// same instant each has its own. A Fault when its lock cannot be made.
    pub fn claim_command(&self) -> Result<u32, Fault> {
        loop {
            let number = self.last_command().saturating_add(1);
            let path = self.command_lock(number);
            match create_new(&path) {
                Ok(_) => return Ok(number),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(not_written(&path, &error)),
            }
        }
    }

    /// The highest number that a command has; 0 before the first.
    pub fn last_command(&self) -> u32 {
        let entries = std::fs::read_dir(&self.path).into_iter().flatten();
        let numbers = entries.flatten().filter_map(|entry| {
            let name = entry.file_name();
            let (number, _) = name.to_str()?.strip_prefix("command-")?.split_once('.')?;
            number.parse::<u32>().ok()
        });
        numbers.max().unwrap_or(0)
    }

    /// The lock that the command's supervisor and kops hold as long as either lives.
    pub fn command_lock(&self, number: u32) -> PathBuf {
        self.path.join(format!("command-{number}.lock"))
    }

    /// The file whose making asks the command's supervisor for the one interrupt.
    pub fn interrupt(&self, number: u32) -> PathBuf {
        self.path.join(format!("command-{number}.interrupt"))
    }

    /// What the command's supervisor itself has to say, such as a crash.
    pub fn supervisor_log(&self, number: u32) -> PathBuf {
        self.path.join(format!("command-{number}.keeper"))
    }

    /// What was approved, so that the run can be found again.
    pub fn record(&self) -> PathBuf {
        self.path.join("run.json")
    }

    /// What the guard of the state store's lock has to say.
    pub fn state_lock_log(&self) -> PathBuf {
        self.path.join("state-lock.log")
    }

    /// Whether the kops of a command, or its supervisor, still lives.
    pub fn is_alive(&self, number: u32) -> bool {
        Lock::is_held(&self.command_lock(number))
    }

    /// Its journal.
    pub fn journal(&self) -> Journal {
        Journal::new(self.path.join("journal"))
    }
}

/// Where all runs are kept; a Fault without a home folder.
pub(super) fn runs() -> Result<PathBuf, Fault> {
    Ok(state_folder().ok_or_else(no_home)?.join("runs"))
}

/// The lock of a cluster in a state store, below `runs`: whoever holds it is the only one at work on it.
pub(super) fn cluster_lock(runs: &Path, cluster: &ClusterName, state_store: &str) -> PathBuf {
    let plain = |character: char| match character {
        letter if letter.is_ascii_alphanumeric() || letter == '-' || letter == '.' => letter,
        _ => '_',
    };
    let store: String = state_store
        .trim_end_matches('/')
        .chars()
        .map(plain)
        .collect();
    runs.join(cluster.as_str()).join(format!("lock-{store}"))
}

/// The folders of a cluster's runs that were begun, the newest first.
pub(super) fn begun(runs: &Path, cluster: &ClusterName) -> Vec<RunFolder> {
    let entries = std::fs::read_dir(runs.join(cluster.as_str()))
        .into_iter()
        .flatten();
    let mut folders: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    folders.retain(|folder| folder.join("run.json").is_file());
    // `…Z-2` is younger than `…Z`, and `…Z-10` than `…Z-2`.
    folders.sort_by_key(|folder| {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let (stamp, again) = name.split_once("Z-").unwrap_or((&name, "1"));
        let stamp = stamp.trim_end_matches('Z').to_owned();
        std::cmp::Reverse((stamp, again.parse::<u32>().unwrap_or(0)))
    });
    folders.into_iter().map(RunFolder::new).collect()
}

/// Makes a new file for this person only; a Fault when it is there already.
pub(super) fn open_new(path: &Path) -> Result<File, Fault> {
    create_new(path).map_err(|error| not_written(path, &error))
}

fn create_new(path: &Path) -> Result<File, Error> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}

pub(crate) fn no_home() -> Fault {
    Fault::new(
        "there is no folder for the run",
        "neither HOME nor XDG_STATE_HOME is set",
        "run: export HOME=/path/to/your/home",
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn name(text: &str) -> ClusterName {
        ClusterName::parse(text).unwrap()
    }

    #[test]
    fn a_second_run_in_the_same_second_has_its_own_folder() {
        let runs = tempfile::tempdir().unwrap();
        let first = RunFolder::create_in(runs.path(), &name("a.example.com"), 0).unwrap();
        let second = RunFolder::create_in(runs.path(), &name("a.example.com"), 0).unwrap();
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
    fn begun_runs_come_with_the_newest_first() {
        let runs = tempfile::tempdir().unwrap();
        let made: Vec<RunFolder> = [0, 0, 7, 3]
            .map(|now| RunFolder::create_in(runs.path(), &name("a.example.com"), now).unwrap())
            .into();
        for folder in &made[..3] {
            std::fs::write(folder.record(), "{}").unwrap();
        }
        let wanted = [made[2].clone(), made[1].clone(), made[0].clone()];
        assert_eq!(begun(runs.path(), &name("a.example.com")), wanted);
        assert_eq!(begun(runs.path(), &name("b.example.com")), []);
    }

    #[test]
    fn one_cluster_in_one_store_has_one_lock() {
        let lock = |store| cluster_lock(Path::new("/r"), &name("a.example.com"), store);
        assert_eq!(
            lock("s3://one/x/"),
            Path::new("/r/a.example.com/lock-s3___one_x")
        );
        assert_eq!(lock("s3://one/x"), lock("s3://one/x/"));
        assert_ne!(lock("s3://one"), lock("s3://two"));
    }
}
