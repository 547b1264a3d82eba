//! Step 2, zones: which zones the cluster spans, and the NAT gateway each leaves by.

use super::column::{Column, WhenNarrow};
use super::field::{Editor, Field, FieldKey, FieldKind, FieldSpec, Follows, Item, turned};
use super::vpc::usable_zones;
use crate::core::answers::ZoneAnswer;
use crate::core::inventory::{DESCRIBE_NAT_GATEWAYS, Inventory, NatGateway, Vpc, Zone};
use crate::core::network::egress::{
    Candidate, EgressKind, ZoneEgress, candidates, crossing, egress_of, form_of, zone_of,
};
use crate::core::problem::catalog as rule;
use crate::core::spec::fields::SpecKind;
use crate::tui::field_edit::FieldEdit;
use crate::tui::row_sign::RowSign;
use crate::tui::screens::wizard::Wizard;

/// The columns of these rows.
pub static COLUMNS: [Column; 4] = [
    Column::new("Zone", WhenNarrow::Keep),
    Column::new("NAT gateway", WhenNarrow::Cut),
    Column::new("Address", WhenNarrow::Keep),
    Column::new("State", WhenNarrow::Keep),
];

pub static ZONE: FieldSpec = FieldSpec {
    fixed: Some("instances, volumes and etcd members of the cluster are in this zone"),
    reason: "Three zones keep etcd's quorum when one fails.",
    help: "Each zone gets one private subnet, which leaves through the zone's existing NAT gateway, and one utility subnet for load balancers. A zone without a usable NAT gateway cannot be chosen: its cell says why, and ] takes another zone's gateway for it, knowingly: then both zones fail together, and AWS bills the traffic between them in each direction. ] and [ choose between the usable gateways of a zone and External: then kops makes no route, and whoever makes the route tables answers for the way out. An answers file can also name a transit gateway (tgw-…), an Elastic IP (eipalloc-…) or a NAT instance (i-…).",
    sets: Some((SpecKind::Cluster, "subnets")),
    rules: &[
        rule::ZONE_UNKNOWN,
        rule::ZONE_DUPLICATE,
        rule::ZONE_UNAVAILABLE,
        rule::ZONE_WITHOUT_NAT,
        rule::NAT_GATEWAYS_NOT_READ,
        rule::EGRESS_NOT_CHECKED,
        rule::EGRESS_EXTERNAL,
        rule::EGRESS_INVALID,
        rule::EGRESS_UNKNOWN,
        rule::EGRESS_UNUSABLE,
        rule::EGRESS_OTHER_ZONE,
        rule::EGRESS_OTHER_VPC,
        rule::EGRESS_CROSSES_ZONES,
        rule::EGRESS_SEVERAL,
    ],
    follows: Some(Follows::Zones),
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
        .map(|zone| {
            let mut answers = wizard.answers.zones.iter();
            let chosen = answers.find(|answer| answer.name == zone.name);
            row(inventory, vpc, zone, chosen)
        })
        .collect()
}

/// The row of a zone of a VPC, with its answer where it is taken in.
pub(super) fn row(
    inventory: &Inventory,
    vpc: &Vpc,
    zone: &Zone,
    chosen: Option<&ZoneAnswer>,
) -> Field {
    let way = match (chosen, inventory.unread(DESCRIBE_NAT_GATEWAYS)) {
        _ if !zone.available => ZoneWay::blocked("the zone is not available".to_owned()),
        (Some(answer), _) if answer.has_subnet() => ZoneWay::routed(vpc, answer),
        (Some(answer), _) if !is_nat(answer) => ZoneWay::other(answer),
        (_, Some(_)) => ZoneWay::blocked("the NAT gateways could not be read".to_owned()),
        (_, None) => leaves_by(vpc, zone, chosen),
    };
    let cells = vec![zone.name.clone(), way.id, way.address, way.state.clone()];
    let key = FieldKey::new(&ZONE, Item::Zone(zone.name.clone()));
    let kind = FieldKind::Toggle(chosen.is_some());
    Field {
        sign: way.sign,
        refusal: (way.sign == RowSign::Blocked).then_some(way.state),
        ..Field::row(key, &zone.name, kind, cells)
    }
}

/// What a zone leaves by, as its row shows it.
struct ZoneWay {
    id: String,
    address: String,
    sign: RowSign,
    state: String,
}

