//! How often a crowded cluster is judged: a burst of changes at once, a storm of them every 400 ms.

use std::time::Duration;

use crate::tui::effect::{Effect, Wake};
use crate::tui::event::Timestamp;

/// Of more nodes than this something may change all the time.
const CROWD: usize = 1_000;

/// How long changes wait for the next judgement in a storm of them: they are still painted within half a second.
const STORM: Duration = Duration::from_millis(400);

/// So many changes are judged at once before that.
const BURST: u32 = 40;

/// Each such pause allows one more.
const PAUSE: Duration = Duration::from_millis(250);

/// When a crowded cluster was last judged, and how soon it may be again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CrowdPace {
    seen: Timestamp,
    /// Judgements that were left then.
    left: u32,
    /// True while a wake-up for one is on its way.
    wake_set: bool,
    /// True while the last event was noted only.
    noted: bool,
}

impl Default for CrowdPace {
    fn default() -> Self {
        Self {
            seen: Timestamp::default(),
            left: BURST,
            wake_set: false,
            noted: false,
        }
    }
}

impl CrowdPace {
    /// Whether a change among so many nodes is judged at once.
    pub(super) fn allows(&self, nodes: usize, at: Timestamp) -> bool {
        nodes <= CROWD || self.left(at) > 0
    }

    fn left(&self, at: Timestamp) -> u32 {
        let pauses = at.since(self.seen).as_millis() / PAUSE.as_millis();
        let pauses = u32::try_from(pauses).unwrap_or(BURST);
        self.left.saturating_add(pauses).min(BURST)
    }

    /// Notes that all was judged.
    pub(super) fn judged(&mut self, at: Timestamp) {
        self.left = self.left(at).saturating_sub(1);
        (self.wake_set, self.seen) = (false, at);
    }

    /// Leaves a change for the next judgement; the effect wakes for it, where none does yet.
    pub(super) fn wait(&mut self) -> Option<Effect> {
        self.noted = true;
        let set = std::mem::replace(&mut self.wake_set, true);
        (!set).then_some(Effect::Wake {
            after: STORM,
            why: Wake::See,
        })
    }

    /// Whether the last event was left so: nothing that is drawn has changed.
    pub(super) fn take_noted(&mut self) -> bool {
        std::mem::take(&mut self.noted)
    }
}
