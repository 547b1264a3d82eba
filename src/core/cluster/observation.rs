//! One look at the cluster through `kops validate cluster -o json`.

use std::collections::HashMap;

use serde::Deserialize;

use super::groups::{GroupDocument, InstanceGroupSummary, or_default};
use super::obstacle::{self, Obstacle};
use crate::core::fault::Fault;
use crate::core::kops::copied::Copied;
use crate::core::text::untrusted::Untrusted;

/// What one look saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Observation {
    /// kops finds no failure.
    Ready { nodes: Vec<ValidatedNode> },
    NotReady {
        nodes: Vec<ValidatedNode>,
        failures: Vec<ValidationFailure>,
    },
    /// kops could not look at all.
    Unreachable { obstacle: Obstacle, fault: Fault },
}

/// A node as kops lists it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ValidatedNode {
    pub name: Untrusted,
    pub zone: Untrusted,
    /// `control-plane`, `node` or `apiserver`.
    pub role: Untrusted,
    pub hostname: Untrusted,
    /// Kubernetes's `True`, `False` or `Unknown`.
    pub status: Untrusted,
}

/// A failure that kops found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidationFailure {
    pub kind: Untrusted,
    pub name: Untrusted,
    pub message: Untrusted,
    pub instance_group: Option<InstanceGroupSummary>,
}

/// The JSON of `pkg/validation/validate_cluster.go`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Validation {
    #[serde(deserialize_with = "or_default")]
    failures: Vec<RawFailure>,
    #[serde(deserialize_with = "or_default")]
    nodes: Vec<ValidatedNode>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawFailure {
    #[serde(rename = "type")]
    kind: Untrusted,
    name: Untrusted,
    message: Untrusted,
    instance_group: Option<GroupDocument>,
}

impl Observation {
    /// The same with a remedy that can be copied.
    #[must_use]
    pub fn copied(self, copied: &Copied) -> Self {
        match self {
            Self::Unreachable { obstacle, fault } => Self::Unreachable {
                obstacle,
                fault: copied.fault(fault),
            },
            other => other,
        }
    }
}

/// Reads what kops printed: with JSON it looked, and its exit code and failures tell ready from not ready;
/// without JSON it could not look.
pub fn read(stdout: &str, stderr: &str, exit: i32) -> Observation {
    let Some(seen) = last_document(stdout) else {
        let (obstacle, fault) = obstacle::obstacle(stdout, stderr, exit);
        return Observation::Unreachable { obstacle, fault };
    };
    if exit == 0 && seen.failures.is_empty() {
        return Observation::Ready { nodes: seen.nodes };
    }
    Observation::NotReady {
        nodes: seen.nodes,
        failures: seen.failures.into_iter().map(failure).collect(),
    }
}

// With --wait kops prints one document per round without a separator; the last whole one counts.
fn last_document(stdout: &str) -> Option<Validation> {
    let start = stdout.find('{')?;
    let documents = serde_json::Deserializer::from_str(stdout.get(start..)?);
    documents.into_iter().map_while(Result::ok).last()
}

fn failure(raw: RawFailure) -> ValidationFailure {
    let group = raw.instance_group;
    ValidationFailure {
        kind: raw.kind,
        name: raw.name,
        message: raw.message,
        instance_group: group.map(|group| group.summary(&HashMap::new())),
    }
}

impl Observation {
    /// Whether kops listed the nodes: it does not while the API's DNS record still has its placeholder
    /// (`hasPlaceHolderIP` of `pkg/validation/validate_cluster.go`).
    pub fn saw_nodes(&self) -> bool {
        match self {
            Self::Ready { .. } => true,
            Self::NotReady { failures, .. } => !failures.iter().any(ValidationFailure::is_of_dns),
            Self::Unreachable { .. } => false,
        }
    }

    /// The nodes that kops listed.
    pub fn nodes(&self) -> &[ValidatedNode] {
        match self {
            Self::Ready { nodes } | Self::NotReady { nodes, .. } => nodes,
            Self::Unreachable { .. } => &[],
        }
    }
}

/// What kops missed of an instance group (`validateNodes` of `pkg/validation/validate_cluster.go`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shortage {
    /// It has fewer instances than its Auto Scaling group's desired size.
    Fewer { has: u32, wants: u32 },
    /// There is no Auto Scaling group.
    NoCloudGroup,
}

impl ValidationFailure {
    pub(super) fn is_of_dns(&self) -> bool {
        self.kind.raw() == "dns"
    }

    /// Whether it is about one instance that has not joined.
    pub(super) fn is_instance(&self) -> bool {
        self.kind.raw() == "Machine"
    }

    /// Whether it is about one node.
    pub(super) fn is_node(&self) -> bool {
        self.kind.raw() == "Node"
    }

    /// What is missing of an instance group, when it is about one.
    pub(super) fn shortage(&self) -> Option<Shortage> {
        if self.kind.raw() != "InstanceGroup" {
            return None;
        }
        let message = self.message.raw();
        if message.ends_with("is missing from the cloud provider") {
            return Some(Shortage::NoCloudGroup);
        }
        let (_, figures) = message.rsplit_once("did not have enough nodes ")?;
        let (has, wants) = figures.trim().split_once(" vs ")?;
        Some(Shortage::Fewer {
            has: has.parse().ok()?,
            wants: wants.parse().ok()?,
        })
    }
}
