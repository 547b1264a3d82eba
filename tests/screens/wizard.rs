//! Steps 1 to 5 of the wizard: empty, typical, long, failing, typing and picking.

use kopswain::core::answers::{Answers, NodeGroup};
use kopswain::core::check::{CheckKind, CheckState};
use kopswain::core::fault::Fault;
use kopswain::core::inventory::{Inventory, MissingFact, Unread, Zone};
use kopswain::core::price::{HourlyPrice, PriceList};
use kopswain::core::text::untrusted::Untrusted;
use kopswain::core::unix_time::UnixTime;
use kopswain::tui::event::{ClickTarget, Event};
use kopswain::tui::field_edit::FieldEdit;
use kopswain::tui::model::{Model, Screen};
use kopswain::tui::screens::wizard::form::EditState;
use kopswain::tui::update::update;
use kopswain::tui::view::pointer::target_at;
use ratatui::layout::{Position, Rect};

use super::Shot;
use super::canvas::{SIZES, context, keep, shown};
use super::world::{
    after, answers, asking, checked, connected, full, inventory, machine_types, many_vpcs,
    many_zones, no_nat, pass, press, tell,
};

/// The wizard of a typical account, this many steps on: 1 is the network.
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
    let mut model = after(step(1), "<ctrl-r>");
    tell(&mut model, 1_300, Event::DiscoveryFailed(denied()));
    model
}

// The CIDR of the first private subnet.
const FIRST_CIDR: &str = "<down><down>";

fn at_cidr(keys: &str) -> Model {
    after(step(1), &format!("{FIRST_CIDR}{keys}"))
}

fn fixed_block(text: &str) -> Model {
    at_cidr(&format!("<space><ctrl-u>{text}<enter>"))
}

fn existing(keys: &str) -> Model {
    after(step(1), &format!("<down><right>{keys}"))
}

/// Two VPCs, of which the second has no NAT gateway.
fn two_vpcs() -> Inventory {
    let mut inventory = inventory();
    let mut second = inventory.vpcs[0].clone();
    "vpc-0123456789abcdef0".clone_into(&mut second.id);
    second.nat_gateways.truncate(1);
    inventory.vpcs.push(second);
    inventory
}

// As us-east-1 has them: two zones without a NAT gateway.
fn six_zones() -> Inventory {
    let mut inventory = inventory();
    for letter in ["e", "f"] {
        inventory.zones.push(Zone {
            name: format!("us-east-1{letter}"),
            available: true,
        });
    }
    inventory
}

// Names and CIDRs as long as they get, and several subnets of one tier in a zone.
fn long_network() -> Inventory {
    let mut inventory = inventory();
    let vpc = &mut inventory.vpcs[0];
    let name = |text: String| (Untrusted::from("Name"), Untrusted::from(text));
    vpc.tags.extend([name(
        "network-of-the-payments-platform-in-production-本番環境".to_owned(),
    )]);
    vpc.cidrs = vec!["192.168.0.0/16".parse().unwrap()];
    for (at, subnet) in vpc.subnets.iter_mut().enumerate() {
        subnet.cidr = format!("192.168.{}.0/26", 100 + at).parse().unwrap();
        let tier = ["public", "databases-and-caches-of-the-platform"][usize::from(at > 3)];
        subnet
            .tags
            .extend([name(format!("{tier}-{}", subnet.zone))]);
    }
    inventory
}

fn on(inventory: Inventory, keys: &str) -> Model {
    after(connected(answers(), inventory), &format!("<enter>{keys}"))
}

/// Step 2.
pub fn network() -> Vec<Shot> {
    let mut shots = vpcs();
    shots.extend(zones());
    shots.extend(subnets());
    shots
}

fn vpcs() -> Vec<Shot> {
    vec![
        ("network_waiting_silent", waiting_for_ec2(200)),
        ("network_waiting", waiting_for_ec2(1_200)),
        ("network_empty", on(nothing_in_the_region(), "")),
        ("network_failing", discovery_failed()),
        ("network_lost", zones_lost()),
        ("network_two_vpcs", on(two_vpcs(), "")),
        ("network_two_vpcs_chosen", on(two_vpcs(), "<down><enter>")),
        ("network_other_vpc", on(two_vpcs(), "<enter><left><down>")),
        (
            "network_many_vpcs",
            on(many_vpcs(), "<pagedown><pagedown><down>"),
        ),
        ("network_many_vpcs_chosen", on(many_vpcs(), "<down><enter>")),
    ]
}

