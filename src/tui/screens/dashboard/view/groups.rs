//! The instance groups: sizes, a dot for each instance, and what a rolling update has left.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Text;

use super::{DashboardScene, chosen_cells, fitting_columns, in_view, table_row, titled};
use crate::core::cluster::GroupReadiness;
use crate::core::cluster::cost::ClusterCost;
use crate::core::cluster::instance_rows::{ConditionCounts, InstanceCondition};
use crate::core::price::HourlyPrice;
use crate::core::text::untrusted::visible;
use crate::tui::dashboard_pane::DashboardPane;
use crate::tui::screens::dashboard::shown::ShownCluster;
use crate::tui::theme::StyleRole;
use crate::tui::widgets::pane::pane_with;
use crate::tui::widgets::render_context::RenderContext;
use crate::tui::widgets::signs::Signs;
use crate::tui::widgets::table;

const PRICE: &str = "$/MONTH";

const HEADINGS: [&str; 9] = [
    "INSTANCE GROUP",
    "TYPE",
    "MIN",
    "MAX",
    "INSTANCES",
    "READY",
    "ZONES",
    PRICE,
    "STATE",
];

/// Columns that go first where there is no room, the least needed first.
const DROPPED: [&str; 6] = ["ZONES", PRICE, "MIN", "MAX", "TYPE", "INSTANCES"];

/// More instances than this are counted, not drawn one by one.
const MOST_DOTS: u32 = 8;

/// Where the price stands among the columns.
const AT_PRICE: usize = 7;

const INDENT: usize = 4;

/// Draws the instance groups.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, scene: &DashboardScene<'_>) {
    let (dashboard, context) = (scene.dashboard, scene.context);
    let cursor = dashboard.navigation().group;
    let focused = scene.is_focused(DashboardPane::Groups);
    let rows = dashboard.group_rows();
    let shown = dashboard.shown();
    let unmet = shown.groups.iter().filter(|group| !group.is_met()).count();
    let seen = shown.live.readiness().is_some();
    let position = titled("Instance groups", cursor, rows);
    let title = match unmet {
        unmet if seen && unmet > 0 => format!("{position}, {unmet} not ready"),
        _ => position,
    };
    let cost = shown.live.cloud().cost();
    let cost = cost.map(ClusterCost::short_words).unwrap_or_default();
    let inside = pane_with(frame, area, (&title, &cost), focused, context);
    let room = usize::from(inside.width).saturating_sub(INDENT);
    let height = usize::from(inside.height).saturating_sub(1);
    let (first, count) = in_view(cursor, rows, height);
    let groups: Vec<&GroupReadiness> = shown.groups.iter().skip(first).take(count).collect();
    let mut cells: Vec<Vec<String>> = groups.iter().map(|one| group_cells(one, scene)).collect();
    align_prices(&mut cells);
    let columns = shown_columns(&cells, room);
    let cells = chosen_cells(&cells, &columns);
    let words: Vec<&str> = columns.iter().map(|at| HEADINGS[*at]).collect();
    let headings: Vec<String> = words.iter().map(ToString::to_string).collect();
    let all = std::iter::once(headings.as_slice()).chain(cells.iter().map(Vec::as_slice));
    let widths = table::widths_keeping(all, room, &[]);
    let mut lines = vec![table::headings(&words, INDENT, &widths, context)];
    lines.extend(
        groups
            .iter()
            .zip(&cells)
            .enumerate()
            .map(|(at, (group, cells))| {
                let chosen = focused && first + at == cursor;
                let cells = table::line(cells, &widths, context);
                table_row(group_sign(group, context), cells, chosen, context)
            }),
    );
    frame.render_widget(Text::from(lines), inside);
}

// Without any price there is no column for it.
fn shown_columns(cells: &[Vec<String>], room: usize) -> Vec<usize> {
    let mut columns = fitting_columns(&HEADINGS, &DROPPED, cells, room);
    let has_figure = |price: &String| price.contains(|one: char| one.is_ascii_digit());
    let priced = cells
        .iter()
        .any(|row| row.get(AT_PRICE).is_some_and(has_figure));
    columns.retain(|at| priced || *at != AT_PRICE);
    columns
}

