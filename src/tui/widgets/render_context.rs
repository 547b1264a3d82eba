//! What everything is drawn with: the theme, the signs, and whether anything may move.

use std::borrow::Cow;

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::tui::theme::{StyleRole, Theme};
use crate::tui::widgets::signs::{ASCII, Signs, UNICODE};

/// Columns from which two panes stand side by side.
pub const TWO_PANES: u16 = 120;

/// How things look: colours, signs, and whether anything may move.
#[derive(Clone, Debug)]
pub struct RenderContext {
    pub theme: Theme,
    pub signs: Signs,
    pub motion: bool,
    /// Whether nothing but ASCII is drawn, whatever a text holds.
    pub only_ascii: bool,
}

impl RenderContext {
    /// Unicode or ASCII signs with this theme.
    pub fn new(theme: Theme, ascii: bool, motion: bool) -> Self {
        Self {
            theme,
            signs: if ascii { ASCII } else { UNICODE },
            motion,
            only_ascii: false,
        }
    }

    /// The same for a terminal that shows nothing but ASCII: each other character is drawn as its like, or as `?`.
    #[must_use]
    pub fn in_ascii(self) -> Self {
        Self {
            signs: ASCII,
            only_ascii: true,
            ..self
        }
    }

    /// A text in the style of a role.
    pub fn span<'a>(&self, text: impl Into<Cow<'a, str>>, role: StyleRole) -> Span<'a> {
        Span::styled(text, self.style(role))
    }

    /// The same text with the arrow of the signs for each `->` that stands alone.
    pub fn with_arrows(&self, text: &str) -> String {
        let words = text.split(' ');
        let words = words.map(|word| if word == "->" { self.signs.arrow } else { word });
        words.collect::<Vec<_>>().join(" ")
    }

    /// A line in the style of a role.
    pub fn line<'a>(&self, text: impl Into<Cow<'a, str>>, role: StyleRole) -> Line<'a> {
        Line::styled(text, self.style(role))
    }

    /// The style of a role.
    pub fn style(&self, role: StyleRole) -> Style {
        self.theme.style(role)
    }
}
