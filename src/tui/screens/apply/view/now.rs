//! What kops is at, what is normal there, what becomes of it when the person leaves, and what it is about.

use ratatui::text::Line;

use super::tasks::task_lines;
use crate::core::kops::log::usual_wait;
use crate::core::text::untrusted::visible;
use crate::tui::event::Timestamp;
use crate::tui::job::Job;
use crate::tui::screens::apply::failure_summary::{CategoryShare, categories};
use crate::tui::screens::apply::verification::PendingRead;
use crate::tui::screens::apply::{Apply, LockState};
use crate::tui::theme::StyleRole;
use crate::tui::widgets::render_context::RenderContext;
use crate::tui::widgets::text::{cut_end, pad, wrap};

/// What is under way.
pub(super) fn now_lines(
    apply: &Apply,
    at: Timestamp,
    columns: usize,
    context: &RenderContext,
) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    if let Some(task) = apply.running() {
        lines.extend(task_lines(task, at, columns, context));
        lines.extend(doing_lines(apply, columns, context));
    }
    let reading = match apply.pending_read() {
        PendingRead::None => None,
        PendingRead::BeforeReplace | PendingRead::BeforeDryRun | PendingRead::AfterYes => {
            Some("listing what the state store holds")
        }
        PendingRead::BeforeYes => Some(
            "reading again what was approved: kops program, account, key, environment, VPC, state store",
        ),
    };
    if let Some(text) = reading {
        let text = format!("{} {text}", context.signs.now);
        let rows = wrap(&text, columns).into_iter();
        lines.extend(rows.map(|row| context.line(row, StyleRole::Accent)));
    }
    lines
}

fn doing_lines(apply: &Apply, columns: usize, context: &RenderContext) -> Vec<Line<'static>> {
    let doing = apply.commands.progress.doing.as_ref();
    let Some(doing) = doing.map(|text| visible(text.raw())) else {
        return Vec::new();
    };
    let shown = cut_end(&doing, columns, context.signs.ellipsis);
    let mut lines = vec![Line::raw(shown)];
    if let Some(usual) = usual_wait(&doing) {
        lines.push(context.line(format!("usually {usual}"), StyleRole::Dim));
    }
    lines
}

/// What becomes of the run when the person leaves.
pub(super) fn leave_lines(
    apply: &Apply,
    columns: usize,
    context: &RenderContext,
) -> Vec<Line<'static>> {
    let yes = apply
        .running()
        .is_some_and(|task| task.job == Job::UpdateYes);
    let text = match () {
        () if apply.lock() == LockState::HeldByOther => {
            "if you leave: kops continues; what is seen here is another kopswain's run".to_owned()
        }
        () if yes => {
            let watch = apply.copied().kopswain("watch", apply.cluster());
            format!("if you leave: kops continues; see it again with {watch}")
        }
        () => "if you leave: this command ends, and nothing after it starts until you resume"
            .to_owned(),
    };
    let rows = wrap(&text, columns).into_iter();
    rows.map(|row| context.line(row, StyleRole::Dim)).collect()
}

/// What the run is about, a category each.
pub(super) fn category_lines(apply: &Apply, context: &RenderContext) -> Vec<Line<'static>> {
    let shares: Vec<_> = categories(apply).into_iter().collect();
    let widest = shares
        .iter()
        .map(|(category, _)| category.word().len())
        .max();
    let lines = shares.iter().map(|(category, share)| {
        let name = pad(category.word(), widest.unwrap_or(0));
        let CategoryShare { planned, failing } = share;
        match failing {
            0 => Line::raw(format!("{name}  {planned:>4} planned")),
            count => {
                let text = format!("{name}  {planned:>4} planned, {count} failing");
                context.line(text, StyleRole::Danger)
            }
        }
    });
    lines.collect()
}
