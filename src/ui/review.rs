//! Step 8 and the review of an existing cluster: the spec on the left, what kops would do on the right.

use std::fmt::Write;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span, Text};

use crate::app::approval::Approval;
use crate::app::event::Moment;
use crate::app::model::{Existing, Model};
use crate::app::reading::{Reading, View};
use crate::app::review::Review;
use crate::app::wizard::{Pane, Wizard};
use crate::core::fault::Fault;
use crate::core::findings::{Severity, count, fold};
use crate::core::progress::Progress;
use crate::core::review::Summary;
use crate::core::untrusted::visible;

use super::screen::{Look, TWO_PANES};
use super::text::{cut_end, elapsed, width, wrap};
use super::theme::Role;
use super::tree;
use super::widgets::bar::bar;
use super::widgets::pane::{first_visible, pane};
use super::widgets::spec;
use super::wizard::input;

const APPROVAL_ROWS: u16 = 8;
const MOST_DETAIL: usize = 8;

/// Draws the last step of the wizard.
pub fn draw_step(frame: &mut Frame<'_>, area: Rect, wizard: &Wizard, model: &Model, look: &Look) {
    let shown = spec::Shown {
        text: &wizard.spec.text,
        changed: 0..0,
        top: wizard.spec.top,
        focused: wizard.pane == Pane::Spec,
    };
    split(frame, area, &shown, &wizard.review, model, look);
}

/// Draws the review of a cluster that exists.
pub fn draw_existing(
    frame: &mut Frame<'_>,
    area: Rect,
    existing: &Existing,
    model: &Model,
    look: &Look,
) {
    let shown = spec::Shown {
        text: &existing.spec,
        changed: 0..0,
        top: existing.spec_top,
        focused: existing.pane == Pane::Spec,
    };
    split(frame, area, &shown, &existing.review, model, look);
}

fn split(
    frame: &mut Frame<'_>,
    area: Rect,
    shown: &spec::Shown<'_>,
    review: &Review,
    model: &Model,
    look: &Look,
) {
    if area.width < TWO_PANES {
        if shown.focused {
            return spec::draw(frame, area, shown, look);
        }
        return draw(frame, area, review, model, look);
    }
    let [left, right] =
        Layout::horizontal([Constraint::Percentage(36), Constraint::Percentage(64)]).areas(area);
    spec::draw(frame, left, shown, look);
    draw(frame, right, review, model, look);
}

/// Draws what kops would do, or how far asking it is.
pub fn draw(frame: &mut Frame<'_>, area: Rect, review: &Review, model: &Model, look: &Look) {
    match review {
        Review::NotAsked => {
            pane(frame, area, "what kops would do", true, look);
        }
        Review::Asking { since, progress } => asking(frame, area, *since, progress, model.at, look),
        Review::Failed { fault, output } => failed(frame, area, fault, output, look),
        Review::Reading(reading) => reading_pane(frame, area, reading, model, look),
    }
}

fn asking(
    frame: &mut Frame<'_>,
    area: Rect,
    since: Moment,
    progress: &Progress,
    at: Moment,
    look: &Look,
) {
    let inside = pane(frame, area, "what kops would do", true, look);
    let mut lines = vec![
        Line::raw(format!("asking kops, {}", elapsed(at.since(since)))),
        Line::raw(""),
    ];
    if let Some(tasks) = progress.tasks {
        let figures = format!("  {} of {} tasks", tasks.done, tasks.total);
        lines.push(Line::raw(format!(
            "{}{figures}",
            bar(tasks.done, tasks.total, &look.signs)
        )));
    }
    for retry in &progress.retries {
        let text = super::apply::retried(retry);
        lines.extend(
            wrap(&text, usize::from(inside.width))
                .into_iter()
                .map(|line| Line::styled(line, look.style(Role::Warning))),
        );
    }
    lines.push(Line::raw(""));
    let words = "The dry run of kops update cluster. A new cluster is previewed on a private scratch store: nothing is written to the state store or to AWS.";
    let prose = wrap(words, usize::from(inside.width).min(100));
    lines.extend(
        prose
            .into_iter()
            .map(|line| Line::styled(line, look.style(Role::Dim))),
    );
    frame.render_widget(Text::from(lines), inside);
}

/// A fault in three parts, then the end of what the other program printed.
pub fn failed(frame: &mut Frame<'_>, area: Rect, fault: &Fault, output: &str, look: &Look) {
    let inside = pane(frame, area, "kops could not tell", true, look);
    let mut lines = fault_lines(fault, usize::from(inside.width), look);
    lines.push(Line::raw(""));
    let room = usize::from(inside.height).saturating_sub(lines.len());
    let printed: Vec<&str> = output.lines().collect();
    let tail = printed.iter().skip(printed.len().saturating_sub(room));
    let columns = usize::from(inside.width);
    lines.extend(tail.map(|line| {
        Line::styled(
            cut_end(&visible(line), columns, look.signs.ellipsis),
            look.style(Role::Dim),
        )
    }));
    frame.render_widget(Text::from(lines), inside);
}

/// The three parts of a fault, wrapped, and the first lines of what the other program said.
pub fn fault_lines(fault: &Fault, columns: usize, look: &Look) -> Vec<Line<'static>> {
    let parts = [
        (
            format!("{} {}", look.signs.blocked, fault.what),
            Role::Danger,
        ),
        (format!("why: {}", fault.why), Role::Text),
        (format!("do:  {}", fault.remedy), Role::Accent),
    ];
    let mut lines = Vec::new();
    for (text, role) in parts {
        let style = look.style(role);
        let wrapped = wrap(&visible(&text), columns.min(100));
        lines.extend(wrapped.into_iter().map(|line| Line::styled(line, style)));
    }
    if let Some(detail) = &fault.detail {
        let said = crate::core::untrusted::visible_lines(detail.raw())
            .flat_map(|line| wrap(&line, columns));
        lines.extend(
            said.take(MOST_DETAIL)
                .map(|line| Line::styled(line, look.style(Role::Dim))),
        );
    }
    lines
}

