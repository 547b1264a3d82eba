//! A type name exists once in the whole crate.

use std::collections::BTreeMap;

use syn::visit::{self, Visit};
use syn::{ItemEnum, ItemStruct, ItemTrait, ItemType, ItemUnion};

use super::source::{Source, tree};

#[derive(Default)]
struct Types(Vec<String>);

impl<'ast> Visit<'ast> for Types {
    fn visit_item_struct(&mut self, item: &'ast ItemStruct) {
        self.0.push(item.ident.to_string());
        visit::visit_item_struct(self, item);
    }

    fn visit_item_enum(&mut self, item: &'ast ItemEnum) {
        self.0.push(item.ident.to_string());
        visit::visit_item_enum(self, item);
    }

    fn visit_item_trait(&mut self, item: &'ast ItemTrait) {
        self.0.push(item.ident.to_string());
        visit::visit_item_trait(self, item);
    }

    fn visit_item_type(&mut self, item: &'ast ItemType) {
        self.0.push(item.ident.to_string());
        visit::visit_item_type(self, item);
    }

    fn visit_item_union(&mut self, item: &'ast ItemUnion) {
        self.0.push(item.ident.to_string());
        visit::visit_item_union(self, item);
    }
}

// Each name that more than one place defines, with those places.
fn defined_twice(sources: &[Source]) -> Vec<String> {
    let mut places: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for source in sources {
        let mut types = Types::default();
        types.visit_file(&source.file);
        for name in types.0 {
            places.entry(name).or_default().push(&source.path);
        }
    }
    let twice = places.into_iter().filter(|(_, paths)| paths.len() > 1);
    twice
        .map(|(name, paths)| format!("{name}: {}", paths.join(", ")))
        .collect()
}

#[test]
fn no_type_name_exists_twice() {
    assert_eq!(defined_twice(&tree()), [""; 0]);
}

#[test]
fn a_name_that_exists_twice_is_found() {
    let source = |path, text| Source::new(path, text, false);
    let files = [
        source("src/io/a.rs", "struct Page; fn f() { enum Inner {} }"),
        source(
            "src/core/b.rs",
            "mod tests { type Page = u8; trait Inner {} }",
        ),
        source(
            "src/core/c.rs",
            "trait One { type Page; } union Other { a: u8 }",
        ),
    ];
    let expected = [
        "Inner: src/io/a.rs, src/core/b.rs",
        "Page: src/io/a.rs, src/core/b.rs",
    ];
    assert_eq!(defined_twice(&files), expected);
}
