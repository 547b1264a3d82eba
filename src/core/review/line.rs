//! One line of a report taken apart, by the format strings of kops that made it.

/// The width of `%-20s`, which pads field names and the types of deleted items.
const WIDTH: usize = 20;

/// A line inside a diff: `%-20s\t%s` with an empty name.
pub(super) fn diff_line(rest: &str) -> Option<&str> {
    let blanks = rest.bytes().take(WIDTH).take_while(|byte| *byte == b' ');
    if blanks.count() < WIDTH {
        return None;
    }
    rest.get(WIDTH..)?.strip_prefix('\t')
}

/// `%-20s\t%s`: name and value; `%-20s` alone: name and none.
pub(super) fn split_field(rest: &str) -> Option<(&str, Option<&str>)> {
    let end = rest.find([' ', '\t']).unwrap_or(rest.len());
    let (name, tail) = rest.split_at_checked(end)?;
    if !is_identifier(name) {
        return None;
    }
    let tail = padded(name, tail)?;
    match tail.strip_prefix('\t') {
        Some(value) => Some((name, Some(value))),
        None => tail.is_empty().then_some((name, None)),
    }
}

/// `%-20s %s`: the type and the item.
pub(super) fn split_item(rest: &str) -> Option<(&str, &str)> {
    let (kind, _) = rest.split_once(' ')?;
    if !is_identifier(kind) {
        return None;
    }
    let item = padded(kind, rest.get(kind.len()..)?)?.strip_prefix(' ')?;
    Some((kind, item))
}

fn padded<'a>(word: &str, tail: &'a str) -> Option<&'a str> {
    let blanks = WIDTH.saturating_sub(word.len());
    let (pad, rest) = tail.split_at_checked(blanks)?;
    pad.bytes().all(|byte| byte == b' ').then_some(rest)
}

/// A Go name: the type of a task, or a field of it.
pub(super) fn is_identifier(word: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    !word.is_empty() && word.bytes().all(plain)
}

const ARROW: &str = " -> ";

/// Splits at the first arrow outside brackets, else at the first one.
pub(super) fn split_arrow(value: &str) -> Option<(&str, &str)> {
    let mut depth = 0_usize;
    let mut seen = 0;
    for (at, _) in value.match_indices(ARROW) {
        depth = value.get(seen..at)?.bytes().fold(depth, nested);
        seen = at;
        if depth == 0 {
            return Some((value.get(..at)?, value.get(at + ARROW.len()..)?));
        }
    }
    value.split_once(ARROW)
}

fn nested(depth: usize, byte: u8) -> usize {
    match byte {
        b'{' | b'[' | b'(' => depth + 1,
        b'}' | b']' | b')' => depth.saturating_sub(1),
        _ => depth,
    }
}
