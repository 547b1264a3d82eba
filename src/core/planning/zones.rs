//! The cluster's zones, and the NAT gateway that each leaves by.

use super::egress::{self, ids, instead, listed, or_cross};
use super::network::was_denied;
use crate::core::answers::{Answers, ZoneAnswer};
use crate::core::inventory::{Inventory, NatGateway, Vpc};
use crate::core::network::egress::{
    Candidate, EgressKind, Unusable, ZoneEgress, candidates, crossing, egress_of, form_of,
    routes_known, zone_of,
};
use crate::core::plan::ZonePlan;
use crate::core::problem::{About, Problem, catalog as rule};
use crate::core::text::untrusted::visible;

/// More zones than any region has; the rest of a hostile list is not looked at.
const MOST: usize = 16;
const DESCRIBE_NAT_GATEWAYS: &str = "ec2:DescribeNatGateways";

/// The zones in the order of the answers, each once, without blocks yet.
pub(super) fn plan(
    inventory: &Inventory,
    answers: &Answers,
    vpc: Option<&Vpc>,
) -> (Vec<ZonePlan>, Vec<Problem>) {
    let mut found = Vec::new();
    let mut zones: Vec<ZonePlan> = Vec::new();
    let existing = answers.uses_existing_subnets();
    for answer in answers.zones.iter().take(MOST) {
        if zones.iter().any(|zone| zone.name == answer.name) {
            found.push(duplicate(&answer.name));
            continue;
        }
        found.extend(unknown(inventory, &answer.name));
        zones.push(ZonePlan {
            name: answer.name.clone(),
            egress: leave(inventory, vpc, answer, existing, &mut found),
            private: answer.private_cidr,
            utility: answer.utility_cidr,
            private_subnet: answer.private_subnet.clone(),
            utility_subnet: answer.utility_subnet.clone(),
        });
    }
    found.extend(count(answers.zones.len(), zones.len()));
    found.extend(unchecked(inventory, vpc));
    (zones, found)
}

fn count(asked: usize, used: usize) -> Option<Problem> {
    match (asked, used) {
        (0, _) => Some(rule::ZONES_MISSING.problem(
            About::Zones,
            "no zone is chosen",
            "each zone gets one private and one utility subnet; without any there is no cluster",
            "choose three zones (answers: zones)",
        )),
        (asked, _) if asked > MOST => Some(rule::ZONES_TOO_MANY.problem(
            About::Zones,
            format!("{asked} zones are listed"),
            format!("no region has that many; only the first {MOST} were looked at"),
            "shorten the list",
        )),
        (_, 1 | 2) => Some(rule::ZONES_FEW.problem(
            About::Zones,
            format!(
                "{used} {} used",
                if used == 1 { "zone is" } else { "zones are" }
            ),
            "etcd keeps its quorum through the loss of a zone only with members in three",
            "use three zones when the region and the VPC have them",
        )),
        _ => None,
    }
}

fn duplicate(name: &str) -> Problem {
    rule::ZONE_DUPLICATE.problem(
        About::Zone(name.to_owned()),
        format!("{} is listed twice", visible(name)),
        "kops refuses two subnets of one name",
        "remove one of them",
    )
}

fn unknown(inventory: &Inventory, name: &str) -> Option<Problem> {
    let zones = &inventory.zones;
    match zones.iter().find(|zone| zone.name == name) {
        Some(zone) if zone.available => None,
        Some(_) => Some(rule::ZONE_UNAVAILABLE.problem(
            About::Zone(name.to_owned()),
            format!("EC2 reports {} as not available", visible(name)),
            "it is impaired, closed to new resources, or the account has not opted in",
            "choose another zone, or opt in",
        )),
        None if zones.is_empty() => None,
        None => Some(rule::ZONE_UNKNOWN.problem(
            About::Zone(name.to_owned()),
            format!(
                "{:?} is not a zone of {}",
                visible(name),
                visible(&inventory.region)
            ),
            "subnets live in the zones of the VPC's region",
            format!(
                "choose among {}",
                listed(zones.iter().map(|zone| zone.name.as_str()))
            ),
        )),
    }
}

fn unchecked(inventory: &Inventory, vpc: Option<&Vpc>) -> Vec<Problem> {
    let zones = inventory.zones.is_empty().then(|| {
        rule::ZONES_NOT_CHECKED.problem(
            About::Zones,
            "the region's zones were not read",
            "whether the chosen ones exist and are open is not known",
            "allow ec2:DescribeAvailabilityZones and ask again",
        )
    });
    let routes = vpc.filter(|vpc| !routes_known(vpc)).map(|_| {
        rule::NAT_ROUTE_NOT_CHECKED.problem(
            About::Zones,
            "the VPC's route tables were not read",
            "whether the NAT gateways reach the internet, and which ranges are routed elsewhere, is not known",
            "allow ec2:DescribeRouteTables and ask again",
        )
    });
    zones.into_iter().chain(routes).collect()
}

fn is_nat(egress: &str) -> bool {
    egress.is_empty() || form_of(egress) == EgressKind::NatGateway
}

