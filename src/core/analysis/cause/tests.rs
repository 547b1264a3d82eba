use std::collections::BTreeMap;

use super::*;
use crate::core::kops::dry_run::{DryRun, parse};

const SPEC: &str = include_str!("../../../../tests/fixtures/kops/cluster_spec.yml");
const CREATE: &str = include_str!("../../../../tests/fixtures/kops/update-create.stdout");
const MODIFY: &str = include_str!("../../../../tests/fixtures/kops/update-modify.stdout");

fn one(lines: Range<usize>) -> Cause {
    Cause::Lines(std::iter::once(lines).collect())
}

fn first_line(cause: &Cause) -> Option<&'static str> {
    match cause {
        Cause::Lines(lines) => SPEC.lines().nth(lines.first()?.start),
        Cause::Own(_) => None,
    }
}

fn causing_line(dry_run: &DryRun, title: &str, field: Option<&str>) -> Option<&'static str> {
    let resource = dry_run
        .resources
        .iter()
        .find(|found| found.title() == title);
    first_line(&cause(SPEC, resource?, field)).map(str::trim)
}

#[test]
fn every_kind_of_a_new_cluster_that_follows_from_the_spec_finds_its_lines() {
    let dry_run = parse(CREATE);
    let mut own: BTreeMap<&str, usize> = BTreeMap::new();
    for resource in &dry_run.resources {
        match cause(SPEC, resource, None) {
            Cause::Own(_) => *own.entry(&resource.kind).or_default() += 1,
            Cause::Lines(lines) => {
                let count = SPEC.lines().count();
                assert!(
                    lines
                        .iter()
                        .all(|range| range.start < range.end && range.end <= count),
                    "{}: {lines:?}",
                    resource.title()
                );
            }
        }
    }
    // What kops makes for every cluster, whatever the spec says.
    let expected = [
        ("AddonManifest", 4),
        ("EventBridgeRule", 4),
        ("EventBridgeTarget", 4),
        ("Keypair", 4),
        ("ManagedFile", 1),
        ("SQS", 1),
        ("SSHKey", 1),
        ("Secret", 9),
    ];
    assert_eq!(own, BTreeMap::from(expected));
}

#[test]
fn each_resource_of_a_new_cluster_follows_from_its_own_entry() {
    let dry_run = parse(CREATE);
    let cluster = "prod.example.com";
    let of = |title: &str| causing_line(&dry_run, &title.replace("NAME", cluster), None);
    let causing_line = [
        "Subnet/us-east-1b.NAME",
        "Subnet/utility-us-east-1c.NAME",
        "NatGateway/us-east-1b.NAME",
        "Route/private-us-east-1a-0.0.0.0/0",
        "RouteTable/private-us-east-1c.NAME",
        "RouteTable/NAME",
        "RouteTableAssociation/private-us-east-1b.NAME",
        "AutoscalingGroup/nodes-us-east-1a.NAME",
        "LaunchTemplate/control-plane-us-east-1a.masters.NAME",
        "EBSVolume/b.etcd-events.NAME",
        "SecurityGroupRule/from-172.20.0.0/16-ingress-tcp-22to22-nodes.NAME",
        "SecurityGroupRule/from-0.0.0.0/0-ingress-tcp-443to443-api-elb.NAME",
        "NetworkLoadBalancer/api.NAME",
        "IAMRole/nodes.NAME",
        "IAMRolePolicy/nodes.NAME",
        "AddonManifest/NAME-addons-networking.cilium.io-k8s-1.16",
    ]
    .map(of);
    let expected = [
        "- cidr: 172.20.17.0/24",
        "- cidr: 172.20.22.0/24",
        "egress: nat-d0ad05f8b04aa4985",
        "egress: nat-fa3e8e77c3a583ce6",
        "- cidr: 172.20.18.0/24",
        "- cidr: 172.20.20.0/24",
        "- cidr: 172.20.17.0/24",
        "spec:",
        "spec:",
        "- encryptedVolume: true",
        "- 172.20.0.0/16",
        "- 0.0.0.0/0",
        "loadBalancer:",
        "spec:",
        "iam:",
        "networking:",
    ];
    assert_eq!(causing_line, expected.map(Some));
}

#[test]
fn a_modified_field_follows_from_its_own_line() {
    let dry_run = parse(MODIFY);
    let group = "AutoscalingGroup/nodes-us-east-1a.prod.example.com";
    let template = "LaunchTemplate/nodes-us-east-1a.prod.example.com";
    assert_eq!(causing_line(&dry_run, group, None), Some("maxSize: 2"));
    assert_eq!(
        causing_line(&dry_run, template, Some("InstanceType")),
        Some("machineType: t3.medium")
    );
    assert_eq!(
        causing_line(&dry_run, template, Some("UserData")),
        Some("spec:")
    );
    let policy = "IAMRolePolicy/additional.nodes.prod.example.com";
    assert_eq!(causing_line(&dry_run, policy, None), Some("iam:"));
}

#[test]
fn the_lines_that_come_in_the_completed_spec_are_found() {
    let spec = "kind: Cluster\nmetadata:\n  name: x\nspec:\n  kubernetesApiAccess:\n  - 0.0.0.0/0\n  kubernetesVersion: 1.34.1\n  sshAccess:\n  - 0.0.0.0/0\n";
    let dry_run = parse(
        "Will modify resources:\n  ManagedFile/cluster-completed.spec\n  \tContents            \n  \t                    \t...\n  \t                    \t+   kubernetesVersion: 1.34.1\n  \t                    \t-   kubernetesVersion: 1.34.0\n  \t                    \t    sshAccess:\n  \t                    \t+   - 0.0.0.0/0\n\n",
    );
    let resource = dry_run.resources.first();
    let lines = resource.map(|resource| cause(spec, resource, None));
    assert_eq!(lines, Some(Cause::Lines(vec![6..7, 8..9])));
    let version = "  kubernetesVersion: 1.34.1";
    assert_eq!(cause_of_line(spec, version), Some(one(6..7)));
    assert_eq!(cause_of_line(spec, "  - 0.0.0.0/0"), None);
    assert_eq!(cause_of_key(spec, &["sshAccess"]), Some(one(7..9)));
}

#[test]
fn without_a_spec_that_is_said() {
    let dry_run = parse(CREATE);
    let first = dry_run.resources.first();
    assert_eq!(
        first.map(|found| cause("", found, None)),
        Some(Cause::Own(NO_SPEC))
    );
}

#[test]
fn a_line_names_its_field_and_the_instance_group_that_has_it() {
    let spec = "kind: Cluster\nmetadata:\n  name: a\nspec:\n  api:\n    loadBalancer:\n      type: Internal\n  sshAccess:\n  - 10.0.0.0/8\n---\nkind: InstanceGroup\nmetadata:\n  name: nodes\nspec:\n  machineType: t3.large\n";
    let found = |line| {
        let field = field_at(spec, line)?;
        Some((field.instance_group, field.path))
    };
    let own = |path: &str| Some((None, path.to_owned()));
    assert_eq!(found(6), own("api.loadBalancer.type"));
    assert_eq!(found(8), own("sshAccess"));
    assert_eq!(found(2), own(""));
    assert_eq!(found(12), Some((Some("nodes".to_owned()), String::new())));
    let of_nodes = Some((Some("nodes".to_owned()), "machineType".to_owned()));
    assert_eq!(found(14), of_nodes);
    assert_eq!(found(99), None);
}
