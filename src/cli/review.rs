//! `review`: a dry run made readable, from kops or from what kops printed.

use std::io::IsTerminal;
use std::path::Path;
use std::time::Duration;

use tokio::sync::mpsc::unbounded_channel;

use super::approve::{ApprovalTarget, ApproveArgs, ApproveOptions};
use super::driver::{Driver, Settled};
use super::session::take_signals;
use super::{Common, OutputForm, approve, full_screen, headless, print, session};
use crate::core::cluster::{InstanceGroupSummary, instance_groups};
use crate::core::cluster_name::ClusterName;
use crate::core::fault::Fault;
use crate::core::kops::control_plane::SeenControlPlane;
use crate::core::kops::copied::Copied;
use crate::core::kops::dry_run::{DryRun, Ending};
use crate::core::kops::log::explain;
use crate::core::render::comparison::DryRunComparison;
use crate::core::render::html::to_html;
use crate::core::render::json::to_json;
use crate::core::render::markdown::to_markdown;
use crate::core::render::outline::Outline;
use crate::core::render::text::to_text;
use crate::core::text::untrusted::{Untrusted, decoded, visible};
use crate::io::files::{cause, read_bytes, refuse_secret, shown};
use crate::io::kops;
use crate::io::runner::RealRunner;
use crate::io::terminal::take_keys_from_the_terminal;
use crate::tui::model::{Model, Screen};
use crate::tui::screens::review::Review;
use crate::tui::screens::review::existing::elsewhere;
use crate::tui::screens::review::opening::{OpeningDryRun, Printed};

/// What is to be reviewed.
pub(super) struct ReviewRequest<'a> {
    pub(super) cluster: Option<&'a ClusterName>,
    pub(super) from: Option<&'a Path>,
    /// An older dry run to compare with.
    pub(super) against: Option<&'a Path>,
    /// The cluster's spec, which tells how many instances a group has.
    pub(super) spec: Option<&'a Path>,
    pub(super) approval: &'a ApproveArgs,
    /// Whether noise alone counts as nothing to change.
    pub(super) ignore_noise: bool,
}

/// Reviews a cluster or a dry run; exit code 2 when changes are pending, or when two dry runs differ.
pub(super) async fn run(common: &Common, request: &ReviewRequest<'_>) -> Result<u8, Fault> {
    match (request.cluster, request.from) {
        (_, Some(path)) => review_file(common, request, path).await,
        (Some(cluster), None) => Box::pin(review_cluster(common, cluster, request)).await,
        (None, None) => Err(Fault::new(
            "nothing to review was named",
            "review needs a cluster, or a dry run that kops printed",
            "`kopswain review CLUSTER`, or give its dry run: `kops update cluster --name=CLUSTER` into `kopswain review --from -`",
        )),
    }
}

async fn review_file(
    common: &Common,
    request: &ReviewRequest<'_>,
    path: &Path,
) -> Result<u8, Fault> {
    let standard = Path::new("-");
    if path == standard && request.against == Some(standard) {
        return Err(Fault::new(
            "both dry runs are to come from standard input",
            "it holds one dry run",
            "name a file for --from or for --against",
        ));
    }
    let read = |path: &Path| read(path, common);
    let printed = read(path)?;
    let older = request.against.map(read).transpose()?;
    let spec = request.spec.map(read).transpose()?.unwrap_or_default().text;
    let groups = groups(&spec)?;
    let named = request.cluster.map(ClusterName::as_str);
    if named.is_some() {
        check_cluster(named, path, &printed.dry_run())?;
        for (path, older) in request.against.iter().zip(&older) {
            check_cluster(named, path, &older.dry_run())?;
        }
    }
    if common.output == OutputForm::Text
        && full_screen::possible_for_a_report(common, path == standard)
    {
        let name = if path == standard {
            Path::new("standard input")
        } else {
            path
        };
        let opening = OpeningDryRun {
            printed,
            older,
            spec,
        };
        let code = on_screen(common, name, opening, request.ignore_noise).await?;
        return Ok(code);
    }
    let dry_run = printed.dry_run();
    if let Some(older) = older {
        return compared(common, &older.dry_run(), &dry_run, &groups);
    }
    let outline = Outline::with_instance_groups(dry_run, &groups);
    print_outline(common, &outline, request.ignore_noise)
}

