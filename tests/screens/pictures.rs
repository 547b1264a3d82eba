//! The pictures of the README, in `snapshots/pictures`. `INSTA_UPDATE=always cargo test --test screens pictures` draws
//! them anew.

use std::collections::BTreeSet;
use std::path::PathBuf;

use kopswain::tui::model::Model;

use super::canvas::{cells, themed};
use super::svg::picture;
use super::world::after;
use super::{live, review, run, wizard};

const SIZE: (u16, u16) = (120, 34);

/// Each main screen by the name of its file.
fn main_screens() -> Vec<(&'static str, Model)> {
    vec![
        ("account", wizard::step(0)),
        ("home", super::home::typical()),
        ("network", after(wizard::step(1), "<right>")),
        ("control-plane", wizard::step(2)),
        ("nodes", wizard::step(3)),
        ("access", wizard::step(4)),
        (
            "review",
            after(
                review::existing(super::world::recorded!("update-modify.stdout")),
                "<space>",
            ),
        ),
        ("approval", after(review::reading(), "aprod.example.c")),
        ("run", run::applying()),
        ("dashboard", live::degraded()),
    ]
}

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("snapshots/pictures")
        .join(format!("{name}.svg"))
}

fn accepts() -> bool {
    std::env::var("INSTA_UPDATE").is_ok_and(|value| value == "always")
}

#[test]
fn the_pictures_of_the_readme_are_as_the_program_draws() {
    for (name, model) in main_screens() {
        let drawn = picture(&cells(&model, SIZE, &themed("dark")));
        if accepts() {
            std::fs::create_dir_all(path(name).parent().unwrap()).unwrap();
            std::fs::write(path(name), &drawn).unwrap();
        }
        let kept = std::fs::read_to_string(path(name)).unwrap_or_default();
        assert!(
            kept == drawn,
            "snapshots/pictures/{name}.svg differs: INSTA_UPDATE=always draws it anew, then look at it"
        );
    }
}

#[test]
fn the_readme_shows_every_picture_and_no_other() {
    let readme = include_str!("../../README.md");
    let shown = readme.split("(snapshots/pictures/").skip(1);
    let shown = shown.filter_map(|rest| rest.split_once(".svg)"));
    let shown: BTreeSet<&str> = shown.map(|(name, _)| name).collect();
    let drawn = main_screens().into_iter().map(|(name, _)| name).collect();
    assert_eq!(shown, drawn);
}

#[test]
fn a_picture_holds_every_word_of_its_screen() {
    for (name, model) in main_screens() {
        let buffer = cells(&model, SIZE, &themed("dark"));
        let svg = picture(&buffer);
        for row in super::canvas::rows(&buffer) {
            for word in row
                .split_whitespace()
                .filter(|word| word.chars().all(|letter| letter.is_ascii_alphanumeric()))
            {
                assert!(svg.contains(word), "{name}: {word}");
            }
        }
        assert_eq!(
            svg.matches("<text").count(),
            svg.matches("</text>").count(),
            "{name}"
        );
    }
}
