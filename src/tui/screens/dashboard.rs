//! The dashboard: a cluster as the Kubernetes API, Auto Scaling and `kops validate` see it, from its birth on.

use std::path::PathBuf;
use std::time::Duration;

use crate::core::cluster::diagnosis::{Diagnosis, DiagnosisSeverity};
use crate::core::cluster::live::LiveCluster;
use crate::core::cluster::{Observation, Readiness, instance_groups};
use crate::core::cluster_name::ClusterName;
use crate::core::kops::copied::Copied;
use crate::core::unix_time::{UnixTime, WallTime};
use crate::tui::cluster_target::ClusterTarget;
use crate::tui::effect::TerminalAlerts;
use crate::tui::event::Timestamp;
use crate::tui::job::Job;
use crate::tui::mode::Mode;
use crate::tui::screens::apply::Apply;
use crate::tui::screens::dashboard::navigation::DashboardNavigation;
use crate::tui::screens::dashboard::pace::CrowdPace;
use crate::tui::screens::dashboard::prices::PricesAsked;
use crate::tui::screens::dashboard::shown::ShownCluster;

pub mod detail;
mod judge;
pub mod keys;
pub mod navigation;
mod pace;
pub mod panes;
mod prices;
pub mod shown;
pub mod update;
pub mod view;
pub mod why;

/// How long the dashboard waits between two answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PollIntervals {
    /// Between two validations while no other source sees the cluster.
    pub until_ready: Duration,
    /// The same while the other eyes see it.
    pub mirrored: Duration,
    pub when_ready: Duration,
    /// Before kops is asked to confirm what is seen.
    pub confirm: Duration,
    /// Between two reads of Auto Scaling.
    pub cloud: Duration,
}

impl PollIntervals {
    /// kops makes about four AWS calls per instance group for each validation.
    pub const REAL: Self = Self {
        until_ready: Duration::from_secs(10),
        mirrored: Duration::from_secs(30),
        when_ready: Duration::from_mins(1),
        confirm: Duration::from_secs(3),
        cloud: Duration::from_secs(15),
    };

    /// A built-in cluster costs nothing.
    pub const DEMONSTRATION: Self = Self {
        until_ready: Duration::from_secs(3),
        mirrored: Duration::from_secs(3),
        when_ready: Duration::from_secs(15),
        confirm: Duration::from_secs(1),
        cloud: Duration::from_secs(3),
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

/// A cluster that is not older is being born, until it is ready.
const YOUNG: Duration = Duration::from_hours(1);

/// What kops does now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PollState {
    Asking { since: Timestamp },
    Waiting { since: Timestamp },
}

/// How far the export of a kubeconfig for the watch is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum KubeconfigExport {
    #[default]
    NotAsked,
    Asking,
    Exported(PathBuf),
    Failed,
}

/// The clock on the wall, as it was read last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct WallClock {
    read: Timestamp,
    wall: WallTime,
}

impl WallClock {
    fn was_read(self) -> bool {
        self.wall.utc != UnixTime::default()
    }
}

