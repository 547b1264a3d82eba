//! Inputs read with a bound, from a file, a pipe or a device: what is longer is refused and never read whole.

use std::fs::File;
use std::io::{Error, Read, stdin};
use std::path::Path;

/// Reads at most so many bytes; `-` is standard input. A longer input is an error.
pub fn read_bytes(path: &Path, most: usize) -> Result<Vec<u8>, Error> {
    if path == Path::new("-") {
        return bounded(stdin().lock(), most);
    }
    bounded(File::open(path)?, most)
}

/// Reads a text of at most so many bytes; `-` is standard input. A longer one, and one that is not UTF-8, is an error.
pub fn read_at_most(path: &Path, most: usize) -> Result<String, Error> {
    String::from_utf8(read_bytes(path, most)?).map_err(|_| Error::other("it is not UTF-8 text"))
}

// One byte more than the most tells that there is more.
fn bounded(input: impl Read, most: usize) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    input.take(limit).read_to_end(&mut bytes)?;
    if bytes.len() > most {
        return Err(Error::other(format!("it is longer than {}", size(most))));
    }
    Ok(bytes)
}

fn size(bytes: usize) -> String {
    let kib = bytes >> 10;
    match (kib >> 10, kib % 1024) {
        (mib, 0) => format!("{mib} MiB"),
        _ => format!("{kib} KiB"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::io::files::cause;

    #[test]
    fn an_input_without_end_is_refused_and_not_read_whole() {
        let error = read_bytes(Path::new("/dev/zero"), 3 << 20).unwrap_err();
        assert_eq!(error.to_string(), "it is longer than 3 MiB");
        let error = read_at_most(Path::new("/dev/zero"), 300 << 10).unwrap_err();
        assert_eq!(error.to_string(), "it is longer than 300 KiB");
    }

    #[test]
    fn the_bound_itself_is_taken_and_a_folder_is_called_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        std::fs::write(&path, vec![b'x'; 1024]).unwrap();
        assert_eq!(read_bytes(&path, 1024).unwrap().len(), 1024);
        assert!(read_bytes(&path, 1023).is_err());
        assert_eq!(
            cause(&read_bytes(folder.path(), 9).unwrap_err()),
            "it is a folder"
        );
    }
}
