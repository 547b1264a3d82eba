//! The `spec` of the `Cluster` document.

use std::collections::BTreeMap;

use ipnet::Ipv4Net;
use serde::Serialize;

use super::{etcd, private_subnet, utility_subnet};
use crate::core::answers::{Answers, ApiLoadBalancer, Dns, Networking};
use crate::core::network::cidr::non_masquerade;
use crate::core::network::egress::{EgressKind, form_of};
use crate::core::plan::{Plan, ZonePlan};

type Empty = BTreeMap<&'static str, bool>;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Cluster<'a> {
    // kops's v1alpha2 name of what its documentation calls tagSubnets, turned round and with a capital letter.
    #[serde(rename = "DisableSubnetTags", skip_serializing_if = "Option::is_none")]
    disable_subnet_tags: Option<bool>,
    #[serde(
        rename = "additionalNetworkCIDRs",
        skip_serializing_if = "<[Ipv4Net]>::is_empty"
    )]
    additional_cidrs: &'a [Ipv4Net],
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    additional_policies: BTreeMap<&'static str, String>,
    api: Api,
    authorization: BTreeMap<&'static str, Empty>,
    #[serde(skip_serializing_if = "str::is_empty")]
    channel: &'a str,
    cloud_provider: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    config_base: Option<String>,
    #[serde(rename = "dnsZone", skip_serializing_if = "str::is_empty")]
    dns_zone: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    etcd_clusters: Vec<etcd::EtcdCluster<'a>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    external_policies: BTreeMap<&'static str, &'a [String]>,
    iam: IamSpec,
    #[serde(skip_serializing_if = "Option::is_none")]
    kube_proxy: Option<Empty>,
    kubelet: Empty,
    #[serde(skip_serializing_if = "<[Ipv4Net]>::is_empty")]
    kubernetes_api_access: &'a [Ipv4Net],
    #[serde(skip_serializing_if = "str::is_empty")]
    kubernetes_version: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    master_public_name: Option<String>,
    #[serde(rename = "networkCIDR", skip_serializing_if = "Option::is_none")]
    network_cidr: Option<Ipv4Net>,
    #[serde(rename = "networkID", skip_serializing_if = "str::is_empty")]
    network_id: &'a str,
    networking: BTreeMap<&'static str, Plugin>,
    #[serde(rename = "nonMasqueradeCIDR")]
    non_masquerade_cidr: Ipv4Net,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_account_issuer_discovery: Option<ServiceAccountDiscovery>,
    #[serde(skip_serializing_if = "<[Ipv4Net]>::is_empty")]
    ssh_access: &'a [Ipv4Net],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    subnets: Vec<SubnetSpec<'a>>,
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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    subnets: Vec<NamedSubnet>,
    #[serde(rename = "type")]
    kind: &'static str,
}

#[derive(Serialize)]
struct NamedSubnet {
    name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct IamSpec {
    allow_container_registry: bool,
    legacy: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    use_service_account_external_permissions: Option<bool>,
}

// The OIDC documents lie below the cluster's name, so that clusters can share a bucket.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ServiceAccountDiscovery {
    discovery_store: String,
    #[serde(rename = "enableAWSOIDCProvider")]
    enable_aws_oidc_provider: bool,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Plugin {
    #[serde(skip_serializing_if = "Option::is_none")]
    backend: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    enable_node_port: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    etcd_managed: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ipam: Option<&'static str>,
}

#[derive(Serialize)]
struct SubnetSpec<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    cidr: Option<Ipv4Net>,
    #[serde(skip_serializing_if = "str::is_empty")]
    egress: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    id: &'a str,
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

pub(super) fn cluster_spec(plan: &Plan) -> Cluster<'_> {
    let answers = &plan.answers;
    let discovery = discovery(answers);
    Cluster {
        disable_subnet_tags: plan.untagged_subnets.then_some(true),
        additional_cidrs: &plan.additional_cidrs,
        additional_policies: additional_policies(answers),
        api: api(plan),
        authorization: [("rbac", Empty::new())].into(),
        channel: &plan.channel,
        cloud_provider: "aws",
        config_base: below(&answers.state_store, answers).filter(|_| !answers.cluster.is_empty()),
        dns_zone: match answers.dns {
            Dns::None => "",
            Dns::Private | Dns::Public => &answers.dns_zone,
        },
        etcd_clusters: etcd::clusters(&plan.groups, answers.networking),
        external_policies: external_policies(answers),
        iam: IamSpec {
            allow_container_registry: true,
            legacy: false,
            use_service_account_external_permissions: discovery.is_some().then_some(true),
        },
        kube_proxy: kube_proxy(answers.networking),
        kubelet: [("anonymousAuth", false)].into(),
        kubernetes_api_access: &plan.api_access,
        kubernetes_version: &plan.kubernetes_version,
        master_public_name: public_name(answers),
        network_cidr: plan.network_cidr,
        network_id: &plan.network_id,
        networking: plugin(answers.networking),
        non_masquerade_cidr: unmasked(plan),
        service_account_issuer_discovery: discovery,
        ssh_access: &plan.ssh_access,
        subnets: subnets(&plan.zones),
        topology: topology(answers),
    }
}