impl ZoneWay {
    fn blocked(state: String) -> Self {
        Self {
            id: String::new(),
            address: String::new(),
            sign: RowSign::Blocked,
            state,
        }
    }

    fn by_gateway(gateway: &NatGateway, sign: RowSign, state: String) -> Self {
        Self {
            id: gateway.id.clone(),
            address: address(gateway),
            sign,
            state,
        }
    }

    // What is wrong with it stands on the row of the subnet.
    fn routed(vpc: &Vpc, answer: &ZoneAnswer) -> Self {
        let mut gateways = vpc.nat_gateways.iter();
        let gateway = gateways.find(|gateway| gateway.id == answer.egress);
        Self {
            id: answer.egress.clone(),
            address: gateway.map(address).unwrap_or_default(),
            sign: RowSign::Good,
            state: "by the route of its subnet".to_owned(),
        }
    }

    fn other(answer: &ZoneAnswer) -> Self {
        let state = match form_of(&answer.egress) {
            EgressKind::External => "routed by others, not by kops",
            EgressKind::TransitGateway => "kops routes to this transit gateway",
            EgressKind::NatInstance => "kops routes to this NAT instance",
            EgressKind::ElasticIp => "kops makes a NAT gateway with it",
            EgressKind::NatGateway | EgressKind::Refused(_) => "not an egress of kops",
        };
        Self {
            id: answer.egress.clone(),
            address: String::new(),
            sign: RowSign::Good,
            state: state.to_owned(),
        }
    }
}

fn is_nat(answer: &ZoneAnswer) -> bool {
    answer.egress.is_empty() || form_of(&answer.egress) == EgressKind::NatGateway
}

