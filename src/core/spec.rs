//! The plan as `cluster_spec.yml`: one `Cluster`, then its `InstanceGroup`s, in kops's v1alpha2 form and key order.
//!
//! What is not decided yet is left out, so that the spec can be shown while it grows. Each default is what
//! `kops create cluster --dry-run -o yaml` of kops 1.36.2 prints, except where a comment says why not.

mod cluster;
mod etcd;
pub mod fields;
mod group;
pub mod merge;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests;
mod text;

use serde::Serialize;
use serde_yaml::Value;

use self::merge::OverrideChange;
use super::plan::{Plan, PlannedGroup};
use crate::core::network::cidr::Tier;

const API_VERSION: &str = "kops.k8s.io/v1alpha2";

/// One document of the spec.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SpecDocument<'a, T> {
    api_version: &'static str,
    kind: &'static str,
    metadata: Metadata<'a>,
    spec: T,
}

#[derive(Serialize)]
struct Metadata<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    labels: Option<Labels<'a>>,
    #[serde(skip_serializing_if = "str::is_empty")]
    name: &'a str,
}

#[derive(Serialize)]
struct Labels<'a> {
    #[serde(rename = "kops.k8s.io/cluster")]
    cluster: &'a str,
}

/// The plan as YAML documents, joined by `---`; the same plan gives the same bytes.
///
/// A line that an override wrote ends with a comment that says so.
pub fn render(plan: &Plan) -> String {
    let (documents, _) = drawn(plan);
    let texts: Vec<_> = documents.iter().map(text::to_yaml).collect();
    texts.join("---\n")
}

/// The name of each etcd cluster with that of each of its members; none while there is no control-plane group.
pub fn etcd_members(plan: &Plan) -> Vec<(&'static str, String)> {
    etcd::all_members(&plan.groups, plan.answers.networking)
}

/// What the plan's overrides change in the spec, in their order.
pub fn overridden(plan: &Plan) -> Vec<OverrideChange> {
    if plan.answers.overrides.is_empty() {
        return Vec::new();
    }
    drawn(plan).1
}

fn drawn(plan: &Plan) -> (Vec<Value>, Vec<OverrideChange>) {
    let mut found = Vec::new();
    let mut documents = vec![value(&cluster(plan))];
    override_spec(
        documents.first_mut(),
        &plan.answers.overrides.cluster,
        "overrides.cluster",
        &mut found,
    );
    for group in &plan.groups {
        let mut document = value(&instance_group(plan, group));
        // The overrides of several groups come first, so that those of the one have the last word.
        for name in [&group.asked, &group.name] {
            let Some(fields) = plan.answers.overrides.instance_groups.get(name) else {
                continue;
            };
            let path = format!("overrides.instanceGroups.{name}");
            override_spec(Some(&mut document), fields, &path, &mut found);
            if group.asked == group.name {
                break;
            }
        }
        documents.push(document);
    }
    // Several groups change the same way by one override.
    let mut changes: Vec<OverrideChange> = Vec::new();
    for change in found {
        if !changes.contains(&change) {
            changes.push(change);
        }
    }
    (documents, changes)
}

fn override_spec(
    document: Option<&mut Value>,
    fields: &serde_yaml::Mapping,
    path: &str,
    found: &mut Vec<OverrideChange>,
) {
    let spec = document.and_then(|document| document.get_mut("spec"));
    if let Some(Value::Mapping(spec)) = spec {
        merge::merge(spec, fields, path, found);
    }
}

// Strings, numbers and lists of them always serialise.
fn value<T: Serialize>(document: &SpecDocument<T>) -> Value {
    serde_yaml::to_value(document).unwrap_or_default()
}

fn cluster(plan: &Plan) -> SpecDocument<'_, cluster::Cluster<'_>> {
    SpecDocument {
        api_version: API_VERSION,
        kind: "Cluster",
        metadata: Metadata {
            labels: None,
            name: &plan.answers.cluster,
        },
        spec: cluster::cluster_spec(plan),
    }
}

fn instance_group<'a>(
    plan: &'a Plan,
    group: &'a PlannedGroup,
) -> SpecDocument<'a, group::InstanceGroup<'a>> {
    SpecDocument {
        api_version: API_VERSION,
        kind: "InstanceGroup",
        metadata: Metadata {
            labels: (!plan.answers.cluster.is_empty()).then_some(Labels {
                cluster: &plan.answers.cluster,
            }),
            name: &group.name,
        },
        spec: group::group_spec(group),
    }
}

/// The name of a zone's private subnet: the zone's own, as kops has it.
fn private_subnet(zone: &str) -> String {
    Tier::Private.subnet(zone)
}

fn utility_subnet(zone: &str) -> String {
    Tier::Utility.subnet(zone)
}
