//! Why a file could not be read or written, in plain words.

use std::io::{Error, ErrorKind};

// Numbers of Linux and macOS (errno.h) that Rust has no kind for.
const IO: i32 = 5;
const TOO_MANY: [i32; 2] = [23, 24];

/// The cause of an error of the operating system in plain words, without its number.
pub fn cause(error: &Error) -> String {
    let known = match error.kind() {
        ErrorKind::StorageFull => "the disk is full",
        ErrorKind::QuotaExceeded => "your quota on this disk is used up",
        ErrorKind::FileTooLarge => "the file would be larger than the limit for files (ulimit -f)",
        ErrorKind::ReadOnlyFilesystem => "the file system is mounted read-only",
        ErrorKind::PermissionDenied => {
            "permission denied: the system does not let your user do that"
        }
        ErrorKind::NotFound => "no such file or folder",
        ErrorKind::IsADirectory => "it is a folder",
        ErrorKind::NotADirectory => "a part of its path is a file, not a folder",
        ErrorKind::InvalidFilename => "a name in its path is too long",
        ErrorKind::BrokenPipe => "its reader has closed it",
        ErrorKind::InvalidData => "it is not UTF-8 text",
        _ => match error.raw_os_error() {
            Some(IO) => "the disk reports an input/output error",
            Some(number) if TOO_MANY.contains(&number) => "too many files are open",
            _ => return without_number(&error.to_string()),
        },
    };
    known.to_owned()
}

fn without_number(words: &str) -> String {
    match words.split_once(" (os error ") {
        Some((words, _)) => words.to_owned(),
        None => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_are_said_in_plain_words() {
        let of = |number| cause(&Error::from_raw_os_error(number));
        // ENOSPC, EROFS, EACCES, EPERM, EIO, EMFILE, EPIPE, EFBIG of Linux.
        for (number, words) in [
            (28, "the disk is full"),
            (30, "the file system is mounted read-only"),
            (
                13,
                "permission denied: the system does not let your user do that",
            ),
            (
                1,
                "permission denied: the system does not let your user do that",
            ),
            (5, "the disk reports an input/output error"),
            (24, "too many files are open"),
            (32, "its reader has closed it"),
            (
                27,
                "the file would be larger than the limit for files (ulimit -f)",
            ),
            (2, "no such file or folder"),
            (111, "Connection refused"),
        ] {
            assert_eq!(of(number), words);
        }
        #[cfg(target_os = "linux")]
        assert_eq!(of(122), "your quota on this disk is used up");
        assert_eq!(
            cause(&Error::other("it is longer than 1 MiB")),
            "it is longer than 1 MiB"
        );
    }
}
