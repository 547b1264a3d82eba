//! The rules of kops's validation, applied to what is seen between its answers
//! (`pkg/validation/validate_cluster.go` of kops 1.36).

use std::collections::{BTreeMap, BTreeSet};

use foldhash::{HashMap, HashSet};

use super::cloud::{CloudGroup, GroupMember};
use super::kubernetes::{
    ConditionStatus, CriticalPriority, KubernetesNode, NodeRole, PodPhase, WatchedPod,
};
use super::kubernetes_view::KubernetesView;
use super::ties::{MemberTies, TiedMember};
use super::{
    Instance, InstanceGroupSummary, Instances, Observation, ValidatedNode, ValidationFailure,
};
use crate::core::plan::GroupRole;
use crate::core::text::untrusted::Untrusted;

/// The pods that each control-plane node runs, by their label `k8s-app`.
const CONTROL_PLANE_PODS: [&str; 3] = [
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
];

const SYSTEM_NAMESPACE: &str = "kube-system";

/// What is seen of a cluster at one moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct SeenCluster<'a> {
    pub(super) spec: &'a [InstanceGroupSummary],
    pub(super) groups: &'a [CloudGroup],
    pub(super) ties: &'a MemberTies,
    pub(super) kubernetes: &'a KubernetesView,
}

/// What kops would answer to this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct MirroredAnswer {
    pub(super) observation: Observation,
    pub(super) instances: Instances,
}

impl SeenCluster<'_> {
    /// Validates as kops does.
    pub(super) fn validate(self) -> MirroredAnswer {
        let mut validation = MirrorPass::new(self);
        let mut tied = self.ties.members(self.groups);
        for group in self.groups {
            validation.add_group(group);
            let members = tied.by_ref().take(group.members.len());
            for member in members.filter(|one| !one.member.is_terminating()) {
                validation.add_member(member);
            }
        }
        validation.add_missing_groups();
        validation.add_pods();
        validation.answer()
    }
}

struct MirrorPass<'a> {
    seen: SeenCluster<'a>,
    /// With their groups; only these are asked for the pods of the control plane.
    ready_nodes: Vec<(&'a KubernetesNode, &'a CloudGroup)>,
    nodes: Vec<ValidatedNode>,
    failures: Vec<ValidationFailure>,
    instances: Vec<Instance>,
}

impl<'a> MirrorPass<'a> {
    fn new(seen: SeenCluster<'a>) -> Self {
        let nodes = seen.kubernetes.nodes().len();
        Self {
            seen,
            ready_nodes: Vec::new(),
            nodes: Vec::with_capacity(nodes),
            failures: Vec::new(),
            instances: Vec::with_capacity(nodes),
        }
    }

    fn add_group(&mut self, group: &'a CloudGroup) {
        let members = group.members.iter().filter(|one| !one.is_terminating());
        let present = members.filter(|member| !member.detached);
        let has = u32::try_from(present.count()).unwrap_or(u32::MAX);
        if has < group.desired {
            let name = &group.instance_group;
            let message = format!(
                "InstanceGroup {:?} did not have enough nodes {has} vs {}",
                name.raw(),
                group.desired
            );
            self.fail("InstanceGroup", name, message, Some(self.summary(group)));
        }
    }

    fn add_member(&mut self, tied: TiedMember<'a>) {
        let (group, member) = (tied.group, tied.member);
        let node: Option<&'a KubernetesNode> = tied.node.map(|node| node.node);
        self.instances.push(instance(group, member, node));
        match node {
            Some(node) => self.add_node(group, node),
            None if group.role != GroupRole::Bastion && member.is_expected_to_join() => {
                let id = member.instance.raw();
                let message = format!("machine {id:?} has not yet joined cluster");
                let summary = Some(self.summary(group));
                self.fail("Machine", &member.instance, message, summary);
            }
            None => {}
        }
    }

