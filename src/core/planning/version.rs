//! Which Kubernetes version the cluster gets, and whether kops and its channel run it.

use semver::Version;

use crate::core::answers::Answers;
use crate::core::channel::{
    BUILT_IN_DAY, BUILT_IN_KOPS, Channel, DEFAULT, OLDEST_MINOR, Origin, RECOMMENDED_MINOR,
    Versions,
};
use crate::core::inventory::Inventory;
use crate::core::problem::{About, Problem, catalog as rule};
use crate::core::text::untrusted::visible;
use crate::core::version::parse_version;

/// The version of the plan, without a `v`: the answers' own, else what the channel proposes.
pub(super) fn chosen(inventory: &Inventory, answers: &Answers) -> String {
    let asked = answers.kubernetes_version.as_str();
    if asked.is_empty() {
        return proposed(inventory);
    }
    asked.strip_prefix('v').unwrap_or(asked).to_owned()
}

/// The channel of the plan: the answers' own, else the one that was read.
pub(super) fn channel(inventory: &Inventory, answers: &Answers) -> String {
    let read = inventory.versions.as_ref().map(|known| &known.channel);
    let own = Some(&answers.channel).filter(|channel| !channel.is_empty());
    own.or(read).cloned().unwrap_or_else(|| DEFAULT.to_owned())
}

fn proposed(inventory: &Inventory) -> String {
    let version = match &inventory.versions {
        Some(versions) => versions.proposed(),
        None => Channel::built_in().proposed(BUILT_IN_KOPS),
    };
    version
        .map(|version| version.to_string())
        .unwrap_or_default()
}

/// What is wrong or worth knowing of the version.
pub(super) fn problems(inventory: &Inventory, answers: &Answers) -> Vec<Problem> {
    let mut found: Vec<Problem> = not_read(inventory, answers).into_iter().collect();
    let version = chosen(inventory, answers);
    let shown = visible(&version);
    let Some(version) = parse(&version) else {
        found.push(invalid(&visible(&answers.kubernetes_version), inventory));
        return found;
    };
    let own = judge_by_kops(&version, &shown, inventory);
    match own {
        Some(problem) => found.push(problem),
        None => found.extend(judge_by_channel(&version, &shown, inventory)),
    }
    found
}

fn invalid(shown: &str, inventory: &Inventory) -> Problem {
    rule::KUBERNETES_VERSION_INVALID.problem(
        About::Access,
        format!("{shown:?} is not a Kubernetes version"),
        "three numbers are needed, such as 1.35.5, because kops downloads exactly that release",
        format!("answer `kubernetesVersion: {}`", proposed(inventory)),
    )
}

// What kops itself refuses, whatever the channel has.
fn judge_by_kops(version: &Version, shown: &str, inventory: &Inventory) -> Option<Problem> {
    let proposed = proposed(inventory);
    let minor = if version.major > 1 {
        u64::MAX
    } else {
        version.minor
    };
    if version.major < 1 || minor < OLDEST_MINOR {
        return Some(rule::KUBERNETES_VERSION_TOO_OLD.problem(
            About::Access,
            format!("Kubernetes {shown} is too old"),
            "kops 1.36 refuses to update a cluster below 1.31",
            format!("take 1.33 or later; {proposed} is proposed"),
        ));
    }
    if minor < RECOMMENDED_MINOR {
        return Some(rule::KUBERNETES_VERSION_DEPRECATED.problem(
            About::Access,
            format!("Kubernetes {shown} is deprecated"),
            "kops 1.36 still runs it, a later kops will not",
            format!("take 1.33 or later; {proposed} is proposed"),
        ));
    }
    let kops = inventory
        .versions
        .as_ref()
        .and_then(|known| known.kops.as_deref());
    let own = parse_version(kops.unwrap_or(BUILT_IN_KOPS))?;
    if minor <= own.minor {
        return None;
    }
    let (broken, name) = match kops {
        Some(kops) => (rule::KUBERNETES_VERSION_BEYOND_KOPS, visible(kops)),
        None => (rule::KUBERNETES_VERSION_TOO_NEW, "1.36".to_owned()),
    };
    Some(broken.problem(
        About::Access,
        format!("Kubernetes {shown} is newer than kops {name}"),
        "kops supports Kubernetes up to its own minor version and stops at a later one",
        format!("use a kops of that minor version, or take {proposed}"),
    ))
}

fn judge_by_channel(version: &Version, shown: &str, inventory: &Inventory) -> Option<Problem> {
    let built_in = Channel::built_in();
    let (lines, name) = match &inventory.versions {
        Some(versions) => (&versions.lines, list_name(versions)),
        None => (&built_in, "kopswain's built-in list".to_owned()),
    };
    let required = lines.required(version);
    let recommended = lines.recommended(version);
    if let Some(required) = required {
        let best = recommended.unwrap_or(required.clone());
        return Some(rule::KUBERNETES_VERSION_BELOW_REQUIRED.problem(
            About::Access,
            format!("Kubernetes {shown} is below {required}, which {name} requires"),
            "kops then stops with `kubernetes upgrade is required`, unless KOPS_RUN_OBSOLETE_VERSION is set",
            format!("answer `kubernetesVersion: {best}`"),
        ));
    }
    let best = recommended?;
    Some(rule::KUBERNETES_VERSION_OUTDATED.problem(
        About::Access,
        format!("Kubernetes {shown} is older than {best}, which {name} recommends"),
        "a later release of one minor version mends faults of it and takes nothing away",
        format!("answer `kubernetesVersion: {best}`, or keep it"),
    ))
}

fn list_name(versions: &Versions) -> String {
    match versions.origin {
        Origin::BuiltIn { .. } => "kopswain's built-in list".to_owned(),
        Origin::Channel | Origin::Kept { .. } => {
            format!("the channel {}", visible(&versions.channel))
        }
    }
}

// A version that the answers name needs no channel, so silence about one that nobody asked for is no news then.
fn not_read(inventory: &Inventory, answers: &Answers) -> Option<Problem> {
    let (channel, why) = match &inventory.versions {
        Some(Versions {
            channel,
            origin: Origin::BuiltIn { why },
            ..
        }) => (visible(channel), why.shown()),
        None if answers.kubernetes_version.is_empty() => (
            "stable".to_owned(),
            "the inventory does not tell of it".to_owned(),
        ),
        _ => return None,
    };
    Some(rule::CHANNEL_NOT_READ.problem(
        About::Access,
        format!("kops's channel {channel} was not read"),
        format!("{why}; the versions are those of the list built into kopswain, of {BUILT_IN_DAY}"),
        format!(
            "continue if {} suits; else name a version (kubernetesVersion), or a channel that can be read (channel)",
            chosen(inventory, answers)
        ),
    ))
}

// Three numbers, as kops downloads releases by; previews and builds are not for a cluster that people rely on.
fn parse(version: &str) -> Option<Version> {
    let version = Version::parse(version).ok()?;
    (version.pre.is_empty() && version.build.is_empty()).then_some(version)
}
