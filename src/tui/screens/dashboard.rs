//! The dashboard: `kops validate` polled until the cluster is ready.

use std::time::Duration;

use crate::core::cluster::{
    InstanceGroupSummary, Instances, Observation, Obstacle, Phase, Readiness, instance_groups,
    read, read_instances,
};
use crate::core::cluster_name::ClusterName;
use crate::core::fault::Fault;
use crate::core::kops::command::CommandLine;
use crate::core::kops::copied::Copied;
use crate::tui::cluster_target::ClusterTarget;
use crate::tui::effect::{Effect, KopsRun, Kubeconfig, Wake};
use crate::tui::event::{CommandOutput, Timestamp};
use crate::tui::job::Job;
use crate::tui::mode::Mode;

pub mod panes;
pub mod status_line;
pub mod view;

/// How long the dashboard intervals between two answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PollIntervals {
    pub until_ready: Duration,
    pub when_ready: Duration,
}

impl PollIntervals {
    /// kops makes about four AWS calls per instance group for each poll.
    pub const REAL: Self = Self {
        until_ready: Duration::from_secs(10),
        when_ready: Duration::from_mins(1),
    };

    /// A built-in cluster costs nobody anything.
    pub const DEMONSTRATION: Self = Self {
        until_ready: Duration::from_secs(3),
        when_ready: Duration::from_secs(15),
    };

    /// Those of the real world, or of the demonstration.
    pub fn new(mode: Mode) -> Self {
        match mode {
            Mode::Real => Self::REAL,
            Mode::Demonstration => Self::DEMONSTRATION,
        }
    }
}

/// How long the instance groups of the state store are believed.
pub const GROUPS_KEPT: Duration = Duration::from_mins(1);

/// What the dashboard does now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PollState {
    Asking { since: Timestamp },
    Waiting { since: Timestamp },
}

/// A cluster being watched.
#[derive(Clone, Debug)]
pub struct Dashboard {
    pub cluster: ClusterName,
    pub target: ClusterTarget,
    pub started: Timestamp,
    pub groups: Vec<InstanceGroupSummary>,
    /// What the last poll saw; absent before the first.
    pub readiness: Option<Readiness>,
    pub state: PollState,
    /// How often kops has answered.
    pub answers: u32,
    /// When the cluster was first ready.
    pub ready_at: Option<Timestamp>,
    /// True when this run made the cluster, so that "creating" is the word.
    pub created: bool,
    /// First row shown of the instance groups and of what is beside them; a shorter pane stays at its end.
    pub top: usize,
    pub intervals: PollIntervals,
    /// When the instance groups were read; absent before.
    groups_read: Option<Timestamp>,
    /// What kops validate answered in the poll that is under way, while kops is asked about the instances.
    observed: Option<Observation>,
    /// The command of the poll that is under way.
    asked: Option<Job>,
}

impl Dashboard {
    /// Watches a cluster whose instance groups are known from its spec, or not yet.
    pub fn new(
        cluster: &ClusterName,
        target: ClusterTarget,
        spec: Option<&str>,
        at: Timestamp,
    ) -> Self {
        let groups = spec.map(instance_groups).unwrap_or_default();
        Self {
            cluster: cluster.clone(),
            target,
            started: at,
            readiness: None,
            groups,
            state: PollState::Waiting { since: at },
            answers: 0,
            ready_at: None,
            created: spec.is_some(),
            top: 0,
            intervals: PollIntervals::REAL,
            groups_read: spec.map(|_| at),
            observed: None,
            asked: None,
        }
    }

    /// The first effects: a poll, and whose credentials it uses.
    pub fn start(&mut self, at: Timestamp) -> Vec<Effect> {
        let mut effects = vec![Effect::clock(), Effect::Identify(self.target.clone())];
        effects.extend(self.poll(at));
        effects
    }

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

    /// Polls now, unless a poll is under way: first at the instance groups, when they are not known or may have changed,
    /// then at the cluster, then at the instances.
    pub fn poll(&mut self, at: Timestamp) -> Vec<Effect> {
        if matches!(self.state, PollState::Asking { .. }) {
            return Vec::new();
        }
        self.state = PollState::Asking { since: at };
        let known = self
            .groups_read
            .is_some_and(|read| at.since(read) < GROUPS_KEPT);
        if known {
            return vec![self.validate()];
        }
        vec![self.ask(Job::InstanceGroups, CommandLine::get_all(&self.cluster))]
    }

    /// How long it waits before the next poll.
    pub fn interval(&self) -> Duration {
        match self.ready_at {
            Some(_) => self.intervals.when_ready,
            None => self.intervals.until_ready,
        }
    }

    fn validate(&mut self) -> Effect {
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
                self.take_groups(result, at);
                vec![self.validate()]
            }
            Job::Validate => self.validated(result, at),
            Job::Instances => match self.observed.take() {
                Some(observation) => {
                    self.observed(&observation, &instances(result, &self.copied()), at)
                }
                None => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    // Where they cannot be read, those that were known before stand; without any, kops names what is not ready.
    fn take_groups(&mut self, result: Result<CommandOutput, Fault>, at: Timestamp) {
        let read = result.map(|finished| instance_groups(&finished.stdout));
        if let Ok(groups) = read
            && !groups.is_empty()
        {
            self.groups = groups;
            self.groups_read = Some(at);
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
                obstacle: match &self.readiness {
                    Some(seen) if seen.obstacle != Some(Obstacle::Lasting) => Obstacle::Unknown,
                    _ => Obstacle::Lasting,
                },
                fault,
            },
        };
        // Nodes alone need to be tied; without the API kops would wait for it once more.
        if observation.nodes().is_empty() {
            return self.observed(&observation, &Instances::NotAsked, at);
        }
        self.observed = Some(observation);
        vec![self.ask(Job::Instances, CommandLine::instances(&self.cluster))]
    }

