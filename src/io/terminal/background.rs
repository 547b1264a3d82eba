//! Whether the terminal's background is dark: its own variable, else one question (OSC 11) that waits a moment and no
//! longer; an answer that comes late is never taken for keys.

use std::env;
use std::io::{self, Write};
use std::time::{Duration, Instant};

use crossterm::event::{Event as Input, KeyCode, KeyEvent, KeyModifiers, poll, read};

/// How long an answer is waited for: a terminal at the other end of a slow connection answers too late for this start.
const PATIENCE: Duration = Duration::from_millis(150);
/// The rest of an answer, and of any key that is more than one byte, comes at once.
pub(super) const REST: Duration = Duration::from_millis(30);

const QUESTION: &[u8] = b"\x1b]11;?\x1b\\";
const BEGIN: &str = "\u{1b}]11;rgb";
const ENDS: [&str; 2] = ["\u{7}", "\u{1b}\\"];
/// `rgba:` and four times four digits, with what is between them.
const LONGEST: usize = 40;

/// What is behind the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Background {
    Dark,
    Light,
}

impl Background {
    /// What `COLORFGBG` says, which rxvt, Konsole and others set: the last number is the background's colour.
    pub fn from_environment() -> Option<Self> {
        Self::of_colours(&env::var("COLORFGBG").ok()?)
    }

    fn of_colours(value: &str) -> Option<Self> {
        let colour: u8 = value.rsplit(';').next()?.parse().ok()?;
        match colour {
            7 | 9..=15 => Some(Self::Light),
            0..=6 | 8 => Some(Self::Dark),
            _ => None,
        }
    }

    // Each part has one to four digits of its own scale.
    fn of_answer(answer: &str) -> Option<Self> {
        let (_, colour) = answer.split_once(':')?;
        let mut parts = colour.split('/').map(|part| {
            let digits: String = part.chars().take_while(char::is_ascii_hexdigit).collect();
            let most = 16_f64.powi(i32::try_from(digits.len()).ok()?) - 1.0;
            let value = u32::from_str_radix(&digits, 16).ok()?;
            Some(f64::from(value) / most)
        });
        let mut next = || parts.next().flatten();
        let (red, green, blue) = (next()?, next()?, next()?);
        let light = 0.299 * red + 0.587 * green + 0.114 * blue;
        Some(if light > 0.5 { Self::Light } else { Self::Dark })
    }
}

/// The answer that may still come, and what was typed meanwhile.
#[derive(Debug, Default)]
pub struct LateAnswer {
    /// Whether an answer is still to come.
    awaited: bool,
    /// Keys that may be the beginning of the answer.
    held: Vec<KeyEvent>,
    text: String,
    /// What came while the answer was waited for.
    pub(super) early: Vec<Input>,
}

/// What a key is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum TakenKey {
    /// Perhaps a part of the answer.
    Held,
    /// The end of the answer.
    Answered(Option<Background>),
    /// These were typed.
    Typed(Vec<KeyEvent>),
}

impl LateAnswer {
    /// Asks the terminal for its background, and waits a moment.
    pub(super) fn ask(out: &mut impl Write) -> io::Result<(Option<Background>, Self)> {
        out.write_all(QUESTION)?;
        out.flush()?;
        let mut late = Self {
            awaited: true,
            ..Self::default()
        };
        let began = Instant::now();
        loop {
            let left = PATIENCE.saturating_sub(began.elapsed());
            if left.is_zero() || !poll(left)? {
                return Ok((None, late));
            }
            match read()? {
                Input::Key(key) => match late.take(key) {
                    TakenKey::Held => {}
                    TakenKey::Answered(found) => return Ok((found, late)),
                    TakenKey::Typed(keys) => late.early.extend(keys.into_iter().map(Input::Key)),
                },
                other => late.early.push(other),
            }
        }
    }

    /// Whether keys are held that may be the beginning of the answer.
    pub(super) fn holds(&self) -> bool {
        !self.held.is_empty()
    }

    /// The keys that were held: no answer came after them.
    pub(super) fn release(&mut self) -> Vec<KeyEvent> {
        self.text.clear();
        std::mem::take(&mut self.held)
    }

