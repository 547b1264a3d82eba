//! Our spec beside kops's own: `kops create cluster --dry-run -o yaml` for the same choices, field by field.

use std::collections::{BTreeMap, BTreeSet};

use kopswain::core::approval::stored_spec::compare;
use serde::Deserialize;
use serde_yaml::Value;

use crate::desk::{Desk, IMAGE};
use crate::lab::{Lab, Vpc};
use crate::review_schema::valid;

const CLUSTER: &str = "prod.example.com";

/// Where ours may differ: a path, what kops writes, what we write (`*` stands for any text), and why.
const DIFFERENCES: &[(&str, &str, &str, &str)] = &[
    (
        "Cluster.channel",
        "file:*",
        "stable",
        "the lab has no network, so kops is given its channel as a file",
    ),
    (
        "Cluster.subnets[us-east-1*].cidr",
        "172.20.*/1*",
        "172.20.1*.0/24",
        "kops shares the VPC's block out as if nothing were in it; we plan on what is free",
    ),
    (
        "Cluster.subnets[utility-us-east-1*].cidr",
        "172.20.*/2*",
        "172.20.2*.0/24",
        "the same: kops's utility blocks lie on Terraform's subnets, and only --yes would tell",
    ),
    (
        "Cluster.subnets[us-east-1*].egress",
        "-",
        "nat-*",
        "`kops create cluster` has no option for NAT gateways that exist and would make new ones",
    ),
    (
        "InstanceGroup/bastions.subnets[*]",
        "us-east-1*",
        "utility-us-east-1*",
        "kops's documentation and its bastion model mean the utility subnets",
    ),
    (
        "Cluster.sshAccess[0]",
        "0.0.0.0/0",
        "172.20.0.0/16",
        "kops opens SSH to the internet when nothing is said; we take the VPC's own blocks",
    ),
    ("Cluster.sshAccess[1]", "::/0", "-", "the same for IPv6"),
    (
        "Cluster.kubernetesApiAccess[0]",
        "0.0.0.0/0",
        "172.20.0.0/16",
        "kops opens the API to the internet when nothing is said; we take the VPC's own blocks",
    ),
    (
        "Cluster.kubernetesApiAccess[1]",
        "::/0",
        "-",
        "the same for IPv6",
    ),
    (
        "Cluster.api.loadBalancer.type",
        "Public",
        "Internal",
        "kops makes the API's load balancer public when nothing is said",
    ),
];

/// What `kops create cluster` gives each instance group since 1.36.
const GROUP_LABEL: &str = ".nodeLabels.kops.k8s.io/instancegroup";

/// The same choices twice: as options of `kops create cluster`, and as answers.
struct Choice {
    zones: &'static str,
    options: &'static [&'static str],
    answers: &'static str,
}

const NOTHING_SAID: Choice = Choice {
    zones: "abc",
    options: &["--networking", "cilium", "--kubernetes-version", "1.35.5"],
    answers: "kubernetesVersion: 1.35.5\nACCESS  apiLoadBalancer: internal\n",
};

const USUAL: Choice = Choice {
    zones: "abc",
    options: &[
        "--networking",
        "cilium",
        "--kubernetes-version",
        "1.35.5",
        "--bastion",
        "--api-loadbalancer-type",
        "internal",
        "--ssh-access",
        "172.20.0.0/16",
        "--admin-access",
        "172.20.0.0/16",
    ],
    answers: "kubernetesVersion: 1.35.5\nACCESS  bastion: true\n",
};

const RARE: Choice = Choice {
    zones: "ab",
    options: &[
        "--networking",
        "calico",
        "--kubernetes-version",
        "1.34.8",
        "--bastion",
        "--dns",
        "public",
        "--dns-zone",
        "example.com",
        "--control-plane-count",
        "3",
        "--node-size",
        "t3.large,t3a.large",
        "--control-plane-volume-size",
        "50",
        "--node-volume-size",
        "200",
        "--api-loadbalancer-type",
        "public",
        "--ssh-access",
        "203.0.113.0/24",
        "--admin-access",
        "203.0.113.0/24,10.0.0.0/8",
        "--discovery-store",
        "s3://example-discovery",
    ],
    answers: "kubernetesVersion: 1.34.8
networking: calico
dns: public
dnsZone: example.com
discoveryStore: s3://example-discovery
CONTROL, rootVolumeGiB: 50
NODES, rootVolumeGiB: 200, mixedInstancesPolicy: {instances: [t3a.large]}
ACCESS  bastion: true
  ssh: [203.0.113.0/24]
  api: [203.0.113.0/24, 10.0.0.0/8]
  apiLoadBalancer: public
",
};

const PLUGINS: [&str; 8] = [
    "cilium-etcd",
    "cilium-eni",
    "calico",
    "amazonvpc",
    "flannel",
    "kube-router",
    "kindnet",
    "cni",
];

