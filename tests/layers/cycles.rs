//! No cycle between folders: of the modules that stand side by side, a folder with its `x.rs` being one, none uses another
//! that uses it back.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::references::{Reference, References};
use super::source::{Source, tree};

/// The folders in which every level is checked.
const CHECKED: [&str; 4] = ["core", "tui", "io", "cli"];

/// Which module of a level uses which other, with the first place where it does.
type Uses = BTreeMap<(String, String), String>;

/// The levels by the path of the module around them.
type Levels = BTreeMap<Vec<String>, Uses>;

/// What the files of the crate are called and import, to follow a path to the module that it is really in.
struct Modules(HashMap<Vec<String>, HashMap<String, Vec<String>>>);

impl Modules {
    // `super::Name` may be another child's that the folder only imports.
    fn home(&self, path: &[String]) -> Vec<String> {
        let mut path = path.to_vec();
        for _ in 0..8 {
            let known = (0..=path.len()).rev();
            let Some(depth) = known
                .into_iter()
                .find(|end| self.0.contains_key(&path[..*end]))
            else {
                return Vec::new();
            };
            let (module, rest) = path.split_at(depth);
            let imported = rest.first().and_then(|name| self.0[module].get(name));
            let Some((root, inside)) = imported.and_then(|imported| imported.split_first()) else {
                return module.to_vec();
            };
            let child = [module, std::slice::from_ref(root)].concat();
            path = match root.as_str() {
                "crate" => [inside, &rest[1..]].concat(),
                _ if self.0.contains_key(&child) => [&child, inside, &rest[1..]].concat(),
                _ => return module.to_vec(),
            };
        }
        Vec::new()
    }
}

fn levels(sources: &[Source]) -> Levels {
    let read: Vec<(&Source, References)> = sources
        .iter()
        .map(|source| (source, References::of(source)))
        .collect();
    let names = read
        .iter()
        .map(|(source, found)| (source.module.clone(), found.imported.clone()));
    let modules = Modules(names.collect());
    let mut levels = Levels::new();
    for (source, found) in &read {
        for reference in &found.paths {
            if let Some(path) = inside(reference) {
                add(&mut levels, source, reference, &modules.home(path));
            }
        }
    }
    levels
}

fn inside(reference: &Reference) -> Option<&[String]> {
    let (root, path) = reference.path.split_first()?;
    (root == "crate").then_some(path)
}

fn add(levels: &mut Levels, source: &Source, reference: &Reference, to: &[String]) {
    let from = &source.module;
    let shared = from
        .iter()
        .zip(to)
        .take_while(|(one, other)| one == other)
        .count();
    if let (Some(one), Some(other)) = (from.get(shared), to.get(shared)) {
        let place = format!("{}:{} {}", source.path, reference.line, reference.shown());
        let level = levels.entry(from[..shared].to_vec()).or_default();
        level.entry((one.clone(), other.clone())).or_insert(place);
    }
}

fn reached<'a>(uses: &'a Uses, from: &'a str) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut next = vec![from];
    while let Some(at) = next.pop() {
        let there = uses.keys().filter(|(one, _)| one == at);
        next.extend(
            there
                .map(|(_, other)| other.as_str())
                .filter(|other| reached.insert(*other)),
        );
    }
    reached
}

// Each use that is part of a cycle.
fn in_cycles(sources: &[Source], checked: &[&str]) -> Vec<String> {
    let levels = levels(sources).into_iter();
    let levels = levels.filter(|(level, _)| {
        level
            .first()
            .is_none_or(|folder| checked.contains(&folder.as_str()))
    });
    levels
        .flat_map(|(level, uses)| {
            let back = uses
                .iter()
                .filter(|((one, other), _)| reached(&uses, other).contains(one.as_str()));
            let shown = back.map(|((one, other), place)| {
                format!("{}: {one} -> {other} ({place})", level.join("::"))
            });
            shown.collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn no_cycle_between_folders() {
    let found = in_cycles(&tree(), &CHECKED);
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn a_cycle_is_found_however_deep_it_is_and_through_an_import() {
    let source = |path, text| Source::new(path, text, false);
    let files = [
        source("src/io/mod.rs", "mod a; mod b; mod c;"),
        source("src/io/a.rs", "use super::b::inner;"),
        source("src/io/b.rs", "pub use inner::B; mod inner; mod user;"),
        source(
            "src/io/b/inner.rs",
            "pub struct B; fn f() { crate::io::c::g(); super::user::h(); }",
        ),
        source("src/io/b/user.rs", "use super::B; fn h() {}"),
        source(
            "src/io/c.rs",
            "use super::a; #[cfg(test)] mod tests { use crate::cli::x; }",
        ),
        source("src/cli/x.rs", "use crate::io::a;"),
    ];
    let expected = [
        "io: a -> b (src/io/a.rs:1 crate::io::b::inner)",
        "io: b -> c (src/io/b/inner.rs:1 crate::io::c::g)",
        "io: c -> a (src/io/c.rs:1 crate::io::a)",
        "io::b: inner -> user (src/io/b/inner.rs:1 crate::io::b::user::h)",
        "io::b: user -> inner (src/io/b/user.rs:1 crate::io::b::B)",
    ];
    assert_eq!(in_cycles(&files, &["io", "cli"]), expected);
    assert_eq!(in_cycles(&files, &["cli"]), [""; 0]);
}
