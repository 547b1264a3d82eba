//! Step 2, VPC: which of the account's VPCs the cluster goes into.

use crate::core::inventory::{
    DESCRIBE_NAT_GATEWAYS, DESCRIBE_SUBNETS, Inventory, Owner, Vpc, Zone, name_of, owner_of,
};
use crate::core::network::egress::{ZoneEgress, egress_of};
use crate::tui::field::{Field, FieldEdit, FieldKey, FieldKind, RowSign};
use crate::tui::screens::wizard::Wizard;

/// The columns of this step's rows.
pub const HEADINGS: [&str; 7] = [
    "Name",
    "CIDR",
    "NAT",
    "Zones",
    "Clusters",
    "Managed by",
    "VPC",
];

/// One row per VPC by name: those that could hold a cluster first.
pub fn fields(wizard: &Wizard) -> Vec<Field> {
    let Some(inventory) = wizard.inventory() else {
        return Vec::new();
    };
    let mut vpcs: Vec<&Vpc> = inventory.vpcs.iter().collect();
    // Those without a name last.
    vpcs.sort_by_cached_key(|vpc| {
        let name = name_of(&vpc.tags).map(|name| name.raw().to_lowercase());
        (name.is_none(), name, vpc.id.clone())
    });
    let mut rows: Vec<(bool, Field)> = vpcs
        .into_iter()
        .map(|vpc| row(wizard, inventory, vpc))
        .collect();
    rows.sort_by_key(|(usable, _)| !usable);
    rows.into_iter().map(|(_, field)| field).collect()
}

fn row(wizard: &Wizard, inventory: &Inventory, vpc: &Vpc) -> (bool, Field) {
    let usable = usable_zones(inventory, vpc).len();
    let gateways = vpc.nat_gateways.len();
    // What could not be read is not none.
    let known = |action: &str, value: String| match inventory.unread(action) {
        Some(_) => "?".to_owned(),
        None => value,
    };
    let field = Field {
        key: FieldKey::Vpc(vpc.id.clone()),
        kind: FieldKind::One(wizard.answers.vpc == vpc.id),
        sign: if usable == 0 {
            RowSign::Look
        } else {
            RowSign::None
        },
        cells: vec![
            name_of(&vpc.tags)
                .map(ToString::to_string)
                .unwrap_or_default(),
            cidrs(vpc),
            known(
                DESCRIBE_NAT_GATEWAYS,
                format!("{}/{gateways}", usable_gateways(inventory, vpc)),
            ),
            known(DESCRIBE_NAT_GATEWAYS, usable.to_string()),
            known(DESCRIBE_SUBNETS, vpc.clusters().len().to_string()),
            maker(vpc).to_owned(),
            vpc.id.clone(),
        ],
    };
    (usable > 0, field)
}

fn cidrs(vpc: &Vpc) -> String {
    let words: Vec<String> = vpc.cidrs.iter().map(ToString::to_string).collect();
    words.join(" ")
}

fn maker(vpc: &Vpc) -> &'static str {
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

/// Chooses a VPC; the zones and what depends on them follow.
pub fn change(wizard: &mut Wizard, key: &FieldKey, change: &FieldEdit) {
    if let (FieldKey::Vpc(id), FieldEdit::Choose) = (key, change) {
        id.clone_into(&mut wizard.answers.vpc);
    }
}
