//! A key as the program knows it, whatever the terminal calls it.

use std::fmt;

use crate::core::text::untrusted::visible;

/// What was pressed, apart from the modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    Char(char),
    Enter,
    Esc,
    Tab,
    BackTab,
    Backspace,
    Delete,
    Up,
    Down,
    Left,
    Right,
    PageUp,
    PageDown,
    Home,
    End,
    Insert,
    Function(u8),
}

/// A key press; shift is part of the character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    pub code: Code,
    pub ctrl: bool,
    pub alt: bool,
}

impl Key {
    /// A key without modifiers.
    pub const fn plain(code: Code) -> Self {
        Self {
            code,
            ctrl: false,
            alt: false,
        }
    }

    /// A character with ctrl held.
    pub const fn ctrl(character: char) -> Self {
        Self {
            code: Code::Char(character),
            ctrl: true,
            alt: false,
        }
    }

    /// A character with alt held.
    pub const fn alt(character: char) -> Self {
        Self {
            code: Code::Char(character),
            ctrl: false,
            alt: true,
        }
    }

    /// A character typed as it is.
    pub const fn char(character: char) -> Self {
        Self::plain(Code::Char(character))
    }

    /// The printable character of this key, when it has one.
    pub fn printable(self) -> Option<char> {
        match self.code {
            Code::Char(character) if !self.ctrl && !self.alt && !character.is_control() => {
                Some(character)
            }
            _ => None,
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Char(' ') => "space",
            Self::Char(character) => return out.write_str(&visible(&character.to_string())),
            Self::Function(number) => return write!(out, "F{number}"),
            Self::Enter => "enter",
            Self::Esc => "esc",
            Self::Tab => "tab",
            Self::BackTab => "shift-tab",
            Self::Backspace => "backspace",
            Self::Delete => "delete",
            Self::Up => "up",
            Self::Down => "down",
            Self::Left => "left",
            Self::Right => "right",
            Self::PageUp => "pgup",
            Self::PageDown => "pgdn",
            Self::Home => "home",
            Self::End => "end",
            Self::Insert => "insert",
        };
        out.write_str(name)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ctrl {
            out.write_str("ctrl-")?;
        }
        if self.alt {
            out.write_str("alt-")?;
        }
        self.code.fmt(out)
    }
}
