//! What holds for the whole key table.

use super::*;
use crate::tui::key::Code;

const ALL: [Context; 32] = [
    Context::Form,
    Context::FormText,
    Context::FormVersion,
    Context::FormChoice,
    Context::FormMark,
    Context::FormOne,
    Context::FormPick,
    Context::FormGroup,
    Context::FormAct,
    Context::Typing,
    Context::Picking,
    Context::Spec,
    Context::ReviewSpec,
    Context::Waiting,
    Context::Review,
    Context::Differing,
    Context::DryRunFile,
    Context::Detail,
    Context::Raw,
    Context::Finding,
    Context::Approving,
    Context::Given,
    Context::Apply,
    Context::ApplyLeft,
    Context::ApplyFailed,
    Context::ApplyEnded,
    Context::RollingUpdate,
    Context::Dashboard,
    Context::Help,
    Context::Leaving,
    Context::Detaching,
    Context::TooSmall,
];

#[test]
fn a_key_means_one_thing_in_a_context() {
    for context in ALL {
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
    for context in ALL {
        let leaves = |key| action(context, key).is_some();
        assert!(
            leaves(Key::ctrl('c')) || leaves(Key::plain(Code::Esc)),
            "{context:?}"
        );
    }
}
