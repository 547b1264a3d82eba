//! The dry run itself.

use super::*;

#[test]
fn what_is_wrong_with_the_report_is_said() {
    assert_eq!(
        messages_in("odd\nodder\n"),
        ["warning unread-lines: 2 lines were not understood"]
    );
    let found = findings(&parse("Will create"));
    let cut: Vec<_> = found.iter().map(|one| one.rule).collect();
    assert_eq!(cut, ["report-incomplete", "unread-lines"]);
    assert_eq!(
        messages(
            MODIFY,
            "VPC/c.example.com\n   internal consistency error!\n    actual: &{}",
            &[]
        ),
        [
            "danger network-not-owned: the VPC is changed: internal consistency error!",
            "note internal-consistency-error: kops prints internal consistency error!",
        ]
    );
}

macro_rules! failure {
    ($name:literal) => {
        include_str!(concat!("../../../../../tests/fixtures/failures/", $name))
    };
}

/// Why, and what to do, of the findings of this rule.
fn advice(text: &str, rule: &str) -> Vec<(String, String)> {
    let found = findings(&parse(text)).into_iter();
    let of_rule = found.filter(|one| one.rule == rule);
    of_rule
        .map(|one| (one.why.into_owned(), one.remedy.into_owned()))
        .collect()
}

#[test]
fn a_failing_task_is_told_with_its_cause_and_whether_waiting_helps() {
    let messages = |text: &str| advice(text, "task-failing");
    let denied = messages(failure!("launch-template-denied.txt"));
    assert_eq!(
        denied,
        [(
            "AWS denied kops ec2:RunInstances, iam:PassRole or ec2:CreateTags: the credentials lack at least one of these IAM permissions, or a policy forbids it; waiting will not resolve this".to_owned(),
            "allow ec2:RunInstances, iam:PassRole, ec2:CreateTags for the role or user, or use a profile that has it; then run again, which is safe".to_owned(),
        )]
    );
    let refused = messages(failure!("field-cannot-change.txt"));
    assert!(
        refused
            .iter()
            .all(|(why, _)| why.starts_with("kops never changes this field")
                && why.ends_with("; waiting will not resolve this")),
        "{refused:?}"
    );
    let young = messages(failure!("iam-profile-deadline.txt"));
    let line = "kops tries it again for ten minutes, and that may help";
    assert_eq!(young.len(), 2);
    assert!(
        young
            .iter()
            .all(|(why, remedy)| why.ends_with(line) && !remedy.contains("by itself")),
        "{young:?}"
    );
    let odd = "W1128 10:00:01.0 1 executor.go:141] error running task \"VPC/a\" (9m43s remaining to succeed): something odd\n";
    assert_eq!(
        messages(odd),
        [(
            "kops tries a failing task again for ten minutes, then gives up".to_owned(),
            "fix what it names; where waiting will not resolve it, there is no need to wait"
                .to_owned(),
        )]
    );
}

#[test]
fn why_kops_failed_is_told_in_every_form_of_the_report() {
    let messages = advice(failure!("throttling-ended.txt"), "kops-failed");
    assert_eq!(
        messages,
        [(
            "AWS asks kops to slow down: more requests came in a short time than the account may send (throttling); the dry run, if there is one, is not what kops would do".to_owned(),
            "run the command again in some minutes, which is safe; if it happens again, look for what else calls this API (CloudTrail)".to_owned(),
        )]
    );
}
