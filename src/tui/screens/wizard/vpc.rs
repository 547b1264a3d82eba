//! Step 2, VPC: which of the account's VPCs the cluster goes into.

use super::column::{Column, WhenNarrow};
use super::field::{Editor, Field, FieldKey, FieldKind, FieldSpec, Item};
use crate::core::inventory::{
    DESCRIBE_NAT_GATEWAYS, DESCRIBE_SUBNETS, Inventory, Owner, Vpc, Zone, name_of, owner_of,
};
use crate::core::network::egress::{ZoneEgress, egress_of};
use crate::core::problem::catalog as rule;
use crate::core::spec::fields::SpecKind;
use crate::tui::field_edit::FieldEdit;
use crate::tui::row_sign::RowSign;
use crate::tui::screens::wizard::Wizard;

/// What a column shows of a VPC.
type VpcCell = fn(&Inventory, &Vpc) -> String;

/// The columns of these rows, each with what it shows of a VPC.
pub(super) static COLUMNS: [(Column, VpcCell); 7] = [
    (Column::new("Name", WhenNarrow::Cut), |_, vpc| name(vpc)),
    (Column::new("CIDR", WhenNarrow::KeepFirst), |_, vpc| {
        let cidrs: Vec<String> = vpc.cidrs.iter().map(ToString::to_string).collect();
        cidrs.join(" ")
    }),
    (Column::new("NAT", WhenNarrow::Keep), |inventory, vpc| {
        let (usable, all) = (usable_gateways(inventory, vpc), vpc.nat_gateways.len());
        if_read(inventory, DESCRIBE_NAT_GATEWAYS, format!("{usable}/{all}"))
    }),
    (Column::new("Zones", WhenNarrow::Keep), |inventory, vpc| {
        let zones = usable_zones(inventory, vpc).len().to_string();
        if_read(inventory, DESCRIBE_NAT_GATEWAYS, zones)
    }),
    (
        Column::new("Clusters", WhenNarrow::Keep),
        |inventory, vpc| {
            let clusters = vpc.clusters().len().to_string();
            if_read(inventory, DESCRIBE_SUBNETS, clusters)
        },
    ),
    (Column::new("Managed by", WhenNarrow::Drop), |_, vpc| {
        manager(vpc).to_owned()
    }),
    (Column::new("VPC", WhenNarrow::Cut), |_, vpc| vpc.id.clone()),
];

pub static VPC: FieldSpec = FieldSpec {
    fixed: Some("nothing of a cluster can move to another VPC"),
    reason: "The VPC that Terraform made; kops adds subnets to it or uses existing ones.",
    help: "kops creates its own private and utility subnets inside this VPC and leaves every other subnet alone, unless you pick subnets that exist. The VPC needs DNS support and DNS hostnames on, one internet gateway, a NAT gateway in each zone that the cluster uses, and free address space.",
    sets: Some((SpecKind::Cluster, "networkID")),
    rules: &[
        rule::VPC_SHARED,
        rule::VPC_DEFAULT,
        rule::VPC_DNS_SUPPORT_OFF,
        rule::VPC_DNS_HOSTNAMES_OFF,
        rule::VPC_DNS_NOT_READ,
        rule::VPC_IN_POD_RANGE,
        rule::VPC_BLOCK_LEFT_OUT,
        rule::INTERNET_GATEWAY_MISSING,
        rule::INTERNET_GATEWAYS_SEVERAL,
        rule::POD_RANGE_ROUTED,
    ],
    editor: Editor::Row(choose),
    ..FieldSpec::BLANK
};

/// One row per VPC by name: those that could hold a cluster first.
pub fn rows(wizard: &Wizard) -> Vec<Field> {
    let Some(inventory) = wizard.inventory() else {
        return Vec::new();
    };
    let vpcs = in_order(inventory).into_iter();
    vpcs.map(|(usable, vpc)| row(wizard, inventory, vpc, usable))
        .collect()
}

/// The VPCs in the order of their rows, each with whether it could hold a cluster.
pub(super) fn in_order(inventory: &Inventory) -> Vec<(bool, &Vpc)> {
    let vpcs = inventory.vpcs.iter();
    let usable = |vpc| !usable_zones(inventory, vpc).is_empty();
    let mut vpcs: Vec<(bool, &Vpc)> = vpcs.map(|vpc| (usable(vpc), vpc)).collect();
    // Those without a name last.
    vpcs.sort_by_cached_key(|(usable, vpc)| {
        let name = name_of(&vpc.tags).map(|name| name.raw().to_lowercase());
        (!usable, name.is_none(), name, vpc.id.clone())
    });
    vpcs
}

fn row(wizard: &Wizard, inventory: &Inventory, vpc: &Vpc, usable: bool) -> Field {
    let key = FieldKey::new(&VPC, Item::Vpc(vpc.id.clone()));
    let kind = FieldKind::One(wizard.answers.vpc == vpc.id);
    let cells = COLUMNS.map(|(_, cell)| cell(inventory, vpc)).to_vec();
    let name = Some(name(vpc)).filter(|name| !name.is_empty());
    Field {
        sign: if usable { RowSign::None } else { RowSign::Look },
        values: vec![vpc.id.clone()],
        ..Field::row(key, &name.unwrap_or_else(|| vpc.id.clone()), kind, cells)
    }
}

fn name(vpc: &Vpc) -> String {
    let name = name_of(&vpc.tags).map(ToString::to_string);
    name.unwrap_or_default()
}

// What could not be read is not none.
fn if_read(inventory: &Inventory, action: &str, value: String) -> String {
    match inventory.unread(action) {
        Some(_) => "?".to_owned(),
        None => value,
    }
}

fn manager(vpc: &Vpc) -> &'static str {
    match owner_of(&vpc.tags) {
        Owner::Terraform => "Terraform",
        Owner::Kops(_) => "kops",
        Owner::Other if vpc.default => "default",
        Owner::Other => "",
    }
}

/// The zones of the region in which this VPC has a NAT gateway that a cluster can use.
pub fn usable_zones<'a>(inventory: &'a Inventory, vpc: &Vpc) -> Vec<&'a Zone> {
    let usable = |zone: &&Zone| {
        zone.available && matches!(egress_of(vpc, &zone.name), ZoneEgress::Usable(_))
    };
    inventory.zones.iter().filter(usable).collect()
}

fn usable_gateways(inventory: &Inventory, vpc: &Vpc) -> usize {
    let zones = inventory.zones.iter();
    zones
        .map(|zone| match egress_of(vpc, &zone.name) {
            ZoneEgress::Usable(gateways) => gateways.len(),
            ZoneEgress::None(_) => 0,
        })
        .sum()
}

// The zones and what depends on them follow.
#[expect(clippy::unnecessary_wraps, reason = "other rows refuse a change")]
fn choose(wizard: &mut Wizard, item: &Item, edit: &FieldEdit) -> Result<(), String> {
    if let (Item::Vpc(id), FieldEdit::Choose) = (item, edit) {
        id.clone_into(&mut wizard.answers.vpc);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::method;

    #[test]
    fn a_vpc_without_a_name_is_called_by_its_id() {
        let mut inventory = method::inventory();
        inventory.vpcs[0].tags.clear();
        let row = row(&Wizard::default(), &inventory, &inventory.vpcs[0], true);
        assert_eq!(
            (row.name, row.cells[0].as_str()),
            (inventory.vpcs[0].id.clone(), "")
        );
    }
}
