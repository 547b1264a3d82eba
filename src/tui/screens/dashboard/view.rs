//! The dashboard: phases, instance groups, instances and nodes, why not, and what happened.

use std::time::Duration;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::text::{Line, Span, Text};
use ratatui::widgets::Block;
use strum::VariantArray;

use super::navigation::OpenDetail;
use super::{Dashboard, PollState};
use crate::core::cluster::birth::{BirthPhase, PhaseState, PhaseView};
use crate::core::cluster::kubernetes::ApiFailureKind;
use crate::core::cluster::kubernetes_view::ApiLink;
use crate::core::cluster::live::ClusterVerdict;
use crate::core::cluster::{Phase, Readiness};
use crate::core::text::untrusted::visible;
use crate::core::unix_time::UnixTime;
use crate::tui::dashboard_pane::DashboardPane;
use crate::tui::event::Timestamp;
use crate::tui::screens::apply::view as apply_view;
use crate::tui::screens::dashboard::detail::SubjectLine;
use crate::tui::theme::StyleRole;
use crate::tui::widgets::pane::{first_visible, pane_with};
use crate::tui::widgets::render_context::RenderContext;
use crate::tui::widgets::table;
use crate::tui::widgets::text::{cut_end, elapsed, pad, whole_seconds};

mod groups;
mod instances;
mod timeline;
mod why;

const USUAL: Duration = Duration::from_mins(10);
const LONG: Duration = Duration::from_mins(20);
/// Slower answers of the API are worth a figure.
const SLOW: Duration = Duration::from_millis(500);
const WORD_COLUMNS: usize = 16;
const PANES_AND_FACTS: [Constraint; 2] = [Constraint::Min(3), Constraint::Length(2)];
/// Above the rows of a table.
const HEADING: usize = 1;

/// What a pane is drawn from.
pub(super) struct DashboardScene<'a> {
    dashboard: &'a Dashboard,
    now: UnixTime,
    context: &'a RenderContext,
}

impl DashboardScene<'_> {
    fn is_focused(&self, pane: DashboardPane) -> bool {
        self.dashboard.navigation().focus == pane
    }
}

/// Whether it is ready, for how long, and the phases on the way.
pub fn headline(
    dashboard: &Dashboard,
    at: Timestamp,
    columns: u16,
    context: &RenderContext,
) -> Line<'static> {
    let now = dashboard.shown_at(at);
    let (sign, role, words) = verdict_words(dashboard, at, context);
    let mut spans = vec![
        Span::styled(format!(" {sign} {words}"), context.style(role)),
        Span::raw("  "),
    ];
    let width = |spans: &[Span<'_>]| spans.iter().map(Span::width).sum::<usize>();
    let left = usize::from(columns).saturating_sub(width(&spans));
    let phases = dashboard.shown().live.phases(dashboard.born(at), now);
    let phases = phases.iter().filter(|one| one.state != PhaseState::Unknown);
    let written = |room: PhaseRoom| {
        let phases = phases.clone();
        let mut spans: Vec<Span<'_>> = phases
            .flat_map(|phase| phase_spans(phase, room, context))
            .collect();
        // The gap after the last one.
        spans.pop();
        spans
    };
    let mut rooms = PhaseRoom::VARIANTS.iter().map(|room| written(*room));
    let fitting = rooms.find(|spans| width(spans) <= left);
    spans.extend(fitting.unwrap_or_else(|| written(PhaseRoom::Tight)));
    Line::from(spans)
}

/// How much room the phases have, the most first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray)]
enum PhaseRoom {
    Whole,
    /// With short words, and figures only of what is not done.
    Short,
    /// Signs beside short words, and no figures.
    Tight,
}

