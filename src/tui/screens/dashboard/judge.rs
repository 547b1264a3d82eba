//! The judge of the dashboard: `kops validate`, asked slowly, and at once where what is seen turns.

use std::time::Duration;

use super::{Dashboard, GROUPS_KEPT, PollState};
use crate::core::cluster::live::ClusterVerdict;
use crate::core::cluster::{
    Instances, Observation, Obstacle, Readiness, instance_groups, is_unknown_cluster, read,
    read_instances,
};
use crate::core::fault::Fault;
use crate::core::kops::command::CommandLine;
use crate::core::kops::copied::Copied;
use crate::tui::effect::{CloudQuestion, Effect, KopsRun, Kubeconfig, Wake};
use crate::tui::event::{CommandOutput, Timestamp};
use crate::tui::job::Job;

/// How long the first question may wait for what the Kubernetes API lists.
const FIRST_LISTS: Duration = Duration::from_secs(3);

impl Dashboard {
    fn ask(&mut self, job: Job, command: CommandLine) -> Effect {
        self.asked = Some(job);
        Effect::Ask(KopsRun {
            job,
            cluster: self.cluster.clone(),
            target: self.target.clone(),
            command,
            kubeconfig: Kubeconfig::Own,
            spec: None,
            store: None,
        })
    }

    /// Asks kops now, unless it is being asked: first for the instance groups, when they are not known or may have
    /// changed, then about the cluster, then for the instances where nobody else sees them.
    pub fn poll(&mut self, at: Timestamp) -> Vec<Effect> {
        if self.held {
            return vec![self.validate(at)];
        }
        if matches!(self.state, PollState::Asking { .. }) {
            return Vec::new();
        }
        self.state = PollState::Asking { since: at };
        let known = self
            .groups_read
            .is_some_and(|read| at.since(read) < GROUPS_KEPT);
        if known {
            return vec![self.validate(at)];
        }
        vec![self.ask(Job::InstanceGroups, CommandLine::get_all(&self.cluster))]
    }

    /// How long it waits before kops is asked again.
    pub fn interval(&self) -> Duration {
        match self.live().verdict() {
            ClusterVerdict::Confirming { .. } => self.intervals.confirm,
            ClusterVerdict::Ready { .. } => self.intervals.when_ready,
            _ if self.live().is_mirrored() => self.intervals.mirrored,
            _ => self.intervals.until_ready,
        }
    }

    // kops lists every node and pod too: the first time it waits until they are on the screen, which its lists would delay.
    fn validate_after_lists(&mut self, at: Timestamp) -> Effect {
        self.held = self.answers == 0 && self.live().kubernetes().is_listing();
        if self.held {
            return self.wake_to_validate(FIRST_LISTS);
        }
        self.validate(at)
    }

    /// Asks what waited for the lists of the Kubernetes API, once they are complete or will not be.
    pub(super) fn validate_held(&mut self, at: Timestamp) -> Option<Effect> {
        (self.held && !self.live().kubernetes().is_listing()).then(|| self.validate(at))
    }

    fn validate(&mut self, at: Timestamp) -> Effect {
        self.held = false;
        self.asked_at = self.wall(at);
        self.ask(Job::Validate, CommandLine::validate(&self.cluster, false))
    }

