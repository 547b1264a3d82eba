//! kops's known failures in three parts: what, why, and what to do next.

use super::cause::denied_fault;
use super::failures::{KnownFailure, Retryable, known};
use super::{LogProgress, Retry};
use crate::core::fault::Fault;
use crate::core::kops::copied::Copied;
use crate::core::kops::crash::crash;
use crate::core::kops::klog::klog;
use crate::core::text::secrets::hidden;

/// Why a kops command ended with this exit code, from all that it printed; its remedy can be copied.
pub fn explain(exit: i32, stdout: &str, stderr: &str, copied: &Copied) -> Fault {
    copied.fault(explained(exit, stdout, stderr))
}

/// The same with the commands of its remedy to be filled.
pub fn explained(exit: i32, stdout: &str, stderr: &str) -> Fault {
    if let Some(crash) = crash(stderr) {
        return crashed().with_detail(hidden(crash.trace.raw().to_owned()));
    }
    let progress = read_all(stderr);
    let message = last_words(&progress, stdout, stderr);
    let fault = ended(&message).unwrap_or_else(|| unknown(exit));
    fault.with_detail(hidden(message))
}

fn read_all(stderr: &str) -> LogProgress {
    let mut progress = LogProgress::default();
    stderr.lines().for_each(|line| progress.read(line));
    progress
}

/// kops's final error, else the task that can never work, else its last warnings, else its last lines.
fn last_words(progress: &LogProgress, stdout: &str, stderr: &str) -> String {
    let error = progress.error.as_ref().map(|error| error.raw().to_owned());
    let failing = || progress.hopeless().chain(&progress.retries).next();
    error
        .or_else(|| failing().map(retry_sentence))
        .or_else(|| last_warnings(stderr))
        .unwrap_or_else(|| {
            last_lines(if stderr.trim().is_empty() {
                stdout
            } else {
                stderr
            })
        })
}

fn retry_sentence(retry: &Retry) -> String {
    format!("{}: {}", retry.task.raw(), retry.cause.raw())
}

const LAST: usize = 5;

fn last_warnings(stderr: &str) -> Option<String> {
    let grave = |line: &&str| line.starts_with(['W', 'E', 'F']) && klog(line).is_some();
    let lines: Vec<_> = stderr.lines().filter(grave).collect();
    (!lines.is_empty()).then(|| tail(&lines))
}

fn last_lines(text: &str) -> String {
    let lines: Vec<_> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    tail(&lines)
}

fn tail(lines: &[&str]) -> String {
    let from = lines.len().saturating_sub(LAST);
    lines.get(from..).unwrap_or_default().join("\n")
}

/// The fault that a message of kops means once kops has ended; absent when the message is not known.
fn ended(message: &str) -> Option<Fault> {
    let fault = denied_fault(message).or_else(|| known(message).map(KnownFailure::ended))?;
    if !gave_up(message) {
        return Some(fault);
    }
    Some(Fault {
        why: format!("{}; kops gave up after ten minutes of retries", fault.why),
        ..fault
    })
}

/// The fault that a message of kops means once it no longer retries, and whether a retry can help; absent when unknown.
pub fn explain_words(message: &str) -> Option<(Fault, Retryable)> {
    let retryable = match denied_fault(message) {
        Some(_) => Retryable::No,
        None => known(message)?.retryable,
    };
    Some((ended(message)?, retryable))
}

// `deadline exceeded executing task %v. Example error: %v` (`upup/pkg/fi/executor.go`).
fn gave_up(message: &str) -> bool {
    message.contains("deadline exceeded executing task")
}

fn crashed() -> Fault {
    Fault::new(
        "kops itself crashed",
        "this is an error in kops, not in the cluster; what was done before it stays done",
        "run the command again, which is safe; if it crashes again, report the trace to kubernetes/kops",
    )
}

fn unknown(exit: i32) -> Fault {
    // `Finished::code` where a signal ended it.
    if exit == -1 {
        return Fault::new(
            "kops was ended by a signal",
            "something outside of kopswain ended it, such as a kill or a lack of memory",
            "run the command again, which is safe",
        );
    }
    Fault::new(
        format!("kops ended with exit code {exit}"),
        "kopswain does not know this error; kops said why in its own words below",
        "read them, fix the cause, and run the command again, which is safe",
    )
}
