//! Every world of the lab: what kopswain accepts there the real kops makes, and EC2 shows it as planned; what it refuses fails
//! for the reason that was given.
//!
//! `KOPSWAIN_WORLDS=all` tries every world, `KOPSWAIN_WORLDS=full,method` these; otherwise those that show most.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::thread;

use kopswain::core::answers::Answers;
use kopswain::core::inventory::Inventory;
use kopswain::core::plan::{Plan, plan};
use kopswain::core::spec;

use crate::cloud::{Cloud, Placed, Seen};
use crate::desk::{Desk, answers_in};
use crate::kops::Kops;
use crate::lab::{Lab, Vpc};

/// How many worlds are tried side by side: kops waits more than it works.
const SIDE_BY_SIDE: usize = 3;

struct World {
    name: &'static str,
    /// Whether it is tried when nothing else is asked for.
    usual: bool,
    trials: &'static [Trial],
}

/// One cluster asked for in a VPC of the world.
struct Trial {
    vpc: usize,
    /// The letters of its zones.
    zones: &'static str,
    /// The zone's letter whose gateway is named though it is of another VPC of the world.
    foreign: Option<(usize, &'static str)>,
    verdict: Verdict,
}

enum Verdict {
    /// It is planned with these warnings, and kops makes it.
    Made(&'static [&'static str]),
    /// It is refused by this rule, with these words, and that is true.
    Refused(&'static str, &'static str, Proof),
}

