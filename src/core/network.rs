//! The addresses of a VPC and the way out of it.

pub mod address_map;
pub mod cidr;
pub mod egress;
pub mod existing_subnet;
pub mod subnet_tiers;
