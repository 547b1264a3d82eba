//! What the Kubernetes API says of a cluster: of each node and pod only what is shown or decides.

use std::time::Duration;

use strum::IntoStaticStr;

use crate::core::fault::Fault;
use crate::core::text::untrusted::Untrusted;
use crate::core::unix_time::UnixTime;

/// The status of a condition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ConditionStatus {
    True,
    False,
    /// Also where Kubernetes has no such condition yet.
    #[default]
    Unknown,
}

/// One condition of a node.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct NodeCondition {
    /// Kubernetes's word, such as `Ready` or `MemoryPressure`.
    pub kind: Untrusted,
    pub status: ConditionStatus,
    pub reason: Untrusted,
    pub message: Untrusted,
    /// When the status last changed (`lastTransitionTime`).
    pub since: Option<UnixTime>,
}

/// What a node is for, by its label `node-role.kubernetes.io/…`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum NodeRole {
    ControlPlane,
    #[strum(serialize = "apiserver")]
    ApiServer,
    Node,
    /// No label that kops knows: kops ignores such a node.
    #[default]
    Other,
}

/// One node.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct KubernetesNode {
    pub name: Untrusted,
    /// The EC2 instance by `spec.providerID`; empty where that is no instance.
    pub instance: Untrusted,
    pub role: NodeRole,
    /// The label `kops.k8s.io/instancegroup`; empty where there is none.
    pub instance_group: Untrusted,
    pub zone: Untrusted,
    pub instance_type: Untrusted,
    pub hostname: Untrusted,
    pub kubelet_version: Untrusted,
    pub internal_ip: Untrusted,
    /// All addresses of its status; pods are tied to it by them.
    pub addresses: Vec<Untrusted>,
    pub created: Option<UnixTime>,
    pub ready: NodeCondition,
    /// Conditions other than `Ready` that name a trouble: pressure, no network.
    pub troubles: Vec<NodeCondition>,
    pub cordoned: bool,
    /// `key=value:Effect`.
    pub taints: Vec<Untrusted>,
}

/// The phase of a pod.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, IntoStaticStr)]
pub enum PodPhase {
    Pending,
    Running,
    Succeeded,
    Failed,
    #[default]
    Unknown,
}

/// The priority classes that kops asks to be ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum CriticalPriority {
    SystemClusterCritical,
    SystemNodeCritical,
}

/// One container of a pod.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct PodContainer {
    pub name: Untrusted,
    /// Whether it has to end before the containers of the pod start.
    pub init: bool,
    pub ready: bool,
    pub restarts: u32,
    /// Why it waits, such as `CrashLoopBackOff` or `ErrImagePull`; empty where it does not.
    pub waiting: Untrusted,
    /// What the kubelet says about that.
    pub message: Untrusted,
    /// How it last ended: exit code and reason; absent where it never did.
    pub last_end: Option<(i32, Untrusted)>,
}

/// One pod that is watched: one of kube-system, one that is critical, or one that does not run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct WatchedPod {
    pub namespace: Untrusted,
    pub name: Untrusted,
    /// Empty while it is not scheduled.
    pub node: Untrusted,
    pub host_ip: Untrusted,
    /// The label `k8s-app`; empty where there is none.
    pub app: Untrusted,
    pub priority: Option<CriticalPriority>,
    pub phase: PodPhase,
    /// The containers whose status the kubelet has written; init containers are not among them.
    pub containers: Vec<PodContainer>,
    /// The init containers that have not ended well.
    pub init_containers: Vec<PodContainer>,
    /// Why the scheduler cannot place it; empty where it could, or did not try yet.
    pub unscheduled: Untrusted,
    pub created: Option<UnixTime>,
}

/// How many pods of all namespaces are in which state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PodCounts {
    /// Every container ready.
    pub ready: u32,
    /// Running, some container not ready.
    pub not_ready: u32,
    pub pending: u32,
    /// Failed, crashing, or evicted.
    pub failed: u32,
    pub succeeded: u32,
}

/// One change of what is watched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KubernetesChange {
    Node(Box<KubernetesNode>),
    /// By its name.
    NodeGone(Untrusted),
    Pod(Box<WatchedPod>),
    PodGone {
        namespace: Untrusted,
        name: Untrusted,
    },
}

/// What is listed and then watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum WatchedKind {
    Nodes,
    /// The pods of kube-system.
    SystemPods,
    /// Pods of other namespaces that are critical or do not run.
    OtherPods,
}

/// Why the Kubernetes API cannot be watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, IntoStaticStr)]
pub enum ApiFailureKind {
    /// There is no kubeconfig, or no context of the cluster's name in it.
    NoContext,
    /// The kubeconfig cannot be read.
    Kubeconfig,
    /// The program that the kubeconfig names for credentials failed.
    ExecPlugin,
    NameNotResolving,
    /// The name resolves to the placeholder address that kops writes first.
    Placeholder,
    Refused,
    TimedOut,
    /// The proxy that the kubeconfig or the environment names does not let it through.
    Proxy,
    Certificate,
    /// 401.
    Unauthorized,
    /// 403.
    Forbidden,
    /// The API answers with another error.
    Serving,
    Other,
}

/// Why the Kubernetes API cannot be watched, for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiFailure {
    pub kind: ApiFailureKind,
    pub fault: Fault,
}

/// What the watch of the Kubernetes API reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KubernetesUpdate {
    /// It is being asked, at this address, as this kubeconfig says.
    Connecting {
        server: Untrusted,
        kubeconfig: String,
    },
    /// It answers `/readyz`, after so long.
    Answered {
        latency: Duration,
    },
    Changed(Vec<KubernetesChange>),
    /// Everything of this kind was listed; from here on it is watched.
    Listed(WatchedKind),
    Counted(PodCounts),
    /// This kind must not be listed or watched; the others are.
    NotPermitted {
        kind: WatchedKind,
        failure: Box<ApiFailure>,
    },
    /// It cannot be asked; it is asked again after so long, where waiting may help.
    Lost {
        failure: Box<ApiFailure>,
        retry: Option<Duration>,
    },
}
