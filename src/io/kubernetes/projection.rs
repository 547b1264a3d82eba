//! What is kept of a node and of a pod, from what the API says of it.

use super::wire::{WireCondition, WireContainer, WireObject, WireText};
use crate::core::cluster::kubernetes::{
    ConditionStatus, CriticalPriority, KubernetesNode, NodeCondition, NodeRole, PodContainer,
    PodPhase, WatchedPod,
};
use crate::core::text::untrusted::Untrusted;

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
        created: meta.creation_timestamp.0,
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
    let all = state.init_container_statuses.iter();
    let unfinished = all.filter(|one| !one.ready);
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
        init_containers: unfinished.map(project_init_container).collect(),
        unscheduled: find_unscheduled(&state.conditions),
        created: meta.creation_timestamp.0,
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
        since: condition.last_transition_time.0,
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
        init: false,
        ready: container.ready,
        restarts: u32::try_from(container.restart_count).unwrap_or_default(),
        waiting: waiting.map(|one| keep(&one.reason)).unwrap_or_default(),
        message: waiting.map(|one| keep(&one.message)).unwrap_or_default(),
        last_end: ended.map(|one| (code(one.exit_code), keep(&one.reason))),
    }
}

fn project_init_container(container: &WireContainer<'_>) -> PodContainer {
    PodContainer {
        init: true,
        ..project_container(container)
    }
}

