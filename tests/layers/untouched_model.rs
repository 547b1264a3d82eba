//! A view takes `&Model` and changes nothing of the state.

use super::layer::Layer;
use super::references::{Reference, References};
use super::source::Source;
use super::{Violation, holds, said_of};

fn check(source: &Source) -> Vec<Violation> {
    if source.layer() != Some(Layer::View) {
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
            why: format!(
                "a view only shows, and does not change {}",
                reference.shown()
            ),
        })
        .collect()
}

fn shown_only(reference: &Reference) -> bool {
    let (root, module) = match reference.path.split_first() {
        Some((root, module)) => (root.as_str(), module),
        None => return false,
    };
    root == "crate" && matches!(Layer::of_module(module), Some(Layer::Core | Layer::Tui))
}

#[test]
fn a_view_changes_nothing_of_the_model() {
    holds(check);
}

#[test]
fn a_change_is_found_however_it_is_taken() {
    let cases = [
        (
            "use crate::tui::model::Model;\nfn draw(model: &mut Model) {}",
            "crate::tui::model::Model",
        ),
        (
            "fn draw(\nmodel: &mut crate::tui::model::Model) {}",
            "crate::tui::model::Model",
        ),
        (
            "use crate::tui::form as f;\nstruct S<'a> { rows: &'a mut [f::Form] }",
            "crate::tui::form::Form",
        ),
        (
            "use crate::tui::run::Run;\nfn f(change: impl Fn(&mut Option<Run>)) {}",
            "crate::tui::run::Run",
        ),
        (
            "use crate::core::spec::Spec;\nimpl Fold for Spec { fn fold(&mut self) {} }",
            "crate::core::spec::Spec",
        ),
    ];
    for (text, path) in cases {
        let why = format!("a view only shows, and does not change {path}");
        assert_eq!(
            said_of("src/tui/widgets/some.rs", text, check),
            [(2, why)],
            "{text}"
        );
    }
}

#[test]
fn drawing_is_let_through() {
    let text =
        "use crate::tui::model::Model;\nfn draw(frame: &mut ratatui::Frame<'_>, model: &Model) {}";
    assert_eq!(said_of("src/tui/widgets/some.rs", text, check), []);
    let text = "use crate::tui::model::Model;\nfn update(model: &mut Model) {}";
    assert_eq!(said_of("src/tui/some.rs", text, check), []);
}