fn reading_pane(frame: &mut Frame<'_>, area: Rect, reading: &Reading, model: &Model, look: &Look) {
    let focused = !matches!(&model.screen, crate::app::model::Screen::Wizard(wizard) if wizard.pane == Pane::Spec);
    let inside = pane(
        frame,
        area,
        &title(reading, area.width, look),
        focused,
        look,
    );
    match &reading.view {
        View::Raw { top } => raw(frame, inside, &reading.raw, *top, look),
        View::Tree => draw_tree(frame, inside, reading, look),
        View::Finding(words) => {
            let [above, below] =
                Layout::vertical([Constraint::Min(1), Constraint::Length(1)]).areas(inside);
            draw_tree(frame, above, reading, look);
            let (at, count) = reading.match_position();
            let mut spans = vec![Span::raw("/")];
            spans.extend(input(words, look));
            spans.push(Span::styled(
                format!("  {at} of {count}"),
                look.style(Role::Dim),
            ));
            frame.render_widget(Line::from(spans), below);
        }
        View::Approving(approval) => {
            let [above, below] =
                Layout::vertical([Constraint::Min(1), Constraint::Length(APPROVAL_ROWS)])
                    .areas(inside);
            draw_tree(frame, above, reading, look);
            approve(frame, below, approval, reading, model, look);
        }
    }
}

fn title(reading: &Reading, columns: u16, look: &Look) -> String {
    let dot = look.signs.dot;
    if let View::Raw { top } = reading.view {
        return format!(
            "kops's own text  {}/{}",
            top + 1,
            reading.raw.lines().count()
        );
    }
    let counts = counts(&reading.report.summary(), look);
    let folded = fold(&reading.findings);
    let (dangers, warnings) = (
        count(&folded, Severity::Danger),
        count(&folded, Severity::Warning),
    );
    let found = match (dangers, warnings) {
        (0, 0) => "nothing to look at".to_owned(),
        (0, warnings) => counted(warnings, "warning"),
        (dangers, warnings) => format!(
            "{} {dot} {}",
            counted(dangers, "danger"),
            counted(warnings, "warning")
        ),
    };
    let whole = format!("what kops would do: {counts} {dot} {found}");
    if width(&whole) + 4 > usize::from(columns) {
        return format!("{counts} {dot} {found}");
    }
    whole
}

fn counted(count: usize, word: &str) -> String {
    let end = if count == 1 { "" } else { "s" };
    format!("{count} {word}{end}")
}

/// The counts in words: deletions on prune only when there are any.
pub fn counts(summary: &Summary, look: &Look) -> String {
    let dot = look.signs.dot;
    let mut words = format!(
        "{} create {dot} {} modify {dot} {} delete",
        summary.create, summary.modify, summary.delete
    );
    if summary.delete_on_prune > 0 {
        let _ = write!(words, " {dot} {} on prune", summary.delete_on_prune);
    }
    words
}

fn raw(frame: &mut Frame<'_>, area: Rect, text: &str, top: usize, look: &Look) {
    let columns = usize::from(area.width);
    let lines = text.lines().skip(top).take(usize::from(area.height));
    let shown = lines.map(|line| Line::raw(cut_end(&visible(line), columns, look.signs.ellipsis)));
    frame.render_widget(shown.collect::<Text<'_>>(), area);
}

fn draw_tree(frame: &mut Frame<'_>, area: Rect, reading: &Reading, look: &Look) {
    if reading.rows.is_empty() {
        frame.render_widget(Line::raw("kops would change nothing"), area);
        return;
    }
    let height = usize::from(area.height);
    let top = first_visible(reading.cursor, reading.rows.len(), height);
    let columns = usize::from(area.width);
    let rows = reading.rows.iter().enumerate().skip(top).take(height);
    let lines = rows.map(|(at, row)| tree::line(reading, row, at == reading.cursor, columns, look));
    frame.render_widget(lines.collect::<Text<'_>>(), area);
}

fn approve(
    frame: &mut Frame<'_>,
    area: Rect,
    approval: &Approval,
    reading: &Reading,
    model: &Model,
    look: &Look,
) {
    let place = model.place();
    let rule = if look.signs.ascii { "-" } else { "─" };
    let total = reading.report.resources.len();
    let unread = total.saturating_sub(reading.seen());
    let account = visible(model.account.as_deref().unwrap_or("unknown account"));
    let mut ask = vec![Span::raw("Type the cluster's name to approve: ")];
    ask.extend(input(&approval.input, look));
    let refused = if approval.refused {
        "that is not the cluster's name; nothing was started"
    } else {
        ""
    };
    let lines = vec![
        Line::styled(rule.repeat(usize::from(area.width)), look.style(Role::Dim)),
        Line::raw(format!(
            "kops will change account {account}, {}, {}",
            visible(&place.region),
            visible(&place.state_store)
        )),
        Line::raw(counts(&reading.report.summary(), look)),
        Line::raw(format!("{unread} of {total} resources were not opened")),
        Line::styled(
            format!("kops update cluster {} --yes", visible(approval.cluster())),
            look.style(Role::Accent),
        ),
        Line::raw(""),
        Line::from(ask),
        Line::styled(refused, look.style(Role::Danger)),
    ];
    frame.render_widget(Text::from(lines), area);
}
