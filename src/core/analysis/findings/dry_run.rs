//! What is wrong with the dry run itself, and what kops says besides it.

use super::Applies::{When, Whole};
use super::{Advice, FindingRule, FindingSeverity, RuleContext, RuleMatch};
use crate::core::kops::dry_run::{Ending, notices};
use crate::core::kops::log::{LogProgress, Retryable, explain_words};
use crate::core::text::untrusted::Untrusted;

/// What makes the rest of the dry run worth little.
pub(super) const FAILURES: &[FindingRule] = rules! {
    Danger "kops-failed": Whole(failed) => {
        why: "kops ended before it knew everything; the dry run, if there is one, is not what it would do",
        remedy: "fix what kops names, then run `kops update cluster --name=CLUSTER` again",
    }
    Danger "unread-changes": Whole(|context| {
        let many = "lines about what changes were not understood";
        counted_match(unread(context, true), "line about what changes was not understood", many)
    }) => {
        why: "they stand where kops prints what it changes, so they may be anything from a tag to a deletion; nothing that kops prints is dropped",
        remedy: "read them in the raw text before approving; was the dry run edited, or copied without its tabs?",
    }
    Danger "report-incomplete": Whole(incomplete) => {
        why: "kops ends every dry run with \"Must specify --yes to apply changes\" or \"No changes need to be applied\"; this one is cut, or kops failed",
        remedy: "run `kops update cluster --name=CLUSTER` again and keep everything it prints",
    }
};

pub(super) const RULES: &[FindingRule] = rules! {
    Warning "unread-lines": Whole(|context| {
        counted_match(unread(context, false), "line was not understood", "lines were not understood")
    }) => {
        why: "they may say something that matters; nothing that kops prints is dropped",
        remedy: "read them in the raw text before approving",
    }
    Danger "holds-secrets": Whole(secrets) => {
        why: "it is hidden in every form of this review, but not in what kops itself prints: whoever reads that, as in the log of a CI job, can use it",
        remedy: "post this review and not kops's own output; keep the secret out of the spec and of kops's environment, and change it where others may have read it",
    }
    Warning "not-text": Whole(|context| {
        counted_match(context.dry_run.undecoded, "byte is not UTF-8", "bytes are not UTF-8")
    }) => {
        why: "kops prints UTF-8; each other byte is written as \\xNN, so that nothing is lost or hidden",
        remedy: "find out what the text passed through on its way here",
    }
    Warning "task-failing": Whole(failing) => {
        why: "kops tries a failing task again for ten minutes, then gives up",
        remedy: "fix what it names; where waiting will not resolve it, there is no need to wait",
    }
    Note "internal-consistency-error": When(
        |_, resource| resource.fields.iter().any(|field| field.name.contains(' ')),
        "kops prints internal consistency error!"
    ) => {
        why: "kops found a change without a changed field, which is an error in kops",
        remedy: "read the lines below it; the resource may or may not be changed",
    }
    Note "kops-advises": Whole(|context| {
        let notices = notices(context.dry_run).into_iter();
        notices.map(|notice| whole_match(format!("kops advises: {notice}"))).collect()
    }) => {
        why: "kops prints this in a frame of stars before its dry run",
        remedy: "decide whether to follow it before or after this change",
    }
    Note "kops-warns": Whole(|context| {
        let warnings = progress(context).warnings.into_iter();
        warnings.map(|line| whole_match(format!("kops warns: {}", line.raw()))).collect()
    }) => {
        why: "kops logged it as a warning or an error and went on",
        remedy: "check that it does not matter here",
    }
};

fn whole_match(message: String) -> RuleMatch {
    RuleMatch {
        resource: None,
        message,
        advice: None,
    }
}

fn incomplete(context: &RuleContext<'_>) -> Vec<RuleMatch> {
    let missing = context.dry_run.ending == Ending::Missing;
    let found = missing.then(|| whole_match("the dry run has no last line".to_owned()));
    found.into_iter().collect()
}

// Within a section every line of kops is indented.
fn stands_in_a_section(line: &Untrusted) -> bool {
    line.raw().starts_with([' ', '\t'])
}

// One finding about so many of something; none about none.
fn counted_match(count: usize, one: &str, many: &str) -> Vec<RuleMatch> {
    let words = if count == 1 { one } else { many };
    let found = (count > 0).then(|| whole_match(format!("{count} {words}")));
    found.into_iter().collect()
}

fn unread(context: &RuleContext<'_>, in_a_section: bool) -> usize {
    let lines = context.dry_run.unread.iter();
    lines
        .filter(|line| stands_in_a_section(line) == in_a_section)
        .count()
}

fn secrets(context: &RuleContext<'_>) -> Vec<RuleMatch> {
    let mut places: Vec<&str> = Vec::new();
    for secret in &context.dry_run.secrets {
        if places.last() != Some(&secret.place.as_str()) {
            places.push(&secret.place);
        }
    }
    places.dedup();
    let found = places.into_iter();
    found
        .map(|place| whole_match(format!("kops prints a secret in {place}")))
        .collect()
}

fn progress(context: &RuleContext<'_>) -> LogProgress {
    let mut progress = LogProgress::default();
    let lines = context.dry_run.log.iter();
    lines.for_each(|line| progress.read(line.raw()));
    progress
}

fn failed(context: &RuleContext<'_>) -> Vec<RuleMatch> {
    let progress = progress(context);
    let Some(error) = progress.error else {
        return Vec::new();
    };
    let error = error.raw();
    let first = error.lines().next().unwrap_or_default();
    let what = if progress.crashed {
        "crashed"
    } else {
        "failed"
    };
    let explained = explain_words(error).filter(|_| !progress.crashed);
    vec![RuleMatch {
        advice: explained.map(|(fault, _)| Advice {
            why: format!(
                "{}: {}; the dry run, if there is one, is not what kops would do",
                fault.what, fault.why
            ),
            remedy: fault.remedy,
        }),
        ..whole_match(format!("kops {what}: {first}"))
    }]
}

fn failing(context: &RuleContext<'_>) -> Vec<RuleMatch> {
    let retries = progress(context).retries.into_iter();
    let found = retries.map(|retry| {
        let (task, cause) = (retry.task.raw(), retry.cause.raw());
        RuleMatch {
            advice: advise_on_cause(cause),
            ..whole_match(format!("{task} does not work: {cause}"))
        }
    });
    found.collect()
}

fn advise_on_cause(cause: &str) -> Option<Advice> {
    let (fault, retryable) = explain_words(cause)?;
    let outlook = match retryable {
        Retryable::No => "waiting will not resolve this",
        Retryable::Unknown => "whether a retry helps is not known",
        Retryable::Yes => "kops tries it again for ten minutes, and that may help",
    };
    Some(Advice {
        why: format!("{}: {}; {outlook}", fault.what, fault.why),
        remedy: fault.remedy,
    })
}
