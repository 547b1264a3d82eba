//! What the plan warned of, with the dry run that follows from it.

use super::{Finding, FindingSeverity};
use crate::core::problem::{Problem, ProblemSeverity as Weight};
use crate::core::text::untrusted::made_visible;

/// The warnings and notes of a plan as findings, in its order; each says that it is from the plan.
pub fn findings_of_plan(problems: &[Problem]) -> Vec<Finding> {
    let messages = problems.iter().filter(|problem| !problem.is_unanswered());
    messages.map(finding).collect()
}

fn finding(problem: &Problem) -> Finding {
    Finding {
        severity: match problem.severity {
            Weight::Blocked => FindingSeverity::Danger,
            Weight::Warning => FindingSeverity::Warning,
            Weight::Note => FindingSeverity::Note,
        },
        rule: problem.id,
        resource: String::new(),
        message: made_visible(format!("from the plan: {}", problem.what)),
        why: made_visible(problem.why.clone()).into(),
        remedy: made_visible(problem.remedy.clone()).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::problem::About;

    #[test]
    fn what_the_plan_warned_of_is_a_finding_from_the_plan() {
        let problem = |id, severity| Problem {
            id,
            severity,
            about: About::Vpc,
            what: "one zone has no NAT gateway\u{7}".to_owned(),
            why: "w".to_owned(),
            remedy: "r".to_owned(),
            source: "s",
        };
        let problems = [
            problem("zone-without-nat", Weight::Warning),
            problem("cluster-name-missing", Weight::Blocked),
        ];
        let expected = Finding {
            severity: FindingSeverity::Warning,
            rule: "zone-without-nat",
            resource: String::new(),
            message: "from the plan: one zone has no NAT gateway\\u{7}".to_owned(),
            why: "w".into(),
            remedy: "r".into(),
        };
        assert_eq!(findings_of_plan(&problems), [expected]);
    }
}
