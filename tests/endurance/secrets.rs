//! Secrets that the program meets on its way, each a word of its own, looked for wherever it writes.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use crate::account;
use crate::desk::{Desk, answers_of};
use crate::stage::ScriptedKops;

const SOON: Duration = Duration::from_secs(30);
const CLUSTER: &str = "prod.example.com";

/// Where each secret lies, and the words that must not leave it.
const SECRETS: [(&str, &str); 8] = [
    ("AWS_SECRET_ACCESS_KEY", "canary1SecretKeyOfTheEnvironment"),
    ("AWS_SESSION_TOKEN", "canary2SessionTokenOfTheEnvironment"),
    (".aws/credentials", "canary3SecretKeyOfTheProfile"),
    (".aws/sso/cache/a.json", "canary4AccessTokenOfTheSignOn"),
    (".ssh/id_ed25519", "canary5PrivateKeyOfThePerson"),
    ("work/private.pem", "canary6PrivateKeyGivenByMistake"),
    (".kube/config", "canary7TokenOfAnotherCluster"),
    ("S3_SECRET_ACCESS_KEY", "canary8SecretKeyOfTheStore"),
];

fn secret(place: &str) -> &'static str {
    SECRETS.iter().find(|(known, _)| *known == place).unwrap().1
}

struct Watched {
    desk: Desk,
    kops: ScriptedKops,
    before: BTreeMap<PathBuf, (Vec<u8>, SystemTime)>,
}

impl Watched {
    fn new() -> Self {
        let mut desk = Desk::offline();
        let kops = ScriptedKops::put(&desk.outside("bin"));
        desk.set(
            "PATH",
            &format!("{}:/usr/bin:/bin", desk.outside("bin").display()),
        );
        for name in [
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN",
            "S3_SECRET_ACCESS_KEY",
        ] {
            desk.set(name, secret(name));
        }
        desk.set("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
        desk.set("AWS_REGION", "us-east-1");
        desk.set("KOPS_STATE_STORE", "s3://example-state");
        // Nobody answers there: what fails must not tell either.
        desk.set("AWS_ENDPOINT_URL", "http://127.0.0.1:9");
        let key = |words: &str| {
            format!(
                "-----BEGIN OPENSSH PRIVATE KEY-----\n{words}\n-----END OPENSSH PRIVATE KEY-----\n"
            )
        };
        let home = |name: &str, text: &str| put(&desk.outside("home").join(name), text);
        home(
            ".aws/credentials",
            &format!(
                "[other]\naws_access_key_id = AKIDOTHER\naws_secret_access_key = {}\n",
                secret(".aws/credentials")
            ),
        );
        home(".aws/config", "[profile other]\nregion = us-east-1\n");
        home(
            ".aws/sso/cache/a.json",
            &format!(
                "{{\"accessToken\": \"{}\"}}",
                secret(".aws/sso/cache/a.json")
            ),
        );
        home(".ssh/id_ed25519", &key(secret(".ssh/id_ed25519")));
        home(
            ".kube/config",
            &format!(
                "apiVersion: v1\nkind: Config\nusers:\n- name: other\n  user: {{token: {}}}\n",
                secret(".kube/config")
            ),
        );
        for name in ["private.pem", "private.toml"] {
            desk.write(name, &key(secret("work/private.pem")));
        }
        let before = files(&desk.outside(""));
        Self { desk, kops, before }
    }

    // Nothing that was there has changed, and none of what is new tells a secret or is for others to read.
    fn kept(&self, outputs: &[String]) {
        let after = files(&self.desk.outside(""));
        for (path, old) in &self.before {
            assert_eq!(after.get(path), Some(old), "{} was written", path.display());
        }
        let aws = |tree: &BTreeMap<PathBuf, (Vec<u8>, SystemTime)>| {
            let here = self.desk.outside("home").join(".aws");
            tree.keys().filter(|path| path.starts_with(&here)).count()
        };
        assert_eq!(aws(&after), aws(&self.before), "something is new in ~/.aws");
        for (path, (bytes, _)) in after
            .iter()
            .filter(|(path, _)| !self.before.contains_key(*path))
        {
            tells_nothing(&path.display().to_string(), &String::from_utf8_lossy(bytes));
            if path.starts_with(self.desk.outside("home")) {
                let mode = fs::metadata(path).unwrap().permissions().mode();
                assert_eq!(mode & 0o077, 0, "{} is for others to read", path.display());
            }
        }
        for output in outputs {
            tells_nothing("an output", output);
        }
        for played in self.kops.played() {
            tells_nothing("the arguments of kops", &played.args.join(" "));
        }
    }
}

fn put(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

fn files(folder: &Path) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if let Ok(bytes) = fs::read(&path) {
            let changed = entry.metadata().unwrap().modified().unwrap();
            found.insert(path, (bytes, changed));
        }
    }
    found
}

