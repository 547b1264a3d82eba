//! What a run takes besides the ends of its commands: keys, and what becomes known of it as a whole.

use super::{Apply, LockState, Outcome, StopCause};
use crate::core::text::prose::sentences;
use crate::tui::effect::Effect;
use crate::tui::event::{Event, Timestamp};
use crate::tui::form;
use crate::tui::keymap::Action;
use crate::tui::screens::approval::Approval;

/// What a key on a run asks of the program.
#[derive(Clone, Debug, PartialEq)]
pub enum RunAction {
    Effects(Vec<Effect>),
    /// Whether to leave kops running or to stop it.
    AskToStop,
    /// What a failed `--yes` left is reviewed.
    ReviewRest,
}

impl Apply {
    /// Takes a key that the table knows.
    pub fn act(&mut self, action: Action, page: isize, at: Timestamp) -> RunAction {
        if self.going_on.is_some() {
            return RunAction::Effects(self.act_on_name(action, at));
        }
        match action {
            Action::GoOn => self.ask_to_go_on(),
            Action::Stop if self.running().is_some() => return RunAction::AskToStop,
            Action::Again if self.failed_in_aws() => return RunAction::ReviewRest,
            Action::DeletePreview => return RunAction::Effects(self.ask_delete_preview()),
            moving => {
                let lines = self.lines.len();
                self.back = form::stepped(self.back, -moving.movement(page), lines);
            }
        }
        RunAction::Effects(Vec::new())
    }

    fn act_on_name(&mut self, action: Action, at: Timestamp) -> Vec<Effect> {
        if action == Action::Discard {
            self.going_on = None;
        }
        let approved =
            action == Action::Accept && self.going_on.as_mut().is_some_and(Approval::submit);
        if approved { self.go_on(at) } else { Vec::new() }
    }

    fn failed_in_aws(&self) -> bool {
        matches!(self.outcome, Outcome::Failed(_)) && self.touched_aws()
    }

    /// Sends the running kops one interrupt.
    pub fn interrupt(&mut self) -> Vec<Effect> {
        let running = self.running().map(|task| task.job);
        self.stopping = running.map(|_| StopCause::Asked);
        running.map(Effect::Interrupt).into_iter().collect()
    }

    /// Takes what became known of the run as a whole.
    pub fn take_event(
        &mut self,
        event: Event,
        at: Timestamp,
        notice: &mut Option<String>,
    ) -> Vec<Effect> {
        match event {
            Event::Begun(result) if self.hold == LockState::Asking => {
                return self.begun(result, at);
            }
            Event::RunFound(found) => return self.take(&found, at),
            Event::Started(job) => self.began(job),
            Event::RunLost(fault) => self.lose(fault),
            Event::Paused(pause) => self.paused = pause,
            Event::Interrupted(Ok(false)) => {
                let again = "kops was asked to stop before; it gets one interrupt only";
                *notice = Some(again.to_owned());
            }
            Event::Interrupted(Err(fault)) => {
                self.stopping = None;
                *notice = Some(sentences(&[&fault.what, &fault.remedy]));
            }
            _ => {}
        }
        Vec::new()
    }
}
