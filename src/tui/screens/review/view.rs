//! Step 8 and the review of an existing cluster: the spec on the left, what kops would do on the right.

mod approval;
mod detail;
mod highlight;
mod raw;
mod waiting;

use std::ops::Range;

use approval::counts;
use highlight::highlighted;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span, Text};
use ratatui::widgets::Block;

use crate::core::analysis::findings::FindingSeverity;
use crate::core::analysis::summary::Summary;
use crate::core::kops::dry_run::{ChangeAction, ChangedField, DiffLine, ValueChange, inside};
use crate::core::render::outline::{Outline, OutlineField};
use crate::core::text::prose::counted;
use crate::core::text::untrusted::{Untrusted, visible};
use crate::tui::event::Timestamp;
use crate::tui::screen_context::Pane;
use crate::tui::screens::approval::ApprovalQuestion;
use crate::tui::screens::review::ReviewPanes;
use crate::tui::screens::review::{Fold, Reading, ReadingView, Review, TreeRow};
use crate::tui::theme::StyleRole;
use crate::tui::widgets::pane::{first_visible, pane, pane_with};
use crate::tui::widgets::render_context::{RenderContext, TWO_PANES};
use crate::tui::widgets::spec;
use crate::tui::widgets::text::{pad, width};
use crate::tui::widgets::text_input::input;

const BESIDE_SPEC: [Constraint; 2] = [Constraint::Percentage(36), Constraint::Percentage(64)];

/// What kops is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitedFor {
    /// Of a spec that the state store does not have.
    DryRunOnScratch,
    DryRun,
    /// The stored spec, which a person edits then.
    SpecToEdit,
}

/// What a review shows besides itself.
#[derive(Clone, Debug)]
pub struct ReviewScene {
    pub at: Timestamp,
    pub waited_for: WaitedFor,
    /// What the pane is called where there is no dry run.
    pub failed: &'static str,
    /// While the cluster's name is being typed.
    pub question: Option<ApprovalQuestion>,
}

/// Draws a review beside its spec.
pub fn draw_beside(
    frame: &mut Frame<'_>,
    area: Rect,
    review: &Review,
    (spec, panes): (&str, ReviewPanes),
    scene: &ReviewScene,
    context: &RenderContext,
) {
    if let Review::Reading(reading) = review
        && let ReadingView::Detail { top } = &reading.view
    {
        return detail::whole(frame, area, reading, *top, context);
    }
    let on_spec = panes.focus == Pane::Spec;
    if spec.is_empty() && !on_spec {
        return draw(frame, area, review, !on_spec, scene, context);
    }
    if area.width < TWO_PANES {
        if on_spec {
            return spec_beside(frame, area, (spec, panes, review), context);
        }
        return draw(frame, area, review, true, scene, context);
    }
    let [left, right] = Layout::horizontal(BESIDE_SPEC).areas(area);
    spec_beside(frame, left, (spec, panes, review), context);
    draw(frame, right, review, !on_spec, scene, context);
}

/// The row of the tree at this place, when the tree is drawn there.
pub fn row_at(
    area: Rect,
    at: Position,
    review: &Review,
    (spec, panes): (&str, ReviewPanes),
) -> Option<usize> {
    let Review::Reading(reading) = review else {
        return None;
    };
    let on_spec = panes.focus == Pane::Spec;
    if on_spec || !matches!(reading.view, ReadingView::Tree) {
        return None;
    }
    let area = if spec.is_empty() || area.width < TWO_PANES {
        area
    } else {
        let [_, right] = Layout::horizontal(BESIDE_SPEC).areas(area);
        right
    };
    let below = detail_rows(area.height);
    let [above, _] = Layout::vertical([Constraint::Min(1), Constraint::Length(below)]).areas(area);
    let [rows, _] = with_search(Block::bordered().inner(above), reading);
    let count = reading.tree.rows().len();
    let top = first_visible(reading.selection.cursor(), count, usize::from(rows.height));
    let row = top + usize::from(at.y.checked_sub(rows.y)?);
    (rows.contains(at) && row < count).then_some(row)
}

