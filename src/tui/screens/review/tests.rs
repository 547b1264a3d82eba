#![allow(clippy::unwrap_used, clippy::panic)]

use super::compare::ApprovalComparison;
use super::*;
use crate::core::kops::dry_run::ChangeAction;
use crate::core::problem::{About, catalog};

mod bundles;
mod long;

const CREATE: &str = include_str!("../../../../tests/fixtures/kops/update-create.stdout");
const NOISE: &str = "Will modify resources:\n  Subnet/us-east-1a.prod.example.com\n  \tResourceBasedNaming \t false -> true\n\nMust specify --yes to apply changes\n";
const MODIFY: &str = include_str!("../../../../tests/fixtures/kops/update-modify.stdout");
const SPEC: &str = include_str!("../../../../tests/fixtures/kops/cluster_spec.yml");

fn reading(stdout: &str) -> Reading {
    Reading::new(parse(stdout), stdout.to_owned())
}

fn type_words(reading: &mut Reading, words: &str) {
    reading.start_search();
    *reading.search.typing_mut().unwrap() = words.into();
    reading.search_typed();
    reading.search.end_typing();
}

fn here(reading: &Reading) -> String {
    let row = reading.row().unwrap();
    let resource = reading.resource_of(row);
    let title = resource.map(|at| reading.outline().dry_run.resources[at].title());
    match row {
        TreeRow::Resource(_) => title.unwrap(),
        TreeRow::Field { resource, field } => {
            let name = &reading.outline().dry_run.resources[resource].fields[field].name;
            format!("{} {name}", title.unwrap())
        }
        TreeRow::DiffLine { line, .. } => format!("{} line {line}", title.unwrap()),
        other => format!("{other:?}"),
    }
}

fn texts(reading: &Reading) -> Vec<String> {
    let lines = reading.describe(usize::MAX);
    lines
        .iter()
        .map(|line| format!("{}{}", line.sign, line.text))
        .collect()
}

#[test]
fn what_goes_away_comes_first_among_the_changes() {
    let reading = reading(MODIFY);
    let groups = reading.outline().groups.iter();
    let groups: Vec<_> = groups.map(|group| group.action).collect();
    assert!(groups.is_sorted());
    assert_eq!(groups.first(), Some(&ChangeAction::DeleteOnPrune));
}

#[test]
fn a_search_looks_into_folded_fields_and_values_and_opens_the_way() {
    let mut reading = reading(MODIFY);
    type_words(&mut reading, "T3.LARGE");
    // The folded finding, then the field of three launch templates.
    assert_eq!(reading.match_position(), (1, 4));
    reading.find_next(1);
    assert_eq!(
        here(&reading),
        "LaunchTemplate/nodes-us-east-1a.prod.example.com InstanceType"
    );
    reading.find_next(-1);
    reading.find_next(-1);
    assert_eq!(reading.match_position(), (4, 4));
    type_words(&mut reading, "kube-scheduler:v1.34.1");
    assert_eq!(reading.match_position(), (1, 4));
    assert!(here(&reading).starts_with("ManagedFile/cluster-completed.spec line"));
    reading.leave_search();
    assert_eq!(reading.match_position(), (0, 0));
}

#[test]
fn leaving_a_search_that_is_being_typed_goes_back() {
    let mut reading = reading(MODIFY);
    reading.step(2);
    let before = here(&reading);
    reading.start_search();
    *reading.search.typing_mut().unwrap() = "sshkey".into();
    reading.search_typed();
    assert_ne!(here(&reading), before);
    reading.leave_search();
    assert_eq!(here(&reading), before);
}

#[test]
fn the_raw_text_is_searched_too_and_opens_at_the_resource() {
    let mut reading = reading(MODIFY);
    type_words(&mut reading, "nodes-us-east-1c.prod.example.com");
    reading.toggle_raw();
    let ReadingView::Raw { top } = reading.view else {
        panic!("not raw");
    };
    assert_eq!(
        reading.content.raw.line(top),
        "  AutoscalingGroup/nodes-us-east-1c.prod.example.com"
    );
    assert_eq!(reading.match_position(), (1, 2));
    reading.find_next(1);
    assert_eq!(reading.match_position(), (2, 2));
}

#[test]
fn a_filter_hides_rows_until_it_is_cleared() {
    let mut reading = reading(MODIFY);
    let all = reading.tree.rows().len();
    reading.advance_filter(FilterKind::Severity);
    // Two open firewall rules below their group, and the finding about them.
    assert_eq!(reading.tree.rows().len(), 2, "{:?}", reading.tree.rows());
    reading.clear_filter();
    assert_eq!(reading.tree.rows().len(), all);
}

#[test]
fn a_search_finds_only_what_the_filter_lets_pass() {
    let mut reading = reading(MODIFY);
    type_words(&mut reading, "prod.example.com");
    let (_, all) = reading.match_position();
    reading.advance_filter(FilterKind::Action);
    let (_, pruned) = reading.match_position();
    assert!(pruned < all, "{pruned} of {all}");
}