fn verdict_words(
    dashboard: &Dashboard,
    at: Timestamp,
    context: &RenderContext,
) -> (&'static str, StyleRole, String) {
    let age = elapsed(at.since(dashboard.started));
    let now = dashboard.shown_at(at);
    let signs = &context.signs;
    match dashboard.shown().live.verdict() {
        ClusterVerdict::Unknown => {
            let words = format!("validating for the first time, {age}");
            (signs.now, StyleRole::Dim, words)
        }
        ClusterVerdict::Confirming { .. } => {
            (signs.now, StyleRole::Accent, "kops confirms".to_owned())
        }
        ClusterVerdict::Ready { .. } => ready_words(dashboard, context),
        ClusterVerdict::NotReady {
            since,
            was_ready: Some(_),
        } => {
            let words = format!("degraded {}", elapsed(now.since(*since)));
            (signs.blocked, StyleRole::Danger, words)
        }
        ClusterVerdict::NotReady { .. } => {
            let phase = dashboard.readiness().map(|readiness| readiness.phase);
            let words = phase.unwrap_or(Phase::NotReady).word();
            let (sign, role) = match phase {
                Some(Phase::CouldNotLook) => (signs.blocked, StyleRole::Danger),
                _ => (signs.now, StyleRole::Accent),
            };
            (sign, role, format!("{words} {} {age}", signs.dot))
        }
    }
}

// Of a ready cluster no clock runs, so the time is how long it took.
fn ready_words(
    dashboard: &Dashboard,
    context: &RenderContext,
) -> (&'static str, StyleRole, String) {
    let readiness = dashboard.readiness();
    let headline = readiness.map_or_else(|| "ready".to_owned(), Readiness::headline);
    let current = readiness.is_some_and(|one| one.needing_update == Some(0));
    if let Some(lost) = dashboard.shown().live.kubernetes().lost_since() {
        let clock = dashboard.local_clock(lost);
        let words = format!("{headline}, not seen since {clock}");
        return (context.signs.look, StyleRole::Warning, words);
    }
    let until = dashboard.ready_at.unwrap_or(dashboard.started);
    let took = if dashboard.created {
        format!(" after {}", elapsed(until.since(dashboard.started)))
    } else {
        String::new()
    };
    let (sign, role) = if current {
        (context.signs.good, StyleRole::Good)
    } else {
        (context.signs.look, StyleRole::Warning)
    };
    (sign, role, format!("{headline}{took}"))
}

fn phase_spans(phase: &PhaseView, room: PhaseRoom, context: &RenderContext) -> Vec<Span<'static>> {
    let signs = &context.signs;
    let (sign, role) = match phase.state {
        PhaseState::Done => (signs.good, StyleRole::Good),
        PhaseState::Now if phase.late => (signs.look, StyleRole::Warning),
        PhaseState::Now => (signs.now, StyleRole::Accent),
        PhaseState::ToCome | PhaseState::Unknown => (signs.to_come, StyleRole::Dim),
        PhaseState::Lost => (signs.blocked, StyleRole::Danger),
    };
    let (word, before, gap) = match room {
        PhaseRoom::Whole => (phase.phase.words(), " ", "  "),
        PhaseRoom::Short => (short_word(phase.phase), " ", " "),
        PhaseRoom::Tight => (short_word(phase.phase), "", " "),
    };
    let mut text = word.to_owned();
    if shows_figures(phase, room) {
        text.push(' ');
        text.push_str(&phase.figures);
    }
    if phase.late && room == PhaseRoom::Whole {
        text.push_str(" late");
    }
    vec![
        Span::raw(text),
        Span::styled(format!("{before}{sign}"), context.style(role)),
        Span::raw(gap),
    ]
}

fn shows_figures(phase: &PhaseView, room: PhaseRoom) -> bool {
    let wanted = match room {
        PhaseRoom::Whole => true,
        PhaseRoom::Short => phase.state != PhaseState::Done,
        PhaseRoom::Tight => false,
    };
    wanted && !phase.figures.is_empty() && phase.phase != BirthPhase::Api
}

fn short_word(phase: BirthPhase) -> &'static str {
    match phase {
        BirthPhase::LoadBalancer => "LB",
        BirthPhase::Instances => "inst",
        BirthPhase::ControlPlane => "CP",
        BirthPhase::SystemPods => "pods",
        BirthPhase::Validated => "kops",
        BirthPhase::Api | BirthPhase::Nodes => phase.words(),
    }
}

