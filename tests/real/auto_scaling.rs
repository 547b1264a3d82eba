//! A real cluster of kops as Auto Scaling and EC2 report it, beside what kops itself finds.

use std::collections::BTreeMap;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use kopswain::core::cluster::cloud::{ActivityStatus, CloudGroup};
use kopswain::core::cluster::{Instance, Instances, read_instances};
use kopswain::io::aws::{self, Account};
use kopswain::io::settings::Settings;

use crate::desk::{Desk, IMAGE, KUBERNETES};
use crate::lab::{Lab, Vpc};

pub(crate) const CLUSTER: &str = "eye.example.com";
/// The variable that tells this test binary to be the process that asks.
const QUESTION: &str = "KOPSWAIN_QUESTION";
const NO_CAPACITY: &str = "We currently do not have sufficient t3.large capacity.";
const SOON: Duration = Duration::from_secs(20);

/// The process that asks AWS; does nothing when the tests themselves run.
#[tokio::test]
async fn child() {
    let Ok(question) = std::env::var(QUESTION) else {
        return;
    };
    let account = aws::connect(&Settings::default()).await.unwrap();
    for line in ask(&account, &question).await {
        println!("answer {line}");
    }
}

async fn ask(account: &Account, question: &str) -> Vec<String> {
    let (kind, id) = question.split_once(' ').unwrap_or((question, ""));
    let ids = [id.to_owned()];
    match kind {
        "groups" => {
            let answer = account.cloud_groups(CLUSTER).await.unwrap();
            assert_eq!(answer.missing, []);
            answer.found.iter().flat_map(lines_of).collect()
        }
        "activities" => {
            let activities = account.scaling_activities(&ids).await.unwrap();
            let line = |status: ActivityStatus, text: &str| format!("{status:?} {text}");
            let told = activities.iter().rev();
            told.map(|one| line(one.status, one.message.raw()))
                .collect()
        }
        "instance" => {
            let found = account.cloud_instances(&ids).await.unwrap().found.remove(0);
            let checks = (found.system_check, found.instance_check);
            let age = found.launched.is_some();
            vec![format!(
                "{:?} {checks:?} {} {age}",
                found.state, found.instance_type
            )]
        }
        "prices" => {
            let types = ["t3.large".to_owned(), "p5.48xlarge".to_owned()];
            let prices = account.cluster_prices(CLUSTER, &types, &ids).await;
            let list = prices.list;
            let listed = list.on_demand.iter();
            let listed = listed.map(|(kind, price)| format!("{kind} {}", price.hourly()));
            let counted = format!(
                "{} counted, {} Spot",
                prices.instances.len(),
                prices.spot.len()
            );
            let missing = list
                .missing
                .iter()
                .map(|fact| format!("{}: {}", fact.action, fact.reason));
            listed.chain([counted]).chain(missing).collect()
        }
        "path" => {
            let found = account
                .instance_paths(&ids, &[])
                .await
                .unwrap()
                .found
                .remove(0);
            vec![format!(
                "{} {:?} {}",
                found.default_route, found.usable, found.why
            )]
        }
        _ => {
            let output = account.console_output(id).await.unwrap();
            output.errors.iter().map(ToString::to_string).collect()
        }
    }
}

// The group, then each member.
fn lines_of(group: &CloudGroup) -> Vec<String> {
    let own = format!(
        "group {} {:?} {}-{} of {} {:?} v{:?}",
        group.instance_group,
        group.role,
        group.min,
        group.max,
        group.desired,
        group
            .zones
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>(),
        group.newest_version.unwrap_or_default(),
    );
    let members = group.members.iter().map(|one| {
        let update = one.needs_update.unwrap();
        format!(
            "member {} {} {} {update}",
            one.instance, group.name, one.lifecycle
        )
    });
    [own].into_iter().chain(members).collect()
}

fn asked(desk: &Desk, question: &str) -> Vec<String> {
    let mut command = Command::new(std::env::current_exe().unwrap());
    desk.prepare(&mut command);
    command.args(["--exact", "auto_scaling::child", "--nocapture"]);
    let output = command.env(QUESTION, question).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text.lines().filter_map(|line| line.strip_prefix("answer "));
    lines.map(str::to_owned).collect()
}

pub(crate) fn create(lab: &Lab, desk: &Desk, vpc: &Vpc) {
    let (zone, gateway) = &vpc.nat_gateways[0];
    let answers = format!(
        "cluster: {CLUSTER}\nregion: us-east-1\nstateStore: s3://example-state\nvpc: {}\nkubernetesVersion: {KUBERNETES}\nzones:\n  - {{name: {zone}, egress: {}}}\ncontrolPlane: {{count: 1, machineType: t3.medium, image: {IMAGE}}}\ninstanceGroups:\n  - {{name: nodes, machineType: t3.large, min: 2, max: 3, image: {IMAGE}}}\naccess:\n  sshPublicKey: key.pub\n",
        vpc.id, gateway
    );
    desk.write("answers.yml", &answers);
    desk.create_cluster(lab, CLUSTER);
}

