//! The picture of a network in its place: which zones and lines have room, where each cell stands, and how it is drawn.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use tui_input::Input;

use super::picture::{Need, Picture, PictureCell, PictureLine};
use crate::tui::screens::wizard::form::Typing;
use crate::tui::theme::StyleRole;
use crate::tui::widgets::pane::first_visible;
use crate::tui::widgets::render_context::RenderContext;
use crate::tui::widgets::signs::sign_role;
use crate::tui::widgets::text::{cell, cut_end, cut_middle, cut_start, width};
use crate::tui::widgets::text_input::input;

// Before a cell's text: the cursor and the sign.
const LEAD: usize = 2;
const GAP: usize = 1;
const LEAST: usize = 14 + LEAD;
const MOST: usize = 24;
const SHORT_LABEL: usize = 9;
const LABELS: [usize; 3] = [16, 12, SHORT_LABEL];

/// The columns of the picture.
#[derive(Clone, Copy)]
pub(super) struct GridColumns {
    label: usize,
    cell: usize,
    /// The first zone that is shown, how many are, and of how many.
    first: usize,
    shown: usize,
    all: usize,
}

/// The lines that have room, from the top of an area on.
pub(super) struct GridLayout {
    columns: GridColumns,
    lines: Vec<PictureLine>,
    /// Lines of what is there already that have no room.
    hidden: usize,
}

/// How a cell under the cursor looks.
#[derive(Clone, Copy)]
pub(super) struct GridCursor<'a> {
    pub(super) row: usize,
    pub(super) focused: bool,
    pub(super) typing: Option<&'a Typing>,
}

impl GridCursor<'_> {
    // What is typed may use the gap behind its cell.
    fn widened(self, cell: &PictureCell, place: Rect, area: Rect) -> Rect {
        if self.typing.is_none() || cell.row != Some(self.row) {
            return place;
        }
        let gap = u16::try_from(GAP).unwrap_or(0);
        let width = (place.width + gap).min(area.right().saturating_sub(place.x));
        Rect { width, ..place }
    }
}

impl GridColumns {
    /// The columns for a picture in so many columns, around the one that was looked at last.
    pub(super) fn new(picture: &Picture<'_>, column: usize, room: usize) -> Self {
        let all = picture.zones.len();
        let least = (picture.widest_cidr() + LEAD).clamp(LEAST, MOST);
        let beside = |label: usize| room.saturating_sub(label) + GAP;
        let shown = |label| (beside(label) / (least + GAP)).clamp(1, all.max(1));
        // A longer label takes no zone away.
        let most = shown(SHORT_LABEL);
        let label = LABELS.into_iter().find(|label| shown(*label) == most);
        let label = label.unwrap_or(SHORT_LABEL);
        let (room, shown) = (beside(label), most);
        let cell = (room / shown).saturating_sub(GAP).clamp(1, MOST);
        Self {
            label,
            cell,
            first: first_visible(column, all, shown),
            shown,
            all,
        }
    }

    /// The columns of a cell's text.
    pub(super) fn text(&self) -> usize {
        self.cell.saturating_sub(LEAD)
    }

    fn shows(&self, column: usize) -> bool {
        (self.first..self.first + self.shown).contains(&column)
    }

    // Which zones are shown, where not all are.
    fn zones(&self) -> Option<String> {
        (self.shown < self.all).then(|| {
            format!(
                "{}-{}/{}",
                self.first + 1,
                self.first + self.shown,
                self.all
            )
        })
    }

    fn place(&self, area: Rect, line: usize, cell: &PictureCell) -> Option<Rect> {
        let room = usize::from(area.width);
        let (left, wide) = match cell.column {
            None => (self.label, room.saturating_sub(self.label)),
            Some(column) if self.shows(column) => {
                let left = self.label + (column - self.first) * (self.cell + GAP);
                (left, self.cell.min(room.saturating_sub(left)))
            }
            Some(_) => return None,
        };
        let (left, line) = (u16::try_from(left).ok()?, u16::try_from(line).ok()?);
        let wide = u16::try_from(wide).ok()?;
        (line < area.height && left < area.width).then(|| Rect {
            x: area.x + left,
            y: area.y + line,
            width: wide,
            height: 1,
        })
    }
}

impl GridLayout {
    /// Leaves out what has no room in so many lines: what is there already from its end on, then what is more of an answer.
    pub(super) fn new(columns: GridColumns, mut lines: Vec<PictureLine>, room: usize) -> Self {
        let mut hidden = 0;
        for need in [Need::There, Need::More] {
            while lines.len() + usize::from(hidden > 0) > room {
                let Some(at) = lines.iter().rposition(|line| line.need == need) else {
                    break;
                };
                lines.remove(at);
                hidden += usize::from(need == Need::There);
            }
        }
        Self {
            columns,
            lines,
            hidden,
        }
    }

    /// The lines that it takes.
    pub(super) fn height(&self) -> usize {
        self.lines.len() + usize::from(self.hidden > 0)
    }

