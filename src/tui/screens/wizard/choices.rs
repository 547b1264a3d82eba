//! What a row is picked from: the subnets of its zone, else the region's instance types.

use super::field::{Field, Item};
use super::form::Choice;
use super::instance_types::instance_types;
use super::{Wizard, subnets};

/// The values of a row's list; empty where nothing is known of them.
pub fn choices(wizard: &Wizard, field: &Field) -> Vec<Choice> {
    match &field.key.item {
        Item::Subnet(tier, zone) => subnets::choices(wizard, *tier, zone),
        _ => instance_types(wizard),
    }
}
