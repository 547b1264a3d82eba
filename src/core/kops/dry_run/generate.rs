//! Dry runs made up in kops's own format.

use proptest::collection::vec;
use proptest::prelude::*;

use super::parse::INCONSISTENT;
use super::{ChangeAction, ChangedField, DryRun, Ending, Resource, ValueChange};

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~é日]{0,40}".prop_filter("an arrow would be ambiguous", |text| !text.contains("->")),
        Just("<nil>".to_owned()),
        vec("[a-z./]{1,12}: [a-z0-9 \t]{0,9}( -> x)?", 0..4)
            .prop_map(|tags| format!("{{{}}}", tags.join(", "))),
        "x{1,3000}",
    ]
}

// Brackets that do not close would hide the arrow from the parser, and from a person.
fn side() -> impl Strategy<Value = String> {
    value().prop_filter("brackets must close", |text| {
        let open = text.matches(['{', '[', '(']).count();
        open == text.matches(['}', ']', ')']).count()
            && text.starts_with('{') == text.ends_with('}')
            && (open == 0 || text.starts_with('{'))
    })
}

fn changed() -> impl Strategy<Value = ValueChange> {
    (side(), side()).prop_map(|(old, new)| ValueChange::Changed {
        old: old.into(),
        new: new.into(),
    })
}

// Two values with newlines: the old one starts with a letter, else kops's output could be a diff as well.
fn changed_lines() -> impl Strategy<Value = ValueChange> {
    ("[a-z]{1,5}", vec("[a-z ]{0,9}", 1..4)).prop_map(|(old, lines)| ValueChange::Changed {
        old: old.into(),
        new: lines.join("\n").replacen("", "x\n", 1).into(),
    })
}

fn diff() -> impl Strategy<Value = ValueChange> {
    let line = prop_oneof![Just("...".to_owned()), "[-+ ] [ -~]{0,30}"];
    vec(line, 1..8).prop_map(|lines| ValueChange::Diff(lines.into_iter().map(Into::into).collect()))
}

fn field(change: impl Strategy<Value = ValueChange>) -> impl Strategy<Value = ChangedField> {
    ("[A-Z][A-Za-z0-9]{0,25}", change).prop_map(|(name, change)| ChangedField { name, change })
}

fn complaint() -> impl Strategy<Value = ChangedField> {
    vec("(actual|expect|change): [ -~]{0,30}", 1..4).prop_map(|lines| ChangedField {
        name: INCONSISTENT.to_owned(),
        change: ValueChange::Diff(lines.into_iter().map(Into::into).collect()),
    })
}

fn resource(
    action: ChangeAction,
    fields: impl Strategy<Value = Vec<ChangedField>>,
) -> impl Strategy<Value = Resource> {
    ("[A-Z][A-Za-z0-9]{0,24}", "[ -~]{1,40}", fields).prop_map(move |(kind, name, fields)| {
        Resource {
            action,
            kind,
            name: name.into(),
            fields,
            line: 0,
        }
    })
}

fn created() -> impl Strategy<Value = Vec<ChangedField>> {
    let text = prop_oneof![
        9 => value(),
        1 => vec("[a-z]{1,9}: [a-z0-9]{1,9}", 2..5).prop_map(|tags| format!("{{{}}}", tags.join("\n"))),
    ];
    let new = text.prop_map(|text| ValueChange::New(text.into()));
    vec(field(new), 0..6)
}

fn modified() -> impl Strategy<Value = Vec<ChangedField>> {
    prop_oneof![
        9 => vec(field(prop_oneof![changed(), changed_lines(), diff()]), 1..6),
        1 => complaint().prop_map(|field| vec![field]),
    ]
}

// kops's log, then a notice in its frame of stars.
fn log() -> impl Strategy<Value = Vec<super::Untrusted>> {
    let entry =
        "[IWE]1124 08:15:03\\.[0-9]{6} {1,4}[0-9]{1,5} [a-z_]{1,9}\\.go:[0-9]{1,3}\\] [ -~]{0,60}";
    let stars = "*".repeat(81);
    let notice = vec("A[ -~]{0,40}", 0..3).prop_map(move |lines| {
        let frame = || std::iter::once(stars.clone());
        frame().chain(lines).chain(frame()).collect::<Vec<_>>()
    });
    (vec(entry, 0..4), vec(notice, 0..2)).prop_map(|(entries, notices)| {
        let lines = entries.into_iter().chain(notices.concat());
        lines.map(Into::into).collect()
    })
}

/// Any dry run that kops can print, in the order of its sections; line numbers are 0.
pub(super) fn dry_runs() -> impl Strategy<Value = DryRun> {
    let none = || Just(Vec::new());
    let ending = prop_oneof![
        Just(Ending::ChangesWait),
        Just(Ending::NoChanges),
        Just(Ending::Missing)
    ];
    (
        vec(resource(ChangeAction::Create, created()), 0..5),
        vec(resource(ChangeAction::Modify, modified()), 0..5),
        vec(resource(ChangeAction::DeleteOnPrune, none()), 0..4),
        vec(resource(ChangeAction::Delete, none()), 0..4),
        ending,
        log(),
    )
        .prop_map(|(create, modify, prune, delete, ending, log)| DryRun {
            resources: [create, modify, prune, delete].concat(),
            unread: Vec::new(),
            log,
            ending,
            ..DryRun::default()
        })
}
