//! What the requests of a walk are answered with: by the built-in account, by what it does not have, and by failures.

use std::path::PathBuf;
use std::time::Duration;

use kopswain::core::check::{Check, CheckState};
use kopswain::core::cluster::cloud::CloudUpdate;
use kopswain::core::cluster::kubernetes::{ApiFailure, ApiFailureKind, KubernetesUpdate};
use kopswain::core::cluster_name::ClusterName;
use kopswain::core::fault::Fault;
use kopswain::core::kops::command::CommandLine;
use kopswain::core::unix_time::UnixTime;
use kopswain::io::demo::DemoRunner;
use kopswain::io::event_loop::Runner;
use kopswain::tui::effect::{CloudQuestion, Effect, KopsRun, Kubeconfig};
use kopswain::tui::event::{CommandOutput, Event};
use kopswain::tui::job::Job;
use kopswain::tui::model::{Model, Screen};
use kopswain::tui::offers::{PlaceOffer, PlaceOffers};
use kopswain::tui::record::{CommandEnd, FoundRun, Ran};
use kopswain::tui::request::{RequestId, Response};
use kopswain::tui::screens::apply::Apply;
use tokio::runtime::Runtime;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::yield_now;

use crate::world::recorded;

/// The moment at which everything is read.
const NOON: UnixTime = UnixTime(1_795_953_600_000);
/// Turns that a task of the built-in account gets for its answer.
const TURNS: usize = 6;

/// The account that a walk is about.
pub struct WalkedAccount {
    demo: DemoRunner,
    responses: UnboundedReceiver<Response>,
    runtime: Runtime,
}

impl WalkedAccount {
    pub fn new() -> Self {
        let (sender, responses) = unbounded_channel();
        let runtime = tokio::runtime::Builder::new_current_thread();
        Self {
            demo: DemoRunner::instant(sender),
            responses,
            runtime: { runtime }.build().unwrap(),
        }
    }

    /// What answers an effect.
    pub fn answer(
        &mut self,
        effect: &Effect,
        request: Option<RequestId>,
        model: &Model,
        which: usize,
    ) -> Vec<Response> {
        if let Some(event) = answered(effect, model, which) {
            return vec![Response { request, event }];
        }
        let effect = match effect {
            Effect::Follow { job, .. } => followed(*job, model),
            effect => effect.clone(),
        };
        let demo = &self.demo;
        self.runtime.block_on(async {
            demo.start(effect, request);
            for _ in 0..TURNS {
                yield_now().await;
            }
        });
        std::iter::from_fn(|| self.responses.try_recv().ok()).collect()
    }
}

/// The run on the screen, or one like those that are found.
pub fn found(model: &Model, which: usize) -> FoundRun {
    let known = match model.screen() {
        Screen::Apply(apply) | Screen::Differs { apply, .. } => apply,
        _ => match crate::shot("apply_running").screen() {
            Screen::Apply(apply) => apply,
            other => panic!("no run: {other:?}"),
        },
    };
    let record = known.record();
    let ends = [
        CommandEnd::Succeeded,
        CommandEnd::Running,
        CommandEnd::Failed,
        CommandEnd::Unseen,
    ];
    let many = which % (record.commands.len() + 1);
    let ran = |(at, job): (usize, Job)| Ran {
        number: u32::try_from(at).unwrap() + 1,
        job,
        took: Duration::from_secs(7),
        end: if at + 1 == many {
            ends[which % ends.len()]
        } else {
            CommandEnd::Succeeded
        },
    };
    let jobs = record.commands.iter().map(|step| step.job);
    let commands: Vec<Ran> = jobs.take(many).enumerate().map(ran).collect();
    FoundRun {
        folder: "/runs/found".into(),
        at_work: which.is_multiple_of(3),
        closed: which.is_multiple_of(5),
        age: Duration::from_secs(95),
        record,
        commands,
    }
}

