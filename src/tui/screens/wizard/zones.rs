//! Step 3, Zones: which zones the cluster spans, and the NAT gateway each leaves by.

use super::column::{Column, WhenNarrow};
use super::field::{Editor, Field, FieldKey, FieldKind, FieldSpec, Item, turned};
use super::vpc::usable_zones;
use crate::core::answers::ZoneAnswer;
use crate::core::inventory::{DESCRIBE_NAT_GATEWAYS, Inventory, NatGateway, Vpc, Zone};
use crate::core::network::egress::{Candidate, ZoneEgress, crossing, egress_of, zone_of};
use crate::core::problem::catalog as rule;
use crate::core::spec::fields::SpecKind;
use crate::tui::field_edit::FieldEdit;
use crate::tui::row_sign::RowSign;
use crate::tui::screens::wizard::Wizard;

/// The columns of this step's rows.
pub static COLUMNS: [Column; 4] = [
    Column::new("Zone", WhenNarrow::Keep),
    Column::new("NAT gateway", WhenNarrow::Cut),
    Column::new("Address", WhenNarrow::Keep),
    Column::new("State", WhenNarrow::Keep),
];

/// The fields of this step.
pub static FIELDS: [&FieldSpec; 1] = [&ZONE];

pub static ZONE: FieldSpec = FieldSpec {
    reason: "Three zones keep etcd's quorum when one fails.",
    help: "Each zone gets one private subnet, which leaves through the zone's existing NAT gateway, and one utility subnet for load balancers. A zone without a usable NAT gateway cannot be chosen: its row says why, and right takes another zone's gateway for it, knowingly: then both zones fail together, and AWS bills the traffic between them. Left and right choose between two usable gateways of one zone.",
    sets: Some((SpecKind::Cluster, "subnets")),
    rules: &[
        rule::ZONE_UNKNOWN,
        rule::ZONE_DUPLICATE,
        rule::ZONE_UNAVAILABLE,
        rule::ZONE_WITHOUT_NAT,
        rule::NAT_GATEWAYS_NOT_READ,
        rule::EGRESS_NOT_PLANNED,
        rule::EGRESS_INVALID,
        rule::EGRESS_UNKNOWN,
        rule::EGRESS_UNUSABLE,
        rule::EGRESS_OTHER_ZONE,
        rule::EGRESS_OTHER_VPC,
        rule::EGRESS_CROSSES_ZONES,
        rule::EGRESS_SEVERAL,
    ],
    editor: Editor::Row(change),
    ..FieldSpec::BLANK
};

const PROPOSED: usize = 3;

/// One row per zone of the region.
pub fn rows(wizard: &Wizard) -> Vec<Field> {
    let (Some(inventory), Some(vpc)) = (wizard.inventory(), wizard.vpc()) else {
        return Vec::new();
    };
    let zones = inventory.zones.iter();
    zones
        .map(|zone| row(wizard, inventory, vpc, zone))
        .collect()
}

fn row(wizard: &Wizard, inventory: &Inventory, vpc: &Vpc, zone: &Zone) -> Field {
    let mut zones = wizard.answers.zones.iter();
    let chosen = zones.find(|answer| answer.name == zone.name);
    let (gateway, sign, state) = match inventory.unread(DESCRIBE_NAT_GATEWAYS) {
        Some(_) => {
            let state = "the NAT gateways could not be read".to_owned();
            (None, RowSign::Blocked, state)
        }
        None => leaves_by(vpc, zone, chosen),
    };
    let id = gateway.as_ref().map(|gateway| gateway.id.clone());
    let cells = vec![
        zone.name.clone(),
        id.unwrap_or_default(),
        gateway.as_ref().map(address).unwrap_or_default(),
        state.clone(),
    ];
    let key = FieldKey::new(&ZONE, Item::Zone(zone.name.clone()));
    let kind = FieldKind::Toggle(chosen.is_some());
    Field {
        sign,
        refusal: (sign == RowSign::Blocked).then_some(state),
        ..Field::row(key, &zone.name, kind, cells)
    }
}

