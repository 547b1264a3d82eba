//! core and tui compute, views draw: none of them waits, reads a clock, or touches anything outside.

use super::layer::Layer;
use super::references::{Reference, References};
use super::source::Source;
use super::{Violation, holds, said_of};

const PURE: [Layer; 2] = [Layer::Core, Layer::Tui];
const PURE_AND_VIEW: [Layer; 3] = [Layer::Core, Layer::Tui, Layer::View];

/// Paths that some layers do not use, and why.
struct Ban {
    layers: &'static [Layer],
    paths: &'static [&'static str],
    why: &'static str,
}

const BANS: [Ban; 7] = [
    Ban {
        layers: &PURE,
        paths: &["ratatui", "crossterm", "inquire"],
        why: "only views and io know a terminal",
    },
    Ban {
        layers: &[Layer::View],
        paths: &[
            "crossterm",
            "inquire",
            "ratatui::crossterm",
            "ratatui::Terminal",
            "ratatui::backend",
        ],
        why: "a view draws into a frame; io has the terminal",
    },
    Ban {
        layers: &PURE_AND_VIEW,
        paths: &["tokio", "aws_*", "nix", "tempfile", "etcetera", "clap"],
        why: "only io and cli reach outside",
    },
    Ban {
        layers: &PURE_AND_VIEW,
        paths: &[
            "std::fs",
            "std::process",
            "std::env",
            "std::thread",
            "std::os",
        ],
        why: "files, processes and the environment are io's",
    },
    Ban {
        layers: &PURE_AND_VIEW,
        paths: &[
            "std::io::stdin",
            "std::io::stdout",
            "std::io::stderr",
            "std::net::TcpListener",
            "std::net::TcpStream",
            "std::net::ToSocketAddrs",
            "std::net::UdpSocket",
        ],
        why: "streams and sockets are io's",
    },
    Ban {
        layers: &PURE_AND_VIEW,
        paths: &[
            "std::time::Instant::now",
            "std::time::Instant::elapsed",
            "std::time::SystemTime",
        ],
        why: "time arrives in events",
    },
    Ban {
        layers: &PURE_AND_VIEW,
        paths: &[
            "std::cell",
            "std::sync::Mutex",
            "std::sync::RwLock",
            "std::sync::atomic",
            "std::sync::mpsc",
        ],
        why: "a value changes only through &mut",
    },
];

fn check(source: &Source) -> Vec<Violation> {
    let Some(layer) = source.layer() else {
        return Vec::new();
    };
    let bans = BANS.iter().filter(|ban| ban.layers.contains(&layer));
    let references = References::of(source).paths;
    bans.flat_map(|ban| broken(ban, &references, source))
        .collect()
}

fn broken(ban: &Ban, references: &[Reference], source: &Source) -> Vec<Violation> {
    let found = references
        .iter()
        .filter(|reference| ban.paths.iter().any(|path| reference.reaches(path)));
    found
        .map(|reference| Violation {
            path: source.path.clone(),
            line: reference.line,
            why: format!("{}: {}", ban.why, reference.shown()),
        })
        .collect()
}

#[test]
fn core_and_tui_touch_nothing_outside() {
    holds(check);
}

#[test]
fn each_ban_finds_what_it_bans() {
    for ban in &BANS {
        for path in ban.paths {
            let named = path.replace('*', "sdk_ec2");
            for layer in ban.layers {
                let file = format!("src/{}/some.rs", layer.folder());
                let said = said_of(&file, &format!("fn f() {{ {named}::thing(); }}"), check);
                assert_eq!(said, [(1, format!("{}: {named}::thing", ban.why))]);
            }
        }
    }
}

#[test]
fn hiding_it_does_not_help() {
    let cases = [
        (
            "use std::{collections::BTreeMap, fs};",
            "files, processes and the environment are io's: std::fs",
        ),
        (
            "use std::{env as e};",
            "files, processes and the environment are io's: std::env",
        ),
        (
            "use std::time::Instant as I; fn f() { I::now(); }",
            "time arrives in events: std::time::Instant::now",
        ),
        (
            "fn f() { vec![::std::process::id()]; }",
            "files, processes and the environment are io's: std::process::id",
        ),
        (
            "fn f() { g(std::env::var); }",
            "files, processes and the environment are io's: std::env::var",
        ),
        (
            "fn f() { use tokio::spawn; }",
            "only io and cli reach outside: tokio::spawn",
        ),
        (
            "struct S { f: std::fs::File }",
            "files, processes and the environment are io's: std::fs::File",
        ),
    ];
    for (text, why) in cases {
        assert_eq!(
            said_of("src/core/some.rs", text, check),
            [(1, why.to_owned())],
            "{text}"
        );
    }
    assert!(!said_of("src/tui/some.rs", "use std::*;", check).is_empty());
    assert!(
        !said_of(
            "src/tui/some.rs",
            "fn f() {}\n#[cfg(not(test))]\nuse std::fs;",
            check
        )
        .is_empty()
    );
}

#[test]
fn values_and_the_layers_below_the_line_are_let_through() {
    let pure = "use std::time::{Duration, Instant}; use std::net::Ipv4Addr; use std::collections::BTreeMap;";
    assert_eq!(said_of("src/core/some.rs", pure, check), []);
    assert_eq!(
        said_of("src/tui/widgets/some.rs", "use ratatui::Frame;", check),
        []
    );
    assert_eq!(
        said_of(
            "src/io/some.rs",
            "use std::fs; use tokio::spawn; use crossterm::event;",
            check
        ),
        []
    );
    assert_eq!(
        said_of(
            "src/core/some.rs",
            "#[cfg(test)] mod tests { use std::fs; }",
            check
        ),
        []
    );
}
