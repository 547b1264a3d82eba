//! Step 2 on the screen: the VPCs, the picture of the one that is looked at, its address map, what is wrong, and the spec.

mod checks;
mod grid;
mod picture;
mod vpcs;

use grid::{GridColumns, GridCursor, GridLayout};
use picture::{Need, Picture};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::text::{Line, Text};
use ratatui::widgets::{Block, Padding};
use vpcs::VpcList;

use super::{SIDES, WIDEST_PROSE, fitting, pick, picked_at, spec_pane};
use crate::core::inventory::name_of;
use crate::core::text::untrusted::visible;
use crate::tui::event::Timestamp;
use crate::tui::screen_context::Pane;
use crate::tui::screens::wizard::form::EditState;
use crate::tui::screens::wizard::{DiscoveryState, StepRow, Wizard};
use crate::tui::theme::StyleRole;
use crate::tui::widgets::address_map::{MapPane, draw as draw_map};
use crate::tui::widgets::pane::pane;
use crate::tui::widgets::render_context::{RenderContext, TWO_PANES};
use crate::tui::widgets::text::{cut_end, elapsed, wrap};

const BORDERS: u16 = 2;
const AROUND_TITLE: usize = 4;
const LIST: u16 = 28;
// From so many rows on all panes stand on one screen.
const ALL_PANES: u16 = 28;
// What stays for the panes below the picture.
const BELOW: u16 = 12;
// Lines for why there is no picture.
const REASON: usize = 8;
const LEAST_MAP: u16 = 6;
const SILENT: std::time::Duration = std::time::Duration::from_millis(300);

// Where the panes are; on a smaller screen some of them are on another page.
#[derive(Clone, Copy, Default)]
struct Areas {
    list: Option<Rect>,
    picture: Option<Rect>,
    map: Option<Rect>,
    checks: Option<Rect>,
    spec: Option<Rect>,
}

/// Draws the step.
pub(super) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    wizard: &Wizard,
    at: Timestamp,
    context: &RenderContext,
) {
    let rows = wizard.rows();
    let scene = Scene::new(wizard, &rows, context);
    let areas = scene.areas(area);
    if let Some(area) = areas.list {
        scene.draw_list(frame, area);
    }
    if let Some(area) = areas.picture {
        scene.draw_picture(frame, area, areas.list.is_some(), at);
    }
    if let Some(area) = areas.map {
        scene.draw_map(frame, area);
    }
    if let Some(area) = areas.checks {
        scene.draw_checks(frame, area);
    }
    if let Some(area) = areas.spec {
        spec_pane(frame, area, wizard, context);
    }
}

/// The row whose cell is at this place.
pub(super) fn row_at(
    area: Rect,
    at: Position,
    wizard: &Wizard,
    context: &RenderContext,
) -> Option<usize> {
    let rows = wizard.rows();
    let scene = Scene::new(wizard, &rows, context);
    let areas = scene.areas(area);
    let list = VpcList::new(&rows, wizard.form().cursor);
    if let Some(area) = areas.list.map(inside).filter(|area| area.contains(at)) {
        return list.row_of_list(area, at);
    }
    let area = areas.picture.map(inside)?;
    if let EditState::Picking(picking) = &wizard.form().entry {
        return picked_at(area, at, picking);
    }
    let sheet = scene.sheet(area, areas.list.is_some());
    let [table, grid, _] = sheet.parts(area);
    let in_grid = || sheet.grid.as_ref()?.row_at(grid, at);
    list.row_of_table(table, at)
        .or_else(|| grid.contains(at).then(in_grid)?)
}

fn inside(area: Rect) -> Rect {
    Block::bordered()
        .padding(Padding::horizontal(1))
        .inner(area)
}

// What is drawn from.
struct Scene<'a> {
    wizard: &'a Wizard,
    rows: &'a [StepRow],
    context: &'a RenderContext,
}

// What stands in the pane of the picture, from top to bottom.
struct PictureSheet {
    table: usize,
    grid: Option<GridLayout>,
    notes: Vec<Line<'static>>,
}

impl PictureSheet {
    fn parts(&self, area: Rect) -> [Rect; 3] {
        let grid = self.grid.as_ref().map_or(0, GridLayout::height);
        let lines = |lines: usize| u16::try_from(lines).unwrap_or(u16::MAX);
        Layout::vertical([
            Constraint::Length(lines(self.table)),
            Constraint::Length(lines(grid)),
            Constraint::Min(0),
        ])
        .areas(area)
    }
}

impl<'a> Scene<'a> {
    fn new(wizard: &'a Wizard, rows: &'a [StepRow], context: &'a RenderContext) -> Self {
        Self {
            wizard,
            rows,
            context,
        }
    }

