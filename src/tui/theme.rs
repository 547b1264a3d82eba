//! The roles of the screen and their colours: the only place that knows a colour.

mod file;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod palettes;

use std::collections::BTreeMap;

use ratatui::style::Style;
use strum::{EnumString, IntoStaticStr, VariantArray};

use crate::tui::theme::file::ThemeFile;

/// What a piece of text is, never its appearance.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[strum(serialize_all = "lowercase")]
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
        "the theme {0} is not known\n  why: it is none of default, dark, light, colour-blind, high-contrast, monochrome, and no file of that name is in the themes folder beside the config file\n  do:  name one of them, or give a path that ends in .toml"
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

const BUILT_IN: [(&str, &str); 6] = [
    ("default", include_str!("../../themes/default.toml")),
    ("dark", include_str!("../../themes/dark.toml")),
    ("light", include_str!("../../themes/light.toml")),
    (
        "colour-blind",
        include_str!("../../themes/colour-blind.toml"),
    ),
    (
        "high-contrast",
        include_str!("../../themes/high-contrast.toml"),
    ),
    ("monochrome", include_str!("../../themes/monochrome.toml")),
];

const DEEPEST: usize = 4;

/// The texts of a person's own themes, by name.
pub type ThemeTexts = BTreeMap<String, String>;

impl Theme {
    /// One of the themes that come with the program.
    pub fn named(name: &str) -> Result<Self, ThemeError> {
        Self::own_or_named(name, &ThemeTexts::new())
    }

    /// One of the person's own themes, or one that comes with the program.
    pub fn own_or_named(name: &str, own: &ThemeTexts) -> Result<Self, ThemeError> {
        Self::inherited(name, own, DEEPEST)
    }

    /// A theme from the text of a file, which may inherit one of the person's own; `name` is for messages.
    pub fn parse(name: &str, text: &str, own: &ThemeTexts) -> Result<Self, ThemeError> {
        Self::read(name, text, own, DEEPEST)
    }

    fn inherited(name: &str, own: &ThemeTexts, depth: usize) -> Result<Self, ThemeError> {
        let built_in = BUILT_IN.iter().find(|(known, _)| *known == name);
        let text = built_in
            .map(|(_, text)| *text)
            .or_else(|| own.get(name).map(String::as_str))
            .ok_or_else(|| ThemeError::Unknown(name.to_owned()))?;
        Self::read(name, text, own, depth)
    }

    fn read(name: &str, text: &str, own: &ThemeTexts, depth: usize) -> Result<Self, ThemeError> {
        let file = ThemeFile::parse(text).map_err(|reason| ThemeError::Form {
            name: name.to_owned(),
            reason,
        })?;
        let mut theme = match (&file.inherits, depth) {
            (None, _) => Self::default(),
            (Some(_), 0) => return Err(ThemeError::Circle(name.to_owned())),
            (Some(parent), depth) => Self::inherited(parent, own, depth - 1)?,
        };
        theme.styles.extend(file.styles);
        Ok(theme)
    }

    /// The style of a role.
    pub fn style(&self, role: StyleRole) -> Style {
        self.styles.get(&role).copied().unwrap_or_default()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use ratatui::style::Color;

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
        let text = "[roles]\ndanger = { fg = \"reddish\" }";
        let error = Theme::parse("mine", text, &ThemeTexts::new()).unwrap_err();
        assert_eq!(
            error,
            ThemeError::Form {
                name: "mine".to_owned(),
                reason: "danger: reddish is not a colour".to_owned()
            }
        );
    }

    #[test]
    fn an_own_theme_may_inherit_another_one_and_never_itself() {
        let own: ThemeTexts = [
            (
                "mine",
                "inherits = \"base\"\n[roles]\ngood = { fg = \"32\" }",
            ),
            (
                "base",
                "inherits = \"dark\"\n[roles]\ndim = { fg = \"33\" }",
            ),
            ("round", "inherits = \"round\""),
        ]
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .into();
        let mine = Theme::own_or_named("mine", &own).unwrap();
        let fg = |role| mine.style(role).fg;
        assert_eq!(fg(StyleRole::Good), Some(Color::Indexed(32)));
        assert_eq!(fg(StyleRole::Dim), Some(Color::Indexed(33)));
        let dark = Theme::named("dark").unwrap();
        assert_eq!(mine.style(StyleRole::Text), dark.style(StyleRole::Text));
        let circle = Theme::own_or_named("round", &own);
        assert_eq!(circle, Err(ThemeError::Circle("round".to_owned())));
    }
}