struct Reference<'a> {
    lab: &'a Lab,
    desk: Desk,
    vpc: Vpc,
    used: BTreeSet<&'static str>,
}

#[test]
#[ignore = "needs the lab: ./check"]
fn our_spec_is_kops_own_but_for_differences_with_a_reason() {
    let lab = Lab::start("reference");
    let mut reference = Reference {
        desk: Desk::at(&lab),
        vpc: lab.world("method").remove(0),
        lab: &lab,
        used: BTreeSet::new(),
    };
    reference.desk.write(
        "channel",
        "spec: {images: [], cluster: {kubernetesVersion: v1.35.5}}\n",
    );
    for choice in [NOTHING_SAID, USUAL, RARE] {
        reference.compare(&choice, choice.options, choice.answers);
    }
    let one = "kubernetesVersion: 1.35.5\nACCESS  ssh: [10.0.0.0/8]\n  api: [10.0.0.0/8]\n";
    for plugin in PLUGINS {
        let options = [
            "--kubernetes-version",
            "1.35.5",
            "--api-loadbalancer-type",
            "internal",
            "--ssh-access",
            "10.0.0.0/8",
            "--admin-access",
            "10.0.0.0/8",
            "--networking",
            plugin,
        ];
        let choice = Choice {
            zones: "a",
            ..NOTHING_SAID
        };
        reference.compare(&choice, &options, &format!("networking: {plugin}\n{one}"));
    }
    let unused: Vec<_> = DIFFERENCES
        .iter()
        .filter(|(path, ..)| !reference.used.contains(path))
        .collect();
    assert!(
        unused.is_empty(),
        "differences that do not occur: {unused:#?}"
    );
    every_option_survives(&reference);
}

impl Reference<'_> {
    fn compare(&mut self, choice: &Choice, options: &[&str], answers: &str) {
        let kops = fields(&self.of_kops(choice.zones, options));
        let ours = fields(&self.of_kopswain(choice.zones, answers));
        let paths: BTreeSet<_> = kops.keys().chain(ours.keys()).collect();
        let value = |side: &BTreeMap<String, String>, path: &String| {
            side.get(path).map_or("-", String::as_str).to_owned()
        };
        let mut unknown = Vec::new();
        for path in paths {
            let (theirs, own) = (value(&kops, path), value(&ours, path));
            let label = theirs == "-" && path.ends_with(GROUP_LABEL);
            if theirs == own || (label && self.lab.kops_version() == "1.35.0") {
                continue;
            }
            let mut known = DIFFERENCES.iter();
            let fits = |(at, kops, ours, _): &&(&'static str, &str, &str, &str)| {
                like(at, path) && like(kops, &theirs) && like(ours, &own)
            };
            match known.find(fits) {
                Some((at, ..)) => drop(self.used.insert(at)),
                None => unknown.push(format!("{path}: kops {theirs}, ours {own}")),
            }
        }
        assert!(unknown.is_empty(), "{options:?}: {unknown:#?}");
    }

    fn of_kops(&self, letters: &str, options: &[&str]) -> String {
        let zones: Vec<_> = letters
            .chars()
            .map(|letter| format!("us-east-1{letter}"))
            .collect();
        let zones = zones.join(",");
        let channel = format!("file://{}", self.desk.work().join("channel").display());
        let count = letters.len().to_string();
        let mut all = vec![
            ["--topology", "private"],
            ["--network-id", &self.vpc.id],
            ["--zones", &zones],
            ["--control-plane-zones", &zones],
            ["--channel", &channel],
            ["--node-count", &count],
            ["--control-plane-size", "t3.medium"],
        ];
        let defaults = [["--dns", "none"], ["--node-size", "t3.large"]];
        all.extend(defaults.iter().filter(|[name, _]| !options.contains(name)));
        let all = [all.as_flattened(), options].concat();
        let work = self.desk.work();
        self.lab.spec_of_kops(CLUSTER, &all, &work)
    }

    fn of_kopswain(&self, letters: &str, answers: &str) -> String {
        let zones: Vec<_> = letters
            .chars()
            .map(|letter| format!("{{name: us-east-1{letter}}}"))
            .collect();
        let members = if letters.len() == 1 { 1 } else { 3 };
        let nodes = letters.len();
        let control =
            format!("controlPlane: {{count: {members}, machineType: t3.medium, image: {IMAGE}");
        let group = format!(
            "instanceGroups: [{{name: nodes, machineType: t3.large, min: {nodes}, max: {nodes}, image: {IMAGE}"
        );
        let mut text = format!(
            "cluster: {CLUSTER}\nregion: us-east-1\nstateStore: s3://example-state\nvpc: {}\nzones: [{}]\n",
            self.vpc.id,
            zones.join(", ")
        );
        if !answers.contains("CONTROL") {
            text.extend([&control, "}\n", &group, "}]\n"]);
        }
        for line in answers.lines() {
            let line = match line.split_at(line.find([',', ' ']).unwrap_or(line.len())) {
                ("CONTROL", rest) => format!("{control}{rest}}}"),
                ("NODES", rest) => format!("{group}{rest}}}]"),
                ("ACCESS", rest) => format!("access:\n  sshPublicKey: key.pub\n{rest}"),
                _ => line.to_owned(),
            };
            text.extend([&line, "\n"]);
        }
        self.desk.write("answers.yml", &text);
        self.desk
            .kopswain(&["plan", "answers.yml"])
            .expect(0)
            .stdout
    }
}

