//! The roles of the screen and their colours: the only place that knows a colour.

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod palettes;

use std::collections::BTreeMap;

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;
use strum::VariantArray;

/// What a piece of text is, never its appearance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, VariantArray)]
#[serde(rename_all = "lowercase")]
pub enum StyleRole {
    Text,
    Dim,
    Accent,
    Title,
    Cursor,
    Danger,
    Warning,
    Good,
    Note,
    Create,
    Modify,
    Delete,
    Changed,
    Match,
}

impl StyleRole {
    /// Every role.
    pub const ALL: &'static [Self] = Self::VARIANTS;
}

/// A style for every role; a role without one looks like plain text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Theme {
    styles: BTreeMap<StyleRole, Style>,
}

/// Why a theme cannot be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ThemeError {
    #[error(
        "the theme {0} is not known\n  why: it is none of default, dark, light, high-contrast, monochrome\n  do:  name one of them, or give a path that ends in .toml"
    )]
    Unknown(String),
    #[error(
        "the theme {name} cannot be read: {reason}\n  why: it is not of the form of themes/default.toml\n  do:  correct it, or choose --theme default"
    )]
    Form { name: String, reason: String },
    #[error(
        "the theme {0} inherits in a circle\n  why: following its inherits leads back to it\n  do:  let one of them inherit default or nothing"
    )]
    Circle(String),
}

const BUILT_IN: [(&str, &str); 5] = [
    ("default", include_str!("../../themes/default.toml")),
    ("dark", include_str!("../../themes/dark.toml")),
    ("light", include_str!("../../themes/light.toml")),
    (
        "high-contrast",
        include_str!("../../themes/high-contrast.toml"),
    ),
    ("monochrome", include_str!("../../themes/monochrome.toml")),
];

const DEEPEST: usize = 4;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ThemeFile {
    #[serde(default)]
    inherits: Option<String>,
    #[serde(default)]
    roles: BTreeMap<StyleRole, Paint>,
}

#[expect(clippy::struct_excessive_bools, reason = "the form of the theme file")]
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Paint {
    fg: Option<String>,
    bg: Option<String>,
    bold: bool,
    dim: bool,
    underline: bool,
    reverse: bool,
}

impl Theme {
    /// One of the themes that come with the program.
    pub fn named(name: &str) -> Result<Self, ThemeError> {
        Self::inherited(name, DEEPEST)
    }

    /// A theme from the text of a file; `name` is for messages.
    pub fn parse(name: &str, text: &str) -> Result<Self, ThemeError> {
        Self::read(name, text, DEEPEST)
    }

    fn inherited(name: &str, depth: usize) -> Result<Self, ThemeError> {
        let text = BUILT_IN
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, text)| *text)
            .ok_or_else(|| ThemeError::Unknown(name.to_owned()))?;
        Self::read(name, text, depth)
    }

    fn read(name: &str, text: &str, depth: usize) -> Result<Self, ThemeError> {
        let form = |reason: String| ThemeError::Form {
            name: name.to_owned(),
            reason,
        };
        let file: ThemeFile = toml::from_str(text).map_err(|error| form(error.to_string()))?;
        let mut theme = match (&file.inherits, depth) {
            (None, _) => Self::default(),
            (Some(_), 0) => return Err(ThemeError::Circle(name.to_owned())),
            (Some(parent), depth) => Self::inherited(parent, depth - 1)?,
        };
        for (role, paint) in file.roles {
            theme.styles.insert(role, paint.style().map_err(form)?);
        }
        Ok(theme)
    }

    /// The style of a role.
    pub fn style(&self, role: StyleRole) -> Style {
        self.styles.get(&role).copied().unwrap_or_default()
    }
}

impl Paint {
    fn style(&self) -> Result<Style, String> {
        let mut style = Style::new();
        style.fg = self.fg.as_deref().map(colour).transpose()?;
        style.bg = self.bg.as_deref().map(colour).transpose()?;
        let modifiers = [
            (self.bold, Modifier::BOLD),
            (self.dim, Modifier::DIM),
            (self.underline, Modifier::UNDERLINED),
            (self.reverse, Modifier::REVERSED),
        ];
        for (wanted, modifier) in modifiers {
            if wanted {
                style = style.add_modifier(modifier);
            }
        }
        Ok(style)
    }
}

fn colour(name: &str) -> Result<Color, String> {
    name.parse().map_err(|_| format!("{name} is not a colour"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_theme_styles_every_role_it_needs() {
        for (name, _) in BUILT_IN {
            let theme = Theme::named(name).unwrap();
            assert_ne!(theme.style(StyleRole::Cursor), Style::default(), "{name}");
            assert_ne!(theme.style(StyleRole::Danger), Style::default(), "{name}");
        }
    }

    #[test]
    fn monochrome_has_no_colour() {
        let theme = Theme::named("monochrome").unwrap();
        for style in theme.styles.values() {
            assert_eq!((style.fg, style.bg), (None, None));
        }
    }

    #[test]
    fn a_wrong_theme_is_named() {
        assert_eq!(
            Theme::named("neon"),
            Err(ThemeError::Unknown("neon".to_owned()))
        );
        let error = Theme::parse("mine", "[roles]\ndanger = { fg = \"reddish\" }").unwrap_err();
        assert_eq!(
            error,
            ThemeError::Form {
                name: "mine".to_owned(),
                reason: "reddish is not a colour".to_owned()
            }
        );
    }
}
