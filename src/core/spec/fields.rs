//! The names of the fields that kops 1.36.2 reads in a v1alpha2 spec, at every depth; `lab/record-fields` records them from
//! the schemas of kops's own module (`k8s/crds`).

use serde_yaml::{Mapping, Value};
use strum::IntoStaticStr;

const RECORDED: &str = include_str!("fields.txt");

/// The document whose spec is looked at, by its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
pub enum SpecKind {
    Cluster,
    InstanceGroup,
}

impl SpecKind {
    /// kops's word for it.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// A field that kops does not know where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownField {
    /// Its path below `spec`, items of lists by their name or number.
    pub path: String,
    pub name: String,
    /// The names that kops knows there, sorted.
    pub known: Vec<&'static str>,
}

// One recorded line; the lines below it that are deeper are its fields.
#[derive(Clone, Copy, Debug)]
struct RecordedLine {
    depth: usize,
    name: &'static str,
    below: Below,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Below {
    /// The fields that are listed; none of a single value.
    Listed,
    /// Whatever a person names.
    Any,
    Nothing,
}

/// Every field of a spec that kops would drop, in its order; below a field that is unknown nothing more is looked at.
pub fn unknown(kind: SpecKind, given: &Mapping) -> Vec<UnknownField> {
    let lines: Vec<RecordedLine> = RECORDED.lines().map(line).collect();
    let root = |line: &RecordedLine| line.name == kind.word() && line.depth == 0;
    let Some(at) = lines.iter().position(root) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    Walk { lines: &lines }.fields(at, given, "", &mut found);
    found
}

fn line(text: &'static str) -> RecordedLine {
    let words = text.trim_start();
    let depth = text.len() - words.len();
    let (name, mark) = words.split_once(' ').unwrap_or((words, ""));
    let below = match mark {
        "*" => Below::Any,
        "{}" => Below::Nothing,
        _ => Below::Listed,
    };
    RecordedLine { depth, name, below }
}

struct Walk<'a> {
    lines: &'a [RecordedLine],
}

impl Walk<'_> {
    fn fields(&self, at: usize, given: &Mapping, above: &str, found: &mut Vec<UnknownField>) {
        let known: Vec<usize> = self.below(at).collect();
        for (name, value) in given {
            let Some(name) = name.as_str() else {
                continue;
            };
            let path = if above.is_empty() {
                name.to_owned()
            } else {
                format!("{above}.{name}")
            };
            let named = |at: &&usize| self.lines.get(**at).is_some_and(|line| line.name == name);
            match known.iter().find(named) {
                Some(at) => self.value(*at, value, &path, found),
                None => found.push(UnknownField {
                    path,
                    name: name.to_owned(),
                    known: self.names(&known),
                }),
            }
        }
    }

    // A value of another form than the field's is for kops to refuse.
    fn value(&self, at: usize, value: &Value, path: &str, found: &mut Vec<UnknownField>) {
        let Some(line) = self.lines.get(at) else {
            return;
        };
        let single = line.below == Below::Listed && self.below(at).next().is_none();
        if line.below == Below::Any || single {
            return;
        }
        match value {
            Value::Mapping(fields) => self.fields(at, fields, path, found),
            Value::Sequence(items) => {
                for (number, item) in items.iter().enumerate() {
                    let name = item.get("name").and_then(Value::as_str);
                    let name = name.map_or_else(|| number.to_string(), str::to_owned);
                    self.value(at, item, &format!("{path}[{name}]"), found);
                }
            }
            _ => {}
        }
    }

    // The lines one level below, up to the next that is not deeper.
    fn below(&self, at: usize) -> impl Iterator<Item = usize> {
        let depth = self.lines.get(at).map_or(0, |line| line.depth);
        let rest = self.lines.iter().enumerate().skip(at + 1);
        rest.take_while(move |(_, line)| line.depth > depth)
            .filter(move |(_, line)| line.depth == depth + 1)
            .map(|(at, _)| at)
    }

    fn names(&self, known: &[usize]) -> Vec<&'static str> {
        let lines = known.iter().filter_map(|at| self.lines.get(*at));
        lines.map(|line| line.name).collect()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use super::*;

    fn paths(kind: SpecKind, yaml: &str) -> Vec<String> {
        let given: Mapping = serde_yaml::from_str(yaml).unwrap();
        let found = unknown(kind, &given);
        found.into_iter().map(|field| field.path).collect()
    }

    #[test]
    fn a_misspelt_name_is_found_at_every_depth() {
        let cluster = "
kubeAPIServer: {auditLogPath: /a, auditLogPaht: /b, featureGates: {AnyName: 'true'}}
etcdClusters: [{name: main, memoryRequest: 1, manager: {enw: []}}, {memoryReqest: 1}]
additionalPolicies: {node: '[]', whatever: ''}
authorization: {rbac: {x: 1}}
kubelet: 7
netwrokCIDR: 10.0.0.0/8
";
        assert_eq!(
            paths(SpecKind::Cluster, cluster),
            [
                "kubeAPIServer.auditLogPaht",
                "etcdClusters[main].manager.enw",
                "etcdClusters[1].memoryReqest",
                "authorization.rbac.x",
                "netwrokCIDR",
            ]
        );
        let group = "{maxSize: 3, rolingUpdate: {}, mixedInstancesPolicy: {spotInstancePool: 2}, volumes: [{iops: 3, iosp: 3}]}";
        assert_eq!(
            paths(SpecKind::InstanceGroup, group),
            [
                "rolingUpdate",
                "mixedInstancesPolicy.spotInstancePool",
                "volumes[0].iosp"
            ]
        );
    }

    #[test]
    fn what_kops_itself_prints_is_known_whole() {
        let mut documents = 0;
        for text in [
            include_str!("../../../tests/fixtures/demo/four-zones/cluster_spec.yml"),
            include_str!("../../../tests/fixtures/kops/get-cluster-yaml.stdout"),
        ] {
            for document in text.split("---\n") {
                let document: Mapping = serde_yaml::from_str(document).unwrap();
                let Some(spec) = document.get("spec").and_then(Value::as_mapping) else {
                    continue;
                };
                let kind = match document.get("kind").and_then(Value::as_str) {
                    Some("Cluster") => SpecKind::Cluster,
                    Some("InstanceGroup") => SpecKind::InstanceGroup,
                    _ => continue,
                };
                assert_eq!(unknown(kind, spec), []);
                documents += 1;
            }
        }
        assert!(documents > 2, "{documents}");
    }

    #[test]
    fn the_record_is_whole_and_small() {
        assert!(RECORDED.len() < 150_000);
        let lines: Vec<RecordedLine> = RECORDED.lines().map(line).collect();
        let roots: Vec<_> = lines.iter().filter(|line| line.depth == 0).collect();
        let names: Vec<_> = roots.iter().map(|line| line.name).collect();
        assert_eq!(names, ["Cluster", "InstanceGroup"]);
        let steps = lines.iter().zip(lines.iter().skip(1));
        for (before, after) in steps {
            assert!(after.depth <= before.depth + 1, "{before:?} {after:?}");
        }
    }
}
