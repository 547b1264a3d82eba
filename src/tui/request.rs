//! Which request a response belongs to: of several requests of one kind, only the latest is answered.

use std::collections::BTreeMap;

use super::effect::{CloudQuestion, Effect};
use super::event::Event;
use crate::core::check::CheckKind;
use crate::tui::job::Job;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RequestKind {
    Check(CheckKind),
    Discovery,
    Identity,
    /// The DNS attributes of a VPC, by its id.
    Dns(String),
    Images,
    Prices,
    Clusters,
    /// What is known of the clusters of the state store.
    Overviews,
    Runs,
    Offers,
    Facts,
    Store,
    /// To become the only one at work on the cluster.
    Begin,
    /// How far the run of another kopswain is.
    Poll,
    Command(Job),
    /// The watch of the Kubernetes API.
    Kubernetes,
    ExportKubeconfig,
    Cloud(CloudKind),
    Interrupt(Job),
    /// A text in the person's editor.
    Editor,
}

/// What Auto Scaling or EC2 is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CloudKind {
    Groups,
    Activities,
    Instances,
    Paths,
    Console,
    Prices,
}

impl CloudKind {
    fn from_question(question: &CloudQuestion) -> Self {
        match question {
            CloudQuestion::Groups => Self::Groups,
            CloudQuestion::Activities(_) => Self::Activities,
            CloudQuestion::Instances(_) => Self::Instances,
            CloudQuestion::Paths { .. } => Self::Paths,
            CloudQuestion::Console(_) => Self::Console,
            CloudQuestion::Prices(_) => Self::Prices,
        }
    }
}

impl RequestKind {
    // Nothing answers the others: a file that was saved and a time that has come are news whatever was asked since.
    fn from_effect(effect: &Effect) -> Option<Self> {
        match effect {
            Effect::Check { kind, .. } => Some(Self::Check(*kind)),
            Effect::Discover { .. } => Some(Self::Discovery),
            Effect::Identify(_) => Some(Self::Identity),
            Effect::ReadDns { vpc, .. } => Some(Self::Dns(vpc.clone())),
            Effect::ReadImages { .. } => Some(Self::Images),
            Effect::ReadPrices(_) => Some(Self::Prices),
            Effect::ListClusters(_) => Some(Self::Clusters),
            Effect::ReadClusters { .. } => Some(Self::Overviews),
            Effect::FindRuns => Some(Self::Runs),
            Effect::ListOffers => Some(Self::Offers),
            Effect::ReadFacts(_) => Some(Self::Facts),
            Effect::ReadStore(_) => Some(Self::Store),
            Effect::Preview(_) => Some(Self::Command(Job::Preview)),
            Effect::Run(run) | Effect::Ask(run) => Some(Self::Command(run.job)),
            Effect::Follow { job, .. } => Some(Self::Command(*job)),
            Effect::Begin(_) => Some(Self::Begin),
            // The end of a watch is a newer request: nothing of the older watch arrives after it.
            Effect::WatchKubernetes(_) | Effect::StopWatching => Some(Self::Kubernetes),
            Effect::ExportKubeconfig { .. } => Some(Self::ExportKubeconfig),
            Effect::ReadCloud(asked) => {
                Some(Self::Cloud(CloudKind::from_question(&asked.question)))
            }
            Effect::PollRun(_) => Some(Self::Poll),
            Effect::OpenEditor(_) => Some(Self::Editor),
            Effect::Interrupt(job) => Some(Self::Interrupt(*job)),
            Effect::SaveAnswers(_)
            | Effect::Release
            | Effect::ReadClock
            | Effect::Copy(_)
            | Effect::SaveReport(_)
            | Effect::UseProfile(_)
            | Effect::TakeMouse(_)
            | Effect::Announce(_)
            | Effect::Close(_)
            | Effect::Wake { .. }
            | Effect::AskToStop
            | Effect::Stop
            | Effect::Retake
            | Effect::Exit(_) => None,
        }
    }
}

/// One request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId {
    pub kind: RequestKind,
    number: u64,
}

/// An event, and the request that it answers, if it answers one.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    pub request: Option<RequestId>,
    pub event: Event,
}

impl From<Event> for Response {
    fn from(event: Event) -> Self {
        Self {
            request: None,
            event,
        }
    }
}

/// The latest request of each kind.
#[derive(Clone, Debug, Default)]
pub struct RequestTracker(BTreeMap<RequestKind, u64>);

impl RequestTracker {
    /// The request of an effect that is about to be started; absent when nothing answers it.
    pub fn start_request(&mut self, effect: &Effect) -> Option<RequestId> {
        let kind = RequestKind::from_effect(effect)?;
        let number = self.0.entry(kind.clone()).or_default();
        *number += 1;
        Some(RequestId {
            kind,
            number: *number,
        })
    }

    /// The event of a response; absent when a later request of its kind was made since.
    pub fn accept(&self, response: Response) -> Option<Event> {
        let is_stale = |request: RequestId| self.0.get(&request.kind) != Some(&request.number);
        (!response.request.is_some_and(is_stale)).then_some(response.event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_requests_of_one_kind_only_the_latest_is_answered() {
        let mut requests = RequestTracker::default();
        let folder = |name: &str| Effect::PollRun(name.into());
        let older = requests.start_request(&folder("/runs/1"));
        let other = requests.start_request(&Effect::Interrupt(Job::Update));
        let latest = requests.start_request(&folder("/runs/2"));
        let accepted = |request: &Option<RequestId>| {
            let event = Event::Crashed;
            requests.accept(Response {
                request: request.clone(),
                event,
            })
        };
        assert_eq!(accepted(&older), None);
        assert_eq!(accepted(&other), Some(Event::Crashed));
        assert_eq!(accepted(&latest), Some(Event::Crashed));
        assert_eq!(accepted(&None), Some(Event::Crashed));
    }
}