fn zones() -> Vec<Shot> {
    vec![
        ("network_typical", step(1)),
        ("network_map", after(step(1), "<tab>")),
        ("network_spec", after(step(1), "<tab><tab>")),
        ("network_six_zones", on(six_zones(), "")),
        ("network_six_zones_last", on(six_zones(), "<end>")),
        ("network_crossing", on(six_zones(), "<end>]")),
        ("network_long", on(many_zones(), "<right>")),
        ("network_long_names", on(long_network(), "<down><down>")),
        ("network_no_nat_gateway", on(no_nat(), "<enter>")),
        ("network_refused", on(no_nat(), "<enter><space>")),
        (
            "network_blocked",
            after(step(1), "<space><right><space><right><space><enter>"),
        ),
    ]
}

fn subnets() -> Vec<Shot> {
    vec![
        ("network_cidr", at_cidr("")),
        ("network_moved", at_cidr("]")),
        ("network_fixed", fixed_block("172.20.224.0/20")),
        ("network_typing", at_cidr("<space>")),
        ("network_trying", at_cidr("172.20.8.0/22")),
        ("network_refused_cidr", fixed_block("172.20.64.1/20")),
        ("network_colliding", fixed_block("172.20.0.0/20")),
        ("network_no_room", on(full(), "")),
        ("network_zoomed", at_cidr("z<tab>")),
        ("network_zoomed_close", at_cidr("zz<tab>")),
        ("network_existing", existing("<down>")),
        ("network_picking", existing("<down><space>")),
        (
            "network_existing_wrong",
            existing("<down><space><down><down><down><enter>"),
        ),
    ]
}

fn many_types() -> Model {
    let inventory = Inventory {
        instance_types: machine_types(1_300),
        ..inventory()
    };
    after(connected(answers(), inventory), &"<enter>".repeat(2))
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
    after(connected(answers, inventory()), &"<enter>".repeat(3))
}

// With what AWS's price list has of some types.
fn priced(missing: Vec<MissingFact>) -> Model {
    let known = [("t3.medium", 41_600), ("t3.large", 83_200)];
    let known = known.into_iter().filter(|_| missing.is_empty());
    let on_demand = known.map(|(name, price)| (name.to_owned(), HourlyPrice(price)));
    let list = PriceList {
        on_demand: on_demand.collect(),
        read: UnixTime::parse("2026-11-30T10:15:30Z"),
        missing,
        ..PriceList::default()
    };
    let mut model = step(2);
    let (region, list) = ("us-east-1".to_owned(), Box::new(list));
    tell(&mut model, 1_000, Event::PricesRead { region, list });
    after(model, "<down>")
}

fn no_price_list() -> Vec<MissingFact> {
    vec![MissingFact {
        fact: "prices of the instance types".to_owned(),
        action: "pricing:GetProducts".to_owned(),
        reason: Untrusted::from("not authorized"),
        cause: Unread::Denied,
    }]
}

/// Steps 3 and 4.
pub fn compute() -> Vec<Shot> {
    vec![
        ("control_plane_counted", after(step(2), "<right>")),
        ("control_plane_typical", step(2)),
        ("control_plane_even_zones", after(step(1), "<space><enter>")),
        ("control_plane_picking", after(step(2), "<down><space>")),
        ("control_plane_priced", priced(Vec::new())),
        (
            "control_plane_picking_priced",
            after(priced(Vec::new()), "<space>"),
        ),
        (
            "control_plane_picking_unpriced",
            after(priced(no_price_list()), "<space>"),
        ),
        (
            "control_plane_picking_image",
            after(step(2), "<down><down><space>"),
        ),
        (
            "control_plane_picking_long",
            after(many_types(), "<down><space><end>"),
        ),
        (
            "control_plane_picking_search",
            after(many_types(), "<down>m6ilarge"),
        ),
        (
            "control_plane_picking_figures",
            after(many_types(), "<down>arm64 16GiB"),
        ),
        (
            "control_plane_picking_nothing",
            after(many_types(), "<down>no-such-type"),
        ),
        ("nodes_typical", step(3)),
        ("nodes_added", after(step(3), "<end><space><up>")),
        ("nodes_long", after(many_groups(), "<pagedown><pagedown>")),
        (
            "nodes_picking_several",
            after(
                step(3),
                &format!(
                    "{}<space><down><enter><down><down><enter>",
                    "<down>".repeat(8)
                ),
            ),
        ),
        ("nodes_refused", after(step(3), "<down><down>many<enter>")),
        (
            "nodes_type_not_offered",
            after(step(3), "<down>t3micro<enter>"),
        ),
    ]
}

