//! The VPC of examples/terraform-vpc, evaluated by the real `tofu`: its addresses are those of the lab's world `method`, and
//! what it leaves free is where the planner puts clusters.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use ipnet::Ipv4Net;
use kopswain::core::answers::{Answers, ZoneAnswer};
use kopswain::core::inventory::{Inventory, Vpc, name_of};
use kopswain::core::network::cidr::space::Space;
use kopswain::core::planning::plan;
use serde::Deserialize;
use tempfile::TempDir;

use crate::desk::Desk;
use crate::lab::Lab;

const ZONES: [&str; 4] = ["us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d"];

/// Tier, then zone, to the block.
type Tiers = BTreeMap<String, BTreeMap<String, Ipv4Net>>;

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/terraform-vpc")
}

fn tofu(folder: &Path, words: &[&str]) -> Output {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("lab/tofu");
    let mut command = Command::new(script);
    command.args(words).current_dir(folder);
    command.output().unwrap()
}

fn succeeds(folder: &Path, words: &[&str]) -> String {
    let Output {
        status,
        stdout,
        stderr,
    } = tofu(folder, words);
    let told = String::from_utf8_lossy(&stderr);
    assert!(status.success(), "tofu {words:?}: {told}");
    String::from_utf8(stdout).unwrap()
}

/// The layout in a folder of its own, so that `tofu` leaves nothing in the checkout.
struct Layout {
    folder: TempDir,
}

#[derive(Debug, Deserialize)]
struct Evaluated {
    subnets: Value<Tiers>,
    kept_for_zones: Value<BTreeMap<String, Vec<Ipv4Net>>>,
    for_clusters: Value<Vec<Ipv4Net>>,
}

#[derive(Debug, Deserialize)]
struct Value<T> {
    value: T,
}

impl Layout {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let main = example().join("layout/main.tf");
        fs::copy(main, folder.path().join("main.tf")).unwrap();
        succeeds(folder.path(), &["init", "-backend=false", "-no-color"]);
        Self { folder }
    }

    fn apply(&self, cidr: &str, zones: &[&str]) -> Output {
        let (cidr, zones) = (format!("cidr={cidr}"), format!("zones={zones:?}"));
        let words = [
            "apply",
            "-auto-approve",
            "-no-color",
            "-var",
            &cidr,
            "-var",
            &zones,
        ];
        tofu(self.folder.path(), &words)
    }

    fn of(&self, cidr: &str, zones: &[&str]) -> Evaluated {
        let applied = self.apply(cidr, zones);
        assert!(applied.status.success(), "{applied:?}");
        let told = succeeds(self.folder.path(), &["output", "-json"]);
        serde_json::from_str(&told).unwrap()
    }

    fn refuses(&self, cidr: &str, zones: &[&str], why: &str) {
        let applied = self.apply(cidr, zones);
        // OpenTofu breaks its lines where the frame ends.
        let told = String::from_utf8_lossy(&applied.stderr).replace(['│', '\n'], " ");
        let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(!applied.status.success() && told.contains(why), "{told}");
    }
}

#[test]
#[ignore = "needs OpenTofu: ./check"]
fn the_layout_is_the_lab_s_world_and_what_the_planner_expects() {
    let layout = Layout::new();
    let told = layout.of("172.20.0.0/16", &ZONES);

    let fixture = include_str!("../fixtures/inventory/method.json");
    let fixture: Inventory = serde_json::from_str(fixture).unwrap();
    assert_eq!(tiers(&fixture.vpcs[0]), told.subnets.value);

    let lab = Lab::start("terraform");
    let seeded = lab.world("method").remove(0);
    let discovered = Desk::at(&lab)
        .kopswain(&["discover", "--output", "json"])
        .expect(0);
    let inventory: Inventory = serde_json::from_str(&discovered.stdout).unwrap();
    let vpc = inventory.vpc(&seeded.id).unwrap();
    assert_eq!(tiers(vpc), told.subnets.value);
    assert_eq!(Space::from_vpc(vpc).free(), told.for_clusters.value);
    assert_eq!(
        (
            vpc.dns_support,
            vpc.dns_hostnames,
            vpc.internet_gateways.len()
        ),
        (Some(true), Some(true), 1)
    );

    let first = planned(&inventory, vpc, "first.example.com");
    let wanted: BTreeSet<Ipv4Net> = "172.20.16.0/21"
        .parse::<Ipv4Net>()
        .unwrap()
        .subnets(24)
        .unwrap()
        .collect();
    assert_eq!(first, wanted);
    assert!(
        first
            .iter()
            .all(|block| told.for_clusters.value[0].contains(block))
    );
}

