//! The run and the dashboard.

use kopswain::core::approval::facts::ApprovalFacts;
use kopswain::tui::event::{Event, OutputStream, PrintedLine};
use kopswain::tui::job::Job;
use kopswain::tui::model::{Model, Screen};
use kopswain::tui::update::start;

use super::canvas::keep;
use super::world::{CLUSTER, after, ended, pass, place, press, recorded, tell};
use super::{Shot, review};

/// A run that has just been approved.
pub fn begun() -> Model {
    let mut model = review::reading();
    press(&mut model, 30_000, "aprod.example.com<enter>");
    assert!(
        matches!(model.screen(), Screen::Apply(_)),
        "the approved run begins"
    );
    let folder = "/home/op/.local/state/kopswain/runs/prod.example.com/20261124T083000Z";
    tell(&mut model, 30_000, Event::Begun(Ok(folder.into())));
    model
}

fn spec(model: &Model) -> String {
    match model.screen() {
        Screen::Apply(apply) => apply.spec().to_owned(),
        _ => String::new(),
    }
}

/// The run up to the dry run on the real state store.
pub fn at_the_dry_run() -> Model {
    let mut model = begun();
    let spec = spec(&model);
    tell(
        &mut model,
        32_000,
        ended(Job::Create, 0, recorded!("create.stdout"), ""),
    );
    tell(&mut model, 34_000, ended(Job::ReadBack, 0, &spec, ""));
    tell(&mut model, 34_500, ended(Job::ListKeys, 0, "[]\n", ""));
    tell(&mut model, 35_000, ended(Job::SshKey, 0, "", ""));
    store_told(&mut model, 35_000);
    say(
        &mut model,
        36_000,
        Job::Update,
        OutputStream::Stderr,
        recorded!("update-create.stderr"),
    );
    model
}

/// The run while what was approved is read again.
fn verifying() -> Model {
    let mut model = at_the_dry_run();
    let spec = spec(&model);
    tell(
        &mut model,
        44_000,
        ended(Job::Update, 0, recorded!("update-create.stdout"), ""),
    );
    tell(&mut model, 46_000, ended(Job::ReadAgain, 0, &spec, ""));
    let keys = recorded!("sshkeys.stdout");
    tell(&mut model, 46_500, ended(Job::KeysAgain, 0, keys, ""));
    model
}

// The facts as they were approved, but for one that has changed.
fn facts_told(model: &mut Model, account: &str) {
    let mut now = match model.screen() {
        Screen::Apply(apply) => apply.record().facts,
        _ => panic!("not in a run"),
    };
    now.insert("account", account);
    tell(model, 47_000, Event::FactsRead(Ok(now)));
}

// The objects in the state store, of which nothing is known here.
fn store_told(model: &mut Model, millis: u64) {
    tell(
        model,
        millis,
        Event::StoreRead(Ok(ApprovalFacts::default())),
    );
}

/// The run while `--yes` changes AWS.
pub fn applying() -> Model {
    let mut model = verifying();
    facts_told(&mut model, "123456789012");
    say(
        &mut model,
        60_000,
        Job::UpdateYes,
        OutputStream::Stderr,
        recorded!("apply-create.stderr"),
    );
    model
}

pub fn say(model: &mut Model, millis: u64, job: Job, stream: OutputStream, text: &str) {
    for line in text.lines() {
        tell(
            model,
            millis,
            Event::Printed {
                job,
                line: PrintedLine {
                    stream,
                    text: line.into(),
                },
            },
        );
    }
}

fn retrying() -> Model {
    let mut model = applying();
    say(
        &mut model,
        240_000,
        Job::UpdateYes,
        OutputStream::Stderr,
        recorded!("apply-clash.stderr"),
    );
    model
}

fn failed() -> Model {
    let mut model = retrying();
    tell(
        &mut model,
        650_000,
        ended(Job::UpdateYes, 1, "", recorded!("apply-clash.stderr")),
    );
    model
}

fn refused_spec() -> Model {
    let mut model = begun();
    tell(
        &mut model,
        32_000,
        ended(Job::Create, 1, "", recorded!("create-exists.stderr")),
    );
    model
}

fn dropped() -> Model {
    let mut model = begun();
    let spec = spec(&model).replace("  networkID:", "  networkIdentifier:");
    tell(
        &mut model,
        32_000,
        ended(Job::Create, 0, recorded!("create.stdout"), ""),
    );
    tell(&mut model, 34_000, ended(Job::ReadBack, 0, &spec, ""));
    model
}

fn many_lines() -> Model {
    let mut model = applying();
    for line in 0..3_000 {
        let text = format!(
            "line {line} \u{1b}[31mred\u{1b}[0m 本番 {}",
            "x".repeat(line % 200)
        );
        say(
            &mut model,
            90_000,
            Job::UpdateYes,
            OutputStream::Stdout,
            &text,
        );
    }
    model
}

