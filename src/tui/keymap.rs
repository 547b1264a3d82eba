//! The key table: each key exists once; footer and help are drawn from it.

use super::key::Key;
use crate::tui::screens::apply::keys as apply_keys;
use crate::tui::screens::review::keys as review_keys;
use crate::tui::screens::wizard::keys as wizard_keys;

mod overlay;
pub(crate) mod table;

use table::bind;

/// What the keys mean at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Context {
    /// A row of a step that is only read.
    Form,
    FormText,
    /// Typed, or one of a few that are offered.
    FormVersion,
    FormChoice,
    /// A zone, in or out.
    FormMark,
    /// One of several, such as a VPC.
    FormOne,
    FormPick,
    /// The name of an instance group: the row that stands for all of it.
    FormGroup,
    FormAct,
    Typing,
    Picking,
    Spec,
    /// The spec beside a review.
    ReviewSpec,
    Waiting,
    Review,
    /// A dry run that differs from the approved one.
    Differing,
    /// A report from a file.
    DryRunFile,
    Detail,
    Raw,
    Finding,
    Approving,
    /// The name was typed, and what the yes depends on is still being read.
    Given,
    Apply,
    /// Nothing runs, and a person may go on.
    ApplyLeft,
    /// `--yes` failed.
    ApplyFailed,
    ApplyEnded,
    RollingUpdate,
    Dashboard,
    Help,
    Leaving,
    Detaching,
    /// Nothing is drawn, so nothing acts but the way out.
    TooSmall,
}

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
    TurnBack,
    TurnOn,
    Choose,
    /// Back to what the answer is when nobody sets it.
    Clear,
    RemoveGroup,
    Undo,
    Next,
    Back,
    OtherPane,
    Find,
    FindNext,
    FindBack,
    Raw,
    Detail,
    OnlyAction,
    OnlyFamily,
    OnlySeverity,
    /// Back to where a jump began.
    Return,
    NextUnread,
    Approve,
    Accept,
    Discard,
    Again,
    Dashboard,
    Help,
    Leave,
    Stay,
    Stop,
    Interrupt,
    GoOn,
    DeletePreview,
    Suspend,
}

/// One row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding {
    pub keys: &'static [Key],
    /// The key's name as people read it.
    pub shown: &'static str,
    pub action: Action,
    /// What it does here, in one or two words.
    pub word: &'static str,
}

/// The keys that do the same everywhere.
pub const EVERYWHERE: &[Binding] = &[bind(
    &[Key::ctrl('z')],
    "ctrl-z",
    Action::Suspend,
    "to the shell; fg comes back",
)];

/// The keys that do something here, the likeliest first.
pub fn bindings(context: Context) -> &'static [Binding] {
    match context {
        Context::Form => wizard_keys::SHOWN,
        Context::FormText => wizard_keys::TEXT,
        Context::FormVersion => wizard_keys::VERSION,
        Context::FormChoice => wizard_keys::CHOICE,
        Context::FormMark => wizard_keys::MARK,
        Context::FormOne => wizard_keys::ONE,
        Context::FormPick => wizard_keys::PICK,
        Context::FormGroup => wizard_keys::GROUP,
        Context::FormAct => wizard_keys::ACT,
        Context::Typing => wizard_keys::TYPING,
        Context::Picking => wizard_keys::PICKING,
        Context::Spec => wizard_keys::SPEC,
        Context::ReviewSpec => review_keys::SPEC,
        Context::Waiting => review_keys::WAITING,
        Context::Review => review_keys::REVIEW,
        Context::Differing => review_keys::DIFFERING,
        Context::DryRunFile => review_keys::REPORT,
        Context::Detail => review_keys::DETAIL,
        Context::Raw => review_keys::RAW,
        Context::Finding => review_keys::FINDING,
        Context::Approving => review_keys::APPROVING,
        Context::Given => review_keys::GIVEN,
        Context::Apply => apply_keys::GOES_ON,
        Context::ApplyLeft => apply_keys::LEFT,
        Context::ApplyFailed => apply_keys::FAILED,
        Context::ApplyEnded => apply_keys::LINES,
        Context::RollingUpdate => apply_keys::ROLLING,
        Context::Dashboard => apply_keys::WATCH,
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

/// What is said of a key that does nothing here: what it could have been, and where all keys are.
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
