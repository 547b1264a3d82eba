//! Instance types, architectures and root volumes.

use super::images;
use crate::core::answers::{Answers, NodeGroup, PARAMETER};
use crate::core::inventory::{InstanceType, Inventory};
use crate::core::problem::{About, Problem, catalog as rule};
use crate::core::text::untrusted::visible;

// The snapshot of the Ubuntu images that kops's channel names is 8 GiB; EC2 refuses a smaller volume.
/// The root volume in GiB that kops gives an instance of the control plane (`pkg/model/defaults/volumes.go`).
pub const CONTROL_PLANE_ROOT_GIB: u32 = 64;
/// The same of a node.
pub const NODE_ROOT_GIB: u32 = 128;

const SMALLEST_VOLUME: u32 = 8;
const SMALL_VOLUME: u32 = 20;
/// The largest root volume in GiB: every EBS volume type takes this much; some take more.
pub const LARGEST_VOLUME_GIB: u32 = 16_384;
// kops takes t3.medium by default, which has this much.
const CONTROL_PLANE_MEMORY_MIB: u64 = 4_096;
const ARCHITECTURES: [&str; 2] = ["x86_64", "arm64"];

/// The bastion's instance type: the smallest that runs the control plane's image, which the bastion shares.
pub(super) fn bastion(inventory: &Inventory, answers: &Answers) -> &'static str {
    let control_plane = &answers.control_plane;
    let Some(image) = &control_plane.image else {
        return "t3.micro";
    };
    let kind = inventory.instance_type(&control_plane.machine_type);
    let only_arm = kind.is_some_and(|kind| kind.architectures == ["arm64"]);
    if only_arm || architecture_of(inventory, image) == Some("arm64") {
        return "t4g.micro";
    }
    "t3.micro"
}

struct InstanceTypeUse<'a> {
    about: About,
    kind: &'a str,
    image: Option<&'a str>,
    volume: Option<u32>,
    zones: Vec<String>,
    /// One of several types: where a zone lacks it, the others start.
    additional: bool,
}

/// Problems of every instance type that the cluster would use.
pub(super) fn problems(inventory: &Inventory, answers: &Answers, zones: &[String]) -> Vec<Problem> {
    let uses = instance_types(inventory, answers, zones);
    let mut found: Vec<_> = uses.iter().flat_map(|used| own(inventory, used)).collect();
    if inventory.instance_types.is_empty() {
        found.push(rule::MACHINE_TYPES_NOT_CHECKED.problem(
            About::ControlPlane,
            "the instance types were not checked",
            "the inventory has none; a type that a zone does not offer never starts there, and kops does not notice",
            "allow ec2:DescribeInstanceTypes and ec2:DescribeInstanceTypeOfferings, and ask again",
        ));
        return found;
    }
    found.extend(uses.iter().flat_map(|used| offered(inventory, used)));
    let groups = answers.instance_groups.iter();
    found.extend(groups.filter_map(|group| differing(inventory, group)));
    found
}

fn instance_types<'a>(
    inventory: &Inventory,
    answers: &'a Answers,
    zones: &[String],
) -> Vec<InstanceTypeUse<'a>> {
    let control_plane = &answers.control_plane;
    let count = usize::try_from(control_plane.count).unwrap_or(usize::MAX);
    let mut uses = vec![InstanceTypeUse {
        about: About::ControlPlane,
        kind: &control_plane.machine_type,
        image: control_plane.image.as_deref(),
        volume: control_plane.root_volume_gib,
        zones: zones.iter().take(count).cloned().collect(),
        additional: false,
    }];
    uses.extend(answers.access.bastion.then(|| InstanceTypeUse {
        about: About::Access,
        kind: bastion(inventory, answers),
        image: control_plane.image.as_deref(),
        volume: None,
        zones: zones.to_vec(),
        additional: false,
    }));
    let groups = answers.instance_groups.iter();
    uses.extend(groups.flat_map(|group| types_of_group(group, zones)));
    uses
}

