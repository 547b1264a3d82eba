//! What EC2 says is there: facts only, as `discover --output json` prints them and `plan --inventory` reads them.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use ipnet::{Ipv4Net, Ipv6Net};
use serde::{Deserialize, Serialize};

use super::untrusted::Untrusted;

/// Tags as EC2 returns them.
pub type Tags = BTreeMap<Untrusted, Untrusted>;

/// One account in one region.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Inventory {
    /// The 12-digit account number, when STS told it.
    #[serde(default)]
    pub account: Option<String>,
    pub region: String,
    /// Availability zones of the region, sorted by name; local and wavelength zones are left out.
    pub zones: Vec<Zone>,
    pub vpcs: Vec<Vpc>,
    /// Empty when the types were not asked for or could not be read.
    #[serde(default)]
    pub instance_types: Vec<InstanceType>,
    /// Facts that could not be read, and what would make them readable.
    #[serde(default)]
    pub missing: Vec<MissingFact>,
}

/// One availability zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Zone {
    pub name: String,
    /// False when EC2 reports the zone as impaired, unavailable or not opted in.
    pub available: bool,
}

/// One VPC with everything in it that a cluster could meet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Vpc {
    pub id: String,
    #[serde(default)]
    pub tags: Tags,
    /// Associated IPv4 blocks, the primary one first.
    pub cidrs: Vec<Ipv4Net>,
    #[serde(default)]
    pub ipv6_cidrs: Vec<Ipv6Net>,
    /// `None` when the attribute could not be read.
    #[serde(default)]
    pub dns_support: Option<bool>,
    #[serde(default)]
    pub dns_hostnames: Option<bool>,
    /// True for the default VPC of the region.
    #[serde(default)]
    pub default: bool,
    /// Ids of the internet gateways attached.
    #[serde(default)]
    pub internet_gateways: Vec<String>,
    #[serde(default)]
    pub subnets: Vec<Subnet>,
    #[serde(default)]
    pub route_tables: Vec<RouteTable>,
    #[serde(default)]
    pub nat_gateways: Vec<NatGateway>,
}

/// One existing subnet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Subnet {
    pub id: String,
    #[serde(default)]
    pub tags: Tags,
    pub cidr: Ipv4Net,
    pub zone: String,
    /// Addresses EC2 counts as free; `None` when it did not say.
    #[serde(default)]
    pub free_addresses: Option<u32>,
}

/// One route table and the subnets tied to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RouteTable {
    pub id: String,
    #[serde(default)]
    pub tags: Tags,
    /// True for the VPC's main table, which serves every subnet without an association.
    #[serde(default)]
    pub main: bool,
    #[serde(default)]
    pub subnets: Vec<String>,
    pub routes: Vec<Route>,
}

/// One route: a CIDR or a prefix list, and where it leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Route {
    pub destination: String,
    pub target: RouteTarget,
    /// True when the target is gone.
    #[serde(default)]
    pub blackhole: bool,
}

/// Where a route leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind", content = "id")]
pub enum RouteTarget {
    Local,
    InternetGateway(String),
    NatGateway(String),
    Peering(String),
    TransitGateway(String),
    VpnGateway(String),
    Other(String),
}

/// One NAT gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NatGateway {
    pub id: String,
    #[serde(default)]
    pub tags: Tags,
    pub state: NatState,
    pub connectivity: Connectivity,
    /// True for a regional NAT gateway, which belongs to no zone.
    #[serde(default)]
    pub regional: bool,
    /// The subnet it sits in; `None` for a regional one.
    #[serde(default)]
    pub subnet: Option<String>,
    /// The zone of that subnet.
    #[serde(default)]
    pub zone: Option<String>,
    pub addresses: Vec<NatAddress>,
}

/// Life of a NAT gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NatState {
    Pending,
    Available,
    Failed,
    Deleting,
    Deleted,
    Unknown,
}

/// Whether a NAT gateway reaches the internet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Connectivity {
    Public,
    Private,
}

