//! Moving between the wizard's steps and rows, changing answers, and the facts that reach it.

use super::field::{Field, FieldKey, FieldKind, Item};
use super::form::EditState;
use crate::core::check::{Check, CheckKind};
use crate::core::inventory::Vpc;
use crate::core::problem::ProblemSeverity;
use crate::core::text::prose::sentences;
use crate::tui::effect::Effect;
use crate::tui::event::{Event, Timestamp};
use crate::tui::field_edit::FieldEdit;
use crate::tui::form;
use crate::tui::keymap::Action;
use crate::tui::notice::Notice;
use crate::tui::screen_context::{Pane, ScreenContext};
use crate::tui::screens::review::{Review, ReviewAction};
use crate::tui::screens::wizard::change::{changed, follow_up, images_named, start};
use crate::tui::screens::wizard::field_editor::{on_picking, on_typing, pick_from, type_into};
use crate::tui::screens::wizard::preview::{outdated, preview};
use crate::tui::screens::wizard::subnets::{moved_cidrs, planned_cidrs};
use crate::tui::screens::wizard::vpc::{VPC, usable_zones};
use crate::tui::screens::wizard::{DiscoveryState, Wizard, WizardStep};

/// Takes what became known of the account; a dry run that was made of another spec is asked for again.
pub fn take_event(wizard: &mut Wizard, event: Event, at: Timestamp) -> Vec<Effect> {
    let before = wizard.answers.clone();
    let here = wizard.current().map(|field| field.key);
    let discovered = matches!(event, Event::Discovered { .. });
    let mut effects = learn(wizard, event);
    // Other rows may be there now.
    wizard.keep_cursor(here.as_ref());
    effects.extend(wizard.save_what_followed(&before));
    if discovered {
        effects.extend(preselect(wizard, at));
    }
    effects.extend(outdated(wizard, at));
    effects
}

fn learn(wizard: &mut Wizard, event: Event) -> Vec<Effect> {
    match event {
        Event::Checked(Check { kind, state }) => {
            wizard.checks.insert(kind, state);
            // Whether the file is a public key is then known.
            if kind == CheckKind::SshKey {
                wizard.replan();
            }
        }
        Event::Connected { region, .. } if wizard.answers.region.is_empty() => {
            wizard.answers.region = region;
            wizard.follow();
            wizard.replan();
        }
        Event::Discovered {
            inventory,
            complete,
        } => {
            discovered(wizard, inventory, complete);
            return images_named(wizard).into_iter().collect();
        }
        Event::DiscoveryFailed(fault) => {
            wizard.discovery = DiscoveryState::Failed(fault);
            wizard.replan();
        }
        Event::DnsRead {
            vpc,
            support,
            hostnames,
        } => wizard.dns_read(&vpc, support, hostnames),
        Event::ImagesRead(images) => wizard.images_read(images),
        Event::PricesRead { region, list } => wizard.prices_read(&region, *list),
        Event::VersionsRead(versions) => wizard.versions_read(*versions),
        Event::ClustersInStore(names) => wizard.clusters_in_store = names,
        _ => {}
    }
    Vec::new()
}

fn discovered(
    wizard: &mut Wizard,
    mut inventory: Box<crate::core::inventory::Inventory>,
    complete: bool,
) {
    if !wizard.is_in(&inventory) {
        return;
    }
    if wizard.versions.is_some() {
        inventory.versions.clone_from(&wizard.versions);
    }
    if let Some(known) = wizard.inventory() {
        inventory.keep_dns_of(known);
    }
    wizard.discovery = match &wizard.discovery {
        _ if complete => DiscoveryState::Known(inventory),
        DiscoveryState::Asking { since, .. } => DiscoveryState::Asking {
            since: *since,
            so_far: Some(inventory),
        },
        _ => DiscoveryState::Known(inventory),
    };
    wizard.follow();
    wizard.replan();
}

/// What a key asks of the program.
#[derive(Clone, Debug, PartialEq)]
pub enum WizardAction {
    Effects(Vec<Effect>),
    /// Whether to leave.
    AskToLeave,
    /// The dry run was approved.
    Approved,
}

impl From<Vec<Effect>> for WizardAction {
    fn from(effects: Vec<Effect>) -> Self {
        Self::Effects(effects)
    }
}

