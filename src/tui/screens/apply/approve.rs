//! A yes: what it depends on, and the run that it starts once all of that is known.

use crate::core::approval::facts::{ApprovalFacts, NotCompared, RUNNING_CONTROL_PLANE};
use crate::core::cluster_name::ClusterName;
use crate::core::fault::Fault;
use crate::core::text::prose::sentences;
use crate::tui::effect::{ClusterTarget, Effect};
use crate::tui::event::Timestamp;
use crate::tui::model::{ExistingReview, Model, Screen};
use crate::tui::record::RecordedCommand;
use crate::tui::screens::apply::update::begin;
use crate::tui::screens::apply::{Apply, ApprovedPlan, creating, updating};
use crate::tui::screens::wizard::Wizard;

// The run of a new cluster.
fn apply_new(wizard: &Wizard, home: &str, at: Timestamp) -> Result<Apply, Fault> {
    let reading = wizard.review.reading().ok_or_else(not_known_yet)?;
    let facts = facts_of(wizard)?;
    let place = with_paths(wizard.place(), home);
    let cluster = ClusterName::parse(&wizard.answers.cluster)?;
    let terms = ApprovedPlan {
        cluster: &cluster,
        spec: &wizard.spec.text,
        made: &wizard.made,
        place,
        reading,
        facts,
    };
    Ok(Apply::create(terms, at))
}

// The files of the key and the secrets by their whole paths.
fn with_paths(mut place: ClusterTarget, home: &str) -> ClusterTarget {
    place.ssh_public_key = expanded(&place.ssh_public_key, home);
    place.secrets = place.secrets.map(|file| expanded(file, home));
    place
}

/// The commands that an approval of the dry run on the screen runs, in order; none where there is nothing to approve.
pub fn commands(model: &Model) -> Vec<RecordedCommand> {
    match &model.screen {
        Screen::Wizard(wizard) => {
            let place = with_paths(wizard.place(), &model.home);
            let cluster = ClusterName::parse(&wizard.answers.cluster);
            cluster.map_or(Vec::new(), |cluster| creating(&cluster, &place))
        }
        Screen::Review(existing) => existing.cluster.as_ref().map_or(Vec::new(), updating),
        Screen::Apply(apply) | Screen::Differs { apply, .. } => apply.commands_again(),
        Screen::RollingUpdate(_) | Screen::Dashboard(_) => Vec::new(),
    }
}

fn facts_of(wizard: &Wizard) -> Result<ApprovalFacts, Fault> {
    let mut facts = wizard.facts.known().cloned().ok_or_else(not_known_yet)??;
    // What the plan was made on, should the VPC have changed since.
    if let (Some(vpc), Some(inventory)) = (wizard.vpc(), wizard.inventory()) {
        facts.set_planned_network(vpc, &inventory.missing);
    }
    Ok(facts)
}

/// What an approval of the dry run on the screen would not compare, as far as the facts are read.
pub fn not_compared(model: &Model) -> Vec<NotCompared> {
    match &model.screen {
        Screen::Wizard(wizard) => facts_of(wizard).map(|facts| facts.not_compared()),
        Screen::Review(existing) => match existing.facts.known() {
            Some(Ok(facts)) => Ok(facts.not_compared()),
            _ => Ok(Vec::new()),
        },
        Screen::Apply(apply) | Screen::Differs { apply, .. } => Ok(apply.facts().not_compared()),
        Screen::RollingUpdate(_) | Screen::Dashboard(_) => Ok(Vec::new()),
    }
    .unwrap_or_default()
}

// A path with a leading `~/` written out.
fn expanded(path: &str, home: &str) -> String {
    match path.strip_prefix("~/") {
        Some(rest) if !home.is_empty() => format!("{}/{rest}", home.trim_end_matches('/')),
        _ => path.to_owned(),
    }
}

fn not_known_yet() -> Fault {
    Fault::new(
        "still verifying what the approval depends on",
        "the kops program, the account, the key and the VPC are compared again before --yes",
        "wait a moment, then approve again",
    )
}

// The run of a cluster that exists.
fn apply_existing(existing: &ExistingReview, at: Timestamp) -> Result<Apply, Fault> {
    let reading = existing.review.reading().ok_or_else(not_known_yet)?;
    let mut facts = existing
        .facts
        .known()
        .cloned()
        .ok_or_else(not_known_yet)??;
    facts.insert(RUNNING_CONTROL_PLANE, reading.report.control_plane.fact());
    let cluster = existing.cluster.as_ref().ok_or_else(nothing_to_approve)?;
    let terms = ApprovedPlan {
        cluster,
        spec: &existing.spec,
        made: "",
        place: existing.place.clone(),
        reading,
        facts,
    };
    Ok(Apply::update(terms, at))
}

/// The run that the dry run on the screen leads to; a Fault while what a yes depends on is not known.
pub fn prepared(model: &Model, at: Timestamp) -> Result<Apply, Fault> {
    match &model.screen {
        Screen::Wizard(wizard) => apply_new(wizard, &model.home, at),
        Screen::Review(existing) => apply_existing(existing, at),
        _ => Err(nothing_to_approve()),
    }
}

fn nothing_to_approve() -> Fault {
    Fault::new(
        "there is nothing to approve",
        "no dry run of a cluster was shown",
        "start again: nothing was changed",
    )
}

/// Takes a yes: starts the run, keeps the yes until what it depends on was read, or says why there can be none.
pub fn approved(model: &mut Model) -> Vec<Effect> {
    let at = model.at;
    let (review, facts) = match &mut model.screen {
        Screen::Wizard(wizard) => (&mut wizard.review, &wizard.facts),
        Screen::Review(existing) => (&mut existing.review, &existing.facts),
        _ => return Vec::new(),
    };
    if facts.known().is_none() {
        review.keep_yes(at);
        return vec![Effect::clock()];
    }
    review.yes_taken();
    match prepared(model, at) {
        Ok(apply) => begin(model, apply),
        Err(fault) => {
            model.notice = Some(sentences(&[&fault.what, &fault.remedy]));
            Vec::new()
        }
    }
}

// The approval that was given before all that it depends on was known.
pub(crate) fn kept_yes(model: &mut Model) -> Vec<Effect> {
    let waits = match &model.screen {
        Screen::Wizard(wizard) => wizard.review.yes_waits(),
        Screen::Review(existing) => existing.review.yes_waits(),
        _ => false,
    };
    if !waits {
        return Vec::new();
    }
    // Nobody has seen yet what the approval would not compare.
    let unknown = not_compared(model).len();
    if unknown > 0 {
        ask_again(model, unknown);
        return Vec::new();
    }
    approved(model)
}

fn ask_again(model: &mut Model, unknown: usize) {
    let review = match &mut model.screen {
        Screen::Wizard(wizard) => &mut wizard.review,
        Screen::Review(existing) => &mut existing.review,
        _ => return,
    };
    review.ask_again();
    let facts = if unknown == 1 {
        "One fact"
    } else {
        "Some facts"
    };
    model.notice = Some(format!(
        "{facts} could not be read and would not be compared: read which, then type the name again"
    ));
}
