//! A channel as the real kops reads it: both choose the same version, and what kopswain refuses kops refuses.

use std::collections::BTreeMap;

use kopswain::core::inventory::Inventory;
use serde_json::Value;

use crate::desk::{Desk, KUBERNETES, answers};
use crate::kops::Kops;
use crate::lab::{Lab, Vpc};

const CLUSTER: &str = "prod.example.com";
const STABLE: &str = include_str!("../fixtures/kops/channel-stable.yml");

/// What the real kops must choose among, in its own words, each with another rule in play; `VERSION` stands for its own,
/// such as 1.36.2, and `MINOR` for 1.36.
const CHANNELS: [(&str, &str, &str); 5] = [
    ("stable", STABLE, "1.35.5"),
    (
        "first-that-fits",
        "spec:\n  kopsVersions:\n  - {range: '>=1.37.0-alpha.1', kubernetesVersion: 1.37.1}\n  - {range: '>=MINOR.0 <VERSION', kubernetesVersion: 1.36.9}\n  - {range: '>= MINOR.x', kubernetesVersion: v1.34.7}\n  - {range: '', kubernetesVersion: 1.33.1}\n",
        "1.34.7",
    ),
    (
        "either",
        "spec:\n  kopsVersions:\n  - {range: 'nonsense', kubernetesVersion: 1.33.2}\n  - {range: '<1.30.0 || >=VERSION', kubernetesVersion: 1.35.1}\n",
        "1.35.1",
    ),
    (
        "not-this-one",
        "kind: Channel\nspec:\n  kopsVersions:\n  - {range: '!=VERSION', kubernetesVersion: 1.33.3}\n  - {kubernetesVersion: '1.34'}\n",
        "1.34.0",
    ),
    (
        "preview",
        "spec:\n  kopsVersions:\n  - {range: '>VERSION-beta.1 <=VERSION', kubernetesVersion: 1.33.9}\n",
        "1.33.9",
    ),
];

struct Scene {
    lab: Lab,
    vpc: Vpc,
    desk: Desk,
}

impl Scene {
    fn new() -> Self {
        let lab = Lab::start("channel");
        let vpc = lab.world("method").remove(0);
        let desk = Desk::at(&lab);
        Self { lab, vpc, desk }
    }

    fn channel(&self, name: &str, text: &str) -> String {
        format!("file://{}", self.desk.write(name, text).display())
    }

    // The answers of the lab without their version, or with another one.
    fn answers(&self, channel: &str, version: &str) -> String {
        let version = format!("channel: {channel}\n{version}");
        let own = format!("kubernetesVersion: {KUBERNETES}\n");
        answers(CLUSTER, &self.vpc).replace(&own, &version)
    }

    fn planned(&self, answers: &str, code: i32) -> Value {
        self.desk.write("answers.yml", answers);
        let words = ["plan", "answers.yml", "--output", "json"];
        serde_json::from_str(&self.desk.kopswain(&words).expect(code).stdout).unwrap()
    }

    fn asked_of_kops(&self, channel: &str) -> BTreeMap<&'static str, String> {
        let options = [
            ["--zones", "us-east-1a"],
            ["--dns", "none"],
            ["--control-plane-size", "t3.medium"],
            ["--node-size", "t3.medium"],
            ["--channel", channel],
        ];
        let work = self.desk.work();
        of_spec(
            &self
                .lab
                .spec_of_kops(CLUSTER, options.as_flattened(), &work),
        )
    }
}

fn of_spec(text: &str) -> BTreeMap<&'static str, String> {
    let cluster: serde_yaml::Value =
        serde_yaml::from_str(text.split("\n---").next().unwrap()).unwrap();
    ["channel", "kubernetesVersion"]
        .into_iter()
        .map(|name| (name, cluster["spec"][name].as_str().unwrap().to_owned()))
        .collect()
}

fn problem<'a>(told: &'a Value, id: &str) -> &'a Value {
    let mut problems = told["problems"].as_array().unwrap().iter();
    problems
        .find(|problem| problem["id"] == id)
        .unwrap_or_else(|| panic!("{id} is not in {told:#}"))
}