enum Proof {
    /// kops fails with these words on the spec that would have been written.
    Kops(&'static str),
    /// EC2 says so of the VPC's NAT gateways and the zone: no lab has packets to lose.
    Ec2(fn(&[Seen], &str) -> bool),
}

use Proof::{Ec2, Kops as KopsSays};
use Verdict::{Made, Refused};

const fn made(zones: &'static str, warnings: &'static [&'static str]) -> Trial {
    Trial {
        vpc: 0,
        zones,
        foreign: None,
        verdict: Made(warnings),
    }
}

const fn refused(
    zones: &'static str,
    rule: &'static str,
    says: &'static str,
    proof: Proof,
) -> Trial {
    Trial {
        vpc: 0,
        zones,
        foreign: None,
        verdict: Refused(rule, says, proof),
    }
}

const fn usual(name: &'static str, trials: &'static [Trial]) -> World {
    World {
        name,
        usual: true,
        trials,
    }
}

const fn more(name: &'static str, trials: &'static [Trial]) -> World {
    World {
        name,
        usual: false,
        trials,
    }
}

const NO_NAT: &str = "zone-without-nat";

fn own<'a>(seen: &'a [Seen], zone: &'a str) -> impl Iterator<Item = &'a Seen> {
    seen.iter()
        .filter(move |one| one.zone.as_deref() == Some(zone))
}

fn all(seen: &[Seen], zone: &str, is: fn(&Seen) -> bool) -> bool {
    own(seen, zone).count() > 0 && own(seen, zone).all(is)
}

const WORLDS: &[World] = &[
    more("method", &[made("abc", &[])]),
    more(
        "two-vpcs",
        &[Trial {
            vpc: 1,
            ..made("abc", &[])
        }],
    ),
    usual(
        "dns-off",
        &[refused(
            "abc",
            "vpc-dns-support-off",
            "kops refuses such a VPC",
            KopsSays("but did not have EnableDNSSupport=true"),
        )],
    ),
    more("no-hostnames", &[made("abc", &["vpc-dns-hostnames-off"])]),
    usual(
        "no-internet-gateway",
        &[refused(
            "abc",
            "internet-gateway-missing",
            "kops looks for exactly one",
            KopsSays("InternetGateway"),
        )],
    ),
    usual(
        "pod-range",
        &[refused(
            "abc",
            "vpc-in-pod-range",
            "refuses a VPC inside it",
            KopsSays("nonMasqueradeCIDR"),
        )],
    ),
    more("dual-stack", &[made("abc", &[])]),
    usual(
        "no-nat",
        &[refused(
            "abc",
            NO_NAT,
            "the VPC has no NAT gateway",
            Ec2(|seen, _| seen.is_empty()),
        )],
    ),
    more(
        "missing-zone-nat",
        &[
            refused(
                "d",
                NO_NAT,
                "one zone's failure would cut both",
                Ec2(|seen, zone| own(seen, zone).count() == 0),
            ),
            made("abc", &[]),
        ],
    ),
    usual(
        "nat-wrong",
        &[
            refused(
                "a",
                NO_NAT,
                "it is still pending",
                Ec2(|seen, zone| all(seen, zone, |one| one.state == "pending")),
            ),
            refused(
                "b",
                NO_NAT,
                "it failed to start",
                Ec2(|seen, zone| all(seen, zone, |one| one.state == "failed")),
            ),
            refused(
                "c",
                NO_NAT,
                "it was deleted",
                Ec2(|seen, zone| all(seen, zone, |one| one.state == "deleted")),
            ),
            refused(
                "d",
                NO_NAT,
                "it is a private NAT gateway",
                Ec2(|seen, zone| all(seen, zone, |one| one.connectivity == "private")),
            ),
            refused("f", NO_NAT, "it has 2 addresses", KopsSays("NatGateway")),
            made("e", &["zones-few", "control-plane-single"]),
        ],
    ),
    usual(
        "nat-regional",
        &[refused(
            "a",
            NO_NAT,
            "it is a regional NAT gateway",
            Ec2(|seen, zone| own(seen, zone).count() == 0 && seen.iter().any(|one| one.regional)),
        )],
    ),
    more(
        "nat-elsewhere",
        &[
            refused(
                "b",
                NO_NAT,
                "its subnet is in us-east-1a",
                Ec2(|seen, zone| own(seen, zone).count() == 0),
            ),
            made("acd", &[]),
        ],
    ),
    usual(
        "nat-unrouted",
        &[
            refused(
                "a",
                NO_NAT,
                "has no working route 0.0.0.0/0 to an internet gateway",
                Ec2(|seen, zone| all(seen, zone, |one| !one.leads_out)),
            ),
            made("bcd", &[]),
        ],
    ),
    usual(
        "nat-of-other-vpc",
        &[Trial {
            foreign: Some((1, "d")),
            ..refused(
                "a",
                "egress-other-vpc",
                "another VPC",
                KopsSays("NatGateway"),
            )
        }],
    ),
    usual(
        "full",
        &[refused(
            "abc",
            "blocks-no-room",
            "secondary CIDR",
            KopsSays("InvalidSubnet.Conflict"),
        )],
    ),
    usual("fragmented", &[made("abc", &[])]),
    usual("small-vpc", &[made("abc", &[])]),
    more("secondary-cidr", &[made("abc", &[])]),
    usual("full-with-secondary", &[made("abc", &[])]),
    more(
        "two-hundred-subnets",
        &[refused(
            "abc",
            "quota-subnets-passed",
            "EC2 refuses the ones beyond it",
            Ec2(|seen, _| !seen.is_empty()),
        )],
    ),
    more("connected", &[made("abc", &[])]),
    more("pods-elsewhere", &[made("abc", &["pod-range-routed"])]),
    more("prefix-list", &[made("abc", &[])]),
    more("existing-cluster", &[made("abc", &[])]),
    usual("hostile-tags", &[made("abc", &[])]),
];

#[test]
#[ignore = "needs the lab: ./check"]
fn what_is_accepted_is_made_as_planned_and_what_is_refused_is_truly_so() {
    let lab = Lab::start("worlds");
    let queue = Mutex::new(chosen().into_iter());
    let next = || queue.lock().unwrap().next();
    thread::scope(|scope| {
        let hands: Vec<_> = (0..SIDE_BY_SIDE)
            .map(|_| {
                scope.spawn(|| {
                    while let Some(world) = next() {
                        try_world(&lab, world);
                    }
                })
            })
            .collect();
        let failed: Vec<_> = hands
            .into_iter()
            .filter_map(|hand| hand.join().err())
            .collect();
        assert!(
            failed.is_empty(),
            "{} hands failed; what they say is above",
            failed.len()
        );
    });
}

#[test]
#[ignore = "needs the lab: ./check"]
fn every_world_of_the_lab_is_tried_here() {
    let listed = crate::lab::worlds();
    let tried: BTreeSet<String> = WORLDS.iter().map(|world| world.name.to_owned()).collect();
    let untried: Vec<&String> = listed.difference(&tried).collect();
    // Fifty VPCs: benches/discovery reads them.
    assert_eq!(untried, ["many-vpcs"]);
}

fn chosen() -> Vec<&'static World> {
    let asked = std::env::var("KOPSWAIN_WORLDS").unwrap_or_default();
    let names: Vec<&str> = asked.split(',').filter(|name| !name.is_empty()).collect();
    let wanted = |world: &&World| match names.as_slice() {
        [] => world.usual,
        ["all"] => true,
        names => names.contains(&world.name),
    };
    WORLDS.iter().filter(wanted).collect()
}

fn try_world(lab: &Lab, world: &World) {
    let vpcs = lab.world(world.name);
    for (at, trial) in world.trials.iter().enumerate() {
        // Short: moto refuses a target group whose name kops cut behind a hyphen.
        let cluster = format!("w{}-{at}.example.com", number(world));
        let asked = Asked::new(lab, cluster, &vpcs, trial);
        match &trial.verdict {
            Made(warnings) => asked.is_made(warnings),
            Refused(rule, says, proof) => asked.is_refused(rule, says, proof),
        }
        eprintln!("{}: {} as it should be", world.name, asked.cluster);
    }
}

fn number(world: &World) -> usize {
    let at = WORLDS.iter().position(|one| one.name == world.name);
    at.unwrap()
}

/// A cluster asked for, with a desk of its own.
struct Asked<'a> {
    cluster: String,
    vpc: &'a Vpc,
    zones: Vec<String>,
    answers: String,
    desk: Desk,
    cloud: Cloud,
}