fn types_of_group<'a>(
    group: &'a NodeGroup,
    zones: &[String],
) -> impl Iterator<Item = InstanceTypeUse<'a>> {
    let zones = group.used_zones(zones);
    let own = [(&group.machine_type, false)];
    let additional = group.additional_types().iter().map(|kind| (kind, true));
    own.into_iter()
        .chain(additional)
        .map(move |(kind, additional)| InstanceTypeUse {
            about: About::InstanceGroup(group.name.clone()),
            kind,
            image: group.image.as_deref(),
            volume: group.root_volume_gib.filter(|_| !additional),
            zones: zones.clone(),
            additional,
        })
}

// The cluster autoscaler takes every node of a group for one of the first type.
fn differing(inventory: &Inventory, group: &NodeGroup) -> Option<Problem> {
    let first = inventory.instance_type(&group.machine_type)?;
    let other = group
        .additional_types()
        .iter()
        .filter_map(|kind| inventory.instance_type(kind))
        .find(|kind| (kind.vcpus, kind.memory_mib) != (first.vcpus, first.memory_mib))?;
    let size = |kind: &InstanceType| {
        format!(
            "{} has {} vCPU and {} MiB",
            visible(&kind.name),
            kind.vcpus,
            kind.memory_mib
        )
    };
    Some(rule::MIXED_TYPES_DIFFER.problem(
        About::InstanceGroup(group.name.clone()),
        format!(
            "the group {} mixes types of different sizes",
            visible(&group.name)
        ),
        format!(
            "{}, {}; the cluster autoscaler counts every node as one of the first",
            size(first),
            size(other)
        ),
        "mix types of as many vCPU and as much memory",
    ))
}

// What is wrong whatever EC2 offers.
fn own(inventory: &Inventory, used: &InstanceTypeUse) -> Vec<Problem> {
    let mut found = Vec::new();
    if used.kind.is_empty() {
        found.push(rule::MACHINE_TYPE_MISSING.problem(
            used.about.clone(),
            "no instance type is chosen",
            "kops would choose one of its own",
            "name one such as t3.large (machineType)",
        ));
    }
    let named = used.image.filter(|_| !used.additional);
    found.extend(named.and_then(|image| images::judge_parameter(&used.about, image)));
    let known = named.and_then(|image| inventory.image(image));
    let unseen = named.filter(|_| known.is_none());
    found.extend(unseen.and_then(|image| images::judge_form(&used.about, image)));
    found.extend(known.and_then(|image| images::problem(&used.about, image)));
    let snapshot = known.and_then(|image| image.found.as_ref()?.root_volume_gib);
    let smallest = snapshot.unwrap_or(SMALLEST_VOLUME);
    found.extend(
        used.volume
            .and_then(|gib| volume(&used.about, gib, smallest)),
    );
    found
}

fn volume(about: &About, gib: u32, smallest: u32) -> Option<Problem> {
    let what = format!("the root volume has {gib} GiB");
    if gib < smallest {
        return Some(rule::ROOT_VOLUME_TOO_SMALL.problem(
            about.clone(),
            what,
            format!("the image's snapshot has {smallest} GiB, and EC2 refuses a smaller volume"),
            format!("take {smallest} GiB or more, or leave rootVolumeGiB out"),
        ));
    }
    let remedy = format!(
        "leave rootVolumeGiB out: kops takes {CONTROL_PLANE_ROOT_GIB} GiB for the control plane and {NODE_ROOT_GIB} GiB for nodes"
    );
    let (broken, why) = match gib {
        ..SMALL_VOLUME => (
            rule::ROOT_VOLUME_SMALL,
            "container images and logs fill it soon, and the node then evicts pods",
        ),
        SMALL_VOLUME..=LARGEST_VOLUME_GIB => return None,
        _ => (
            rule::ROOT_VOLUME_TOO_LARGE,
            "an EBS volume of any type holds at most 16 384 GiB",
        ),
    };
    Some(broken.problem(about.clone(), what, why, remedy))
}

