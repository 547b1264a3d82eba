//! Instances and nodes, a row for each; only the rows in view are looked up and drawn.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span, Text};

use super::groups::condition_sign;
use super::{DashboardScene, chosen_cells, fitting_columns, in_view, table_row};
use crate::core::cluster::instance_rows::{InstanceCondition, InstanceRow};
use crate::core::cluster::subject::ClusterSubject;
use crate::core::text::prose::first_columns;
use crate::core::text::untrusted::visible;
use crate::tui::dashboard_pane::DashboardPane;
use crate::tui::screens::dashboard::navigation::DashboardNavigation;
use crate::tui::theme::StyleRole;
use crate::tui::widgets::pane::pane_with;
use crate::tui::widgets::render_context::RenderContext;
use crate::tui::widgets::table;
use crate::tui::widgets::text::{coarse, elapsed};
use crate::tui::widgets::text_input::input;

const HEADINGS: [&str; 8] = [
    "INSTANCE",
    "NODE / IP",
    "GROUP",
    "ZONE",
    "STATE",
    "FOR",
    "KUBELET",
    "WHY",
];
const INDENT: usize = 4;
/// Columns that go first where there is no room, the least needed first.
const DROPPED: [&str; 4] = ["KUBELET", "NODE / IP", "ZONE", "FOR"];
/// Columns of the reason that have room beside the others.
const LEAST_REASON: usize = 16;

/// Draws the instances.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, scene: &DashboardScene<'_>) {
    let (dashboard, context) = (scene.dashboard, scene.context);
    let shown = dashboard.shown();
    let navigation = dashboard.navigation();
    let focused = scene.is_focused(DashboardPane::Instances);
    let rows = shown.table.rows.len();
    let lost = shown.live.kubernetes().lost_since();
    let seen = lost.map(|lost| format!(", as of {}", dashboard.local_clock(lost)));
    let title = title(navigation, rows, shown.table.all) + &seen.unwrap_or_default();
    let inside = pane_with(frame, area, (&title, ""), focused, context);
    let mut lines = filter_line(navigation, context);
    let taken = lines.len() + 1;
    let height = usize::from(inside.height).saturating_sub(taken);
    let (first, count) = in_view(navigation.instance, rows, height);
    let visible_rows = shown.table.rows.iter().skip(first).take(count);
    let visible_rows: Vec<&InstanceRow> = visible_rows.collect();
    if rows == 0 {
        lines.push(Line::styled(
            empty_words(scene),
            context.style(StyleRole::Dim),
        ));
        frame.render_widget(Text::from(lines), inside);
        return;
    }
    let cells: Vec<Vec<String>> = visible_rows
        .iter()
        .map(|row| row_cells(row, scene))
        .collect();
    let room = usize::from(inside.width).saturating_sub(INDENT);
    let columns = shown_columns(&cells, room);
    let cells = chosen_cells(&cells, &columns);
    let words: Vec<&str> = columns.iter().map(|at| HEADINGS[*at]).collect();
    let headings: Vec<String> = words.iter().map(ToString::to_string).collect();
    let all = std::iter::once(headings.as_slice()).chain(cells.iter().map(Vec::as_slice));
    let why = columns.len().saturating_sub(1);
    let kept: Vec<usize> = (0..why).collect();
    let widths = table::widths_keeping(all, room, &kept);
    lines.push(table::headings(&words, INDENT, &widths, context));
    let drawn = visible_rows.iter().zip(&cells).enumerate();
    lines.extend(drawn.map(|(at, (row, cells))| {
        let chosen = focused && first + at == navigation.instance;
        let cells = table::line(cells, &widths, context);
        let (sign, role) = row_sign(row, context);
        let role = if lost.is_some() { StyleRole::Dim } else { role };
        table_row((sign, role), cells, chosen, context)
    }));
    frame.render_widget(Text::from(lines), inside);
}

// The reason is cut where it is long, so the others make room for its beginning alone.
fn shown_columns(cells: &[Vec<String>], room: usize) -> Vec<usize> {
    let cut = |row: &Vec<String>| {
        let mut row = row.clone();
        if let Some(why) = row.last_mut() {
            *why = first_columns(why, LEAST_REASON);
        }
        row
    };
    let cells: Vec<Vec<String>> = cells.iter().map(cut).collect();
    fitting_columns(&HEADINGS, &DROPPED, &cells, room)
}

fn title(navigation: &DashboardNavigation, rows: usize, all: usize) -> String {
    let order = navigation.order.words();
    match (rows, navigation.filter.value().is_empty()) {
        (0, true) => "Instances and nodes".to_owned(),
        (rows, true) => format!(
            "Instances and nodes  {}/{rows}, {order}",
            navigation.instance + 1
        ),
        (0, false) => format!("Instances and nodes  0 of {all} match"),
        (rows, false) => format!(
            "Instances and nodes  {}/{rows} of {all}, {order}",
            navigation.instance + 1
        ),
    }
}

