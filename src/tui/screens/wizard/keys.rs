//! The keys of a step: of its rows, of a value being typed or picked, and of the spec beside them.

use crate::tui::key::{Code, Key};
use crate::tui::keymap::table::{
    ENTER, FIRST, HELP, JUMP, JUMP_BY_DIGIT, LAST, LEAVE, LINES, NEXT, PAGES, ROWS, SPACE,
    TRAVEL as LONG_TEXT, ask_again, back, bind, ctrl_c_discards, esc_discards, left, other_pane,
    right, table, turn_back, turn_on,
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

// The same for the editor; where nothing is typed, as in the review.
const EDITOR: Key = Key::char('E');
const BY_LETTER: Binding = editor(&[EDITOR, CTRL_E], "E");
const BY_CTRL: Binding = editor(&[CTRL_E], "ctrl-e");
const CTRL_E: Key = Key::ctrl('e');

const fn editor(keys: &'static [Key], shown: &'static str) -> Binding {
    bind(keys, shown, Action::OpenEditor, "answers in your editor")
}

const ABOUT: &[Binding] = &[back("back"), OTHER_PANE, HELP, LEAVE];
const TRAVEL: &[Binding] = table![ROWS, PAGES, &[FIRST, LAST]];
const TURNS: &[Binding] = &[turn_back("previous value"), turn_on("next value")];

// On the picture of the network arrows move. No CIDR begins with a bracket or a `z`.
const BEFORE: Key = Key::char('[');
const AFTER: Key = Key::char(']');

const fn before(word: &'static str) -> Binding {
    bind(&[BEFORE], "[", Action::TurnBack, word)
}

const fn after(word: &'static str) -> Binding {
    bind(&[AFTER], "]", Action::TurnOn, word)
}

const ARROWS: &[Binding] = &[left("to the left"), right("to the right")];
const ZOOM: Binding = bind(&[Key::char('z')], "z", Action::Zoom, "zoom the address map");
const ON_CIDR: &[Binding] = table![ARROWS, &[before("free one before"), ZOOM, JUMP]];
const ON_ZONE: &[Binding] = table![ARROWS, &[before("way out before"), ZOOM, JUMP_BY_DIGIT]];
const ON_VPC: &[Binding] = table![ARROWS, &[ZOOM, JUMP_BY_DIGIT]];
const ON_SUBNET: &[Binding] = table![ARROWS, &[JUMP]];
const TYPED: &[Binding] = &[JUMP];
const TURNED: &[Binding] = table![TURNS, &[JUMP_BY_DIGIT]];
const OFFERED: &[Binding] = table![TURNS, &[JUMP]];

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

// The keys of a row: what it is for, the way on, what is on every row, how it is cleared, and where else it leads.
macro_rules! row_keys {
    ($($name:ident: [$($own:expr),*], [$($undo:expr),*], $turns:expr;)*) => {
        $(pub(crate) const $name: &[Binding] = table![&[$($own),*], ABOUT, &[$($undo),*], TRAVEL, $turns, AGAIN, &[BY_CTRL]];)*
    };
}

pub(crate) const SHOWN: &[Binding] = table![
    AGAIN,
    &[NEXT],
    ABOUT,
    TRAVEL,
    &[UNDO, JUMP_BY_DIGIT, BY_CTRL]
];

row_keys! {
    TEXT: [space("edit"), NEXT], [clear("clear"), UNDO], TYPED;
    CIDR: [space("edit"), after("next free"), NEXT], [clear("back to planned"), UNDO], ON_CIDR;
    CUSTOM_CIDR: [space("edit"), clear("back to planned"), NEXT], [after("next free"), UNDO], ON_CIDR;
    FIXED_CELL: [NEXT], [UNDO], ON_VPC;
    LISTED: [space("pick from a list"), NEXT], [clear("clear"), UNDO], OFFERED;
    GROUP: [space("edit"), NEXT, REMOVE_GROUP], [clear("clear"), UNDO], TYPED;
    CHOICE: [space("next value"), NEXT], [clear("clear"), UNDO], TURNED;
    CHOICE_LISTED: [space("pick from a list"), NEXT], [clear("clear"), UNDO], TURNED;
    SET_CHOICE: [space("next value"), clear("let it follow"), NEXT], [UNDO], TURNED;
    MARK: [space("in or out"), after("way out"), NEXT], [clear("back to proposed"), UNDO], ON_ZONE;
    SET_MARK: [space("in or out"), clear("back to proposed"), NEXT], [after("way out"), UNDO], ON_ZONE;
    ONE: [space("choose"), next("choose, next")], [UNDO], ON_VPC;
    PICK: [space("pick from a list"), NEXT], [clear("clear"), UNDO], TYPED;
    SUBNET: [space("pick from a list"), NEXT], [clear("back to proposed"), UNDO], ON_SUBNET;
    ACT: [ADD_GROUP], [UNDO], &[JUMP_BY_DIGIT];
}

const LEAVE_AS_IT_WAS: &str = "cancel";
const TAKE_OR_LEAVE: &[Binding] = &[
    bind(&[ENTER], "enter", Action::Accept, "save"),
    esc_discards(LEAVE_AS_IT_WAS),
];
const LEAVE_TOO: &[Binding] = &[ctrl_c_discards(LEAVE_AS_IT_WAS)];

pub(crate) const TYPING: &[Binding] = table![TAKE_OR_LEAVE, LEAVE_TOO];
/// Each enter is saved at once.
pub(crate) const PICKING_SEVERAL: &[Binding] = table![
    &[
        bind(&[ENTER], "enter", Action::Accept, "in or out"),
        esc_discards("done"),
    ],
    ROWS,
    PAGES,
    &[ctrl_c_discards("done")],
];
pub(crate) const PICKING: &[Binding] = table![TAKE_OR_LEAVE, ROWS, PAGES, LEAVE_TOO];

pub(crate) const SPEC: &[Binding] = table![
    LINES,
    &[OTHER_PANE, NEXT, back("back to the questions"), HELP],
    LONG_TEXT,
    &[JUMP_BY_DIGIT, BY_LETTER, LEAVE],
];

pub(crate) const MAP: &[Binding] = table![
    &[ZOOM],
    LINES,
    &[OTHER_PANE, NEXT, back("back to the questions"), HELP],
    LONG_TEXT,
    &[JUMP_BY_DIGIT, BY_LETTER, LEAVE],
];
