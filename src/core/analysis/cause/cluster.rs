//! What follows from the cluster's own document: etcd, add-ons, keys and files of the state store.

use super::{At, CauseRule, SpecText};
use crate::core::kops::dry_run::{DiffLine, Resource, inside};

pub(super) const RULES: &[CauseRule] = causes! {
    "EBSVolume" => volume, else "the spec has no etcd member of this name";
    "ManagedFile" => file, else "kops writes this file for every cluster";
    "AddonManifest" => addon, else "kops installs this add-on in every cluster";
    "BootstrapChannel" => |spec, _| spec.first(&[&["addons"], &["channel"]]),
        else "kops writes the list of its add-ons for every cluster";
    "SSHKey" => |spec, _| spec.first(&[&["sshKeyName"]]),
        else "the SSH public key is in the state store, not in the spec: kops create sshpublickey";
    "Keypair" => keypair, else "kops makes its certificate authorities for every cluster";
    "Secret" | "MirrorKeystore" | "MirrorSecrets" => |spec, _| spec.first(&[&["keyStore"], &["secretStore"]]),
        else "kops makes its tokens for every cluster";
    "EventBridgeRule" | "EventBridgeTarget" | "SQS" =>
        |spec, _| spec.first(&[&["nodeTerminationHandler"], &["karpenter"]]),
        else "the node termination handler is on unless the spec says otherwise (nodeTerminationHandler)";
};

// kops names an etcd volume MEMBER.etcd-CLUSTER.NAME.
fn volume(spec: &SpecText<'_>, resource: &Resource) -> Vec<At> {
    let name = spec.own_name(resource);
    let Some((member, etcd)) = name.split_once(".etcd-") else {
        return Vec::new();
    };
    members(spec, etcd, "name", member)
}

fn members(spec: &SpecText<'_>, etcd: &str, key: &str, value: &str) -> Vec<At> {
    let clusters = spec.items_with(&["etcdClusters"], "name", etcd);
    let lists: Vec<At> = clusters
        .iter()
        .filter_map(|cluster| spec.outline.child(*cluster, "etcdMembers"))
        .collect();
    let items = lists.iter().flat_map(|list| spec.outline.items(*list));
    let same = |item: &At| spec.outline.value(*item, key) == Some(value);
    let found: Vec<At> = items.filter(same).collect();
    if found.is_empty() { clusters } else { found }
}

fn file(spec: &SpecText<'_>, resource: &Resource) -> Vec<At> {
    let name = resource.name.raw();
    if name == "cluster-completed.spec" {
        return completed(spec, resource);
    }
    for etcd in ["main", "events"] {
        if name == format!("etcd-cluster-spec-{etcd}") {
            return spec.items_with(&["etcdClusters"], "name", etcd);
        }
        if let Some(group) = name.strip_prefix(&format!("manifests-etcdmanager-{etcd}-")) {
            return members(spec, etcd, "instanceGroup", group);
        }
    }
    if let Some(group) = spec.group_of(resource) {
        return vec![group];
    }
    match name {
        "manifests-static-kube-apiserver-healthcheck" => {
            spec.first(&[&["kubeAPIServer"], &["kubernetesVersion"]])
        }
        "manifests-channels-kops-channels" => spec.first(&[&["channel"]]),
        _ => Vec::new(),
    }
}

// The completed spec has the lines of the spec as they are: those that come are looked up there.
fn completed(spec: &SpecText<'_>, resource: &Resource) -> Vec<At> {
    let field = resource.field("Contents");
    let steps = field.map(|field| inside(&field.change));
    let mut before = None;
    let mut nodes: Vec<At> = Vec::new();
    for step in steps.unwrap_or_default() {
        match step {
            DiffLine::Added(line) => {
                nodes.extend(places(spec, before, line));
                before = Some(line);
            }
            DiffLine::Same(line) => before = Some(line),
            DiffLine::Removed(_) => {}
        }
    }
    if nodes.is_empty() {
        nodes.push(spec.cluster);
    }
    nodes
}

// A list item alone tells little: the line before it must be the same too.
fn places(spec: &SpecText<'_>, before: Option<&str>, line: &str) -> Vec<At> {
    let item = line.trim_start().starts_with("- ");
    let mut above = None;
    let mut found = Vec::new();
    for (at, text) in spec.text.lines().enumerate() {
        if text == line && (!item || above == before) {
            found.push(at);
        }
        above = Some(text);
    }
    match found.as_slice() {
        [only] if line.trim() != "spec:" => {
            let nodes = spec.outline.at_line(*only);
            nodes.filter(|at| spec.is_of_cluster(*at)).collect()
        }
        _ => Vec::new(),
    }
}

/// The part of an add-on's name that tells it, and the keys of the spec that ask for it.
const ADDONS: [(&str, &[&[&str]]); 13] = [
    (
        "aws-cloud-controller",
        &[&["cloudControllerManager"], &["cloudProvider"]],
    ),
    (
        "aws-ebs-csi-driver",
        &[&["cloudConfig"], &["cloudProvider"]],
    ),
    (
        "aws-load-balancer-controller",
        &[&["awsLoadBalancerController"]],
    ),
    ("certmanager", &[&["certManager"]]),
    ("cluster-autoscaler", &[&["clusterAutoscaler"]]),
    ("coredns", &[&["kubeDNS"]]),
    ("dns-controller", &[&["externalDns"], &["topology", "dns"]]),
    ("kubelet-api.rbac", &[&["authorization"]]),
    ("metrics-server", &[&["metricsServer"]]),
    ("networking.", &[&["networking"]]),
    ("node-problem-detector", &[&["nodeProblemDetector"]]),
    ("node-termination-handler", &[&["nodeTerminationHandler"]]),
    ("storage-aws", &[&["cloudConfig"], &["cloudProvider"]]),
];

fn addon(spec: &SpecText<'_>, resource: &Resource) -> Vec<At> {
    let name = resource.name.raw();
    let known = ADDONS.iter().find(|(part, _)| name.contains(part));
    known.map_or_else(Vec::new, |(_, keys)| spec.first(keys))
}

fn keypair(spec: &SpecText<'_>, resource: &Resource) -> Vec<At> {
    let name = resource.name.raw();
    match name
        .strip_prefix("etcd-")
        .and_then(|rest| rest.rsplit_once("-ca-"))
    {
        Some((_, etcd)) => spec.items_with(&["etcdClusters"], "name", etcd),
        None => Vec::new(),
    }
}