fn differs() -> Model {
    let mut model = at_the_dry_run();
    let report = recorded!("update-create.stdout").replacen("t3.medium", "t3.micro", 1);
    tell(&mut model, 44_000, ended(Job::Update, 0, &report, ""));
    assert!(
        matches!(model.screen(), Screen::Differs { .. }),
        "another dry run is read again"
    );
    model
}

fn drifted() -> Model {
    let mut model = verifying();
    facts_told(&mut model, "999999999999");
    assert!(matches!(model.screen(), Screen::Differs { .. }));
    model
}

/// The run.
pub fn apply() -> Vec<Shot> {
    vec![
        ("apply_verifying", verifying()),
        ("apply_drifted", drifted()),
        ("apply_begun", begun()),
        ("apply_dry_run", at_the_dry_run()),
        ("apply_running", applying()),
        ("apply_commands", after(applying(), "c")),
        ("apply_log", after(applying(), "l")),
        ("apply_retrying", retrying()),
        ("apply_failed", failed()),
        ("apply_failed_exists", refused_spec()),
        ("apply_failed_dropped", dropped()),
        ("apply_many_lines", many_lines()),
        ("apply_scrolled_back", after(many_lines(), "<pageup><up>")),
        ("differs", differs()),
        ("differs_approving", after(differs(), "aprod")),
        ("differs_one", after(differs(), "<down>")),
        ("differs_spec", after(differs(), "<down><tab>")),
    ]
}

/// A dashboard that has asked for the first time.
fn first_look(groups: bool) -> Model {
    let mut model = Model::watch(&CLUSTER.parse().unwrap(), place());
    start(&mut model);
    let account = Some("123456789012".to_owned());
    tell(
        &mut model,
        100,
        Event::Connected {
            account,
            region: "us-east-1".to_owned(),
        },
    );
    if groups {
        tell(
            &mut model,
            900,
            ended(Job::InstanceGroups, 0, recorded!("cluster_spec.yml"), ""),
        );
    } else {
        let stderr = recorded!("update-no-bucket.stderr");
        tell(&mut model, 900, ended(Job::InstanceGroups, 1, "", stderr));
    }
    pass(&mut model, 1_500);
    model
}

/// One look of kops; of the instances that it lists, so many still need to be replaced.
pub fn poll(model: &mut Model, millis: u64, (exit, stdout, stderr): (i32, &str, &str), old: usize) {
    tell(model, millis, ended(Job::Validate, exit, stdout, stderr));
    let instances = instances(stdout, old);
    tell(model, millis, ended(Job::Instances, 0, &instances, ""));
}

// The recordings have one group of each role in each zone.
fn instances(validated: &str, old: usize) -> String {
    let seen: serde_json::Value = serde_json::from_str(validated).unwrap_or_default();
    let nodes = seen["nodes"].as_array().cloned().unwrap_or_default();
    let listed = nodes.iter().enumerate().map(|(at, node)| {
        let group = match node["role"].as_str() {
            Some("control-plane") => {
                format!("control-plane-{}.masters", node["zone"].as_str().unwrap())
            }
            _ => format!("nodes-{}", node["zone"].as_str().unwrap()),
        };
        serde_json::json!({
            "id": node["name"],
            "nodeName": node["name"],
            "status": if at < old { "NeedsUpdate" } else { "UpToDate" },
            "instanceGroup": format!("{group}.{CLUSTER}"),
        })
    });
    serde_json::Value::Array(listed.collect()).to_string()
}

/// The dashboard after one look.
pub fn looked(exit: i32, stdout: &str, stderr: &str) -> Model {
    let mut model = first_look(true);
    poll(&mut model, 4_000, (exit, stdout, stderr), 0);
    pass(&mut model, 7_000);
    model
}

/// The dashboard of a cluster whose run has just ended.
pub fn born() -> Model {
    let mut model = applying();
    tell(
        &mut model,
        70_000,
        ended(Job::UpdateYes, 0, recorded!("apply-create.stdout"), ""),
    );
    store_told(&mut model, 70_000);
    assert!(
        matches!(model.screen(), Screen::Dashboard(_)),
        "the dashboard follows the run"
    );
    model
}

fn young(millis: u64) -> Model {
    let mut model = born();
    let unreachable = recorded!("validate-0-api-not-resolving.stderr");
    tell(&mut model, 75_000, ended(Job::Validate, 1, "", unreachable));
    pass(&mut model, millis);
    model
}