// What `kops create -f` stores and gives back of a spec that uses every option of the answers.
fn every_option_survives(reference: &Reference) {
    let gateway = |zone: &str| reference.vpc.nat_gateway(zone).to_owned();
    let answers = include_str!("../fixtures/answers/options.yml")
        .replace("vpc-7833d1c656ae73b2c", &reference.vpc.id)
        .replace("nat-0f19a9e0f19a9e001", &gateway("us-east-1a"))
        .replace("nat-0582c9ab0582c9ab2", &gateway("us-east-1b"))
        .replace("~/.ssh/id_ed25519.pub", "key.pub")
        // The lab has no m5.large.
        .replace("m5.large", "t3a.large");
    let desk = &reference.desk;
    desk.write("answers.yml", &answers);
    let spec = desk.kopswain(&["plan", "answers.yml"]).expect(0).stdout;
    assert!(spec.contains("maxPods: 60 # overrides"), "{spec}");
    let words = ["plan", "answers.yml", "--output", "json"];
    let printed = desk.kopswain(&words).expect(0).stdout;
    valid(reference.lab, "plan.schema.json", &[printed.into_bytes()]);
    desk.write("cluster_spec.yml", &spec);
    reference
        .lab
        .ask_kops(&["create", "-f", "cluster_spec.yml"], &desk.work());
    let stored = reference.lab.ask_kops(
        &["get", "all", "--name", CLUSTER, "-o", "yaml"],
        &desk.work(),
    );
    assert_eq!(compare(&spec, &stored), Ok(Vec::new()), "{stored}");
    let kept = fields(&stored);
    let batch = |field: &str| {
        kept.get(&format!("InstanceGroup/batch.{field}"))
            .map(String::as_str)
    };
    assert_eq!(batch("nodeLabels.answer"), Some("yes"));
    assert_eq!(batch("nodeLabels.number"), Some("12"));
    assert_eq!(batch("taints[0]"), Some("dedicated=batch:NoSchedule"));
    assert_eq!(batch("mixedInstancesPolicy.onDemandAboveBase"), Some("20"));
    assert_eq!(kept.get("Cluster.kubelet.anonymousAuth"), None);
}

// Every single value below `spec`, by path; items with a name are found by it.
fn fields(text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for document in serde_yaml::Deserializer::from_str(text) {
        let document = Value::deserialize(document).unwrap();
        let kind = document["kind"].as_str().unwrap();
        let name = document["metadata"]["name"].as_str().unwrap();
        let path = if kind == "Cluster" {
            kind.to_owned()
        } else {
            format!("{kind}/{name}")
        };
        flatten(&path, &document["spec"], &mut found);
    }
    found
}

fn flatten(path: &str, value: &Value, found: &mut BTreeMap<String, String>) {
    match value {
        Value::Mapping(fields) if !fields.is_empty() => {
            for (key, value) in fields {
                flatten(&format!("{path}.{}", key.as_str().unwrap()), value, found);
            }
        }
        Value::Sequence(items) if !items.is_empty() => {
            for (at, item) in items.iter().enumerate() {
                let name = item.get("name").and_then(Value::as_str);
                let at = name.map_or_else(|| at.to_string(), str::to_owned);
                flatten(&format!("{path}[{at}]"), item, found);
            }
        }
        Value::String(text) => drop(found.insert(path.to_owned(), text.clone())),
        other => {
            let text = serde_yaml::to_string(other).unwrap();
            found.insert(path.to_owned(), text.trim_end().to_owned());
        }
    }
}

// Whether a text is like a pattern, in which `*` stands for any text.
fn like(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(rest) = text.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    let parts: Vec<_> = parts.collect();
    let Some((last, inner)) = parts.split_last() else {
        return rest.is_empty();
    };
    let mut rest = rest;
    for part in inner {
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[test]
fn a_star_stands_for_any_text() {
    assert!(like("a[*].b", "a[x].b") && like("*", "") && like("a*c*e", "abcde") && like("a", "a"));
    assert!(!like("a", "ab") && !like("a*", "ba") && !like("*a", "ab"));
}
