//! Moving between the wizard's steps and rows, changing answers, and the facts that reach it.

use super::questions;
use crate::core::answers::Answers;
use crate::core::check::{Check, CheckKind, CheckState};
use crate::core::problem::ProblemSeverity;
use crate::core::text::prose::sentences;
use crate::tui::effect::Effect;
use crate::tui::event::{Event, Timestamp};
use crate::tui::field::{Field, FieldEdit, FieldKey, FieldKind, GroupField};
use crate::tui::form::EditState;
use crate::tui::keymap::Action;
use crate::tui::model::{Model, Overlay, Screen};
use crate::tui::screens::apply::update;
use crate::tui::screens::review::{Review, ReviewAction, ReviewContext, movement};
use crate::tui::screens::wizard::field_editor::{
    on_picking, on_typing, pick_from, type_into, typed_value,
};
use crate::tui::screens::wizard::preview::outdated;
pub use crate::tui::screens::wizard::preview::{preview, previewed};
use crate::tui::screens::wizard::{DiscoveryState, Pane, Wizard, WizardStep, side_panes};

/// The wizard's first effects: every check at once, and what is there.
pub fn start(wizard: &mut Wizard, at: Timestamp) -> Vec<Effect> {
    let mut effects = vec![Effect::clock()];
    effects.extend(CheckKind::ALL.map(|kind| check(wizard, kind)));
    effects.extend(discover(wizard, at));
    effects
}

fn check(wizard: &mut Wizard, kind: CheckKind) -> Effect {
    wizard.checks.insert(kind, CheckState::Asking);
    Effect::Check {
        kind,
        place: wizard.place(),
    }
}

fn discover(wizard: &mut Wizard, at: Timestamp) -> Vec<Effect> {
    let so_far = match std::mem::take(&mut wizard.discovery) {
        DiscoveryState::Known(inventory) => Some(inventory),
        DiscoveryState::Asking { so_far, .. } => so_far,
        DiscoveryState::NotAsked | DiscoveryState::Failed(_) => None,
    };
    let elsewhere = so_far.as_ref().is_some_and(|known| !wizard.is_in(known));
    let so_far = so_far.filter(|_| !elsewhere);
    wizard.discovery = DiscoveryState::Asking { since: at, so_far };
    if elsewhere {
        wizard.replan();
    }
    vec![
        Effect::Discover {
            place: wizard.place(),
            vpc: Some(wizard.answers.vpc.clone()).filter(|vpc| !vpc.is_empty()),
            images: wizard.answers.images(),
        },
        Effect::ListClusters(wizard.place()),
    ]
}

/// Takes what the outside told about the account; a dry run that was made of another spec is asked for again.
pub fn told(model: &mut Model, event: Event) -> Vec<Effect> {
    let before = match &model.screen {
        Screen::Wizard(wizard) => Some(wizard.answers.clone()),
        _ => None,
    };
    let mut effects = learned(model, event);
    let at = model.at;
    let Screen::Wizard(wizard) = &mut model.screen else {
        return effects;
    };
    // What follows from a fact is in the file too, once there is one: the file alone makes the same spec.
    if wizard.saved && before.is_some_and(|before| before != wizard.answers) {
        effects.push(Effect::SaveAnswers(wizard.answers.to_yaml()));
    }
    effects.extend(outdated(wizard, at));
    effects
}

fn learned(model: &mut Model, event: Event) -> Vec<Effect> {
    if let Event::Connected { account, .. } = &event {
        model.account.clone_from(account);
    }
    if let Event::CredentialsUsed(words) = &event {
        model.credentials = Some(words.clone());
    }
    if let Event::Saved(Err(fault)) = &event {
        model.notice = Some(sentences(&[&fault.what, &fault.why, &fault.remedy]));
    }
    if let Event::Saved(Ok(Some(kept))) | Event::SpecKept(kept) = &event {
        model.notice = Some(sentences(&[kept]));
    }
    let Screen::Wizard(wizard) = &mut model.screen else {
        return Vec::new();
    };
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
        Event::DiscoveryFailed(fault) => wizard.discovery = DiscoveryState::Failed(fault),
        Event::DnsRead {
            vpc,
            support,
            hostnames,
        } => wizard.dns_read(&vpc, support, hostnames),
        Event::ImagesRead(images) => wizard.images_read(images),
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
    let before = wizard.current().map(|field| field.key);
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
    wizard.keep_cursor(before.as_ref());
}

