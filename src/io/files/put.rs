//! A file written in place of another that somebody else may have changed meanwhile: no version is lost.

use std::fs;
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::{beside, mode_of, not_written, shown, sync_folder};
use crate::core::fault::Fault;

const MOST_KEPT: u32 = 1_000;

/// Another version of a file that was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptBeside {
    /// The file that was written.
    pub file: PathBuf,
    /// Where its other version is now: `FILE.1`, `.2` and so on.
    pub other: PathBuf,
}

impl KeptBeside {
    /// That a version was kept, in one sentence.
    pub fn words(&self) -> String {
        let [file, other] = [&self.file, &self.other].map(|path| shown(path));
        format!("{file} was changed by another program: that version is kept as {other}")
    }

    /// The same of a file that this program wrote in an earlier run.
    pub fn older_words(&self) -> String {
        let [file, other] = [&self.file, &self.other].map(|path| shown(path));
        format!("{file} was another one: it is kept as {other}")
    }
}

/// Writes a file whole. What stood there is replaced only when it is `known`; any other version is kept beside it and
/// named. A symbolic link is refused. `mode` is the permission of a new file.
pub fn put(
    path: &Path,
    bytes: &[u8],
    mode: u32,
    known: Option<&[u8]>,
) -> Result<Option<KeptBeside>, Fault> {
    let mode = mode_of(path, mode)?;
    if holds(path, bytes) {
        return Ok(None);
    }
    let other = replaced(path, bytes, mode, known).map_err(|error| not_written(path, &error))?;
    Ok(other.map(|other| KeptBeside {
        file: path.to_owned(),
        other,
    }))
}

fn holds(path: &Path, bytes: &[u8]) -> bool {
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let same = fs::metadata(path).is_ok_and(|found| found.len() == length);
    same && fs::read(path).is_ok_and(|found| found == bytes)
}

