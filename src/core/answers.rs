//! The answers file: everything a person decides about a cluster, in one YAML document that lives in git.

pub mod iam;
pub mod overrides;
mod reading;
pub mod secrets;

use std::collections::BTreeMap;

pub use iam::IamAnswers;
use ipnet::Ipv4Net;
pub use overrides::Overrides;
pub(in crate::core) use reading::affordable;
pub use reading::{AnswersError, LONGEST};
pub use secrets::{SecretKind, Secrets};
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

/// What kops takes for an image whose id stands in a parameter of Systems Manager (`resolveImage`).
pub const PARAMETER: &str = "ssm:";

/// The answers, complete or still being given: a missing one is a problem of the plan, an unknown key an error here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Answers {
    pub cluster: String,
    pub region: String,
    pub state_store: String,
    pub vpc: String,
    /// kops's channel, as its `--channel` takes it; empty means `stable`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub channel: String,
    /// Empty: the version that the channel proposes for the kops that runs.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub kubernetes_version: String,
    pub networking: Networking,
    pub dns: Dns,
    /// Name or id of the Route 53 hosted zone; empty lets kops take the longest one that the cluster's name ends with.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub dns_zone: String,
    /// Public S3 place for the OIDC documents that IAM roles for service accounts need; empty does without them.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub discovery_store: String,
    pub zones: Vec<ZoneAnswer>,
    /// Whether kops tags the subnets that exist and that the zones name; absent: all of them, unless one is another account's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag_subnets: Option<bool>,
    pub control_plane: ControlPlane,
    pub instance_groups: Vec<NodeGroup>,
    pub access: Access,
    #[serde(skip_serializing_if = "IamAnswers::is_empty")]
    pub iam: IamAnswers,
    #[serde(skip_serializing_if = "Secrets::is_empty")]
    pub secrets: Secrets,
    #[serde(skip_serializing_if = "Overrides::is_empty")]
    pub overrides: Overrides,
}

/// One zone, what its private subnet leaves by, and its custom CIDRs or the subnets that exist.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ZoneAnswer {
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub egress: String,
    /// True: the NAT gateway may sit in another zone.
    #[serde(default, skip_serializing_if = "is_false")]
    pub cross_zone: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private_cidr: Option<Ipv4Net>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub utility_cidr: Option<Ipv4Net>,
    /// Id of the subnet that exists and is the private one; empty: kops makes one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub private_subnet: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub utility_subnet: String,
}

impl ZoneAnswer {
    /// Whether it names a subnet that exists.
    pub fn has_subnet(&self) -> bool {
        !self.private_subnet.is_empty() || !self.utility_subnet.is_empty()
    }
}

impl Answers {
    /// Whether the cluster goes into subnets that exist: kops then makes none at all (its `validation.go`).
    pub fn uses_existing_subnets(&self) -> bool {
        self.zones.iter().any(ZoneAnswer::has_subnet)
    }
}

/// The control plane: one instance group per member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ControlPlane {
    /// 1, 3 or 5 instances; etcd needs an odd number.
    pub count: u32,
    pub machine_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    #[serde(rename = "rootVolumeGiB", skip_serializing_if = "Option::is_none")]
    pub root_volume_gib: Option<u32>,
}

/// One group of worker nodes, in every zone of `zones`, or of the cluster when that is empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NodeGroup {
    pub name: String,
    pub machine_type: String,
    /// Fewest and most instances in all zones together; with `perZone` they are shared out, the first zones getting the rest.
    pub min: u32,
    pub max: u32,
    /// True: one kops instance group per zone; false: one that spans them.
    #[serde(default = "yes")]
    pub per_zone: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub zones: Vec<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub spot: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mixed_instances_policy: Option<MixedInstances>,
    /// Kubernetes labels of its nodes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Kubernetes taints of its nodes, each `KEY[=VALUE]:EFFECT`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taints: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    #[serde(
        rename = "rootVolumeGiB",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub root_volume_gib: Option<u32>,
}

impl NodeGroup {
    /// The zones of the cluster that it uses.
    pub fn used_zones(&self, cluster: &[String]) -> Vec<String> {
        let used = |zone: &&String| self.zones.is_empty() || self.zones.contains(zone);
        cluster.iter().filter(used).cloned().collect()
    }
}

