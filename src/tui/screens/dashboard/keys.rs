//! The keys of the dashboard: its panes, a detail, and the filter.

use crate::tui::key::Key;
use crate::tui::keymap::table::{
    BOTTOM, ENTER, ESC, HELP, LEAVE, LINES as UP_AND_DOWN, PAGES, TOP, TRAVEL, bind,
    ctrl_c_discards, esc_discards, look_again, other_pane, table,
};
use crate::tui::keymap::{Action, Binding};
use crate::tui::screens::apply::keys::{COMMANDS, LOG};

const COPY: Binding = bind(&[Key::char('y')], "y", Action::Copy, "copy");
const CONSOLE: Binding = bind(&[Key::char('s')], "s", Action::Console, "console output");

pub(crate) const PANES: &[Binding] = table![
    &[
        bind(&[ENTER], "enter", Action::Detail, "detail"),
        other_pane("next pane"),
        bind(&[Key::char('/')], "/", Action::Find, "filter"),
        look_again("validate now"),
        HELP,
        bind(&[Key::char('q')], "q", Action::Leave, "leave"),
        bind(&[ESC], "esc", Action::Back, "clear the filter, else leave"),
        bind(&[Key::char('o')], "o", Action::Order, "order"),
        bind(&[Key::char('e')], "e", Action::Export, "export kubeconfig"),
        bind(&[Key::char('F')], "F", Action::Freeze, "freeze"),
        bind(&[Key::char('b')], "b", Action::Run, "the run"),
        CONSOLE,
        COPY,
    ],
    UP_AND_DOWN,
    PAGES,
    &[TOP, BOTTOM, LEAVE],
];

pub(crate) const DETAIL: &[Binding] = table![
    &[
        bind(&[ESC, Key::char('q')], "esc", Action::Back, "back"),
        CONSOLE,
        COPY,
    ],
    UP_AND_DOWN,
    TRAVEL,
    &[HELP, LEAVE],
];

pub(crate) const RUN: &[Binding] = table![
    &[
        bind(
            &[Key::char('b'), ESC],
            "b",
            Action::Run,
            "back to the dashboard"
        ),
        COMMANDS,
        LOG,
        HELP,
    ],
    UP_AND_DOWN,
    TRAVEL,
    &[LEAVE],
];

pub(crate) const FILTER: &[Binding] = &[
    bind(&[ENTER], "enter", Action::Accept, "keep the filter"),
    esc_discards("clear"),
    ctrl_c_discards("clear"),
];
