//! What changes between an approval and `--yes`: each kind of change is told, and `--yes` never runs.
//!
//! `DRIFT_TRIALS=100 cargo test --test endurance drift` tries each kind so often on a stub of the account; otherwise
//! once. The same kinds once more on the account of the lab.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::cloud::Cloud;
use crate::desk::{CHANNEL, Desk, answers};
use crate::lab::{Lab, Vpc};
use crate::stage::ScriptedKops;
use crate::stub::{self, Stub};

mod existing;
mod kinds;
mod place;

use kinds::{KINDS, Kind, Outcome, When};
use place::{Keys, Place};

const STORE: &str = "s3://example-state";
const SOON: Duration = Duration::from_mins(1);

/// A desk with the scripted kops on the account of a lab.
struct Stage {
    desk: Desk,
    kops: ScriptedKops,
    /// What is named with `--kops`, where it is not the scripted kops itself.
    shim: Option<PathBuf>,
    cluster: String,
    vpc: Vpc,
    trial: usize,
    /// Whether the cluster is reviewed, and not created.
    exists: bool,
}

/// Trials at once: a part of each is waiting for processes to begin and end.
const AT_ONCE: usize = 4;

// What the change leads to: told, and nothing applied; or it changes nothing, because kops never sees it.
fn outcome_of(kind: &Kind, mut stage: Stage, place: &dyn Place) {
    if kind.exists {
        stage.make_it_exist(place);
    }
    (kind.before)(&mut stage, place);
    let changed = match kind.when {
        When::During(words, count) => stage.during(words, count, kind, place),
        When::Between => stage.between(kind, place),
    };
    match kind.outcome {
        Outcome::Refused(words) => {
            let told = refused(changed);
            assert!(told.contains(words), "{words}: {told}");
            let applied = stage.kops.commands("update cluster --yes");
            assert_eq!(applied, [], "{told}");
        }
        Outcome::KeptAway(names) => stage.applied_without(names, changed),
    }
}

// Whole processes, each trial with an account, a home and a kops of its own.
#[test]
fn every_kind_of_drift_is_told_and_nothing_is_applied() {
    let began = Instant::now();
    let trials = std::env::var("DRIFT_TRIALS").map_or(1, |count| count.parse().unwrap());
    let (next, failed) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let (trial, Some(kind)) = (at / KINDS.len(), KINDS.get(at % KINDS.len())) else {
                return;
            };
            if trial >= trials {
                return;
            }
            // Of a long run somebody wants to know how far it is.
            if trial > 0 && trial % 10 == 0 && at % KINDS.len() == 0 {
                let told = format!("drift: trial {trial} of {trials}, {:?}", began.elapsed());
                let _ = writeln!(std::io::stderr(), "{told}");
            }
            let outcome = std::panic::catch_unwind(|| {
                let stub = Stub::start();
                outcome_of(kind, Stage::on(&stub, trial), &stub);
            });
            if let Err(why) = outcome {
                let why = why.downcast_ref::<String>().cloned().unwrap_or_default();
                let told = format!("{}, trial {trial}: {why}", kind.name);
                failed.lock().unwrap().push(told);
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(work);
        }
    });
    let failed = failed.into_inner().unwrap();
    let (count, all) = (failed.len(), KINDS.len() * trials);
    assert!(
        failed.is_empty(),
        "{count} of {all}:\n{}",
        failed.join("\n")
    );
    let kinds = KINDS.len();
    let took = began.elapsed();
    let of = format!("{trials} of {trials}");
    let told = format!(
        "drift: {kinds} kinds, each refused in {of}, or kept away from kops where it is a variable of its own, in {took:?}"
    );
    let _ = writeln!(std::io::stderr(), "{told}");
}

#[test]
#[ignore = "needs the lab: ./check"]
fn every_kind_of_drift_is_told_on_the_account_of_the_lab() {
    let lab = Lab::start("drift");
    let cloud = Cloud::of(&lab);
    let vpc = lab.world("method").remove(0);
    for kind in KINDS.iter().filter(|kind| !kind.on_stub) {
        outcome_of(kind, Stage::at(&lab, &vpc), &cloud);
    }
}

#[test]
fn without_drift_the_fingerprint_is_enough() {
    let stub = Stub::start();
    let stage = Stage::on(&stub, 0);
    let shown = stage.start(None).wait_with_output().unwrap();
    let fingerprint = fingerprint(&shown.stdout);
    let applied = stage.start(Some(&fingerprint)).wait_with_output().unwrap();
    let said = String::from_utf8(applied.stderr).unwrap();
    assert_eq!(applied.status.code(), Some(0), "{said}");
    assert_eq!(stage.kops.commands("update cluster --yes").len(), 1);
    assert_eq!(
        stage.kops.commands("create secret").len(),
        3,
        "two on scratch stores, one on the real"
    );
}

