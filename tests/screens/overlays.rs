//! What lies over a screen: help, the questions before leaving, and the label of the demonstration.

use kopswain::tui::event::Event;
use kopswain::tui::model::{Model, Overlay};
use kopswain::tui::update::update;

use super::canvas::{keep, shown};
use super::world::{after, press, recorded};
use super::{Shot, review, run, wizard};

fn asked(mut model: Model, keys: &str, overlay: Overlay) -> Model {
    press(&mut model, 100_000, keys);
    assert_eq!(model.overlay(), overlay, "{keys}");
    model
}

fn help(model: Model) -> Model {
    asked(model, "?", Overlay::Help { top: 0 })
}

fn demonstration(model: Model) -> Model {
    model.in_demonstration()
}

/// Help over each kind of screen, the questions, the demonstration.
pub fn all() -> Vec<Shot> {
    let modify = review::existing(recorded!("update-modify.stdout"));
    vec![
        ("help_account", help(wizard::step(0))),
        ("help_network", help(wizard::step(1))),
        ("help_nodes", help(wizard::step(3))),
        (
            "help_scrolled",
            after(
                help(wizard::step(1)),
                "<down><down><down><down><down><down>",
            ),
        ),
        ("help_spec", help(after(wizard::step(2), "<tab>"))),
        ("help_waiting", help(wizard::step(5))),
        ("help_review", help(review::reading())),
        ("help_raw", help(after(review::reading(), "r"))),
        ("help_existing", help(modify)),
        ("help_apply", help(run::applying())),
        ("help_watch", help(run::born())),
        (
            "leaving_the_wizard",
            asked(wizard::step(1), "<ctrl-c>", Overlay::Leaving),
        ),
        (
            "detaching",
            asked(run::applying(), "<ctrl-c>", Overlay::Detaching),
        ),
        ("demonstration_network", demonstration(wizard::step(1))),
        ("demonstration_review", demonstration(review::reading())),
        ("demonstration_watch", demonstration(run::born())),
    ]
}

#[test]
fn what_lies_over_the_screens_is_kept() {
    keep(&all());
}

#[test]
fn the_end_of_the_help_is_left_by_one_key() {
    let all = "<pagedown>".repeat(100);
    for mut model in [wizard::step(1), wizard::step(3), review::reading()] {
        let at = model.at();
        let resized = Event::Resize {
            columns: 80,
            rows: 24,
        };
        update(&mut model, at, resized);
        let end = after(help(model), &all);
        let above = after(end.clone(), "<up>");
        let size = (80, 24);
        assert_eq!(
            shown(&after(end.clone(), "<down>"), size),
            shown(&end, size)
        );
        assert_ne!(shown(&above, size), shown(&end, size));
    }
}
