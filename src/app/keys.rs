//! The key table: each key exists once; footer and help are drawn from it.

use super::key::{Code, Key};

mod review;
mod run;

use run::{APPLY, APPLY_ENDED, APPLY_FAILED, APPLY_LEFT};

/// What the keys mean at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Context {
    /// A row of a step that is only read.
    Form,
    FormText,
    FormChoice,
    FormMark,
    FormPick,
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
    /// The name was typed, and what the yes rests on is still being read.
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
    Remove,
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

const fn bind(
    keys: &'static [Key],
    shown: &'static str,
    action: Action,
    word: &'static str,
) -> Binding {
    Binding {
        keys,
        shown,
        action,
        word,
    }
}

/// Some bindings, and after them those that several tables share.
const fn joined<const N: usize>(parts: [&[Binding]; 2]) -> [Binding; N] {
    let mut all = [LEAVE; N];
    let mut at = 0;
    while at < N {
        let [first, second] = parts;
        all[at] = if at < first.len() {
            first[at]
        } else {
            second[at - first.len()]
        };
        at += 1;
    }
    all
}

const UP: Key = Key::plain(Code::Up);
const DOWN: Key = Key::plain(Code::Down);
const ENTER: Key = Key::plain(Code::Enter);
const ESC: Key = Key::plain(Code::Esc);
const SPACE: Key = Key::char(' ');

const LEAVE: Binding = bind(&[Key::ctrl('c')], "ctrl-c", Action::Leave, "leave");
const LEAVE_Q: Binding = bind(&[Key::char('q'), ESC], "q", Action::Leave, "leave");
const HELP: Binding = bind(&[Key::char('?')], "?", Action::Help, "help");
const TAB: Binding = bind(
    &[Key::plain(Code::Tab), Key::plain(Code::BackTab)],
    "tab",
    Action::OtherPane,
    "other pane",
);
const ROW_UP: Binding = bind(&[UP], "↑", Action::Up, "up");
const ROW_DOWN: Binding = bind(&[DOWN], "↓", Action::Down, "down");
const PAGE_UP: Binding = bind(
    &[Key::plain(Code::PageUp)],
    "pgup",
    Action::PageUp,
    "a page up",
);
const PAGE_DOWN: Binding = bind(
    &[Key::plain(Code::PageDown)],
    "pgdn",
    Action::PageDown,
    "a page down",
);
const FIRST: Binding = bind(
    &[Key::plain(Code::Home)],
    "home",
    Action::First,
    "first row",
);
const LAST: Binding = bind(&[Key::plain(Code::End)], "end", Action::Last, "last row");
const VI_UP: Binding = bind(&[UP, Key::char('k')], "↑ k", Action::Up, "up");
const VI_DOWN: Binding = bind(&[DOWN, Key::char('j')], "↓ j", Action::Down, "down");
const VI_FIRST: Binding = bind(
    &[Key::plain(Code::Home), Key::char('g')],
    "home g",
    Action::First,
    "to the top",
);
const VI_LAST: Binding = bind(
    &[Key::plain(Code::End), Key::char('G')],
    "end G",
    Action::Last,
    "to the end",
);

const FORM: [Binding; 14] = [
    bind(&[ENTER], "enter", Action::Next, "next"),
    bind(&[ESC], "esc", Action::Back, "back"),
    TAB,
    HELP,
    LEAVE,
    ROW_UP,
    ROW_DOWN,
    PAGE_UP,
    PAGE_DOWN,
    FIRST,
    LAST,
    bind(
        &[Key::plain(Code::Left)],
        "←",
        Action::TurnBack,
        "value before",
    ),
    bind(
        &[Key::plain(Code::Right)],
        "→",
        Action::TurnOn,
        "next value",
    ),
    bind(
        &[Key::plain(Code::Delete)],
        "delete",
        Action::Remove,
        "clear, or take the group away",
    ),
];

const ASK_AGAIN: Binding = bind(&[Key::ctrl('r')], "ctrl-r", Action::Again, "ask AWS again");

const FORM_SHOWN: &[Binding] = &joined::<{ FORM.len() + 1 }>([&[ASK_AGAIN], &FORM]);
const FORM_AND_AGAIN: [Binding; FORM.len() + 1] = joined([&FORM, &[ASK_AGAIN]]);
const FORM_TEXT: &[Binding] = &with_space("edit");
const FORM_CHOICE: &[Binding] = &with_space("next value");
const FORM_MARK: &[Binding] = &with_space("choose");
const FORM_PICK: &[Binding] = &with_space("pick from a list");
const FORM_ACT: &[Binding] = &with_space("add a group");

