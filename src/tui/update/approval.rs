//! An approval: what it depends on, and the run that it starts once all of that is known.

use super::home;
use crate::core::approval::facts::{ApprovalFacts, NotCompared, RUNNING_CONTROL_PLANE};
use crate::core::cluster_name::ClusterName;
use crate::core::fault::Fault;
use crate::core::text::prose::sentences;
use crate::tui::cluster_target::ClusterTarget;
use crate::tui::effect::Effect;
use crate::tui::event::Timestamp;
use crate::tui::model::{Model, Screen};
use crate::tui::notice::Notice;
use crate::tui::record::RecordedCommand;
use crate::tui::screens::apply::{Apply, ApprovedPlan, creating, editing, updating};
use crate::tui::screens::approval::ApprovalQuestion;
use crate::tui::screens::approval::facts_status::FactsStatus;
use crate::tui::screens::review::Review;
use crate::tui::screens::review::existing::ExistingReview;
use crate::tui::screens::wizard::{EditedCluster, Wizard};

impl Model {
    /// The commands that an approval of the dry run on the screen runs, in order; none where there is nothing to approve.
    pub fn commands(&self) -> Vec<RecordedCommand> {
        match &self.screen {
            Screen::Wizard(wizard) => {
                let target = with_paths(wizard.target(), &self.home);
                let cluster = ClusterName::parse(&wizard.answers.cluster);
                cluster.map_or(Vec::new(), |cluster| match wizard.edited() {
                    Some(_) => editing(&cluster),
                    None => creating(&cluster, &target),
                })
            }
            Screen::Review(existing) => {
                let commands = if existing.is_plain() {
                    updating
                } else {
                    editing
                };
                existing.cluster.as_ref().map_or(Vec::new(), commands)
            }
            Screen::Apply(apply) | Screen::Differs { apply, .. } => apply.commands_again(),
            Screen::RollingUpdate(_) | Screen::Dashboard(_) | Screen::Home(_) => Vec::new(),
        }
    }

    /// What an approval of the dry run on the screen would not compare, as far as the facts are read.
    pub fn not_compared(&self) -> Vec<NotCompared> {
        let facts = match &self.screen {
            Screen::Wizard(wizard) => planned_facts(wizard),
            Screen::Review(existing) => known(&existing.facts),
            Screen::Apply(apply) | Screen::Differs { apply, .. } => Ok(apply.facts().clone()),
            Screen::RollingUpdate(_) | Screen::Dashboard(_) | Screen::Home(_) => {
                Ok(ApprovalFacts::default())
            }
        };
        facts.map_or(Vec::new(), |facts| facts.not_compared())
    }

    /// What is shown before an approval, while its name is being typed.
    pub fn approval_question(&self) -> Option<ApprovalQuestion> {
        self.review()?.approval()?;
        Some(ApprovalQuestion {
            consequence: self.consequence(),
            commands: self.commands(),
            not_compared: self.not_compared(),
            creates: match &self.screen {
                Screen::Wizard(wizard) => wizard.edited().is_none(),
                Screen::Differs { apply, .. } => apply.creates(),
                _ => false,
            },
        })
    }

    /// The run that the dry run on the screen leads to; a Fault while what the approval depends on is not known.
    pub fn prepared_run(&self) -> Result<Apply, Fault> {
        match &self.screen {
            Screen::Wizard(wizard) => wizard_run(wizard, &self.home, self.at),
            Screen::Review(existing) => update_run(existing, self.at),
            _ => Err(nothing_to_approve()),
        }
    }
}

fn wizard_run(wizard: &Wizard, home: &str, at: Timestamp) -> Result<Apply, Fault> {
    let reading = wizard.review.reading().ok_or_else(not_known_yet)?;
    let mut facts = planned_facts(wizard)?;
    let edited = wizard.edited();
    if edited.is_some() {
        let seen = reading.outline().dry_run.control_plane.fact();
        facts.insert(RUNNING_CONTROL_PLANE, seen);
    }
    let target = with_paths(wizard.target(), home);
    let cluster = ClusterName::parse(&wizard.answers.cluster)?;
    let plan = ApprovedPlan {
        cluster: &cluster,
        spec: &wizard.sent_spec(),
        made: &wizard.made,
        replaces: edited.and_then(EditedCluster::stored).unwrap_or_default(),
        answers: wizard.answers.to_yaml(),
        target,
        reading,
        facts,
    };
    Ok(match edited {
        Some(_) => Apply::edit(plan, at),
        None => Apply::create(plan, at),
    })
}