fn key_missing() -> Model {
    let mut model = step(4);
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
        step(4),
        &format!("<down><space>{}<enter>", blocks.join(", ")),
    )
}

const AT_CNI: &str = "<down><down><down><down><down>";
const AT_VERSION: &str = "<end>";

/// Step 5.
pub fn access() -> Vec<Shot> {
    vec![
        ("access_typical", step(4)),
        ("access_long", many_blocks()),
        (
            "access_short_key",
            after(step(4), "<space><ctrl-u>k.pub<enter>"),
        ),
        (
            "access_open_to_all",
            after(step(4), "<down><space>0.0.0.0/0<enter>"),
        ),
        (
            "access_refused",
            after(step(4), "<down><space>10.1.2.3<enter>"),
        ),
        ("access_failing", key_missing()),
        (
            "access_picking_cni",
            after(step(4), &format!("{AT_CNI}<space><down>")),
        ),
        (
            "access_picking_version",
            after(step(4), &format!("{AT_VERSION}1.35.2<enter><space><down>")),
        ),
        (
            "access_picking_searched",
            after(step(4), &format!("{AT_VERSION}<space>1.34")),
        ),
        (
            "access_spec_focused",
            after(step(4), "<tab><down><down><down>"),
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
fn a_click_hits_the_cell_that_is_drawn_there() {
    let context = context();
    for (name, model) in network() {
        let Screen::Wizard(wizard) = model.screen() else {
            panic!("{name} is not the wizard");
        };
        let resting = matches!(wizard.form().entry, EditState::Resting);
        for (columns, rows) in SIZES.into_iter().filter(|_| resting) {
            let lines = shown(&model, (columns, rows));
            let places = lines.iter().enumerate().filter_map(|(y, line)| {
                let x = line.chars().position(|sign| sign == '›')?;
                Some(Position::new(
                    u16::try_from(x + 4).unwrap(),
                    u16::try_from(y).unwrap(),
                ))
            });
            let area = Rect::new(0, 0, columns, rows);
            let mut sized = model.clone();
            let at = sized.at();
            update(&mut sized, at, Event::Resize { columns, rows });
            for place in places {
                let hit = target_at(area, place, &sized, &context);
                let row = ClickTarget::Row(wizard.form().cursor);
                assert_eq!(hit, Some(row), "{name} at {columns}×{rows}: {place}");
            }
        }
    }
}

#[test]
fn a_cidr_that_takes_the_place_of_a_planned_one_says_which_it_moves() {
    let notice = |text: &str| fixed_block(text).notice().unwrap_or_default().to_owned();
    assert_eq!(
        notice("172.20.17.0/24"),
        "This moves utility-us-east-1a from 172.20.20.0/24 to 172.20.28.0/24, and 4 planned subnets more."
    );
    assert_eq!(notice("172.20.224.0/20"), "");
}

#[test]
fn the_cell_under_the_cursor_is_seen_after_a_zone_has_gone() {
    let mut model = step(1);
    tell(&mut model, 1_000, Event::Clicked(ClickTarget::Row(10)));
    let out = Event::Edited {
        row: 1,
        edit: FieldEdit::Choose,
    };
    tell(&mut model, 1_000, out);
    let rows = shown(&model, (62, 30));
    assert!(rows.iter().any(|row| row.contains('›')), "{rows:#?}");
}

#[test]
fn the_compute_steps_are_kept() {
    keep(&compute());
}

#[test]
fn the_access_step_is_kept() {
    keep(&access());
}
