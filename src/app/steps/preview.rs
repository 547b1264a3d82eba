//! The dry run of the planned cluster: asked for, and taken when it is about the present spec.

use crate::app::apply::CLOCK;
use crate::app::effect::{Effect, FactsOf, Preview, Wake};
use crate::app::event::{Finished, Moment};
use crate::app::review::Review;
use crate::app::wizard::Wizard;
use crate::core::fault::Fault;

/// Asks kops for the dry run of the planned cluster on a private scratch store.
pub fn preview(wizard: &mut Wizard, at: Moment) -> Vec<Effect> {
    wizard.review = Review::asked(at);
    if wizard.asked.is_some() {
        return Vec::new();
    }
    wizard.asked = Some(wizard.spec.text.clone());
    wizard.facts = None;
    let preview = Preview {
        cluster: wizard.answers.cluster.clone(),
        spec: wizard.spec.text.clone(),
        place: wizard.place(),
    };
    vec![
        Effect::Wake {
            after: CLOCK,
            why: Wake::Clock,
        },
        Effect::Preview(preview),
        Effect::ReadFacts(FactsOf {
            place: wizard.place(),
            vpc: Some(wizard.answers.vpc.clone()),
            key: true,
        }),
    ]
}

/// Takes the end of a preview: it is shown when it is about the present spec, else kops is asked again.
pub fn previewed(wizard: &mut Wizard, result: Result<Finished, Fault>, at: Moment) -> Vec<Effect> {
    let asked = wizard.asked.take();
    match wizard.review {
        Review::Asking { .. } if asked.as_deref().is_none_or(|spec| spec == wizard.spec.text) => {
            wizard.review = Review::answered(result);
            if let Some(reading) = wizard.review.reading_mut() {
                reading.set_spec(&wizard.spec.text);
            }
            Vec::new()
        }
        Review::Asking { .. } => preview(wizard, at),
        Review::NotAsked | Review::Opening(_) | Review::Reading(_) | Review::Failed { .. } => {
            Vec::new()
        }
    }
}