fn update_run(existing: &ExistingReview, at: Timestamp) -> Result<Apply, Fault> {
    let reading = existing.review.reading().ok_or_else(not_known_yet)?;
    let mut facts = known(&existing.facts)?;
    facts.insert(
        RUNNING_CONTROL_PLANE,
        reading.outline().dry_run.control_plane.fact(),
    );
    let cluster = existing.cluster.as_ref().ok_or_else(nothing_to_approve)?;
    let edit = existing.edit.as_ref().filter(|_| !existing.is_plain());
    let spec = edit.map_or(existing.spec.as_str(), |edit| edit.sent());
    let plan = ApprovedPlan {
        cluster,
        spec,
        made: edit.map_or("", |edit| edit.made()),
        replaces: edit.map_or("", |edit| edit.stored()),
        answers: String::new(),
        target: existing.target.clone(),
        reading,
        facts,
    };
    Ok(match edit {
        Some(_) => Apply::edit(plan, at),
        None => Apply::update(plan, at),
    })
}

// With the network that the plan was made on, should the VPC have changed since.
fn planned_facts(wizard: &Wizard) -> Result<ApprovalFacts, Fault> {
    let mut facts = known(&wizard.facts)?;
    if let (Some(vpc), Some(inventory)) = (wizard.vpc(), wizard.inventory()) {
        facts.set_planned_network(vpc, &inventory.missing);
    }
    Ok(facts)
}

fn known(facts: &FactsStatus) -> Result<ApprovalFacts, Fault> {
    facts.known().cloned().ok_or_else(not_known_yet)?
}

// The files of the key and the secrets by their whole paths.
fn with_paths(mut target: ClusterTarget, home: &str) -> ClusterTarget {
    target.ssh_public_key = expanded(&target.ssh_public_key, home);
    target.secrets = target.secrets.map(|file| expanded(file, home));
    target
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

fn nothing_to_approve() -> Fault {
    Fault::new(
        "there is nothing to approve",
        "no dry run of a cluster was shown",
        "start again: nothing was changed",
    )
}

fn approvable(screen: &mut Screen) -> Option<(&mut Review, &FactsStatus)> {
    match screen {
        Screen::Wizard(wizard) => Some((&mut wizard.review, &wizard.facts)),
        Screen::Review(existing) => Some((&mut existing.review, &existing.facts)),
        _ => None,
    }
}

/// Takes an approval: starts the run, holds the approval until what it depends on was read, or says why there can be none.
pub(super) fn approve(model: &mut Model) -> Vec<Effect> {
    let at = model.at;
    let Some((review, facts)) = approvable(&mut model.screen) else {
        return Vec::new();
    };
    if facts.known().is_none() {
        review.hold_approval(at);
        return vec![Effect::clock()];
    }
    review.close_approval();
    match model.prepared_run() {
        Ok(apply) => begin(model, apply),
        Err(fault) => {
            model.notice = Some(Notice::blocked(sentences(&[&fault.what, &fault.remedy])));
            Vec::new()
        }
    }
}

/// Starts the run of an approval that was given before all that it depends on was known.
pub(super) fn start_if_approved(model: &mut Model) -> Vec<Effect> {
    if !model.review().is_some_and(Review::approval_waits) {
        return Vec::new();
    }
    // Nobody has seen yet what the approval would not compare.
    let unknown = model.not_compared().len();
    if unknown == 0 {
        return approve(model);
    }
    if let Some((review, _)) = approvable(&mut model.screen) {
        review.ask_again();
    }
    let facts = if unknown == 1 {
        "One fact"
    } else {
        "Some facts"
    };
    model.notice = Some(Notice::look(format!(
        "{facts} could not be read and would not be compared: read which, then type the name again"
    )));
    Vec::new()
}

fn begin(model: &mut Model, mut apply: Apply) -> Vec<Effect> {
    let effects = apply.start();
    home::keep_answers(model);
    model.screen = Screen::Apply(Box::new(apply));
    effects
}
