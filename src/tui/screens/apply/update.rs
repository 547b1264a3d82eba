//! What a run takes besides the ends of its commands: keys, and what becomes known of it as a whole.

use super::outcome::Outcome;
use super::state::Apply;
use crate::core::text::prose::sentences;
use crate::tui::effect::Effect;
use crate::tui::event::{Event, Timestamp};
use crate::tui::keymap::Action;
use crate::tui::notice::Notice;
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

/// Takes a key that the table knows.
pub(crate) fn act(apply: &mut Apply, action: Action, page: isize, at: Timestamp) -> RunAction {
    if apply.resume_approval.is_some() {
        return RunAction::Effects(act_on_name(apply, action, at));
    }
    match action {
        Action::GoOn => apply.ask_to_resume(),
        Action::Stop if apply.running().is_some() => return RunAction::AskToStop,
        Action::Again if failed_in_aws(apply) => return RunAction::ReviewRest,
        Action::DeletePreview => return RunAction::Effects(apply.ask_delete_preview()),
        looking => apply.look(looking, page),
    }
    RunAction::Effects(Vec::new())
}

fn act_on_name(apply: &mut Apply, action: Action, at: Timestamp) -> Vec<Effect> {
    if action == Action::Discard {
        apply.resume_approval = None;
    }
    let name = apply.resume_approval.as_mut();
    let approved = action == Action::Accept && name.is_some_and(Approval::submit);
    if approved {
        apply.resume(at)
    } else {
        Vec::new()
    }
}

fn failed_in_aws(apply: &Apply) -> bool {
    matches!(apply.outcome, Outcome::Failed(_)) && apply.touched_aws()
}

/// Takes what became known of the run as a whole.
pub(crate) fn take_event(
    apply: &mut Apply,
    event: Event,
    at: Timestamp,
    notice: &mut Option<Notice>,
) -> Vec<Effect> {
    match event {
        Event::Begun(result) => return apply.take_begin(result, at),
        Event::RunFound(found) => return apply.take_found(&found, at),
        Event::Started(job) => apply.take_start(job),
        Event::RunLost(fault) => apply.take_loss(fault),
        Event::Paused(pause) => apply.take_pause(pause),
        Event::Interrupted(Ok(false)) => {
            let again = "kops was asked to stop before; it gets one interrupt only";
            *notice = Some(Notice::look(again));
        }
        Event::Interrupted(Err(fault)) => {
            apply.take_refused_interrupt();
            *notice = Some(Notice::blocked(sentences(&[&fault.what, &fault.remedy])));
        }
        _ => {}
    }
    Vec::new()
}
