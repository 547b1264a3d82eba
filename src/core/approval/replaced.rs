//! What `kops replace` does to the spec that the state store has: what no cluster can change, what goes, and what changes.

use std::collections::BTreeSet;

use serde_yaml::Value;

use super::stored_spec::{
    StoredDocument, documents, plain, shown, undated, unreadable, whole_values,
};
use crate::core::fault::Fault;
use crate::core::problem::catalog::{self as rule, PlanningRule};
use crate::core::problem::{About, Problem};
use crate::core::text::prose::counted;

/// Values that go with a finding of their own each; more of them are named together.
const MOST: usize = 8;
const STORED: &str = "the spec in the state store";
const NEW: &str = "the new spec";
const NO_CLUSTER: &str = "it has no cluster";

/// A field of the cluster's spec that cannot change once the cluster exists.
struct FixedField {
    path: &'static str,
    about: About,
    why: &'static str,
}

const fn fixed(path: &'static str, about: About, why: &'static str) -> FixedField {
    FixedField { path, about, why }
}

const STATE: &str =
    "the keys, the secrets and the files that instances read at their start are there";
const ADDRESSES: &str = "pods, services and subnets have addresses from it";

const FIXED: [FixedField; 11] = [
    fixed(
        "networkID",
        About::Vpc,
        "nothing of a cluster can move to another VPC",
    ),
    fixed("networkCIDR", About::Vpc, ADDRESSES),
    fixed("nonMasqueradeCIDR", About::Vpc, ADDRESSES),
    fixed("podCIDR", About::Vpc, ADDRESSES),
    fixed("serviceClusterIPRange", About::Vpc, ADDRESSES),
    fixed("configBase", About::Account, STATE),
    fixed("keyStore", About::Account, STATE),
    fixed("secretStore", About::Account, STATE),
    fixed(
        "topology.dns.type",
        About::Access,
        "nodes and kubeconfigs know the API by its name",
    ),
    fixed(
        "api.loadBalancer.type",
        About::Access,
        "AWS turns no internal load balancer into a public one: the API would get another address",
    ),
    fixed(
        "api.loadBalancer.class",
        About::Access,
        "the API would get another load balancer and another address",
    ),
];

const MEMBERS: &str =
    "etcd counts its members, and kops cannot add or remove one in a running cluster";

/// What a new spec changes of a stored one that no cluster can change; nothing where either has no cluster. A text that is
/// not YAML is a fault.
pub fn fixed_changes(stored: &str, new: &str) -> Result<Vec<Problem>, Fault> {
    let (stored, new) = (documents(stored, STORED)?, documents(new, NEW)?);
    let (Some(then), Some(now)) = (cluster(&stored), cluster(&new)) else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    for field in &FIXED {
        if let (Some(before), Some(after)) = (at(then, field.path), at(now, field.path)) {
            found.extend(differs(field.path, before, after, &field.about, field.why));
        }
    }
    found.extend(other_plugin(then, now));
    found.extend(other_members(then, now));
    found.extend(moved_subnets(then, now));
    Ok(found)
}

fn cluster(documents: &[StoredDocument]) -> Option<&Value> {
    let document = documents
        .iter()
        .find(|one| one.path.starts_with("Cluster/"))?;
    document.value.get("spec")
}

fn at<'a>(spec: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(spec, |value, key| value.get(key))
}

fn differs(path: &str, before: &Value, after: &Value, about: &About, why: &str) -> Option<Problem> {
    let text = |value: &Value| plain(value).trim_end_matches('/').to_owned();
    (text(before) != text(after)).then(|| {
        let (before, after) = (shown(before), shown(after));
        problem_of_fixed(
            about,
            format!("{path} is {before}, and {after} is asked for"),
            why,
        )
    })
}

fn problem_of_fixed(about: &About, what: String, why: &str) -> Problem {
    rule::CLUSTER_FIELD_FIXED.problem(
        about.clone(),
        what,
        format!("{why}; it is fixed once the cluster exists"),
        "put back what the cluster has; another value needs another cluster",
    )
}

