//! Steps 5 and 6, Control plane and Nodes: how many instances of which type.

use std::collections::BTreeMap;

use crate::core::answers::{ControlPlane, MixedInstances, NodeGroup};
use crate::tui::field::{Field, FieldEdit, FieldKey, FieldKind, GroupField, turned};
use crate::tui::form::Choice;
use crate::tui::screens::wizard::Wizard;

const COUNTS: [u32; 3] = [1, 3, 5];
const LARGEST_VOLUME_GIB: u32 = 16_384;
const MOST_NODES: u32 = 10_000;

/// The rows of the control plane.
pub fn control_plane_fields(wizard: &Wizard) -> Vec<Field> {
    let plane = &wizard.answers.control_plane;
    let row = |key, kind, label, value: String| Field::new(key, kind, label, value);
    vec![
        row(
            FieldKey::ControlPlaneCount,
            FieldKind::Choice,
            "Instances",
            plane.count.to_string(),
        ),
        row(
            FieldKey::ControlPlaneMachineType,
            FieldKind::Pick,
            "Instance type",
            described(wizard, &plane.machine_type),
        ),
        row(
            FieldKey::ControlPlaneImage,
            FieldKind::Text,
            "Image",
            plane.image.clone().unwrap_or_default(),
        ),
        row(
            FieldKey::ControlPlaneRootVolume,
            FieldKind::Text,
            "Root volume, GiB",
            optional(plane.root_volume_gib),
        ),
    ]
}

/// The rows of the nodes: eleven for each group, then one that adds a group.
pub fn nodes_fields(wizard: &Wizard) -> Vec<Field> {
    let groups = wizard.answers.instance_groups.iter().enumerate();
    let mut rows: Vec<Field> = groups
        .flat_map(|(index, group)| group_fields(wizard, index, group))
        .collect();
    rows.push(Field::new(
        FieldKey::AddGroup,
        FieldKind::Act,
        "+ instance group",
        "",
    ));
    rows
}

fn group_fields(wizard: &Wizard, index: usize, group: &NodeGroup) -> Vec<Field> {
    use GroupField as Of;
    let number = |value: u32| value.to_string();
    let kind = described(wizard, &group.machine_type);
    let image = group.image.clone().unwrap_or_default();
    let types = further_types(group).join(", ");
    let rows = [
        (
            Of::Name,
            FieldKind::Text,
            "Instance group",
            group.name.clone(),
        ),
        (Of::MachineType, FieldKind::Pick, "  Instance type", kind),
        (Of::Min, FieldKind::Text, "  Min size", number(group.min)),
        (Of::Max, FieldKind::Text, "  Max size", number(group.max)),
        (
            Of::PerZone,
            FieldKind::Choice,
            "  Placement",
            spread(group.per_zone).to_owned(),
        ),
        (
            Of::Spot,
            FieldKind::Choice,
            "  Purchase option",
            purchase(group.spot).to_owned(),
        ),
        (Of::Image, FieldKind::Text, "  Image", image),
        (
            Of::RootVolume,
            FieldKind::Text,
            "  Root volume, GiB",
            optional(group.root_volume_gib),
        ),
        (
            Of::FurtherTypes,
            FieldKind::Text,
            "  Additional instance types",
            types,
        ),
        (Of::Labels, FieldKind::Text, "  Labels", labels(group)),
        (
            Of::Taints,
            FieldKind::Text,
            "  Taints",
            group.taints.join(", "),
        ),
    ];
    rows.into_iter()
        .map(|(field, kind, label, value)| {
            Field::new(FieldKey::Group(index, field), kind, label, value)
        })
        .collect()
}

fn spread(per_zone: bool) -> &'static str {
    if per_zone {
        "one instance group per zone"
    } else {
        "one for all zones"
    }
}

fn purchase(spot: bool) -> &'static str {
    if spot { "Spot" } else { "On-Demand" }
}

fn further_types(group: &NodeGroup) -> &[String] {
    group
        .mixed_instances_policy
        .as_ref()
        .map_or(&[], |policy| &policy.instances)
}

fn labels(group: &NodeGroup) -> String {
    let pairs = group.labels.iter();
    let words: Vec<_> = pairs.map(|(key, value)| format!("{key}={value}")).collect();
    words.join(", ")
}

