//! The rows of a step, each with what is wrong with it right below: whole under the cursor, else in one line.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span, Text};

use super::{WIDEST_PROSE, columns};
use crate::core::problem::ProblemSeverity;
use crate::core::text::untrusted::visible;
use crate::tui::row_sign::RowSign;
use crate::tui::screen_context::Pane;
use crate::tui::screens::wizard::field::{Field, FieldKind};
use crate::tui::screens::wizard::form::{EditState, Typing};
use crate::tui::screens::wizard::{RowProblem, StepRow, Wizard};
use crate::tui::theme::StyleRole;
use crate::tui::widgets::problem::{sentence, severity_sign};
use crate::tui::widgets::render_context::RenderContext;
use crate::tui::widgets::table;
use crate::tui::widgets::text::{cell, cut_end, pad, sentences, width};
use crate::tui::widgets::text_input::input;

const MARKS: usize = 8;
// What is wrong begins below the row's own sign.
const INDENT: usize = 2;

/// All rows, laid out for a width.
pub(super) struct RowsLayout<'a> {
    pub(super) count: usize,
    laid: Vec<RowLayout>,
    cursor: usize,
    headings: Vec<String>,
    /// Columns that are cut only when no other can be.
    kept: Vec<usize>,
    typing: Option<&'a Typing>,
    focused: bool,
    columns: usize,
    context: &'a RenderContext,
}

struct RowLayout {
    field: Field,
    cells: Vec<String>,
    /// What takes all the columns after the first.
    across: Option<String>,
    below: Vec<Line<'static>>,
}

impl<'a> RowsLayout<'a> {
    /// Lays out the rows for so many columns.
    pub(super) fn new(
        wizard: &'a Wizard,
        rows: &[StepRow],
        columns: usize,
        context: &'a RenderContext,
    ) -> Self {
        let cursor = wizard.form().cursor.min(rows.len().saturating_sub(1));
        let typing = match &wizard.form().entry {
            EditState::Typing(typing) => Some(typing),
            EditState::Resting | EditState::Picking(_) => None,
        };
        let refusals = rows
            .iter()
            .map(|row| row.field.refusal.as_deref().map(visible));
        let mut cells: Vec<Vec<String>> = rows.iter().map(|row| shown_cells(&row.field)).collect();
        let room = columns.saturating_sub(MARKS);
        let fitting = columns::fit(wizard.step.columns(), &mut cells, room);
        let (headings, kept) = columns::headings_and_kept(&fitting);
        let all = cells.iter().map(Vec::as_slice).chain([headings.as_slice()]);
        let widths = table::widths_keeping(all, room, &kept);
        let fit = Fit {
            widths,
            columns,
            context,
        };
        let all = rows.iter().zip(cells.into_iter().zip(refusals)).enumerate();
        let laid = all.map(|(at, (row, (cells, across)))| {
            let here = at == cursor;
            let typing = typing.filter(|_| here);
            fit.laid(row, (cells, across), here, typing)
        });
        Self {
            count: rows.len(),
            laid: laid.collect(),
            cursor,
            headings,
            kept,
            typing,
            focused: wizard.pane == Pane::Work,
            columns,
            context,
        }
    }

    /// The lines of all of them, headings included.
    pub(super) fn height(&self) -> usize {
        let headings = usize::from(!self.headings.is_empty());
        headings + self.laid.iter().map(RowLayout::height).sum::<usize>()
    }

    /// Draws as many as there is room for, those around the cursor.
    pub(super) fn draw(&self, frame: &mut Frame<'_>, area: Rect) {
        let headings = usize::from(!self.headings.is_empty());
        let room = usize::from(area.height).saturating_sub(headings);
        let top = self.top(room);
        let shown = self.laid.get(top..).unwrap_or_default();
        let shown = shown.get(..shown.len().min(room)).unwrap_or_default();
        let columns = self.columns.saturating_sub(MARKS);
        let cells = shown.iter().map(|row| row.cells.as_slice());
        let all = cells.chain([self.headings.as_slice()]);
        let widths = table::widths_keeping(all, columns, &self.kept);
        let mut lines = Vec::with_capacity(usize::from(area.height));
        if headings > 0 {
            let words: Vec<&str> = self.headings.iter().map(String::as_str).collect();
            lines.push(table::headings(&words, MARKS, &widths, self.context));
        }
        for (at, row) in shown.iter().enumerate() {
            lines.push(self.line(row, top + at == self.cursor, &widths));
            lines.extend(row.below.iter().cloned());
        }
        frame.render_widget(Text::from(lines), area);
    }

