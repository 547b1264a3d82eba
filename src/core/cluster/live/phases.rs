//! The phases of a cluster's birth, from what is seen of it.

use strum::VariantArray;

use super::{ClusterVerdict, LiveCluster};
use crate::core::cluster::birth::{BirthPhase, PhaseState, PhaseView};
use crate::core::cluster::kubernetes::ApiFailureKind;
use crate::core::cluster::kubernetes_view::ApiLink;
use crate::core::cluster::{Count, Phase, Readiness};
use crate::core::unix_time::UnixTime;

impl LiveCluster {
    /// Every phase; `started` is when the cluster was made, where this run made it, so that a late phase is marked.
    pub fn phases(&self, started: Option<UnixTime>, now: UnixTime) -> Vec<PhaseView> {
        let mut reached = true;
        let phases = BirthPhase::VARIANTS.iter().map(|phase| {
            let (met, figures) = self.phase_figures(*phase);
            let state = match met {
                None => PhaseState::Unknown,
                Some(true) => PhaseState::Done,
                // kops is asked to confirm what is right again.
                Some(false) if matches!(self.verdict(), ClusterVerdict::Confirming { .. }) => {
                    PhaseState::Now
                }
                Some(false) if self.birth().done(*phase).is_some() => PhaseState::Lost,
                Some(false) if reached => PhaseState::Now,
                Some(false) => PhaseState::ToCome,
            };
            reached &= matches!(met, Some(true) | None);
            let waits = matches!(state, PhaseState::Now | PhaseState::ToCome);
            let late = started.is_some_and(|started| now.since(started) > phase.usual());
            PhaseView {
                phase: *phase,
                state,
                figures,
                late: waits && late,
            }
        });
        phases.collect()
    }

    /// Notes which phases are done.
    pub(super) fn note_phases(&mut self, at: UnixTime) {
        for phase in BirthPhase::VARIANTS {
            if self.phase_figures(*phase).0 == Some(true) {
                self.birth.note_done(*phase, at);
            }
        }
    }

    fn phase_figures(&self, phase: BirthPhase) -> (Option<bool>, String) {
        match phase {
            BirthPhase::LoadBalancer => (self.has_address(), String::new()),
            BirthPhase::Instances => match self.cloud().instances_in_service() {
                Some((has, wanted)) => (Some(has >= wanted), format!("{has}/{wanted}")),
                None => (None, String::new()),
            },
            BirthPhase::Api => self.api_figures(),
            BirthPhase::ControlPlane => count_figures(self.readiness(), |one| one.control_plane),
            BirthPhase::Nodes => count_figures(self.readiness(), |one| one.nodes),
            BirthPhase::SystemPods => self.pod_figures(),
            BirthPhase::Validated => match self.verdict() {
                ClusterVerdict::Ready { .. } => (Some(true), String::new()),
                ClusterVerdict::Confirming { answers } => {
                    let wanted = self.wanted_confirmations();
                    (Some(false), format!("{answers}/{wanted}"))
                }
                ClusterVerdict::Unknown => (None, String::new()),
                ClusterVerdict::NotReady { .. } => (Some(false), String::new()),
            },
        }
    }

    // The API's name resolves once its load balancer is there.
    fn has_address(&self) -> Option<bool> {
        match self.kubernetes().link() {
            ApiLink::Live { .. } => Some(true),
            ApiLink::Lost { failure, .. } => match failure.kind {
                ApiFailureKind::NameNotResolving | ApiFailureKind::Placeholder => Some(false),
                ApiFailureKind::Refused
                | ApiFailureKind::TimedOut
                | ApiFailureKind::Certificate
                | ApiFailureKind::Unauthorized
                | ApiFailureKind::Forbidden
                | ApiFailureKind::Serving => Some(true),
                ApiFailureKind::NoContext
                | ApiFailureKind::Kubeconfig
                | ApiFailureKind::ExecPlugin
                | ApiFailureKind::Proxy
                | ApiFailureKind::Other => self.judged_address(),
            },
            ApiLink::NotAsked | ApiLink::Connecting { .. } => self.judged_address(),
        }
    }

    fn judged_address(&self) -> Option<bool> {
        match self.judgement()?.phase {
            Phase::CouldNotLook => None,
            Phase::NameNotResolving => Some(false),
            _ => Some(true),
        }
    }

    fn api_figures(&self) -> (Option<bool>, String) {
        match self.kubernetes().link() {
            ApiLink::Live { latency, .. } => {
                let figures = latency.map(|time| format!("{} ms", time.as_millis()));
                (Some(true), figures.unwrap_or_default())
            }
            ApiLink::Lost { failure, .. } if failure.kind != ApiFailureKind::NoContext => {
                (Some(false), String::new())
            }
            _ => {
                let phase = self.judgement().map(|readiness| readiness.phase);
                let met = phase.and_then(|phase| match phase {
                    Phase::CouldNotLook => None,
                    Phase::NameNotResolving | Phase::NotAnswering | Phase::NotServing => {
                        Some(false)
                    }
                    _ => Some(true),
                });
                (met, String::new())
            }
        }
    }

    fn pod_figures(&self) -> (Option<bool>, String) {
        if !self.kubernetes().is_current() {
            let readiness = self.readiness();
            let pods = readiness.map(|readiness| {
                let mut named = readiness.not_ready.iter();
                readiness.phase == Phase::Ready || !named.any(|one| one.kind.raw() == "Pod")
            });
            let seen = readiness.is_some_and(|readiness| readiness.nodes.ready.is_some());
            return (pods.filter(|_| seen), String::new());
        }
        let pods = self.kubernetes().watched_pods();
        let wrong = pods.wrong().filter(|pod| pod.priority.is_some());
        let wrong = wrong.filter(|pod| pod.trouble().is_some()).count();
        let all = pods.critical();
        let ready = all.saturating_sub(u32::try_from(wrong).unwrap_or(u32::MAX));
        (Some(all > 0 && ready == all), format!("{ready}/{all}"))
    }
}

fn count_figures(
    readiness: Option<&Readiness>,
    count: fn(&Readiness) -> Count,
) -> (Option<bool>, String) {
    match readiness.map(count) {
        Some(count) if count.wanted.is_some() => (Some(count.is_met()), count.figures()),
        _ => (None, String::new()),
    }
}
