//! Several resources in one row.

use super::*;
use crate::core::analysis::findings::FoldedFinding;

#[test]
fn what_changes_in_the_same_way_is_one_row_that_opens() {
    let mut reading = reading(MODIFY);
    reading.fold_all(true);
    let unread = |reading: &Reading| reading.marks.count_unread(reading.outline())[1];
    let before = unread(&reading);
    assert_eq!((before.0, before.2), (ChangeAction::Modify, 23));
    let rows = reading.tree.rows().len();
    reading.go_to(TreeRow::Bundle(0));
    // Each of them counts, though it was read once for all.
    assert_eq!(unread(&reading).1, before.1 - 6);
    reading.choose();
    assert_eq!(reading.tree.rows().len(), rows + 6);
    reading.choose();
    assert_eq!(reading.tree.rows().len(), rows);
}

#[test]
fn a_finding_leads_into_a_folded_row_and_back() {
    let mut reading = reading(MODIFY);
    let row = |reading: &Reading, kind: &str| {
        let about = |at: &usize| reading.outline().dry_run.resources[*at].kind == kind;
        let of = |folded: &FoldedFinding| folded.subjects.iter().any(about);
        reading.outline().findings.iter().position(of).unwrap()
    };
    let finding = row(&reading, "LaunchTemplate");
    reading.go_to(TreeRow::Finding(finding));
    reading.choose();
    reading.step(2);
    let subject = reading.row().unwrap();
    reading.choose();
    assert_eq!(
        here(&reading),
        "LaunchTemplate/nodes-us-east-1b.prod.example.com"
    );
    // It is open: its fields are the next rows.
    reading.step(1);
    assert!(matches!(reading.row(), Some(TreeRow::Field { .. })));
    reading.go_back();
    assert_eq!(reading.row(), Some(subject));
}

#[test]
fn new_resources_of_kops_itself_are_one_row_and_not_read_with_it() {
    let mut reading = reading(CREATE);
    reading.fold_all(true);
    let own: Vec<_> = (0..)
        .map_while(|at| reading.outline().bundle(at))
        .filter(|bundle| !bundle.same)
        .map(|bundle| (bundle.words.as_str(), bundle.resources.len()))
        .collect();
    assert_eq!(own.len(), 10);
    assert!(
        own.iter()
            .all(|(words, count)| *words == "managed by kops" && *count > 1)
    );
    let before = reading.marks.count_unread(reading.outline());
    let mut bundles = reading.outline().bundles.iter();
    let managed = bundles.position(|bundle| !bundle.same);
    reading.go_to(TreeRow::Bundle(managed.unwrap()));
    assert_eq!(reading.marks.count_unread(reading.outline()), before);
}
