//! The keys of the review: of the tree, the detail, kops's own text, the search and the approval.

use crate::tui::key::Key;
use crate::tui::keymap::table::{
    BACK_TAB, ENTER, ESC, HELP, JUMP_BY_DIGIT, LEAVE, LINES, ROWS, SPACE, TAB, TRAVEL, ask_again,
    back, bind, ctrl_c_discards, esc_discards, other_pane, table, turn_back, turn_on,
};
use crate::tui::keymap::{Action, Binding};

const OPEN: Binding = bind(&[SPACE, ENTER], "space", Action::Choose, "open, fold");
const APPROVE: Binding = bind(&[Key::char('a')], "a", Action::Approve, "approve");
const FIND: Binding = bind(&[Key::char('/')], "/", Action::Find, "find");
const FIND_NEXT: Binding = bind(&[Key::char('n')], "n", Action::FindNext, "next match");
const FIND_BACK: Binding = bind(&[Key::char('N')], "N", Action::FindBack, "previous match");
const DETAIL_WHOLE: Binding = bind(&[Key::char('d')], "d", Action::Detail, "detail");
const RAW_TEXT: Binding = bind(&[Key::char('r')], "r", Action::Raw, "raw text");
const ONLY_ACTION: Binding = bind(
    &[Key::char('c')],
    "c",
    Action::OnlyAction,
    "only one change: delete, modify, create",
);
const ONLY_CATEGORY: Binding = bind(
    &[Key::char('f')],
    "f",
    Action::OnlyCategory,
    "only one category: network, compute, IAM",
);
const ONLY_SEVERITY: Binding = bind(
    &[Key::char('s')],
    "s",
    Action::OnlySeverity,
    "only one severity: danger, warning, note",
);
const REGROUP: Binding = bind(
    &[Key::char('o')],
    "o",
    Action::Order,
    "group by category, instance group, zone",
);
const COPY: Binding = bind(&[Key::char('y')], "y", Action::Copy, "copy");
const SAVE: Binding = bind(
    &[Key::char('w')],
    "w",
    Action::SaveMarkdown,
    "save as Markdown",
);
const SAVE_HTML: Binding = bind(&[Key::char('W')], "W", Action::SaveHtml, "save as HTML");
const RETURN: Binding = bind(
    &[Key::char('b')],
    "b",
    Action::Return,
    "back to the finding",
);
const NEXT_UNREAD: Binding = bind(&[Key::char('u')], "u", Action::NextUnread, "next unread");

/// The tree is read in the same way, whatever it is read for.
const TREE: &[Binding] = table![
    &[
        ONLY_ACTION,
        ONLY_CATEGORY,
        ONLY_SEVERITY,
        REGROUP,
        COPY,
        SAVE,
        SAVE_HTML,
        RETURN,
        NEXT_UNREAD,
        FIND_NEXT,
        FIND_BACK,
    ],
    LINES,
    TRAVEL,
    &[turn_back("fold all"), turn_on("open all"), LEAVE],
];

const READING: &[Binding] = &[
    FIND,
    other_pane("spec"),
    HELP,
    DETAIL_WHOLE,
    back("back"),
    RAW_TEXT,
];

const FIX: Binding = bind(&[Key::char('e')], "e", Action::Fix, "change it");

/// What it opens is the text that decides: the answers, or the spec of a cluster without answers.
const OPEN_EDITOR: Binding = bind(
    &[Key::char('E'), Key::ctrl('e')],
    "E",
    Action::OpenEditor,
    "edit in your editor",
);

/// A dry run that was approved once: it is approved again, or left.
pub(crate) const DIFFERING: &[Binding] = table![&[OPEN, APPROVE], READING, TREE];

const REVIEWED: &[Binding] = table![
    &[OPEN, APPROVE, FIX],
    READING,
    &[OPEN_EDITOR, ask_again("ask kops again")],
    TREE
];

pub(crate) const REVIEW: &[Binding] = table![REVIEWED, &[JUMP_BY_DIGIT]];

/// Only the wizard has steps.
pub(crate) const STORED_REVIEW: &[Binding] = REVIEWED;

pub(crate) const REPORT: &[Binding] = table![
    &[
        OPEN,
        FIND,
        DETAIL_WHOLE,
        RAW_TEXT,
        bind(&[Key::char('q')], "q", Action::Leave, "leave"),
        HELP,
        back("back"),
    ],
    TREE,
];

pub(crate) const STORED_WAITING: &[Binding] = &[
    back("back"),
    ask_again("again"),
    OPEN_EDITOR,
    other_pane("switch pane"),
    HELP,
    LEAVE,
];

pub(crate) const WAITING: &[Binding] = table![STORED_WAITING, &[JUMP_BY_DIGIT]];

pub(crate) const DETAIL: &[Binding] = table![
    &[bind(
        &[Key::char('d'), ESC],
        "d",
        Action::Detail,
        "back to the tree",
    )],
    LINES,
    &[turn_back("previous row"), turn_on("next row"), HELP],
    TRAVEL,
    &[LEAVE],
];

pub(crate) const RAW: &[Binding] = table![
    &[
        bind(&[Key::char('r')], "r", Action::Raw, "back to the tree"),
        FIND,
    ],
    LINES,
    &[FIND_NEXT, HELP, FIND_BACK],
    TRAVEL,
    &[back("leave the search, then the text"), LEAVE],
];

pub(crate) const SPEC: &[Binding] = table![
    LINES,
    &[
        bind(
            &[TAB, BACK_TAB, ESC],
            "tab",
            Action::OtherPane,
            "back to the changes",
        ),
        HELP,
    ],
    TRAVEL,
    &[LEAVE],
];

const LEAVE_SEARCH: &str = "leave the search";

pub(crate) const FINDING: &[Binding] = table![
    &[
        bind(&[ENTER], "enter", Action::Accept, "keep the matches"),
        esc_discards(LEAVE_SEARCH),
    ],
    ROWS,
    &[ctrl_c_discards(LEAVE_SEARCH)],
];

/// What both keys do that take an answer back.
const fn discards(word: &'static str) -> [Binding; 2] {
    [esc_discards(word), ctrl_c_discards(word)]
}

pub(crate) const APPROVING: &[Binding] = table![
    &[bind(
        &[ENTER],
        "enter",
        Action::Accept,
        "approve, once typed",
    )],
    &discards("back, change nothing"),
];

pub(crate) const GIVEN: &[Binding] = &discards("cancel approval");
