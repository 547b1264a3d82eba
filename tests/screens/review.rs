//! The review: waiting, failed, read, searched and approved.

use std::fmt::Write as _;

use kopswain::core::kops::dry_run::parse;
use kopswain::tui::event::{Event, OutputStream, PrintedLine};
use kopswain::tui::job::Job;
use kopswain::tui::model::Model;
use kopswain::tui::screens::review::Reading;
use kopswain::tui::screens::review::compare::ApprovalComparison;
use kopswain::tui::screens::review::opening::{OpeningDryRun, Printed};
use kopswain::tui::update::start;

use super::canvas::keep;
use super::world::{
    CLUSTER, after, ended, facts, long_report, not_started, pass, place, press, recorded, tell,
};
use super::{Shot, wizard};

fn waiting() -> Model {
    wizard::step(5)
}

fn heard(job: Job, mut model: Model, text: &str, millis: u64) -> Model {
    for line in text.lines() {
        tell(
            &mut model,
            millis,
            Event::Printed {
                job,
                line: PrintedLine {
                    stream: OutputStream::Stderr,
                    text: line.into(),
                },
            },
        );
    }
    pass(&mut model, millis);
    model
}

fn answered(exit: i32, stdout: &str, stderr: &str) -> Model {
    let mut model = waiting();
    tell(&mut model, 3_000, Event::FactsRead(Ok(facts())));
    tell(&mut model, 9_000, ended(Job::Preview, exit, stdout, stderr));
    model
}

/// The dry run of a new cluster, being read.
pub fn reading() -> Model {
    answered(0, recorded!("update-create.stdout"), "")
}

/// A yes that was given before all that it depends on was read.
fn yes_given() -> Model {
    let mut model = waiting();
    let report = recorded!("update-create.stdout");
    tell(&mut model, 9_000, ended(Job::Preview, 0, report, ""));
    let mut model = after(model, &format!("a{CLUSTER}<enter>"));
    pass(&mut model, 11_200);
    model
}

fn unread() -> Model {
    let report = recorded!("update-create.stdout").replace(
        "Must specify",
        "Will frobnicate resources:\n  Thing/\u{1b}[2Jx\n\nMust specify",
    );
    answered(0, &report, "")
}

fn preview_not_started() -> Model {
    let mut model = waiting();
    tell(&mut model, 2_000, not_started(Job::Preview));
    model
}

/// The review of a new cluster, step 8 of the wizard.
pub fn of_a_new_cluster() -> Vec<Shot> {
    let nat_missing = recorded!("update-nat-missing.stderr");
    vec![
        ("review_waiting", heard(Job::Preview, waiting(), "", 2_400)),
        (
            "review_waiting_progress",
            heard(
                Job::Preview,
                waiting(),
                recorded!("update-create.stderr"),
                4_000,
            ),
        ),
        (
            "review_waiting_retries",
            heard(Job::Preview, waiting(), nat_missing, 64_000),
        ),
        (
            "review_failed",
            answered(1, "", recorded!("update-no-bucket.stderr")),
        ),
        ("review_failed_long", answered(1, "", nat_missing)),
        (
            "review_failed_crash",
            answered(2, "", recorded!("update-kops-panics.stderr")),
        ),
        ("review_failed_not_started", preview_not_started()),
        ("review_typical", reading()),
        (
            "review_opened",
            after(
                reading(),
                "<down><down><down><down><down><down><space><down><space><down>",
            ),
        ),
        (
            "review_all_open",
            after(reading(), "<right><pagedown><pagedown>"),
        ),
        ("review_raw", after(reading(), "r<down><down>")),
        ("review_search", after(reading(), "/security")),
        ("review_search_nothing", after(reading(), "/no-such-thing")),
        ("review_searched", after(reading(), "/security<enter>nn")),
        ("review_approving", after(reading(), "aprod.exam")),
        ("review_yes_given", yes_given()),
        ("review_refused", after(reading(), "aprod<enter>")),
        ("review_unread", after(unread(), "<right>")),
        ("review_unread_not_approvable", after(unread(), "a")),
        (
            "review_long",
            after(answered(0, &long_report(), ""), "<right><end><pageup>"),
        ),
        ("review_spec_focused", after(reading(), "<tab><pagedown>")),
    ]
}

