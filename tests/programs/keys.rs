//! Keys as tests and benches write them.

use kopswain::tui::key::{Code, Key};

/// The keys of a text such as `prod<enter><down><ctrl-c>`; unknown names are typed as they stand.
pub(crate) fn journey(text: &str) -> Vec<Key> {
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
        other => return held(other, "ctrl-", Key::ctrl).or_else(|| held(other, "alt-", Key::alt)),
    };
    Some(Key::plain(code))
}

fn held(name: &str, prefix: &str, key: fn(char) -> Key) -> Option<Key> {
    let mut letters = name.strip_prefix(prefix)?.chars();
    let letter = letters.next()?;
    letters.next().is_none().then_some(key(letter))
}
