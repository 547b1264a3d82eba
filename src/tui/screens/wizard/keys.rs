//! The keys of a step: of its rows, of a value being typed or picked, and of the spec beside them.

use crate::tui::key::{Code, Key};
use crate::tui::keymap::table::{
    ENTER, FIRST, HELP, LAST, LEAVE, LINES, NEXT, PAGES, ROWS, SPACE, TRAVEL as LONG_TEXT,
    ask_again, back, bind, ctrl_c_discards, esc_discards, other_pane, table, turn_back, turn_on,
};
use crate::tui::keymap::{Action, Binding};

const OTHER_PANE: Binding = other_pane("switch pane");
const AGAIN: &[Binding] = &[ask_again("ask AWS again")];

const fn space(word: &'static str) -> Binding {
    bind(&[SPACE], "space", Action::Choose, word)
}

const fn next(word: &'static str) -> Binding {
    bind(&[ENTER], "enter", Action::Next, word)
}

const CLEARS: &[Key] = &[Key::plain(Code::Delete), Key::plain(Code::Backspace)];

const fn clear(word: &'static str) -> Binding {
    bind(CLEARS, "delete", Action::Clear, word)
}

// Not a letter on any row: a person who means to type changes nothing.
const UNDO: Binding = bind(
    &[Key::ctrl('u')],
    "ctrl-u",
    Action::Undo,
    "undo the last change",
);

const ABOUT: &[Binding] = &[back("back"), OTHER_PANE, HELP, LEAVE];
const TRAVEL: &[Binding] = table![ROWS, PAGES, &[FIRST, LAST]];
const TURNS: &[Binding] = &[turn_back("previous value"), turn_on("next value")];

// No CIDR begins with either.
const MOVES: &[Binding] = &[
    bind(
        &[Key::char('[')],
        "[",
        Action::TurnBack,
        "free place before",
    ),
    bind(&[Key::char(']')], "]", Action::TurnOn, "next free place"),
];

const REMOVE_GROUP: Binding = bind(
    &[Key::ctrl('d')],
    "ctrl-d",
    Action::RemoveGroup,
    "remove group",
);
const ADD_GROUP: Binding = bind(
    &[ENTER, SPACE],
    "enter",
    Action::Choose,
    "add an instance group",
);

// The keys of a row: what it is for, the way on, what is on every row, how it is cleared, and whether it has values to turn.
macro_rules! row_keys {
    ($($name:ident: [$($own:expr),*], [$($undo:expr),*], $turns:expr;)*) => {
        $(pub(crate) const $name: &[Binding] = table![&[$($own),*], ABOUT, &[$($undo),*], TRAVEL, $turns, AGAIN];)*
    };
}

pub(crate) const SHOWN: &[Binding] = table![AGAIN, &[NEXT], ABOUT, TRAVEL, &[UNDO]];

row_keys! {
    TEXT: [space("edit"), NEXT], [clear("clear"), UNDO], &[];
    CIDR: [space("edit"), NEXT], [clear("clear"), UNDO], MOVES;
    VERSION: [space("edit"), NEXT], [clear("clear"), UNDO], TURNS;
    GROUP: [space("edit"), NEXT, REMOVE_GROUP], [clear("clear"), UNDO], &[];
    CHOICE: [space("next value"), NEXT], [clear("clear"), UNDO], TURNS;
    MARK: [space("in or out"), next("next, with the marked")], [clear("take out"), UNDO], TURNS;
    ONE: [space("choose"), next("choose, next")], [UNDO], &[];
    PICK: [space("pick from a list"), NEXT], [clear("clear"), UNDO], &[];
    ACT: [ADD_GROUP], [UNDO], &[];
}

const LEAVE_AS_IT_WAS: &str = "cancel";
const TAKE_OR_LEAVE: &[Binding] = &[
    bind(&[ENTER], "enter", Action::Accept, "save"),
    esc_discards(LEAVE_AS_IT_WAS),
];
const LEAVE_TOO: &[Binding] = &[ctrl_c_discards(LEAVE_AS_IT_WAS)];

pub(crate) const TYPING: &[Binding] = table![TAKE_OR_LEAVE, LEAVE_TOO];
pub(crate) const PICKING: &[Binding] = table![TAKE_OR_LEAVE, ROWS, PAGES, LEAVE_TOO];

pub(crate) const SPEC: &[Binding] = table![
    LINES,
    &[OTHER_PANE, NEXT, back("back to the questions"), HELP],
    LONG_TEXT,
    &[LEAVE],
];
