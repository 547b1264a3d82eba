//! Which NAT gateway each zone leaves by: every rule that a gateway must meet, and the exact reason when it does not.
//!
//! kops checks only that the gateway exists and has one address (`pkg/model/awsmodel/network.go`); a wrong one shows
//! up ten minutes into the update, or never, as traffic that crosses zones.

use serde::Serialize;

use crate::core::inventory::{Connectivity, NatGateway, NatState, RouteTarget, Vpc};
use crate::core::text::untrusted::visible;

/// One NAT gateway of the VPC, seen from one zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Candidate {
    pub gateway: NatGateway,
    /// `Ok` when the zone can use it, else the first rule that it breaks.
    #[serde(serialize_with = "verdict")]
    pub usable: Result<(), Unusable>,
}

/// Why a zone cannot use a NAT gateway; each names what is wrong and why that matters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "kebab-case", tag = "reason")]
pub enum Unusable {
    #[error("it is still pending: it carries no traffic until it is available")]
    Pending,
    #[error("it failed to start: it never carries traffic and EC2 removes it within an hour")]
    Failed,
    #[error("it is being deleted: its routes stop working")]
    Deleting,
    #[error("it was deleted: EC2 lists it for about an hour, but it is gone")]
    Deleted,
    #[error("its state is not known to kopswain: only an available gateway carries traffic")]
    StateUnknown,
    #[error(
        "it is a private NAT gateway: it does not lead to the internet, which nodes need to start"
    )]
    Private,
    #[error(
        "it is a regional NAT gateway: kops ties an egress to one gateway in one subnet of one zone"
    )]
    Regional,
    #[error(
        "it sits in {subnet}, which is not a subnet of this VPC: routes cannot lead out of the VPC to it"
    )]
    OtherVpc { subnet: String },
    #[error(
        "its subnet is in {zone}: one zone's failure would cut both, and traffic between zones is billed"
    )]
    OtherZone { zone: String },
    #[error("it has no address: kops needs exactly one")]
    NoAddress,
    #[error("it has {count} addresses: kops needs exactly one and refuses more")]
    SeveralAddresses { count: usize },
    #[error(
        "its subnet {subnet} has no working route 0.0.0.0/0 to an internet gateway: traffic stops there"
    )]
    NoInternetRoute { subnet: String },
}

/// What kops does with a subnet's `egress` (`pkg/model/awsmodel/network.go`), by its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EgressKind {
    NatGateway,
    /// kops makes a NAT gateway with this Elastic IP.
    ElasticIp,
    NatInstance,
    TransitGateway,
    /// kops makes no route.
    External,
    /// kops refuses it; what EC2 calls the kind of thing that has such an id, when that is known.
    Refused(Option<&'static str>),
}

/// Ids of EC2 that are no egress of kops, and what each names (EC2 user guide, "Resource IDs").
const NO_EGRESS: [(&str, &str); 12] = [
    (
        "tgw-attach-",
        "a transit gateway attachment: the transit gateway's own id is tgw-…",
    ),
    (
        "eigw-",
        "an egress-only internet gateway: it carries IPv6 only, and kops makes its own",
    ),
    (
        "igw-",
        "an internet gateway: private subnets do not leave by it",
    ),
    (
        "vpce-",
        "a VPC endpoint: it leads to one service, a Gateway Load Balancer endpoint too",
    ),
    ("gwlbe-", "a Gateway Load Balancer endpoint"),
    ("vgw-", "a virtual private gateway"),
    ("cgw-", "a customer gateway"),
    ("pcx-", "a VPC peering connection"),
    ("lgw-", "a local gateway"),
    ("cagw-", "a carrier gateway"),
    ("eni-", "a network interface"),
    ("rtb-", "a route table"),
];

/// What an `egress` of the answers is to kops, without looking whether it exists.
pub fn form_of(egress: &str) -> EgressKind {
    if let Some((_, what)) = NO_EGRESS
        .iter()
        .find(|(start, _)| egress.starts_with(start))
    {
        return EgressKind::Refused(Some(what));
    }
    let id = |start: &str| {
        egress
            .strip_prefix(start)
            .is_some_and(|rest| !rest.is_empty())
    };
    match () {
        () if egress == "External" => EgressKind::External,
        () if id("nat-") => EgressKind::NatGateway,
        () if id("eipalloc-") => EgressKind::ElasticIp,
        () if id("i-") => EgressKind::NatInstance,
        () if id("tgw-") => EgressKind::TransitGateway,
        () => EgressKind::Refused(None),
    }
}

