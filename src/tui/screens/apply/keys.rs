//! The keys while a run is shown: it runs, was left, has failed, or has ended; and of what follows it.

use crate::tui::key::Key;
use crate::tui::keymap::table::{
    BOTTOM, FIRST, HELP, LEAVE, LEAVE_Q, LINES as UP_AND_DOWN, PAGES, TOP, TRAVEL, bind,
    look_again, table,
};
use crate::tui::keymap::{Action, Binding};

pub(crate) const COMMANDS: Binding = bind(&[Key::char('c')], "c", Action::Commands, "commands");
pub(crate) const LOG: Binding = bind(&[Key::char('l')], "l", Action::Log, "log");

/// The lines that kops printed are read in the same way however the run ended.
pub(crate) const LINES: &[Binding] = table![
    &[LEAVE_Q],
    UP_AND_DOWN,
    &[COMMANDS, LOG, HELP],
    TRAVEL,
    &[LEAVE]
];

pub(crate) const RUNS: &[Binding] = table![
    UP_AND_DOWN,
    &[
        LOG,
        COMMANDS,
        bind(&[Key::char('s')], "s", Action::Stop, "stop kops"),
        HELP,
        LEAVE,
        BOTTOM,
    ],
    PAGES,
    &[TOP],
];

// `g` resumes here, and does not go to the top.
pub(crate) const LEFT: &[Binding] = table![
    &[
        bind(&[Key::char('g')], "g", Action::GoOn, "resume"),
        LEAVE_Q,
    ],
    UP_AND_DOWN,
    &[COMMANDS, LOG, HELP],
    PAGES,
    &[BOTTOM, FIRST, LEAVE],
];

pub(crate) const FAILED: &[Binding] = table![
    &[
        look_again("new dry run"),
        bind(
            &[Key::char('d')],
            "d",
            Action::DeletePreview,
            "preview deletion",
        ),
    ],
    LINES,
];

pub(crate) const ROLLING: &[Binding] = table![
    &[
        LEAVE_Q,
        bind(&[Key::char('w')], "w", Action::Dashboard, "dashboard"),
        look_again("ask kops again"),
        HELP,
    ],
    UP_AND_DOWN,
    TRAVEL,
    &[LEAVE],
];