    fn add_node(&mut self, group: &'a CloudGroup, node: &'a KubernetesNode) {
        let role = match group.role {
            GroupRole::ControlPlane => NodeRole::ControlPlane,
            GroupRole::Node if node.role == NodeRole::ApiServer => NodeRole::ApiServer,
            GroupRole::Node => NodeRole::Node,
            GroupRole::Bastion => NodeRole::Other,
        };
        if node.is_ready() {
            self.ready_nodes.push((node, group));
        }
        // kops ignores a node of any other role.
        if role == NodeRole::Other {
            return;
        }
        let role: &str = role.into();
        if !node.is_ready() {
            let name = node.name.raw();
            let message = format!("node {name:?} of role {role:?} is not ready");
            self.fail("Node", &node.name, message, Some(self.summary(group)));
        }
        self.nodes.push(validated(node, role));
    }

    fn add_missing_groups(&mut self) {
        let found: BTreeSet<&str> = self
            .seen
            .groups
            .iter()
            .map(|group| group.instance_group.raw())
            .collect();
        for group in self.seen.spec {
            if !group.karpenter && !found.contains(group.name.as_str()) {
                let message = format!(
                    "InstanceGroup {:?} is missing from the cloud provider",
                    group.name
                );
                let name = Untrusted::new(&group.name);
                self.fail("InstanceGroup", &name, message, Some(group.clone()));
            }
        }
    }

    // kops ties a pod to a node by its host's address, and only to one that is ready.
    fn add_pods(&mut self) {
        let ready = std::mem::take(&mut self.ready_nodes);
        let pods = self.seen.kubernetes.watched_pods();
        let hosts = pods.wrong().chain(pods.of_control_plane());
        let hosts: HashSet<&str> = hosts.map(|pod| pod.host_ip.raw()).collect();
        let by_address: HashMap<&str, &(&KubernetesNode, &CloudGroup)> = ready
            .iter()
            .flat_map(|ready| ready.0.addresses.iter().map(move |one| (one.raw(), ready)))
            .filter(|(address, _)| hosts.contains(address))
            .collect();
        let mut missing = missing_pods(&ready);
        for pod in pods.of_control_plane() {
            if let Some((node, _)) = by_address.get(pod.host_ip.raw()) {
                missing.remove(&(node.name.raw(), pod.app.raw()));
            }
        }
        for pod in pods.wrong() {
            if let Some(complaint) = pod.complaint() {
                let name = Untrusted::new(pod.qualified_name());
                let node_critical = pod.priority == Some(CriticalPriority::SystemNodeCritical);
                let group = by_address.get(pod.host_ip.raw()).filter(|_| node_critical);
                let group = group.map(|(_, group)| self.summary(group));
                self.fail("Pod", &name, complaint, group);
            }
        }
        for ((name, app), group) in missing {
            let message = format!("control-plane node {name:?} is missing {app} pod");
            self.fail("Node", &name.into(), message, Some(self.summary(group)));
        }
    }

    fn summary(&self, group: &CloudGroup) -> InstanceGroupSummary {
        let mut spec = self.seen.spec.iter();
        let known = spec.find(|one| one.name == group.instance_group.raw());
        known.cloned().unwrap_or_else(|| group.summary())
    }

    fn fail(
        &mut self,
        kind: &str,
        name: &Untrusted,
        message: String,
        instance_group: Option<InstanceGroupSummary>,
    ) {
        self.failures.push(ValidationFailure {
            kind: kind.into(),
            name: name.clone(),
            message: message.into(),
            instance_group,
        });
    }

    fn answer(self) -> MirroredAnswer {
        let (nodes, failures) = (self.nodes, self.failures);
        MirroredAnswer {
            observation: if failures.is_empty() {
                Observation::Ready { nodes }
            } else {
                Observation::NotReady { nodes, failures }
            },
            instances: Instances::Known(self.instances),
        }
    }
}

/// The pods that the control-plane nodes should run, with the groups of the nodes.
fn missing_pods<'a>(
    ready: &[(&'a KubernetesNode, &'a CloudGroup)],
) -> BTreeMap<(&'a str, &'static str), &'a CloudGroup> {
    let control_plane = ready
        .iter()
        .filter(|(node, _)| node.role == NodeRole::ControlPlane);
    control_plane
        .flat_map(|(node, group)| CONTROL_PLANE_PODS.map(|app| ((node.name.raw(), app), *group)))
        .collect()
}

