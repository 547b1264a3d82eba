//! After an update: whether a rolling update is needed, what it would replace, and the command to copy.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Text};

use crate::core::analysis::next_steps::NextSteps;
use crate::core::kops::rolling_update::{RollingUpdate, RollingUpdateGroup};
use crate::tui::event::Timestamp;
use crate::tui::screens::rolling_update::{RollingUpdateScreen, RollingUpdateState as Known};
use crate::tui::theme::StyleRole;
use crate::tui::widgets::pane::pane;
use crate::tui::widgets::problem::fault_lines;
use crate::tui::widgets::render_context::RenderContext;
use crate::tui::widgets::text::{elapsed, pad, width, wrap};

const HOW: &str = "kops drains and replaces one instance after the other, and waits until the cluster validates again. kopswain does not run rolling updates: copy the command when you are ready.";
const CLOUD_ONLY: &str = "The Kubernetes API could not be reached: kops compared instances only and counted no nodes. A rolling update needs the API: with --cloudonly kops would replace instances without draining them or validating the cluster.";
const NAME: &str = "instance group";
const FIGURES: [&str; 6] = ["to replace", "ready", "min", "target", "max", "nodes"];

/// What the screen is at, in one line.
pub fn headline(rolling: &RollingUpdateScreen, context: &RenderContext) -> Line<'static> {
    let needed;
    let (sign, words, role) = match &rolling.state {
        Known::Asking { .. } => (
            context.signs.good,
            "applied; asking for the rolling-update status",
            StyleRole::Good,
        ),
        Known::Known(found) if found.needed == Some(false) => (
            context.signs.good,
            "applied; nothing left to do",
            StyleRole::Good,
        ),
        Known::Known(found) if found.needed == Some(true) => {
            needed = match found.instances() {
                1 => "applied; 1 instance needs a rolling update".to_owned(),
                many => format!("applied; {many} instances need a rolling update"),
            };
            (context.signs.look, needed.as_str(), StyleRole::Warning)
        }
        Known::Known(_) | Known::Failed(_) => (
            context.signs.look,
            "applied; rolling-update status unknown",
            StyleRole::Warning,
        ),
    };
    context.line(format!(" {sign} {words}"), role)
}

/// Draws what is known.
pub fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    rolling: &RollingUpdateScreen,
    at: Timestamp,
    context: &RenderContext,
) {
    let inside = pane(frame, area, "Rolling update", true, context);
    let columns = usize::from(inside.width);
    let lines = match &rolling.state {
        Known::Asking { since } => {
            let words = format!(
                "asking kops, {}: {}",
                elapsed(at.since(*since)),
                rolling.command()
            );
            vec![Line::raw(words)]
        }
        Known::Failed(fault) => {
            let mut lines = fault_lines(fault, columns, context);
            lines.push(Line::raw(""));
            lines.extend(prose(
                "The update is applied.",
                columns,
                StyleRole::Text,
                context,
            ));
            lines
        }
        Known::Known(found) => known(rolling, found, columns, context),
    };
    frame.render_widget(Text::from(lines), inside);
}

fn known(
    rolling: &RollingUpdateScreen,
    found: &RollingUpdate,
    columns: usize,
    context: &RenderContext,
) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    if let Some(fault) = &rolling.seen_otherwise {
        lines.extend(fault_lines(fault, columns, context));
        lines.push(Line::raw(""));
    }
    lines.extend(prose(&found.sentence(), columns, StyleRole::Title, context));
    if found.needed == Some(true) || !rolling.next.why.is_empty() {
        lines.push(Line::raw(""));
        lines.extend(steps(&rolling.next, columns, context));
    }
    if rolling.cloud_only {
        lines.push(Line::raw(""));
        lines.extend(prose(CLOUD_ONLY, columns, StyleRole::Warning, context));
    }
    lines.push(Line::raw(""));
    lines.push(context.line(format!("output of {}", rolling.command()), StyleRole::Dim));
    lines.extend(table(found, rolling.top, context));
    lines
}

// Each is copied as it stands; what it is for stands below it.
fn steps(next: &NextSteps, columns: usize, context: &RenderContext) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    if !next.why.is_empty() {
        lines.extend(prose(&next.why, columns, StyleRole::Warning, context));
    }
    if let [single] = next.steps.as_slice() {
        lines.extend(command("do:", &single.command, columns, context));
        lines.extend(prose(HOW, columns, StyleRole::Text, context));
        return lines;
    }
    for (at, step) in next.steps.iter().enumerate() {
        let mark = format!("{}.", at + 1);
        lines.extend(command(&mark, &step.command, columns, context));
        lines.push(Line::raw(format!("     {}", step.what)));
    }
    lines
}

// Shown whole: it is copied from here.
fn command(mark: &str, text: &str, columns: usize, context: &RenderContext) -> Vec<Line<'static>> {
    let parts = wrap(text, columns.saturating_sub(5)).into_iter();
    let style = context.style(StyleRole::Accent);
    parts
        .enumerate()
        .map(|(at, part)| {
            let mark = if at == 0 { mark } else { "" };
            Line::styled(format!("{mark:<5}{part}"), style)
        })
        .collect()
}

fn prose(
    text: &str,
    columns: usize,
    role: StyleRole,
    context: &RenderContext,
) -> Vec<Line<'static>> {
    let lines = wrap(text, columns.min(100)).into_iter();
    lines.map(|line| context.line(line, role)).collect()
}

fn table(found: &RollingUpdate, top: usize, context: &RenderContext) -> Vec<Line<'static>> {
    let names = found.groups.iter().map(|group| width(&group.name.shown()));
    let wide = names.chain([width(NAME)]).max().unwrap_or_default();
    let heading = format!("  {}  {}", pad(NAME, wide), FIGURES.join("  "));
    let mut lines = vec![context.line(heading, StyleRole::Dim)];
    let rows = found.groups.iter().map(|group| row(group, wide, context));
    lines.extend(rows.skip(top));
    let unread = found.unread.iter().map(|line| Line::raw(line.shown()));
    lines.extend(unread.skip(top.saturating_sub(found.groups.len())));
    lines
}

fn row(group: &RollingUpdateGroup, wide: usize, context: &RenderContext) -> Line<'static> {
    let nodes = group
        .nodes
        .map_or_else(String::new, |nodes| nodes.to_string());
    let figures = [
        group.need_update.to_string(),
        group.ready.to_string(),
        group.min.to_string(),
        group.target.to_string(),
        group.max.to_string(),
        nodes,
    ];
    let cells: Vec<String> = figures
        .iter()
        .zip(FIGURES)
        .map(|(figure, word)| format!("{figure:>columns$}", columns = width(word)))
        .collect();
    let (sign, role) = if group.need_update > 0 {
        (context.signs.look, StyleRole::Warning)
    } else {
        (context.signs.good, StyleRole::Text)
    };
    let name = pad(&group.name.shown(), wide);
    context.line(
        format!("{sign} {name}  {}", cells.join("  "))
            .trim_end()
            .to_owned(),
        role,
    )
}