/// A command that runs although nothing in a walk has asked for it, with the spec that it is about.
pub fn running(apply: &Apply) -> Option<Effect> {
    let job = apply.running()?.job;
    Some(command(job, apply.cluster().clone(), Some(apply.spec())))
}

fn followed(job: Job, model: &Model) -> Effect {
    let cluster = ClusterName::parse(model.cluster());
    let spec = match model.screen() {
        Screen::Apply(apply) => Some(apply.spec()),
        _ => None,
    };
    command(job, cluster.unwrap_or_else(|_| name()), spec)
}

fn name() -> ClusterName {
    crate::world::CLUSTER.parse().unwrap()
}

fn command(job: Job, cluster: ClusterName, spec: Option<&str>) -> Effect {
    Effect::Run(KopsRun {
        job,
        target: crate::world::place(),
        command: CommandLine::get_all(&cluster),
        cluster,
        kubeconfig: Kubeconfig::Own,
        spec: spec.map(str::to_owned),
        store: None,
    })
}

// What the built-in account does not answer, or always in the same way.
fn answered(effect: &Effect, model: &Model, which: usize) -> Option<Event> {
    Some(match effect {
        Effect::Wake { why, .. } => Event::Woke(*why),
        Effect::SaveAnswers(_) => Event::Saved(Ok(None)),
        Effect::Identify(_) => connected("123456789012"),
        Effect::ReadDns { vpc, .. } => Event::DnsRead {
            vpc: vpc.clone(),
            support: Some(which.is_multiple_of(2)),
            hostnames: (!which.is_multiple_of(3)).then_some(true),
        },
        Effect::ReadImages { .. } => Event::ImagesRead(Vec::new()),
        Effect::ReadPrices(_) => Event::PricesRead {
            region: "us-east-1".to_owned(),
            list: Box::default(),
        },
        Effect::ListOffers => Event::OffersListed(Box::new(offers())),
        Effect::Begin(_) => Event::Begun(Ok("/runs/begun".into())),
        Effect::PollRun(_) => Event::RunFound(Box::new(found(model, which))),
        Effect::FindRuns => Event::RunsFound(vec![found(model, which)]),
        Effect::ExportKubeconfig { .. } => Event::KubeconfigExported(Ok(PathBuf::from("/k"))),
        Effect::AskToStop => Event::StopAsked,
        Effect::Stop => Event::Continued,
        Effect::ReadFacts(_) if which.is_multiple_of(2) => match model.screen() {
            Screen::Apply(apply) => Event::FactsRead(Ok(apply.record().facts)),
            _ => return None,
        },
        _ => return None,
    })
}

/// Who we are, in this account.
pub fn connected(account: &str) -> Event {
    Event::Connected {
        account: Some(account.to_owned()),
        region: "us-east-1".to_owned(),
    }
}

fn offers() -> PlaceOffers {
    let offer = |value: &str| PlaceOffer {
        value: value.to_owned(),
        note: "offered".to_owned(),
    };
    PlaceOffers {
        profiles: ["default", "prod"].map(offer).into(),
        regions: ["us-east-1", "eu-west-1"].map(offer).into(),
    }
}

/// A fault as the outside brings it.
pub fn fault() -> Fault {
    Fault::new(
        "the walk refuses this",
        "a random step wanted it",
        "run `kops get all --name=CLUSTER -o yaml`, or walk on",
    )
}

