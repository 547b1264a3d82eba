//! What another hand does in the state store, with the real kops: told, and not applied. And what kopswain itself leaves there.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::cloud::Cloud;
use crate::desk::{Desk, answers};
use crate::lab::{Lab, Vpc};

const BUCKET: &str = "example-state";

struct Scene {
    lab: Lab,
    vpc: Vpc,
    cloud: Cloud,
}

impl Scene {
    fn start(name: &str) -> Self {
        let lab = Lab::start(name);
        let vpc = lab.world("method").remove(0);
        let cloud = Cloud::of(&lab);
        Self { lab, vpc, cloud }
    }

    fn desk(&self, cluster: &str) -> Desk {
        let desk = Desk::at(&self.lab);
        desk.write("answers.yml", &answers(cluster, &self.vpc));
        desk
    }

    fn kops(&self, desk: &Desk, words: &[&str]) -> String {
        self.lab.ask_kops(words, &desk.work())
    }
}

/// The answers' spec, written by `plan`.
fn planned(desk: &Desk) {
    desk.kopswain(&["plan", "answers.yml", "--out", "planned.yml"])
        .expect(0);
}

fn create(cluster: &str) -> [&str; 5] {
    ["create", "--approve", cluster, "--wait", "0s"]
}

fn with_hook(folder: &Path) {
    let planned = std::fs::read_to_string(folder.join("planned.yml")).unwrap();
    let hook = "spec:\n  hooks:\n  - name: foreign\n    manifest: |\n      [Service]\n      ExecStart=/bin/true\n";
    std::fs::write(
        folder.join("hooked.yml"),
        planned.replacen("spec:\n", hook, 1),
    )
    .unwrap();
}

#[test]
#[ignore = "needs the lab: ./check"]
fn a_foreign_hook_and_a_planted_authority_are_never_applied() {
    let scene = Scene::start("planted");
    let cluster = "hooked.example.com";
    let desk = scene.desk(cluster);
    planned(&desk);
    with_hook(&desk.work());
    scene.kops(&desk, &["create", "-f", "hooked.yml"]);
    let told = desk.kopswain(&create(cluster)).expect(1).stderr;
    assert!(told.contains("spec.hooks[foreign].manifest"), "{told}");

    let cluster = "planted.example.com";
    let desk = scene.desk(cluster);
    planned(&desk);
    scene.kops(&desk, &["create", "-f", "planned.yml"]);
    let planted = format!("{cluster}/pki/private/kubernetes-ca/keyset.yaml");
    scene.cloud.put(BUCKET, &planted, b"kind: Keyset\n");
    let told = desk.kopswain(&create(cluster)).expect(1).stderr;
    assert!(told.contains(&format!("s3://{BUCKET}/{planted}")), "{told}");
    assert_eq!(scene.cloud.machine_types().len(), 0, "nothing was made");
}

#[test]
#[ignore = "needs the lab: ./check"]
fn what_changes_in_the_store_of_a_cluster_that_exists_is_told_and_not_applied() {
    let scene = Scene::start("swapped");
    let cluster = "swapped.example.com";
    let desk = scene.desk(cluster);
    desk.kopswain(&create(cluster)).expect(0);
    grown(&scene, &desk, cluster, "grown.yml", "maxSize: 3");
    scene.kops(&desk, &["replace", "-f", "grown.yml"]);

    // A certificate authority: the same bytes are another write.
    let shown = desk.kopswain(&["review", cluster]).expect(2).stderr;
    let fingerprint = fingerprint(&shown);
    let authority = format!("{cluster}/pki/private/kubernetes-ca/keyset.yaml");
    let bytes = [scene.cloud.object(BUCKET, &authority), b"\n".to_vec()].concat();
    scene.cloud.put(BUCKET, &authority, &bytes);
    let told = desk
        .kopswain(&["review", cluster, "--approve", &fingerprint])
        .expect(1)
        .stderr;
    assert!(
        told.contains(&format!("object s3://{BUCKET}/{authority}: approved ")),
        "{told}"
    );

    // A secret, after the keys were listed for the second time.
    let secret = format!("{cluster}/secrets/other");
    let swap = || {
        scene
            .cloud
            .put(BUCKET, &secret, b"{\"Data\":\"c3dhcHBlZA==\"}");
    };
    let told = disturbed(&desk, cluster, "get sshpublickeys", swap);
    assert!(
        told.contains(&format!("object s3://{BUCKET}/{secret}: not there")),
        "{told}"
    );

    // A spec, after the last reading of the spec.
    grown(&scene, &desk, cluster, "last.yml", "maxSize: 4");
    let replace = || drop(scene.kops(&desk, &["replace", "-f", "last.yml"]));
    let told = disturbed(&desk, cluster, "get sshpublickeys", replace);
    assert!(
        told.contains(&format!(
            "object s3://{BUCKET}/{cluster}/instancegroup/nodes"
        )),
        "{told}"
    );
    let report = scene.kops(&desk, &["update", "cluster", cluster]);
    assert!(report.contains("MaxSize"), "nothing was applied: {report}");
}

