//! The keys of home, and of a value that is chosen there.

use crate::tui::key::Code;
use crate::tui::key::Key;
use crate::tui::keymap::table::{
    BOTTOM, ENTER, ESC, HELP, LEAVE, LINES, PAGES, ROWS, bind, ctrl_c_discards, esc_discards,
    look_again, other_pane, table,
};
use crate::tui::keymap::{Action, Binding};

const OPEN: &[Binding] = &[
    bind(&[ENTER], "enter", Action::Open, "open"),
    bind(&[Key::char('n')], "n", Action::NewCluster, "new cluster"),
];

const OF_CLUSTER: &[Binding] = &[
    bind(
        &[Key::char('u')],
        "u",
        Action::ReviewUpdate,
        "review update",
    ),
    bind(&[Key::char('e')], "e", Action::EditCluster, "edit"),
];

const ON_EVERY_ROW: &[Binding] = table![
    &[
        HELP,
        bind(&[Key::char('q'), ESC], "q", Action::Leave, "quit"),
        other_pane("next pane"),
        bind(&[Key::char('p')], "p", Action::ChooseProfile, "profile"),
        bind(&[Key::char('g')], "g", Action::ChooseRegion, "region"),
        bind(&[Key::char('s')], "s", Action::ChooseStore, "state store"),
        look_again("ask again"),
        bind(
            &[Key::plain(Code::Home)],
            "home",
            Action::First,
            "to the top"
        ),
    ],
    LINES,
    PAGES,
    &[BOTTOM, LEAVE],
];

/// On a row that is no cluster of the state store.
pub(crate) const HOME: &[Binding] = table![OPEN, ON_EVERY_ROW];

pub(crate) const CLUSTER: &[Binding] = table![OPEN, OF_CLUSTER, ON_EVERY_ROW];

pub(crate) const CHOOSING: &[Binding] = table![
    &[
        bind(&[ENTER], "enter", Action::Accept, "choose"),
        esc_discards("cancel"),
    ],
    ROWS,
    PAGES,
    &[ctrl_c_discards("cancel")],
];
