//! Load balancers of the API and of the bastion, and the names in Route 53 that lead to them (`pkg/model/awsmodel/dns.go`).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::names::name_of_32;
use super::network::subnet_tags;
use super::resource::{DemoResource, list, map, named_id};
use super::spec::{DemoSpec, DemoSubnet};

/// Everything that leads to the API and to the bastion.
pub(super) fn resources(spec: &DemoSpec) -> Vec<DemoResource> {
    let mut all = vec![api(spec)];
    all.extend(listener(spec, "api", 443, "tcp"));
    if !spec.publishes_names() {
        all.extend(listener(spec, "api", 3988, "kops-controller"));
        if spec.has_cilium_etcd() {
            all.extend(listener(spec, "etcd-cilium", 4003, "etcd-cilium"));
        }
    }
    if spec.has_bastion() {
        all.push(bastion(spec));
        all.extend(listener(spec, "bastion", 22, "bastion"));
    }
    all.extend(names(spec));
    all
}

fn api(spec: &DemoSpec) -> DemoResource {
    let named = &spec.cluster.api.load_balancer.subnets;
    let kind = if spec.public_api() {
        "Utility"
    } else {
        "Private"
    };
    let subnets = spec.cluster.subnets.iter();
    let subnets: Vec<&DemoSubnet> = if named.is_empty() {
        subnets.filter(|subnet| subnet.kind == kind).collect()
    } else {
        let by_name = |name: &str| spec.cluster.subnets.iter().find(|one| one.name == name);
        named.iter().filter_map(|one| by_name(&one.name)).collect()
    };
    let services: &[&str] = match () {
        () if spec.publishes_names() => &["kube-apiserver"],
        () if spec.has_cilium_etcd() => &["kube-apiserver", "kops-controller", "etcd-cilium"],
        () => &["kube-apiserver", "kops-controller"],
    };
    let resource = balancer(spec, "api", &subnets, spec.public_api());
    resource
        .with("CrossZoneLoadBalancing", !spec.publishes_names())
        .with("IpAddressType", "ipv4")
        .tagged(&spec.tags(&spec.below("api")))
        .with("Type", "network")
        .with("VPC", spec.vpc())
        .with(
            "AccessLog",
            r#"{"Enabled":false,"S3BucketName":null,"S3BucketPrefix":null}"#,
        )
        .with("WellKnownServices", list(services.iter().copied()))
}

fn bastion(spec: &DemoSpec) -> DemoResource {
    let subnets = spec.cluster.subnets.iter();
    let subnets: Vec<&DemoSubnet> = subnets.filter(|subnet| subnet.kind == "Utility").collect();
    balancer(spec, "bastion", &subnets, true)
        .with("IpAddressType", "ipv4")
        .tagged(&spec.tags(&spec.below("bastion")))
        .with("Type", "network")
        .with("VPC", spec.vpc())
}

fn balancer(spec: &DemoSpec, name: &str, subnets: &[&DemoSubnet], public: bool) -> DemoResource {
    let mappings = subnets.iter().map(|subnet| mapping(spec, subnet));
    let scheme = if public {
        "internet-facing"
    } else {
        "internal"
    };
    DemoResource::new("NetworkLoadBalancer", spec.below(name))
        .with("LoadBalancerBaseName", name_of_32(name, &spec.name))
        .with("CLBName", spec.below(name))
        .with("SubnetMappings", list(mappings))
        .with(
            "SecurityGroups",
            format!("[name:{}]", spec.below(&format!("{name}-elb"))),
        )
        .with("Scheme", scheme)
}

