//! The cluster as far as it is decided: what the spec is written from.

use std::collections::BTreeMap;

use ipnet::Ipv4Net;

use crate::core::answers::{Answers, SpotAllocation, ZoneAnswer};
use crate::core::network::cidr::Tier;

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
    /// Whether kops leaves the subnets that exist without tags of its own.
    pub untagged_subnets: bool,
}

/// One zone's pair of subnets; a CIDR is absent while it cannot be placed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ZonePlan {
    pub name: String,
    /// What the private subnet leaves by, as kops's `egress` takes it; empty while it is not chosen.
    pub egress: String,
    pub private: Option<Ipv4Net>,
    pub utility: Option<Ipv4Net>,
    /// Ids of the subnets that exist; empty where kops makes one.
    pub private_subnet: String,
    pub utility_subnet: String,
}

// Here, because the answers know nothing of networks.
impl ZoneAnswer {
    /// The id of the subnet that exists for a tier; empty where kops makes one.
    pub fn subnet(&self, tier: Tier) -> &str {
        match tier {
            Tier::Private => &self.private_subnet,
            Tier::Utility => &self.utility_subnet,
        }
    }

    /// Names the subnet that exists for a tier; an empty id takes it back.
    pub fn set_subnet(&mut self, tier: Tier, id: &str) {
        let place = match tier {
            Tier::Private => &mut self.private_subnet,
            Tier::Utility => &mut self.utility_subnet,
        };
        id.clone_into(place);
    }
}

impl ZonePlan {
    /// The CIDR of a tier's subnet.
    pub fn cidr(&self, tier: Tier) -> Option<Ipv4Net> {
        match tier {
            Tier::Private => self.private,
            Tier::Utility => self.utility,
        }
    }

    /// The id of the subnet that exists for a tier; empty where kops makes one.
    pub fn subnet(&self, tier: Tier) -> &str {
        match tier {
            Tier::Private => &self.private_subnet,
            Tier::Utility => &self.utility_subnet,
        }
    }

    pub(in crate::core) fn set_cidr(&mut self, tier: Tier, cidr: Ipv4Net) {
        match tier {
            Tier::Private => self.private = Some(cidr),
            Tier::Utility => self.utility = Some(cidr),
        }
    }
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
