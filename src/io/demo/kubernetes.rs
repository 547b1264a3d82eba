//! What the Kubernetes API of the demonstration's cluster reports at a beat.

use std::time::Duration;

use super::birth::{Beat, DemoBirth, DnsPod};
use super::instances::DemoInstance;
use crate::core::cluster::kubernetes::{
    ApiFailure, ApiFailureKind, ConditionStatus, CriticalPriority, KubernetesChange,
    KubernetesNode, KubernetesUpdate, NodeCondition, NodeRole, PodContainer, PodCounts, PodPhase,
    WatchedKind, WatchedPod,
};
use crate::core::fault::Fault;
use crate::core::text::untrusted::Untrusted;

const CONTROL_PLANE_PODS: [&str; 3] = [
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
];
const LATENCY: Duration = Duration::from_millis(43);
const RETRY: Duration = Duration::from_secs(2);

/// The cluster at its beat, and how the API is asked.
pub(super) struct DemoKubernetes<'a> {
    pub birth: &'a DemoBirth,
    /// Between two beats.
    pub pace: Duration,
    /// The API's name in DNS.
    pub name: String,
    /// Of the kubelets, such as `v1.35.5`.
    pub version: String,
}

impl DemoKubernetes<'_> {
    /// All that is there; what has not changed is reported again.
    pub(super) fn updates(&self) -> Vec<KubernetesUpdate> {
        let connecting = KubernetesUpdate::Connecting {
            server: Untrusted::from(format!("https://{}", self.name)),
            kubeconfig: "built in".to_owned(),
        };
        if self.birth.beat == Beat::NoName {
            return vec![connecting, self.lost()];
        }
        let pods = self.pods();
        let counted = KubernetesUpdate::Counted(count(&pods));
        let nodes = self.birth.joined().map(|one| self.node(one));
        let nodes = nodes.map(|node| KubernetesChange::Node(Box::new(node)));
        let pods = pods
            .into_iter()
            .map(|pod| KubernetesChange::Pod(Box::new(pod)));
        vec![
            connecting,
            KubernetesUpdate::Answered { latency: LATENCY },
            KubernetesUpdate::Changed(nodes.chain(pods).collect()),
            KubernetesUpdate::Listed(WatchedKind::Nodes),
            KubernetesUpdate::Listed(WatchedKind::SystemPods),
            KubernetesUpdate::Listed(WatchedKind::OtherPods),
            counted,
        ]
    }

    fn lost(&self) -> KubernetesUpdate {
        let fault = Fault::new(
            format!("the name {} does not resolve", self.name),
            "the load balancer's name appears in DNS minutes after kops made it",
            "wait: it is asked again",
        );
        let failure = ApiFailure {
            kind: ApiFailureKind::NameNotResolving,
            fault,
        };
        KubernetesUpdate::Lost {
            failure: Box::new(failure),
            retry: Some(RETRY),
        }
    }

    fn node(&self, instance: &DemoInstance) -> KubernetesNode {
        let joined = self.birth.joins_at(instance).unwrap_or_default();
        let address = Untrusted::from(instance.address.as_str());
        KubernetesNode {
            name: Untrusted::from(instance.id.as_str()),
            instance: Untrusted::from(instance.id.as_str()),
            role: if instance.is_control_plane() {
                NodeRole::ControlPlane
            } else {
                NodeRole::Node
            },
            instance_group: Untrusted::from(instance.group.name.as_str()),
            zone: Untrusted::from(instance.zone.as_str()),
            instance_type: Untrusted::from(instance.group.machine_type.as_str()),
            hostname: Untrusted::from(instance.id.as_str()),
            kubelet_version: Untrusted::from(self.version.as_str()),
            internal_ip: address.clone(),
            addresses: vec![address],
            created: Some(self.birth.moment(joined, self.pace)),
            ready: self.ready_condition(instance, joined),
            ..KubernetesNode::default()
        }
    }

    fn ready_condition(&self, instance: &DemoInstance, joined: Beat) -> NodeCondition {
        let flapped = instance.worker == Some(1) && self.birth.beat >= Beat::Trouble;
        let (status, reason, message) = if self.birth.is_ready(instance) {
            let message = "kubelet is posting ready status";
            (ConditionStatus::True, "KubeletReady", message)
        } else {
            let message =
                "PLEG is not healthy: pleg was last seen active 3m5s ago; threshold is 3m0s";
            (ConditionStatus::False, "KubeletNotReady", message)
        };
        let since = match (flapped, self.birth.beat) {
            (false, _) => joined,
            (true, Beat::Trouble) => Beat::Trouble,
            (true, _) => Beat::Recovered,
        };
        NodeCondition {
            kind: Untrusted::from("Ready"),
            status,
            reason: Untrusted::from(reason),
            message: Untrusted::from(message),
            since: Some(self.birth.moment(since, self.pace)),
        }
    }

    fn pods(&self) -> Vec<WatchedPod> {
        let control_plane = self.birth.joined().filter(|one| one.is_control_plane());
        let own = control_plane.flat_map(|one| CONTROL_PLANE_PODS.map(|app| self.pod_of(one, app)));
        let drivers = self
            .birth
            .joined()
            .map(|one| self.pod_of(one, "ebs-csi-node"));
        let dns = self.birth.dns_pods().into_iter();
        let dns = dns.map(|(name, state, host)| self.dns_pod(name, state, host));
        own.chain(drivers).chain(dns).collect()
    }

    fn pod_of(&self, host: &DemoInstance, app: &str) -> WatchedPod {
        let priority = if app == "ebs-csi-node" {
            CriticalPriority::SystemNodeCritical
        } else {
            CriticalPriority::SystemClusterCritical
        };
        let container = PodContainer {
            name: Untrusted::from(app),
            ready: true,
            ..PodContainer::default()
        };
        let joined = self.birth.joins_at(host).unwrap_or_default();
        WatchedPod {
            created: Some(self.birth.moment(joined, self.pace)),
            ..pod(
                &format!("{app}-{}", host.id),
                app,
                priority,
                Some(host),
                container,
            )
        }
    }

    fn dns_pod(&self, name: &str, state: DnsPod, host: Option<&DemoInstance>) -> WatchedPod {
        let mut container = PodContainer {
            name: Untrusted::from("coredns"),
            ready: true,
            ..PodContainer::default()
        };
        let ended = Some((1, Untrusted::from("Error")));
        match state {
            DnsPod::Running { restarts: 0 } | DnsPod::Pending => {}
            DnsPod::Running { restarts } => {
                (container.restarts, container.last_end) = (restarts, ended);
            }
            DnsPod::Crashing => {
                let message = format!(
                    "back-off 10s restarting failed container=coredns pod={name}_kube-system"
                );
                container.waiting = Untrusted::from("CrashLoopBackOff");
                container.message = Untrusted::from(message);
                (container.ready, container.restarts, container.last_end) = (false, 1, ended);
            }
        }
        let created = self.birth.moment(Beat::ControlPlane, self.pace);
        let priority = CriticalPriority::SystemClusterCritical;
        let mut pod = WatchedPod {
            created: Some(created),
            ..pod(name, "kube-dns", priority, host, container)
        };
        if state == DnsPod::Pending {
            let nodes = self.birth.joined().count();
            let message =
                format!("0/{nodes} nodes are available: {nodes} node(s) had untolerated taint(s).");
            (pod.phase, pod.containers) = (PodPhase::Pending, Vec::new());
            pod.unscheduled = Untrusted::from(message);
        }
        pod
    }
}

fn pod(
    name: &str,
    app: &str,
    priority: CriticalPriority,
    host: Option<&DemoInstance>,
    container: PodContainer,
) -> WatchedPod {
    WatchedPod {
        namespace: Untrusted::from("kube-system"),
        name: Untrusted::from(name),
        node: host
            .map(|host| Untrusted::from(host.id.as_str()))
            .unwrap_or_default(),
        host_ip: host
            .map(|host| Untrusted::from(host.address.as_str()))
            .unwrap_or_default(),
        app: Untrusted::from(app),
        priority: Some(priority),
        phase: PodPhase::Running,
        containers: vec![container],
        init_containers: Vec::new(),
        unscheduled: Untrusted::default(),
        created: None,
    }
}

fn count(pods: &[WatchedPod]) -> PodCounts {
    let mut counts = PodCounts::default();
    for pod in pods {
        let crashing = pod
            .containers
            .iter()
            .any(|one| !one.waiting.raw().is_empty());
        match pod.phase {
            PodPhase::Pending => counts.pending += 1,
            _ if crashing => counts.failed += 1,
            _ => counts.ready += 1,
        }
    }
    counts
}
