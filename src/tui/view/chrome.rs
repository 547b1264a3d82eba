//! The frame around the work: who and where on top, the steps, a notice, and the keys at the bottom.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span, Text};

use crate::core::text::untrusted::visible;
use crate::tui::key::Key;
use crate::tui::keymap::{Action, Binding};
use crate::tui::keys::bindings;
use crate::tui::mode::Mode;
use crate::tui::model::{Model, Screen};
use crate::tui::screens::review::Review;
use crate::tui::screens::review::compare::ApprovalComparison;
use crate::tui::screens::wizard::{Wizard, WizardStep};
use crate::tui::theme::StyleRole;
use crate::tui::widgets::render_context::RenderContext;
use crate::tui::widgets::signs::sign_role;
use crate::tui::widgets::text::{cut_end, width};

const MOST_KEYS: usize = 6;

// The columns that the program's name keeps, whatever stands on the right.
const PROGRAM: usize = 12;
const LABELLED: usize = 28;

/// The top line: program and cluster on the left, account, region and state store on the right.
pub fn top(frame: &mut Frame<'_>, area: Rect, model: &Model, context: &RenderContext) {
    let right = place(model, context);
    let room = usize::from(area.width).saturating_sub(2);
    // Account, region and state store decide what an approval means: a long name gives way to them.
    let kept = if model.mode == Mode::Demonstration {
        LABELLED
    } else {
        PROGRAM
    };
    let right = cut_end(&right, room.saturating_sub(kept), context.signs.ellipsis);
    let columns = room.saturating_sub(width(&right) + 1);
    let left = cut_end(
        &title(model, columns, context),
        columns,
        context.signs.ellipsis,
    );
    let gap = room.saturating_sub(width(&left) + width(&right));
    let line = Line::from(vec![
        Span::raw(" "),
        context.span(left, StyleRole::Title),
        Span::raw(" ".repeat(gap)),
        context.span(right, StyleRole::Dim),
    ]);
    frame.render_widget(line, area);
}

// Where not all fits, the program's own name is dropped first: the cluster must be seen.
fn title(model: &Model, columns: usize, context: &RenderContext) -> String {
    let mut words = vec!["kopswain".to_owned()];
    if model.mode == Mode::Demonstration {
        words.push("demonstration".to_owned());
    }
    let edits = match &model.screen {
        Screen::Wizard(wizard) => wizard.edited().is_some(),
        Screen::Review(existing) => !existing.is_plain(),
        _ => false,
    };
    if edits {
        words.push("edit".to_owned());
    }
    if !model.cluster().is_empty() {
        words.push(visible(model.cluster()));
    }
    let dot = format!(" {} ", context.signs.dot);
    let whole = words.join(&dot);
    if width(&whole) > columns && words.len() > 1 {
        words.remove(0);
        return words.join(&dot);
    }
    whole
}

fn place(model: &Model, context: &RenderContext) -> String {
    if let Screen::Review(existing) = &model.screen
        && let Some(file) = &existing.file
    {
        return format!("from {}", visible(file));
    }
    let profile = match &model.screen {
        Screen::Home(home) if !home.profile.is_empty() => {
            format!("{} {} ", visible(&home.profile), context.signs.dot)
        }
        _ => String::new(),
    };
    let target = model.target();
    let or = |value: &str, word: &str| {
        if value.is_empty() {
            word.to_owned()
        } else {
            visible(value)
        }
    };
    let place = [
        or(model.account.as_deref().unwrap_or_default(), "account ?"),
        or(&target.region, "region ?"),
        or(&target.state_store, "state store ?"),
    ]
    .join(&format!(" {} ", context.signs.dot));
    format!("{profile}{place}")
}

/// The second line: the steps of the wizard, or what the screen is doing.
pub fn steps(frame: &mut Frame<'_>, area: Rect, model: &Model, context: &RenderContext) {
    let line = match &model.screen {
        Screen::Wizard(wizard) => wizard_steps(wizard, area.width, context),
        Screen::Review(existing) => {
            let name = match existing.name() {
                "" => "CLUSTER".to_owned(),
                name => visible(name),
            };
            let words = if !existing.is_plain() {
                " edit of the stored spec, replaced before kops update cluster".to_owned()
            } else if existing.file.is_none() {
                " review of kops update cluster".to_owned()
            } else {
                let copied = existing
                    .review
                    .reading()
                    .map(|one| &one.outline().dry_run.copied);
                let copied = copied.cloned().unwrap_or_default().about(&name);
                let text =
                    " a report to read; `kopswain review CLUSTER` asks kops itself and can apply";
                copied.fill(text).into_owned()
            };
            let columns = usize::from(area.width);
            let words = cut_end(&words, columns, context.signs.ellipsis);
            context.line(words, StyleRole::Dim)
        }
        Screen::Apply(apply) => {
            crate::tui::screens::apply::view::headline(apply, model.at, context)
        }
        Screen::Differs { review, .. } => context.line(
            cut_end(
                &differing(review),
                usize::from(area.width),
                context.signs.ellipsis,
            ),
            StyleRole::Warning,
        ),
        Screen::RollingUpdate(rolling) => {
            crate::tui::screens::rolling_update::view::headline(rolling, context)
        }
        Screen::Dashboard(watch) => {
            crate::tui::screens::dashboard::view::headline(watch, model.at, area.width, context)
        }
        Screen::Home(home) => {
            context.line(format!(" {}", visible(&home.headline())), StyleRole::Text)
        }
    };
    frame.render_widget(fit(line, usize::from(area.width), context), area);
}

