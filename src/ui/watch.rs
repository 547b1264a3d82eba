//! The dashboard: instance groups and nodes, what is not ready, and what is normal at this age.

use std::time::Duration;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span, Text};

use crate::app::event::Moment;
use crate::app::watch::{Look as Looking, REST, REST_WHEN_READY, Watch};
use crate::core::readiness::{GroupReadiness, NotReady, Phase, Readiness};

use super::review::fault_lines;
use super::screen::{Look, TWO_PANES};
use super::text::{elapsed, pad, width, wrap};
use super::theme::Role;
use super::widgets::bar::bar;
use super::widgets::pane::{first_visible, pane};
use super::widgets::table;

const USUAL: Duration = Duration::from_mins(10);
const LONG: Duration = Duration::from_mins(20);

/// Elapsed time, phase, and the counts that decide.
pub fn headline(watch: &Watch, at: Moment, look: &Look) -> Line<'static> {
    let age = elapsed(at.since(watch.started));
    let Some(readiness) = &watch.readiness else {
        return Line::styled(
            format!(" {} looking for the first time, {age}", look.signs.now),
            look.style(Role::Dim),
        );
    };
    let (sign, role) = phase_sign(readiness.phase, look);
    let counts = format!(
        "   control plane {}/{}   nodes {}/{}",
        readiness.control_plane.ready,
        readiness.control_plane.wanted,
        readiness.nodes.ready,
        readiness.nodes.wanted
    );
    Line::from(vec![
        Span::styled(
            format!(" {sign} {}", readiness.phase.word()),
            look.style(role),
        ),
        Span::styled(format!(" {} {age}", look.signs.dot), look.style(Role::Dim)),
        Span::raw(counts),
    ])
}

fn phase_sign(phase: Phase, look: &Look) -> (&'static str, Role) {
    match phase {
        Phase::Ready => (look.signs.good, Role::Good),
        Phase::CouldNotLook => (look.signs.blocked, Role::Danger),
        _ => (look.signs.now, Role::Accent),
    }
}

/// Draws instance groups and what is not ready, side by side or one below the other, and the outlook.
pub fn draw(frame: &mut Frame<'_>, area: Rect, watch: &Watch, at: Moment, look: &Look) {
    let [middle, outlook_area] =
        Layout::vertical([Constraint::Min(3), Constraint::Length(2)]).areas(area);
    let [first, second] = if area.width >= TWO_PANES {
        Layout::horizontal([Constraint::Percentage(60), Constraint::Percentage(40)]).areas(middle)
    } else {
        Layout::vertical([Constraint::Percentage(58), Constraint::Percentage(42)]).areas(middle)
    };
    groups(frame, first, watch, look);
    not_ready(frame, second, watch, look);
    outlook(frame, outlook_area, watch, at, look);
}