/// The instances as kops finds them: id, Auto Scaling group and whether a rolling update replaces it.
fn found_by_kops(lab: &Lab, desk: &Desk) -> Vec<String> {
    let words = ["get", "instances", "--name", CLUSTER, "-o", "json"];
    let printed = lab.ask_kops(&words, &desk.work());
    let Instances::Known(found) = read_instances(&printed, "", 0) else {
        panic!("{printed}");
    };
    let line = |one: &Instance| {
        let update = one.status.raw() != "UpToDate";
        format!(
            "member {} {} InService {update}",
            one.id, one.instance_group
        )
    };
    let mut lines: Vec<String> = found.iter().map(line).collect();
    lines.sort();
    lines
}

fn members(desk: &Desk) -> Vec<String> {
    let mut lines = asked(desk, "groups");
    lines.retain(|line| line.starts_with("member "));
    lines.sort();
    lines
}

#[test]
#[ignore = "needs the lab: ./check"]
fn groups_are_read_as_kops_finds_them() {
    let lab = Lab::start("scaling");
    let vpc = lab.world("method").remove(0);
    let desk = Desk::at(&lab);
    let nodes = format!("nodes-us-east-1a.{CLUSTER}");
    lab.fail_launches(&nodes, NO_CAPACITY, 2);
    create(&lab, &desk, &vpc);
    a_launch_fails_and_is_tried_again(&desk, &nodes);

    let (zone, gateway) = (
        &vpc.nat_gateways[0].0,
        vpc.nat_gateway(&vpc.nat_gateways[0].0),
    );
    let lines = asked(&desk, "groups");
    let groups: Vec<&String> = lines
        .iter()
        .filter(|line| line.starts_with("group "))
        .collect();
    let wanted = [
        format!("group control-plane-{zone} ControlPlane 1-1 of 1 [{zone:?}] v1"),
        format!("group nodes-{zone} Node 2-3 of 2 [{zone:?}] v1"),
    ];
    assert_eq!(groups, wanted.iter().collect::<Vec<_>>());
    assert_eq!(members(&desk), found_by_kops(&lab, &desk));

    let of = by_group(&members(&desk));
    let node = &of[&nodes][0];
    assert_eq!(
        asked(&desk, &format!("instance {node}")),
        ["Running (Passed, Passed) t3.large true"]
    );
    assert_eq!(
        asked(&desk, &format!("path {node}")),
        [format!("{gateway} Some(true) ")]
    );
    let file = desk.write("console.txt", "booting\ncurl: (28) Timeout was reached\n");
    lab.give_console(node, &file);
    assert_eq!(
        asked(&desk, &format!("console {node}")),
        ["curl: (28) Timeout was reached"]
    );

    the_price_list_is_asked_and_may_be_refused(&lab, &desk, node);

    let edit = [
        "edit",
        "instancegroup",
        "nodes-us-east-1a",
        "--name",
        CLUSTER,
        "--set",
        "spec.machineType=t3.xlarge",
    ];
    lab.ask_kops(&edit, &desk.work());
    desk.update_cluster(&lab, CLUSTER);
    let changed = members(&desk);
    assert_eq!(changed, found_by_kops(&lab, &desk));
    let waiting = changed.iter().filter(|line| line.ends_with(" true"));
    assert_eq!(waiting.count(), 2, "{changed:?}");
}

fn the_price_list_is_asked_and_may_be_refused(lab: &Lab, desk: &Desk, node: &str) {
    let question = format!("prices {node}");
    lab.deny(&["pricing:GetProducts"]);
    let refused = [
        "1 counted, 0 Spot",
        "pricing:GetProducts: AccessDeniedException: User: arn:aws:iam::123456789012:user/lab is not authorized to perform: pricing:GetProducts",
    ];
    assert_eq!(asked(desk, &question), refused);
    lab.deny(&[]);
    // The other type is not in the lab's list.
    let listed = ["t3.large 0.0832", "1 counted, 0 Spot"];
    assert_eq!(asked(desk, &question), listed);
}

// The launches of both instances fail at once, twice; the third time they succeed.
fn a_launch_fails_and_is_tried_again(desk: &Desk, group: &str) {
    let question = format!("activities {group}");
    let began = Instant::now();
    let failed = format!("Failed {NO_CAPACITY} Launching EC2 instance failed.");
    let wanted = [&failed, &failed, "Successful ", "Successful "];
    loop {
        let told = asked(desk, &question);
        assert!(
            told.len() <= wanted.len() && told == wanted[..told.len()],
            "{told:?}"
        );
        if told.len() == wanted.len() {
            return;
        }
        assert!(began.elapsed() < SOON, "{told:?}");
        sleep(Duration::from_millis(200));
    }
}

fn by_group(members: &[String]) -> BTreeMap<String, Vec<String>> {
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in members {
        let words: Vec<&str> = line.split(' ').collect();
        groups
            .entry(words[2].to_owned())
            .or_default()
            .push(words[1].to_owned());
    }
    groups
}
