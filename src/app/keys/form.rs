//! The keys of a step: of its rows, of a value being typed or picked, and of the spec beside them.

use super::table::{
    ENTER, FIRST, HELP, LAST, LEAVE, LINES, NEXT, PAGES, ROWS, SPACE, TRAVEL, ask_again, back,
    bind, ctrl_c_discards, esc_discards, other_pane, table, turn_back, turn_on,
};
use super::{Action, Binding};
use crate::app::key::{Code, Key};

const OTHER_PANE: Binding = other_pane("other pane");
const AGAIN: &[Binding] = &[ask_again("ask AWS again")];

const STEP: &[Binding] = table![
    &[NEXT, back("back"), OTHER_PANE, HELP, LEAVE],
    ROWS,
    PAGES,
    &[
        FIRST,
        LAST,
        turn_back("value before"),
        turn_on("next value"),
        bind(
            &[Key::plain(Code::Delete)],
            "delete",
            Action::Remove,
            "clear, or take the group away",
        ),
    ],
];

const fn space(word: &'static str) -> Binding {
    bind(&[SPACE], "space", Action::Choose, word)
}

pub(super) const SHOWN: &[Binding] = table![AGAIN, STEP];
pub(super) const TEXT: &[Binding] = table![&[space("edit")], STEP, AGAIN];
pub(super) const CHOICE: &[Binding] = table![&[space("next value")], STEP, AGAIN];
pub(super) const MARK: &[Binding] = table![&[space("choose")], STEP, AGAIN];
pub(super) const PICK: &[Binding] = table![&[space("pick from a list")], STEP, AGAIN];
pub(super) const ACT: &[Binding] = table![&[space("add a group")], STEP, AGAIN];

const LEAVE_AS_IT_WAS: &str = "leave as it was";
const TAKE_OR_LEAVE: &[Binding] = &[
    bind(&[ENTER], "enter", Action::Accept, "take it"),
    esc_discards(LEAVE_AS_IT_WAS),
];
const LEAVE_TOO: &[Binding] = &[ctrl_c_discards(LEAVE_AS_IT_WAS)];

pub(super) const TYPING: &[Binding] = table![TAKE_OR_LEAVE, LEAVE_TOO];
pub(super) const PICKING: &[Binding] = table![TAKE_OR_LEAVE, ROWS, PAGES, LEAVE_TOO];

pub(super) const SPEC: &[Binding] = table![
    LINES,
    &[OTHER_PANE, NEXT, back("back to the questions"), HELP],
    TRAVEL,
    &[LEAVE],
];
