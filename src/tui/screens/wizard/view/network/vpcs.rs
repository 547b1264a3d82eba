//! The VPCs of the region: as a table above the picture, or as a list beside it.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Text};

use crate::core::text::untrusted::visible;
use crate::tui::row_sign::RowSign;
use crate::tui::screens::wizard::StepRow;
use crate::tui::screens::wizard::field::{Field, FieldKind, Item};
use crate::tui::screens::wizard::view::columns;
use crate::tui::screens::wizard::vpc;
use crate::tui::theme::StyleRole;
use crate::tui::widgets::pane::first_visible;
use crate::tui::widgets::render_context::RenderContext;
use crate::tui::widgets::signs::sign_role;
use crate::tui::widgets::table;
use crate::tui::widgets::text::cut_end;

// The cursor, the sign and the mark before a name.
const MARKS: usize = 8;
const LEAD: usize = 4;
const CARD: usize = 3;
// Beside a picture of one VPC a few of the others are enough.
const BESIDE_A_PICTURE: usize = 3;

/// The VPCs among the rows of the step.
pub(super) struct VpcList<'a> {
    rows: Vec<&'a Field>,
    cursor: usize,
    /// Whether the cursor is on one of them.
    pub(super) has_cursor: bool,
    is_chosen: bool,
}

impl<'a> VpcList<'a> {
    /// The VPCs, with the cursor of the step.
    pub(super) fn new(rows: &'a [StepRow], cursor: usize) -> Self {
        let fields = rows.iter().map(|row| &row.field);
        let rows: Vec<&Field> = fields
            .take_while(|field| matches!(field.key.item, Item::Vpc(_)))
            .collect();
        let chosen = rows
            .iter()
            .position(|field| field.kind == FieldKind::One(true));
        let has_cursor = cursor < rows.len();
        Self {
            cursor: if has_cursor {
                cursor
            } else {
                chosen.unwrap_or(0)
            },
            rows,
            has_cursor,
            is_chosen: chosen.is_some(),
        }
    }

    pub(super) fn count(&self) -> usize {
        self.rows.len()
    }

    /// `3/17`, of the one under the cursor or chosen.
    pub(super) fn position(&self) -> String {
        format!("{}/{}", self.cursor + 1, self.rows.len())
    }

    /// The lines of the table with its headings, in an area of so many lines.
    pub(super) fn table_height(&self, room: usize) -> usize {
        let most = if self.is_chosen {
            BESIDE_A_PICTURE
        } else {
            room / 2
        };
        1 + self.rows.len().min(most.max(1))
    }

    /// Draws the table.
    pub(super) fn draw_table(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        focused: bool,
        context: &RenderContext,
    ) {
        let height = usize::from(area.height).saturating_sub(1);
        let (top, shown) = self.in_view(height);
        let room = usize::from(area.width).saturating_sub(MARKS);
        let cells = shown.iter().map(|field| field.cells.iter());
        let mut cells: Vec<Vec<String>> = cells
            .map(|row| row.map(|cell| visible(cell)).collect())
            .collect();
        let all = vpc::COLUMNS.map(|(column, _)| column).to_vec();
        let fitting = columns::fit(all, &mut cells, room);
        let (headings, kept) = columns::headings_and_kept(&fitting);
        let rows = cells.iter().map(Vec::as_slice).chain([headings.as_slice()]);
        let widths = table::widths_keeping(rows, room, &kept);
        let words: Vec<&str> = headings.iter().map(String::as_str).collect();
        let mut lines = vec![table::headings(&words, MARKS, &widths, context)];
        for (at, (field, cells)) in shown.iter().zip(&cells).enumerate() {
            let here = self.has_cursor && top + at == self.cursor;
            let mark = mark(field, context);
            let text = cut_end(
                &table::line(cells, &widths, context),
                room,
                context.signs.ellipsis,
            );
            lines.push(line(field, here, (" ", &mark, &text), focused, context));
        }
        frame.render_widget(Text::from(lines), area);
    }

