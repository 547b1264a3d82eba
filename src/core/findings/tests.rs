use std::fmt::Write as _;

use super::*;
use crate::core::review::parse;

mod iam;

macro_rules! recording {
    ($name:literal) => {
        include_str!(concat!("../../../tests/fixtures/kops/", $name))
    };
}

const TAG: &str = "  \tTags                \t {} -> {kubernetes.io/cluster/c.example.com: owned}\n";

/// What the rules say of a report of this one resource.
fn told(section: &str, resource: &str, fields: &[(&str, &str)]) -> Vec<String> {
    let mut text = format!("{section}\n  {resource}\n");
    for (name, value) in fields {
        let _ = writeln!(text, "  \t{name:<20}\t{value}");
    }
    told_of(&format!("{text}\n"))
}

// Another resource names the cluster, so that ownership can be told.
fn told_of(text: &str) -> Vec<String> {
    let cluster = format!("Will modify resources:\n  IAMRole/x\n{TAG}\n");
    let report = parse(&format!(
        "{text}{cluster}Must specify --yes to apply changes\n"
    ));
    let found = findings(&report);
    found
        .iter()
        .map(|one| format!("{} {}: {}", one.severity.word(), one.rule, one.message))
        .collect()
}

const CREATE: &str = "Will create resources:";
const MODIFY: &str = "Will modify resources:";
const ROLLING: &str = "note rolling-update-needed: running machines keep the old launch template until a rolling update";

#[test]
fn rules_have_stable_and_single_names() {
    let mut names: Vec<_> = rules().map(|rule| rule.id).collect();
    names.sort_unstable();
    let mut single = names.clone();
    single.dedup();
    assert_eq!(names, single);
    let kebab = |name: &&str| {
        name.bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'-')
    };
    assert!(names.iter().all(kebab));
}