// The spec follows the cursor of the changes until it has the focus itself.
fn spec_beside(
    frame: &mut Frame<'_>,
    area: Rect,
    (text, panes, review): (&str, ReviewPanes, &Review),
    context: &RenderContext,
) {
    let focused = panes.focus == Pane::Spec;
    let marked: &[Range<usize>] = review
        .reading()
        .map_or(&[], |reading| reading.cause.lines());
    let top = if focused {
        panes.spec_top
    } else {
        review.spec_top(panes.spec_top)
    };
    let shown = spec::SpecPane {
        text,
        marked,
        top,
        focused,
    };
    spec::draw(frame, area, &shown, context);
}

/// Draws what kops would do, or how far asking it is.
fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    review: &Review,
    focused: bool,
    scene: &ReviewScene,
    context: &RenderContext,
) {
    match review {
        Review::NotAsked => {
            pane(frame, area, "Planned changes", true, context);
        }
        Review::Asking { since, progress } => {
            waiting::draw_asking(frame, area, (*since, progress), scene, context);
        }
        Review::Failed { fault, output } => {
            waiting::draw_failed(frame, area, (fault, output), scene, context);
        }
        Review::Opening(opening) => {
            let inside = pane(frame, area, "Planned changes", true, context);
            let mib = opening.bytes().div_ceil(1 << 20);
            frame.render_widget(
                Line::raw(format!("reading {mib} MiB of kops's output")),
                inside,
            );
        }
        Review::Reading(reading) => draw_reading(frame, area, reading, focused, scene, context),
    }
}

// Of the rows of a review, so many tenths are for the detail, but never fewer or more rows than these.
const DETAIL_TENTHS: u16 = 4;
const FEWEST_DETAIL_ROWS: u16 = 5;
const MOST_DETAIL_ROWS: u16 = 18;

// The fewest rows of the tree that stay beside the question of the approval.
const FEWEST_TREE_ROWS: u16 = 3;

/// Draws the tree and what is below it, or kops's own text.
fn draw_reading(
    frame: &mut Frame<'_>,
    area: Rect,
    reading: &Reading,
    focused: bool,
    scene: &ReviewScene,
    context: &RenderContext,
) {
    if let ReadingView::Raw { top } = &reading.view {
        return raw::draw(frame, area, reading, *top, focused, context);
    }
    let below = match &scene.question {
        Some(question) => approval::height(reading, question, area.width, context)
            .min(area.height.saturating_sub(FEWEST_TREE_ROWS)),
        None => detail_rows(area.height),
    };
    let [above, below] =
        Layout::vertical([Constraint::Min(1), Constraint::Length(below)]).areas(area);
    let asking = matches!(&reading.view, ReadingView::Approving(_));
    draw_tree_pane(frame, above, reading, focused && !asking, context);
    if let (ReadingView::Approving(name), Some(question)) = (&reading.view, &scene.question) {
        approval::draw(frame, below, name, (reading, question, scene.at), context);
    } else {
        detail::below(frame, below, reading, context);
    }
}

fn detail_rows(height: u16) -> u16 {
    (height * DETAIL_TENTHS / 10).clamp(FEWEST_DETAIL_ROWS, MOST_DETAIL_ROWS)
}

fn draw_tree_pane(
    frame: &mut Frame<'_>,
    area: Rect,
    reading: &Reading,
    focused: bool,
    context: &RenderContext,
) {
    let title = title(reading, usize::from(area.width.saturating_sub(4)), context);
    let corner = match reading.tree.rows().len() {
        0 => String::new(),
        rows => format!("{}/{rows}", reading.selection.cursor() + 1),
    };
    let inside = pane_with(frame, area, (&title, &corner), focused, context);
    let [rows, words] = with_search(inside, reading);
    draw_tree(frame, rows, reading, context);
    draw_search_line(frame, words, reading, context);
}

fn with_search(area: Rect, reading: &Reading) -> [Rect; 2] {
    let words = u16::from(reading.search.typing().is_some());
    Layout::vertical([Constraint::Min(1), Constraint::Length(words)]).areas(area)
}

