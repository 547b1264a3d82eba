//! ARCHITECTURE.md names every file with the meaning that the file states of itself.
//! `INSTA_UPDATE=always cargo test --test layers map` writes the map anew.

use std::fs;

use super::layer::Layer;
use super::source::{Source, tree};

const MAP: &str = "ARCHITECTURE.md";
const BEGIN: &str = "<!-- begin of the map -->\n";
const END: &str = "<!-- end of the map -->\n";

fn meaning(source: &Source) -> Option<String> {
    let lines = source
        .text
        .lines()
        .map_while(|line| line.strip_prefix("//!"));
    let sentence: Vec<&str> = lines
        .map(str::trim)
        .take_while(|line| !line.is_empty())
        .collect();
    (!sentence.is_empty()).then(|| sentence.join(" "))
}

fn drawn(sources: &[Source]) -> String {
    let mut map = String::new();
    for layer in Layer::ALL {
        map.extend(["\n### ", layer.word(), "\n\n"]);
        let mut files: Vec<&Source> = sources
            .iter()
            .filter(|source| source.layer() == Some(layer))
            .collect();
        files.sort_by_key(|source| source.path.replace("/mod.rs", "").replace(".rs", ""));
        for source in files.into_iter().filter(|source| !source.test) {
            let meaning = meaning(source).unwrap_or_default();
            map.extend(["- `", &source.path, "`: ", &meaning, "\n"]);
        }
    }
    map + "\n"
}

#[test]
fn the_map_names_every_file_with_its_meaning() {
    let text = fs::read_to_string(MAP).unwrap();
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (kept, after) = rest.split_once(END).unwrap();
    let now = drawn(&tree());
    if std::env::var("INSTA_UPDATE").is_ok_and(|value| value == "always") {
        fs::write(MAP, format!("{before}{BEGIN}{now}{END}{after}")).unwrap();
        return;
    }
    let kept: Vec<&str> = kept.lines().collect();
    let now: Vec<&str> = now.lines().collect();
    let gone: Vec<&&str> = kept.iter().filter(|line| !now.contains(line)).collect();
    let new: Vec<&&str> = now.iter().filter(|line| !kept.contains(line)).collect();
    assert!(
        kept == now,
        "{MAP} is not the tree; see tests/layers/map.rs\ngone: {gone:#?}\nnew: {new:#?}"
    );
}

#[test]
fn every_file_says_what_it_means() {
    let silent: Vec<String> = tree()
        .into_iter()
        .filter(|source| !source.test && source.layer().is_some() && meaning(source).is_none())
        .map(|source| source.path)
        .collect();
    assert_eq!(silent, Vec::<String>::new());
}

#[test]
fn a_file_is_drawn_with_its_whole_first_sentence() {
    let source = |path, text| Source::new(path, text, false);
    let files = [
        source(
            "src/io/kops.rs",
            "//! The kops program,\n//! where it is.\n//!\n//! More.\n",
        ),
        source("src/core/spec.rs", "//! The spec.\n"),
        Source::new("src/core/spec/tests.rs", "//! Tests.\n", true),
    ];
    let expected = "\n### core\n\n- `src/core/spec.rs`: The spec.\n\n### app\n\n\n### ui\n\n\n### io\n\n\
        - `src/io/kops.rs`: The kops program, where it is.\n\n### cli\n\n\n";
    assert_eq!(drawn(&files), expected);
}
