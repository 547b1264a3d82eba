//! The dry run of a cluster that exists: asked for with the spec that the state store has, and with what a yes depends on.

use crate::core::analysis::findings::kubernetes_change;
use crate::core::analysis::next_steps;
use crate::core::analysis::next_steps::NextSteps;
use crate::core::cluster_name::ClusterName;
use crate::core::fault::Fault;
use crate::core::kops::command::CommandLine;
use crate::core::kops::log::explain;
use crate::core::region;
use crate::tui::effect::{Effect, FactsOf, Job, KopsRun, Kubeconfig};
use crate::tui::event::{CommandOutput, Timestamp};
use crate::tui::model::{ExistingReview, Model, Screen};
use crate::tui::screens::apply::approve::kept_yes;
use crate::tui::screens::apply::facts_status::FactsStatus;
use crate::tui::screens::review::Review;

/// Asks kops for the dry run of a cluster that exists, and for its spec.
pub fn ask_existing(existing: &mut ExistingReview, at: Timestamp) -> Vec<Effect> {
    existing.review = Review::asked(at);
    existing.facts = FactsStatus::NotAsked;
    let Some(cluster) = existing.cluster.clone() else {
        return Vec::new();
    };
    // Read again each time: what is approved is what the store has now.
    let stored = ask(
        existing,
        &cluster,
        Job::ReadBack,
        CommandLine::get_all(&cluster),
    );
    let identify = Effect::Identify(existing.place.clone());
    vec![
        Effect::clock(),
        stored,
        dry_run(existing, &cluster),
        identify,
    ]
}

/// Takes the spec that the state store has: what an approval depends on is read next, or cannot be.
pub fn stored_spec_read(model: &mut Model, result: Result<CommandOutput, Fault>) -> Vec<Effect> {
    let Screen::Review(existing) = &mut model.screen else {
        return Vec::new();
    };
    let (spec, facts) = match result {
        Ok(finished) if finished.succeeded() => (finished.stdout, FactsStatus::Asking),
        Ok(finished) => (String::new(), not_stored(existing, &finished)),
        Err(fault) => (String::new(), FactsStatus::Read(Err(fault))),
    };
    (existing.spec, existing.facts) = (spec, facts);
    tell_spec(existing);
    if existing.facts != FactsStatus::Asking {
        tell_held_back(model);
        return kept_yes(model);
    }
    let Some(cluster) = existing.cluster.clone() else {
        return Vec::new();
    };
    let (effects, notice) = in_its_region(existing, model.at);
    let facts = Effect::ReadFacts(FactsOf {
        place: existing.place.clone(),
        cluster,
        spec: existing.spec.clone(),
        key: false,
    });
    tell_held_back(model);
    if notice.is_some() {
        model.notice = notice;
    }
    effects.into_iter().chain([facts]).collect()
}

// Where the cluster is, its spec knows better than the environment: its VPC is read there, and kops gets that region. A dry
// run that was asked for with another one is asked for again.
fn in_its_region(existing: &mut ExistingReview, at: Timestamp) -> (Vec<Effect>, Option<String>) {
    let before = existing.place.region.clone();
    let region = region::of_spec(&existing.spec).filter(|region| *region != before);
    let (Some(region), Some(cluster)) = (region, existing.cluster.clone()) else {
        return (Vec::new(), None);
    };
    existing.review = Review::asked(at);
    existing.place.region.clone_from(&region);
    let told = elsewhere(&cluster, &region, &before);
    let identify = Effect::Identify(existing.place.clone());
    (vec![dry_run(existing, &cluster), identify], Some(told))
}

/// That a cluster is in another region than the one that was set.
pub fn elsewhere(cluster: &str, region: &str, set: &str) -> String {
    format!("{cluster} is in {region}, by the zones of its spec: that region is used, not {set}")
}

fn dry_run(existing: &ExistingReview, cluster: &ClusterName) -> Effect {
    ask(
        existing,
        cluster,
        Job::Update,
        CommandLine::update_existing(cluster),
    )
}

fn ask(existing: &ExistingReview, cluster: &ClusterName, job: Job, command: CommandLine) -> Effect {
    Effect::Ask(KopsRun {
        job,
        cluster: cluster.clone(),
        place: existing.place.clone(),
        command,
        kubeconfig: Kubeconfig::Own,
        spec: None,
        store: None,
    })
}

