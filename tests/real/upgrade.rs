//! A minor upgrade with the control plane seen, not seen for want of a kubeconfig, and behind an API that is dead: what was
//! approved is what the state store and the launch templates hold, and the kubeconfig is left as it was.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use kopswain::core::kops::dry_run::{DryRun, parse};

use crate::cloud::Cloud;
use crate::desk::{Desk, IMAGE, KUBERNETES};
use crate::lab::{Lab, Vpc};
use crate::wizard_keys::{ANSWER, SOON};

/// The newest one of the minor version before, by the same rule as `KUBERNETES`.
const FROM: &str = "1.34.5";
const TO: &str = KUBERNETES;
const RUN: Duration = Duration::from_mins(4);
/// What moto shows as changed after every apply.
const NEVER_QUIET: [&str; 2] = ["SSHKey", "Subnet"];

/// One cluster that runs `FROM` and whose spec asks for `TO`.
struct Upgrade {
    cluster: String,
    desk: Desk,
    kubeconfig: PathBuf,
}

impl Upgrade {
    fn of(name: &str, lab: &Lab, vpc: &Vpc) -> Self {
        let cluster = format!("{name}.example.com");
        let mut desk = Desk::at(lab);
        let kubeconfig = desk.outside("kubeconfig");
        desk.set("KOPSWAIN_USE_KUBECONFIG", "");
        desk.set("KUBECONFIG", &kubeconfig.display().to_string());
        let (zone, gateway) = &vpc.nat_gateways[0];
        desk.write(
            "answers.yml",
            &format!(
                "cluster: {cluster}\nregion: us-east-1\nstateStore: s3://example-state\nvpc: {}\nkubernetesVersion: {FROM}\nzones:\n  - {{name: {zone}, egress: {gateway}}}\ncontrolPlane: {{count: 1, machineType: t3.medium, image: {IMAGE}}}\ninstanceGroups:\n  - {{name: nodes, machineType: t3.large, min: 1, max: 2, image: {IMAGE}}}\naccess:\n  sshPublicKey: key.pub\n",
                vpc.id
            ),
        );
        let upgrade = Self {
            cluster,
            desk,
            kubeconfig,
        };
        upgrade.make(lab);
        upgrade
    }

    fn make(&self, lab: &Lab) {
        let (cluster, folder) = (self.cluster.as_str(), self.desk.work());
        self.desk.create_cluster(lab, cluster);
        lab.join(cluster);
        let spec = self.desk.read("cluster_spec.yml");
        assert!(spec.contains(&format!("kubernetesVersion: {FROM}")));
        self.desk.write("upgraded.yml", &spec.replace(FROM, TO));
        lab.ask_kops(&["replace", "-f", "upgraded.yml"], &folder);
    }

    /// The version that a group's instances are told to run, by the file that they read when they start.
    fn version_of(&self, cloud: &Cloud, role: &str) -> String {
        let start = format!("{}/igconfig/{role}/", self.cluster);
        let objects = cloud.state_store().into_keys();
        let mut files =
            objects.filter(|key| key.starts_with(&start) && key.ends_with("/nodeupconfig.yaml"));
        let text = cloud.object("example-state", &files.next().unwrap());
        let text = String::from_utf8(text).unwrap();
        let mut lines = text.lines();
        let version = lines.find_map(|line| line.strip_prefix("KubernetesVersion: "));
        version.unwrap().to_owned()
    }

    /// What a dry run through the same kubeconfig would still change, without what moto never is quiet of.
    fn left(&self) -> BTreeSet<String> {
        let review = self
            .desk
            .kopswain(&["review", &self.cluster, "--output", "json"]);
        let told: serde_json::Value = serde_json::from_str(&review.stdout).unwrap();
        let all = told["resources"].as_array().unwrap().iter();
        let kinds = all.map(|one| one["type"].as_str().unwrap().to_owned());
        kinds
            .filter(|kind| !NEVER_QUIET.contains(&kind.as_str()))
            .collect()
    }

    fn dry_run(&self) -> DryRun {
        let runs = self.desk.outside("home/.local/state/kopswain/runs");
        let runs = fs::read_dir(runs.join(&self.cluster)).unwrap().flatten();
        let printed = runs.filter_map(|run| {
            let found = fs::read_dir(run.path()).into_iter().flatten().flatten();
            let mut texts = found
                .filter(|file| file.file_name().to_string_lossy().ends_with(".stdout"))
                .map(|file| fs::read_to_string(file.path()).unwrap());
            texts.find(|text| text.contains("Will modify resources:"))
        });
        parse(&printed.last().unwrap())
    }
}

#[test]
#[ignore = "needs the lab: ./check"]
fn a_minor_upgrade_applies_what_its_report_said() {
    let lab = Lab::start("upgrade");
    let cloud = Cloud::of(&lab);
    let vpc = lab.world("method").remove(0);
    seen(&lab, &cloud, &vpc);
    without_a_kubeconfig(&lab, &cloud, &vpc);
    behind_a_dead_api(&lab, &cloud, &vpc);
}