fn keys(value: Option<&Value>) -> BTreeSet<String> {
    let fields = value.and_then(Value::as_mapping);
    let names = fields.into_iter().flat_map(|fields| fields.keys());
    names
        .filter_map(|key| key.as_str().map(str::to_owned))
        .collect()
}

fn other_plugin(then: &Value, now: &Value) -> Option<Problem> {
    let (before, after) = (keys(then.get("networking")), keys(now.get("networking")));
    let words = |names: BTreeSet<String>| names.into_iter().collect::<Vec<_>>().join(", ");
    (before != after && !before.is_empty()).then(|| {
        let what = format!(
            "the CNI is {}, and {} is asked for",
            words(before),
            words(after)
        );
        let why = "kops does not move the pods of a running cluster to another CNI";
        problem_of_fixed(&About::Access, what, why)
    })
}

// The names of the items of a list.
fn named(value: Option<&Value>) -> impl Iterator<Item = (&str, &Value)> {
    let items = value.and_then(Value::as_sequence).into_iter().flatten();
    items.filter_map(|item| Some((item.get("name")?.as_str()?, item)))
}

fn other_members(then: &Value, now: &Value) -> Vec<Problem> {
    let mut found = Vec::new();
    for (name, before) in named(then.get("etcdClusters")) {
        let after = named(now.get("etcdClusters")).find(|(other, _)| *other == name);
        let members = |cluster: &Value| {
            let members = named(cluster.get("etcdMembers"));
            members
                .map(|(name, _)| name.to_owned())
                .collect::<BTreeSet<_>>()
        };
        let Some((_, after)) = after else {
            let what = format!("the etcd cluster {} is left out", shown(&name.into()));
            found.push(problem_of_fixed(&About::ControlPlane, what, MEMBERS));
            continue;
        };
        let (before, after) = (members(before), members(after));
        if before != after {
            let words = |names: BTreeSet<String>| names.into_iter().collect::<Vec<_>>().join(", ");
            let what = format!(
                "the members of etcd {name} are {}, and {} are asked for",
                words(before),
                words(after)
            );
            found.push(problem_of_fixed(&About::ControlPlane, what, MEMBERS));
        }
    }
    found
}

fn moved_subnets(then: &Value, now: &Value) -> Vec<Problem> {
    let mut found = Vec::new();
    for (name, before) in named(then.get("subnets")) {
        let after = named(now.get("subnets")).find(|(other, _)| *other == name);
        let Some((_, after)) = after else {
            let why = "its instances, volumes and etcd members are in it";
            let what = format!("the subnet {} is left out", shown(&name.into()));
            found.push(problem_of_fixed(&About::Subnets, what, why));
            continue;
        };
        for key in ["cidr", "zone", "type", "id"] {
            let (before, after) = (before.get(key), after.get(key));
            if let (Some(before), Some(after)) = (before, after) {
                let path = format!("{key} of subnet {name}");
                let why = "a subnet keeps its place and its addresses as long as it lives";
                found.extend(differs(&path, before, after, &About::Subnets, why));
            }
        }
    }
    found
}

/// What a cluster has that an edit starts from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClusterParts {
    /// The zones of its subnets.
    pub zones: BTreeSet<String>,
    /// The names of its instance groups.
    pub groups: BTreeSet<String>,
    pub kubernetes_version: String,
    pub channel: String,
}

impl ClusterParts {
    /// Reads them from a spec as the state store has it; one that is not YAML or has no cluster is a fault.
    pub fn read(stored: &str) -> Result<Self, Fault> {
        let documents = documents(stored, STORED)?;
        let spec = cluster(&documents).ok_or_else(|| unreadable(STORED, NO_CLUSTER))?;
        let groups = documents
            .iter()
            .filter_map(|one| one.path.strip_prefix("InstanceGroup/"));
        let subnets = named(spec.get("subnets"));
        let zones = subnets.filter_map(|(_, subnet)| subnet.get("zone")?.as_str());
        let text = |key: &str| spec.get(key).map(plain);
        Ok(Self {
            zones: zones.map(str::to_owned).collect(),
            groups: groups.map(str::to_owned).collect(),
            kubernetes_version: text("kubernetesVersion").unwrap_or_default(),
            channel: text("channel").unwrap_or_default(),
        })
    }
}

