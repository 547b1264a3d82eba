//! The dashboard: instance groups and nodes, what is not ready, and what is normal at this age.

use std::time::Duration;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span, Text};

use crate::core::cluster::{GroupReadiness, Phase, Readiness};
use crate::core::kops::command::CommandLine;
use crate::tui::event::Timestamp;
use crate::tui::screens::dashboard::status_line::{StatusKind, StatusLine};
use crate::tui::screens::dashboard::{Dashboard, PollState, status_line};
use crate::tui::theme::StyleRole;
use crate::tui::widgets::bar::bar;
use crate::tui::widgets::pane::pane_with;
use crate::tui::widgets::render_context::RenderContext;
use crate::tui::widgets::table;
use crate::tui::widgets::text::{cut_end, elapsed};

const USUAL: Duration = Duration::from_mins(10);
const LONG: Duration = Duration::from_mins(20);

// The column of the bars among the cells of a group.
const BAR: usize = 3;

/// Elapsed time, phase, and the counts that decide.
pub fn headline(dashboard: &Dashboard, at: Timestamp, context: &RenderContext) -> Line<'static> {
    // Of a ready cluster no clock runs, so its age is that at which it was first seen so.
    let until = dashboard.ready_at.unwrap_or(at);
    let age = elapsed(until.since(dashboard.started));
    let Some(readiness) = &dashboard.readiness else {
        return Line::styled(
            format!(
                " {} validating for the first time, {age}",
                context.signs.now
            ),
            context.style(StyleRole::Dim),
        );
    };
    let (sign, role) = phase_sign(readiness, context);
    let counts = format!(
        "   control plane {}   nodes {}",
        readiness.control_plane.figures(),
        readiness.nodes.figures(),
    );
    let waited = match dashboard.ready_at {
        None => format!(" {} {age}", context.signs.dot),
        Some(_) if dashboard.created => format!(" after {age}"),
        Some(_) => String::new(),
    };
    Line::from(vec![
        Span::styled(
            format!(" {sign} {}", readiness.headline()),
            context.style(role),
        ),
        Span::styled(waited, context.style(StyleRole::Dim)),
        Span::raw(counts),
    ])
}

fn phase_sign(readiness: &Readiness, context: &RenderContext) -> (&'static str, StyleRole) {
    match readiness.phase {
        Phase::Ready if readiness.needing_update == Some(0) => {
            (context.signs.good, StyleRole::Good)
        }
        Phase::Ready => (context.signs.look, StyleRole::Warning),
        Phase::CouldNotLook => (context.signs.blocked, StyleRole::Danger),
        _ => (context.signs.now, StyleRole::Accent),
    }
}

/// Draws instance groups and what is not ready, side by side or one below the other, and the outlook.
pub fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    dashboard: &Dashboard,
    at: Timestamp,
    context: &RenderContext,
) {
    let [middle, outlook_area] =
        Layout::vertical([Constraint::Min(3), Constraint::Length(2)]).areas(area);
    let panes = dashboard.panes(middle.width, middle.height);
    let lengths = [Constraint::Length(panes.groups), Constraint::Min(1)];
    let [first, second] = if panes.side_by_side {
        Layout::horizontal(lengths).areas(middle)
    } else {
        Layout::vertical(lengths).areas(middle)
    };
    groups(frame, first, dashboard, context);
    beside(frame, second, dashboard, context);
    outlook(frame, outlook_area, dashboard, at, context);
}

// The first row shown, and where it is among all in the corner when they do not fit.
fn scrolled(dashboard: &Dashboard, lines: usize, area: Rect) -> (usize, String) {
    let room = usize::from(area.height.saturating_sub(2));
    let hidden = lines.saturating_sub(room);
    let top = dashboard.top.min(hidden);
    let corner = match hidden {
        0 => String::new(),
        _ => format!("{}-{}/{lines}", top + 1, top + room),
    };
    (top, corner)
}

