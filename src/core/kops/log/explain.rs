//! kops's known failures in three parts: what, why, and what to do next.

use super::failures::{Retryable, is_of_aws, known};
use super::{LogProgress, Retry, denied_actions, klog};
use crate::core::fault::Fault;
use crate::core::kops::copied::Copied;
use crate::core::kops::dry_run::crash;
use crate::core::text::secrets::hidden;
use crate::core::text::untrusted::visible;

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
    let said = last_words(&progress, stdout, stderr);
    let fault = ended(&said).unwrap_or_else(|| unknown(exit));
    fault.with_detail(hidden(said))
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
        .or_else(|| failing().map(of_retry))
        .or_else(|| last_warnings(stderr))
        .unwrap_or_else(|| {
            last_lines(if stderr.trim().is_empty() {
                stdout
            } else {
                stderr
            })
        })
}

fn of_retry(retry: &Retry) -> String {
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

/// What these words tell of, after kops has ended; absent when they are not known.
fn ended(said: &str) -> Option<Fault> {
    let fault = denied(said).or_else(|| known(said).map(super::failures::KnownFailure::ended))?;
    if !gave_up(said) {
        return Some(fault);
    }
    Some(Fault {
        why: format!("{}; kops gave up after ten minutes of retries", fault.why),
        ..fault
    })
}

/// What these words of kops tell of, once it no longer tries, and whether a retry can help; absent when they are not known.
pub fn explain_words(said: &str) -> Option<(Fault, Retryable)> {
    let retryable = match denied(said) {
        Some(_) => Retryable::No,
        None => known(said)?.retryable,
    };
    Some((ended(said)?, retryable))
}

/// What the error of a task tells of while kops still runs, and whether a retry can help.
pub(super) fn running(cause: &str) -> (Fault, Retryable) {
    if let Some(fault) = denied(cause) {
        return (fault, Retryable::No);
    }
    match known(cause) {
        Some(failure) => (failure.running(), failure.retryable),
        None => (unknown_cause(cause), Retryable::Unknown),
    }
}

// `deadline exceeded executing task %v. Example error: %v` (`upup/pkg/fi/executor.go`).
fn gave_up(said: &str) -> bool {
    said.contains("deadline exceeded executing task")
}

fn denied(said: &str) -> Option<Fault> {
    let actions: Vec<_> = denied_actions(said)
        .iter()
        .map(|action| visible(action))
        .collect();
    let (what, why) = match actions.as_slice() {
        [] => return None,
        [one] => (
            one.clone(),
            "the credentials lack this IAM permission, or a policy forbids it",
        ),
        several => (
            any_of(several),
            "the credentials lack at least one of these IAM permissions, or a policy forbids it",
        ),
    };
    Some(Fault::new(
        format!("AWS denied kops {what}"),
        why,
        format!(
            "allow {} for the role or user, or use a profile that has it; then run again, which is safe",
            actions.join(", ")
        ),
    ))
}

fn any_of(words: &[String]) -> String {
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => words.join(", "),
    }
}

fn unknown_cause(cause: &str) -> Fault {
    let whose = if is_of_aws(cause) {
        "kopswain does not know this answer of AWS, nor whether a retry helps"
    } else {
        "kopswain does not know this error of kops, nor whether a retry helps"
    };
    Fault::new(
        visible(cause),
        whose,
        "read kops's words; kops tries again by itself until its time is over",
    )
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
