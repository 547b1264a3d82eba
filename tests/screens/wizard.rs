//! Steps 1 to 7 of the wizard: empty, typical, long, failing, typing and picking.

use kopswain::core::answers::{Answers, NodeGroup};
use kopswain::core::check::{CheckKind, CheckState};
use kopswain::core::fault::Fault;
use kopswain::core::inventory::Inventory;
use kopswain::tui::event::Event;
use kopswain::tui::model::Model;

use super::Shot;
use super::canvas::keep;
use super::world::{
    after, answers, asking, checked, connected, full, inventory, machine_types, many_vpcs,
    many_zones, no_nat, pass, press, tell,
};

/// The wizard of a typical account, this many steps on.
pub fn step(steps: usize) -> Model {
    after(connected(answers(), inventory()), &"<enter>".repeat(steps))
}

fn denied() -> Fault {
    Fault::new(
        "EC2 refuses to list VPCs",
        "user/operator is not authorized to perform ec2:DescribeVpcs",
        "Allow ec2:DescribeVpcs for user/operator, then press ctrl-r",
    )
}

fn failing_checks() -> Model {
    let mut model = connected(answers(), inventory());
    let fault = Fault::new(
        "no credentials were found",
        "neither the environment nor ~/.aws holds any for the profile \u{1b}[31mred\u{1b}[0m",
        "Run aws sso login --profile example, then press ctrl-r",
    );
    tell(
        &mut model,
        1_000,
        checked(CheckKind::Credentials, CheckState::Blocked(fault)),
    );
    let fault = Fault::new(
        "s3://example-state keeps no versions",
        "a spec that is overwritten by mistake cannot be brought back",
        "aws s3api put-bucket-versioning --bucket example-state --versioning-configuration Status=Enabled",
    );
    tell(
        &mut model,
        1_000,
        checked(CheckKind::StateStore, CheckState::Warning(fault)),
    );
    model
}

fn long_names() -> Model {
    let answers = Answers {
        cluster: format!(
            "{}.example.com",
            "a-rather-long-name-for-a-cluster".repeat(4)
        ),
        region: "ap-southeast-2".to_owned(),
        state_store: format!(
            "s3://{}/prefix/本番/\u{202e}x",
            "example-state-store-of-the-platform".repeat(3)
        ),
        ..Answers::default()
    };
    connected(answers, inventory())
}

/// Step 1.
pub fn account() -> Vec<Shot> {
    let typical = connected(answers(), inventory());
    let unqualified = Answers {
        cluster: "prod".to_owned(),
        ..answers()
    };
    let exists = Answers {
        cluster: "old.example.com".to_owned(),
        ..answers()
    };
    vec![
        ("account_empty", asking(Answers::default())),
        ("account_typical", typical.clone()),
        ("account_long", long_names()),
        (
            "account_failing",
            after(failing_checks(), "<down><down><down><down>"),
        ),
        (
            "account_failing_blocked",
            after(failing_checks(), "<enter>"),
        ),
        ("account_typing", after(typical, "stage.example.c")),
        (
            "account_typing_the_missing_name",
            after(asking(Answers::default()), "<enter>"),
        ),
        (
            "account_name_not_qualified",
            after(connected(unqualified, inventory()), "<enter>"),
        ),
        (
            "account_name_taken",
            after(connected(exists, inventory()), "<enter>"),
        ),
    ]
}

fn waiting_for_ec2(millis: u64) -> Model {
    let mut model = after(asking(answers()), "<enter>");
    pass(&mut model, millis);
    model
}

fn nothing_in_the_region() -> Inventory {
    Inventory {
        vpcs: Vec::new(),
        ..inventory()
    }
}

fn discovery_failed() -> Model {
    let mut model = waiting_for_ec2(1_200);
    tell(&mut model, 1_300, Event::DiscoveryFailed(denied()));
    model
}

fn zones_lost() -> Model {
    let mut model = after(step(2), "<ctrl-r>");
    tell(&mut model, 1_300, Event::DiscoveryFailed(denied()));
    model
}

fn fixed_block(text: &str) -> Model {
    after(step(3), &format!("<space><ctrl-u>{text}<enter>"))
}