fn groups(frame: &mut Frame<'_>, area: Rect, dashboard: &Dashboard, context: &RenderContext) {
    let (top, corner) = scrolled(dashboard, dashboard.group_rows(), area);
    let inside = pane_with(frame, area, ("Instance groups", &corner), true, context);
    let height = usize::from(inside.height);
    let Some(readiness) = &dashboard.readiness else {
        let names = dashboard.groups.iter().map(|group| {
            Line::styled(
                format!("{} {}", context.signs.to_come, group.name),
                context.style(StyleRole::Dim),
            )
        });
        let names = names.skip(top).take(height);
        frame.render_widget(names.collect::<Text<'_>>(), inside);
        return;
    };
    let room = usize::from(inside.width).saturating_sub(2);
    let rows = fitting(&readiness.groups, room, context);
    let widths = table::widths(rows.iter().map(Vec::as_slice), room);
    let lines = readiness
        .groups
        .iter()
        .zip(&rows)
        .skip(top)
        .take(height)
        .map(|(group, cells)| {
            let (sign, role) = group_sign(group, context);
            Line::from(vec![
                Span::styled(format!("{sign} "), context.style(role)),
                Span::raw(table::line(cells, &widths, context)),
            ])
        });
    frame.render_widget(lines.collect::<Text<'_>>(), inside);
}

// A name that is cut tells no zone: the bars go before, since the figures stand beside them.
fn fitting(groups: &[GroupReadiness], room: usize, context: &RenderContext) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = groups.iter().map(|group| cells(group, context)).collect();
    let whole = table::widths(rows.iter().map(Vec::as_slice), usize::MAX);
    if table::total_width(&whole) > room {
        for cells in &mut rows {
            cells.remove(BAR);
        }
    }
    rows
}

fn cells(group: &GroupReadiness, context: &RenderContext) -> Vec<String> {
    let known = group.ready.zip(group.wanted);
    let old = match group.needing_update {
        None | Some(0) => String::new(),
        Some(old) => format!(", {old} to replace"),
    };
    vec![
        group.name.clone(),
        group.machine_type.clone(),
        group.figures(),
        known.map_or_else(String::new, |(ready, wanted)| {
            bar(ready, wanted, &context.signs)
        }),
        format!("{}{old}", group.word()),
    ]
}

fn group_sign(group: &GroupReadiness, context: &RenderContext) -> (&'static str, StyleRole) {
    if group.is_met() {
        (context.signs.good, StyleRole::Good)
    } else {
        (context.signs.now, StyleRole::Accent)
    }
}

fn beside(frame: &mut Frame<'_>, area: Rect, dashboard: &Dashboard, context: &RenderContext) {
    let title = match &dashboard.readiness {
        None => "Not ready".to_owned(),
        // What could not be seen is not counted.
        Some(readiness) if readiness.fault.is_some() => "Not ready".to_owned(),
        Some(readiness) if readiness.phase == Phase::Ready => {
            format!("Nodes  {}", readiness.node_states.len())
        }
        Some(readiness) => format!("Not ready  {}", readiness.not_ready.len()),
    };
    let lines = status_line::lines(dashboard, usize::from(area.width.saturating_sub(4)));
    let (top, corner) = scrolled(dashboard, lines.len(), area);
    let inside = pane_with(frame, area, (&title, &corner), false, context);
    let columns = usize::from(inside.width);
    let shown = lines.into_iter().skip(top).take(usize::from(inside.height));
    let shown = shown.map(|line| status_line(&line, columns, context));
    frame.render_widget(shown.collect::<Text<'_>>(), inside);
}

fn status_line(line: &StatusLine, columns: usize, context: &RenderContext) -> Line<'static> {
    let (sign, role) = match line.kind {
        StatusKind::Ready { first: true } => (context.signs.good, StyleRole::Good),
        StatusKind::Wrong { first: true } => (context.signs.blocked, StyleRole::Danger),
        StatusKind::Ready { .. } => (" ", StyleRole::Good),
        StatusKind::Wrong { .. } => (" ", StyleRole::Danger),
        StatusKind::Remedy => ("", StyleRole::Accent),
        StatusKind::Output => ("", StyleRole::Dim),
        StatusKind::Plain => ("", StyleRole::Text),
    };
    let gap = if sign.is_empty() { "" } else { " " };
    let text = format!("{sign}{gap}{}", line.text);
    Line::styled(
        cut_end(&text, columns, context.signs.ellipsis),
        context.style(role),
    )
}

fn times(answers: u32) -> String {
    match answers {
        1 => "once".to_owned(),
        many => format!("{many} times"),
    }
}

const TOO_LONG: &str = "something is wrong: check the Auto Scaling activity and the console output of an instance that is not ready";

fn outlook_words(dashboard: &Dashboard, age: Duration) -> String {
    let command = CommandLine::rolling_update(&dashboard.cluster, false);
    let command = dashboard.target.copied().kops(&command);
    let words = match &dashboard.readiness {
        Some(seen)
            if seen.phase == Phase::Ready && seen.needing_update.is_some_and(|old| old > 0) =>
        {
            return format!(
                "kops validate reports no failures; {command} lists the instances to replace"
            );
        }
        Some(seen) if seen.phase == Phase::Ready => "kops validate reports no failures",
        Some(seen) if !seen.may_become_ready() => {
            "waiting will not resolve this: see the reason above"
        }
        Some(seen) if seen.phase == Phase::CouldNotLook => {
            "unknown whether waiting will resolve this: see the reason above"
        }
        _ if !dashboard.created => "not ready",
        Some(seen) if answers(seen.phase) && age < LONG => {
            "the API answers; what is not ready yet stands above"
        }
        _ if age < USUAL => "normal so far: most clusters answer within 10 minutes",
        _ if age < LONG => "slower than most clusters, which answer within 10 minutes",
        _ => TOO_LONG,
    };
    words.to_owned()
}

fn answers(phase: Phase) -> bool {
    match phase {
        Phase::CouldNotLook | Phase::NameNotResolving | Phase::NotAnswering | Phase::NotServing => {
            false
        }
        Phase::ControlPlaneJoining
        | Phase::NodesJoining
        | Phase::InstancesMissing
        | Phase::PodsStarting
        | Phase::NotReady
        | Phase::Ready => true,
    }
}

fn often(rest: Duration) -> String {
    match rest.as_secs() {
        60 => "minute".to_owned(),
        seconds => format!("{seconds} s"),
    }
}

fn outlook(
    frame: &mut Frame<'_>,
    area: Rect,
    dashboard: &Dashboard,
    at: Timestamp,
    context: &RenderContext,
) {
    let age = at.since(dashboard.started);
    let words = outlook_words(dashboard, age);
    let next = match dashboard.state {
        // Once the cluster is ready no clock runs: a figure would stand still.
        PollState::Asking { .. } if dashboard.ready_at.is_some() => "validating".to_owned(),
        PollState::Asking { since } => format!("validating, {}", elapsed(at.since(since))),
        PollState::Waiting { since } => {
            let answers = times(dashboard.answers);
            if dashboard.ready_at.is_some() {
                format!(
                    "validated {answers}, next every {}",
                    often(dashboard.interval())
                )
            } else {
                let left = dashboard
                    .interval()
                    .saturating_sub(at.since(since))
                    .as_secs();
                format!("validated {answers}, next in {left} s")
            }
        }
    };
    let lines = vec![
        Line::raw(format!(" {words}")),
        Line::styled(format!(" {next}"), context.style(StyleRole::Dim)),
    ];
    frame.render_widget(Text::from(lines), area);
}
