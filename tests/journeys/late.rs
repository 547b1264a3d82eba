//! Answers that come late: after the question was asked again, or after what it was about was left.

use std::cell::RefCell;
use std::time::Duration;

use kopswain::core::approval::facts::ApprovalFacts;
use kopswain::core::check::{Check, CheckKind, CheckState};
use kopswain::core::fault::Fault;
use kopswain::io::demo;
use kopswain::io::event_loop::{self, Runner};
use kopswain::tui::cluster_target::ClusterTarget;
use kopswain::tui::effect::Effect;
use kopswain::tui::event::{CommandOutput, Event, Timestamp};
use kopswain::tui::job::Job;
use kopswain::tui::model::{Model, Screen};
use kopswain::tui::request::{RequestId, Response};
use kopswain::tui::screens::approval::facts_status::FactsStatus;
use kopswain::tui::theme::Theme;
use kopswain::tui::widgets::render_context::RenderContext;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tokio::sync::mpsc::unbounded_channel;

use super::travel::{is_run, settle};
use crate::keys::journey;

pub const CLUSTER: &str = "demo.example.com";
pub const REPORT: &str = include_str!("../fixtures/kops/update-modify.stdout");
const SPEC: &str = "kind: Cluster\n";

/// Asks everything and answers nothing by itself.
#[derive(Default)]
struct Slow(RefCell<Vec<(Effect, Option<RequestId>)>>);

impl Runner for Slow {
    fn start(&self, effect: Effect, request: Option<RequestId>) {
        self.0.borrow_mut().push((effect, request));
    }
}

impl Slow {
    fn requests(&self, asks: impl Fn(&Effect) -> bool) -> Vec<Option<RequestId>> {
        let asked = self.0.borrow();
        let asked = asked.iter().filter(|(effect, _)| asks(effect));
        asked.map(|(_, request)| request.clone()).collect()
    }

    fn ran(&self) -> Vec<Job> {
        let asked = self.0.borrow();
        let runs = asked.iter().filter_map(|(effect, _)| match effect {
            Effect::Run(run) => Some(run.job),
            _ => None,
        });
        runs.collect()
    }
}

/// What happens, in order.
enum Happens<'a> {
    Keys(&'a str),
    /// The answer to a question: which of those about the same, from 0.
    Answer(fn(&Effect) -> bool, usize, Event),
    Tells(Event),
}

use Happens::{Answer, Keys, Tells};

/// The model and all that was asked, after everything has happened in the true event loop.
fn conversation(mut model: Model, all: Vec<Happens<'_>>) -> (Model, Slow) {
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.build().unwrap();
    runtime.block_on(async move {
        let (sender, mut receiver) = unbounded_channel();
        let runner = Slow::default();
        let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
        let context = RenderContext::new(Theme::named("default").unwrap(), false, false);
        let clock = || Timestamp(Duration::from_secs(1));
        let happen = async {
            settle().await;
            for one in all {
                let told: Vec<Response> = match one {
                    Keys(keys) => journey(keys).into_iter().map(|key| Event::Key(key).into()).collect(),
                    Answer(asks, which, event) => vec![Response { request: runner.requests(asks)[which].clone(), event }],
                    Tells(event) => vec![event.into()],
                };
                for told in told {
                    sender.send(told).unwrap();
                    settle().await;
                }
            }
        };
        tokio::select! {
            biased;
            code = event_loop::run(&mut terminal, &mut model, &context, &mut receiver, &runner, clock) => panic!("ended: {code:?}"),
            () = happen => {}
        }
        (model, runner)
    })
}

pub fn ended(job: Job, stdout: &str) -> Event {
    let finished = CommandOutput {
        exit: Some(0),
        stdout: stdout.to_owned(),
        ..CommandOutput::default()
    };
    Event::Ended {
        job,
        result: Ok(finished),
    }
}

fn asks_update(effect: &Effect) -> bool {
    is_run(effect, Job::Update)
}

fn reads_back(effect: &Effect) -> bool {
    is_run(effect, Job::ReadBack)
}

fn lists_keys(effect: &Effect) -> bool {
    is_run(effect, Job::ListKeys)
}

fn asks_facts(effect: &Effect) -> bool {
    matches!(effect, Effect::ReadFacts(_))
}

fn existing() -> Model {
    Model::existing(&CLUSTER.parse().unwrap(), ClusterTarget::default())
}

#[test]
fn a_dry_run_that_was_asked_for_twice_is_read_once() {
    let (model, _) = conversation(
        existing(),
        vec![
            Keys("<ctrl-r>"),
            Answer(asks_update, 0, ended(Job::Update, REPORT)),
        ],
    );
    let Screen::Review(review) = model.screen() else {
        panic!("not at the review");
    };
    assert!(review.review.is_waiting(), "{:?}", review.review);
}

