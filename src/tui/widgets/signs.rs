//! The signs that go with every state, in Unicode or in ASCII.

use crate::tui::row_sign::RowSign;
use crate::tui::theme::StyleRole;

/// One set of signs, each one column wide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signs {
    pub good: &'static str,
    pub look: &'static str,
    pub blocked: &'static str,
    pub now: &'static str,
    pub to_come: &'static str,
    pub folded: &'static str,
    pub open: &'static str,
    pub changed: &'static str,
    pub cursor: &'static str,
    pub dot: &'static str,
    pub ellipsis: &'static str,
    pub arrow: &'static str,
    pub full: &'static str,
    pub empty: &'static str,
    pub ascii: bool,
}

/// For terminals that show UTF-8.
pub const UNICODE: Signs = Signs {
    good: "✓",
    look: "!",
    blocked: "✗",
    now: "●",
    to_come: "○",
    folded: "▸",
    open: "▾",
    changed: "▌",
    cursor: "›",
    dot: "·",
    ellipsis: "…",
    arrow: "→",
    full: "█",
    empty: "░",
    ascii: false,
};

/// For a locale that is not UTF-8, and for `--ascii`.
pub const ASCII: Signs = Signs {
    good: "v",
    look: "!",
    blocked: "x",
    now: "*",
    to_come: "o",
    folded: ">",
    open: "v",
    changed: "|",
    cursor: ">",
    dot: "-",
    ellipsis: "~",
    arrow: "->",
    full: "#",
    empty: ".",
    ascii: true,
};

impl Signs {
    /// The sign of a row's state.
    pub fn for_row(&self, sign: RowSign) -> &'static str {
        match sign {
            RowSign::None => " ",
            RowSign::Good => self.good,
            RowSign::Look => self.look,
            RowSign::Blocked => self.blocked,
            RowSign::Now => self.now,
        }
    }
}

/// How the sign of a row's state looks.
pub(crate) fn sign_role(sign: RowSign) -> StyleRole {
    match sign {
        RowSign::None => StyleRole::Accent,
        RowSign::Good => StyleRole::Good,
        RowSign::Look => StyleRole::Warning,
        RowSign::Blocked => StyleRole::Danger,
        RowSign::Now => StyleRole::Dim,
    }
}