fn draw_search_line(frame: &mut Frame<'_>, area: Rect, reading: &Reading, context: &RenderContext) {
    if let Some(words) = reading.search.typing() {
        let mut spans = vec![Span::raw("/")];
        spans.extend(input(words, context));
        spans.push(context.span(format!("  {}", match_words(reading)), StyleRole::Dim));
        frame.render_widget(Line::from(spans), area);
    }
}

/// What is on in the title, the most telling first; what does not fit is left out.
fn title(reading: &Reading, columns: usize, context: &RenderContext) -> String {
    let dot = format!(" {} ", context.signs.dot);
    let parts_with = |counts: String| {
        let nothing = reading
            .changes_nothing()
            .then(|| "nothing to change".to_owned());
        let parts = [nothing, filter_words(reading), search_words(reading)]
            .into_iter()
            .flatten();
        parts
            .chain([counts, severities(reading, context)])
            .collect()
    };
    let whole: Vec<_> = parts_with(counts(&reading.outline().summary, context));
    if width(&whole.join(&dot)) <= columns {
        return whole.join(&dot);
    }
    // Dangers and warnings count more than how much of it is noise, which has a row of its own.
    let apart = Summary {
        noise: 0,
        ..reading.outline().summary
    };
    let mut title = String::new();
    for part in parts_with(counts(&apart, context)) {
        let gap = if title.is_empty() { "" } else { dot.as_str() };
        if width(&title) + width(gap) + width(&part) > columns && !title.is_empty() {
            break;
        }
        title.push_str(gap);
        title.push_str(&part);
    }
    title
}

fn filter_words(reading: &Reading) -> Option<String> {
    if !reading.filter.is_active() {
        return None;
    }
    let words = reading.filter.words().join(", ");
    let (passing, all) = (
        reading.filter.count(reading.outline()),
        reading.outline().dry_run.resources.len(),
    );
    let findings = reading.filter.count_findings(reading.outline());
    let findings = findings.map(|count| format!("{}, ", counted(count, "finding")));
    let findings = findings.unwrap_or_default();
    Some(format!("only {words}: {findings}{passing} of {all}"))
}

fn search_words(reading: &Reading) -> Option<String> {
    let words = reading.search.words();
    (!words.is_empty()).then(|| format!("/{} {}", visible(words), match_words(reading)))
}

// While a long dry run is still searched there may be more than what is counted.
fn match_words(reading: &Reading) -> String {
    let (at, count) = reading.match_position();
    let more = if reading.is_searching() { "+" } else { "" };
    format!("{at} of {count}{more}")
}