/// A new spec with what kops keeps beside the stored one: when each document was made, and how often it was changed. kops
/// writes both into the files that instances read, so that without them an edit of nothing would change something.
pub fn with_stored_metadata(new: &str, stored: &str) -> String {
    let stored = documents(stored, STORED).unwrap_or_default();
    let carried = |text: &str| carried(text, &stored).unwrap_or_else(|| text.to_owned());
    new.split("---\n")
        .map(carried)
        .collect::<Vec<_>>()
        .join("---\n")
}

const METADATA: &str = "metadata:\n";

fn carried(text: &str, stored: &[StoredDocument]) -> Option<String> {
    let document = documents(text, NEW).ok()?.into_iter().next()?;
    let before = stored.iter().find(|other| other.path == document.path)?;
    let own = document.value.get("metadata")?;
    let kept = ["creationTimestamp", "generation"]
        .into_iter()
        .filter_map(|key| {
            let value = before.value.get("metadata")?.get(key)?;
            // A text in quotes, as kops writes a time, and not a time of YAML.
            let value = serde_json::to_string(value).ok()?;
            own.get(key)
                .is_none()
                .then(|| format!("  {key}: {value}\n"))
        });
    let kept: String = kept.collect();
    let (above, below) = text.split_once(METADATA)?;
    Some(format!("{above}{METADATA}{kept}{below}"))
}

/// One value of the stored spec that a replace changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpecChange {
    /// Such as `InstanceGroup/nodes.spec.maxSize`.
    pub path: String,
    /// Absent where it is new.
    pub before: Option<String>,
    /// Absent where it goes.
    pub after: Option<String>,
}

/// What a replace changes of the stored spec, value by value, `made` being what kops makes of the new one, defaults
/// included, with the instance groups that stay. A text that is not YAML, or has no cluster, is a fault.
pub fn spec_changes(stored: &str, made: &str) -> Result<Vec<SpecChange>, Fault> {
    let (then, now) = (undated(stored, STORED)?, undated(made, NEW)?);
    for (documents, what) in [(&then, STORED), (&now, NEW)] {
        cluster(documents).ok_or_else(|| unreadable(what, NO_CLUSTER))?;
    }
    let (then, now) = (whole_values(&then), whole_values(&now));
    let all = then.iter().chain(now.iter()).map(|(path, _)| path);
    let counted = |path: &&str| !path.ends_with(".metadata.generation");
    let paths: BTreeSet<&str> = all.filter(counted).collect();
    let changes = paths.into_iter().map(|path| SpecChange {
        path: path.to_owned(),
        before: then.get(path).map(str::to_owned),
        after: now.get(path).map(str::to_owned),
    });
    Ok(changes.filter(|one| one.before != one.after).collect())
}

/// The same for a person to read before approving: what goes first, then what changes, then the instance groups that the
/// new spec leaves as they are.
pub fn replaced(stored: &str, made: &str, new: &str) -> Result<Vec<Problem>, Fault> {
    let changes = spec_changes(stored, made)?;
    let (gone, others): (Vec<_>, Vec<_>) = changes.iter().partition(|one| one.after.is_none());
    let mut found: Vec<Problem> = gone.iter().take(MOST).map(|one| removed(one)).collect();
    let more = gone.get(MOST..).unwrap_or_default();
    found.extend((!more.is_empty()).then(|| removed_too(more)));
    found.extend((!others.is_empty()).then(|| changed(&others)));
    let (stored, new) = (documents(stored, STORED)?, documents(new, NEW)?);
    let left_out = stored
        .iter()
        .filter(|one| new.iter().all(|other| other.path != one.path));
    found.extend(left_out.map(|one| stays(&one.path)));
    Ok(found)
}