// The stored spec with another size of every group of nodes.
fn grown(scene: &Scene, desk: &Desk, cluster: &str, name: &str, size: &str) {
    let stored = scene.kops(desk, &["get", "all", "--name", cluster, "-o", "yaml"]);
    let from = if stored.contains("maxSize: 2") {
        "maxSize: 2"
    } else {
        "maxSize: 3"
    };
    let changed = stored.replace(from, size);
    assert_ne!(stored, changed);
    desk.write(name, &changed);
}

// Approves, and stands still at the second command of these words of the run, while another operator is at work.
fn disturbed(desk: &Desk, cluster: &str, words: &str, act: impl Fn()) -> String {
    let mut command = desk.command(&["review", cluster, "--approve", cluster]);
    let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = command.spawn().unwrap();
    let pid = Pid::from_raw(running.id().try_into().unwrap());
    let mut seen = 0;
    let lines = BufReader::new(running.stdout.take().unwrap()).lines();
    for line in lines.map(Result::unwrap) {
        seen += usize::from(line.starts_with(&format!("run: kops {words}")));
        if seen == 2 {
            kill(pid, Signal::SIGSTOP).unwrap();
            act();
            kill(pid, Signal::SIGCONT).unwrap();
            seen += 1;
        }
    }
    let ended = running.wait_with_output().unwrap();
    let told = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(1), "{told}");
    told
}

fn fingerprint(printed: &str) -> String {
    let line = printed
        .lines()
        .find_map(|line| line.strip_prefix("fingerprint: "));
    line.unwrap_or_else(|| panic!("no fingerprint in {printed}"))
        .to_owned()
}

