//! A dry run being read: the tree, below it the detail or the question before a yes; or kops's own text.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span, Text};

use super::approval::counts;
use super::{ReviewScene, approval};
use super::{detail, tree};
use crate::core::analysis::findings::FindingSeverity;
use crate::core::analysis::summary::Summary;
use crate::core::text::prose::counted;
use crate::core::text::untrusted::visible;
use crate::tui::screens::review::reading::{Reading, ReadingView};
use crate::tui::screens::review::view::highlight::highlighted;
use crate::tui::theme::StyleRole;
use crate::tui::widgets::pane::{first_visible, pane_with};
use crate::tui::widgets::render_context::RenderContext;
use crate::tui::widgets::text::width;
use crate::tui::widgets::text_input::input;

// Of the rows of a review, so many tenths are for the detail, but never fewer or more rows than these.
const DETAIL_TENTHS: u16 = 4;
const FEWEST_DETAIL_ROWS: u16 = 5;
const MOST_DETAIL_ROWS: u16 = 18;

// The fewest rows of the tree that stay beside the question of the approval.
const FEWEST_TREE_ROWS: u16 = 3;

/// Draws the tree and what is below it, or kops's own text.
pub fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    reading: &Reading,
    focused: bool,
    scene: &ReviewScene,
    look: &RenderContext,
) {
    if let ReadingView::Raw { top } = reading.view {
        return raw(frame, area, reading, top, focused, look);
    }
    let below = match &scene.question {
        Some(question) => approval::height(reading, question, area.width, look)
            .min(area.height.saturating_sub(FEWEST_TREE_ROWS)),
        None => detail_rows(area.height),
    };
    let [above, below] =
        Layout::vertical([Constraint::Min(1), Constraint::Length(below)]).areas(area);
    let asking = matches!(reading.view, ReadingView::Approving(_));
    tree_pane(frame, above, reading, focused && !asking, look);
    if let (ReadingView::Approving(name), Some(question)) = (&reading.view, &scene.question) {
        approval::draw(frame, below, name, (reading, question, scene.at), look);
    } else {
        detail::below(frame, below, reading, look);
    }
}

fn detail_rows(height: u16) -> u16 {
    (height * DETAIL_TENTHS / 10).clamp(FEWEST_DETAIL_ROWS, MOST_DETAIL_ROWS)
}

fn tree_pane(
    frame: &mut Frame<'_>,
    area: Rect,
    reading: &Reading,
    focused: bool,
    look: &RenderContext,
) {
    let title = title(reading, usize::from(area.width.saturating_sub(4)), look);
    let corner = match reading.rows.len() {
        0 => String::new(),
        rows => format!("{}/{rows}", reading.cursor + 1),
    };
    let inside = pane_with(frame, area, (&title, &corner), focused, look);
    let [rows, words] = with_search(inside, reading);
    draw_tree(frame, rows, reading, look);
    search_line(frame, words, reading, look);
}

fn with_search(area: Rect, reading: &Reading) -> [Rect; 2] {
    let words = u16::from(reading.search.typing.is_some());
    Layout::vertical([Constraint::Min(1), Constraint::Length(words)]).areas(area)
}

fn search_line(frame: &mut Frame<'_>, area: Rect, reading: &Reading, look: &RenderContext) {
    if let Some(words) = &reading.search.typing {
        let mut spans = vec![Span::raw("/")];
        spans.extend(input(words, look));
        spans.push(Span::styled(
            format!("  {}", matches(reading)),
            look.style(StyleRole::Dim),
        ));
        frame.render_widget(Line::from(spans), area);
    }
}

