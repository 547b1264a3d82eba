//! What a spec says, as far as the resources that kops makes of it depend on it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_yaml::Value;

use super::resource::DemoTags;
use crate::core::text::yaml::readable_documents;

/// A cluster and its instance groups.
#[derive(Clone, Debug, Default)]
pub(in crate::io::demo) struct DemoSpec {
    pub name: String,
    pub cluster: DemoCluster,
    pub groups: Vec<DemoGroup>,
}

/// The `spec` of the `Cluster` document.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::io::demo) struct DemoCluster {
    pub api: DemoApi,
    pub config_base: String,
    pub dns_zone: String,
    pub etcd_clusters: Vec<DemoEtcd>,
    pub kubernetes_api_access: Vec<String>,
    pub kubernetes_version: String,
    pub master_public_name: Option<String>,
    #[serde(rename = "networkCIDR")]
    pub network_cidr: String,
    #[serde(rename = "networkID")]
    pub network_id: String,
    pub networking: BTreeMap<String, Value>,
    pub ssh_access: Vec<String>,
    pub subnets: Vec<DemoSubnet>,
    pub topology: DemoTopology,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::io::demo) struct DemoApi {
    pub load_balancer: DemoLoadBalancer,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::io::demo) struct DemoLoadBalancer {
    #[serde(rename = "type")]
    pub kind: String,
    pub subnets: Vec<DemoName>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::io::demo) struct DemoName {
    pub name: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::io::demo) struct DemoEtcd {
    pub name: String,
    pub etcd_members: Vec<DemoMember>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::io::demo) struct DemoMember {
    pub name: String,
    pub instance_group: String,
    pub encrypted_volume: bool,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::io::demo) struct DemoSubnet {
    pub name: String,
    pub zone: String,
    pub cidr: String,
    pub egress: String,
    #[serde(rename = "type")]
    pub kind: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::io::demo) struct DemoTopology {
    pub bastion: DemoBastion,
    pub dns: DemoDns,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::io::demo) struct DemoBastion {
    pub bastion_public_name: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::io::demo) struct DemoDns {
    #[serde(rename = "type")]
    pub kind: String,
}

/// An instance group with its name.
#[derive(Clone, Debug, Default)]
pub(in crate::io::demo) struct DemoGroup {
    pub name: String,
    pub spec: DemoGroupSpec,
}

/// The `spec` of an `InstanceGroup` document.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::io::demo) struct DemoGroupSpec {
    pub capacity_rebalance: Option<bool>,
    pub image: Option<String>,
    pub machine_type: String,
    pub max_size: u32,
    pub min_size: u32,
    pub mixed_instances_policy: Option<DemoMixed>,
    pub node_labels: BTreeMap<String, String>,
    pub role: String,
    pub root_volume_size: Option<u32>,
    pub subnets: Vec<String>,
    pub taints: Vec<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::io::demo) struct DemoMixed {
    pub instances: Vec<String>,
    pub on_demand_above_base: Option<u32>,
    pub on_demand_base: Option<u32>,
    pub spot_allocation_strategy: Option<String>,
}

#[derive(Deserialize)]
struct Document<T> {
    metadata: DemoName,
    spec: T,
}

impl DemoSpec {
    /// Reads the documents; what is missing is empty.
    pub(in crate::io::demo) fn read(spec: &str) -> Self {
        let mut read = Self::default();
        for kind in readable_documents(spec) {
            if kind["kind"] == "Cluster" {
                if let Some(Document { metadata, spec }) = document(kind) {
                    (read.name, read.cluster) = (metadata.name, spec);
                }
            } else if let Some(Document { metadata, spec }) = document(kind) {
                let name = metadata.name;
                read.groups.push(DemoGroup { name, spec });
            }
        }
        read
    }

    /// The state store, without the cluster's own place in it.
    pub(super) fn has_cni(&self, name: &str) -> bool {
        self.cluster.networking.contains_key(name)
    }

    /// Whether Cilium has an etcd cluster of its own.
    pub(super) fn has_cilium_etcd(&self) -> bool {
        let mut clusters = self.cluster.etcd_clusters.iter();
        clusters.any(|etcd| etcd.name == "cilium")
    }

    /// Whether names are written to Route 53; without them nodes find kops-controller by the API's load balancer.
    pub(in crate::io::demo) fn publishes_names(&self) -> bool {
        ["Private", "Public"].contains(&self.cluster.topology.dns.kind.as_str())
    }

    pub(super) fn public_api(&self) -> bool {
        self.cluster.api.load_balancer.kind == "Public"
    }

    /// The zones in the order of the spec, by their private subnets.
    pub(super) fn private_subnets(&self) -> impl Iterator<Item = &DemoSubnet> {
        let subnets = self.cluster.subnets.iter();
        subnets.filter(|subnet| subnet.kind == "Private")
    }

    pub(super) fn has_bastion(&self) -> bool {
        self.groups.iter().any(DemoGroup::is_bastion)
    }

    /// The tags of everything that the cluster owns.
    pub(super) fn tags(&self, name: &str) -> DemoTags {
        [
            ("KubernetesCluster".to_owned(), self.name.clone()),
            ("Name".to_owned(), name.to_owned()),
            (
                format!("kubernetes.io/cluster/{}", self.name),
                "owned".to_owned(),
            ),
        ]
        .into()
    }

    /// A name below that of the cluster.
    pub(super) fn below(&self, name: &str) -> String {
        format!("{name}.{}", self.name)
    }

    /// The VPC as other resources name it.
    pub(super) fn vpc(&self) -> String {
        format!("name:{} id:{}", self.name, self.cluster.network_id)
    }
}

fn document<T: DeserializeOwned>(text: Value) -> Option<Document<T>> {
    serde_yaml::from_value(text).ok()
}

impl DemoGroup {
    pub(super) fn is_control_plane(&self) -> bool {
        ["Master", "ControlPlane"].contains(&self.spec.role.as_str())
    }

    pub(super) fn is_bastion(&self) -> bool {
        self.spec.role == "Bastion"
    }

    /// The word for its role in IAM and security groups.
    pub(super) fn role(&self) -> &'static str {
        match () {
            () if self.is_control_plane() => "masters",
            () if self.is_bastion() => "bastions",
            () => "nodes",
        }
    }
}
