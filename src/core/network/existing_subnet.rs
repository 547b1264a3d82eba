//! A subnet that exists, as a cluster would use it: where its route table leads, which tier it suits, what its tags say.

use crate::core::inventory::{Owner, RouteTarget, Subnet, Vpc, owner_of};
use crate::core::network::cidr::Tier;
use crate::core::network::egress::routes_known;
use crate::core::text::untrusted::Untrusted;

const EVERYWHERE: &str = "0.0.0.0/0";

/// Where a subnet's route table sends what no narrower route takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DefaultRoute {
    /// The VPC's route tables were not read.
    Unread,
    /// There is none, or its target is gone.
    None,
    To(RouteTarget),
}

impl DefaultRoute {
    /// The route of a subnet: of its own table, else of the main one.
    pub fn of_subnet(vpc: &Vpc, subnet: &str) -> Self {
        if !routes_known(vpc) {
            return Self::Unread;
        }
        let routes = vpc.route_table_of(subnet).map(|table| &table.routes);
        let mut routes = routes.into_iter().flatten();
        let route = routes.find(|route| route.destination == EVERYWHERE && !route.blackhole);
        route.map_or(Self::None, |route| Self::To(route.target.clone()))
    }

    /// What kops's `egress` calls it; `None` where nothing leads out, and for an internet gateway.
    pub fn egress(&self) -> Option<String> {
        let Self::To(target) = self else {
            return None;
        };
        match target {
            RouteTarget::Local | RouteTarget::InternetGateway(_) => None,
            RouteTarget::NatGateway(id) | RouteTarget::TransitGateway(id) => Some(id.clone()),
            RouteTarget::Other(id) if id.starts_with("i-") => Some(id.clone()),
            RouteTarget::Other(_) | RouteTarget::Peering(_) | RouteTarget::VpnGateway(_) => {
                Some("External".to_owned())
            }
        }
    }

    /// Whether it leads to an internet gateway.
    pub fn is_public(&self) -> bool {
        matches!(self, Self::To(RouteTarget::InternetGateway(_)))
    }

    /// Where it leads, in words.
    pub fn shown(&self) -> String {
        match self {
            Self::Unread => "not read".to_owned(),
            Self::None => format!("no route {EVERYWHERE}"),
            Self::To(target) => target.shown(),
        }
    }
}

/// The tag by which load balancers find their subnets of a tier, with the value `1` (kops's
/// `pkg/model/awsmodel/network.go`).
pub fn load_balancer_tag(tier: Tier) -> &'static str {
    match tier {
        Tier::Private => "kubernetes.io/role/internal-elb",
        Tier::Utility => "kubernetes.io/role/elb",
    }
}

/// kops's word for a tier, in its spec and in its tag `SubnetType`.
pub fn kops_type(tier: Tier) -> &'static str {
    match tier {
        Tier::Private => "Private",
        Tier::Utility => "Utility",
    }
}

/// Whether a subnet has the tag of the load balancers of a tier.
pub fn is_tagged_for(subnet: &Subnet, tier: Tier) -> bool {
    let value = subnet.tags.get(&Untrusted::from(load_balancer_tag(tier)));
    value.is_some_and(|value| matches!(value.raw(), "" | "1"))
}

/// Whether a subnet could be that of a tier by its route and its owner; its zone and its free addresses are another question.
pub fn suits(vpc: &Vpc, subnet: &Subnet, tier: Tier) -> bool {
    if matches!(owner_of(&subnet.tags), Owner::Kops(_)) {
        return false;
    }
    let route = DefaultRoute::of_subnet(vpc, &subnet.id);
    match tier {
        Tier::Utility => route.is_public(),
        Tier::Private => route.egress().is_some(),
    }
}

