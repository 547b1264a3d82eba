//! What is looked at before an approval is what the real store's dry run says, order apart: for a new cluster on a scratch
//! store, and for one that exists.

use std::path::Path;

use kopswain::core::kops::dry_run::{DryRun, Ending, normalise, parse, without_store};

use crate::desk::{Desk, answers};
use crate::lab::Lab;

const CLUSTER: &str = "look.example.com";

// All that a report says, in an order of its own; what kops says beside it has times in it.
fn content(text: &str) -> DryRun {
    let mut report = normalise(&without_store(&parse(text)));
    report.log.clear();
    report
}

// The reports that kops printed for kopswain so far, as they are kept, the oldest first.
fn kept(desk: &Desk) -> Vec<String> {
    let runs = desk
        .outside("home/.local/state/kopswain/runs")
        .join(CLUSTER);
    let folders = std::fs::read_dir(runs).unwrap().flatten();
    let mut files: Vec<_> = folders
        .filter(|entry| entry.path().is_dir())
        .flat_map(|folder| std::fs::read_dir(folder.path()).unwrap().flatten())
        .filter(|file| file.path().extension().is_some_and(|end| end == "stdout"))
        .collect();
    files.sort_by_key(|file| file.metadata().unwrap().modified().unwrap());
    let texts = files
        .iter()
        .map(|file| std::fs::read_to_string(file.path()).unwrap());
    texts
        .filter(|text| parse(text).ending != Ending::Missing)
        .collect()
}

// The two are the same, and not because there is nothing in them.
fn same(looked: &str, real: &str, at_least: usize) {
    let (looked, real) = (content(looked), content(real));
    assert!(real.resources.len() >= at_least, "{real:#?}");
    assert_eq!(real.unread, Vec::new());
    assert_eq!(looked, real);
}

#[test]
#[ignore = "needs the lab: ./check"]
fn what_is_looked_at_is_what_the_real_store_says() {
    let lab = Lab::start("scratch");
    let vpc = lab.world("method").remove(0);
    let desk = Desk::at(&lab);
    desk.write("answers.yml", &answers(CLUSTER, &vpc));
    let words = ["plan", "answers.yml", "--preview", "--out", "planned.yml"];
    desk.kopswain(&words).expect(2);
    let looked = kept(&desk).pop().unwrap();
    assert!(looked.contains("file:///"), "it was on a scratch store");

    let words = ["plan", "answers.yml", "--preview", "--output", "json"];
    let ended = desk.kopswain(&words).expect(2);
    let document: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    let resources = document["resources"].as_array().unwrap().len();
    assert_eq!(resources, parse(&looked).resources.len());
    assert!(ended.stderr.contains("fingerprint: "), "{}", ended.stderr);

    let folder = desk.work();
    let kops = |words: &[&str]| lab.ask_kops(words, &folder);
    kops(&["create", "-f", "planned.yml"]);
    let key = ["create", "secret", "--name", CLUSTER, "sshpublickey"];
    kops(&[&key[..], &["admin", "-i", "key.pub"]].concat());
    same(&looked, &kops(&["update", "cluster", CLUSTER]), 100);

    kops(&["update", "cluster", CLUSTER, "--yes", "--admin"]);
    grow(&kops, &folder);
    desk.kopswain(&["review", CLUSTER]).expect(2);
    let looked = kept(&desk).pop().unwrap();
    assert!(looked.contains("Will modify resources"), "{looked}");
    same(&looked, &kops(&["update", "cluster", CLUSTER]), 1);
}

// Another operator gives every group room for one machine more.
fn grow(kops: &dyn Fn(&[&str]) -> String, folder: &Path) {
    let stored = kops(&["get", "all", "--name", CLUSTER, "-o", "yaml"]);
    let grown = stored.replace("maxSize: 2", "maxSize: 3");
    assert_ne!(stored, grown);
    std::fs::write(folder.join("grown.yml"), grown).unwrap();
    kops(&["replace", "-f", "grown.yml"]);
}
