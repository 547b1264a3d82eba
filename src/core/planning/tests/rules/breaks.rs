//! One change for each rule of the catalogue that breaks it.
#![allow(clippy::semicolon_if_nothing_returned)]

use crate::core::answers::{ApiLoadBalancer, Dns, Networking};
use crate::core::channel::Versions;
use crate::core::inventory::{
    FoundImage, InstanceType, MissingFact, NatState, Route, RouteTarget, Subnet, Unread, VcpusInUse,
};
use crate::core::planning::tests::offers::image;
use crate::core::planning::tests::*;
use crate::core::text::untrusted::Untrusted;

pub(in crate::core::planning::tests) type Break = fn(&mut Inventory, &mut Answers);

fn denied(inventory: &mut Inventory, action: &str) {
    inventory.missing.push(MissingFact {
        fact: "something".into(),
        action: action.into(),
        reason: Untrusted::from("UnauthorizedOperation"),
        cause: Unread::Denied,
    });
}

fn owned(inventory: &mut Inventory, cluster: &str, cidr: &str) {
    let tag = (
        format!("kubernetes.io/cluster/{cluster}").into(),
        "owned".into(),
    );
    inventory.vpcs[0].subnets.push(Subnet {
        id: format!("subnet-of-{cluster}"),
        tags: [tag].into(),
        cidr: cidr.parse().unwrap(),
        zone: "us-east-1a".into(),
        ..Subnet::default()
    });
}

fn only(inventory: &mut Inventory, cidrs: &[&str]) {
    let vpc = &mut inventory.vpcs[0];
    vpc.cidrs = cidrs.iter().map(|cidr| cidr.parse().unwrap()).collect();
    for (at, subnet) in vpc.subnets.iter_mut().enumerate() {
        subnet.cidr = format!("192.168.{at}.0/24").parse().unwrap();
    }
}

fn fix(answers: &mut Answers, private: &str, utility: &str) {
    answers.zones[0].private_cidr = private.parse().ok();
    answers.zones[0].utility_cidr = utility.parse().ok();
}

fn kind<'a>(inventory: &'a mut Inventory, name: &str) -> &'a mut InstanceType {
    inventory
        .instance_types
        .iter_mut()
        .find(|kind| kind.name == name)
        .unwrap()
}

