//! What the plan warned of, told with the dry run that follows from it.

use super::{Finding, Severity};
use crate::core::problem::{Problem, Severity as Weight};
use crate::core::untrusted::made_visible;

/// The warnings and notes of a plan as findings, in its order; each says that it is from the plan.
pub fn of_plan(problems: &[Problem]) -> Vec<Finding> {
    let told = problems.iter().filter(|problem| !problem.is_unanswered());
    told.map(finding).collect()
}

fn finding(problem: &Problem) -> Finding {
    Finding {
        severity: match problem.severity {
            Weight::Blocked => Severity::Danger,
            Weight::Warning => Severity::Warning,
            Weight::Note => Severity::Note,
        },
        rule: problem.id,
        resource: String::new(),
        message: made_visible(format!("from the plan: {}", problem.what)),
        why: made_visible(problem.why.clone()).into(),
        remedy: made_visible(problem.remedy.clone()).into(),
    }
}