fn find_unscheduled(conditions: &[WireCondition<'_>]) -> Untrusted {
    let refused =
        |one: &&WireCondition<'_>| &*one.kind == "PodScheduled" && &*one.status == "False";
    let found = conditions.iter().find(refused);
    found.map(|one| keep(&one.message)).unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::core::unix_time::UnixTime;
    use crate::io::kubernetes::page::read_page;

    // Recorded from kube-apiserver 1.36.1; the protobuf is the same, as k8s.io/api 0.36.1 writes it.
    const NODES: &str = include_str!("../../../tests/fixtures/kubernetes/nodes.json");
    const PODS: &str = include_str!("../../../tests/fixtures/kubernetes/pods.json");
    const SYSTEM_PODS: &str = include_str!("../../../tests/fixtures/kubernetes/system-pods.json");

    const NODES_IN_PROTOBUF: &[u8] = include_bytes!("../../../tests/fixtures/kubernetes/nodes.pb");
    const PODS_IN_PROTOBUF: &[u8] = include_bytes!("../../../tests/fixtures/kubernetes/pods.pb");
    const SYSTEM_PODS_IN_PROTOBUF: &[u8] =
        include_bytes!("../../../tests/fixtures/kubernetes/system-pods.pb");

    fn condition(
        kind: &str,
        status: ConditionStatus,
        reason: &str,
        message: &str,
        since: &str,
    ) -> NodeCondition {
        NodeCondition {
            kind: kind.into(),
            status,
            reason: reason.into(),
            message: message.into(),
            since: UnixTime::parse(since),
        }
    }

    fn nodes_in(answer: &[u8]) -> Vec<KubernetesNode> {
        read_page(answer.to_vec(), |page| {
            page.items.iter().map(project_node).collect()
        })
        .unwrap()
    }

    fn nodes() -> Vec<KubernetesNode> {
        nodes_in(NODES.as_bytes())
    }

    fn pods_in(answer: &[u8]) -> Vec<WatchedPod> {
        read_page(answer.to_vec(), |page| {
            page.items.iter().map(project_pod).collect()
        })
        .unwrap()
    }

    fn pods(list: &str) -> Vec<WatchedPod> {
        pods_in(list.as_bytes())
    }

    #[test]
    fn protobuf_says_the_same_as_json() {
        assert_eq!(nodes_in(NODES_IN_PROTOBUF), nodes());
        assert_eq!(pods_in(PODS_IN_PROTOBUF), pods(PODS));
        assert_eq!(pods_in(SYSTEM_PODS_IN_PROTOBUF), pods(SYSTEM_PODS));
    }

    #[test]
    fn a_node_keeps_what_is_shown_and_what_decides() {
        let message = "container runtime network not ready";
        let since = "2026-01-01T00:00:00Z";
        let pressure = condition(
            "DiskPressure",
            ConditionStatus::True,
            "KubeletHasDiskPressure",
            "kubelet has disk pressure",
            "2026-01-01T00:05:00Z",
        );
        let wanted = KubernetesNode {
            name: "i-0bbb".into(),
            instance: "i-0bbb".into(),
            role: NodeRole::Node,
            instance_group: "nodes-us-east-1a".into(),
            zone: "us-east-1a".into(),
            instance_type: "t3.medium".into(),
            hostname: "i-0bbb".into(),
            kubelet_version: "v1.36.1".into(),
            internal_ip: "172.20.1.2".into(),
            addresses: vec!["172.20.1.2".into(), "i-0bbb".into()],
            created: UnixTime::parse("2026-11-29T11:41:46Z"),
            ready: condition(
                "Ready",
                ConditionStatus::False,
                "KubeletNotReady",
                message,
                since,
            ),
            troubles: vec![pressure],
            cordoned: true,
            taints: [
                "dedicated=shop:NoExecute",
                "node.kubernetes.io/not-ready:NoSchedule",
            ]
            .map(Untrusted::from)
            .into(),
        };
        let mut found = nodes().remove(1);
        found.taints.sort();
        assert_eq!(found, wanted);
    }

    #[test]
    fn a_pod_keeps_why_it_does_not_run() {
        let container = |restarts, waiting: &str, message: &str, end: Option<(i32, &str)>| {
            vec![PodContainer {
                name: "web".into(),
                init: false,
                ready: false,
                restarts,
                waiting: waiting.into(),
                message: message.into(),
                last_end: end.map(|(code, reason)| (code, reason.into())),
            }]
        };
        let found: Vec<_> = pods(PODS)
            .into_iter()
            .map(|pod| (pod.name, pod.phase, pod.unscheduled, pod.containers))
            .collect();
        let back_off = "back-off 5m0s restarting failed container=web";
        let pull = "Back-off pulling image \"example.com/web:1\"";
        let nodes =
            "0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint(s).";
        let (running, pending) = (PodPhase::Running, PodPhase::Pending);
        let wanted = [
            (
                "crashing",
                running,
                "",
                container(7, "CrashLoopBackOff", back_off, Some((137, "OOMKilled"))),
            ),
            (
                "done",
                PodPhase::Succeeded,
                "",
                container(0, "", "", Some((0, "Completed"))),
            ),
            ("pending", pending, nodes, Vec::new()),
            (
                "pulling",
                pending,
                "",
                container(0, "ImagePullBackOff", pull, None),
            ),
        ]
        .map(|(name, phase, unscheduled, containers)| {
            (name.into(), phase, unscheduled.into(), containers)
        });
        assert_eq!(found, wanted);
    }

    #[test]
    fn a_pod_of_the_control_plane_is_tied_to_its_node_by_address() {
        let wanted = WatchedPod {
            namespace: "kube-system".into(),
            name: "kube-apiserver-i-0aaa".into(),
            node: "i-0aaa".into(),
            host_ip: "172.20.1.1".into(),
            app: "kube-apiserver".into(),
            priority: Some(CriticalPriority::SystemClusterCritical),
            phase: PodPhase::Running,
            containers: vec![PodContainer {
                name: "kube-apiserver".into(),
                ready: true,
                ..PodContainer::default()
            }],
            init_containers: Vec::new(),
            unscheduled: Untrusted::default(),
            created: UnixTime::parse("2026-11-29T11:41:46Z"),
        };
        assert_eq!(pods(SYSTEM_PODS), [wanted]);
    }

    #[test]
    fn an_init_container_is_kept_until_it_has_ended_well() {
        let text = r#"{"metadata":{"name":"cilium-x"},"status":{"phase":"Pending","initContainerStatuses":[
            {"name":"config","ready":true,"restartCount":0,"state":{"terminated":{"exitCode":0,"reason":"Completed"}}},
            {"name":"clean","ready":false,"restartCount":4,"state":{"waiting":{"reason":"CrashLoopBackOff","message":"back-off"}},
             "lastState":{"terminated":{"exitCode":2,"reason":"Error"}}}]}}"#;
        let object: WireObject<'_> = serde_json::from_str(text).unwrap();
        let wanted = PodContainer {
            name: "clean".into(),
            init: true,
            ready: false,
            restarts: 4,
            waiting: "CrashLoopBackOff".into(),
            message: "back-off".into(),
            last_end: Some((2, "Error".into())),
        };
        assert_eq!(project_pod(&object).init_containers, [wanted]);
    }

    #[test]
    fn a_role_is_found_as_kops_finds_it() {
        for (labels, role) in [
            (
                r#""node-role.kubernetes.io/node":"","node-role.kubernetes.io/control-plane":"""#,
                NodeRole::ControlPlane,
            ),
            (
                r#""node-role.kubernetes.io/api-server":"","node-role.kubernetes.io/node":"""#,
                NodeRole::Node,
            ),
            (
                r#""node-role.kubernetes.io/api-server":"""#,
                NodeRole::ApiServer,
            ),
            (
                r#""node-role.kubernetes.io/gpu":"","kubernetes.io/role":"master""#,
                NodeRole::ControlPlane,
            ),
            (r#""node-role.kubernetes.io/gpu":"""#, NodeRole::Other),
        ] {
            let text = format!(r#"{{"metadata":{{"labels":{{{labels}}}}}}}"#);
            let object: WireObject<'_> = serde_json::from_str(&text).unwrap();
            assert_eq!(project_node(&object).role, role, "{labels}");
        }
    }

    #[test]
    fn an_instance_is_one_of_ec2_and_a_message_has_an_end() {
        assert_eq!(find_instance("aws:///us-east-1a/i-0aaa").raw(), "i-0aaa");
        assert_eq!(find_instance("aws:///us-east-1a/fargate-x").raw(), "");
        assert_eq!(find_instance("gce://x/y/i-0aaa").raw(), "");
        assert_eq!(
            keep(&"é".repeat(5000)).raw(),
            format!("{}…", "é".repeat(1024))
        );
    }
}