    fn areas(&self, area: Rect) -> Areas {
        if area.width >= TWO_PANES && area.height >= ALL_PANES {
            return self.on_one_screen(area);
        }
        match self.wizard.pane {
            Pane::Spec => Areas {
                spec: Some(area),
                ..Areas::default()
            },
            Pane::Map => {
                let halves = [Constraint::Percentage(60), Constraint::Percentage(40)];
                let [map, checks] = Layout::vertical(halves).areas(area);
                Areas {
                    map: Some(map),
                    checks: Some(checks),
                    ..Areas::default()
                }
            }
            Pane::Work => self.first_page(area),
        }
    }

    // What the picture leaves empty shows the map.
    fn first_page(&self, area: Rect) -> Areas {
        let left = area.height.saturating_sub(self.wanted(area.width, false));
        let map = if left >= LEAST_MAP && self.wizard.has_map() {
            left
        } else {
            0
        };
        let parts = [Constraint::Min(1), Constraint::Length(map)];
        let [picture, below] = Layout::vertical(parts).areas(area);
        Areas {
            picture: Some(picture),
            map: (map > 0).then_some(below),
            ..Areas::default()
        }
    }

    fn on_one_screen(&self, area: Rect) -> Areas {
        let wanted = self.wanted(area.width - LIST, true);
        let height = wanted.min(area.height.saturating_sub(BELOW));
        let [above, below] =
            Layout::vertical([Constraint::Length(height), Constraint::Min(1)]).areas(area);
        let [list, picture] =
            Layout::horizontal([Constraint::Length(LIST), Constraint::Min(1)]).areas(above);
        let [left, spec] = Layout::horizontal(SIDES).areas(below);
        let halves = [Constraint::Percentage(58), Constraint::Percentage(42)];
        let [map, checks] = Layout::vertical(halves).areas(left);
        Areas {
            list: Some(list),
            picture: Some(picture),
            map: Some(map),
            checks: Some(checks),
            spec: Some(spec),
        }
    }

    // The rows of a picture with all that it has, borders counted.
    fn wanted(&self, width: u16, has_list: bool) -> u16 {
        let area = inside(Rect::new(0, 0, width, u16::MAX));
        let sheet = self.sheet(area, has_list);
        let grid = sheet.grid.map_or(REASON, |grid| grid.height());
        let lines = sheet.table + grid + sheet.notes.len();
        u16::try_from(lines)
            .unwrap_or(u16::MAX)
            .saturating_add(BORDERS)
    }

