//! Step 1, Account: the cluster's name, where it goes, and whether everything it needs answers.

use crate::core::check::{CheckKind, CheckState};
use crate::core::text::untrusted::visible;
use crate::tui::field::{Field, FieldEdit, FieldKey, FieldKind, RowSign};
use crate::tui::screens::wizard::Wizard;

/// The rows: three answers, then the checks.
pub fn fields(wizard: &Wizard) -> Vec<Field> {
    let answers = &wizard.answers;
    let row = |key, label, value: &String| Field::new(key, FieldKind::Text, label, value);
    let mut rows = vec![
        row(FieldKey::Cluster, "Cluster name", &answers.cluster),
        row(FieldKey::Region, "Region", &answers.region),
        row(FieldKey::StateStore, "State store", &answers.state_store),
    ];
    rows.extend(CheckKind::ALL.map(|kind| check(wizard, kind)));
    rows
}

fn check(wizard: &Wizard, kind: CheckKind) -> Field {
    let (sign, value) = match wizard.checks.get(&kind) {
        None | Some(CheckState::Asking) => (RowSign::Now, "asking".to_owned()),
        Some(CheckState::Good(found)) => (RowSign::Good, visible(found)),
        Some(CheckState::Warning(fault)) => (RowSign::Look, visible(&fault.what)),
        Some(CheckState::Blocked(fault)) => (RowSign::Blocked, visible(&fault.what)),
    };
    Field::new(FieldKey::Check(kind), FieldKind::Shown, kind.word(), value).signed(sign)
}

/// Takes a typed answer of this step.
pub fn change(wizard: &mut Wizard, key: &FieldKey, change: &FieldEdit) -> Result<(), String> {
    let FieldEdit::Text(text) = change else {
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