fn leaves_by(vpc: &Vpc, zone: &Zone, chosen: Option<&ZoneAnswer>) -> ZoneWay {
    if let Some(gateway) = chosen.and_then(|answer| crossed(vpc, answer)) {
        let other = zone_of(vpc, &gateway).unwrap_or_default();
        let state = format!("crosses to {other}");
        return ZoneWay::by_gateway(&gateway, RowSign::Look, state);
    }
    let own = egress_of(vpc, &zone.name);
    let (ZoneEgress::Usable(gateways), Some(first)) = (&own, own.default_gateway()) else {
        return ZoneWay::blocked(why_not(vpc, &zone.name));
    };
    let named =
        chosen.and_then(|answer| gateways.iter().find(|gateway| gateway.id == answer.egress));
    ZoneWay::by_gateway(
        named.unwrap_or(first),
        RowSign::Good,
        choice_of(gateways.len()),
    )
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
fn why_not(vpc: &Vpc, zone: &str) -> String {
    let candidates = candidates(vpc, zone);
    let mut own = candidates
        .iter()
        .filter(|candidate| zone_of(vpc, &candidate.gateway) == Some(zone));
    own.next()
        .and_then(Candidate::reason)
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

/// What a zone of the answers leaves by; empty where the route of its subnet that exists decides.
pub fn way_of(vpc: &Vpc, answer: &ZoneAnswer) -> String {
    match answer.egress.as_str() {
        "" if answer.has_subnet() => String::new(),
        "" => usual_gateway(vpc, &answer.name).unwrap_or_default(),
        way => way.to_owned(),
    }
}

/// What a zone can leave by, in the order in which they are turned: its own NAT gateways, those of other zones where it has
/// none, and what others route.
pub fn ways(vpc: &Vpc, zone: &str) -> Vec<String> {
    let own = match egress_of(vpc, zone) {
        ZoneEgress::Usable(gateways) => gateways,
        ZoneEgress::None(_) => crossing(vpc, zone),
    };
    let ids = own.into_iter().map(|gateway| gateway.id);
    ids.chain([EXTERNAL.to_owned()]).collect()
}

/// One of the ways of a zone, in words.
pub fn way_words(vpc: &Vpc, zone: &str, way: &str) -> String {
    let mut gateways = vpc.nat_gateways.iter();
    let other = gateways.find(|gateway| gateway.id == way);
    match other.and_then(|gateway| zone_of(vpc, gateway)) {
        Some(other) if other != zone => {
            format!("leaves by {way} in {other}: both fail together, and AWS bills the traffic")
        }
        _ if way == EXTERNAL => format!("{EXTERNAL}: others make the routes, kops makes none"),
        _ => format!("leaves by {way}"),
    }
}

const EXTERNAL: &str = "External";

// Takes a zone in or out, or turns to what it leaves by next. A zone without a usable NAT gateway of its own is refused with
// the reason, and crosses to another zone's only when it is turned.
fn change(wizard: &mut Wizard, item: &Item, change: &FieldEdit) -> Result<(), String> {
    let (Item::Zone(name), Some(vpc)) = (item, wizard.vpc()) else {
        return Ok(());
    };
    if *change == FieldEdit::Clear {
        wizard.answers.zones.retain(|zone| zone.name != *name);
        return Ok(());
    }
    let chosen = wizard.answers.zones.iter().any(|zone| zone.name == *name);
    let (ways, crossed) = (ways(vpc, name), ids(&crossing(vpc, name)));
    let own = matches!(egress_of(vpc, name), ZoneEgress::Usable(_));
    let why = why_not(vpc, name);
    let zones = &mut wizard.answers.zones;
    match change {
        FieldEdit::Text(way) => {
            take_in(zones, name);
            leave_by(zones, name, way, !own && crossed.contains(way));
        }
        FieldEdit::Turn(_) if own && !chosen => {
            return Err(format!("{name} is out: space takes it in"));
        }
        FieldEdit::Turn(by) => {
            take_in(zones, name);
            let way = next_way(zones, name, &ways, *by);
            leave_by(zones, name, &way, !own && crossed.contains(&way));
        }
        _ if chosen => zones.retain(|zone| zone.name != *name),
        _ if own => {
            take_in(zones, name);
            let first = ways.first().cloned().unwrap_or_default();
            leave_by(zones, name, &first, false);
        }
        _ => {
            let way = match crossed.as_slice() {
                [] => "takes External: then others make the routes",
                _ => {
                    "takes another zone's gateway: then both fail together, and traffic between them is billed"
                }
            };
            return Err(format!("{name} cannot be used: {why}. ] {way}"));
        }
    }
    Ok(())
}

fn ids(gateways: &[NatGateway]) -> Vec<String> {
    gateways.iter().map(|gateway| gateway.id.clone()).collect()
}

fn leave_by(zones: &mut [ZoneAnswer], name: &str, way: &str, cross: bool) {
    let mut zones = zones.iter_mut();
    if let Some(zone) = zones.find(|zone| zone.name == name) {
        way.clone_into(&mut zone.egress);
        zone.cross_zone = cross;
    }
}

// A zone that names none of these yet gets the first. What a subnet that exists leaves by is its route's, or others'
// business.
fn next_way(zones: &[ZoneAnswer], name: &str, ways: &[String], by: i8) -> String {
    let mut zones = zones.iter();
    let zone = zones.find(|zone| zone.name == name);
    let (now, routed) = zone.map_or(("", false), |zone| {
        (zone.egress.as_str(), zone.has_subnet())
    });
    let ways: Vec<&str> = match (routed, now) {
        (true, EXTERNAL) => vec![""],
        (true, _) => vec![EXTERNAL],
        (false, _) => ways.iter().map(String::as_str).collect(),
    };
    let next = if ways.contains(&now) {
        turned(&ways, now, by)
    } else {
        ways.first().copied().unwrap_or_default()
    };
    next.to_owned()
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
            refused.contains(". ] takes another zone's gateway"),
            "{refused}"
        );
        let [_, second, third, last] = method::NAT_GATEWAYS.map(str::to_owned);
        let crossed = |gateway: &String| Ok(vec![(gateway.clone(), true)]);
        let external = Ok(vec![("External".to_owned(), false)]);
        assert_eq!(done(&mut wizard, &FieldEdit::Turn(1)), crossed(&second));
        assert_eq!(done(&mut wizard, &FieldEdit::Turn(1)), crossed(&third));
        assert_eq!(done(&mut wizard, &FieldEdit::Turn(-1)), crossed(&second));
        assert_eq!(done(&mut wizard, &FieldEdit::Turn(-1)), external);
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
        for way in ["External", method::NAT_GATEWAYS[1]] {
            change(&mut wizard, &item, &FieldEdit::Turn(1)).unwrap();
            let zone = &wizard.answers.zones[0];
            assert_eq!((zone.egress.as_str(), zone.cross_zone), (way, false));
        }
    }
}
