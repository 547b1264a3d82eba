//! What EC2 reports: facts only, as `discover --output json` prints them and `plan --inventory` reads them.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use ipnet::{Ipv4Net, Ipv6Net};
use serde::{Deserialize, Serialize};

use super::channel::Versions;
use super::fault::Fault;
use crate::core::text::untrusted::{Untrusted, visible};

mod before;
mod missing;
mod owner;
mod usage;

pub use missing::{MissingFact, Unread};
pub use owner::{Owner, clusters_of, name_of, owner_of};
pub use usage::{VcpusInUse, is_standard};

/// The IAM actions that read what is in the account.
pub const DESCRIBE_VPCS: &str = "ec2:DescribeVpcs";
pub const DESCRIBE_SUBNETS: &str = "ec2:DescribeSubnets";
pub const DESCRIBE_ROUTE_TABLES: &str = "ec2:DescribeRouteTables";
pub const DESCRIBE_INTERNET_GATEWAYS: &str = "ec2:DescribeInternetGateways";
pub const DESCRIBE_NAT_GATEWAYS: &str = "ec2:DescribeNatGateways";

/// Tags as EC2 returns them.
pub type Tags = BTreeMap<Untrusted, Untrusted>;

/// One account in one region.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Inventory {
    /// The 12-digit account number, when STS gave it.
    #[serde(default)]
    pub account: Option<String>,
    pub region: String,
    /// Availability zones of the region, sorted by name; local and wavelength zones are left out.
    pub zones: Vec<Zone>,
    pub vpcs: Vec<Vpc>,
    /// Empty when the types were not asked for or could not be read.
    #[serde(default)]
    pub instance_types: Vec<InstanceType>,
    /// Seconds since the instance types were read from EC2; 0 when they were just read.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub instance_types_age_seconds: u64,
    /// The images that the answers name, as far as EC2 was asked about them; sorted by [`Image::asked`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<Image>,
    #[serde(default, skip_serializing_if = "Quotas::is_unread")]
    pub quotas: Quotas,
    /// vCPUs of running instances, by cluster, sorted, what belongs to none first; `None` when they could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vcpus_in_use: Option<Vec<VcpusInUse>>,
    /// What kops's channel says; `None` when it was not asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub versions: Option<Versions>,
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
    /// The 12-digit number of the account that owns it, when EC2 gave it: another one where it is shared through AWS RAM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
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
    /// Ids of the subnets without an IPv4 CIDR, sorted; nothing of a cluster fits into them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ipv6_only_subnets: Vec<String>,
    #[serde(default)]
    pub route_tables: Vec<RouteTable>,
    #[serde(default)]
    pub nat_gateways: Vec<NatGateway>,
}

/// One existing subnet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    /// The 12-digit number of the account that owns it, when EC2 gave it: another one where it is shared through AWS RAM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Whether what starts in it gets an IPv6 address by itself.
    #[serde(default, skip_serializing_if = "is_false")]
    pub assigns_ipv6: bool,
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
    /// The blocks of the prefix list that is the destination, sorted; empty for any other destination, and for a list that
    /// could not be read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prefixes: Vec<Ipv4Net>,
    pub target: RouteTarget,
    /// True when the target is gone.
    #[serde(default)]
    pub blackhole: bool,
}

/// Where a route leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind", content = "id")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
    /// EC2's code and message when it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Untrusted>,
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
    /// How many network interfaces it has at most, and IPv4 addresses on each; absent when EC2 did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interfaces: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub addresses_per_interface: Option<u32>,
    /// Zones of the region that offer it, sorted.
    pub zones: Vec<String>,
}

/// One image that the answers name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Image {
    /// As the answers name it: `ami-…`, `OWNER/NAME`, or a name of the account's own.
    pub asked: String,
    /// What kops would take for it: of several of one name, the newest; `None` when EC2 shows the account none.
    pub found: Option<FoundImage>,
}

/// An image as EC2 describes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FoundImage {
    pub id: String,
    #[serde(default)]
    pub name: Option<Untrusted>,
    /// EC2's name: `x86_64`, `arm64` and others.
    pub architecture: String,
    /// False when EC2 says that it is pending, failed, disabled or deregistered.
    pub available: bool,
    /// The size of its snapshot, below which no root volume can be; `None` when EC2 did not say.
    #[serde(rename = "rootVolumeGiB", default)]
    pub root_volume_gib: Option<u32>,
}

