//! The method's own VPC, for tests: four Terraform subnet sets in four zones, a NAT gateway in each.

use super::inventory::{Inventory, Vpc};

pub(crate) const JSON: &str = include_str!("../../tests/fixtures/inventory/method.json");

pub(crate) const NAT_GATEWAYS: [&str; 4] = [
    "nat-0f19a9e0f19a9e001",
    "nat-0582c9ab0582c9ab2",
    "nat-00d991e200d991e23",
    "nat-0523c7b10523c7b14",
];

pub(crate) fn inventory() -> Inventory {
    serde_json::from_str(JSON).unwrap()
}

pub(crate) fn vpc() -> Vpc {
    inventory().vpcs.remove(0)
}

#[test]
fn the_demonstration_shows_the_methods_vpc() {
    let demo: Inventory = serde_json::from_str(include_str!("../io/demo/inventory.json")).unwrap();
    assert_eq!(demo, inventory());
}
