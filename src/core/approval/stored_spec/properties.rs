//! Whatever a spec holds: each single loss is found and named by its path, and what kops may do is none.

use proptest::prelude::*;
use serde_yaml::{Mapping, Value};

use super::compare;

/// One step from a value to a part of it.
#[derive(Clone, Debug)]
enum PathStep {
    Key(String),
    /// The place in the list, and what the path calls it.
    Item(usize, String),
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        "[a-z0-9.:/ -]{0,12}".prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::from("\u{1b}[2J\u{202e}")),
    ]
}

// `name` ties an item of a list to its place, so that only lists of named items have it.
fn map(inner: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    prop::collection::btree_map("[a-m][a-zA-Z]{0,3}", inner, 0..4).prop_map(|fields| {
        let fields = fields.into_iter();
        Value::Mapping(fields.map(|(key, value)| (key.into(), value)).collect())
    })
}

fn named(items: Vec<Value>) -> Value {
    let items = items.into_iter().enumerate();
    let with_name = |(at, item): (usize, Value)| {
        let mut fields = item.as_mapping().cloned().unwrap_or_default();
        fields.insert("name".into(), format!("n{at}").into());
        Value::Mapping(fields)
    };
    Value::Sequence(items.map(with_name).collect())
}

fn value() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(4, 40, 4, |inner| {
        prop_oneof![
            map(inner.clone()),
            prop::collection::vec(inner.clone(), 1..4).prop_map(Value::Sequence),
            prop::collection::vec(map(inner), 1..4).prop_map(named),
        ]
    })
}

fn spec() -> impl Strategy<Value = Value> {
    map(value()).prop_map(|spec| {
        let text = "kind: Cluster\nmetadata: {name: prod}\n";
        let mut document: Mapping = serde_yaml::from_str(text).unwrap();
        document.insert("spec".into(), spec);
        Value::Mapping(document)
    })
}

fn name_of(item: &Value) -> Option<&str> {
    item.get("name")?.as_str()
}

// Every part of the spec that can be lost by itself; of a list without names only the last, because others move up.
fn parts(at: &[PathStep], value: &Value, found: &mut Vec<Vec<PathStep>>) {
    let mut below = |step: PathStep, part: &Value, lost: bool| {
        let path = [at, &[step]].concat();
        if lost {
            found.push(path.clone());
        }
        parts(&path, part, found);
    };
    match value {
        Value::Mapping(fields) => {
            for (key, part) in fields {
                let key = key.as_str().unwrap();
                below(PathStep::Key(key.to_owned()), part, key != "name");
            }
        }
        Value::Sequence(items) => {
            for (at, item) in items.iter().enumerate() {
                let label = name_of(item).map_or_else(|| at.to_string(), str::to_owned);
                let last = at + 1 == items.len();
                below(
                    PathStep::Item(at, label),
                    item,
                    last || name_of(item).is_some(),
                );
            }
        }
        _ => {}
    }
}

fn all_parts(document: &Value) -> Vec<Vec<PathStep>> {
    let mut found = Vec::new();
    parts(&[], &document["spec"], &mut found);
    found
}

fn words(path: &[PathStep]) -> String {
    let step = |step: &PathStep| match step {
        PathStep::Key(key) => format!(".{key}"),
        PathStep::Item(_, label) => format!("[{label}]"),
    };
    let steps: String = path.iter().map(step).collect();
    format!("Cluster/prod.spec{steps}")
}

fn at<'a>(document: &'a mut Value, path: &[PathStep]) -> &'a mut Value {
    let spec = document.get_mut("spec").unwrap();
    path.iter().fold(spec, |value, step| match step {
        PathStep::Key(key) => value.get_mut(key.as_str()).unwrap(),
        PathStep::Item(at, _) => value.get_mut(*at).unwrap(),
    })
}