fn tells_nothing(what: &str, text: &str) {
    for (place, words) in SECRETS {
        // A part is enough to harm: eight characters of it are looked for.
        let part = &words[..14];
        assert!(!text.contains(part), "{what} tells {place}");
    }
}

// Reads the command line of every process of this machine, again and again, until it is told to stop.
fn watch_command_lines(stop: Arc<AtomicBool>) -> std::thread::JoinHandle<Vec<String>> {
    std::thread::spawn(move || {
        let mut seen = Vec::new();
        while !stop.load(Ordering::Relaxed) {
            for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
                let line = fs::read(entry.path().join("cmdline")).unwrap_or_default();
                let line = String::from_utf8_lossy(&line).replace('\0', " ");
                if line.contains("kops") && !seen.contains(&line) {
                    seen.push(line);
                }
            }
            std::thread::sleep(Duration::from_millis(3));
        }
        seen
    })
}

#[test]
fn no_secret_reaches_a_file_an_output_or_a_command_line() {
    let watched = Watched::new();
    let desk = &watched.desk;
    watched
        .kops
        .play("lines: [{when: update cluster, lasts: 200}]");
    desk.write(
        "answers.yml",
        &answers_of(CLUSTER, "vpc-7833d1c656ae73b2c", "  - {name: us-east-1a}\n"),
    );
    let stop = Arc::new(AtomicBool::new(false));
    let lines = watch_command_lines(Arc::clone(&stop));
    let mut outputs = Vec::new();
    for words in [
        &["doctor"][..],
        &["doctor", "--ssh-public-key", "private.pem"],
        &["doctor", "--ssh-public-key", "~/.ssh/id_ed25519"],
        &["doctor", "--profile", "other"],
        &["discover", "--profile", "other"],
        &["plan", "private.pem"],
        &["plan", "../home/.aws/credentials"],
        &[
            "plan",
            "answers.yml",
            "--inventory",
            "../home/.aws/sso/cache/a.json",
        ],
        &["create", "--answers", "private.pem"],
        &["review", "--from", "private.pem"],
        &["review", CLUSTER],
        &["watch", CLUSTER, "--once"],
        &[
            "watch",
            CLUSTER,
            "--once",
            "--use-kubeconfig",
            "~/.kube/config",
        ],
        &["demo", "--theme", "private.toml"],
    ] {
        let ended = desk.kopswain(words);
        assert!([0, 1, 2, 130].contains(&ended.code), "{words:?}: {ended:?}");
        outputs.extend([ended.stdout, ended.stderr]);
    }
    stop.store(true, Ordering::Relaxed);
    let lines = lines.join().unwrap();
    assert!(
        lines.iter().any(|line| line.contains("update cluster")),
        "{lines:?}"
    );
    outputs.extend(lines);
    watched.kept(&outputs);
}

#[test]
fn a_private_key_in_place_of_the_public_one_is_refused_without_a_word_of_it() {
    let watched = Watched::new();
    let ended = watched
        .desk
        .kopswain(&["doctor", "--ssh-public-key", "private.pem"])
        .expect(2);
    assert!(
        ended.stdout.contains("private.pem is a private key"),
        "{}",
        ended.stdout
    );
    let answers = answers_of(CLUSTER, "vpc-7833d1c656ae73b2c", "  - {name: us-east-1a}\n");
    watched
        .desk
        .write("answers.yml", &answers.replace("key.pub", "private.pem"));
    let create = watched
        .desk
        .kopswain(&["create", "--approve", CLUSTER])
        .expect(1);
    watched.kept(&[ended.stdout, ended.stderr, create.stdout, create.stderr]);
    let sent = watched.kops.commands("sshpublickey");
    assert_eq!(sent, []);
}

#[test]
fn an_update_looks_through_the_persons_kubeconfig_and_leaves_it_alone() {
    let mut watched = Watched::new();
    watched.desk.set("AWS_ENDPOINT_URL", &account::start().url);
    let desk = &watched.desk;
    spec_in_store(&watched);
    // The account and the VPC are read meanwhile.
    watched
        .kops
        .play("lines: [{when: update cluster --yes}, {when: update cluster, lasts: 1500}]");
    let mut terminal = desk.terminal(&["review", CLUSTER], (120, 40));
    terminal.wait_for(" create · ", SOON);
    terminal.keys("a");
    terminal.wait_for("Type the cluster's name to approve", SOON);
    terminal.keys(&format!("{CLUSTER}<enter>"));
    let applied = watched
        .kops
        .wait_until("update cluster --yes", SOON, |commands| {
            commands.iter().any(|command| command.exit == Some(0))
        });
    terminal.wait_for("ready", SOON);
    let written = terminal.written();
    assert_eq!(applied[0].variables.get("KUBECONFIG"), None);
    let new = files(&desk.outside("home")).into_keys();
    let mut exported = new.filter(|path| path.ends_with("kubeconfig"));
    assert_eq!(exported.next(), None);
    watched.kept(&[written]);
}

