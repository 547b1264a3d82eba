//! Failing tasks as a person needs them: each cause once, with its tasks, whether waiting helps, and what to do.

use std::time::Duration;

use super::cause::explain_cause;
use super::failures::Retryable;
use super::retry::has_time;
use super::{LogProgress, Retry, Tasks};
use crate::core::fault::Fault;
use crate::core::text::untrusted::Untrusted;

/// One cause, and the tasks that fail for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// `Type/name` of each task, in the order in which they first failed.
    pub tasks: Vec<Untrusted>,
    /// How often the task that failed most was tried.
    pub tries: u32,
    /// What kops leaves them, in Go's words.
    pub remaining: Untrusted,
    /// Whether a retry can help, as far as that is known.
    pub retryable: Retryable,
    /// What, why and what to do; kops's own words where the cause is not known.
    pub fault: Fault,
}

impl LogProgress {
    /// The causes for which tasks fail, those that no retry can help first.
    pub fn troubles(&self) -> Vec<Trouble> {
        let mut found: Vec<Trouble> = Vec::new();
        for retry in &self.retries {
            let (fault, _) = explain_cause(retry.cause.raw());
            match found.iter_mut().find(|one| one.fault.what == fault.what) {
                Some(trouble) => trouble.add(retry),
                None => found.push(Trouble::new(retry, fault)),
            }
        }
        found.sort_by_key(|trouble| trouble.retryable);
        found
    }

    /// About how long kops will still take, from what it did in `elapsed`; absent while that is too early to tell: in the first ten
    /// seconds, before a fifth of the tasks is done, or while tasks fail.
    pub fn rest(&self, elapsed: Duration) -> Option<Duration> {
        let Tasks { done, total, .. } = self.tasks?;
        let early = elapsed < Duration::from_secs(10) || done.saturating_mul(5) < total;
        if early || done >= total || !self.retries.is_empty() {
            return None;
        }
        Some(elapsed.mul_f64(f64::from(total - done) / f64::from(done.max(1))))
    }
}

impl Trouble {
    fn new(retry: &Retry, fault: Fault) -> Self {
        Self {
            tasks: vec![retry.task.clone()],
            tries: retry.count,
            remaining: retry.remaining.clone(),
            retryable: retry.retryable,
            fault,
        }
    }

    fn add(&mut self, retry: &Retry) {
        self.tasks.push(retry.task.clone());
        self.tries = self.tries.max(retry.count);
        self.retryable = self.retryable.min(retry.retryable);
    }

    /// How many tasks fail how often, and whether a retry helps.
    pub fn outlook(&self) -> String {
        let tasks = match self.tasks.as_slice() {
            [one] => format!("{one} fails"),
            many => format!("{} tasks fail", many.len()),
        };
        let tries = match self.tries {
            1 => "once so far".to_owned(),
            many => format!("{many} times so far"),
        };
        let left = &self.remaining;
        match self.retryable {
            Retryable::Yes | Retryable::Unknown if !has_time(left) => {
                format!("{tasks}, {tries}: kops has no time left to try again")
            }
            Retryable::Yes => {
                format!("{tasks}, {tries}: kops tries again for {left}, and that may help")
            }
            Retryable::Unknown => format!(
                "{tasks}, {tries}: kops tries again for {left}; whether that helps is not known"
            ),
            Retryable::No => format!("{tasks}, {tries}: waiting will not resolve this"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> LogProgress {
        let mut progress = LogProgress::default();
        text.lines().for_each(|line| progress.read(line));
        progress
    }

    #[test]
    fn a_cause_is_told_once_for_all_its_tasks() {
        let progress = read(include_str!(
            "../../../../tests/fixtures/kops/apply-clash.stderr"
        ));
        let troubles = progress.troubles();
        assert_eq!(troubles.len(), 1);
        let trouble = troubles.first();
        let what = trouble.map(|one| (one.fault.what.as_str(), one.tasks.len(), one.retryable));
        let expected = ("a subnet overlaps one that exists", 3, Retryable::No);
        assert_eq!(what, Some(expected));
        let outlook = trouble.map(Trouble::outlook).unwrap_or_default();
        assert!(
            outlook.starts_with("3 tasks fail, ")
                && outlook.ends_with(": waiting will not resolve this"),
            "{outlook}"
        );
        assert_eq!(progress.rest(Duration::from_mins(1)), None);
    }

    #[test]
    fn what_a_retry_can_help_is_told_last_and_said_so() {
        let line = |task: &str, error: &str| {
            format!(
                "W1123 18:56:51.0 25129 executor.go:141] error running task \"{task}\" (9m1s remaining to succeed): {error}"
            )
        };
        let throttled = line(
            "VPC/a",
            "operation error EC2: X, https response error StatusCode: 503, RequestID: y, api error RequestLimitExceeded: slow",
        );
        let denied = line(
            "Subnet/b",
            "operation error EC2: CreateSubnet, https response error StatusCode: 403, RequestID: y, api error UnauthorizedOperation: no",
        );
        let late = line(
            "AutoscalingGroup/c",
            "operation error Auto Scaling: CreateAutoScalingGroup, https response error StatusCode: 400, RequestID: y, api error ValidationError: Invalid IamInstanceProfile: nodes",
        );
        let found: Vec<(String, Retryable)> = read(&[throttled, denied, late].join("\n"))
            .troubles()
            .into_iter()
            .map(|trouble| (trouble.fault.what, trouble.retryable))
            .collect();
        let expected = [
            ("AWS denied kops ec2:CreateSubnet", Retryable::No),
            ("AWS asks kops to slow down", Retryable::Yes),
            (
                "an instance profile that was just made is not known everywhere yet",
                Retryable::Yes,
            ),
        ];
        let expected = expected.map(|(what, retryable)| (what.to_owned(), retryable));
        assert_eq!(found, expected);
    }

    #[test]
    fn kops_that_has_no_time_left_is_not_waited_for() {
        let progress = read(include_str!(
            "../../../../tests/fixtures/failures/iam-profile-deadline.txt"
        ));
        let outlooks: Vec<_> = progress.troubles().iter().map(Trouble::outlook).collect();
        assert_eq!(
            outlooks,
            ["2 tasks fail, once so far: kops has no time left to try again"]
        );
    }

    #[test]
    fn the_rest_is_told_once_it_can_be_known() {
        let count = |done: u32| {
            read(&format!(
                "I1123 18:56:51.0 25129 executor.go:113] Tasks: {done} done / 100 total; 3 can run"
            ))
        };
        let seconds = Duration::from_secs;
        assert_eq!(count(50).rest(seconds(30)), Some(seconds(30)));
        assert_eq!(count(50).rest(seconds(5)), None);
        assert_eq!(count(10).rest(seconds(30)), None);
        assert_eq!(count(100).rest(seconds(30)), None);
    }
}