    fn copied(&self) -> Copied {
        self.target.copied().about(&self.cluster)
    }

    fn observed(
        &mut self,
        observation: &Observation,
        instances: &Instances,
        at: Timestamp,
    ) -> Vec<Effect> {
        self.answers += 1;
        self.state = PollState::Waiting { since: at };
        let readiness = Readiness::new(&self.cluster, &self.groups, observation, instances);
        let ready = readiness.phase == Phase::Ready;
        self.readiness = Some(readiness);
        if ready {
            self.ready_at.get_or_insert(at);
        } else {
            self.ready_at = None;
        }
        vec![Effect::Wake {
            after: self.interval(),
            why: Wake::Validate {
                answers: self.answers,
            },
        }]
    }
}

fn instances(result: Result<CommandOutput, Fault>, copied: &Copied) -> Instances {
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const SPEC: &str = include_str!("../../../tests/fixtures/kops/cluster_spec.yml");
    const READY: &str = include_str!("../../../tests/fixtures/kops/validate-4-ready-json.stdout");

    fn at(seconds: u64) -> Timestamp {
        Timestamp(Duration::from_secs(seconds))
    }

    fn watch(spec: Option<&str>) -> Dashboard {
        let cluster = ClusterName::parse("prod.example.com").unwrap();
        Dashboard::new(&cluster, ClusterTarget::default(), spec, at(0))
    }

    fn asked(effects: &[Effect]) -> Vec<Job> {
        let asked = effects.iter().filter_map(|effect| match effect {
            Effect::Ask(run) => Some(run.job),
            _ => None,
        });
        asked.collect()
    }

    fn ended(exit: i32, stdout: &str) -> CommandOutput {
        CommandOutput {
            exit: Some(exit),
            stdout: stdout.to_owned(),
            ..CommandOutput::default()
        }
    }

    #[test]
    fn a_poll_asks_for_the_groups_then_the_cluster_then_the_instances() {
        let mut dashboard = watch(None);
        assert_eq!(asked(&dashboard.start(at(0))), [Job::InstanceGroups]);
        // A key that asks again changes nothing, and neither does an answer that nobody waits for.
        assert_eq!(asked(&dashboard.poll(at(1))), []);
        assert_eq!(
            asked(&dashboard.ended(Job::Validate, Ok(ended(0, READY)), at(1))),
            []
        );
        let next = dashboard.ended(Job::InstanceGroups, Ok(ended(0, SPEC)), at(1));
        assert_eq!(
            (asked(&next), dashboard.groups.len()),
            (vec![Job::Validate], 6)
        );
        let next = dashboard.ended(Job::Validate, Ok(ended(0, READY)), at(2));
        assert_eq!((asked(&next), dashboard.answers), (vec![Job::Instances], 0));
        let next = dashboard.ended(Job::Instances, Ok(ended(0, "[]")), at(3));
        assert_eq!((asked(&next), dashboard.answers), (vec![], 1));
        assert_eq!(dashboard.ready_at, Some(at(3)));
        // Groups are believed for a minute, and what was read before stands when they cannot be read again.
        assert_eq!(asked(&dashboard.poll(at(20))), [Job::Validate]);
        dashboard.ended(Job::Validate, Ok(ended(1, "")), at(21));
        assert_eq!(asked(&dashboard.poll(at(62))), [Job::InstanceGroups]);
        let next = dashboard.ended(Job::InstanceGroups, Ok(ended(1, "")), at(63));
        assert_eq!(
            (asked(&next), dashboard.groups.len()),
            (vec![Job::Validate], 6)
        );
    }

    #[test]
    fn nobody_asks_for_instances_where_there_are_no_nodes() {
        let mut dashboard = watch(Some(SPEC));
        assert_eq!(asked(&dashboard.start(at(0))), [Job::Validate]);
        let next = dashboard.ended(Job::Validate, Ok(ended(1, "{\"failures\":[]}")), at(1));
        assert_eq!((asked(&next), dashboard.answers), (vec![], 1));
    }

    #[test]
    fn kops_that_cannot_be_started_ends_the_wait_unless_it_could_before() {
        let lost = || Err(Fault::new("kops is not there", "why", "do"));
        let waits = |dashboard: &Dashboard| {
            dashboard
                .readiness
                .as_ref()
                .map(Readiness::may_become_ready)
        };
        let mut dashboard = watch(Some(SPEC));
        dashboard.start(at(0));
        dashboard.ended(Job::Validate, lost(), at(1));
        assert_eq!(waits(&dashboard), Some(false));
        dashboard.poll(at(11));
        dashboard.ended(Job::Validate, Ok(ended(1, "{\"failures\":[]}")), at(12));
        dashboard.poll(at(22));
        dashboard.ended(Job::Validate, lost(), at(23));
        assert_eq!(waits(&dashboard), Some(true));
    }
}
