//! Every world of the lab: what kopswain accepts there the real kops makes, and EC2 shows it as planned; what it refuses fails
//! for the reason that was given.
//!
//! `KOPSWAIN_WORLDS=all` tries every world, `KOPSWAIN_WORLDS=full,method` these; otherwise those that show most.

mod list;

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::thread;

use kopswain::core::answers::Answers;
use kopswain::core::inventory::Inventory;
use kopswain::core::plan::Plan;
use kopswain::core::planning::plan;
use kopswain::core::spec;
use list::{Proof, Trial, Verdict, WORLDS, World};

use crate::cloud::{Cloud, Placed};
use crate::desk::{Desk, answers_in};
use crate::kops::Kops;
use crate::lab::{Lab, Vpc};

/// How many worlds are tried side by side: kops waits more than it works.
const SIDE_BY_SIDE: usize = 3;

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
                    let mut failed = Vec::new();
                    while let Some(world) = next() {
                        let tried =
                            thread::scope(|one| one.spawn(|| try_world(&lab, world)).join());
                        failed.extend(tried.err().map(|_| world.name));
                    }
                    failed
                })
            })
            .collect();
        let failed: Vec<&str> = hands
            .into_iter()
            .flat_map(|hand| hand.join().unwrap())
            .collect();
        assert_eq!(failed, Vec::<&str>::new(), "what they say is above");
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
            Verdict::Made(warnings) => asked.is_made(warnings),
            Verdict::Refused(rule, says, proof) => asked.is_refused(rule, says, proof),
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
        // Two exports into one file at once fail at its lock.
        let kubeconfig = desk.outside("kubeconfig").display().to_string();
        desk.set("KUBECONFIG", &kubeconfig);
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
        let plan = self.decided();
        assert_eq!(spec::render(&plan), spec, "{}", self.cluster);
        Kops::at(&self.desk, &self.cluster).makes(spec);
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
            Proof::Kops(words) => {
                Kops::at(&self.desk, &self.cluster).fails(&spec::render(&self.forced()), words);
            }
            Proof::Ec2(is_so) => {
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
        let seen = self.cloud.nat_gateways(&self.vpc.id);
        let mut wanted = Vec::new();
        for zone in &plan.zones {
            let gateway = seen.iter().find(|one| one.id == zone.egress).unwrap();
            let good = gateway.state == "available" && gateway.connectivity == "public";
            assert!(
                good && gateway.leads_out && gateway.addresses == 1,
                "{gateway:?}"
            );
            assert_eq!(gateway.zone.as_ref(), Some(&zone.name), "{gateway:?}");
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