/// Takes a key that the table knows.
pub fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let page = model.page();
    let Screen::Wizard(wizard) = &mut model.screen else {
        return Vec::new();
    };
    if wizard.pane != Pane::Work {
        return side_panes::act(model, action);
    }
    if wizard.step == WizardStep::Review {
        return on_review(model, action);
    }
    match wizard.form().entry {
        EditState::Typing(_) => on_typing(wizard, action, model.at),
        EditState::Picking(_) => on_picking(wizard, action, page, model.at),
        EditState::Resting => on_form(model, action),
    }
}

fn on_form(model: &mut Model, action: Action) -> Vec<Effect> {
    let (page, at) = (model.page(), model.at);
    let Screen::Wizard(wizard) = &mut model.screen else {
        return Vec::new();
    };
    let rows = wizard.fields().len();
    match action {
        Action::Next => return next(model),
        Action::Back => return back(model),
        Action::OtherPane => wizard.pane = wizard.other_pane(),
        Action::Again => return start(wizard, at),
        Action::Undo => return undo(model),
        Action::Choose
        | Action::TurnBack
        | Action::TurnOn
        | Action::Clear
        | Action::RemoveGroup => {
            let outcome = wizard
                .current()
                .map(|field| choose(wizard, &field, action, at));
            match outcome {
                Some(Err(reason)) => model.notice = Some(reason),
                Some(Ok((effects, said))) => {
                    model.notice = said;
                    return effects;
                }
                None => {}
            }
        }
        moving => {
            wizard.form_mut().moved = true;
            wizard.form_mut().step(movement(moving, page), rows);
        }
    }
    Vec::new()
}

// What a key did to a row: what follows from it, and what is said of it.
type Chosen = (Vec<Effect>, Option<String>);

fn choose(
    wizard: &mut Wizard,
    field: &Field,
    action: Action,
    at: Timestamp,
) -> Result<Chosen, String> {
    let change = match (field.kind, action) {
        (FieldKind::Shown, _) => return Ok((Vec::new(), None)),
        (FieldKind::Text, Action::Choose) => {
            type_into(wizard, field);
            return Ok((Vec::new(), None));
        }
        (FieldKind::Pick, Action::Choose) => {
            pick_from(wizard, field);
            return Ok((Vec::new(), None));
        }
        (_, Action::Clear) => return cleared(wizard, field, at),
        (_, Action::RemoveGroup) => return group_removed(wizard, field, at),
        (FieldKind::Choice, Action::Choose) | (_, Action::TurnOn) => FieldEdit::Turn(1),
        (_, Action::TurnBack) => FieldEdit::Turn(-1),
        _ => FieldEdit::Choose,
    };
    let effects = changed(wizard, &field.key, &change, at)?;
    let said = effects.is_empty().then(|| no_other(field));
    Ok((effects, said))
}

// A key that changes nothing says so.
fn no_other(field: &Field) -> String {
    let label = label(field);
    match field.kind {
        FieldKind::One(_) => format!("{label} is chosen already"),
        FieldKind::Toggle(_) => format!("{label} has no other NAT gateway to leave by"),
        _ => format!("{label} has no other value to choose; type one"),
    }
}

const UNDO: &str = "ctrl-u";

// Only the answer under the cursor goes, and what it was is said.
fn cleared(wizard: &mut Wizard, field: &Field, at: Timestamp) -> Result<Chosen, String> {
    let change = match field.kind {
        FieldKind::Text => FieldEdit::Text(String::new()),
        _ => FieldEdit::Clear,
    };
    let effects = changed(wizard, &field.key, &change, at)?;
    let fields = wizard.fields();
    let now = fields.iter().find(|one| one.key == field.key);
    let label = label(field);
    let (was, is) = (shown_value(field), now.map(shown_value).unwrap_or_default());
    let said = match (&field.kind, was == is) {
        (_, true) if effects.is_empty() => format!("{label}: nothing to clear, it is {is}"),
        (FieldKind::Toggle(_), _) => format!("{label} is taken out; {UNDO} takes it in again"),
        (_, true) => format!("{label} is {is}"),
        _ => format!("{label} is {is} again; {UNDO} brings back {was}"),
    };
    Ok((effects, Some(said)))
}