fn severities(reading: &Reading, context: &RenderContext) -> String {
    let dot = context.signs.dot;
    let (dangers, warnings) = (
        reading.outline().count(FindingSeverity::Danger),
        reading.outline().count(FindingSeverity::Warning),
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

fn draw_tree(frame: &mut Frame<'_>, area: Rect, reading: &Reading, context: &RenderContext) {
    if reading.tree.rows().is_empty() {
        let words = if reading.filter.is_active() {
            "nothing matches the filter; esc clears it"
        } else {
            "no changes"
        };
        frame.render_widget(Line::raw(words), area);
        return;
    }
    let height = usize::from(area.height);
    let (shown, cursor) = (reading.tree.rows(), reading.selection.cursor());
    let top = first_visible(cursor, shown.len(), height);
    let painter = RowPainter {
        reading,
        outline: reading.outline(),
        columns: usize::from(area.width),
        context,
    };
    let rows = shown.iter().enumerate().skip(top).take(height);
    let lines = rows.map(|(at, row)| painter.draw(*row, at == cursor));
    frame.render_widget(lines.collect::<Text<'_>>(), area);
}

const FIELD_NAME: usize = 20;
/// The longest name of a part of a cluster.
const PART: usize = "instance groups".len();

// Above this many bytes a map is shown as two values in the tree; the detail shows what differs inside.
const MOST_INSIDE: usize = 16 * 1024;

/// What a row says, what it is, and the word at its end.
struct RowText {
    text: String,
    role: StyleRole,
    /// So many bytes at the start have the colour; what follows is plain.
    lead: usize,
    end: String,
}

impl RowText {
    fn new(text: impl Into<String>, role: StyleRole) -> Self {
        Self {
            text: text.into(),
            role,
            lead: usize::MAX,
            end: String::new(),
        }
    }

    // Of what is made or changed only the sign or the word has the colour, so that most of the tree is plain text;
    // what goes away stays whole.
    fn led(lead: &str, rest: &str, role: StyleRole, end: String) -> Self {
        let whole = matches!(role, StyleRole::Delete | StyleRole::Dim);
        Self {
            text: format!("{lead}{rest}"),
            role,
            lead: if whole { usize::MAX } else { lead.len() },
            end,
        }
    }
}

/// What rows are drawn from.
struct RowPainter<'a> {
    reading: &'a Reading,
    outline: &'a Outline,
    columns: usize,
    context: &'a RenderContext,
}

impl RowPainter<'_> {
    /// The line of one row, the cursor's own marked.
    fn draw(&self, row: TreeRow, here: bool) -> Line<'static> {
        let context = self.context;
        let words = self
            .text(row)
            .unwrap_or_else(|| RowText::new("", StyleRole::Text));
        let cursor = if here { context.signs.cursor } else { " " };
        let style = context.style(if here { StyleRole::Cursor } else { words.role });
        let end = match words.end.as_str() {
            "" => String::new(),
            end => format!(" {end}"),
        };
        let room = self.columns.saturating_sub(2 + width(&end));
        let search = (&self.reading.search, self.reading.has_match(row));
        let cursor = context.span(format!("{cursor} "), StyleRole::Accent);
        let mut spans = vec![cursor];
        let marked = highlighted(&words.text, room, style, search, context);
        if here {
            spans.extend(marked);
        } else {
            spans.extend(plain_after(words.lead, marked, style, context));
        }
        if !end.is_empty() {
            let used: usize = spans.iter().map(|span| width(&span.content)).sum();
            spans.push(Span::raw(" ".repeat((room + 2).saturating_sub(used))));
            spans.push(context.span(end, StyleRole::Dim));
        }
        Line::from(spans)
    }

    fn text(&self, row: TreeRow) -> Option<RowText> {
        let outline = self.outline;
        Some(match row {
            TreeRow::Differences => self.differences()?,
            TreeRow::Difference(at) => {
                let comparison = self.reading.comparison()?;
                let found = comparison.row(comparison.differences.get(at)?);
                let found = self.context.with_arrows(&found);
                let text = format!("    {} {found}", self.context.signs.look);
                RowText::new(text, StyleRole::Warning)
            }
            TreeRow::Meaning(at) => {
                let line = outline.meaning.get(at)?;
                let words = self.context.with_arrows(&line.words());
                RowText::new(
                    format!("  {}  {words}", pad(line.part.words(), PART)),
                    StyleRole::Text,
                )
            }
            TreeRow::Finding(at) => self.finding(at)?,
            TreeRow::Subject { .. } => {
                let resource = outline.resource(self.reading.resource_of(row)?)?;
                let lead = format!("      {}", resource.action.sign());
                let rest = format!(" {}", resource.title());
                RowText::led(&lead, &rest, action_role(resource.action), String::new())
            }
            TreeRow::Unread => self.unread(),
            TreeRow::UnreadLine(at) => {
                let line = self.head(outline.dry_run.unread.get(at)?);
                RowText::new(format!("    {line}"), StyleRole::Warning)
            }
            TreeRow::Group(at) => self.group(at)?,
            TreeRow::Bundle(at) => self.bundle(at)?,
            TreeRow::Resource(at) => self.resource(at)?,
            TreeRow::Field { resource, field } => self.field(resource, field)?,
            TreeRow::DiffLine {
                resource,
                field,
                line,
            } => self.diff_line(resource, field, line)?,
            TreeRow::Noises => self.noises(),
            TreeRow::Noise(at) => {
                let (noise, count) = outline.noises.get(at)?;
                let fields = counted(*count, "field");
                let text = format!("    {fields}: {}", noise.explanation());
                RowText::new(text, StyleRole::Dim)
            }
        })
    }

    fn differences(&self) -> Option<RowText> {
        let comparison = self.reading.comparison()?;
        if comparison.differences.is_empty() {
            let text = "  no difference between the two dry runs";
            return Some(RowText::new(text, StyleRole::Good));
        }
        let sign = self.fold_sign(Fold::Differences);
        let text = format!("{sign} {}", comparison.headline());
        Some(RowText::new(text, StyleRole::Danger))
    }

    fn unread(&self) -> RowText {
        let lines = match self.outline.dry_run.unread.len() {
            1 => "1 line not understood, shown as kops printed it".to_owned(),
            many => format!("{many} lines not understood, shown as kops printed them"),
        };
        let sign = self.fold_sign(Fold::Unread);
        RowText::new(format!("{sign} {lines}"), StyleRole::Warning)
    }

    fn noises(&self) -> RowText {
        let counts = self.outline.noises.iter().map(|(_, count)| count);
        let fields = counted(counts.sum::<usize>(), "field");
        let sign = self.fold_sign(Fold::Noises);
        RowText::new(format!("{sign} noise: {fields}, explained"), StyleRole::Dim)
    }

    fn finding(&self, at: usize) -> Option<RowText> {
        let found = self.outline.findings.get(at)?;
        let (finding, signs) = (&found.finding, &self.context.signs);
        let (sign, role) = match finding.severity {
            FindingSeverity::Danger => (signs.blocked, StyleRole::Danger),
            FindingSeverity::Warning => (signs.look, StyleRole::Warning),
            FindingSeverity::Note => (signs.dot, StyleRole::Note),
        };
        let whose = match found.subjects.len() {
            0 | 1 => finding.resource.clone(),
            many => format!("{} {many} resources", self.fold_sign(Fold::Finding(at))),
        };
        let message = self.context.with_arrows(&finding.message);
        Some(RowText {
            text: format!("{sign} {message}  {whose}"),
            role,
            lead: sign.len() + 1 + message.len(),
            end: self.read_sign(self.reading.marks.was_finding_read(at)),
        })
    }

    fn group(&self, at: usize) -> Option<RowText> {
        let group = self.outline.groups.get(at)?;
        let sign = self.fold_sign(Fold::Group(at));
        let lead = format!("{sign} {}", pad(group.action.word(), 6));
        let rest = format!("  {}", group.title());
        let passing = self.reading.filter.passing_in_group(self.outline, at);
        let end = self.read_count(passing);
        Some(RowText::led(&lead, &rest, action_role(group.action), end))
    }

    fn bundle(&self, at: usize) -> Option<RowText> {
        let bundle = self.outline.bundle(at)?;
        let passing = || self.reading.filter.passing_in_bundle(self.outline, at);
        let sign = self.fold_sign(Fold::Bundle(at));
        let title = bundle.title(passing().count());
        let title = self.context.with_arrows(&title);
        // The same changes in each.
        let role = self.resource_role(passing().next()?)?;
        let lead = format!("  {sign} {}", bundle.action.sign());
        let end = self.read_count(passing());
        Some(RowText::led(&lead, &format!(" {title}"), role, end))
    }

    fn resource(&self, at: usize) -> Option<RowText> {
        let resource = self.outline.resource(at)?;
        let (sign, indent) = (self.fold_sign(Fold::Resource(at)), self.indent(at));
        let lead = format!("{indent}  {sign} {}", resource.action.sign());
        let rest = format!(" {}/{}", resource.kind, self.head(&resource.name));
        let end = self.read_sign(self.reading.marks.was_read(at));
        Some(RowText::led(&lead, &rest, self.resource_role(at)?, end))
    }

    fn field(&self, resource: usize, field: usize) -> Option<RowText> {
        let OutlineField { field, noise } = self.outline.fields(resource).nth(field)?;
        let role = match (&field.change, noise) {
            (_, Some(_)) => StyleRole::Dim,
            (ValueChange::Changed { .. }, None) => StyleRole::Modify,
            _ => StyleRole::Text,
        };
        let name = pad(&visible(&field.name), FIELD_NAME);
        let value = match &field.change {
            ValueChange::New(value) => self.head(value),
            ValueChange::Changed { old, new } => {
                changed_inside(field, old.raw().len() + new.raw().len()).unwrap_or_else(|| {
                    let arrow = self.context.signs.arrow;
                    format!("{} {arrow} {}", self.head(old), self.head(new))
                })
            }
            ValueChange::Diff(_) => String::new(),
        };
        let text = format!("{}      {name} {value}", self.indent(resource));
        Some(RowText::new(text.trim_end(), role))
    }

    fn diff_line(&self, resource: usize, field: usize, line: usize) -> Option<RowText> {
        let found = self.outline.resource(resource)?.fields.get(field)?;
        let ValueChange::Diff(lines) = &found.change else {
            return None;
        };
        let text = self.head(lines.get(line)?);
        let role = match text.chars().next() {
            Some('+') => StyleRole::Create,
            Some('-') => StyleRole::Delete,
            _ => StyleRole::Dim,
        };
        let indent = self.indent(resource);
        Some(RowText::new(format!("{indent}        {text}"), role))
    }

    /// What is below a bundle stands further in.
    fn indent(&self, resource: usize) -> &'static str {
        let bundled = self.reading.tree.is_bundled(resource);
        if bundled { "  " } else { "" }
    }

    fn resource_role(&self, at: usize) -> Option<StyleRole> {
        if self.outline.is_noise(at) {
            return Some(StyleRole::Dim);
        }
        Some(action_role(self.outline.resource(at)?.action))
    }

    /// How many of some were read: the sign once all were.
    fn read_count(&self, resources: impl Iterator<Item = usize>) -> String {
        let (mut read, mut all) = (0, 0);
        for resource in resources {
            read += usize::from(self.reading.marks.was_read(resource));
            all += 1;
        }
        if read == all {
            self.read_sign(true)
        } else {
            format!("{read}/{all}")
        }
    }

    fn read_sign(&self, read: bool) -> String {
        if read { self.context.signs.good } else { " " }.to_owned()
    }

    fn fold_sign(&self, fold: Fold) -> &'static str {
        let signs = &self.context.signs;
        let open = self.reading.tree.is_open(fold);
        if open { signs.open } else { signs.folded }
    }

    /// As much of a value as a row can show: a value of a megabyte costs no more than a short one.
    fn head(&self, value: &Untrusted) -> String {
        let raw = value.raw();
        match raw.char_indices().nth(self.columns * 2 + 2) {
            None => visible(raw),
            Some((end, _)) => visible(raw.get(..end).unwrap_or(raw)),
        }
    }
}

