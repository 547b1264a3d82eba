//! Home on the screen: clusters first, the VPCs and the setup below; from 120 columns on with what is known of the row.

mod about;
mod rows;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::text::{Line, Text};
use ratatui::widgets::{Block, Clear};

use super::choosing::Choosing;
use super::state::Home;
use crate::core::check::CheckKind;
use crate::core::text::untrusted::visible;
use crate::tui::event::Timestamp;
use crate::tui::home_pane::HomePane;
use crate::tui::offers::PlaceOffer;
use crate::tui::theme::StyleRole;
use crate::tui::widgets::pane::{first_visible, pane, pane_with};
use crate::tui::widgets::render_context::{RenderContext, TWO_PANES};
use crate::tui::widgets::table;
use crate::tui::widgets::text_input::input;

const BORDERS: u16 = 2;
/// The rows of the clusters that are kept, whatever the other panes need.
const FEWEST_CLUSTERS: u16 = 6;
const MOST_VPCS: u16 = 6;
const SIDES: [Constraint; 2] = [Constraint::Percentage(66), Constraint::Percentage(34)];
const ACROSS: u16 = 64;
const SIGN: usize = 4;

/// Draws home.
pub fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    home: &Home,
    at: Timestamp,
    context: &RenderContext,
) {
    let left = if area.width < TWO_PANES {
        area
    } else {
        let [left, right] = Layout::horizontal(SIDES).areas(area);
        about::draw(frame, right, home, context);
        left
    };
    let [clusters, vpcs, setup] = bands(left, home);
    let scene = HomeScene { home, at, context };
    scene.draw_pane(frame, clusters, HomePane::Clusters);
    scene.draw_pane(frame, vpcs, HomePane::Vpcs);
    scene.draw_pane(frame, setup, HomePane::Setup);
    if let Some(choosing) = &home.choosing {
        draw_choosing(frame, area, choosing, context);
    }
}

// The clusters have what the others leave.
fn bands(area: Rect, home: &Home) -> [Rect; 3] {
    let checks = u16::try_from(CheckKind::ALL.len()).unwrap_or(u16::MAX);
    let vpcs = u16::try_from(home.vpcs().len()).unwrap_or(MOST_VPCS);
    let room = area
        .height
        .saturating_sub(FEWEST_CLUSTERS + checks + BORDERS);
    let vpcs = (vpcs.max(1) + 1).min(MOST_VPCS) + BORDERS;
    Layout::vertical([
        Constraint::Min(1),
        Constraint::Length(vpcs.min(room)),
        Constraint::Length(checks + BORDERS),
    ])
    .areas(area)
}

/// The pane and the row at this place.
pub fn row_at(area: Rect, at: Position, home: &Home) -> Option<(HomePane, usize)> {
    let left = if area.width < TWO_PANES {
        area
    } else {
        let [left, _] = Layout::horizontal(SIDES).areas(area);
        left
    };
    let panes = [HomePane::Clusters, HomePane::Vpcs, HomePane::Setup];
    let (area, pane) = bands(left, home)
        .into_iter()
        .zip(panes)
        .find(|(area, _)| area.contains(at))?;
    let inside = Block::bordered().inner(area);
    let headings = u16::from(pane != HomePane::Setup);
    let line = at.y.checked_sub(inside.y + headings)?;
    let height = usize::from(inside.height.saturating_sub(headings));
    let count = home.count(pane);
    let row = first_visible(home.cursor(pane), count, height) + usize::from(line);
    (inside.contains(at) && row < count).then_some((pane, row))
}

/// What the panes are drawn from.
struct HomeScene<'a> {
    home: &'a Home,
    at: Timestamp,
    context: &'a RenderContext,
}

/// One row: its sign, what the sign means, and its cells.
struct HomeLine {
    sign: &'static str,
    role: StyleRole,
    cells: Vec<String>,
}

