//! Step 6, Nodes: the instance groups, their types and sizes.

use super::field::{Editor, Field, FieldSpec, Follows, Item, Judge, ValueEditor, choice, text};
use super::images;
use super::typed::{
    comma_list, pairs, parse_count, parse_labels, parse_name, parse_optional, parse_taints,
    parse_volume, parse_words,
};
use crate::core::answers::{MixedInstances, NodeGroup};
use crate::core::planning::{CONTROL_PLANE_ROOT_GIB, NODE_ROOT_GIB};
use crate::core::problem::catalog as rule;
use crate::core::spec::fields::SpecKind;
use crate::tui::field_edit::FieldEdit;
use crate::tui::screens::wizard::Wizard;

/// The fields of each instance group, in the order of its rows.
pub static FIELDS: [&FieldSpec; 11] = [
    &NAME,
    &GROUP_INSTANCE_TYPE,
    &MIN,
    &MAX,
    &PER_ZONE,
    &SPOT,
    &GROUP_IMAGE,
    &GROUP_ROOT_VOLUME,
    &ADDITIONAL_TYPES,
    &LABELS,
    &TAINTS,
];

/// The row that adds an instance group.
pub static ADD_GROUP: FieldSpec = FieldSpec {
    label: "+ instance group",
    reason: "Another instance group of nodes, such as Spot Instances or a larger type.",
    help: "Each instance group has its own type and size. ctrl-d on the first row of a group removes it, and ctrl-u brings it back.",
    editor: Editor::Row(add),
    ..FieldSpec::BLANK
};

pub static NAME: FieldSpec = FieldSpec {
    label: "Instance group",
    fixed: Some(
        "under another name kops makes another instance group, and leaves this one as it is",
    ),
    reason: "Names the instance group; per zone, the zone is added.",
    help: "Lower-case letters, digits and hyphens.",
    rules: &[
        rule::GROUP_NAME_INVALID,
        rule::GROUP_NAME_RESERVED,
        rule::GROUP_NAME_DUPLICATE,
        rule::GROUP_ZONE_UNKNOWN,
        rule::GROUP_ZONE_DUPLICATE,
    ],
    heads_group: true,
    editor: Editor::Group(text!(name, String::clone, parse_name)),
    ..FieldSpec::BLANK
};

/// What the control plane's instance type shares with a group's.
pub(super) const INSTANCE_TYPE: FieldSpec = FieldSpec {
    label: "Instance type",
    reason: "What the nodes run on; only types that every chosen zone offers will start.",
    help: "A type that a zone does not offer is accepted by kops and never starts: the failure shows only in the Auto Scaling activity log. The list says which zones offer each type.",
    sets: Some((SpecKind::InstanceGroup, "machineType")),
    rules: &[
        rule::CONTROL_PLANE_SMALL,
        rule::MACHINE_TYPE_MISSING,
        rule::MACHINE_TYPE_UNKNOWN,
        rule::MACHINE_TYPE_NOT_OFFERED,
        rule::ARCHITECTURE_UNSUPPORTED,
    ],
    decided_later: &[rule::ARCHITECTURE_DIFFERS],
    ..FieldSpec::BLANK
};

/// What the control plane's image shares with a group's.
pub(super) const IMAGE: FieldSpec = FieldSpec {
    label: "Image",
    reason: "Empty: the image that kops chooses for the version.",
    help: "An AMI id or kops's form owner/name. Its architecture must match the instance type.",
    when_empty: "kops default",
    unset: Some(images::unset),
    sets: Some((SpecKind::InstanceGroup, "image")),
    rules: &[
        rule::ARCHITECTURE_DIFFERS,
        rule::IMAGE_INVALID,
        rule::IMAGE_UNKNOWN,
        rule::IMAGE_FROM_PARAMETER,
        rule::IMAGE_UNAVAILABLE,
    ],
    decided_later: ROOT_VOLUME.rules,
    judge: Some(Judge::Images),
    list: Some(images::choices),
    ..FieldSpec::BLANK
};