    /// Takes a key while an answer may come.
    pub(super) fn take(&mut self, key: KeyEvent) -> TakenKey {
        if !self.awaited {
            return TakenKey::Typed(vec![key]);
        }
        self.held.push(key);
        self.text.push_str(&typed_as(key));
        if ENDS.iter().any(|end| self.text.ends_with(end)) && self.text.starts_with(BEGIN) {
            let found = Background::of_answer(&self.text);
            self.awaited = false;
            self.release();
            return TakenKey::Answered(found);
        }
        if begins_answer(&self.text) {
            return TakenKey::Held;
        }
        // The last key may be the first of the answer.
        let mut typed = self.release();
        if typed.len() > 1 && begins_answer(&typed_as(key)) {
            typed.pop();
            self.held.push(key);
            self.text = typed_as(key);
        }
        TakenKey::Typed(typed)
    }
}

fn begins_answer(text: &str) -> bool {
    if text.is_empty() || text.len() > LONGEST {
        return false;
    }
    let Some(rest) = text.strip_prefix(BEGIN) else {
        return BEGIN.starts_with(text);
    };
    let body = rest.strip_suffix('\u{1b}').unwrap_or(rest);
    let fits = |character: char| character.is_ascii_hexdigit() || "a:/".contains(character);
    body.chars().all(fits)
}

// The bytes that crossterm made this key of.
fn typed_as(key: KeyEvent) -> String {
    let alt = key.modifiers.contains(KeyModifiers::ALT);
    let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
    let text = match key.code {
        KeyCode::Char('g') if ctrl => "\u{7}".to_owned(),
        KeyCode::Char(_) if ctrl => "\0".to_owned(),
        KeyCode::Char(character) => character.to_string(),
        KeyCode::Esc => "\u{1b}".to_owned(),
        _ => "\0".to_owned(),
    };
    if alt { format!("\u{1b}{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    // As crossterm reads the bytes of an answer.
    fn keys(text: &str) -> Vec<KeyEvent> {
        let mut keys = Vec::new();
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            let (code, modifiers) = match character {
                '\u{1b}' => match characters.next() {
                    Some(next) => (KeyCode::Char(next), KeyModifiers::ALT),
                    None => (KeyCode::Esc, KeyModifiers::NONE),
                },
                '\u{7}' => (KeyCode::Char('g'), KeyModifiers::CONTROL),
                other => (KeyCode::Char(other), KeyModifiers::NONE),
            };
            keys.push(KeyEvent::new(code, modifiers));
        }
        keys
    }

    // What is typed of a text, and the background that was found in it.
    fn taken(text: &str) -> (String, Option<Background>) {
        let mut late = LateAnswer {
            awaited: true,
            ..LateAnswer::default()
        };
        let (mut typed, mut found) = (String::new(), None);
        for key in keys(text) {
            match late.take(key) {
                TakenKey::Held => {}
                TakenKey::Answered(background) => found = background,
                TakenKey::Typed(keys) => typed.extend(keys.into_iter().map(typed_as)),
            }
        }
        typed.extend(late.release().into_iter().map(typed_as));
        (typed, found)
    }

    #[test]
    fn an_answer_is_found_among_keys_and_never_typed() {
        let dark = Some(Background::Dark);
        let light = Some(Background::Light);
        for (text, typed, found) in [
            ("\u{1b}]11;rgb:0000/2b2b/3636\u{1b}\\", "", dark),
            ("\u{1b}]11;rgb:fd/f6/e3\u{7}", "", light),
            ("ab\u{1b}]11;rgb:ffff/ffff/ffff\u{7}cd", "abcd", light),
            ("\u{1b}]11;rgba:0000/0000/0000/ffff\u{7}", "", dark),
            ("\u{1b}]\u{1b}]11;rgb:0/0/0\u{7}x", "\u{1b}]x", dark),
        ] {
            assert_eq!(taken(text), (typed.to_owned(), found), "{text:?}");
        }
    }

    #[test]
    fn what_only_begins_like_an_answer_is_typed() {
        for text in [
            "\u{1b}]",
            "\u{1b}]11;no",
            "\u{1b}]11;rgb:zz",
            "11;rgb:0/0/0",
        ] {
            assert_eq!(taken(text), (text.to_owned(), None), "{text:?}");
        }
        let long = format!("\u{1b}]11;rgb:{}", "0".repeat(60));
        assert_eq!(taken(&long), (long.clone(), None));
    }

    #[test]
    fn the_last_number_of_the_variable_is_the_background() {
        let found = Background::of_colours;
        assert_eq!(found("15;0"), Some(Background::Dark));
        assert_eq!(found("0;default;15"), Some(Background::Light));
        assert_eq!(found("0;7"), Some(Background::Light));
        assert_eq!(found("15;8"), Some(Background::Dark));
        assert_eq!(found("15;default"), None);
        assert_eq!(found(""), None);
    }
}
