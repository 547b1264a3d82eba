//! Secrets that the spec needs: kops ends even its dry run without them.

use serde_yaml::Value;

use crate::core::answers::{Answers, SecretKind};
use crate::core::problem::{About, Problem, catalog as rule};

/// Secrets that the overrides ask for and the answers do not name, and those that are named for nothing.
pub(super) fn problems(answers: &Answers) -> Vec<Problem> {
    let fields = &answers.overrides.cluster;
    let is_on = |value: Option<&Value>| value.and_then(Value::as_bool) == Some(true);
    let needed = [
        (
            SecretKind::EncryptionConfig,
            is_on(fields.get("encryptionConfig")),
            "encryptionConfig: true",
            "encryptionConfig",
        ),
        (
            SecretKind::CiliumPassword,
            needs_ipsec(
                fields
                    .get("networking")
                    .and_then(|plugins| plugins.get("cilium")),
            ),
            "networking.cilium.enableEncryption with IPsec",
            "ciliumPassword",
        ),
    ];
    let judge = |(kind, needed, by, key): (SecretKind, bool, &str, &str)| match (
        needed,
        answers.secrets.file(kind).is_empty(),
    ) {
        (true, true) => Some(missing(kind, by, key)),
        (false, false) => Some(unused(by, key)),
        _ => None,
    };
    needed.into_iter().filter_map(judge).collect()
}

// pkg/model/components/cilium.go: IPsec is the default.
fn needs_ipsec(cilium: Option<&Value>) -> bool {
    let field = |key: &str| cilium.and_then(|cilium| cilium.get(key));
    let on = field("enableEncryption").and_then(Value::as_bool) == Some(true);
    let kind = field("encryptionType")
        .and_then(Value::as_str)
        .unwrap_or_default();
    on && (kind.is_empty() || kind == "ipsec")
}

fn missing(kind: SecretKind, by: &str, key: &str) -> Problem {
    rule::SECRET_MISSING.problem(
        About::Account,
        format!("{by} needs the secret {}", kind.word()),
        "kops plans nothing without it",
        format!(
            "name its file (secrets: {key}); kops gets it as its secret {}, and it is bound by its SHA-256",
            kind.word()
        ),
    )
}

fn unused(by: &str, key: &str) -> Problem {
    rule::SECRET_UNUSED.problem(
        About::Account,
        format!("secrets: {key} is not used"),
        format!("only {by} uses it, and the overrides do not set that"),
        format!("remove it, or set {by} in the overrides"),
    )
}
