//! What the cluster's instances may do to the account.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::Applies::{Each, EachOfKey, When};
use super::{FindingRule, FindingSeverity, RuleContext, SPEC, creates, modifies, stays};
use crate::core::kops::dry_run::{PolicyStep, Resource, StatementPart, policy};
use crate::core::text::untrusted::Untrusted;

pub(super) const RULES: &[FindingRule] = rules! {
    Danger "iam-wildcard-added": EachOfKey("additionalPolicies", |_, resource| allowed(resource, true)) => {
        why: "with a wildcard every pod that reaches the instance's credentials may do all of it",
        remedy: "name the actions and resources that are needed; check additionalPolicies and iam in the spec",
    }
    Danger "iam-administrator-attached": EachOfKey("externalPolicies", |_, resource| {
        let policies = attached(resource).filter(|policies| policies.contains(ADMINISTRATOR))?;
        Some(format!("administrator rights are attached: {policies}"))
    }) => {
        why: "every pod that reaches the instance's credentials may change the whole account",
        remedy: "attach a policy with the needed actions instead; check externalPolicies in the spec",
    }
    Warning "iam-widened": EachOfKey("additionalPolicies", |_, resource| allowed(resource, false)) => {
        why: "the cluster's instances may do more than before",
        remedy: "check that each new action is needed; kops adds some of its own on an upgrade",
    }
    Warning "iam-resource-widened": Each(resource_widened) => {
        why: "what a statement allows holds for more of the account than before",
        remedy: "name the resources that are needed instead of a wildcard",
    }
    Warning "iam-limit-removed": Each(|_, resource| boundary_removed(resource).or_else(|| limit_of_policy_removed(resource))) => {
        why: "a condition, a denial or a boundary that held the instances back is gone or is another one",
        remedy: "find out which change of the spec takes it away",
    }
    Warning "iam-trust-changed": When(
        |_, resource| modifies(resource, "IAMRole") && resource.field("RolePolicyDocument").is_some(),
        "who may take the role changes"
    ) => {
        why: "the trust policy says who may act with the role's permissions",
        remedy: "check that only EC2 and the cluster's own service accounts may take the role",
    }
    Warning "iam-policy-added": When(
        |_, resource| creates(resource, "IAMRolePolicy") && resource.name.raw().starts_with("additional."),
        "a policy of your own is added to a role"
    ) => {
        why: "kops does not print the document of a new policy, so this dry run cannot say what it allows",
        remedy: "read additionalPolicies in the spec before applying",
    }
    Warning "iam-policy-attached": EachOfKey("externalPolicies", |_, resource| {
        let policies = attached(resource).filter(|policies| !policies.contains(ADMINISTRATOR))?;
        Some(format!("policies outside kops are attached: {policies}"))
    }) => {
        why: "a policy that kops does not manage is attached to the role; it may allow anything",
        remedy: "read the policy in IAM and externalPolicies in the spec before applying",
    }
};

// What a policy allows since: with a wildcard, or without.
fn allowed(resource: &Resource, wildcard: bool) -> Option<String> {
    let mut words = added_words(resource);
    words.retain(|word| is_wildcard(word) == wildcard);
    (!words.is_empty()).then(|| format!("a policy now allows {}", words.join(", ")))
}

/// The steps of a policy of this cluster, when all of its diff is understood.
fn policy_steps(resource: &Resource) -> Vec<PolicyStep> {
    let field = resource
        .field("PolicyDocument")
        .filter(|_| resource.kind == "IAMRolePolicy");
    field
        .and_then(|field| policy(&field.change))
        .unwrap_or_default()
}

fn resource_widened(_: &RuleContext<'_>, resource: &Resource) -> Option<String> {
    let steps = policy_steps(resource);
    let widened = steps
        .iter()
        .filter(|step| step.added && !step.whole && step.effect != "Deny");
    let resources: Vec<_> = widened
        .flat_map(|step| step.texts(StatementPart::Resource))
        .collect();
    (!resources.is_empty()).then(|| format!("a policy now holds for {}", resources.join(", ")))
}