fn leaves_by(
    vpc: &Vpc,
    zone: &Zone,
    chosen: Option<&ZoneAnswer>,
) -> (Option<NatGateway>, RowSign, String) {
    if !zone.available {
        return (
            None,
            RowSign::Blocked,
            "the zone is not available".to_owned(),
        );
    }
    if let Some(gateway) = chosen.and_then(|answer| crossed(vpc, answer)) {
        let other = zone_of(vpc, &gateway).unwrap_or_default();
        let state = format!("crosses to {other}");
        return (Some(gateway), RowSign::Look, state);
    }
    match egress_of(vpc, &zone.name) {
        ZoneEgress::None(candidates) => (
            None,
            RowSign::Blocked,
            why_not(vpc, &zone.name, &candidates),
        ),
        ZoneEgress::Usable(gateways) => {
            let named = chosen
                .and_then(|answer| gateways.iter().find(|gateway| gateway.id == answer.egress));
            let gateway = named.or(gateways.first()).cloned();
            (gateway, RowSign::Good, choice_of(gateways.len()))
        }
    }
}

// The gateway of another zone that the answers name and allow.
fn crossed(vpc: &Vpc, answer: &ZoneAnswer) -> Option<NatGateway> {
    let mut others = crossing(vpc, &answer.name).into_iter();
    others.find(|gateway| answer.cross_zone && gateway.id == answer.egress)
}

fn choice_of(gateways: usize) -> String {
    match gateways {
        0 | 1 => "ok".to_owned(),
        many => format!("ok, one of {many}"),
    }
}

/// Why a zone has no usable NAT gateway: what is wrong with its own one, or that it has none.
fn why_not(vpc: &Vpc, zone: &str, candidates: &[Candidate]) -> String {
    let own = candidates
        .iter()
        .find(|candidate| zone_of(vpc, &candidate.gateway) == Some(zone));
    own.and_then(Candidate::reason)
        .unwrap_or_else(|| "no NAT gateway in this zone".to_owned())
}

fn address(gateway: &NatGateway) -> String {
    let public = gateway.addresses.iter().find_map(|address| address.public);
    public
        .map(|address| address.to_string())
        .unwrap_or_default()
}

/// The names of the zones proposed for a VPC: the first three with a usable NAT gateway.
pub fn proposed(inventory: &Inventory, vpc: &Vpc) -> Vec<String> {
    let zones = usable_zones(inventory, vpc).into_iter();
    zones.take(PROPOSED).map(|zone| zone.name.clone()).collect()
}

/// The id of the NAT gateway that a zone leaves by when nobody says which: its first usable one.
pub fn usual_gateway(vpc: &Vpc, zone: &str) -> Option<String> {
    match egress_of(vpc, zone) {
        ZoneEgress::Usable(gateways) => Some(gateways.first()?.id.clone()),
        ZoneEgress::None(_) => None,
    }
}

// Takes a zone in or out, or turns to its next NAT gateway. A zone without a usable one of its own is refused with the
// reason, and crosses to another zone's only when it is turned.
fn change(wizard: &mut Wizard, item: &Item, change: &FieldEdit) -> Result<(), String> {
    let (Item::Zone(name), Some(vpc)) = (item, wizard.vpc()) else {
        return Ok(());
    };
    if *change == FieldEdit::Clear {
        wizard.answers.zones.retain(|zone| zone.name != *name);
        return Ok(());
    }
    let chosen = wizard.answers.zones.iter().any(|zone| zone.name == *name);
    let others = ids(&crossing(vpc, name));
    match (change, egress_of(vpc, name)) {
        (FieldEdit::Turn(by), ZoneEgress::None(_)) if !others.is_empty() => {
            take_in(&mut wizard.answers.zones, name);
            turn_gateway(&mut wizard.answers.zones, name, &others, *by, true);
        }
        (FieldEdit::Turn(_), ZoneEgress::Usable(_)) if !chosen => {
            return Err(format!("{name} is out: space takes it in"));
        }
        (turn, ZoneEgress::None(candidates)) if !chosen || matches!(turn, FieldEdit::Turn(_)) => {
            let why = why_not(vpc, name, &candidates);
            let way = if others.is_empty() {
                ""
            } else {
                ". Right takes another zone's gateway: then both fail together, and traffic between them is billed"
            };
            return Err(format!("{name} cannot be used: {why}{way}"));
        }
        (FieldEdit::Turn(by), ZoneEgress::Usable(gateways)) => {
            let own = ids(&gateways);
            turn_gateway(&mut wizard.answers.zones, name, &own, *by, false);
        }
        (_, ZoneEgress::Usable(gateways)) if !chosen => {
            let own = ids(&gateways);
            take_in(&mut wizard.answers.zones, name);
            turn_gateway(&mut wizard.answers.zones, name, &own, 1, false);
        }
        _ => wizard.answers.zones.retain(|zone| zone.name != *name),
    }
    Ok(())
}