fn not_stored(existing: &ExistingReview, finished: &CommandOutput) -> FactsStatus {
    let copied = existing.place.copied().about(existing.name());
    let fault = explain(finished.code(), &finished.stdout, &finished.stderr, &copied);
    FactsStatus::Read(Err(copied.fault(Fault::new(
        "the spec in the state store could not be read",
        fault.what,
        "Run `kops get all --name=CLUSTER -o yaml`, fix what it names, then ask kops again",
    ))))
}

/// Takes the end of the dry run.
pub fn dry_run_ended(model: &mut Model, result: Result<CommandOutput, Fault>) {
    let Screen::Review(existing) = &mut model.screen else {
        return;
    };
    let name = existing.name().to_owned();
    let copied = existing.place.copied().about(&name);
    existing.review = Review::answered(result, &copied);
    tell_spec(existing);
    tell_held_back(model);
}

/// What is left to do in a cluster whose nodes kops holds back although its dry run shows no change of version: it looks
/// finished, and is not.
pub fn held_back(model: &Model) -> Option<NextSteps> {
    let Screen::Review(existing) = &model.screen else {
        return None;
    };
    let report = &existing.review.reading()?.report;
    let cluster = existing.cluster.as_ref()?;
    let held = next_steps::held_back(
        cluster,
        &existing.place.copied(),
        &report.control_plane,
        &existing.spec,
    );
    held.filter(|_| kubernetes_change(report).is_none())
}

fn tell_held_back(model: &mut Model) {
    if let Some(next) = held_back(model) {
        let steps = next.steps.iter().take(2).map(|step| step.command.as_str());
        let steps = steps.collect::<Vec<_>>().join(", then ");
        model.notice = Some(format!("{} Next: {steps}", next.why));
    }
}

// The report points at the lines of the spec, once both are known.
fn tell_spec(existing: &mut ExistingReview) {
    if let Some(reading) = existing.review.reading_mut() {
        reading.set_spec(&existing.spec);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::tui::effect::ClusterTarget;
    use crate::tui::event::Event;
    use crate::tui::update::update;

    const SPEC: &str = "kind: Cluster\nspec: {networkID: vpc-1, subnets: [{zone: eu-west-1a}, {zone: eu-west-1b}]}\n";

    fn cluster() -> ClusterName {
        ClusterName::parse("a.example.com").unwrap()
    }

    fn place(region: &str) -> ClusterTarget {
        ClusterTarget {
            region: region.to_owned(),
            state_store: "s3://state".to_owned(),
            ..ClusterTarget::default()
        }
    }

    // What is asked once the store has told the spec, and what the person is told.
    fn after_the_spec(region: &str) -> (Vec<Effect>, Option<String>) {
        let mut model = Model::review(&cluster(), place(region));
        crate::tui::update::start(&mut model);
        let finished = CommandOutput {
            exit: Some(0),
            stdout: SPEC.to_owned(),
            ..CommandOutput::default()
        };
        let event = Event::Ended {
            job: Job::ReadBack,
            result: Ok(finished),
        };
        (
            update(&mut model, Timestamp::default(), event),
            model.notice,
        )
    }

    #[test]
    fn a_cluster_in_another_region_is_looked_at_there() {
        let there = place("eu-west-1");
        let dry_run = Effect::Ask(KopsRun {
            job: Job::Update,
            cluster: cluster(),
            place: there.clone(),
            command: CommandLine::update_existing(&cluster()),
            kubeconfig: Kubeconfig::Own,
            spec: None,
            store: None,
        });
        let facts = Effect::ReadFacts(FactsOf {
            place: there.clone(),
            cluster: cluster(),
            spec: SPEC.to_owned(),
            key: false,
        });
        let told = "a.example.com is in eu-west-1, by the zones of its spec: that region is used, not us-east-1";
        assert_eq!(
            after_the_spec("us-east-1"),
            (
                vec![dry_run, Effect::Identify(there), facts.clone()],
                Some(told.to_owned())
            )
        );
        assert_eq!(after_the_spec("eu-west-1"), (vec![facts], None));
    }
}