/// How an effect fails; absent where nothing tells.
pub fn failed(effect: &Effect, which: usize) -> Option<Event> {
    Some(match effect {
        Effect::Check { kind, .. } => {
            let state = if which.is_multiple_of(2) {
                CheckState::Blocked(fault())
            } else {
                CheckState::Warning(fault())
            };
            Event::Checked(Check { kind: *kind, state })
        }
        Effect::Discover { .. } => Event::DiscoveryFailed(fault()),
        Effect::ListClusters(_) => Event::ClustersNotListed(fault()),
        Effect::SaveAnswers(_) => Event::Saved(Err(fault())),
        Effect::SaveReport(_) => Event::ReportSaved(Err(fault())),
        Effect::Preview(_) => ended(Job::Preview, which),
        Effect::Run(run) | Effect::Ask(run) => ended(run.job, which),
        Effect::Follow { job, .. } => ended(*job, which),
        Effect::ReadFacts(_) => Event::FactsRead(Err(fault())),
        Effect::ReadStore(_) => Event::StoreRead(Err(fault())),
        Effect::Begin(_) => Event::Begun(Err(fault())),
        Effect::PollRun(_) => Event::RunLost(fault()),
        Effect::ExportKubeconfig { .. } => Event::KubeconfigExported(Err(fault())),
        Effect::Announce(_) => Event::AnnouncementFailed(fault()),
        Effect::Interrupt(_) => Event::Interrupted(if which.is_multiple_of(2) {
            Ok(false)
        } else {
            Err(fault())
        }),
        Effect::WatchKubernetes(_) => lost(which),
        Effect::ReadCloud(asked) => Event::Cloud {
            wall: NOON,
            update: refused(&asked.question),
        },
        _ => return None,
    })
}

fn ended(job: Job, which: usize) -> Event {
    let stderr = [
        recorded!("create-exists.stderr"),
        recorded!("apply-clash.stderr"),
        recorded!("update-kops-panics.stderr"),
        "",
    ];
    let output = CommandOutput {
        exit: [Some(1), Some(2), None][which % 3],
        stderr: stderr[which % stderr.len()].to_owned(),
        ..CommandOutput::default()
    };
    let result = if which.is_multiple_of(5) {
        Err(fault())
    } else {
        Ok(output)
    };
    Event::Ended { job, result }
}

fn lost(which: usize) -> Event {
    let kinds = [
        ApiFailureKind::NoContext,
        ApiFailureKind::NameNotResolving,
        ApiFailureKind::Unauthorized,
        ApiFailureKind::Forbidden,
        ApiFailureKind::TimedOut,
    ];
    let failure = Box::new(ApiFailure {
        kind: kinds[which % kinds.len()],
        fault: fault(),
    });
    let retry = which.is_multiple_of(2).then_some(Duration::from_secs(2));
    Event::Kubernetes {
        wall: NOON,
        update: KubernetesUpdate::Lost { failure, retry },
    }
}

fn refused(question: &CloudQuestion) -> CloudUpdate {
    match question {
        CloudQuestion::Groups => CloudUpdate::Groups(Err(fault())),
        CloudQuestion::Activities(_) => CloudUpdate::Activities(Err(fault())),
        CloudQuestion::Instances(_) => CloudUpdate::Instances(Err(fault())),
        CloudQuestion::Paths { .. } => CloudUpdate::Paths(Err(fault())),
        CloudQuestion::Prices(_) => CloudUpdate::Prices(Err(fault())),
        CloudQuestion::Console(id) => CloudUpdate::Console {
            instance: id.as_str().into(),
            output: Err(fault()),
        },
    }
}

/// Cuts what an answer brings after so many thousandths of it.
pub fn cut(mut answer: Vec<Response>, thousandths: usize) -> Vec<Response> {
    let upto = |length: usize| length * thousandths / 1_000;
    for response in &mut answer {
        match &mut response.event {
            Event::Ended {
                result: Ok(output), ..
            } => {
                let end = output.stdout.floor_char_boundary(upto(output.stdout.len()));
                output.stdout.truncate(end);
            }
            Event::Discovered {
                inventory,
                complete,
            } => {
                *complete = false;
                let kept = upto(inventory.vpcs.len());
                inventory.vpcs.truncate(kept);
                let kept = upto(inventory.instance_types.len());
                inventory.instance_types.truncate(kept);
            }
            _ => {}
        }
    }
    answer
}
