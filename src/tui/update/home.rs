//! Home, the places that are opened from it, and the way back.

use super::{Model, leave, start};
use crate::core::answers::Answers;
use crate::core::cluster_name::ClusterName;
use crate::tui::cluster_target::ClusterTarget;
use crate::tui::effect::Effect;
use crate::tui::keymap::Action;
use crate::tui::model::{Overlay, Screen};
use crate::tui::record::FoundRun;
use crate::tui::screens::apply::Apply;
use crate::tui::screens::dashboard::Dashboard;
use crate::tui::screens::home::Home;
use crate::tui::screens::home::update::HomeAction;
use crate::tui::screens::review::existing::ExistingReview;
use crate::tui::screens::wizard::{AnswersOrigin, Wizard};

/// The file that the first answer of a folder makes.
const FILE: &str = "answers.yml";

/// Takes a key that the table knows.
pub(super) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let (screen, mut context) = model.screen_and_context();
    let Screen::Home(home) = screen else {
        return Vec::new();
    };
    match home.act(action, &mut context) {
        HomeAction::Effects(effects) => effects,
        HomeAction::Leave => leave(model),
        HomeAction::Watch(cluster) => watch(model, &cluster),
        HomeAction::Review(cluster) => review(model, cluster),
        HomeAction::Edit(answers, origin) => edit(model, *answers, origin),
        HomeAction::EditSpec(cluster) => edit_spec(model, cluster),
        HomeAction::Wizard => open_wizard(model),
        HomeAction::Run(run) => show_run(model, &run),
    }
}

fn home(model: &Model) -> Option<&Home> {
    match &model.screen {
        Screen::Home(home) => Some(home),
        _ => None,
    }
}

fn watch(model: &mut Model, cluster: &ClusterName) -> Vec<Effect> {
    let Some(home) = home(model) else {
        return Vec::new();
    };
    let dashboard = Dashboard::new(cluster, home.target.clone(), None, model.at);
    let dashboard = match home.last_run_of(cluster) {
        Some(run) => dashboard.with_run(Box::new(Apply::found(run, model.at))),
        None => dashboard,
    };
    open(model, Screen::Dashboard(Box::new(dashboard)))
}

fn review(model: &mut Model, cluster: ClusterName) -> Vec<Effect> {
    open_review(model, |target| ExistingReview::new(Some(cluster), target))
}

fn edit_spec(model: &mut Model, cluster: ClusterName) -> Vec<Effect> {
    open_review(model, |target| ExistingReview::editing(cluster, target))
}

fn open_review(
    model: &mut Model,
    review: impl FnOnce(ClusterTarget) -> ExistingReview,
) -> Vec<Effect> {
    let Some(target) = home(model).map(|home| home.target.clone()) else {
        return Vec::new();
    };
    open(model, Screen::Review(Box::new(review(target))))
}

fn edit(model: &mut Model, answers: Answers, origin: AnswersOrigin) -> Vec<Effect> {
    let shell = home(model).and_then(|home| home.target.shell.clone());
    let mut wizard = Wizard::edit(answers, origin);
    wizard.shell = shell;
    open(model, Screen::Wizard(Box::new(wizard)))
}

fn show_run(model: &mut Model, run: &FoundRun) -> Vec<Effect> {
    let mut apply = Apply::found(run, model.at);
    let shell = home(model).and_then(|home| home.target.shell.clone());
    apply.target_mut().shell = shell;
    open(model, Screen::Apply(Box::new(apply)))
}

/// Opens the wizard with the answers of the folder.
pub(super) fn open_wizard(model: &mut Model) -> Vec<Effect> {
    let Some(home) = home(model) else {
        return Vec::new();
    };
    let mut wizard = Wizard::new(home.answers.clone());
    wizard.shell.clone_from(&home.target.shell);
    wizard.last_run.clone_from(&home.last_run);
    open(model, Screen::Wizard(Box::new(wizard)))
}

fn open(model: &mut Model, screen: Screen) -> Vec<Effect> {
    let before = std::mem::replace(&mut model.screen, screen);
    if let Screen::Home(home) = before {
        model.home_below = Some(home);
    }
    model.overlay = Overlay::None;
    start(model)
}

/// Lets the home below know the answers with which a run begins.
pub(super) fn keep_answers(model: &mut Model) {
    if let (Screen::Wizard(wizard), Some(home)) = (&model.screen, &mut model.home_below) {
        take_answers(home, wizard);
    }
}

// What was answered is the draft from here on, unless the answers file is about another cluster.
fn take_answers(home: &mut Home, wizard: &Wizard) {
    if wizard.keeps_file() {
        home.answers.clone_from(&wizard.answers);
        let file = home.file.take();
        home.file = file.or_else(|| wizard.saved.then(|| FILE.to_owned()));
    }
}

/// Goes back to home, where a place was opened from it; absent where none is below.
pub(super) fn go_back(model: &mut Model) -> Option<Vec<Effect>> {
    let mut home = model.home_below.take()?;
    let mut effects = Vec::new();
    match &model.screen {
        Screen::Dashboard(_) => effects.push(Effect::StopWatching),
        Screen::Wizard(wizard) => take_answers(&mut home, wizard),
        _ => {}
    }
    home.opening = false;
    model.notice = None;
    model.overlay = Overlay::None;
    model.screen = Screen::Home(home);
    effects.extend(start(model));
    Some(effects)
}
