//! ui takes `&Model` and changes nothing of core's or app's.

use super::layer::Layer;
use super::references::{Reference, References};
use super::source::Source;
use super::{Violation, holds, said_of};

fn check(source: &Source) -> Vec<Violation> {
    if source.layer() != Some(Layer::Ui) {
        return Vec::new();
    }
    let changed = References::of(source)
        .changed
        .into_iter()
        .filter(shown_only);
    changed
        .map(|reference| Violation {
            path: source.path.clone(),
            line: reference.line,
            why: format!("ui only shows, and does not change {}", reference.shown()),
        })
        .collect()
}

fn shown_only(reference: &Reference) -> bool {
    reference.reaches("crate::app") || reference.reaches("crate::core")
}

#[test]
fn ui_changes_nothing_of_the_model() {
    holds(check);
}

#[test]
fn a_change_is_found_however_it_is_taken() {
    let cases = [
        (
            "use crate::app::model::Model;\nfn draw(model: &mut Model) {}",
            "crate::app::model::Model",
        ),
        (
            "fn draw(\nmodel: &mut crate::app::model::Model) {}",
            "crate::app::model::Model",
        ),
        (
            "use crate::app::form as f;\nstruct S<'a> { rows: &'a mut [f::Form] }",
            "crate::app::form::Form",
        ),
        (
            "use crate::app::run::Run;\nfn f(change: impl Fn(&mut Option<Run>)) {}",
            "crate::app::run::Run",
        ),
        (
            "use crate::core::spec::Spec;\nimpl Fold for Spec { fn fold(&mut self) {} }",
            "crate::core::spec::Spec",
        ),
    ];
    for (text, path) in cases {
        let why = format!("ui only shows, and does not change {path}");
        assert_eq!(said_of("src/ui/some.rs", text, check), [(2, why)], "{text}");
    }
}

#[test]
fn drawing_is_let_through() {
    let text =
        "use crate::app::model::Model;\nfn draw(frame: &mut ratatui::Frame<'_>, model: &Model) {}";
    assert_eq!(said_of("src/ui/some.rs", text, check), []);
    let text = "use crate::app::model::Model;\nfn update(model: &mut Model) {}";
    assert_eq!(said_of("src/app/some.rs", text, check), []);
}