/// What a zone can leave by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "state", content = "gateways")]
pub enum ZoneEgress {
    /// At least one gateway, sorted by id; the first is the default.
    Usable(Vec<NatGateway>),
    /// No usable gateway: every candidate with its reason, the zone's own first; empty when the VPC has none at all.
    None(Vec<Candidate>),
}

impl ZoneEgress {
    /// The gateway that is proposed: the first by id.
    pub fn default_gateway(&self) -> Option<&NatGateway> {
        match self {
            Self::Usable(gateways) => gateways.first(),
            Self::None(_) => None,
        }
    }

    /// The reasons in words, one per gateway; says so when the VPC has no gateway.
    pub fn reasons(&self) -> Vec<String> {
        match self {
            Self::Usable(_) => Vec::new(),
            Self::None(candidates) if candidates.is_empty() => {
                vec!["the VPC has no NAT gateway".to_owned()]
            }
            Self::None(candidates) => candidates.iter().filter_map(Candidate::reason).collect(),
        }
    }
}

impl Candidate {
    /// `nat-… : why not`, or nothing when it can be used.
    pub fn reason(&self) -> Option<String> {
        let why = self.usable.as_ref().err()?;
        Some(format!("{}: {why}", visible(&self.gateway.id)))
    }
}

/// Every NAT gateway of the VPC as this zone sees it: usable ones first, then the zone's own, then by id.
pub fn candidates(vpc: &Vpc, zone: &str) -> Vec<Candidate> {
    let mut found: Vec<_> = vpc
        .nat_gateways
        .iter()
        .map(|gateway| Candidate {
            gateway: gateway.clone(),
            usable: usable(vpc, zone, gateway),
        })
        .collect();
    found.sort_by_cached_key(|candidate| {
        let own = zone_of(vpc, &candidate.gateway) == Some(zone);
        (
            candidate.usable.is_err(),
            !own,
            candidate.gateway.id.clone(),
        )
    });
    found
}

/// What this zone leaves by: its usable gateways, or every reason why there is none.
pub fn egress_of(vpc: &Vpc, zone: &str) -> ZoneEgress {
    let (usable, broken): (Vec<_>, Vec<_>) = candidates(vpc, zone)
        .into_iter()
        .partition(|candidate| candidate.usable.is_ok());
    if usable.is_empty() {
        return ZoneEgress::None(broken);
    }
    ZoneEgress::Usable(
        usable
            .into_iter()
            .map(|candidate| candidate.gateway)
            .collect(),
    )
}

/// The gateways of other zones that break no rule but that one, by zone and id: what a zone can cross to when its
/// answers say so. kops takes them (`pkg/model/awsmodel/network.go`); it does not compare the zones.
pub fn crossing(vpc: &Vpc, zone: &str) -> Vec<NatGateway> {
    let mut found: Vec<_> = vpc
        .nat_gateways
        .iter()
        .filter_map(|gateway| Some((zone_of(vpc, gateway)?.to_owned(), gateway)))
        .filter(|(own, gateway)| own != zone && usable(vpc, own, gateway).is_ok())
        .collect();
    found.sort_by(|(one, left), (other, right)| (one, &left.id).cmp(&(other, &right.id)));
    found
        .into_iter()
        .map(|(_, gateway)| gateway.clone())
        .collect()
}

/// Whether a NAT gateway carries traffic to the internet, whatever kops asks of it besides.
pub fn carries_traffic(vpc: &Vpc, gateway: &NatGateway) -> Result<(), Unusable> {
    available(gateway.state)?;
    match (&gateway.subnet, gateway.connectivity) {
        (_, Connectivity::Private) => Err(Unusable::Private),
        (Some(subnet), Connectivity::Public) => reaches_internet(vpc, subnet),
        (None, Connectivity::Public) => Ok(()),
    }
}

/// Whether the VPC's route tables were read at all; every VPC has a main one, so none means that they were not.
pub fn routes_known(vpc: &Vpc) -> bool {
    !vpc.route_tables.is_empty()
}

