//! EC2's values → the inventory's. What EC2 adds later (states, targets) becomes `Unknown` or `Other`, never an error.

use std::net::Ipv4Addr;

use aws_sdk_ec2::types as ec2;
use ipnet::{Ipv4Net, Ipv6Net};

use crate::core::inventory::{
    Connectivity, NatAddress, NatGateway, NatState, Route, RouteTable, RouteTarget, Subnet, Tags,
    Vpc, Zone,
};
use crate::core::text::untrusted::Untrusted;

/// A VPC without what is in it; `None` when EC2 gave no id.
pub(super) fn vpc(from: ec2::Vpc) -> Option<Vpc> {
    Some(Vpc {
        cidrs: cidrs_of(&from),
        ipv6_cidrs: ipv6_cidrs_of(&from),
        id: from.vpc_id?,
        owner: from.owner_id,
        tags: tags(from.tags),
        dns_support: None,
        dns_hostnames: None,
        default: from.is_default.unwrap_or(false),
        internet_gateways: Vec::new(),
        subnets: Vec::new(),
        ipv6_only_subnets: Vec::new(),
        route_tables: Vec::new(),
        nat_gateways: Vec::new(),
    })
}

// The primary block stands first; a block that is leaving or failed is not the VPC's any more.
fn cidrs_of(from: &ec2::Vpc) -> Vec<Ipv4Net> {
    let primary = from.cidr_block().and_then(|block| block.parse().ok());
    let mut others: Vec<Ipv4Net> = from
        .cidr_block_association_set()
        .iter()
        .filter(|one| is_associated(one.cidr_block_state()))
        .filter_map(|one| one.cidr_block()?.parse().ok())
        .filter(|block| Some(*block) != primary)
        .collect();
    others.sort();
    primary.into_iter().chain(others).collect()
}

fn ipv6_cidrs_of(from: &ec2::Vpc) -> Vec<Ipv6Net> {
    let mut blocks: Vec<Ipv6Net> = from
        .ipv6_cidr_block_association_set()
        .iter()
        .filter(|one| is_associated(one.ipv6_cidr_block_state()))
        .filter_map(|one| one.ipv6_cidr_block()?.parse().ok())
        .collect();
    blocks.sort();
    blocks
}

fn is_associated(state: Option<&ec2::VpcCidrBlockState>) -> bool {
    use ec2::VpcCidrBlockStateCode as Code;
    match state.and_then(|state| state.state()) {
        Some(code) => matches!(code, Code::Associated | Code::Associating),
        None => true,
    }
}

/// A subnet as EC2 describes it.
#[derive(Debug)]
pub(super) enum SubnetFact {
    WithIpv4(Subnet),
    /// The id of one without an IPv4 block, which no block of ours can meet.
    Ipv6Only(String),
}

/// A subnet and its VPC's id.
pub(super) fn subnet(from: ec2::Subnet) -> Option<(String, SubnetFact)> {
    let (vpc, id) = (from.vpc_id?, from.subnet_id?);
    let cidr = from.cidr_block.unwrap_or_default();
    if cidr.is_empty() {
        return Some((vpc, SubnetFact::Ipv6Only(id)));
    }
    let subnet = Subnet {
        cidr: cidr.parse().ok()?,
        id,
        owner: from.owner_id.filter(|owner| !owner.is_empty()),
        assigns_ipv6: from.assign_ipv6_address_on_creation == Some(true),
        tags: tags(from.tags),
        zone: from.availability_zone.unwrap_or_default(),
        free_addresses: from
            .available_ip_address_count
            .and_then(|count| u32::try_from(count).ok()),
    };
    Some((vpc, SubnetFact::WithIpv4(subnet)))
}

/// A route table and its VPC's id.
pub(super) fn route_table(from: ec2::RouteTable) -> Option<(String, RouteTable)> {
    let ties = from.associations.unwrap_or_default();
    let mut subnets: Vec<String> = ties
        .iter()
        .filter_map(|tie| tie.subnet_id.clone())
        .collect();
    subnets.sort();
    let mut routes: Vec<Route> = from
        .routes
        .unwrap_or_default()
        .into_iter()
        .filter_map(route)
        .collect();
    routes.sort_by(|left, right| left.destination.cmp(&right.destination));
    let table = RouteTable {
        id: from.route_table_id?,
        tags: tags(from.tags),
        main: ties.iter().any(|tie| tie.main == Some(true)),
        subnets,
        routes,
    };
    Some((from.vpc_id?, table))
}

fn route(from: ec2::Route) -> Option<Route> {
    let blackhole = from.state == Some(ec2::RouteState::Blackhole);
    let target = target(&from);
    let destination = from
        .destination_cidr_block
        .or(from.destination_ipv6_cidr_block)
        .or(from.destination_prefix_list_id)?;
    Some(Route {
        destination,
        prefixes: Vec::new(),
        target,
        blackhole,
    })
}

