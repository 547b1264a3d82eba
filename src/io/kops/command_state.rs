//! The states of a kops command of a run: one state machine for whoever supervises it, follows it, or finds it again.
//!
//! ```text
//! Reserved ─Starting→ Starting ─Started→ Running ⇄ Paused
//!     └─────NotStarted───┴→ NotStarted      └───Finished┴→ Ended
//! ```
//!
//! The supervisor writes each event into the journal, and everybody else reads the state from there. Whoever is not over
//! and has no process left that holds the command's lock is `Lost`.

use serde::{Deserialize, Serialize};

use crate::core::fault::Fault;
use crate::core::kops::log::Tasks;
use crate::io::process::ExitStatus;
use crate::tui::event::Pause;
use crate::tui::job::Job;
use crate::tui::record::CommandEnd;

/// Something that happened in a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "event")]
pub enum RunEvent {
    /// kops is about to be started with these arguments.
    Starting { job: Job, args: Vec<String> },
    /// kops was started; its process is also its process group.
    Started { pid: u32 },
    /// kops could not be started.
    NotStarted { fault: Fault },
    /// How many of its tasks kops has done.
    Progress { tasks: Tasks },
    /// kops was sent the one interrupt.
    Interrupted,
    /// A signal stopped kops, such as `SIGSTOP`.
    Stopped { signal: String },
    /// kops continues after a stop.
    Continued,
    /// kops ended after so many tasks.
    Finished {
        #[serde(flatten)]
        status: ExitStatus,
        tasks: Option<Tasks>,
    },
    /// A person saw how the run ended.
    Closed,
}

/// How far one command is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum CommandState {
    /// Its number is taken, and its supervisor has noted nothing yet.
    #[default]
    Reserved,
    /// Its supervisor is about to start kops.
    Starting,
    Running {
        pid: u32,
    },
    /// A signal stopped kops: it neither works nor ends.
    Paused(Pause),
    Ended(ExitStatus),
    NotStarted(Fault),
    /// kops is gone, and so is the supervisor that would have noted its end.
    Lost,
}

impl CommandState {
    /// The state after an event; a command that is over stays over.
    #[must_use]
    pub fn after(self, event: RunEvent) -> Self {
        match (self, event) {
            (over, _) if over.is_over() => over,
            (_, RunEvent::Starting { .. }) => Self::Starting,
            (_, RunEvent::Started { pid }) => Self::Running { pid },
            (_, RunEvent::NotStarted { fault }) => Self::NotStarted(fault),
            (_, RunEvent::Finished { status, .. }) => Self::Ended(status),
            (state, RunEvent::Stopped { signal }) => Self::Paused(Pause {
                signal,
                pid: state.pid(),
            }),
            (Self::Paused(pause), RunEvent::Continued) => Self::Running { pid: pause.pid },
            (
                state,
                RunEvent::Progress { .. }
                | RunEvent::Interrupted
                | RunEvent::Continued
                | RunEvent::Closed,
            ) => state,
        }
    }

    /// The state once no process holds the command's lock any more: nothing more will be noted.
    #[must_use]
    pub fn abandoned(self) -> Self {
        if self.is_over() { self } else { Self::Lost }
    }

    /// Whether nothing more happens to it.
    pub fn is_over(&self) -> bool {
        matches!(self, Self::Ended(_) | Self::NotStarted(_) | Self::Lost)
    }

    /// Why it neither works nor ends; absent when it does.
    pub fn pause(&self) -> Option<&Pause> {
        match self {
            Self::Paused(pause) => Some(pause),
            _ => None,
        }
    }

    /// How it ended, as a screen shows it.
    pub fn end(&self) -> CommandEnd {
        match self {
            Self::Ended(status) if status.exit == Some(0) => CommandEnd::Succeeded,
            Self::Ended(_) | Self::NotStarted(_) => CommandEnd::Failed,
            Self::Lost => CommandEnd::Unseen,
            Self::Reserved | Self::Starting | Self::Running { .. } | Self::Paused(_) => {
                CommandEnd::Running
            }
        }
    }

    // 0 where a full disk took the note of the start.
    fn pid(&self) -> u32 {
        match self {
            Self::Running { pid } | Self::Paused(Pause { pid, .. }) => *pid,
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXITED: ExitStatus = ExitStatus {
        exit: Some(0),
        signal: None,
    };

    fn state(events: &[RunEvent]) -> CommandState {
        let events = events.iter().cloned();
        events.fold(CommandState::default(), CommandState::after)
    }

    fn starting() -> RunEvent {
        RunEvent::Starting {
            job: Job::UpdateYes,
            args: Vec::new(),
        }
    }

    fn stopped() -> RunEvent {
        RunEvent::Stopped {
            signal: "SIGSTOP".to_owned(),
        }
    }

    fn finished() -> RunEvent {
        RunEvent::Finished {
            status: EXITED,
            tasks: None,
        }
    }

    #[test]
    fn every_state_is_reached_in_order_and_an_end_stays() {
        let started = RunEvent::Started { pid: 7 };
        let paused = CommandState::Paused(Pause {
            signal: "SIGSTOP".to_owned(),
            pid: 7,
        });
        let all = [
            (starting(), CommandState::Starting),
            (started.clone(), CommandState::Running { pid: 7 }),
            (stopped(), paused.clone()),
            (RunEvent::Interrupted, paused),
            (RunEvent::Continued, CommandState::Running { pid: 7 }),
            (RunEvent::Continued, CommandState::Running { pid: 7 }),
            (finished(), CommandState::Ended(EXITED)),
            (started, CommandState::Ended(EXITED)),
            (stopped(), CommandState::Ended(EXITED)),
        ];
        let mut state = CommandState::default();
        for (event, expected) in all {
            state = state.after(event);
            assert_eq!(state, expected);
        }
    }

    #[test]
    fn what_nobody_holds_is_lost_unless_it_is_over() {
        assert_eq!(state(&[]).abandoned(), CommandState::Lost);
        assert_eq!(state(&[starting()]).abandoned(), CommandState::Lost);
        let ended = state(&[starting(), finished()]);
        assert_eq!(ended.clone().abandoned(), ended);
        let fault = Fault::new("a", "b", "c");
        let not_started = state(&[
            starting(),
            RunEvent::NotStarted {
                fault: fault.clone(),
            },
        ]);
        assert_eq!(not_started.abandoned(), CommandState::NotStarted(fault));
    }

    #[test]
    fn a_stop_is_seen_though_the_start_could_not_be_noted() {
        let pause = Pause {
            signal: "SIGSTOP".to_owned(),
            pid: 0,
        };
        assert_eq!(state(&[starting(), stopped()]).pause(), Some(&pause));
    }
}