impl HomeScene<'_> {
    fn draw_pane(&self, frame: &mut Frame<'_>, area: Rect, which: HomePane) {
        if area.height <= BORDERS {
            return;
        }
        let (headings, lines, empty) = match which {
            HomePane::Clusters => rows::clusters(self),
            HomePane::Vpcs => rows::vpcs(self),
            HomePane::Setup => rows::setup(self),
        };
        let focused = self.home.pane == which && self.home.choosing.is_none();
        let (cursor, count) = (self.home.cursor(which), lines.len());
        let title = match which {
            HomePane::Clusters => "Clusters",
            HomePane::Vpcs => "VPCs",
            HomePane::Setup => "Setup",
        };
        let title = match count {
            0 => title.to_owned(),
            count => format!("{title}  {}/{count}", cursor + 1),
        };
        let inside = pane_with(frame, area, (&title, ""), focused, self.context);
        if count == 0 {
            let columns = usize::from(inside.width);
            let words = crate::tui::widgets::text::wrap(&visible(&empty), columns);
            frame.render_widget(words.into_iter().collect::<Text<'_>>(), inside);
            return;
        }
        let height = usize::from(inside.height).saturating_sub(usize::from(!headings.is_empty()));
        let top = first_visible(cursor, count, height);
        let heads: Vec<String> = headings.iter().map(ToString::to_string).collect();
        let room = usize::from(inside.width).saturating_sub(SIGN);
        let cells = lines.iter().map(|line| line.cells.as_slice());
        let widths = table::widths(cells.chain([heads.as_slice()]), room);
        let mut shown = Vec::new();
        if !headings.is_empty() {
            shown.push(table::headings(&headings, SIGN, &widths, self.context));
        }
        let rows = lines.iter().enumerate().skip(top).take(height);
        shown.extend(
            rows.map(|(at, line)| self.line(line, focused && at == cursor, at == cursor, &widths)),
        );
        frame.render_widget(Text::from(shown), inside);
    }

    fn line(&self, line: &HomeLine, focused: bool, here: bool, widths: &[usize]) -> Line<'static> {
        let context = self.context;
        let cursor = if here { context.signs.cursor } else { " " };
        let role = if focused {
            StyleRole::Cursor
        } else {
            StyleRole::Text
        };
        Line::from(vec![
            context.span(format!("{cursor} "), StyleRole::Accent),
            context.span(format!("{} ", line.sign), line.role),
            context.span(table::line(&line.cells, widths, context), role),
        ])
    }
}

fn draw_choosing(frame: &mut Frame<'_>, area: Rect, choosing: &Choosing, context: &RenderContext) {
    let matching = choosing.matching();
    let rows = u16::try_from(matching.len()).unwrap_or(u16::MAX);
    let height = (rows.saturating_add(2) + BORDERS).min(area.height);
    let width = ACROSS.min(area.width);
    let over = Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 3,
        width,
        height,
    };
    frame.render_widget(Clear, over);
    let inside = pane(
        frame,
        over,
        &format!("Choose the {}", choosing.what.word()),
        true,
        context,
    );
    let mut first = vec![context.span("type or pick: ", StyleRole::Dim)];
    first.extend(input(&choosing.input, context));
    let mut lines = vec![Line::from(first), Line::raw("")];
    let room = usize::from(inside.height).saturating_sub(2);
    let top = first_visible(choosing.cursor, matching.len(), room);
    let cells = |offer: &PlaceOffer| vec![visible(&offer.value), visible(&offer.note)];
    let all: Vec<Vec<String>> = matching.iter().map(|offer| cells(offer)).collect();
    let columns = usize::from(inside.width).saturating_sub(2);
    let widths = table::widths(all.iter().map(Vec::as_slice), columns);
    for (at, cells) in all.iter().enumerate().skip(top).take(room) {
        let here = at == choosing.cursor;
        let sign = if here { context.signs.cursor } else { " " };
        let role = if here {
            StyleRole::Cursor
        } else {
            StyleRole::Text
        };
        lines.push(Line::from(vec![
            context.span(format!("{sign} "), StyleRole::Accent),
            context.span(table::line(cells, &widths, context), role),
        ]));
    }
    frame.render_widget(Text::from(lines), inside);
}