// A whole subnet with its VPC, as kops prints it.
fn mapping(spec: &DemoSpec, subnet: &DemoSubnet) -> String {
    let vpc = [
        ("Name", json!(spec.name)),
        ("Lifecycle", json!("Sync")),
        ("ID", json!(spec.cluster.network_id)),
        ("CIDR", json!(spec.cluster.network_cidr)),
        ("AmazonIPv6", Value::Null),
        ("IPv6CIDR", Value::Null),
        ("EnableDNSHostnames", Value::Null),
        ("EnableDNSSupport", json!(true)),
        ("Shared", json!(true)),
        ("Tags", Value::Null),
        ("AssociateExtraCIDRBlocks", Value::Null),
    ];
    let start = [
        ("Name", json!(spec.below(&subnet.name))),
        ("ShortName", json!(subnet.name)),
        ("Lifecycle", json!("Sync")),
        ("ID", Value::Null),
    ];
    let end = [
        ("VPCCIDRBlock", Value::Null),
        ("AmazonIPv6CIDR", Value::Null),
        ("AvailabilityZone", json!(subnet.zone)),
        ("CIDR", json!(subnet.cidr)),
        ("IPv6CIDR", Value::Null),
        ("ResourceBasedNaming", json!(true)),
        ("AssignIPv6AddressOnCreation", json!(false)),
        ("Shared", json!(false)),
        ("Tags", json!(subnet_tags(spec, subnet))),
    ];
    let (start, vpc, end) = (members(&start), members(&vpc), members(&end));
    format!(
        r#"{{"Subnet":{{{start},"VPC":{{{vpc}}},{end}}},"PrivateIPv4Address":null,"AllocationID":null}}"#
    )
}

// In the order of Go's fields, which a map of JSON would not keep.
fn members(fields: &[(&str, Value)]) -> String {
    let pairs: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("\"{name}\":{value}"))
        .collect();
    pairs.join(",")
}

fn listener(spec: &DemoSpec, balancer: &str, port: u16, group: &str) -> [DemoResource; 2] {
    let own = if balancer == "bastion" {
        "bastion"
    } else {
        "api"
    };
    let target = name_of_32(group, &spec.name);
    let name = format!("{}-{port}", spec.below(balancer));
    let listener = DemoResource::new("NetworkLoadBalancerListener", name)
        .with("NetworkLoadBalancer", named_id(&spec.below(own)))
        .with("Port", port)
        .with("TargetGroup", named_id(&target))
        .with_all(&[("SSLCertificateID", ""), ("SSLPolicy", "")]);
    [listener, target_group(spec, &target, port)]
}

fn target_group(spec: &DemoSpec, name: &str, port: u16) -> DemoResource {
    let attributes: BTreeMap<String, String> = [
        (
            "deregistration_delay.connection_termination.enabled",
            "true",
        ),
        ("deregistration_delay.timeout_seconds", "30"),
    ]
    .map(|(key, value)| (key.to_owned(), value.to_owned()))
    .into();
    let group = DemoResource::new("TargetGroup", name)
        .with("VPC", spec.vpc())
        .tagged(&spec.tags(name))
        .with("Port", port)
        .with_all(&[("Protocol", "TCP"), ("Shared", "false")])
        .with("Attributes", map(&attributes))
        .with_all(&[
            ("Interval", "10"),
            ("HealthyThreshold", "2"),
            ("UnhealthyThreshold", "2"),
        ]);
    if port == 3988 {
        return group.with_all(&[
            ("HealthCheckProtocol", "HTTPS"),
            ("HealthCheckPath", "/healthz"),
        ]);
    }
    group.with("HealthCheckProtocol", "TCP")
}

fn names(spec: &DemoSpec) -> Vec<DemoResource> {
    if !spec.publishes_names() {
        return Vec::new();
    }
    let api = spec.cluster.master_public_name.clone();
    let api = (api.unwrap_or_else(|| spec.below("api")), "api");
    let bastion = spec.cluster.topology.bastion.bastion_public_name.clone();
    let bastion = Some((bastion, "bastion")).filter(|(name, _)| !name.is_empty());
    let both = [Some(api), bastion].into_iter().flatten();
    both.flat_map(|(name, balancer)| records(spec, &name, balancer))
        .collect()
}

fn records(spec: &DemoSpec, name: &str, balancer: &str) -> [DemoResource; 2] {
    [("A", ""), ("AAAA", "-AAAA")].map(|(kind, suffix)| {
        DemoResource::new("DNSName", format!("{name}{suffix}"))
            .with("Zone", format!("name:{}", spec.cluster.dns_zone))
            .with("ResourceName", name)
            .with("ResourceType", kind)
            .with("TargetLoadBalancer", named_id(&spec.below(balancer)))
    })
}