/// The review of a cluster that exists, with this dry run.
pub fn existing(stdout: &str) -> Model {
    let mut model = Model::existing(&CLUSTER.parse().unwrap(), place());
    start(&mut model);
    connected(&mut model);
    let spec = recorded!("get-cluster-yaml.stdout");
    tell(&mut model, 2_000, ended(Job::ReadBack, 0, spec, ""));
    tell(&mut model, 3_000, Event::FactsRead(Ok(facts())));
    tell(&mut model, 9_000, ended(Job::Update, 0, stdout, ""));
    model
}

/// The same where two reads were refused.
fn partly_unknown() -> Model {
    let mut model = Model::existing(&CLUSTER.parse().unwrap(), place());
    start(&mut model);
    connected(&mut model);
    let spec = recorded!("get-cluster-yaml.stdout");
    tell(&mut model, 2_000, ended(Job::ReadBack, 0, spec, ""));
    let mut facts = facts();
    for (name, action) in [
        ("NAT gateways", "ec2:DescribeNatGateways"),
        ("subnets", "ec2:DescribeSubnets"),
    ] {
        let why = "UnauthorizedOperation: You are not authorized to perform this operation.";
        facts.insert_unknown(name, why, action);
    }
    tell(&mut model, 3_000, Event::FactsRead(Ok(facts)));
    let report = recorded!("update-modify.stdout");
    tell(&mut model, 9_000, ended(Job::Update, 0, report, ""));
    model
}

/// A minor upgrade of a cluster that exists; kops says this of the running control plane.
pub fn upgrade(said: &str, stdout: &str) -> Model {
    let mut model = Model::existing(&CLUSTER.parse().unwrap(), place());
    start(&mut model);
    connected(&mut model);
    let spec = recorded!("cluster_spec.yml").replace("Version: 1.34.0", "Version: 1.35.0");
    tell(&mut model, 2_000, ended(Job::ReadBack, 0, &spec, ""));
    tell(&mut model, 3_000, Event::FactsRead(Ok(facts())));
    let log = control_plane(said);
    tell(&mut model, 9_000, ended(Job::Update, 0, stdout, &log));
    model
}

/// The line of kops's log that tells what it saw of the running control plane.
pub fn control_plane(said: &str) -> String {
    format!("I1128 21:40:00.000002   25129 update_cluster.go:364] {said}\n")
}

pub const RUNS: &str = "found control plane running version: 1.34.0";
pub const NOT_SEEN: &str = "error checking control plane running version, assuming no k8s upgrade in progress: cannot load kubecfg settings for \"prod.example.com\": context \"prod.example.com\" does not exist";

fn connected(model: &mut Model) {
    let account = Some("123456789012".to_owned());
    tell(
        model,
        500,
        Event::Connected {
            account,
            region: "us-east-1".to_owned(),
        },
    );
}

fn existing_waiting() -> Model {
    let mut model = Model::existing(&CLUSTER.parse().unwrap(), place());
    start(&mut model);
    heard(Job::Update, model, recorded!("update-modify.stderr"), 4_000)
}

fn existing_failed() -> Model {
    let mut model = existing_waiting();
    tell(
        &mut model,
        9_000,
        ended(Job::Update, 1, "", recorded!("update-unknown.stderr")),
    );
    model
}

fn modify_again() -> Model {
    existing(recorded!("update-modify.stdout"))
}

/// More dangers than the question can name.
fn dangers() -> Model {
    let mut report = String::from("Will create resources:\n");
    for zone in ["a", "b", "c", "d", "e"] {
        let _ = write!(
            report,
            "  NatGateway/us-east-1{zone}.prod.example.com\n  \tShared              \tfalse\n\n  SecurityGroupRule/from-0.0.0.0/0-ingress-tcp-22to22-{zone}.prod.example.com\n  \tCIDR                \t0.0.0.0/0\n\n"
        );
    }
    report += "Items will be deleted during update:\n  Subnet               subnet-1\n  RouteTable           rtb-1\n  EBSVolume            vol-1\n\nMust specify --yes to apply changes\n";
    existing(&report)
}

