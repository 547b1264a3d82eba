//! A line being typed.

use ratatui::text::Span;

use crate::core::text::untrusted::visible;
use crate::tui::theme::StyleRole;
use crate::tui::widgets::render_context::RenderContext;

/// A line being typed, the caret shown as a reversed cell.
pub fn input(input: &tui_input::Input, context: &RenderContext) -> Vec<Span<'static>> {
    let characters: Vec<char> = input.value().chars().collect();
    let at = input.cursor().min(characters.len());
    let text = |part: &[char]| visible(&part.iter().collect::<String>());
    let under = characters.get(at).map_or_else(
        || " ".to_owned(),
        |character| visible(&character.to_string()),
    );
    vec![
        context.span(
            text(characters.get(..at).unwrap_or_default()),
            StyleRole::Accent,
        ),
        context.span(under, StyleRole::Cursor),
        context.span(
            text(characters.get(at + 1..).unwrap_or_default()),
            StyleRole::Accent,
        ),
    ]
}
