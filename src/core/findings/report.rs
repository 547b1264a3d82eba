//! What is wrong with the report itself.

use super::{Facts, Finding, Rule, Severity};
use crate::core::review::{Ending, Report, Resource};

pub(super) const RULES: &[Rule] = &[Rule {
    id: "internal-consistency-error",
    severity: Severity::Note,
    why: "kops found a change without a changed field, which is an error in kops",
    remedy: "read the lines below it; the resource may or may not be changed",
    applies: inconsistent,
}];

fn inconsistent(_: &Facts<'_>, resource: &Resource) -> Option<String> {
    let complaint = resource.fields.iter().any(|field| field.name.contains(' '));
    complaint.then(|| "kops prints internal consistency error!".to_owned())
}

/// Findings about the whole report: a missing end, and lines that were not understood.
pub(super) fn of_whole(report: &Report) -> Vec<Finding> {
    let mut found = Vec::new();
    if report.ending == Ending::Missing {
        found.push(incomplete());
    }
    match report.unread.len() {
        0 => {}
        1 => found.push(unread("1 line was not understood".to_owned())),
        lines => found.push(unread(format!("{lines} lines were not understood"))),
    }
    found
}

fn incomplete() -> Finding {
    Finding {
        severity: Severity::Danger,
        rule: "report-incomplete",
        resource: String::new(),
        message: "the report has no last line".to_owned(),
        why: "kops ends every report with \"Must specify --yes to apply changes\" or \"No changes need to be applied\"; this one is cut, or kops failed",
        remedy: "run kops update cluster again and keep everything it prints",
    }
}

fn unread(message: String) -> Finding {
    Finding {
        severity: Severity::Warning,
        rule: "unread-lines",
        resource: String::new(),
        message,
        why: "they may say something that matters; nothing that kops prints is dropped",
        remedy: "read them in the raw text before approving",
    }
}
