//! A stored spec that a person changes as a text: what is edited of it, and why a text cannot replace it, line by line.

use std::collections::BTreeSet;
use std::fmt;

use serde_yaml::{Mapping, Value};

use super::cause::line_of;
use crate::core::approval::replaced::fixed_changes;
use crate::core::fault::Fault;
use crate::core::problem::Problem;
use crate::core::spec::fields::{SpecKind, UnknownField, unknown};
use crate::core::text::prose::counted;
use crate::core::text::suggestion::did_you_mean;
use crate::core::text::untrusted::visible;
use crate::core::text::yaml;

/// Problems of a text that are named; of more only the number is.
const MOST: usize = 8;
const VERSION: &str = "kops.k8s.io/v1alpha2";
/// kops stores an instance group in the cluster that this label names.
const OWNER: &str = "kops.k8s.io/cluster";
const SEPARATOR: &str = "---\n";

/// One reason why a text cannot replace the stored spec.
#[derive(Clone, Debug, PartialEq, Eq)]
struct SpecTextProblem {
    /// Counted from 1; absent where it is about no line.
    line: Option<usize>,
    what: String,
}

impl fmt::Display for SpecTextProblem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(out, "line {line}: {}", self.what),
            None => write!(out, "{}", self.what),
        }
    }
}

/// What a person edits of a stored spec: the cluster and its instance groups. `kops replace` takes nothing else.
pub fn editable(stored: &str) -> String {
    let kept = stored.split(SEPARATOR).filter(|text| {
        let value: Option<Value> = serde_yaml::from_str(text).ok();
        let kind = value.as_ref().map(|value| kind_of(value).is_some());
        kind.unwrap_or(!text.trim().is_empty())
    });
    kept.collect::<Vec<_>>().join(SEPARATOR)
}

/// Whether two texts of a spec say the same, whatever their form.
pub fn says_the_same(one: &str, other: &str) -> bool {
    let read = |text: &str| yaml::documents(text).collect::<Result<Vec<_>, _>>().ok();
    one == other || read(one).is_some_and(|values| read(other) == Some(values))
}

/// Refuses a text that is no spec of this cluster, that has a field which kops would drop, or that changes what no cluster
/// can change; a field that the stored spec has is known to the kops that stored it.
pub fn check_edited(cluster: &str, stored: &str, edited: &str) -> Result<(), Fault> {
    let found = problems(cluster, stored, edited);
    if found.is_empty() {
        return Ok(());
    }
    let named = found.iter().take(MOST).map(SpecTextProblem::to_string);
    let more = found.len().saturating_sub(MOST);
    let more = (more > 0).then(|| format!("{more} more"));
    Err(Fault::of_many(
        format!("the edited spec has {}", counted(found.len(), "problem")),
        named.chain(more).collect(),
        "open it again, as it was typed, and correct them",
    ))
}

fn problems(cluster: &str, stored: &str, edited: &str) -> Vec<SpecTextProblem> {
    let documents: Result<Vec<Value>, _> = yaml::documents(edited).collect();
    let documents = match documents {
        Ok(documents) => documents,
        Err(error) => {
            return vec![SpecTextProblem {
                line: error.location().map(|at| at.line()),
                what: format!("it is not YAML: {}", visible(&error.to_string())),
            }];
        }
    };
    let documents: Vec<Value> = documents.into_iter().filter(|one| !one.is_null()).collect();
    let mut found: Vec<SpecTextProblem> = documents
        .iter()
        .filter_map(|one| no_spec(cluster, one))
        .collect();
    found.extend(not_one_cluster(&documents));
    found.extend(twice(&documents));
    if found.is_empty() {
        let known: Vec<Value> = yaml::readable_documents(stored).collect();
        let unknown = documents
            .iter()
            .flat_map(|one| unknown_fields(one, &known, edited));
        found.extend(unknown);
        // Both were read as YAML.
        let fixed = fixed_changes(stored, edited).unwrap_or_default();
        found.extend(fixed.iter().map(fixed_change));
    }
    found
}

fn about_text(what: String) -> SpecTextProblem {
    SpecTextProblem { line: None, what }
}

fn kind_of(document: &Value) -> Option<SpecKind> {
    match document.get("kind")?.as_str()? {
        "Cluster" => Some(SpecKind::Cluster),
        "InstanceGroup" => Some(SpecKind::InstanceGroup),
        _ => None,
    }
}