/// A cluster being watched.
#[derive(Clone, Debug)]
pub struct Dashboard {
    pub cluster: ClusterName,
    pub target: ClusterTarget,
    pub started: Timestamp,
    pub state: PollState,
    /// How often kops has answered.
    pub answers: u32,
    /// When the cluster was first ready, while it still is.
    pub ready_at: Option<Timestamp>,
    /// True when this run made the cluster, so that "creating" is the word.
    pub created: bool,
    pub intervals: PollIntervals,
    /// What the terminal does each time that the cluster becomes ready or is not any more.
    pub alerts: TerminalAlerts,
    current: ShownCluster,
    /// What is shown while the screen is frozen.
    frozen: Option<Box<ShownCluster>>,
    navigation: DashboardNavigation,
    /// The run that made or changed the cluster, as it ended.
    run: Option<Box<Apply>>,
    /// How often the groups were read.
    cloud_reads: u32,
    pace: CrowdPace,
    export: KubeconfigExport,
    clock: WallClock,
    /// When the instance groups were read; absent before.
    groups_read: Option<Timestamp>,
    /// What kops validate answered in the poll that is under way, while kops is asked about the instances.
    observed: Option<Observation>,
    /// The command of the poll that is under way.
    asked: Option<Job>,
    /// Whether the first question waits for the lists of the Kubernetes API.
    held: bool,
    /// When kops was last asked to validate, by the wall clock.
    asked_at: UnixTime,
    prices: PricesAsked,
    /// Whether the state store does not know the cluster: then only it is asked, in case the cluster is created.
    not_in_store: bool,
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
            state: PollState::Waiting { since: at },
            answers: 0,
            ready_at: None,
            created: spec.is_some(),
            intervals: PollIntervals::REAL,
            alerts: TerminalAlerts::default(),
            current: ShownCluster::new(LiveCluster::new(cluster, groups)),
            frozen: None,
            navigation: DashboardNavigation::default(),
            run: None,
            cloud_reads: 0,
            pace: CrowdPace::default(),
            export: KubeconfigExport::default(),
            clock: WallClock::default(),
            groups_read: spec.map(|_| at),
            observed: None,
            asked: None,
            held: false,
            asked_at: UnixTime::default(),
            prices: PricesAsked::default(),
            not_in_store: false,
        }
    }

    /// The same, called ready after kops found nothing wrong so often in a row.
    #[must_use]
    pub fn confirmed_by(mut self, answers: u32) -> Self {
        self.current.live = self.current.live.confirmed_by(answers);
        self
    }

    /// The same with the run that made or changed the cluster, which a key shows.
    #[must_use]
    pub fn with_run(mut self, run: Box<Apply>) -> Self {
        self.run = Some(run);
        self
    }

    /// The run, while it is shown in place of the panes.
    pub fn shown_run(&self) -> Option<&Apply> {
        self.run.as_deref().filter(|_| self.navigation.shows_run)
    }

    /// What is seen of the cluster, or was when the screen was frozen.
    pub fn shown(&self) -> &ShownCluster {
        self.frozen.as_deref().unwrap_or(&self.current)
    }

    /// The worst that is wrong, where something keeps the cluster from being ready.
    pub fn worst(&self) -> Option<&Diagnosis> {
        let mut diagnoses = self.current.diagnoses.iter();
        diagnoses.find(|one| one.severity != DiagnosisSeverity::Note)
    }

    /// The cluster as it is seen now.
    pub fn live(&self) -> &LiveCluster {
        &self.current.live
    }

    /// What is known of the cluster; absent before anything was seen.
    pub fn readiness(&self) -> Option<&Readiness> {
        self.current.live.readiness()
    }

    /// Where the person is on the screen.
    pub fn navigation(&self) -> &DashboardNavigation {
        &self.navigation
    }

    /// A moment of the program by the wall clock.
    pub fn wall(&self, at: Timestamp) -> UnixTime {
        self.clock.wall.utc.after(at.since(self.clock.read))
    }

    /// The moment of what is shown, by the wall clock: now, or when the screen was frozen.
    pub fn shown_at(&self, at: Timestamp) -> UnixTime {
        self.shown().frozen_at.unwrap_or_else(|| self.wall(at))
    }

    /// A moment as the local clock shows it.
    pub fn local_clock(&self, moment: UnixTime) -> String {
        self.clock.wall.local_clock(moment)
    }

    /// When the cluster was made, by the wall clock: by this run, or by the oldest of its Auto Scaling groups where that is
    /// young. What is usual is known of births alone, so it is absent for older clusters.
    pub fn born(&self, at: Timestamp) -> Option<UnixTime> {
        let age = at.since(self.started);
        let age = u64::try_from(age.as_millis()).unwrap_or(u64::MAX);
        if self.created {
            return Some(UnixTime(self.wall(at).0.saturating_sub(age)));
        }
        let groups = self.shown().live.cloud().groups().iter();
        let oldest = groups.filter_map(|group| group.created).min()?;
        (self.shown_at(at).since(oldest) < YOUNG).then_some(oldest)
    }

    fn copied(&self) -> Copied {
        self.target.copied().about(&self.cluster)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
