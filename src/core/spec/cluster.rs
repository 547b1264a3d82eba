//! The `spec` of the `Cluster` document.

use std::collections::BTreeMap;

use ipnet::Ipv4Net;
use serde::Serialize;

use super::{private_subnet, utility_subnet};
use crate::core::answers::{ApiLoadBalancer, Dns, Networking};
use crate::core::cidr::non_masquerade;
use crate::core::plan::{Group, Plan, Role, ZonePlan};

type Empty = BTreeMap<&'static str, bool>;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Cluster<'a> {
    #[serde(
        rename = "additionalNetworkCIDRs",
        skip_serializing_if = "<[Ipv4Net]>::is_empty"
    )]
    additional_cidrs: &'a [Ipv4Net],
    api: Api,
    authorization: BTreeMap<&'static str, Empty>,
    channel: &'static str,
    cloud_provider: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    config_base: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    etcd_clusters: Vec<Etcd<'a>>,
    iam: Iam,
    #[serde(skip_serializing_if = "Option::is_none")]
    kube_proxy: Option<Empty>,
    kubelet: Empty,
    #[serde(skip_serializing_if = "<[Ipv4Net]>::is_empty")]
    kubernetes_api_access: &'a [Ipv4Net],
    #[serde(skip_serializing_if = "str::is_empty")]
    kubernetes_version: &'a str,
    #[serde(rename = "networkCIDR", skip_serializing_if = "Option::is_none")]
    network_cidr: Option<Ipv4Net>,
    #[serde(rename = "networkID", skip_serializing_if = "str::is_empty")]
    network_id: &'a str,
    networking: BTreeMap<&'static str, Empty>,
    #[serde(rename = "nonMasqueradeCIDR")]
    non_masquerade_cidr: Ipv4Net,
    #[serde(skip_serializing_if = "<[Ipv4Net]>::is_empty")]
    ssh_access: &'a [Ipv4Net],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    subnets: Vec<Subnet<'a>>,
    topology: Topology,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Api {
    load_balancer: LoadBalancer,
}

// kops 1.37 refuses a load balancer without a class.
#[derive(Serialize)]
struct LoadBalancer {
    class: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Etcd<'a> {
    cpu_request: &'static str,
    #[serde(rename = "etcdMembers")]
    members: Vec<Member<'a>>,
    manager: EtcdManager,
    memory_request: &'static str,
    name: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Member<'a> {
    encrypted_volume: bool,
    instance_group: &'a str,
    name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EtcdManager {
    backup_retention_days: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Iam {
    allow_container_registry: bool,
    legacy: bool,
}

#[derive(Serialize)]
struct Subnet<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    cidr: Option<Ipv4Net>,
    #[serde(skip_serializing_if = "str::is_empty")]
    egress: &'a str,
    name: String,
    #[serde(rename = "type")]
    kind: &'static str,
    zone: &'a str,
}

#[derive(Serialize)]
struct Topology {
    #[serde(skip_serializing_if = "Option::is_none")]
    bastion: Option<Bastion>,
    dns: DnsType,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Bastion {
    bastion_public_name: String,
}

#[derive(Serialize)]
struct DnsType {
    #[serde(rename = "type")]
    kind: &'static str,
}

pub(super) fn of(plan: &Plan) -> Cluster<'_> {
    let known = !plan.cluster.is_empty() && !plan.state_store.is_empty();
    Cluster {
        additional_cidrs: &plan.additional_cidrs,
        api: api(plan.api_load_balancer),
        authorization: [("rbac", Empty::new())].into(),
        channel: "stable",
        cloud_provider: "aws",
        config_base: known.then(|| format!("{}/{}", plan.state_store, plan.cluster)),
        etcd_clusters: etcd_clusters(&plan.groups),
        iam: Iam {
            allow_container_registry: true,
            legacy: false,
        },
        kube_proxy: kube_proxy(plan.networking),
        kubelet: [("anonymousAuth", false)].into(),
        kubernetes_api_access: &plan.api_access,
        kubernetes_version: &plan.kubernetes_version,
        network_cidr: plan.network_cidr,
        network_id: &plan.network_id,
        networking: networking(plan.networking),
        non_masquerade_cidr: non_masquerade(),
        ssh_access: &plan.ssh_access,
        subnets: subnets(&plan.zones),
        topology: topology(plan),
    }
}

fn api(load_balancer: ApiLoadBalancer) -> Api {
    let kind = match load_balancer {
        ApiLoadBalancer::Internal => "Internal",
        ApiLoadBalancer::Public => "Public",
    };
    Api {
        load_balancer: LoadBalancer {
            class: "Network",
            kind,
        },
    }
}

// Cilium takes kube-proxy's place, as in kops's own clusters.
fn kube_proxy(networking: Networking) -> Option<Empty> {
    (networking == Networking::Cilium).then(|| [("enabled", false)].into())
}

fn networking(networking: Networking) -> BTreeMap<&'static str, Empty> {
    match networking {
        Networking::Cilium => [("cilium", [("enableNodePort", true)].into())].into(),
        Networking::Calico => [("calico", Empty::new())].into(),
        Networking::AmazonVpc => [("amazonvpc", Empty::new())].into(),
    }
}