fn offered(inventory: &Inventory, used: &InstanceTypeUse) -> Vec<Problem> {
    if used.kind.is_empty() {
        return Vec::new();
    }
    let Some(kind) = inventory.instance_type(used.kind) else {
        return vec![rule::MACHINE_TYPE_UNKNOWN.problem(
            used.about.clone(),
            format!(
                "{:?} is not an instance type of {}",
                visible(used.kind),
                visible(&inventory.region)
            ),
            "EC2 lists no type of that name there; the group would never start an instance",
            "choose a type that the region has",
        )];
    };
    let found = [
        not_offered(used, kind),
        unsupported(used, kind),
        differs(inventory, used, kind),
        small(used, kind),
    ];
    found.into_iter().flatten().collect()
}

fn not_offered(used: &InstanceTypeUse, kind: &InstanceType) -> Option<Problem> {
    let lacking: Vec<_> = used
        .zones
        .iter()
        .filter(|zone| !kind.zones.contains(zone))
        .map(|zone| visible(zone))
        .collect();
    if used.additional && !lacking.is_empty() {
        return Some(rule::MIXED_TYPE_NOT_OFFERED.problem(
            used.about.clone(),
            format!(
                "{} is not offered in {}",
                visible(&kind.name),
                lacking.join(", ")
            ),
            "only the group's other types start there",
            "continue if those are enough; else name a type that every zone has",
        ));
    }
    (!lacking.is_empty()).then(|| {
        rule::MACHINE_TYPE_NOT_OFFERED.problem(
            used.about.clone(),
            format!("{} is not offered in {}", visible(&kind.name), lacking.join(", ")),
            "instances never start there; kops does not check, and only the Auto Scaling activities tell",
            format!("choose a type that every zone has, or other zones; {} is offered in {}", visible(&kind.name), visible(&kind.zones.join(", "))),
        )
    })
}

fn unsupported(used: &InstanceTypeUse, kind: &InstanceType) -> Option<Problem> {
    let supported = kind
        .architectures
        .iter()
        .any(|own| ARCHITECTURES.contains(&own.as_str()));
    (!supported).then(|| {
        rule::ARCHITECTURE_UNSUPPORTED.problem(
            used.about.clone(),
            format!(
                "{} is of architecture {}",
                visible(&kind.name),
                visible(&kind.architectures.join(", "))
            ),
            "kops has images for x86_64 and arm64 only",
            "choose a type of one of these",
        )
    })
}

fn differs(inventory: &Inventory, used: &InstanceTypeUse, kind: &InstanceType) -> Option<Problem> {
    let image = used.image?;
    let named = architecture_of(inventory, image)?;
    let fits = kind.architectures.iter().any(|own| own == named);
    (!fits).then(|| {
        rule::ARCHITECTURE_DIFFERS.problem(
            used.about.clone(),
            format!("{} cannot run {}", visible(&kind.name), visible(image)),
            format!(
                "the image is for {}, the type is {}",
                visible(named),
                visible(&kind.architectures.join(", "))
            ),
            "leave the image out, and kops takes the one that fits the type",
        )
    })
}

/// EC2's answer, else the name's; an AMI id that EC2 was not asked about has neither.
fn architecture_of<'a>(inventory: &'a Inventory, image: &str) -> Option<&'a str> {
    let known = inventory
        .image(image)
        .and_then(|image| image.found.as_ref());
    // The name of a parameter promises nothing.
    let named = Some(image).filter(|image| !image.starts_with(PARAMETER));
    known.map_or_else(
        || named.and_then(self::named),
        |found| Some(&found.architecture),
    )
}

fn named(image: &str) -> Option<&'static str> {
    let has = |parts: [&str; 2]| parts.iter().any(|part| image.contains(part));
    if has(["arm64", "aarch64"]) {
        Some("arm64")
    } else if has(["amd64", "x86_64"]) {
        Some("x86_64")
    } else {
        None
    }
}

fn small(used: &InstanceTypeUse, kind: &InstanceType) -> Option<Problem> {
    let small = used.about == About::ControlPlane && kind.memory_mib < CONTROL_PLANE_MEMORY_MIB;
    small.then(|| {
        rule::CONTROL_PLANE_SMALL.problem(
            About::ControlPlane,
            format!(
                "{} has {} MiB of memory",
                visible(&kind.name),
                kind.memory_mib
            ),
            "etcd, the API server and the controllers share it; the kops default has 4096 MiB",
            "take t3.medium or larger",
        )
    })
}
