//! How a run ended or was interrupted, and what to do then.

use ratatui::text::{Line, Span};

use crate::core::text::prose::counted;
use crate::core::text::untrusted::visible;
use crate::tui::screens::apply::{Apply, Outcome};
use crate::tui::screens::approval::Approval;
use crate::tui::screens::approval::view::not_compared_lines;
use crate::tui::theme::StyleRole;
use crate::tui::widgets::problem::fault_lines;
use crate::tui::widgets::render_context::RenderContext;
use crate::tui::widgets::text::{cut_end, wrap};

/// What needs the person: why it stopped, what is left, or the name to type.
pub(super) fn ending(apply: &Apply, columns: usize, context: &RenderContext) -> Vec<Line<'static>> {
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
        Some(tasks) if tasks.done == 0 => format!(
            "kops had done none of {}; what it had begun may exist.",
            counted(tasks.total, "task")
        ),
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