/// The zone a gateway sits in, by its subnet when that is known.
pub fn zone_of<'a>(vpc: &'a Vpc, gateway: &'a NatGateway) -> Option<&'a str> {
    let subnet = gateway.subnet.as_deref().and_then(|id| vpc.subnet(id));
    subnet
        .map(|subnet| subnet.zone.as_str())
        .or(gateway.zone.as_deref())
}

// The order matters: a deleted gateway has lost its addresses too, and that is not the reason.
fn usable(vpc: &Vpc, zone: &str, gateway: &NatGateway) -> Result<(), Unusable> {
    available(gateway.state)?;
    if gateway.connectivity == Connectivity::Private {
        return Err(Unusable::Private);
    }
    let (Some(subnet), false) = (&gateway.subnet, gateway.regional) else {
        return Err(Unusable::Regional);
    };
    placed(vpc, zone, subnet)?;
    match gateway.addresses.len() {
        0 => return Err(Unusable::NoAddress),
        1 => {}
        count => return Err(Unusable::SeveralAddresses { count }),
    }
    reaches_internet(vpc, subnet)
}

fn available(state: NatState) -> Result<(), Unusable> {
    match state {
        NatState::Available => Ok(()),
        NatState::Pending => Err(Unusable::Pending),
        NatState::Failed => Err(Unusable::Failed),
        NatState::Deleting => Err(Unusable::Deleting),
        NatState::Deleted => Err(Unusable::Deleted),
        NatState::Unknown => Err(Unusable::StateUnknown),
    }
}

fn placed(vpc: &Vpc, zone: &str, subnet: &str) -> Result<(), Unusable> {
    let Some(found) = vpc.subnet(subnet) else {
        return Err(Unusable::OtherVpc {
            subnet: visible(subnet),
        });
    };
    if found.zone == zone {
        return Ok(());
    }
    Err(Unusable::OtherZone {
        zone: visible(&found.zone),
    })
}

fn reaches_internet(vpc: &Vpc, subnet: &str) -> Result<(), Unusable> {
    if !routes_known(vpc) {
        return Ok(());
    }
    let routes = vpc
        .route_table_of(subnet)
        .map_or(&[][..], |table| &table.routes);
    let open = routes.iter().any(|route| {
        route.destination == "0.0.0.0/0"
            && !route.blackhole
            && matches!(route.target, RouteTarget::InternetGateway(_))
    });
    if open {
        return Ok(());
    }
    Err(Unusable::NoInternetRoute {
        subnet: visible(subnet),
    })
}

