//! `create`: from an answers file to a cluster that is ready, without questions.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::sync::mpsc::unbounded_channel;

use super::approve::{ApprovalTarget, ApproveArgs, ApproveOptions};
use super::driver::{Driver, Halt, wizard};
use super::resume::{self, ResumeState};
use super::review::print_form;
use super::session::take_signals;
use super::{Common, OutputForm, approve, headless, print, session, watch};
use crate::core::check::{CheckKind, CheckState};
use crate::core::cluster_name::ClusterName;
use crate::core::fault::Fault;
use crate::core::problem::ProblemSeverity;
use crate::io::event_loop::Runner;
use crate::io::files::shown as shown_path;
use crate::io::runner::RealRunner;
use crate::io::settings::home_folder;
use crate::io::{answers_file, kops};
use crate::tui::cluster_target::ClusterTarget;
use crate::tui::event::Event;
use crate::tui::model::{Model, Screen};
use crate::tui::screens::review::Review;
use crate::tui::screens::wizard::{DiscoveryState, Wizard};

/// What is to be created, and how far.
struct CreateOptions<'a> {
    answers: PathBuf,
    approval: &'a ApproveArgs,
    /// How long to wait until the cluster is ready.
    wait: Duration,
    /// Where the spec is written to besides.
    out: Option<&'a Path>,
    /// The form of the dry run; with any but text, it is all that standard output gets.
    output: OutputForm,
}

