//! Task errors: kops tries a failing task again for ten minutes, also when it can never work.

use serde::Serialize;

use super::cause::explain_cause;
use super::failures::Retryable;
use crate::core::text::untrusted::Untrusted;

/// A task that failed and is tried again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Retry {
    /// `Type/name`
    pub task: Untrusted,
    /// How often it failed.
    pub count: u32,
    /// What kops leaves it, in Go's words, such as `9m48s`.
    pub remaining: Untrusted,
    /// The last error without its request ids.
    pub cause: Untrusted,
    /// Whether a retry can help, as far as that is known.
    pub retryable: Retryable,
    #[serde(skip)]
    pub(super) round: u32,
}

impl Retry {
    pub(super) fn first(failed: &Failed<'_>, round: u32) -> Self {
        Self {
            task: failed.task.into(),
            count: 1,
            remaining: failed.remaining.into(),
            cause: cause(failed.error).into(),
            retryable: explain_cause(failed.error).1,
            round,
        }
    }

    /// How often it failed, as people say it.
    pub fn times(&self) -> String {
        match self.count {
            1 => "once".to_owned(),
            many => format!("{many} times"),
        }
    }

    /// The failure in one line: what, how often, whether waiting helps, and why.
    pub fn sentence(&self) -> String {
        let outlook = match self.retryable {
            Retryable::Yes | Retryable::Unknown if !has_time(&self.remaining) => {
                "kops has no time left to try again".to_owned()
            }
            Retryable::Yes | Retryable::Unknown => {
                format!("kops tries again for {}", self.remaining)
            }
            Retryable::No => "waiting will not resolve this".to_owned(),
        };
        let times = self.times();
        format!("{} failed {times}, {outlook}: {}", self.task, self.cause)
    }

    pub(super) fn again(&mut self, failed: &Failed<'_>, round: u32) {
        let count = self.count.saturating_add(1);
        *self = Self::first(failed, round);
        self.count = count;
    }
}

/// Whether kops still tries: it prints what is left of its ten minutes even when nothing is (`upup/pkg/fi/executor.go`).
pub fn has_time(remaining: &Untrusted) -> bool {
    !remaining.raw().starts_with('-') && remaining.raw() != "0s"
}

/// One task error as kops prints it.
pub(super) struct Failed<'a> {
    pub(super) task: &'a str,
    remaining: &'a str,
    error: &'a str,
}

/// `error running task %q (%v remaining to succeed): %v` (`upup/pkg/fi/executor.go`).
pub(super) fn failed(message: &str) -> Option<Failed<'_>> {
    let rest = message.strip_prefix("error running task \"")?;
    let (task, rest) = rest.split_once("\" (")?;
    let (remaining, error) = rest.split_once(" remaining to succeed): ")?;
    Some(Failed {
        task,
        remaining,
        error,
    })
}

/// The error without what differs each time: the SDK's request and host ids.
fn cause(error: &str) -> String {
    let Some((before, rest)) = error.split_once(", https response error ") else {
        return error.to_owned();
    };
    match rest.split_once(", api error ").or_else(|| typed(rest)) {
        Some((_, answer)) => format!("{before}: {answer}"),
        None => error.to_owned(),
    }
}

// An error that the SDK has a type for: `StatusCode: 409, RequestID: …, LimitExceeded: …` (aws-sdk-go-v2
// `aws/transport/http/response_error.go`; S3 adds `HostID: …`).
fn typed(rest: &str) -> Option<(&str, &str)> {
    let (ids, after) = rest.split_once(", ")?;
    let (host, after) = after
        .split_once(", ")
        .filter(|(id, _)| id.starts_with("RequestID: "))?;
    match after.split_once(", ") {
        Some((id, answer)) if id.starts_with("HostID: ") => Some((ids, answer)),
        _ => Some((host, after)),
    }
}