/// What the control plane's root volume shares with a group's.
pub(super) const ROOT_VOLUME: FieldSpec = FieldSpec {
    label: "Root volume, GiB",
    reason: "In GiB; empty: kops default.",
    help: "Holds the operating system, container images and logs.",
    when_empty: "kops default",
    unset: Some(|_, item| {
        let gib = match item {
            Item::Group(_) => NODE_ROOT_GIB,
            _ => CONTROL_PLANE_ROOT_GIB,
        };
        Some(gib.to_string())
    }),
    sets: Some((SpecKind::InstanceGroup, "rootVolumeSize")),
    rules: &[
        rule::ROOT_VOLUME_TOO_SMALL,
        rule::ROOT_VOLUME_SMALL,
        rule::ROOT_VOLUME_TOO_LARGE,
    ],
    ..FieldSpec::BLANK
};

static GROUP_INSTANCE_TYPE: FieldSpec = FieldSpec {
    editor: Editor::Group(ValueEditor::InstanceType(
        |group| group.machine_type.clone(),
        |group, text| {
            group.machine_type = parse_name(text)?;
            Ok(())
        },
    )),
    ..INSTANCE_TYPE
};

static MIN: FieldSpec = FieldSpec {
    label: "Min size",
    reason: "Minimum number of nodes, all zones together; not set: one per zone.",
    help: "With one group per zone the number is shared out over the zones, the first zones getting the rest.",
    sets: Some((SpecKind::InstanceGroup, "minSize")),
    rules: &[rule::GROUPS_MIN_ZERO, rule::GROUP_MIN_OVER_MAX],
    decided_later: &[rule::GROUP_MIN_OVER_MAX],
    follows: Some(Follows::MinSize),
    editor: Editor::Group(ValueEditor::Text(
        |group| group.min.to_string(),
        |group, text| set_size(&mut group.min, text),
    )),
    ..FieldSpec::BLANK
};

static MAX: FieldSpec = FieldSpec {
    label: "Max size",
    reason: "Maximum number of nodes, all zones together; not set: two per zone. Counts against the vCPU quota.",
    help: "The Auto Scaling group never grows past this. With one group per zone the number is shared out over the zones.",
    sets: Some((SpecKind::InstanceGroup, "maxSize")),
    rules: &[
        rule::GROUP_MAX_ZERO,
        rule::GROUP_MAX_BELOW_ZONES,
        rule::MIXED_BASE_OVER_MAX,
    ],
    follows: Some(Follows::MaxSize),
    editor: Editor::Group(ValueEditor::Text(
        |group| group.max.to_string(),
        |group, text| set_size(&mut group.max, text),
    )),
    ..FieldSpec::BLANK
};

// An empty size follows the zones.
fn set_size(size: &mut u32, text: &str) -> Result<(), String> {
    if !text.is_empty() {
        *size = parse_count(text)?;
    }
    Ok(())
}

static PER_ZONE: FieldSpec = FieldSpec {
    label: "Placement",
    fixed: Some("kops would make other instance groups, and leave these as they are"),
    reason: "One group per zone keeps zones balanced and lets volumes follow their pods.",
    help: "An EBS volume lives in one zone. With one group per zone the cluster autoscaler can add a node where the volume is; a group that spans zones leaves the choice to EC2.",
    sets: Some((SpecKind::InstanceGroup, "subnets")),
    editor: Editor::Group(choice!(
        per_zone,
        &[true, false],
        &["one instance group per zone", "one for all zones"]
    )),
    ..FieldSpec::BLANK
};

static SPOT: FieldSpec = FieldSpec {
    label: "Purchase option",
    reason: "Spot Instances are cheaper and can be interrupted with two minutes' notice.",
    help: "Not for anything that cannot be restarted at once.",
    sets: Some((SpecKind::InstanceGroup, "mixedInstancesPolicy")),
    rules: &[rule::GROUP_SPOT, rule::MIXED_SPOT_NEVER],
    editor: Editor::Group(choice!(spot, &[false, true], &["On-Demand", "Spot"])),
    ..FieldSpec::BLANK
};

static GROUP_IMAGE: FieldSpec = FieldSpec {
    editor: Editor::Group(text!(image, comma_list, parse_optional)),
    ..IMAGE
};

static GROUP_ROOT_VOLUME: FieldSpec = FieldSpec {
    editor: Editor::Group(text!(root_volume_gib, comma_list, parse_volume)),
    ..ROOT_VOLUME
};