// A cluster that the store has already.
fn spec_in_store(watched: &Watched) {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/kops/cluster_spec.yml");
    let done = std::process::Command::new(watched.kops.program())
        .args(["create", "-f"])
        .arg(spec)
        .env("KOPS_STATE_STORE", "s3://example-state")
        .stdout(std::process::Stdio::null())
        .status()
        .unwrap();
    assert!(done.success());
}

/// What kops may print, each with a word that must not be shown: (where, the printed text, the word).
const PRINTED: [(&str, &str, &str); 9] = [
    (
        "S3 keys in user data",
        "export S3_SECRET_ACCESS_KEY=canaryS3SecretOfUserData",
        "canaryS3SecretOfUserData",
    ),
    (
        "S3 key id in user data",
        "S3_ACCESS_KEY_ID='canaryS3IdOfUserData'",
        "canaryS3IdOfUserData",
    ),
    (
        "IPsec keys",
        "  keys: 3 rfc4106(gcm(aes)) 0badc0ffee0badc0ffee0badc0ffee0badc0ffee 128",
        "0badc0ffee0badc0ffee0badc0ffee0badc0ffee",
    ),
    (
        "docker config",
        "{\"auths\":{\"r.example.com\":{\"auth\":\"Y2FuYXJ5OmRvY2tlcg\"}}}",
        "Y2FuYXJ5OmRvY2tlcg",
    ),
    (
        "encryption config",
        "      - secret: Y2FuYXJ5IG9mIGVuY3J5cHRpb24",
        "Y2FuYXJ5IG9mIGVuY3J5cHRpb24",
    ),
    (
        "a token",
        "  token: canary.tokenOfTheBootstrap",
        "canary.tokenOfTheBootstrap",
    ),
    (
        "a password",
        "  password: canary of a person",
        "canary of a person",
    ),
    (
        "a proxy",
        "https_proxy=http://me:canaryOfTheProxy@proxy:3128/",
        "canaryOfTheProxy",
    ),
    (
        "a session",
        "id ASIACANARYOFSESSION0",
        "ASIACANARYOFSESSION0",
    ),
];
const PEM: &str = "MIIEcanaryOfThePrivateKey0123456789abcdefghijklmnopqrstuvwxyzABCD";

/// A dry run whose fields hold every one of them: as what comes, as what goes, and as a plain value.
fn report(cluster: &str) -> String {
    let indent = "  \t                    \t";
    let mut text = format!("Will create resources:\n  EBSVolume/a.{cluster}\n");
    for (at, (_, printed, _)) in PRINTED.iter().enumerate() {
        let _ = writeln!(text, "  \tField{at:<15}\t{printed}");
    }
    let tag = format!("{{KubernetesCluster: {cluster}, Password: canaryOfATag}}");
    let _ = writeln!(
        text,
        "  \tTags                \t{tag}\n\nWill modify resources:"
    );
    for sign in ["+", "-"] {
        let _ = writeln!(
            text,
            "  LaunchTemplate/nodes{sign}.{cluster}\n  \tUserData            "
        );
        let key = [
            "-----BEGIN RSA PRIVATE KEY-----",
            PEM,
            "-----END RSA PRIVATE KEY-----",
        ];
        for line in PRINTED.iter().map(|(_, line, _)| *line).chain(key) {
            let _ = writeln!(text, "{indent}{sign} {line}");
        }
        let _ = writeln!(text, "{indent}...\n{indent}{sign} {PEM}\n{indent}\n");
    }
    text + "Must specify --yes to apply changes\n"
}

fn canaries() -> impl Iterator<Item = (&'static str, &'static str)> {
    let printed = PRINTED.iter().map(|(place, _, word)| (*place, *word));
    printed.chain([("a private key", "MIIEcanary"), ("a tag", "canaryOfATag")])
}

fn shows_none(what: &str, text: &str) {
    for (place, word) in canaries() {
        assert!(!text.contains(word), "{what} shows {place}:\n{text}");
    }
}