// What the zone leaves by: the answer, wrong or right, else the default gateway, or what its existing subnet leaves by.
fn leave(
    inventory: &Inventory,
    vpc: Option<&Vpc>,
    answer: &ZoneAnswer,
    existing: bool,
    found: &mut Vec<Problem>,
) -> String {
    let Some(vpc) = vpc else {
        return answer.egress.clone();
    };
    if let Some(problem) = egress::refused(vpc, answer) {
        found.push(problem);
        return answer.egress.clone();
    }
    if existing {
        return egress::routed(vpc, answer);
    }
    if !is_nat(&answer.egress) {
        found.extend(egress::by_another_way(inventory, vpc, answer));
        return answer.egress.clone();
    }
    if vpc.nat_gateways.is_empty() && was_denied(inventory, DESCRIBE_NAT_GATEWAYS) {
        found.push(not_read(&answer.name));
        return answer.egress.clone();
    }
    let egress = egress_of(vpc, &answer.name);
    if answer.cross_zone
        && let Some(gateway) = crossed(vpc, answer, &egress)
    {
        found.push(crosses(vpc, &answer.name, &gateway));
        return gateway.id;
    }
    if answer.egress.is_empty() {
        found.extend(chosen(inventory, vpc, &answer.name, &egress));
        let gateway = egress.default_gateway();
        return gateway
            .map(|gateway| gateway.id.clone())
            .unwrap_or_default();
    }
    found.extend(wrong(inventory, vpc, answer, &egress));
    answer.egress.clone()
}

// The other zone's gateway that the answers allow: the one they name, or the first where the zone has none of its own.
fn crossed(vpc: &Vpc, answer: &ZoneAnswer, egress: &ZoneEgress) -> Option<NatGateway> {
    let mut others = crossing(vpc, &answer.name).into_iter();
    if answer.egress.is_empty() {
        return others.next().filter(|_| egress.default_gateway().is_none());
    }
    others.find(|gateway| gateway.id == answer.egress)
}

fn crosses(vpc: &Vpc, zone: &str, gateway: &NatGateway) -> Problem {
    let (zone, id) = (visible(zone), visible(&gateway.id));
    let other = visible(zone_of(vpc, gateway).unwrap_or_default());
    rule::EGRESS_CROSSES_ZONES.problem(
        About::Zone(zone.clone()),
        format!("{zone} leaves by {id} in {other}"),
        format!("when {other} fails, {zone} is cut off with it, and AWS bills what the nodes send between the zones, both ways"),
        format!("keep crossZone knowingly, or make a NAT gateway in {zone} in Terraform and remove crossZone"),
    )
}

fn chosen(inventory: &Inventory, vpc: &Vpc, zone: &str, egress: &ZoneEgress) -> Option<Problem> {
    let maker = match inventory.shared_by(vpc) {
        Some(owner) => format!(
            "let account {}, which shares the VPC and alone can, make a NAT gateway there",
            visible(owner)
        ),
        None => "make a NAT gateway there in Terraform".to_owned(),
    };
    let about = About::Zone(zone.to_owned());
    match egress {
        ZoneEgress::Usable(gateways) => (gateways.len() > 1).then(|| {
            rule::EGRESS_SEVERAL.problem(
                about,
                format!("{} has {} usable NAT gateways", visible(zone), gateways.len()),
                "the first by id is taken, because the answers name none",
                format!("name one (egress): {}", ids(egress)),
            )
        }),
        ZoneEgress::None(_) => Some(rule::ZONE_WITHOUT_NAT.problem(
            about,
            format!("{} has no usable NAT gateway", visible(zone)),
            egress.reasons().join("; "),
            format!(
                "choose another zone, or {maker}: public, one Elastic IP, in a subnet that routes to the internet gateway{}",
                or_cross(vpc, zone)
            ),
        )),
    }
}

fn wrong(
    inventory: &Inventory,
    vpc: &Vpc,
    answer: &ZoneAnswer,
    egress: &ZoneEgress,
) -> Option<Problem> {
    let asked = candidates(vpc, &answer.name)
        .into_iter()
        .find(|candidate| candidate.gateway.id == answer.egress);
    let about = About::Zone(answer.name.clone());
    let what = format!(
        "{} cannot leave by {}",
        visible(&answer.name),
        visible(&answer.egress)
    );
    match asked {
        Some(Candidate { usable: Ok(()), .. }) => None,
        Some(Candidate {
            usable: Err(why), ..
        }) => {
            let broken = match why {
                Unusable::OtherZone { .. } => rule::EGRESS_OTHER_ZONE,
                _ => rule::EGRESS_UNUSABLE,
            };
            Some(broken.problem(
                about,
                what,
                why.to_string(),
                instead(vpc, &answer.name, egress),
            ))
        }
        None => Some(elsewhere(inventory, vpc, answer, what, egress)),
    }
}

fn elsewhere(
    inventory: &Inventory,
    vpc: &Vpc,
    answer: &ZoneAnswer,
    what: String,
    egress: &ZoneEgress,
) -> Problem {
    let about = About::Zone(answer.name.clone());
    let instead = instead(vpc, &answer.name, egress);
    let has = |vpc: &&Vpc| vpc.nat_gateways.iter().any(|nat| nat.id == answer.egress);
    match inventory.vpcs.iter().find(has) {
        Some(other) => rule::EGRESS_OTHER_VPC.problem(
            about,
            what,
            format!(
                "it belongs to {}: routes cannot lead out of the VPC to it",
                visible(&other.id)
            ),
            instead,
        ),
        None => rule::EGRESS_UNKNOWN.problem(
            about,
            what,
            "no such NAT gateway was found; kops would try for ten minutes",
            instead,
        ),
    }
}

fn not_read(zone: &str) -> Problem {
    rule::NAT_GATEWAYS_NOT_READ.problem(
        About::Zone(zone.to_owned()),
        format!("what {} can leave by is not known", visible(zone)),
        "the NAT gateways could not be read, and a wrong one makes kops try for ten minutes",
        format!("allow {DESCRIBE_NAT_GATEWAYS} and ask again"),
    )
}
