//! The key table: each key exists once; footer and help are drawn from it.

use super::key::Key;

mod form;
mod over;
mod review;
mod run;
mod table;

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
    Report,
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
    Rolling,
    Watch,
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
        Context::Form => form::SHOWN,
        Context::FormText => form::TEXT,
        Context::FormVersion => form::VERSION,
        Context::FormChoice => form::CHOICE,
        Context::FormMark => form::MARK,
        Context::FormOne => form::ONE,
        Context::FormPick => form::PICK,
        Context::FormGroup => form::GROUP,
        Context::FormAct => form::ACT,
        Context::Typing => form::TYPING,
        Context::Picking => form::PICKING,
        Context::Spec => form::SPEC,
        Context::ReviewSpec => review::SPEC,
        Context::Waiting => review::WAITING,
        Context::Review => review::REVIEW,
        Context::Differing => review::DIFFERING,
        Context::Report => review::REPORT,
        Context::Detail => review::DETAIL,
        Context::Raw => review::RAW,
        Context::Finding => review::FINDING,
        Context::Approving => review::APPROVING,
        Context::Given => review::GIVEN,
        Context::Apply => run::GOES_ON,
        Context::ApplyLeft => run::LEFT,
        Context::ApplyFailed => run::FAILED,
        Context::ApplyEnded => run::LINES,
        Context::Rolling => run::ROLLING,
        Context::Watch => run::WATCH,
        Context::Help => over::HELP,
        Context::Leaving => over::LEAVING,
        Context::Detaching => over::DETACHING,
        Context::TooSmall => over::TOO_SMALL,
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