// What is known within a moment is compared first: nobody waits for a dry run that cannot be the approved one.
#[test]
fn a_fingerprint_of_another_account_store_or_kops_is_refused_before_any_dry_run() {
    type Change = fn(&Stage, &dyn Place);
    let changes: [(Change, &str); 3] = [
        (
            |stage, cloud| stage.assume(cloud),
            "account: approved 123456789012, now 999999999999",
        ),
        (
            |stage, cloud| stage.move_store(cloud),
            "state store: approved s3://example-state, now s3://other-state",
        ),
        (|stage, _| stage.replace_kops(), "kops SHA-256: approved "),
    ];
    for (change, differs) in changes {
        let stub = Stub::start();
        let stage = Stage::on(&stub, 0);
        let shown = stage.start(None).wait_with_output().unwrap();
        let fingerprint = fingerprint(&shown.stdout);
        let dry_runs = stage.kops.commands("update cluster").len();
        assert_eq!(dry_runs, 1, "{differs}");
        change(&stage, &stub);
        let told = refused(stage.start(Some(&fingerprint)));
        let first =
            format!("what would be done is not what {fingerprint} approved\n  why: {differs}");
        assert!(told.contains(&first), "{told}");
        assert!(told.contains("do:  nothing was run"), "{told}");
        assert_eq!(stage.kops.commands("update cluster").len(), dry_runs);
    }
}

pub(crate) fn fingerprint(printed: &[u8]) -> String {
    let printed = String::from_utf8(printed.to_vec()).unwrap();
    let line = printed
        .lines()
        .find_map(|line| line.strip_prefix("fingerprint: "));
    line.unwrap_or_else(|| panic!("no fingerprint in {printed}"))
        .to_owned()
}

impl Stage {
    fn at(lab: &Lab, vpc: &Vpc) -> Self {
        let mut desk = Desk::at(lab);
        // The instance types are the same for all.
        let cache = std::env::temp_dir().join(format!("kopswain-drift-{}", std::process::id()));
        desk.set("XDG_CACHE_HOME", &cache.display().to_string());
        Self::with(desk, vpc, 0)
    }

    fn on(stub: &Stub, trial: usize) -> Self {
        let mut desk = Desk::offline();
        desk.set("AWS_ENDPOINT_URL", stub.url());
        desk.set("AWS_EC2_METADATA_DISABLED", "true");
        Self::with(desk, &stub::vpc(), trial)
    }

