//! How the real dry run differs from the approved one, in words.

use crate::core::review::{Action, Change, Difference, Report, Side, differences, without_store};
use crate::core::untrusted::Untrusted;

/// Each difference in one sentence; empty when both say the same, order, map order and the store's name apart.
pub fn in_words(approved: &Report, real: &Report) -> Vec<String> {
    let (approved, real) = (without_store(approved), without_store(real));
    differences(&approved, &real).iter().map(sentence).collect()
}

fn sentence(difference: &Difference) -> String {
    match difference {
        Difference::Only { side, resource } => {
            format!(
                "{} {}: {}",
                resource.action.word(),
                resource.title(),
                whose(*side)
            )
        }
        Difference::Field {
            action,
            kind,
            name,
            field,
            first,
            second,
        } => of_field(
            *action,
            &format!("{kind}/{name}"),
            field,
            first.as_ref(),
            second.as_ref(),
        ),
        Difference::Unread { side, line } => {
            format!("a line not understood, {}: {line}", whose(*side))
        }
        Difference::Ending => "the reports end differently".to_owned(),
    }
}

fn whose(side: Side) -> &'static str {
    match side {
        Side::First => "approved, but not in the real dry run",
        Side::Second => "in the real dry run, but not approved",
    }
}

fn of_field(
    action: Action,
    title: &str,
    field: &str,
    approved: Option<&Change>,
    real: Option<&Change>,
) -> String {
    let (approved, real) = (value(approved), value(real));
    format!(
        "{} {title}, {field}: approved {approved}, now {real}",
        action.word()
    )
}

fn value(change: Option<&Change>) -> String {
    match change {
        None => "nothing".to_owned(),
        Some(Change::New(value)) => value.shown(),
        Some(Change::Changed { old, new }) => format!("{old} -> {new}"),
        Some(Change::Diff(lines)) => {
            let shown: Vec<String> = lines.iter().map(Untrusted::shown).collect();
            shown.join(" ")
        }
    }
}
