//! The state of a step's rows: where the cursor is and what is being typed or picked.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher};
use tui_input::{Input, InputRequest};

use super::field::FieldKey;
use super::key::{Code, Key};

/// One step's rows: the cursor, and what is being entered.
#[derive(Clone, Debug, Default)]
pub struct Form {
    pub cursor: usize,
    /// Whether the person moved the cursor since the step was entered.
    pub moved: bool,
    pub entry: EditState,
}

/// What is being entered.
#[derive(Clone, Debug, Default)]
pub enum EditState {
    #[default]
    Resting,
    Typing(Typing),
    Picking(Picking),
}

/// A value being typed in place.
#[derive(Clone, Debug)]
pub struct Typing {
    pub key: FieldKey,
    pub input: Input,
    /// Why the typed value was not taken.
    pub refused: Option<String>,
}

/// A long list being searched.
#[derive(Clone, Debug)]
pub struct Picking {
    pub key: FieldKey,
    pub input: Input,
    pub choices: Vec<Choice>,
    /// Indexes into `choices` that match, best first.
    pub matches: Vec<usize>,
    pub cursor: usize,
}

/// One value of a long list, with the columns that describe it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub cells: Vec<String>,
}

impl Form {
    /// Moves the cursor by this many rows, staying inside `rows`.
    pub fn step(&mut self, by: isize, rows: usize) {
        self.cursor = stepped(self.cursor, by, rows);
    }
}

/// An index moved by `by`, kept inside `0..count` (0 when empty).
pub fn stepped(from: usize, by: isize, count: usize) -> usize {
    from.saturating_add_signed(by).min(count.saturating_sub(1))
}

impl Typing {
    /// Starts with the current value and the caret behind it.
    pub fn new(key: FieldKey, value: &str) -> Self {
        Self {
            key,
            input: Input::new(value.to_owned()),
            refused: None,
        }
    }
}

impl Picking {
    /// Starts with the whole list and the cursor on the current value.
    pub fn new(key: FieldKey, choices: Vec<Choice>, current: &str) -> Self {
        let cursor = choices
            .iter()
            .position(|choice| choice.value == current)
            .unwrap_or(0);
        Self {
            key,
            input: Input::default(),
            matches: (0..choices.len()).collect(),
            choices,
            cursor,
        }
    }

    /// Keeps what matches the typed words, best first.
    pub fn search(&mut self) {
        let words = self.input.value();
        let pattern = Pattern::parse(words, CaseMatching::Smart, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut scored: Vec<(u32, usize)> = self
            .choices
            .iter()
            .enumerate()
            .filter_map(|(index, choice)| {
                let text = nucleo_matcher::Utf32String::from(choice.value.as_str());
                let score = pattern.score(text.slice(..), &mut matcher)?;
                Some((score, index))
            })
            .collect();
        scored.sort_by(|(left, at), (right, other)| right.cmp(left).then(at.cmp(other)));
        self.matches = scored.into_iter().map(|(_, index)| index).collect();
        self.cursor = 0;
    }

    /// The choice under the cursor.
    pub fn chosen(&self) -> Option<&Choice> {
        self.choices.get(*self.matches.get(self.cursor)?)
    }
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
