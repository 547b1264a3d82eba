//! The run: each command exactly as run, how far it is, and what kops prints.

mod printed;

use std::time::Duration;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span, Text};

use crate::core::analysis::category::Category;
use crate::core::kops::log::{Retryable, Trouble, has_time};
use crate::core::text::prose::counted;
use crate::core::text::untrusted::visible;
use crate::tui::event::Timestamp;
use crate::tui::job::Job;
use crate::tui::screens::apply::commands::{CommandTask, TaskState};
use crate::tui::screens::apply::failure_summary::{CategoryShare, categories};
use crate::tui::screens::apply::verification::PendingRead;
use crate::tui::screens::apply::{Apply, Outcome};
use crate::tui::screens::approval::Approval;
use crate::tui::screens::approval::view::not_compared_lines;
use crate::tui::theme::StyleRole;
use crate::tui::widgets::bar::bar;
use crate::tui::widgets::pane::pane;
use crate::tui::widgets::problem::fault_lines;
use crate::tui::widgets::render_context::RenderContext;
use crate::tui::widgets::text::{cut_end, elapsed, wrap};

/// Most causes of failing tasks that are shown at once.
const TROUBLES: usize = 3;
const WIDEST_PROSE: usize = 100;

/// What the run is at, in one line.
pub fn headline(apply: &Apply, at: Timestamp, context: &RenderContext) -> Line<'static> {
    let (sign, words, role) = match &apply.outcome {
        Outcome::Running => (
            context.signs.now,
            format!("running, {}", elapsed(apply.elapsed(at))),
            StyleRole::Accent,
        ),
        Outcome::Left => (
            context.signs.look,
            "left before --yes: nothing runs".to_owned(),
            StyleRole::Warning,
        ),
        Outcome::Failed(_) => (
            context.signs.blocked,
            "stopped".to_owned(),
            StyleRole::Danger,
        ),
        Outcome::Differs { comparison, .. } => (
            context.signs.look,
            format!("not as approved: {}", comparison.subjects()),
            StyleRole::Warning,
        ),
        Outcome::Done => (context.signs.good, "done".to_owned(), StyleRole::Good),
    };
    context.line(format!(" {sign} {words}"), role)
}

/// Draws the commands above and kops's output below; a failure stands between them.
pub fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    apply: &Apply,
    at: Timestamp,
    context: &RenderContext,
) {
    let columns = usize::from(area.width).saturating_sub(4);
    let mut lines = task_lines(apply, at, columns, context);
    if apply.running().is_some() {
        lines.extend(progress(apply, at, columns, context));
    }
    let reading = match apply.pending_read() {
        PendingRead::None => None,
        PendingRead::BeforeDryRun | PendingRead::AfterYes => {
            Some("listing what the state store holds")
        }
        PendingRead::BeforeYes => Some(
            "reading again what was approved: kops program, account, key, environment, VPC, state store",
        ),
    };
    if let Some(text) = reading {
        let text = format!("{} {text}", context.signs.now);
        let text = cut_end(&text, columns, context.signs.ellipsis);
        lines.push(context.line(text, StyleRole::Accent));
    }
    lines.extend(ending(apply, columns, context));
    let most = area.height.saturating_sub(5);
    let height = u16::try_from(lines.len() + 2).unwrap_or(most).min(most);
    let [above, below] =
        Layout::vertical([Constraint::Length(height), Constraint::Min(3)]).areas(area);
    let inside = pane(frame, above, "Commands", false, context);
    frame.render_widget(Text::from(lines), inside);
    printed::draw(frame, below, apply, context);
}