/// Takes a key that the table knows.
pub fn act(wizard: &mut Wizard, action: Action, context: &mut ScreenContext<'_>) -> WizardAction {
    let cell = wizard.current().map(|field| field.key.item);
    // What an undo moves back is where it was before.
    let cell = cell.filter(|_| action != Action::Undo);
    let before = planned_cidrs(wizard);
    let taken = act_on_step(wizard, action, context);
    // What a CIDR takes is no place for another any more.
    let moved = cell.and_then(|cell| moved_cidrs(wizard, &cell, &before));
    if let Some(moved) = moved {
        let known = context.notice.take().map(|notice| notice.text);
        let texts: Vec<&str> = known
            .as_deref()
            .into_iter()
            .chain([moved.as_str()])
            .collect();
        *context.notice = Some(Notice::look(sentences(&texts)));
    }
    taken
}

fn act_on_step(
    wizard: &mut Wizard,
    action: Action,
    context: &mut ScreenContext<'_>,
) -> WizardAction {
    let (page, at) = (context.viewport.page, context.at);
    if wizard.pane != Pane::Work {
        return act_beside(wizard, action, context).into();
    }
    if wizard.step == WizardStep::Review {
        return on_review(wizard, action, context);
    }
    match wizard.form().entry {
        EditState::Typing(_) => on_typing(wizard, action, at).into(),
        EditState::Picking(_) => on_picking(wizard, action, page, at).into(),
        EditState::Resting if action == Action::Back => back(wizard, at),
        EditState::Resting => on_form(wizard, action, context).into(),
    }
}

// The panes beside the questions, address map and spec, are only scrolled, and left again.
fn act_beside(wizard: &mut Wizard, action: Action, context: &mut ScreenContext<'_>) -> Vec<Effect> {
    let by = action.movement(context.viewport.page);
    match action {
        Action::OtherPane => wizard.pane = wizard.other_pane(),
        Action::Back => wizard.pane = Pane::Work,
        Action::Next if wizard.step != WizardStep::Review => {
            wizard.pane = Pane::Work;
            return next(wizard, context);
        }
        Action::Zoom => zoom(wizard, context),
        Action::OpenEditor => return wizard.open_answers(),
        _ if wizard.pane == Pane::Map => {
            let runs = wizard.map_listed().map_or(0, |map| map.runs().len());
            wizard.map_top = form::stepped(wizard.map_top, by, runs);
        }
        _ => {
            let lines = wizard.spec.text.lines().count();
            wizard.spec.top = form::stepped(wizard.spec.top, by, lines);
        }
    }
    Vec::new()
}

fn on_form(wizard: &mut Wizard, action: Action, context: &mut ScreenContext<'_>) -> Vec<Effect> {
    let at = context.at;
    match action {
        Action::Next => return next(wizard, context),
        Action::OtherPane => wizard.pane = wizard.other_pane(),
        Action::Again => return start(wizard, at),
        Action::Undo => return undo(wizard, context),
        Action::OpenEditor => return wizard.open_answers(),
        Action::Zoom => zoom(wizard, context),
        Action::Choose
        | Action::TurnBack
        | Action::TurnOn
        | Action::Clear
        | Action::RemoveGroup => {
            let field = wizard.current();
            match field.map(|field| choose(wizard, &field, action, at)) {
                Some(Err(reason)) => *context.notice = Some(Notice::blocked(reason)),
                Some(Ok((effects, notice))) => {
                    *context.notice = notice;
                    return effects;
                }
                None => {}
            }
        }
        moving if wizard.step == WizardStep::Network => {
            wizard.move_on_grid(moving, context.viewport.page);
        }
        moving => {
            let rows = wizard.fields().len();
            wizard.form_mut().moved = true;
            let by = moving.movement(context.viewport.page);
            wizard.form_mut().step(by, rows);
        }
    }
    Vec::new()
}

fn zoom(wizard: &mut Wizard, context: &mut ScreenContext<'_>) {
    wizard.map_zoom = wizard.map_zoom.next();
    wizard.map_top = 0;
    let window = wizard.map().and_then(|map| wizard.map_window(&map));
    *context.notice = Some(Notice::good(match window {
        Some(window) => format!("The address map shows {window}"),
        None => "The address map shows the whole VPC".to_owned(),
    }));
}

// What a key did to a row: its effects, and the notice.
type Chosen = (Vec<Effect>, Option<Notice>);

