//! Two dry runs side by side: what kops prints in random order is put in one order first.

use std::collections::BTreeMap;

use super::{ChangeAction, ChangedField, DryRun, Resource, Secret, ValueChange};
use crate::core::approval::facts::FactDifference;
use crate::core::text::untrusted::{Untrusted, visible};

/// Which of two dry runs has what the other lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DryRunSide {
    First,
    Second,
}

/// One difference between two dry runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// A resource that only one of them changes in this way.
    Only {
        side: DryRunSide,
        resource: Resource,
    },
    /// A field of a resource that both change.
    Field(FieldDifference),
    /// A line not understood that only one of them has.
    Unread { side: DryRunSide, line: Untrusted },
    /// The dry runs end differently.
    Ending,
    /// Something that an approval depends on besides the dry run.
    Fact(FactDifference),
}

/// A field and what each dry run says of it; absent where it is not named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldDifference {
    pub action: ChangeAction,
    pub kind: String,
    pub name: Untrusted,
    pub field: String,
    pub first: Option<ValueChange>,
    pub second: Option<ValueChange>,
}

/// The action, type and name of a resource.
pub type ResourceKey<'a> = (ChangeAction, &'a str, &'a Untrusted);

impl FieldDifference {
    /// Whose field it is.
    pub fn whose(&self) -> ResourceKey<'_> {
        (self.action, &self.kind, &self.name)
    }
}

impl Difference {
    /// The resource that it is about; absent when it is about none.
    pub fn about(&self) -> Option<ResourceKey<'_>> {
        match self {
            Self::Only { resource, .. } => Some(key(resource)),
            Self::Field(field) => Some(field.whose()),
            Self::Unread { .. } | Self::Ending | Self::Fact(_) => None,
        }
    }

    /// The resource that only this side has.
    pub fn only(&self, wanted: DryRunSide) -> Option<&Resource> {
        match self {
            Self::Only { side, resource } if *side == wanted => Some(resource),
            _ => None,
        }
    }

    /// The field that both have.
    pub fn field(&self) -> Option<&FieldDifference> {
        match self {
            Self::Field(field) => Some(field),
            _ => None,
        }
    }
}

/// Maps nested deeper than this are left as they are, so that hostile nesting costs bounded time.
const DEEPEST: usize = 8;

/// The dry run with the keys of every map sorted, the resources sorted, and line numbers set to 0.
#[must_use]
pub fn normalise(dry_run: &DryRun) -> DryRun {
    let mut same = dry_run.clone();
    for resource in &mut same.resources {
        resource.line = 0;
        for field in &mut resource.fields {
            normalise_change(&mut field.change);
        }
    }
    same.secrets.sort();
    same.resources
        .sort_by(|one, other| key(one).cmp(&key(other)));
    same
}

/// The dry run without the `Base` fields of managed files, which only name the state store.
#[must_use]
pub fn without_store(dry_run: &DryRun) -> DryRun {
    let mut same = dry_run.clone();
    for resource in &mut same.resources {
        if resource.kind == "ManagedFile" {
            resource.fields.retain(|field| field.name != "Base");
        }
    }
    same
}

/// What differs between two dry runs, map order and resource order apart; empty when they say the same.
pub fn differences(first: &DryRun, second: &DryRun) -> Vec<Difference> {
    let (first, second) = (normalise(first), normalise(second));
    let mut found = compare_resources(&first, &second);
    found.extend(compare_unread(&first, &second));
    found.extend(compare_secrets(&first, &second));
    if first.ending != second.ending {
        found.push(Difference::Ending);
    }
    found
}

fn key(resource: &Resource) -> ResourceKey<'_> {
    (resource.action, &resource.kind, &resource.name)
}

fn normalise_change(change: &mut ValueChange) {
    match change {
        ValueChange::New(value) => *value = normalised(value.raw()).into(),
        ValueChange::Changed { old, new } => {
            *old = normalised(old.raw()).into();
            *new = normalised(new.raw()).into();
        }
        ValueChange::Diff(_) => {}
    }
}

/// One value with the keys of its maps sorted; kops prints them in random order.
pub fn normalised(value: &str) -> String {
    sorted(value, DEEPEST)
}

fn sorted(value: &str, depth: usize) -> String {
    let Some((open, inside, close)) = brackets(value).filter(|_| depth > 0) else {
        return sorted_entry(value, depth);
    };
    let map = open == '{';
    let items = if map {
        entries(inside)
    } else {
        items_inside(inside)
    };
    let items = items.into_iter();
    let mut items: Vec<_> = items.map(|item| sorted(item, depth - 1)).collect();
    if map {
        items.sort();
    }
    format!("{open}{}{close}", items.join(COMMA))
}