fn group_removed(wizard: &mut Wizard, field: &Field, at: Timestamp) -> Result<Chosen, String> {
    let effects = changed(wizard, &field.key, &FieldEdit::RemoveGroup, at)?;
    let name = shown_value(field);
    let said = format!("The instance group {name} is removed; {UNDO} brings it back");
    Ok((effects, Some(said)))
}

fn label(field: &Field) -> &str {
    field.cells.first().map_or("", |cell| cell.trim())
}

fn shown_value(field: &Field) -> String {
    match field.kind {
        FieldKind::Toggle(true) => "in".to_owned(),
        FieldKind::Toggle(false) => "out".to_owned(),
        _ => match typed_value(field) {
            value if value.is_empty() => questions::when_empty(&field.key).to_owned(),
            value => value,
        },
    }
}

fn undo(model: &mut Model) -> Vec<Effect> {
    let at = model.at;
    let Screen::Wizard(wizard) = &mut model.screen else {
        return Vec::new();
    };
    match wizard.undo() {
        None => {
            model.notice =
                Some("Nothing to undo: no answer was changed in this session".to_owned());
            Vec::new()
        }
        Some(undone) => {
            let effects = follow_up(wizard, &undone.before, at);
            model.notice = Some(format!("Undone: {}", undone.now));
            effects
        }
    }
}

/// Changes one answer: what follows is saved, and asked again where the answer is about the account.
pub fn changed(
    wizard: &mut Wizard,
    key: &FieldKey,
    change: &FieldEdit,
    at: Timestamp,
) -> Result<Vec<Effect>, String> {
    let before = wizard.answers.clone();
    let now = once_undone(wizard, key, change);
    wizard.change_undoably(key, change, now)?;
    if wizard.answers == before {
        return Ok(Vec::new());
    }
    let rows = wizard.fields().len();
    wizard.form_mut().step(0, rows);
    Ok(follow_up(wizard, &before, at))
}

// What is so again once a change is taken back.
fn once_undone(wizard: &Wizard, key: &FieldKey, change: &FieldEdit) -> String {
    let fields = wizard.fields();
    let field = fields.iter().find(|field| field.key == *key);
    let value = field.map(shown_value).unwrap_or_default();
    match (key, change) {
        (_, FieldEdit::RemoveGroup) => format!("the instance group {value} is back"),
        (FieldKey::AddGroup, _) => "the instance group that was added is gone".to_owned(),
        (FieldKey::Vpc(_), _) if wizard.answers.vpc.is_empty() => "no VPC is chosen".to_owned(),
        (FieldKey::Vpc(_), _) => format!("the VPC is {} again", wizard.answers.vpc),
        (FieldKey::Zone(name), FieldEdit::Turn(_)) => {
            let mut zones = wizard.answers.zones.iter();
            match zones.find(|zone| zone.name == *name) {
                Some(zone) => format!("{name} leaves by {} again", zone.egress),
                None => format!("{name} is out again"),
            }
        }
        (FieldKey::Zone(name), _) => format!("{name} is {value} again"),
        (FieldKey::Group(_, GroupField::Name), _) => {
            format!("the instance group is called {value} again")
        }
        (FieldKey::Group(at, _), _) => {
            let group = wizard.answers.instance_groups.get(*at);
            let name = group.map_or("", |group| group.name.as_str());
            let label = field.map(label).unwrap_or_default();
            format!("{label} of {name} is {value} again")
        }
        _ => format!("{} is {value} again", field.map(label).unwrap_or_default()),
    }
}