fn choose(
    wizard: &mut Wizard,
    field: &Field,
    action: Action,
    at: Timestamp,
) -> Result<Chosen, String> {
    let change = match (field.kind, action) {
        (FieldKind::Shown, _) => {
            wizard.refuse_fixed(&field.key, &FieldEdit::Choose)?;
            return Ok((Vec::new(), None));
        }
        (_, Action::Choose) if field.has_list() => {
            pick_from(wizard, field);
            return Ok((Vec::new(), None));
        }
        (FieldKind::Text, Action::Choose) => {
            type_into(wizard, field);
            return Ok((Vec::new(), None));
        }
        (_, Action::Clear) => return cleared(wizard, field, at),
        (_, Action::RemoveGroup) => return group_removed(wizard, field, at),
        (FieldKind::Choice, Action::Choose) | (_, Action::TurnOn) => FieldEdit::Turn(1),
        (_, Action::TurnBack) => FieldEdit::Turn(-1),
        _ => FieldEdit::Choose,
    };
    let effects = changed(wizard, &field.key, &change, at)?;
    let notice = effects.is_empty().then(|| Notice::look(no_other(field)));
    Ok((effects, notice))
}

// A key that changes nothing says so.
fn no_other(field: &Field) -> String {
    let label = &field.name;
    match field.kind {
        FieldKind::One(_) => format!("{label} is chosen already"),
        _ => format!("{label} has no other value to choose; type one"),
    }
}

const UNDO: &str = "ctrl-u";

// Only the answer under the cursor goes; the notice names what it was.
fn cleared(wizard: &mut Wizard, field: &Field, at: Timestamp) -> Result<Chosen, String> {
    let effects = changed(wizard, &field.key, &FieldEdit::Clear, at)?;
    let fields = wizard.fields();
    let now = fields.iter().find(|one| one.key == field.key);
    let (label, was) = (&field.name, field.spoken());
    let is = now.map(Field::spoken).unwrap_or_default();
    let notice = match (&field.kind, was == is) {
        (_, true) if effects.is_empty() => format!("{label}: nothing to clear, it is {is}"),
        (FieldKind::Toggle(_), _) if wizard.edited().is_some() => {
            format!("{label} is taken out; {UNDO} takes it in again")
        }
        (FieldKind::Toggle(_), _) => {
            format!("The zones are those proposed again; {UNDO} brings back what was set")
        }
        (_, true) => format!("{label} is {is}"),
        _ => format!("{label} is {is} again; {UNDO} brings back {was}"),
    };
    let notice = if effects.is_empty() {
        Notice::look(notice)
    } else {
        Notice::good(notice)
    };
    Ok((effects, Some(notice)))
}

fn group_removed(wizard: &mut Wizard, field: &Field, at: Timestamp) -> Result<Chosen, String> {
    let effects = changed(wizard, &field.key, &FieldEdit::RemoveGroup, at)?;
    let name = field.spoken();
    let notice = format!("The instance group {name} is removed; {UNDO} brings it back");
    Ok((effects, Some(Notice::good(notice))))
}

fn undo(wizard: &mut Wizard, context: &mut ScreenContext<'_>) -> Vec<Effect> {
    let Some(undone) = wizard.undo() else {
        let nothing = "Nothing to undo: no answer was changed in this session";
        *context.notice = Some(Notice::look(nothing));
        return Vec::new();
    };
    *context.notice = Some(Notice::good(format!("Undone: {}", undone.now)));
    follow_up(wizard, &undone.before, context.at)
}

fn on_review(wizard: &mut Wizard, action: Action, context: &mut ScreenContext<'_>) -> WizardAction {
    let cluster = &wizard.answers.cluster;
    match wizard.review.act(action, cluster, context) {
        ReviewAction::Nothing => {}
        ReviewAction::Back => return back(wizard, context.at),
        ReviewAction::OtherPane => {
            wizard.pane = Pane::Spec;
            wizard.spec.top = wizard.review.spec_top(wizard.spec.top);
        }
        ReviewAction::Again => return preview(wizard, context.at).into(),
        ReviewAction::OpenEditor => return wizard.open_answers().into(),
        ReviewAction::Fix => *context.notice = Some(wizard.fix()),
        ReviewAction::Do(effect) => return vec![*effect].into(),
        ReviewAction::Approved => return WizardAction::Approved,
    }
    Vec::new().into()
}

// Goes to the next step, where nothing blocks it.
fn next(wizard: &mut Wizard, context: &mut ScreenContext<'_>) -> Vec<Effect> {
    let at = context.at;
    let effects = match wizard.current() {
        // Enter takes the VPC under the cursor, whose zones and subnets are answered next.
        Some(field) if field.kind == FieldKind::One(false) => {
            let effects = changed(wizard, &field.key, &FieldEdit::Choose, at);
            wizard.put_cursor_on_zones();
            return effects.unwrap_or_default();
        }
        Some(field) if wizard.step == WizardStep::Cluster && empty_text(&field) => {
            type_into(wizard, &field);
            return Vec::new();
        }
        _ => Vec::new(),
    };
    if let Some(reason) = wizard.blocked() {
        *context.notice = stay(wizard, reason).map(Notice::blocked);
        return effects;
    }
    effects.into_iter().chain(enter_next(wizard, at)).collect()
}