impl<'a> Asked<'a> {
    fn new(lab: &'a Lab, cluster: String, vpcs: &'a [Vpc], trial: &Trial) -> Self {
        let vpc = &vpcs[trial.vpc];
        let zones: Vec<String> = trial
            .zones
            .chars()
            .map(|letter| format!("us-east-1{letter}"))
            .collect();
        let foreign = trial
            .foreign
            .map(|(of, letter)| vpcs[of].nat_gateway(&format!("us-east-1{letter}")));
        let mut desk = Desk::at(lab);
        // No channel can be fetched here; a refusal at once is kinder than seven seconds of silence.
        desk.set("HTTPS_PROXY", "http://127.0.0.1:9");
        Self {
            answers: answers_in(&cluster, &vpc.id, &zones, foreign),
            cluster,
            vpc,
            zones,
            desk,
            cloud: Cloud::of(lab),
        }
    }

    // What `kopswain plan` prints as JSON.
    fn planned(&self, code: i32) -> serde_json::Value {
        self.desk.write("answers.yml", &self.answers);
        let words = ["plan", "answers.yml", "--output", "json"];
        let ended = self.desk.kopswain(&words).expect(code);
        serde_json::from_str(&ended.stdout).unwrap()
    }

    fn is_made(&self, warnings: &[&str]) {
        let shared = self.cloud.nat_gateways(&self.vpc.id);
        let told = self.planned(0);
        let weighs = |problem: &&serde_json::Value| problem["severity"] == "warning";
        let problems = told["problems"].as_array().unwrap().iter();
        let found: Vec<&str> = problems
            .filter(weighs)
            .map(|one| one["id"].as_str().unwrap())
            .collect();
        assert_eq!(found, warnings, "{}", self.cluster);
        let spec = told["spec"].as_str().unwrap();
        Kops::at(&self.desk, &self.cluster).makes(spec);
        let plan = self.decided();
        assert_eq!(spec::render(&plan), spec, "{}", self.cluster);
        assert_eq!(
            self.cloud.subnets(&self.cluster),
            self.wanted(&plan),
            "{}",
            self.cluster
        );
        assert_eq!(
            self.cloud.nat_gateways(&self.vpc.id),
            shared,
            "{}",
            self.cluster
        );
    }

    fn is_refused(&self, rule: &str, says: &str, proof: &Proof) {
        let told = self.planned(2);
        let blocked = |problem: &&serde_json::Value| {
            problem["id"] == rule && problem["severity"] == "blocked"
        };
        let problem = told["problems"].as_array().unwrap().iter().find(blocked);
        let problem =
            problem.unwrap_or_else(|| panic!("{}: {rule} is not in {told:#}", self.cluster));
        assert!(
            problem.to_string().contains(says),
            "{}: {problem:#}",
            self.cluster
        );
        match proof {
            KopsSays(words) => {
                Kops::at(&self.desk, &self.cluster).fails(&spec::render(&self.forced()), words)
            }
            Ec2(is_so) => {
                let seen = self.cloud.nat_gateways(&self.vpc.id);
                assert!(is_so(&seen, &self.zones[0]), "{}: {seen:#?}", self.cluster);
            }
        }
    }

    // The plan of the same answers on the same account, by the library.
    fn decided(&self) -> Plan {
        let words = ["discover", "--output", "json", "--vpc", &self.vpc.id];
        let told = self.desk.kopswain(&words).expect(0).stdout;
        let inventory: Inventory = serde_json::from_str(&told).unwrap();
        plan(&inventory, &Answers::parse(&self.answers).unwrap()).plan
    }

    // What was refused, as a person would have written it all the same.
    fn forced(&self) -> Plan {
        let mut plan = self.decided();
        for (at, zone) in plan.zones.iter_mut().enumerate() {
            if zone.egress.is_empty() {
                zone.egress = self.vpc.nat_gateways_of(&zone.name)[0].clone();
            }
            let block = |octet: usize| format!("172.20.{}.0/24", octet + at).parse().ok();
            zone.private = zone.private.or_else(|| block(16));
            zone.utility = zone.utility.or_else(|| block(20));
        }
        plan
    }

    // The subnets that EC2 must show, by the plan and by what the world made.
    fn wanted(&self, plan: &Plan) -> Vec<Placed> {
        let internet = self.cloud.internet_gateway(&self.vpc.id);
        let mut wanted = Vec::new();
        for zone in &plan.zones {
            let gateways = self.vpc.nat_gateways_of(&zone.name);
            assert!(
                gateways.contains(&zone.egress),
                "{}: {zone:?}",
                self.cluster
            );
            for (kind, block, leaves_by) in [
                ("Private", zone.private, &zone.egress),
                ("Utility", zone.utility, &internet),
            ] {
                wanted.push(Placed {
                    zone: zone.name.clone(),
                    kind: kind.to_owned(),
                    block: block.unwrap().to_string(),
                    leaves_by: leaves_by.clone(),
                });
            }
        }
        wanted.sort();
        wanted
    }
}
