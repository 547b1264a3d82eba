//! Step 4, Subnets: the private and the utility block of each zone.

use ipnet::Ipv4Net;

use super::access::parse_block;
use crate::core::answers::ZoneAnswer;
use crate::core::network::cidr::Tier;
use crate::tui::field::{Field, FieldEdit, FieldKey, FieldKind, RowSign};
use crate::tui::screens::wizard::Wizard;

/// The columns of this step's rows.
pub const HEADINGS: [&str; 3] = ["Subnet", "CIDR", ""];

/// One row per zone and tier, private first.
pub fn fields(wizard: &Wizard) -> Vec<Field> {
    let zones = &wizard.planned.plan.zones;
    let private = zones.iter().map(|zone| {
        let fixed = answer(wizard, &zone.name).and_then(|answer| answer.private_cidr);
        row(
            FieldKey::PrivateCidr(zone.name.clone()),
            &zone.name,
            zone.private,
            fixed,
        )
    });
    let utility = zones.iter().map(|zone| {
        let fixed = answer(wizard, &zone.name).and_then(|answer| answer.utility_cidr);
        let label = Tier::Utility.subnet(&zone.name);
        row(
            FieldKey::UtilityCidr(zone.name.clone()),
            &label,
            zone.utility,
            fixed,
        )
    });
    private.chain(utility).collect()
}

fn row(key: FieldKey, label: &str, block: Option<Ipv4Net>, fixed: Option<Ipv4Net>) -> Field {
    let (text, sign) = match block.or(fixed) {
        Some(block) => (block.to_string(), RowSign::None),
        None => ("no room".to_owned(), RowSign::Blocked),
    };
    Field {
        key,
        kind: FieldKind::Text,
        sign,
        cells: vec![
            label.to_owned(),
            text,
            if fixed.is_some() { "custom" } else { "planned" }.to_owned(),
        ],
    }
}

fn answer<'a>(wizard: &'a Wizard, zone: &str) -> Option<&'a ZoneAnswer> {
    wizard
        .answers
        .zones
        .iter()
        .find(|answer| answer.name == zone)
}

/// Fixes a block by hand; an empty text goes back to the planned one.
pub fn change(wizard: &mut Wizard, key: &FieldKey, change: &FieldEdit) -> Result<(), String> {
    let block = match change {
        FieldEdit::Text(text) if !text.trim().is_empty() => Some(parse_block(text.trim())?),
        FieldEdit::Turn(_) | FieldEdit::Choose | FieldEdit::RemoveGroup => return Ok(()),
        FieldEdit::Text(_) | FieldEdit::Clear => None,
    };
    for zone in &mut wizard.answers.zones {
        match key {
            FieldKey::PrivateCidr(name) if *name == zone.name => zone.private_cidr = block,
            FieldKey::UtilityCidr(name) if *name == zone.name => zone.utility_cidr = block,
            _ => {}
        }
    }
    Ok(())
}
