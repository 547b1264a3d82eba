//! The fuzzing compiles core alone, so its manifest names every crate that core uses.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::layer::Layer;
use super::references::References;
use super::tree;

fn dependencies(manifest: &str) -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(manifest);
    let table: toml::Table = fs::read_to_string(path).unwrap().parse().unwrap();
    let names = table["dependencies"].as_table().unwrap().keys();
    names.map(|name| name.replace('-', "_")).collect()
}

#[test]
fn the_manifest_of_the_fuzzing_names_every_crate_that_core_uses() {
    let known = dependencies("Cargo.toml");
    let core = tree().into_iter();
    let core = core.filter(|source| source.layer() == Some(Layer::Core) && !source.test);
    let used: BTreeSet<String> = core
        .flat_map(|source| References::of(&source).paths)
        .filter_map(|reference| reference.path.first().cloned())
        .filter(|name| known.contains(name))
        .collect();
    assert!(used.contains("serde"), "{used:?}");
    let missing: Vec<_> = used
        .difference(&dependencies("fuzz/Cargo.toml"))
        .cloned()
        .collect();
    assert_eq!(missing, [""; 0]);
}
