//! Where a picked subnet leads: the private one out of the VPC as `egress` says, the utility one to the internet gateway.

use super::PickedSubnet;
use crate::core::inventory::{NatGateway, RouteTarget};
use crate::core::network::cidr::Tier;
use crate::core::network::egress::{EgressKind, carries_traffic, form_of, zone_of};
use crate::core::network::existing_subnet::DefaultRoute;
use crate::core::problem::{Problem, catalog as rule};
use crate::core::text::untrusted::visible;

const NO_ROUTE_OF_KOPS: &str = "kops makes no route for a subnet that exists";

impl PickedSubnet<'_> {
    pub(super) fn route(&self) -> Option<Problem> {
        let route = DefaultRoute::of_subnet(self.vpc, &self.subnet.id);
        match (self.tier, &route) {
            // The plan says of the whole VPC that its route tables were not read.
            (_, DefaultRoute::Unread) => None,
            (Tier::Utility, route) => self.not_public(route),
            (Tier::Private, DefaultRoute::To(RouteTarget::InternetGateway(_))) => {
                Some(self.public())
            }
            (Tier::Private, DefaultRoute::None) => Some(self.closed()),
            (Tier::Private, DefaultRoute::To(target)) => {
                self.other_egress(&route).or_else(|| self.gateway(target))
            }
        }
    }

    fn not_public(&self, route: &DefaultRoute) -> Option<Problem> {
        if route.is_public() {
            return None;
        }
        let what = format!(
            "{} does not lead to an internet gateway: {}",
            self.words(),
            route.shown()
        );
        let remedy = self.or_instead("route 0.0.0.0/0 of its table to the internet gateway");
        if self.is_external() && !self.is_open() {
            return Some(self.problem(
                rule::SUBNET_NOT_PUBLIC_UNUSED,
                what,
                "nothing of the cluster itself is reached through it, but public load balancers of Services would not be reached either",
                remedy,
            ));
        }
        Some(self.problem(
            rule::SUBNET_NOT_PUBLIC,
            what,
            format!("load balancers and bastions there are reached from the internet; {NO_ROUTE_OF_KOPS}"),
            remedy,
        ))
    }

    fn public(&self) -> Problem {
        self.problem(
            rule::SUBNET_PUBLIC,
            format!("{} leads to an internet gateway", self.words()),
            "kops gives nodes of a private subnet no public address, and without one an internet gateway takes nothing: the nodes could not start",
            self.or_instead("route 0.0.0.0/0 of its table to a NAT gateway"),
        )
    }

    fn closed(&self) -> Problem {
        let what = format!("{} has no route 0.0.0.0/0", self.words());
        if self.is_external() {
            return self.problem(
                rule::SUBNET_CLOSED,
                what,
                format!("with egress External the routes are not kops's; {NO_ROUTE_OF_KOPS}, and nodes must reach what they download when they start"),
                "see that endpoints or a proxy give the nodes what they need, or route the subnet",
            );
        }
        self.problem(
            rule::SUBNET_NO_ROUTE,
            what,
            format!("{NO_ROUTE_OF_KOPS}, and nodes that cannot download what they need do not start"),
            self.or_instead("route 0.0.0.0/0 of its table to a NAT gateway, or say that others see to it (answers: egress: External)"),
        )
    }

    fn is_external(&self) -> bool {
        form_of(&self.zone.egress) == EgressKind::External
    }

    fn other_egress(&self, route: &DefaultRoute) -> Option<Problem> {
        let leads = route.egress().unwrap_or_default();
        let asked = &self.zone.egress;
        if *asked == leads || self.is_external() {
            return None;
        }
        Some(self.problem(
            rule::SUBNET_EGRESS_DIFFERS,
            format!(
                "{} leaves by {}, not by {}",
                self.words(),
                route.shown(),
                visible(asked)
            ),
            format!("{NO_ROUTE_OF_KOPS}: what its route table says holds"),
            format!(
                "remove egress, or write egress: {}, or change the route first",
                visible(&leads)
            ),
        ))
    }

    fn gateway(&self, target: &RouteTarget) -> Option<Problem> {
        let RouteTarget::NatGateway(id) = target else {
            return None;
        };
        let mut gateways = self.vpc.nat_gateways.iter();
        let Some(gateway) = gateways.find(|gateway| gateway.id == *id) else {
            return Some(self.problem(
                rule::SUBNET_NAT_NOT_READ,
                format!("{} leaves by {}, which was not read", self.words(), visible(id)),
                "an account that does not own the VPC, or may not call ec2:DescribeNatGateways, cannot see whether it carries traffic",
                "see with its owner that it does",
            ));
        };
        if let Err(why) = carries_traffic(self.vpc, gateway) {
            return Some(self.problem(
                rule::SUBNET_NAT_BROKEN,
                format!(
                    "{} leaves by {}, which carries no traffic",
                    self.words(),
                    visible(id)
                ),
                why.to_string(),
                self.or_instead("route 0.0.0.0/0 of its table to a NAT gateway that does"),
            ));
        }
        self.crosses(gateway)
    }

    fn crosses(&self, gateway: &NatGateway) -> Option<Problem> {
        let other = zone_of(self.vpc, gateway).filter(|zone| *zone != self.zone.name)?;
        let (zone, other) = (visible(&self.zone.name), visible(other));
        Some(self.problem(
            rule::EGRESS_CROSSES_ZONES,
            format!("{} leaves by {} in {other}", self.words(), visible(&gateway.id)),
            format!("when {other} fails, {zone} is cut off with it, and AWS bills what the nodes send between the zones, both ways"),
            format!("keep it knowingly, or route the subnet to a NAT gateway in {zone}"),
        ))
    }
}
