//! The state of a step's rows: where the cursor is and what is being typed or picked.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher};
use tui_input::Input;

use super::field::FieldKey;
use crate::tui::form::stepped;

/// One step's rows: the cursor, and what is being entered.
#[derive(Clone, Debug, Default)]
pub struct Form {
    pub cursor: usize,
    /// Where cells stand side by side, the column that the cursor was in last.
    pub column: usize,
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
    /// What typed words are looked for in.
    pub searched: String,
    pub cells: Vec<String>,
}

impl Form {
    /// Moves the cursor by this many rows, staying inside `rows`.
    pub fn step(&mut self, by: isize, rows: usize) {
        self.cursor = stepped(self.cursor, by, rows);
    }
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
                let text = nucleo_matcher::Utf32String::from(choice.searched.as_str());
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
