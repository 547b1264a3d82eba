//! The spec of a cluster without answers is edited as a text: in the editor, checked, previewed, approved and replaced.

use kopswain::core::answers::Answers;
use kopswain::core::cluster_name::ClusterName;
use kopswain::tui::effect::Effect;
use kopswain::tui::event::{EditedText, Event};
use kopswain::tui::job::Job;
use kopswain::tui::keymap::Context;
use kopswain::tui::model::{Model, Screen};
use kopswain::tui::screens::home::Home;
use kopswain::tui::screens::review::Review;
use kopswain::tui::screens::review::existing::ExistingReview;
use kopswain::tui::update::start;

use super::drift::{ends, tell};
use super::edit::{MADE, NAME, demo_target, edit_commands, over_home};
use super::travel::{Arrived, EDITED, PretendedEditor, TO_REVIEW};
use crate::keys::journey;

/// From the dashboard of the cluster that was made to its review, and there into the editor.
const EDIT: &str = "quE";

const STORED: &str = "apiVersion: kops.k8s.io/v1alpha2
kind: Cluster
metadata:
  name: demo.example.com
spec:
  kubernetesVersion: 1.35.5
---
apiVersion: kops.k8s.io/v1alpha2
kind: InstanceGroup
metadata:
  labels:
    kops.k8s.io/cluster: demo.example.com
  name: nodes
spec:
  maxSize: 2
";

fn made_then(keys: &str, editor: PretendedEditor) -> Arrived {
    over_home(&format!("{TO_REVIEW}{MADE}{keys}"), editor)
}

fn grown(text: &str) -> Option<String> {
    let grown = text.replace("maxSize: 2", "maxSize: 9");
    (grown != text).then_some(grown)
}

fn previewed(arrived: &Arrived) -> bool {
    let mut effects = arrived.effects.iter();
    effects.any(|effect| matches!(effect, Effect::Preview(preview) if preview.replaces.is_some()))
}

#[test]
fn a_spec_is_edited_from_its_review_to_the_applied_change() {
    let arrived = made_then(EDIT, grown);
    let words = "the replace changes the stored spec";
    assert!(arrived.shows(words), "{:#?}", arrived.screen);
    let arrived = made_then(&format!("{EDIT}{MADE}"), grown);
    assert!(
        matches!(arrived.model.screen(), Screen::RollingUpdate(_)),
        "{:#?}",
        arrived.screen
    );
    let commands = edit_commands(&arrived);
    assert_eq!(commands[2], "kops replace -f cluster_spec.yml --force");
    assert!(commands.last().unwrap().contains("--yes"), "{commands:?}");
    let mut runs = arrived.runs().into_iter();
    let replaced = runs.find(|run| run.job == Job::Replace);
    let sent = replaced.unwrap().spec.clone().unwrap();
    let begun = arrived
        .effects
        .iter()
        .rev()
        .find_map(|effect| match effect {
            Effect::Begin(begin) => Some(&begin.record),
            _ => None,
        });
    let record = begun.unwrap();
    assert!(sent.contains("maxSize: 9"), "{sent}");
    assert_eq!(
        (record.spec.as_str(), record.answers.as_str()),
        (sent.as_str(), "")
    );
    assert!(
        record.replaces.contains("maxSize: 2"),
        "{}",
        record.replaces
    );
}

#[test]
fn a_spec_that_the_editor_leaves_as_it_was_leads_to_nothing() {
    let arrived = made_then(EDIT, |text| Some(format!("# looked at\n{text}")));
    assert!(!previewed(&arrived));
    assert_eq!(
        arrived.model.notice(),
        Some("The spec was not changed, so nothing is done.")
    );
    let Screen::Review(existing) = arrived.model.screen() else {
        panic!("{:#?}", arrived.screen);
    };
    assert!(existing.is_plain() && existing.review.reading().is_some());
}

#[test]
fn without_an_editor_the_review_stays_and_says_why() {
    let arrived = made_then(EDIT, |_| None);
    assert!(!previewed(&arrived));
    let notice = arrived.model.notice().unwrap();
    assert!(
        notice.starts_with("The demonstration opens no editor."),
        "{notice}"
    );
}

// At home, on a cluster that no answers are known of.
fn at_home() -> Model {
    let home = Home::new(demo_target(), "", Answers::default(), None);
    let mut model = Model::home(home, "");
    start(&mut model);
    tell(&mut model, Event::ClustersInStore(vec![NAME.to_owned()]));
    model
}