fn sorted_entry(entry: &str, depth: usize) -> String {
    match entry.split_once(": ") {
        Some((key, value)) if depth > 0 && value.starts_with(['{', '[']) => {
            format!("{key}: {}", sorted(value, depth - 1))
        }
        _ => entry.to_owned(),
    }
}

const COMMA: &str = ", ";

/// The items of a map or list as kops prints it; none of anything else.
pub fn items(value: &str) -> Vec<&str> {
    let items = brackets(value).map(|(_, inside, _)| items_inside(inside));
    let mut items = items.unwrap_or_default();
    items.retain(|item| !item.is_empty());
    items
}

/// What stands between the brackets of a map or list, and the brackets.
pub(super) fn brackets(value: &str) -> Option<(char, &str, char)> {
    let pairs = [('{', '}'), ('[', ']')].into_iter();
    let mut found = pairs.filter_map(|(open, close)| {
        let inside = value.strip_prefix(open)?.strip_suffix(close)?;
        Some((open, inside, close))
    });
    found.next()
}

pub(super) fn items_inside(inside: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut depth, mut start, mut seen) = (0_i64, 0, 0);
    for at in memchr::memmem::find_iter(inside.as_bytes(), COMMA) {
        depth += balance(inside.get(seen..at).unwrap_or_default());
        seen = at;
        if depth == 0 {
            found.push(inside.get(start..at).unwrap_or_default());
            start = at + COMMA.len();
        }
    }
    depth += balance(inside.get(seen..).unwrap_or_default());
    if depth != 0 {
        // A bracket inside a tag's value: every comma counts, in both dry runs.
        return inside.split(COMMA).collect();
    }
    found.push(inside.get(start..).unwrap_or_default());
    found
}

/// The entries of a map as kops prints it, without its brackets: what has no key belongs to the value before it, which
/// then has a comma in it.
pub(super) fn entries(inside: &str) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    let mut start = 0;
    let mut end = 0;
    for item in items_inside(inside) {
        if end > 0 && item.contains(": ") {
            found.push(inside.get(start..end - COMMA.len()).unwrap_or_default());
            start = end;
        }
        end += item.len() + COMMA.len();
    }
    found.push(inside.get(start..).unwrap_or_default());
    found
}

fn balance(part: &str) -> i64 {
    part.bytes().fold(0, |depth, byte| match byte {
        b'{' | b'[' => depth + 1,
        b'}' | b']' => depth - 1,
        _ => depth,
    })
}

type Pair<'a> = (Vec<&'a Resource>, Vec<&'a Resource>);

fn compare_resources(first: &DryRun, second: &DryRun) -> Vec<Difference> {
    let mut pairs: BTreeMap<ResourceKey<'_>, Pair<'_>> = BTreeMap::new();
    for resource in &first.resources {
        pairs.entry(key(resource)).or_default().0.push(resource);
    }
    for resource in &second.resources {
        pairs.entry(key(resource)).or_default().1.push(resource);
    }
    pairs.into_values().flat_map(compare_pair).collect()
}

fn compare_pair((first, second): Pair<'_>) -> Vec<Difference> {
    let both = first.iter().zip(&second);
    let mut found: Vec<_> = both
        .flat_map(|(one, other)| compare_fields(one, other))
        .collect();
    let only = |side| {
        move |resource: &&Resource| Difference::Only {
            side,
            resource: (*resource).clone(),
        }
    };
    found.extend(first.iter().skip(second.len()).map(only(DryRunSide::First)));
    found.extend(
        second
            .iter()
            .skip(first.len())
            .map(only(DryRunSide::Second)),
    );
    found
}

fn compare_fields(one: &Resource, other: &Resource) -> Vec<Difference> {
    let mut pairs: BTreeMap<&str, (Vec<&ChangedField>, Vec<&ChangedField>)> = BTreeMap::new();
    for field in &one.fields {
        pairs.entry(&field.name).or_default().0.push(field);
    }
    for field in &other.fields {
        pairs.entry(&field.name).or_default().1.push(field);
    }
    let differ = pairs.into_iter().filter(|(_, (a, b))| a != b);
    differ
        .map(|(name, (a, b))| {
            Difference::Field(FieldDifference {
                action: one.action,
                kind: one.kind.clone(),
                name: one.name.clone(),
                field: name.to_owned(),
                first: a.first().map(|field| field.change.clone()),
                second: b.first().map(|field| field.change.clone()),
            })
        })
        .collect()
}

