//! Lines that are typed, and moving through rows.

use tui_input::{Input, InputRequest};

use super::key::{Code, Key};

/// An index moved by `by`, kept inside `0..count` (0 when empty).
pub fn stepped(from: usize, by: isize, count: usize) -> usize {
    from.saturating_add_signed(by).min(count.saturating_sub(1))
}

/// Feeds an editing key to a line; false when the key edits nothing.
pub fn edit(input: &mut Input, key: Key) -> bool {
    match request(key) {
        Some(request) => {
            input.handle(request);
            true
        }
        None => false,
    }
}

/// Whether a key edits a line.
pub fn edits(key: Key) -> bool {
    request(key).is_some()
}

/// No value is longer: what is pasted beyond it is left out.
const LONGEST_PASTE: usize = 4_096;

/// Types a pasted text: control characters, line ends among them, are left out.
pub fn paste(input: &mut Input, text: &str) {
    let pasted = text.chars().filter(|character| !character.is_control());
    let pasted: Vec<char> = pasted.take(LONGEST_PASTE).collect();
    let at = input.cursor();
    let mut whole: Vec<char> = input.value().chars().collect();
    whole.splice(at..at, pasted.iter().copied());
    *input = Input::new(whole.into_iter().collect()).with_cursor(at + pasted.len());
}

fn request(key: Key) -> Option<InputRequest> {
    if let Some(character) = key.printable() {
        return Some(InputRequest::InsertChar(character));
    }
    Some(match (key.code, key.ctrl) {
        (Code::Backspace, false) => InputRequest::DeletePrevChar,
        (Code::Delete, false) => InputRequest::DeleteNextChar,
        (Code::Left, false) => InputRequest::GoToPrevChar,
        (Code::Right, false) => InputRequest::GoToNextChar,
        (Code::Left, true) => InputRequest::GoToPrevWord,
        (Code::Right, true) => InputRequest::GoToNextWord,
        (Code::Home, _) | (Code::Char('a'), true) => InputRequest::GoToStart,
        (Code::End, _) | (Code::Char('e'), true) => InputRequest::GoToEnd,
        (Code::Char('u'), true) => InputRequest::DeleteLine,
        (Code::Char('w'), true) => InputRequest::DeletePrevWord,
        (Code::Char('k'), true) => InputRequest::DeleteTillEnd,
        _ => return None,
    })
}