fn validated(node: &KubernetesNode, role: &str) -> ValidatedNode {
    ValidatedNode {
        name: node.name.clone(),
        zone: node.zone.clone(),
        role: role.into(),
        hostname: node.hostname.clone(),
        status: match node.ready.status {
            ConditionStatus::True => "True",
            ConditionStatus::False => "False",
            ConditionStatus::Unknown => "Unknown",
        }
        .into(),
    }
}

fn instance(group: &CloudGroup, member: &GroupMember, node: Option<&KubernetesNode>) -> Instance {
    let status = match member.needs_update {
        _ if member.detached => "Detached",
        Some(true) => "NeedsUpdate",
        Some(false) | None => "UpToDate",
    };
    Instance {
        id: member.instance.clone(),
        node_name: node.map(|node| node.name.clone()).unwrap_or_default(),
        status: status.into(),
        roles: Vec::new(),
        instance_group: group.name.clone(),
        machine_type: member.instance_type.clone(),
        state: if member.is_in_warm_pool() {
            "WarmPool".into()
        } else {
            Untrusted::default()
        },
    }
}

impl KubernetesNode {
    /// Whether its condition `Ready` is true.
    pub fn is_ready(&self) -> bool {
        self.ready.status == ConditionStatus::True
    }
}

impl WatchedPod {
    /// What kops says of it where it is critical; absent when kops finds nothing wrong.
    pub(super) fn complaint(&self) -> Option<String> {
        let priority: &str = self.priority?.into();
        let name = self.name.raw();
        match self.phase {
            PodPhase::Succeeded => None,
            PodPhase::Pending => Some(format!("{priority} pod {name:?} is pending")),
            PodPhase::Unknown => Some(format!("{priority} pod {name:?} is unknown phase")),
            PodPhase::Running | PodPhase::Failed => {
                let waiting = self.containers.iter().filter(|one| !one.ready);
                let waiting: Vec<&str> = waiting.map(|one| one.name.raw()).collect();
                let waiting_names = waiting.join(",");
                (!waiting.is_empty())
                    .then(|| format!("{priority} pod {name:?} is not ready ({waiting_names})"))
            }
        }
    }

    /// Whether it is one of those that kops asks for on each node of the control plane.
    pub(super) fn is_of_control_plane(&self) -> bool {
        self.namespace.raw() == SYSTEM_NAMESPACE && CONTROL_PLANE_PODS.contains(&self.app.raw())
    }

    /// `NAMESPACE/NAME`, as kops and kubectl write it.
    pub fn qualified_name(&self) -> String {
        format!("{}/{}", self.namespace.raw(), self.name.raw())
    }
}

impl GroupMember {
    /// Whether it waits in the group's warm pool.
    pub fn is_in_warm_pool(&self) -> bool {
        self.lifecycle.raw().starts_with("Warmed")
    }

    /// Whether Auto Scaling ends it; kops counts such an instance no more.
    pub fn is_terminating(&self) -> bool {
        self.lifecycle.raw() == "Terminating"
    }

    /// Whether it should become a node, of a group whose instances do.
    pub fn is_expected_to_join(&self) -> bool {
        !self.is_in_warm_pool() && !self.detached && !self.is_terminating()
    }
}

impl CloudGroup {
    /// What a spec would say of it, as far as Auto Scaling tells.
    pub(super) fn summary(&self) -> InstanceGroupSummary {
        InstanceGroupSummary {
            name: self.instance_group.raw().to_owned(),
            role: self.role,
            machine_type: self
                .instance_types
                .first()
                .map(|kind| kind.raw().to_owned())
                .unwrap_or_default(),
            min: Some(self.min),
            max: Some(self.max),
            karpenter: false,
            zones: self
                .zones
                .iter()
                .map(|zone| zone.raw().to_owned())
                .collect(),
        }
    }
}
