//! Files that are whole or not there.

pub(crate) mod cause;
mod put;
mod read;

use std::fs::{self, DirBuilder, File, Permissions};
use std::io::{Error, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

pub use cause::cause;
pub use put::{KeptBeside, put};
pub use read::{read_at_most, read_bytes};
use tempfile::{Builder, NamedTempFile};

use crate::core::fault::Fault;

/// Writes a file that is whole or as it was: a temporary file beside it, flushed to the disk, then renamed over it.
///
/// A symbolic link is refused: renaming would replace the link, and following it would write where nobody looked.
/// `mode` is the file's permission, such as `0o600`; a file that exists keeps its own.
pub fn write_whole(path: &Path, bytes: &[u8], mode: u32) -> Result<(), Fault> {
    let mode = mode_of(path, mode)?;
    written(path, bytes, mode).map_err(|error| not_written(path, &error))
}

fn mode_of(path: &Path, mode: u32) -> Result<u32, Fault> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_symlink() => Err(is_link(path)),
        Ok(found) if found.is_file() => Ok(found.permissions().mode() & 0o7777),
        Ok(_) => Err(not_a_file(path)),
        Err(_) => Ok(mode),
    }
}

fn written(path: &Path, bytes: &[u8], mode: u32) -> Result<(), Error> {
    let file = beside(path, bytes, mode)?;
    file.persist(path).map_err(|error| error.error)?;
    sync_folder(path)
}

// A whole file in the same folder, under a name of its own.
fn beside(path: &Path, bytes: &[u8], mode: u32) -> Result<NamedTempFile, Error> {
    let folder = folder_of(path);
    let mut file: NamedTempFile = Builder::new().prefix(".kopswain-").tempfile_in(&folder)?;
    file.as_file()
        .set_permissions(Permissions::from_mode(mode))?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}

// A rename is only on the disk when the folder is.
fn sync_folder(path: &Path) -> Result<(), Error> {
    File::open(folder_of(path))?.sync_all()
}

pub(super) fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// A Fault when a text is, by its look, a private key or holds credentials: no message shall quote it.
pub fn refuse_secret(path: &Path, text: &str) -> Result<(), Fault> {
    let text = text.as_bytes();
    let holds = |words: &&str| memchr::memmem::find(text, words.as_bytes()).is_some();
    if SECRETS.iter().any(holds) {
        return Err(Fault::new(
            format!(
                "{} is not read: it holds a private key or credentials",
                shown(path)
            ),
            "a file for something else was named by mistake, and an error would quote it",
            "name the right file",
        ));
    }
    Ok(())
}

// Words that stand in such files and nowhere else: OpenSSH and PEM, PuTTY, the AWS CLI, its sign-on, kubeconfigs.
const SECRETS: [&str; 7] = [
    "PRIVATE KEY-----",
    "PuTTY-User-Key-File",
    "aws_secret_access_key",
    "aws_session_token",
    "\"accessToken\"",
    "client-key-data:",
    "\"clientSecret\"",
];

/// Makes a folder, and those above it that are missing, for this person only (0700).
pub fn private_folder(path: &Path) -> Result<(), Fault> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(|error| not_written(path, &error))
}

/// The Fault for a path that could not be written.
pub(crate) fn not_written(path: &Path, error: &Error) -> Fault {
    let shown = shown(path);
    let remedy = match error.kind() {
        ErrorKind::NotFound => "make the folder first, or name another path",
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "choose a folder that you may write to"
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            "make room on the disk, then try again"
        }
        _ => "look at the path and its folder, then try again",
    };
    Fault::new(format!("{shown} was not written"), cause(error), remedy)
}

fn is_link(path: &Path) -> Fault {
    Fault::new(
        format!("{} was not written", shown(path)),
        "it is a symbolic link, and a whole file cannot take its place without breaking the link",
        "name the file that the link leads to",
    )
}

fn not_a_file(path: &Path) -> Fault {
    Fault::new(
        format!("{} was not written", shown(path)),
        "it is there already and is not a file",
        "name another path",
    )
}

/// A path as text that a terminal may print.
pub(crate) fn shown(path: &Path) -> String {
    crate::core::text::untrusted::visible(&path.to_string_lossy())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_new_file_is_whole_with_its_mode_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("spec.yml");
        write_whole(&path, b"one", 0o600).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"one");
        assert_eq!(mode(&path), 0o600);
        write_whole(&path, b"two", 0o644).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(mode(&path), 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_link_is_refused_and_its_target_kept() {
        let folder = tempfile::tempdir().unwrap();
        let (target, link) = (folder.path().join("target"), folder.path().join("link"));
        fs::write(&target, "kept").unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        let fault = write_whole(&link, b"new", 0o600).unwrap_err();
        assert_eq!(fault.remedy, "name the file that the link leads to");
        assert_eq!(fs::read(&target).unwrap(), b"kept");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }

    #[test]
    fn a_missing_folder_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let fault = write_whole(&folder.path().join("no/spec.yml"), b"x", 0o600).unwrap_err();
        assert_eq!(fault.remedy, "make the folder first, or name another path");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
