//! The rows of a step, each with what is wrong with it right below: whole under the cursor, else in one line.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span, Text};

use super::WIDEST_PROSE;
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
use crate::tui::widgets::signs::sign_role;
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
    typing: Option<&'a Typing>,
    focused: bool,
    columns: usize,
    context: &'a RenderContext,
}

struct RowLayout {
    field: Field,
    cells: Vec<String>,
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
        let shown = |row: &StepRow| row.field.cells.iter().map(|cell| visible(cell)).collect();
        let cells: Vec<Vec<String>> = rows.iter().map(shown).collect();
        let room = columns.saturating_sub(MARKS);
        let widths = table::widths(cells.iter().map(Vec::as_slice), room);
        let fit = Fit {
            widths,
            columns,
            context,
        };
        let all = rows.iter().zip(cells).enumerate();
        let laid = all.map(|(at, (row, cells))| {
            let here = at == cursor;
            let typing = typing.filter(|_| here);
            fit.laid(row, cells, here, typing)
        });
        Self {
            count: rows.len(),
            laid: laid.collect(),
            cursor,
            typing,
            focused: wizard.pane == Pane::Work,
            columns,
            context,
        }
    }

    /// The lines of all of them.
    pub(super) fn height(&self) -> usize {
        self.laid.iter().map(RowLayout::height).sum()
    }

    /// Draws as many as there is room for, those around the cursor.
    pub(super) fn draw(&self, frame: &mut Frame<'_>, area: Rect) {
        let room = usize::from(area.height);
        let top = self.top(room);
        let shown = self.laid.get(top..).unwrap_or_default();
        let shown = shown.get(..shown.len().min(room)).unwrap_or_default();
        let columns = self.columns.saturating_sub(MARKS);
        let widths = table::widths(shown.iter().map(|row| row.cells.as_slice()), columns);
        let mut lines = Vec::with_capacity(room);
        for (at, row) in shown.iter().enumerate() {
            lines.push(self.line(row, top + at == self.cursor, &widths));
            lines.extend(row.below.iter().cloned());
        }
        frame.render_widget(Text::from(lines), area);
    }

    /// The row at this line of an area of so many lines, as [`Self::draw`] draws them.
    pub(super) fn row_at(&self, height: u16, line: u16) -> Option<usize> {
        let mut left = usize::from(line);
        for at in self.top(usize::from(height))..self.count {
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
        let marks = format!("{cursor} {}", context.signs.for_row(field.sign));
        let mut spans = vec![context.span(pad(&marks, MARKS), sign_role(field.sign))];
        if let (true, Some(typing)) = (here, self.typing) {
            spans.extend(typed(field, typing, widths, context));
            return Line::from(spans);
        }
        let line = table::line(&row.cells, widths, context);
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
        cells: Vec<String>,
        here: bool,
        typing: Option<&Typing>,
    ) -> RowLayout {
        let Self {
            columns, context, ..
        } = *self;
        let cut = is_cut(&cells, &self.widths);
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
        RowLayout {
            field,
            cells,
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
    cut: bool,
    columns: usize,
    context: &RenderContext,
) -> Vec<Line<'static>> {
    let (sign, role) = severity_sign(problem.severity, context);
    let is_above = problem.in_a_cell && !cut;
    let text = match (here, is_above) {
        (true, true) => sentences(&[&problem.rest]),
        (true, false) => sentences(&[&problem.what, &problem.rest]),
        (false, _) if problem.in_a_cell => String::new(),
        (false, _) => problem.what.clone(),
    };
    if text.trim().is_empty() {
        return Vec::new();
    }
    let mut lines = sentence_lines(sign, &text, role, columns, context);
    if !here && lines.len() > 1 {
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

fn value_role(field: &Field) -> StyleRole {
    match field.kind {
        FieldKind::Shown if field.sign == RowSign::Blocked => StyleRole::Dim,
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