fn opened(effects: &[Effect]) -> Option<&str> {
    effects.iter().find_map(|effect| match effect {
        Effect::OpenEditor(asked) => Some(asked.text.as_str()),
        _ => None,
    })
}

fn press(model: &mut Model, keys: &str) -> Vec<Effect> {
    let keys = journey(keys).into_iter();
    keys.flat_map(|key| tell(model, Event::Key(key))).collect()
}

fn typed(model: &mut Model, text: &str) -> Vec<Effect> {
    let (text, file) = (text.to_owned(), EDITED.into());
    tell(model, Event::EditorEnded(Ok(EditedText { text, file })))
}

fn existing(model: &Model) -> &ExistingReview {
    match model.screen() {
        Screen::Review(existing) => existing,
        other => panic!("no review: {other:?}"),
    }
}

fn refused(model: &Model) -> String {
    match &existing(model).review {
        Review::Failed { fault, .. } => fault.to_string(),
        other => panic!("not refused: {other:?}"),
    }
}

fn in_the_editor() -> Model {
    let mut model = at_home();
    press(&mut model, "e");
    let effects = ends(&mut model, Job::ReadBefore, STORED);
    assert_eq!(opened(&effects), Some(STORED));
    model
}

#[test]
fn without_answers_home_opens_the_stored_spec() {
    let mut model = in_the_editor();
    let effects = typed(&mut model, STORED);
    assert_eq!(effects, [Effect::Retake]);
    assert!(refused(&model).starts_with("the spec was not changed, so nothing is done"));
    press(&mut model, "<esc>");
    assert!(matches!(model.screen(), Screen::Home(_)));

    let mut alone = Model::editing_spec(&ClusterName::parse(NAME).unwrap(), demo_target());
    start(&mut alone);
    ends(&mut alone, Job::ReadBefore, STORED);
    typed(&mut alone, STORED);
    assert_eq!(press(&mut alone, "<esc>"), [Effect::Exit(0)]);
}

#[test]
fn what_kops_would_drop_is_refused_with_its_line_and_opened_again_as_typed() {
    let mut model = in_the_editor();
    let wrong = STORED.replace("maxSize", "maxSiez");
    let effects = typed(&mut model, &wrong);
    assert_eq!(effects, [Effect::Retake]);
    let words = refused(&model);
    assert!(
        words.contains("line 15: kops 1.36 knows no maxSiez in InstanceGroup/nodes"),
        "{words}"
    );
    assert!(words.contains(EDITED), "{words}");
    assert_eq!(model.context(), Context::StoredWaiting);
    let effects = press(&mut model, "E");
    assert_eq!(opened(&effects), Some(wrong.as_str()));
    let effects = typed(&mut model, &grown(STORED).unwrap());
    assert!(
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::Ask(run) if run.job == Job::ReadBefore))
    );
    let effects = ends(&mut model, Job::ReadBefore, STORED);
    assert!(
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::Preview(_)))
    );
}

#[test]
fn a_store_that_changed_while_the_spec_was_edited_is_not_put_back_unseen() {
    let mut model = in_the_editor();
    let mine = grown(STORED).unwrap();
    typed(&mut model, &mine);
    let theirs = STORED.replace("1.35.5", "1.35.6");
    let effects = ends(&mut model, Job::ReadBefore, &theirs);
    assert_eq!(effects, []);
    let named = "Cluster/demo.example.com.spec.kubernetesVersion";
    assert!(refused(&model).contains(named), "{}", refused(&model));
    // Asked again instead of opened, it is compared again.
    press(&mut model, "<ctrl-r>");
    let theirs = theirs.replace("1.35.6", "1.35.7");
    let effects = ends(&mut model, Job::ReadBefore, &theirs);
    assert_eq!(effects, []);
    assert!(refused(&model).contains(named), "{}", refused(&model));
    press(&mut model, "<ctrl-r>");
    let effects = ends(&mut model, Job::ReadBefore, &theirs);
    assert_eq!(opened(&effects), Some(mine.as_str()));
    // Opened again, and saved with both changes.
    let effects = press(&mut model, "E");
    assert_eq!(opened(&effects), Some(mine.as_str()));
    typed(&mut model, &mine.replace("1.35.5", "1.35.7"));
    let effects = ends(&mut model, Job::ReadBefore, &theirs);
    assert!(
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::Preview(_)))
    );
}
