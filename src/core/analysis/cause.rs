//! Why kops would change a resource: the lines of the spec that it follows from (kops's `pkg/model`).

use std::ops::Range;

use crate::core::analysis::location::instance_group;
use crate::core::kops::dry_run::{ChangeAction, Resource};

/// A table of rules: `KINDS => WHERE IT FOLLOWS FROM, else WHY NOT FROM THE SPEC`.
macro_rules! causes {
    ($($($kind:literal)|+ => $from:expr, else $own:literal;)*) => {
        &[$(CauseRule { kinds: &[$($kind),+], from: $from, else_own: $own }),*]
    };
}

mod cluster;
mod group;
mod network;
mod spec_outline;
#[cfg(test)]
mod tests;

use spec_outline::{At, SpecOutline};

/// What a resource follows from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Lines of the spec, counted from 0; never empty, in order.
    Lines(Vec<Range<usize>>),
    /// Nothing that the spec says: why, in one sentence.
    Own(&'static str),
}

/// A spec whose lines can be asked for.
#[derive(Debug)]
struct SpecText<'a> {
    outline: SpecOutline<'a>,
    text: &'a str,
    name: &'a str,
    /// `spec` of the Cluster document.
    cluster: At,
    /// Name and `spec` of each `InstanceGroup` document.
    groups: Vec<(&'a str, At)>,
}

/// One kind of resource that follows from the spec in one way.
struct CauseRule {
    kinds: &'static [&'static str],
    /// The nodes that a resource follows from; none when the spec does not name them.
    from: fn(&SpecText<'_>, &Resource) -> Vec<At>,
    /// Why there is nothing in the spec, when there is nothing.
    else_own: &'static str,
}

const RULES: [&[CauseRule]; 3] = [network::RULES, group::RULES, cluster::RULES];

const NO_SPEC: &str = "the spec is not known";
const GONE: &str = "what kops deletes is what the spec no longer says";
const UNKNOWN: &str = "this program does not know what of the spec it follows from";

/// The lines of a spec that a resource follows from; with the name of a field, those of that field where they are known.
pub fn cause(spec: &str, resource: &Resource, field: Option<&str>) -> Cause {
    match SpecText::read(spec) {
        Some(spec) => find_cause(&spec, resource, field),
        None => Cause::Own(NO_SPEC),
    }
}

/// The lines that any of these resources follows from.
pub fn cause_of_all<'a>(spec: &str, resources: impl Iterator<Item = &'a Resource>) -> Cause {
    let Some(spec) = SpecText::read(spec) else {
        return Cause::Own(NO_SPEC);
    };
    let mut all = Vec::new();
    let mut own = UNKNOWN;
    for resource in resources {
        match find_cause(&spec, resource, None) {
            Cause::Lines(lines) => all.extend(lines),
            Cause::Own(why) => own = why,
        }
    }
    in_order(all).unwrap_or(Cause::Own(own))
}

/// The lines of one key of the cluster's spec, such as `kubernetesVersion`, whatever changes.
pub fn cause_of_key(spec: &str, path: &[&str]) -> Option<Cause> {
    let spec = SpecText::read(spec)?;
    let lines = spec.outline.lines(spec.key(path)?)?;
    Some(Cause::Lines(std::iter::once(lines).collect()))
}

/// A field of a spec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpecField {
    /// The instance group whose document has it; absent for the cluster's own.
    pub instance_group: Option<String>,
    /// Its keys below `spec`, such as `api.loadBalancer.type`; items of lists have none.
    pub path: String,
    /// The name of the innermost item of a list that it is in; absent where none has a name.
    pub item: Option<String>,
}

/// The field that begins on a line, counted from 0; without a path where the line is about the whole document.
pub fn field_at(spec: &str, line: usize) -> Option<SpecField> {
    let spec = SpecText::read(spec)?;
    let at = spec.outline.at_line(line).last()?;
    let (mut keys, mut item): (Vec<&str>, _) = (Vec::new(), None);
    for at in spec.outline.with_those_above(at) {
        if at == spec.cluster {
            return Some(spec_field(None, keys, item));
        }
        if let Some((name, _)) = spec.groups.iter().find(|(_, group)| *group == at) {
            return Some(spec_field(Some(name), keys, item));
        }
        item = item.or_else(|| spec.outline.value(at, "name"));
        keys.extend(spec.outline.node(at).map(|node| node.key));
    }
    spec.document_at(line)
}

fn spec_field(group: Option<&str>, mut keys: Vec<&str>, item: Option<&str>) -> SpecField {
    keys.retain(|key| !key.is_empty());
    keys.reverse();
    SpecField {
        instance_group: group.map(str::to_owned),
        path: keys.join("."),
        item: item.map(str::to_owned),
    }
}

/// The line, counted from 0, on which a field begins, or that of the innermost field around it which has one: of an
/// instance group, else of the cluster. Items of lists are in brackets behind their list, by their name or their number.
pub fn line_of(spec: &str, instance_group: Option<&str>, path: &str) -> Option<usize> {
    let spec = SpecText::read(spec)?;
    let mut at = match instance_group {
        Some(name) => spec.group(name)?,
        None => spec.cluster,
    };
    for step in path.split(['.', '[']) {
        let inner = match step.strip_suffix(']') {
            Some(item) => spec.outline.item(at, item),
            None => spec.outline.child(at, step),
        };
        let Some(inner) = inner else { break };
        at = inner;
    }
    spec.outline.node(at).map(|node| node.line)
}

