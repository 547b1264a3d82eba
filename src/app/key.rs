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

/// Reads a journey of keys as tests write it: `prod<enter><down><ctrl-c>`; unknown names are typed as they stand.
pub fn journey(text: &str) -> Vec<Key> {
    let mut keys = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let named = rest
            .strip_prefix('<')
            .and_then(|inside| inside.split_once('>'))
            .and_then(|(name, after)| named(name).map(|key| (key, after)));
        let (key, after) = named.unwrap_or((Key::char(first), &rest[first.len_utf8()..]));
        keys.push(key);
        rest = after;
    }
    keys
}

fn named(name: &str) -> Option<Key> {
    let code = match name {
        "enter" => Code::Enter,
        "esc" => Code::Esc,
        "tab" => Code::Tab,
        "backtab" => Code::BackTab,
        "backspace" => Code::Backspace,
        "delete" => Code::Delete,
        "up" => Code::Up,
        "down" => Code::Down,
        "left" => Code::Left,
        "right" => Code::Right,
        "pageup" => Code::PageUp,
        "pagedown" => Code::PageDown,
        "home" => Code::Home,
        "end" => Code::End,
        "space" => Code::Char(' '),
        other => return ctrl_named(other),
    };
    Some(Key::plain(code))
}

fn ctrl_named(name: &str) -> Option<Key> {
    let mut letters = name.strip_prefix("ctrl-")?.chars();
    let letter = letters.next()?;
    letters.next().is_none().then_some(Key::ctrl(letter))
}
