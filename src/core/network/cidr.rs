//! Addresses: what is free in a VPC, where a cluster's blocks go, and the map that every screen draws of it.
//!
//! A cluster gets one block per zone and tier. Each tier keeps room for four zones, aligned to four blocks, so that a
//! zone added later takes the slot that waited for it and nothing moves. Both tiers side by side make an aligned group
//! of eight; the next cluster takes the next group that nothing touches.

pub mod layout;
pub mod space;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests;

use ipnet::Ipv4Net;
use serde::Serialize;
use strum::IntoStaticStr;

/// What a subnet is for: nodes, or load balancers and bastions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, IntoStaticStr)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Tier {
    Private,
    Utility,
}

/// The slots that each tier keeps, even when fewer zones are used.
pub const SLOTS: usize = 4;

/// The prefix length that a block has when nothing asks for another.
pub const USUAL_PREFIX: u8 = 24;

/// EC2 subnets are /16 to /28 (Amazon VPC user guide, "Subnet sizing").
pub const LARGEST_PREFIX: u8 = 16;

/// The smallest subnet of the private tier.
pub const SMALLEST_PRIVATE: u8 = 28;

/// The smallest subnet of the utility tier: a load balancer wants 8 free addresses (Elastic Load Balancing user guide).
pub const SMALLEST_UTILITY: u8 = 27;

/// Addresses that EC2 keeps for itself in every subnet.
pub const LOST_ADDRESSES: u32 = 5;

impl Tier {
    /// Both, in the order in which they lie.
    pub const ALL: [Self; 2] = [Self::Private, Self::Utility];

    /// The word that people read.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// kops's name for the subnet of this tier in a zone.
    pub fn subnet(self, zone: &str) -> String {
        match self {
            Self::Private => zone.to_owned(),
            Self::Utility => format!("utility-{zone}"),
        }
    }

    /// The longest prefix length that a block of this tier may have.
    pub fn smallest(self) -> u8 {
        match self {
            Self::Private => SMALLEST_PRIVATE,
            Self::Utility => SMALLEST_UTILITY,
        }
    }
}

/// kops's `nonMasqueradeCIDR`, from which pods and services get addresses: 100.64.0.0/10.
pub fn non_masquerade() -> Ipv4Net {
    net(0x6440_0000, 10)
}

/// Whether two blocks share an address.
pub fn overlap(one: Ipv4Net, other: Ipv4Net) -> bool {
    one.contains(&other) || other.contains(&one)
}

/// The longest prefix whose block holds this many addresses, those that EC2 keeps included; 0 to 32.
pub fn prefix_for(addresses: u32) -> u8 {
    let bits = addresses
        .max(1)
        .checked_next_power_of_two()
        .map_or(32, u32::trailing_zeros);
    u8::try_from(32 - bits).unwrap_or(0)
}

/// How many addresses a block has.
pub fn size(prefix: u8) -> u64 {
    1 << (32 - u32::from(prefix.min(32)))
}

// Prefix lengths are 0 to 32 by construction, and the address is cut to the block's first one.
fn net(first: u32, prefix: u8) -> Ipv4Net {
    Ipv4Net::new(first.into(), prefix.min(32))
        .unwrap_or_default()
        .trunc()
}

// The block that starts so many addresses into a larger one; outside IPv4 it saturates at its end.
fn block_at(first: u64, prefix: u8) -> Ipv4Net {
    net(u32::try_from(first).unwrap_or(u32::MAX), prefix)
}

pub(crate) fn first_of(net: Ipv4Net) -> u64 {
    u64::from(u32::from(net.network()))
}

pub(crate) fn last_of(net: Ipv4Net) -> u64 {
    u64::from(u32::from(net.broadcast()))
}
