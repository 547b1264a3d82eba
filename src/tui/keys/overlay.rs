//! The keys of what lies over the screen: the help, and the questions before leaving.

use crate::tui::key::Key;
use crate::tui::keymap::table::{ENTER, ESC, LEAVE, LINES, PAGES, bind, table};
use crate::tui::keymap::{Action, Binding};

pub(super) const HELP: &[Binding] = table![
    &[bind(
        &[ESC, ENTER, Key::char('?'), Key::char('q')],
        "esc",
        Action::Discard,
        "close",
    )],
    LINES,
    &[LEAVE],
    PAGES,
];

pub(super) const TOO_SMALL: &[Binding] = &[LEAVE];

const fn stay(word: &'static str) -> Binding {
    bind(&[ENTER, ESC], "enter", Action::Stay, word)
}

pub(super) const LEAVING: &[Binding] = &[
    stay("stay"),
    bind(
        &[Key::char('l'), Key::ctrl('c')],
        "l",
        Action::Leave,
        "leave",
    ),
];

pub(super) const DETACHING: &[Binding] = &[
    stay("keep watching"),
    bind(&[Key::char('d')], "d", Action::Leave, "leave"),
    bind(&[Key::char('s')], "s", Action::Interrupt, "stop kops"),
];