async fn on_screen(
    common: &Common,
    path: &Path,
    opening: OpeningDryRun,
    ignore_noise: bool,
) -> Result<u8, Fault> {
    if !std::io::stdin().is_terminal() {
        take_keys_from_the_terminal().map_err(|error| no_keys(&error))?;
    }
    let (sender, mut events) = unbounded_channel();
    let runner = RealRunner::new(common.settings(), std::path::PathBuf::new(), sender.clone());
    let model = Model::opening(&path.display().to_string(), opening);
    let (code, left) = full_screen::run(common, model, &runner, &mut events, &sender).await?;
    Ok(without_noise(code, &left, ignore_noise))
}

// Changes wait, unless all of them are noise and that is to be ignored.
fn without_noise(code: u8, left: &Model, ignore_noise: bool) -> u8 {
    let Screen::Review(existing) = left.screen() else {
        return code;
    };
    match existing.review.reading() {
        Some(reading) if code == 2 => waiting(&reading.outline().dry_run, ignore_noise),
        _ => code,
    }
}

/// The exit code of a dry run that was shown: 0 when nothing is to be done, 2 when changes are pending.
fn waiting(dry_run: &DryRun, ignore_noise: bool) -> u8 {
    if !dry_run.changes() {
        return 0;
    }
    if !dry_run.only_noise() {
        return 2;
    }
    if ignore_noise {
        print::remark("only noise waits: exit code 0 because of --ignore-noise");
        return 0;
    }
    print::remark("only noise waits: with --ignore-noise the exit code would be 0");
    2
}

fn no_keys(error: &std::io::Error) -> Fault {
    Fault::new(
        "keys cannot be read from the terminal",
        cause(error),
        "give the dry run as a file, or add --plain to have it printed",
    )
}

fn groups(spec: &str) -> Result<Vec<InstanceGroupSummary>, Fault> {
    let groups = instance_groups(spec);
    if groups.is_empty() && !spec.is_empty() {
        return Err(Fault::new(
            "the spec has no instance group",
            "--spec takes what kops get all --name NAME -o yaml prints, or a cluster_spec.yml",
            "check the file, or leave --spec out",
        ));
    }
    Ok(groups)
}

/// The longest dry run and the longest spec that are read, in bytes: a dry run of 1,000 instance groups has some 20 MiB.
const LONGEST: usize = 128 << 20;

fn read(path: &Path, common: &Common) -> Result<Printed, Fault> {
    let bytes = read_bytes(path, LONGEST).map_err(|error| {
        Fault::new(
            format!("the dry run {} cannot be read", shown(path)),
            cause(&error),
            "name a file that `kops update cluster --name=CLUSTER` was printed into, or - for standard input",
        )
    })?;
    let (text, undecoded) = match String::from_utf8(bytes) {
        Ok(text) => (text, 0),
        Err(error) => decoded(error.as_bytes()),
    };
    let copied = common.copied();
    let printed = Printed {
        text,
        undecoded,
        copied,
    };
    // The secrets of a dry run are hidden; a file that is none is not read.
    if let Err(fault) = refuse_secret(path, &printed.text) {
        let dry_run = printed.dry_run();
        if dry_run.resources.is_empty() && dry_run.ending == Ending::Missing {
            return Err(fault);
        }
    }
    Ok(printed)
}

// A dry run that is not the named cluster's would be read, and remembered, as if it were.
fn check_cluster(cluster: Option<&str>, path: &Path, dry_run: &DryRun) -> Result<(), Fault> {
    let Some(cluster) = cluster else {
        return Ok(());
    };
    match dry_run.cluster() {
        Some(named) if named != cluster => Err(another_cluster(cluster, path, named)),
        Some(_) => Ok(()),
        None => {
            print::remark(&format!(
                "whether {} is about {} is not known: no name in it says so",
                shown(path),
                visible(cluster)
            ));
            Ok(())
        }
    }
}

