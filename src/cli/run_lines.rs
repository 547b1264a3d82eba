//! A run in lines, as a person reads them in CI: its phases, how far kops is, and what it waits for.

use std::time::Duration;

use crate::core::kops::log::usual_wait;
use crate::core::text::elapsed::elapsed;
use crate::core::text::prose::counted;
use crate::core::text::untrusted::visible;
use crate::tui::event::Timestamp;
use crate::tui::screens::apply::Apply;
use crate::tui::screens::apply::phases::{RunPhase, RunPhaseState, RunPhaseView};

/// What was printed of a run so far.
#[derive(Debug, Default)]
pub(super) struct RunLines {
    phase: Option<RunPhase>,
    /// How many tasks of kops were done.
    tasks: Option<u32>,
    waits_for: Option<String>,
}

impl RunLines {
    /// What is new since the last time, a line each; `apply` is absent once the run is done.
    pub(super) fn take_new(&mut self, apply: Option<&Apply>, at: Timestamp) -> Vec<String> {
        let phase = apply.and_then(|apply| apply.phase(at));
        let mut lines = self.phase_lines(phase, apply, at);
        if let (Some(view), Some(apply)) = (phase, apply)
            && view.state == RunPhaseState::Now
        {
            lines.extend(self.tasks_line(view.phase, apply));
            lines.extend(self.wait_line(view.phase, apply));
        }
        lines
    }

    fn phase_lines(
        &mut self,
        view: Option<RunPhaseView>,
        apply: Option<&Apply>,
        at: Timestamp,
    ) -> Vec<String> {
        let now = view.map(|view| view.phase);
        // Between two commands nothing may be under way.
        if now == self.phase || (now.is_none() && apply.is_some()) {
            return Vec::new();
        }
        let before = std::mem::replace(&mut self.phase, now);
        let ended = before.map(|phase| {
            let took = apply.and_then(|apply| time_of(apply, phase, at));
            let took = took.map_or_else(String::new, |took| format!(", {}", elapsed(took)));
            format!("done: {}{took}", word(phase))
        });
        let begun = view.map(|view| {
            let (what, effect) = (view.phase.what(), view.effect());
            format!("phase: {}: {what} ({effect})", word(view.phase))
        });
        ended.into_iter().chain(begun).collect()
    }

    fn tasks_line(&mut self, phase: RunPhase, apply: &Apply) -> Option<String> {
        let tasks = apply.commands.progress.tasks?;
        if self.tasks.replace(tasks.done) == Some(tasks.done) {
            return None;
        }
        let (word, total) = (word(phase), counted(tasks.total, "task"));
        Some(format!("{word}: {} of {total}", tasks.done))
    }

    fn wait_line(&mut self, phase: RunPhase, apply: &Apply) -> Option<String> {
        let doing = visible(apply.commands.progress.doing.as_ref()?.raw());
        let usual = usual_wait(&doing).filter(|_| doing.to_lowercase().starts_with("waiting"))?;
        if self.waits_for.as_ref() == Some(&doing) {
            return None;
        }
        let line = format!("{}: {doing} (usually {usual})", word(phase));
        self.waits_for = Some(doing);
        Some(line)
    }
}

fn word(phase: RunPhase) -> String {
    phase.name().to_lowercase()
}

fn time_of(apply: &Apply, phase: RunPhase, at: Timestamp) -> Option<Duration> {
    let mut phases = apply.phases(at).into_iter();
    phases
        .find(|view| view.phase == phase)
        .map(|view| view.took)
}
