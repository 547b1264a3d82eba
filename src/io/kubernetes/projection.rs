//! What is kept of a node and of a pod, from what the API says of it.

use super::wire::{WireCondition, WireContainer, WireObject, WireText};
use crate::core::cluster::kubernetes::{
    ConditionStatus, CriticalPriority, KubernetesNode, NodeCondition, NodeRole, PodContainer,
    PodPhase, WatchedPod,
};
use crate::core::text::untrusted::Untrusted;
use crate::core::unix_time::UnixTime;

/// Bytes of the longest text that is kept: a message can be as long as an object of etcd, and there are thousands.
const LONGEST_KEPT: usize = 2048;

/// What is kept of a node.
pub(super) fn project_node(object: &WireObject<'_>) -> KubernetesNode {
    let (meta, labels) = (&object.metadata, &object.metadata.labels);
    let (spec, state) = (&object.spec, &object.status);
    let conditions = state.conditions.iter();
    let (ready, others): (Vec<_>, Vec<_>) = conditions.partition(|one| &*one.kind == "Ready");
    let troubles = others.iter().filter(|one| &*one.status == "True");
    let taints = spec.taints.iter();
    KubernetesNode {
        name: keep(&meta.name),
        instance: find_instance(&spec.provider_id),
        role: find_role(object),
        instance_group: keep(labels.value("kops.k8s.io/instancegroup")),
        zone: keep(labels.value("topology.kubernetes.io/zone")),
        instance_type: find_instance_type(object),
        hostname: keep(labels.value("kubernetes.io/hostname")),
        kubelet_version: keep(&state.node_info.kubelet_version),
        internal_ip: find_address(object, "InternalIP"),
        addresses: state
            .addresses
            .iter()
            .map(|one| keep(&one.address))
            .collect(),
        created: UnixTime::parse(&meta.creation_timestamp),
        ready: ready
            .first()
            .map(|one| project_condition(one))
            .unwrap_or_default(),
        troubles: troubles.map(|one| project_condition(one)).collect(),
        cordoned: spec.unschedulable,
        taints: taints
            .map(|one| write_taint(&one.key, &one.value, &one.effect))
            .collect(),
    }
}

/// What is kept of a pod.
pub(super) fn project_pod(object: &WireObject<'_>) -> WatchedPod {
    let (meta, state) = (&object.metadata, &object.status);
    WatchedPod {
        namespace: keep(&meta.namespace),
        name: keep(&meta.name),
        node: keep(&object.spec.node_name),
        host_ip: keep(&state.host_ip),
        app: keep(meta.labels.value("k8s-app")),
        priority: find_priority(&object.spec.priority_class_name),
        phase: read_phase(&state.phase),
        containers: state
            .container_statuses
            .iter()
            .map(project_container)
            .collect(),
        unscheduled: find_unscheduled(&state.conditions),
        created: UnixTime::parse(&meta.creation_timestamp),
    }
}

/// The critical priority class of this name, if it is one.
pub(super) fn find_priority(class: &str) -> Option<CriticalPriority> {
    match class {
        "system-cluster-critical" => Some(CriticalPriority::SystemClusterCritical),
        "system-node-critical" => Some(CriticalPriority::SystemNodeCritical),
        _ => None,
    }
}

fn keep(text: &str) -> Untrusted {
    if text.len() <= LONGEST_KEPT {
        return Untrusted::new(text);
    }
    let end = text.floor_char_boundary(LONGEST_KEPT);
    Untrusted::new(format!("{}…", &text[..end]))
}

fn project_condition(condition: &WireCondition<'_>) -> NodeCondition {
    NodeCondition {
        kind: keep(&condition.kind),
        status: match &*condition.status {
            "True" => ConditionStatus::True,
            "False" => ConditionStatus::False,
            _ => ConditionStatus::Unknown,
        },
        reason: keep(&condition.reason),
        message: keep(&condition.message),
        since: UnixTime::parse(&condition.last_transition_time),
    }
}

// `aws:///ZONE/INSTANCE` (cloud-provider-aws, KubernetesInstanceID); elsewhere it is no instance of EC2.
fn find_instance(provider_id: &str) -> Untrusted {
    let path = provider_id.strip_prefix("aws://").unwrap_or_default();
    let last = path.rsplit('/').next().unwrap_or_default();
    keep(if last.starts_with("i-") { last } else { "" })
}

// In the order of kops's `GetNodeRole` (pkg/apis/kops/util/labels.go), with its older label last.
fn find_role(object: &WireObject<'_>) -> NodeRole {
    let labels = &object.metadata.labels;
    let has = |role: &str| labels.roles().any(|known| known == role);
    match labels.value("kubernetes.io/role") {
        _ if has("master") || has("control-plane") => NodeRole::ControlPlane,
        _ if has("node") => NodeRole::Node,
        _ if has("api-server") => NodeRole::ApiServer,
        "master" | "control-plane" => NodeRole::ControlPlane,
        "node" => NodeRole::Node,
        "apiserver" => NodeRole::ApiServer,
        _ => NodeRole::Other,
    }
}

fn find_instance_type(object: &WireObject<'_>) -> Untrusted {
    let labels = &object.metadata.labels;
    match labels.value("node.kubernetes.io/instance-type") {
        "" => keep(labels.value("beta.kubernetes.io/instance-type")),
        known => keep(known),
    }
}

fn find_address(object: &WireObject<'_>, kind: &str) -> Untrusted {
    let mut addresses = object.status.addresses.iter();
    let found = addresses.find(|one| &*one.kind == kind);
    found.map(|one| keep(&one.address)).unwrap_or_default()
}

fn write_taint(key: &str, value: &str, effect: &str) -> Untrusted {
    if value.is_empty() {
        return keep(&format!("{key}:{effect}"));
    }
    keep(&format!("{key}={value}:{effect}"))
}

fn read_phase(phase: &WireText<'_>) -> PodPhase {
    match &**phase {
        "Pending" => PodPhase::Pending,
        "Running" => PodPhase::Running,
        "Succeeded" => PodPhase::Succeeded,
        "Failed" => PodPhase::Failed,
        _ => PodPhase::Unknown,
    }
}

fn project_container(container: &WireContainer<'_>) -> PodContainer {
    let waiting = container.state.waiting.as_ref();
    let ended = container.state.terminated.as_ref();
    let ended = ended.or(container.last_state.terminated.as_ref());
    let code = |code: i64| i32::try_from(code).unwrap_or(i32::MAX);
    PodContainer {
        name: keep(&container.name),
        ready: container.ready,
        restarts: u32::try_from(container.restart_count).unwrap_or_default(),
        waiting: waiting.map(|one| keep(&one.reason)).unwrap_or_default(),
        message: waiting.map(|one| keep(&one.message)).unwrap_or_default(),
        last_end: ended.map(|one| (code(one.exit_code), keep(&one.reason))),
    }
}

fn find_unscheduled(conditions: &[WireCondition<'_>]) -> Untrusted {
    let refused =
        |one: &&WireCondition<'_>| &*one.kind == "PodScheduled" && &*one.status == "False";
    let found = conditions.iter().find(refused);
    found.map(|one| keep(&one.message)).unwrap_or_default()
}