/// The subnets of a zone, those that suit a tier first, of them those with its tags, then by CIDR.
pub fn candidates<'a>(vpc: &'a Vpc, zone: &str, tier: Tier) -> Vec<&'a Subnet> {
    let mut found: Vec<&Subnet> = vpc
        .subnets
        .iter()
        .filter(|subnet| subnet.zone == zone)
        .collect();
    found.sort_by_cached_key(|subnet| {
        let tagged = is_tagged_for(subnet, tier) || is_typed(subnet, tier);
        (
            !suits(vpc, subnet, tier),
            !tagged,
            subnet.cidr,
            subnet.id.clone(),
        )
    });
    found
}

/// The subnet that is proposed for a tier of a zone; `None` where no subnet suits it.
pub fn proposed<'a>(vpc: &'a Vpc, zone: &str, tier: Tier) -> Option<&'a Subnet> {
    let first = candidates(vpc, zone, tier).into_iter().next()?;
    suits(vpc, first, tier).then_some(first)
}

/// The tag `SubnetType` as another cluster of kops left it; `None` where there is none.
pub fn typed_as(subnet: &Subnet) -> Option<&Untrusted> {
    subnet.tags.get(&Untrusted::from("SubnetType"))
}

fn is_typed(subnet: &Subnet, tier: Tier) -> bool {
    typed_as(subnet).is_some_and(|word| word.raw() == kops_type(tier))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::core::method;

    fn route(change: impl FnOnce(&mut Vpc), subnet: &str) -> DefaultRoute {
        let mut vpc = method::vpc();
        change(&mut vpc);
        DefaultRoute::of_subnet(&vpc, subnet)
    }

    fn private() -> Subnet {
        proposed(&method::vpc(), "us-east-1a", Tier::Private)
            .unwrap()
            .clone()
    }

    #[test]
    fn a_subnet_leaves_by_what_its_own_table_says() {
        let id = private().id;
        let own = route(|_| {}, &id);
        assert_eq!(own.egress(), Some(method::NAT_GATEWAYS[0].to_owned()));
        let leads = |target: RouteTarget| {
            let route = DefaultRoute::To(target);
            (route.egress(), route.is_public())
        };
        assert_eq!(
            leads(RouteTarget::TransitGateway("tgw-1".into())),
            (Some("tgw-1".into()), false)
        );
        assert_eq!(
            leads(RouteTarget::Other("i-1".into())),
            (Some("i-1".into()), false)
        );
        assert_eq!(
            leads(RouteTarget::VpnGateway("vgw-1".into())),
            (Some("External".into()), false)
        );
        assert_eq!(
            leads(RouteTarget::InternetGateway("igw-1".into())),
            (None, true)
        );
        assert_eq!(
            route(|vpc| vpc.route_tables.clear(), &id),
            DefaultRoute::Unread
        );
        let gone = |vpc: &mut Vpc| {
            for route in vpc
                .route_tables
                .iter_mut()
                .flat_map(|table| &mut table.routes)
            {
                route.blackhole = true;
            }
        };
        assert_eq!(route(gone, &id), DefaultRoute::None);
    }

    #[test]
    fn a_tag_decides_between_subnets_that_suit_a_tier() {
        let mut vpc = method::vpc();
        let first = private();
        let other = candidates(&vpc, "us-east-1a", Tier::Private)[1].id.clone();
        assert_ne!(first.id, other);
        let tag = (
            load_balancer_tag(Tier::Private).into(),
            Untrusted::from("1"),
        );
        let mut subnets = vpc.subnets.iter_mut();
        let subnet = subnets.find(|subnet| subnet.id == other).unwrap();
        subnet.tags.extend([tag]);
        let now = proposed(&vpc, "us-east-1a", Tier::Private).unwrap();
        assert_eq!(now.id, other);
        let public = proposed(&vpc, "us-east-1a", Tier::Utility).unwrap();
        assert!(DefaultRoute::of_subnet(&vpc, &public.id).is_public());
        assert_eq!(proposed(&vpc, "us-east-1z", Tier::Utility), None);
    }
}
