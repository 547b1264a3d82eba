//! The region's instance types, as they are picked.

use super::Wizard;
use super::choice::Choice;
use crate::core::inventory::InstanceType;

/// The types to pick from, those that all chosen zones offer first; the others are dim and say where they are missing.
pub fn instance_types(wizard: &Wizard) -> Vec<Choice> {
    let zones: Vec<&str> = wizard
        .answers
        .zones
        .iter()
        .map(|zone| zone.name.as_str())
        .collect();
    let known = wizard.inventory().into_iter();
    let types = known.flat_map(|inventory| &inventory.instance_types);
    let mut choices: Vec<Choice> = types.map(|kind| choice(wizard, kind, &zones)).collect();
    choices.sort_by_key(|choice| choice.dim);
    choices
}

fn choice(wizard: &Wizard, kind: &InstanceType, zones: &[&str]) -> Choice {
    let missing = |zone: &&&str| !kind.zones.iter().any(|offered| offered == **zone);
    let missing: Vec<&str> = zones
        .iter()
        .filter(missing)
        .map(|zone| last_word(zone))
        .collect();
    let offered = match missing.as_slice() {
        [] => format!("{}/{} zones", zones.len(), zones.len()),
        missing => format!("not in {}", missing.join(", ")),
    };
    let price = || wizard.price_of(&kind.name).unwrap_or_default();
    let price = wizard.has_prices().then(price);
    let architectures = kind.architectures.join(" ");
    Choice {
        value: kind.name.clone(),
        searched: format!("{} {architectures}", kind.name),
        figures: figures(kind),
        cells: kind
            .cells()
            .into_iter()
            .chain(price)
            .chain([offered])
            .collect(),
        dim: !missing.is_empty(),
        whole: wizard.price_source(&kind.name),
        ..Choice::default()
    }
}

// `1b` of us-east-1b: the region is that of all.
fn last_word(zone: &str) -> &str {
    zone.rsplit('-').next().unwrap_or(zone)
}

// As they are typed: `8vcpu`, `16gib`, and `amd64`, which is AWS's x86_64.
fn figures(kind: &InstanceType) -> Vec<String> {
    let [_, vcpus, memory, _] = kind
        .cells()
        .map(|cell| cell.to_lowercase().replace(' ', ""));
    let amd64 = kind.architectures.iter().any(|one| one == "x86_64");
    let amd64 = amd64.then(|| "amd64".to_owned());
    [vcpus, memory].into_iter().chain(amd64).collect()
}