// A line that is too long ends with an ellipsis.
fn fit(line: Line<'static>, columns: usize, context: &RenderContext) -> Line<'static> {
    if line.width() <= columns {
        return line;
    }
    let mut left = columns;
    let kept = columns.saturating_sub(width(context.signs.ellipsis));
    let fits = |span: &&Span<'_>| {
        let fits = columns - left + span.width() <= kept;
        if fits {
            left -= span.width();
        }
        fits
    };
    let mut spans: Vec<Span<'_>> = line.spans.iter().take_while(fits).cloned().collect();
    let rest = line.spans.get(spans.len()..).unwrap_or_default();
    if let Some(first) = rest.first() {
        let text: String = rest.iter().map(|span| span.content.as_ref()).collect();
        let text = cut_end(&text, left, context.signs.ellipsis);
        spans.push(Span::styled(text, first.style));
    }
    Line::from(spans).style(line.style)
}

fn differing(review: &Review) -> String {
    let comparison = review.reading().and_then(|reading| reading.comparison());
    let subjects = comparison
        .map(ApprovalComparison::subjects)
        .unwrap_or_default();
    format!(" nothing was changed; not as approved: {subjects}")
}

fn wizard_steps(wizard: &Wizard, columns: u16, context: &RenderContext) -> Line<'static> {
    let (lead, steps) = shown_steps(wizard, columns, context);
    let gap = gap(columns);
    let mut spans = vec![Span::raw(" ")];
    spans.extend(lead);
    for (_, step) in steps {
        spans.extend([step, Span::raw(gap)]);
    }
    Line::from(spans)
}

fn gap(columns: u16) -> &'static str {
    if columns >= 100 { "  " } else { " " }
}