fn boundary_removed(resource: &Resource) -> Option<String> {
    let role = modifies(resource, "IAMRole");
    let (old, new) = resource.changed("PermissionsBoundary").filter(|_| role)?;
    let none = |boundary: &str| matches!(boundary, "" | "<nil>");
    (!none(old) && old != new).then(|| match new {
        new if none(new) => format!("the permissions boundary {old} is taken off the role"),
        new => format!("the role gets another permissions boundary: {old} -> {new}"),
    })
}

fn limit_of_policy_removed(resource: &Resource) -> Option<String> {
    let steps = policy_steps(resource);
    let mut gone = steps.iter().filter(|step| !step.added);
    let step = gone.find(|step| match step.effect.as_str() {
        "Deny" => true,
        _ => !step.whole && step.texts(StatementPart::Term).next().is_some(),
    })?;
    Some(format!("a policy no longer says: {}", step.words()))
}

/// The actions that the new side of a policy names and the old does not, sorted; `*` stands for all actions.
fn added_words(resource: &Resource) -> Vec<String> {
    let steps = policy_steps(resource);
    if !steps.is_empty() {
        return added_actions(&steps);
    }
    let (lines, known) = match resource.kind.as_str() {
        "IAMRolePolicy" => (resource.diff("PolicyDocument"), false),
        "ManagedFile" if resource.name.raw() == SPEC => (resource.diff("Contents"), true),
        _ => return Vec::new(),
    };
    let new = actions(lines, "+ ", known);
    new.difference(&actions(lines, "- ", known))
        .cloned()
        .collect()
}

fn added_actions(steps: &[PolicyStep]) -> Vec<String> {
    let added = steps
        .iter()
        .filter(|step| step.added && step.effect != "Deny");
    let but = added
        .clone()
        .flat_map(|step| step.texts(StatementPart::NotAction));
    let but: Vec<_> = but.map(|word| format!("{BUT}{word}")).collect();
    let actions: BTreeSet<_> = added
        .flat_map(|step| step.texts(StatementPart::Action))
        .collect();
    let old = steps.iter().filter(|step| !step.added);
    let old: BTreeSet<_> = old
        .flat_map(|step| step.texts(StatementPart::Action))
        .collect();
    let new = actions.difference(&old).map(|word| (*word).to_owned());
    but.into_iter().chain(new).collect()
}

/// The actions in the lines with this sign. A line inside a list belongs to the key above it; after a gap that
/// key is not known, and a word counts as an action unless it must be `known` to be one.
fn actions(lines: &[Untrusted], sign: &str, known: bool) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut is_actions = !known;
    for line in lines.iter().map(Untrusted::raw) {
        if line == "..." {
            is_actions = !known;
        }
        if !line.starts_with(sign) && !line.starts_with("  ") {
            continue;
        }
        for (word, is_key) in quoted(&unescaped(line)) {
            if is_key {
                is_actions = matches!(word, "Action" | "NotAction");
            } else if is_actions && line.starts_with(sign) && is_action(word) {
                found.insert(word.to_owned());
            }
        }
    }
    found
}

/// A JSON text inside a YAML string in double quotes, freed from it.
fn unescaped(line: &str) -> Cow<'_, str> {
    if !line.contains("\\\"") {
        return Cow::Borrowed(line);
    }
    let parts: Vec<_> = line
        .split("\\\"")
        .map(|part| part.replace('"', " "))
        .collect();
    Cow::Owned(parts.join("\""))
}

/// The words in double quotes, and whether a colon makes each a key.
fn quoted(line: &str) -> impl Iterator<Item = (&str, bool)> {
    let mut parts = line.split('"').skip(1);
    std::iter::from_fn(move || {
        let word = parts.next()?;
        let after = parts.next().unwrap_or_default();
        Some((word, after.trim_start().starts_with(':')))
    })
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

/// What stands before an action that is left out: everything else is allowed.
const BUT: &str = "everything but ";

fn is_wildcard(word: &str) -> bool {
    word == "*" || word.ends_with(":*") || word.starts_with(BUT)
}

const ADMINISTRATOR: &str = "/AdministratorAccess";

fn attached(resource: &Resource) -> Option<&str> {
    let policies = resource
        .new_value("ExternalPolicies")
        .filter(|_| stays(resource))?;
    (!matches!(policies, "[]" | "<nil>" | "")).then_some(policies)
}
