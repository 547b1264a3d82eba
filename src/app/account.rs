//! Step 1, Account: the cluster's name, where it goes, and whether everything it needs answers.

use crate::core::check::{CheckKind, CheckState};
use crate::core::problem::Severity;
use crate::core::untrusted::visible;

use super::field::{Change, Field, FieldKey, Kind, Sign};
use super::wizard::{Step, Wizard};

/// The rows: three answers, then the checks.
pub fn fields(wizard: &Wizard) -> Vec<Field> {
    let answers = &wizard.answers;
    let row = |key, label, value: &String, rules| {
        Field::new(key, Kind::Text, label, value).signed(sign(wizard, rules))
    };
    let cluster = row(
        FieldKey::Cluster,
        "Cluster name",
        &answers.cluster,
        "cluster-",
    );
    let cluster = match wizard.taken_name() {
        Some(_) => cluster.signed(Sign::Blocked),
        None => cluster,
    };
    let store = &answers.state_store;
    let mut rows = vec![
        cluster,
        row(FieldKey::Region, "Region", &answers.region, "region-"),
        row(FieldKey::StateStore, "State store", store, "state-store-"),
    ];
    rows.extend(CheckKind::ALL.map(|kind| check(wizard, kind)));
    rows
}

// What blocks is told below the rows; a row that is merely empty needs no sign.
fn sign(wizard: &Wizard, rules: &str) -> Sign {
    let problems = wizard.problems(Step::Account);
    let blocks = problems.iter().any(|problem| {
        problem.severity == Severity::Blocked
            && problem.id.starts_with(rules)
            && !problem.is_unanswered()
    });
    if blocks { Sign::Blocked } else { Sign::None }
}

fn check(wizard: &Wizard, kind: CheckKind) -> Field {
    let (sign, value) = match wizard.checks.get(&kind) {
        None | Some(CheckState::Asking) => (Sign::Now, "asking".to_owned()),
        Some(CheckState::Good(found)) => (Sign::Good, visible(found)),
        Some(CheckState::Warning(fault)) => (Sign::Look, visible(&fault.what)),
        Some(CheckState::Blocked(fault)) => (Sign::Blocked, visible(&fault.what)),
    };
    Field::new(FieldKey::Check(kind), Kind::Shown, kind.word(), value).signed(sign)
}

/// Takes a typed answer of this step.
pub fn change(wizard: &mut Wizard, key: &FieldKey, change: &Change) -> Result<(), String> {
    let Change::Text(text) = change else {
        return Ok(());
    };
    let text = text.trim().to_owned();
    match key {
        FieldKey::Cluster => wizard.answers.cluster = text,
        FieldKey::Region => wizard.answers.region = text,
        FieldKey::StateStore => wizard.answers.state_store = text,
        _ => {}
    }
    Ok(())
}
