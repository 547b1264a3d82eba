//! `--approve`: an approval by the cluster's name, for what the same run shows, or by the fingerprint of what was shown before.

use std::path::Path;

use super::Common;
use crate::core::approval::facts::{NotCompared, word};
use crate::core::cluster_name::ClusterName;
use crate::core::fault::Fault;
use crate::core::text::untrusted::visible;
use crate::io::files::shown;
use crate::io::{approvals, kops};
use crate::tui::cluster_target::ClusterTarget;
use crate::tui::record::{Record, RecordedCommand};

/// What the command line says of an approval.
#[derive(Clone, Copy, Debug)]
pub(super) struct ApproveOptions<'a> {
    /// The cluster's name or a fingerprint, when there is one.
    pub(super) yes: Option<&'a str>,
    /// Facts that need not be compared.
    pub(super) without: &'a [String],
    /// The command that takes a fingerprint, up to it.
    pub(super) again: &'a str,
}

/// Whether a yes can be about a cluster at all: its name, or a fingerprint.
pub(super) fn is_about(approve: &str, cluster: &str) -> Result<(), Fault> {
    if approve == cluster || approvals::is_fingerprint(approve) {
        return Ok(());
    }
    Err(Fault::new(
        format!(
            "--approve says {}, and this is about {}",
            visible(approve),
            visible(cluster)
        ),
        "--approve takes the cluster's name, or the fingerprint that was printed below its dry run",
        "check the name, or read the dry run again; nothing was changed",
    ))
}

/// Refuses a fingerprint at once whose approval is about another account, place or kops, before any dry run. A cluster that
/// exists is in the region of its spec, whatever `place` says.
pub(super) async fn check_early(
    approve: &str,
    common: &Common,
    (cluster, place, exists): (&str, &ClusterTarget, bool),
    again: &str,
) -> Result<(), Fault> {
    let settings = common.settings().at(place);
    let region = settings.region.clone().filter(|_| !exists);
    approvals::refused_early(approve, &settings, (cluster, region.as_deref()), again).await
}

/// Whether a yes is about what would be done now; a Fault tells what differs.
pub(super) fn check(approve: &str, now: &Record) -> Result<(), Fault> {
    if approve == now.cluster {
        return Ok(());
    }
    approvals::refused(approve, now).map_or(Ok(()), Err)
}

/// Refuses while another kopswain is at work on the cluster.
pub(super) fn nobody_at_work(cluster: &ClusterName, place: &ClusterTarget) -> Result<(), Fault> {
    match kops::find_run(cluster, &place.state_store)? {
        Some(found) if found.at_work => Err(busy(&found.folder, cluster, place)),
        _ => Ok(()),
    }
}

/// The Fault for a cluster that another kopswain is at work on.
pub(super) fn busy(folder: &Path, cluster: &str, place: &ClusterTarget) -> Fault {
    let watch = place.copied().kopswain("watch", cluster);
    Fault::new(
        "another kopswain is at work on this cluster",
        format!("its run is in {}", shown(folder)),
        format!(
            "see it with {watch}, or approve again when it has ended; nothing was changed here"
        ),
    )
}

/// What an approval would not compare, one line each.
pub(super) fn not_compared(unknown: &[NotCompared]) -> Vec<String> {
    let told = |one: &NotCompared| {
        format!(
            "not compared: {}: {}",
            visible(&one.name),
            one.unknown.told()
        )
    };
    unknown.iter().map(told).collect()
}

/// The commands that an approval runs, in order, one line each.
pub(super) fn commands(steps: &[RecordedCommand]) -> Vec<String> {
    let told = |step: &RecordedCommand| format!("will run: {}", step.command);
    steps.iter().map(told).collect()
}

/// The options that accept all of that, each with a blank before it.
pub(super) fn options(unknown: &[NotCompared]) -> String {
    let option = |one: &NotCompared| format!(" {}", NotCompared::option_of(&one.name));
    unknown.iter().map(option).collect()
}

/// Refuses an approval that would not compare something, unless `accepted` names it.
pub(super) fn compares(unknown: &[NotCompared], accepted: &[String]) -> Result<(), Fault> {
    let is_accepted = |one: &&NotCompared| accepted.iter().any(|name| word(name) == one.word());
    let rest: Vec<NotCompared> = unknown
        .iter()
        .filter(|one| !is_accepted(one))
        .cloned()
        .collect();
    if rest.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = rest.iter().map(|one| visible(&one.name)).collect();
    let actions = rest.iter().map(|one| visible(&one.unknown.action));
    let mut actions: Vec<String> = actions.filter(|action| !action.is_empty()).collect();
    actions.sort();
    actions.dedup();
    let allow = match actions.as_slice() {
        [] => String::new(),
        actions => format!("allow {}, or ", actions.join(", ")),
    };
    Err(Fault::new(
        format!("the approval would not compare: {}", names.join(", ")),
        "it could not be read, so a change of it before --yes would go unseen",
        format!(
            "{allow}accept that by adding{}; nothing was changed",
            options(&rest)
        ),
    ))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::core::approval::facts::ApprovalFacts;

    #[test]
    fn only_what_is_named_goes_uncompared() {
        let mut facts = ApprovalFacts::default();
        facts.insert("account", "1");
        facts.insert_unknown("NAT gateways", "refused", "ec2:DescribeNatGateways");
        facts.insert_unknown("program behind kops", "it is a script", "");
        let unknown = facts.not_compared();
        let named = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(ToString::to_string).collect();
            compares(&unknown, &names)
        };
        assert_eq!(named(&["nat-gateways", "program behind kops"]), Ok(()));
        let fault = named(&["NAT gateways", "subnets"]).unwrap_err();
        assert_eq!(
            fault.what,
            "the approval would not compare: program behind kops"
        );
        let all = named(&[]).unwrap_err();
        assert_eq!(
            all.remedy,
            "allow ec2:DescribeNatGateways, or accept that by adding --without-fact nat-gateways --without-fact program-behind-kops; nothing was changed"
        );
        assert_eq!(
            not_compared(&unknown),
            [
                "not compared: NAT gateways: refused (ec2:DescribeNatGateways)",
                "not compared: program behind kops: it is a script"
            ]
        );
        assert_eq!(compares(&[], &[]), Ok(()));
    }
}
