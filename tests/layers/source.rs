//! The files of `src/`, found as the compiler finds them: from `mod` to `mod`.

use std::fs;
use std::path::Path;

use syn::{Attribute, File, Item, Meta};

use super::layer::Layer;

/// One file of the program.
pub(crate) struct Source {
    /// From the project's folder: `src/core/planning.rs`.
    pub(crate) path: String,
    /// The module's path from the crate: `["core", "plan"]`.
    pub(crate) module: Vec<String>,
    pub(crate) text: String,
    pub(crate) file: File,
    /// Whether only tests see it.
    pub(crate) test: bool,
}

impl Source {
    /// Parses a file as if it stood at this path.
    pub(crate) fn new(path: &str, text: &str, only_tests: bool) -> Self {
        let inside = path.trim_start_matches("src/").trim_end_matches(".rs");
        let module = inside
            .split('/')
            .filter(|name| !["mod", "lib", "main"].contains(name))
            .map(str::to_owned)
            .collect();
        Self {
            path: path.to_owned(),
            module,
            text: text.to_owned(),
            file: syn::parse_file(text).unwrap_or_else(|error| panic!("{path}: {error}")),
            test: only_tests,
        }
    }

    /// The layer it belongs to; none for `lib.rs` and `main.rs`.
    pub(crate) fn layer(&self) -> Option<Layer> {
        Layer::of_module(&self.module)
    }

    fn children(&self) -> impl Iterator<Item = (String, bool)> + '_ {
        let modules = self.file.items.iter().filter_map(|item| match item {
            Item::Mod(module) if module.content.is_none() => Some(module),
            _ => None,
        });
        modules.map(|module| {
            (
                module.ident.to_string(),
                self.test || for_tests(&module.attrs),
            )
        })
    }
}

/// Whether an item is compiled for tests only.
pub(crate) fn for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg") => list.tokens.to_string() == "test",
        _ => false,
    })
}

/// Every file that `src/lib.rs` and `src/main.rs` reach.
pub(crate) fn tree() -> Vec<Source> {
    let mut files = Vec::new();
    for root in ["src/lib.rs", "src/main.rs"] {
        visit(Source::new(root, &read(root), false), &mut files);
    }
    files
}

fn visit(source: Source, files: &mut Vec<Source>) {
    let folder = [vec!["src".to_owned()], source.module.clone()]
        .concat()
        .join("/");
    let children: Vec<_> = source.children().collect();
    files.push(source);
    for (name, test) in children {
        let candidates = [
            format!("{folder}/{name}.rs"),
            format!("{folder}/{name}/mod.rs"),
        ];
        let found = candidates.iter().find(|path| Path::new(path).exists());
        let path = found.unwrap_or_else(|| panic!("no file for module {name} in {folder}"));
        visit(Source::new(path, &read(path), test), files);
    }
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn on_disk(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(on_disk(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path.to_str().unwrap().to_owned());
        }
    }
    found
}

#[test]
fn every_file_under_src_is_part_of_the_program() {
    let mut reached: Vec<String> = tree().into_iter().map(|source| source.path).collect();
    reached.sort();
    let mut there = on_disk(Path::new("src"));
    there.sort();
    assert_eq!(reached, there);
}

#[test]
fn every_file_belongs_to_a_layer() {
    let outside: Vec<String> = tree()
        .into_iter()
        .filter(|source| source.layer().is_none())
        .map(|source| source.path)
        .collect();
    assert_eq!(outside, ["src/lib.rs", "src/main.rs"]);
}