fn ids(gateways: &[NatGateway]) -> Vec<String> {
    gateways.iter().map(|gateway| gateway.id.clone()).collect()
}

// A zone that names none of these yet gets the first.
fn turn_gateway(zones: &mut [ZoneAnswer], name: &str, gateways: &[String], by: i8, cross: bool) {
    let Some(zone) = zones.iter_mut().find(|zone| zone.name == name) else {
        return;
    };
    let ids: Vec<&str> = gateways.iter().map(String::as_str).collect();
    let next = if ids.contains(&zone.egress.as_str()) {
        turned(&ids, zone.egress.as_str(), by).to_owned()
    } else {
        gateways.first().cloned().unwrap_or_default()
    };
    zone.egress = next;
    zone.cross_zone = cross;
}

fn take_in(zones: &mut Vec<ZoneAnswer>, name: &str) {
    if zones.iter().all(|zone| zone.name != name) {
        zones.push(ZoneAnswer {
            name: name.to_owned(),
            ..ZoneAnswer::default()
        });
        zones.sort_by(|left, right| left.name.cmp(&right.name));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::core::answers::Answers;
    use crate::core::inventory::NatState;
    use crate::core::method;
    use crate::tui::screens::wizard::DiscoveryState;

    fn wizard() -> Wizard {
        let mut inventory = method::inventory();
        inventory.vpcs[0].nat_gateways[0].state = NatState::Pending;
        let answers = Answers {
            vpc: inventory.vpcs[0].id.clone(),
            ..Answers::default()
        };
        let mut wizard = Wizard::new(answers);
        wizard.discovery = DiscoveryState::Known(Box::new(inventory));
        wizard
    }

    fn done(wizard: &mut Wizard, what: &FieldEdit) -> Result<Vec<(String, bool)>, String> {
        change(wizard, &Item::Zone("us-east-1a".to_owned()), what)?;
        let zones = wizard.answers.zones.iter();
        Ok(zones
            .map(|zone| (zone.egress.clone(), zone.cross_zone))
            .collect())
    }

    #[test]
    fn a_zone_crosses_only_when_it_is_turned() {
        let mut wizard = wizard();
        let refused = done(&mut wizard, &FieldEdit::Choose).unwrap_err();
        assert!(refused.contains("still pending"), "{refused}");
        assert!(
            refused.contains(". Right takes another zone's gateway"),
            "{refused}"
        );
        let [_, second, third, last] = method::NAT_GATEWAYS.map(str::to_owned);
        let crossed = |gateway: &String| Ok(vec![(gateway.clone(), true)]);
        assert_eq!(done(&mut wizard, &FieldEdit::Turn(1)), crossed(&second));
        assert_eq!(done(&mut wizard, &FieldEdit::Turn(1)), crossed(&third));
        assert_eq!(done(&mut wizard, &FieldEdit::Turn(-1)), crossed(&second));
        assert_eq!(done(&mut wizard, &FieldEdit::Turn(-1)), crossed(&last));
        let row = rows(&wizard).remove(0);
        assert_eq!(
            (row.sign, row.kind),
            (RowSign::Look, FieldKind::Toggle(true))
        );
        assert_eq!(
            row.cells[1..],
            [
                last,
                "203.0.113.13".to_owned(),
                "crosses to us-east-1d".to_owned()
            ]
        );
        assert_eq!(done(&mut wizard, &FieldEdit::Choose), Ok(Vec::new()));
    }

    #[test]
    fn a_zone_with_a_gateway_of_its_own_never_crosses() {
        let mut wizard = wizard();
        let item = Item::Zone("us-east-1b".to_owned());
        change(&mut wizard, &item, &FieldEdit::Choose).unwrap();
        change(&mut wizard, &item, &FieldEdit::Turn(1)).unwrap();
        let zone = &wizard.answers.zones[0];
        assert_eq!(
            (zone.egress.as_str(), zone.cross_zone),
            (method::NAT_GATEWAYS[1], false)
        );
    }
}
