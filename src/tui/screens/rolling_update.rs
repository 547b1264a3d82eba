//! After an update of a cluster that exists: whether a rolling update is needed, and what it would replace.

pub mod view;

use crate::core::analysis::next_steps::NextSteps;
use crate::core::cluster_name::ClusterName;
use crate::core::fault::Fault;
use crate::core::kops::command::CommandLine;
use crate::core::kops::log::explain;
use crate::core::kops::rolling_update::{RollingUpdate, parse};
use crate::tui::cluster_target::ClusterTarget;
use crate::tui::effect::{Effect, KopsRun, Kubeconfig};
use crate::tui::event::{CommandOutput, Timestamp};
use crate::tui::form;
use crate::tui::job::Job;
use crate::tui::keymap::Action;

/// What is known of the rolling update.
#[derive(Clone, Debug, PartialEq)]
pub enum RollingUpdateState {
    Asking { since: Timestamp },
    Known(RollingUpdate),
    Failed(Fault),
}

/// The update is done; kops is asked what is left to do.
#[derive(Clone, Debug)]
pub struct RollingUpdateScreen {
    pub cluster: ClusterName,
    pub target: ClusterTarget,
    pub state: RollingUpdateState,
    /// What is to be done, in order; which nodes kops holds back decides it.
    pub next: NextSteps,
    /// What `--yes` saw otherwise than was approved.
    pub seen_otherwise: Option<Fault>,
    /// Whether kops could not ask the Kubernetes API and was asked about the cloud only.
    pub cloud_only: bool,
    /// First row shown of the table.
    pub top: usize,
}

impl RollingUpdateScreen {
    /// What follows an update that succeeded.
    pub fn new(
        cluster: ClusterName,
        target: ClusterTarget,
        next: NextSteps,
        seen_otherwise: Option<Fault>,
        at: Timestamp,
    ) -> Self {
        Self {
            cluster,
            target,
            state: RollingUpdateState::Asking { since: at },
            next,
            seen_otherwise,
            cloud_only: false,
            top: 0,
        }
    }

    /// Asks kops, through the Kubernetes API first.
    pub fn ask(&mut self, at: Timestamp) -> Vec<Effect> {
        self.cloud_only = false;
        self.state = RollingUpdateState::Asking { since: at };
        vec![Effect::clock(), self.run()]
    }

    fn run(&self) -> Effect {
        Effect::Ask(KopsRun {
            job: Job::RollingUpdate,
            cluster: self.cluster.clone(),
            target: self.target.clone(),
            command: self.command(),
            kubeconfig: Kubeconfig::Own,
            spec: None,
            store: None,
        })
    }

    /// The command whose answer is shown.
    pub fn command(&self) -> CommandLine {
        CommandLine::rolling_update(&self.cluster, self.cloud_only)
    }

    /// Takes kops's answer; where the way through the Kubernetes API fails, kops is asked about the cloud only: the API
    /// may be out of reach, or have no kubeconfig.
    pub fn ended(&mut self, result: Result<CommandOutput, Fault>) -> Vec<Effect> {
        let finished = match result {
            Ok(finished) => finished,
            Err(fault) => {
                self.state = RollingUpdateState::Failed(fault);
                return Vec::new();
            }
        };
        if finished.succeeded() {
            self.state = RollingUpdateState::Known(parse(&finished.stdout));
            return Vec::new();
        }
        if !self.cloud_only {
            self.cloud_only = true;
            return vec![self.run()];
        }
        let fault = explain(
            finished.code(),
            &finished.stdout,
            &finished.stderr,
            &self.target.copied().about(&self.cluster),
        );
        self.state = RollingUpdateState::Failed(fault);
        Vec::new()
    }

    /// Takes a key that the table knows; kops is asked only when it is not being asked.
    pub fn act(&mut self, action: Action, page: isize, at: Timestamp) -> Vec<Effect> {
        match action {
            Action::Again if !matches!(self.state, RollingUpdateState::Asking { .. }) => {
                self.ask(at)
            }
            Action::Again => Vec::new(),
            moving => {
                let rows = match &self.state {
                    RollingUpdateState::Known(found) => found.groups.len() + found.unread.len(),
                    RollingUpdateState::Asking { .. } | RollingUpdateState::Failed(_) => 0,
                };
                self.top = form::stepped(self.top, moving.movement(page), rows);
                Vec::new()
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::panic, clippy::unwrap_used)]
mod tests {
    use super::*;

    fn rolling() -> RollingUpdateScreen {
        RollingUpdateScreen {
            cluster: ClusterName::parse("prod.example.com").unwrap(),
            target: ClusterTarget::default(),
            state: RollingUpdateState::Asking {
                since: Timestamp::default(),
            },
            next: NextSteps {
                why: String::new(),
                steps: Vec::new(),
            },
            seen_otherwise: None,
            cloud_only: false,
            top: 0,
        }
    }

    fn ended(exit: i32, stdout: &str, stderr: &str) -> CommandOutput {
        CommandOutput {
            exit: Some(exit),
            stdout: stdout.to_owned(),
            stderr: stderr.to_owned(),
            ..CommandOutput::default()
        }
    }

    #[test]
    fn without_the_kubernetes_api_the_cloud_is_asked_once() {
        let mut rolling = rolling();
        let unreachable = "Unable to reach the kubernetes API.\nError: no such host\n";
        let effects = rolling.ended(Ok(ended(1, "", unreachable)));
        let asked: Vec<String> = effects
            .iter()
            .filter_map(|effect| match effect {
                Effect::Ask(run) => Some(run.command.to_string()),
                _ => None,
            })
            .collect();
        assert_eq!(
            asked,
            ["kops rolling-update cluster --name=prod.example.com --cloudonly"]
        );
        assert_eq!(rolling.ended(Ok(ended(1, "", unreachable))), []);
        assert!(matches!(rolling.state, RollingUpdateState::Failed(_)));
    }

    #[test]
    fn the_answer_is_read_and_nothing_is_run() {
        let mut rolling = rolling();
        let effects = rolling.ended(Ok(ended(0, "NAME\n\nNo rolling-update required.\n", "")));
        assert_eq!(effects, []);
        let RollingUpdateState::Known(found) = &rolling.state else {
            panic!("not read: {:?}", rolling.state);
        };
        assert_eq!(found.needed, Some(false));
    }
}