fn name_of(document: &Value) -> Option<&str> {
    document.get("metadata")?.get("name")?.as_str()
}

fn spec_of(document: &Value) -> Option<&Mapping> {
    document.get("spec")?.as_mapping()
}

fn shown(document: &Value) -> String {
    let kind = document.get("kind").and_then(Value::as_str);
    let name = name_of(document).unwrap_or("without a name");
    visible(&format!(
        "{}/{name}",
        kind.unwrap_or("a document without a kind")
    ))
}

// Why a document is none of this cluster's.
fn no_spec(cluster: &str, document: &Value) -> Option<SpecTextProblem> {
    let shown = shown(document);
    let Some(kind) = kind_of(document) else {
        return Some(about_text(format!(
            "{shown} is neither a Cluster nor an InstanceGroup"
        )));
    };
    if document.get("apiVersion").and_then(Value::as_str) != Some(VERSION) {
        return Some(about_text(format!("{shown} is not of {VERSION}")));
    }
    if spec_of(document).is_none() {
        return Some(about_text(format!("{shown} has no spec")));
    }
    if name_of(document).is_none() {
        return Some(about_text(format!("{shown} cannot be stored")));
    }
    let label = || {
        document
            .get("metadata")?
            .get("labels")?
            .get(OWNER)?
            .as_str()
    };
    let (is, of) = match kind {
        SpecKind::Cluster => (name_of(document), "its name"),
        SpecKind::InstanceGroup => (label(), "its label kops.k8s.io/cluster"),
    };
    let is = is.unwrap_or("missing");
    (is != cluster).then(|| {
        about_text(format!(
            "{shown} is not of {cluster}: {of} is {}, and another cluster would be changed",
            visible(is)
        ))
    })
}

fn not_one_cluster(documents: &[Value]) -> Option<SpecTextProblem> {
    let clusters = documents
        .iter()
        .filter(|one| matches!(kind_of(one), Some(SpecKind::Cluster)));
    (clusters.count() == 0).then(|| about_text("it has no Cluster".to_owned()))
}

// Of two documents of one name the last would be stored.
fn twice(documents: &[Value]) -> Vec<SpecTextProblem> {
    let mut seen = BTreeSet::new();
    let names = documents.iter().map(shown);
    let again = names.filter(|name| !seen.insert(name.clone()));
    again
        .map(|name| about_text(format!("{name} is there twice")))
        .collect()
}

fn unknown_fields(document: &Value, stored: &[Value], text: &str) -> Vec<SpecTextProblem> {
    let (Some(kind), Some(spec)) = (kind_of(document), spec_of(document)) else {
        return Vec::new();
    };
    let same = |one: &&Value| shown(one) == shown(document);
    let before = stored.iter().find(same).and_then(spec_of);
    let known = before.map(|spec| unknown(kind, spec)).unwrap_or_default();
    let known: BTreeSet<String> = known.into_iter().map(|field| field.path).collect();
    let group = match kind {
        SpecKind::Cluster => None,
        SpecKind::InstanceGroup => name_of(document),
    };
    let found = unknown(kind, spec).into_iter();
    let new = found.filter(|field| !known.contains(&field.path));
    new.map(|field| SpecTextProblem {
        line: line_of(text, group, &field.path).map(|line| line + 1),
        what: unknown_field(document, &field),
    })
    .collect()
}

fn unknown_field(document: &Value, field: &UnknownField) -> String {
    let near = did_you_mean(&field.name, field.known.iter().copied());
    format!(
        "kops 1.36 knows no {} in {}, and drops it without a word{near}",
        visible(&field.path),
        shown(document)
    )
}

