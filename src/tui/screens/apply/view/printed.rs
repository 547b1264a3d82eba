//! What kops prints, line by line: its log without what every line says again, and no line cut.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Text};

use crate::core::kops::klog::{Level, klog};
use crate::core::text::prose::counted;
use crate::core::text::untrusted::{Untrusted, visible};
use crate::tui::event::OutputStream;
use crate::tui::screens::apply::Apply;
use crate::tui::screens::apply::output_log::OutputLine;
use crate::tui::theme::StyleRole;
use crate::tui::widgets::pane::pane_with;
use crate::tui::widgets::render_context::RenderContext;
use crate::tui::widgets::text::{cut_start, wrap};

/// Draws the end of what kops printed, or what is so many lines before it.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, apply: &Apply, context: &RenderContext) {
    let title = match apply.log.back {
        0 => "kops".to_owned(),
        1 => "kops  1 line back".to_owned(),
        back => format!("kops  {back} lines back"),
    };
    let kept = kept_in(apply, usize::from(area.width).saturating_sub(6), context);
    let inside = pane_with(frame, area, (&title, &kept), true, context);
    let (columns, height) = (usize::from(inside.width), usize::from(inside.height));
    frame.render_widget(Text::from(rows(apply, columns, height, context)), inside);
}

fn kept_in(apply: &Apply, columns: usize, context: &RenderContext) -> String {
    let words = "log saved in ";
    // The demonstration has no folder.
    let folder = apply.folder();
    let Some(folder) = folder.filter(|path| !path.as_os_str().is_empty()) else {
        return String::new();
    };
    let folder = visible(&folder.display().to_string());
    let room = columns.saturating_sub(words.len());
    format!(
        "{words}{}",
        cut_start(&folder, room, context.signs.ellipsis)
    )
}

// From the last line upward; where the first lines leave room, what follows them is shown.
fn rows(
    apply: &Apply,
    columns: usize,
    height: usize,
    context: &RenderContext,
) -> Vec<Line<'static>> {
    let end = apply.log.lines.len().saturating_sub(apply.log.back);
    let mut rows: Vec<Line<'static>> = Vec::new();
    for line in apply.log.lines.range(..end).rev() {
        if rows.len() >= height {
            break;
        }
        rows.extend(folded(line, columns, context).into_iter().rev());
    }
    rows.truncate(height);
    rows.reverse();
    for line in apply.log.lines.range(end..) {
        if rows.len() >= height {
            break;
        }
        rows.extend(folded(line, columns, context));
    }
    rows.truncate(height);
    rows
}

// The next rows of a line stand below its first word.
fn folded(line: &OutputLine, columns: usize, context: &RenderContext) -> Vec<Line<'static>> {
    let (text, role) = text(line);
    let room = columns.saturating_sub(2);
    let lines = if text.chars().count() <= columns {
        vec![text]
    } else {
        wrap(&text, room)
    };
    let indented = lines.into_iter().enumerate().map(|(at, text)| {
        let gap = if at == 0 { "" } else { "  " };
        context.line(format!("{gap}{text}"), role)
    });
    indented.collect()
}

fn text(line: &OutputLine) -> (String, StyleRole) {
    match line {
        OutputLine::Command(command) => (format!("$ {command}"), StyleRole::Accent),
        OutputLine::Printed(line) => match line.stream {
            OutputStream::Stdout => (line.text.shown(), StyleRole::Text),
            OutputStream::Stderr => logged(&line.text),
        },
        OutputLine::Document { lines } => (
            format!("{}, compared", counted(*lines, "line")),
            StyleRole::Dim,
        ),
    }
}

// Date, process and place in kops's source stand in each line of its log, and in the file.
fn logged(text: &Untrusted) -> (String, StyleRole) {
    let shown = text.shown();
    match klog(&shown) {
        Some(entry) => {
            let (letter, role) = match entry.level {
                Level::Info => ('I', StyleRole::Dim),
                Level::Warning => ('W', StyleRole::Dim),
                Level::Error => ('E', StyleRole::Danger),
                Level::Fatal => ('F', StyleRole::Danger),
            };
            let clock = entry.time.get(..8).unwrap_or(entry.time);
            (format!("{letter} {clock} {}", entry.message), role)
        }
        None => (shown, StyleRole::Dim),
    }
}