/// The one line of the spec that is this text; none when there are several, or when it is a list item, which tells
/// little without its list.
pub fn cause_of_line(spec: &str, text: &str) -> Option<Cause> {
    if text.trim_start().starts_with("- ") {
        return None;
    }
    let mut same = spec.lines().enumerate().filter(|(_, line)| *line == text);
    let (at, _) = same.next()?;
    same.next()
        .is_none()
        .then(|| Cause::Lines(std::iter::once(at..at + 1).collect()))
}

fn find_cause(spec: &SpecText<'_>, resource: &Resource, field: Option<&str>) -> Cause {
    let exact = group::find_fields(spec, resource, &named(resource, field));
    if let Some(cause) = lines(spec, &exact) {
        return cause;
    }
    let kind = resource.kind.as_str();
    let mut rules = RULES.iter().copied().flatten();
    let Some(rule) = rules.find(|rule| rule.kinds.contains(&kind)) else {
        return Cause::Own(UNKNOWN);
    };
    let why = if resource.action.deletes() {
        GONE
    } else {
        rule.else_own
    };
    lines(spec, &(rule.from)(spec, resource)).unwrap_or(Cause::Own(why))
}

// A resource that is modified follows from what changes of it; one that is created from its whole entry.
fn named<'a>(resource: &'a Resource, field: Option<&'a str>) -> Vec<&'a str> {
    match field {
        Some(field) => vec![field],
        None if resource.action == ChangeAction::Modify => {
            let fields = resource.fields.iter();
            fields.map(|field| field.name.as_str()).collect()
        }
        None => Vec::new(),
    }
}

fn lines(spec: &SpecText<'_>, nodes: &[At]) -> Option<Cause> {
    let found = nodes.iter().filter_map(|at| spec.outline.lines(*at));
    in_order(found.collect())
}

fn in_order(mut lines: Vec<Range<usize>>) -> Option<Cause> {
    lines.sort_by_key(|range| (range.start, range.end));
    lines.dedup();
    (!lines.is_empty()).then_some(Cause::Lines(lines))
}

impl<'a> SpecText<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let outline = SpecOutline::new(text);
        let (mut kind, mut name) = ("", "");
        let (mut cluster, mut groups) = (None, Vec::new());
        for at in outline.inside(None) {
            let Some(node) = outline.node(at) else {
                continue;
            };
            match node.key {
                "kind" => kind = node.value,
                "metadata" => name = outline.value(at, "name").unwrap_or_default(),
                "spec" if kind == "Cluster" => cluster = Some((name, at)),
                "spec" if kind == "InstanceGroup" => groups.push((name, at)),
                _ => {}
            }
        }
        let (name, cluster) = cluster?;
        Some(Self {
            outline,
            text,
            name,
            cluster,
            groups,
        })
    }

    // The document of a line above its `spec`.
    fn document_at(&self, line: usize) -> Option<SpecField> {
        let groups = self.groups.iter().map(|(name, at)| (Some(*name), *at));
        let all = std::iter::once((None, self.cluster)).chain(groups);
        let below =
            all.filter(|(_, at)| self.outline.node(*at).is_some_and(|node| node.line > line));
        let nearest = below.min_by_key(|(_, at)| *at)?;
        Some(spec_field(nearest.0, Vec::new(), None))
    }

    /// A key of the cluster's spec.
    fn key(&self, path: &[&str]) -> Option<At> {
        self.outline.path(self.cluster, path)
    }

    /// Whether a node lies in the Cluster document.
    fn is_of_cluster(&self, at: At) -> bool {
        let lines = self.outline.lines(self.cluster);
        let line = self.outline.node(at).map(|node| node.line);
        lines
            .zip(line)
            .is_some_and(|(lines, line)| lines.contains(&line))
    }

    /// The first of these keys that the spec has.
    fn first(&self, paths: &[&[&str]]) -> Vec<At> {
        let found = paths.iter().find_map(|path| self.key(path));
        found.into_iter().collect()
    }

    /// The instance group with this name.
    fn group(&self, name: &str) -> Option<At> {
        let found = self.groups.iter().find(|(known, _)| *known == name);
        found.map(|(_, at)| *at)
    }

    /// The instance groups with this role of v1alpha2 (`Master`, `Node`, `Bastion`; kops 1.37 also writes `ControlPlane`).
    fn role(&self, roles: &[&str]) -> Vec<At> {
        let groups = self.groups.iter().map(|(_, at)| *at);
        let same = |at: &At| {
            let role = self.outline.value(*at, "role");
            role.is_some_and(|role| roles.contains(&role))
        };
        groups.filter(same).collect()
    }

    /// The instance group that a resource is made for.
    fn group_of(&self, resource: &Resource) -> Option<At> {
        self.group(instance_group(resource, Some(self.name))?)
    }

    /// A resource's name without the cluster's.
    fn own_name<'b>(&self, resource: &'b Resource) -> &'b str {
        let name = resource.name.raw();
        let own = name.strip_suffix(self.name);
        own.and_then(|own| own.strip_suffix('.')).unwrap_or(name)
    }

    /// The items of a list of the cluster's spec whose key has this value.
    fn items_with(&self, list: &[&str], key: &str, value: &str) -> Vec<At> {
        let list = self.key(list);
        let items = list.into_iter().flat_map(|list| self.outline.items(list));
        let same = |item: &At| self.outline.value(*item, key) == Some(value);
        items.filter(same).collect()
    }

    /// The items of a list that are this text, or the whole list.
    fn item_or_list(&self, list: &[&str], text: Option<&str>) -> Vec<At> {
        let Some(list) = self.key(list) else {
            return Vec::new();
        };
        let is_it = |item: &At| {
            let node = self.outline.node(*item);
            node.is_some_and(|node| Some(node.value) == text)
        };
        let found: Vec<At> = self.outline.items(list).filter(is_it).collect();
        if found.is_empty() { vec![list] } else { found }
    }
}
