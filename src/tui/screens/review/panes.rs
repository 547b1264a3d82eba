//! The spec beside a review: only scrolled, and left again.

use super::{Review, ReviewAction};
use crate::tui::form;
use crate::tui::keymap::Action;
use crate::tui::screen_context::{Pane, ScreenContext};

/// Which of the two panes has the focus, and the first line of the spec that is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReviewPanes {
    pub focus: Pane,
    pub spec_top: usize,
}

impl ReviewPanes {
    /// Takes a key that the table knows, for the pane that has the focus.
    pub fn act(
        &mut self,
        action: Action,
        review: &mut Review,
        (cluster, spec): (&str, &str),
        context: &mut ScreenContext<'_>,
    ) -> ReviewAction {
        if self.focus == Pane::Spec {
            if matches!(action, Action::OtherPane | Action::Back) {
                self.focus = Pane::Work;
            }
            let by = action.movement(context.viewport.page);
            self.spec_top = form::stepped(self.spec_top, by, spec.lines().count());
            return ReviewAction::Nothing;
        }
        match review.act(action, cluster, context) {
            ReviewAction::OtherPane => {
                self.focus = Pane::Spec;
                self.spec_top = review.spec_top(self.spec_top);
                ReviewAction::Nothing
            }
            other => other,
        }
    }
}
