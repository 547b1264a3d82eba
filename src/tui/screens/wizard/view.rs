//! Steps 1 to 7 of the wizard: the rows of the step, why they are asked, what is wrong, and the spec beside.

mod columns;
mod notes;
mod rows;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::text::{Line, Text};
use ratatui::widgets::Block;
use rows::RowsLayout;

use crate::core::text::prose::counted;
use crate::core::text::untrusted::visible;
use crate::tui::event::Timestamp;
use crate::tui::screen_context::Pane;
use crate::tui::screens::wizard::form::{EditState, Picking};
use crate::tui::screens::wizard::{DiscoveryState, Wizard, WizardStep};
use crate::tui::theme::StyleRole;
use crate::tui::widgets::pane::{first_visible, pane};
use crate::tui::widgets::render_context::{RenderContext, TWO_PANES};
use crate::tui::widgets::text::{elapsed, wrap};
use crate::tui::widgets::text_input::input;
use crate::tui::widgets::{address_map, spec, table};

const WIDEST_PROSE: usize = 100;
const BORDERS: usize = 2;
const LEAST_MAP: u16 = 5;
const SIDES: [Constraint; 2] = [Constraint::Percentage(58), Constraint::Percentage(42)];
const SILENT: std::time::Duration = std::time::Duration::from_millis(300);

// The rows of the present step and what stands below them, laid out once for a width.
struct Sheet<'a> {
    rows: RowsLayout<'a>,
    notes: Vec<Line<'static>>,
}

impl<'a> Sheet<'a> {
    fn new(wizard: &'a Wizard, columns: u16, context: &'a RenderContext) -> Self {
        let inside = usize::from(columns).saturating_sub(BORDERS + 2);
        let step_rows = wizard.rows();
        let current = step_rows.get(wizard.form().cursor).map(|row| &row.field);
        let notes = notes::lines(wizard, current, inside, context);
        let rows = RowsLayout::new(wizard, &step_rows, inside, context);
        Self { rows, notes }
    }

    // All rows, headings, notes and borders.
    fn height(&self) -> u16 {
        let lines = self.rows.height() + self.notes.len() + BORDERS;
        u16::try_from(lines).unwrap_or(u16::MAX)
    }
}

/// Draws the present step.
pub fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    wizard: &Wizard,
    at: Timestamp,
    context: &RenderContext,
) {
    if area.width < TWO_PANES {
        return match wizard.pane {
            Pane::Work => work_over_map(frame, area, wizard, at, context),
            Pane::Map => map(frame, area, wizard, context),
            Pane::Spec => spec_pane(frame, area, wizard, context),
        };
    }
    if wizard.map().is_some() {
        let sheet = Sheet::new(wizard, area.width, context);
        if sheet.height() <= area.height / 2 {
            return work_over_both(frame, area, wizard, sheet, at, context);
        }
    }
    let [left, right] = Layout::horizontal(SIDES).areas(area);
    let sheet = Sheet::new(wizard, left.width, context);
    work(frame, left, wizard, sheet, at, context);
    beside(frame, right, wizard, context);
}

/// The row of the present step at this place, when the step's rows are drawn there.
pub fn row_at(area: Rect, at: Position, wizard: &Wizard, context: &RenderContext) -> Option<usize> {
    if wizard.pane != Pane::Work && area.width < TWO_PANES {
        return None;
    }
    let (area, sheet) = work_area(area, wizard, context);
    let inside = Block::bordered().inner(area);
    if !inside.contains(at) {
        return None;
    }
    let line = at.y - inside.y;
    if let EditState::Picking(picking) = &wizard.form().entry {
        let height = usize::from(inside.height).saturating_sub(2);
        let top = first_visible(picking.cursor, picking.matches.len(), height);
        let row = top + usize::from(line.checked_sub(2)?);
        return (row < picking.matches.len()).then_some(row);
    }
    let below = notes_height(inside.height, sheet.rows.height(), sheet.notes.len());
    let height = inside.height.saturating_sub(below);
    (line < height).then(|| sheet.rows.row_at(height, line))?
}