fn removed(change: &SpecChange) -> Problem {
    removed_problem(format!("the replace removes {}", removed_value(change)))
}

fn removed_too(changes: &[&SpecChange]) -> Problem {
    let more = counted(changes.len(), "more value");
    let values = changes.iter().map(|one| removed_value(one));
    let values = values.collect::<Vec<_>>().join("; ");
    removed_problem(format!(
        "the replace removes {more} of the stored spec: {values}"
    ))
}

fn removed_value(change: &SpecChange) -> String {
    let value = change.before.as_deref().unwrap_or_default();
    format!("{}, which is {value}", change.path)
}

fn removed_problem(what: String) -> Problem {
    account(
        &rule::SPEC_FIELD_REMOVED,
        what,
        "the new spec does not have it; somebody may have set it after the cluster was made",
        "to keep it, put it into the new spec (answers: overrides); otherwise it goes with the approval",
    )
}

fn changed(changes: &[&SpecChange]) -> Problem {
    let words = |one: &&&SpecChange| {
        let after = one.after.as_deref().unwrap_or_default();
        match &one.before {
            Some(before) => format!("{} from {before} to {after}", one.path),
            None => format!("{} to {after}, new", one.path),
        }
    };
    let values: Vec<String> = changes.iter().map(|one| words(&one)).collect();
    let count = counted(values.len(), "value");
    account(
        &rule::SPEC_FIELDS_REPLACED,
        format!(
            "the replace changes the stored spec, {count}: {}",
            values.join("; ")
        ),
        "the new spec replaces the stored one, whoever changed that since",
        "read each value; one that you did not mean to change was changed by somebody else",
    )
}

fn stays(path: &str) -> Problem {
    account(
        &rule::INSTANCE_GROUP_STAYS,
        format!("{path} is not in the new spec, and stays as it is"),
        "a replace deletes no instance group",
        "nothing, or put it into the answers; only kops itself deletes one",
    )
}

