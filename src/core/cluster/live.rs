//! A cluster as three eyes see it: the Kubernetes API, Auto Scaling with EC2, and `kops validate` as the judge.

use std::time::Duration;

use super::birth::BirthProgress;
use super::cloud::CloudUpdate;
use super::cloud_view::CloudView;
use super::kubernetes::KubernetesUpdate;
use super::kubernetes_view::KubernetesView;
use super::mirror::SeenCluster;
use super::subject::ClusterSubject;
use super::ties::{MemberTies, TiedMember};
use super::timeline::{Timeline, TimelineKind};
use super::{InstanceGroupSummary, Instances, Observation, Phase, Readiness};
use crate::core::text::elapsed::elapsed;
use crate::core::unix_time::UnixTime;

mod phases;

/// How often in a row kops must find nothing wrong before the cluster is called ready.
pub const CONFIRMATIONS: u32 = 2;

/// Whether the cluster is ready.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ClusterVerdict {
    /// Nothing was seen yet.
    #[default]
    Unknown,
    NotReady {
        /// When it was first seen so.
        since: UnixTime,
        /// How long it had been ready before, in this watch.
        was_ready: Option<Duration>,
    },
    /// Nothing is wrong by what is seen, and kops has confirmed it so often.
    Confirming {
        answers: u32,
    },
    Ready {
        since: UnixTime,
    },
}

/// What kops answered last.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Judgement {
    asked: UnixTime,
    answered: UnixTime,
    readiness: Readiness,
}

/// What the rules of kops say of what is seen now.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Mirrored {
    readiness: Readiness,
    instances: Instances,
    /// When its answer last turned from ready to not ready, or back.
    turned: UnixTime,
}

/// A cluster that is watched.
#[derive(Clone, Debug)]
pub struct LiveCluster {
    name: String,
    spec: Vec<InstanceGroupSummary>,
    kubernetes: KubernetesView,
    cloud: CloudView,
    ties: MemberTies,
    judgement: Option<Judgement>,
    mirrored: Option<Mirrored>,
    /// How often in a row kops found nothing wrong.
    confirmed: u32,
    wanted_confirmations: u32,
    verdict: ClusterVerdict,
    birth: BirthProgress,
    timeline: Timeline,
}

impl LiveCluster {
    /// A cluster of which nothing was seen yet; its instance groups by its spec, none where that is not known.
    pub fn new(name: &str, spec: Vec<InstanceGroupSummary>) -> Self {
        Self {
            name: name.to_owned(),
            spec,
            kubernetes: KubernetesView::default(),
            cloud: CloudView::default(),
            ties: MemberTies::default(),
            judgement: None,
            mirrored: None,
            confirmed: 0,
            wanted_confirmations: CONFIRMATIONS,
            verdict: ClusterVerdict::default(),
            birth: BirthProgress::default(),
            timeline: Timeline::default(),
        }
    }

    /// The same, called ready after kops found nothing wrong so often in a row; at least once.
    #[must_use]
    pub fn confirmed_by(mut self, answers: u32) -> Self {
        self.wanted_confirmations = answers.max(1);
        self
    }

    /// What is known through the Kubernetes API.
    pub fn kubernetes(&self) -> &KubernetesView {
        &self.kubernetes
    }

    /// What is known through Auto Scaling and EC2.
    pub fn cloud(&self) -> &CloudView {
        &self.cloud
    }

    pub(super) fn ties(&self) -> &MemberTies {
        &self.ties
    }

