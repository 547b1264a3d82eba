//! The keys while a run is shown: it goes on, was left, has failed, or has ended.

use super::{
    Action, Binding, FIRST, HELP, LEAVE, LEAVE_Q, PAGE_DOWN, PAGE_UP, VI_DOWN, VI_FIRST, VI_LAST,
    VI_UP, bind, joined,
};
use crate::app::key::Key;

/// The lines that kops printed are read in the same way however the run ended.
const LINES: &[Binding] = &[
    LEAVE_Q, VI_UP, VI_DOWN, HELP, PAGE_UP, PAGE_DOWN, VI_FIRST, VI_LAST, LEAVE,
];

pub(super) const APPLY: &[Binding] = &[
    VI_UP,
    VI_DOWN,
    VI_LAST,
    bind(&[Key::char('s')], "s", Action::Stop, "stop kops"),
    HELP,
    LEAVE,
    PAGE_UP,
    PAGE_DOWN,
    VI_FIRST,
];

pub(super) const APPLY_LEFT: &[Binding] = &[
    bind(&[Key::char('g')], "g", Action::GoOn, "go on"),
    LEAVE_Q,
    VI_UP,
    VI_DOWN,
    HELP,
    PAGE_UP,
    PAGE_DOWN,
    VI_LAST,
    FIRST,
    LEAVE,
];

const AFTER_FAILURE: &[Binding] = &[
    bind(&[Key::char('r')], "r", Action::Again, "what is left"),
    bind(
        &[Key::char('d')],
        "d",
        Action::DeletePreview,
        "what delete would take",
    ),
];

pub(super) const APPLY_FAILED: &[Binding] =
    &joined::<{ AFTER_FAILURE.len() + LINES.len() }>([AFTER_FAILURE, LINES]);

pub(super) const APPLY_ENDED: &[Binding] = LINES;

pub(super) const ROLLING: &[Binding] = &[
    LEAVE_Q,
    bind(&[Key::char('w')], "w", Action::Dashboard, "dashboard"),
    bind(&[Key::char('r')], "r", Action::Again, "look again"),
    HELP,
    VI_UP,
    VI_DOWN,
    PAGE_UP,
    PAGE_DOWN,
    VI_FIRST,
    VI_LAST,
    LEAVE,
];
