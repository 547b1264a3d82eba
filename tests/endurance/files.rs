//! Files that others change, remove or leave no room for while kopswain is at work.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::desk::CHANNEL;
use crate::kill_matrix::SmallDisk;
use crate::pty::Terminal;
use crate::resume::{CLUSTER, Stage, create, key, yes};

const SOON: Duration = Duration::from_mins(1);

fn wizard(stage: &Stage) -> Terminal {
    let kops = stage.kops.program().display().to_string();
    let answers = ["--answers", "answers.yml"];
    let words = [&["--kops", &kops, "--channel", CHANNEL][..], &answers].concat();
    let terminal = stage.desk.terminal(&words, (120, 40));
    terminal.wait_for("Cluster name", SOON);
    terminal
}

fn wait_until(what: &str, wanted: impl Fn() -> bool) {
    let began = Instant::now();
    while !wanted() {
        assert!(began.elapsed() < SOON, "{what} did not come");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn an_edit_of_the_answers_made_while_the_wizard_is_open_is_kept_and_told() {
    let stage = Stage::new();
    let before = stage.desk.read("answers.yml");
    let mut terminal = wizard(&stage);
    // An editor saves a new file over the old one, as vim does.
    let edited = before.replace("max: 6", "max: 9");
    let new = stage.desk.write("answers.yml~", &edited);
    fs::rename(new, stage.desk.work().join("answers.yml")).unwrap();
    terminal.keys("x<enter>");
    terminal.wait_for("is kept as answers.yml.1", SOON);
    assert_eq!(stage.desk.read("answers.yml.1"), edited);
    let ours = stage.desk.read("answers.yml");
    assert!(ours.starts_with("cluster: x\n"), "{ours}");
    // What this program wrote itself is no edit.
    terminal.keys("<up>y<enter>");
    let renamed = || stage.desk.read("answers.yml").starts_with("cluster: y\n");
    wait_until("the next answer", renamed);
    assert!(!stage.desk.work().join("answers.yml.2").exists());
    // And said once more where it stays to be read.
    terminal.keys("<ctrl-c>");
    terminal.keys("<ctrl-c>");
    terminal.wait_until("the farewell", SOON, |screen| {
        screen.contains(
            "answers.yml was changed by another program: that version is kept as answers.yml.1",
        )
    });
}

#[test]
fn another_version_of_what_out_names_is_kept() {
    let stage = Stage::new();
    let mut desk = stage.desk;
    desk.set("AWS_REGION", "us-east-1");
    desk.write("spec.yml", "edited by hand\n");
    let plan = [
        "plan",
        "answers.yml",
        "--out",
        "spec.yml",
        "--channel",
        CHANNEL,
    ];
    let first = desk.kopswain(&plan).expect(0);
    assert!(
        first
            .stderr
            .ends_with("spec.yml was another one: it is kept as spec.yml.1\n"),
        "{}",
        first.stderr
    );
    assert_eq!(desk.read("spec.yml.1"), "edited by hand\n");
    let second = desk.kopswain(&plan).expect(0);
    assert!(!second.stderr.contains("is kept"), "{}", second.stderr);
    assert!(!desk.work().join("spec.yml.2").exists());
}

#[test]
fn a_key_file_with_two_keys_is_refused_everywhere() {
    let stage = Stage::new();
    let desk = &stage.desk;
    let key = desk.read("key.pub");
    desk.write("key.pub", &format!("{key}{key}"));
    let told = "key.pub holds more than one line";
    let doctor = desk
        .kopswain(&["doctor", "--ssh-public-key", "key.pub"])
        .expect(2);
    assert!(doctor.stdout.contains(told), "{}", doctor.stdout);
    let plan = desk
        .kopswain(&["plan", "answers.yml", "--channel", CHANNEL])
        .expect(1);
    assert!(
        plan.stderr.contains(told) && plan.stdout.is_empty(),
        "{}",
        plan.stderr
    );
    let (_, said) = stage.create(Some(CLUSTER), 1);
    assert!(said.contains(told), "{said}");
    let terminal = wizard(&stage);
    terminal.wait_for(told, SOON);
    let kops = stage.kops.program().display().to_string();
    let mut prompts = desk.command(&["--plain", "--kops", &kops, "--channel", CHANNEL]);
    let mut prompts = prompts
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Every question keeps its answer until that of the key, which does not take this one.
    let mut input = prompts.stdin.take().unwrap();
    input.write_all("\n".repeat(40).as_bytes()).unwrap();
    drop(input);
    let ended = prompts.wait_with_output().unwrap();
    let said = String::from_utf8(ended.stdout).unwrap();
    assert!(said.contains(told), "{said}");
    assert_eq!(stage.done(), Vec::<String>::new());
}

fn signalled(child: &std::process::Child) {
    let pid = Pid::from_raw(child.id().cast_signed());
    kill(pid, Signal::SIGTERM).unwrap();
}

#[test]
fn a_signal_in_the_preview_is_an_interrupt() {
    for plain in [false, true] {
        let stage = Stage::new();
        let go = stage.desk.outside("go");
        stage.kops.play(&format!(
            "lines: [{{when: update cluster, waitFor: {}}}]\n",
            go.display()
        ));
        let kops = stage.kops.program().display().to_string();
        let mut words = vec!["--kops", &kops, "--channel", CHANNEL];
        words.push(if plain { "--plain" } else { "create" });
        let mut command = stage.desk.command(&words);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut answers = child.stdin.take().unwrap();
        if plain {
            answers.write_all("\n".repeat(200).as_bytes()).unwrap();
        }
        stage.kops.wait_for("update cluster", 1, SOON);
        signalled(&child);
        let output = child.wait_with_output().unwrap();
        drop(answers);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(130), "plain {plain}: {said}");
    }
}

#[test]
fn a_second_create_resumes_where_the_list_of_clusters_has_no_end() {
    let stage = Stage::new();
    stage
        .kops
        .play("lines: [{when: update cluster --yes, exit: 1, times: 1, stderr: 'Error: x'}]\n");
    stage.create(Some(CLUSTER), 1);
    stage.stub.add_cluster(CLUSTER);
    stage.stub.add_many_clusters();
    for _ in 0..2 {
        let (printed, _) = stage.create(None, 2);
        assert!(
            printed.contains(&format!("resume: {CLUSTER} is in ")),
            "{printed}"
        );
    }
    assert_eq!(stage.done(), [create(), key(), yes()]);
}

// Its outputs go into files: nobody reads a pipe while it runs.
fn start(stage: &Stage) -> Child {
    let kops = stage.kops.program().display().to_string();
    let words = [
        "--kops",
        &kops,
        "--channel",
        CHANNEL,
        "create",
        "--approve",
        CLUSTER,
    ];
    let mut command = stage
        .desk
        .command(&[&words[..], &["--wait", "0s"]].concat());
    let file = |name: &str| fs::File::create(stage.desk.outside(name)).unwrap();
    command
        .stdout(file("printed"))
        .stderr(file("said"))
        .spawn()
        .unwrap()
}

fn end(stage: &Stage, mut running: Child) -> (Option<i32>, String) {
    let code = running.wait().unwrap().code();
    let said = fs::read_to_string(stage.desk.outside("said")).unwrap();
    (code, said)
}

fn run_folders(stage: &Stage) -> Vec<PathBuf> {
    let runs = stage
        .desk
        .outside("home/.local/state/kopswain/runs")
        .join(CLUSTER);
    let entries = fs::read_dir(runs).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    folders.retain(|folder| folder.join("run.json").exists());
    folders
}

#[test]
fn a_run_folder_that_was_removed_is_told_as_that() {
    let stage = Stage::new();
    let go = stage.desk.outside("go");
    stage.kops.play(&format!(
        "lines: [{{when: update cluster --yes, waitFor: {}}}]\n",
        go.display()
    ));
    let running = start(&stage);
    stage.kops.wait_for("update cluster --yes", 1, SOON);
    let [folder] = &run_folders(&stage)[..] else {
        panic!("one run")
    };
    // As by an `rm -r` that nobody writes into meanwhile.
    let aside = stage.desk.outside("aside");
    fs::rename(folder, &aside).unwrap();
    fs::remove_dir_all(&aside).unwrap();
    let (code, said) = end(&stage, running);
    fs::write(&go, "").unwrap();
    assert_eq!(code, Some(1), "{said}");
    let told = format!(
        "kopswain: the run folder {} was removed\n",
        folder.display()
    );
    assert!(said.contains(&told), "{said}");
    let ended = |played: &[crate::stage::Played]| played.iter().all(|one| one.exit == Some(0));
    stage.kops.wait_until("update cluster --yes", SOON, ended);
}

const UNEXPORTED: &str = "I1124 08:15:03.000000 1 executor.go:113] Tasks: 9 done / 9 total; 0 can run\n\
    I1124 08:15:04.000000 1 update_cluster.go:420] Exporting kubeconfig for cluster\n\n\
    Error: open kubeconfig: no space left on device\n";

#[test]
fn a_kubeconfig_that_cannot_be_exported_fails_no_run() {
    let stage = Stage::new();
    let said = format!("    {}\n", UNEXPORTED.trim_end().replace('\n', "\n    "));
    stage.kops.play(&format!(
        "lines:\n- when: update cluster --yes\n  exit: 1\n  stderr: |\n{said}"
    ));
    let (_, said) = stage.create(Some(CLUSTER), 0);
    assert!(
        said.contains("kops applied everything, but could not write its kubeconfig"),
        "{said}"
    );
    assert!(
        said.contains(&format!("kops export kubeconfig --name={CLUSTER} --admin")),
        "{said}"
    );
}

#[test]
fn on_a_disk_that_is_full_during_yes_the_kubeconfig_has_room() {
    if !SmallDisk::possible() {
        eprintln!("not tried: a full disk, which needs root to mount a small one");
        return;
    }
    let mut stage = Stage::new();
    let folder = stage.desk.outside("state");
    fs::create_dir(&folder).unwrap();
    let disk = SmallDisk::at(&folder);
    stage
        .desk
        .set("XDG_STATE_HOME", &folder.display().to_string());
    let go = stage.desk.outside("go");
    stage.kops.play(&format!(
        "lines: [{{when: update cluster --yes, waitFor: {}}}]\n",
        go.display()
    ));
    let running = start(&stage);
    let played = stage.kops.wait_for("update cluster --yes", 1, SOON);
    disk.fill();
    fs::write(&go, "").unwrap();
    let (code, said) = end(&stage, running);
    assert_eq!(code, Some(0), "{said}");
    let kubeconfig = Path::new(&played[0].variables["KUBECONFIG"]);
    let text = fs::read_to_string(kubeconfig).unwrap();
    assert!(
        text.contains(&format!("current-context: {CLUSTER}")),
        "{text}"
    );
    drop(stage);
    drop(disk);
}

#[test]
fn a_disk_without_room_is_told_in_plain_words_before_anything_runs() {
    if !SmallDisk::possible() {
        return;
    }
    let mut stage = Stage::new();
    let folder = stage.desk.outside("state");
    fs::create_dir(&folder).unwrap();
    let disk = SmallDisk::at(&folder);
    disk.fill();
    stage
        .desk
        .set("XDG_STATE_HOME", &folder.display().to_string());
    let (_, said) = stage.create(Some(CLUSTER), 1);
    assert!(said.contains("why: the disk is full"), "{said}");
    assert!(!said.contains("os error"), "{said}");
    assert_eq!(stage.done(), Vec::<String>::new());
    drop(stage);
    drop(disk);
}

// kops says nothing of it when what it prints is cut.
#[test]
fn a_disk_that_fills_up_during_a_look_is_named_as_the_cause() {
    if !SmallDisk::possible() {
        return;
    }
    // The first of each is on the scratch store.
    for (when, after, done) in [
        ("create -f", 0, vec![]),
        ("get all", 0, vec![]),
        ("update cluster", 0, vec![]),
        ("get all", 1, vec![create()]),
        ("update cluster", 1, vec![create(), key()]),
    ] {
        let mut stage = Stage::new();
        let folder = stage.desk.outside("state");
        fs::create_dir(&folder).unwrap();
        let disk = SmallDisk::at(&folder);
        let kept = folder.display().to_string();
        stage.desk.set("XDG_STATE_HOME", &kept);
        let go = stage.desk.outside("go");
        stage.kops.play(&format!(
            "lines: [{{when: {when}, unless: --yes, after: {after}, waitFor: {}}}]\n",
            go.display()
        ));
        let running = start(&stage);
        stage.kops.wait_for(when, after + 1, SOON);
        disk.fill();
        fs::write(&go, "").unwrap();
        let (code, said) = end(&stage, running);
        assert_eq!(code, Some(1), "{when}: {said}");
        assert!(said.contains("why: the disk is full"), "{when}: {said}");
        assert!(!said.contains("does not know this error"), "{when}: {said}");
        assert_eq!(stage.done(), done, "{when}");
        drop(stage);
        drop(disk);
    }
}
