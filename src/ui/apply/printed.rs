//! What kops prints, line by line: its log without what every line says again, and no line cut.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Text};

use crate::app::apply::{self, Apply};
use crate::app::event::Output;
use crate::core::progress::{Level, klog};
use crate::core::untrusted::{Untrusted, visible};
use crate::ui::screen::Look;
use crate::ui::text::{cut_start, wrap};
use crate::ui::theme::Role;
use crate::ui::widgets::pane::pane_with;

/// Draws the end of what kops printed, or what is so many lines before it.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, apply: &Apply, look: &Look) {
    let title = match apply.back {
        0 => "kops".to_owned(),
        1 => "kops  1 line back".to_owned(),
        back => format!("kops  {back} lines back"),
    };
    let kept = kept_in(apply, usize::from(area.width).saturating_sub(6), look);
    let inside = pane_with(frame, area, (&title, &kept), true, look);
    let (columns, height) = (usize::from(inside.width), usize::from(inside.height));
    frame.render_widget(Text::from(rows(apply, columns, height, look)), inside);
}

fn kept_in(apply: &Apply, columns: usize, look: &Look) -> String {
    let words = "log saved in ";
    // The demonstration has no folder.
    let Some(folder) = apply
        .folder
        .as_ref()
        .filter(|path| !path.as_os_str().is_empty())
    else {
        return String::new();
    };
    let folder = visible(&folder.display().to_string());
    let room = columns.saturating_sub(words.len());
    format!("{words}{}", cut_start(&folder, room, look.signs.ellipsis))
}

// From the last line upward; where the first lines leave room, what follows them is shown.
fn rows(apply: &Apply, columns: usize, height: usize, look: &Look) -> Vec<Line<'static>> {
    let end = apply.lines.len().saturating_sub(apply.back);
    let mut rows: Vec<Line<'static>> = Vec::new();
    for line in apply.lines.range(..end).rev() {
        if rows.len() >= height {
            break;
        }
        rows.extend(folded(line, columns, look).into_iter().rev());
    }
    rows.truncate(height);
    rows.reverse();
    for line in apply.lines.range(end..) {
        if rows.len() >= height {
            break;
        }
        rows.extend(folded(line, columns, look));
    }
    rows.truncate(height);
    rows
}

// What a line goes on with stands below its first word.
fn folded(line: &apply::Line, columns: usize, look: &Look) -> Vec<Line<'static>> {
    let (text, role) = text(line);
    let room = columns.saturating_sub(2);
    let lines = if text.chars().count() <= columns {
        vec![text]
    } else {
        wrap(&text, room)
    };
    let indented = lines.into_iter().enumerate().map(|(at, text)| {
        let gap = if at == 0 { "" } else { "  " };
        Line::styled(format!("{gap}{text}"), look.style(role))
    });
    indented.collect()
}

fn text(line: &apply::Line) -> (String, Role) {
    match line {
        apply::Line::Command(command) => (format!("$ {command}"), Role::Accent),
        apply::Line::Printed {
            output: Output::Stdout,
            text,
        } => (text.shown(), Role::Text),
        apply::Line::Printed {
            output: Output::Stderr,
            text,
        } => logged(text),
        apply::Line::Document { lines } => (
            format!(
                "{lines} {}, compared",
                if *lines == 1 { "line" } else { "lines" }
            ),
            Role::Dim,
        ),
    }
}

// Date, process and place in kops's source stand in each line of its log, and in the file.
fn logged(text: &Untrusted) -> (String, Role) {
    let shown = text.shown();
    match klog(&shown) {
        Some(entry) => {
            let (letter, role) = match entry.level {
                Level::Info => ('I', Role::Dim),
                Level::Warning => ('W', Role::Dim),
                Level::Error => ('E', Role::Danger),
                Level::Fatal => ('F', Role::Danger),
            };
            let clock = entry.time.get(..8).unwrap_or(entry.time);
            (format!("{letter} {clock} {}", entry.message), role)
        }
        None => (shown, Role::Dim),
    }
}
