//! Every path that a file names outside its tests: imports, code and the insides of macros, as full paths.

use std::collections::HashMap;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Item, ItemMod, ItemUse, Macro, Path, UseTree};

use super::source::{Source, for_tests};

/// One path as the file names it, resolved through its imports: `["std", "time", "Instant", "now"]`, and its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reference {
    pub(crate) path: Vec<String>,
    pub(crate) line: usize,
}

impl Reference {
    /// The path in Rust's own form.
    pub(crate) fn shown(&self) -> String {
        self.path.join("::")
    }

    /// Whether it names this path, something in it, or everything around it; `aws_*` stands for any name that starts so.
    pub(crate) fn reaches(&self, wanted: &str) -> bool {
        for (place, name) in wanted.split("::").enumerate() {
            match self.path.get(place).map(String::as_str) {
                None => return false,
                Some("*") => return true,
                Some(segment) if !matches(segment, name) => return false,
                Some(_) => {}
            }
        }
        true
    }
}

fn matches(segment: &str, name: &str) -> bool {
    match name.strip_suffix('*') {
        Some(start) => segment.starts_with(start),
        None => segment == name,
    }
}

/// What a file refers to.
#[derive(Debug, Default)]
pub(crate) struct References {
    /// Every path.
    pub(crate) paths: Vec<Reference>,
    /// The names that it imports, with their full paths.
    pub(crate) imported: HashMap<String, Vec<String>>,
}

impl References {
    /// Reads a file; what only tests see is left out.
    pub(crate) fn of(source: &Source) -> Self {
        if source.test {
            return Self::default();
        }
        let mut imports = Imports::new(source.module.clone());
        imports.visit_file(&source.file);
        let mut code = Code {
            imports,
            found: Self::default(),
        };
        code.visit_file(&source.file);
        let imported = code.imports.leaves.drain(..);
        code.found.paths.extend(imported);
        code.found.imported = code.imports.names;
        code.found
    }
}

// The names that a file's `use` items bring in, and the module that `self` and `super` count from.
struct Imports {
    module: Vec<String>,
    names: HashMap<String, Vec<String>>,
    leaves: Vec<Reference>,
}

impl Imports {
    fn new(module: Vec<String>) -> Self {
        Self {
            module,
            names: HashMap::new(),
            leaves: Vec::new(),
        }
    }

    fn absolute(&self, path: &[String]) -> Vec<String> {
        let ups = path.iter().take_while(|name| *name == "super").count();
        let inside = match path.first().map(String::as_str) {
            Some("self") => self.module.iter().chain(&path[1..]),
            Some("super") => {
                let kept = self.module.len().saturating_sub(ups);
                self.module[..kept].iter().chain(&path[ups..])
            }
            _ => return path.to_vec(),
        };
        std::iter::once("crate".to_owned())
            .chain(inside.cloned())
            .collect()
    }

    fn resolve(&self, path: &[String]) -> Vec<String> {
        match path.first().and_then(|first| self.names.get(first)) {
            Some(start) => start.iter().chain(&path[1..]).cloned().collect(),
            None => self.absolute(path),
        }
    }

    fn take(&mut self, tree: &UseTree, before: &[String]) {
        let with = |name: String| [before, &[name]].concat();
        match tree {
            UseTree::Path(path) => self.take(&path.tree, &with(path.ident.to_string())),
            UseTree::Group(group) => group.items.iter().for_each(|item| self.take(item, before)),
            UseTree::Glob(glob) => self.leaf(
                &with("*".to_owned()),
                None,
                glob.star_token.span.start().line,
            ),
            UseTree::Rename(rename) => {
                let line = rename.ident.span().start().line;
                self.leaf(
                    &with(rename.ident.to_string()),
                    Some(rename.rename.to_string()),
                    line,
                );
            }
            UseTree::Name(name) => {
                let path = if name.ident == "self" {
                    before.to_vec()
                } else {
                    with(name.ident.to_string())
                };
                let called = path.last().cloned();
                self.leaf(&path, called, name.ident.span().start().line);
            }
        }
    }

