//! A change of one answer, and what is asked for because of it.

use super::field::{Field, FieldKey, FieldKind, Item};
use crate::core::answers::Answers;
use crate::core::check::{CheckKind, CheckState};
use crate::tui::effect::Effect;
use crate::tui::event::Timestamp;
use crate::tui::field_edit::FieldEdit;
use crate::tui::screens::review::Review;
use crate::tui::screens::wizard::{DiscoveryState, Wizard};

/// The wizard's first effects: every check at once, and what is there.
pub fn start(wizard: &mut Wizard, at: Timestamp) -> Vec<Effect> {
    let mut effects = vec![Effect::clock()];
    wizard.forget_missing_prices();
    // A cluster that exists has its key.
    let edits = wizard.edited().is_some();
    let kinds = CheckKind::ALL.iter();
    let kinds = kinds.filter(|kind| !(edits && **kind == CheckKind::SshKey));
    effects.extend(kinds.map(|kind| check(wizard, *kind)));
    effects.extend(discover(wizard, at));
    effects.extend(wizard.ask_stored());
    effects
}

fn check(wizard: &mut Wizard, kind: CheckKind) -> Effect {
    wizard.checks.insert(kind, CheckState::Asking);
    Effect::Check {
        kind,
        target: wizard.target(),
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
            target: wizard.target(),
            vpc: Some(wizard.answers.vpc.clone()).filter(|vpc| !vpc.is_empty()),
            images: wizard.answers.images(),
        },
        Effect::ListClusters(wizard.target()),
    ]
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
    let value = field.map(Field::spoken).unwrap_or_default();
    let name = field.map_or("", |field| field.name.as_str());
    match (&key.item, change) {
        (_, FieldEdit::RemoveGroup) => format!("the instance group {value} is back"),
        (Item::Vpc(_), _) if wizard.answers.vpc.is_empty() => "no VPC is chosen".to_owned(),
        (Item::Vpc(_), _) => format!("the VPC is {} again", wizard.answers.vpc),
        (Item::Zone(_), FieldEdit::Clear) if wizard.edited().is_none() => {
            "the zones are as they were set".to_owned()
        }
        (Item::Zone(name), FieldEdit::Turn(_)) => {
            let mut zones = wizard.answers.zones.iter();
            match zones.find(|zone| zone.name == *name) {
                Some(zone) => format!("{name} leaves by {} again", zone.egress),
                None => format!("{name} is out again"),
            }
        }
        (Item::Group(_), _) if key.spec.heads_group => {
            format!("the instance group is called {value} again")
        }
        (Item::Group(at), _) => {
            let group = wizard.answers.instance_groups.get(*at);
            let group = group.map_or("", |group| group.name.as_str());
            format!("{name} of {group} is {value} again")
        }
        _ if field.is_some_and(|field| field.kind == FieldKind::Act) => {
            "the instance group that was added is gone".to_owned()
        }
        _ => format!("{name} is {value} again"),
    }
}

// What changed answers ask for, whichever key changed them.
pub(super) fn follow_up(wizard: &mut Wizard, before: &Answers, at: Timestamp) -> Vec<Effect> {
    wizard.review = Review::NotAsked;
    wizard.saved = true;
    let mut effects: Vec<Effect> = wizard.save().into_iter().collect();
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
        effects.push(Effect::ListClusters(wizard.target()));
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
pub(super) fn images_named(wizard: &Wizard) -> Option<Effect> {
    let DiscoveryState::Known(inventory) = &wizard.discovery else {
        return None;
    };
    let mut images = wizard.answers.images();
    images.retain(|image| inventory.image(image).is_none());
    (!images.is_empty()).then(|| Effect::ReadImages {
        images,
        target: wizard.target(),
    })
}

// The attributes of every VPC are asked for only where there are few.
fn dns_of_chosen(wizard: &Wizard) -> Option<Effect> {
    let vpc = wizard
        .vpc()
        .filter(|vpc| vpc.dns_support.is_none() || vpc.dns_hostnames.is_none())?;
    Some(Effect::ReadDns {
        vpc: vpc.id.clone(),
        target: wizard.target(),
    })
}
