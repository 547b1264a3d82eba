//! The images to pick from: what kops takes where none is named, the same by name, and those that the answers name.

use super::Wizard;
use super::choice::Choice;
use super::field::Item;
use crate::core::answers::PARAMETER;
use crate::core::channel::Channel;
use crate::core::inventory::{FoundImage, InstanceType};
use crate::core::text::untrusted::visible;
use crate::core::version::parse_version;

/// The image of kops's channel first.
pub(super) fn choices(wizard: &Wizard, item: &Item) -> Vec<Choice> {
    let kind = instance_type(wizard, item);
    let default = default_image(wizard, kind);
    let mut choices = vec![kops_default(default.as_deref())];
    choices.extend(default.as_deref().map(this_release));
    choices.extend(default.as_deref().and_then(newest_ubuntu));
    for image in wizard.answers.images() {
        if choices.iter().all(|choice| choice.value != image) {
            choices.push(named(wizard, &image, kind));
        }
    }
    choices
}

/// What kops takes where none is named, in a few words.
pub(super) fn unset(wizard: &Wizard, item: &Item) -> Option<String> {
    let image = default_image(wizard, instance_type(wizard, item))?;
    Some(released(&image).unwrap_or_else(|| short(&image).to_owned()))
}

// Canonical's names: `ubuntu-noble-24.04-amd64-server-20260515`.
fn released(image: &str) -> Option<String> {
    let mut words = short(image).strip_prefix("ubuntu-")?.split('-').skip(1);
    let (release, day) = (words.next()?, words.nth(2)?);
    Some(format!("Ubuntu {release}, {day}"))
}

fn instance_type<'a>(wizard: &'a Wizard, item: &Item) -> Option<&'a InstanceType> {
    let answers = &wizard.answers;
    let name = match item {
        Item::Group(at) => &answers.instance_groups.get(*at)?.machine_type,
        _ => &answers.control_plane.machine_type,
    };
    wizard.inventory()?.instance_type(name)
}

// What kops takes for an instance group that names no image; not known before its instance type is.
fn default_image(wizard: &Wizard, kind: Option<&InstanceType>) -> Option<String> {
    let version = parse_version(&wizard.planned.plan.kubernetes_version)?;
    let architecture = kops_name(kind?.architectures.first()?);
    let built_in = Channel::built_in();
    let known = wizard.known_versions();
    let lines = known.map_or(&built_in, |known| &known.lines);
    lines.image(&version, architecture).map(str::to_owned)
}

fn kops_name(architecture: &str) -> &str {
    match architecture {
        "x86_64" => "amd64",
        other => other,
    }
}

fn short(image: &str) -> &str {
    image.rsplit('/').next().unwrap_or(image)
}

fn kops_default(image: Option<&str>) -> Choice {
    let note = image.map_or("what kops's channel has", short);
    let whole = match image {
        Some(image) => format!(
            "Now {image}. kops takes what its channel has at each update: with a later one in it, instances are replaced by a rolling update."
        ),
        None => "kops takes what its channel has for the version and the architecture.".to_owned(),
    };
    Choice::described("", "kops default", note, whole)
}

fn this_release(image: &str) -> Choice {
    let note = "the same by name: stays until you change it";
    let whole = format!("{image}, whatever the channel has later.");
    Choice::described(image, "this release", note, whole)
}

// The parameter that Canonical keeps of each release.
fn newest_ubuntu(image: &str) -> Option<Choice> {
    let mut words = short(image).strip_prefix("ubuntu-")?.split('-').skip(1);
    let (release, architecture) = (words.next()?, words.next()?);
    let disk = if image.contains("gp3") { "gp3" } else { "gp2" };
    let value = format!(
        "{PARAMETER}/aws/service/canonical/ubuntu/server/{release}/stable/current/{architecture}/hvm/ebs-{disk}/ami-id"
    );
    let note = format!("{release} {architecture}, whichever is newest at each update");
    let whole = format!("{value}: kops asks Systems Manager at each update.");
    Some(Choice::described(&value, "newest Ubuntu", &note, whole))
}

fn named(wizard: &Wizard, image: &str, kind: Option<&InstanceType>) -> Choice {
    let asked = wizard.inventory().and_then(|known| known.image(image));
    let found = asked.map(|asked| asked.found.as_ref());
    let (note, suits) = match found {
        None if image.starts_with(PARAMETER) => {
            ("what Systems Manager has at each update".to_owned(), true)
        }
        None => ("EC2 has not described it".to_owned(), true),
        Some(None) => ("not seen by the account in the region".to_owned(), false),
        Some(Some(found)) => described(found, kind),
    };
    Choice {
        dim: !suits,
        ..Choice::described(image, &visible(short(image)), &note, image.to_owned())
    }
}

fn described(found: &FoundImage, kind: Option<&InstanceType>) -> (String, bool) {
    let architecture = kops_name(&found.architecture);
    let other = kind.filter(|kind| !kind.architectures.contains(&found.architecture));
    let name = found.name.as_ref().map(ToString::to_string);
    let facts = match (other, found.available) {
        (Some(kind), _) => format!("not usable: {architecture}, not for {}", kind.name),
        (None, false) => format!("not usable: {architecture}, not available"),
        (None, true) => architecture.to_owned(),
    };
    let texts: Vec<String> = [facts].into_iter().chain(name).collect();
    (texts.join(", "), other.is_none() && found.available)
}
