//! The plan as `cluster_spec.yml`: one `Cluster`, then its `InstanceGroup`s, in kops's v1alpha2 form and key order.
//!
//! What is not decided yet is left out, so that the spec can be shown while it grows. Each default is what
//! `kops create cluster --dry-run -o yaml` of kops 1.36.2 prints, except where a comment says why not.

mod cluster;
mod group;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests;

use serde::Serialize;

use super::plan::Plan;

const API_VERSION: &str = "kops.k8s.io/v1alpha2";

/// One document of the spec.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a, T> {
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
pub fn render(plan: &Plan) -> String {
    let mut documents = vec![drawn(&Document {
        api_version: API_VERSION,
        kind: "Cluster",
        metadata: Metadata {
            labels: None,
            name: &plan.cluster,
        },
        spec: cluster::of(plan),
    })];
    documents.extend(plan.groups.iter().map(|group| {
        drawn(&Document {
            api_version: API_VERSION,
            kind: "InstanceGroup",
            metadata: Metadata {
                labels: (!plan.cluster.is_empty()).then_some(Labels {
                    cluster: &plan.cluster,
                }),
                name: &group.name,
            },
            spec: group::of(group),
        })
    }));
    documents.join("---\n")
}

// Strings, numbers and lists of them always serialise.
fn drawn<T: Serialize>(document: &Document<T>) -> String {
    serde_yaml::to_string(document).unwrap_or_default()
}

/// The name of a zone's private subnet: the zone's own, as kops has it.
fn private_subnet(zone: &str) -> String {
    zone.to_owned()
}

fn utility_subnet(zone: &str) -> String {
    format!("utility-{zone}")
}