fn nothing_known() -> Model {
    let mut model = first_look(false);
    let seen = recorded!("validate-3-not-ready-json.stdout");
    tell(&mut model, 4_000, ended(Job::Validate, 1, seen, ""));
    let stderr = recorded!("update-no-bucket.stderr");
    tell(&mut model, 4_000, ended(Job::Instances, 1, "", stderr));
    model
}

/// A ready cluster of which two instances still run with what was before.
fn to_replace() -> Model {
    let mut model = first_look(true);
    let ready = recorded!("validate-4-ready-json.stdout");
    poll(&mut model, 4_000, (0, ready, ""), 2);
    pass(&mut model, 7_000);
    model
}

fn instances_missing() -> Model {
    let mut model = first_look(false);
    let seen = include_str!("../fixtures/watch/not-enough-nodes.json");
    tell(&mut model, 4_000, ended(Job::Validate, 1, seen, ""));
    let listed = ["i-02", "i-03"].map(|id| {
        let group = format!("nodes.{CLUSTER}");
        serde_json::json!({"id": id, "status": "UpToDate", "instanceGroup": group})
    });
    let listed = serde_json::Value::from(listed.to_vec()).to_string();
    tell(&mut model, 4_000, ended(Job::Instances, 0, &listed, ""));
    model
}

fn starting() -> Model {
    let lines = include_str!("../fixtures/watch/api-starting.txt");
    looked(1, "", lines.lines().next().unwrap())
}

/// A ready cluster with more instance groups and nodes than a screen has rows.
fn many_groups() -> Model {
    let spec = recorded!("cluster_spec.yml");
    let (_, group) = spec.rsplit_once("\n---\n").unwrap();
    let more = (0..18).map(|at| group.replace("name: nodes-", &format!("name: batch-{at}-")));
    let documents: Vec<String> = std::iter::once(spec.trim_end().to_owned())
        .chain(more)
        .collect();
    let spec = documents.join("\n---\n");
    let mut model = Model::watch(&CLUSTER.parse().unwrap(), place());
    start(&mut model);
    tell(&mut model, 900, ended(Job::InstanceGroups, 0, &spec, ""));
    let ready = recorded!("validate-4-ready-json.stdout");
    poll(&mut model, 4_000, (0, ready, ""), 0);
    model
}

/// The dashboard.
pub fn watch() -> Vec<Shot> {
    vec![
        ("watch_first_look", first_look(true)),
        ("watch_first_look_no_groups", first_look(false)),
        ("watch_run", after(born(), "b")),
        ("watch_run_commands", after(born(), "bc")),
        ("watch_run_log", after(born(), "bl")),
        ("watch_born", born()),
        ("watch_name_not_resolving", young(90_000)),
        ("watch_slow", young(800_000)),
        ("watch_too_slow", young(1_500_000)),
        (
            "watch_unreachable",
            looked(1, "", recorded!("validate-unknown.stderr")),
        ),
        (
            "watch_no_nodes",
            looked(1, recorded!("validate-1-no-nodes-json.stdout"), ""),
        ),
        (
            "watch_joining",
            looked(
                1,
                recorded!("validate-2-control-plane-only-json.stdout"),
                "",
            ),
        ),
        (
            "watch_not_ready",
            looked(1, recorded!("validate-3-not-ready-json.stdout"), ""),
        ),
        (
            "watch_ready",
            looked(0, recorded!("validate-4-ready-json.stdout"), ""),
        ),
        ("watch_no_groups", nothing_known()),
        ("watch_to_replace", to_replace()),
        ("watch_api_starting", starting()),
        ("watch_instances_missing", instances_missing()),
        ("watch_many_groups", many_groups()),
        (
            "watch_many_groups_below",
            after(many_groups(), "<pagedown><pagedown><up>"),
        ),
    ]
}

#[test]
fn the_run_is_kept() {
    keep(&apply());
}

#[test]
fn the_dashboard_is_kept() {
    keep(&watch());
}

/// An update of a cluster that exists, done; kops was just asked what is left to replace.
fn updated() -> Model {
    let report = recorded!("update-modify.stdout");
    let mut model = review::existing(report);
    press(&mut model, 30_000, "aprod.example.com<enter>");
    let folder = "/home/op/.local/state/kopswain/runs/prod.example.com/20261124T083000Z";
    tell(&mut model, 30_000, Event::Begun(Ok(folder.into())));
    let keys = recorded!("sshkeys.stdout");
    tell(&mut model, 31_000, ended(Job::ListKeys, 0, keys, ""));
    tell(&mut model, 40_000, ended(Job::Update, 0, report, ""));
    let spec = spec(&model);
    tell(&mut model, 46_000, ended(Job::ReadAgain, 0, &spec, ""));
    tell(&mut model, 46_500, ended(Job::KeysAgain, 0, keys, ""));
    facts_told(&mut model, "123456789012");
    tell(
        &mut model,
        60_000,
        ended(Job::UpdateYes, 0, recorded!("apply-modify.stdout"), ""),
    );
    store_told(&mut model, 60_000);
    assert!(matches!(model.screen(), Screen::RollingUpdate(_)));
    pass(&mut model, 62_400);
    model
}

