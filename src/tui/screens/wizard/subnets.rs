//! Step 4, Subnets: the private and the utility CIDR of each zone.

use super::column::{Column, WhenNarrow};
use super::field::{Editor, Field, FieldKey, FieldKind, FieldSpec, Item, text};
use super::typed::{comma_list, parse_optional_cidr};
use crate::core::network::cidr::Tier;
use crate::core::plan::ZonePlan;
use crate::core::problem::catalog as rule;
use crate::core::spec::fields::SpecKind;
use crate::tui::row_sign::RowSign;
use crate::tui::screens::wizard::Wizard;

/// The columns of this step's rows.
pub static COLUMNS: [Column; 3] = [
    Column::new("Subnet", WhenNarrow::Cut),
    Column::new("CIDR", WhenNarrow::Keep),
    Column::new("", WhenNarrow::Cut),
];

/// The fields of this step.
pub static FIELDS: [&FieldSpec; 2] = [&PRIVATE_CIDR, &UTILITY_CIDR];

pub static PRIVATE_CIDR: FieldSpec = FieldSpec {
    editor: Editor::Zone(text!(private_cidr, comma_list, parse_optional_cidr)),
    ..CIDR
};

static UTILITY_CIDR: FieldSpec = FieldSpec {
    editor: Editor::Zone(text!(utility_cidr, comma_list, parse_optional_cidr)),
    ..CIDR
};

const CIDR: FieldSpec = FieldSpec {
    reason: "Planned in free address space, with room for four zones; type a CIDR to set your own.",
    help: "A CIDR overlaps nothing in the VPC, no peered or routed range, and not 100.64.0.0/10, which kops gives to pods and services. Addresses for four zones are reserved in each tier, so that a zone can be added without moving a subnet. An empty value goes back to the planned CIDR. A custom CIDR that collides is marked on its row and on the address map.",
    sets: Some((SpecKind::Cluster, "subnets.cidr")),
    rules: &[
        rule::BLOCK_TOO_SMALL,
        rule::BLOCK_SMALL_FOR_PODS,
        rule::BLOCK_HOST_BITS,
        rule::BLOCK_SIZE,
        rule::BLOCK_OUTSIDE_VPC,
        rule::BLOCK_IN_POD_RANGE,
        rule::BLOCK_ON_SUBNET,
        rule::BLOCK_ON_ROUTE,
        rule::BLOCK_ON_BLOCK,
    ],
    ..FieldSpec::BLANK
};

/// One row per zone and tier, private first.
pub fn rows(wizard: &Wizard) -> Vec<Field> {
    let zones = &wizard.planned.plan.zones;
    let rows = Tier::ALL.into_iter().flat_map(|tier| {
        let row = move |zone: &ZonePlan| row(wizard, tier, zone);
        zones.iter().map(row)
    });
    rows.collect()
}

fn row(wizard: &Wizard, tier: Tier, zone: &ZonePlan) -> Field {
    let mut answers = wizard.answers.zones.iter();
    let answer = answers.find(|answer| answer.name == zone.name);
    let (spec, planned, custom) = match tier {
        Tier::Private => (
            &PRIVATE_CIDR,
            zone.private,
            answer.and_then(|answer| answer.private_cidr),
        ),
        Tier::Utility => (
            &UTILITY_CIDR,
            zone.utility,
            answer.and_then(|answer| answer.utility_cidr),
        ),
    };
    let cidr = planned.or(custom);
    let name = tier.subnet(&zone.name);
    let cells = vec![
        name.clone(),
        cidr.map_or_else(|| "no room".to_owned(), |cidr| cidr.to_string()),
        if custom.is_some() {
            "custom"
        } else {
            "planned"
        }
        .to_owned(),
    ];
    let key = FieldKey::new(spec, Item::Subnet(tier, zone.name.clone()));
    Field {
        sign: cidr.map_or(RowSign::Blocked, |_| RowSign::None),
        values: vec![comma_list(&cidr)],
        ..Field::row(key, &name, FieldKind::Text, cells)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cidr_that_has_no_room_is_not_typed_as_a_value() {
        let zone = ZonePlan {
            name: "us-east-1a".to_owned(),
            egress: String::new(),
            private: None,
            utility: None,
        };
        let row = row(&Wizard::default(), Tier::Utility, &zone);
        assert_eq!(row.cells, ["utility-us-east-1a", "no room", "planned"]);
        assert_eq!(row.value(), "");
    }
}