fn account(rule: &PlanningRule, what: String, why: &str, remedy: &str) -> Problem {
    rule.problem(About::Account, what, why, remedy)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const CLUSTER: &str = "kind: Cluster\nmetadata: {name: a}\nspec:\n  networkID: vpc-1\n  configBase: s3://b/a\n  networking: {cilium: {}}\n  etcdClusters: [{name: main, etcdMembers: [{name: a}]}]\n  subnets: [{name: x, cidr: 10.0.0.0/24, zone: x}]\n";
    const GROUP: &str = "---\nkind: InstanceGroup\nmetadata: {name: nodes, generation: 1}\nspec: {maxSize: 2, hooks: h}\n";

    fn whats(found: Vec<Problem>) -> Vec<String> {
        found.into_iter().map(|one| one.what).collect()
    }

    #[test]
    fn what_no_cluster_can_change_is_named() {
        let same = CLUSTER.replace("s3://b/a", "s3://b/a/");
        assert_eq!(fixed_changes(CLUSTER, &same).unwrap(), []);
        for (from, to, what) in [
            (
                "vpc-1",
                "vpc-2",
                "networkID is vpc-1, and vpc-2 is asked for",
            ),
            (
                "cilium",
                "calico",
                "the CNI is cilium, and calico is asked for",
            ),
            (
                "[{name: a}]",
                "[{name: a}, {name: b}]",
                "the members of etcd main are a, and a, b are asked for",
            ),
            (
                "10.0.0.0/24",
                "10.0.1.0/24",
                "cidr of subnet x is 10.0.0.0/24, and 10.0.1.0/24 is asked for",
            ),
            ("name: x,", "name: y,", "the subnet x is left out"),
            (
                "name: main",
                "name: events",
                "the etcd cluster main is left out",
            ),
        ] {
            let found = fixed_changes(CLUSTER, &CLUSTER.replace(from, to)).unwrap();
            assert_eq!(whats(found), [what]);
        }
        // A zone that is added is no change of one that is there.
        let grown = CLUSTER.replace(
            "zone: x}",
            "zone: x}, {name: y, cidr: 10.0.1.0/24, zone: y}",
        );
        assert_eq!(fixed_changes(CLUSTER, &grown).unwrap(), []);
        assert_eq!(fixed_changes("", CLUSTER).unwrap(), []);
    }

    #[test]
    fn what_goes_stands_before_what_changes_and_the_groups_that_stay() {
        let stored =
            format!("{CLUSTER}{GROUP}---\nkind: InstanceGroup\nmetadata: {{name: theirs}}\n");
        let made = stored
            .replace("generation: 1", "generation: 2, creationTimestamp: now")
            .replace("maxSize: 2, hooks: h", "maxSize: 3, image: i");
        let new = format!("{CLUSTER}{GROUP}");
        assert_eq!(
            whats(replaced(&stored, &made, &new).unwrap()),
            [
                "the replace removes InstanceGroup/nodes.spec.hooks, which is h",
                "the replace changes the stored spec, 2 values: InstanceGroup/nodes.spec.image to i, new; InstanceGroup/nodes.spec.maxSize from 2 to 3",
                "InstanceGroup/theirs is not in the new spec, and stays as it is",
            ]
        );
        assert_eq!(replaced(&new, &new, &new).unwrap(), []);
    }

    #[test]
    fn what_kops_keeps_beside_a_document_is_carried_over() {
        let new = "apiVersion: x\nkind: Cluster\nmetadata:\n  name: a\nspec: {}\n---\nkind: InstanceGroup\nmetadata:\n  name: new\nspec: {}\n";
        let stored = "kind: Cluster\nmetadata: {name: a, generation: 3, creationTimestamp: '2026-11-29T21:06:35Z'}\n";
        let carried = with_stored_metadata(new, stored);
        assert_eq!(
            carried,
            new.replacen(
                "metadata:\n",
                "metadata:\n  creationTimestamp: \"2026-11-29T21:06:35Z\"\n  generation: 3\n",
                1
            )
        );
        assert_eq!(with_stored_metadata(&carried, stored), carried);
        assert_eq!(with_stored_metadata(new, ""), new);
    }

    #[test]
    fn of_many_values_each_is_named_whole() {
        let many = |prefix: &str| {
            let fields: Vec<String> = (0..20)
                .map(|at| format!("{prefix}{at:02}: {}", "v".repeat(100)))
                .collect();
            format!(
                "kind: Cluster\nmetadata: {{name: a}}\nspec: {{{}}}\n",
                fields.join(", ")
            )
        };
        let found = replaced(&many("a"), &many("b"), &many("b")).unwrap();
        assert_eq!(found.len(), MOST + 2);
        let listed = |from: usize, name: &str, after: &str| {
            let value = "v".repeat(100);
            let values = (from..20).map(|at| {
                let path = format!("Cluster/a.spec.{name}{at:02}");
                match after {
                    "" => format!("{path}, which is {value}"),
                    after => format!("{path} to {value}{after}"),
                }
            });
            values.collect::<Vec<_>>().join("; ")
        };
        assert_eq!(
            found[MOST].what,
            format!(
                "the replace removes 12 more values of the stored spec: {}",
                listed(MOST, "a", "")
            )
        );
        assert_eq!(
            found[MOST + 1].what,
            format!(
                "the replace changes the stored spec, 20 values: {}",
                listed(0, "b", ", new")
            )
        );
    }

    #[test]
    fn a_change_far_inside_a_long_value_is_a_change() {
        let script = |end: &str| {
            let data = "x".repeat(500);
            format!("kind: Cluster\nmetadata: {{name: a}}\nspec: {{data: {data}{end}}}\n")
        };
        assert_eq!(spec_changes(&script("1"), &script("2")).unwrap().len(), 1);
    }
}
