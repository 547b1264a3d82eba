//! The demonstration says what happens in it, with the names that a person typed.

use std::time::Duration;

use kopswain::io::demo;
use kopswain::tui::effect::{Effect, Wake};
use kopswain::tui::event::Event;
use kopswain::tui::model::{Model, Screen};
use kopswain::tui::screens::dashboard::PollIntervals;

use super::travel::{Arrived, TO_REVIEW, follow};
use crate::keys::journey;

fn shown(keys: &str) -> Arrived {
    let model = Model::wizard(demo::answers(), "/home/op").in_demonstration();
    follow(model, journey(keys).into_iter().map(Event::Key).collect())
}

fn named() -> String {
    format!("<space><ctrl-u>shop.example.org<enter>{TO_REVIEW}")
}

#[test]
fn it_looks_as_often_as_it_says() {
    let keys = format!("{}ashop.example.org<enter>", named());
    let ready = shown(&keys);
    let Screen::Dashboard(watch) = ready.model.screen() else {
        panic!("not at the dashboard: {:#?}", ready.screen);
    };
    assert_eq!(watch.interval(), PollIntervals::DEMONSTRATION.when_ready);
    assert!(
        ready.shows("shop.example.org is ready"),
        "{:#?}",
        ready.screen
    );
    let rests: Vec<Duration> = ready
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Wake {
                after,
                why: Wake::Validate { .. },
            } => Some(*after),
            _ => None,
        })
        .collect();
    let PollIntervals {
        until_ready,
        when_ready,
        confirm,
        ..
    } = PollIntervals::DEMONSTRATION;
    assert_eq!(
        rests[..6],
        [
            until_ready,
            until_ready,
            until_ready,
            until_ready,
            confirm,
            when_ready
        ]
    );
    let help = shown(&format!("{keys}?"));
    assert!(
        help.shows("The built-in cluster becomes ready within a minute"),
        "{:#?}",
        help.screen
    );
}

#[test]
fn leaving_it_promises_nothing_that_is_not_so() {
    let asked = shown("<ctrl-c>");
    assert!(asked.shows("nothing is saved"), "{:#?}", asked.screen);
    assert!(!asked.shows("answers file"), "{:#?}", asked.screen);
}

#[test]
fn its_checks_tell_what_was_typed() {
    let typed = shown("<down><down><space><ctrl-u>s3://other-state<enter>");
    assert!(
        typed.shows("s3://other-state, taken as versioned"),
        "{:#?}",
        typed.screen
    );
    let elsewhere = shown("<down><space><ctrl-u>eu-west-1<enter>");
    assert!(
        elsewhere.shows("has nothing in eu-west-1"),
        "{:#?}",
        elsewhere.screen
    );
}
