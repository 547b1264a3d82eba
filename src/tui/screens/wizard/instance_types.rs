//! The region's instance types, as they are picked and shown.

use super::Wizard;
use super::form::Choice;
use crate::core::inventory::InstanceType;

/// A type with what it has, where EC2 was asked.
pub(super) fn described(wizard: &Wizard, name: &str) -> String {
    let inventory = wizard.inventory();
    let kind = inventory.and_then(|inventory| inventory.instance_type(name));
    match kind {
        Some(kind) => [name.to_owned()]
            .into_iter()
            .chain(figures(kind))
            .collect::<Vec<_>>()
            .join("  "),
        None => name.to_owned(),
    }
}

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
            cells: [kind.name.clone()]
                .into_iter()
                .chain(figures(kind))
                .chain([offered(kind)])
                .collect(),
        })
        .collect()
}

fn figures(kind: &InstanceType) -> [String; 3] {
    [
        format!("{} vCPU", kind.vcpus),
        format!("{} GiB", gib(kind.memory_mib)),
        kind.architectures.join(" "),
    ]
}

fn gib(mib: u64) -> String {
    if mib.is_multiple_of(1024) {
        (mib / 1024).to_string()
    } else {
        format!("{}.{}", mib / 1024, mib % 1024 * 10 / 1024)
    }
}
