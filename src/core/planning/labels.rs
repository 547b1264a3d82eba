//! Labels and taints of nodes.

use std::collections::BTreeSet;

use super::identity::is_dns_name;
use crate::core::answers::NodeGroup;
use crate::core::problem::{About, Problem, catalog as rule};
use crate::core::text::untrusted::visible;

const LONGEST: usize = 63;
const EFFECTS: [&str; 3] = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

/// The label by which kops finds the group of a node.
const GROUP_LABEL: &str = "kops.k8s.io/instancegroup";

/// What is wrong with a group's labels and taints.
pub(super) fn problems(asked: &NodeGroup) -> Vec<Problem> {
    let mut found: Vec<_> = asked
        .labels
        .iter()
        .filter_map(|(key, value)| label(asked, key, value))
        .collect();
    let mut seen = BTreeSet::new();
    for taint in &asked.taints {
        found.extend(wrong_taint(asked, taint));
        if !seen.insert(taint) {
            found.push(twice(asked, taint));
        }
    }
    found
}

/// Says so when every group repels pods that do not know its taints.
pub(super) fn nowhere_to_run(groups: &[NodeGroup]) -> Option<Problem> {
    let repels = |group: &NodeGroup| {
        let mut effects = group.taints.iter().filter_map(|taint| effect(taint));
        effects.any(|effect| effect != "PreferNoSchedule")
    };
    let first = groups.first()?;
    groups.iter().all(repels).then(|| {
        rule::GROUPS_ALL_TAINTED.problem(
            about(first),
            "every group of nodes is tainted",
            "CoreDNS and other add-ons of kops tolerate no taint of yours: they stay pending, and the cluster is never ready",
            "leave one group without a taint, or with PreferNoSchedule",
        )
    })
}

fn label(asked: &NodeGroup, key: &str, value: &str) -> Option<Problem> {
    let name = visible(&asked.name);
    if key == GROUP_LABEL {
        return Some(rule::LABEL_RESERVED.problem(
            about(asked),
            format!("the group {name} sets the label {GROUP_LABEL}"),
            "kops finds the group of a node by it, and kopswain writes it",
            "remove it",
        ));
    }
    (!is_key(key) || !is_value(value)).then(|| {
        rule::LABEL_INVALID.problem(
            about(asked),
            format!("the group {name} has the label {}={}", visible(key), visible(value)),
            "Kubernetes takes a key such as team or example.com/team and a value of at most 63 letters, digits, dashes, dots and underscores, beginning and ending with a letter or digit",
            "correct the label",
        )
    })
}

fn is_taint(taint: &str) -> bool {
    let whole = taint.rsplit_once(':').filter(|(before, _)| {
        let (key, value) = before.split_once('=').unwrap_or((before, ""));
        is_key(key) && is_value(value)
    });
    whole.is_some_and(|(_, effect)| EFFECTS.contains(&effect))
}

// The same without blanks, its effect written as Kubernetes writes it, where that is all that is wrong.
fn corrected(taint: &str) -> Option<String> {
    let text: String = taint.split_whitespace().collect();
    let (before, effect) = text.rsplit_once(':')?;
    let known = EFFECTS
        .iter()
        .find(|known| known.eq_ignore_ascii_case(effect))?;
    let corrected = format!("{before}:{known}");
    is_taint(&corrected).then_some(corrected)
}

fn wrong_taint(asked: &NodeGroup, taint: &str) -> Option<Problem> {
    (!is_taint(taint)).then(|| {
        rule::TAINT_INVALID.problem(
            about(asked),
            format!("{:?} is not a taint (group {})", visible(taint), visible(&asked.name)),
            "a taint is KEY=VALUE:EFFECT or KEY:EFFECT with the effect NoSchedule, PreferNoSchedule or NoExecute; kops takes others, and the nodes never join",
            format!(
                "write {}",
                corrected(taint).unwrap_or_else(|| "one such as dedicated=gpu:NoSchedule".to_owned())
            ),
        )
    })
}

fn twice(asked: &NodeGroup, taint: &str) -> Problem {
    rule::TAINT_DUPLICATE.problem(
        about(asked),
        format!(
            "the group {} has the taint {} twice",
            visible(&asked.name),
            visible(taint)
        ),
        "kops refuses a taint that is there twice",
        "remove one of them",
    )
}

fn effect(taint: &str) -> Option<&str> {
    taint.rsplit_once(':').map(|(_, effect)| effect)
}

// A qualified name of Kubernetes: `NAME`, or `PREFIX/NAME` with a DNS name before it.
fn is_key(key: &str) -> bool {
    match key.split_once('/') {
        Some((prefix, name)) => is_dns_name(prefix) && !name.is_empty() && is_value(name),
        None => !key.is_empty() && is_value(key),
    }
}

fn is_value(value: &str) -> bool {
    let bytes = value.as_bytes();
    let ends = [bytes.first(), bytes.last()];
    let inner = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    bytes.len() <= LONGEST
        && ends.into_iter().flatten().all(u8::is_ascii_alphanumeric)
        && bytes.iter().all(inner)
}

fn about(asked: &NodeGroup) -> About {
    About::InstanceGroup(asked.name.clone())
}
