//! The dry run of a cluster that exists: asked for with the spec that the state store has, and with what a yes rests on.

use super::kept_yes;
use crate::app::basis::Basis;
use crate::app::effect::{Effect, FactsOf, Job, Run};
use crate::app::event::{Finished, Moment};
use crate::app::model::{Existing, Model, Screen};
use crate::app::review::Review;
use crate::core::cluster_name::ClusterName;
use crate::core::command::CommandLine;
use crate::core::facts::NamedInSpec;
use crate::core::fault::Fault;
use crate::core::progress::explain;

/// Asks kops for the dry run of a cluster that exists, and for its spec.
pub fn ask_existing(existing: &mut Existing, at: Moment) -> Vec<Effect> {
    existing.review = Review::asked(at);
    existing.facts = Basis::NotAsked;
    let Some(cluster) = existing.cluster.clone() else {
        return Vec::new();
    };
    let run = |job, command| {
        Effect::Ask(Run {
            job,
            cluster: cluster.clone(),
            place: existing.place.clone(),
            command,
            spec: None,
        })
    };
    let mut effects = vec![Effect::clock()];
    // Read again each time: what is approved is what the store has now.
    effects.push(run(Job::ReadBack, CommandLine::get_all(&cluster)));
    effects.push(run(Job::Update, CommandLine::update(&cluster)));
    effects.push(Effect::Identify(existing.place.clone()));
    effects
}

/// Takes the spec that the state store has: what an approval rests on is read next, or cannot be.
pub fn stored_spec_read(model: &mut Model, result: Result<Finished, Fault>) -> Vec<Effect> {
    let Screen::Review(existing) = &mut model.screen else {
        return Vec::new();
    };
    let (spec, facts) = match result {
        Ok(finished) if finished.succeeded() => (finished.stdout, Basis::Asking),
        Ok(finished) => (
            String::new(),
            not_stored(existing.cluster.as_ref(), &finished),
        ),
        Err(fault) => (String::new(), Basis::Read(Err(fault))),
    };
    (existing.spec, existing.facts) = (spec, facts);
    tell_spec(existing);
    if existing.facts != Basis::Asking {
        return kept_yes(model);
    }
    vec![Effect::ReadFacts(FactsOf {
        place: existing.place.clone(),
        named: NamedInSpec::of(&existing.spec),
        key: false,
    })]
}

fn not_stored(cluster: Option<&ClusterName>, finished: &Finished) -> Basis {
    let fault = explain(finished.code(), &finished.stdout, &finished.stderr);
    let command = cluster.map(|name| CommandLine::get_all(name).to_string());
    let command = command.unwrap_or_else(|| "kops get all".to_owned());
    Basis::Read(Err(Fault::new(
        "the spec in the state store could not be read",
        fault.what,
        format!("Run {command}, fix what it names, then ask kops again"),
    )))
}

/// Takes the end of the dry run.
pub fn dry_run_ended(existing: &mut Existing, result: Result<Finished, Fault>) {
    existing.review = Review::answered(result);
    tell_spec(existing);
}

// The report points at the lines of the spec, once both are known.
fn tell_spec(existing: &mut Existing) {
    if let Some(reading) = existing.review.reading_mut() {
        reading.set_spec(&existing.spec);
    }
}
