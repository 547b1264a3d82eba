//! What holds for the whole key table.

use strum::VariantArray;

use super::*;
use crate::tui::key::Code;

const ALL: &[Context] = Context::VARIANTS;

#[test]
fn a_key_means_one_thing_in_a_context() {
    for context in ALL.iter().copied() {
        let keys: Vec<Key> = bindings(context)
            .iter()
            .flat_map(|binding| binding.keys)
            .copied()
            .collect();
        for key in &keys {
            let uses = keys.iter().filter(|other| *other == key).count();
            assert_eq!(uses, 1, "{key:?} in {context:?}");
        }
    }
}

#[test]
fn every_context_can_be_left() {
    for context in ALL.iter().copied() {
        let leaves = |key| action(context, key).is_some();
        assert!(
            leaves(Key::ctrl('c')) || leaves(Key::plain(Code::Esc)),
            "{context:?}"
        );
    }
}
