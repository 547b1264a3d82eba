#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;

use super::*;
use crate::core::kops::dry_run::parse;

mod access;
mod compute;
mod document;
mod dry_run;
mod iam;
mod network;
mod public;
mod scaling;
mod storage;
mod upgrade;

macro_rules! recording {
    ($name:literal) => {
        include_str!(concat!("../../../../tests/fixtures/kops/", $name))
    };
}

const TAG: &str = "  \tTags                \t {} -> {kubernetes.io/cluster/c.example.com: owned}\n";

/// Every finding by itself, each about one resource, those of one rule in the order of the dry run.
fn findings(dry_run: &DryRun) -> Vec<Finding> {
    let folded = judge(dry_run, &[], &[]).into_iter();
    let mut all: Vec<_> = folded
        .flat_map(|folded| {
            let mut subjects: Vec<_> = folded.subjects.iter().copied().map(Some).collect();
            if subjects.is_empty() {
                subjects.push(None);
            }
            let finding = folded.finding;
            subjects.into_iter().map(move |at| (at, finding.clone()))
        })
        .collect();
    all.sort_by_cached_key(|(at, finding)| (finding.rank(), *at));
    let named = all.into_iter().map(|(at, finding)| Finding {
        resource: at.map_or_else(String::new, |at| dry_run.resources[at].title()),
        ..finding
    });
    named.collect()
}

/// What the rules say of a dry run of this one resource.
fn messages(section: &str, resource: &str, fields: &[(&str, &str)]) -> Vec<String> {
    let mut text = format!("{section}\n  {resource}\n");
    for (name, value) in fields {
        let _ = writeln!(text, "  \t{name:<20}\t{value}");
    }
    messages_in(&format!("{text}\n"))
}

// Another resource names the cluster, so that ownership can be known.
fn messages_in(text: &str) -> Vec<String> {
    let cluster = format!("Will modify resources:\n  IAMRole/x\n{TAG}\n");
    let dry_run = parse(&format!(
        "{text}{cluster}Must specify --yes to apply changes\n"
    ));
    let found = findings(&dry_run);
    found
        .iter()
        .map(|one| format!("{} {}: {}", one.severity.word(), one.rule, one.message))
        .collect()
}

const CREATE: &str = "Will create resources:";
const MODIFY: &str = "Will modify resources:";
const ROLLING: &str =
    "note rolling-update-needed: a rolling update replaces 1 instance group of nodes";

#[test]
fn rules_have_stable_and_single_names() {
    let mut names: Vec<_> = rules().map(|rule| rule.id).collect();
    names.sort_unstable();
    let mut single = names.clone();
    single.dedup();
    assert_eq!(names, single);
    let kebab = |name: &&str| {
        name.bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'-')
    };
    assert!(names.iter().all(kebab));
}

#[test]
fn the_real_modification_is_judged() {
    let folded = judge(&parse(recording!("update-modify.stdout")), &[], &[]);
    let messages: Vec<_> = folded
        .iter()
        .map(|one| {
            (
                one.finding.severity.word(),
                one.finding.rule,
                one.subjects.len(),
            )
        })
        .collect();
    assert_eq!(
        messages,
        [
            ("danger", "ssh-open-to-internet", 2),
            ("warning", "kubernetes-version-changed", 1),
            ("warning", "machine-type-changed", 3),
            ("warning", "control-plane-rolls", 3),
            ("warning", "deleted-on-prune", 2),
            ("warning", "iam-widened", 1),
            ("warning", "iam-policy-added", 1),
            ("note", "rolling-update-needed", 3),
        ]
    );
}

#[test]
fn a_real_create_has_no_danger() {
    let found = findings(&parse(recording!("update-create.stdout")));
    let rules: Vec<_> = found.iter().map(|one| one.rule).collect();
    assert_eq!(
        rules,
        [
            "api-open-to-internet",
            "nat-gateway-reused",
            "nat-gateway-reused",
            "nat-gateway-reused",
            "api-load-balancer-public",
        ]
    );
}

