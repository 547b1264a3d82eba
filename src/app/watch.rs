//! The dashboard: `kops validate` looked at again and again until the cluster is ready.

use std::time::Duration;

use crate::core::cluster_name::ClusterName;
use crate::core::command::CommandLine;
use crate::core::fault::Fault;
use crate::core::readiness::{
    InstanceGroupSummary, Observation, Phase, Readiness, Trouble, instance_groups, read,
};

use super::effect::{Effect, Job, Kubeconfig, Place, Run, Wake};
use super::event::{Finished, Moment};

pub mod panes;
pub mod told;

/// Rest between two looks: kops makes about four AWS calls per instance group for each.
pub const REST: Duration = Duration::from_secs(10);

/// Rest between two looks once the cluster is ready.
pub const REST_WHEN_READY: Duration = Duration::from_mins(1);

/// What the watch does now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    Looking { since: Moment },
    Resting { since: Moment },
}

/// A cluster being watched.
#[derive(Clone, Debug)]
pub struct Watch {
    pub cluster: ClusterName,
    pub place: Place,
    pub started: Moment,
    pub groups: Vec<InstanceGroupSummary>,
    /// What the last look saw; absent before the first.
    pub readiness: Option<Readiness>,
    pub look: Look,
    /// How often kops has answered.
    pub looks: u32,
    /// When the cluster was first ready.
    pub ready_at: Option<Moment>,
    /// True when this run made the cluster, so that "creating" is the word.
    pub created: bool,
    /// First row shown of the instance groups and of what is beside them; a shorter pane stays at its end.
    pub top: usize,
}

impl Watch {
    /// Watches a cluster whose instance groups are known from its spec, or not yet.
    pub fn new(cluster: &ClusterName, place: Place, spec: Option<&str>, at: Moment) -> Self {
        let groups = spec.map(instance_groups).unwrap_or_default();
        Self {
            cluster: cluster.clone(),
            place,
            started: at,
            readiness: None,
            groups,
            look: Look::Resting { since: at },
            looks: 0,
            ready_at: None,
            created: spec.is_some(),
            top: 0,
        }
    }

    /// The first effects: read the instance groups when they are not known, and look.
    pub fn start(&mut self, at: Moment) -> Vec<Effect> {
        let mut effects = vec![Effect::clock()];
        if self.groups.is_empty() {
            effects.push(self.run(Job::ReadBack, CommandLine::get_all(&self.cluster)));
        }
        effects.push(Effect::Identify(self.place.clone()));
        effects.extend(self.look(at));
        effects
    }

    fn run(&self, job: Job, command: CommandLine) -> Effect {
        Effect::Ask(Run {
            job,
            cluster: self.cluster.clone(),
            place: self.place.clone(),
            command,
            kubeconfig: Kubeconfig::Own,
            spec: None,
        })
    }

    /// Looks now, unless a look is under way.
    pub fn look(&mut self, at: Moment) -> Vec<Effect> {
        if matches!(self.look, Look::Looking { .. }) {
            return Vec::new();
        }
        self.look = Look::Looking { since: at };
        vec![self.run(Job::Validate, CommandLine::validate(&self.cluster, false))]
    }

    /// Takes what a command ended with: the instance groups, or a look at the cluster.
    pub fn ended(&mut self, job: Job, result: Result<Finished, Fault>, at: Moment) -> Vec<Effect> {
        match job {
            // Without the instance groups the look itself tells what there is.
            Job::ReadBack => {
                if let Ok(finished) = result {
                    self.groups = instance_groups(&finished.stdout);
                }
                Vec::new()
            }
            Job::Validate => self.observed(result, at),
            _ => Vec::new(),
        }
    }

    fn observed(&mut self, result: Result<Finished, Fault>, at: Moment) -> Vec<Effect> {
        let observation = match result {
            Ok(finished) => read(&finished.stdout, &finished.stderr, finished.code()),
            Err(fault) => Observation::Unreachable {
                trouble: Trouble::Other,
                fault,
            },
        };
        self.looks += 1;
        self.look = Look::Resting { since: at };
        let readiness = Readiness::of(&self.groups, &observation);
        let ready = readiness.phase == Phase::Ready;
        self.readiness = Some(readiness);
        if ready {
            self.ready_at.get_or_insert(at);
        } else {
            self.ready_at = None;
        }
        let after = if self.ready_at.is_some() {
            REST_WHEN_READY
        } else {
            REST
        };
        vec![Effect::Wake {
            after,
            why: Wake::Validate { looks: self.looks },
        }]
    }
}