// Where `draw` puts the rows of the step, and what is in them.
fn work_area<'a>(area: Rect, wizard: &'a Wizard, context: &'a RenderContext) -> (Rect, Sheet<'a>) {
    let sheet = Sheet::new(wizard, area.width, context);
    let has_map = wizard.map().is_some();
    if area.width < TWO_PANES {
        let map = match wizard.map() {
            Some(_) => area.height.saturating_sub(sheet.height()),
            None => 0,
        };
        let map = if map < LEAST_MAP { 0 } else { map };
        let height = area.height.saturating_sub(map);
        return (Rect { height, ..area }, sheet);
    }
    if has_map && sheet.height() <= area.height / 2 {
        let height = sheet.height();
        return (Rect { height, ..area }, sheet);
    }
    let [left, _] = Layout::horizontal(SIDES).areas(area);
    (left, Sheet::new(wizard, left.width, context))
}

// A table and an address map are cut when they stand side by side: a short table stands above.
fn work_over_both(
    frame: &mut Frame<'_>,
    area: Rect,
    wizard: &Wizard,
    sheet: Sheet<'_>,
    at: Timestamp,
    context: &RenderContext,
) {
    let height = sheet.height();
    let [above, below] =
        Layout::vertical([Constraint::Length(height), Constraint::Min(1)]).areas(area);
    let [left, right] = Layout::horizontal(SIDES).areas(below);
    work(frame, above, wizard, sheet, at, context);
    map(frame, left, wizard, context);
    spec_pane(frame, right, wizard, context);
}

// The rows that a step leaves empty show the address map, where they are enough for its strip and some blocks.
fn work_over_map(
    frame: &mut Frame<'_>,
    area: Rect,
    wizard: &Wizard,
    at: Timestamp,
    context: &RenderContext,
) {
    let sheet = Sheet::new(wizard, area.width, context);
    let height = match wizard.map() {
        Some(_) => area.height.saturating_sub(sheet.height()),
        None => 0,
    };
    let height = if height < LEAST_MAP { 0 } else { height };
    let [above, below] =
        Layout::vertical([Constraint::Min(1), Constraint::Length(height)]).areas(area);
    work(frame, above, wizard, sheet, at, context);
    if height > 0 {
        map(frame, below, wizard, context);
    }
}

fn beside(frame: &mut Frame<'_>, area: Rect, wizard: &Wizard, context: &RenderContext) {
    let height = match wizard.map() {
        Some(_) => area.height * 3 / 5,
        None => 0,
    };
    let [above, below] =
        Layout::vertical([Constraint::Length(height), Constraint::Min(1)]).areas(area);
    map(frame, above, wizard, context);
    spec_pane(frame, below, wizard, context);
}

fn map(frame: &mut Frame<'_>, area: Rect, wizard: &Wizard, context: &RenderContext) {
    if let Some(map) = wizard.map() {
        let focused = wizard.pane == Pane::Map;
        address_map::draw(frame, area, &map, wizard.map_top, focused, context);
    }
}

fn spec_pane(frame: &mut Frame<'_>, area: Rect, wizard: &Wizard, context: &RenderContext) {
    let shown = spec::SpecPane {
        text: &wizard.spec.text,
        marked: &wizard.spec.changed,
        top: wizard.spec.top,
        focused: wizard.pane == Pane::Spec,
    };
    spec::draw(frame, area, &shown, context);
}

fn work(
    frame: &mut Frame<'_>,
    area: Rect,
    wizard: &Wizard,
    sheet: Sheet<'_>,
    at: Timestamp,
    context: &RenderContext,
) {
    let Sheet { rows, notes } = sheet;
    let title = match rows.count {
        0 => wizard.step.word().to_owned(),
        count => format!(
            "{}  {}/{count}",
            wizard.step.word(),
            wizard.form().cursor + 1
        ),
    };
    let inside = pane(frame, area, &title, wizard.pane == Pane::Work, context);
    if let EditState::Picking(picking) = &wizard.form().entry {
        return pick(frame, inside, picking, context);
    }
    let height = notes_height(inside.height, rows.height(), notes.len());
    let [above, below] =
        Layout::vertical([Constraint::Min(1), Constraint::Length(height)]).areas(inside);
    frame.render_widget(Text::from(fitting(notes, height, context)), below);
    if rows.count == 0 {
        return empty(frame, above, wizard, at);
    }
    rows.draw(frame, above);
}

