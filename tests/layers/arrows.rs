//! Imports go downward: core ← tui ← io ← cli; among tui's files, only views use views.

use super::layer::Layer;
use super::references::{Reference, References};
use super::source::{Source, tree};
use super::{Violation, holds, said_of};

/// A file that may use one layer more, and why.
struct Exception {
    path: &'static str,
    uses: Layer,
    why: &'static str,
}

const EXCEPTIONS: [Exception; 1] = [Exception {
    path: "src/io/event_loop.rs",
    uses: Layer::View,
    why: "the one loop draws the model when no event waits",
}];

fn excepted(source: &Source, uses: Layer) -> bool {
    let mut exceptions = EXCEPTIONS.iter();
    exceptions.any(|exception| exception.path == source.path && exception.uses == uses)
}

fn upward(source: &Source) -> Vec<(Layer, Reference)> {
    let Some(from) = source.layer() else {
        return Vec::new();
    };
    let paths = References::of(source).paths.into_iter();
    paths
        .filter_map(|reference| {
            let to = used(&reference)?;
            (!from.may_use().contains(&to)).then_some((to, reference))
        })
        .collect()
}

fn used(reference: &Reference) -> Option<Layer> {
    let (root, module) = reference.path.split_first()?;
    (root == "crate" || root == "kopswain")
        .then(|| Layer::of_module(module))
        .flatten()
}

fn check(source: &Source) -> Vec<Violation> {
    let forbidden = upward(source)
        .into_iter()
        .filter(|(to, _)| !excepted(source, *to));
    forbidden
        .map(|(to, reference)| Violation {
            path: source.path.clone(),
            line: reference.line,
            why: format!("{} is above: {}", to.folder(), reference.shown()),
        })
        .collect()
}

#[test]
fn imports_go_downward() {
    holds(check);
}

#[test]
fn an_exception_that_nobody_needs_is_removed() {
    let tree = tree();
    for exception in EXCEPTIONS {
        let mut files = tree.iter().filter(|source| source.path == exception.path);
        let needed = files.any(|source| upward(source).iter().any(|(to, _)| *to == exception.uses));
        assert!(
            needed,
            "{} does not need its exception ({})",
            exception.path, exception.why
        );
    }
}

#[test]
fn an_import_upward_is_found_however_it_is_written() {
    let cases = [
        (
            "src/core/planning.rs",
            "use crate::tui::model::Model;",
            "tui is above: crate::tui::model::Model",
        ),
        (
            "src/core/planning.rs",
            "use super::super::io::files;",
            "io is above: crate::io::files",
        ),
        (
            "src/tui/update.rs",
            "use crate::{core::planning, tui::theme};",
            "tui/view is above: crate::tui::theme",
        ),
        (
            "src/tui/update.rs",
            "fn f() { crate::io::kops::run(); }",
            "io is above: crate::io::kops::run",
        ),
        (
            "src/tui/update.rs",
            "fn f() { print!(\"{}\", crate::cli::X); }",
            "cli is above: crate::cli::X",
        ),
        (
            "src/tui/view.rs",
            "use crate::io::files::write;",
            "io is above: crate::io::files::write",
        ),
        (
            "src/tui/view.rs",
            "use kopswain::cli::Cli;",
            "cli is above: kopswain::cli::Cli",
        ),
        (
            "src/io/kops.rs",
            "use crate::cli::Cli;",
            "cli is above: crate::cli::Cli",
        ),
        (
            "src/io/kops.rs",
            "use crate::tui::view::draw;",
            "tui/view is above: crate::tui::view::draw",
        ),
    ];
    for (path, text, why) in cases {
        assert_eq!(said_of(path, text, check), [(1, why.to_owned())]);
    }
}

#[test]
fn an_import_downward_is_let_through() {
    let cases = [
        (
            "src/tui/update.rs",
            "use crate::core::planning::Plan; use super::model::Model;",
        ),
        (
            "src/io/kops.rs",
            "use crate::{tui::effect::Effect, core::kops::command::Command};",
        ),
        ("src/io/event_loop.rs", "use crate::tui::view::draw;"),
        ("src/cli/plan.rs", "use crate::{io::files, tui::view};"),
    ];
    for (path, text) in cases {
        assert_eq!(said_of(path, text, check), []);
    }
}