/// Draws the panes, or the detail over them, and how old each fact is.
pub fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    dashboard: &Dashboard,
    at: Timestamp,
    context: &RenderContext,
) {
    let scene = DashboardScene {
        dashboard,
        now: dashboard.shown_at(at),
        context,
    };
    let [middle, facts] = Layout::vertical(PANES_AND_FACTS).areas(area);
    match (&dashboard.navigation().detail, dashboard.shown_run()) {
        (_, Some(run)) => apply_view::draw(frame, middle, run, at, context),
        (Some(detail), None) => draw_detail(frame, middle, detail, &scene),
        (None, None) => draw_panes(frame, middle, &scene),
    }
    draw_facts(frame, facts, at, &scene);
}

fn draw_panes(frame: &mut Frame<'_>, area: Rect, scene: &DashboardScene<'_>) {
    for (kind, pane) in pane_areas(scene.dashboard, area) {
        match kind {
            DashboardPane::Groups => groups::draw(frame, pane, scene),
            DashboardPane::Instances => instances::draw(frame, pane, scene),
            DashboardPane::Why => why::draw(frame, pane, scene),
            DashboardPane::Timeline => timeline::draw(frame, pane, scene),
        }
    }
}

fn pane_areas(dashboard: &Dashboard, area: Rect) -> impl Iterator<Item = (DashboardPane, Rect)> {
    let places = dashboard.panes(area.width, area.height).into_iter();
    places.map(move |place| {
        let pane = Rect {
            x: area.x + place.x,
            y: area.y + place.y,
            width: place.width,
            height: place.height,
        };
        (place.pane, pane)
    })
}

/// The row of a pane at this place of the area that [`draw`] draws.
pub fn row_at(
    area: Rect,
    place: Position,
    dashboard: &Dashboard,
    at: Timestamp,
) -> Option<(DashboardPane, usize)> {
    let navigation = dashboard.navigation();
    if navigation.detail.is_some() || dashboard.shown_run().is_some() {
        return None;
    }
    let [middle, _] = Layout::vertical(PANES_AND_FACTS).areas(area);
    let mut panes = pane_areas(dashboard, middle);
    let (pane, area) = panes.find(|(_, area)| area.contains(place))?;
    let inside = Block::bordered().inner(area);
    if !inside.contains(place) {
        return None;
    }
    let line = usize::from(place.y - inside.y);
    let height = usize::from(inside.height);
    if pane == DashboardPane::Why {
        let columns = why::columns(area);
        let row = why::diagnosis_at(dashboard, columns, height, dashboard.shown_at(at), line);
        return row.map(|row| (pane, row));
    }
    let above = match pane {
        DashboardPane::Instances => instances::filter_lines(navigation) + HEADING,
        DashboardPane::Groups => HEADING,
        DashboardPane::Why | DashboardPane::Timeline => 0,
    };
    let rows = dashboard.count(pane);
    let height = height.saturating_sub(above);
    let (first, shown) = in_view(navigation.row(pane, rows), rows, height);
    let line = line.checked_sub(above)?;
    (line < shown).then_some((pane, first + line))
}

fn draw_detail(frame: &mut Frame<'_>, area: Rect, detail: &OpenDetail, scene: &DashboardScene<'_>) {
    let context = scene.context;
    let columns = usize::from(area.width.saturating_sub(4));
    let lines = scene.dashboard.detail_lines(&detail.subject, columns);
    let room = usize::from(area.height.saturating_sub(2));
    let top = detail.top.min(lines.len().saturating_sub(room));
    let corner = lines_in_view(top, room, lines.len());
    let name = detail.subject.name();
    let title = if name.is_empty() {
        scene.dashboard.cluster.to_string()
    } else {
        name
    };
    let inside = pane_with(frame, area, (&title, &corner), true, context);
    let shown = lines.iter().skip(top).take(room);
    let shown = shown.map(|line| detail_line(line, columns, context));
    frame.render_widget(shown.collect::<Text<'_>>(), inside);
}

fn detail_line(line: &SubjectLine, columns: usize, context: &RenderContext) -> Line<'static> {
    let cut = |text: &str| cut_end(text, columns, context.signs.ellipsis);
    match line {
        SubjectLine::Title(text) => Line::styled(cut(text), context.style(StyleRole::Title)),
        SubjectLine::Plain(text) => Line::raw(cut(text)),
        SubjectLine::Wrong(text) => Line::styled(cut(text), context.style(StyleRole::Danger)),
        SubjectLine::Fact(word, value) => {
            let room = columns.saturating_sub(WORD_COLUMNS);
            Line::from(vec![
                Span::styled(pad(word, WORD_COLUMNS), context.style(StyleRole::Dim)),
                Span::raw(cut_end(value, room, context.signs.ellipsis)),
            ])
        }
    }
}