fn take_away(document: &mut Value, path: &[PathStep]) -> Value {
    let (last, before) = path.split_last().unwrap();
    match (last, at(document, before)) {
        (PathStep::Key(key), Value::Mapping(fields)) => fields.remove(key.as_str()).unwrap(),
        (PathStep::Item(at, _), Value::Sequence(items)) => items.remove(*at),
        _ => unreachable!(),
    }
}

fn problems(sent: &Value, stored: &Value) -> Vec<(&'static str, String)> {
    let text = |value: &Value| serde_yaml::to_string(value).unwrap();
    let found = compare(&text(sent), &text(stored)).unwrap();
    found
        .into_iter()
        .map(|problem| (problem.id, problem.what))
        .collect()
}

// Maps in another order, and lists of named items backwards.
fn turned(value: &Value) -> Value {
    match value {
        Value::Mapping(fields) => {
            let mut pairs: Vec<(Value, Value)> = fields
                .iter()
                .map(|(key, part)| (key.clone(), turned(part)))
                .collect();
            pairs.reverse();
            Value::Mapping(pairs.into_iter().collect())
        }
        Value::Sequence(items) if items.iter().all(|item| name_of(item).is_some()) => {
            Value::Sequence(items.iter().rev().map(turned).collect())
        }
        Value::Sequence(items) => Value::Sequence(items.iter().map(turned).collect()),
        leaf => leaf.clone(),
    }
}

fn enriched(value: &Value) -> Value {
    match value {
        Value::Mapping(fields) => {
            let fields = fields.iter();
            let mut more: Mapping = fields
                .map(|(key, part)| (key.clone(), enriched(part)))
                .collect();
            more.insert("zzDefault".into(), 1.into());
            Value::Mapping(more)
        }
        Value::Sequence(items) => Value::Sequence(items.iter().map(enriched).collect()),
        leaf => leaf.clone(),
    }
}

proptest! {
    #[test]
    fn what_survives_in_any_order_and_with_defaults_is_no_problem(document in spec()) {
        let stored = turned(&enriched(&document));
        prop_assert_eq!(problems(&document, &stored), []);
    }

    #[test]
    fn one_lost_part_is_one_problem_named_by_its_path(document in spec(), which in any::<prop::sample::Index>()) {
        let parts = all_parts(&document);
        prop_assume!(!parts.is_empty());
        let path = which.get(&parts);
        let mut stored = document.clone();
        let lost = take_away(&mut stored, path);
        let found = problems(&document, &turned(&stored));
        // kops does not write an empty list back.
        if lost.as_sequence().is_some_and(Vec::is_empty) {
            prop_assert_eq!(found, []);
        } else {
            prop_assert_eq!(found.len(), 1, "{:?}", found);
            prop_assert_eq!(found[0].0, "spec-field-lost");
            let start = format!("{} did not survive: ", words(path));
            prop_assert!(found[0].1.starts_with(&start), "{} is not {}", found[0].1, start);
        }
    }

    #[test]
    fn one_changed_value_is_one_problem_named_by_its_path(document in spec(), which in any::<prop::sample::Index>()) {
        let mut leaves = all_parts(&document);
        leaves.retain(|path| !at(&mut document.clone(), path).is_mapping());
        prop_assume!(!leaves.is_empty());
        let path = which.get(&leaves);
        let mut stored = document.clone();
        *at(&mut stored, path) = Value::from("changed by somebody");
        let found = problems(&document, &stored);
        prop_assert_eq!(found.len(), 1, "{:?}", found);
        prop_assert_eq!(found[0].0, "spec-field-changed");
        let start = format!("{} is changed by somebody, and ", words(path));
        prop_assert!(found[0].1.starts_with(&start), "{} is not {}", found[0].1, start);
    }

    #[test]
    fn any_two_texts_are_compared_or_refused_in_words(sent in "\\PC{0,80}", stored in "\\PC{0,80}") {
        if let Err(fault) = compare(&sent, &stored) {
            prop_assert!(fault.what.ends_with("cannot be compared"));
        }
    }
}
