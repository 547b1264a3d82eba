//! The closed world of kops: what it gets, whatever the person has, and that it never has their terminal.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::drift::fingerprint;
use crate::resume::{CLUSTER, Stage};

const SOON: Duration = Duration::from_mins(1);
/// All that the scripted kops gets here, besides the state store and the kubeconfig.
const GIVEN: [&str; 9] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_ENDPOINT_URL",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "HOME",
    "KOPS_FEATURE_FLAGS",
    "LANG",
    "PATH",
];
/// What would make kops work elsewhere or otherwise, or belongs to one job.
const FOREIGN: [(&str, &str); 12] = [
    ("AWS_ACCESS_KEY", "ASIAOTHER"),
    ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:9/x"),
    ("AWS_PAGER", "less"),
    ("AWS_ROLE_ARN", "arn:aws:iam::999999999999:role/x"),
    ("AWS_ROLE_SESSION_NAME", "job-1"),
    ("AWS_SECRET_KEY", "secret"),
    ("AWS_WEB_IDENTITY_TOKEN_FILE", "/nowhere"),
    ("DIGITALOCEAN_ACCESS_TOKEN", "t"),
    ("KOPS_CLUSTER_NAME", "other.example.com"),
    ("KOPS_LIFECYCLE_OVERRIDES", "SecurityGroup=Ignore"),
    ("LD_LIBRARY_PATH", "/x"),
    ("S3_SECRET_ACCESS_KEY", "s"),
];

fn stage() -> Stage {
    let mut stage = Stage::new();
    stage.desk.set("KOPS_FEATURE_FLAGS", "+Shown");
    for (name, value) in FOREIGN {
        stage.desk.set(name, value);
    }
    stage
}

#[test]
fn kops_gets_one_closed_environment_and_a_session_of_its_own_for_every_command() {
    let stage = stage();
    stage.create(Some(CLUSTER), 0);
    let played = stage.kops.played();
    let run: Vec<_> = played
        .iter()
        .filter(|one| one.args.first().is_some_and(|word| word != "version"))
        .collect();
    for one in &run {
        let names: BTreeSet<&str> = one
            .variables
            .keys()
            .chain(&one.others)
            .map(String::as_str)
            .collect();
        // Which kubeconfig a command gets is told of the running control plane.
        let names = &names - &BTreeSet::from(["KUBECONFIG"]);
        let given = GIVEN.into_iter().chain(["KOPS_STATE_STORE"]);
        let given: BTreeSet<&str> = given.collect();
        assert_eq!(names, given, "{:?}", one.args);
        assert_eq!(one.session, one.pid, "{:?}", one.args);
    }
    let environments: BTreeSet<u64> = run.iter().map(|one| one.environment).collect();
    assert_eq!(environments.len(), 1, "{run:#?}");
    assert!(stage.kops.commands("update cluster --yes").len() == 1);
    // Its version is asked without any credentials.
    let version = played
        .iter()
        .find(|one| one.args.first().is_some_and(|word| word == "version"));
    assert!(
        !version
            .unwrap()
            .others
            .iter()
            .any(|name| name.starts_with("AWS_ACCESS"))
    );
}

#[test]
fn what_belongs_to_one_job_is_no_part_of_a_fingerprint_and_doctor_names_what_is_kept_away() {
    let mut stage = stage();
    let first = fingerprint(stage.create(None, 2).0.as_bytes());
    stage.desk.set("AWS_ROLE_SESSION_NAME", "job-2");
    stage
        .desk
        .set("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:9/y");
    stage.desk.set("AWS_PAGER", "");
    assert_eq!(fingerprint(stage.create(None, 2).0.as_bytes()), first);
    stage.desk.set("KOPS_FEATURE_FLAGS", "+Other");
    assert_ne!(fingerprint(stage.create(None, 2).0.as_bytes()), first);
    let told = stage
        .desk
        .kopswain(&["doctor", "--region", "us-east-1"])
        .stdout;
    let wanted = "account 123456789012, arn:aws:iam::123456789012:user/a, from AWS_ACCESS_KEY_ID; kept away from kops: AWS_ACCESS_KEY, AWS_CONTAINER_CREDENTIALS_FULL_URI, AWS_ROLE_ARN, AWS_SECRET_KEY, AWS_WEB_IDENTITY_TOKEN_FILE, DIGITALOCEAN_ACCESS_TOKEN, KOPS_CLUSTER_NAME, KOPS_LIFECYCLE_OVERRIDES, S3_SECRET_ACCESS_KEY\n";
    assert!(told.contains(wanted), "{told}");
}

fn with_config(config: &str, profile: &str) -> Stage {
    let mut stage = Stage::new();
    let folder = stage.desk.outside("home").join(".aws");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("config"), config).unwrap();
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
        stage.desk.set(name, "");
    }
    stage.desk.set("AWS_PROFILE", profile);
    stage.desk.set("AWS_REGION", "us-east-1");
    stage
}

