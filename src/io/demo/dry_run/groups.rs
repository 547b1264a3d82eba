//! Instance groups: Auto Scaling groups, launch templates and their lifecycle hooks (`pkg/model/awsmodel/autoscalinggroup.go`).

use super::DemoAccount;
use super::access::{key_pair, role_name};
use super::image::default_image;
use super::names::name_of_32;
use super::resource::{DemoResource, DemoTags, list, map, named_id};
use super::spec::{DemoGroup, DemoMixed, DemoSpec};

const METRICS: &str = "[GroupDesiredCapacity, GroupInServiceInstances, GroupMaxSize, GroupMinSize, GroupPendingInstances, GroupStandbyInstances, GroupTerminatingInstances, GroupTotalInstances]";
const NODE_TEMPLATE: &str = "k8s.io/cluster-autoscaler/node-template";

/// What kops creates for each group.
pub(super) fn resources(spec: &DemoSpec, account: &DemoAccount) -> Vec<DemoResource> {
    let all = spec.groups.iter().flat_map(|group| {
        // A bastion is no node: nothing is set up on it.
        let configuration = (!group.is_bastion()).then(|| configuration(group));
        let own = [
            auto_scaling_group(spec, group),
            launch_template(spec, group, account),
            termination_hook(spec, group),
            warm_pool(spec, group),
        ];
        own.into_iter().chain(configuration)
    });
    all.collect()
}

/// A group's name in EC2 Auto Scaling.
pub(in crate::io::demo) fn scaled_name(spec: &DemoSpec, group: &DemoGroup) -> String {
    if group.is_control_plane() {
        spec.below(&format!("{}.masters", group.name))
    } else {
        spec.below(&group.name)
    }
}

fn auto_scaling_group(spec: &DemoSpec, group: &DemoGroup) -> DemoResource {
    let name = scaled_name(spec, group);
    let subnets = group.spec.subnets.iter();
    let subnets = list(subnets.map(|subnet| format!("name:{}", spec.below(subnet))));
    let mut resource = DemoResource::new("AutoscalingGroup", &name)
        .with_all(&[("Granularity", "1Minute"), ("InstanceProtection", "false")])
        .with("LaunchTemplate", format!("name:{name}"))
        .with_all(&[("LoadBalancers", "[]"), ("MaxInstanceLifetime", "0")])
        .with("MaxSize", group.spec.max_size)
        .with("Metrics", METRICS)
        .with("MinSize", group.spec.min_size);
    if let Some(policy) = &group.spec.mixed_instances_policy {
        resource = mixed(resource, policy);
    }
    let resource = resource
        .with("Subnets", subnets)
        .with("SuspendProcesses", "[]")
        .tagged(&tags(spec, group))
        .with("TargetGroups", target_groups(spec, group));
    match group.spec.capacity_rebalance {
        Some(rebalance) => resource.with("CapacityRebalance", rebalance),
        None => resource,
    }
}

fn mixed(resource: DemoResource, policy: &DemoMixed) -> DemoResource {
    let number = |value: Option<u32>| value.map(|value| value.to_string());
    let overrides = Some(&policy.instances).filter(|types| !types.is_empty());
    let fields = [
        ("MixedInstanceOverrides", overrides.map(list)),
        ("MixedOnDemandBase", number(policy.on_demand_base)),
        (
            "MixedOnDemandAboveBase",
            number(policy.on_demand_above_base),
        ),
        (
            "MixedSpotAllocationStrategy",
            policy.spot_allocation_strategy.clone(),
        ),
        ("MixedSpotMaxPrice", Some(String::new())),
    ];
    let known = fields
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)));
    known.fold(resource, |resource, (name, value)| {
        resource.with(name, value)
    })
}

fn target_groups(spec: &DemoSpec, group: &DemoGroup) -> String {
    let named = |prefix: &str| named_id(&name_of_32(prefix, &spec.name));
    let prefixes: &[&str] = match (group.is_bastion(), group.is_control_plane()) {
        (true, _) => &["bastion"],
        (_, false) => &[],
        _ if spec.publishes_names() => &["tcp"],
        _ if spec.has_cilium_etcd() => &["etcd-cilium", "kops-controller", "tcp"],
        _ => &["kops-controller", "tcp"],
    };
    list(prefixes.iter().map(|prefix| named(prefix)))
}