const TOO_LONG: &str =
    "later than usual: see why, and the console output of an instance that has not joined";

fn outlook_words(dashboard: &Dashboard, age: Duration) -> String {
    if dashboard.is_ready() {
        let name = visible(&dashboard.cluster);
        return format!("Your cluster {name} is ready: kops validate reports no failures");
    }
    unready_words(dashboard, age).to_owned()
}

fn unready_words(dashboard: &Dashboard, age: Duration) -> &'static str {
    match dashboard.live().verdict() {
        ClusterVerdict::Confirming { .. } => return "nothing wrong is seen; kops confirms it",
        ClusterVerdict::NotReady {
            was_ready: Some(_), ..
        } => return "the cluster was ready and is not any more",
        ClusterVerdict::Unknown
        | ClusterVerdict::NotReady { .. }
        | ClusterVerdict::Ready { .. } => {}
    }
    match dashboard.readiness() {
        _ if !dashboard.may_become_ready() => "waiting will not resolve this: see the reason above",
        Some(seen) if seen.phase == Phase::CouldNotLook => {
            "unknown whether waiting will resolve this: see the reason above"
        }
        _ if !dashboard.created => "not ready",
        _ if age < USUAL => "normal so far: most clusters are ready within 10 minutes",
        _ if age < LONG => "slower than most clusters, which are ready within 10 minutes",
        _ => TOO_LONG,
    }
}

fn draw_facts(frame: &mut Frame<'_>, area: Rect, at: Timestamp, scene: &DashboardScene<'_>) {
    let (dashboard, context) = (scene.dashboard, scene.context);
    let columns = usize::from(area.width).saturating_sub(1);
    let words = match dashboard.shown().frozen_at {
        Some(frozen) => format!(
            "FROZEN at {}: what is shown stays as it is until F",
            dashboard.local_clock(frozen)
        ),
        None => outlook_words(dashboard, at.since(dashboard.started)),
    };
    let dot = format!(" {} ", context.signs.dot);
    let facts = [
        kubernetes_fact(scene),
        cloud_fact(scene),
        judge_fact(at, scene),
    ];
    let facts = facts.join(&dot);
    let cut = |text: &str| cut_end(text, columns, context.signs.ellipsis);
    let lines = vec![
        Line::raw(format!(" {}", cut(&words))),
        Line::styled(format!(" {}", cut(&facts)), context.style(StyleRole::Dim)),
    ];
    frame.render_widget(Text::from(lines), area);
}

// Of a ready cluster no clock runs: the time stands there, not an age that would stand still.
fn moment(moment: UnixTime, scene: &DashboardScene<'_>) -> String {
    if scene.dashboard.ready_at.is_some() {
        return scene.dashboard.local_clock(moment);
    }
    format!("{} ago", whole_seconds(scene.now.since(moment)))
}

fn kubernetes_fact(scene: &DashboardScene<'_>) -> String {
    let kubernetes = scene.dashboard.shown().live.kubernetes();
    let state = match kubernetes.link() {
        ApiLink::NotAsked => "not asked yet".to_owned(),
        ApiLink::Connecting { .. } => "connecting".to_owned(),
        ApiLink::Live {
            latency: Some(latency),
            ..
        } if *latency > SLOW => format!("live, slow: {} ms", latency.as_millis()),
        ApiLink::Live { .. } => "live".to_owned(),
        ApiLink::Lost { failure, .. } if failure.kind == ApiFailureKind::NoContext => {
            "no kubeconfig (e exports one)".to_owned()
        }
        ApiLink::Lost { since, .. } => format!("lost, {}", moment(*since, scene)),
    };
    format!("Kubernetes {state}")
}

