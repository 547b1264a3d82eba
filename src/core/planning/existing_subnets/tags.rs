//! What the tags of a picked subnet say, and which of them kops makes.

use super::PickedSubnet;
use crate::core::answers::Answers;
use crate::core::inventory::{Inventory, Owner, Subnet, Vpc, clusters_of, owner_of};
use crate::core::network::cidr::Tier;
use crate::core::network::existing_subnet::{
    is_tagged_for, kops_type, load_balancer_tag, typed_as,
};
use crate::core::plan::Plan;
use crate::core::problem::{About, Problem, catalog as rule};
use crate::core::text::untrusted::{Untrusted, visible};

/// Whether kops tags the subnets: as the answers say, else unless one is another account's.
pub(super) fn are_made(inventory: &Inventory, answers: &Answers, vpc: &Vpc) -> bool {
    let mut picked = answers
        .zones
        .iter()
        .flat_map(|zone| Tier::ALL.map(|tier| zone.subnet(tier)))
        .filter_map(|id| vpc.subnet(id));
    answers
        .tag_subnets
        .unwrap_or_else(|| picked.all(|subnet| inventory.subnet_shared_by(subnet).is_none()))
}

/// What is to be known of subnets that another account shares.
pub(super) fn shared(
    inventory: &Inventory,
    vpc: &Vpc,
    plan: &Plan,
    tagged: bool,
) -> Option<Problem> {
    let picked = plan
        .zones
        .iter()
        .flat_map(|zone| Tier::ALL.map(|tier| zone.subnet(tier)));
    let foreign: Vec<(&Subnet, &str)> = picked
        .filter_map(|id| vpc.subnet(id))
        .filter_map(|subnet| Some((subnet, inventory.subnet_shared_by(subnet)?)))
        .collect();
    let (first, owner) = foreign.first()?;
    let what = match foreign.len() {
        1 => format!(
            "{} belongs to account {}",
            visible(&first.id),
            visible(owner)
        ),
        many => format!(
            "{many} of the subnets belong to account {}, {} among them",
            visible(owner),
            visible(&first.id)
        ),
    };
    let (why, remedy) = if tagged {
        (
            "AWS RAM shares them, and their owner alone changes them; kops tags them, because tagSubnets says so, and stops where AWS refuses that",
            "see that this account may tag them (ec2:CreateTags), or remove tagSubnets",
        )
    } else {
        (
            "AWS RAM shares them, and their owner alone changes them: kops does not tag them (DisableSubnetTags), and their owner's tags are not seen in this account",
            "agree on their routes and sizes with the owner; tag them in this account where load balancers of Services are to find them, or name them on the Service",
        )
    };
    Some(rule::SUBNETS_SHARED.problem(About::Subnets, what, why, remedy))
}

impl PickedSubnet<'_> {
    pub(super) fn tags(&self) -> Vec<Problem> {
        let found = [
            self.of_cluster(),
            self.used_by_cluster(),
            self.untagged(),
            self.other_role(),
            self.other_type(),
            self.ipv6_turned_off(),
        ];
        found.into_iter().flatten().collect()
    }

    fn of_cluster(&self) -> Option<Problem> {
        let Owner::Kops(cluster) = owner_of(&self.subnet.tags) else {
            return None;
        };
        Some(self.problem(
            rule::SUBNET_OF_CLUSTER,
            format!("{} is the own one of the cluster {cluster}", self.words()),
            format!(
                "kops made it for {cluster} and deletes it, and its route table, with that cluster"
            ),
            self.or_instead("make one in Terraform"),
        ))
    }

    fn used_by_cluster(&self) -> Option<Problem> {
        let owned = matches!(owner_of(&self.subnet.tags), Owner::Kops(_));
        let others: Vec<String> = clusters_of(&self.subnet.tags)
            .iter()
            .filter(|cluster| cluster.raw() != self.answers.cluster)
            .map(Untrusted::shown)
            .collect();
        if others.is_empty() || owned {
            return None;
        }
        Some(self.problem(
            rule::SUBNET_USED_BY_CLUSTER,
            format!("{} is used by {} too", self.words(), others.join(", ")),
            "both take its addresses, and a load balancer of either can be put into it",
            "nothing, where its addresses are enough for both",
        ))
    }

    // Kubernetes finds the subnets of a Service's load balancer by it; where kops tags, kops makes it.
    fn untagged(&self) -> Option<Problem> {
        if self.tagged || is_tagged_for(self.subnet, self.tier) {
            return None;
        }
        let tag = load_balancer_tag(self.tier);
        let which = match self.tier {
            Tier::Private => "internal",
            Tier::Utility => "public",
        };
        Some(self.problem(
            rule::SUBNET_UNTAGGED,
            format!("{} has no tag {tag} = 1", self.words()),
            format!("kops does not tag it, and {which} load balancers of Services find their subnets by that tag"),
            "tag it, or let kops tag the subnets (answers: tagSubnets: true)",
        ))
    }

    fn other_role(&self) -> Option<Problem> {
        let (other, which) = match self.tier {
            Tier::Private => (Tier::Utility, "public"),
            Tier::Utility => (Tier::Private, "internal"),
        };
        is_tagged_for(self.subnet, other).then(|| {
            self.problem(
                rule::SUBNET_ROLE_OTHER,
                format!("{} has the tag {}", self.words(), load_balancer_tag(other)),
                format!("{which} load balancers of Services would be put into it, and kops removes no tag"),
                self.or_instead("remove the tag"),
            )
        })
    }

    fn other_type(&self) -> Option<Problem> {
        let own = kops_type(self.tier);
        let word = typed_as(self.subnet).filter(|word| self.tagged && word.raw() != own)?;
        Some(self.problem(
            rule::SUBNET_TYPE_OTHER,
            format!("{} has the tag SubnetType: {word}", self.words()),
            format!("kops would make it {own}; another cluster that uses it turns it back with its next update"),
            self.or_instead("do not have kops tag the subnets (answers: tagSubnets: false)"),
        ))
    }

    // kops 1.36: a change of the tags carries the attribute with it (awstasks/subnet.go, RenderAWS).
    fn ipv6_turned_off(&self) -> Option<Problem> {
        (self.tagged && self.subnet.assigns_ipv6).then(|| {
            self.problem(
                rule::SUBNET_IPV6_TURNED_OFF,
                format!("{} gives what starts in it an IPv6 address", self.words()),
                "kops, when it tags the subnet, turns that off (AssignIPv6AddressOnCreation), for everything in it",
                "do not have kops tag the subnets (answers: tagSubnets: false) and tag them yourself",
            )
        })
    }
}