fn etcd_clusters(groups: &[Group]) -> Vec<Etcd<'_>> {
    let members = members(groups);
    if members.is_empty() {
        return Vec::new();
    }
    [("main", "200m"), ("events", "100m")]
        .map(|(name, cpu_request)| Etcd {
            cpu_request,
            members: members
                .iter()
                .map(|(instance_group, name)| Member {
                    encrypted_volume: true,
                    instance_group,
                    name: name.clone(),
                })
                .collect(),
            manager: EtcdManager {
                backup_retention_days: 90,
            },
            memory_request: "100Mi",
            name,
        })
        .into()
}

// Group and member name; the names lose what all have in common, as in kops's `trimCommonPrefix`.
fn members(groups: &[Group]) -> Vec<(&str, String)> {
    let own: Vec<&str> = groups
        .iter()
        .filter(|group| group.role == Role::ControlPlane)
        .map(|group| group.name.as_str())
        .collect();
    let short: Vec<&str> = own
        .iter()
        .map(|name| name.strip_prefix("control-plane-").unwrap_or(name))
        .collect();
    let cut = common(&short);
    own.into_iter()
        .zip(short)
        .map(|(group, name)| (group, lettered(name.get(cut..).unwrap_or(name))))
        .collect()
}

// How many bytes the names share at their start; the first name keeps its last character.
fn common(names: &[&str]) -> usize {
    let Some((first, others)) = names.split_first() else {
        return 0;
    };
    let shared = |at: &usize| {
        let start = first.get(..=*at);
        start.is_some() && others.iter().all(|name| name.get(..=*at) == start)
    };
    (0..first.len().saturating_sub(1))
        .take_while(shared)
        .count()
}

fn lettered(name: &str) -> String {
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        return format!("etcd-{name}");
    }
    name.to_owned()
}

fn subnets(zones: &[ZonePlan]) -> Vec<Subnet<'_>> {
    let private = zones.iter().map(|zone| Subnet {
        cidr: zone.private,
        egress: &zone.egress,
        name: private_subnet(&zone.name),
        kind: "Private",
        zone: &zone.name,
    });
    let utility = zones.iter().map(|zone| Subnet {
        cidr: zone.utility,
        egress: "",
        name: utility_subnet(&zone.name),
        kind: "Utility",
        zone: &zone.name,
    });
    private.chain(utility).collect()
}

// The bastion's name needs DNS records; without them kops names its load balancer only.
fn topology(plan: &Plan) -> Topology {
    let kind = match plan.dns {
        Dns::None => "None",
        Dns::Private => "Private",
        Dns::Public => "Public",
    };
    let named = plan.bastion && plan.dns != Dns::None && !plan.cluster.is_empty();
    Topology {
        bastion: named.then(|| Bastion {
            bastion_public_name: format!("bastion.{}", plan.cluster),
        }),
        dns: DnsType { kind },
    }
}