fn cloud_fact(scene: &DashboardScene<'_>) -> String {
    let cloud = scene.dashboard.shown().live.cloud();
    let state = match (cloud.read(), cloud.fault()) {
        (Some(read), _) => moment(read, scene),
        (None, Some(_)) => "cannot be read".to_owned(),
        (None, None) => "being read".to_owned(),
    };
    format!("Auto Scaling {state}")
}

fn judge_fact(at: Timestamp, scene: &DashboardScene<'_>) -> String {
    let dashboard = scene.dashboard;
    let answered = dashboard.shown().live.judged();
    let answered = answered.map_or_else(|| "not yet".to_owned(), |one| moment(one, scene));
    let state = match dashboard.state {
        _ if dashboard.shown().frozen_at.is_some() => answered,
        PollState::Asking { .. } if dashboard.ready_at.is_some() => "is asked".to_owned(),
        PollState::Asking { since } => format!("asked, {}", elapsed(at.since(since))),
        PollState::Waiting { since } => {
            let left = dashboard.interval().saturating_sub(at.since(since));
            if dashboard.ready_at.is_some() {
                answered
            } else {
                format!("{answered}, next in {}", whole_seconds(left))
            }
        }
    };
    format!("kops validate {state}")
}

/// The rows of a list that are in view: the first one, and how many.
fn in_view(cursor: usize, rows: usize, height: usize) -> (usize, usize) {
    let first = first_visible(cursor, rows, height);
    (first, height.min(rows - first.min(rows)))
}

/// Which lines of a text are in view; empty where all are.
fn lines_in_view(top: usize, height: usize, lines: usize) -> String {
    if lines <= height {
        return String::new();
    }
    format!("{}-{}/{lines}", top + 1, (top + height).min(lines))
}

/// Which columns of a table have room, by number: all, or without those that are needed least.
fn fitting_columns(
    headings: &[&str],
    dropped: &[&str],
    cells: &[Vec<String>],
    room: usize,
) -> Vec<usize> {
    let mut columns: Vec<usize> = (0..headings.len()).collect();
    for name in dropped {
        let words: Vec<String> = columns.iter().map(|at| headings[*at].to_owned()).collect();
        let chosen = chosen_cells(cells, &columns);
        let all = std::iter::once(words.as_slice()).chain(chosen.iter().map(Vec::as_slice));
        if table::total_width(&table::widths(all, usize::MAX)) <= room {
            break;
        }
        columns.retain(|at| headings[*at] != *name);
    }
    columns
}

/// The cells of these columns.
fn chosen_cells(cells: &[Vec<String>], columns: &[usize]) -> Vec<Vec<String>> {
    let chosen = |row: &Vec<String>| {
        let cells = columns.iter().filter_map(|at| row.get(*at).cloned());
        cells.collect()
    };
    cells.iter().map(chosen).collect()
}

/// The title of a pane with the position of its cursor.
fn titled(name: &str, cursor: usize, rows: usize) -> String {
    match rows {
        0 => name.to_owned(),
        rows => format!("{name}  {}/{rows}", cursor + 1),
    }
}

/// A row of a table: the cursor's mark where the pane has the focus, a sign, and its cells.
fn table_row(
    (sign, role): (&'static str, StyleRole),
    cells: String,
    chosen: bool,
    context: &RenderContext,
) -> Line<'static> {
    let (mark, words) = if chosen {
        (context.signs.cursor, StyleRole::Cursor)
    } else {
        (" ", StyleRole::Text)
    };
    Line::from(vec![
        Span::styled(format!("{mark} "), context.style(StyleRole::Accent)),
        Span::styled(format!("{sign} "), context.style(role)),
        Span::styled(cells, context.style(words)),
    ])
}
