//! The dry run of the planned cluster: asked for, and taken when it is about the present spec.

use crate::core::cluster_name::ClusterName;
use crate::core::fault::Fault;
use crate::tui::effect::{Effect, FactsOf, PreviewRequest};
use crate::tui::event::{CommandOutput, Timestamp};
use crate::tui::screens::approval::facts_status::FactsStatus;
use crate::tui::screens::review::{Reading, Review, SpecReplacement};
use crate::tui::screens::wizard::{Wizard, WizardStep};

/// Asks kops for the dry run of the planned cluster on a private scratch store.
pub(crate) fn preview(wizard: &mut Wizard, at: Timestamp) -> Vec<Effect> {
    wizard.review = Review::asked(at);
    if wizard.asked.is_some() {
        return Vec::new();
    }
    // An edit is compared with the spec that the state store has at that moment.
    if let Some(ask) = wizard.ask_stored() {
        return vec![Effect::clock(), ask];
    }
    make_preview(wizard, at)
}

/// Asks kops for the dry run, once all that it is made of is known.
pub(super) fn make_preview(wizard: &mut Wizard, at: Timestamp) -> Vec<Effect> {
    wizard.review = Review::asked(at);
    let preview = match wanted(wizard) {
        Ok(preview) => preview,
        Err(fault) => {
            wizard.review = Review::answered(Err(fault), &wizard.copied());
            return Vec::new();
        }
    };
    let cluster = preview.cluster.clone();
    wizard.asked = Some(preview.clone());
    wizard.facts = FactsStatus::Asking;
    vec![
        Effect::clock(),
        Effect::Preview(preview),
        Effect::ReadFacts(FactsOf {
            target: wizard.target(),
            cluster,
            spec: wizard.sent_spec(),
            key: wizard.edited().is_none(),
        }),
    ]
}

fn wanted(wizard: &Wizard) -> Result<PreviewRequest, Fault> {
    let replaces = match wizard.edited() {
        None => None,
        Some(edited) => Some(edited.stored_or_fault()?.to_owned()),
    };
    Ok(PreviewRequest {
        cluster: ClusterName::parse(&wizard.answers.cluster)?,
        spec: wizard.sent_spec(),
        replaces,
        target: wizard.target(),
    })
}

/// Asks again for a dry run whose spec has changed since, with what became known of the account.
pub(crate) fn outdated(wizard: &mut Wizard, at: Timestamp) -> Vec<Effect> {
    let same = |reading: &Reading| reading.cause.spec() == wizard.spec.text;
    if wizard.review.reading().is_none_or(same) {
        return Vec::new();
    }
    if wizard.step == WizardStep::Review {
        return preview(wizard, at);
    }
    wizard.review = Review::NotAsked;
    Vec::new()
}

/// Takes the end of a preview: it is shown when it is about the present answers, else kops is asked again.
pub(crate) fn previewed(
    wizard: &mut Wizard,
    result: Result<CommandOutput, Fault>,
    at: Timestamp,
) -> Vec<Effect> {
    let asked = wizard.asked.take();
    match wizard.review {
        Review::Asking { .. } if asked.is_none_or(|asked| Ok(asked) == wanted(wizard)) => {
            wizard.made = result
                .as_ref()
                .map(|ended| ended.made.clone())
                .unwrap_or_default();
            wizard.review = Review::answered(result, &wizard.copied());
            if wizard.review.reading().is_some()
                && let Err(fault) = wizard.note_replaced()
            {
                let copied = wizard.copied();
                wizard.review = Review::answered(Err(copied.fault(fault)), &copied);
            }
            let problems = wizard.problems_to_review();
            let replacement = wizard
                .edited()
                .map_or(SpecReplacement::default(), |edited| {
                    SpecReplacement::of_edit(edited.changes_spec())
                });
            wizard
                .review
                .show_planned(&wizard.spec.text, &problems, replacement);
            Vec::new()
        }
        Review::Asking { .. } => preview(wizard, at),
        Review::NotAsked | Review::Opening(_) | Review::Reading(_) | Review::Failed { .. } => {
            Vec::new()
        }
    }
}
