//! From home to each place and back.

use std::path::PathBuf;
use std::time::Duration;

use kopswain::core::answers::Answers;
use kopswain::core::approval::facts::ApprovalFacts;
use kopswain::core::cluster_name::ClusterName;
use kopswain::io::demo;
use kopswain::tui::cluster_target::ClusterTarget;
use kopswain::tui::effect::Effect;
use kopswain::tui::event::{ClickTarget, Event, Timestamp};
use kopswain::tui::home_pane::HomePane;
use kopswain::tui::keymap::Context;
use kopswain::tui::model::{Model, Screen};
use kopswain::tui::record::{FoundRun, Record};
use kopswain::tui::screens::home::Home;
use kopswain::tui::update::{start, update};

use crate::keys::journey;

const NAME: &str = "shop.example.com";

fn home(file: Option<&str>) -> Model {
    let target = ClusterTarget {
        region: "us-east-1".to_owned(),
        state_store: "s3://example-state".to_owned(),
        ..ClusterTarget::default()
    };
    let answers = match file {
        Some(_) => demo::answers(),
        None => Answers::default(),
    };
    let home = Home::new(target, "", answers, file.map(str::to_owned));
    let mut model = Model::home(home, "");
    start(&mut model);
    model
}

fn tell(model: &mut Model, event: Event) -> Vec<Effect> {
    update(model, Timestamp::default(), event)
}

fn press(model: &mut Model, keys: &str) -> Vec<Effect> {
    let mut effects = Vec::new();
    for key in journey(keys) {
        effects.extend(tell(model, Event::Key(key)));
    }
    effects
}

fn with_cluster(file: Option<&str>) -> Model {
    let mut model = home(file);
    tell(&mut model, Event::ClustersInStore(vec![NAME.to_owned()]));
    model
}

fn place(model: &Model) -> &'static str {
    match model.screen() {
        Screen::Home(_) => "home",
        Screen::Wizard(_) => "wizard",
        Screen::Dashboard(_) => "dashboard",
        Screen::Review(_) => "review",
        _ => "elsewhere",
    }
}

#[test]
fn each_place_leads_back_home_and_home_to_the_shell() {
    for (keys, there, back) in [
        ("<enter>", "dashboard", "q"),
        ("u", "review", "<ctrl-c>"),
        ("n", "wizard", "<esc>"),
        ("<tab><enter>", "wizard", "<esc>"),
    ] {
        let mut model = with_cluster(None);
        press(&mut model, keys);
        assert_eq!(place(&model), there, "{keys}");
        let effects = press(&mut model, back);
        assert_eq!(place(&model), "home", "{keys} then {back}");
        let exits = effects
            .iter()
            .any(|effect| matches!(effect, Effect::Exit(_)));
        assert!(!exits, "{keys}");
        assert!(effects.contains(&Effect::FindRuns), "{keys}");
        assert_eq!(press(&mut model, "q"), [Effect::Exit(0)]);
    }
}

fn run_of(store: &str) -> FoundRun {
    let target = ClusterTarget {
        state_store: store.to_owned(),
        ..ClusterTarget::default()
    };
    let record = Record {
        cluster: ClusterName::parse(NAME).unwrap(),
        target,
        commands: Vec::new(),
        spec: String::new(),
        made: String::new(),
        replaces: String::new(),
        answers: String::new(),
        report: String::new(),
        facts: ApprovalFacts::default(),
    };
    FoundRun {
        folder: PathBuf::new(),
        record,
        commands: Vec::new(),
        at_work: false,
        closed: true,
        age: Duration::from_hours(1),
    }
}

#[test]
fn a_watch_from_home_shows_the_last_run_of_the_cluster_in_this_state_store() {
    for (store, shown) in [("s3://example-state/", true), ("s3://other", false)] {
        let mut model = with_cluster(None);
        tell(&mut model, Event::RunsFound(vec![run_of(store)]));
        press(&mut model, "<enter>b");
        let Screen::Dashboard(dashboard) = model.screen() else {
            panic!("no dashboard");
        };
        assert_eq!(dashboard.shown_run().is_some(), shown, "{store}");
    }
}

#[test]
fn the_keys_of_a_cluster_are_offered_on_clusters_only() {
    let mut model = with_cluster(Some("answers.yml"));
    assert_eq!(model.context(), Context::HomeCluster);
    for keys in ["<down>", "<up><tab>"] {
        press(&mut model, keys);
        assert_eq!(model.context(), Context::Home, "{keys}");
        press(&mut model, "u");
        assert_eq!(place(&model), "home");
        let notice = model.notice().unwrap();
        assert!(notice.starts_with("u does nothing here"), "{notice}");
    }
}

#[test]
fn a_watch_that_is_left_ends() {
    let mut model = with_cluster(None);
    press(&mut model, "<enter>");
    assert!(press(&mut model, "q").contains(&Effect::StopWatching));
}

#[test]
fn the_wizard_opens_by_itself_only_where_there_is_nothing() {
    let mut nothing = home(None);
    assert_eq!(place(&nothing), "home");
    tell(&mut nothing, Event::ClustersInStore(Vec::new()));
    assert_eq!(place(&nothing), "wizard");
    assert_eq!(place(&with_cluster(None)), "home");
    // Whoever has pressed a key is not taken elsewhere.
    let mut touched = home(None);
    press(&mut touched, "<tab>");
    tell(&mut touched, Event::ClustersInStore(Vec::new()));
    assert_eq!(place(&touched), "home");
}

#[test]
fn a_draft_is_a_row_and_no_other_cluster_takes_its_file() {
    let mut model = with_cluster(Some("answers.yml"));
    press(&mut model, "n");
    assert_eq!(place(&model), "home");
    let notice = model.notice().unwrap();
    assert!(notice.contains("demo.example.com"), "{notice}");
    press(&mut model, "<down><enter>");
    assert_eq!(place(&model), "wizard");
    assert_eq!(model.cluster(), "demo.example.com");
}

#[test]
fn another_region_is_asked_about_everything() {
    let mut model = with_cluster(None);
    let effects = press(&mut model, "geu-west-1<enter>");
    let lists = |effect: &Effect| matches!(effect, Effect::ListClusters(target) if target.region == "eu-west-1");
    assert_eq!(effects.iter().filter(|effect| lists(effect)).count(), 1);
    let effects = press(&mut model, "pprod<enter>");
    assert!(effects.contains(&Effect::UseProfile("prod".to_owned())));
}

#[test]
fn a_second_click_opens_what_the_first_has_chosen() {
    let mut model = with_cluster(Some("answers.yml"));
    let pane = HomePane::Clusters;
    tell(
        &mut model,
        Event::Clicked(ClickTarget::Home { pane, row: 1 }),
    );
    assert_eq!(place(&model), "home");
    tell(
        &mut model,
        Event::Clicked(ClickTarget::Home { pane, row: 1 }),
    );
    assert_eq!(place(&model), "wizard");
}