#[test]
fn a_review_begins_at_its_first_finding_and_noise_stays_folded() {
    let warning = catalog::SPEC_FIELDS_REPLACED.problem(About::Account, "a", "b", "c");
    let mut reading = reading(NOISE);
    reading.set_planned(&[warning]);
    assert_eq!(reading.row(), Some(TreeRow::Finding(0)));
    let folded = reading.tree.rows().len();
    reading.unfold(40);
    assert_eq!(reading.tree.rows().len(), folded);
    reading.step(1);
    let row = reading.row();
    reading.set_planned(&[]);
    assert_eq!(reading.row(), row);
}

#[test]
fn a_finding_leads_to_each_of_its_resources_and_back() {
    let mut reading = reading(MODIFY);
    assert_eq!(reading.row(), Some(TreeRow::Finding(0)));
    reading.choose();
    assert_eq!(
        reading.tree.rows()[3..5],
        [
            TreeRow::Subject { finding: 0, at: 0 },
            TreeRow::Subject { finding: 0, at: 1 }
        ]
    );
    reading.step(2);
    reading.choose();
    assert_eq!(
        here(&reading),
        "SecurityGroupRule/from-0.0.0.0/0-ingress-tcp-22to22-nodes.prod.example.com"
    );
    reading.go_back();
    assert_eq!(reading.row(), Some(TreeRow::Subject { finding: 0, at: 1 }));
    reading.choose();
    while reading.selection.return_row().is_some() {}
    reading.go_back();
    assert_eq!(reading.row(), Some(TreeRow::Finding(0)));
}

#[test]
fn only_what_the_cursor_was_on_counts_as_read() {
    let mut reading = reading(MODIFY);
    let counts = |reading: &Reading| -> Vec<usize> {
        reading
            .marks
            .count_unread(reading.outline())
            .iter()
            .map(|(_, unread, _)| *unread)
            .collect()
    };
    assert_eq!(counts(&reading), [2, 23, 3]);
    assert_eq!(
        reading.marks.unread_dangers(reading.outline()).count(),
        0,
        "the first row is under the cursor"
    );
    reading.fold_all(true);
    assert_eq!(counts(&reading), [2, 23, 3], "open is not read");
    reading.next_unread();
    assert_eq!(counts(&reading), [1, 23, 3]);
    for _ in 0..27 {
        reading.next_unread();
    }
    assert_eq!(counts(&reading), [0, 0, 0]);
}

#[test]
fn the_detail_says_everything_about_a_resource() {
    let mut reading = reading(MODIFY);
    reading.set_spec(SPEC);
    type_words(&mut reading, "LaunchTemplate/nodes-us-east-1a");
    let lines = texts(&reading);
    assert_eq!(
        lines[..12],
        [
            "~ LaunchTemplate/nodes-us-east-1a.prod.example.com",
            "modify, instance group nodes-us-east-1a, zone us-east-1a, line 68 of the raw text",
            "from line 142 of the spec: machineType: t3.medium",
            "warning: the instance type changes: t3.medium -> t3.large",
            "why: every instance of the group is replaced by the next rolling update",
            "do:  check that the type is offered in the group's zones and fits the image's architecture",
            "note: a rolling update replaces 3 instance groups of nodes: 3 to 6 instances",
            "why: kops changes only the launch template; running instances stay as they are",
            "do:  after applying: kops rolling-update cluster --name=prod.example.com --yes",
            "InstanceType",
            "- t3.medium",
            "+ t3.large",
        ]
    );
    assert!(
        lines
            .iter()
            .any(|line| line.starts_with("+ NodeupConfigHash: eQJpm"))
    );
}

#[test]
fn tags_are_told_by_what_comes_and_goes() {
    let stdout = "Will modify resources:\n  NatGateway/a.x\n  \tTags                \t {Name: a, b: 1} -> {Name: a, b: 2, kubernetes.io/cluster/x: shared}\n\nMust specify --yes to apply changes\n";
    let mut reading = reading(stdout);
    type_words(&mut reading, "NatGateway/a.x");
    reading.find_next(1);
    let lines = texts(&reading);
    let from = lines
        .iter()
        .position(|line| line.starts_with("Tags"))
        .unwrap();
    assert_eq!(
        lines[from..],
        [
            "Tags  (1 item unchanged)",
            "- b: 1",
            "+ b: 2",
            "+ kubernetes.io/cluster/x: shared"
        ]
    );
}

#[test]
fn two_reports_are_compared() {
    let later = MODIFY.replace("2 -> 6", "2 -> 7");
    let comparison = ApprovalComparison::earlier_and_later(&parse(MODIFY), &parse(&later));
    let mut reading = reading(&later).compared(comparison);
    assert_eq!(
        reading.tree.rows()[..2],
        [TreeRow::Differences, TreeRow::Difference(0)]
    );
    reading.step(1);
    assert_eq!(
        texts(&reading),
        [
            "modify AutoscalingGroup/nodes-us-east-1a.prod.example.com, MaxSize",
            "before",
            "- 2",
            "+ 6",
            "now",
            "- 2",
            "+ 7",
        ]
    );
    reading.choose();
    assert_eq!(
        here(&reading),
        "AutoscalingGroup/nodes-us-east-1a.prod.example.com"
    );
    reading.go_back();
    assert_eq!(reading.row(), Some(TreeRow::Difference(0)));
}