// A failure's cause and what to do need the room: what went well before it is one line.
fn task_lines(
    apply: &Apply,
    at: Timestamp,
    columns: usize,
    context: &RenderContext,
) -> Vec<Line<'static>> {
    let failed = matches!(apply.outcome, Outcome::Failed(_));
    let brief = failed || (apply.running().is_some() && !apply.troubles().is_empty());
    let well =
        |task: &&CommandTask| matches!(task.state, TaskState::Done { .. } | TaskState::Skipped);
    let count = apply.commands.tasks.iter().filter(well).count();
    let mut lines = Vec::new();
    if brief && count > 1 {
        let text = format!(
            "{} {count} commands before it succeeded",
            context.signs.good
        );
        lines.push(context.line(text, StyleRole::Good));
    }
    let shown = apply.commands.tasks.iter().filter(|task| match task.state {
        _ if !brief || count < 2 => true,
        TaskState::Failed { .. } => true,
        TaskState::Running { .. } => !failed,
        TaskState::Waiting | TaskState::Skipped | TaskState::Done { .. } => false,
    });
    lines.extend(shown.flat_map(|task| task_line(task, at, columns, context)));
    lines
}

fn ending(apply: &Apply, columns: usize, context: &RenderContext) -> Vec<Line<'static>> {
    if let Some(approval) = &apply.resume_approval {
        return name_lines(apply, approval, columns, context);
    }
    let mut lines = vec![Line::raw("")];
    match &apply.outcome {
        Outcome::Failed(fault) => {
            lines.extend(fault_lines(fault, columns, context));
            let notes = failure_summary(apply);
            let notes = notes.iter().flat_map(|text| wrap(text, columns));
            lines.extend(notes.map(Line::raw));
        }
        Outcome::Left => {
            let text = "The kopswain that ran this is gone. Nothing continues without your approval. What was done is not done twice, and what was approved is compared again before --yes.";
            lines.extend(wrap(text, columns).into_iter().map(Line::raw));
        }
        Outcome::Running if apply.paused.is_some() => {
            let notes = apply.paused.as_ref().map(ToString::to_string).into_iter();
            let notes = notes.flat_map(|text| wrap(&text, columns));
            lines.extend(notes.map(|line| context.line(line, StyleRole::Warning)));
        }
        Outcome::Running if apply.stopping.is_some() => {
            let text = "kops was asked to stop: it ends in the middle of its work, and the same command continues there.";
            let text = cut_end(text, columns, context.signs.ellipsis);
            lines.push(context.line(text, StyleRole::Warning));
        }
        Outcome::Running | Outcome::Differs { .. } | Outcome::Done => return Vec::new(),
    }
    lines
}

fn name_lines(
    apply: &Apply,
    approval: &Approval,
    columns: usize,
    context: &RenderContext,
) -> Vec<Line<'static>> {
    let mut lines = vec![Line::raw("")];
    lines.extend(not_compared_lines(
        &apply.facts().not_compared(),
        columns,
        context,
    ));
    lines.extend([
        Line::raw(format!("Type {} to continue:", visible(approval.cluster()))),
        Line::from(vec![
            context.span("> ", StyleRole::Accent),
            Span::raw(visible(approval.input.value())),
            context.span(" ", StyleRole::Cursor),
        ]),
    ]);
    if approval.refused {
        let text = "that is not the cluster's name: nothing continues";
        lines.push(context.line(text, StyleRole::Danger));
    }
    lines
}

fn failure_summary(apply: &Apply) -> Vec<String> {
    if !apply.touched_aws() {
        return vec!["Nothing was changed in AWS.".to_owned()];
    }
    let done = match apply.commands.progress.tasks {
        Some(tasks) => format!(
            "kops had done {} of {}: those resources exist.",
            tasks.done,
            counted(tasks.total, "task")
        ),
        None => "Some resources may exist.".to_owned(),
    };
    vec![
        done,
        "r makes a new dry run of what is left; approve it to continue. Nothing is created twice."
            .to_owned(),
        format!(
            "d shows what kops delete cluster {} would delete; without --yes it deletes nothing.",
            visible(apply.cluster())
        ),
    ]
}