#[test]
fn the_real_modification_is_judged() {
    let found = findings(&parse(recording!("update-modify.stdout")));
    let folded = fold(&found);
    let told: Vec<_> = folded
        .iter()
        .map(|one| {
            (
                one.finding.severity.word(),
                one.finding.rule,
                one.resources.len(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("danger", "ssh-open-to-internet", 2),
            ("warning", "deleted-on-prune", 2),
            ("warning", "iam-widened", 1),
            ("warning", "iam-policy-added", 1),
            ("warning", "machine-type-changed", 3),
            ("warning", "kubernetes-version-changed", 1),
            ("note", "rolling-update-needed", 6),
        ]
    );
    assert_eq!(count(&folded, Severity::Danger), 1);
}

#[test]
fn a_real_create_has_no_danger() {
    let found = findings(&parse(recording!("update-create.stdout")));
    let rules: Vec<_> = found.iter().map(|one| one.rule).collect();
    assert_eq!(
        rules,
        [
            "nat-gateway-reused",
            "nat-gateway-reused",
            "nat-gateway-reused",
            "api-open-to-internet",
            "api-load-balancer-public",
        ]
    );
}

#[test]
fn artefacts_give_no_finding() {
    assert_eq!(findings(&parse(recording!("update-nochange.stdout"))), []);
}

#[test]
fn a_finding_has_all_its_parts() {
    let report = parse(
        "Items will be deleted during update:\n  Subnet               s-1\u{7}\n\nMust specify --yes to apply changes\n",
    );
    let expected = Finding {
        severity: Severity::Danger,
        rule: "deleted",
        resource: "Subnet/s-1\\u{7}".to_owned(),
        message: "Subnet is deleted".to_owned(),
        why: "kops deletes it during the update; running workloads may lose their network, disks or machines",
        remedy: "find out which change of the spec causes it; do not apply until it is expected",
    };
    assert_eq!(findings(&report), [expected]);
}

#[test]
fn what_should_be_reused_is_not_created() {
    assert_eq!(
        told(CREATE, "NatGateway/us-east-1a.c.example.com", &[]),
        ["danger nat-gateway-created: a NAT gateway is created where one should be reused"]
    );
    assert_eq!(
        told(CREATE, "ElasticIP/us-east-1a.c.example.com", &[]),
        ["danger elastic-ip-created: an Elastic IP is created where one should be reused"]
    );
}

#[test]
fn a_shared_nat_gateway_only_gets_a_tag() {
    let shared = " {a: b} -> {kubernetes.io/cluster/c.example.com: shared, a: b}";
    let name = "NatGateway/us-east-1a.c.example.com";
    assert_eq!(
        told(
            MODIFY,
            name,
            &[("ElasticIP", " id:e -> <nil>"), ("Tags", shared)]
        ),
        [
            "warning nat-gateway-reused: the NAT gateway is reused; it gets the tag kubernetes.io/cluster/c.example.com: shared"
        ]
    );
    assert_eq!(
        told(MODIFY, name, &[("Tags", " {a: b} -> {a: c}")]),
        ["danger nat-gateway-changed: an existing NAT gateway is changed: Tags"]
    );
    assert_eq!(
        told(MODIFY, name, &[("Subnet", " id:a -> id:b")]),
        ["danger nat-gateway-changed: an existing NAT gateway is changed: Subnet"]
    );
}

#[test]
fn what_is_not_this_clusters_own_is_named() {
    assert_eq!(
        told(
            MODIFY,
            "VPC/c.example.com",
            &[("EnableDNSSupport", " false -> true")]
        ),
        ["danger network-not-owned: the VPC is changed: EnableDNSSupport"]
    );
    let shared = " {} -> {kubernetes.io/cluster/c: shared}";
    assert_eq!(
        told(MODIFY, "VPC/c.example.com", &[("Tags", shared)]),
        [
            "warning shared-network-tagged: the shared VPC gets the tag kubernetes.io/cluster/c: shared"
        ]
    );
    assert_eq!(
        told(MODIFY, "Subnet/a.other.example.com", &[("CIDR", " 1 -> 2")]),
        ["danger network-not-owned: the Subnet is changed: CIDR"]
    );
    assert_eq!(
        told(MODIFY, "Subnet/a.c.example.com", &[("CIDR", " 1 -> 2")]),
        [""; 0]
    );
    assert_eq!(
        told(
            MODIFY,
            "Route/private-us-east-1a-0.0.0.0/0",
            &[("NatGateway", " id:a -> id:b")]
        ),
        ["warning route-changed: a route is changed: NatGateway"]
    );
}

#[test]
fn openings_to_the_internet_are_told_by_port() {
    let rule = |cidr: &'static str, from: &'static str, to: &'static str| {
        let name = if cidr.contains(':') {
            "IPv6CIDR"
        } else {
            "CIDR"
        };
        let fields = [
            (name, cidr),
            ("Protocol", "tcp"),
            ("FromPort", from),
            ("ToPort", to),
        ];
        told(CREATE, "SecurityGroupRule/x", &fields)
    };
    assert_eq!(
        rule("0.0.0.0/0", "22", "22"),
        ["danger ssh-open-to-internet: SSH is open to 0.0.0.0/0"]
    );
    assert_eq!(
        rule("::/0", "0", "65535"),
        ["danger ssh-open-to-internet: SSH is open to ::/0"]
    );
    assert_eq!(
        rule("0.0.0.0/0", "443", "443"),
        ["warning api-open-to-internet: the Kubernetes API is open to 0.0.0.0/0"]
    );
    assert_eq!(
        rule("0.0.0.0/0", "30000", "32767"),
        ["warning port-open-to-internet: tcp ports 30000 to 32767 are open to 0.0.0.0/0"]
    );
    assert_eq!(rule("172.20.0.0/16", "22", "22"), [""; 0]);
}

#[test]
fn outgoing_rules_and_icmp_are_no_openings() {
    let everywhere = ("CIDR", "0.0.0.0/0");
    let egress = [everywhere, ("Egress", "true")];
    assert_eq!(told(CREATE, "SecurityGroupRule/x", &egress), [""; 0]);
    let icmp = [
        everywhere,
        ("Protocol", "icmp"),
        ("FromPort", "3"),
        ("ToPort", "4"),
    ];
    assert_eq!(told(CREATE, "SecurityGroupRule/x", &icmp), [""; 0]);
}

#[test]
fn a_modified_rule_is_told_by_its_name() {
    let name = "SecurityGroupRule/from-0.0.0.0/0-ingress-tcp-22to22-masters.c.example.com";
    assert_eq!(
        told(MODIFY, name, &[("Tags", " {} -> {a: b}")]),
        ["danger ssh-open-to-internet: SSH is open to 0.0.0.0/0"]
    );
    let all = "SecurityGroupRule/from-::/0-ingress-all-0to0-nodes.c.example.com";
    assert_eq!(
        told(MODIFY, all, &[("Tags", " {} -> {a: b}")]),
        ["danger ssh-open-to-internet: SSH is open to ::/0"]
    );
}

#[test]
fn a_public_load_balancer_is_noted() {
    assert_eq!(
        told(
            CREATE,
            "NetworkLoadBalancer/api.c.example.com",
            &[("Scheme", "internet-facing")]
        ),
        ["note api-load-balancer-public: the API's load balancer is on the internet"]
    );
}

#[test]
fn machines_that_would_be_replaced_are_named() {
    let bigger = [("InstanceType", " t3.medium -> t3.large")];
    assert_eq!(
        told(MODIFY, "LaunchTemplate/cp-a.masters.c.example.com", &bigger),
        [
            "danger control-plane-resized: the control plane's machine type changes: t3.medium -> t3.large",
            ROLLING
        ]
    );
    assert_eq!(
        told(
            MODIFY,
            "LaunchTemplate/nodes.c.example.com",
            &[("ImageID", " ami-1 -> ami-2")]
        ),
        [
            "warning image-changed: the image changes: ami-1 -> ami-2",
            ROLLING
        ]
    );
}

#[test]
fn capacity_that_goes_to_zero_is_named() {
    let group = "AutoscalingGroup/nodes.c.example.com";
    assert_eq!(
        told(
            MODIFY,
            group,
            &[("MaxSize", " 3 -> 0"), ("MinSize", " 1 -> 0")]
        ),
        ["danger capacity-to-zero: MaxSize goes from 3 to 0"]
    );
    assert_eq!(
        told(MODIFY, group, &[("MinSize", " 1 -> 0")]),
        ["danger capacity-to-zero: MinSize goes from 1 to 0"]
    );
    assert_eq!(told(MODIFY, group, &[("MinSize", " 3 -> 1")]), [""; 0]);
}

#[test]
fn volumes_without_encryption_are_named() {
    let plain = [("RootVolumeEncryption", " true -> false")];
    assert_eq!(
        told(MODIFY, "LaunchTemplate/nodes.c.example.com", &plain),
        [
            "danger volume-encryption-removed: the volume is no longer encrypted",
            ROLLING
        ]
    );
    let volume = "EBSVolume/a.etcd-main.c.example.com";
    assert_eq!(
        told(CREATE, volume, &[("Encrypted", "false")]),
        ["warning volume-not-encrypted: the volume is created without encryption"]
    );
    assert_eq!(
        told(MODIFY, volume, &[("SizeGB", " 20 -> 40")]),
        ["warning etcd-volume-changed: an etcd volume is changed: SizeGB"]
    );
}

#[test]
fn what_is_wrong_with_the_report_is_said() {
    assert_eq!(
        told_of("odd\nodder\n"),
        ["warning unread-lines: 2 lines were not understood"]
    );
    let found = findings(&parse("Will create"));
    let cut: Vec<_> = found.iter().map(|one| one.rule).collect();
    assert_eq!(cut, ["report-incomplete", "unread-lines"]);
    assert_eq!(
        told(
            MODIFY,
            "VPC/c.example.com\n   internal consistency error!\n    actual: &{}",
            &[]
        ),
        [
            "danger network-not-owned: the VPC is changed: internal consistency error!",
            "note internal-consistency-error: kops prints internal consistency error!",
        ]
    );
}
