//! What changes alike, in one row.

use super::*;
use crate::core::analysis::findings::FoldedFinding;
use crate::core::analysis::grouping::Entry;

#[test]
fn what_changes_alike_is_one_row_that_opens() {
    let mut reading = reading(MODIFY);
    reading.fold_all(true);
    let is_bundle = |row: &&TreeRow| matches!(row, TreeRow::Bundle(_));
    let titles: Vec<_> = reading
        .rows
        .iter()
        .filter_map(|row| match row {
            TreeRow::Bundle(at) => reading.bundle_title(*at),
            _ => None,
        })
        .collect();
    assert_eq!(
        titles,
        [
            "Subnet (6)  noise only",
            "AutoscalingGroup (3) nodes-us-east-1*  MaxSize 2 -> 6",
            "LaunchTemplate (3) control-plane-us-east-1*  NodeupConfigHash only",
            "LaunchTemplate (3) nodes-us-east-1*  InstanceType, RootVolumeSize",
            "ManagedFile (3) nodeupconfig-control-plane-us-east-1*  Contents",
            "ManagedFile (3) nodeupconfig-nodes-us-east-1*  Contents",
        ]
    );
    let unread = |reading: &Reading| reading.unread()[1];
    let before = unread(&reading);
    assert_eq!((before.0, before.2), (ChangeAction::Modify, 23));
    let at = reading.rows.iter().position(|row| is_bundle(&row)).unwrap();
    let rows = reading.rows.len();
    reading.cursor = at;
    reading.look();
    // Each of them counts, though it was read once for all.
    assert_eq!(unread(&reading).1, before.1 - 6);
    reading.choose();
    assert_eq!(reading.rows.len(), rows + 6);
    reading.choose();
    assert_eq!(reading.rows.len(), rows);
}

#[test]
fn a_finding_leads_into_a_folded_row_and_back() {
    let mut reading = reading(MODIFY);
    let row = |reading: &Reading, kind: &str| {
        let about = |at: &usize| reading.outline.dry_run.resources[*at].kind == kind;
        let of = |folded: &FoldedFinding| folded.subjects.iter().any(about);
        reading.outline.findings.iter().position(of).unwrap()
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
        .map_while(|at| reading.outline.bundle(at))
        .filter(|bundle| !bundle.same)
        .map(|bundle| (bundle.words.as_str(), bundle.resources.len()))
        .collect();
    assert_eq!(own.len(), 10);
    assert!(
        own.iter()
            .all(|(words, count)| *words == "managed by kops" && *count > 1)
    );
    let before = reading.unread();
    let bundle = |row: &TreeRow| matches!(row, TreeRow::Bundle(at) if !reading.outline.bundle(*at).unwrap().same);
    reading.cursor = reading.rows.iter().position(bundle).unwrap();
    reading.look();
    assert_eq!(reading.unread(), before);
}

#[test]
fn the_tree_names_the_groups_and_bundles_of_the_outline_in_its_order() {
    for stdout in [CREATE, MODIFY] {
        let mut reading = reading(stdout);
        reading.fold_all(true);
        let outline = &reading.outline;
        let rows = reading.rows.iter().copied();
        let rows = rows.filter(|row| matches!(row, TreeRow::Group(_) | TreeRow::Bundle(_)));
        let groups = outline.groups.iter().enumerate();
        let expected = groups.flat_map(|(at, group)| {
            let bundles = group.entries().filter_map(|entry| match entry {
                Entry::Bundle(at) => Some(TreeRow::Bundle(*at)),
                Entry::Resource(_) => None,
            });
            std::iter::once(TreeRow::Group(at)).chain(bundles)
        });
        assert_eq!(rows.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
    }
}