/// A report that came from a file.
fn of_a_file(file: &str) -> Model {
    let text = recorded!("update-modify.stdout");
    Model::report(file, Reading::new(parse(text), text.to_owned()))
}

/// A report of two MiB that is not taken apart yet.
fn opening() -> Model {
    let printed = Printed {
        text: "  VPC/x\n".repeat(1 << 18),
        undecoded: 0,
        ..Printed::default()
    };
    let opening = OpeningDryRun {
        printed,
        ..OpeningDryRun::default()
    };
    Model::opening("report.txt", opening)
}

/// Today's report and yesterday's.
fn compared() -> Model {
    let (earlier, later) = (
        recorded!("update-modify.stdout"),
        recorded!("update-after-modify.stdout"),
    );
    let (earlier, report) = (parse(earlier), parse(later));
    let comparison = ApprovalComparison::earlier_and_later(&earlier, &report);
    let reading = Reading::new(report, later.to_owned()).compared(comparison);
    Model::report("today.txt", reading)
}

/// The review of a cluster that exists.
pub fn of_an_existing_cluster() -> Vec<Shot> {
    let modify = existing(recorded!("update-modify.stdout"));
    let mut deleted = existing(recorded!("update-after-modify.stdout"));
    press(&mut deleted, 9_000, "<right>");
    vec![
        ("existing_waiting", existing_waiting()),
        ("existing_failed", existing_failed()),
        ("existing_modify", modify.clone()),
        (
            "existing_upgrade",
            upgrade(RUNS, recorded!("update-image-and-version.stdout")),
        ),
        (
            "existing_upgrade_not_seen",
            upgrade(NOT_SEEN, recorded!("update-image-and-version.stdout")),
        ),
        (
            "existing_upgrade_approving",
            after(
                upgrade(NOT_SEEN, recorded!("update-image-and-version.stdout")),
                "aprod.exam",
            ),
        ),
        (
            "existing_held_back",
            upgrade(RUNS, recorded!("update-nochange.stdout")),
        ),
        (
            "existing_modify_opened",
            after(modify.clone(), "<space><down><down>"),
        ),
        (
            "existing_modify_all_open",
            after(modify.clone(), "<right><pagedown>"),
        ),
        ("existing_not_compared", after(partly_unknown(), "a")),
        ("existing_modify_approving", after(modify.clone(), "a")),
        ("existing_spec_focused", after(modify, "<tab>")),
        ("existing_on_prune", deleted),
        ("report_opening", opening()),
        ("report_from_a_file", of_a_file("report.txt")),
        ("report_compared", after(compared(), "<down>")),
        (
            "existing_no_change",
            existing(recorded!("update-nochange.stdout")),
        ),
        (
            "existing_nothing_at_all",
            existing("No changes need to be applied\n"),
        ),
    ]
    .into_iter()
    .chain(found_in_an_existing_cluster())
    .collect()
}

// The same review searched, filtered and read.
fn found_in_an_existing_cluster() -> Vec<Shot> {
    vec![
        (
            "existing_detail",
            after(modify_again(), "/UserData<enter><esc>d<down><down>"),
        ),
        (
            "existing_only_modified_compute",
            after(modify_again(), "ccff<right>"),
        ),
        (
            "existing_only_danger",
            after(modify_again(), "s<right><down>"),
        ),
        (
            "existing_found_in_a_value",
            after(modify_again(), "/t3.large<enter>n"),
        ),
        (
            "existing_raw_at_a_resource",
            after(modify_again(), "/autoscalinggroup/nodes-us-east-1b<enter>r"),
        ),
        (
            "existing_spec_at_the_cause",
            after(modify_again(), "/sshAccess<enter><tab>"),
        ),
        ("existing_partly_read", after(modify_again(), "uuuuua")),
        ("existing_dangers_not_read", after(dangers(), "<end>a")),
    ]
}

#[test]
fn the_review_of_a_new_cluster_is_kept() {
    keep(&of_a_new_cluster());
}

#[test]
fn the_review_of_an_existing_cluster_is_kept() {
    keep(&of_an_existing_cluster());
}
