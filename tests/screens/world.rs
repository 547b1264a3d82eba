//! The accounts, reports and keys that the screens are built from; everything reaches the model through `update`.

use std::fmt::Write as _;
use std::time::Duration;

use kopswain::core::answers::Answers;
use kopswain::core::approval::facts::ApprovalFacts;
use kopswain::core::check::{Check, CheckKind, CheckState};
use kopswain::core::fault::Fault;
use kopswain::core::inventory::{InstanceType, Inventory, NatState, Zone};
use kopswain::core::text::untrusted::Untrusted;
use kopswain::tui::cluster_target::ClusterTarget;
use kopswain::tui::effect::Wake;
use kopswain::tui::event::{CommandOutput, Event, Timestamp};
use kopswain::tui::job::Job;
use kopswain::tui::model::Model;
use kopswain::tui::update::{start, update};

use crate::keys::journey;

/// The text of a recording.
macro_rules! recorded {
    ($name:literal) => {
        include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/fixtures/kops/",
            $name
        ))
    };
}
pub(crate) use recorded;

/// The cluster of the recordings.
pub const CLUSTER: &str = "prod.example.com";

/// A moment after the start.
pub fn at(millis: u64) -> Timestamp {
    Timestamp(Duration::from_millis(millis))
}

/// The answers of a person who has a name, a region and a bucket.
pub fn answers() -> Answers {
    Answers {
        cluster: CLUSTER.to_owned(),
        region: "us-east-1".to_owned(),
        state_store: "s3://example-state".to_owned(),
        ..Answers::default()
    }
}

/// The place of those answers.
pub fn place() -> ClusterTarget {
    ClusterTarget {
        region: "us-east-1".to_owned(),
        state_store: "s3://example-state".to_owned(),
        ssh_public_key: "/home/op/.ssh/id_ed25519.pub".to_owned(),
        ..ClusterTarget::default()
    }
}

/// What an approval depends on here.
pub fn facts() -> ApprovalFacts {
    let known = [
        ("account", "123456789012"),
        ("kops version", "1.36.2"),
        (
            "SSH public key",
            "SHA256:q+fa0qKWMPzjExMBUFiKiUOIRPtJAXQvyVnky2CTNs4",
        ),
    ];
    known
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into_iter()
        .collect()
}

/// The account of the method: one VPC of Terraform's, a NAT gateway in each of four zones.
pub fn inventory() -> Inventory {
    let mut inventory: Inventory =
        serde_json::from_str(include_str!("../fixtures/inventory/method.json")).unwrap();
    inventory.instance_types = machine_types(40);
    inventory
}

/// Instance types as EC2 names them, in a fixed order.
pub fn machine_types(count: usize) -> Vec<InstanceType> {
    let families = [
        "t3", "t3a", "t4g", "m5", "m5d", "m6i", "m6id", "m7g", "c6i", "c7gn", "r6i", "x2iedn",
        "u-6tb1",
    ];
    let sizes = [
        "micro", "small", "medium", "large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "metal",
    ];
    let zones = ["us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d"];
    (0..count)
        .map(|at| {
            let (family, size) = (
                families[at / sizes.len() % families.len()],
                sizes[at % sizes.len()],
            );
            let round = at / (sizes.len() * families.len());
            let name = if round == 0 {
                format!("{family}.{size}")
            } else {
                format!("{family}-{round}.{size}")
            };
            InstanceType {
                name,
                vcpus: 1 << (at % sizes.len()),
                memory_mib: 512 << (at % sizes.len() + at % 3),
                interfaces: None,
                addresses_per_interface: None,
                architectures: vec![
                    if family.contains('g') {
                        "arm64"
                    } else {
                        "x86_64"
                    }
                    .to_owned(),
                ],
                zones: zones
                    .iter()
                    .take(1 + at % 4)
                    .map(ToString::to_string)
                    .collect(),
            }
        })
        .collect()
}

const NAMES: [&str; 6] = [
    "a-very-long-name-that-somebody-gave-to-the-network-of-the-payments-platform-in-production",
    "\u{1b}[2J\u{1b}]0;owned\u{7}red",
    "本番環境のネットワーク・東京リージョン・決済基盤",
    "\u{202e}gnirts desrever\u{202c}",
    "emoji 👩‍👩‍👧‍👦 and flag 🇩🇪 and cafe\u{301}",
    "",
];

/// Two hundred VPCs with long, hostile and wide names.
pub fn many_vpcs() -> Inventory {
    let mut inventory = inventory();
    let model = inventory.vpcs[0].clone();
    inventory.vpcs = (0..200)
        .map(|at| {
            let mut vpc = model.clone();
            vpc.id = format!("vpc-{at:017x}");
            let name = format!("{}{at}", NAMES[at % NAMES.len()]);
            vpc.tags
                .insert(Untrusted::from("Name"), Untrusted::from(name));
            if at % 5 == 0 {
                vpc.nat_gateways.clear();
            }
            if at % 7 == 0 {
                vpc.cidrs.push("100.72.0.0/16".parse().unwrap());
            }
            vpc
        })
        .collect();
    inventory
}