pub(super) const BREAKS: &[(&str, Break)] = &[
    ("cluster-name-missing", |_, a| a.cluster.clear()),
    ("cluster-name-invalid", |_, a| {
        a.cluster = "Prod_1.example.com".into()
    }),
    ("cluster-name-not-qualified", |_, a| {
        (a.cluster, a.dns) = ("prod".into(), Dns::Public)
    }),
    ("cluster-name-gossip", |_, a| {
        (a.cluster, a.dns) = ("prod.k8s.local".into(), Dns::Private)
    }),
    ("cluster-exists", |i, _| {
        owned(i, "prod.example.com", "172.20.128.0/24")
    }),
    ("region-missing", |_, a| a.region.clear()),
    ("region-differs", |_, a| a.region = "eu-west-1".into()),
    ("state-store-missing", |_, a| a.state_store.clear()),
    ("state-store-not-s3", |_, a| {
        a.state_store = "file:///tmp/state".into()
    }),
    ("state-store-invalid", |_, a| {
        a.state_store = "s3://A/b".into()
    }),
    ("fact-not-read", |i, _| {
        denied(i, "ec2:DescribeInternetGateways")
    }),
    ("kubernetes-version-invalid", |_, a| {
        a.kubernetes_version = "1.35".into()
    }),
    ("kubernetes-version-too-old", |_, a| {
        a.kubernetes_version = "1.30.14".into()
    }),
    ("kubernetes-version-deprecated", |_, a| {
        a.kubernetes_version = "v1.32.1".into()
    }),
    ("kubernetes-version-too-new", |i, a| {
        a.kubernetes_version = "1.37.0".into();
        i.versions.as_mut().unwrap().kops = None;
    }),
    ("kubernetes-version-beyond-kops", |i, a| {
        a.kubernetes_version = "1.37.0".into();
        i.versions.as_mut().unwrap().kops = Some("1.36.2".into());
    }),
    ("kubernetes-version-below-required", |i, a| {
        a.kubernetes_version = "1.34.2".into();
        let lines = &mut i.versions.as_mut().unwrap().lines;
        lines.kubernetes_versions[1].required_version = "1.34.5".into();
    }),
    ("kubernetes-version-outdated", |_, a| {
        a.kubernetes_version = "1.34.2".into()
    }),
    ("channel-not-read", |i, _| {
        let why = "error sending the request: no such host";
        i.versions = Some(Versions::built_in("stable", Some("1.36.2".into()), why));
    }),
    ("dns-zone-needed", |_, a| a.dns = Dns::Private),
    ("vpc-missing", |_, a| a.vpc.clear()),
    ("vpc-unknown", |_, a| a.vpc = "vpc-0".into()),
    ("vpc-default", |i, _| i.vpcs[0].default = true),
    ("vpc-dns-support-off", |i, _| {
        i.vpcs[0].dns_support = Some(false)
    }),
    ("vpc-dns-hostnames-off", |i, _| {
        i.vpcs[0].dns_hostnames = Some(false)
    }),
    ("vpc-dns-not-read", |i, _| i.vpcs[0].dns_support = None),
    ("vpc-in-pod-range", |i, _| {
        only(i, &["100.66.0.0/16", "10.0.0.0/16"])
    }),
    ("vpc-block-left-out", |i, _| {
        only(i, &["10.0.0.0/16", "100.66.0.0/16"])
    }),
    ("internet-gateway-missing", |i, _| {
        i.vpcs[0].internet_gateways.clear()
    }),
    ("internet-gateways-several", |i, _| {
        i.vpcs[0].internet_gateways.push("igw-2".into())
    }),
    ("quota-subnets", |i, _| {
        let subnet = i.vpcs[0].subnets[0].clone();
        i.vpcs[0].subnets.extend(std::iter::repeat_n(subnet, 180));
    }),
    ("quota-route-tables", |i, _| {
        let table = i.vpcs[0].route_tables[5].clone();
        i.vpcs[0]
            .route_tables
            .extend(std::iter::repeat_n(table, 195));
    }),
    ("zones-missing", |_, a| a.zones.clear()),
    ("zones-too-many", |_, a| {
        a.zones = std::iter::repeat_n(a.zones[0].clone(), 17).collect()
    }),
    ("zones-not-checked", |i, _| i.zones.clear()),
    ("zones-few", |_, a| a.zones.truncate(2)),
    ("zone-unknown", |_, a| a.zones[0].name = "us-east-1z".into()),
    ("zone-duplicate", |_, a| a.zones[1] = a.zones[0].clone()),
    ("zone-unavailable", |i, _| i.zones[0].available = false),
    ("zone-without-nat", |i, a| {
        i.vpcs[0].nat_gateways[0].state = NatState::Failed;
        a.zones[0].egress.clear();
    }),
    ("nat-gateways-not-read", |i, _| {
        i.vpcs[0].nat_gateways.clear();
        denied(i, "ec2:DescribeNatGateways");
    }),
    ("nat-route-not-checked", |i, _| {
        i.vpcs[0].route_tables.clear()
    }),
    ("egress-unknown", |_, a| a.zones[0].egress = "nat-0".into()),
    ("egress-unusable", |i, _| {
        i.vpcs[0].nat_gateways[0].state = NatState::Pending
    }),
    ("egress-other-zone", |_, a| {
        a.zones[0].egress = method::NAT_GATEWAYS[1].into()
    }),
    ("egress-other-vpc", |i, a| {
        let mut other = i.vpcs[0].clone();
        other.id = "vpc-2".into();
        other.nat_gateways[0].id = "nat-2".into();
        i.vpcs.push(other);
        a.zones[0].egress = "nat-2".into();
    }),
    ("egress-several", |i, a| {
        let mut second = i.vpcs[0].nat_gateways[0].clone();
        second.id = "nat-2".into();
        i.vpcs[0].nat_gateways.push(second);
        a.zones[0].egress.clear();
    }),
    ("subnets-not-read", |i, _| denied(i, "ec2:DescribeSubnets")),
    ("blocks-no-room", |i, _| only(i, &["10.0.0.0/26"])),
    ("blocks-smaller", |i, _| only(i, &["10.0.0.0/23"])),
    ("blocks-apart", |i, _| {
        only(i, &["10.0.4.0/22", "10.0.16.0/22"])
    }),
    ("blocks-room-used", |i, _| {
        only(i, &["10.0.0.0/22"]);
        owned(i, "other", "10.0.2.0/24");
    }),
    ("blocks-tight", |i, _| {
        only(i, &["10.0.0.0/26", "10.1.0.0/26", "10.2.0.0/26"])
    }),
    ("block-too-small", |_, a| {
        a.instance_groups[0].max = 60;
        fix(a, "172.20.64.0/28", "172.20.65.0/24");
    }),
    ("block-small-for-pods", |_, a| {
        a.networking = Networking::AmazonVpc;
        fix(a, "172.20.64.0/27", "172.20.65.0/24");
    }),
    ("block-host-bits", |_, a| fix(a, "172.20.64.5/24", "")),
    ("block-size", |_, a| fix(a, "", "172.20.64.0/28")),
    ("block-outside-vpc", |_, a| fix(a, "10.0.0.0/24", "")),
    ("block-in-pod-range", |_, a| fix(a, "100.65.0.0/24", "")),
    ("block-on-subnet", |_, a| fix(a, "172.20.3.0/24", "")),
    ("block-on-route", |i, a| {
        i.vpcs[0].route_tables[2].routes.push(Route {
            destination: "172.20.64.0/20".into(),
            prefixes: Vec::new(),
            target: RouteTarget::Peering("pcx-1".into()),
            blackhole: false,
        });
        fix(a, "172.20.65.0/24", "");
    }),
    ("block-on-block", |_, a| {
        fix(a, "172.20.64.0/23", "172.20.65.0/24")
    }),
    ("control-plane-even", |_, a| a.control_plane.count = 2),
    ("control-plane-count", |_, a| a.control_plane.count = 7),
    ("control-plane-single", |_, a| a.control_plane.count = 1),
    ("control-plane-shares-zone", |_, a| {
        a.control_plane.count = 5
    }),
    ("control-plane-small", |_, a| {
        a.control_plane.machine_type = "t3.small".into()
    }),
    ("machine-type-missing", |_, a| {
        a.control_plane.machine_type.clear()
    }),
    ("machine-type-unknown", |_, a| {
        a.control_plane.machine_type = "t99.large".into()
    }),
    ("machine-type-not-offered", |i, _| {
        kind(i, "t3.large")
            .zones
            .retain(|zone| zone != "us-east-1b");
    }),
    ("machine-types-not-checked", |i, _| i.instance_types.clear()),
    ("architecture-differs", |_, a| {
        a.instance_groups[0].image = Some("099720109477/ubuntu-noble-24.04-arm64-server".into());
    }),
    ("architecture-unsupported", |i, _| {
        kind(i, "t3.large").architectures = vec!["x86_64_mac".into()];
    }),
    ("root-volume-too-small", |_, a| {
        a.control_plane.root_volume_gib = Some(7)
    }),
    ("root-volume-small", |_, a| {
        a.instance_groups[0].root_volume_gib = Some(19)
    }),
    ("root-volume-too-large", |_, a| {
        a.instance_groups[0].root_volume_gib = Some(16_385)
    }),
    ("image-invalid", |_, a| {
        a.control_plane.image = Some("ubuntu 24.04".into())
    }),
    ("image-unknown", |i, a| image(i, a, |_| None)),
    ("image-from-parameter", |_, a| {
        a.control_plane.image = Some("ssm:/images/arm64/node".into())
    }),
    ("image-unavailable", |i, a| {
        image(i, a, |found| {
            Some(FoundImage {
                available: false,
                ..found
            })
        });
    }),
    ("pod-range-routed", |i, _| {
        i.vpcs[0].route_tables[2].routes.push(Route {
            destination: "pl-1".into(),
            prefixes: vec!["100.96.0.0/16".parse().unwrap()],
            target: RouteTarget::TransitGateway("tgw-1".into()),
            blackhole: false,
        })
    }),
    ("quota-subnets-passed", |i, _| {
        i.quotas.subnets_per_vpc = Some(21)
    }),
    ("quota-route-tables-passed", |i, _| {
        i.quotas.route_tables_per_vpc = Some(8)
    }),
    ("quota-vcpus", |i, _| i.quotas.on_demand_vcpus = Some(17)),
    ("quota-vcpus-in-use", |i, _| {
        i.quotas.on_demand_vcpus = Some(64);
        i.vcpus_in_use = Some(vec![VcpusInUse {
            on_demand: 60,
            ..VcpusInUse::default()
        }]);
    }),
    ("quota-vcpus-passed", |i, _| {
        i.quotas.on_demand_vcpus = Some(11)
    }),
    ("groups-missing", |_, a| a.instance_groups.clear()),
    ("groups-min-zero", |_, a| a.instance_groups[0].min = 0),
    ("group-name-invalid", |_, a| {
        a.instance_groups[0].name = "Nodes!".into()
    }),
    ("group-name-reserved", |_, a| {
        a.instance_groups[0].name = "control-plane".into()
    }),
    ("group-name-duplicate", |_, a| {
        a.instance_groups.push(a.instance_groups[0].clone())
    }),
    ("group-min-over-max", |_, a| a.instance_groups[0].min = 7),
    ("group-max-zero", |_, a| {
        (a.instance_groups[0].min, a.instance_groups[0].max) = (0, 0);
    }),
    ("group-max-below-zones", |_, a| {
        (a.instance_groups[0].min, a.instance_groups[0].max) = (1, 2);
    }),
    ("group-zone-unknown", |_, a| {
        a.instance_groups[0].zones = vec!["us-east-1d".into()]
    }),
    ("group-zone-duplicate", |_, a| {
        a.instance_groups[0].zones = vec!["us-east-1a".into(), "us-east-1a".into()];
    }),
    ("group-spot", |_, a| a.instance_groups[0].spot = true),
    ("ssh-key-missing", |_, a| a.access.ssh_public_key.clear()),
    ("ssh-key-not-public", |_, a| {
        a.access.ssh_public_key = "~/.ssh/id_ed25519".into()
    }),
    ("ssh-open", |_, a| {
        a.access.ssh = vec!["0.0.0.0/0".parse().unwrap()]
    }),
    ("api-open", |_, a| {
        a.access.api = vec!["0.0.0.0/0".parse().unwrap()]
    }),
    ("access-host-bits", |_, a| {
        a.access.ssh = vec!["10.0.0.1/8".parse().unwrap()]
    }),
    ("api-inside-only", |_, a| a.access.bastion = true),
    ("api-public-unreachable", |_, a| {
        a.access.api_load_balancer = ApiLoadBalancer::Public
    }),
    ("bastion-unreachable", |_, a| a.access.bastion = true),
];
