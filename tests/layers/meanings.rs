//! Every file says in its first sentence what it is for.

use super::source::{Source, tree};

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

#[test]
fn every_file_says_what_it_means() {
    let silent: Vec<String> = tree()
        .into_iter()
        .filter(|source| !source.test && source.layer().is_some() && meaning(source).is_none())
        .map(|source| source.path)
        .collect();
    assert_eq!(silent, Vec::<String>::new());
}