/// The keys of a step, led by what space does to the row under the cursor.
const fn with_space(word: &'static str) -> [Binding; FORM.len() + 2] {
    let space = bind(&[SPACE], "space", Action::Choose, word);
    joined([&[space], &FORM_AND_AGAIN])
}

const TYPING: &[Binding] = &[
    bind(&[ENTER], "enter", Action::Accept, "take it"),
    bind(&[ESC], "esc", Action::Discard, "leave as it was"),
    bind(
        &[Key::ctrl('c')],
        "ctrl-c",
        Action::Discard,
        "leave as it was",
    ),
];

const PICKING: &[Binding] = &[
    bind(&[ENTER], "enter", Action::Accept, "take it"),
    bind(&[ESC], "esc", Action::Discard, "leave as it was"),
    ROW_UP,
    ROW_DOWN,
    PAGE_UP,
    PAGE_DOWN,
    bind(
        &[Key::ctrl('c')],
        "ctrl-c",
        Action::Discard,
        "leave as it was",
    ),
];

const SPEC: &[Binding] = &[
    VI_UP,
    VI_DOWN,
    TAB,
    bind(&[ENTER], "enter", Action::Next, "next"),
    bind(&[ESC], "esc", Action::Back, "back to the questions"),
    HELP,
    PAGE_UP,
    PAGE_DOWN,
    VI_FIRST,
    VI_LAST,
    LEAVE,
];

const WAITING: &[Binding] = &[
    bind(&[ESC], "esc", Action::Back, "back"),
    bind(&[Key::ctrl('r')], "ctrl-r", Action::Again, "again"),
    TAB,
    HELP,
    LEAVE,
];

const WATCH: &[Binding] = &[
    bind(&[Key::char('r')], "r", Action::Again, "look now"),
    LEAVE_Q,
    HELP,
    VI_UP,
    VI_DOWN,
    PAGE_UP,
    PAGE_DOWN,
    LEAVE,
];

const OVER_HELP: &[Binding] = &[
    bind(
        &[ESC, ENTER, Key::char('?'), Key::char('q')],
        "esc",
        Action::Discard,
        "close",
    ),
    VI_UP,
    VI_DOWN,
    LEAVE,
    PAGE_UP,
    PAGE_DOWN,
];

const LEAVING: &[Binding] = &[
    bind(&[ENTER, ESC], "enter", Action::Stay, "stay"),
    bind(
        &[Key::char('l'), Key::ctrl('c')],
        "l",
        Action::Leave,
        "leave",
    ),
];

const DETACHING: &[Binding] = &[
    bind(&[ENTER, ESC], "enter", Action::Stay, "keep watching"),
    bind(&[Key::char('d')], "d", Action::Leave, "leave, kops goes on"),
    bind(&[Key::char('s')], "s", Action::Interrupt, "stop kops"),
];

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
        Context::Form => FORM_SHOWN,
        Context::FormText => FORM_TEXT,
        Context::FormChoice => FORM_CHOICE,
        Context::FormMark => FORM_MARK,
        Context::FormPick => FORM_PICK,
        Context::FormAct => FORM_ACT,
        Context::Typing => TYPING,
        Context::Picking => PICKING,
        Context::Spec => SPEC,
        Context::ReviewSpec => review::REVIEW_SPEC,
        Context::Waiting => WAITING,
        Context::Review => review::REVIEW,
        Context::Differing => review::DIFFERING,
        Context::Report => review::REPORT,
        Context::Detail => review::DETAIL,
        Context::Raw => review::RAW,
        Context::Finding => review::FINDING,
        Context::Approving => review::APPROVING,
        Context::Given => review::GIVEN,
        Context::Apply => APPLY,
        Context::ApplyLeft => APPLY_LEFT,
        Context::ApplyFailed => APPLY_FAILED,
        Context::ApplyEnded => APPLY_ENDED,
        Context::Rolling => run::ROLLING,
        Context::Watch => WATCH,
        Context::Help => OVER_HELP,
        Context::Leaving => LEAVING,
        Context::Detaching => DETACHING,
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

#[cfg(test)]
mod tests;