// On the screen: the nodes are held back, by the report and by what was applied.
fn seen(lab: &Lab, cloud: &Cloud, vpc: &Vpc) {
    let upgrade = Upgrade::of("seen", lab, vpc);
    let own = fs::read(lab.variable("KOPSWAIN_USE_KUBECONFIG")).unwrap();
    fs::write(&upgrade.kubeconfig, &own).unwrap();
    let cluster = upgrade.cluster.as_str();
    let mut terminal = upgrade.desk.terminal(&["review", cluster], (100, 40));
    terminal.wait_for(&format!("kops holds the nodes at {FROM}"), ANSWER);
    terminal.keys("a");
    terminal.wait_for(&format!("kops sees the control plane run {FROM}"), SOON);
    terminal.wait_for("--yes --create-kube-config=false", SOON);
    terminal.keys(&format!("{cluster}<enter>"));
    terminal.wait_for("holds the nodes there", RUN);
    terminal.wait_for("--instance-group-roles=control-plane,apiserver --yes", SOON);
    terminal.wait_for(&format!("kopswain review {cluster}"), SOON);
    terminal.keys("q");
    assert_eq!(terminal.end(SOON).code, 0);

    assert_eq!(upgrade.version_of(cloud, "control-plane"), TO);
    assert_eq!(upgrade.version_of(cloud, "node"), FROM);
    let nodes = |report: &DryRun| {
        let named = |name: &str| name.contains("nodeupconfig-nodes-");
        report.resources.iter().any(|one| named(one.name.raw()))
    };
    assert!(
        !nodes(&upgrade.dry_run()),
        "the report changes the nodes' version"
    );
    assert_eq!(fs::read(&upgrade.kubeconfig).unwrap(), own);
    assert_eq!(upgrade.left(), BTreeSet::new());

    // It looks finished and is not: the control plane is replaced, and only then the nodes' version changes.
    let held = upgrade
        .desk
        .kopswain(&["review", cluster, "--plain"])
        .stderr;
    assert!(held.contains("next: kops rolling-update cluster"), "{held}");
    lab.join(cluster);
    let nodes_next = upgrade
        .desk
        .kopswain(&["review", cluster, "--approve", cluster]);
    assert_eq!(nodes_next.code, 0, "{}", nodes_next.stderr);
    assert_eq!(upgrade.version_of(cloud, "node"), TO);
    let next = format!("next: kops rolling-update cluster --name={cluster} --yes");
    assert!(nodes_next.stderr.contains(&next), "{}", nodes_next.stderr);
    assert_eq!(fs::read(&upgrade.kubeconfig).unwrap(), own);
}

fn without_a_kubeconfig(lab: &Lab, cloud: &Cloud, vpc: &Vpc) {
    let upgrade = Upgrade::of("absent", lab, vpc);
    not_seen(&upgrade, cloud, "does not exist");
    assert!(!upgrade.kubeconfig.exists());
}

fn behind_a_dead_api(lab: &Lab, cloud: &Cloud, vpc: &Vpc) {
    let upgrade = Upgrade::of("dead", lab, vpc);
    let cluster = upgrade.cluster.as_str();
    // Nobody listens on this port.
    let text = format!(
        "apiVersion: v1\nkind: Config\nclusters:\n- name: {cluster}\n  cluster: {{server: \"https://127.0.0.1:9\"}}\ncontexts:\n- name: {cluster}\n  context: {{cluster: {cluster}, user: {cluster}}}\nusers:\n- name: {cluster}\n  user: {{}}\n"
    );
    fs::write(&upgrade.kubeconfig, &text).unwrap();
    not_seen(&upgrade, cloud, "connection refused");
    assert_eq!(fs::read_to_string(&upgrade.kubeconfig).unwrap(), text);
}

// A danger on the screen, with its remedy; approved without one all the same, and then applied as it was told.
fn not_seen(upgrade: &Upgrade, cloud: &Cloud, why: &str) {
    let cluster = upgrade.cluster.as_str();
    let mut terminal = upgrade.desk.terminal(&["review", cluster], (160, 40));
    terminal.wait_for(&format!("the nodes get {TO} at once"), ANSWER);
    terminal.wait_for("--use-kubeconfig", SOON);
    terminal.keys("a");
    terminal.wait_for("kops does not see the running control plane", SOON);
    drop(terminal);

    let approved = upgrade
        .desk
        .kopswain(&["review", cluster, "--approve", cluster]);
    assert_eq!(approved.code, 0, "{}", approved.stderr);
    let danger =
        format!("danger: Kubernetes goes from {FROM} to {TO}, and the nodes get {TO} at once");
    assert!(approved.stdout.contains(&danger), "{}", approved.stdout);
    assert!(approved.stdout.contains(why), "{}", approved.stdout);
    let first = "next: kops rolling-update cluster";
    let roles = "--instance-group-roles=control-plane,apiserver";
    let next = approved.stderr.lines().find(|line| line.starts_with(first));
    assert!(
        next.is_some_and(|line| line.contains(roles)),
        "{}",
        approved.stderr
    );
    for role in ["control-plane", "node"] {
        assert_eq!(upgrade.version_of(cloud, role), TO, "{role}");
    }
    assert_eq!(upgrade.left(), BTreeSet::new());
}
