//! What kops kept of the spec: it drops a field that it does not know without a word.

use serde_yaml::Value;

use super::facts::{ApprovalFacts, FactDifference};
use crate::core::fault::Fault;
use crate::core::problem::{About, Problem, catalog as rule};
use crate::core::text::untrusted::{Untrusted, visible};
use crate::core::text::yaml;

const LONGEST_VALUE: usize = 80;

/// Compares the spec that was sent with what the state store gives back, both as YAML documents: one problem for each
/// document or field that did not survive, named by its path. Fields that kops added are no problem.
///
/// A text that is not YAML, or has a document without kind and name, is a fault.
pub fn compare(sent: &str, stored: &str) -> Result<Vec<Problem>, Fault> {
    let sent = documents(sent, "the spec that was sent")?;
    let stored = documents(stored, "what the state store gave back")?;
    Ok(lost(&sent, &stored))
}

fn lost(sent: &[StoredDocument], stored: &[StoredDocument]) -> Vec<Problem> {
    let mut found = Vec::new();
    for document in sent {
        match stored.iter().find(|other| other.path == document.path) {
            Some(other) => differences(&document.path, &document.value, &other.value, &mut found),
            None => found.push(absent(&document.path)),
        }
    }
    let foreign =
        |other: &&StoredDocument| !sent.iter().any(|document| document.path == other.path);
    found.extend(
        stored
            .iter()
            .filter(foreign)
            .map(|other| unsent(&other.path)),
    );
    found
}

/// The same after `kops replace`: the documents that the store had before and that were not sent stay, and kops counts the
/// changes of each document; neither is a problem.
pub fn compare_replaced(sent: &str, stored: &str, before: &str) -> Result<Vec<Problem>, Fault> {
    let mut sent = documents(sent, "the spec that was sent")?;
    for document in &mut sent {
        document.forget("generation");
    }
    let kept = documents(before, "what the state store had before")?;
    let stays = |one: &StoredDocument| {
        let is = |other: &StoredDocument| other.path == one.path;
        kept.iter().any(is) && !sent.iter().any(is)
    };
    let mut stored = documents(stored, "what the state store gave back")?;
    stored.retain(|one| !stays(one));
    Ok(lost(&sent, &stored))
}

/// Compares two specs as `kops get all` gives them both ways, defaults included: one sentence for each value that is not the
/// same, by its path. When each was created is left out. A text that cannot be read as [`compare`] does is a fault.
pub fn both_ways(made: &str, stored: &str) -> Result<Vec<String>, Fault> {
    let made = undated(made, "what kops made of the approved spec")?;
    let stored = undated(stored, "what the state store gave back")?;
    if made == stored {
        return Ok(Vec::new());
    }
    let differences = values(&made).differences(&values(&stored));
    if differences.is_empty() {
        return Ok(vec![
            "a value differs behind what is shown of it".to_owned(),
        ]);
    }
    Ok(differences)
}

/// What differs between two specs of the state store, field by field: what was changed first, then `metadata`, in which kops
/// counts every change. A text that cannot be read as [`compare`] does is a fault.
pub fn changes(then: &str, now: &str) -> Result<Vec<FactDifference>, Fault> {
    let mut found = flat(then)?.changes(&flat(now)?);
    found.sort_by_key(|one| !one.name.contains(".spec."));
    Ok(found)
}