// What blocks stands on its row: the cursor goes there, and an answer that is missing can be typed at once. What no row
// causes stands above.
fn stay(wizard: &mut Wizard, reason: String) -> Option<String> {
    let Some(key) = wizard.blocking_row() else {
        let below = wizard.loose_problems().into_iter();
        let mut blocking = below.filter(|problem| problem.severity == ProblemSeverity::Blocked);
        if wizard.step == WizardStep::Network {
            return Some(reason);
        }
        let waits = "the next step waits for what is said below the rows";
        return Some(blocking.next().map_or(reason, |_| waits.to_owned()));
    };
    let fields = wizard.fields();
    let place = fields.iter().position(|field| field.key == key)?;
    wizard.pane = Pane::Work;
    let form = wizard.form_mut();
    (form.cursor, form.moved) = (place, true);
    match fields.into_iter().nth(place) {
        Some(field) if empty_text(&field) => {
            type_into(wizard, &field);
            None
        }
        _ => Some("the next step waits for the row under the cursor".to_owned()),
    }
}

fn empty_text(field: &Field) -> bool {
    field.kind == FieldKind::Text && field.value().is_empty()
}

fn enter_next(wizard: &mut Wizard, at: Timestamp) -> Vec<Effect> {
    let next = wizard.step.next();
    next.map_or_else(Vec::new, |step| enter(wizard, step, at))
}

fn enter(wizard: &mut Wizard, step: WizardStep, at: Timestamp) -> Vec<Effect> {
    wizard.go(step);
    match step {
        WizardStep::Network => preselect(wizard, at),
        WizardStep::Review => enter_review(wizard, at),
        _ => Vec::new(),
    }
}

/// Goes to a step by its number, where it can be shown.
pub fn jump_to(
    wizard: &mut Wizard,
    step: WizardStep,
    context: &mut ScreenContext<'_>,
) -> Vec<Effect> {
    if let Some((before, why)) = wizard.waits_for(step) {
        let (step, before) = (step.word(), before.word());
        let why = sentences(&[&format!("{step} waits for {before}: {why}")]);
        *context.notice = Some(Notice::blocked(why));
        return Vec::new();
    }
    wizard.pane = Pane::Work;
    if step == wizard.step {
        return Vec::new();
    }
    wizard.jump(|wizard| enter(wizard, step, context.at))
}

// The one VPC that can hold a cluster is chosen as by its key; which zones it has is known once EC2 has answered.
fn preselect(wizard: &mut Wizard, at: Timestamp) -> Vec<Effect> {
    let DiscoveryState::Known(inventory) = &wizard.discovery else {
        return Vec::new();
    };
    let all = inventory.vpcs.iter();
    let usable: Vec<&Vpc> = all
        .filter(|vpc| !usable_zones(inventory, vpc).is_empty())
        .collect();
    let [only] = usable.as_slice() else {
        return Vec::new();
    };
    if wizard.step != WizardStep::Network || !wizard.answers.vpc.is_empty() {
        return Vec::new();
    }
    let key = FieldKey::new(&VPC, Item::Vpc(only.id.clone()));
    let refused = wizard.refused_text.take();
    let effects = changed(wizard, &key, &FieldEdit::Choose, at);
    wizard.refused_text = refused;
    wizard.put_cursor_on_chosen();
    effects.unwrap_or_default()
}

fn enter_review(wizard: &mut Wizard, at: Timestamp) -> Vec<Effect> {
    if let Some(step) = first_blocked(wizard) {
        wizard.go(step);
        return Vec::new();
    }
    match wizard.review {
        Review::NotAsked | Review::Failed { .. } => preview(wizard, at),
        Review::Asking { .. } | Review::Opening(_) | Review::Reading(_) => Vec::new(),
    }
}

// An answer given early can become wrong by a later one; the review starts only when nothing blocks.
fn first_blocked(wizard: &Wizard) -> Option<WizardStep> {
    let blocked = |step: &WizardStep| {
        let problems = wizard.problems(*step);
        problems
            .iter()
            .any(|problem| problem.severity == ProblemSeverity::Blocked)
    };
    WizardStep::ALL.iter().copied().find(blocked)
}

// To where a jump began, else to the step before.
fn back(wizard: &mut Wizard, at: Timestamp) -> WizardAction {
    let mut left = std::mem::take(&mut wizard.left);
    let Some(step) = left.pop().or(wizard.step.back()) else {
        return WizardAction::AskToLeave;
    };
    let effects = enter(wizard, step, at);
    wizard.left = left;
    effects.into()
}
