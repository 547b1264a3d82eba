//! `--approve`: an approval by the cluster's name, for what the same run shows, or by the fingerprint of what was shown before.

use std::path::Path;

use clap::Args;

use super::{Common, print};
use crate::core::approval::facts::{NotCompared, word};
use crate::core::cluster_name::ClusterName;
use crate::core::fault::Fault;
use crate::core::text::untrusted::visible;
use crate::io::files::shown;
use crate::io::{approvals, kops};
use crate::tui::cluster_target::ClusterTarget;
use crate::tui::record::{Record, RecordedCommand};

/// The options of an approval that is given on the command line.
#[derive(Clone, Debug, Default, Args)]
pub struct ApproveArgs {
    /// Approves without a question: the cluster's name, or the fingerprint of a dry run that was shown before
    #[arg(long, value_name = "NAME|FINGERPRINT")]
    pub(super) approve: Option<String>,
    /// Approves although this fact could not be read, so that a change of it is not noticed; may be given again
    #[arg(long, value_name = "NAME", requires = "approve")]
    pub(super) without_fact: Vec<String>,
}

/// An approval on the command line, and how it is given again.
#[derive(Clone, Copy, Debug)]
pub(super) struct ApproveOptions<'a> {
    pub(super) args: &'a ApproveArgs,
    /// The command that takes a fingerprint, up to it.
    pub(super) again: &'a str,
}

/// What an approval is to be about, before any dry run.
#[derive(Clone, Copy, Debug)]
pub(super) struct ApprovalTarget<'a> {
    pub(super) cluster: &'a str,
    pub(super) target: &'a ClusterTarget,
    /// A cluster that exists is in the region of its spec, whatever `place` says.
    pub(super) exists: bool,
    /// The command that shows the dry run.
    pub(super) dry_run: &'a str,
}

/// Refuses an approval at once that cannot be about this cluster, that is about another account, place or kops, or that
/// comes while another kopswain is at work on it.
pub(super) async fn refuse_early(
    approval: &str,
    common: &Common,
    approved: ApprovalTarget<'_>,
) -> Result<(), Fault> {
    let (cluster, target) = (approved.cluster, approved.target);
    if approval != cluster && !approvals::is_fingerprint(approval) {
        return Err(about_another(approval, cluster));
    }
    // What is no name is reported later with every other problem of the answers.
    if let Ok(cluster) = ClusterName::parse(cluster) {
        refuse_while_busy(&cluster, target)?;
    }
    let settings = common.settings().at(target);
    let region = settings.region.clone().filter(|_| !approved.exists);
    let about = (cluster, region.as_deref());
    approvals::refused_early(approval, &settings, about, approved.dry_run).await
}

fn about_another(approval: &str, cluster: &str) -> Fault {
    Fault::new(
        format!(
            "--approve says {}, and this is about {}",
            visible(approval),
            visible(cluster)
        ),
        "--approve takes the cluster's name, or the fingerprint that was printed below its dry run",
        "check the name, or read the dry run again; nothing was changed",
    )
}

/// Prints what an approval would run, with `note` and its fingerprint, and takes the one of the command line; false where
/// there is none. A Fault when that one is about something else.
pub(super) fn take(
    record: &Record,
    given: ApproveOptions<'_>,
    (verb, note): (&str, Option<String>),
    print: fn(&str),
) -> Result<bool, Fault> {
    let fingerprint = approvals::keep(record)?;
    let unknown = record.facts.not_compared();
    let commands = commands(&record.commands).into_iter();
    let lines = commands.chain(not_compared(&unknown)).chain(note);
    lines.for_each(|line| print(&line));
    print(&format!("fingerprint: {fingerprint}"));
    let Some(approval) = given.args.approve.as_deref() else {
        let (again, options) = (given.again, options(&unknown));
        print(&format!(
            "to {verb} it as shown: {again} {fingerprint}{options}"
        ));
        return Ok(false);
    };
    if approval != record.cluster {
        approvals::refused(approval, record).map_or(Ok(()), Err)?;
    }
    compares(&unknown, &given.args.without_fact)?;
    // An approval by name is of what was printed above.
    print::check()?;
    print(&format!("approved: {}", visible(approval)));
    print::check().map(|()| true)
}

/// Refuses while another kopswain is at work on the cluster.
pub(super) fn refuse_while_busy(
    cluster: &ClusterName,
    target: &ClusterTarget,
) -> Result<(), Fault> {
    match kops::find_run(cluster, &target.state_store)? {
        Some(found) if found.at_work => Err(busy(&found.folder, cluster, target)),
        _ => Ok(()),
    }
}

/// The Fault for a cluster that another kopswain is at work on.
pub(super) fn busy(folder: &Path, cluster: &str, target: &ClusterTarget) -> Fault {
    let watch = target.copied().kopswain("watch", cluster);
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
    let line = |one: &NotCompared| {
        format!(
            "not compared: {}: {}",
            visible(&one.name),
            one.unknown.reason()
        )
    };
    unknown.iter().map(line).collect()
}

/// The commands that an approval runs, in order, one line each.
pub(super) fn commands(steps: &[RecordedCommand]) -> Vec<String> {
    let line = |step: &RecordedCommand| format!("will run: {}", step.command);
    steps.iter().map(line).collect()
}

/// The options that accept all of that, each with a blank before it.
fn options(unknown: &[NotCompared]) -> String {
    let option = |one: &NotCompared| format!(" {}", NotCompared::option_of(&one.name));
    unknown.iter().map(option).collect()
}

/// Refuses an approval that would not compare something, unless `accepted` names it.
fn compares(unknown: &[NotCompared], accepted: &[String]) -> Result<(), Fault> {
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
