//! How a table of keys is put together: from single bindings, and from runs of them that several tables share.

use super::{Action, Binding};
use crate::tui::key::{Code, Key};

pub(crate) const fn bind(
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

/// One table of these runs of bindings, in this order.
macro_rules! table {
    ($($run:expr),+ $(,)?) => {{
        const RUNS: &[&[Binding]] = &[$($run),+];
        const TABLE: [Binding; $crate::tui::keymap::table::length(RUNS)] =
            $crate::tui::keymap::table::joined(RUNS);
        &TABLE
    }};
}
pub(crate) use table;

pub(crate) const fn length(runs: &[&[Binding]]) -> usize {
    let (mut all, mut run) = (0, 0);
    while run < runs.len() {
        all += runs[run].len();
        run += 1;
    }
    all
}

pub(crate) const fn joined<const N: usize>(runs: &[&[Binding]]) -> [Binding; N] {
    let mut all = [LEAVE; N];
    let (mut at, mut run) = (0, 0);
    while run < runs.len() {
        let mut one = 0;
        while one < runs[run].len() {
            all[at] = runs[run][one];
            at += 1;
            one += 1;
        }
        run += 1;
    }
    all
}

pub(crate) const ENTER: Key = Key::plain(Code::Enter);
pub(crate) const ESC: Key = Key::plain(Code::Esc);
pub(crate) const TAB: Key = Key::plain(Code::Tab);
pub(crate) const BACK_TAB: Key = Key::plain(Code::BackTab);
pub(crate) const SPACE: Key = Key::char(' ');
const CTRL_C: Key = Key::ctrl('c');
const CTRL_R: Key = Key::ctrl('r');
// The digits of the steps, each as these kinds of key.
macro_rules! digits {
    ($($kind:path),+) => {
        &[$($kind('1'), $kind('2'), $kind('3'), $kind('4'), $kind('5'), $kind('6')),+]
    };
}
const STEPS: &[Key] = digits![Key::alt];
const STEPS_OR_DIGITS: &[Key] = digits![Key::char, Key::alt];
const UP: Key = Key::plain(Code::Up);
const DOWN: Key = Key::plain(Code::Down);
const LEFT: Key = Key::plain(Code::Left);
const RIGHT: Key = Key::plain(Code::Right);
const HOME: Key = Key::plain(Code::Home);
const END: Key = Key::plain(Code::End);
const R: Key = Key::char('r');

pub(crate) const LEAVE: Binding = bind(&[CTRL_C], "ctrl-c", Action::Leave, "leave");
pub(crate) const LEAVE_Q: Binding = bind(&[Key::char('q'), ESC], "q", Action::Leave, "leave");
pub(crate) const HELP: Binding = bind(&[Key::char('?')], "?", Action::Help, "help");
pub(crate) const NEXT: Binding = bind(&[ENTER], "enter", Action::Next, "next");

/// To a step of the wizard, where digits are typed.
pub(crate) const JUMP: Binding = bind(STEPS, "alt-1..6", Action::Jump, "to this step");
/// The same where nothing is typed.
pub(crate) const JUMP_BY_DIGIT: Binding = bind(
    STEPS_OR_DIGITS,
    "1..6",
    Action::Jump,
    "to this step, also with alt",
);

pub(crate) const fn left(word: &'static str) -> Binding {
    bind(&[LEFT], "←", Action::Left, word)
}

pub(crate) const fn right(word: &'static str) -> Binding {
    bind(&[RIGHT], "→", Action::Right, word)
}

pub(crate) const fn back(word: &'static str) -> Binding {
    bind(&[ESC], "esc", Action::Back, word)
}

pub(crate) const fn other_pane(word: &'static str) -> Binding {
    bind(&[TAB, BACK_TAB], "tab", Action::OtherPane, word)
}

pub(crate) const fn turn_back(word: &'static str) -> Binding {
    bind(&[LEFT], "←", Action::TurnBack, word)
}

pub(crate) const fn turn_on(word: &'static str) -> Binding {
    bind(&[RIGHT], "→", Action::TurnOn, word)
}

pub(crate) const fn ask_again(word: &'static str) -> Binding {
    bind(&[CTRL_R], "ctrl-r", Action::Again, word)
}

/// Where nothing is typed and `r` is no raw text.
pub(crate) const fn look_again(word: &'static str) -> Binding {
    bind(&[R], "r", Action::Again, word)
}

pub(crate) const fn esc_discards(word: &'static str) -> Binding {
    bind(&[ESC], "esc", Action::Discard, word)
}

pub(crate) const fn ctrl_c_discards(word: &'static str) -> Binding {
    bind(&[CTRL_C], "ctrl-c", Action::Discard, word)
}

/// Where letters are typed.
pub(crate) const ROWS: &[Binding] = &[
    bind(&[UP], "↑", Action::Up, "up"),
    bind(&[DOWN], "↓", Action::Down, "down"),
];
/// Where letters are keys.
pub(crate) const LINES: &[Binding] = &[
    bind(&[UP, Key::char('k')], "↑ k", Action::Up, "up"),
    bind(&[DOWN, Key::char('j')], "↓ j", Action::Down, "down"),
];
pub(crate) const PAGES: &[Binding] = &[
    bind(
        &[Key::plain(Code::PageUp)],
        "pgup",
        Action::PageUp,
        "a page up",
    ),
    bind(
        &[Key::plain(Code::PageDown)],
        "pgdn",
        Action::PageDown,
        "a page down",
    ),
];
pub(crate) const FIRST: Binding = bind(&[HOME], "home", Action::First, "first row");
pub(crate) const LAST: Binding = bind(&[END], "end", Action::Last, "last row");
pub(crate) const TOP: Binding = bind(
    &[HOME, Key::char('g')],
    "home g",
    Action::First,
    "to the top",
);
pub(crate) const BOTTOM: Binding =
    bind(&[END, Key::char('G')], "end G", Action::Last, "to the end");
/// A text that is longer than the screen.
pub(crate) const TRAVEL: &[Binding] = table![PAGES, &[TOP, BOTTOM]];
