//! Text with what is searched for marked in place.

use ratatui::style::Style;
use ratatui::text::Span;

use crate::tui::screens::review::Search;
use crate::tui::theme::StyleRole;
use crate::tui::widgets::render_context::RenderContext;
use crate::tui::widgets::text::cut_end;

/// A text of at most so many columns, every match marked; where a match is cut off, the sign of the cut is marked.
pub(super) fn highlighted(
    text: &str,
    columns: usize,
    style: Style,
    (search, hidden): (&Search, bool),
    context: &RenderContext,
) -> Vec<Span<'static>> {
    let shown = cut_end(text, columns, context.signs.ellipsis);
    let matches = search.matches(&shown);
    let mark = style.patch(context.style(StyleRole::Match));
    let mut spans = Vec::new();
    let mut done = 0;
    for found in &matches {
        push(&mut spans, shown.get(done..found.start), style);
        push(&mut spans, shown.get(found.clone()), mark);
        done = found.end;
    }
    let rest = shown.get(done..).unwrap_or_default();
    match rest.strip_suffix(context.signs.ellipsis) {
        Some(head) if hidden && matches.is_empty() && shown.len() != text.len() => {
            push(&mut spans, Some(head), style);
            push(&mut spans, Some(context.signs.ellipsis), mark);
        }
        _ => push(&mut spans, Some(rest), style),
    }
    spans
}

fn push(spans: &mut Vec<Span<'static>>, text: Option<&str>, style: Style) {
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        spans.push(Span::styled(text.to_owned(), style));
    }
}
