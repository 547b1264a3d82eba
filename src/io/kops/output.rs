//! What a command prints, read from its two files as they grow.

use std::fs::File;
use std::io::{Error, Read};
use std::path::Path;

use crate::core::fault::Fault;
use crate::core::text::secrets::SecretFilter;
use crate::core::text::untrusted::{Untrusted, decoded};
use crate::io::files::{RunFolder, cause, shown};

const CHUNK: usize = 64 * 1024;

/// Where kops printed a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stream {
    Stdout,
    Stderr,
}

/// One line, without its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrintedLine {
    pub stream: Stream,
    pub text: Untrusted,
}

/// How a command ended and everything that it printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FinishedCommand {
    /// `None` when a signal ended it.
    pub exit: Option<i32>,
    pub signal: Option<i32>,
    /// Each byte that is no UTF-8 is written as `\xNN`, in `stderr` too.
    pub stdout: String,
    pub stderr: String,
    /// How many bytes of `stdout` were no UTF-8.
    pub undecoded: usize,
}

impl FinishedCommand {
    /// An end with what stands in the command's files.
    pub(super) fn of(
        folder: &RunFolder,
        number: u32,
        exit: Option<i32>,
        signal: Option<i32>,
    ) -> Result<Self, Fault> {
        let read = |path| {
            let bytes = std::fs::read(path).map_err(|error| unread(folder, &error))?;
            Ok(decoded(&bytes))
        };
        let (stdout, undecoded) = read(folder.stdout(number))?;
        let (stderr, _) = read(folder.stderr(number))?;
        Ok(Self {
            exit,
            signal,
            stdout,
            stderr,
            undecoded,
        })
    }
}

/// Both files of a command, followed.
#[derive(Debug)]
pub(super) struct CommandStreams {
    streams: [FollowedStream; 2],
}

impl CommandStreams {
    /// Follows the files from their beginning; one that is not there yet is waited for.
    pub(super) fn of(folder: &RunFolder, number: u32) -> Self {
        Self {
            streams: [
                FollowedStream::of(Stream::Stdout, &folder.stdout(number)),
                FollowedStream::of(Stream::Stderr, &folder.stderr(number)),
            ],
        }
    }

    /// Shows the lines that are new and whole.
    pub(super) fn look(&mut self, show: &mut impl FnMut(PrintedLine)) -> Result<(), Error> {
        self.streams
            .iter_mut()
            .try_for_each(|stream| stream.more(show))
    }

    /// Shows what is left when nothing more will come, a last line without end too.
    pub(super) fn end(&mut self, show: &mut impl FnMut(PrintedLine)) -> Result<(), Error> {
        self.look(show)?;
        self.streams.iter_mut().for_each(|stream| stream.rest(show));
        Ok(())
    }
}

#[derive(Debug)]
struct FollowedStream {
    stream: Stream,
    path: std::path::PathBuf,
    file: Option<File>,
    partial: Vec<u8>,
    /// What is shown as it comes; the files keep kops's own words.
    hiding: SecretFilter,
}

impl FollowedStream {
    fn of(stream: Stream, path: &Path) -> Self {
        Self {
            stream,
            path: path.to_owned(),
            file: None,
            partial: Vec::new(),
            hiding: SecretFilter::of_kops(),
        }
    }

    fn more(&mut self, show: &mut impl FnMut(PrintedLine)) -> Result<(), Error> {
        if self.file.is_none() {
            self.file = File::open(&self.path).ok();
        }
        let Some(mut file) = self.file.as_ref() else {
            return Ok(());
        };
        let mut chunk = vec![0; CHUNK];
        loop {
            let count = file.read(&mut chunk)?;
            if count == 0 {
                return Ok(());
            }
            let read = chunk.get(..count).unwrap_or_default();
            for piece in read.split_inclusive(|byte| *byte == b'\n') {
                self.partial.extend_from_slice(piece);
                if piece.ends_with(b"\n") {
                    show(taken(self.stream, &mut self.partial, &mut self.hiding));
                }
            }
        }
    }

    fn rest(&mut self, show: &mut impl FnMut(PrintedLine)) {
        if !self.partial.is_empty() {
            show(taken(self.stream, &mut self.partial, &mut self.hiding));
        }
    }
}

fn taken(stream: Stream, partial: &mut Vec<u8>, hiding: &mut SecretFilter) -> PrintedLine {
    let bytes = std::mem::take(partial);
    let line = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let (text, _) = decoded(line);
    PrintedLine {
        stream,
        text: hiding.hide(&text).into(),
    }
}

/// The Fault for output that is there but cannot be read.
pub(super) fn unread(folder: &RunFolder, error: &Error) -> Fault {
    if let Some(removed) = folder.removed() {
        return removed;
    }
    Fault::new(
        format!(
            "what kops printed into {} cannot be read",
            shown(folder.path())
        ),
        cause(error),
        "kops continues; read the files in that folder",
    )
}