// What is marked keeps its mark.
fn plain_after(
    lead: usize,
    spans: Vec<Span<'static>>,
    coloured: Style,
    context: &RenderContext,
) -> Vec<Span<'static>> {
    let mut left = lead;
    let mut parts = Vec::new();
    for span in spans {
        let text = span.content.into_owned();
        let at = left.min(text.len());
        left -= at;
        if span.style != coloured || at == text.len() {
            parts.push(Span::styled(text, span.style));
            continue;
        }
        let (head, tail) = text.split_at_checked(at).unwrap_or(("", &text));
        parts.push(Span::styled(head.to_owned(), coloured));
        parts.push(context.span(tail.to_owned(), StyleRole::Text));
    }
    parts
}

/// What differs inside a map or a list, on one line.
fn changed_inside(field: &ChangedField, size: usize) -> Option<String> {
    if size > MOST_INSIDE {
        return None;
    }
    let steps = inside(&field.change);
    let words: Vec<String> = steps
        .into_iter()
        .map(|step| match step {
            DiffLine::Removed(text) => format!("- {}", visible(text)),
            DiffLine::Added(text) => format!("+ {}", visible(text)),
            DiffLine::Same(text) => visible(text),
        })
        .collect();
    (!words.is_empty()).then(|| words.join("  "))
}

fn action_role(action: ChangeAction) -> StyleRole {
    match action {
        ChangeAction::Delete | ChangeAction::DeleteOnPrune => StyleRole::Delete,
        ChangeAction::Modify => StyleRole::Modify,
        ChangeAction::Create => StyleRole::Create,
    }
}