fn target(from: &ec2::Route) -> RouteTarget {
    let gateway = from.gateway_id.as_ref().map(|id| match id.as_str() {
        "local" => RouteTarget::Local,
        id if id.starts_with("igw-") => RouteTarget::InternetGateway(id.to_owned()),
        id if id.starts_with("vgw-") => RouteTarget::VpnGateway(id.to_owned()),
        id => RouteTarget::Other(id.to_owned()),
    });
    let nat = || from.nat_gateway_id.clone().map(RouteTarget::NatGateway);
    let peering = || {
        from.vpc_peering_connection_id
            .clone()
            .map(RouteTarget::Peering)
    };
    let transit = || {
        from.transit_gateway_id
            .clone()
            .map(RouteTarget::TransitGateway)
    };
    gateway
        .or_else(nat)
        .or_else(peering)
        .or_else(transit)
        .unwrap_or_else(|| RouteTarget::Other(other_target(from)))
}

// A NAT instance shows as an instance and its interface: the instance is what people know.
fn other_target(from: &ec2::Route) -> String {
    [
        &from.instance_id,
        &from.network_interface_id,
        &from.egress_only_internet_gateway_id,
        &from.carrier_gateway_id,
        &from.local_gateway_id,
        &from.core_network_arn,
        &from.odb_network_arn,
    ]
    .into_iter()
    .find_map(Clone::clone)
    .unwrap_or_default()
}

/// The ids of the VPCs that an internet gateway is attached to, each with the gateway's id.
pub(super) fn attachments(from: ec2::InternetGateway) -> Vec<(String, String)> {
    let Some(id) = from.internet_gateway_id else {
        return Vec::new();
    };
    // EC2 says `available` here where its documentation says `attached`.
    let gone = |state: &ec2::AttachmentStatus| {
        matches!(
            state,
            ec2::AttachmentStatus::Detached | ec2::AttachmentStatus::Detaching
        )
    };
    from.attachments
        .unwrap_or_default()
        .into_iter()
        .filter(|tie| !tie.state.as_ref().is_some_and(gone))
        .filter_map(|tie| Some((tie.vpc_id?, id.clone())))
        .collect()
}

/// A NAT gateway and its VPC's id; its zone is known only from its subnet.
pub(super) fn nat_gateway(from: ec2::NatGateway) -> Option<(String, NatGateway)> {
    let regional = from.availability_mode == Some(ec2::AvailabilityMode::Regional);
    let mut addresses: Vec<NatAddress> = from
        .nat_gateway_addresses
        .unwrap_or_default()
        .into_iter()
        .map(nat_address)
        .collect();
    addresses.sort_by_key(|address| (address.public, address.private));
    let gateway = NatGateway {
        id: from.nat_gateway_id?,
        tags: tags(from.tags),
        state: nat_state(from.state.as_ref()),
        failure: failure(from.failure_code, from.failure_message),
        connectivity: match from.connectivity_type {
            Some(ec2::ConnectivityType::Private) => Connectivity::Private,
            _ => Connectivity::Public,
        },
        regional,
        subnet: from.subnet_id,
        zone: None,
        addresses,
    };
    Some((from.vpc_id?, gateway))
}

fn failure(code: Option<String>, message: Option<String>) -> Option<Untrusted> {
    let parts: Vec<String> = [code, message].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| Untrusted::new(parts.join(": ")))
}

fn nat_state(from: Option<&ec2::NatGatewayState>) -> NatState {
    match from {
        Some(ec2::NatGatewayState::Pending) => NatState::Pending,
        Some(ec2::NatGatewayState::Available) => NatState::Available,
        Some(ec2::NatGatewayState::Failed) => NatState::Failed,
        Some(ec2::NatGatewayState::Deleting) => NatState::Deleting,
        Some(ec2::NatGatewayState::Deleted) => NatState::Deleted,
        _ => NatState::Unknown,
    }
}

fn nat_address(from: ec2::NatGatewayAddress) -> NatAddress {
    let address = |text: Option<String>| text.and_then(|text| text.parse::<Ipv4Addr>().ok());
    NatAddress {
        public: address(from.public_ip),
        private: address(from.private_ip),
        allocation: from.allocation_id,
    }
}

/// A zone, when it is an availability zone; an older API that names no type has no others.
pub(super) fn zone(from: ec2::AvailabilityZone) -> Option<Zone> {
    if from
        .zone_type
        .as_deref()
        .is_some_and(|kind| kind != "availability-zone")
    {
        return None;
    }
    let opted_out = from.opt_in_status == Some(ec2::AvailabilityZoneOptInStatus::NotOptedIn);
    let available = matches!(
        from.state,
        Some(ec2::AvailabilityZoneState::Available) | None
    );
    Some(Zone {
        name: from.zone_name?,
        available: available && !opted_out,
    })
}

pub(super) fn tags(from: Option<Vec<ec2::Tag>>) -> Tags {
    let pair = |tag: ec2::Tag| {
        Some((
            Untrusted::new(tag.key?),
            Untrusted::new(tag.value.unwrap_or_default()),
        ))
    };
    from.unwrap_or_default()
        .into_iter()
        .filter_map(pair)
        .collect()
}
