//! What the cluster's machines may do to the account.

use std::collections::BTreeSet;

use super::{Facts, Rule, SPEC, Severity, diff_sides, is, stays};
use crate::core::review::{Action, Resource};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "iam-wildcard-added",
        severity: Severity::Danger,
        why: "with a wildcard every pod that reaches the instance's credentials may do all of it",
        remedy: "name the actions and resources that are needed; check additionalPolicies and iam in the spec",
        applies: wildcard_added,
    },
    Rule {
        id: "iam-administrator-attached",
        severity: Severity::Danger,
        why: "every pod that reaches the instance's credentials may change the whole account",
        remedy: "attach a policy with the needed actions instead; check externalPolicies in the spec",
        applies: administrator_attached,
    },
    Rule {
        id: "iam-widened",
        severity: Severity::Warning,
        why: "the cluster's machines may do more than before",
        remedy: "check that each new action is needed; kops adds some of its own on an upgrade",
        applies: widened,
    },
    Rule {
        id: "iam-policy-added",
        severity: Severity::Warning,
        why: "kops does not print the document of a new policy, so this report cannot say what it allows",
        remedy: "read additionalPolicies in the spec before applying",
        applies: policy_added,
    },
    Rule {
        id: "iam-policy-attached",
        severity: Severity::Warning,
        why: "a policy that kops does not manage is attached to the role; it may allow anything",
        remedy: "read the policy in IAM and externalPolicies in the spec before applying",
        applies: policy_attached,
    },
];

fn wildcard_added(_: &Facts<'_>, resource: &Resource) -> Option<String> {
    let wild = added_words(resource)
        .into_iter()
        .filter(|word| is_wildcard(word));
    let words: Vec<_> = wild.collect();
    (!words.is_empty()).then(|| format!("a policy now allows {}", words.join(", ")))
}

fn widened(_: &Facts<'_>, resource: &Resource) -> Option<String> {
    let named = added_words(resource)
        .into_iter()
        .filter(|word| !is_wildcard(word));
    let words: Vec<_> = named.collect();
    (!words.is_empty()).then(|| format!("a policy now allows {}", words.join(", ")))
}

/// The actions that the new side of a policy names and the old does not, sorted; `*` stands for all actions.
fn added_words(resource: &Resource) -> Vec<&str> {
    let (new, old) = policy_lines(resource);
    let old: BTreeSet<_> = old.into_iter().flat_map(actions).collect();
    let new: BTreeSet<_> = new.into_iter().flat_map(actions).collect();
    new.difference(&old).copied().collect()
}

fn policy_lines(resource: &Resource) -> (Vec<&str>, Vec<&str>) {
    match resource.kind.as_str() {
        "IAMRolePolicy" => diff_sides(resource, "PolicyDocument"),
        "ManagedFile" if resource.name.raw() == SPEC => {
            let (new, old) = diff_sides(resource, "Contents");
            (statements(new), statements(old))
        }
        _ => (Vec::new(), Vec::new()),
    }
}

fn statements(lines: Vec<&str>) -> Vec<&str> {
    let allows = |line: &&str| line.contains("\"Effect\"") && line.contains("\"Allow\"");
    lines.into_iter().filter(allows).collect()
}

/// The quoted words of a line that are IAM actions: `service:Action`, or `*` alone.
fn actions(line: &str) -> impl Iterator<Item = &str> {
    let quoted = line.split('"').skip(1).step_by(2);
    quoted.filter(|word| is_action(word))
}

fn is_action(word: &str) -> bool {
    let service = |text: &str| {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        !text.is_empty() && text.bytes().all(plain)
    };
    let action = |text: &str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'*' || byte == b'?';
        text.starts_with(|first: char| first.is_ascii_uppercase() || first == '*')
            && text.bytes().all(plain)
    };
    let pair = word.split_once(':');
    word == "*" || pair.is_some_and(|(name, rest)| service(name) && action(rest))
}

fn is_wildcard(word: &str) -> bool {
    word == "*" || word.ends_with(":*")
}

fn policy_added(_: &Facts<'_>, resource: &Resource) -> Option<String> {
    let additional = resource.name.raw().starts_with("additional.");
    let message = || "a policy of your own is added to a role".to_owned();
    (additional && is(resource, Action::Create, "IAMRolePolicy")).then(message)
}

fn policy_attached(_: &Facts<'_>, resource: &Resource) -> Option<String> {
    let policies = attached(resource).filter(|policies| !policies.contains(ADMINISTRATOR))?;
    Some(format!("policies outside kops are attached: {policies}"))
}

const ADMINISTRATOR: &str = "/AdministratorAccess";

fn administrator_attached(_: &Facts<'_>, resource: &Resource) -> Option<String> {
    let policies = attached(resource).filter(|policies| policies.contains(ADMINISTRATOR))?;
    Some(format!("administrator rights are attached: {policies}"))
}

fn attached(resource: &Resource) -> Option<&str> {
    let policies = resource
        .new_value("ExternalPolicies")
        .filter(|_| stays(resource))?;
    (!matches!(policies, "[]" | "<nil>" | "")).then_some(policies)
}