    /// The row at this line of an area of so many lines, as [`Self::draw`] draws them.
    pub(super) fn row_at(&self, height: u16, line: u16) -> Option<usize> {
        let headings = usize::from(!self.headings.is_empty());
        let room = usize::from(height).saturating_sub(headings);
        let mut left = usize::from(line).checked_sub(headings)?;
        for at in self.top(room)..self.count {
            let height = self.laid.get(at)?.height();
            match left.checked_sub(height) {
                None => return Some(at),
                Some(rest) => left = rest,
            }
        }
        None
    }

    // The first row shown, so that the row under the cursor is in view with all that stands below it.
    fn top(&self, room: usize) -> usize {
        let heights: Vec<usize> = self.laid.iter().map(RowLayout::height).collect();
        let sum = |from: usize, to: usize| {
            heights
                .get(from..to)
                .unwrap_or_default()
                .iter()
                .sum::<usize>()
        };
        let last = (0..self.count).find(|top| sum(*top, self.count) <= room);
        let last = last.unwrap_or(self.count.saturating_sub(1));
        let middle = (0..=self.cursor).find(|top| sum(*top, self.cursor) <= room / 2);
        let top = middle.unwrap_or(self.cursor).min(last);
        let seen = (top..=self.cursor).find(|top| sum(*top, self.cursor + 1) <= room);
        seen.unwrap_or(self.cursor)
    }

    fn line(&self, row: &RowLayout, here: bool, widths: &[usize]) -> Line<'static> {
        let (field, context) = (&row.field, self.context);
        let cursor = if here { context.signs.cursor } else { " " };
        let marks = format!(
            "{cursor} {} {}",
            context.signs.for_row(field.sign),
            mark(field, context)
        );
        let mut spans = vec![context.span(pad(&marks, MARKS), sign_role(field.sign))];
        if let (true, Some(typing)) = (here, self.typing) {
            spans.extend(typed(field, typing, widths, context));
            return Line::from(spans);
        }
        let mut line = table::line(&row.cells, widths, context);
        if let Some(across) = &row.across {
            let first = widths.first().copied().unwrap_or_default();
            line = format!("{}{}", pad(&line, first + table::GAP), across);
        }
        let text = cut_end(
            &line,
            self.columns.saturating_sub(MARKS),
            context.signs.ellipsis,
        );
        let role = if here && self.focused {
            StyleRole::Cursor
        } else {
            value_role(field)
        };
        spans.push(context.span(text, role));
        Line::from(spans)
    }
}

// What every row is laid out for.
struct Fit<'a> {
    widths: Vec<usize>,
    columns: usize,
    context: &'a RenderContext,
}

impl Fit<'_> {
    fn laid(
        &self,
        row: &StepRow,
        (cells, across): (Vec<String>, Option<String>),
        here: bool,
        typing: Option<&Typing>,
    ) -> RowLayout {
        let Self {
            columns, context, ..
        } = *self;
        let after = columns::after_first(&self.widths, columns.saturating_sub(MARKS));
        let hidden = across.as_ref().is_some_and(|text| width(text) > after);
        let cut = (is_cut(&cells, &self.widths) || hidden, hidden);
        let problems = row.problems.iter();
        let below = match typing.map(|typing| typing.refused.as_ref()) {
            Some(Some(refused)) => sentence_lines(
                context.signs.blocked,
                refused,
                StyleRole::Danger,
                columns,
                context,
            ),
            // What is wrong is wrong with the value that is being replaced.
            Some(None) => Vec::new(),
            None => problems
                .flat_map(|one| below(one, here, cut, columns, context))
                .collect(),
        };
        let mut field = row.field.clone();
        if typing.is_some() {
            field.sign = RowSign::None;
        }
        let shown = |text| {
            if hidden {
                columns::NOT_USABLE.to_owned()
            } else {
                text
            }
        };
        RowLayout {
            field,
            cells,
            across: across.map(shown),
            below,
        }
    }
}

impl RowLayout {
    fn height(&self) -> usize {
        1 + self.below.len()
    }
}

fn is_cut(cells: &[String], widths: &[usize]) -> bool {
    cells
        .iter()
        .zip(widths)
        .any(|(cell, columns)| width(cell) > *columns)
}

