//! The run of kops's commands: approved, carried out, compared again before `--yes`, followed and resumed.

mod collision;
pub mod commands;
mod control_plane;
pub mod failure_summary;
pub(crate) mod keys;
mod outcome;
pub mod output_log;
mod ownership;
pub mod phases;
mod plan;
mod state;
pub(crate) mod update;
mod verification;
pub mod view;

pub use outcome::{Outcome, RunNotes};
pub use ownership::LockState;
pub use plan::{ApprovedPlan, SPEC_FILE, creating, editing, updating};
pub use state::{Apply, RunView, StopCause};
pub use update::RunAction;