/// What Service Quotas allows the account in the region; `None` for a quota that could not be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Quotas {
    /// L-407747CB.
    pub subnets_per_vpc: Option<u32>,
    /// L-589F43AA.
    pub route_tables_per_vpc: Option<u32>,
    /// vCPUs of running On-Demand instances of the families A, C, D, H, I, M, R, T, Z together: L-1216C47A.
    pub on_demand_vcpus: Option<u32>,
    /// vCPUs of Spot requests for the same families: L-34B43A08.
    pub spot_vcpus: Option<u32>,
}

impl Inventory {
    /// Why what an IAM action reads is not known; absent when it was read.
    pub fn unread(&self, action: &str) -> Option<&MissingFact> {
        self.missing.iter().find(|fact| fact.action == action)
    }

    /// Why there is no VPC to choose: the region has none, or they could not be read.
    pub fn no_vpc(&self) -> Fault {
        let region = visible(&self.region);
        match self.unread(DESCRIBE_VPCS) {
            Some(fact) => Fault::new(
                format!("the VPCs of {region} are not known"),
                fact.reason.shown(),
                fact.remedy(),
            ),
            None => Fault::new(
                format!("no VPC was found in {region}"),
                "a cluster goes into a VPC that exists, such as one that Terraform made",
                "check account and region, or make the VPC first",
            ),
        }
    }

    /// The VPC with this id.
    pub fn vpc(&self, id: &str) -> Option<&Vpc> {
        self.vpcs.iter().find(|vpc| vpc.id == id)
    }

    /// The account that shares this VPC through AWS RAM; `None` for the account's own, and where it is not known.
    pub fn shared_by<'a>(&self, vpc: &'a Vpc) -> Option<&'a str> {
        self.another_account(vpc.owner.as_deref())
    }

    /// The account that shares this subnet through AWS RAM; `None` for the account's own, and where it is not known.
    pub fn subnet_shared_by<'a>(&self, subnet: &'a Subnet) -> Option<&'a str> {
        self.another_account(subnet.owner.as_deref())
    }

    fn another_account<'a>(&self, owner: Option<&'a str>) -> Option<&'a str> {
        let own = self.account.as_deref()?;
        owner.filter(|owner| *owner != own)
    }

    /// What EC2 was asked about the image that the answers name so; `None` when it was not asked.
    pub fn image(&self, asked: &str) -> Option<&Image> {
        self.images.iter().find(|image| image.asked == asked)
    }

    /// The instance type with this name.
    pub fn instance_type(&self, name: &str) -> Option<&InstanceType> {
        self.instance_types.iter().find(|kind| kind.name == name)
    }

    /// Takes over the DNS attributes that are known of a VPC, where this inventory does not know them.
    pub fn keep_dns_of(&mut self, known: &Self) {
        for vpc in &mut self.vpcs {
            if let Some(before) = known.vpc(&vpc.id) {
                vpc.dns_support = vpc.dns_support.or(before.dns_support);
                vpc.dns_hostnames = vpc.dns_hostnames.or(before.dns_hostnames);
            }
        }
    }
}

impl InstanceType {
    /// Name, vCPUs, memory and architectures, as people read them.
    pub fn cells(&self) -> [String; 4] {
        let (gib, rest) = (self.memory_mib / 1024, self.memory_mib % 1024);
        let memory = match rest {
            0 => gib.to_string(),
            rest => format!("{gib}.{}", rest * 10 / 1024),
        };
        [
            self.name.clone(),
            format!("{} vCPU", self.vcpus),
            format!("{memory} GiB"),
            self.architectures.join(" "),
        ]
    }
}

impl Quotas {
    /// Whether not one of them is known.
    pub fn is_unread(&self) -> bool {
        *self == Self::default()
    }
}

impl Route {
    /// The IPv4 blocks that this route takes: its destination, or what the prefix list there holds.
    pub fn ranges(&self) -> Vec<Ipv4Net> {
        let own = self.destination.parse::<Ipv4Net>();
        own.map_or_else(|_| self.prefixes.clone(), |net| vec![net.trunc()])
    }
}

impl RouteTarget {
    /// What it is and its id, in words; `local` for the VPC itself.
    pub fn shown(&self) -> String {
        let (kind, id) = match self {
            Self::Local => return "local".to_owned(),
            Self::InternetGateway(id) => ("internet gateway", id),
            Self::NatGateway(id) => ("NAT gateway", id),
            Self::Peering(id) => ("peered VPC", id),
            Self::TransitGateway(id) => ("transit gateway", id),
            Self::VpnGateway(id) => ("VPN gateway", id),
            Self::Other(id) => return visible(id),
        };
        format!("{kind} {}", visible(id))
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

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_false(value: &bool) -> bool {
    !*value
}