    fn with(mut desk: Desk, vpc: &Vpc, trial: usize) -> Self {
        let kops = ScriptedKops::put(&desk.outside("bin"));
        let cluster = "drift.example.com".to_owned();
        desk.write("answers.yml", &answers(&cluster, vpc));
        // In a file, so that they can change while the program runs.
        for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
            desk.set(name, "");
        }
        let file = desk.outside("credentials").display().to_string();
        desk.set("AWS_SHARED_CREDENTIALS_FILE", &file);
        let stage = Self {
            desk,
            kops,
            shim: None,
            cluster,
            vpc: vpc.clone(),
            trial,
            exists: false,
        };
        stage.credentials(&("testing".to_owned(), "testing".to_owned(), String::new()));
        stage
    }

    fn start(&self, approve: Option<&str>) -> Child {
        let kops = self.shim.as_deref().unwrap_or(self.kops.program());
        let kops = kops.display().to_string();
        let mut words = vec!["--kops", &kops, "--channel", CHANNEL];
        if self.exists {
            words.extend(["review", &self.cluster]);
        } else {
            words.extend(["create", "--wait", "0s"]);
        }
        words.extend(approve.map(|yes| ["--approve", yes]).into_iter().flatten());
        self.desk
            .command(&words)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    fn during(&mut self, words: &str, count: usize, kind: &Kind, cloud: &dyn Place) -> Child {
        let go = self.desk.outside("go");
        let after = count - 1;
        self.play(&format!(
            "lines: [{{when: {words}, unless: --yes, after: {after}, times: 1, waitFor: {}}}]\n",
            go.display()
        ));
        let mut running = self.start(Some(&self.cluster));
        let began = Instant::now();
        while self.kops.commands(words).len() < count {
            if running.try_wait().unwrap().is_some() || began.elapsed() > SOON {
                let _ = running.kill();
                let ended = running.wait_with_output().unwrap();
                panic!("never came to kops {words}: {ended:?}");
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        (kind.change)(self, cloud);
        fs::write(&go, "").unwrap();
        running
    }

    fn between(&mut self, kind: &Kind, cloud: &dyn Place) -> Child {
        let shown = self.start(None).wait_with_output().unwrap();
        assert_eq!(
            shown.status.code(),
            Some(2),
            "{}",
            String::from_utf8_lossy(&shown.stderr)
        );
        // Beside the report when it is created, beside the words when it is reviewed.
        let fingerprint = fingerprint(&[shown.stdout, shown.stderr].concat());
        (kind.change)(self, cloud);
        self.start(Some(&fingerprint))
    }

    // With the environment that was approved, byte for byte.
    fn applied_without(&self, names: &[&str], running: Child) {
        let output = running.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{said}");
        let played = self.kops.commands("update cluster");
        let environments: BTreeSet<u64> = played.iter().map(|one| one.environment).collect();
        assert_eq!(environments.len(), 1, "{played:#?}");
        let all = played.last().unwrap();
        let mut given = all.variables.keys().chain(&all.others);
        assert!(!given.any(|name| names.contains(&name.as_str())), "{all:?}");
        assert_eq!(self.kops.commands("update cluster --yes").len(), 1);
    }

    fn play(&self, scenario: &str) {
        self.kops.play(scenario);
    }

    fn stored(&self, name: &str) -> PathBuf {
        let program = self.kops.program().display();
        let store = STORE.replace(['/', ':'], "_");
        PathBuf::from(format!("{program}.state"))
            .join(store)
            .join(&self.cluster)
            .join(name)
    }

    fn keep(&self, name: &str, text: &str) {
        fs::write(self.stored(name), text).unwrap();
    }

    fn edit(&self, name: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.stored(name)).unwrap();
        assert!(text.contains(from), "{from} is not in {text}");
        self.keep(name, &text.replacen(from, to, 1));
    }

    fn add_group(&self) {
        let text = fs::read_to_string(self.stored("spec")).unwrap();
        let more = "---\napiVersion: kops.k8s.io/v1alpha2\nkind: InstanceGroup\nmetadata: {name: more}\nspec: {role: Node, minSize: 9}\n";
        self.keep("spec", &format!("{text}{more}"));
    }

    fn add_to_cluster(&self, line: &str) {
        let text = fs::read_to_string(self.stored("spec")).unwrap();
        let at = text.find("\nspec:\n").unwrap() + "\nspec:\n".len();
        self.keep("spec", &format!("{}{line}\n{}", &text[..at], &text[at..]));
    }

    // As asdf does it.
    fn put_behind_a_shim(&mut self) {
        self.kops = ScriptedKops::put(&self.desk.outside("asdf/installs/kops/1.36.2/bin"));
        fs::create_dir_all(self.desk.outside("asdf/shims")).unwrap();
        let text = format!("#!/bin/sh\nexec {} \"$@\"\n", self.kops.program().display());
        self.shim = Some(self.desk.program("asdf/shims/kops", &text));
    }

    fn replace_kops(&self) {
        let program = self.kops.program();
        let new = program.with_extension("new");
        fs::copy(program, &new).unwrap();
        let mut bytes = fs::read(&new).unwrap();
        bytes.push(b'\n');
        fs::write(&new, bytes).unwrap();
        fs::rename(new, program).unwrap();
    }

    fn replace_key(&self) {
        self.desk.write(
            "key.pub",
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKZ2tfWVBg73f65S68AMRzHPomyK8SLJwORxHsR+saoc x\n",
        );
    }

    fn answer(&self, from: &str, to: &str) {
        let text = self.desk.read("answers.yml");
        assert!(text.contains(from), "{from} is not in {text}");
        self.desk.write("answers.yml", &text.replace(from, to));
    }

    fn move_store(&self, cloud: &dyn Place) {
        cloud.make_bucket("other-state");
        self.answer(STORE, "s3://other-state");
    }

    // The profile's keys become those of a role in another account.
    fn assume(&self, cloud: &dyn Place) {
        self.credentials(&cloud.assume("arn:aws:iam::999999999999:role/other"));
    }

    fn credentials(&self, (key, secret, token): &Keys) {
        let token = match token.as_str() {
            "" => String::new(),
            token => format!("aws_session_token = {token}\n"),
        };
        let (other, _, _) = stub::other_account();
        let text = format!(
            "[default]\naws_access_key_id = {key}\naws_secret_access_key = {secret}\n{token}\
             [other]\naws_access_key_id = {other}\naws_secret_access_key = secret\n"
        );
        fs::write(self.desk.outside("credentials"), text).unwrap();
    }
}

fn refused(running: Child) -> String {
    let output = running.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{printed}\n{said}");
    said
}
