//! The question before an approval: what changes where, what was not read, and the name to type.

use std::fmt::Write as _;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span, Text};

use crate::core::analysis::findings::FoldedFinding;
use crate::core::analysis::summary::Summary;
use crate::core::text::prose::counted;
use crate::core::text::untrusted::visible;
use crate::tui::event::Timestamp;
use crate::tui::record::RecordedCommand;
use crate::tui::screens::approval::view::not_compared_lines;
use crate::tui::screens::approval::{Approval, ApprovalQuestion};
use crate::tui::screens::review::Reading;
use crate::tui::theme::StyleRole;
use crate::tui::widgets::pane::pane;
use crate::tui::widgets::render_context::RenderContext;
use crate::tui::widgets::text::{cut_end, elapsed, wrap};
use crate::tui::widgets::text_input::input;

const MOST_DANGERS: usize = 3;
const MOST_DIFFERENCES: usize = 3;

/// Rows that the question needs, its borders among them.
pub(super) fn height(
    reading: &Reading,
    question: &ApprovalQuestion,
    columns: u16,
    context: &RenderContext,
) -> u16 {
    let columns = usize::from(columns.saturating_sub(4));
    let commands = commands(question, columns, usize::MAX, context).len();
    let head = head(reading, question, columns, context).len();
    let lines = head + wanted_dangers(reading) + commands + TAIL;
    u16::try_from(lines + 2).unwrap_or(u16::MAX)
}

fn wanted_dangers(reading: &Reading) -> usize {
    let dangers = reading.marks.unread_dangers(reading.outline()).count();
    dangers.min(MOST_DANGERS) + usize::from(dangers > MOST_DANGERS)
}

// Below the commands: a blank line, the question, and whether the name was refused.
const TAIL: usize = 3;

/// Draws the question.
pub(super) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    approval: &Approval,
    (reading, question, at): (&Reading, &ApprovalQuestion, Timestamp),
    context: &RenderContext,
) {
    let inside = pane(frame, area, "Approve", true, context);
    let columns = usize::from(inside.width);
    let mut lines = head(reading, question, columns, context);
    let room = usize::from(inside.height).saturating_sub(lines.len() + TAIL);
    let for_commands = room.saturating_sub(wanted_dangers(reading));
    let commands = commands(question, columns, for_commands, context);
    let room = room.saturating_sub(commands.len());
    lines.extend(dangers(reading, room, columns, context));
    lines.extend(commands);
    keep_room_for_the_question(&mut lines, inside.height, context);
    lines.push(Line::raw(""));
    let mut ask = vec![Span::raw("Type the cluster's name to approve: ")];
    ask.extend(input(&approval.input, context));
    lines.push(Line::from(ask));
    if let Some(given) = approval.given {
        let waited = elapsed(at.since(given));
        lines.push(Line::raw(format!(
            "reading the facts that this depends on, {waited}; then the run begins"
        )));
    } else if approval.refused {
        lines.push(context.line(
            "that is not the cluster's name; nothing was started",
            StyleRole::Danger,
        ));
    }
    frame.render_widget(Text::from(lines), inside);
}

// Nobody types blind: the question and its answer stay on the screen, and what has no room is counted.
fn keep_room_for_the_question(lines: &mut Vec<Line<'_>>, height: u16, context: &RenderContext) {
    let room = usize::from(height).saturating_sub(TAIL);
    if lines.len() > room {
        let hidden = lines.len() - room.saturating_sub(1);
        lines.truncate(room.saturating_sub(1));
        let words = format!(
            "{} {}: enlarge the window",
            context.signs.blocked,
            counted(hidden, "more line")
        );
        lines.push(context.line(words, StyleRole::Danger));
    }
}

fn head(
    reading: &Reading,
    question: &ApprovalQuestion,
    columns: usize,
    context: &RenderContext,
) -> Vec<Line<'static>> {
    let mut lines: Vec<Line<'_>> = wrap(&question.consequence, columns)
        .into_iter()
        .map(Line::raw)
        .collect();
    lines.push(Line::raw(counts(&reading.outline().summary, context)));
    if !question.creates {
        let seen = wrap(&reading.outline().dry_run.control_plane.words(), columns);
        lines.extend(seen.into_iter().map(Line::raw));
    }
    let words = wrap(&not_read(reading, context), columns);
    lines.extend(words.into_iter().map(Line::raw));
    lines.extend(differing(reading, columns, context));
    lines.extend(not_compared_lines(&question.not_compared, columns, context));
    lines
}

