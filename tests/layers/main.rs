//! The house holds: imports go downward, core and tui are pure, views change nothing, and nothing grows too long.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout
)]

mod arrows;
mod colours;
mod commands;
mod cycles;
mod fuzzed;
mod layer;
mod lengths;
mod meanings;
mod policy;
mod promises;
mod purity;
mod references;
mod source;
mod types;

use source::{Source, tree};

/// What a rule has against a line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Violation {
    path: String,
    line: usize,
    why: String,
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.why)
    }
}

/// Fails with every violation of the rule in the whole tree.
fn holds(rule: impl Fn(&Source) -> Vec<Violation>) {
    let mut violations: Vec<Violation> = tree().iter().flat_map(rule).collect();
    violations.sort();
    violations.dedup();
    let lines: Vec<String> = violations.iter().map(ToString::to_string).collect();
    assert!(lines.is_empty(), "\n{}\n", lines.join("\n"));
}

/// What the rule says of one small file that stands at this path: line and reason.
fn said_of(
    path: &str,
    text: &str,
    rule: impl Fn(&Source) -> Vec<Violation>,
) -> Vec<(usize, String)> {
    let mut said: Vec<(usize, String)> = rule(&Source::new(path, text, false))
        .into_iter()
        .map(|violation| (violation.line, violation.why))
        .collect();
    said.sort();
    said.dedup();
    said
}
