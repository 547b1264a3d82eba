//! The rules of kops, applied to what is seen, against kops itself: a walk through states that change one thing at a time.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::auto_scaling::{CLUSTER, create};
use crate::desk::Desk;
use crate::lab::Lab;

/// How many states the walk has when nobody says otherwise with `KOPSWAIN_WALK`.
const STEPS: u64 = 12;

#[test]
#[ignore = "needs the lab: ./check"]
fn what_is_seen_is_judged_as_kops_judges_it() {
    let lab = Lab::start("mirror");
    let vpc = lab.world("method").remove(0);
    let desk = Desk::at(&lab);
    create(&lab, &desk, &vpc);
    lab.join(CLUSTER);
    let steps = std::env::var("KOPSWAIN_WALK").ok();
    let steps: u64 = steps.map_or(STEPS, |steps| steps.parse().unwrap());
    let mut states = BTreeSet::new();
    let mut walk = lab.walk(CLUSTER);
    for seed in 0..steps {
        let change = walk.step(seed);
        let words = ["watch", CLUSTER, "--once", "--output", "json"];
        let ended = desk.kopswain(&words);
        let document: Value = serde_json::from_str(&ended.stdout).unwrap();
        let by_kops = failures(&document["notReady"]);
        let seen = failures(&document["live"]["notReady"]);
        assert_eq!(seen, by_kops, "{change}\n{document:#}");
        states.insert(by_kops);
        if seed % 100 == 99 {
            println!("{} states so far", seed + 1);
        }
    }
    println!("{steps} states, {} of them different", states.len());
    assert!(states.len() > 2, "{states:?}");
}

/// What is not ready: kops's kind, name and message of each.
fn failures(value: &Value) -> BTreeSet<String> {
    let items = value.as_array().unwrap().iter();
    let text = |item: &Value| format!("{} {} {}", item["type"], item["name"], item["message"]);
    items.map(text).collect()
}