fn below(
    problem: &RowProblem,
    here: bool,
    (cut, hidden): (bool, bool),
    columns: usize,
    context: &RenderContext,
) -> Vec<Line<'static>> {
    let (sign, role) = severity_sign(problem.severity, context);
    let is_above = problem.in_a_cell && !cut;
    let text = match (here, is_above) {
        (true, true) => sentences(&[&problem.rest]),
        (true, false) => sentences(&[&problem.what, &problem.rest]),
        (false, _) if problem.in_a_cell && !hidden => String::new(),
        (false, _) => problem.what.clone(),
    };
    if text.trim().is_empty() {
        return Vec::new();
    }
    let mut lines = sentence_lines(sign, &text, role, columns, context);
    if !here && lines.len() > 1 && !problem.in_a_cell {
        let room = columns.saturating_sub(INDENT + 2);
        let brief = cut_end(&visible(&text), room, context.signs.ellipsis);
        lines = sentence_lines(sign, &brief, role, columns, context);
    }
    if !here && problem.severity == ProblemSeverity::Note {
        let dim = context.style(StyleRole::Dim);
        lines = lines.into_iter().map(|line| line.style(dim)).collect();
    }
    lines
}

fn sentence_lines(
    sign: &str,
    text: &str,
    role: StyleRole,
    columns: usize,
    context: &RenderContext,
) -> Vec<Line<'static>> {
    let columns = columns.min(WIDEST_PROSE).saturating_sub(INDENT);
    let lines = sentence(sign, text, role, columns, context).into_iter();
    let indented = lines.map(|mut line| {
        line.spans.insert(0, Span::raw(" ".repeat(INDENT)));
        line
    });
    indented.collect()
}

// A refusal has the columns after the first to itself.
fn shown_cells(field: &Field) -> Vec<String> {
    let shown = if field.refusal.is_some() {
        1
    } else {
        field.cells.len()
    };
    let cells = field.cells.iter().take(shown);
    cells.map(|cell| visible(cell)).collect()
}

fn mark(field: &Field, context: &RenderContext) -> String {
    match field.kind {
        FieldKind::Toggle(true) => "[x]".to_owned(),
        FieldKind::Toggle(false) => "[ ]".to_owned(),
        FieldKind::One(true) => format!("({})", context.signs.now),
        FieldKind::One(false) => "( )".to_owned(),
        _ => String::new(),
    }
}

fn sign_role(sign: RowSign) -> StyleRole {
    match sign {
        RowSign::None => StyleRole::Accent,
        RowSign::Good => StyleRole::Good,
        RowSign::Look => StyleRole::Warning,
        RowSign::Blocked => StyleRole::Danger,
        RowSign::Now => StyleRole::Dim,
    }
}

fn value_role(field: &Field) -> StyleRole {
    match field.kind {
        FieldKind::Toggle(false) | FieldKind::Shown if field.sign == RowSign::Blocked => {
            StyleRole::Dim
        }
        _ => StyleRole::Text,
    }
}

fn typed(
    field: &Field,
    typing: &Typing,
    widths: &[usize],
    context: &RenderContext,
) -> Vec<Span<'static>> {
    let label = visible(field.cells.first().map_or("", String::as_str));
    let columns = widths.first().copied().unwrap_or_default();
    let mut spans = vec![Span::raw(format!("{}  ", cell(&label, columns, context)))];
    spans.extend(input(&typing.input, context));
    spans
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::screens::wizard::field::{FieldKey, Item};
    use crate::tui::screens::wizard::zones;

    fn zone(refusal: Option<&str>, cells: [&str; 4]) -> Field {
        Field {
            key: FieldKey::new(&zones::ZONE, Item::Zone(cells[0].to_owned())),
            name: cells[0].to_owned(),
            kind: FieldKind::Toggle(false),
            sign: RowSign::None,
            values: Vec::new(),
            cells: cells.map(str::to_owned).to_vec(),
            refusal: refusal.map(str::to_owned),
        }
    }

    #[test]
    fn a_reason_has_the_columns_of_what_is_not_there() {
        let why = "no NAT gateway in this zone";
        let blocked = zone(Some(why), ["us-east-1e", "", "", why]);
        assert_eq!(shown_cells(&blocked), ["us-east-1e"]);
        let cells = ["us-east-1a", "nat-1", "203.0.113.1", "ok"];
        assert_eq!(shown_cells(&zone(None, cells)), cells);
    }
}
