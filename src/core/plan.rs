//! The cluster as far as it is decided: what the spec is written from.

use std::collections::BTreeMap;

use ipnet::Ipv4Net;

use crate::core::answers::{Answers, SpotAllocation};

/// The cluster as far as it is decided; the spec is drawn from it and nothing else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// What is as it was answered.
    pub answers: Answers,
    /// As kops's `--channel` takes it.
    pub channel: String,
    pub kubernetes_version: String,
    /// Empty until a VPC is chosen.
    pub network_id: String,
    /// The VPC's primary CIDR.
    pub network_cidr: Option<Ipv4Net>,
    pub additional_cidrs: Vec<Ipv4Net>,
    pub zones: Vec<ZonePlan>,
    /// The control plane's groups first, then bastions, then nodes.
    pub groups: Vec<PlannedGroup>,
    pub ssh_access: Vec<Ipv4Net>,
    pub api_access: Vec<Ipv4Net>,
    /// The zones whose subnets the API's load balancer is in; empty for all of them.
    pub api_zones: Vec<String>,
}

/// One zone's pair of subnets; a CIDR is absent while it cannot be placed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZonePlan {
    pub name: String,
    /// The NAT gateway's id; empty while none is chosen.
    pub egress: String,
    pub private: Option<Ipv4Net>,
    pub utility: Option<Ipv4Net>,
}

/// What an instance group is for, by the words of the kops spec.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum GroupRole {
    ControlPlane,
    Bastion,
    #[default]
    Node,
}

/// One kops instance group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedGroup {
    pub name: String,
    /// The name that the answers have for it and for those beside it in other zones.
    pub asked: String,
    pub role: GroupRole,
    pub machine_type: String,
    pub image: Option<String>,
    pub root_volume_gib: Option<u32>,
    pub min: u32,
    pub max: u32,
    pub mixed: Option<Mixed>,
    pub labels: BTreeMap<String, String>,
    pub taints: Vec<String>,
    /// Names of the zones whose private subnets it uses (utility subnets for a bastion).
    pub zones: Vec<String>,
}

/// Several instance types or spot instances in one group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mixed {
    /// The group's own type first.
    pub instances: Vec<String>,
    /// `None` leaves it to kops: no base.
    pub on_demand_base: Option<u32>,
    /// Percentage on demand above the base, 0 to 100; `None` leaves it to kops: all of them.
    pub on_demand_above_base: Option<u32>,
    /// `None` where nothing is bought on the spot market.
    pub spot_allocation: Option<SpotAllocation>,
}