/// A minor upgrade, done: kops said this of the running control plane in the dry runs, and that in `--yes`.
fn upgraded(approved: &str, applied: &str) -> Model {
    let report = recorded!("update-image-and-version.stdout");
    let mut model = review::upgrade(approved, report);
    press(&mut model, 30_000, "aprod.example.com<enter>");
    let folder = "/home/op/.local/state/kopswain/runs/prod.example.com/20261124T083000Z";
    tell(&mut model, 30_000, Event::Begun(Ok(folder.into())));
    let keys = recorded!("sshkeys.stdout");
    let said = review::control_plane;
    tell(&mut model, 31_000, ended(Job::ListKeys, 0, keys, ""));
    let log = said(approved);
    tell(&mut model, 40_000, ended(Job::Update, 0, report, &log));
    let spec = spec(&model);
    tell(&mut model, 46_000, ended(Job::ReadAgain, 0, &spec, ""));
    tell(&mut model, 46_500, ended(Job::KeysAgain, 0, keys, ""));
    facts_told(&mut model, "123456789012");
    let done = recorded!("apply-modify.stdout");
    let log = said(applied);
    tell(&mut model, 60_000, ended(Job::UpdateYes, 0, done, &log));
    store_told(&mut model, 60_000);
    let found = left(true, true);
    tell(&mut model, 63_000, ended(Job::RollingUpdate, 0, &found, ""));
    model
}

const UNREACHABLE: &str = "Unable to reach the kubernetes API.\nUse --cloudonly to do a rolling-update without confirming progress with the k8s API\n\nError: error listing nodes in cluster: no such host\n";

fn left(nodes: bool, need: bool) -> String {
    let mut text = String::from("NAME\t\t\t\tSTATUS\t\tNEEDUPDATE\tREADY\tMIN\tTARGET\tMAX");
    text += if nodes { "\tNODES\n" } else { "\n" };
    for (name, old) in [
        ("control-plane-us-east-1a", 0),
        ("nodes-us-east-1a", 2),
        ("nodes-us-east-1b", 1),
    ] {
        let old = if need { old } else { 0 };
        let status = if old > 0 { "NeedsUpdate" } else { "Ready" };
        let nodes = if nodes { "\t2" } else { "" };
        text += &[name, "\t", status, "\t"].concat();
        text += &[old.to_string(), (2 - old).to_string()].join("\t\t");
        text += &["\t1\t2\t6", nodes, "\n"].concat();
    }
    text += if need {
        "\nMust specify --yes to rolling-update.\n"
    } else {
        "\nNo rolling-update required.\n"
    };
    text
}

fn told(exit: i32, stdout: &str, stderr: &str) -> Model {
    let mut model = updated();
    tell(
        &mut model,
        63_000,
        ended(Job::RollingUpdate, exit, stdout, stderr),
    );
    model
}

fn cloud_only() -> Model {
    let mut model = told(1, "", UNREACHABLE);
    let found = left(false, true);
    tell(&mut model, 64_000, ended(Job::RollingUpdate, 0, &found, ""));
    model
}

fn neither() -> Model {
    let mut model = told(1, "", UNREACHABLE);
    let stderr = recorded!("update-no-bucket.stderr");
    tell(&mut model, 64_000, ended(Job::RollingUpdate, 1, "", stderr));
    model
}

/// What is left to do after an update.
pub fn rolling() -> Vec<Shot> {
    vec![
        ("rolling_asking", updated()),
        ("rolling_needed", told(0, &left(true, true), "")),
        ("rolling_not_needed", told(0, &left(true, false), "")),
        ("rolling_cloud_only", cloud_only()),
        ("rolling_failed", neither()),
        (
            "rolling_control_plane_first",
            upgraded(review::RUNS, review::RUNS),
        ),
        (
            "rolling_all_at_once",
            upgraded(review::NOT_SEEN, review::NOT_SEEN),
        ),
        (
            "rolling_seen_otherwise",
            upgraded(review::RUNS, review::NOT_SEEN),
        ),
    ]
}

#[test]
fn what_is_left_after_an_update_is_kept() {
    keep(&rolling());
}

#[test]
fn the_dashboard_is_one_key_from_what_is_left() {
    let model = after(told(0, &left(true, true), ""), "w");
    assert!(matches!(model.screen(), Screen::Dashboard(_)));
}