fn replaced(
    path: &Path,
    bytes: &[u8],
    mode: u32,
    known: Option<&[u8]>,
) -> Result<Option<PathBuf>, Error> {
    let mut new = beside(path, bytes, mode)?;
    // Somebody may make or remove the file between any two of these steps.
    for _ in 0..MOST_KEPT {
        match exchange(new.path(), path) {
            // Now the temporary name has what stood there, whatever was written into it up to this moment.
            Ok(()) => {
                let known = known.is_some_and(|known| holds(new.path(), known));
                let kept = if known { None } else { Some(keep(new, path)?) };
                sync_folder(path)?;
                return Ok(kept);
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        match new.persist_noclobber(path) {
            Ok(_) => return sync_folder(path).map(|()| None),
            Err(error) if error.error.kind() == ErrorKind::AlreadyExists => new = error.file,
            Err(error) => return Err(error.error),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

fn keep(mut other: NamedTempFile, path: &Path) -> Result<PathBuf, Error> {
    for number in 1..MOST_KEPT {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".{number}"));
        let free = PathBuf::from(name);
        match other.persist_noclobber(&free) {
            Ok(_) => return Ok(free),
            Err(error) if error.error.kind() == ErrorKind::AlreadyExists => other = error.file,
            Err(error) => {
                // It stays under its temporary name.
                let _ = error.file.keep();
                return Err(error.error);
            }
        }
    }
    let _ = other.keep();
    Err(Error::other(format!(
        "{MOST_KEPT} other versions of it are kept already"
    )))
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn exchange(one: &Path, other: &Path) -> Result<(), Error> {
    use nix::errno::Errno;
    use nix::fcntl::{AT_FDCWD, RenameFlags, renameat2};
    match renameat2(AT_FDCWD, one, AT_FDCWD, other, RenameFlags::RENAME_EXCHANGE) {
        // Some file systems cannot.
        Err(Errno::EINVAL | Errno::ENOSYS) => swap(one, other),
        result => result.map_err(Error::from),
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn exchange(one: &Path, other: &Path) -> Result<(), Error> {
    swap(one, other)
}

// In two steps, each of which moves whatever stands there: nothing is written over.
fn swap(one: &Path, other: &Path) -> Result<(), Error> {
    let mut name = one.as_os_str().to_owned();
    name.push("-old");
    let old = PathBuf::from(name);
    fs::rename(other, &old)?;
    fs::hard_link(one, other)?;
    fs::rename(old, one)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn what_is_known_is_replaced_and_any_other_version_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.yml");
        assert_eq!(put(&path, b"one", 0o644, None), Ok(None));
        assert_eq!(put(&path, b"two", 0o644, Some(b"one")), Ok(None));
        assert_eq!(names(folder.path()), ["a.yml"]);
        fs::write(&path, "edited").unwrap();
        let kept = |number: u32| {
            Some(KeptBeside {
                file: path.clone(),
                other: folder.path().join(format!("a.yml.{number}")),
            })
        };
        assert_eq!(put(&path, b"three", 0o644, Some(b"two")), Ok(kept(1)));
        assert_eq!(put(&path, b"four", 0o644, None), Ok(kept(2)));
        let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(names(folder.path()), ["a.yml", "a.yml.1", "a.yml.2"]);
        assert_eq!(
            [read("a.yml"), read("a.yml.1"), read("a.yml.2")],
            ["four", "edited", "three"]
        );
    }

    #[test]
    fn the_same_bytes_are_not_written_and_a_removed_file_is_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.yml");
        fs::write(&path, "one").unwrap();
        assert_eq!(put(&path, b"one", 0o644, None), Ok(None));
        fs::remove_file(&path).unwrap();
        assert_eq!(put(&path, b"two", 0o600, Some(b"one")), Ok(None));
        assert_eq!(fs::read(&path).unwrap(), b"two");
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(names(folder.path()), ["a.yml"]);
    }

    #[test]
    fn without_the_exchange_of_linux_nothing_is_lost_either() {
        let folder = tempfile::tempdir().unwrap();
        let [one, other] = ["one", "other"].map(|name| folder.path().join(name));
        fs::write(&one, "1").unwrap();
        fs::write(&other, "2").unwrap();
        swap(&one, &other).unwrap();
        assert_eq!(fs::read(&one).unwrap(), b"2");
        assert_eq!(fs::read(&other).unwrap(), b"1");
        assert_eq!(names(folder.path()), ["one", "other"]);
    }

    // An editor that saves again and again while the file is written again and again.
    #[test]
    fn of_edits_made_at_any_instant_none_is_lost() {
        const EDITS: usize = 200;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.yml");
        let beside = folder.path().join("edit");
        let kept = std::thread::scope(|scope| {
            let editor = scope.spawn(|| {
                for edit in 0..EDITS {
                    fs::write(&beside, format!("edit {edit}")).unwrap();
                    // Moved only where nothing is lost by it: an editor's own manners are not tested here.
                    let mut tries = 0;
                    while fs::hard_link(&beside, &path).is_err() {
                        let aside = folder.path().join(format!("taken-{edit}-{tries}"));
                        let _ = fs::rename(&path, aside);
                        tries += 1;
                    }
                    fs::remove_file(&beside).unwrap();
                }
            });
            let mut kept = 0;
            let mut last = Vec::new();
            let mut round = 0;
            while !editor.is_finished() {
                let text = format!("round {round}").into_bytes();
                kept += usize::from(put(&path, &text, 0o644, Some(&last)).unwrap().is_some());
                last = text;
                round += 1;
            }
            kept
        });
        let texts: Vec<String> = names(folder.path())
            .iter()
            .map(|name| fs::read_to_string(folder.path().join(name)).unwrap())
            .collect();
        for edit in 0..EDITS {
            let text = format!("edit {edit}");
            assert!(texts.contains(&text), "{text} is lost; {kept} were kept");
        }
    }
}