/// One address of a NAT gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NatAddress {
    #[serde(default)]
    pub public: Option<Ipv4Addr>,
    #[serde(default)]
    pub private: Option<Ipv4Addr>,
    /// The Elastic IP's allocation id.
    #[serde(default)]
    pub allocation: Option<String>,
}

/// One instance type and where it is offered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InstanceType {
    pub name: String,
    pub vcpus: u32,
    pub memory_mib: u64,
    /// EC2's names: `x86_64`, `arm64`.
    pub architectures: Vec<String>,
    /// Zones of the region that offer it, sorted.
    pub zones: Vec<String>,
}

/// A fact that could not be read: nothing else stops because of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MissingFact {
    /// What is unknown, in words.
    pub fact: String,
    /// The IAM action that would allow it, such as `ec2:DescribeNatGateways`.
    pub action: String,
    pub reason: Untrusted,
}

/// Whose a resource is, read from its tags.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase", tag = "by", content = "cluster")]
pub enum Owner {
    /// Owned by this kops cluster, which deletes it with itself.
    Kops(Untrusted),
    Terraform,
    Other,
}

const CLUSTER_TAG: &str = "kubernetes.io/cluster/";

/// The `Name` tag, when there is one that is not empty.
pub fn name_of(tags: &Tags) -> Option<&Untrusted> {
    tags.get(&Untrusted::from("Name"))
        .filter(|name| !name.raw().is_empty())
}

/// Whose it is: kops by its cluster tag `owned`, Terraform by a `Managed By` kind of tag.
pub fn owner_of(tags: &Tags) -> Owner {
    let owning = tags.iter().find_map(|(key, value)| {
        let cluster = key.raw().strip_prefix(CLUSTER_TAG)?;
        (value.raw() == "owned").then(|| Untrusted::from(cluster))
    });
    match owning {
        Some(cluster) => Owner::Kops(cluster),
        None if says_terraform(tags) => Owner::Terraform,
        None => Owner::Other,
    }
}

/// The clusters that use it, owned or shared, by kops's cluster tag; sorted.
pub fn clusters_of(tags: &Tags) -> Vec<Untrusted> {
    tags.keys()
        .filter_map(|key| key.raw().strip_prefix(CLUSTER_TAG))
        .map(Untrusted::from)
        .collect()
}

fn says_terraform(tags: &Tags) -> bool {
    tags.iter().any(|(key, value)| {
        let key = key.raw().to_ascii_lowercase().replace([' ', '-', '_'], "");
        let value = value.raw().to_ascii_lowercase();
        key.contains("terraform")
            || (key == "managedby" && (value.contains("terraform") || value.contains("tofu")))
    })
}

impl Inventory {
    /// The VPC with this id.
    pub fn vpc(&self, id: &str) -> Option<&Vpc> {
        self.vpcs.iter().find(|vpc| vpc.id == id)
    }

    /// The instance type with this name.
    pub fn instance_type(&self, name: &str) -> Option<&InstanceType> {
        self.instance_types.iter().find(|kind| kind.name == name)
    }
}

impl Vpc {
    /// The kops clusters that have subnets here, sorted, without repeats.
    pub fn clusters(&self) -> Vec<Untrusted> {
        let mut found: Vec<_> = self
            .subnets
            .iter()
            .filter_map(|subnet| match owner_of(&subnet.tags) {
                Owner::Kops(cluster) => Some(cluster),
                _ => None,
            })
            .collect();
        found.sort();
        found.dedup();
        found
    }

    /// The existing subnet with this id.
    pub fn subnet(&self, id: &str) -> Option<&Subnet> {
        self.subnets.iter().find(|subnet| subnet.id == id)
    }

    /// The route table that serves a subnet: its own, else the main one.
    pub fn route_table_of(&self, subnet: &str) -> Option<&RouteTable> {
        let own = |table: &&RouteTable| table.subnets.iter().any(|id| id == subnet);
        self.route_tables
            .iter()
            .find(own)
            .or_else(|| self.route_tables.iter().find(|table| table.main))
    }
}
