//! Each rule of the catalogue is broken once.

mod breaks;

use std::collections::BTreeSet;

use breaks::BREAKS;
pub(super) use breaks::Break;

use super::*;
use crate::core::problem::catalog;

pub(super) fn breaks() -> impl Iterator<Item = &'static (&'static str, Break)> {
    BREAKS
        .iter()
        .chain(super::options::BREAKS)
        .chain(super::existing_subnets::BREAKS)
}

pub(super) fn broken(change: Break) -> Planned {
    let (mut inventory, mut asked) = (method::inventory(), answers());
    change(&mut inventory, &mut asked);
    plan(&inventory, &asked)
}

#[test]
fn each_break_is_found_and_weighs_what_the_catalogue_says() {
    for (id, change) in breaks() {
        let planned = broken(*change);
        let found = planned.problems.iter().find(|problem| problem.id == *id);
        let found = found.unwrap_or_else(|| panic!("{id} is missing in {:#?}", planned.problems));
        let rule = catalog::ALL.iter().find(|rule| rule.id == *id).unwrap();
        assert_eq!((found.severity, found.source), (rule.severity, rule.source));
        let blocked = found.severity == ProblemSeverity::Blocked;
        assert!(!blocked || planned.accepted().is_none(), "{id}");
        for part in [&found.what, &found.why, &found.remedy] {
            assert!(!part.is_empty() && !part.ends_with('.'), "{id}: {part}");
        }
    }
}

#[test]
fn every_rule_of_the_catalogue_is_broken_here() {
    let provoked: BTreeSet<_> = breaks().map(|(id, _)| *id).collect();
    let untested: Vec<_> = catalog::ALL
        .iter()
        .map(|rule| rule.id)
        .filter(|id| !provoked.contains(id))
        .collect();
    // These are of the round trip, and `roundtrip` breaks them.
    let elsewhere = [
        "cluster-grows",
        "cluster-field-fixed",
        "spec-document-lost",
        "spec-field-lost",
        "spec-field-changed",
        "spec-field-removed",
        "spec-fields-replaced",
        "instance-group-stays",
    ];
    assert_eq!(untested, elsewhere);
    assert_eq!(provoked.len() + elsewhere.len(), catalog::ALL.len());
}

#[test]
fn several_wrong_answers_are_told_together() {
    let (mut inventory, mut asked) = (method::inventory(), answers());
    for id in [
        "cluster-name-invalid",
        "egress-other-zone",
        "control-plane-even",
        "ssh-open",
    ] {
        let (_, change) = BREAKS.iter().find(|(name, _)| *name == id).unwrap();
        change(&mut inventory, &mut asked);
    }
    assert_eq!(
        ids(&plan(&inventory, &asked)),
        [
            "cluster-name-invalid",
            "egress-other-zone",
            "control-plane-even",
            "ssh-open",
            "api-inside-only"
        ]
    );
}

#[test]
fn hostile_answers_are_shown_and_never_obeyed() {
    let mut asked = answers();
    asked.cluster = "a\u{1b}[2J".into();
    asked.zones[0].name = "zone\u{202e}".into();
    asked.vpc = "vpc\u{7}".into();
    asked.instance_groups[0].name = "n\u{200b}".into();
    asked.instance_groups[0].machine_type = "\u{1b}]0;x\u{7}".into();
    for problem in plan(&method::inventory(), &asked).problems {
        let text = problem.to_string().replace('\n', "");
        assert_eq!(text, crate::core::text::untrusted::visible(&text));
    }
}