// Looking leaves nothing in any store, however it ends.
#[test]
#[ignore = "needs the lab: ./check"]
fn a_preview_leaves_nothing_in_any_store_also_when_it_was_killed() {
    let scene = Scene::start("killed-preview");
    let mut desk = scene.desk("killed.example.com");
    let temporary = desk.outside("tmp");
    std::fs::create_dir(&temporary).unwrap();
    desk.set("TMPDIR", temporary.to_str().unwrap());
    scene.cloud.put(BUCKET, "other.example.com/config", b"x");
    let before = scene.cloud.objects(BUCKET);
    desk.kopswain(&["plan", "answers.yml", "--preview"])
        .expect(2);
    assert_eq!(scene.cloud.objects(BUCKET), before);
    for millis in [2_000, 4_000, 8_000] {
        let mut preview = desk
            .command(&["plan", "answers.yml", "--preview"])
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(millis));
        let _ = preview.kill();
        preview.wait().unwrap();
        let killed = Instant::now();
        // By itself kops would look some seconds more.
        while !(is_empty(&temporary) && kops_at(&desk).is_empty()) {
            assert!(killed.elapsed() < Duration::from_secs(5), "{millis}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    assert_eq!(scene.cloud.objects(BUCKET), before);
}

fn is_empty(folder: &Path) -> bool {
    std::fs::read_dir(folder).unwrap().next().is_none()
}

// The processes of kops that work at a desk.
fn kops_at(desk: &Desk) -> Vec<PathBuf> {
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    let paths = entries.map(|entry| entry.path());
    let here = |path: &PathBuf| {
        let link = |name: &str| std::fs::read_link(path.join(name)).unwrap_or_default();
        link("cwd") == desk.work() && link("exe").ends_with("kops")
    };
    paths.filter(here).collect()
}

// The two secrets without which kops does not even plan.
#[test]
#[ignore = "needs the lab: ./check"]
fn a_cluster_that_needs_its_secrets_first_is_created() {
    let scene = Scene::start("secrets");
    let cluster = "secrets.example.com";
    let desk = scene.desk(cluster);
    let secrets = "secrets: {encryptionConfig: encryption.yml, ciliumPassword: cilium.key}
overrides:
  cluster:
    encryptionConfig: true
    networking: {cilium: {enableEncryption: true}}
";
    desk.write(
        "answers.yml",
        &format!("{}{secrets}", answers(cluster, &scene.vpc)),
    );
    desk.write(
        "encryption.yml",
        "kind: EncryptionConfiguration\napiVersion: apiserver.config.k8s.io/v1\nresources: []\n",
    );
    desk.write(
        "cilium.key",
        "keys: 3 rfc4106(gcm(aes)) 0123456789abcdef0123456789abcdef01234567 128\n",
    );
    let shown = desk
        .kopswain(&["plan", "answers.yml", "--preview"])
        .expect(2)
        .stdout;
    let fingerprint = fingerprint(&shown);
    let whole = desk.read("cilium.key");
    desk.write("cilium.key", "keys: another\n");
    let words = ["create", "--approve", fingerprint.as_str(), "--wait", "0s"];
    let told = desk.kopswain(&words).expect(1).stderr;
    assert!(
        told.contains("secret ciliumpassword: its file is not the one that was approved"),
        "{told}"
    );
    desk.write("cilium.key", &whole);
    desk.kopswain(&words).expect(0);
    let objects = scene.cloud.objects(BUCKET);
    for name in ["encryptionconfig", "ciliumpassword"] {
        assert!(
            objects.contains_key(&format!("{cluster}/secrets/{name}")),
            "{objects:?}"
        );
    }
}

// The lock lies where no command of kops trips over it.
#[test]
#[ignore = "needs the lab: ./check"]
fn two_homes_with_the_lock_make_one_cluster_and_kops_does_not_see_the_lock() {
    let scene = Scene::start("locked");
    let cluster = "locked.example.com";
    let desks = [scene.desk(cluster), scene.desk(cluster)];
    let words = [&["--lock-state-store"], create(cluster).as_slice()].concat();
    let both = desks.each_ref().map(|desk| {
        let log = std::fs::File::create(desk.outside("log")).unwrap();
        let mut command = desk.command(&words);
        command.stdout(log.try_clone().unwrap()).stderr(log);
        command.spawn().unwrap()
    });
    let lock = format!(".kopswain/locks/{cluster}.lock");
    wait_for(|| scene.cloud.objects(BUCKET).contains_key(&lock));
    for words in [["get", "clusters"], ["get", "all"]] {
        let name = if words[1] == "all" {
            vec!["--name", cluster]
        } else {
            vec![]
        };
        let listed = scene
            .lab
            .ask_kops_or_not(&[&words[..], &name].concat(), &desks[0].work());
        assert!(!listed.contains(".kopswain"), "{listed}");
    }
    let mut codes = both.map(|mut child| child.wait().unwrap().code().unwrap());
    codes.sort_unstable();
    let logs = desks
        .each_ref()
        .map(|desk| std::fs::read_to_string(desk.outside("log")).unwrap());
    assert_eq!(codes, [0, 1], "{logs:#?}");
    assert!(
        logs.iter().any(
            |log| log.contains("the cluster is locked in its state store")
                || log.contains("is in s3://example-state")
        ),
        "{logs:#?}"
    );
    assert_eq!(
        scene.cloud.volumes(cluster),
        6,
        "three members of two etcd clusters"
    );
    wait_for(|| !scene.cloud.objects(BUCKET).contains_key(&lock));

    // Nor does deleting a cluster, which refuses what it does not know below the cluster's own place.
    let cluster = "stored.example.com";
    let desk = scene.desk(cluster);
    planned(&desk);
    scene.kops(&desk, &["create", "-f", "planned.yml"]);
    let lock = format!(".kopswain/locks/{cluster}.lock");
    scene.cloud.put(BUCKET, &lock, b"{}");
    scene.kops(&desk, &["delete", "cluster", cluster, "--yes"]);
    let left = scene.cloud.objects(BUCKET);
    let left: Vec<_> = left.keys().filter(|key| key.contains(cluster)).collect();
    assert_eq!(left, [&lock]);
}

fn wait_for(is: impl Fn() -> bool) {
    let began = Instant::now();
    while !is() {
        assert!(began.elapsed() < Duration::from_mins(3));
        std::thread::sleep(Duration::from_millis(100));
    }
}
