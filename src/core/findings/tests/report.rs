//! The report itself.

use super::*;

#[test]
fn what_is_wrong_with_the_report_is_said() {
    assert_eq!(
        told_of("odd\nodder\n"),
        ["warning unread-lines: 2 lines were not understood"]
    );
    let found = findings(&parse("Will create"));
    let cut: Vec<_> = found.iter().map(|one| one.rule).collect();
    assert_eq!(cut, ["report-incomplete", "unread-lines"]);
    assert_eq!(
        told(
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
