//! What is typed, kept or found as a name or a file reaches kops as a name or a file, and never as an option of it.

use std::fs;

use crate::desk::{CHANNEL, Ended, answers};
use crate::resume::{CLUSTER, Stage};
use crate::stub;

/// Names that kops would read as an option, as two words, as a path or as nothing.
const NO_NAMES: [&str; 8] = [
    "--yes",
    "-y",
    "--name=b.example.com",
    "--",
    "a b",
    "../a",
    "A.example.com",
    "",
];

fn run(stage: &Stage, words: &[&str]) -> Ended {
    let kops = stage.kops.program().display().to_string();
    let before = [
        "--kops",
        &kops,
        "--channel",
        CHANNEL,
        "--region",
        "us-east-1",
        "--state",
        "s3://example-state",
    ];
    stage.desk.kopswain(&[&before[..], words].concat())
}

// What kops was asked for besides its version.
fn asked(stage: &Stage) -> Vec<Vec<String>> {
    let played = stage.kops.played().into_iter().map(|one| one.args);
    played.filter(|args| args[0] != "version").collect()
}

#[test]
fn a_name_that_is_an_option_runs_nothing() {
    let stage = Stage::new();
    for name in NO_NAMES {
        for words in [
            &["review", "--", name][..],
            &["review", "--approve", CLUSTER, "--", name],
            &["watch", "--once", "--", name],
        ] {
            let told = run(&stage, words).expect(1);
            let said = told.stderr;
            assert!(
                said.contains("is not the name of a cluster") || said.contains("has no name"),
                "{words:?}: {said}"
            );
            assert_eq!(told.stdout, "", "{words:?}");
        }
    }
    assert_eq!(asked(&stage), Vec::<Vec<String>>::new());
}

#[test]
fn answers_that_name_an_option_run_nothing() {
    for name in NO_NAMES {
        let stage = Stage::new();
        let text = answers("NAME", &stub::vpc());
        let quoted = format!("cluster: '{name}'\n");
        stage
            .desk
            .write("answers.yml", &text.replace("cluster: NAME\n", &quoted));
        for words in [
            &["create", "--wait", "0s"][..],
            &["create", "--wait", "0s", "--approve=--yes"],
            &["plan", "answers.yml", "--preview"],
            &[],
        ] {
            let ended = run(&stage, words);
            assert_ne!(ended.code, 0, "{words:?}: {}", ended.stdout);
        }
        assert_eq!(asked(&stage), Vec::<Vec<String>>::new(), "{name}");
    }
}

#[test]
fn a_key_whose_name_is_an_option_is_a_file() {
    let stage = Stage::new();
    let key = stage.desk.read("key.pub");
    stage.desk.write("--yes", &key);
    let text = stage.desk.read("answers.yml");
    stage.desk.write(
        "answers.yml",
        &text.replace("sshPublicKey: key.pub", "sshPublicKey: '--yes'"),
    );
    stage.create(Some(CLUSTER), 0);
    assert_eq!(
        stage.done(),
        [
            crate::resume::create(),
            format!("create secret --name={CLUSTER} sshpublickey admin -i ./--yes"),
            crate::resume::yes(),
        ]
    );
}

#[test]
fn a_program_of_the_working_folder_is_the_one_that_is_compared() {
    let mut stage = Stage::new();
    let other = stage.desk.outside("other");
    fs::create_dir(&other).unwrap();
    stage.desk.program("other/kops", "#!/bin/sh\necho 1.36.2\n");
    stage
        .desk
        .set("PATH", &format!("{}:/usr/bin:/bin", other.display()));
    fs::copy(stage.kops.program(), stage.desk.work().join("kops")).unwrap();
    let shown = stage.desk.kopswain(&[
        "--kops",
        "kops",
        "--channel",
        CHANNEL,
        "create",
        "--wait",
        "0s",
    ]);
    assert_eq!(shown.code, 2, "{}", shown.stderr);
    assert!(shown.stdout.contains("fingerprint: "), "{}", shown.stdout);
}