    /// Takes what a command of the poll ended with: the next command, or the wait until the next poll.
    pub fn ended(
        &mut self,
        job: Job,
        result: Result<CommandOutput, Fault>,
        at: Timestamp,
    ) -> Vec<Effect> {
        if self.asked != Some(job) {
            return Vec::new();
        }
        self.asked = None;
        match job {
            Job::InstanceGroups => {
                if let Some(unknown) = unknown_cluster(&result) {
                    return self.stay_away(unknown, at);
                }
                let mut effects = self.ask_others_again();
                self.take_groups(result, at);
                effects.push(self.validate_after_lists(at));
                effects
            }
            Job::Validate => self.validated(result, at),
            Job::Instances => match self.observed.take() {
                Some(observation) => {
                    let listed = listed_instances(result, &self.copied());
                    self.take_judgement(&observation, &listed, at)
                }
                None => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    // Nothing that the others see belongs to a cluster that the state store does not know.
    fn stay_away(&mut self, unknown: Observation, at: Timestamp) -> Vec<Effect> {
        self.asked_at = self.wall(at);
        let mut effects = Vec::new();
        if !std::mem::replace(&mut self.not_in_store, true) {
            effects.push(Effect::StopWatching);
        }
        let unknown = unknown.copied(&self.copied());
        effects.extend(self.take_judgement(&unknown, &Instances::NotAsked, at));
        effects
    }

    // It may have been created since.
    fn ask_others_again(&mut self) -> Vec<Effect> {
        if !std::mem::replace(&mut self.not_in_store, false) {
            return Vec::new();
        }
        vec![
            self.watch_kubernetes(),
            self.read_cloud(CloudQuestion::Groups),
        ]
    }

    // Where they cannot be read, those that were known before stand; without any, kops names what is not ready.
    fn take_groups(&mut self, result: Result<CommandOutput, Fault>, at: Timestamp) {
        let read = result.map(|finished| instance_groups(&finished.stdout));
        if let Ok(groups) = read
            && !groups.is_empty()
        {
            let wall = self.wall(at);
            self.current.live.take_spec(groups, wall);
            self.groups_read = Some(at);
            self.settle(at);
        }
    }

    fn validated(&mut self, result: Result<CommandOutput, Fault>, at: Timestamp) -> Vec<Effect> {
        let observation = match result {
            Ok(finished) => {
                let seen = read(&finished.stdout, &finished.stderr, finished.code());
                seen.copied(&self.copied())
            }
            // kops could not be started: with these settings never, unless it was before.
            Err(fault) => Observation::Unreachable {
                obstacle: match self.live().judgement() {
                    Some(seen) if seen.obstacle != Some(Obstacle::Lasting) => Obstacle::Unknown,
                    _ => Obstacle::Lasting,
                },
                fault,
            },
        };
        // Nodes alone need to be tied; without the API kops would wait for it once more.
        if observation.nodes().is_empty() {
            return self.take_judgement(&observation, &Instances::NotAsked, at);
        }
        if let Some(instances) = self.live().instances().cloned() {
            return self.take_judgement(&observation, &instances, at);
        }
        self.observed = Some(observation);
        vec![self.ask(Job::Instances, CommandLine::instances(&self.cluster))]
    }

    fn take_judgement(
        &mut self,
        observation: &Observation,
        instances: &Instances,
        at: Timestamp,
    ) -> Vec<Effect> {
        self.answers += 1;
        self.state = PollState::Waiting { since: at };
        let before = self.live().verdict().clone();
        let (asked, wall) = (self.asked_at, self.wall(at));
        let live = &mut self.current.live;
        live.take_judgement(observation, instances, asked, wall);
        self.settle(at);
        let mut effects = vec![Effect::ReadClock, self.wake_to_validate(self.interval())];
        effects.extend(self.announce(&before));
        if !self.is_ready() {
            effects.push(Effect::clock());
        }
        effects
    }

    pub(super) fn wake_to_validate(&self, after: Duration) -> Effect {
        let answers = self.answers;
        Effect::Wake {
            after,
            why: Wake::Validate { answers },
        }
    }

    /// Whether kops has to be asked before its turn: what is seen has turned since it was asked.
    pub(super) fn needs_judgement(&self, before: &ClusterVerdict) -> bool {
        let now = self.live().verdict();
        let turned = std::mem::discriminant(before) != std::mem::discriminant(now);
        turned && matches!(self.state, PollState::Waiting { .. })
    }

    /// Whether waiting may make the cluster ready, as far as is known.
    pub fn may_become_ready(&self) -> bool {
        self.readiness().is_none_or(Readiness::may_become_ready)
    }

    /// Whether the cluster is ready: kops has confirmed what is seen.
    pub fn is_ready(&self) -> bool {
        matches!(self.live().verdict(), ClusterVerdict::Ready { .. })
    }
}

// What kops says of a cluster that is not in the state store.
fn unknown_cluster(result: &Result<CommandOutput, Fault>) -> Option<Observation> {
    let finished = result.as_ref().ok()?;
    let failed = finished.code() != 0 && is_unknown_cluster(&finished.stderr);
    failed.then(|| read("", &finished.stderr, finished.code()))
}

fn listed_instances(result: Result<CommandOutput, Fault>, copied: &Copied) -> Instances {
    match result {
        Ok(finished) => {
            let read = read_instances(&finished.stdout, &finished.stderr, finished.code());
            match read {
                Instances::Failed(fault) => Instances::Failed(copied.fault(fault)),
                other => other,
            }
        }
        Err(fault) => Instances::Failed(fault),
    }
}