// They are hidden, so that only where one differs can be known.
fn compare_secrets(first: &DryRun, second: &DryRun) -> Vec<Difference> {
    let mut places: BTreeMap<&str, (Vec<&Secret>, Vec<&Secret>)> = BTreeMap::new();
    for secret in first.secrets.iter().filter(|secret| secret.is_compared()) {
        places.entry(&secret.place).or_default().0.push(secret);
    }
    for secret in second.secrets.iter().filter(|secret| secret.is_compared()) {
        places.entry(&secret.place).or_default().1.push(secret);
    }
    let differ = places.into_iter().filter(|(_, (one, other))| one != other);
    differ
        .map(|(place, _)| {
            let name = "a secret that is hidden here is another one";
            Difference::Fact(FactDifference::described(name, visible(place)))
        })
        .collect()
}

fn compare_unread(first: &DryRun, second: &DryRun) -> Vec<Difference> {
    let mut counts: BTreeMap<&Untrusted, i64> = BTreeMap::new();
    for line in &first.unread {
        *counts.entry(line).or_default() += 1;
    }
    for line in &second.unread {
        *counts.entry(line).or_default() -= 1;
    }
    let differ = counts.into_iter().filter(|(_, count)| *count != 0);
    differ
        .map(|(line, count)| Difference::Unread {
            side: if count > 0 {
                DryRunSide::First
            } else {
                DryRunSide::Second
            },
            line: line.clone(),
        })
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::parse;
    use super::*;

    fn modify(tags: &str, size: &str) -> DryRun {
        parse(&format!(
            "Will modify resources:\n  VPC/a\n  \tTags                \t {tags}\n  \tMaxSize             \t {size}\n\nMust specify --yes to apply changes\n"
        ))
    }

    #[test]
    fn map_order_is_no_difference() {
        let one = modify("{} -> {b: 2, a: {y: 1, x: [q, p]}}", "1 -> 2");
        let other = modify("{} -> {a: {x: [q, p], y: 1}, b: 2}", "1 -> 2");
        assert_eq!(normalise(&one), normalise(&other));
        assert_eq!(differences(&one, &other), []);
    }

    #[test]
    fn a_changed_value_is_named() {
        let one = modify("{} -> {a: 1}", "1 -> 2");
        let other = modify("{} -> {a: 1}", "1 -> 3");
        let change = |new: &str| {
            Some(ValueChange::Changed {
                old: "1".into(),
                new: new.into(),
            })
        };
        assert_eq!(
            differences(&one, &other),
            [Difference::Field(FieldDifference {
                action: ChangeAction::Modify,
                kind: "VPC".to_owned(),
                name: "a".into(),
                field: "MaxSize".to_owned(),
                first: change("2"),
                second: change("3"),
            })]
        );
    }

    #[test]
    fn what_only_one_has_is_named() {
        let one = modify("{} -> {a: 1}", "1 -> 2");
        let other = parse("odd\nNo changes need to be applied\n");
        let resource = normalise(&one).resources.first().unwrap().clone();
        assert_eq!(
            differences(&one, &other),
            [
                Difference::Only {
                    side: DryRunSide::First,
                    resource
                },
                Difference::Unread {
                    side: DryRunSide::Second,
                    line: "odd".into()
                },
                Difference::Ending,
            ]
        );
    }

    #[test]
    fn a_value_with_a_comma_stays_one_value() {
        assert_eq!(entries("a: x, b, c: y"), ["a: x, b", "c: y"]);
        assert_eq!(
            entries("a: , , c: {d: 1, e: 2}, f"),
            ["a: , ", "c: {d: 1, e: 2}, f"]
        );
        assert_eq!(entries(""), [""]);
        assert_eq!(entries("x, y"), ["x, y"]);
        assert_eq!(normalised("{c: y, a: x, b}"), "{a: x, b, c: y}");
        for (one, other) in [
            ("{} -> {a: x, b, c: y}", "{} -> {a: x, c: y, b}"),
            ("{} -> {a: 1, 2}", "{} -> {a: 2, 1}"),
            ("{} -> {a: x, b}, c: y}", "{} -> {a: x, c: y, b}}"),
            ("[b, a] -> [c]", "[a, b] -> [c]"),
        ] {
            let (one, other) = (modify(one, "1 -> 2"), modify(other, "1 -> 2"));
            assert_eq!(differences(&one, &other).len(), 1, "{one:?}");
        }
    }

    #[test]
    fn brackets_inside_tag_values_do_not_matter() {
        assert_eq!(normalised("{b: }, a: x}"), "{a: x, b: }}");
        assert_eq!(normalised("{}"), "{}");
        assert_eq!(normalised(&"{".repeat(100_000)), "{".repeat(100_000));
    }
}
