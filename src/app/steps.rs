//! Moving between the wizard's steps and rows, changing answers, and the facts that reach it.

use crate::core::check::{Check, CheckKind, CheckState};
use crate::core::prose::sentences;

use super::beside;
use super::effect::Effect;
use super::entries::{on_picking, on_typing, pick_from, type_into};
use super::event::{Event, Moment};
use super::field::{Change, Field, FieldKey, Kind};
use super::form::Entry;
use super::keys::Action;
use super::model::{Model, Overlay, Screen};
use super::review::{Around, Asked, Review, movement};
use super::run;
use super::wizard::{Discovery, Pane, Step, Wizard};

mod preview;

use preview::outdated;
pub use preview::{preview, previewed};

/// The wizard's first effects: every check at once, and what is there.
pub fn start(wizard: &mut Wizard, at: Moment) -> Vec<Effect> {
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

fn discover(wizard: &mut Wizard, at: Moment) -> Vec<Effect> {
    let so_far = match std::mem::take(&mut wizard.discovery) {
        Discovery::Known(inventory) => Some(inventory),
        Discovery::Asking { so_far, .. } => so_far,
        Discovery::NotAsked | Discovery::Failed(_) => None,
    };
    let elsewhere = so_far.as_ref().is_some_and(|known| !wizard.is_in(known));
    let so_far = so_far.filter(|_| !elsewhere);
    wizard.discovery = Discovery::Asking { since: at, so_far };
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
    let effects = learned(model, event);
    let at = model.at;
    let outdated = match &mut model.screen {
        Screen::Wizard(wizard) => outdated(wizard, at),
        _ => Vec::new(),
    };
    effects.into_iter().chain(outdated).collect()
}

fn learned(model: &mut Model, event: Event) -> Vec<Effect> {
    if let Event::Connected { account, .. } = &event {
        model.account.clone_from(account);
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
        }
        Event::Connected { region, .. } if wizard.answers.region.is_empty() => {
            wizard.answers.region = region;
            wizard.replan();
        }
        Event::Discovered {
            inventory,
            complete,
        } => {
            discovered(wizard, inventory, complete);
            return images_named(wizard).into_iter().collect();
        }
        Event::DiscoveryFailed(fault) => wizard.discovery = Discovery::Failed(fault),
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
        _ if complete => Discovery::Known(inventory),
        Discovery::Asking { since, .. } => Discovery::Asking {
            since: *since,
            so_far: Some(inventory),
        },
        _ => Discovery::Known(inventory),
    };
    wizard.replan();
    keep_cursor(wizard, before.as_ref());
}

// Results appear as they come and never move the cursor off the row that it is on.
fn keep_cursor(wizard: &mut Wizard, key: Option<&FieldKey>) {
    let fields = wizard.fields();
    let place = key.and_then(|key| fields.iter().position(|field| field.key == *key));
    match place {
        Some(place) => wizard.form_mut().cursor = place,
        None => wizard.form_mut().step(0, fields.len()),
    }
}

/// Takes a key that the table knows.
pub fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let page = model.page();
    let Screen::Wizard(wizard) = &mut model.screen else {
        return Vec::new();
    };
    if wizard.pane != Pane::Work {
        return beside::act(model, action);
    }
    if wizard.step == Step::Review {
        return on_review(model, action);
    }
    match wizard.form().entry {
        Entry::Typing(_) => on_typing(wizard, action, model.at),
        Entry::Picking(_) => on_picking(wizard, action, page, model.at),
        Entry::Resting => on_form(model, action),
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
        Action::Choose | Action::TurnBack | Action::TurnOn | Action::Remove => {
            let outcome = wizard
                .current()
                .map(|field| choose(wizard, &field, action, at));
            match outcome {
                Some(Err(reason)) => model.notice = Some(reason),
                Some(Ok(effects)) => return effects,
                None => {}
            }
        }
        moving => wizard.form_mut().step(movement(moving, page), rows),
    }
    Vec::new()
}

