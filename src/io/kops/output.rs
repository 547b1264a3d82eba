//! What a command prints, read from its two files as they grow.

use std::fs::File;
use std::io::{Error, Read};
use std::path::PathBuf;

use super::run_folder::RunFolder;
use crate::core::fault::Fault;
use crate::core::text::secrets::SecretFilter;
use crate::core::text::untrusted::decoded;
use crate::io::files::{cause, shown};
use crate::io::process::ExitStatus;
use crate::tui::event::{CommandOutput, OutputStream, PrintedLine};

const CHUNK: usize = 64 * 1024;

/// How a command ended, with what stands in its files.
pub(super) fn read_output(
    folder: &RunFolder,
    number: u32,
    status: ExitStatus,
) -> Result<CommandOutput, Fault> {
    let read = |path| std::fs::read(path).map_err(|error| unread(folder, &error));
    Ok(decode_output(
        status,
        &read(folder.stdout(number))?,
        &read(folder.stderr(number))?,
    ))
}

/// How a command ended, with what it printed.
pub(super) fn decode_output(status: ExitStatus, stdout: &[u8], stderr: &[u8]) -> CommandOutput {
    let (stdout, undecoded) = decoded(stdout);
    let (stderr, _) = decoded(stderr);
    CommandOutput {
        exit: status.exit,
        stdout,
        stderr,
        undecoded,
        made: String::new(),
    }
}

/// Both files of a command, followed.
#[derive(Debug)]
pub(super) struct CommandStreams {
    streams: [FollowedStream; 2],
}

impl CommandStreams {
    /// Follows the files from their beginning; one that is not there yet is waited for.
    pub(super) fn new(folder: &RunFolder, number: u32) -> Self {
        Self {
            streams: [
                FollowedStream::new(OutputStream::Stdout, folder.stdout(number)),
                FollowedStream::new(OutputStream::Stderr, folder.stderr(number)),
            ],
        }
    }

    /// Shows the lines that are new and whole.
    pub(super) fn poll(&mut self, show: &mut impl FnMut(PrintedLine)) -> Result<(), Error> {
        self.streams
            .iter_mut()
            .try_for_each(|stream| stream.read_lines(show))
    }

    /// Shows what is left when nothing more will come, a last line without end too.
    pub(super) fn finish(&mut self, show: &mut impl FnMut(PrintedLine)) -> Result<(), Error> {
        self.poll(show)?;
        self.streams
            .iter_mut()
            .for_each(|stream| stream.read_rest(show));
        Ok(())
    }
}

#[derive(Debug)]
struct FollowedStream {
    stream: OutputStream,
    path: PathBuf,
    file: Option<File>,
    partial: Vec<u8>,
    /// What is shown as it comes; the files keep kops's own words.
    filter: SecretFilter,
}

impl FollowedStream {
    fn new(stream: OutputStream, path: PathBuf) -> Self {
        Self {
            stream,
            path,
            file: None,
            partial: Vec::new(),
            filter: SecretFilter::for_kops(),
        }
    }

    fn read_lines(&mut self, show: &mut impl FnMut(PrintedLine)) -> Result<(), Error> {
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
                    show(next_line(self.stream, &mut self.partial, &mut self.filter));
                }
            }
        }
    }

    fn read_rest(&mut self, show: &mut impl FnMut(PrintedLine)) {
        if !self.partial.is_empty() {
            show(next_line(self.stream, &mut self.partial, &mut self.filter));
        }
    }
}

fn next_line(
    stream: OutputStream,
    partial: &mut Vec<u8>,
    filter: &mut SecretFilter,
) -> PrintedLine {
    let bytes = std::mem::take(partial);
    let line = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let (text, _) = decoded(line);
    PrintedLine {
        stream,
        text: filter.hide(&text).into(),
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