// Sorted, because kops lists groups by name and the order of documents means nothing.
pub(super) fn undated(text: &str, what: &str) -> Result<Vec<StoredDocument>, Fault> {
    let mut found = documents(text, what)?;
    for document in &mut found {
        document.forget("creationTimestamp");
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(found)
}

pub(super) fn values(documents: &[StoredDocument]) -> ApprovalFacts {
    flattened(documents, shown)
}

/// The same with each value whole, however long it is.
pub(super) fn whole_values(documents: &[StoredDocument]) -> ApprovalFacts {
    flattened(documents, |value| visible(&plain(value)))
}

fn flattened(documents: &[StoredDocument], show: fn(&Value) -> String) -> ApprovalFacts {
    let mut found = Vec::new();
    for document in documents {
        flatten(&document.path, &document.value, show, &mut found);
    }
    found.into_iter().collect()
}

/// Every value of a spec by its path, such as `InstanceGroup/nodes.spec.maxSize`; a text that is not YAML is a fault.
fn flat(spec: &str) -> Result<ApprovalFacts, Fault> {
    Ok(values(&documents(spec, "a spec")?))
}

fn flatten(
    path: &str,
    value: &Value,
    show: fn(&Value) -> String,
    found: &mut Vec<(String, String)>,
) {
    match value {
        Value::Mapping(fields) if !fields.is_empty() => fields
            .iter()
            .for_each(|(key, value)| flatten(&below(path, key), value, show, found)),
        Value::Sequence(items) if !items.is_empty() => {
            for (at, item) in items.iter().enumerate() {
                let label = label(items, at, item);
                flatten(&format!("{path}[{label}]"), item, show, found);
            }
        }
        other => found.push((path.to_owned(), show(other))),
    }
}

// Two items of one name are distinguished by their number.
fn label(items: &[Value], at: usize, item: &Value) -> String {
    let name = item.get("name").filter(|name| name.is_string());
    let same = items.iter().filter(|other| other.get("name") == name);
    match name {
        Some(name) if same.count() == 1 => shown(name),
        _ => at.to_string(),
    }
}

/// One document of a spec.
#[derive(PartialEq)]
pub(super) struct StoredDocument {
    /// `Kind/name`
    pub(super) path: String,
    pub(super) value: Value,
}

impl StoredDocument {
    // Leaves out a field of `metadata`.
    fn forget(&mut self, key: &str) {
        let metadata = self.value.get_mut("metadata");
        if let Some(fields) = metadata.and_then(Value::as_mapping_mut) {
            fields.remove(key);
        }
    }
}

pub(super) fn documents(text: &str, what: &str) -> Result<Vec<StoredDocument>, Fault> {
    let mut documents = Vec::new();
    for document in yaml::documents(text) {
        let value = document.map_err(|error| {
            unreadable(what, "it is not YAML").with_detail(Untrusted::new(error.to_string()))
        })?;
        if value.is_null() {
            continue;
        }
        let named =
            path(&value).ok_or_else(|| unreadable(what, "a document has no kind or no name"))?;
        documents.push(StoredDocument { path: named, value });
    }
    Ok(documents)
}

pub(super) fn unreadable(what: &str, why: &str) -> Fault {
    Fault::new(
        format!("{what} cannot be compared"),
        why,
        "look at it with `kops get all --name=CLUSTER -o yaml`, and do not continue before it is as it should be",
    )
}

fn path(document: &Value) -> Option<String> {
    let kind = document.get("kind")?.as_str()?;
    let name = document.get("metadata")?.get("name")?.as_str()?;
    Some(format!("{}/{}", visible(kind), visible(name)))
}

fn differences(path: &str, sent: &Value, stored: &Value, found: &mut Vec<Problem>) {
    match (sent, stored) {
        (Value::Mapping(fields), Value::Mapping(_)) => {
            for (key, value) in fields {
                let path = below(path, key);
                match stored.get(key) {
                    Some(other) => differences(&path, value, other, found),
                    None if is_nothing(value) => {}
                    None => found.push(dropped(&path, value)),
                }
            }
        }
        (Value::Sequence(items), Value::Sequence(others)) => {
            lists(path, items, others, found);
        }
        _ if same(sent, stored) => {}
        _ => found.push(changed(path, sent, stored)),
    }
}

// Items with a name are found by it, because order means nothing there; others by their place.
fn lists(path: &str, items: &[Value], others: &[Value], found: &mut Vec<Problem>) {
    for (at, item) in items.iter().enumerate() {
        let name = item.get("name").filter(|name| name.is_string());
        let other = match name {
            Some(name) => others.iter().find(|other| other.get("name") == Some(name)),
            None => others.get(at),
        };
        let label = name.map_or_else(|| at.to_string(), shown);
        let path = format!("{path}[{label}]");
        match other {
            Some(other) => differences(&path, item, other, found),
            None => found.push(dropped(&path, item)),
        }
    }
    if others.len() > items.len() {
        let more = others.len() - items.len();
        found.push(added(path, more));
    }
}

fn below(path: &str, key: &Value) -> String {
    match key.as_str() {
        Some(key) => format!("{path}.{}", visible(key)),
        None => format!("{path}.{}", shown(key)),
    }
}

// YAML writes 1 and "1" apart, and kops may change the one into the other.
fn same(sent: &Value, stored: &Value) -> bool {
    sent == stored || (is_scalar(sent) && is_scalar(stored) && plain(sent) == plain(stored))
}

fn is_scalar(value: &Value) -> bool {
    matches!(value, Value::String(_) | Value::Number(_) | Value::Bool(_))
}

fn is_nothing(value: &Value) -> bool {
    value.is_null() || value.as_sequence().is_some_and(Vec::is_empty)
}

pub(super) fn plain(value: &Value) -> String {
    let text = serde_yaml::to_string(value).unwrap_or_default();
    value
        .as_str()
        .map_or_else(|| text.trim_end().to_owned(), str::to_owned)
}

pub(super) fn shown(value: &Value) -> String {
    let text = visible(&plain(value).replace('\n', " "));
    if text.chars().count() <= LONGEST_VALUE {
        return text;
    }
    text.chars().take(LONGEST_VALUE).chain(['…']).collect()
}

const REMEDY: &str = "check the field's name and place in kops's documentation and correct the spec; do not apply it before";

fn absent(path: &str) -> Problem {
    rule::SPEC_DOCUMENT_LOST.problem(
        About::Account,
        format!("{path} is not in the state store"),
        "it was sent, and is not among what kops gives back",
        "run `kops create -f cluster_spec.yml` again, or look at the state store",
    )
}

fn unsent(path: &str) -> Problem {
    rule::SPEC_FIELD_CHANGED.problem(
        About::Account,
        format!("{path} is in the state store, and was not sent"),
        "somebody else added it",
        "look at it with `kops get all --name=CLUSTER -o yaml`, and do not apply before you know whose it is",
    )
}

fn dropped(path: &str, sent: &Value) -> Problem {
    rule::SPEC_FIELD_LOST.problem(
        About::Account,
        format!("{path} did not survive: {} was sent", shown(sent)),
        "kops drops a field that it does not know, without an error",
        REMEDY,
    )
}

fn changed(path: &str, sent: &Value, stored: &Value) -> Problem {
    rule::SPEC_FIELD_CHANGED.problem(
        About::Account,
        format!("{path} is {}, and {} was sent", shown(stored), shown(sent)),
        "kops kept another value, or somebody changed it since",
        REMEDY,
    )
}

fn added(path: &str, more: usize) -> Problem {
    rule::SPEC_FIELD_CHANGED.problem(
        About::Account,
        format!("{path} has {more} more than were sent"),
        "kops added to the list, or somebody changed it since",
        REMEDY,
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod properties;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::core::answers::Answers;
    use crate::core::{method, planning, spec};

    fn whats(sent: &str, stored: &str) -> Vec<(&'static str, String)> {
        let found = compare(sent, stored).unwrap();
        found
            .into_iter()
            .map(|problem| (problem.id, problem.what))
            .collect()
    }

    fn cluster(spec: &str) -> String {
        format!("kind: Cluster\nmetadata: {{name: prod}}\nspec: {spec}\n")
    }

    #[test]
    fn what_comes_back_whole_is_no_problem() {
        let asked = Answers {
            cluster: "prod.example.com".into(),
            vpc: "vpc-7833d1c656ae73b2c".into(),
            ..Answers::default()
        };
        let text = spec::render(&planning::plan(&method::inventory(), &asked).plan);
        assert_eq!(whats(&text, &text), []);
        let stored = cluster("{a: '1', b: [{name: y, z: 1}, {name: x}], c: {}, more: 1}");
        assert_eq!(
            whats(
                &cluster("{a: 1, b: [{name: x}, {name: y}], c: {}, d: null, e: []}"),
                &stored
            ),
            []
        );
    }

    #[test]
    fn every_loss_is_named_by_its_path() {
        let sent = cluster(
            "{netwrokCIDR: 10.0.0.0/16, a: {b: [1, 2], c: {}}, s: [{name: x, cidr: k}], t: [1]}",
        );
        let stored = cluster("{a: {b: [1]}, s: [{name: x, cidr: l}], t: [1, 2]}");
        let other = "kind: InstanceGroup\nmetadata: {name: nodes}\n";
        assert_eq!(
            whats(&format!("{sent}---\n{other}"), &stored),
            [
                (
                    "spec-field-lost",
                    "Cluster/prod.spec.netwrokCIDR did not survive: 10.0.0.0/16 was sent"
                        .to_owned()
                ),
                (
                    "spec-field-lost",
                    "Cluster/prod.spec.a.b[1] did not survive: 2 was sent".to_owned()
                ),
                (
                    "spec-field-lost",
                    "Cluster/prod.spec.a.c did not survive: {} was sent".to_owned()
                ),
                (
                    "spec-field-changed",
                    "Cluster/prod.spec.s[x].cidr is l, and k was sent".to_owned()
                ),
                (
                    "spec-field-changed",
                    "Cluster/prod.spec.t has 1 more than were sent".to_owned()
                ),
                (
                    "spec-document-lost",
                    "InstanceGroup/nodes is not in the state store".to_owned()
                ),
            ]
        );
    }

    #[test]
    fn after_a_replace_what_was_not_sent_stays_and_changes_are_counted() {
        let group = |name: &str, generation: u8, max: u8| {
            format!(
                "---\nkind: InstanceGroup\nmetadata: {{name: {name}, generation: {generation}}}\nspec: {{maxSize: {max}}}\n"
            )
        };
        let before = format!("{}{}", group("nodes", 1, 2), group("theirs", 1, 1));
        let stored = format!("{}{}", group("nodes", 2, 3), group("theirs", 1, 1));
        let found = |sent: &str, stored: &str| {
            let found = compare_replaced(sent, stored, &before).unwrap();
            found.into_iter().map(|one| one.what).collect::<Vec<_>>()
        };
        assert_eq!(found(&group("nodes", 1, 3), &stored), [""; 0]);
        let planted = format!("{stored}{}", group("planted", 1, 1));
        assert_eq!(
            found(&group("nodes", 1, 4), &planted),
            [
                "InstanceGroup/nodes.spec.maxSize is 3, and 4 was sent",
                "InstanceGroup/planted is in the state store, and was not sent",
            ]
        );
    }

    #[test]
    fn what_was_changed_stands_before_the_count_of_changes() {
        let spec = |generation: u8, max: u8| {
            format!(
                "kind: InstanceGroup\nmetadata: {{name: nodes, generation: {generation}}}\nspec: {{maxSize: {max}}}\n"
            )
        };
        let found = changes(&spec(1, 2), &spec(2, 9)).unwrap();
        let differences: Vec<String> = found.iter().map(FactDifference::sentence).collect();
        assert_eq!(
            differences,
            [
                "InstanceGroup/nodes.spec.maxSize: approved 2, now 9",
                "InstanceGroup/nodes.metadata.generation: approved 1, now 2",
            ]
        );
    }

    #[test]
    fn what_the_store_has_more_is_told_by_its_path() {
        let made = cluster("{a: 1, hooks: [{name: h, b: 1}]}");
        let dated = "kind: Cluster\nmetadata: {name: prod, creationTimestamp: 1}\nspec: {hooks: [{name: h, b: 1}], a: 1}\n";
        assert_eq!(both_ways(&made, dated), Ok(vec![]));
        let more = cluster(
            "{a: 1, hooks: [{name: x, manifest: y}, {name: h, b: 1}], fileAssets: [{name: f}]}",
        );
        assert_eq!(
            both_ways(&made, &more).unwrap(),
            [
                "Cluster/prod.spec.fileAssets[f].name: not there when it was approved, now f",
                "Cluster/prod.spec.hooks[x].manifest: not there when it was approved, now y",
                "Cluster/prod.spec.hooks[x].name: not there when it was approved, now x",
            ]
        );
        let same_name = cluster("{a: 1, hooks: [{name: h, b: 2}, {name: h, b: 1}]}");
        assert_eq!(
            both_ways(&made, &same_name).unwrap().len(),
            6,
            "a foreign item hides behind no name"
        );
        let long = |end: &str| cluster(&format!("{{u: {}{end}}}", "x".repeat(90)));
        assert_eq!(
            both_ways(&long("a"), &long("b")).unwrap(),
            ["a value differs behind what is shown of it"]
        );
    }

    #[test]
    fn what_is_no_spec_is_a_fault() {
        let fault = compare("kind: [", "").unwrap_err();
        assert_eq!(fault.what, "the spec that was sent cannot be compared");
        assert_eq!(fault.why, "it is not YAML");
        assert!(fault.detail.is_some());
        let fault = compare("", "kind: Cluster\n").unwrap_err();
        assert_eq!(fault.why, "a document has no kind or no name");
        assert_eq!(compare("", ""), Ok(vec![]));
    }

    #[test]
    fn hostile_text_is_shown_and_cut() {
        let sent = cluster(&format!("{{\"k\\u001b\": \"{}\\u001b\"}}", "x".repeat(200)));
        let (_, what) = whats(&sent, &cluster("{}")).remove(0);
        assert!(
            what.starts_with("Cluster/prod.spec.k\\u{1b} did not survive: xxxx"),
            "{what}"
        );
        assert!(what.len() < 200);
    }
}