static ADDITIONAL_TYPES: FieldSpec = FieldSpec {
    label: "Additional instance types",
    reason: "Other types of the same size that may start in this group; with more of them Spot is interrupted less often.",
    help: "Instance types separated by commas. EC2 starts whichever of them it has; with spot it takes the pools that are cheap and least likely to be taken back. The answers file can say more (mixedInstancesPolicy: onDemandBase, onDemandAboveBase, spotAllocationStrategy).",
    when_empty: "none, one type",
    sets: Some((SpecKind::InstanceGroup, "mixedInstancesPolicy.instances")),
    rules: &[
        rule::MIXED_PERCENTAGE,
        rule::MIXED_TYPE_NOT_OFFERED,
        rule::MIXED_TYPES_DIFFER,
    ],
    editor: Editor::Group(ValueEditor::InstanceTypes(
        |group| comma_list(group.additional_types()),
        set_additional_types,
    )),
    ..FieldSpec::BLANK
};

// What else the answers file says of the policy stays; a policy that says nothing goes.
fn set_additional_types(group: &mut NodeGroup, text: &str) -> Result<(), String> {
    let mut policy = group.mixed_instances_policy.take().unwrap_or_default();
    policy.instances = parse_words(text)?;
    let policy = Some(policy).filter(|policy| *policy != MixedInstances::default());
    group.mixed_instances_policy = policy;
    Ok(())
}

static LABELS: FieldSpec = FieldSpec {
    label: "Labels",
    reason: "Kubernetes labels of the nodes, for pods that choose by them.",
    help: "KEY=VALUE, separated by commas, such as team=web, example.com/disk=ssd.",
    when_empty: "none",
    sets: Some((SpecKind::InstanceGroup, "nodeLabels")),
    rules: &[rule::LABEL_INVALID, rule::LABEL_RESERVED],
    editor: Editor::Group(text!(labels, pairs, parse_labels)),
    ..FieldSpec::BLANK
};

pub static TAINTS: FieldSpec = FieldSpec {
    label: "Taints",
    reason: "Keeps away pods that do not tolerate it; leave one group without.",
    help: "KEY=VALUE:EFFECT, separated by commas; the effect is NoSchedule, PreferNoSchedule or NoExecute. CoreDNS and other add-ons need one group without a taint.",
    when_empty: "none",
    sets: Some((SpecKind::InstanceGroup, "taints")),
    rules: &[
        rule::TAINT_INVALID,
        rule::TAINT_DUPLICATE,
        rule::GROUPS_ALL_TAINTED,
    ],
    editor: Editor::Group(text!(taints, comma_list, parse_taints)),
    ..FieldSpec::BLANK
};

/// The rows of each group, then the one that adds a group.
pub fn rows(wizard: &Wizard) -> Vec<Field> {
    let groups = 0..wizard.answers.instance_groups.len();
    let rows = groups.flat_map(|at| FIELDS.map(|spec| Field::new(spec, Item::Group(at), wizard)));
    rows.chain([Field::new(&ADD_GROUP, Item::Cluster, wizard)])
        .collect()
}

#[expect(clippy::unnecessary_wraps, reason = "other rows refuse a change")]
fn add(wizard: &mut Wizard, _: &Item, edit: &FieldEdit) -> Result<(), String> {
    if *edit == FieldEdit::Choose {
        let groups = &mut wizard.answers.instance_groups;
        groups.push(another(groups));
        wizard.set.add_group();
    }
    Ok(())
}

fn another(groups: &[NodeGroup]) -> NodeGroup {
    let names = (groups.len() + 1..).map(|number| format!("nodes-{number}"));
    let mut unused = names.filter(|name| groups.iter().all(|group| group.name != *name));
    NodeGroup {
        name: unused.next().unwrap_or_default(),
        ..groups.last().cloned().unwrap_or_default()
    }
}

/// Removes an instance group; the last one is not removed.
pub(super) fn remove(wizard: &mut Wizard, item: &Item) -> Result<(), String> {
    let groups = &mut wizard.answers.instance_groups;
    let Item::Group(at) = item else {
        return Ok(());
    };
    if groups.len() < 2 {
        return Err("the last group stays: pods need a node to run on".to_owned());
    }
    if *at < groups.len() {
        groups.remove(*at);
        wizard.set.remove_group(*at);
    }
    Ok(())
}