fn groups(frame: &mut Frame<'_>, area: Rect, watch: &Watch, look: &Look) {
    let inside = pane(frame, area, "Instance groups", true, look);
    let Some(readiness) = &watch.readiness else {
        let names = watch.groups.iter().map(|group| {
            Line::styled(
                format!("{} {}", look.signs.to_come, group.name),
                look.style(Role::Dim),
            )
        });
        frame.render_widget(names.collect::<Text<'_>>(), inside);
        return;
    };
    let rows: Vec<Vec<String>> = readiness
        .groups
        .iter()
        .map(|group| cells(group, look))
        .collect();
    let widths = table::widths(
        rows.iter().map(Vec::as_slice),
        usize::from(inside.width).saturating_sub(2),
    );
    let lines = readiness
        .groups
        .iter()
        .zip(&rows)
        .take(usize::from(inside.height))
        .map(|(group, cells)| {
            let (sign, role) = group_sign(group, look);
            Line::from(vec![
                Span::styled(format!("{sign} "), look.style(role)),
                Span::raw(table::line(cells, &widths, look)),
            ])
        });
    frame.render_widget(lines.collect::<Text<'_>>(), inside);
}

fn cells(group: &GroupReadiness, look: &Look) -> Vec<String> {
    vec![
        group.name.clone(),
        group.machine_type.clone(),
        format!("{}/{}", group.ready, group.wanted()),
        bar(group.ready, group.wanted(), &look.signs),
        group.word().to_owned(),
    ]
}

fn group_sign(group: &GroupReadiness, look: &Look) -> (&'static str, Role) {
    if group.ready >= group.wanted() {
        (look.signs.good, Role::Good)
    } else {
        (look.signs.now, Role::Accent)
    }
}

fn not_ready(frame: &mut Frame<'_>, area: Rect, watch: &Watch, look: &Look) {
    let Some(readiness) = &watch.readiness else {
        pane(frame, area, "Not ready", false, look);
        return;
    };
    if readiness.phase == Phase::Ready {
        return ready(frame, area, watch, readiness, look);
    }
    let count = readiness.not_ready.len();
    let inside = pane(frame, area, &format!("Not ready  {count}"), false, look);
    let columns = usize::from(inside.width);
    let mut lines = Vec::new();
    if let Some(fault) = &readiness.fault {
        lines.extend(fault_lines(fault, columns, look));
    }
    let height = usize::from(inside.height);
    let top = first_visible(watch.top, count, height.max(1));
    for item in readiness.not_ready.iter().skip(top).take(height) {
        lines.extend(wrap(&missing(item), columns).into_iter().map(Line::raw));
    }
    frame.render_widget(Text::from(lines), inside);
}

fn times(looks: u32) -> String {
    match looks {
        1 => "once".to_owned(),
        many => format!("{many} times"),
    }
}

// kops's message starts with the kind and the name again: `machine "i-…" has not yet joined cluster`.
fn missing(item: &NotReady) -> String {
    let (name, message) = (item.name.shown(), item.message.shown());
    let quoted = format!("\"{name}\" ");
    let rest = message
        .split_once(&quoted)
        .map_or(message.as_str(), |(_, rest)| rest);
    let group = item
        .group
        .as_ref()
        .map(|group| format!(" ({group})"))
        .unwrap_or_default();
    format!("{name} {rest}{group}")
}

fn ready(frame: &mut Frame<'_>, area: Rect, watch: &Watch, readiness: &Readiness, look: &Look) {
    let inside = pane(frame, area, "Nodes", false, look);
    let headline = format!(
        "Your cluster {} is ready",
        crate::core::untrusted::visible(&watch.cluster)
    );
    let columns = usize::from(inside.width);
    let headline = wrap(&format!("{} {headline}", look.signs.good), columns);
    let mut lines: Vec<Line<'_>> = headline
        .into_iter()
        .map(|text| Line::styled(text, look.style(Role::Good)))
        .collect();
    let export = wrap(
        &format!("kops export kubeconfig {} --admin", watch.cluster),
        columns,
    );
    lines.extend(
        export
            .into_iter()
            .map(|text| Line::styled(text, look.style(Role::Accent))),
    );
    lines.push(Line::raw(""));
    let widest = readiness
        .machines
        .iter()
        .map(|machine| width(&machine.name.shown()))
        .max()
        .unwrap_or(0);
    lines.extend(readiness.machines.iter().map(|machine| {
        Line::raw(format!(
            "{}  {}  {}",
            pad(&machine.name.shown(), widest),
            machine.zone,
            machine.role
        ))
    }));
    frame.render_widget(Text::from(lines), inside);
}

fn outlook(frame: &mut Frame<'_>, area: Rect, watch: &Watch, at: Moment, look: &Look) {
    let age = at.since(watch.started);
    let waiting = watch
        .readiness
        .as_ref()
        .is_none_or(|readiness| readiness.phase.is_on_its_way());
    let words = match waiting {
        false if watch.ready_at.is_some() => "kops validate finds nothing wrong".to_owned(),
        false => "not the wait for a young cluster: see the reason above".to_owned(),
        true if !watch.created => "not ready".to_owned(),
        true if age < USUAL => "normal so far: most clusters answer within 10 minutes".to_owned(),
        true if age < LONG => "slower than most clusters, which answer within 10 minutes".to_owned(),
        true => "something is wrong: look at the Auto Scaling activity and the console output of an instance that is not ready".to_owned(),
    };
    let next = match watch.look {
        Looking::Looking { since } => format!("kops validate runs, {}", elapsed(at.since(since))),
        Looking::Resting { since } => {
            let rest = if watch.ready_at.is_some() {
                REST_WHEN_READY
            } else {
                REST
            };
            let left = rest.saturating_sub(at.since(since)).as_secs();
            format!("looked {}, again in {left}s", times(watch.looks))
        }
    };
    let lines = vec![
        Line::raw(format!(" {words}")),
        Line::styled(format!(" {next}"), look.style(Role::Dim)),
    ];
    frame.render_widget(Text::from(lines), area);
}