// What changed answers ask for, whichever key changed them.
fn follow_up(wizard: &mut Wizard, before: &Answers, at: Timestamp) -> Vec<Effect> {
    wizard.review = Review::NotAsked;
    wizard.saved = true;
    let mut effects = vec![Effect::SaveAnswers(wizard.answers.to_yaml())];
    let now = wizard.answers.clone();
    if now.region != before.region {
        effects.extend(start(wizard, at));
        return effects;
    }
    if now.vpc != before.vpc {
        effects.extend(dns_of_chosen(wizard));
    }
    if now.state_store != before.state_store {
        wizard.clusters_in_store.clear();
        effects.push(check(wizard, CheckKind::StateStore));
        effects.push(Effect::ListClusters(wizard.place()));
    }
    if now.access.ssh_public_key != before.access.ssh_public_key {
        effects.push(check(wizard, CheckKind::SshKey));
    }
    if now.images() != before.images() {
        effects.extend(images_named(wizard));
    }
    effects
}

// Images that were named since EC2 was asked.
fn images_named(wizard: &Wizard) -> Option<Effect> {
    let DiscoveryState::Known(inventory) = &wizard.discovery else {
        return None;
    };
    let mut images = wizard.answers.images();
    images.retain(|image| inventory.image(image).is_none());
    (!images.is_empty()).then(|| Effect::ReadImages {
        images,
        place: wizard.place(),
    })
}

// The attributes of every VPC are asked for only where there are few.
fn dns_of_chosen(wizard: &Wizard) -> Option<Effect> {
    let vpc = wizard
        .vpc()
        .filter(|vpc| vpc.dns_support.is_none() || vpc.dns_hostnames.is_none())?;
    Some(Effect::ReadDns {
        vpc: vpc.id.clone(),
        place: wizard.place(),
    })
}

fn on_review(model: &mut Model, action: Action) -> Vec<Effect> {
    let (room, at) = (model.room(), model.at);
    let Screen::Wizard(wizard) = &mut model.screen else {
        return Vec::new();
    };
    let around = ReviewContext {
        room,
        cluster: &wizard.answers.cluster,
        notice: &mut model.notice,
    };
    match wizard.review.act(action, around) {
        ReviewAction::Nothing => Vec::new(),
        ReviewAction::Back => back(model),
        ReviewAction::OtherPane => {
            wizard.pane = Pane::Spec;
            wizard.spec.top = wizard.review.spec_top(wizard.spec.top);
            Vec::new()
        }
        ReviewAction::Again => preview(wizard, at),
        ReviewAction::Approved => update::approved(model),
    }
}

/// Goes to the next step, where nothing blocks it.
pub(crate) fn next(model: &mut Model) -> Vec<Effect> {
    let at = model.at;
    let Screen::Wizard(wizard) = &mut model.screen else {
        return Vec::new();
    };
    let effects = match wizard.current() {
        // Enter takes the row under the cursor.
        Some(field) if field.kind == FieldKind::One(false) => {
            changed(wizard, &field.key, &FieldEdit::Choose, at).unwrap_or_default()
        }
        Some(field) if wizard.step == WizardStep::Account && empty_text(&field) => {
            type_into(wizard, &field);
            return Vec::new();
        }
        _ => Vec::new(),
    };
    if let Some(reason) = wizard.blocked() {
        model.notice = stay(wizard, reason);
        return effects;
    }
    effects.into_iter().chain(enter_next(wizard, at)).collect()
}

// What blocks stands on its row: the cursor goes there, and an answer that is missing can be typed at once. What no row
// causes is said above.
fn stay(wizard: &mut Wizard, reason: String) -> Option<String> {
    let Some(key) = wizard.blocking_row() else {
        let below = wizard.loose_problems().into_iter();
        let mut blocking = below.filter(|problem| problem.severity == ProblemSeverity::Blocked);
        let told = "the next step waits for what is said below the rows";
        return Some(blocking.next().map_or(reason, |_| told.to_owned()));
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
    field.kind == FieldKind::Text && field.cells.last().is_some_and(String::is_empty)
}

fn enter_next(wizard: &mut Wizard, at: Timestamp) -> Vec<Effect> {
    if let Some(step) = wizard.step.next() {
        wizard.go(step);
    }
    if wizard.step != WizardStep::Review {
        return Vec::new();
    }
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
    WizardStep::ALL.into_iter().find(blocked)
}

fn back(model: &mut Model) -> Vec<Effect> {
    let Screen::Wizard(wizard) = &mut model.screen else {
        return Vec::new();
    };
    match wizard.step.back() {
        Some(step) => wizard.go(step),
        None => model.overlay = Overlay::Leaving,
    }
    Vec::new()
}
