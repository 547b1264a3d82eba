//! What is wrong with a run, why, and what to do.

use super::super::plan::RunPlan;
use crate::core::answers::SecretKind;
use crate::core::fault::Fault;
use crate::core::kops::command::CommandLine;
use crate::core::problem::Problem;
use crate::tui::job::Job;

pub(super) fn another_secret(plan: &RunPlan, job: Job) -> Fault {
    let mut kind = SecretKind::ALL.iter().copied();
    let kind = kind.find(|kind| Job::for_secret(*kind) == job);
    let word = kind.map_or("", SecretKind::word);
    let delete = kind.map(|kind| CommandLine::delete_secret(&plan.cluster, kind));
    let delete = delete.map(|command| plan.target.copied().kops(&command));
    Fault::new(
        format!("the secret {word} is in the state store already"),
        "only reading it would show whether it is the approved one",
        format!(
            "Nothing was changed in AWS. Remove it, then continue: {}",
            delete.unwrap_or_default()
        ),
    )
}

pub(super) fn not_as_made(plan: &RunPlan, differences: &[String]) -> Fault {
    let copied = plan.target.copied();
    Fault::new(
        format!(
            "the spec in the state store is not what kops makes of the approved one: {}",
            first_of(differences)
        ),
        "somebody else changed it, or another version of kops wrote it",
        format!(
            "Nothing was changed in AWS. See it with {}; to apply it as it is, review it: {}",
            copied.kops(&CommandLine::get_all(&plan.cluster)),
            copied.kopswain("review", &plan.cluster)
        ),
    )
}

pub(super) fn changed_before_replace(plan: &RunPlan, what: &str) -> Fault {
    let edit = plan.target.copied().kopswain("edit", &plan.cluster);
    Fault::new(
        format!("the state store is not as it was when the edit was approved: {what}"),
        "the replace would overwrite what somebody else has written since",
        format!("Nothing was changed. Edit the cluster as it is now: {edit}"),
    )
}

pub(super) fn planted(plan: &RunPlan, foreign: &[String]) -> Fault {
    let delete = CommandLine::delete(&plan.cluster);
    Fault::new(
        format!(
            "the state store holds what was not approved for {}: {}",
            plan.cluster,
            first_of(foreign)
        ),
        "kops uses keys, certificate authorities, secrets and manifests that it finds there, and this run did not make them",
        format!(
            "Nothing was changed in AWS. Find out whose they are and remove them, or remove the cluster from the state store ({}), then start again",
            plan.target.copied().kops(&delete)
        ),
    )
}

/// The Fault for a dry run that does not say whether changes are pending.
pub(super) fn cut_dry_run() -> Fault {
    Fault::new(
        "the dry run on the real state store ended without a report",
        "kops ended well but did not say whether changes are pending",
        "Read its output, then start again: nothing was changed in AWS",
    )
}

/// The Fault for fields of the spec that kops did not keep.
pub(super) fn dropped_fields(plan: &RunPlan, lost: &[Problem]) -> Fault {
    Fault::new(
        format!(
            "kops dropped {} of the spec: {}",
            count_of(lost.len()),
            fields_of(lost)
        ),
        lost.first().map_or("", |first| &first.why),
        remedy_of_dropped(plan),
    )
}

// A cluster that exists is never to be deleted for a field.
fn remedy_of_dropped(plan: &RunPlan) -> String {
    let copied = plan.target.copied();
    if plan.replaces.is_some() {
        let edit = copied.kopswain("edit", &plan.cluster);
        return format!(
            "Nothing was changed in AWS, and the state store has the spec without them. Correct it, then edit the cluster again: {edit}"
        );
    }
    let delete = copied.kops(&CommandLine::delete_yes(&plan.cluster));
    format!(
        "Nothing was created in AWS. Correct the spec, then run {delete} to take the spec out of the state store, and start again"
    )
}

/// The fields by their paths; more than anybody corrects at once are counted.
const NAMED: usize = 10;

fn fields_of(lost: &[Problem]) -> String {
    let words: Vec<String> = lost.iter().map(|one| one.what.clone()).collect();
    first_of(&words)
}

fn first_of(all: &[String]) -> String {
    let words: Vec<&str> = all.iter().take(NAMED).map(String::as_str).collect();
    let words = words.join("; ");
    match all.len().saturating_sub(NAMED) {
        0 => words,
        more => format!("{words}; and {more} more"),
    }
}

pub(super) fn another_spec(plan: &RunPlan, count: usize, first: &str) -> Fault {
    let cluster = &plan.cluster;
    let change = plan.target.copied().to_change(cluster);
    Fault::new(
        format!(
            "{cluster} is in the state store with another spec: {} differ, such as {first}",
            count_of(count)
        ),
        "kops create -f never overwrites; the cluster was created before, by you or by somebody else",
        format!("Nothing was changed. Choose another name, or change that cluster: {change}"),
    )
}

pub(super) fn another_key(plan: &RunPlan, keys: &[String]) -> Fault {
    let delete = plan
        .target
        .copied()
        .kops(&CommandLine::delete_key(&plan.cluster));
    Fault::new(
        format!(
            "the cluster has {}: {}",
            if keys.len() == 1 {
                "another SSH public key than the approved one"
            } else {
                "more than one SSH public key"
            },
            keys.join(", ")
        ),
        "on AWS kops takes exactly one key, and a key that is added does not replace one",
        format!(
            "Nothing was changed in AWS. If it shall be the approved one: {delete}, then continue"
        ),
    )
}

fn count_of(fields: usize) -> String {
    match fields {
        1 => "one field".to_owned(),
        many => format!("{many} fields"),
    }
}
