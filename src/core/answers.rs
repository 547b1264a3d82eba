//! The answers file: everything a person decides about a cluster, in one YAML document that lives in git.

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

/// The Kubernetes version proposed when kops's channel cannot be read; kops 1.36.2's own stable line.
pub const DEFAULT_KUBERNETES_VERSION: &str = "1.35.5";

/// The answers, complete or still being given: a missing one is a problem of the plan, an unknown key an error here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Answers {
    pub cluster: String,
    pub region: String,
    pub state_store: String,
    pub vpc: String,
    pub kubernetes_version: String,
    pub networking: Networking,
    pub dns: Dns,
    pub zones: Vec<ZoneAnswer>,
    pub control_plane: ControlPlane,
    pub instance_groups: Vec<NodeGroup>,
    pub access: Access,
}

/// One zone, the NAT gateway its private subnet leaves by, and its blocks when they are fixed by hand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ZoneAnswer {
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub egress: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private_cidr: Option<Ipv4Net>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub utility_cidr: Option<Ipv4Net>,
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
    pub image: Option<String>,
    #[serde(
        rename = "rootVolumeGiB",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub root_volume_gib: Option<u32>,
}

/// Who reaches what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Access {
    /// Path of a public key in OpenSSH form; a leading `~/` is the home folder.
    pub ssh_public_key: String,
    /// Who may reach SSH; empty means the VPC's own blocks.
    pub ssh: Vec<Ipv4Net>,
    /// Who may reach the Kubernetes API; empty means the VPC's own blocks.
    pub api: Vec<Ipv4Net>,
    pub api_load_balancer: ApiLoadBalancer,
    pub bastion: bool,
}

/// The network plugin, by kops's names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Networking {
    #[default]
    Cilium,
    Calico,
    AmazonVpc,
}

/// How the cluster's names are resolved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dns {
    #[default]
    None,
    Private,
    Public,
}

/// Where the API's load balancer is reached from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ApiLoadBalancer {
    #[default]
    Internal,
    Public,
}

/// Why a text is not an answers file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswersError {
    /// Where and what, in words of the YAML reader.
    #[error("{0}")]
    Form(String),
    #[error(
        "it is {0} bytes long, and an answers file has a few hundred lines; the limit is 1 MiB"
    )]
    TooLong(usize),
}

const LONGEST: usize = 1 << 20;

impl Answers {
    /// Reads one YAML document of at most 1 MiB; unknown keys and wrong types are errors that name them.
    pub fn parse(text: &str) -> Result<Self, AnswersError> {
        if text.len() > LONGEST {
            return Err(AnswersError::TooLong(text.len()));
        }
        serde_yaml::from_str(text).map_err(|error| AnswersError::Form(error.to_string()))
    }

    /// Every image that they name, sorted, without repeats.
    pub fn images(&self) -> Vec<String> {
        let groups = self.instance_groups.iter().map(|group| &group.image);
        let mut named: Vec<String> = groups
            .chain([&self.control_plane.image])
            .flatten()
            .cloned()
            .collect();
        named.sort();
        named.dedup();
        named
    }

    /// The answers as YAML: the same answers give the same bytes.
    pub fn to_yaml(&self) -> String {
        serde_yaml::to_string(self).unwrap_or_default()
    }
}

impl Default for Answers {
    fn default() -> Self {
        Self {
            cluster: String::new(),
            region: String::new(),
            state_store: String::new(),
            vpc: String::new(),
            kubernetes_version: DEFAULT_KUBERNETES_VERSION.to_owned(),
            networking: Networking::default(),
            dns: Dns::default(),
            zones: Vec::new(),
            control_plane: ControlPlane::default(),
            instance_groups: vec![NodeGroup::default()],
            access: Access::default(),
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
            image: None,
            root_volume_gib: None,
        }
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