#[test]
fn no_secret_that_kops_prints_is_shown_in_any_form() {
    let mut watched = Watched::new();
    watched.desk.set("AWS_ENDPOINT_URL", &account::start().url);
    let desk = &watched.desk;
    spec_in_store(&watched);
    desk.write("report.txt", &report(CLUSTER));
    desk.write(
        "older.txt",
        "Will create resources:\n\nMust specify --yes to apply changes\n",
    );
    let logged = |(_, line, _): &(&str, &str, &str)| {
        format!("W1124 08:15:03.000000 1 x.go:1] {line}\n{line}\n")
    };
    let lines = PRINTED.iter().map(logged).collect::<Vec<_>>().concat();
    let key = format!("-----BEGIN PRIVATE KEY-----\n{PEM}\n-----END PRIVATE KEY-----\n");
    let failed = format!("{lines}{key}Error: password: canary of a person\n{lines}{key}");
    let scenario = serde_json::json!({"lines": [
        {"when": "update cluster --yes", "exit": 1, "stdout": failed, "stderr": failed},
        {"when": "update cluster", "stdout": report(CLUSTER), "stderr": format!("{lines}{key}")},
        {"when": "validate", "exit": 1, "stdout": "", "stderr": failed},
    ]});
    watched.kops.play(&scenario.to_string());
    no_form_shows_one(desk);
    for words in [
        &["watch", CLUSTER, "--once"][..],
        &["review", CLUSTER, "--approve", CLUSTER],
    ] {
        let ended = desk.kopswain(words).expect(1);
        shows_none("a failure", &ended.stdout);
        shows_none("a failure", &ended.stderr);
    }
    only_files_of_kops_own_words_hold_one(desk);
}

fn no_form_shows_one(desk: &Desk) {
    for form in ["text", "json", "markdown", "html"] {
        for words in [
            &["review", CLUSTER][..],
            &["review", "--from", "report.txt"],
            &["review", "--from", "report.txt", "--against", "older.txt"],
            &["review", "--from", "older.txt", "--against", "report.txt"],
        ] {
            let ended = desk
                .kopswain(&[words, &["--output", form]].concat())
                .expect(2);
            let what = format!("{words:?} as {form}");
            shows_none(&what, &ended.stdout);
            shows_none(&what, &ended.stderr);
            let plain = words.len() < 4;
            assert!(
                !plain || ended.stdout.contains("kops prints a secret in "),
                "{what}"
            );
            assert!(
                ended.stdout.contains("[hidden]") || form == "markdown" || !plain,
                "{what}"
            );
        }
    }
}

// The files that hold kops's own words are for this person only.
fn only_files_of_kops_own_words_hold_one(desk: &Desk) {
    let state = desk.outside("home/.local/state/kopswain");
    let mut own = 0;
    for (path, (bytes, _)) in files(&state) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let kops = name.starts_with("command-")
            || name == "run.json"
            || path.starts_with(state.join("approvals"));
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}", path.display());
        if kops {
            own += usize::from(text.contains("canaryS3SecretOfUserData"));
        } else {
            shows_none(&path.display().to_string(), &text);
        }
    }
    assert!(own > 2, "kops's own words are kept");
}

#[test]
fn no_secret_that_kops_prints_is_drawn_on_a_screen() {
    let watched = Watched::new();
    let desk = &watched.desk;
    desk.write("report.txt", &report(CLUSTER));
    let mut terminal = desk.terminal(&["review", "--from", "report.txt"], (140, 45));
    terminal.wait_for("LaunchTemplate", SOON);
    // Every row opened and read, whole, then kops's own text.
    for _ in 0..25 {
        terminal.keys("<enter>");
        std::thread::sleep(Duration::from_millis(30));
        terminal.keys("<down>");
        std::thread::sleep(Duration::from_millis(30));
    }
    terminal.keys("r");
    terminal.wait_for("kops's own text", SOON);
    for _ in 0..4 {
        terminal.keys("<space>");
        std::thread::sleep(Duration::from_millis(50));
    }
    terminal.keys("/canary<enter>");
    std::thread::sleep(Duration::from_millis(300));
    let written = terminal.written();
    assert!(written.contains("[hidden]"), "{written}");
    for (place, word) in canaries() {
        assert!(!written.contains(word), "the screen shows {place}");
    }
}

#[test]
fn a_secret_that_is_another_one_is_told_without_being_shown() {
    let watched = Watched::new();
    let desk = &watched.desk;
    desk.write("one.txt", &report(CLUSTER));
    let other = report(CLUSTER).replace("canaryS3SecretOfUserData", "canaryS3SecretOfAnother");
    desk.write("other.txt", &other);
    let ended = desk
        .kopswain(&["review", "--from", "one.txt", "--against", "other.txt"])
        .expect(2);
    let told = "a secret that is hidden here is another one: EBSVolume/a.prod.example.com Field0";
    assert!(ended.stdout.contains(told), "{}", ended.stdout);
    assert!(!ended.stdout.contains("canaryS3Secret"), "{}", ended.stdout);
    desk.kopswain(&["review", "--from", "one.txt", "--against", "one.txt"])
        .expect(0);
}