// Taken for the run's own dry run, it would have started `--yes` without the spec and the facts being read once more.
#[test]
fn the_end_of_an_older_dry_run_moves_no_run() {
    let (model, asked) = conversation(
        existing(),
        vec![
            Keys("<ctrl-r>"),
            Answer(reads_back, 1, ended(Job::ReadBack, SPEC)),
            Answer(
                asks_facts,
                0,
                Event::FactsRead(Ok(ApprovalFacts::default())),
            ),
            Answer(asks_update, 1, ended(Job::Update, REPORT)),
            Keys("ademo.example.com<enter>"),
            Tells(Event::Begun(Ok("/run".into()))),
            Answer(lists_keys, 0, ended(Job::ListKeys, "[]\n")),
            Answer(asks_update, 0, ended(Job::Update, REPORT)),
            Answer(reads_back, 0, ended(Job::ReadBack, "kind: Another\n")),
        ],
    );
    assert_eq!(
        asked.ran(),
        [Job::ListKeys, Job::Update],
        "{:?}",
        model.context()
    );
    let (_, asked) = conversation(
        existing(),
        vec![
            Answer(reads_back, 0, ended(Job::ReadBack, SPEC)),
            Answer(
                asks_facts,
                0,
                Event::FactsRead(Ok(ApprovalFacts::default())),
            ),
            Answer(asks_update, 0, ended(Job::Update, REPORT)),
            Keys("ademo.example.com<enter>"),
            Tells(Event::Begun(Ok("/run".into()))),
            Answer(lists_keys, 0, ended(Job::ListKeys, "[]\n")),
            Answer(asks_update, 1, ended(Job::Update, REPORT)),
            Tells(ended(Job::Update, REPORT)),
        ],
    );
    assert_eq!(asked.ran(), [Job::ListKeys, Job::Update, Job::ReadAgain]);
}

fn without_subnets() -> ApprovalFacts {
    let mut facts = ApprovalFacts::default();
    facts.insert("account", "123456789012");
    facts.insert_unknown("subnets", "refused", "ec2:DescribeSubnets");
    facts
}

// Whoever types the name sees what would not be compared.
#[test]
fn a_yes_from_before_a_fact_was_found_to_be_unknown_is_asked_for_again() {
    let before = || {
        vec![
            Answer(reads_back, 0, ended(Job::ReadBack, SPEC)),
            Answer(asks_update, 0, ended(Job::Update, REPORT)),
            Keys("ademo.example.com<enter>"),
            Answer(asks_facts, 0, Event::FactsRead(Ok(without_subnets()))),
        ]
    };
    let (model, asked) = conversation(existing(), before());
    assert_eq!(asked.ran(), []);
    let told = "Some facts could not be read";
    let one = "One fact could not be read and would not be compared: read which, then type the name again";
    assert_eq!(model.notice(), Some(one), "not {told}");
    let mut again = before();
    again.push(Keys("demo.example.com<enter>"));
    again.push(Tells(Event::Begun(Ok("/run".into()))));
    let (_, asked) = conversation(existing(), again);
    assert_eq!(asked.ran(), [Job::ListKeys]);
}

#[test]
fn facts_that_were_asked_for_an_older_spec_are_no_basis() {
    let (model, _) = conversation(
        existing(),
        vec![
            Answer(reads_back, 0, ended(Job::ReadBack, SPEC)),
            Keys("<ctrl-r>"),
            Answer(
                asks_facts,
                0,
                Event::FactsRead(Ok(ApprovalFacts::default())),
            ),
        ],
    );
    let Screen::Review(review) = model.screen() else {
        panic!("not at the review");
    };
    assert_eq!(review.facts, FactsStatus::NotAsked);
}

#[test]
fn a_spec_that_cannot_be_read_back_is_said_and_approved_by_nobody() {
    let refused = CommandOutput {
        exit: Some(1),
        stderr: "Error: cluster not found \"demo.example.com\"\n".to_owned(),
        ..CommandOutput::default()
    };
    let (model, asked) = conversation(
        existing(),
        vec![
            Answer(
                reads_back,
                0,
                Event::Ended {
                    job: Job::ReadBack,
                    result: Ok(refused),
                },
            ),
            Answer(asks_update, 0, ended(Job::Update, REPORT)),
            Keys("ademo.example.com<enter>"),
        ],
    );
    assert_eq!(
        asked.requests(|effect| matches!(effect, Effect::Begin(_))),
        []
    );
    let notice = "The spec in the state store could not be read. Run kops get all --name=demo.example.com -o yaml, fix what it names, then ask kops again.";
    assert_eq!(model.notice(), Some(notice));
}

pub fn wizard(model: &Model) -> &kopswain::tui::screens::wizard::Wizard {
    match model.screen() {
        Screen::Wizard(wizard) => wizard,
        other => panic!("not in the wizard: {other:?}"),
    }
}

#[test]
fn a_check_that_was_made_again_is_not_answered_by_the_older_one() {
    fn checks_region(effect: &Effect) -> bool {
        matches!(
            effect,
            Effect::Check {
                kind: CheckKind::Region,
                ..
            }
        )
    }
    let told = |state| {
        Event::Checked(Check {
            kind: CheckKind::Region,
            state,
        })
    };
    let good = CheckState::Good("us-east-1".to_owned());
    let fault = Fault::new(
        "EC2 does not answer",
        "the network was down",
        "ask AWS again",
    );
    let (model, _) = conversation(
        Model::wizard(demo::answers(), "/home/op"),
        vec![
            Keys("<ctrl-r>"),
            Answer(checks_region, 1, told(good.clone())),
            Answer(checks_region, 0, told(CheckState::Blocked(fault))),
        ],
    );
    assert_eq!(
        wizard(&model).checks.get(&CheckKind::Region),
        Some(&good),
        "{:?}",
        wizard(&model).checks
    );
}