fn optional(value: Option<u32>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn described(wizard: &Wizard, machine_type: &str) -> String {
    match wizard
        .inventory()
        .and_then(|inventory| inventory.instance_type(machine_type))
    {
        Some(kind) => format!(
            "{machine_type}  {} vCPU  {} GiB  {}",
            kind.vcpus,
            gib(kind.memory_mib),
            kind.architectures.join(" ")
        ),
        None => machine_type.to_owned(),
    }
}

fn gib(mib: u64) -> String {
    if mib.is_multiple_of(1024) {
        (mib / 1024).to_string()
    } else {
        format!("{}.{}", mib / 1024, mib % 1024 * 10 / 1024)
    }
}

/// The instance types to pick from, with vCPU, memory, architecture and the zones that offer them.
pub fn machine_types(wizard: &Wizard) -> Vec<Choice> {
    let Some(inventory) = wizard.inventory() else {
        return Vec::new();
    };
    let chosen: Vec<&str> = wizard
        .answers
        .zones
        .iter()
        .map(|zone| zone.name.as_str())
        .collect();
    let offered = |zones: &[String]| {
        let there = chosen
            .iter()
            .filter(|zone| zones.iter().any(|offer| offer == *zone));
        format!("{}/{} zones", there.count(), chosen.len())
    };
    inventory
        .instance_types
        .iter()
        .map(|kind| Choice {
            value: kind.name.clone(),
            cells: vec![
                kind.name.clone(),
                format!("{} vCPU", kind.vcpus),
                format!("{} GiB", gib(kind.memory_mib)),
                kind.architectures.join(" "),
                offered(&kind.zones),
            ],
        })
        .collect()
}

/// Takes a change of the control plane.
pub fn change_control_plane(
    wizard: &mut Wizard,
    key: &FieldKey,
    change: &FieldEdit,
) -> Result<(), String> {
    let plane = &mut wizard.answers.control_plane;
    match (key, change) {
        (FieldKey::ControlPlaneCount, FieldEdit::Turn(by)) => {
            plane.count = turned(&COUNTS, plane.count, *by);
        }
        (FieldKey::ControlPlaneMachineType, FieldEdit::Text(text)) => {
            plane.machine_type = one_word(text)?;
        }
        (FieldKey::ControlPlaneMachineType, FieldEdit::Clear) => {
            plane.machine_type = ControlPlane::default().machine_type;
        }
        (FieldKey::ControlPlaneImage, FieldEdit::Text(text)) => plane.image = filled(text),
        (FieldKey::ControlPlaneRootVolume, FieldEdit::Text(text)) => {
            plane.root_volume_gib = volume(text)?;
        }
        _ => {}
    }
    Ok(())
}

/// Takes a change of a group of nodes, adds one, or removes one; the last group is not removed.
pub fn change_nodes(wizard: &mut Wizard, key: &FieldKey, change: &FieldEdit) -> Result<(), String> {
    let groups = &mut wizard.answers.instance_groups;
    match (key, change) {
        (FieldKey::AddGroup, FieldEdit::Choose) => groups.push(another(groups)),
        (FieldKey::Group(..), FieldEdit::RemoveGroup) if groups.len() < 2 => {
            return Err("the last group stays: pods need a node to run on".to_owned());
        }
        (FieldKey::Group(index, _), FieldEdit::RemoveGroup) if *index < groups.len() => {
            groups.remove(*index);
        }
        (FieldKey::Group(index, field), change) => {
            if let Some(group) = groups.get_mut(*index) {
                return change_group(group, *field, change);
            }
        }
        _ => {}
    }
    Ok(())
}

fn another(groups: &[NodeGroup]) -> NodeGroup {
    let mut number = groups.len() + 1;
    let taken = |name: &str| groups.iter().any(|group| group.name == name);
    while taken(&format!("nodes-{number}")) {
        number += 1;
    }
    NodeGroup {
        name: format!("nodes-{number}"),
        ..groups.last().cloned().unwrap_or_default()
    }
}

fn change_group(
    group: &mut NodeGroup,
    field: GroupField,
    change: &FieldEdit,
) -> Result<(), String> {
    match (field, change) {
        (GroupField::Name, FieldEdit::Text(text)) => group.name = one_word(text)?,
        (GroupField::MachineType, FieldEdit::Text(text)) => group.machine_type = one_word(text)?,
        // An empty size follows the zones again.
        (GroupField::Min | GroupField::Max, FieldEdit::Text(text)) if text.trim().is_empty() => {}
        (GroupField::Min, FieldEdit::Text(text)) => group.min = count(text)?,
        (GroupField::Max, FieldEdit::Text(text)) => group.max = count(text)?,
        (GroupField::MachineType, FieldEdit::Clear) => {
            group.machine_type = NodeGroup::default().machine_type;
        }
        (GroupField::PerZone, FieldEdit::Clear) => group.per_zone = NodeGroup::default().per_zone,
        (GroupField::Spot, FieldEdit::Clear) => group.spot = NodeGroup::default().spot,
        (GroupField::PerZone, FieldEdit::Turn(_)) => group.per_zone = !group.per_zone,
        (GroupField::Spot, FieldEdit::Turn(_)) => group.spot = !group.spot,
        (GroupField::FurtherTypes, FieldEdit::Text(text)) => set_further_types(group, words(text)),
        (GroupField::Labels, FieldEdit::Text(text)) => group.labels = parse_labels(text)?,
        (GroupField::Taints, FieldEdit::Text(text)) => group.taints = items(text, ':'),
        (GroupField::Image, FieldEdit::Text(text)) => group.image = filled(text),
        (GroupField::RootVolume, FieldEdit::Text(text)) => group.root_volume_gib = volume(text)?,
        _ => {}
    }
    Ok(())
}

// What else the answers file says of the policy stays; a policy that says nothing goes.
fn set_further_types(group: &mut NodeGroup, types: Vec<String>) {
    let mut policy = group.mixed_instances_policy.take().unwrap_or_default();
    policy.instances = types;
    group.mixed_instances_policy =
        Some(policy).filter(|policy| *policy != MixedInstances::default());
}

fn parse_labels(text: &str) -> Result<BTreeMap<String, String>, String> {
    let mut labels = BTreeMap::new();
    for item in items(text, '=') {
        let pair = item.split_once('=');
        let pair = pair.filter(|(key, _)| !key.is_empty() && !item.contains(' '));
        let Some((key, value)) = pair else {
            return Err(format!("{item} is not a label such as team=web"));
        };
        if labels.insert(key.to_owned(), value.to_owned()).is_some() {
            return Err(format!("the label {key} is there twice"));
        }
    }
    Ok(labels)
}

// Separated by commas, or by blanks where each word has the sign inside: `team = web` is one item, and a wrong one.
fn items(text: &str, sign: char) -> Vec<String> {
    let pieces = text.split(',').map(str::trim);
    let pieces = pieces.filter(|piece| !piece.is_empty());
    let inside = |word: &str| word.trim_matches(sign) == word && word.contains(sign);
    let split = pieces.flat_map(|piece| {
        if piece.split_whitespace().all(inside) {
            piece.split_whitespace().collect()
        } else {
            vec![piece]
        }
    });
    split.map(str::to_owned).collect()
}

// Separated by commas or blanks.
fn words(text: &str) -> Vec<String> {
    let words = text.split([',', ' ']).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

// A name of EC2's or kops's, which has no blank in it.
fn one_word(text: &str) -> Result<String, String> {
    let word = word(text)?;
    if word.contains(char::is_whitespace) {
        return Err(format!("{word} has a blank in it, which no such name has"));
    }
    Ok(word)
}

fn word(text: &str) -> Result<String, String> {
    filled(text).ok_or_else(|| "a value is needed here".to_owned())
}

fn filled(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn count(text: &str) -> Result<u32, String> {
    let number = text
        .trim()
        .parse::<u32>()
        .ok()
        .filter(|number| *number <= MOST_NODES);
    number.ok_or_else(|| format!("a whole number from 0 to {MOST_NODES} is needed"))
}

fn volume(text: &str) -> Result<Option<u32>, String> {
    let Some(text) = filled(text) else {
        return Ok(None);
    };
    let size = text
        .parse::<u32>()
        .ok()
        .filter(|size| (1..=LARGEST_VOLUME_GIB).contains(size));
    size.map(Some)
        .ok_or_else(|| format!("a whole number of GiB from 1 to {LARGEST_VOLUME_GIB} is needed"))
}
