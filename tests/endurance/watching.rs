//! `watch` while kops cannot look: what it waits for, what ends it at once, and that the reason is always said.

use std::time::{Duration, Instant};

use crate::desk::{Desk, Ended};
use crate::stage::ScriptedKops;

const CLUSTER: &str = "prod.example.com";
/// Half of what the wait would last, which is enough for one look on a busy host.
const ONE_LOOK: Duration = Duration::from_mins(1);

struct Watched {
    desk: Desk,
    kops: ScriptedKops,
}

impl Watched {
    fn new() -> Self {
        let mut desk = Desk::offline();
        let kops = ScriptedKops::put(&desk.outside("bin"));
        let path = format!("{}:/usr/bin:/bin", desk.outside("bin").display());
        desk.set("PATH", &path);
        desk.set("AWS_REGION", "us-east-1");
        desk.set("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
        desk.set("AWS_SECRET_ACCESS_KEY", "example");
        desk.set("KOPS_STATE_STORE", "s3://example-state");
        Self { desk, kops }
    }

    // What `kops get all`, `validate` and `get instances` do, in the scenario's words.
    fn play(&self, lines: &[&str]) {
        let lines: Vec<String> = lines.iter().map(|line| format!("- {{{line}}}\n")).collect();
        self.kops.play(&format!("lines:\n{}", lines.concat()));
    }

    fn watch(&self, words: &[&str]) -> Ended {
        self.desk.kopswain(&[&["watch", CLUSTER], words].concat())
    }
}

fn spec() -> String {
    let spec = include_str!("../fixtures/kops/cluster_spec.yml");
    format!(
        "when: get all, exit: 0, stderr: '', stdout: {}",
        serde_json::json!(spec)
    )
}

fn starting() -> String {
    let lines = include_str!("../fixtures/watch/api-starting.txt");
    let unauthorized = lines.lines().next().unwrap();
    format!(
        "exit: 1, stdout: '', stderr: {}",
        serde_json::json!(unauthorized)
    )
}

fn instances() -> String {
    let seen = include_str!("../fixtures/kops/validate-4-ready-json.stdout");
    let seen: serde_json::Value = serde_json::from_str(seen).unwrap();
    let listed = seen["nodes"].as_array().unwrap().iter().map(|node| {
        let zone = node["zone"].as_str().unwrap();
        let group = if node["role"] == "node" { format!("nodes-{zone}") } else { format!("control-plane-{zone}.masters") };
        serde_json::json!({"id": node["name"], "status": "NeedsUpdate", "instanceGroup": format!("{group}.{CLUSTER}")})
    });
    let listed = serde_json::Value::Array(listed.collect()).to_string();
    format!(
        "when: get instances, exit: 0, stderr: '', stdout: {}",
        serde_json::json!(listed)
    )
}

#[test]
fn a_first_look_that_meets_a_starting_api_does_not_end_the_wait() {
    let watched = Watched::new();
    watched.play(&[
        &spec(),
        &format!("when: validate, times: 1, {}", starting()),
        "when: validate, recording: validate-4-ready-json",
        &instances(),
    ]);
    let ended = watched.watch(&["--wait", "2m"]).expect(0);
    // What happens is told in lines of its own.
    let lines = ended.stdout.lines();
    let told: Vec<&str> = lines.filter(|line| !line.starts_with("event: ")).collect();
    assert!(
        told[0].ends_with("s: the API answers with an error: control plane ?/3, nodes ?/3"),
        "{told:#?}"
    );
    assert_eq!(
        told[1..3],
        [
            "  the cluster's API answers with an error: it does not accept the credentials (status 401): it is starting, or they are not for this cluster",
            "  kops said: validation failed: unexpected error during validation: error listing nodes: Unauthorized",
        ]
    );
    let once = "s: no failures, asked again to confirm: control plane 3/3, nodes 3/3";
    assert!(told[3].ends_with(once), "{told:#?}");
    let twice = "s: ready; 6 instances need a rolling update: control plane 3/3, nodes 3/3";
    assert!(told[4].ends_with(twice), "{told:#?}");
    assert_eq!(told[5], "Your cluster prod.example.com is ready");
}

#[test]
fn what_no_waiting_resolves_ends_the_wait_at_once_with_the_cause() {
    let watched = Watched::new();
    let began = Instant::now();
    let ended = watched.watch(&["--wait", "2m"]).expect(1);
    assert!(began.elapsed() < ONE_LOOK, "{:?}", began.elapsed());
    assert!(
        ended
            .stderr
            .starts_with("kopswain: the state store does not know this cluster\n"),
        "{}",
        ended.stderr
    );
}

#[test]
fn one_look_before_anything_is_known_wants_nothing() {
    let watched = Watched::new();
    watched.play(&[
        "when: get all, exit: 1, stdout: '', stderr: 'Error: who knows'",
        &format!("when: validate, {}", starting()),
    ]);
    let ended = watched.watch(&["--once"]).expect(2);
    let first = ended.stdout.lines().next().unwrap_or_default();
    assert!(
        first.ends_with("the API answers with an error: control plane unknown, nodes unknown"),
        "{first}"
    );
    let ended = watched.watch(&["--once", "--output", "json"]).expect(2);
    let told: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(
        (&told["nodes"]["wanted"], &told["waitingMayHelp"]),
        (&serde_json::Value::Null, &true.into())
    );
}

#[test]
fn two_groups_in_one_zone_are_counted_by_their_auto_scaling_groups() {
    let watched = Watched::new();
    let stdout = |text: &str| serde_json::json!(text).to_string();
    let seen = include_str!("../fixtures/watch/two-groups.json");
    let listed = include_str!("../fixtures/watch/two-groups-instances.json");
    watched.play(&[
        "when: get all, exit: 1, stdout: '', stderr: 'Error: who knows'",
        &format!(
            "when: validate, exit: 0, stderr: '', stdout: {}",
            stdout(seen)
        ),
        &format!(
            "when: get instances, exit: 0, stderr: '', stdout: {}",
            stdout(listed)
        ),
    ]);
    let ended = watched.watch(&["--once", "--output", "json"]).expect(0);
    let told: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    let groups = told["instanceGroups"].as_array().unwrap().iter();
    let nodes: Vec<_> = groups
        .filter(|group| group["role"] == "node")
        .map(|group| {
            (
                group["name"].as_str().unwrap(),
                group["ready"].clone(),
                group["wanted"].clone(),
            )
        })
        .collect();
    assert_eq!(
        nodes,
        [("batch", 2.into(), 2.into()), ("web", 1.into(), 1.into())]
    );
}
