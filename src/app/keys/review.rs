//! The keys of the review: of the tree, the detail, kops's own text, the search and the approval.

use super::{
    Action, Binding, Code, ENTER, ESC, HELP, Key, LEAVE, PAGE_DOWN, PAGE_UP, ROW_DOWN, ROW_UP,
    SPACE, VI_DOWN, VI_FIRST, VI_LAST, VI_UP, bind, joined,
};

const OPEN: Binding = bind(&[SPACE, ENTER], "space", Action::Choose, "open, fold");
const APPROVE: Binding = bind(&[Key::char('a')], "a", Action::Approve, "approve");
const FIND: Binding = bind(&[Key::char('/')], "/", Action::Find, "find");
const FIND_NEXT: Binding = bind(&[Key::char('n')], "n", Action::FindNext, "next match");
const FIND_BACK: Binding = bind(&[Key::char('N')], "N", Action::FindBack, "match before");
const DETAIL_WHOLE: Binding = bind(&[Key::char('d')], "d", Action::Detail, "detail");
const RAW_TEXT: Binding = bind(&[Key::char('r')], "r", Action::Raw, "raw text");
const TO_SPEC: Binding = bind(
    &[Key::plain(Code::Tab), Key::plain(Code::BackTab)],
    "tab",
    Action::OtherPane,
    "spec",
);
const BACK: Binding = bind(&[ESC], "esc", Action::Back, "back");
const ONLY_ACTION: Binding = bind(
    &[Key::char('c')],
    "c",
    Action::OnlyAction,
    "only one change: delete, modify, create",
);
const ONLY_FAMILY: Binding = bind(
    &[Key::char('f')],
    "f",
    Action::OnlyFamily,
    "only one family: network, compute, IAM",
);
const ONLY_SEVERITY: Binding = bind(
    &[Key::char('s')],
    "s",
    Action::OnlySeverity,
    "only one severity: danger, warning, note",
);
const RETURN: Binding = bind(
    &[Key::char('b')],
    "b",
    Action::Return,
    "back to the finding",
);
const NEXT_UNREAD: Binding = bind(
    &[Key::char('u')],
    "u",
    Action::NextUnread,
    "next one not read",
);
const FOLD_ALL: Binding = bind(&[Key::plain(Code::Left)], "←", Action::TurnBack, "fold all");
const OPEN_ALL: Binding = bind(&[Key::plain(Code::Right)], "→", Action::TurnOn, "open all");

/// The tree is read in the same way, whatever it is read for.
const TREE: &[Binding] = &[
    ONLY_ACTION,
    ONLY_FAMILY,
    ONLY_SEVERITY,
    RETURN,
    NEXT_UNREAD,
    FIND_NEXT,
    FIND_BACK,
    VI_UP,
    VI_DOWN,
    PAGE_UP,
    PAGE_DOWN,
    VI_FIRST,
    VI_LAST,
    FOLD_ALL,
    OPEN_ALL,
    LEAVE,
];

const MAY_APPROVE: &[Binding] = &[
    OPEN,
    APPROVE,
    FIND,
    DETAIL_WHOLE,
    TO_SPEC,
    HELP,
    BACK,
    RAW_TEXT,
];

/// A dry run that was approved once: it is approved again, or left.
pub(super) const DIFFERING: &[Binding] =
    &joined::<{ MAY_APPROVE.len() + TREE.len() }>([MAY_APPROVE, TREE]);

const ASK_AGAIN: &[Binding] = &[bind(
    &[Key::ctrl('r')],
    "ctrl-r",
    Action::Again,
    "ask kops again",
)];

const MAY_ASK_AGAIN: &[Binding] =
    &joined::<{ MAY_APPROVE.len() + ASK_AGAIN.len() }>([MAY_APPROVE, ASK_AGAIN]);

pub(super) const REVIEW: &[Binding] =
    &joined::<{ MAY_ASK_AGAIN.len() + TREE.len() }>([MAY_ASK_AGAIN, TREE]);

const MAY_ONLY_READ: &[Binding] = &[
    OPEN,
    FIND,
    DETAIL_WHOLE,
    RAW_TEXT,
    bind(&[Key::char('q')], "q", Action::Leave, "leave"),
    HELP,
    BACK,
];

pub(super) const REPORT: &[Binding] =
    &joined::<{ MAY_ONLY_READ.len() + TREE.len() }>([MAY_ONLY_READ, TREE]);

pub(super) const DETAIL: &[Binding] = &[
    bind(
        &[Key::char('d'), ESC],
        "d",
        Action::Detail,
        "back to the tree",
    ),
    VI_UP,
    VI_DOWN,
    bind(
        &[Key::plain(Code::Left)],
        "←",
        Action::TurnBack,
        "row before",
    ),
    bind(&[Key::plain(Code::Right)], "→", Action::TurnOn, "next row"),
    HELP,
    PAGE_UP,
    PAGE_DOWN,
    VI_FIRST,
    VI_LAST,
    LEAVE,
];

pub(super) const RAW: &[Binding] = &[
    bind(&[Key::char('r')], "r", Action::Raw, "back to the tree"),
    FIND,
    VI_UP,
    VI_DOWN,
    FIND_NEXT,
    HELP,
    FIND_BACK,
    PAGE_UP,
    PAGE_DOWN,
    VI_FIRST,
    VI_LAST,
    bind(
        &[ESC],
        "esc",
        Action::Back,
        "leave the search, then the text",
    ),
    LEAVE,
];

pub(super) const REVIEW_SPEC: &[Binding] = &[
    VI_UP,
    VI_DOWN,
    bind(
        &[Key::plain(Code::Tab), Key::plain(Code::BackTab), ESC],
        "tab",
        Action::OtherPane,
        "back to the changes",
    ),
    HELP,
    PAGE_UP,
    PAGE_DOWN,
    VI_FIRST,
    VI_LAST,
    LEAVE,
];

pub(super) const FINDING: &[Binding] = &[
    bind(&[ENTER], "enter", Action::Accept, "keep the matches"),
    bind(&[ESC], "esc", Action::Discard, "leave the search"),
    ROW_UP,
    ROW_DOWN,
    bind(
        &[Key::ctrl('c')],
        "ctrl-c",
        Action::Discard,
        "leave the search",
    ),
];

pub(super) const APPROVING: &[Binding] = &[
    bind(&[ENTER], "enter", Action::Accept, "approve, once typed"),
    bind(&[ESC], "esc", Action::Discard, "back, change nothing"),
    bind(
        &[Key::ctrl('c')],
        "ctrl-c",
        Action::Discard,
        "back, change nothing",
    ),
];

pub(super) const GIVEN: &[Binding] = &[
    bind(&[ESC], "esc", Action::Discard, "take the yes back"),
    bind(
        &[Key::ctrl('c')],
        "ctrl-c",
        Action::Discard,
        "take the yes back",
    ),
];