    /// The row of the step whose cell is at this place.
    pub(super) fn row_at(&self, area: Rect, at: Position) -> Option<usize> {
        let line = usize::from(at.y.checked_sub(area.y)?);
        let cells = &self.lines.get(line)?.cells;
        let hit = cells.iter().find(|cell| {
            let place = self.columns.place(area, line, cell);
            place.is_some_and(|place| place.contains(at))
        });
        hit?.row
    }

    /// Draws the lines.
    pub(super) fn draw(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        cursor: GridCursor<'_>,
        context: &RenderContext,
    ) {
        for (at, line) in self.lines.iter().enumerate() {
            if line.cells.is_empty() {
                across(frame, area, at, &line.label, context);
            } else {
                self.label(frame, area, at, &self.words(at, line), context);
            }
            for cell in &line.cells {
                if let Some(place) = self.columns.place(area, at, cell) {
                    let place = cursor.widened(cell, place, area);
                    frame.render_widget(
                        drawn(cell, usize::from(place.width), cursor, context),
                        place,
                    );
                }
            }
        }
        if self.hidden > 0 {
            let text = format!(
                "{} {} more of what is there: a taller terminal shows them",
                context.signs.ellipsis, self.hidden
            );
            across(frame, area, self.lines.len(), &text, context);
        }
    }

    fn words(&self, at: usize, line: &PictureLine) -> String {
        let zones = self.columns.zones().filter(|_| at == 0);
        let label = if self.columns.label == SHORT_LABEL {
            &line.short
        } else {
            &line.label
        };
        zones.unwrap_or_else(|| label.clone())
    }

    /// Gives each label that is cut a line of its own above its cells.
    pub(super) fn with_whole_labels(mut self) -> Self {
        let lines = std::mem::take(&mut self.lines);
        for (at, mut line) in lines.into_iter().enumerate() {
            if self.cuts(at, &line) {
                let above = PictureLine {
                    label: std::mem::take(&mut line.label),
                    short: std::mem::take(&mut line.short),
                    need: line.need,
                    cells: Vec::new(),
                };
                self.lines.push(above);
            }
            self.lines.push(line);
        }
        self
    }

    fn cuts(&self, at: usize, line: &PictureLine) -> bool {
        width(&self.words(at, line)) > self.columns.label - GAP
    }

    /// What the labels cut, whole.
    pub(super) fn cut_labels(&self) -> Vec<&str> {
        let lines = self.lines.iter().enumerate();
        let labels = lines.filter(|(at, line)| self.cuts(*at, line));
        labels.map(|(_, line)| line.label.as_str()).collect()
    }

    fn label(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        at: usize,
        text: &str,
        context: &RenderContext,
    ) {
        // Names of tiers begin alike as often as they end alike.
        let text = cut_middle(text, self.columns.label - GAP, context.signs.ellipsis);
        across(frame, area, at, &text, context);
    }
}

// A line of the picture across all columns.
fn across(frame: &mut Frame<'_>, area: Rect, line: usize, text: &str, context: &RenderContext) {
    let Ok(line) = u16::try_from(line) else {
        return;
    };
    if line < area.height {
        let place = Rect {
            y: area.y + line,
            height: 1,
            ..area
        };
        let text = cut_end(text, usize::from(area.width), context.signs.ellipsis);
        frame.render_widget(context.line(text, StyleRole::Dim), place);
    }
}

fn drawn(
    cell: &PictureCell,
    columns: usize,
    cursor: GridCursor<'_>,
    context: &RenderContext,
) -> Line<'static> {
    let here = cell.row == Some(cursor.row);
    let lead = if here { context.signs.cursor } else { " " };
    let room = columns.saturating_sub(LEAD);
    let mut spans = vec![
        context.span(lead, StyleRole::Accent),
        context.span(context.signs.for_row(cell.sign), sign_role(cell.sign)),
    ];
    if let Some(typing) = cursor.typing.filter(|_| here) {
        // The place of the sign, which what is typed does not have, gives way to it.
        let fits = typing.input.value().chars().count() < room;
        let room = if fits { room } else { room + 1 };
        spans[1] = Span::raw(if fits { " " } else { "" });
        spans.extend(input(&tail(&typing.input, room), context));
        return Line::from(spans);
    }
    let role = if here && cursor.focused {
        StyleRole::Cursor
    } else {
        cell.role
    };
    let text = fitted(cell, room, context);
    spans.push(context.span(text, role));
    Line::from(spans)
}

// A name of a zone is cut at its start, an id in its middle, all else at the end.
fn fitted(one: &PictureCell, room: usize, context: &RenderContext) -> String {
    let room = room.saturating_sub(width(&one.mark));
    if one.mark.is_empty() {
        return cell(&one.text, room, context).trim_end().to_owned();
    }
    let text = cut_start(&one.text, room, context.signs.ellipsis);
    format!("{}{text}", one.mark)
}

// The end of what is typed, where it is longer than its cell.
fn tail(input: &Input, room: usize) -> Input {
    let typed = input.value().chars().count();
    let over = (typed + 1).saturating_sub(room).min(input.cursor());
    let text: String = input.value().chars().skip(over).take(room).collect();
    Input::new(text).with_cursor(input.cursor() - over)
}