fn api(plan: &Plan) -> Api {
    let (kind, name_in): (_, fn(&str) -> String) = match plan.answers.access.api_load_balancer {
        ApiLoadBalancer::Internal => ("Internal", private_subnet),
        ApiLoadBalancer::Public => ("Public", utility_subnet),
    };
    let zones = plan.api_zones.iter();
    let subnets = zones.map(|zone| NamedSubnet {
        name: name_in(zone),
    });
    Api {
        load_balancer: LoadBalancer {
            class: "Network",
            subnets: subnets.collect(),
            kind,
        },
    }
}

// A folder of the cluster in a bucket that is named.
fn below(bucket: &str, answers: &Answers) -> Option<String> {
    let bucket = bucket.trim_end_matches('/');
    (!bucket.is_empty()).then(|| format!("{bucket}/{}", answers.cluster))
}

fn public_name(answers: &Answers) -> Option<String> {
    let named = answers.dns == Dns::Public && !answers.cluster.is_empty();
    named.then(|| format!("api.{}", answers.cluster))
}

// With the Amazon VPC CNI pods have addresses of the VPC, and kops says so here; services stay in 100.64.0.0/13.
fn unmasked(plan: &Plan) -> Ipv4Net {
    let own = plan
        .network_cidr
        .filter(|_| plan.answers.networking == Networking::AmazonVpc);
    own.unwrap_or_else(non_masquerade)
}

fn discovery(answers: &Answers) -> Option<ServiceAccountDiscovery> {
    let store = below(&answers.discovery_store, answers)?;
    Some(ServiceAccountDiscovery {
        discovery_store: store,
        enable_aws_oidc_provider: true,
    })
}

// kops takes the statements as the text of a JSON list.
fn additional_policies(answers: &Answers) -> BTreeMap<&'static str, String> {
    let roles = answers.iam.additional_policies.roles();
    roles
        .map(|(_, role, statements)| {
            let text = serde_json::to_string_pretty(statements).unwrap_or_default();
            (role, text + "\n")
        })
        .collect()
}

fn external_policies(answers: &Answers) -> BTreeMap<&'static str, &[String]> {
    let roles = answers.iam.external_policies.roles();
    roles.map(|(_, role, arns)| (role, arns)).collect()
}

// These take kube-proxy's place, as in kops's own clusters.
fn kube_proxy(networking: Networking) -> Option<Empty> {
    let replaces = ["cilium", "kuberouter"].contains(&networking.kind());
    replaces.then(|| [("enabled", false)].into())
}

fn plugin(networking: Networking) -> BTreeMap<&'static str, Plugin> {
    let mut plugin = Plugin {
        enable_node_port: (networking.kind() == "cilium").then_some(true),
        ..Plugin::default()
    };
    match networking {
        Networking::CiliumEni => plugin.ipam = Some("eni"),
        Networking::CiliumEtcd => plugin.etcd_managed = Some(true),
        Networking::Flannel => plugin.backend = Some("vxlan"),
        _ => {}
    }
    [(networking.kind(), plugin)].into()
}

fn subnets(zones: &[ZonePlan]) -> Vec<SubnetSpec<'_>> {
    let private = zones.iter().map(|zone| SubnetSpec {
        cidr: zone.private,
        egress: &zone.egress,
        id: &zone.private_subnet,
        name: private_subnet(&zone.name),
        kind: "Private",
        zone: &zone.name,
    });
    let utility = zones.iter().map(|zone| SubnetSpec {
        cidr: zone.utility,
        egress: utility_egress(zone),
        id: &zone.utility_subnet,
        name: utility_subnet(&zone.name),
        kind: "Utility",
        zone: &zone.name,
    });
    private.chain(utility).collect()
}

// kops looks for the internet gateway unless every subnet is somebody else's; a subnet that it makes needs the gateway's route.
fn utility_egress(zone: &ZonePlan) -> &str {
    let external = form_of(&zone.egress) == EgressKind::External;
    if external && !zone.utility_subnet.is_empty() {
        return &zone.egress;
    }
    ""
}

// The bastion's name needs DNS records; without them kops names its load balancer only.
fn topology(answers: &Answers) -> Topology {
    let kind = match answers.dns {
        Dns::None => "None",
        Dns::Private => "Private",
        Dns::Public => "Public",
    };
    let named = answers.access.bastion && answers.dns != Dns::None && !answers.cluster.is_empty();
    Topology {
        bastion: named.then(|| Bastion {
            bastion_public_name: format!("bastion.{}", answers.cluster),
        }),
        dns: DnsType { kind },
    }
}
