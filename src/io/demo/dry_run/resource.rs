//! One resource of kops's report, and the report as `upup/pkg/fi/dryrun_target.go` prints it.

use std::collections::BTreeMap;
use std::fmt::Write;

/// A resource that kops would create or change, with its fields in the order of kops's own type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::io::demo) struct DemoResource {
    pub kind: &'static str,
    pub name: String,
    pub fields: Vec<(&'static str, String)>,
}

/// The tags of a resource, sorted.
pub(super) type DemoTags = BTreeMap<String, String>;

impl DemoResource {
    pub(super) fn new(kind: &'static str, name: impl Into<String>) -> Self {
        Self {
            kind,
            name: name.into(),
            fields: Vec::new(),
        }
    }

    /// The same resource with one field more.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "numbers, literals and texts are passed as they are"
    )]
    pub(super) fn with(mut self, field: &'static str, value: impl ToString) -> Self {
        self.fields.push((field, value.to_string()));
        self
    }

    /// The same resource with fields more, each with a fixed value.
    pub(super) fn with_all(mut self, fields: &[(&'static str, &str)]) -> Self {
        let fields = fields
            .iter()
            .map(|(field, value)| (*field, (*value).to_owned()));
        self.fields.extend(fields);
        self
    }

    /// The same resource with its tags.
    pub(super) fn tagged(self, tags: &DemoTags) -> Self {
        self.with("Tags", map(tags))
    }

    /// Keeps the fields that are not as they were, each with both values.
    pub(super) fn keep_changes(&mut self, before: &Self) {
        self.fields.retain_mut(|(field, value)| {
            let then = before.fields.iter().find(|(name, _)| name == field);
            let then = then.map_or("<nil>", |(_, then)| then.as_str());
            let differs = then != value;
            *value = format!("{then} -> {value}");
            differs
        });
    }

    /// What kops sorts by.
    pub(super) fn key(&self) -> String {
        format!("{}/{}", self.kind, self.name)
    }
}

/// A map as kops prints it.
pub(super) fn map(values: &BTreeMap<String, String>) -> String {
    let pairs: Vec<String> = values
        .iter()
        .map(|(key, value)| format!("{key}: {value}"))
        .collect();
    format!("{{{}}}", pairs.join(", "))
}

/// A list as kops prints it.
pub(super) fn list<T: ToString>(values: impl IntoIterator<Item = T>) -> String {
    let words: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
    format!("[{}]", words.join(", "))
}

/// A resource of the same name as its id.
pub(super) fn named_id(name: &str) -> String {
    format!("name:{name} id:{name}")
}

/// kops's whole dry run of what it would create and modify, or that nothing needs a change.
pub(super) fn report(create: Vec<&DemoResource>, modify: Vec<&DemoResource>) -> String {
    let sections = [
        ("Will create resources:\n", create),
        ("Will modify resources:\n", modify),
    ];
    let mut text = String::new();
    for (title, mut resources) in sections.into_iter().filter(|(_, of_it)| !of_it.is_empty()) {
        text.push_str(title);
        resources.sort_by_cached_key(|resource| resource.key());
        for resource in resources {
            print(&mut text, resource);
        }
    }
    text.push_str(if text.is_empty() {
        "No changes need to be applied\n"
    } else {
        "Must specify --yes to apply changes\n"
    });
    text
}

// Writing to a String does not fail.
fn print(text: &mut String, resource: &DemoResource) {
    let _ = writeln!(text, "  {}", resource.key());
    for (field, value) in &resource.fields {
        let _ = writeln!(text, "  \t{field:<20}\t{value}");
    }
    text.push('\n');
}
