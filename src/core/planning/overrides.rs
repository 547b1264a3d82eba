//! What overrides may not touch, and what they change.

use serde_yaml::{Mapping, Value};

use crate::core::plan::{GroupRole, Plan, PlannedGroup};
use crate::core::problem::{About, Problem, catalog as rule};
use crate::core::spec::fields::{self, SpecKind, UnknownField};
use crate::core::spec::merge::{OverrideChange, OverrideChangeKind};
use crate::core::spec::overridden;
use crate::core::text::untrusted::visible;

mod guaranteed;

const LONGEST_VALUE: usize = 60;
// Levels of a whole document, where only those of its `spec` belong.
const AROUND_SPEC: [&str; 4] = ["apiVersion", "kind", "metadata", "spec"];

/// Problems of the overrides, in their order.
pub(super) fn problems(plan: &Plan) -> Vec<Problem> {
    let overrides = &plan.answers.overrides;
    let mut found = Vec::new();
    let about = About::Account;
    let path = "overrides.cluster";
    found.extend(guaranteed::cluster(plan, &overrides.cluster, &about, path));
    found.extend(unknown(&overrides.cluster, SpecKind::Cluster, &about, path));
    for (name, fields_of) in &overrides.instance_groups {
        let path = format!("overrides.instanceGroups.{}", visible(name));
        let mut groups = plan.groups.iter();
        let Some(group) = groups.find(|group| group.name == *name || group.asked == *name) else {
            found.extend(no_group(plan, name, &path));
            continue;
        };
        let about = about_group(group);
        found.extend(guaranteed::group(fields_of, &about, &path));
        found.extend(unknown(fields_of, SpecKind::InstanceGroup, &about, &path));
    }
    let changes = overridden(plan);
    found.extend(added(&changes));
    let others = changes
        .iter()
        .filter(|change| change.kind != OverrideChangeKind::Added);
    found.extend(others.map(|change| change_problem(plan, change)));
    found
}

// Nothing is to be decided about each of them, so one problem names them all.
fn added(changes: &[OverrideChange]) -> Option<Problem> {
    let added = changes
        .iter()
        .filter(|change| change.kind == OverrideChangeKind::Added);
    let paths: Vec<_> = added.map(|change| visible(&change.path)).collect();
    let what = match paths.as_slice() {
        [] => return None,
        [one] => format!("{one} is added to the spec"),
        [first, others @ ..] => {
            format!("{first} and {} more are added to the spec", others.len())
        }
    };
    Some(rule::OVERRIDE_ADDS.problem(
        About::Account,
        what,
        "the answers say so; kopswain does not check what they mean",
        "nothing; the spec marks every line that an override wrote",
    ))
}

fn about_group(group: &PlannedGroup) -> About {
    match group.role {
        GroupRole::ControlPlane => About::ControlPlane,
        GroupRole::Bastion => About::Access,
        GroupRole::Node => About::InstanceGroup(group.asked.clone()),
    }
}

// Before the zones are chosen there are no groups yet.
fn no_group(plan: &Plan, name: &str, path: &str) -> Option<Problem> {
    let mut known: Vec<_> = plan
        .groups
        .iter()
        .map(|group| group.asked.as_str())
        .collect();
    known.dedup();
    (!known.is_empty()).then(|| {
        rule::OVERRIDE_GROUP_UNKNOWN.problem(
            About::InstanceGroup(name.to_owned()),
            format!("{path} names no instance group"),
            "what it says would be lost without a word",
            format!(
                "name one of {}, or one of their groups in a zone",
                visible(&known.join(", "))
            ),
        )
    })
}

// kops drops what it does not know. The round trip is the last judge: it sees what kops stored.
fn unknown<'a>(
    given: &Mapping,
    kind: SpecKind,
    about: &'a About,
    path: &'a str,
) -> impl Iterator<Item = Problem> + 'a {
    let found = fields::unknown(kind, given).into_iter();
    found.map(move |UnknownField { path: place, name, known }| {
        let shown = visible(&place);
        if AROUND_SPEC.contains(&place.as_str()) {
            return rule::OVERRIDE_FORM.problem(
                about.clone(),
                format!("{path} has a level {shown}"),
                "overrides are merged into the spec of the document and begin with its fields",
                format!("write the fields of spec right below {path}"),
            );
        }
        rule::OVERRIDE_FIELD_UNKNOWN.problem(
            about.clone(),
            format!("{path}.{shown} is no field that kops 1.36 knows there"),
            "kops drops unknown fields without a word, and does not heed upper and lower case everywhere",
            match nearest(&name, &known) {
                Some(near) => format!("write {near}, or remove it"),
                None => "look the field up in kops's documentation of the cluster spec, or remove it".to_owned(),
            },
        )
    })
}

fn nearest(name: &str, known: &[&'static str]) -> Option<&'static str> {
    let distances = known.iter().map(|other| (distance(name, other), *other));
    let (distance, near) = distances.min()?;
    (distance <= name.len() / 3).then_some(near)
}

// Levenshtein's, without heed to case.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<u8> = other.to_ascii_lowercase().into_bytes();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, left) in one.to_ascii_lowercase().bytes().enumerate() {
        let mut diagonal = at;
        let mut before = at + 1;
        for (cell, right) in row.iter_mut().skip(1).zip(&other) {
            let changed = diagonal + usize::from(left != *right);
            diagonal = *cell;
            before = changed.min(*cell + 1).min(before + 1);
            *cell = before;
        }
        if let Some(first) = row.first_mut() {
            *first = at + 1;
        }
    }
    row.last().copied().unwrap_or(usize::MAX)
}

fn change_problem(plan: &Plan, change: &OverrideChange) -> Problem {
    let path = visible(&change.path);
    let about = change
        .path
        .strip_prefix("overrides.instanceGroups.")
        .and_then(|rest| {
            let mut groups = plan.groups.iter();
            groups.find(|group| rest.starts_with(&group.name) || rest.starts_with(&group.asked))
        })
        .map_or(About::Account, about_group);
    let own = "nothing; the spec marks every line that an override wrote";
    let replaces = |what: String| {
        rule::OVERRIDE_REPLACES.problem(
            about.clone(),
            what,
            "the answers say so, in place of what was planned or is kops's default",
            own,
        )
    };
    match &change.kind {
        OverrideChangeKind::Added => replaces(format!("{path} is added")),
        OverrideChangeKind::Replaced { old, new } => replaces(format!(
            "{path} is {} in place of {}",
            short(new),
            short(old)
        )),
        OverrideChangeKind::Removed { old } => replaces(format!("{path} removes {}", short(old))),
        OverrideChangeKind::RemovedNothing => rule::OVERRIDE_REMOVES_NOTHING.problem(
            about,
            format!("{path} removes what is not there"),
            "null takes a field out of the spec, and the spec has none of that name there",
            "remove it, or correct the name",
        ),
        OverrideChangeKind::Form { has, given } => rule::OVERRIDE_FORM.problem(
            about,
            format!("{path} is {given}"),
            format!("the spec has {has} there"),
            format!("write {has}, or null to remove the field"),
        ),
    }
}

fn short(value: &Value) -> String {
    let text = serde_json::to_string(value).unwrap_or_default();
    let text = visible(&text);
    if text.chars().count() <= LONGEST_VALUE {
        return text;
    }
    text.chars().take(LONGEST_VALUE).chain(['…']).collect()
}