    fn leaf(&mut self, path: &[String], called: Option<String>, line: usize) {
        let path = self.absolute(path);
        if let Some(called) = called {
            self.names.insert(called, path.clone());
        }
        self.leaves.push(Reference { path, line });
    }
}

impl<'ast> Visit<'ast> for Imports {
    fn visit_item(&mut self, item: &'ast Item) {
        if !for_tests(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.take(&item.tree, &[]);
    }

    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        self.module.push(module.ident.to_string());
        visit::visit_item_mod(self, module);
        self.module.pop();
    }
}

struct Code {
    imports: Imports,
    found: References,
}

impl Code {
    fn reference(&self, path: &Path) -> Reference {
        let names: Vec<String> = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string())
            .collect();
        let path_in_crate = match path.leading_colon {
            Some(_) => names,
            None => self.imports.resolve(&names),
        };
        Reference {
            path: path_in_crate,
            line: path
                .segments
                .first()
                .map_or(0, |name| name.ident.span().start().line),
        }
    }

    fn tokens(&mut self, tokens: TokenStream) {
        let mut path = Vec::new();
        let mut line = 0;
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(name) => {
                    if colons != 2 || path.is_empty() {
                        self.named(&mut path, line);
                        line = name.span().start().line;
                    }
                    path.push(name.to_string());
                    colons = 0;
                }
                TokenTree::Punct(sign) if sign.as_char() == ':' => colons += 1,
                TokenTree::Group(group) => {
                    self.named(&mut path, line);
                    self.tokens(group.stream());
                }
                _ => self.named(&mut path, line),
            }
        }
        self.named(&mut path, line);
    }

    fn named(&mut self, path: &mut Vec<String>, line: usize) {
        if !path.is_empty() {
            let path = self.imports.resolve(&std::mem::take(path));
            self.found.paths.push(Reference { path, line });
        }
    }
}

impl<'ast> Visit<'ast> for Code {
    fn visit_item(&mut self, item: &'ast Item) {
        if !for_tests(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        self.imports.module.push(module.ident.to_string());
        visit::visit_item_mod(self, module);
        self.imports.module.pop();
    }

    fn visit_item_use(&mut self, _: &'ast ItemUse) {}

    fn visit_path(&mut self, path: &'ast Path) {
        let reference = self.reference(path);
        self.found.paths.push(reference);
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, called: &'ast Macro) {
        visit::visit_macro(self, called);
        self.tokens(called.tokens.clone());
    }
}

fn attributes(item: &Item) -> &[syn::Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn paths_of(text: &str) -> Vec<(usize, String)> {
    let references = References::of(&Source::new("src/tui/review.rs", text, false));
    let mut shown: Vec<(usize, String)> = references
        .paths
        .iter()
        .map(|reference| (reference.line, reference.shown()))
        .collect();
    shown.sort();
    shown
}

#[test]
fn groups_renames_and_globs_are_full_paths() {
    let text =
        "use std::{fs as f, io::{self, Write}};\nuse super::model::*;\nuse self::rows::Row;\n";
    let expected = [
        (1, "std::fs"),
        (1, "std::io"),
        (1, "std::io::Write"),
        (2, "crate::tui::model::*"),
        (3, "crate::tui::review::rows::Row"),
    ];
    assert_eq!(
        paths_of(text),
        expected.map(|(line, path)| (line, path.to_owned()))
    );
}

#[test]
fn code_and_macros_are_read_through_the_imports() {
    let text = "use std::time;\nfn f() {\n time::Instant::now();\n format!(\"{:?}\", time::SystemTime::now());\n}\n";
    let expected = [
        (1, "std::time"),
        (3, "std::time::Instant::now"),
        (4, "format"),
        (4, "std::time::SystemTime::now"),
    ];
    assert_eq!(
        paths_of(text),
        expected.map(|(line, path)| (line, path.to_owned()))
    );
}

#[test]
fn what_only_tests_see_is_left_out() {
    assert_eq!(
        paths_of("#[cfg(test)]\nmod tests {\n use std::fs;\n fn f() { fs::read(1); }\n}\n"),
        []
    );
    assert_eq!(paths_of("#[cfg(test)]\nuse std::fs;\n"), []);
}