/// Several instance types in one group, by kops's names; the group's own type comes first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct MixedInstances {
    /// Additional types beside the group's own one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub instances: Vec<String>,
    /// Instances in all zones together that are bought on demand before any spot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_demand_base: Option<u32>,
    /// Percentage on demand above that base; absent: 0 with `spot`, else 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_demand_above_base: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spot_allocation_strategy: Option<SpotAllocation>,
}

/// How EC2 chooses among spot pools, by kops's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SpotAllocation {
    LowestPrice,
    Diversified,
    CapacityOptimized,
    CapacityOptimizedPrioritized,
    PriceCapacityOptimized,
}

/// Who reaches what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Access {
    /// Path of a public key in OpenSSH form; a leading `~/` is the home folder.
    pub ssh_public_key: String,
    /// Who may reach SSH; empty means the VPC's CIDRs.
    pub ssh: Vec<Ipv4Net>,
    /// Who may reach the Kubernetes API; empty means the VPC's CIDRs.
    pub api: Vec<Ipv4Net>,
    pub api_load_balancer: ApiLoadBalancer,
    pub bastion: bool,
}

/// The network plugin, by kops's names.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Networking {
    #[default]
    Cilium,
    CiliumEni,
    CiliumEtcd,
    Calico,
    #[serde(rename = "amazonvpc")]
    #[strum(to_string = "amazonvpc")]
    AmazonVpc,
    Flannel,
    KubeRouter,
    Kindnet,
    Cni,
}

impl Networking {
    /// Every plugin of kops 1.36 that a private topology can have.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// The name that `kops create cluster --networking` takes.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// The name of its field in kops's v1alpha2 spec.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Cilium | Self::CiliumEni | Self::CiliumEtcd => "cilium",
            Self::KubeRouter => "kuberouter",
            other => other.word(),
        }
    }

    /// Whether pods take their addresses from the private subnets.
    pub fn pods_in_subnets(self) -> bool {
        matches!(self, Self::AmazonVpc | Self::CiliumEni)
    }
}

/// How the cluster's names are resolved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "lowercase")]
pub enum Dns {
    #[default]
    None,
    Private,
    Public,
}

/// Where the API's load balancer is reached from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "lowercase")]
pub enum ApiLoadBalancer {
    #[default]
    Internal,
    Public,
}

impl Default for Answers {
    fn default() -> Self {
        Self {
            cluster: String::new(),
            region: String::new(),
            state_store: String::new(),
            vpc: String::new(),
            channel: String::new(),
            kubernetes_version: String::new(),
            networking: Networking::default(),
            dns: Dns::default(),
            dns_zone: String::new(),
            discovery_store: String::new(),
            zones: Vec::new(),
            tag_subnets: None,
            control_plane: ControlPlane::default(),
            instance_groups: vec![NodeGroup::default()],
            access: Access::default(),
            iam: IamAnswers::default(),
            secrets: Secrets::default(),
            overrides: Overrides::default(),
        }
    }
}

impl Default for ControlPlane {
    fn default() -> Self {
        Self {
            count: 3,
            machine_type: "t3.medium".to_owned(),
            image: None,
            root_volume_gib: None,
        }
    }
}

impl Default for NodeGroup {
    fn default() -> Self {
        Self {
            name: "nodes".to_owned(),
            machine_type: "t3.large".to_owned(),
            min: 3,
            max: 6,
            per_zone: true,
            zones: Vec::new(),
            spot: false,
            mixed_instances_policy: None,
            labels: BTreeMap::new(),
            taints: Vec::new(),
            image: None,
            root_volume_gib: None,
        }
    }
}

impl NodeGroup {
    /// The instance types beside the group's own.
    pub fn additional_types(&self) -> &[String] {
        self.mixed_instances_policy
            .as_ref()
            .map_or(&[], |policy| &policy.instances)
    }
}

impl Default for Access {
    fn default() -> Self {
        Self {
            ssh_public_key: "~/.ssh/id_ed25519.pub".to_owned(),
            ssh: Vec::new(),
            api: Vec::new(),
            api_load_balancer: ApiLoadBalancer::default(),
            bastion: false,
        }
    }
}

fn yes() -> bool {
    true
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_false(value: &bool) -> bool {
    !*value
}
