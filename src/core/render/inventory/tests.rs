use super::*;
use crate::core::inventory::{MissingFact, NatState, Unread, Zone};
use crate::core::method;
use crate::core::text::untrusted::Untrusted;

// The method's VPC cut to one zone, so that the whole text can be read here.
fn small() -> Inventory {
    let mut inventory = method::inventory();
    let vpc = &mut inventory.vpcs[0];
    vpc.subnets.retain(|subnet| subnet.zone == "us-east-1a");
    vpc.nat_gateways.truncate(2);
    vpc.nat_gateways[1].state = NatState::Pending;
    let home = vpc.nat_gateways[0].subnet.clone();
    vpc.nat_gateways[1].subnet = home;
    vpc.nat_gateways[1].zone = Some("us-east-1a".into());
    vpc.tags
        .insert("Name".into(), "evil\u{1b}[2J\u{202e}".into());
    inventory.zones = vec![
        Zone {
            name: "us-east-1a".into(),
            available: true,
        },
        Zone {
            name: "us-east-1b".into(),
            available: false,
        },
    ];
    inventory.missing = vec![MissingFact {
        fact: "internet gateways".into(),
        action: "ec2:DescribeInternetGateways".into(),
        reason: Untrusted::from("UnauthorizedOperation: no\u{7}"),
        cause: Unread::Denied,
    }];
    inventory
}

#[test]
fn the_text_names_everything_and_obeys_nothing() {
    assert_eq!(to_text(&small()), include_str!("small.txt"));
}

#[test]
fn an_account_without_a_vpc_says_so() {
    let inventory = Inventory {
        region: "eu-west-1".into(),
        ..Inventory::default()
    };
    assert_eq!(
        to_text(&inventory),
        "Account not known  region eu-west-1\nZones   -\n\nNo VPC was found in eu-west-1.\n"
    );
}

#[test]
fn columns_are_as_wide_as_what_is_in_them_on_a_screen() {
    let mut table = Table::new(&["a", "b", "c"]).right(&[1]);
    table.row(vec!["日本".into(), "1".into(), String::new()]);
    table.row(vec!["x".into(), "100".into(), "y".into()]);
    assert_eq!(table.text(1), " a       b  c\n 日本    1\n x     100  y\n");
}