// What stands before the steps where not all fit, and the steps that are shown.
fn shown_steps(
    wizard: &Wizard,
    columns: u16,
    context: &RenderContext,
) -> (Vec<Span<'static>>, Vec<(WizardStep, Span<'static>)>) {
    let gap = gap(columns);
    let all = WizardStep::ALL.iter().copied();
    let mut shown: Vec<(WizardStep, Span<'_>)> = all
        .map(|step| (step, step_shown(wizard, step, context)))
        .collect();
    let steps: Vec<Span<'_>> = shown.iter().map(|(_, span)| span.clone()).collect();
    if total_width(&steps, gap) <= usize::from(columns) {
        return (Vec::new(), shown);
    }
    let before = WizardStep::ALL
        .iter()
        .filter(|step| **step < wizard.step)
        .count();
    shown.drain(..passed(&steps[..=before], gap, usize::from(columns)));
    let ellipsis = context.span(context.signs.ellipsis, StyleRole::Dim);
    (vec![ellipsis, Span::raw(gap)], shown)
}

/// The step of the wizard at this column of the second line, counted from 0.
pub fn step_at(model: &Model, columns: u16, column: u16, context: &RenderContext) -> Option<usize> {
    let Screen::Wizard(wizard) = &model.screen else {
        return None;
    };
    let (lead, steps) = shown_steps(wizard, columns, context);
    let mut left = 1 + lead.iter().map(Span::width).sum::<usize>();
    let column = usize::from(column);
    let (step, _) = steps.into_iter().find(|(_, span)| {
        let begin = left;
        left += span.width() + width(gap(columns));
        (begin..begin + span.width()).contains(&column)
    })?;
    WizardStep::ALL.iter().position(|one| *one == step)
}

/// The key at this column of the bottom line.
pub fn key_at(model: &Model, columns: u16, column: u16, context: &RenderContext) -> Option<Key> {
    let room = usize::from(columns).saturating_sub(1);
    let column = usize::from(column);
    let mut left = 1;
    let shown = fitting(bindings(model.context()), room, context);
    let binding = shown.into_iter().find(|binding| {
        let begin = left;
        let end = begin + width(&ascii_keys(binding.shown, context)) + 1 + width(binding.word);
        left = end + 3;
        (begin..end).contains(&column)
    })?;
    binding.keys.first().copied()
}

// Narrow screens show the present step and what of the steps before it fits: where a person is, is never cut.
fn passed(steps: &[Span<'_>], gap: &str, columns: usize) -> usize {
    let room = columns.saturating_sub(3);
    (0..steps.len())
        .find(|from| total_width(&steps[*from..], gap) <= room)
        .unwrap_or(steps.len() - 1)
}

fn total_width(steps: &[Span<'_>], gap: &str) -> usize {
    1 + steps.iter().map(Span::width).sum::<usize>() + width(gap) * steps.len().saturating_sub(1)
}

fn step_shown(wizard: &Wizard, step: WizardStep, context: &RenderContext) -> Span<'static> {
    let (sign, role) = step_state(wizard, step, context);
    let number = step as usize + 1;
    context.span(format!("{number}{sign} {}", step.word()), role)
}

fn step_state(
    wizard: &Wizard,
    step: WizardStep,
    context: &RenderContext,
) -> (&'static str, StyleRole) {
    if step == wizard.step {
        (context.signs.now, StyleRole::Accent)
    } else if !wizard.visited.contains(&step) {
        (context.signs.to_come, StyleRole::Dim)
    } else if wizard.is_blocked(step) {
        (context.signs.blocked, StyleRole::Danger)
    } else if wizard.warns(step) {
        (context.signs.look, StyleRole::Warning)
    } else {
        (context.signs.good, StyleRole::Text)
    }
}

/// Below the steps, a problem of the whole program, until the next key.
pub fn notice(frame: &mut Frame<'_>, area: Rect, model: &Model, context: &RenderContext) {
    let rows = usize::from(area.height);
    let lines = model.notice_lines(area.width);
    let cut = lines.len() > rows;
    let sign = model.notice_sign();
    let shown = lines.into_iter().take(rows).enumerate().map(|(at, text)| {
        let lead = if at == 0 {
            context.signs.for_row(sign)
        } else {
            " "
        };
        let end = if cut && at + 1 == rows {
            context.signs.ellipsis
        } else {
            ""
        };
        Line::from(vec![
            context.span(format!(" {lead} "), sign_role(sign)),
            context.span(format!("{text}{end}"), StyleRole::Title),
        ])
    });
    frame.render_widget(shown.collect::<Text<'_>>(), area);
}

/// The bottom line: at most six keys that do something here.
pub fn keys(frame: &mut Frame<'_>, area: Rect, model: &Model, context: &RenderContext) {
    let room = usize::from(area.width).saturating_sub(1);
    let mut spans = vec![Span::raw(" ")];
    for binding in fitting(bindings(model.context()), room, context) {
        let dot = format!(" {} ", context.signs.dot);
        spans.push(context.span(ascii_keys(binding.shown, context), StyleRole::Accent));
        spans.push(context.span(format!(" {}", binding.word), StyleRole::Dim));
        spans.push(context.span(dot, StyleRole::Dim));
    }
    spans.pop();
    frame.render_widget(Line::from(spans), area);
}

// One key for each thing that can be done. The help, or else the way out, has its room before all others.
fn fitting<'a>(table: &'a [Binding], mut room: usize, context: &RenderContext) -> Vec<&'a Binding> {
    let mut shown: Vec<&Binding> = Vec::new();
    for binding in table {
        if shown.len() < MOST_KEYS && shown.iter().all(|one| one.action != binding.action) {
            shown.push(binding);
        }
    }
    let needed =
        |binding: &Binding| width(&ascii_keys(binding.shown, context)) + width(binding.word) + 4;
    let kept = |binding: &Binding| matches!(binding.action, Action::Help | Action::Discard);
    let reserved = shown.iter().filter(|one| kept(one)).map(|one| needed(one));
    room = (room + 3).saturating_sub(reserved.sum());
    let mut full = false;
    shown.retain(|one| {
        full |= !kept(one) && needed(one) > room;
        if !kept(one) && !full {
            room -= needed(one);
        }
        kept(one) || !full
    });
    shown
}

/// A key's name in the signs that the terminal can show.
pub fn ascii_keys(shown: &str, context: &RenderContext) -> String {
    if !context.signs.ascii {
        return shown.to_owned();
    }
    shown
        .replace('↑', "up")
        .replace('↓', "down")
        .replace('←', "left")
        .replace('→', "right")
}