/// Zones with long names, some with two gateways, one unavailable.
pub fn many_zones() -> Inventory {
    let mut inventory = inventory();
    for at in 0..14 {
        let name = format!("us-east-1-lax-{at}a");
        inventory.zones.push(Zone {
            name: name.clone(),
            available: at != 3,
        });
    }
    let second: Vec<_> = inventory.vpcs[0]
        .nat_gateways
        .iter()
        .take(2)
        .cloned()
        .map(|mut gateway| {
            gateway.id = format!("nat-{:017x}", 0xfeed);
            gateway
        })
        .collect();
    inventory.vpcs[0].nat_gateways.extend(second);
    inventory.vpcs[0].nat_gateways[2].state = NatState::Failed;
    inventory
}

/// The account without any NAT gateway.
pub fn no_nat() -> Inventory {
    let mut inventory = inventory();
    inventory.vpcs[0].nat_gateways.clear();
    inventory
}

/// A VPC in which nothing is free.
pub fn full() -> Inventory {
    let mut inventory = inventory();
    let vpc = &mut inventory.vpcs[0];
    let mut wide = vpc.subnets[0].clone();
    for at in 0..16 {
        wide.id = format!("subnet-{at:017x}");
        wide.cidr = format!("172.20.{}.0/20", at * 16).parse().unwrap();
        vpc.subnets.push(wide.clone());
    }
    inventory
}

/// A wizard whose first effects are on their way.
pub fn asking(answers: Answers) -> Model {
    let mut model = Model::wizard(answers, "/home/op");
    start(&mut model);
    model
}

/// The same once every check is good and EC2 has told all.
pub fn connected(answers: Answers, inventory: Inventory) -> Model {
    let mut model = asking(answers);
    learned(&mut model, inventory);
    tell(
        &mut model,
        950,
        Event::ClustersInStore(vec!["old.example.com".to_owned()]),
    );
    model
}

/// Lets every check be good, and EC2 answer.
pub fn learned(model: &mut Model, inventory: Inventory) {
    check_all(model);
    tell(
        model,
        700,
        Event::Connected {
            account: Some("123456789012".to_owned()),
            region: "us-east-1".to_owned(),
        },
    );
    tell(
        model,
        900,
        Event::Discovered {
            inventory: Box::new(inventory),
            complete: true,
        },
    );
}

fn check_all(model: &mut Model) {
    let found = [
        (CheckKind::Kops, "1.36.2 at /usr/local/bin/kops"),
        (
            CheckKind::Credentials,
            "account 123456789012, arn:aws:iam::123456789012:user/operator",
        ),
        (CheckKind::Region, "us-east-1"),
        (CheckKind::StateStore, "s3://example-state, versioned"),
        (CheckKind::SshKey, "SHA256:uNiVztksCsDhcc0u9e8BrrJXVGDI8zvk"),
        (
            CheckKind::Channel,
            "stable, just read: Kubernetes 1.35.5 for kops 1.36.2",
        ),
    ];
    for (kind, text) in found {
        tell(model, 600, checked(kind, CheckState::Good(text.to_owned())));
    }
}

/// A check that answered.
pub fn checked(kind: CheckKind, state: CheckState) -> Event {
    Event::Checked(Check { kind, state })
}

/// Sends one event.
pub fn tell(model: &mut Model, millis: u64, event: Event) {
    update(model, at(millis), event);
}

/// The clock is drawn at a moment.
pub fn pass(model: &mut Model, millis: u64) {
    tell(model, millis, Event::Woke(Wake::Clock));
}

/// Presses the keys of a journey at a moment.
pub fn press(model: &mut Model, millis: u64, keys: &str) {
    for key in journey(keys) {
        tell(model, millis, Event::Key(key));
    }
}

/// The model after these keys.
pub fn after(mut model: Model, keys: &str) -> Model {
    let millis = u64::try_from(model.at().0.as_millis()).unwrap();
    press(&mut model, millis, keys);
    model
}

/// A command that ended.
pub fn ended(job: Job, exit: i32, stdout: &str, stderr: &str) -> Event {
    let finished = CommandOutput {
        exit: Some(exit),
        stdout: stdout.to_owned(),
        stderr: stderr.to_owned(),
        ..CommandOutput::default()
    };
    Event::Ended {
        job,
        result: Ok(finished),
    }
}

/// A command that could not be started.
pub fn not_started(job: Job) -> Event {
    let fault = Fault::new(
        "kops cannot be started",
        "there is no kops in PATH",
        "Install kops 1.36.2 and see that kops version answers",
    );
    Event::Ended {
        job,
        result: Err(fault),
    }
}

/// The recorded dry run of a new cluster with 3,000 more resources in it.
pub fn long_report() -> String {
    let mut tasks = String::new();
    for at in 0..3_000 {
        write!(
            tasks,
            "  SecurityGroupRule/from-{at}-{}\n  \tProtocol            \ttcp\n  \tFromPort            \t{at}\n\n",
            NAMES[at % 2].replace('\u{1b}', "")
        )
        .unwrap();
    }
    let report = recorded!("update-create.stdout");
    report.replacen(
        "Will create resources:\n",
        &format!("Will create resources:\n{tasks}"),
        1,
    )
}
