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

/// Runs a program without input and gives what it printed; it is killed at the limit, and where it was stopped. Errors call
/// it `subject`.
pub(crate) async fn capture(
    subject: &str,
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
        let exit = wait_for_end(subject, &mut process).await?;
        let (stdout, stderr) = (stdout.await, stderr.await);
        Ok(Captured {
            exit,
            stdout: stdout.unwrap_or_default(),
            stderr: stderr.unwrap_or_default(),
        })
    };
    let ended = tokio::time::timeout(limit, ended).await;
    ended.map_err(|_| waits(subject, limit))?
}

// What is stopped waits for a person who cannot answer it.
async fn wait_for_end(subject: &str, process: &mut Process) -> Result<Option<i32>, Error> {
    loop {
        match process.changed().await? {
            ProcessChange::Ended(status) => return Ok(status.exit),
            ProcessChange::Stopped(signal) => {
                return Err(Error::other(format!("{subject} was stopped by {signal}")));
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

fn waits(subject: &str, limit: Duration) -> Error {
    Error::new(
        ErrorKind::TimedOut,
        format!(
            "{subject} gave nothing in {} seconds: it may wait for a person, and has no terminal here",
            limit.as_secs()
        ),
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::time::Instant;

    use super::*;

    async fn run(script: &str, limit: Duration) -> Result<Captured, Error> {
        let args = ["-c".into(), script.into()];
        let environment = BTreeMap::from([("PATH".into(), "/usr/bin:/bin".into())]);
        capture("it", Path::new("/bin/sh"), &args, &environment, limit).await
    }

    #[tokio::test]
    async fn both_streams_are_kept_up_to_a_bound() {
        let script = "head -c 3000000 /dev/zero; echo said >&2; read line; exit 3";
        let captured = run(script, Duration::from_secs(20)).await.unwrap();
        let lengths = (captured.stdout.len(), captured.stderr.as_slice());
        assert_eq!(
            (captured.exit, lengths),
            (Some(3), (1 << 20, &b"said\n"[..]))
        );
    }

    #[tokio::test]
    async fn one_that_waits_is_killed_at_the_limit() {
        let began = Instant::now();
        let waiting = run("sleep 60", Duration::from_millis(200)).await;
        assert_eq!(waiting.err().unwrap().kind(), ErrorKind::TimedOut);
        assert!(began.elapsed() < Duration::from_secs(10));
    }
}