/// The dangers and warnings of a recorded dry run, by rule.
fn most_severe(dry_run: &str) -> Vec<(&'static str, &'static str)> {
    let folded = judge(&parse(dry_run), &[], &[]).into_iter();
    let most_severe = folded.map(|one| one.finding);
    let most_severe = most_severe.filter(|one| one.severity != FindingSeverity::Note);
    most_severe
        .map(|one| (one.severity.word(), one.rule))
        .collect()
}

#[test]
fn each_recorded_change_is_judged_by_its_dangers() {
    let added = most_severe(recording!("update-group-added.stdout"));
    assert_eq!(added, []);
    let after = most_severe(recording!("update-group-removed.stdout"));
    assert_eq!(after, []);
    assert_eq!(
        most_severe(recording!("update-deletes.stdout")),
        [("danger", "deleted")]
    );
    assert_eq!(
        most_severe(recording!("update-revert.stdout")),
        [
            ("danger", "kubernetes-downgraded"),
            ("warning", "capacity-lowered"),
            ("warning", "machine-type-changed"),
            ("warning", "control-plane-rolls"),
            ("warning", "deleted-on-prune"),
            ("warning", "open-until-prune"),
        ]
    );
    assert_eq!(
        most_severe(recording!("update-prune.stdout")),
        [
            ("warning", "deleted-on-prune"),
            ("warning", "open-until-prune")
        ]
    );
    // kops names the old rule as waiting for --prune in some runs and not in others.
    let narrowed = most_severe(recording!("update-firewall-narrowed.stdout"));
    assert!(narrowed.contains(&("warning", "iam-policy-added")));
    assert!(narrowed.iter().all(|(severity, _)| *severity == "warning"));
}

#[test]
fn what_widens_or_shrinks_is_a_danger() {
    assert_eq!(
        most_severe(recording!("update-control-plane-resized.stdout")),
        [
            ("danger", "volume-encryption-removed"),
            ("danger", "control-plane-resized"),
            ("warning", "control-plane-rolls"),
        ]
    );
    assert_eq!(
        most_severe(recording!("update-scaled-to-zero.stdout")),
        [("danger", "capacity-to-zero")]
    );
    assert_eq!(
        most_severe(recording!("update-egress-changed.stdout")),
        [("warning", "route-changed")]
    );
    assert_eq!(
        most_severe(recording!("update-image-and-version.stdout")),
        [
            ("warning", "kubernetes-version-changed"),
            ("warning", "image-changed"),
            ("warning", "control-plane-rolls"),
        ]
    );
    assert_eq!(
        most_severe(recording!("update-iam-widened.stdout")),
        [
            ("danger", "iam-wildcard-added"),
            ("warning", "iam-widened"),
            ("warning", "iam-resource-widened"),
            ("warning", "iam-policy-attached"),
        ]
    );
}

#[test]
fn what_is_not_reused_is_a_danger() {
    let created = [
        ("danger", "nat-gateway-created"),
        ("danger", "elastic-ip-created"),
        ("warning", "api-open-to-internet"),
    ];
    assert_eq!(
        most_severe(recording!("update-nat-created.stdout")),
        created
    );
    assert_eq!(
        most_severe(recording!("update-shared-subnets.stdout")),
        [
            ("warning", "api-open-to-internet"),
            ("warning", "shared-network-tagged"),
            ("warning", "shared-network-tagged"),
        ]
    );
}

#[test]
fn artefacts_give_no_finding() {
    assert_eq!(findings(&parse(recording!("update-nochange.stdout"))), []);
}

#[test]
fn a_finding_has_all_its_parts() {
    let dry_run = parse(
        "Items will be deleted during update:\n  Subnet               s-1\u{7}\n\nMust specify --yes to apply changes\n",
    );
    let expected = Finding {
        severity: FindingSeverity::Danger,
        rule: "deleted",
        resource: "Subnet/s-1\\u{7}".to_owned(),
        message: "Subnet is deleted".to_owned(),
        why: "kops deletes it during the update; running workloads may lose their network, disks or instances".into(),
        remedy: "find out which change of the spec causes it; do not apply until it is expected".into(),
    };
    assert_eq!(findings(&dry_run), [expected]);
}
