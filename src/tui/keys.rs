//! The key table: each key exists once; footer and help are drawn from it.

use super::key::Key;
use super::keymap::table::bind;
use super::keymap::{Action, Binding, Context};
use crate::tui::screens::apply::keys as apply_keys;
use crate::tui::screens::dashboard::keys as dashboard_keys;
use crate::tui::screens::home::keys as home_keys;
use crate::tui::screens::review::keys as review_keys;
use crate::tui::screens::wizard::keys as wizard_keys;

mod overlay;

/// The keys that do the same everywhere.
pub const EVERYWHERE: &[Binding] = &[
    bind(
        &[Key::ctrl('z')],
        "ctrl-z",
        Action::Suspend,
        "to the shell; fg comes back",
    ),
    bind(
        &[Key::ctrl('t')],
        "ctrl-t",
        Action::Mouse,
        "mouse on or off; off, the terminal selects text",
    ),
];

/// The keys that do something here, the likeliest first.
pub fn bindings(context: Context) -> &'static [Binding] {
    match context {
        Context::Form => wizard_keys::SHOWN,
        Context::FormText => wizard_keys::TEXT,
        Context::FormListed => wizard_keys::LISTED,
        Context::FormCidr => wizard_keys::CIDR,
        Context::FormCustomCidr => wizard_keys::CUSTOM_CIDR,
        Context::FormFixedCell => wizard_keys::FIXED_CELL,
        Context::FormChoice => wizard_keys::CHOICE,
        Context::FormChoiceListed => wizard_keys::CHOICE_LISTED,
        Context::FormSetChoice => wizard_keys::SET_CHOICE,
        Context::FormMark => wizard_keys::MARK,
        Context::FormSetMark => wizard_keys::SET_MARK,
        Context::FormOne => wizard_keys::ONE,
        Context::FormPick => wizard_keys::PICK,
        Context::FormSubnet => wizard_keys::SUBNET,
        Context::FormGroup => wizard_keys::GROUP,
        Context::FormAct => wizard_keys::ACT,
        Context::Typing => wizard_keys::TYPING,
        Context::Picking => wizard_keys::PICKING,
        Context::PickingSeveral => wizard_keys::PICKING_SEVERAL,
        Context::Spec => wizard_keys::SPEC,
        Context::Map => wizard_keys::MAP,
        Context::ReviewSpec => review_keys::SPEC,
        Context::Waiting => review_keys::WAITING,
        Context::Review => review_keys::REVIEW,
        Context::StoredWaiting => review_keys::STORED_WAITING,
        Context::StoredReview => review_keys::STORED_REVIEW,
        Context::Differing => review_keys::DIFFERING,
        Context::DryRunFile => review_keys::REPORT,
        Context::Detail => review_keys::DETAIL,
        Context::Raw => review_keys::RAW,
        Context::Finding => review_keys::FINDING,
        Context::Approving => review_keys::APPROVING,
        Context::Given => review_keys::GIVEN,
        Context::Apply => apply_keys::RUNS,
        Context::ApplyLeft => apply_keys::LEFT,
        Context::ApplyFailed => apply_keys::FAILED,
        Context::ApplyEnded => apply_keys::LINES,
        Context::RollingUpdate => apply_keys::ROLLING,
        Context::Dashboard => dashboard_keys::PANES,
        Context::DashboardRun => dashboard_keys::RUN,
        Context::DashboardDetail => dashboard_keys::DETAIL,
        Context::DashboardFilter => dashboard_keys::FILTER,
        Context::Home => home_keys::HOME,
        Context::HomeCluster => home_keys::CLUSTER,
        Context::HomeChoosing => home_keys::CHOOSING,
        Context::Help => overlay::HELP,
        Context::Leaving => overlay::LEAVING,
        Context::Detaching => overlay::DETACHING,
        Context::TooSmall => overlay::TOO_SMALL,
    }
}

/// What a key does here, if anything.
pub fn action(context: Context, key: Key) -> Option<Action> {
    bindings(context)
        .iter()
        .chain(EVERYWHERE)
        .find(|binding| binding.keys.contains(&key))
        .map(|binding| binding.action)
}

/// The notice for a key that does nothing here: the likeliest keys, and where all keys are.
pub fn without_effect(context: Context, key: Key) -> String {
    let table = bindings(context);
    let in_words = table.iter().filter(|binding| binding.shown.is_ascii());
    let mut likely: Vec<String> = in_words
        .filter(|binding| binding.action != Action::Help)
        .take(2)
        .map(|binding| format!("{}: {}", binding.shown, binding.word))
        .collect();
    if table.iter().any(|binding| binding.action == Action::Help) {
        likely.push("?: all keys".to_owned());
    }
    format!("{key} does nothing here ({})", likely.join(", "))
}

#[cfg(test)]
mod tests;
