//! The region's instance types, as they are picked.

use super::Wizard;
use super::form::Choice;
use crate::core::inventory::InstanceType;

/// The types to pick from, with what each has and how many of the chosen zones offer it.
pub fn instance_types(wizard: &Wizard) -> Vec<Choice> {
    let zones = &wizard.answers.zones;
    let offered = |kind: &InstanceType| {
        let there = zones.iter().filter(|zone| kind.zones.contains(&zone.name));
        format!("{}/{} zones", there.count(), zones.len())
    };
    let known = wizard.inventory().into_iter();
    known
        .flat_map(|inventory| &inventory.instance_types)
        .map(|kind| Choice {
            value: kind.name.clone(),
            searched: kind.name.clone(),
            cells: kind.cells().into_iter().chain([offered(kind)]).collect(),
        })
        .collect()
}