#[test]
#[ignore = "needs OpenTofu: ./check"]
fn a_zone_that_is_added_later_moves_no_block() {
    let layout = Layout::new();
    for cidr in ["172.20.0.0/16", "10.9.128.0/17", "192.168.16.0/20"] {
        let whole = layout.of(cidr, &ZONES);
        let kept = whole.kept_for_zones.value.values();
        assert_eq!(kept.flatten().count(), 0);
        for used in 1..ZONES.len() {
            let part = layout.of(cidr, &ZONES[..used]);
            assert_eq!(part.for_clusters.value, whole.for_clusters.value);
            for (tier, blocks) in &whole.subnets.value {
                let mut all: Vec<Ipv4Net> = part.subnets.value[tier].values().copied().collect();
                all.extend(&part.kept_for_zones.value[tier]);
                assert_eq!(all, blocks.values().copied().collect::<Vec<_>>(), "{tier}");
            }
        }
        covers(cidr.parse().unwrap(), &whole);
    }
}

// Terraform's part and the clusters' part are the whole VPC, and no address is in two blocks.
fn covers(cidr: Ipv4Net, told: &Evaluated) {
    let subnets = told.subnets.value.values().flat_map(BTreeMap::values);
    let mut blocks: Vec<Ipv4Net> = subnets.chain(&told.for_clusters.value).copied().collect();
    blocks.sort();
    assert_eq!(Ipv4Net::aggregate(&blocks), [cidr]);
    for pair in blocks.windows(2) {
        assert!(pair[0].broadcast() < pair[1].network(), "{pair:?}");
    }
}

#[test]
#[ignore = "needs OpenTofu: ./check"]
fn a_layout_that_cannot_be_is_refused() {
    let layout = Layout::new();
    let five = [&ZONES[..], &["us-east-1e"]].concat();
    layout.refuses(
        "172.20.0.0/16",
        &five,
        "Each tier has room for one to four zones.",
    );
    layout.refuses(
        "172.20.0.0/16",
        &[],
        "Each tier has room for one to four zones.",
    );
    layout.refuses(
        "172.20.0.0/16",
        &[ZONES[0], ZONES[0]],
        "A zone is named twice.",
    );
    layout.refuses("172.20.0.0/24", &ZONES, "the VPC must be a /16 to a /20.");
    layout.refuses("172.20.7.0/16", &ZONES, "Write a block without host bits");
}

#[test]
#[ignore = "needs OpenTofu: ./check"]
fn the_resource_part_is_well_formed() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("layout")).unwrap();
    for name in [
        "main.tf",
        "outputs.tf",
        "variables.tf",
        "versions.tf",
        "layout/main.tf",
    ] {
        fs::copy(example().join(name), folder.path().join(name)).unwrap();
    }
    succeeds(folder.path(), &["fmt", "-check", "-recursive"]);
    // Reads every block of the configuration, and finds the one module; the provider itself is not needed for that.
    succeeds(folder.path(), &["get", "-no-color"]);
    let needed = succeeds(folder.path(), &["providers", "-no-color"]);
    assert!(needed.contains("hashicorp/aws] >= 5.0"), "{needed}");
}

fn tiers(vpc: &Vpc) -> Tiers {
    let mut tiers = Tiers::new();
    for subnet in &vpc.subnets {
        let name = name_of(&subnet.tags).unwrap().raw();
        let tier = name.strip_suffix(&format!("-{}", subnet.zone)).unwrap();
        let tier = tier.rsplit('-').next().unwrap();
        let zones = tiers.entry(tier.to_owned()).or_default();
        zones.insert(subnet.zone.clone(), subnet.cidr);
    }
    tiers
}

// The blocks of a cluster that spans four zones.
fn planned(inventory: &Inventory, vpc: &Vpc, cluster: &str) -> BTreeSet<Ipv4Net> {
    let zone = |name: &&str| ZoneAnswer {
        name: (*name).to_owned(),
        ..ZoneAnswer::default()
    };
    let answers = Answers {
        cluster: cluster.to_owned(),
        region: "us-east-1".to_owned(),
        state_store: "s3://example-state".to_owned(),
        vpc: vpc.id.clone(),
        zones: ZONES.iter().map(zone).collect(),
        ..Answers::default()
    };
    let planned = plan(inventory, &answers);
    let plan = planned
        .accepted()
        .unwrap_or_else(|| panic!("{:?}", planned.problems));
    let blocks = plan
        .zones
        .iter()
        .flat_map(|zone| [zone.private, zone.utility]);
    blocks.map(Option::unwrap).collect()
}