// What the cluster autoscaler and node termination handler read, and what kops finds its groups by.
fn tags(spec: &DemoSpec, group: &DemoGroup) -> DemoTags {
    let mut tags = spec.tags(&scaled_name(spec, group));
    let mut tag = |key: &str, value: &str| tags.insert(key.to_owned(), value.to_owned());
    tag("aws-node-termination-handler/managed", "");
    for (label, value) in role_labels(group).iter().map(|label| (*label, "")) {
        tag(&format!("{NODE_TEMPLATE}/label/{label}"), value);
    }
    for (label, value) in &group.spec.node_labels {
        tag(&format!("{NODE_TEMPLATE}/label/{label}"), value);
    }
    for taint in &group.spec.taints {
        let (key, effect) = taint.rsplit_once(':').unwrap_or((taint, ""));
        let (key, value) = key.split_once('=').unwrap_or((key, ""));
        tag(
            &format!("{NODE_TEMPLATE}/taint/{key}"),
            &format!("{value}:{effect}"),
        );
    }
    for role in role_words(group) {
        tag(&format!("k8s.io/role/{role}"), "1");
    }
    tag("kops.k8s.io/instancegroup", &group.name);
    tags
}

fn role_labels(group: &DemoGroup) -> &'static [&'static str] {
    match (group.is_control_plane(), group.is_bastion()) {
        (true, _) => &[
            "kops.k8s.io/kops-controller-pki",
            "node-role.kubernetes.io/control-plane",
            "node.kubernetes.io/exclude-from-external-load-balancers",
        ],
        (_, true) => &[],
        _ => &["node-role.kubernetes.io/node"],
    }
}

fn role_words(group: &DemoGroup) -> &'static [&'static str] {
    match (group.is_control_plane(), group.is_bastion()) {
        (true, _) => &["control-plane", "master"],
        (_, true) => &["bastion"],
        _ => &["node"],
    }
}

fn launch_template(spec: &DemoSpec, group: &DemoGroup, account: &DemoAccount) -> DemoResource {
    let role = role_name(spec, group.role());
    let default_size = match (group.is_control_plane(), group.is_bastion()) {
        (true, _) => 64,
        (_, true) => 32,
        _ => 128,
    };
    let volume = group.spec.root_volume_size.unwrap_or(default_size);
    let image = group.spec.image.clone();
    let image = image.unwrap_or_else(|| default_image(spec, group, account));
    let security_group = if group.is_bastion() {
        "bastion"
    } else {
        group.role()
    };
    DemoResource::new("LaunchTemplate", scaled_name(spec, group))
        .with("AssociatePublicIP", group.is_bastion())
        .with_all(&[
            ("CPUCredits", ""),
            ("HTTPPutResponseHopLimit", "1"),
            ("HTTPTokens", "required"),
            ("HTTPProtocolIPv6", "disabled"),
        ])
        .with("IAMInstanceProfile", named_id(&role))
        .with("ImageID", image)
        .with("InstanceMonitoring", "false")
        .with("InstanceType", &group.spec.machine_type)
        .with_all(&[("IPv6AddressCount", "0"), ("RootVolumeIops", "3000")])
        .with("RootVolumeSize", volume)
        .with_all(&[
            ("RootVolumeThroughput", "125"),
            ("RootVolumeType", "gp3"),
            ("RootVolumeEncryption", "true"),
            ("RootVolumeKmsKey", ""),
        ])
        .with("SSHKey", named_id(&key_pair(spec, account)))
        .with(
            "SecurityGroups",
            format!("[name:{}]", spec.below(security_group)),
        )
        .with("SpotPrice", "")
        .with("Tags", map(&tags(spec, group)))
}

fn termination_hook(spec: &DemoSpec, group: &DemoGroup) -> DemoResource {
    let name = format!("{}-NTHLifecycleHook", group.name);
    DemoResource::new("AutoscalingLifecycleHook", &name)
        .with("ID", &name)
        .with("AutoscalingGroup", named_id(&scaled_name(spec, group)))
        .with_all(&[
            ("DefaultResult", "CONTINUE"),
            ("HeartbeatTimeout", "300"),
            (
                "LifecycleTransition",
                "autoscaling:EC2_INSTANCE_TERMINATING",
            ),
            ("Enabled", "true"),
        ])
}

fn warm_pool(spec: &DemoSpec, group: &DemoGroup) -> DemoResource {
    let name = scaled_name(spec, group);
    DemoResource::new("WarmPool", &name)
        .with_all(&[("Enabled", "false"), ("MinSize", "0")])
        .with("AutoscalingGroup", named_id(&name))
}

fn configuration(group: &DemoGroup) -> DemoResource {
    let role = if group.is_control_plane() {
        "control-plane"
    } else {
        "node"
    };
    let location = format!("igconfig/{role}/{}/nodeupconfig.yaml", group.name);
    DemoResource::new("ManagedFile", format!("nodeupconfig-{}", group.name))
        .with("Location", location)
}