#[test]
#[ignore = "needs the lab: ./check"]
fn kops_and_kopswain_choose_the_same_version_and_refuse_the_same_ones() {
    let scene = Scene::new();
    let kops = scene.lab.kops_version();
    let (minor, _) = kops.rsplit_once('.').unwrap();
    for (name, text, wanted) in CHANNELS {
        let text = text.replace("VERSION", kops).replace("MINOR", minor);
        let channel = scene.channel(name, &text);
        let told = scene.planned(&scene.answers(&channel, ""), 0);
        let own = of_spec(told["spec"].as_str().unwrap());
        assert_eq!(own["kubernetesVersion"], wanted, "{name}");
        assert_eq!(own, scene.asked_of_kops(&channel), "{name}");
    }
    the_inventory_tells_of_it(&scene);
    what_the_channel_requires_is_required_by_both(&scene);
    without_a_network_the_built_in_list_stands_in(&scene);
}

fn the_inventory_tells_of_it(scene: &Scene) {
    let channel = scene.channel("stable", STABLE);
    let words = ["discover", "--output", "json", "--channel", &channel];
    let told = scene.desk.kopswain(&words).expect(0).stdout;
    let inventory: Inventory = serde_json::from_str(&told).unwrap();
    let versions = inventory.versions.unwrap();
    assert_eq!(versions.kops.as_deref(), Some(scene.lab.kops_version()));
    let offered: Vec<String> = versions
        .lines
        .offered(versions.kops())
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        offered,
        ["1.35.5", "1.34.8", "1.33.12", "1.32.13", "1.31.14"]
    );
}

fn what_the_channel_requires_is_required_by_both(scene: &Scene) {
    let text = STABLE.replace("requiredVersion: 1.34.0", "requiredVersion: 1.34.5");
    let channel = scene.channel("requiring", &text);
    let told = scene.planned(&scene.answers(&channel, "kubernetesVersion: 1.34.2\n"), 2);
    let refused = problem(&told, "kubernetes-version-below-required");
    assert_eq!(
        refused["what"],
        format!("Kubernetes 1.34.2 is below 1.34.5, which the channel {channel} requires")
    );
    let allowed = scene.planned(&scene.answers(&channel, "kubernetesVersion: 1.34.6\n"), 0);
    let outdated = problem(&allowed, "kubernetes-version-outdated");
    assert_eq!(outdated["severity"], "note");
    let spec = allowed["spec"].as_str().unwrap();
    let forced = spec.replace("kubernetesVersion: 1.34.6", "kubernetesVersion: 1.34.2");
    assert_ne!(forced, spec);
    let kops = Kops::at(&scene.desk, CLUSTER);
    kops.fails(&forced, "kubernetes upgrade is required");
    let told = scene.planned(&scene.answers(&channel, "kubernetesVersion: 1.37.0\n"), 2);
    problem(&told, "kubernetes-version-beyond-kops");
}

fn without_a_network_the_built_in_list_stands_in(scene: &Scene) {
    let told = scene.planned(&scene.answers("stable", ""), 0);
    let own = of_spec(told["spec"].as_str().unwrap());
    assert_eq!(own["kubernetesVersion"], "1.35.5");
    assert_eq!(own["channel"], "stable");
    let note = problem(&told, "channel-not-read");
    assert_eq!(note["what"], "kops's channel stable was not read");
    let why = note["why"].as_str().unwrap();
    let list = "the versions are those of the list built into kopswain, of 2026-08-08";
    assert!(why.ends_with(list), "{why}");
    let checked = scene
        .desk
        .kopswain(&["doctor", "--ssh-public-key", "key.pub"]);
    let checked = checked.expect(0).stdout;
    let line = "kops channel     warning  kops's channel stable was not read";
    assert!(checked.contains(line), "{checked}");
    let found = scene.desk.kopswain(&["discover"]).expect(0).stdout;
    let kops = scene.lab.kops_version();
    let line = format!(
        "Kubernetes      1.35.5 for kops {kops}, channel stable, from the list built into kopswain, of 2026-08-08: "
    );
    assert!(found.contains(&line), "{found}");
}