fn another_cluster(cluster: &str, path: &Path, named: &str) -> Fault {
    let (cluster, named) = (visible(cluster), visible(named));
    Fault::new(
        format!("{} is about {named}, not about {cluster}", shown(path)),
        "the tags and names of its resources say so",
        format!(
            "name the dry run of {cluster}, or leave the name out: `kopswain review --from FILE`"
        ),
    )
}

/// Prints a dry run in this form.
pub(super) fn print_form(output: OutputForm, outline: &Outline) {
    match output {
        OutputForm::Text => print::out(&to_text(outline)),
        OutputForm::Json | OutputForm::Jsonl => print::json(&to_json(outline)),
        OutputForm::Markdown => print::out(&to_markdown(outline)),
        OutputForm::Html => print::html(&to_html(outline)),
    }
}

fn print_outline(common: &Common, outline: &Outline, ignore_noise: bool) -> Result<u8, Fault> {
    let dry_run = &outline.dry_run;
    print_form(common.output, outline);
    if dry_run.ending == Ending::Missing {
        return Err(incomplete(dry_run));
    }
    Ok(waiting(dry_run, ignore_noise))
}

fn compared(
    common: &Common,
    older: &DryRun,
    newer: &DryRun,
    groups: &[InstanceGroupSummary],
) -> Result<u8, Fault> {
    let comparison = DryRunComparison::new(older, newer, groups);
    match common.output {
        OutputForm::Text => print::out(&comparison.to_text()),
        OutputForm::Json | OutputForm::Jsonl => print::json(&comparison.to_json()),
        OutputForm::Markdown => print::out(&comparison.to_markdown()),
        OutputForm::Html => print::html(&comparison.to_html()),
    }
    let cut = [older, newer]
        .into_iter()
        .find(|dry_run| dry_run.ending == Ending::Missing);
    match cut {
        Some(dry_run) => Err(incomplete(dry_run)),
        None => Ok(if comparison.is_same() { 0 } else { 2 }),
    }
}

/// What kops prints after `--yes` (`cmd/kops/update_cluster.go`).
const APPLIED: &str = "Cluster changes have been applied to the cloud.";

// What kops printed last explains more than that the dry run is cut, when it is there.
fn incomplete(dry_run: &DryRun) -> Fault {
    let cluster = dry_run.cluster().unwrap_or_default();
    let copied = dry_run.copied.clone().about(cluster);
    copied.fault(cut(dry_run, &copied))
}

fn cut(dry_run: &DryRun, copied: &Copied) -> Fault {
    let log: Vec<_> = dry_run.log.iter().map(Untrusted::raw).collect();
    let failed = log
        .iter()
        .any(|line| line.starts_with("Error: ") || line.starts_with("panic: "));
    if failed {
        return explain(1, "", &log.join("\n"), copied);
    }
    if log.contains(&APPLIED) {
        return Fault::new(
            "this is no dry run: kops has applied its changes",
            "kops prints a dry run only without --yes",
            "run `kops update cluster --name=CLUSTER` without --yes to see what is left",
        );
    }
    Fault::new(
        "the dry run is cut, or it is none",
        "kops ends a dry run with whether changes are pending, and that line is missing",
        "run `kops update cluster --name=CLUSTER` again and keep all of its standard output",
    )
}

async fn review_cluster(
    common: &Common,
    cluster: &ClusterName,
    request: &ReviewRequest<'_>,
) -> Result<u8, Fault> {
    let approve = request.approval.approve.as_deref();
    let target = session::target(common).await?;
    if let Some(approve) = approve {
        let approved = ApprovalTarget {
            cluster,
            target: &target,
            exists: true,
            dry_run: &target.copied().kopswain("review", cluster),
        };
        approve::refuse_early(approve, common, approved).await?;
    }
    let (sender, mut events) = unbounded_channel();
    let runner = RealRunner::new(common.settings(), std::path::PathBuf::new(), sender.clone());
    kops::sweep();
    let found = kops::find_run(cluster, &target.state_store)?.filter(|found| found.at_work);
    let on_screen =
        common.output == OutputForm::Text && approve.is_none() && full_screen::possible(common);
    let model = match found {
        Some(found) if on_screen => Model::found(&found, "").in_shell(common.settings().shell()),
        _ => Model::existing(cluster, target),
    };
    if on_screen {
        let (code, left) = full_screen::run(common, model, &runner, &mut events, &sender).await?;
        session::farewell(&left, &runner);
        return Ok(without_noise(code, &left, request.ignore_noise));
    }
    take_signals(&sender)?;
    let copied = model.target().copied();
    let mut driver = Driver::quiet(model, runner, events);
    let again = format!("{} --approve", copied.kopswain("review", cluster.as_str()));
    let given = ApproveOptions {
        args: request.approval,
        again: &again,
    };
    review_existing(common, &mut driver, given, request.ignore_noise).await
}

