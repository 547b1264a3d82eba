//! Overrides → the spec: maps field by field, lists of named items by their name, other values whole; `null` removes.

use serde_yaml::value::{Tag, TaggedValue};
use serde_yaml::{Mapping, Value};

/// What one override does to the spec; the path begins with `overrides`.
#[derive(Clone, Debug, PartialEq)]
pub struct OverrideChange {
    pub path: String,
    pub kind: OverrideChangeKind,
}

/// The kinds of change.
#[derive(Clone, Debug, PartialEq)]
pub enum OverrideChangeKind {
    Added,
    Replaced {
        old: Value,
        new: Value,
    },
    Removed {
        old: Value,
    },
    /// A `null` where nothing is.
    RemovedNothing,
    /// The spec has one form of value there, the override another.
    Form {
        has: &'static str,
        given: &'static str,
    },
}

/// The tag of a value that an override wrote, until the text is drawn.
pub(super) const MARK: &str = "overrides";

/// Merges a map of overrides into a map of the spec; what has the wrong form is left out.
pub(super) fn merge(
    spec: &mut Mapping,
    from: &Mapping,
    path: &str,
    found: &mut Vec<OverrideChange>,
) {
    for (key, value) in from {
        let path = format!("{path}.{}", label(key));
        if !key.is_string() {
            note(found, path, form("a name", key));
        } else if value.is_null() {
            remove(spec, key, path, found);
        } else {
            let slot = spec.entry(key.clone()).or_insert(Value::Null);
            set(slot, value, &path, found);
            if slot.is_null() {
                spec.remove(key);
            }
        }
    }
    let mut fields: Vec<_> = std::mem::take(spec).into_iter().collect();
    fields.sort_by_cached_key(|(key, _)| label(key));
    spec.extend(fields);
}

fn remove(spec: &mut Mapping, key: &Value, path: String, found: &mut Vec<OverrideChange>) {
    let kind = match spec.remove(key) {
        Some(old) => OverrideChangeKind::Removed { old },
        None => OverrideChangeKind::RemovedNothing,
    };
    note(found, path, kind);
}

// `Null` in the slot stands for a field that is not there yet.
fn set(slot: &mut Value, value: &Value, path: &str, found: &mut Vec<OverrideChange>) {
    match (&mut *slot, value) {
        (_, Value::Tagged(_)) => note(found, path, form("a plain value", value)),
        (Value::Mapping(fields), Value::Mapping(more)) => merge(fields, more, path, found),
        (Value::Sequence(items), Value::Sequence(more)) if all_named(items) && all_named(more) => {
            merge_items(items, more, path, found);
        }
        (Value::Null, Value::Mapping(more)) if !more.is_empty() => {
            let mut fields = Mapping::new();
            merge(&mut fields, more, path, found);
            *slot = Value::Mapping(fields);
        }
        (Value::Null, _) => {
            *slot = marked(value);
            note(found, path, OverrideChangeKind::Added);
        }
        (old, _) if word(old) != word(value) => note(found, path, form(word(old), value)),
        (old, _) if plain(old) == *value => {}
        (old, _) => {
            let old = std::mem::replace(old, marked(value));
            let kind = OverrideChangeKind::Replaced {
                old: plain(&old),
                new: value.clone(),
            };
            note(found, path, kind);
        }
    }
}

fn merge_items(
    items: &mut Vec<Value>,
    more: &[Value],
    path: &str,
    found: &mut Vec<OverrideChange>,
) {
    for item in more {
        let name = name(item).unwrap_or_default();
        let path = format!("{path}[{name}]");
        let known = items
            .iter_mut()
            .find(|other| self::name(other) == Some(name));
        if let Some(known) = known {
            set(known, item, &path, found);
        } else {
            let mut fresh = Value::Null;
            set(&mut fresh, item, &path, found);
            items.push(fresh);
        }
    }
}

fn all_named(items: &[Value]) -> bool {
    !items.is_empty() && items.iter().all(|item| name(item).is_some())
}

fn name(item: &Value) -> Option<&str> {
    match item.get("name") {
        Some(Value::Tagged(tagged)) => tagged.value.as_str(),
        name => name?.as_str(),
    }
}

fn note(found: &mut Vec<OverrideChange>, path: impl Into<String>, kind: OverrideChangeKind) {
    found.push(OverrideChange {
        path: path.into(),
        kind,
    });
}

fn form(has: &'static str, given: &Value) -> OverrideChangeKind {
    OverrideChangeKind::Form {
        has,
        given: word(given),
    }
}

// A number may be written as text and a switch as a word, so scalars are one form.
fn word(value: &Value) -> &'static str {
    match value {
        Value::Mapping(_) => "a map",
        Value::Sequence(_) => "a list",
        Value::Tagged(tagged) if tagged.tag == MARK => word(&tagged.value),
        Value::Tagged(_) => "a value with a tag",
        _ => "a single value",
    }
}

fn label(key: &Value) -> String {
    match key {
        Value::String(key) => key.clone(),
        other => serde_yaml::to_string(other)
            .unwrap_or_default()
            .trim_end()
            .to_owned(),
    }
}

// Every scalar below gets the mark, so that every line of it is marked.
fn marked(value: &Value) -> Value {
    match value {
        Value::Mapping(fields) if !fields.is_empty() => {
            let fields = fields.iter();
            Value::Mapping(
                fields
                    .map(|(key, value)| (key.clone(), marked(value)))
                    .collect(),
            )
        }
        Value::Sequence(items) if !items.is_empty() => {
            Value::Sequence(items.iter().map(marked).collect())
        }
        one => Value::Tagged(Box::new(TaggedValue {
            tag: Tag::new(MARK),
            value: one.clone(),
        })),
    }
}

/// The value without any mark.
pub(super) fn plain(value: &Value) -> Value {
    match value {
        Value::Tagged(tagged) if tagged.tag == MARK => plain(&tagged.value),
        Value::Mapping(fields) => {
            let fields = fields.iter();
            Value::Mapping(
                fields
                    .map(|(key, value)| (key.clone(), plain(value)))
                    .collect(),
            )
        }
        Value::Sequence(items) => Value::Sequence(items.iter().map(plain).collect()),
        one => one.clone(),
    }
}