    fn list(&self) -> VpcList<'_> {
        VpcList::new(self.rows, self.wizard.form().cursor)
    }

    // What can be answered has its room first, then what is to say of it, then the rest.
    fn sheet(&self, area: Rect, has_list: bool) -> PictureSheet {
        let (wizard, context) = (self.wizard, self.context);
        let (room, columns) = (usize::from(area.height), usize::from(area.width));
        let prose = columns.min(WIDEST_PROSE);
        let list = self.list();
        let table = if has_list || list.count() == 0 {
            0
        } else {
            list.table_height(room)
        };
        let stroke = if context.signs.ascii { "-" } else { "─" };
        let mut notes = vec![context.line(stroke.repeat(prose), StyleRole::Dim)];
        notes.extend(checks::here(wizard, self.rows, prose, context));
        let mut others = if has_list {
            Vec::new()
        } else {
            checks::elsewhere(wizard, self.rows, prose, context)
        };
        let picture = Picture::new(wizard, self.rows);
        let grid = picture.map(|picture| {
            // Rows that came or went may have left the cursor in another column than the one that was moved to.
            let under = self.rows.get(wizard.form().cursor);
            let column = under.and_then(|row| picture.column_of(&row.field.key.item));
            let column = column.unwrap_or(wizard.form().column);
            let grid = GridColumns::new(&picture, column, columns);
            let lines = picture.lines(grid.text());
            let answers = lines.iter().filter(|line| line.need == Need::Answer);
            let answers = answers.count();
            let room = room.saturating_sub(table);
            let below = notes.len() + others.len().min(1);
            let left = room.saturating_sub(below).max(answers).min(room);
            GridLayout::new(grid, lines, left)
        });
        let taken = table + grid.as_ref().map_or(0, GridLayout::height);
        notes.append(&mut others);
        let left = room.saturating_sub(taken + notes.len());
        let (grid, names) = whole_labels(grid, left, prose);
        let taken = table + grid.as_ref().map_or(0, GridLayout::height);
        notes.extend(names.into_iter().map(Line::raw));
        let left = u16::try_from(room.saturating_sub(taken)).unwrap_or(u16::MAX);
        PictureSheet {
            table,
            grid,
            notes: fitting(notes, left, context),
        }
    }

    fn draw_list(&self, frame: &mut Frame<'_>, area: Rect) {
        let list = self.list();
        let focused = self.wizard.pane == Pane::Work && list.has_cursor;
        let title = if list.count() == 0 {
            "VPC".to_owned()
        } else {
            format!("VPC  {}", list.position())
        };
        let inside = pane(frame, area, &title, focused, self.context);
        list.draw_list(frame, inside, focused, self.context);
    }

    fn draw_picture(&self, frame: &mut Frame<'_>, area: Rect, has_list: bool, at: Timestamp) {
        let (wizard, context) = (self.wizard, self.context);
        let list = self.list();
        let focused = wizard.pane == Pane::Work;
        let on_picture = focused && !(has_list && list.has_cursor);
        let room = usize::from(area.width).saturating_sub(AROUND_TITLE);
        let title = cut_end(&self.title(), room, context.signs.ellipsis);
        let inside = pane(frame, area, &title, on_picture, context);
        if let EditState::Picking(picking) = &wizard.form().entry {
            return pick(frame, inside, picking, context);
        }
        let sheet = self.sheet(inside, has_list);
        let [table, grid, below] = sheet.parts(inside);
        let Some(layout) = &sheet.grid else {
            return nothing(frame, inside, wizard, at);
        };
        if table.height > 0 {
            list.draw_table(frame, table, focused, context);
        }
        let cursor = GridCursor {
            row: wizard.form().cursor,
            focused,
            typing: match &wizard.form().entry {
                EditState::Typing(typing) => Some(typing),
                EditState::Resting | EditState::Picking(_) => None,
            },
        };
        layout.draw(frame, grid, cursor, context);
        let notes = u16::try_from(sheet.notes.len()).unwrap_or(u16::MAX);
        let above = below.height.saturating_sub(notes);
        let at_the_end = Rect {
            y: below.y + above,
            height: below.height - above,
            ..below
        };
        frame.render_widget(Text::from(sheet.notes), at_the_end);
    }

    // `Network  3/11`, then whose picture it is.
    fn title(&self) -> String {
        let Some(vpc) = self.wizard.vpc_shown() else {
            return "Network".to_owned();
        };
        let cursor = self.wizard.form().cursor + 1;
        let name = name_of(&vpc.tags).map_or_else(String::new, |name| format!("{name} "));
        format!(
            "Network  {cursor}/{} {} {name}{}",
            self.rows.len(),
            self.context.signs.dot,
            visible(&vpc.id)
        )
    }

    fn draw_map(&self, frame: &mut Frame<'_>, area: Rect) {
        let focused = self.wizard.pane == Pane::Map;
        let Some(map) = self.wizard.map() else {
            pane(frame, area, "Address map", focused, self.context);
            return;
        };
        let shown = MapPane {
            window: self.wizard.map_window(&map),
            map: &map,
            top: self.wizard.map_top,
            focused,
        };
        draw_map(frame, area, &shown, self.context);
    }

    fn draw_checks(&self, frame: &mut Frame<'_>, area: Rect) {
        let inside = pane(frame, area, "Checks", false, self.context);
        let columns = usize::from(inside.width).min(WIDEST_PROSE);
        let lines = checks::all(self.wizard, self.rows, columns, self.context);
        let lines = fitting(lines, inside.height, self.context);
        frame.render_widget(Text::from(lines), inside);
    }
}

// Whole names of tiers, in the picture where so many lines are left for them, else below it, else nowhere.
fn whole_labels(
    grid: Option<GridLayout>,
    left: usize,
    columns: usize,
) -> (Option<GridLayout>, Vec<String>) {
    let cut = grid.as_ref().map(GridLayout::cut_labels);
    let cut = cut.unwrap_or_default();
    let names = match cut.as_slice() {
        [] => Vec::new(),
        cut => wrap(&format!("Whole names: {}", cut.join(", ")), columns),
    };
    if cut.len() <= left {
        (grid.map(GridLayout::with_whole_labels), Vec::new())
    } else if names.len() <= left {
        (grid, names)
    } else {
        (grid, Vec::new())
    }
}

// Why there is no picture.
fn nothing(frame: &mut Frame<'_>, area: Rect, wizard: &Wizard, at: Timestamp) {
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
        DiscoveryState::Known(inventory)
            if wizard.edited().is_some() && !inventory.vpcs.is_empty() =>
        {
            format!(
                "EC2 does not know the cluster's VPC {} in {}. Check account and region, then ask again.",
                wizard.answers.vpc, inventory.region
            )
        }
        DiscoveryState::Known(inventory) => inventory.no_vpc().whole(),
    };
    let lines = wrap(&visible(&text), usize::from(area.width).min(WIDEST_PROSE));
    frame.render_widget(lines.into_iter().collect::<Text<'_>>(), area);
}
