//! Steps 1 to 5 of the wizard: the rows of the step, why they are asked, what is wrong, and the spec beside.

mod columns;
mod network;
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
use crate::tui::screens::wizard::choice::Choice;
use crate::tui::screens::wizard::form::{EditState, Picking};
use crate::tui::screens::wizard::{Wizard, WizardStep};
use crate::tui::theme::StyleRole;
use crate::tui::widgets::pane::{first_visible, pane};
use crate::tui::widgets::render_context::{RenderContext, TWO_PANES};
use crate::tui::widgets::text::wrap;
use crate::tui::widgets::text_input::input;
use crate::tui::widgets::{spec, table};

const WIDEST_PROSE: usize = 100;
const BORDERS: usize = 2;
const SIDES: [Constraint; 2] = [Constraint::Percentage(58), Constraint::Percentage(42)];

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
}

/// Draws the present step.
pub fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    wizard: &Wizard,
    at: Timestamp,
    context: &RenderContext,
) {
    if wizard.step == WizardStep::Network {
        return network::draw(frame, area, wizard, at, context);
    }
    if area.width < TWO_PANES {
        return match wizard.pane {
            Pane::Spec => spec_pane(frame, area, wizard, context),
            Pane::Work | Pane::Map => {
                let sheet = Sheet::new(wizard, area.width, context);
                work(frame, area, wizard, sheet, context);
            }
        };
    }
    let [left, right] = Layout::horizontal(SIDES).areas(area);
    let sheet = Sheet::new(wizard, left.width, context);
    work(frame, left, wizard, sheet, context);
    spec_pane(frame, right, wizard, context);
}

/// The row of the present step at this place, when the step's rows are drawn there.
pub fn row_at(area: Rect, at: Position, wizard: &Wizard, context: &RenderContext) -> Option<usize> {
    if wizard.pane != Pane::Work && area.width < TWO_PANES {
        return None;
    }
    if wizard.step == WizardStep::Network {
        return network::row_at(area, at, wizard, context);
    }
    let area = match area.width {
        0..TWO_PANES => area,
        _ => Layout::horizontal(SIDES).areas::<2>(area)[0],
    };
    let sheet = Sheet::new(wizard, area.width, context);
    let inside = Block::bordered().inner(area);
    if let EditState::Picking(picking) = &wizard.form().entry {
        return picked_at(inside, at, picking);
    }
    if !inside.contains(at) {
        return None;
    }
    let below = notes_height(inside.height, sheet.rows.height(), sheet.notes.len());
    let height = inside.height.saturating_sub(below);
    let line = at.y - inside.y;
    (line < height).then(|| sheet.rows.row_at(height, line))?
}

// The value of the list at this place of its area.
fn picked_at(area: Rect, at: Position, picking: &Picking) -> Option<usize> {
    let height = listed(area, picking);
    let top = first_visible(picking.cursor, picking.matches.len(), height);
    let line = at.y.checked_sub(area.y)?.checked_sub(2)?;
    let row = top + usize::from(line);
    let shown = usize::from(line) < height && row < picking.matches.len();
    (area.contains(at) && shown).then_some(row)
}

// The lines of a list in this area: above it what is searched, below it the row under the cursor whole.
fn listed(area: Rect, picking: &Picking) -> usize {
    let columns = usize::from(area.width);
    let wholes = picking.choices.iter().map(|choice| choice.whole.as_str());
    let longest = wholes.max_by_key(|whole| whole.len()).unwrap_or_default();
    let below = Some(whole_lines(longest, columns).len()).filter(|lines| *lines > 0);
    let below = below.map_or(0, |lines| lines + 1);
    usize::from(area.height).saturating_sub(2 + below)
}

fn whole_lines(text: &str, columns: usize) -> Vec<String> {
    match text {
        "" => Vec::new(),
        text => wrap(&visible(text), columns.min(WIDEST_PROSE)),
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

fn pick(frame: &mut Frame<'_>, area: Rect, picking: &Picking, context: &RenderContext) {
    let height = listed(area, picking);
    let top = first_visible(picking.cursor, picking.matches.len(), height);
    let shown = picking.matches.iter().skip(top).take(height);
    let shown: Vec<&Choice> = shown.filter_map(|at| picking.choices.get(*at)).collect();
    let visible_rows: Vec<Vec<String>> =
        shown.iter().map(|one| picked_cells(picking, one)).collect();
    let room = usize::from(area.width).saturating_sub(2);
    let widths = table::widths(visible_rows.iter().map(Vec::as_slice), room);
    let mut lines = vec![search_line(picking, context), Line::raw("")];
    for (at, (choice, cells)) in shown.iter().zip(&visible_rows).enumerate() {
        let here = top + at == picking.cursor;
        let sign = if here { context.signs.cursor } else { " " };
        let role = match (here, choice.dim) {
            (true, _) => StyleRole::Cursor,
            (false, true) => StyleRole::Dim,
            (false, false) => StyleRole::Text,
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
    if let Some(choice) = picking.chosen().filter(|choice| !choice.whole.is_empty()) {
        let whole = whole_lines(&choice.whole, usize::from(area.width));
        lines.push(Line::raw(""));
        lines.extend(whole.into_iter().map(Line::raw));
    }
    frame.render_widget(Text::from(lines), area);
}

// Where several may be in, each says whether it is.
fn picked_cells(picking: &Picking, choice: &Choice) -> Vec<String> {
    let mark = picking
        .is_in(choice)
        .map(|is_in| if is_in { "[x]" } else { "[ ]" });
    let mark = mark.map(str::to_owned).into_iter();
    mark.chain(choice.cells.iter().cloned()).collect()
}

fn search_line(picking: &Picking, context: &RenderContext) -> Line<'static> {
    let count = format!("  {}/{}", picking.matches.len(), picking.choices.len());
    let mut spans = vec![context.span("find ", StyleRole::Dim)];
    spans.extend(input(&picking.input, context));
    spans.push(context.span(count, StyleRole::Dim));
    Line::from(spans)
}