    /// Draws the list: three lines for each where all have room, else their names.
    pub(super) fn draw_list(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        focused: bool,
        context: &RenderContext,
    ) {
        let card = self.card(area.height);
        let (top, shown) = self.in_view(usize::from(area.height) / card);
        let room = usize::from(area.width);
        let mut lines = Vec::new();
        for (at, field) in shown.iter().enumerate() {
            let here = self.has_cursor && top + at == self.cursor;
            let chosen = field.kind == FieldKind::One(true);
            let mark = if chosen { context.signs.now } else { " " };
            let name = cut_end(
                &visible(&field.name),
                room.saturating_sub(LEAD),
                context.signs.ellipsis,
            );
            lines.push(line(field, here, ("", mark, &name), focused, context));
            if card > 1 {
                lines.extend(below(field, room, context));
            }
        }
        frame.render_widget(Text::from(lines), area);
    }

    /// The row of the table at this place of its area.
    pub(super) fn row_of_table(&self, area: Rect, at: Position) -> Option<usize> {
        let line = usize::from(at.y.checked_sub(area.y + 1)?);
        let (top, shown) = self.in_view(usize::from(area.height).saturating_sub(1));
        (area.contains(at) && line < shown.len()).then(|| top + line)
    }

    /// The row of the list at this place of its area.
    pub(super) fn row_of_list(&self, area: Rect, at: Position) -> Option<usize> {
        let card = self.card(area.height);
        let line = usize::from(at.y.checked_sub(area.y)?) / card;
        let (top, shown) = self.in_view(usize::from(area.height) / card);
        (area.contains(at) && line < shown.len()).then(|| top + line)
    }

    fn card(&self, height: u16) -> usize {
        let all = self.rows.len() * CARD;
        if all <= usize::from(height) { CARD } else { 1 }
    }

    fn in_view(&self, height: usize) -> (usize, &[&'a Field]) {
        let top = first_visible(self.cursor, self.rows.len(), height);
        let end = (top + height).min(self.rows.len());
        (top, self.rows.get(top..end).unwrap_or_default())
    }
}

// The cursor, the sign and the mark, with this between them, and the text.
fn line(
    field: &Field,
    here: bool,
    (between, mark, text): (&str, &str, &str),
    focused: bool,
    context: &RenderContext,
) -> Line<'static> {
    let cursor = if here { context.signs.cursor } else { " " };
    let sign = context.signs.for_row(field.sign);
    let role = match (here && focused, field.sign) {
        (true, _) => StyleRole::Cursor,
        (false, RowSign::Look) => StyleRole::Dim,
        (false, _) => StyleRole::Text,
    };
    Line::from(vec![
        context.span(format!("{cursor}{between}"), StyleRole::Accent),
        context.span(format!("{sign}{between}"), sign_role(field.sign)),
        context.span(format!("{mark} "), StyleRole::Accent),
        context.span(text.to_owned(), role),
    ])
}

fn below(field: &Field, room: usize, context: &RenderContext) -> [Line<'static>; 2] {
    let cell = |at| field.shown_cell(at);
    let cidrs = cell(1);
    let ways = match (cell(2).as_str(), cell(3).as_str()) {
        (_, "0") => "no usable NAT gateway".to_owned(),
        (gateways, zones) => format!("NAT {gateways}, zones {zones}"),
    };
    [cidrs, ways].map(|text| {
        let text = cut_end(&text, room.saturating_sub(LEAD), context.signs.ellipsis);
        context.line(format!("{}{text}", " ".repeat(LEAD)), StyleRole::Dim)
    })
}

fn mark(field: &Field, context: &RenderContext) -> String {
    if field.kind == FieldKind::One(true) {
        format!("({})", context.signs.now)
    } else {
        "( )".to_owned()
    }
}
