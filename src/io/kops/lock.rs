//! Locks that a process holds as long as it lives, and its children after it: the kernel gives them back at every end.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Error, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use crate::core::fault::Fault;
use crate::io::files::not_written;

/// A check holds a lock for microseconds only; after so many tries somebody really holds it.
const TRIES: u32 = 10;
const PAUSE: Duration = Duration::from_millis(10);

/// A lock (flock) that this process holds until it is dropped, and that a child holds on when it was given to it.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

impl Lock {
    /// Takes the lock of a file, made for this person only when it is missing; `None` when another process holds it.
    pub fn take(path: &Path) -> Result<Option<Self>, Fault> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path)
            .map_err(|error| not_written(path, &error))?;
        for _ in 0..TRIES {
            match file.try_lock() {
                Ok(()) => return Ok(Some(Self { file })),
                Err(TryLockError::WouldBlock) => sleep(PAUSE),
                Err(TryLockError::Error(error)) => return Err(not_written(path, &error)),
            }
        }
        Ok(None)
    }

    /// Whether a process holds the lock of a file; false where there is no such file.
    pub fn is_held(path: &Path) -> bool {
        let tried = File::open(path).map(|file| file.try_lock_shared());
        matches!(tried, Ok(Err(TryLockError::WouldBlock)))
    }

    /// The lock as a standard stream of a child, which then holds it too.
    pub fn share(&self) -> Result<Stdio, Error> {
        self.file.try_clone().map(Stdio::from)
    }

    /// Writes into the file who holds it.
    pub fn note(&mut self, text: &str) -> Result<(), Error> {
        self.file.set_len(0)?;
        self.file.rewind()?;
        self.file.write_all(text.as_bytes())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::process::Command;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[test]
    fn a_lock_is_held_by_whoever_it_is_shared_with() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        assert!(!Lock::is_held(&path));
        let lock = Lock::take(&path).unwrap().unwrap();
        assert!(Lock::take(&path).unwrap().is_none());
        let mut child = Command::new("sleep")
            .arg("60")
            .stdin(lock.share().unwrap())
            .spawn()
            .unwrap();
        drop(lock);
        assert!(Lock::is_held(&path));
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!Lock::is_held(&path));
    }

    #[test]
    fn of_many_at_once_exactly_one_has_it_while_others_look() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let won = AtomicU32::new(0);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        let _ = Lock::is_held(&path);
                    }
                });
            }
            for _ in 0..8 {
                scope.spawn(|| {
                    if let Some(lock) = Lock::take(&path).unwrap() {
                        won.fetch_add(1, Ordering::SeqCst);
                        // Held until every thread has tried.
                        std::mem::forget(lock);
                    }
                });
            }
        });
        assert_eq!(won.load(Ordering::SeqCst), 1);
    }
}