// What runs once the name is typed, in order and each command whole. Where there is no room for all, those that only read
// are counted; where there is none for these either, those before the last.
fn commands(
    question: &ApprovalQuestion,
    columns: usize,
    room: usize,
    context: &RenderContext,
) -> Vec<Line<'static>> {
    let steps = &question.commands;
    let writing: Vec<&RecordedCommand> =
        steps.iter().filter(|step| !step.job.only_reads()).collect();
    let reading = steps.len() - writing.len();
    let between = match reading {
        0 => String::new(),
        1 => ", and between them one that only reads".to_owned(),
        many => format!(", and between them {many} that only read"),
    };
    let forms = [
        (
            "These commands run, in order:".to_owned(),
            steps.iter().collect(),
        ),
        (
            format!("These commands run, in order{between}:"),
            writing.clone(),
        ),
    ];
    for (title, steps) in forms {
        let lines = listed(&title, &steps, columns, context);
        if lines.len() <= room {
            return lines;
        }
    }
    let before = counted(steps.len().saturating_sub(1), "command");
    let last: Vec<&RecordedCommand> = writing.last().copied().into_iter().collect();
    listed(
        &format!("After {before} this one runs:"),
        &last,
        columns,
        context,
    )
}

fn listed(
    title: &str,
    steps: &[&RecordedCommand],
    columns: usize,
    context: &RenderContext,
) -> Vec<Line<'static>> {
    if steps.is_empty() {
        return Vec::new();
    }
    let style = context.style(StyleRole::Accent);
    // What a long command continues with stands further in.
    let commands = steps.iter().flat_map(|step| {
        let text = visible(&step.command.to_string());
        let lines = wrap(&text, columns.saturating_sub(4)).into_iter();
        lines
            .enumerate()
            .map(|(at, line)| format!("{}{line}", if at == 0 { "  " } else { "    " }))
    });
    let commands = commands.map(|line| Line::styled(line, style));
    let titles = wrap(title, columns).into_iter().map(Line::raw);
    titles.chain(commands).collect()
}

// What is approved although it is not what was approved before.
fn differing(reading: &Reading, columns: usize, context: &RenderContext) -> Vec<Line<'static>> {
    let Some(comparison) = reading.comparison() else {
        return Vec::new();
    };
    let all = &comparison.differences;
    let style = context.style(StyleRole::Warning);
    let title = format!(
        "with {} to what was approved:",
        counted(all.len(), "difference")
    );
    let named = all.iter().take(MOST_DIFFERENCES).map(|one| {
        let text = format!("  {} {}", context.signs.look, comparison.row(one));
        Line::styled(cut_end(&text, columns, context.signs.ellipsis), style)
    });
    let mut lines = vec![Line::raw(title)];
    lines.extend(named);
    let more = all.len().saturating_sub(MOST_DIFFERENCES);
    if more > 0 {
        let text = format!(
            "  {} and {more} more, in the tree above",
            context.signs.look
        );
        lines.push(Line::styled(text, style));
    }
    lines
}

fn not_read(reading: &Reading, context: &RenderContext) -> String {
    let parts: Vec<String> = reading
        .marks
        .count_unread(reading.outline())
        .into_iter()
        .filter(|(_, unread, _)| *unread > 0)
        .map(|(action, unread, total)| format!("{unread} of {total} {}", action.word()))
        .collect();
    if parts.is_empty() {
        return "every resource was opened".to_owned();
    }
    format!(
        "unread: {}",
        parts.join(&format!(" {} ", context.signs.dot))
    )
}

fn dangers(
    reading: &Reading,
    room: usize,
    columns: usize,
    context: &RenderContext,
) -> Vec<Line<'static>> {
    let all: Vec<&FoldedFinding> = reading.marks.unread_dangers(reading.outline()).collect();
    let most = MOST_DANGERS.min(room);
    let named = if all.len() > room.min(MOST_DANGERS) && room <= MOST_DANGERS {
        most.saturating_sub(1)
    } else {
        most
    };
    let style = context.style(StyleRole::Danger);
    let mut lines: Vec<Line<'_>> = all
        .iter()
        .take(named)
        .map(|folded| {
            let text = format!(
                "{} not read: {}",
                context.signs.blocked, folded.finding.message
            );
            Line::styled(cut_end(&text, columns, context.signs.ellipsis), style)
        })
        .collect();
    let rest = all.len().saturating_sub(named);
    if rest > 0 && room > 0 {
        let word = if rest == 1 { "danger" } else { "dangers" };
        let text = format!("{} {rest} more {word} not read", context.signs.blocked);
        lines.push(Line::styled(text, style));
    }
    lines
}

/// The counts in words: deletions on prune only when there are any.
pub(super) fn counts(summary: &Summary, context: &RenderContext) -> String {
    let dot = context.signs.dot;
    let noise = match summary.noise {
        0 => String::new(),
        noise => format!(" ({noise} only noise)"),
    };
    let mut words = format!(
        "{} create {dot} {} modify{noise} {dot} {} delete",
        summary.create, summary.modify, summary.delete
    );
    if summary.delete_on_prune > 0 {
        let _ = write!(words, " {dot} {} on prune", summary.delete_on_prune);
    }
    words
}
