//! A spec or the answers in the person's editor: what is asked, refused and reviewed.

use kopswain::core::cluster_name::ClusterName;
use kopswain::tui::event::{CommandOutput, EditedText, Event};
use kopswain::tui::job::Job;
use kopswain::tui::model::Model;
use kopswain::tui::update::start;

use super::Shot;
use super::canvas::keep;
use super::wizard::step;
use super::world::{CLUSTER, after, ended, facts, place, recorded, tell};

const FOLDER: &str = "/home/op/.local/state/kopswain";

fn asked() -> Model {
    let cluster = ClusterName::parse(CLUSTER).unwrap();
    let mut model = Model::editing_spec(&cluster, place());
    start(&mut model);
    model
}

fn stored() -> &'static str {
    recorded!("cluster_spec.yml")
}

fn left(mut model: Model, text: &str, file: &str) -> Model {
    let text = text.to_owned();
    let file = format!("{FOLDER}/{file}").into();
    tell(
        &mut model,
        20_000,
        Event::EditorEnded(Ok(EditedText { text, file })),
    );
    model
}

fn spec_left(text: &str) -> Model {
    let mut model = asked();
    tell(&mut model, 900, ended(Job::ReadBefore, 0, stored(), ""));
    left(
        model,
        text,
        "runs/prod.example.com/20261124T083000Z/edited_spec.yml",
    )
}

fn spec_reviewed() -> Model {
    let typed = stored().replace("maxSize: 2", "maxSize: 3");
    let mut model = spec_left(&typed);
    tell(&mut model, 21_000, ended(Job::ReadBefore, 0, stored(), ""));
    tell(&mut model, 22_000, Event::FactsRead(Ok(facts())));
    let answer = CommandOutput {
        exit: Some(0),
        stdout: recorded!("update-modify.stdout").to_owned(),
        made: typed,
        ..CommandOutput::default()
    };
    let job = Job::Preview;
    let result = Ok(answer);
    tell(&mut model, 29_000, Event::Ended { job, result });
    model
}

fn answers_refused() -> Model {
    left(
        step(3),
        "cluster: prod.example.com\nzoness: []\n",
        "edited/edited_answers.yml",
    )
}

/// The screens with what came from an editor.
pub fn all() -> Vec<Shot> {
    let wrong = stored()
        .replace("maxSize", "maxSiez")
        .replace("networkCIDR", "netwrokCIDR");
    vec![
        ("editor_spec_asked", asked()),
        ("editor_spec_unchanged", spec_left(stored())),
        ("editor_spec_refused", spec_left(&wrong)),
        ("editor_spec_review", spec_reviewed()),
        ("editor_spec_approval", after(spec_reviewed(), "a")),
        ("editor_answers_refused", answers_refused()),
    ]
}

#[test]
fn the_screens_of_an_editor_are_as_kept() {
    keep(&all());
}