/// What is on in the title, the most telling first; what does not fit is left out.
fn title(reading: &Reading, columns: usize, look: &RenderContext) -> String {
    let dot = format!(" {} ", look.signs.dot);
    let told = |counts: String| {
        let parts = [only(reading), found(reading)].into_iter().flatten();
        parts.chain([counts, severities(reading, look)]).collect()
    };
    let whole: Vec<_> = told(counts(&reading.outline.summary, look));
    if width(&whole.join(&dot)) <= columns {
        return whole.join(&dot);
    }
    // Dangers and warnings count more than how much of it is noise, which has a row of its own.
    let apart = Summary {
        noise: 0,
        ..reading.outline.summary
    };
    let mut title = String::new();
    for part in told(counts(&apart, look)) {
        let gap = if title.is_empty() { "" } else { dot.as_str() };
        if width(&title) + width(gap) + width(&part) > columns && !title.is_empty() {
            break;
        }
        title.push_str(gap);
        title.push_str(&part);
    }
    title
}

fn only(reading: &Reading) -> Option<String> {
    if !reading.filter.is_active() {
        return None;
    }
    let words = reading.filter.words().join(", ");
    let (passing, all) = (reading.passing(), reading.outline.dry_run.resources.len());
    Some(format!("only {words}: {passing} of {all}"))
}

fn found(reading: &Reading) -> Option<String> {
    let words = &reading.search.words;
    (!words.is_empty()).then(|| format!("/{} {}", visible(words), matches(reading)))
}

// While a long report is still searched there may be more than what is counted.
fn matches(reading: &Reading) -> String {
    let (at, count) = reading.match_position();
    let more = if reading.is_searching() { "+" } else { "" };
    format!("{at} of {count}{more}")
}

fn severities(reading: &Reading, look: &RenderContext) -> String {
    let dot = look.signs.dot;
    let (dangers, warnings) = (
        reading.outline.count(FindingSeverity::Danger),
        reading.outline.count(FindingSeverity::Warning),
    );
    match (dangers, warnings) {
        (0, 0) => format!("no danger {dot} no warning"),
        (0, warnings) => counted(warnings, "warning"),
        (dangers, warnings) => format!(
            "{} {dot} {}",
            counted(dangers, "danger"),
            counted(warnings, "warning")
        ),
    }
}

fn raw(
    frame: &mut Frame<'_>,
    area: Rect,
    reading: &Reading,
    top: usize,
    focused: bool,
    look: &RenderContext,
) {
    let count = reading.raw.count();
    let found = found(reading).map(|found| format!(" {} {found}", look.signs.dot));
    let title = format!("kops's own text{}", found.unwrap_or_default());
    let at = format!("{}/{count}", (top + 1).min(count));
    let inside = pane_with(frame, area, (&title, &at), focused, look);
    let [rows, words] = with_search(inside, reading);
    let columns = usize::from(rows.width);
    let plain = look.style(StyleRole::Text);
    let shown = (top..count).take(usize::from(rows.height)).map(|at| {
        let text = raw_line(reading.raw.line(at), columns);
        Line::from(highlighted(
            &text,
            columns,
            plain,
            (&reading.search, true),
            look,
        ))
    });
    frame.render_widget(shown.collect::<Text<'_>>(), rows);
    search_line(frame, words, reading, look);
}

// Twice what a row can show is enough to cut it, also where a line is a megabyte long.
fn raw_line(line: &str, columns: usize) -> String {
    match line.char_indices().nth(columns * 2 + 2) {
        None => visible(line),
        Some((end, _)) => visible(line.get(..end).unwrap_or(line)),
    }
}

fn draw_tree(frame: &mut Frame<'_>, area: Rect, reading: &Reading, look: &RenderContext) {
    if reading.rows.is_empty() {
        let words = if reading.filter.is_active() {
            "nothing matches the filter; esc clears it"
        } else {
            "no changes"
        };
        frame.render_widget(Line::raw(words), area);
        return;
    }
    let height = usize::from(area.height);
    let top = first_visible(reading.cursor, reading.rows.len(), height);
    let columns = usize::from(area.width);
    let rows = reading.rows.iter().enumerate().skip(top).take(height);
    let lines =
        rows.map(|(at, row)| tree::line(reading, *row, at == reading.cursor, columns, look));
    frame.render_widget(lines.collect::<Text<'_>>(), area);
}
