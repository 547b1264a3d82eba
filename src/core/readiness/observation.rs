//! One look at the cluster through `kops validate cluster -o json`.

use std::collections::HashMap;

use serde::Deserialize;

use super::groups::{Document, InstanceGroupSummary};
use crate::core::fault::Fault;
use crate::core::progress::explain;
use crate::core::untrusted::Untrusted;

/// What one look saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Observation {
    /// kops finds no failure.
    Ready { nodes: Vec<Node> },
    NotReady {
        nodes: Vec<Node>,
        failures: Vec<Failure>,
    },
    /// kops could not look at all.
    Unreachable { trouble: Trouble, fault: Fault },
}

/// Why kops could not look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Normal in the first minutes.
    NameNotResolving,
    /// Normal in the first minutes.
    NotAnswering,
    Other,
}

/// A node as kops lists it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Node {
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
pub struct Failure {
    pub kind: Untrusted,
    pub name: Untrusted,
    pub message: Untrusted,
    pub instance_group: Option<InstanceGroupSummary>,
}

/// The JSON of `pkg/validation/validate_cluster.go`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Validation {
    failures: Vec<RawFailure>,
    nodes: Vec<Node>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawFailure {
    #[serde(rename = "type")]
    kind: Untrusted,
    name: Untrusted,
    message: Untrusted,
    instance_group: Option<Document>,
}

/// Reads what kops printed: with JSON it looked, and its exit code and failures tell ready from not ready;
/// without JSON it could not look.
pub fn read(stdout: &str, stderr: &str, exit: i32) -> Observation {
    let Some(seen) = last_document(stdout) else {
        return unreachable(stdout, stderr, exit);
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

fn failure(raw: RawFailure) -> Failure {
    let group = raw.instance_group;
    Failure {
        kind: raw.kind,
        name: raw.name,
        message: raw.message,
        instance_group: group.map(|group| group.summary(&HashMap::new())),
    }
}

fn unreachable(stdout: &str, stderr: &str, exit: i32) -> Observation {
    let trouble = trouble(stderr);
    let fault = match trouble {
        Trouble::NameNotResolving => young(
            "the name of the cluster's API does not resolve yet",
            "the load balancer or DNS record is new; names take some minutes to appear",
        ),
        Trouble::NotAnswering => young(
            "the cluster's API does not answer yet",
            "the control plane is starting, or the load balancer has no healthy machine behind it",
        ),
        Trouble::Other => return other(stdout, stderr, exit),
    };
    let said = explain(exit, stdout, stderr).detail;
    Observation::Unreachable {
        trouble,
        fault: Fault {
            detail: said,
            ..fault
        },
    }
}

fn young(what: &str, why: &str) -> Fault {
    Fault::new(
        what,
        why,
        "wait; when it lasts longer than 15 minutes, check that this machine can reach the API (VPN, kubernetesApiAccess)",
    )
}

fn other(stdout: &str, stderr: &str, exit: i32) -> Observation {
    Observation::Unreachable {
        trouble: Trouble::Other,
        fault: explain(exit, stdout, stderr),
    }
}

const NAME: [&str; 2] = [
    "no such host",
    "unable to resolve Kubernetes cluster API URL dns",
];
const ANSWER: [&str; 6] = [
    "connection refused",
    "i/o timeout",
    "TLS handshake timeout",
    "context deadline exceeded",
    "connection reset by peer",
    ": EOF",
];

// Only what kops says of the API itself counts: an AWS name that does not resolve is the network's fault.
fn trouble(stderr: &str) -> Trouble {
    let about_api = |line: &&str| line.contains("listing nodes") || line.contains("cluster API");
    let said = |words: &[&str]| {
        let mut lines = stderr.lines().filter(about_api);
        lines.any(|line| words.iter().any(|word| line.contains(word)))
    };
    if said(&NAME) {
        Trouble::NameNotResolving
    } else if said(&ANSWER) {
        Trouble::NotAnswering
    } else {
        Trouble::Other
    }
}
