//! What a row is picked from: its own list, the subnets of its zone, else the region's instance types.

use super::choice::Choice;
use super::field::{Field, Item};
use super::instance_types::instance_types;
use super::{Wizard, subnets};

/// The values of a row's list; empty where nothing is known of them.
pub fn choices(wizard: &Wizard, field: &Field) -> Vec<Choice> {
    match (field.key.spec.list, &field.key.item) {
        (Some(list), item) => list(wizard, item),
        (None, Item::Subnet(tier, zone)) => subnets::choices(wizard, *tier, zone),
        (None, _) => instance_types(wizard),
    }
}
