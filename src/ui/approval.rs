//! The question before a yes: what changes where, what was not read, and the name to type.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span, Text};

use crate::app::approval::Approval;
use crate::app::model::{Model, Screen};
use crate::app::reading::{FoldedFinding, Reading};
use crate::app::run;
use crate::core::cluster_name::ClusterName;
use crate::core::command::CommandLine;
use crate::core::facts::NotCompared;
use crate::core::untrusted::visible;

use super::reading::counts;
use super::screen::Look;
use super::text::{cut_end, elapsed, wrap};
use super::theme::Role;
use super::widgets::pane::pane;
use super::wizard::input;

const MOST_DANGERS: usize = 3;
/// Of more facts than these only the names fit above the question.
const MOST_REASONS: usize = 2;

/// Rows that the question needs, its borders among them.
pub fn height(reading: &Reading, model: &Model, columns: u16, look: &Look) -> u16 {
    let columns = usize::from(columns.saturating_sub(4));
    let dangers = reading.unread_dangers().count();
    let named = dangers.min(MOST_DANGERS) + usize::from(dangers > MOST_DANGERS);
    let command = command(model, columns, look).len();
    let lines = head(reading, model, columns, look).len() + named + command + TAIL;
    u16::try_from(lines + 2).unwrap_or(u16::MAX)
}

// Below the command: a blank line, the question, and whether the name was refused.
const TAIL: usize = 3;

/// Draws the question.
pub fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    approval: &Approval,
    (reading, model): (&Reading, &Model),
    look: &Look,
) {
    let inside = pane(frame, area, "Approve", true, look);
    let columns = usize::from(inside.width);
    let mut lines = head(reading, model, columns, look);
    let below = command(model, columns, look).len() + TAIL;
    let room = usize::from(inside.height).saturating_sub(lines.len() + below);
    lines.extend(dangers(reading, room, columns, look));
    lines.extend(command(model, columns, look));
    lines.push(Line::raw(""));
    let mut ask = vec![Span::raw("Type the cluster's name to approve: ")];
    ask.extend(input(&approval.input, look));
    lines.push(Line::from(ask));
    if let Some(given) = approval.given {
        let waited = elapsed(model.at.since(given));
        lines.push(Line::raw(format!(
            "reading the facts that this rests on, {waited}; then the run begins"
        )));
    } else if approval.refused {
        lines.push(Line::styled(
            "that is not the cluster's name; nothing was started",
            look.style(Role::Danger),
        ));
    }
    frame.render_widget(Text::from(lines), inside);
}

fn head(reading: &Reading, model: &Model, columns: usize, look: &Look) -> Vec<Line<'static>> {
    let whose = model.stakes();
    let mut lines: Vec<Line<'_>> = wrap(&whose, columns).into_iter().map(Line::raw).collect();
    lines.push(Line::raw(counts(&reading.summary, look)));
    if !is_new(model) {
        let seen = wrap(&reading.report.control_plane.words(), columns);
        lines.extend(seen.into_iter().map(Line::raw));
    }
    let words = wrap(&not_read(reading, look), columns);
    lines.extend(words.into_iter().map(Line::raw));
    lines.extend(told(&run::not_compared(model), columns, look));
    lines
}

/// What would not be compared before `--yes`, because it could not be read; nothing where all was.
pub(super) fn told(unknown: &[NotCompared], columns: usize, look: &Look) -> Vec<Line<'static>> {
    let name = |one: &NotCompared| visible(&one.name);
    let words: Vec<String> = if unknown.len() > MOST_REASONS {
        vec![unknown.iter().map(name).collect::<Vec<_>>().join(", ")]
    } else {
        let told = |one: &NotCompared| format!("{}: {}", name(one), one.unknown.told());
        unknown.iter().map(told).collect()
    };
    let told = words.into_iter().flat_map(|words| {
        let words = format!("{} not compared: {words}", look.signs.blocked);
        wrap(&words, columns)
    });
    let style = look.style(Role::Danger);
    told.map(|line| Line::styled(line, style)).collect()
}

fn is_new(model: &Model) -> bool {
    match &model.screen {
        Screen::Wizard(_) => true,
        Screen::Apply(apply) | Screen::Differs { apply, .. } => apply.creates(),
        Screen::Review(_) | Screen::Rolling(_) | Screen::Watch(_) => false,
    }
}

// What the yes is for, shown whole.
fn command(model: &Model, columns: usize, look: &Look) -> Vec<Line<'static>> {
    let Ok(cluster) = ClusterName::parse(model.cluster()) else {
        return Vec::new();
    };
    let command = if is_new(model) {
        CommandLine::update_yes(&cluster)
    } else {
        CommandLine::update_existing_yes(&cluster)
    };
    let style = look.style(Role::Accent);
    let lines = wrap(&command.to_string(), columns).into_iter();
    lines.map(|line| Line::styled(line, style)).collect()
}

fn not_read(reading: &Reading, look: &Look) -> String {
    let parts: Vec<String> = reading
        .unread()
        .into_iter()
        .filter(|(_, unread, _)| *unread > 0)
        .map(|(action, unread, total)| format!("{unread} of {total} {}", action.word()))
        .collect();
    if parts.is_empty() {
        return "every resource was opened".to_owned();
    }
    format!(
        "not opened: {}",
        parts.join(&format!(" {} ", look.signs.dot))
    )
}

fn dangers(reading: &Reading, room: usize, columns: usize, look: &Look) -> Vec<Line<'static>> {
    let all: Vec<&FoldedFinding> = reading.unread_dangers().collect();
    let most = MOST_DANGERS.min(room);
    let named = if all.len() > room.min(MOST_DANGERS) && room <= MOST_DANGERS {
        most.saturating_sub(1)
    } else {
        most
    };
    let style = look.style(Role::Danger);
    let mut lines: Vec<Line<'_>> = all
        .iter()
        .take(named)
        .map(|folded| {
            let text = format!(
                "{} not read: {}",
                look.signs.blocked, folded.finding.message
            );
            Line::styled(cut_end(&text, columns, look.signs.ellipsis), style)
        })
        .collect();
    let rest = all.len().saturating_sub(named);
    if rest > 0 && room > 0 {
        let word = if rest == 1 { "danger" } else { "dangers" };
        let text = format!("{} {rest} more {word} not read", look.signs.blocked);
        lines.push(Line::styled(text, style));
    }
    lines
}