impl<'a> CreateOptions<'a> {
    fn approve_options(&self, again: &'a str) -> ApproveOptions<'a> {
        ApproveOptions {
            args: self.approval,
            again,
        }
    }
}

/// Creates the cluster of the answers file, if it is approved.
pub(super) async fn run(
    common: &Common,
    approval: &ApproveArgs,
    wait: Duration,
) -> Result<u8, Fault> {
    let answers = common.answers.clone();
    let answers = answers.unwrap_or_else(|| PathBuf::from(answers_file::DEFAULT));
    let order = CreateOptions {
        answers,
        approval,
        wait,
        out: None,
        output: OutputForm::Text,
    };
    Box::pin(carry_out(common, &order)).await
}

/// Shows what kops would do for an answers file, with its fingerprint, and writes the spec.
pub(super) async fn preview(
    common: &Common,
    answers: &Path,
    out: Option<&Path>,
) -> Result<u8, Fault> {
    let order = CreateOptions {
        answers: answers.to_owned(),
        approval: &ApproveArgs::default(),
        wait: Duration::ZERO,
        out,
        output: common.output,
    };
    Box::pin(carry_out(common, &order)).await
}

async fn carry_out(common: &Common, order: &CreateOptions<'_>) -> Result<u8, Fault> {
    let path = &order.answers;
    let (answers, file) = answers_file::open(path)?;
    let mut answers = answers.ok_or_else(|| missing(path))?;
    session::fill(&mut answers, common);
    let model = Model::wizard(answers, &home_folder());
    let model = model.in_shell(common.settings().shell());
    if let Some(approval) = &order.approval.approve {
        let approved = ApprovalTarget {
            cluster: model.cluster(),
            target: &model.target(),
            exists: false,
            dry_run: &dry_run_command(order, model.target()),
        };
        approve::refuse_early(approval, common, approved).await?;
    }
    kops::sweep();
    let (sender, events) = unbounded_channel();
    take_signals(&sender)?;
    let runner = RealRunner::new(common.settings(), file, sender);
    let mut driver = Driver::new(model, runner, events);
    driver.set_quiet(order.output != OutputForm::Text);
    match show_dry_run(common, &mut driver, order.output).await {
        Ok(ResumeState::Applied) => apply_rest(common, &mut driver, order).await,
        Ok(ResumeState::New | ResumeState::Begun) => create(&mut driver, order).await,
        Err(halt) => {
            if let Some(fault) = halt.fault() {
                print_blocked(&driver.model, Some(fault), None);
            }
            halt.ended()
        }
    }
}

// Shows the dry run of what is to be created, unless the cluster is so far that its own is to be asked for.
async fn show_dry_run(
    common: &Common,
    driver: &mut Driver<RealRunner>,
    output: OutputForm,
) -> Result<ResumeState, Halt> {
    learn(driver).await?;
    if let Screen::Wizard(wizard) = driver.model.screen()
        && let Some(clusters) = resume::find_in_store(&common.settings(), wizard).await
    {
        driver.send(Event::ClustersInStore(clusters));
    }
    let in_store = |model: &Model| wizard(model).is_some_and(Wizard::is_in_store);
    if !in_store(&driver.model) {
        match show_preview(driver, output).await {
            // The state store may have listed its clusters only now.
            Err(Halt::Fault(_)) if in_store(&driver.model) => {}
            shown => return shown.map(|()| ResumeState::New),
        }
    }
    let copied = driver.model.target().copied().about(driver.model.cluster());
    let cluster = ClusterName::parse(driver.model.cluster())?;
    approve::refuse_while_busy(&cluster, &driver.model.target())
        .map_err(|fault| copied.fault(fault))?;
    driver.send(Event::Resumed);
    let Screen::Wizard(wizard) = driver.model.screen() else {
        return Ok(ResumeState::New);
    };
    let state = resume::resume_state(&common.settings(), wizard).await;
    let state = state.map_err(|fault| copied.fault(fault))?;
    if state == ResumeState::Begun {
        show_preview(driver, output).await?;
    }
    Ok(state)
}

async fn create(driver: &mut Driver<RealRunner>, order: &CreateOptions<'_>) -> Result<u8, Fault> {
    let apply = driver.model.prepared_run()?;
    let record = apply.record();
    if let Some(out) = order.out {
        super::plan::write_out(out, &record.spec)?;
    }
    let again = approve_command(order, driver.model.target());
    let given = order.approve_options(&again);
    let print = match order.output {
        OutputForm::Text => print::out,
        _ => print::remark,
    };
    if !approve::take(&record, given, ("create", None), print)? {
        return Ok(2);
    }
    let code = headless::apply(driver, order.wait).await;
    if let Some(folder) = driver.runner.run_folder() {
        print::out(&format!("run folder: {}", folder.display()));
    }
    code
}

// A cluster that `--yes` was started for: what is left of it is in its own dry run.
async fn apply_rest(
    common: &Common,
    driver: &mut Driver<RealRunner>,
    order: &CreateOptions<'_>,
) -> Result<u8, Fault> {
    let (cluster, target) = (
        ClusterName::parse(driver.model.cluster())?,
        driver.model.target(),
    );
    driver.model = Model::existing(&cluster, target.clone());
    let again = approve_command(order, target.clone());
    let given = order.approve_options(&again);
    let code = super::review::review_existing(common, driver, given, false).await?;
    if order.approval.approve.is_none() {
        return Ok(code);
    }
    watch::until_ready_after(code, driver, (&cluster, target), order.wait).await
}

fn approve_command(order: &CreateOptions<'_>, target: ClusterTarget) -> String {
    format!("{} --approve", dry_run_command(order, target))
}

// The answers say region and state store.
fn dry_run_command(order: &CreateOptions<'_>, target: ClusterTarget) -> String {
    let target = ClusterTarget {
        region: String::new(),
        state_store: String::new(),
        ..target
    };
    let answers = shown_path(&order.answers);
    let command = format!("create --answers {answers}");
    target.copied().kopswain_with(&command)
}

fn missing(path: &Path) -> Fault {
    Fault::new(
        format!("there is no answers file {}", path.display()),
        "create takes every decision from it",
        "make one with the wizard (kopswain), or name one with --answers",
    )
}

/// Prints every check that is blocked in full, but for the one that ends the program and is printed there, and one that
/// is asked later.
pub(super) fn print_blocked(
    model: &Model,
    printed_elsewhere: Option<&Fault>,
    asked_later: Option<CheckKind>,
) {
    let checks = wizard(model).into_iter().flat_map(|wizard| &wizard.checks);
    let mut faults: Vec<&Fault> = checks
        .filter(|(kind, _)| Some(**kind) != asked_later)
        .filter_map(|(_, state)| match state {
            CheckState::Blocked(fault) => Some(fault),
            CheckState::Asking | CheckState::Good(_) | CheckState::Warning(_) => None,
        })
        .filter(|fault| Some(*fault) != printed_elsewhere)
        .collect();
    // Credentials that are missing stand in the way of the state store too, with the same words.
    faults.dedup();
    for fault in faults {
        print::error(&fault.to_string());
    }
}

/// Asks for everything that the plan needs; a Fault names the first thing that cannot be had.
pub(super) async fn learn<R: Runner>(driver: &mut Driver<R>) -> Result<(), Halt> {
    driver.start();
    answered(driver).await
}

/// Waits for every check and for what is there; a Fault names the first thing that cannot be had.
pub(super) async fn answered<R: Runner>(driver: &mut Driver<R>) -> Result<(), Halt> {
    let known = |model: &Model| {
        wizard(model).is_none_or(|wizard| {
            let answered = matches!(
                wizard.discovery,
                DiscoveryState::Known(_) | DiscoveryState::Failed(_)
            );
            answered && !wizard.undecided()
        })
    };
    driver.settle(None, known).await.or_halt()?;
    match wizard(&driver.model).map(|wizard| &wizard.discovery) {
        Some(DiscoveryState::Failed(fault)) => Err(fault.clone().into()),
        _ => Ok(()),
    }
}

/// Shows the plan's problems and the dry run; a Fault when there is none, or when it could not be printed whole.
pub(super) async fn show_preview<R: Runner>(
    driver: &mut Driver<R>,
    output: OutputForm,
) -> Result<(), Halt> {
    wizard(&driver.model).map_or(Ok(()), refuse_blocked)?;
    driver.send(Event::PreviewAsked);
    if output == OutputForm::Text {
        print::out("preview: asking kops what it would do, on a private scratch store");
    }
    let answered = |model: &Model| {
        wizard(model).is_none_or(|wizard| match wizard.review {
            Review::Asking { .. } | Review::Opening(_) => false,
            Review::Reading(_) => wizard.facts.known().is_some(),
            Review::NotAsked | Review::Failed { .. } => true,
        })
    };
    driver.settle(None, answered).await.or_halt()?;
    // The state store may have listed its clusters only now.
    if let Some(fault) = wizard(&driver.model).and_then(Wizard::blocked_account) {
        return Err(fault.into());
    }
    match wizard(&driver.model).map(|wizard| &wizard.review) {
        Some(Review::Reading(reading)) => {
            print_form(output, reading.outline());
            Ok(print::check()?)
        }
        Some(Review::Failed { fault, output }) => {
            for line in crate::core::text::untrusted::visible_lines(output) {
                print::remark(&format!("kops: {line}"));
            }
            Err(fault.clone().into())
        }
        _ => Ok(()),
    }
}

fn refuse_blocked(wizard: &Wizard) -> Result<(), Fault> {
    for problem in &wizard.planned.problems {
        print::remark(&problem.to_string());
    }
    let blocked = wizard
        .planned
        .problems
        .iter()
        .filter(|problem| problem.severity == ProblemSeverity::Blocked)
        .count();
    if blocked > 0 {
        return Err(blocking(blocked));
    }
    match wizard.blocked_account() {
        Some(fault) => Err(fault),
        None => Ok(()),
    }
}

fn blocking(count: usize) -> Fault {
    let (problems, named) = match count {
        1 => (
            "one blocking problem".to_owned(),
            "it is named above with its remedy",
        ),
        more => (
            format!("{more} blocking problems"),
            "each is named above with its remedy",
        ),
    };
    Fault::new(
        format!("the plan has {problems}"),
        named,
        "correct the answers file; nothing was written",
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use tokio::sync::mpsc::UnboundedSender;

    use super::*;
    use crate::io::demo::{self, DemoRunner};
    use crate::tui::effect::Effect;
    use crate::tui::event::Event;
    use crate::tui::request::{RequestId, Response};

    const CLUSTER: &str = "demo.example.com";

    // The built-in account, whose state store tells its clusters only while the dry run is under way.
    struct LateListing {
        events: UnboundedSender<Response>,
        demo: DemoRunner,
    }

    impl Runner for LateListing {
        fn start(&self, effect: Effect, request: Option<RequestId>) {
            if matches!(effect, Effect::ListClusters(_)) {
                return;
            }
            if matches!(effect, Effect::Preview(_)) {
                let names = vec![CLUSTER.to_owned()];
                let answered = Event::ClustersInStore(names).into();
                self.events.send(answered).unwrap();
            }
            self.demo.start(effect, request);
        }
    }

    #[tokio::test]
    async fn a_name_that_the_state_store_turns_out_to_have_is_refused_before_the_run() {
        let (events, received) = unbounded_channel();
        let demo = DemoRunner::instant(events.clone());
        let mut answers = demo::answers();
        answers.vpc = demo::inventory().vpcs.first().unwrap().id.clone();
        answers.zones =
            serde_yaml::from_str("[{name: us-east-1a, egress: nat-0f19a9e0f19a9e001}]").unwrap();
        let model = Model::wizard(answers, "/home/me");
        let mut driver = Driver::quiet(model, LateListing { events, demo }, received);
        learn(&mut driver).await.unwrap();
        let halt = show_preview(&mut driver, OutputForm::Text)
            .await
            .unwrap_err();
        assert_eq!(
            halt.fault().unwrap().what,
            "demo.example.com exists in s3://example-state"
        );
    }
}
