//! A key as the program knows it, whatever the terminal calls it.

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
}

/// A key press; shift is part of the character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    pub code: Code,
    pub ctrl: bool,
}

impl Key {
    /// A key without modifiers.
    pub const fn plain(code: Code) -> Self {
        Self { code, ctrl: false }
    }

    /// A character with ctrl held.
    pub const fn ctrl(character: char) -> Self {
        Self {
            code: Code::Char(character),
            ctrl: true,
        }
    }

    /// A character typed as it is.
    pub const fn char(character: char) -> Self {
        Self::plain(Code::Char(character))
    }

    /// The printable character of this key, when it has one.
    pub fn printable(self) -> Option<char> {
        match self.code {
            Code::Char(character) if !self.ctrl && !character.is_control() => Some(character),
            _ => None,
        }
    }
}
