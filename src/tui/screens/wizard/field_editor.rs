//! Entries of the wizard: typing a value, picking one from a list, pasting one.

use super::choice::Choice;
use super::choices::choices;
use super::field::{Field, FieldKey, FieldKind};
use super::form::{EditState, Picking, Typing};
use crate::tui::effect::Effect;
use crate::tui::event::Timestamp;
use crate::tui::field_edit::FieldEdit;
use crate::tui::form;
use crate::tui::key::Key;
use crate::tui::keymap::Action;
use crate::tui::row_sign::RowSign;
use crate::tui::screen_context::Pane;
use crate::tui::screens::wizard::change::changed;
use crate::tui::screens::wizard::{Wizard, WizardStep};

/// Takes a key that the table does not know: typing, into the open entry or into the row under the cursor. False where
/// nothing is typed, or for a key that types nothing.
pub fn typed(wizard: &mut Wizard, key: Key) -> bool {
    if wizard.pane != Pane::Work {
        return false;
    }
    if wizard.step == WizardStep::Review {
        return wizard.review.typed(key);
    }
    match &mut wizard.form_mut().entry {
        EditState::Typing(typing) => {
            typing.refused = None;
            form::edit(&mut typing.input, key)
        }
        EditState::Picking(picking) => {
            let edited = form::edit(&mut picking.input, key);
            if edited {
                picking.search();
            }
            edited
        }
        EditState::Resting => start_typing(wizard, key),
    }
}

fn start_typing(wizard: &mut Wizard, key: Key) -> bool {
    let Some(field) = wizard.current() else {
        return false;
    };
    if key.printable().is_none() {
        return false;
    }
    match field.kind {
        FieldKind::Text => {
            let mut typing = Typing::new(field.key, "");
            form::edit(&mut typing.input, key);
            wizard.form_mut().entry = EditState::Typing(typing);
            true
        }
        FieldKind::Shown => false,
        _ if field.has_list() => {
            pick_from(wizard, &field);
            typed(wizard, key)
        }
        _ => false,
    }
}

/// Takes a pasted text: into the open entry, or as the value of the row under the cursor.
pub fn pasted(wizard: &mut Wizard, text: &str) {
    if wizard.pane != Pane::Work {
        return;
    }
    if wizard.step == WizardStep::Review {
        return wizard.review.pasted(text);
    }
    if let (EditState::Resting, Some(field)) = (&wizard.form().entry, wizard.current())
        && field.kind == FieldKind::Text
    {
        wizard.form_mut().entry = EditState::Typing(Typing::new(field.key, ""));
    }
    match &mut wizard.form_mut().entry {
        EditState::Typing(typing) => form::paste(&mut typing.input, text),
        EditState::Picking(picking) => {
            form::paste(&mut picking.input, text);
            picking.search();
        }
        EditState::Resting => {}
    }
}

/// Opens the row for typing, with its value to edit.
pub(crate) fn type_into(wizard: &mut Wizard, field: &Field) {
    let typing = Typing::new(field.key.clone(), field.value());
    wizard.form_mut().entry = EditState::Typing(typing);
}

/// Opens the row's list to pick from; where there is no list the value is typed.
pub(crate) fn pick_from(wizard: &mut Wizard, field: &Field) {
    let mut choices = choices(wizard, field);
    if choices.is_empty() {
        return type_into(wizard, field);
    }
    if field.kind == FieldKind::Text {
        choices.push(Choice::by_hand());
    }
    let mut picking = Picking::new(field.key.clone(), choices, field.value());
    if field.kind == FieldKind::PickSeveral {
        let present = field.value().split(',').map(str::trim);
        let present = present.filter(|value| !value.is_empty()).map(str::to_owned);
        picking = picking.with_several(present.collect());
    }
    wizard.form_mut().entry = EditState::Picking(picking);
}

// Begins with what was searched, else with the present value.
fn type_by_hand(wizard: &mut Wizard, picking: &Picking) {
    let fields = wizard.fields();
    let present = fields.iter().find(|field| field.key == picking.key);
    let text = match picking.input.value() {
        "" => present.map_or("", Field::value),
        searched => searched,
    };
    let typing = Typing::new(picking.key.clone(), text);
    wizard.form_mut().entry = EditState::Typing(typing);
}

/// Takes a key while a value is typed; a refused value stays open with the reason.
pub(crate) fn on_typing(wizard: &mut Wizard, action: Action, at: Timestamp) -> Vec<Effect> {
    let EditState::Typing(typing) = std::mem::take(&mut wizard.form_mut().entry) else {
        return Vec::new();
    };
    if action == Action::Discard {
        return Vec::new();
    }
    let text = FieldEdit::Text(typing.input.value().to_owned());
    match changed(wizard, &typing.key, &text, at) {
        Ok(effects) => {
            to_the_row_below(wizard, &typing.key);
            effects
        }
        Err(reason) => {
            wizard.form_mut().entry = EditState::Typing(Typing {
                refused: Some(reason),
                ..typing
            });
            Vec::new()
        }
    }
}

// A value that blocks keeps the cursor, so that what is wrong stands below it whole. What acts is never walked onto: the
// next enter would do it.
fn to_the_row_below(wizard: &mut Wizard, key: &FieldKey) {
    let rows = wizard.rows();
    let at = rows.iter().position(|row| row.field.key == *key);
    let Some(at) = at else {
        return;
    };
    let blocks = rows
        .get(at)
        .is_some_and(|row| row.field.sign == RowSign::Blocked);
    let acts = rows
        .get(at + 1)
        .is_none_or(|row| row.field.kind == FieldKind::Act);
    wizard.form_mut().moved = true;
    wizard.form_mut().cursor = if blocks || acts { at } else { at + 1 };
}

/// Takes a key while a value is picked.
pub(crate) fn on_picking(
    wizard: &mut Wizard,
    action: Action,
    page: isize,
    at: Timestamp,
) -> Vec<Effect> {
    let EditState::Picking(mut picking) = std::mem::take(&mut wizard.form_mut().entry) else {
        return Vec::new();
    };
    if let (Action::Accept, Some(values)) = (action, picking.toggle()) {
        let key = picking.key.clone();
        let taken = changed(wizard, &key, &FieldEdit::Text(values), at);
        wizard.form_mut().entry = EditState::Picking(picking);
        return taken.unwrap_or_default();
    }
    match (action, picking.chosen()) {
        (Action::Discard, _) => return Vec::new(),
        (Action::Accept, Some(choice)) if choice.by_hand => {
            type_by_hand(wizard, &picking);
            return Vec::new();
        }
        (Action::Accept, Some(choice)) => {
            let text = FieldEdit::Text(choice.value.clone());
            return changed(wizard, &picking.key, &text, at).unwrap_or_default();
        }
        (Action::Accept, None) => {}
        (moving, _) => {
            picking.cursor =
                form::stepped(picking.cursor, moving.movement(page), picking.matches.len());
        }
    }
    wizard.form_mut().entry = EditState::Picking(picking);
    Vec::new()
}