fn choose(
    wizard: &mut Wizard,
    field: &Field,
    action: Action,
    at: Moment,
) -> Result<Vec<Effect>, String> {
    let change = match (field.kind, action) {
        (Kind::Shown, _) => return Ok(Vec::new()),
        (Kind::Text, Action::Choose) => {
            type_into(wizard, field);
            return Ok(Vec::new());
        }
        (Kind::Pick, Action::Choose) => {
            pick_from(wizard, field);
            return Ok(Vec::new());
        }
        (_, Action::Remove) => removal(field),
        (Kind::Choice, Action::Choose) | (_, Action::TurnOn) => Change::Turn(1),
        (_, Action::TurnBack) => Change::Turn(-1),
        _ => Change::Choose,
    };
    changed(wizard, &field.key, &change, at)
}

fn removal(field: &Field) -> Change {
    match field.key {
        FieldKey::Group(..) | FieldKey::Zone(_) => Change::Remove,
        _ if field.kind == Kind::Text => Change::Text(String::new()),
        _ => Change::Remove,
    }
}

/// Changes one answer: what follows is saved, and asked again where the answer is about the account.
pub fn changed(
    wizard: &mut Wizard,
    key: &FieldKey,
    change: &Change,
    at: Moment,
) -> Result<Vec<Effect>, String> {
    let before = wizard.answers.clone();
    wizard.change(key, change)?;
    if wizard.answers == before {
        return Ok(Vec::new());
    }
    let rows = wizard.fields().len();
    wizard.form_mut().step(0, rows);
    wizard.review = Review::NotAsked;
    let mut effects = vec![Effect::SaveAnswers(wizard.answers.to_yaml())];
    match key {
        FieldKey::Region => effects.extend(start(wizard, at)),
        FieldKey::Vpc(_) => effects.extend(dns_of_chosen(wizard)),
        FieldKey::StateStore => {
            wizard.clusters_in_store.clear();
            effects.push(check(wizard, CheckKind::StateStore));
            effects.push(Effect::ListClusters(wizard.place()));
        }
        FieldKey::SshPublicKey => effects.push(check(wizard, CheckKind::SshKey)),
        _ => effects.extend(images_named(wizard)),
    }
    Ok(effects)
}

// Images that were named since EC2 was asked.
fn images_named(wizard: &Wizard) -> Option<Effect> {
    let Discovery::Known(inventory) = &wizard.discovery else {
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
    let around = Around {
        room,
        cluster: &wizard.answers.cluster,
        notice: &mut model.notice,
    };
    match wizard.review.act(action, around) {
        Asked::Nothing => Vec::new(),
        Asked::Back => back(model),
        Asked::OtherPane => {
            wizard.pane = Pane::Spec;
            wizard.spec.top = wizard.review.spec_top(wizard.spec.top);
            Vec::new()
        }
        Asked::Again => preview(wizard, at),
        Asked::Approved => run::approved(model),
    }
}

/// Goes to the next step, where nothing blocks it.
pub(super) fn next(model: &mut Model) -> Vec<Effect> {
    let at = model.at;
    let Screen::Wizard(wizard) = &mut model.screen else {
        return Vec::new();
    };
    let effects = match (wizard.step, wizard.current()) {
        (Step::Vpc, Some(field)) if wizard.answers.vpc.is_empty() => {
            changed(wizard, &field.key, &Change::Choose, at).unwrap_or_default()
        }
        (Step::Account, Some(field)) if empty_text(&field) => {
            type_into(wizard, &field);
            return Vec::new();
        }
        _ => Vec::new(),
    };
    if let Some(reason) = wizard.blocked() {
        model.notice = Some(reason);
        return effects;
    }
    effects.into_iter().chain(enter_next(wizard, at)).collect()
}

fn empty_text(field: &Field) -> bool {
    field.kind == Kind::Text && field.cells.last().is_some_and(String::is_empty)
}

fn enter_next(wizard: &mut Wizard, at: Moment) -> Vec<Effect> {
    if let Some(step) = wizard.step.next() {
        wizard.go(step);
    }
    if wizard.step != Step::Review {
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
fn first_blocked(wizard: &Wizard) -> Option<Step> {
    let blocked = |step: &Step| {
        let problems = wizard.problems(*step);
        problems
            .iter()
            .any(|problem| problem.severity == crate::core::problem::Severity::Blocked)
    };
    Step::ALL.into_iter().find(blocked)
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
