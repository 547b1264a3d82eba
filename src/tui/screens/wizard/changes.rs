//! Changes of answers that can be undone, one after the other.

use super::field::FieldKey;
use super::set_answers::SetAnswers;
use super::{Wizard, WizardStep};
use crate::core::answers::Answers;
use crate::tui::field_edit::FieldEdit;

/// More than a person undoes; older changes are kept as they are.
const MOST: usize = 200;

/// The answers as they were before one change.
#[derive(Clone, Debug)]
pub(super) struct Undoable {
    answers: Answers,
    set: SetAnswers,
    step: WizardStep,
    cursor: usize,
    now: String,
}

/// A change that was undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undone {
    /// What is so again, in words.
    pub now: String,
    /// The answers that were changed again.
    pub before: Answers,
}

impl Wizard {
    /// Changes one answer so that it can be undone; `now` is what is so again then. An answer of the wrong form is refused with
    /// the reason.
    pub fn change_undoably(
        &mut self,
        key: &FieldKey,
        change: &FieldEdit,
        now: String,
    ) -> Result<(), String> {
        let before = self.as_undoable(now);
        self.change(key, change)?;
        self.remember(before);
        Ok(())
    }

    /// Takes other answers in place of all, so that it can be undone; `now` is what is so again then.
    pub(super) fn replace_answers(&mut self, answers: Answers, now: String) {
        let before = self.as_undoable(now);
        self.set = self.purpose.set_by(&answers);
        self.answers = answers;
        self.follow();
        self.replan();
        self.remember(before);
    }

    fn as_undoable(&self, now: String) -> Undoable {
        Undoable {
            answers: self.answers.clone(),
            set: self.set.clone(),
            step: self.step,
            cursor: self.form().cursor,
            now,
        }
    }

    // What was typed in an editor before is older than what changed now.
    fn remember(&mut self, before: Undoable) {
        if self.answers == before.answers && self.set == before.set {
            return;
        }
        self.refused_text = None;
        if self.history.len() == MOST {
            self.history.remove(0);
        }
        self.history.push(before);
    }

    /// Takes the last change back, at the row where it was made; absent when nothing was changed.
    pub fn undo(&mut self) -> Option<Undone> {
        let last = self.history.pop()?;
        let before = std::mem::replace(&mut self.answers, last.answers);
        self.set = last.set;
        self.follow();
        self.replan();
        self.go(last.step);
        let form = self.form_mut();
        (form.cursor, form.moved) = (last.cursor, true);
        // Where another row is still typed into, the cursor stays there.
        self.keep_cursor(None);
        let now = last.now;
        Some(Undone { now, before })
    }
}
