//! The spec beside the questions and the changes, the lines just changed or asked for marked.

use std::ops::Range;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::pane::pane;
use crate::core::text::untrusted::visible;
use crate::tui::theme::StyleRole;
use crate::tui::widgets::render_context::RenderContext;
use crate::tui::widgets::text::cut_end;

/// What is shown of a spec.
#[derive(Debug)]
pub struct SpecPane<'a> {
    pub text: &'a str,
    /// The lines that are marked, counted from 0.
    pub marked: &'a [Range<usize>],
    pub top: usize,
    pub focused: bool,
}

/// Draws a spec from its line `top` on, as far as there is room.
pub fn draw(frame: &mut Frame<'_>, area: Rect, shown: &SpecPane<'_>, context: &RenderContext) {
    let count = shown.text.lines().count();
    let title = if shown.focused && count > 0 {
        format!("cluster_spec.yml  {}/{count}", shown.top + 1)
    } else {
        "cluster_spec.yml".to_owned()
    };
    let is_marked = |line: usize| shown.marked.iter().any(|range| range.contains(&line));
    let inside = pane(frame, area, &title, shown.focused, context);
    let height = usize::from(inside.height);
    let top = shown.top.min(count.saturating_sub(height));
    let room = usize::from(inside.width).saturating_sub(2);
    let lines: Vec<Line<'_>> = shown
        .text
        .lines()
        .enumerate()
        .skip(top)
        .take(height)
        .map(|(at, text)| line(text, is_marked(at), room, context))
        .collect();
    frame.render_widget(ratatui::text::Text::from(lines), inside);
}

fn line(text: &str, changed: bool, room: usize, context: &RenderContext) -> Line<'static> {
    let text = cut_end(&visible(text), room, context.signs.ellipsis);
    if changed {
        return Line::from(vec![
            context.span(format!("{} ", context.signs.changed), StyleRole::Changed),
            context.span(text, StyleRole::Title),
        ]);
    }
    let mut spans = vec![Span::raw("  ")];
    match text.split_once(": ") {
        Some((key, value)) => {
            spans.push(context.span(format!("{key}: "), StyleRole::Dim));
            spans.push(Span::raw(value.to_owned()));
        }
        None if text.ends_with(':') => {
            spans.push(context.span(text, StyleRole::Dim));
        }
        None => spans.push(Span::raw(text)),
    }
    Line::from(spans)
}