    /// The instances of all groups with the nodes that they became.
    pub(super) fn tied_members(&self) -> impl Iterator<Item = TiedMember<'_>> {
        self.ties.members(self.cloud.groups())
    }

    /// The instance groups by the spec.
    pub fn spec(&self) -> &[InstanceGroupSummary] {
        &self.spec
    }

    /// Whether it is ready.
    pub fn verdict(&self) -> &ClusterVerdict {
        &self.verdict
    }

    /// What happened while it was watched.
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// How far it has come to life.
    pub fn birth(&self) -> &BirthProgress {
        &self.birth
    }

    /// How often kops has to find nothing wrong in a row.
    pub fn wanted_confirmations(&self) -> u32 {
        self.wanted_confirmations
    }

    /// When kops last answered.
    pub fn judged(&self) -> Option<UnixTime> {
        self.judgement.as_ref().map(|judgement| judgement.answered)
    }

    /// What kops itself answered last.
    pub fn judgement(&self) -> Option<&Readiness> {
        self.judgement
            .as_ref()
            .map(|judgement| &judgement.readiness)
    }

    /// What is seen now: by the rules of kops where both other eyes see, else what kops answered last.
    pub fn readiness(&self) -> Option<&Readiness> {
        self.mirrored().or(self.judgement())
    }

    /// What the rules of kops say of what is seen now; absent where not enough is seen.
    pub fn mirrored(&self) -> Option<&Readiness> {
        self.mirrored.as_ref().map(|mirrored| &mirrored.readiness)
    }

    /// The instances as kops would list them; absent where the other eyes do not see them.
    pub fn instances(&self) -> Option<&Instances> {
        self.mirrored.as_ref().map(|mirrored| &mirrored.instances)
    }

    /// Whether what is shown is seen now, and not only when kops is asked.
    pub fn is_mirrored(&self) -> bool {
        self.mirrored.is_some()
    }

    /// In what kops and the other eyes disagree, though kops was asked after the last change; absent where they agree.
    pub fn disagreement(&self) -> Option<String> {
        let (judgement, mirrored) = self.judgement.as_ref().zip(self.mirrored.as_ref())?;
        let seen = mirrored.readiness.phase == Phase::Ready;
        let judged = judgement.readiness.phase == Phase::Ready;
        if judgement.asked < mirrored.turned || seen == judged {
            return None;
        }
        let (found, missed) = if judged {
            (&mirrored.readiness, "kops validate reports no failures")
        } else {
            (&judgement.readiness, "nothing wrong is seen besides")
        };
        let first = found.not_ready.first();
        let first = first.map(|one| one.message.shown()).unwrap_or_default();
        let who = if judged { "seen here" } else { "kops validate" };
        Some(match first.as_str() {
            "" => format!("{who}: {}; {missed}", found.phase.word()),
            first => format!("{who}: {first}; {missed}"),
        })
    }

    /// Takes the instance groups of the spec.
    pub fn take_spec(&mut self, spec: Vec<InstanceGroupSummary>, at: UnixTime) {
        self.spec = spec;
        self.see(at);
    }

    /// Takes what the watch of the Kubernetes API reports, and judges the cluster again where that changed anything.
    pub fn take_kubernetes(&mut self, update: KubernetesUpdate, at: UnixTime) {
        if self.note_kubernetes(update, at) {
            self.see(at);
        }
    }

    /// Takes what the watch of the Kubernetes API reports; says whether anything is other than it was, which [`Self::see`]
    /// then judges.
    pub fn note_kubernetes(&mut self, update: KubernetesUpdate, at: UnixTime) -> bool {
        self.kubernetes.take(update, at, &mut self.timeline)
    }

    /// Takes what was read of Auto Scaling and EC2.
    pub fn take_cloud(&mut self, update: CloudUpdate, at: UnixTime) {
        if self.cloud.take(update, at, &mut self.timeline) {
            self.ties.groups_changed();
            self.see(at);
        }
    }

    /// Takes what kops answered, and when it was asked.
    pub fn take_judgement(
        &mut self,
        observation: &Observation,
        instances: &Instances,
        asked: UnixTime,
        at: UnixTime,
    ) {
        let readiness = Readiness::new(&self.name, &self.spec, observation, instances);
        let summary = |readiness: &Readiness| (readiness.phase, readiness.not_ready.len());
        let was = self.judgement().map(summary);
        if was != Some(summary(&readiness)) {
            let ready = readiness.phase == Phase::Ready;
            let (kind, text) = if ready {
                (
                    TimelineKind::Good,
                    "kops validate reports no failures".to_owned(),
                )
            } else {
                let what = failures(readiness.not_ready.len(), readiness.phase);
                (TimelineKind::Note, format!("kops validate: {what}"))
            };
            self.timeline.add(at, kind, ClusterSubject::Cluster, text);
        }
        self.confirmed = match readiness.phase {
            Phase::Ready => self.confirmed.saturating_add(1),
            _ => 0,
        };
        self.judgement = Some(Judgement {
            asked,
            answered: at,
            readiness,
        });
        self.judge(at);
    }

    /// Judges what is seen by the rules of kops, where enough is known and current for that.
    pub fn see(&mut self, at: UnixTime) {
        self.ties.follow(self.cloud.groups(), &self.kubernetes);
        let possible = self.kubernetes.is_current() && self.cloud.is_known();
        let seen = possible.then(|| self.mirror());
        self.mirrored = seen.map(|(readiness, instances)| {
            let ready = readiness.phase == Phase::Ready;
            let before = self.mirrored.as_ref();
            let same = before.filter(|one| (one.readiness.phase == Phase::Ready) == ready);
            let turned = same.map_or(at, |one| one.turned);
            Mirrored {
                readiness,
                instances,
                turned,
            }
        });
        self.judge(at);
    }

    fn mirror(&self) -> (Readiness, Instances) {
        let seen = SeenCluster {
            spec: &self.spec,
            groups: self.cloud.groups(),
            ties: &self.ties,
            kubernetes: &self.kubernetes,
        };
        let answer = seen.validate();
        let (observation, instances) = (answer.observation, answer.instances);
        let readiness = Readiness::new(&self.name, &self.spec, &observation, &instances);
        (readiness, instances)
    }

    fn judge(&mut self, at: UnixTime) {
        let verdict = self.next_verdict(at);
        if verdict != self.verdict {
            self.note_verdict(&verdict, at);
            self.verdict = verdict;
        }
        self.note_phases(at);
    }

    // What is seen to be wrong since kops was asked counts at once; what is right counts when kops says so.
    fn next_verdict(&mut self, at: UnixTime) -> ClusterVerdict {
        let asked = self.judgement.as_ref().map(|judgement| judgement.asked);
        let wrong = self.mirrored.as_ref().is_some_and(|mirrored| {
            mirrored.readiness.phase != Phase::Ready
                && asked.is_none_or(|asked| asked <= mirrored.turned)
        });
        if wrong {
            self.confirmed = 0;
        }
        let judged = self.judgement().map(|readiness| readiness.phase);
        let seen = self.readiness().map(|readiness| readiness.phase);
        match (wrong, judged) {
            (false, Some(Phase::Ready)) if self.confirmed >= self.wanted_confirmations => {
                self.ready_since(at)
            }
            (false, Some(Phase::Ready)) => ClusterVerdict::Confirming {
                answers: self.confirmed,
            },
            // All that is seen is right: kops is asked at once.
            (false, _) if seen == Some(Phase::Ready) => ClusterVerdict::Confirming { answers: 0 },
            (false, None) if seen.is_none() => ClusterVerdict::Unknown,
            _ => self.not_ready_since(at),
        }
    }

    fn ready_since(&self, at: UnixTime) -> ClusterVerdict {
        match self.verdict {
            ClusterVerdict::Ready { since } => ClusterVerdict::Ready { since },
            _ => ClusterVerdict::Ready { since: at },
        }
    }

    fn not_ready_since(&self, at: UnixTime) -> ClusterVerdict {
        match self.verdict {
            ClusterVerdict::NotReady { since, was_ready } => {
                ClusterVerdict::NotReady { since, was_ready }
            }
            ClusterVerdict::Ready { since } => ClusterVerdict::NotReady {
                since: at,
                was_ready: Some(at.since(since)),
            },
            ClusterVerdict::Unknown | ClusterVerdict::Confirming { .. } => {
                ClusterVerdict::NotReady {
                    since: at,
                    was_ready: None,
                }
            }
        }
    }

    fn note_verdict(&mut self, verdict: &ClusterVerdict, at: UnixTime) {
        let (kind, text) = match verdict {
            ClusterVerdict::Ready { .. } => (TimelineKind::Good, "the cluster is ready".to_owned()),
            ClusterVerdict::NotReady {
                was_ready: Some(time),
                ..
            } => {
                let time = elapsed(*time);
                let text = format!("the cluster is not ready any more; it was for {time}");
                (TimelineKind::Trouble, text)
            }
            ClusterVerdict::NotReady { .. }
            | ClusterVerdict::Confirming { .. }
            | ClusterVerdict::Unknown => return,
        };
        self.timeline.add(at, kind, ClusterSubject::Cluster, text);
    }
}

fn failures(count: usize, phase: Phase) -> String {
    match count {
        0 => phase.word().to_owned(),
        1 => "1 failure".to_owned(),
        count => format!("{count} failures"),
    }
}
