//! What the instances and the pods may do to the account: additional policies, and roles for service accounts.

use serde_json::Value;

use super::identity::is_bucket;
use crate::core::answers::Answers;
use crate::core::problem::{About, Problem, catalog as rule};
use crate::core::text::untrusted::visible;

/// Problems of the IAM answers.
pub(super) fn problems(answers: &Answers) -> Vec<Problem> {
    let mut found = Vec::new();
    for (role, _, statements) in answers.iam.additional_policies.roles() {
        for (at, statement) in statements.iter().enumerate() {
            let place = format!("iam.additionalPolicies.{role}[{at}]");
            found.extend(misformed(&place, statement));
            found.extend(everything(&place, statement));
        }
    }
    for (role, _, arns) in answers.iam.external_policies.roles() {
        found.extend(arns.iter().filter_map(|arn| wrong_arn(role, arn)));
    }
    found.extend(discovery_store(answers));
    found
}

fn misformed(place: &str, statement: &Value) -> Option<Problem> {
    let effect = statement.get("Effect").and_then(Value::as_str);
    let known = matches!(effect, Some("Allow" | "Deny"));
    let acts = statement.get("Action").or(statement.get("NotAction"));
    (!known || acts.is_none()).then(|| {
        rule::POLICY_INVALID.problem(
            About::Access,
            format!("{place} is not an IAM statement"),
            "kops wants Effect (Allow or Deny), IAM wants an Action too; the role's whole policy fails with one wrong statement",
            "write one such as {Effect: Allow, Action: [\"s3:GetObject\"], Resource: [\"arn:aws:s3:::bucket/*\"]}",
        )
    })
}

fn everything(place: &str, statement: &Value) -> Option<Problem> {
    let allows = statement.get("Effect").and_then(Value::as_str) == Some("Allow");
    (allows && has_star(statement, "Action") && has_star(statement, "Resource")).then(|| {
        rule::POLICY_ALLOWS_ALL.problem(
            About::Access,
            format!("{place} allows every action on everything"),
            "each pod that reaches the instance's credentials then owns the account",
            "name the actions and the resources that are needed",
        )
    })
}

fn has_star(statement: &Value, key: &str) -> bool {
    match statement.get(key) {
        Some(Value::Array(items)) => items.iter().any(|item| item == "*"),
        Some(one) => one == "*",
        None => false,
    }
}

fn wrong_arn(role: &str, arn: &str) -> Option<Problem> {
    let parts: Vec<_> = arn.splitn(6, ':').collect();
    let whole = matches!(parts.as_slice(), ["arn", partition, "iam", _, _, resource]
        if !partition.is_empty() && resource.starts_with("policy/"));
    (!whole).then(|| {
        rule::POLICY_ARN_INVALID.problem(
            About::Access,
            format!("iam.externalPolicies.{role} has {:?}", visible(arn)),
            "kops wants the ARN of a managed policy",
            "write one such as arn:aws:iam::123456789012:policy/Backup",
        )
    })
}

fn discovery_store(answers: &Answers) -> Vec<Problem> {
    let store = answers.discovery_store.as_str();
    if store.is_empty() {
        return Vec::new();
    }
    let bucket = store
        .strip_prefix("s3://")
        .map(|path| path.split('/').next().unwrap_or_default());
    let Some(bucket) = bucket.filter(|bucket| is_bucket(bucket) && !bucket.contains('.')) else {
        return vec![rule::DISCOVERY_STORE_INVALID.problem(
            About::Access,
            format!("{} cannot hold the discovery documents", visible(store)),
            "kops takes an S3 bucket without dots in its name, because its certificate does not cover them",
            "name one as s3://BUCKET (answers: discoveryStore)",
        )];
    };
    let state = answers
        .state_store
        .strip_prefix("s3://")
        .unwrap_or_default();
    if state.split('/').next() == Some(bucket) {
        return vec![rule::DISCOVERY_STORE_IS_STATE.problem(
            About::Access,
            format!("the discovery documents would lie in the state store, {}", visible(bucket)),
            "everybody must be able to read them, and nobody but kops may read the state store: it holds the cluster's keys",
            "name another bucket, made for public reading (answers: discoveryStore)",
        )];
    }
    vec![rule::DISCOVERY_STORE_PUBLIC.problem(
        About::Access,
        format!("kops will publish two documents in {}", visible(store)),
        "AWS reads them without credentials to trust the cluster's service accounts; a bucket that blocks public access or ACLs makes kops fail, and this was not checked",
        "see that the bucket allows public ACLs and has no public access block",
    )]
}