/// Steps 2 to 4.
pub fn network() -> Vec<Shot> {
    vec![
        ("vpc_waiting_silent", waiting_for_ec2(200)),
        ("vpc_waiting", waiting_for_ec2(1_200)),
        (
            "vpc_empty",
            after(connected(answers(), nothing_in_the_region()), "<enter>"),
        ),
        ("vpc_typical", step(1)),
        (
            "vpc_long",
            after(
                connected(answers(), many_vpcs()),
                "<enter><pagedown><pagedown><down>",
            ),
        ),
        ("vpc_failing", discovery_failed()),
        ("vpc_spec_beside", after(step(1), "<tab>")),
        ("zones_empty", zones_lost()),
        ("zones_typical", step(2)),
        (
            "zones_long",
            after(connected(answers(), many_zones()), "<enter><enter><down>"),
        ),
        (
            "zones_no_nat_gateway",
            after(connected(answers(), no_nat()), "<enter><enter>"),
        ),
        (
            "zones_refused",
            after(connected(answers(), no_nat()), "<enter><enter><space>"),
        ),
        (
            "zones_blocked",
            after(step(2), "<space><down><space><down><space><enter>"),
        ),
        ("subnets_typical", step(3)),
        ("subnets_fixed", fixed_block("172.20.224.0/20")),
        ("subnets_existing", after(step(3), "<up><right><down>")),
        (
            "subnets_picking",
            after(step(3), "<up><right><down><space>"),
        ),
        (
            "subnets_existing_wrong",
            after(step(3), "<up><right><down><space><down><down><down><enter>"),
        ),
        ("subnets_map", after(step(3), "<tab>")),
        ("subnets_typing", after(step(3), "<space>")),
        ("subnets_refused", fixed_block("172.20.64.1/20")),
        ("subnets_overlap", fixed_block("172.20.0.0/20")),
        (
            "subnets_no_room",
            after(connected(answers(), full()), "<enter><enter><enter>"),
        ),
    ]
}

fn many_types() -> Model {
    let inventory = Inventory {
        instance_types: machine_types(1_300),
        ..inventory()
    };
    after(connected(answers(), inventory), &"<enter>".repeat(4))
}

fn many_groups() -> Model {
    let groups = (0..30).map(|at| NodeGroup {
        name: format!("nodes-of-team-{at}-{}", "x".repeat(at * 2)),
        spot: at % 2 == 0,
        per_zone: at % 3 == 0,
        root_volume_gib: (at % 4 == 0).then_some(128),
        image: (at % 5 == 0).then(|| {
            "099720109477/ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server".to_owned()
        }),
        ..NodeGroup::default()
    });
    let answers = Answers {
        instance_groups: groups.collect(),
        ..answers()
    };
    after(connected(answers, inventory()), &"<enter>".repeat(5))
}

/// Steps 5 and 6.
pub fn compute() -> Vec<Shot> {
    vec![
        ("control_plane_typical", step(4)),
        (
            "control_plane_even_zones",
            after(step(2), "<space><enter><enter>"),
        ),
        ("control_plane_picking", after(step(4), "<down><space>")),
        (
            "control_plane_picking_long",
            after(many_types(), "<down><space><end>"),
        ),
        (
            "control_plane_picking_search",
            after(many_types(), "<down>m6ilarge"),
        ),
        (
            "control_plane_picking_nothing",
            after(many_types(), "<down>no-such-type"),
        ),
        ("nodes_typical", step(5)),
        ("nodes_added", after(step(5), "<end><space><up>")),
        ("nodes_long", after(many_groups(), "<pagedown><pagedown>")),
        ("nodes_refused", after(step(5), "<down><down>many<enter>")),
        (
            "nodes_type_not_offered",
            after(step(5), "<down>t3micro<enter>"),
        ),
    ]
}

fn key_missing() -> Model {
    let mut model = step(6);
    let fault = Fault::new(
        "~/.ssh/id_ed25519.pub holds a private key",
        "kops stores what it is given in the state store",
        "Name the public half, which ends in .pub: ssh-keygen -y -f KEY prints it",
    );
    tell(
        &mut model,
        1_000,
        checked(CheckKind::SshKey, CheckState::Blocked(fault)),
    );
    press(&mut model, 1_000, "<enter>");
    model
}

fn many_blocks() -> Model {
    let blocks: Vec<String> = (0..30).map(|at| format!("10.{at}.0.0/16")).collect();
    after(
        step(6),
        &format!("<down><space>{}<enter>", blocks.join(", ")),
    )
}

/// Step 7.
pub fn access() -> Vec<Shot> {
    vec![
        ("access_typical", step(6)),
        ("access_long", many_blocks()),
        (
            "access_short_key",
            after(step(6), "<space><ctrl-u>k.pub<enter>"),
        ),
        (
            "access_open_to_all",
            after(step(6), "<down><space>0.0.0.0/0<enter>"),
        ),
        (
            "access_refused",
            after(step(6), "<down><space>10.1.2.3<enter>"),
        ),
        ("access_failing", key_missing()),
        (
            "access_spec_focused",
            after(step(6), "<tab><down><down><down>"),
        ),
    ]
}

#[test]
fn the_account_step_is_kept() {
    keep(&account());
}

#[test]
fn the_network_steps_are_kept() {
    keep(&network());
}

#[test]
fn the_compute_steps_are_kept() {
    keep(&compute());
}

#[test]
fn the_access_step_is_kept() {
    keep(&access());
}