fn filter_line(navigation: &DashboardNavigation, context: &RenderContext) -> Vec<Line<'static>> {
    let typed = navigation.filter.value();
    if navigation.filtering {
        let mut spans = vec![Span::raw("/")];
        spans.extend(input(&navigation.filter, context));
        return vec![Line::from(spans)];
    }
    if typed.is_empty() {
        return Vec::new();
    }
    let text = format!("/{}", visible(typed));
    vec![Line::styled(text, context.style(StyleRole::Accent))]
}

/// The lines above the table that the filter takes.
pub(super) fn filter_lines(navigation: &DashboardNavigation) -> usize {
    usize::from(navigation.filtering || !navigation.filter.value().is_empty())
}

fn empty_words(scene: &DashboardScene<'_>) -> &'static str {
    let shown = scene.dashboard.shown();
    match () {
        () if shown.table.all > 0 => "no row matches the filter: / changes it",
        () if shown.live.cloud().is_known() => {
            "no instance runs yet: Auto Scaling starts them once the cluster is applied"
        }
        () => "neither Auto Scaling nor the Kubernetes API was read yet",
    }
}

fn row_cells(row: &InstanceRow, scene: &DashboardScene<'_>) -> Vec<String> {
    let live = &scene.dashboard.shown().live;
    let details = live.instance_details(row);
    let node = details.node;
    let name = match node {
        Some(node) if node.name == row.instance => node.internal_ip.shown(),
        Some(node) => node.name.shown(),
        None if row.node.raw().is_empty() || row.node == row.instance => {
            let known = live.cloud().instance(&row.instance);
            known.map(|one| one.private_ip.shown()).unwrap_or_default()
        }
        None => row.node.shown(),
    };
    // Of a ready cluster no clock runs: a second would stand still.
    let age = if scene.dashboard.ready_at.is_some() {
        coarse
    } else {
        elapsed
    };
    let since = details.since.map(|since| age(scene.now.since(since)));
    let kubelet = node.map(|node| node.kubelet_version.shown());
    vec![
        row.instance.shown(),
        name,
        visible(details.group),
        short_zone(details.zone),
        state_words(row, scene),
        since.unwrap_or_default(),
        kubelet.unwrap_or_default(),
        why_words(row, scene),
    ]
}

// What the API said before it was lost may have changed since.
fn state_words(row: &InstanceRow, scene: &DashboardScene<'_>) -> String {
    let kubernetes = scene.dashboard.shown().live.kubernetes();
    let stale = kubernetes.lost_since().is_some() && kubernetes.node(&row.node).is_some();
    let word = row.condition.word();
    if stale {
        format!("was {word}")
    } else {
        word.to_owned()
    }
}

fn short_zone(zone: &str) -> String {
    let last = zone.rsplit('-').next().unwrap_or(zone);
    visible(last)
}

fn why_words(row: &InstanceRow, scene: &DashboardScene<'_>) -> String {
    let shown = scene.dashboard.shown();
    let details = shown.live.instance_details(row);
    match row.condition {
        InstanceCondition::NotReady | InstanceCondition::NotReporting => details
            .node
            .map(|node| node.ready.words())
            .unwrap_or_default(),
        InstanceCondition::Ready => {
            let node = details.node;
            let trouble = node.and_then(|node| node.troubles.first());
            let cordoned = node.is_some_and(|node| node.cordoned);
            let old = details.member.and_then(|member| member.needs_update);
            match (trouble, cordoned, old) {
                (Some(trouble), _, _) => trouble.kind.shown(),
                (None, true, _) => "cordoned".to_owned(),
                (None, false, Some(true)) => "needs a rolling update".to_owned(),
                (None, false, _) => String::new(),
            }
        }
        InstanceCondition::NotJoined => {
            let subject = ClusterSubject::Instance(row.instance.clone());
            let mut known = shown.diagnoses.iter();
            let diagnosis = known.find(|one| one.is_about(&subject));
            diagnosis.map_or_else(
                || "usually 2 to 5 min; s: console output".to_owned(),
                |one| visible(&one.why),
            )
        }
        _ => String::new(),
    }
}

fn row_sign(row: &InstanceRow, context: &RenderContext) -> (&'static str, StyleRole) {
    let role = match row.condition {
        InstanceCondition::NotReady | InstanceCondition::NotReporting => StyleRole::Danger,
        condition if condition.needs_attention() => StyleRole::Warning,
        InstanceCondition::Ready | InstanceCondition::InService | InstanceCondition::Running => {
            StyleRole::Good
        }
        _ => StyleRole::Dim,
    };
    (condition_sign(row.condition, &context.signs), role)
}