#[test]
fn the_spec_follows_the_cursor() {
    let mut reading = reading(MODIFY);
    reading.set_spec(SPEC);
    let line = |reading: &Reading| {
        let lines = reading.cause.lines();
        lines
            .first()
            .and_then(|range| SPEC.lines().nth(range.start))
            .unwrap_or_default()
            .trim()
    };
    assert_eq!(line(&reading), "sshAccess:", "the finding at the top");
    type_words(&mut reading, "AutoscalingGroup/nodes-us-east-1b");
    assert_eq!(line(&reading), "maxSize: 2");
}

#[test]
fn what_the_plan_warned_of_is_read_with_the_report() {
    use crate::core::problem::{About, Problem, ProblemSeverity as Weight};

    let mut reading = Reading::new(parse(MODIFY), MODIFY.to_owned());
    let before = reading.outline().findings.len();
    reading.set_planned(&[Problem {
        id: "zone-without-nat",
        severity: Weight::Warning,
        about: About::Vpc,
        what: "x".to_owned(),
        why: "y".to_owned(),
        remedy: "z".to_owned(),
        source: "s",
    }]);
    let found = &reading.outline().findings;
    assert_eq!(found.len(), before + 1);
    let mut messages = found.iter().map(|folded| folded.finding.message.as_str());
    assert!(messages.any(|message| message == "from the plan: x"));
}

#[test]
fn an_edit_of_nothing_but_noise_is_not_approved_and_says_so_first() {
    let noise = include_str!("../../../../tests/fixtures/kops/update-nochange.stdout");
    for (text, replacement, nothing) in [
        (noise, SpecReplacement::Same, true),
        (noise, SpecReplacement::Other, false),
        (MODIFY, SpecReplacement::Same, false),
    ] {
        let mut reading = Reading::new(parse(text), text.to_owned());
        reading.set_replacement(replacement);
        let headline = &reading.outline().headline;
        assert_eq!(reading.changes_nothing(), nothing);
        assert_eq!(headline.starts_with(super::NOTHING), nothing, "{headline}");
        let why = nothing.then(|| format!("{}: there is nothing to approve", super::NOTHING));
        assert_eq!(reading.unapprovable(), why);
    }
}

#[test]
fn an_edit_that_only_the_stored_spec_sees_says_so_first_and_is_approved() {
    let none = "No changes need to be applied\n";
    let nothing = Some("no changes: there is nothing to approve".to_owned());
    for (text, replacement, only, why) in [
        (none, SpecReplacement::Other, true, None),
        (none, SpecReplacement::NotReplaced, false, nothing.clone()),
        ("", SpecReplacement::Other, false, nothing),
    ] {
        let mut reading = Reading::new(parse(text), text.to_owned());
        reading.set_replacement(replacement);
        let headline = &reading.outline().headline;
        assert_eq!(
            headline.starts_with("only the stored spec"),
            only,
            "{headline}"
        );
        assert_eq!(reading.unapprovable(), why);
    }
}

#[test]
fn every_value_that_a_replace_changes_is_in_the_detail_and_in_every_text() {
    let spec = |value: &str| {
        let fields = (0..25).map(|at| format!("{value}{at:02}: 1"));
        let fields = fields.collect::<Vec<_>>().join(", ");
        let group = |size| {
            format!(
                "---\nkind: InstanceGroup\nmetadata: {{name: nodes}}\nspec: {{maxSize: {size}}}\n"
            )
        };
        let size = if value == "a" { 2 } else { 3 };
        format!(
            "kind: Cluster\nmetadata: {{name: x}}\nspec: {{{fields}}}\n{}",
            group(size)
        )
    };
    let (stored, new) = (spec("a"), spec("b"));
    let problems = crate::core::approval::replaced::replaced(&stored, &new, &new).unwrap();
    let mut reading = Reading::new(parse(MODIFY), MODIFY.to_owned());
    reading.set_planned(&problems);
    let text = crate::core::render::text::to_text(reading.outline());
    let markdown = crate::core::render::markdown::to_markdown(reading.outline());
    let findings = 0..reading.outline().findings.len();
    let detail: String = findings
        .flat_map(|at| {
            reading.go_to(TreeRow::Finding(at));
            let lines = reading.describe(1_000);
            lines
                .iter()
                .map(|line| line.text.to_string())
                .collect::<Vec<_>>()
        })
        .collect();
    for page in [text, markdown, detail] {
        let gone = (0..25).map(|at| format!("Cluster/x.spec.a{at:02}, which is 1"));
        let new = (0..25).map(|at| format!("Cluster/x.spec.b{at:02} to 1, new"));
        let group = "InstanceGroup/nodes.spec.maxSize from 2 to 3".to_owned();
        let missing: Vec<_> = gone
            .chain(new)
            .chain([group])
            .filter(|one| !page.contains(one))
            .collect();
        assert_eq!(missing, [""; 0]);
    }
}
