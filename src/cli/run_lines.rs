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
    /// The phase that is under way, and how long it has taken.
    phase: Option<(RunPhase, Duration)>,
    /// How many tasks of kops were done.
    tasks: Option<u32>,
    waits_for: Option<String>,
}

impl RunLines {
    /// What is new since the last time, a line each; `apply` is absent once the run is done.
    pub(super) fn take_new(&mut self, apply: Option<&Apply>, at: Timestamp) -> Vec<String> {
        let phase = apply.and_then(|apply| apply.phase(at));
        let mut lines = self.phase_lines(phase, apply, at);
        let applies =
            |view: &RunPhaseView| view.phase == RunPhase::Apply && view.state == RunPhaseState::Now;
        if let Some(apply) = apply.filter(|_| phase.as_ref().is_some_and(applies)) {
            lines.extend(self.tasks_line(apply));
            lines.extend(self.wait_line(apply));
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
        let before = self.phase.map(|(phase, _)| phase);
        // Between two commands nothing may be under way.
        if now.is_none() && apply.is_some() {
            return Vec::new();
        }
        let ended = std::mem::replace(&mut self.phase, view.map(|view| (view.phase, view.took)));
        if now == before {
            return Vec::new();
        }
        let ended = ended.map(|(phase, took)| {
            let time = apply.and_then(|apply| time_of(apply, phase, at));
            format!("done: {}, {}", word(phase), elapsed(time.unwrap_or(took)))
        });
        let begun = view.map(|view| {
            let (what, effect) = (view.phase.what(), view.effect());
            format!("phase: {}: {what} ({effect})", word(view.phase))
        });
        ended.into_iter().chain(begun).collect()
    }

    fn tasks_line(&mut self, apply: &Apply) -> Option<String> {
        let tasks = apply.commands.progress.tasks?;
        if self.tasks.replace(tasks.done) == Some(tasks.done) {
            return None;
        }
        let total = counted(tasks.total, "task");
        Some(format!("apply: {} of {total}", tasks.done))
    }

    fn wait_line(&mut self, apply: &Apply) -> Option<String> {
        let doing = visible(apply.commands.progress.doing.as_ref()?.raw());
        let usual = usual_wait(&doing)?;
        if self.waits_for.as_ref() == Some(&doing) {
            return None;
        }
        let line = format!("apply: {doing} (usually {usual})");
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
