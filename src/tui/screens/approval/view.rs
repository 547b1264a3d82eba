//! What would not be compared before `--yes`.

use ratatui::text::Line;

use crate::core::approval::facts::NotCompared;
use crate::core::text::untrusted::visible;
use crate::tui::theme::StyleRole;
use crate::tui::widgets::render_context::RenderContext;
use crate::tui::widgets::text::wrap;

/// Of more facts than these only the names fit above the question.
const MOST_REASONS: usize = 2;

/// What would not be compared before `--yes`, because it could not be read; nothing where all was.
pub(crate) fn not_compared_lines(
    unknown: &[NotCompared],
    columns: usize,
    context: &RenderContext,
) -> Vec<Line<'static>> {
    let name = |one: &NotCompared| visible(&one.name);
    let words: Vec<String> = if unknown.len() > MOST_REASONS {
        vec![unknown.iter().map(name).collect::<Vec<_>>().join(", ")]
    } else {
        let sentence = |one: &NotCompared| format!("{}: {}", name(one), one.unknown.reason());
        unknown.iter().map(sentence).collect()
    };
    let lines = words.into_iter().flat_map(|words| {
        let words = format!("{} not compared: {words}", context.signs.blocked);
        wrap(&words, columns)
    });
    let style = context.style(StyleRole::Danger);
    lines.map(|line| Line::styled(line, style)).collect()
}
