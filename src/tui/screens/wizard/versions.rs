//! The Kubernetes versions that kops's channel offers to this kops, newest first, with what each is.

use semver::Version;

use super::Wizard;
use super::choice::Choice;
use super::field::Item;
use crate::core::channel::{RECOMMENDED_MINOR, Versions};
use crate::core::text::prose::counted;
use crate::core::version::parse_version;

/// What is offered, and the present version where that is another one; empty where no channel is known.
pub(super) fn choices(wizard: &Wizard, _: &Item) -> Vec<Choice> {
    let Some(known) = wizard.known_versions() else {
        return Vec::new();
    };
    let offered = known.lines.offered(known.kops());
    let newest = offered.first().cloned();
    let is_newest = |version: &Version| Some(version) == newest.as_ref();
    let listed = offered
        .iter()
        .map(|version| choice(version, &note(known, version, is_newest(version))));
    let present = parse_version(&wizard.planned.plan.kubernetes_version);
    let present = present.filter(|present| !offered.contains(present));
    let present = present.map(|version| {
        let better = known.lines.recommended(&version);
        let better = better.map(|better| format!("; the channel recommends {better}"));
        let note = format!("as it is now{}", better.unwrap_or_default());
        choice(&version, &note)
    });
    listed.chain(present).collect()
}

fn choice(version: &Version, note: &str) -> Choice {
    let version = version.to_string();
    Choice::described(&version, &version, note, String::new())
}

fn note(known: &Versions, version: &Version, newest: bool) -> String {
    let proposed = known.proposed();
    let ahead = proposed.as_ref().map_or(0, |proposed| proposed.minor);
    let standing = match ahead.checked_sub(version.minor) {
        _ if version.minor < RECOMMENDED_MINOR => {
            "deprecated: a later kops will not run it".to_owned()
        }
        Some(0) => "kops default".to_owned(),
        Some(behind) if version.minor == RECOMMENDED_MINOR => {
            format!("{} behind, the oldest not deprecated", minors(behind))
        }
        Some(behind) => format!("{} behind the default", minors(behind)),
        None => "newer than the kops default".to_owned(),
    };
    if newest {
        format!("{standing}, the newest of the channel")
    } else {
        standing
    }
}

fn minors(count: u64) -> String {
    counted(
        usize::try_from(count).unwrap_or(usize::MAX),
        "minor version",
    )
}