fn verdict<S: serde::Serializer>(usable: &Result<(), Unusable>, out: S) -> Result<S::Ok, S::Error> {
    match usable {
        Ok(()) => out.serialize_bool(true),
        Err(why) => out.collect_str(why),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::core::inventory::{NatAddress, Route};
    use crate::core::method;

    fn broken(change: impl FnOnce(&mut Vpc)) -> Vec<String> {
        let mut vpc = method::vpc();
        change(&mut vpc);
        egress_of(&vpc, "us-east-1a").reasons()
    }

    fn own(vpc: &mut Vpc) -> &mut NatGateway {
        &mut vpc.nat_gateways[0]
    }

    #[test]
    fn each_zone_of_the_method_leaves_by_its_own_gateway() {
        let vpc = method::vpc();
        let chosen: Vec<_> = ["a", "b", "c", "d"]
            .iter()
            .map(|letter| egress_of(&vpc, &format!("us-east-1{letter}")))
            .map(|egress| egress.default_gateway().unwrap().id.clone())
            .collect();
        assert_eq!(chosen, method::NAT_GATEWAYS);
    }

    #[test]
    fn every_rule_has_its_own_reason() {
        let state = |state| broken(move |vpc| own(vpc).state = state).remove(0);
        assert_eq!(
            state(NatState::Pending),
            "nat-0f19a9e0f19a9e001: it is still pending: it carries no traffic until it is available"
        );
        assert!(state(NatState::Failed).contains("failed to start"));
        assert!(state(NatState::Deleting).contains("being deleted"));
        assert!(state(NatState::Deleted).contains("was deleted"));
        assert!(state(NatState::Unknown).contains("not known"));
        let first = |change: fn(&mut Vpc)| {
            let mut vpc = method::vpc();
            change(&mut vpc);
            let ZoneEgress::None(candidates) = egress_of(&vpc, "us-east-1a") else {
                panic!("usable")
            };
            candidates[0].usable.clone().unwrap_err()
        };
        assert_eq!(
            first(|vpc| own(vpc).connectivity = Connectivity::Private),
            Unusable::Private
        );
        assert_eq!(first(|vpc| own(vpc).regional = true), Unusable::Regional);
        assert_eq!(first(|vpc| own(vpc).addresses.clear()), Unusable::NoAddress);
        assert_eq!(
            first(|vpc| own(vpc).addresses.push(NatAddress {
                public: None,
                private: None,
                allocation: None
            })),
            Unusable::SeveralAddresses { count: 2 }
        );
        assert_eq!(
            first(|vpc| vpc.route_tables[0].routes[1].blackhole = true),
            Unusable::NoInternetRoute {
                subnet: "subnet-00000000000000000".into()
            }
        );
    }

    #[test]
    fn a_gateway_elsewhere_is_named_with_its_place() {
        let mut vpc = method::vpc();
        vpc.nat_gateways.truncate(1);
        own(&mut vpc).subnet = Some("subnet-elsewhere".into());
        let ZoneEgress::None(candidates) = egress_of(&vpc, "us-east-1a") else {
            panic!("usable")
        };
        assert_eq!(
            candidates[0].usable,
            Err(Unusable::OtherVpc {
                subnet: "subnet-elsewhere".into()
            })
        );
        let vpc = method::vpc();
        let ZoneEgress::None(candidates) = egress_of(&vpc, "us-east-1e") else {
            panic!("usable")
        };
        assert_eq!(
            candidates[0].usable,
            Err(Unusable::OtherZone {
                zone: "us-east-1c".into()
            })
        );
        assert_eq!(candidates.len(), 4);
    }

    #[test]
    fn a_zone_can_cross_to_what_breaks_no_other_rule() {
        let mut vpc = method::vpc();
        vpc.nat_gateways[1].state = NatState::Pending;
        vpc.nat_gateways[2].connectivity = Connectivity::Private;
        let found = |vpc: &Vpc, zone: &str| -> Vec<String> {
            let gateways = crossing(vpc, zone).into_iter();
            gateways.map(|gateway| gateway.id).collect()
        };
        let [first, .., last] = method::NAT_GATEWAYS;
        assert_eq!(found(&vpc, "us-east-1e"), [first, last]);
        assert_eq!(found(&vpc, "us-east-1a"), [last]);
        vpc.nat_gateways[0].subnet = Some("subnet-elsewhere".into());
        assert_eq!(found(&vpc, "us-east-1e"), [last]);
    }

    #[test]
    fn two_gateways_in_a_zone_are_both_offered_and_the_first_by_id_is_the_default() {
        let mut vpc = method::vpc();
        let mut second = own(&mut vpc).clone();
        second.id = "nat-00000000000000000".into();
        vpc.nat_gateways.push(second);
        let ZoneEgress::Usable(gateways) = egress_of(&vpc, "us-east-1a") else {
            panic!("none")
        };
        let ids: Vec<_> = gateways.iter().map(|gateway| gateway.id.as_str()).collect();
        assert_eq!(ids, ["nat-00000000000000000", method::NAT_GATEWAYS[0]]);
    }

    #[test]
    fn a_vpc_without_gateways_says_so_and_unread_routes_refuse_nothing() {
        assert_eq!(
            broken(|vpc| vpc.nat_gateways.clear()),
            ["the VPC has no NAT gateway"]
        );
        assert_eq!(broken(|vpc| vpc.route_tables.clear()), Vec::<String>::new());
    }

    #[test]
    fn the_subnets_own_table_decides_and_the_main_one_serves_the_rest() {
        let reasons = broken(|vpc| {
            vpc.route_tables[0].subnets.clear();
            vpc.route_tables[0].main = true;
            vpc.route_tables
                .iter_mut()
                .skip(1)
                .for_each(|table| table.main = false);
        });
        assert_eq!(reasons, Vec::<String>::new());
        let reasons = broken(|vpc| {
            vpc.route_tables[0]
                .routes
                .retain(|route: &Route| route.destination != "0.0.0.0/0");
        });
        assert!(reasons[0].contains("no working route"), "{reasons:?}");
    }
}
