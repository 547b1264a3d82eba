//! A program that only prints: run without a terminal, with a limit of time and of what it may print.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{Error, ErrorKind, PipeReader, Read};
use std::path::Path;
use std::time::Duration;

use tokio::task::{JoinHandle, spawn_blocking};

use super::{Input, Launch, Process, ProcessChange};

/// Bytes of each stream that are kept; the rest is read and dropped.
const MOST: u64 = 1 << 20;

/// What a program printed, and how it ended.
pub(crate) struct Captured {
    /// Absent when a signal ended it.
    pub(crate) exit: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
}

/// Runs a program without input and gives what it printed; it is killed at the limit, and where it was stopped.
pub(crate) async fn capture(
    program: &Path,
    args: &[OsString],
    environment: &BTreeMap<OsString, OsString>,
    limit: Duration,
) -> Result<Captured, Error> {
    let (stdout, out) = std::io::pipe()?;
    let (stderr, err) = std::io::pipe()?;
    let mut process = Process::start(Launch {
        program,
        name: None,
        args,
        environment,
        input: Input::Empty,
        stdout: out.into(),
        stderr: err.into(),
    })?;
    let (stdout, stderr) = (read_most(stdout), read_most(stderr));
    // Also what it left behind may hold its streams open.
    let ended = async {
        let exit = wait_for_end(&mut process).await?;
        let (stdout, stderr) = (stdout.await, stderr.await);
        Ok(Captured {
            exit,
            stdout: stdout.unwrap_or_default(),
            stderr: stderr.unwrap_or_default(),
        })
    };
    let ended = tokio::time::timeout(limit, ended).await;
    ended.map_err(|_| waits(limit))?
}

// What is stopped waits for a person who cannot answer it.
async fn wait_for_end(process: &mut Process) -> Result<Option<i32>, Error> {
    loop {
        match process.changed().await? {
            ProcessChange::Ended(status) => return Ok(status.exit),
            ProcessChange::Stopped(signal) => {
                return Err(Error::other(format!("it was stopped by {signal}")));
            }
            ProcessChange::Continued => {}
        }
    }
}

fn read_most(mut from: PipeReader) -> JoinHandle<Vec<u8>> {
    spawn_blocking(move || {
        let mut bytes = Vec::new();
        let _ = (&mut from).take(MOST).read_to_end(&mut bytes);
        let _ = std::io::copy(&mut from, &mut std::io::sink());
        bytes
    })
}

fn waits(limit: Duration) -> Error {
    Error::new(
        ErrorKind::TimedOut,
        format!(
            "it gave nothing in {} seconds: it may wait for a person, and has no terminal here",
            limit.as_secs()
        ),
    )
}
