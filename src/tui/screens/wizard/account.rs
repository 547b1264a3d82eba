//! Step 1, Account: the cluster's name, where it goes, and whether everything it needs answers.

use super::field::{Editor, Field, FieldKey, FieldKind, FieldSpec, Item, Judge, text};
use super::typed::parse_text;
use crate::core::check::{CheckKind, CheckState};
use crate::core::problem::catalog as rule;
use crate::core::spec::fields::SpecKind;
use crate::core::text::untrusted::visible;
use crate::tui::row_sign::RowSign;
use crate::tui::screens::wizard::Wizard;

/// The fields of this step.
pub static FIELDS: [&FieldSpec; 4] = [&CLUSTER, &REGION, &STATE_STORE, &CHECK];

pub static CLUSTER: FieldSpec = FieldSpec {
    label: "Cluster name",
    fixed: Some("the name is in the tags and the certificates of everything that the cluster has"),
    reason: "A full domain name; it names every resource and cannot be changed later.",
    help: "kops writes this name into the tags of everything it owns and into the state store. With DNS none, the name needs no zone in Route 53. Lower-case letters, digits, hyphens and dots.",
    rules: &[
        rule::CLUSTER_NAME_MISSING,
        rule::CLUSTER_NAME_INVALID,
        rule::CLUSTER_NAME_NOT_QUALIFIED,
        rule::CLUSTER_NAME_GOSSIP,
        rule::CLUSTER_EXISTS,
        rule::CLUSTER_GROWS,
    ],
    decided_later: &[rule::CLUSTER_NAME_NOT_QUALIFIED],
    judge: Some(Judge::ClusterNames),
    editor: Editor::Cluster(text!(cluster, String::clone, parse_text)),
    ..FieldSpec::BLANK
};

pub static REGION: FieldSpec = FieldSpec {
    label: "Region",
    fixed: Some("a cluster stays in its region"),
    reason: "Where the VPC is; taken from AWS's own configuration.",
    help: "From --region, AWS_REGION or the profile. Changing it asks EC2 again.",
    rules: &[rule::REGION_MISSING, rule::REGION_DIFFERS],
    judge: Some(Judge::Check(CheckKind::Region)),
    editor: Editor::Cluster(text!(region, String::clone, parse_text)),
    ..FieldSpec::BLANK
};

pub static STATE_STORE: FieldSpec = FieldSpec {
    label: "State store",
    fixed: Some("the keys, the secrets and the files that instances read are there"),
    reason: "The S3 bucket that holds kops's state; versioned, so that a mistake can be undone.",
    help: "As in KOPS_STATE_STORE: s3://bucket or s3://bucket/prefix. kops keeps the specs, keys and certificates of all its clusters there.",
    sets: Some((SpecKind::Cluster, "configBase")),
    rules: &[
        rule::STATE_STORE_MISSING,
        rule::STATE_STORE_NOT_S3,
        rule::STATE_STORE_INVALID,
    ],
    judge: Some(Judge::Check(CheckKind::StateStore)),
    editor: Editor::Cluster(text!(state_store, String::clone, parse_text)),
    ..FieldSpec::BLANK
};

static CHECK: FieldSpec = FieldSpec {
    reason: "Checked before anything is asked of it.",
    help: "kopswain itself only reads from AWS. kops changes things, after you approved exactly what.",
    ..FieldSpec::BLANK
};

/// The rows: three answers, then the checks.
pub fn rows(wizard: &Wizard) -> Vec<Field> {
    let answers = [&CLUSTER, &REGION, &STATE_STORE];
    let answers = answers.map(|spec| Field::new(spec, Item::Cluster, wizard));
    // The key of a cluster that exists is not asked for.
    let asked = |kind: &&CheckKind| **kind != CheckKind::SshKey || wizard.edited().is_none();
    let checks = CheckKind::ALL.iter().filter(asked);
    let checks = checks.map(|kind| check(wizard, *kind));
    answers.into_iter().chain(checks).collect()
}

fn check(wizard: &Wizard, kind: CheckKind) -> Field {
    let (sign, found) = match wizard.checks.get(&kind) {
        None | Some(CheckState::Asking) => (RowSign::Now, "asking".to_owned()),
        Some(CheckState::Good(found)) => (RowSign::Good, visible(found)),
        Some(CheckState::Warning(fault)) => (RowSign::Look, visible(&fault.what)),
        Some(CheckState::Blocked(fault)) => (RowSign::Blocked, visible(&fault.what)),
    };
    let cells = vec![kind.word().to_owned(), found];
    let key = FieldKey::new(&CHECK, Item::Check(kind));
    Field {
        sign,
        ..Field::row(key, kind.word(), FieldKind::Shown, cells)
    }
}
