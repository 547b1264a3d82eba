//! The answers are opened in the person's editor: taken whole, undone at once, or left as they were with the reason.

use kopswain::io::demo;
use kopswain::tui::effect::Effect;
use kopswain::tui::event::Event;
use kopswain::tui::model::Model;
use kopswain::tui::screens::wizard::WizardStep;

use super::travel::{Arrived, EDITED, PretendedEditor, TO_REVIEW, follow_with};
use crate::keys::journey;

fn edited(keys: &str, editor: PretendedEditor) -> Arrived {
    let events = journey(keys).into_iter().map(Event::Key).collect();
    follow_with(Model::wizard(demo::answers(), "/home/op"), events, editor)
}

// An editor that names another cluster.
fn renaming() -> PretendedEditor {
    |text| Some(text.replace("demo.example.com", "other.example.com"))
}

fn opened(arrived: &Arrived) -> Vec<&str> {
    let opened = arrived.effects.iter().filter_map(|effect| match effect {
        Effect::OpenEditor(asked) => Some(asked.text.as_str()),
        _ => None,
    });
    opened.collect()
}

#[test]
fn answers_are_taken_from_the_editor_saved_and_undone() {
    let arrived = edited("<ctrl-e>", renaming());
    assert_eq!(arrived.wizard().answers.cluster, "other.example.com");
    assert_eq!(arrived.saved().last().unwrap().cluster, "other.example.com");
    assert!(opened(&arrived)[0].contains("cluster: demo.example.com"));
    assert!(
        arrived.shows("The answers are as the editor left them"),
        "{:#?}",
        arrived.screen
    );
    let undone = edited("<ctrl-e><ctrl-u>", renaming());
    assert_eq!(undone.wizard().answers.cluster, "demo.example.com");
    assert!(
        undone.shows("Undone: the answers are as they were"),
        "{:#?}",
        undone.screen
    );
}

#[test]
fn from_the_review_the_dry_run_follows_the_edited_answers() {
    let arrived = edited(&format!("{TO_REVIEW}E"), renaming());
    assert_eq!(arrived.wizard().step, WizardStep::Review);
    let reading = arrived.wizard().review.reading().unwrap();
    assert!(reading.cause.spec().contains("other.example.com"));
}

#[test]
fn a_text_that_is_no_answers_leaves_them_and_is_opened_again_as_typed() {
    let broken = |text: &str| {
        let right = text.contains("min: x");
        Some(if right {
            text.replace("min: x", "min: 3")
        } else {
            text.replace("min: 3", "min: x")
        })
    };
    let refused = edited("<ctrl-e>", broken);
    assert_eq!(refused.wizard().answers.cluster, "demo.example.com");
    assert_eq!(refused.saved(), []);
    let said = "The edited answers cannot be taken, and stay as they were";
    assert!(refused.shows(said), "{:#?}", refused.screen);
    let words = refused.model.notice().unwrap();
    assert!(
        words.contains(" at line ") && words.contains(EDITED),
        "{words}"
    );
    // It stands there on every step, until an answer is changed or the text is right.
    let later = edited("<ctrl-e><enter><enter>", broken);
    assert!(later.shows(said), "{:#?}", later.screen);
    let changed = edited("<ctrl-e><enter><enter><right>", broken);
    assert!(!changed.shows(said), "{:#?}", changed.screen);
    let mended = edited("<ctrl-e><ctrl-e>", broken);
    assert!(opened(&mended)[1].contains("min: x"));
    assert!(!mended.shows(said), "{:#?}", mended.screen);
}

#[test]
fn answers_that_the_editor_leaves_alone_are_not_saved() {
    let arrived = edited("<ctrl-e>", |text| Some(text.to_owned()));
    assert_eq!(arrived.saved(), []);
    assert!(
        arrived.shows("not changed in the editor"),
        "{:#?}",
        arrived.screen
    );
    let absent = edited("<ctrl-e>", |_| None);
    assert!(
        absent.shows("The demonstration opens no editor"),
        "{:#?}",
        absent.screen
    );
}
