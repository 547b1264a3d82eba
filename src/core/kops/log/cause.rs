//! What the error of one task means while kops still runs.

use super::denied_actions;
use super::failures::{Retryable, is_of_aws, known};
use crate::core::fault::Fault;
use crate::core::text::untrusted::visible;

/// The fault that the error of a task means while kops still runs, and whether a retry can help.
pub(super) fn explain_cause(cause: &str) -> (Fault, Retryable) {
    if let Some(fault) = denied_fault(cause) {
        return (fault, Retryable::No);
    }
    match known(cause) {
        Some(failure) => (failure.running(), failure.retryable),
        None => (unknown_cause(cause), Retryable::Unknown),
    }
}

/// The fault of a message in which AWS denied actions; absent for any other message.
pub(super) fn denied_fault(words: &str) -> Option<Fault> {
    let actions: Vec<_> = denied_actions(words)
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