fn fixed_change(problem: &Problem) -> SpecTextProblem {
    about_text(format!("{}: {}", problem.what, problem.why))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const NAME: &str = "a.example.com";
    const STORED: &str = "apiVersion: kops.k8s.io/v1alpha2
kind: Cluster
metadata:
  name: a.example.com
spec:
  networkID: vpc-1
  fromTomorrow: 1
  kubelet:
    maxPods: 20
---
apiVersion: kops.k8s.io/v1alpha2
kind: InstanceGroup
metadata:
  labels:
    kops.k8s.io/cluster: a.example.com
  name: nodes
spec:
  maxSize: 3
  volumes:
  - device: /dev/xvdb
    iops: 300
";

    fn why(edited: &str) -> Option<String> {
        check_edited(NAME, STORED, edited)
            .err()
            .map(|fault| fault.why)
    }

    fn replaced(from: &str, to: &str) -> Option<String> {
        assert!(STORED.contains(from), "{from}");
        why(&STORED.replace(from, to))
    }

    #[test]
    fn what_kops_takes_is_not_refused() {
        assert_eq!(why(STORED), None);
        assert_eq!(replaced("maxPods: 20", "maxPods: 30"), None);
        let (cluster, _) = STORED.split_once(SEPARATOR).unwrap();
        assert_eq!(why(cluster), None);
        assert_eq!(why(&format!("{SEPARATOR}{STORED}{SEPARATOR}")), None);
    }

    #[test]
    fn a_field_that_kops_would_drop_is_refused_with_its_line() {
        assert_eq!(
            replaced("maxPods", "maxPds").as_deref(),
            Some(
                "line 9: kops 1.36 knows no kubelet.maxPds in Cluster/a.example.com, and drops it without a word; did you mean maxPods?"
            )
        );
        let why = replaced("iops", "iosp").unwrap();
        assert!(
            why.starts_with(
                "line 21: kops 1.36 knows no volumes[0].iosp in InstanceGroup/nodes, and"
            ),
            "{why}"
        );
        let both = STORED.replace("iops", "iosp").replace("maxPods", "maxPds");
        let fault = check_edited(NAME, STORED, &both).unwrap_err();
        assert_eq!(fault.what, "the edited spec has 2 problems");
        assert_eq!(fault.reasons.len(), 2);
    }

    #[test]
    fn what_is_no_spec_of_this_cluster_is_refused() {
        for (from, to, starts) in [
            ("maxPods: 20", "maxPods: [", "line 10: it is not YAML: "),
            (
                "kind: Cluster",
                "kind: Secret",
                "Secret/a.example.com is neither",
            ),
            (
                "kind: Cluster",
                "kinds: Cluster",
                "a document without a kind/a.example.com is neither",
            ),
            (
                "v1alpha2\nkind: Cluster",
                "v1alpha3\nkind: Cluster",
                "Cluster/a.example.com is not of",
            ),
            (
                "\nspec:\n  maxSize",
                "\nspce:\n  maxSize",
                "InstanceGroup/nodes has no spec",
            ),
            (
                "  name: a.example.com",
                "  name: b.example.com",
                "Cluster/b.example.com is not of a.example.com: its name is b.example.com",
            ),
            (
                "cluster: a.example.com",
                "cluster: b.example.com",
                "InstanceGroup/nodes is not of a.example.com: its label",
            ),
            (
                "vpc-1",
                "vpc-2",
                "networkID is vpc-1, and vpc-2 is asked for: ",
            ),
        ] {
            let why = replaced(from, to).unwrap();
            assert!(why.starts_with(starts), "{why}");
        }
        let (cluster, group) = STORED.split_once(SEPARATOR).unwrap();
        assert_eq!(why(group).as_deref(), Some("it has no Cluster"));
        assert_eq!(why("").as_deref(), Some("it has no Cluster"));
        let again = format!("{STORED}{SEPARATOR}{cluster}");
        assert_eq!(
            why(&again).as_deref(),
            Some("Cluster/a.example.com is there twice")
        );
    }

    #[test]
    fn of_many_problems_the_first_are_named() {
        let fields: Vec<String> = (0..20).map(|at| format!("  wrong{at}: 1\n")).collect();
        let fields = fields.concat();
        let why = replaced("  kubelet:\n", &format!("{fields}  kubelet:\n")).unwrap();
        assert!(
            why.starts_with("line 8: kops 1.36 knows no wrong0 in ") && why.ends_with("; 12 more"),
            "{why}"
        );
    }

    #[test]
    fn only_what_a_replace_takes_is_edited() {
        let addon = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n";
        assert_eq!(editable(&format!("{STORED}{SEPARATOR}{addon}")), STORED);
        assert_eq!(editable(STORED), STORED);
        assert_eq!(editable("a: ["), "a: [");
    }

    #[test]
    fn another_form_is_no_change() {
        assert!(says_the_same(STORED, &format!("# a comment\n{STORED}")));
        assert!(says_the_same("a: [", "a: ["));
        assert!(!says_the_same(STORED, &STORED.replace("20", "21")));
        assert!(!says_the_same("a: [", "b: ["));
    }
}