/// Shows the dry run of a cluster that exists and applies it when there is an approval; with it comes the command that takes the
/// fingerprint. Exit code 0 when nothing is left to do, 2 when changes are pending.
pub(super) async fn review_existing(
    common: &Common,
    driver: &mut Driver<RealRunner>,
    given: ApproveOptions<'_>,
    ignore_noise: bool,
) -> Result<u8, Fault> {
    driver.set_quiet(true);
    let set = region(&driver.model);
    if let Some(code) = settle(driver).await {
        return Ok(code);
    }
    if let Some(used) = driver.model.credentials() {
        print::remark(&format!("credentials: {}", visible(used)));
    }
    if region(&driver.model) != set {
        print::remark(&elsewhere(
            driver.model.cluster(),
            &region(&driver.model),
            &set,
        ));
        driver.skip_notice();
    }
    match settled_review(&driver.model) {
        Some(Review::Reading(reading)) => {
            let code = print_outline(common, reading.outline(), ignore_noise)?;
            if let Screen::Review(existing) = driver.model.screen() {
                existing.held_back().iter().for_each(headless::print_steps);
            }
            match code {
                0 => Ok(0),
                _ => approve_dry_run(driver, given).await,
            }
        }
        Some(Review::Failed { fault, .. }) => Err(fault.clone()),
        _ => Ok(1),
    }
}

fn region(model: &Model) -> String {
    match model.screen() {
        Screen::Review(existing) => existing.target.region.clone(),
        _ => String::new(),
    }
}

// Shows what the approval would be about, and takes it.
async fn approve_dry_run(
    driver: &mut Driver<RealRunner>,
    given: ApproveOptions<'_>,
) -> Result<u8, Fault> {
    // A dry run can be read where an approval cannot be prepared, such as without the right to look at the VPC.
    let apply = match (driver.model.prepared_run(), &given.args.approve) {
        (Ok(apply), _) => apply,
        (Err(fault), Some(_)) => return Err(fault),
        (Err(_), None) => return Ok(2),
    };
    let record = apply.record();
    if !approve::take(
        &record,
        given,
        ("apply", unseen_control_plane(&driver.model)),
        print::remark,
    )? {
        return Ok(2);
    }
    driver.set_quiet(false);
    headless::apply(driver, Duration::ZERO).await
}

// Where kops says it, the dry run itself does.
fn unseen_control_plane(model: &Model) -> Option<String> {
    let Screen::Review(existing) = model.screen() else {
        return None;
    };
    let seen = &existing.review.reading()?.outline().dry_run.control_plane;
    (*seen == SeenControlPlane::Unsaid).then(|| seen.words())
}

/// Starts the model, and waits until its review has a dry run or says why not; an exit code where the model ends first.
pub(super) async fn settle(driver: &mut Driver<RealRunner>) -> Option<u8> {
    driver.start();
    let settled = driver
        .settle(None, |model| settled_review(model).is_some())
        .await;
    match settled {
        Settled::Exit(code) => Some(code),
        _ => None,
    }
}

/// The dry run, and with it what an approval depends on, or why there is neither.
pub(super) fn settled_review(model: &Model) -> Option<&Review> {
    let Screen::Review(existing) = model.screen() else {
        return None;
    };
    let known = match existing.review {
        Review::Asking { .. } | Review::Opening(_) | Review::NotAsked => false,
        Review::Reading(_) => existing.facts.known().is_some(),
        Review::Failed { .. } => true,
    };
    known.then_some(&existing.review)
}
