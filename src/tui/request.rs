//! Which question an answer belongs to: of several questions about the same, only the latest is answered.

use std::collections::BTreeMap;

use super::effect::Effect;
use super::event::Event;
use crate::core::check::CheckKind;
use crate::tui::job::Job;

/// What a question is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RequestKind {
    Check(CheckKind),
    Discovery,
    Identity,
    /// The DNS attributes of a VPC, by its id.
    Dns(String),
    Images,
    Clusters,
    Facts,
    Store,
    Command(Job),
}

impl RequestKind {
    // What comes of the others is about the run as a whole, or about the program.
    fn of(effect: &Effect) -> Option<Self> {
        match effect {
            Effect::Check { kind, .. } => Some(Self::Check(*kind)),
            Effect::Discover { .. } => Some(Self::Discovery),
            Effect::Identify(_) => Some(Self::Identity),
            Effect::ReadDns { vpc, .. } => Some(Self::Dns(vpc.clone())),
            Effect::ReadImages { .. } => Some(Self::Images),
            Effect::ListClusters(_) => Some(Self::Clusters),
            Effect::ReadFacts(_) => Some(Self::Facts),
            Effect::ReadStore(_) => Some(Self::Store),
            Effect::Preview(_) => Some(Self::Command(Job::Preview)),
            Effect::Run(run) | Effect::Ask(run) => Some(Self::Command(run.job)),
            Effect::Follow { job, .. } => Some(Self::Command(*job)),
            Effect::SaveAnswers(_)
            | Effect::Begin(_)
            | Effect::PollRun(_)
            | Effect::Release
            | Effect::Close(_)
            | Effect::Interrupt(_)
            | Effect::Wake { .. }
            | Effect::AskToStop
            | Effect::Stop
            | Effect::Retake
            | Effect::Exit(_) => None,
        }
    }
}

/// One question about a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId {
    pub topic: RequestKind,
    number: u64,
}

/// An event, and the question that it answers, if it answers one.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    pub turn: Option<RequestId>,
    pub event: Event,
}

impl From<Event> for Response {
    fn from(event: Event) -> Self {
        Self { turn: None, event }
    }
}

/// The latest question about each topic.
#[derive(Clone, Debug, Default)]
pub struct RequestTracker(BTreeMap<RequestKind, u64>);

impl RequestTracker {
    /// The turn of an effect that is about to be started; absent when it asks nothing.
    pub fn next(&mut self, effect: &Effect) -> Option<RequestId> {
        let topic = RequestKind::of(effect)?;
        let number = self.0.entry(topic.clone()).or_default();
        *number += 1;
        Some(RequestId {
            topic,
            number: *number,
        })
    }

    /// What happened; absent when it answers a question that was asked again since.
    pub fn heard(&self, told: Response) -> Option<Event> {
        let older = |turn: RequestId| self.0.get(&turn.topic) != Some(&turn.number);
        (!told.turn.is_some_and(older)).then_some(told.event)
    }
}
