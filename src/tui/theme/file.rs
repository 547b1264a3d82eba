//! The file of a theme: its roles and colours, with everything that is wrong in it named at once.

use std::collections::BTreeMap;

use ratatui::style::{Color, Modifier, Style};
use toml::{Table, Value};

use super::StyleRole;
use crate::core::text::suggestion::did_you_mean;
use crate::core::text::untrusted::visible;

const KEYS: [&str; 2] = ["inherits", "roles"];
const COLOURS: [&str; 2] = ["fg", "bg"];
const MODIFIERS: [(&str, Modifier); 4] = [
    ("bold", Modifier::BOLD),
    ("dim", Modifier::DIM),
    ("underline", Modifier::UNDERLINED),
    ("reverse", Modifier::REVERSED),
];

/// What a theme's file says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ThemeFile {
    pub(super) inherits: Option<String>,
    pub(super) styles: BTreeMap<StyleRole, Style>,
}

impl ThemeFile {
    /// Reads the text of a theme; the error is everything that is wrong in it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let table: Table = toml::from_str(text).map_err(|error| error.to_string())?;
        let mut file = Self::default();
        let mut wrong = Vec::new();
        for (key, value) in &table {
            match (key.as_str(), value) {
                ("inherits", Value::String(parent)) => file.inherits = Some(parent.clone()),
                ("roles", Value::Table(roles)) => file.read_roles(roles, &mut wrong),
                ("inherits" | "roles", _) => wrong.push(format!("{key} has another form")),
                _ => wrong.push(unknown("key", key, KEYS)),
            }
        }
        if wrong.is_empty() {
            Ok(file)
        } else {
            Err(wrong.join("; "))
        }
    }

    fn read_roles(&mut self, roles: &Table, wrong: &mut Vec<String>) {
        for (name, value) in roles {
            let known = StyleRole::ALL.iter().map(|role| <&str>::from(*role));
            match (name.parse(), value) {
                (Ok(role), Value::Table(paint)) => {
                    let style = style(name, paint, wrong);
                    self.styles.insert(role, style);
                }
                (Ok(_), _) => wrong.push(format!("{name} is not of the form {{ fg = … }}")),
                (Err(_), _) => wrong.push(unknown("role", name, known)),
            }
        }
    }
}

fn style(role: &str, paint: &Table, wrong: &mut Vec<String>) -> Style {
    let mut style = Style::new();
    for (key, value) in paint {
        let modifier = MODIFIERS.iter().find(|(name, _)| name == key);
        match (key.as_str(), value, modifier) {
            ("fg" | "bg", Value::String(name), _) => match name.parse::<Color>() {
                Ok(colour) if key == "fg" => style.fg = Some(colour),
                Ok(colour) => style.bg = Some(colour),
                Err(_) => wrong.push(format!("{role}: {} is not a colour", visible(name))),
            },
            ("fg" | "bg", _, _) => wrong.push(format!("{role}: {key} is not a text")),
            (_, Value::Boolean(wanted), Some((_, modifier))) => {
                if *wanted {
                    style = style.add_modifier(*modifier);
                }
            }
            (_, _, Some(_)) => wrong.push(format!("{role}: {key} is neither true nor false")),
            _ => {
                let known = COLOURS.into_iter().chain(MODIFIERS.map(|(name, _)| name));
                wrong.push(format!("{role}: {}", unknown("key", key, known)));
            }
        }
    }
    style
}

fn unknown<'a>(what: &str, word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let guess = did_you_mean(word, known);
    format!("there is no {what} {}{guess}", visible(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_wrong_is_named_at_once() {
        let text = "inherit = \"dark\"\n[roles]\ndangr = { fg = \"1\" }\ngood = { fg = 2, bould = true, bg = \"grass\" }\ndim = \"grey\"\nnote = { bold = 1 }\n";
        let expected = "there is no key inherit; did you mean inherits?; there is no role dangr; did you mean danger?; \
                        dim is not of the form { fg = … }; good: grass is not a colour; \
                        good: there is no key bould; did you mean bold?; good: fg is not a text; \
                        note: bold is neither true nor false";
        assert_eq!(ThemeFile::parse(text), Err(expected.to_owned()));
    }

    #[test]
    fn a_text_that_is_no_toml_is_named_with_its_place() {
        let error = ThemeFile::parse("[roles\n").map_err(|error| error.contains("line 1"));
        assert_eq!(error, Err(true));
    }
}
