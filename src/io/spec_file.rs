//! The spec in the working folder: written whole, an older one that differs kept beside it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::app::apply::SPEC_FILE;
use crate::core::fault::Fault;

use super::files::{Lock, write_whole};

const MOST_KEPT: u32 = 1_000;

/// Writes `cluster_spec.yml`; one with other content is first renamed to `cluster_spec.yml.1`, `.2` and so on.
pub fn write(spec: &str) -> Result<(), Fault> {
    write_to(Path::new(SPEC_FILE), spec)
}

/// Writes a spec to any path in the same way.
pub fn write_to(path: &Path, spec: &str) -> Result<(), Fault> {
    // Two that write at the same instant would keep the older spec under one name, and lose the other's.
    let _alone = Lock::of_folder(path)?;
    match fs::read(path) {
        Ok(old) if old == spec.as_bytes() => return Ok(()),
        Ok(_) => keep(path)?,
        Err(_) => {}
    }
    write_whole(path, spec.as_bytes(), 0o644)
}

fn keep(path: &Path) -> Result<(), Fault> {
    let beside = |number: u32| PathBuf::from(format!("{}.{number}", path.display()));
    let free = (1..MOST_KEPT)
        .map(beside)
        .find(|candidate| !candidate.exists());
    let moved = free.map(|candidate| fs::rename(path, candidate));
    match moved {
        Some(Ok(())) => Ok(()),
        _ => Err(Fault::new(
            format!(
                "{} exists and could not be kept beside the new one",
                path.display()
            ),
            "it differs from the spec to be written, and renaming it failed",
            "move it elsewhere, then start again: nothing was changed",
        )),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Barrier;

    use super::*;

    #[test]
    fn of_many_specs_that_are_written_at_the_same_instant_none_is_lost() {
        for _ in 0..20 {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join(SPEC_FILE);
            let barrier = Barrier::new(8);
            std::thread::scope(|scope| {
                for writer in 0..8 {
                    let (path, barrier) = (&path, &barrier);
                    scope.spawn(move || {
                        barrier.wait();
                        write_to(path, &format!("writer: {writer}\n")).unwrap();
                    });
                }
            });
            let files = fs::read_dir(folder.path()).unwrap();
            let kept: BTreeSet<String> = files
                .map(|file| fs::read_to_string(file.unwrap().path()).unwrap())
                .collect();
            assert_eq!(kept.len(), 8, "{kept:?}");
        }
    }
}