fn task_line(
    task: &CommandTask,
    at: Timestamp,
    columns: usize,
    context: &RenderContext,
) -> Vec<Line<'static>> {
    let (sign, time, role) = match task.state {
        TaskState::Waiting => (context.signs.to_come, String::new(), StyleRole::Dim),
        TaskState::Running { since, before } => (
            context.signs.now,
            elapsed(before + at.since(since)),
            StyleRole::Accent,
        ),
        TaskState::Skipped => (context.signs.good, "not needed".to_owned(), StyleRole::Dim),
        TaskState::Done { took } => (context.signs.good, elapsed(took), StyleRole::Good),
        TaskState::Failed { took } => (context.signs.blocked, elapsed(took), StyleRole::Danger),
    };
    // A command is copied from here: it is shown whole, and its next lines stand below its first word.
    let room = columns.saturating_sub(time.len() + 4);
    let commands = wrap(&visible(&task.command.to_string()), room);
    let mut lines: Vec<Line<'_>> = commands
        .into_iter()
        .enumerate()
        .map(|(at, text)| {
            let sign = if at == 0 { sign } else { " " };
            let sign = context.span(format!("{sign} "), role);
            Line::from(vec![sign, Span::raw(text)])
        })
        .collect();
    if let Some(last) = lines.last_mut() {
        last.push_span(context.span(format!("  {time}"), StyleRole::Dim));
    }
    lines
}

fn progress(
    apply: &Apply,
    at: Timestamp,
    columns: usize,
    context: &RenderContext,
) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    if let (Some(tasks), Some(task)) = (apply.commands.progress.tasks, apply.running()) {
        let gauge = bar(tasks.done, tasks.total, &context.signs);
        let rest = apply.commands.progress.rest(lasted(task, at));
        let rest = rest.map_or_else(String::new, |rest| {
            format!(", about {} to go", elapsed(rest))
        });
        let total = counted(tasks.total, "task");
        let text = format!("  {gauge}  {} of {total}{rest}", tasks.done);
        lines.push(Line::raw(text));
    }
    for trouble in apply.troubles().iter().take(TROUBLES) {
        lines.extend(trouble_lines(trouble, columns, context));
    }
    let applies =
        |task: &CommandTask| task.job == Job::UpdateYes && apply.commands.progress.tasks.is_some();
    if apply.running().is_some_and(applies) {
        lines.extend(indented(
            &category_shares(apply, context),
            columns,
            StyleRole::Dim,
            context,
        ));
    }
    lines
}

fn lasted(task: &CommandTask, at: Timestamp) -> Duration {
    match task.state {
        TaskState::Running { since, before } => before + at.since(since),
        _ => Duration::ZERO,
    }
}

fn category_shares(apply: &Apply, context: &RenderContext) -> String {
    let one = |(category, share): (Category, CategoryShare)| {
        let failing = match share.failing {
            0 => String::new(),
            count => format!(", {count} failing"),
        };
        format!("{} ({} planned{failing})", category.word(), share.planned)
    };
    let words: Vec<String> = categories(apply).into_iter().map(one).collect();
    words.join(&format!(" {} ", context.signs.dot))
}

fn indented(
    text: &str,
    columns: usize,
    role: StyleRole,
    context: &RenderContext,
) -> Vec<Line<'static>> {
    let style = context.style(role);
    wrap(text, columns.saturating_sub(2).min(WIDEST_PROSE))
        .into_iter()
        .map(|text| Line::styled(format!("  {text}"), style))
        .collect()
}

// Each cause once; what no retry can help is shown at once, with the way out.
fn trouble_lines(trouble: &Trouble, columns: usize, context: &RenderContext) -> Vec<Line<'static>> {
    let never = trouble.retryable == Retryable::No;
    let role = if never {
        StyleRole::Danger
    } else {
        StyleRole::Warning
    };
    let what = format!("{} {}", context.signs.look, trouble.fault.what);
    let mut lines = vec![context.line(cut_end(&what, columns, context.signs.ellipsis), role)];
    let mut notes = vec![trouble.outlook()];
    let left = &trouble.remaining;
    if never && has_time(left) {
        notes.push(format!("kops continues to try for {left}: s stops it"));
    }
    if trouble.retryable != Retryable::Yes {
        notes.push(format!("do:  {}", trouble.fault.remedy));
    }
    let notes = notes.into_iter();
    lines.extend(notes.flat_map(|text| indented(&text, columns, StyleRole::Text, context)));
    lines
}