// Amounts stand at the right of their column.
fn align_prices(cells: &mut [Vec<String>]) {
    let prices = cells.iter().filter_map(|row| row.get(AT_PRICE));
    let longest = prices.map(String::len).max().unwrap_or_default();
    let width = longest.max(PRICE.len());
    for price in cells.iter_mut().filter_map(|row| row.get_mut(AT_PRICE)) {
        *price = format!("{price:>width$}");
    }
}

fn price_words(group: &GroupReadiness, shown: &ShownCluster) -> String {
    let cost = shown.live.cloud().cost();
    let cost = cost.and_then(|cost| cost.group(&group.name));
    let month = cost.map(|cost| {
        cost.all
            .map_or_else(|| "?".to_owned(), HourlyPrice::monthly)
    });
    month.unwrap_or_default()
}

fn group_cells(group: &GroupReadiness, scene: &DashboardScene<'_>) -> Vec<String> {
    let shown = scene.dashboard.shown();
    let number = |size: Option<u32>| size.map_or_else(|| "-".to_owned(), |size| size.to_string());
    let cloud = shown.live.cloud().group(&group.name);
    let sizes = cloud.map_or((group.min, group.max), |cloud| {
        (Some(cloud.min), Some(cloud.max))
    });
    let counts = shown.table.by_group.get(&group.name);
    vec![
        visible(&group.name),
        visible(&group.machine_type),
        number(sizes.0),
        number(sizes.1),
        counts.map_or_else(String::new, |counts| dots(counts, &scene.context.signs)),
        group.figures(),
        short_zones(&group.zones),
        price_words(group, shown),
        state_words(group, shown),
    ]
}

fn state_words(group: &GroupReadiness, shown: &ShownCluster) -> String {
    if shown.live.launches_fail(&group.name) {
        return "launches fail".to_owned();
    }
    match group.needing_update {
        None | Some(0) => group.word().to_owned(),
        Some(old) => format!("{}, {old} to replace", group.word()),
    }
}

// The letters of the zones where they share a region, as `a b c`.
fn short_zones(zones: &[String]) -> String {
    let letters = zones.iter().filter_map(|zone| {
        let last = zone.chars().last()?;
        last.is_ascii_lowercase().then(|| last.to_string())
    });
    let letters: Vec<String> = letters.collect();
    if letters.len() == zones.len() {
        letters.join(" ")
    } else {
        visible(&zones.join(" "))
    }
}

fn dots(counts: &ConditionCounts, signs: &Signs) -> String {
    let all: u32 = counts.values().sum();
    let shown = counts.iter().rev().map(|(condition, count)| {
        let sign = condition_sign(*condition, signs);
        if all <= MOST_DOTS {
            sign.repeat(usize::try_from(*count).unwrap_or(0))
        } else {
            format!("{sign}{count} ")
        }
    });
    shown.collect::<String>().trim_end().to_owned()
}

/// The sign of an instance.
pub(super) fn condition_sign(condition: InstanceCondition, signs: &Signs) -> &'static str {
    match condition {
        InstanceCondition::NotReady | InstanceCondition::NotReporting => signs.blocked,
        InstanceCondition::NotJoined | InstanceCondition::Launching => signs.to_come,
        InstanceCondition::Terminating | InstanceCondition::Detached => signs.look,
        InstanceCondition::Warm => signs.dot,
        InstanceCondition::InService | InstanceCondition::Ready | InstanceCondition::Running => {
            signs.now
        }
    }
}

fn group_sign(group: &GroupReadiness, context: &RenderContext) -> (&'static str, StyleRole) {
    let lost = group.joined > group.ready && group.ready.is_some();
    match () {
        () if group.is_met() => (context.signs.good, StyleRole::Good),
        () if lost => (context.signs.blocked, StyleRole::Danger),
        () => (context.signs.to_come, StyleRole::Accent),
    }
}
