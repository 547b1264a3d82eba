//! The spec in the working folder: written whole, an older one that differs kept beside it.

use std::fs::File;
use std::path::Path;

use super::files::{KeptBeside, folder_of, not_written, put};
use crate::core::fault::Fault;
use crate::tui::screens::apply::SPEC_FILE;

/// Writes `cluster_spec.yml`; one with other content is kept as `cluster_spec.yml.1`, `.2` and so on, and named.
pub fn write(spec: &str) -> Result<Option<KeptBeside>, Fault> {
    write_to(Path::new(SPEC_FILE), spec)
}

/// Writes a spec to any path in the same way.
pub fn write_to(path: &Path, spec: &str) -> Result<Option<KeptBeside>, Fault> {
    // Two that write at the same instant take turns, so that each reports what it kept.
    let folder = File::open(folder_of(path)).and_then(|folder| folder.lock().map(|()| folder));
    let _alone = folder.map_err(|error| not_written(path, &error))?;
    put(path, spec.as_bytes(), 0o644, None)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
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