// The rows keep at least half of the height when they need it; the notes have what is left.
fn notes_height(height: u16, rows: usize, notes: usize) -> u16 {
    let kept = usize::from(height.div_ceil(2)).min(rows.max(1));
    u16::try_from(notes.min(usize::from(height).saturating_sub(kept))).unwrap_or(height)
}

// The help has all of it.
fn fitting(
    mut notes: Vec<Line<'static>>,
    height: u16,
    context: &RenderContext,
) -> Vec<Line<'static>> {
    let room = usize::from(height);
    if notes.len() > room && room > 0 {
        let more = notes.len() + 1 - room;
        notes.truncate(room - 1);
        let lines = counted(more, "more line");
        let text = format!("{} {lines}, ? shows all", context.signs.ellipsis);
        notes.push(context.line(text, StyleRole::Dim));
    }
    notes
}

fn empty(frame: &mut Frame<'_>, area: Rect, wizard: &Wizard, at: Timestamp) {
    let text = match &wizard.discovery {
        DiscoveryState::Asking { since, .. } if at.since(*since) < SILENT => String::new(),
        DiscoveryState::Asking { since, .. } => {
            format!(
                "asking EC2 for VPCs and NAT gateways, {}",
                elapsed(at.since(*since))
            )
        }
        DiscoveryState::Failed(fault) => fault.whole(),
        DiscoveryState::NotAsked => "EC2 was not asked yet".to_owned(),
        DiscoveryState::Known(inventory) if wizard.step == WizardStep::Vpc => {
            let why = inventory.no_vpc();
            why.whole()
        }
        DiscoveryState::Known(_) => "choose a VPC first (esc goes back)".to_owned(),
    };
    let lines = wrap(&visible(&text), usize::from(area.width).min(WIDEST_PROSE));
    frame.render_widget(lines.into_iter().collect::<Text<'_>>(), area);
}

fn pick(frame: &mut Frame<'_>, area: Rect, picking: &Picking, context: &RenderContext) {
    let height = usize::from(area.height).saturating_sub(2);
    let top = first_visible(picking.cursor, picking.matches.len(), height);
    let visible_rows: Vec<&[String]> = picking
        .matches
        .iter()
        .skip(top)
        .take(height)
        .filter_map(|at| picking.choices.get(*at))
        .map(|choice| choice.cells.as_slice())
        .collect();
    let room = usize::from(area.width).saturating_sub(2);
    let widths = table::widths(visible_rows.iter().copied(), room);
    let mut lines = vec![search_line(picking, context), Line::raw("")];
    for (at, cells) in visible_rows.iter().enumerate() {
        let here = top + at == picking.cursor;
        let sign = if here { context.signs.cursor } else { " " };
        let role = if here {
            StyleRole::Cursor
        } else {
            StyleRole::Text
        };
        let text = table::line(cells, &widths, context);
        lines.push(Line::from(vec![
            context.span(format!("{sign} "), StyleRole::Accent),
            context.span(text, role),
        ]));
    }
    if picking.matches.is_empty() {
        lines.push(Line::raw(
            "nothing matches: delete a letter, or esc cancels",
        ));
    }
    frame.render_widget(Text::from(lines), area);
}

fn search_line(picking: &Picking, context: &RenderContext) -> Line<'static> {
    let count = format!("  {}/{}", picking.matches.len(), picking.choices.len());
    let mut spans = vec![context.span("find ", StyleRole::Dim)];
    spans.extend(input(&picking.input, context));
    spans.push(context.span(count, StyleRole::Dim));
    Line::from(spans)
}