#[test]
fn a_profile_that_asks_for_a_code_is_named_with_what_to_do() {
    let config = "[profile keys]\naws_access_key_id = AKID\naws_secret_access_key = s\n[profile deploy]\nrole_arn = arn:aws:iam::1:role/deploy\nsource_profile = keys\nmfa_serial = arn:aws:iam::1:mfa/me\n";
    let told = with_config(config, "deploy")
        .desk
        .kopswain(&["doctor"])
        .stdout;
    for words in [
        "blocked  the profile deploy asks for an MFA code",
        "it names mfa_serial arn:aws:iam::1:mfa/me",
        "aws configure export-credentials --profile deploy --format env",
        "aws sts get-session-token",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
}

// On a terminal the process could have waited for a line that nobody sees being asked for.
#[test]
fn a_credential_process_has_no_terminal_and_its_keys_are_what_kops_gets() {
    let config = "[profile helper]\ncredential_process = (read code < /dev/tty) 2>/dev/null || echo '{\"Version\": 1, \"AccessKeyId\": \"AKIDHELPER\", \"SecretAccessKey\": \"s\"}'\n";
    let stage = with_config(config, "helper");
    let doctor = stage.desk.terminal(&["doctor", "--plain"], (150, 40));
    doctor.wait_for("account 123456789012", SOON);
    stage.create(Some(CLUSTER), 0);
    let yes = stage.kops.commands("update cluster --yes").remove(0);
    assert_eq!(
        yes.variables.get("AWS_PROFILE").map(String::as_str),
        Some("helper")
    );
    assert!(yes.others.contains(&"AWS_ACCESS_KEY_ID".to_owned()));
    assert!(!yes.others.contains(&"AWS_SESSION_TOKEN".to_owned()));
}

#[test]
fn yes_is_refused_with_credentials_that_end_while_kops_would_be_at_work() {
    let config = "[profile helper]\ncredential_process = echo \"{\\\"Version\\\": 1, \\\"AccessKeyId\\\": \\\"AKIDHELPER\\\", \\\"SecretAccessKey\\\": \\\"s\\\", \\\"Expiration\\\": \\\"$(date -u -d '+5 minutes' +%Y-%m-%dT%H:%M:%SZ)\\\"}\"\n";
    let stage = with_config(config, "helper");
    let (_, said) = stage.create(Some(CLUSTER), 1);
    for words in [
        "the AWS credentials end too soon",
        "those of the profile helper are over in less than 10 minutes",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert_eq!(stage.kops.commands("update cluster --yes"), []);
}

#[test]
fn two_sources_and_a_role_of_kops_are_refused_by_name_before_anything_runs() {
    for (name, value, words) in [
        (
            "KOPS_AWS_ROLE_ARN",
            "arn:aws:iam::1:role/x",
            "KOPS_AWS_ROLE_ARN is set",
        ),
        ("AWS_DEFAULT_PROFILE", "other", "two AWS profiles are named"),
        (
            "AWS_WEB_IDENTITY_TOKEN_FILE",
            "/t",
            "two sources of AWS credentials are set",
        ),
    ] {
        let mut stage = with_config("[profile one]\n[profile other]\n", "one");
        stage.desk.set(name, value);
        let (_, said) = stage.create(None, 1);
        assert!(said.contains(words), "{words}: {said}");
        let commands = stage.kops.played();
        assert!(
            commands.iter().all(|one| one.args[0] == "version"),
            "{commands:#?}"
        );
    }
}

#[test]
fn a_kops_that_was_stopped_is_told_with_what_continues_it() {
    let stage = Stage::new();
    let go = stage.desk.outside("go");
    stage.kops.play(&format!(
        "lines: [{{when: update cluster --yes, waitFor: {}}}]\n",
        go.display()
    ));
    let mut child = stage.start(Some(CLUSTER));
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
    let ended = std::thread::spawn(|| child.wait_with_output().unwrap());
    let yes = stage
        .kops
        .wait_for("update cluster --yes", 1, SOON)
        .remove(0);
    let mut told = |wanted: &str| said.any(|line| line.unwrap() == wanted);
    kill(Pid::from_raw(yes.pid), Signal::SIGSTOP).unwrap();
    let stopped = format!(
        "kops (process {0}) was stopped by SIGSTOP and does nothing; to continue it: kill -CONT {0}",
        yes.pid
    );
    assert!(told(&stopped));
    kill(Pid::from_raw(yes.pid), Signal::SIGCONT).unwrap();
    assert!(told("kops continues"));
    std::fs::write(go, "").unwrap();
    // Read to its end, so that nobody waits for room.
    assert!(!told(&stopped));
    assert_eq!(ended.join().unwrap().status.code(), Some(0));
}
