//! The state of a step's rows: where the cursor is and what is being typed or picked.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher};
use tui_input::Input;

use super::choice::Choice;
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
    /// The values that are in, where several may be; absent where one is taken.
    pub several: Option<Vec<String>>,
}

impl EditState {
    /// The row that is typed into or picked for; absent where none is.
    pub fn key(&self) -> Option<&FieldKey> {
        match self {
            Self::Resting => None,
            Self::Typing(typing) => Some(&typing.key),
            Self::Picking(picking) => Some(&picking.key),
        }
    }
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
    /// Starts with the whole list and the cursor on the current value, which is first.
    pub fn new(key: FieldKey, mut choices: Vec<Choice>, current: &str) -> Self {
        choices.sort_by_key(|choice| (choice.by_hand, choice.value != current));
        Self {
            key,
            input: Input::default(),
            matches: (0..choices.len()).collect(),
            choices,
            cursor: 0,
            several: None,
        }
    }

    /// The same list, of which several values may be in; those that are, are first.
    #[must_use]
    pub fn with_several(mut self, present: Vec<String>) -> Self {
        self.choices
            .sort_by_key(|choice| !present.contains(&choice.value));
        self.several = Some(present);
        self
    }

    /// Takes the value under the cursor in or out; gives all that are in, in the order in which they were taken.
    pub(super) fn toggle(&mut self) -> Option<String> {
        let value = self.chosen()?.value.clone();
        let several = self.several.as_mut()?;
        match several.iter().position(|one| *one == value) {
            Some(at) => drop(several.remove(at)),
            None => several.push(value),
        }
        Some(several.join(", "))
    }

    /// Whether a value is in, where several may be.
    pub fn is_in(&self, choice: &Choice) -> Option<bool> {
        let several = self.several.as_ref()?;
        Some(several.contains(&choice.value))
    }

    /// Keeps what matches the typed words, best first.
    pub fn search(&mut self) {
        let (figures, words) = figures_and_words(self.input.value());
        let words = words.as_str();
        let pattern = Pattern::parse(words, CaseMatching::Smart, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut scored: Vec<(u32, usize)> = self
            .choices
            .iter()
            .enumerate()
            .filter(|(_, choice)| {
                let mut figures = figures.iter();
                choice.by_hand || figures.all(|figure| choice.figures.contains(figure))
            })
            .filter_map(|(index, choice)| {
                let text = nucleo_matcher::Utf32String::from(choice.searched.as_str());
                let score = pattern.score(text.slice(..), &mut matcher);
                let score = score.filter(|_| !choice.by_hand);
                Some((score.or(choice.by_hand.then_some(0))?, index))
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

/// What figures are typed with.
const UNITS: [(&str, &str); 5] = [
    ("vcpus", "vcpu"),
    ("vcpu", "vcpu"),
    ("cpu", "vcpu"),
    ("gib", "gib"),
    ("gb", "gib"),
];

// `8 vcpu` and `16GiB` are figures, and so is `amd64`; the rest is looked for in names.
fn figures_and_words(typed: &str) -> (Vec<String>, String) {
    let (mut figures, mut words): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for word in typed.split_whitespace() {
        let lower = word.to_lowercase();
        let unit = UNITS
            .iter()
            .find_map(|(typed, unit)| Some((lower.strip_suffix(typed)?, unit)));
        match unit {
            Some(("", unit)) if words.last().is_some_and(|last| is_number(last)) => {
                let number = words.pop().unwrap_or_default();
                figures.push(format!("{number}{unit}"));
            }
            Some((number, unit)) if is_number(number) => figures.push(format!("{number}{unit}")),
            _ if lower == "amd64" => figures.push(lower),
            _ => words.push(word.to_owned()),
        }
    }
    let words: Vec<String> = words.into_iter().map(whole_number).collect();
    (figures, words.join(" "))
}

// The digits of a version or a size stand together: `1.34` is not in 1.31.14 (the `'` of fzf's patterns).
fn whole_number(word: String) -> String {
    if word.starts_with(|first: char| first.is_ascii_digit()) {
        format!("'{word}")
    } else {
        word
    }
}

fn is_number(text: &str) -> bool {
    text.parse::<f32>().is_ok_and(f32::is_finite)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_told_from_words_however_they_are_typed() {
        let read = |typed| {
            let (figures, words) = figures_and_words(typed);
            (figures.join("+"), words)
        };
        let expected = |figures: &str, words: &str| (figures.to_owned(), words.to_owned());
        assert_eq!(read("arm64 16GiB"), expected("16gib", "arm64"));
        assert_eq!(read("8 vcpu"), expected("8vcpu", ""));
        assert_eq!(
            read("m6i 2 vCPUs 8 gb amd64"),
            expected("2vcpu+8gib+amd64", "m6i")
        );
        assert_eq!(read("0.5gib"), expected("0.5gib", ""));
        assert_eq!(read("vcpu"), expected("", "vcpu"));
        assert_eq!(read("8"), expected("", "'8"));
    }
}
