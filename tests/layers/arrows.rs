//! Imports go downward: core ← app ← ui, io ← cli.

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
    uses: Layer::Ui,
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
    match reference.path.as_slice() {
        [root, layer, ..] if root == "crate" || root == "kopswain" => Layer::of_word(layer),
        _ => None,
    }
}

fn check(source: &Source) -> Vec<Violation> {
    let forbidden = upward(source)
        .into_iter()
        .filter(|(to, _)| !excepted(source, *to));
    forbidden
        .map(|(to, reference)| Violation {
            path: source.path.clone(),
            line: reference.line,
            why: format!("{} is above: {}", to.word(), reference.shown()),
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
            "src/core/plan.rs",
            "use crate::app::model::Model;",
            "app is above: crate::app::model::Model",
        ),
        (
            "src/core/plan.rs",
            "use super::super::io::files;",
            "io is above: crate::io::files",
        ),
        (
            "src/app/update.rs",
            "use crate::{core::plan, ui::theme};",
            "ui is above: crate::ui::theme",
        ),
        (
            "src/app/update.rs",
            "fn f() { crate::io::kops::run(); }",
            "io is above: crate::io::kops::run",
        ),
        (
            "src/app/update.rs",
            "fn f() { print!(\"{}\", crate::cli::X); }",
            "cli is above: crate::cli::X",
        ),
        (
            "src/ui/screen.rs",
            "use crate::io::files::write;",
            "io is above: crate::io::files::write",
        ),
        (
            "src/ui/screen.rs",
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
            "use crate::ui::screen::draw;",
            "ui is above: crate::ui::screen::draw",
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
            "src/app/update.rs",
            "use crate::core::plan::Plan; use super::model::Model;",
        ),
        (
            "src/io/kops.rs",
            "use crate::{app::effect::Effect, core::command::Command};",
        ),
        ("src/io/event_loop.rs", "use crate::ui::screen::draw;"),
        ("src/cli/plan.rs", "use crate::{io::files, ui::screen};"),
    ];
    for (path, text) in cases {
        assert_eq!(said_of(path, text, check), []);
    }
}
