//! Whether security groups let an instance out to what nodeup fetches, and in at the control plane.

use std::net::IpAddr;

use ipnet::IpNet;

use super::cloud::CloudInstance;
use crate::core::text::untrusted::Untrusted;

const HTTPS: u16 = 443;
/// kops's `pkg/wellknownports`: where nodeup on a node asks kops-controller for its configuration.
const KOPS_CONTROLLER: u16 = 3988;

/// A security group, with its rules that hold for TCP.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecurityGroup {
    pub id: Untrusted,
    pub inbound: Vec<SecurityGroupRule>,
    pub outbound: Vec<SecurityGroupRule>,
}

/// What a rule of a security group lets through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityGroupRule {
    /// The first and the last port; all of them where absent.
    pub ports: Option<(u16, u16)>,
    pub peers: Vec<RulePeer>,
}

/// From or to whom a rule lets traffic through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RulePeer {
    Cidr(IpNet),
    Group(Untrusted),
    /// A prefix list, or what cannot be read: it may be anybody.
    Other,
}

/// What the security groups keep from the instance, in a sentence; absent where they let it through, or where one of
/// them is not known.
pub fn find_closed_port(
    instance: &CloudInstance,
    control_plane: &[&CloudInstance],
    groups: &[SecurityGroup],
) -> Option<String> {
    let own = find_groups(&instance.security_groups, groups)?;
    if !own.iter().any(|group| group.lets_out(HTTPS)) {
        return Some(format!(
            "its security groups let nothing out on TCP {HTTPS}, where nodeup fetches what it installs"
        ));
    }
    let is_member = |one: &&CloudInstance| one.id == instance.id;
    if control_plane.is_empty() || control_plane.iter().any(is_member) {
        return None;
    }
    let ids: Vec<&Untrusted> = control_plane
        .iter()
        .flat_map(|one| &one.security_groups)
        .collect();
    let of_control_plane = find_groups(ids.iter().copied(), groups)?;
    let open = |port: u16| {
        let mut entries = of_control_plane.iter();
        entries.any(|entry| entry.may_let_in(instance, port, groups, &ids))
    };
    let wanted = [
        (HTTPS, "the Kubernetes API"),
        (KOPS_CONTROLLER, "kops-controller"),
    ];
    let (port, service) = wanted.into_iter().find(|(port, _)| !open(*port))?;
    Some(format!(
        "the control plane's security groups do not let it in on TCP {port}, the port of {service}"
    ))
}

// All that the ids name; absent where one of them is not known, or none is: an instance always has one.
fn find_groups<'a, 'b>(
    ids: impl IntoIterator<Item = &'b Untrusted>,
    groups: &'a [SecurityGroup],
) -> Option<Vec<&'a SecurityGroup>> {
    let find = |id: &Untrusted| groups.iter().find(|group| group.id == *id);
    let found: Option<Vec<&SecurityGroup>> = ids.into_iter().map(find).collect();
    found.filter(|found| !found.is_empty())
}

impl SecurityGroup {
    /// The groups that its inbound rules name.
    pub fn named_peers(&self) -> impl Iterator<Item = &Untrusted> {
        let peers = self.inbound.iter().flat_map(|rule| &rule.peers);
        peers.filter_map(|peer| match peer {
            RulePeer::Group(id) => Some(id),
            RulePeer::Cidr(_) | RulePeer::Other => None,
        })
    }

    fn lets_out(&self, port: u16) -> bool {
        let mut rules = self.outbound.iter();
        rules.any(|rule| rule.has(port) && !rule.peers.is_empty())
    }

    // A rule may name the group of a load balancer: then the rules of that group decide. `visited` are not looked at again.
    fn may_let_in(
        &self,
        instance: &CloudInstance,
        port: u16,
        groups: &[SecurityGroup],
        visited: &[&Untrusted],
    ) -> bool {
        let through = |id: &Untrusted| {
            let named = groups.iter().find(|group| group.id == *id);
            let visited = [visited, &[id]].concat();
            named.is_none_or(|named| named.may_let_in(instance, port, groups, &visited))
        };
        let address: Option<IpAddr> = instance.private_ip.raw().parse().ok();
        let takes = |peer: &RulePeer| match peer {
            RulePeer::Cidr(cidr) => address.is_none_or(|address| cidr.contains(&address)),
            RulePeer::Group(id) if instance.security_groups.contains(id) => true,
            RulePeer::Group(id) => !visited.contains(&id) && through(id),
            RulePeer::Other => true,
        };
        let mut rules = self.inbound.iter().filter(|rule| rule.has(port));
        rules.any(|rule| rule.peers.iter().any(takes))
    }
}

impl SecurityGroupRule {
    fn has(&self, port: u16) -> bool {
        self.ports
            .is_none_or(|(first, last)| (first..=last).contains(&port))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn instance(id: &str, group: &str) -> CloudInstance {
        CloudInstance {
            id: Untrusted::from(id),
            private_ip: Untrusted::from("10.0.1.7"),
            security_groups: vec![Untrusted::from(group)],
            ..CloudInstance::default()
        }
    }

    fn rule(ports: Option<(u16, u16)>, peer: RulePeer) -> SecurityGroupRule {
        let peers = vec![peer];
        SecurityGroupRule { ports, peers }
    }

    fn anybody() -> RulePeer {
        RulePeer::Cidr("0.0.0.0/0".parse().unwrap())
    }

    fn of(group: &str) -> RulePeer {
        RulePeer::Group(Untrusted::from(group))
    }

    fn group(
        id: &str,
        inbound: Vec<SecurityGroupRule>,
        outbound: Vec<SecurityGroupRule>,
    ) -> SecurityGroup {
        SecurityGroup {
            id: Untrusted::from(id),
            inbound,
            outbound,
        }
    }

    // What keeps a node from joining, where the control plane has these rules.
    fn closed(inbound: Vec<SecurityGroupRule>) -> Option<String> {
        let groups = [
            group("sg-nodes", Vec::new(), vec![rule(None, anybody())]),
            group("sg-cp", inbound, vec![rule(None, anybody())]),
        ];
        let member = instance("i-cp", "sg-cp");
        find_closed_port(&instance("i-node", "sg-nodes"), &[&member], &groups)
    }

    #[test]
    fn the_rules_that_kops_makes_let_a_node_in() {
        let ranges = [(1, 2379), (2382, 4000), (4003, 65_535)];
        let rules = ranges.map(|ports| rule(Some(ports), of("sg-nodes")));
        assert_eq!(closed(rules.to_vec()), None);
    }

    #[test]
    fn a_port_of_the_control_plane_that_is_closed_is_named() {
        let api = "the control plane's security groups do not let it in on TCP 443, the port of the Kubernetes API";
        assert_eq!(closed(Vec::new()).as_deref(), Some(api));
        let itself = vec![rule(None, of("sg-cp"))];
        assert_eq!(closed(itself).as_deref(), Some(api));
        let elsewhere = RulePeer::Cidr("192.0.2.0/24".parse().unwrap());
        assert_eq!(closed(vec![rule(None, elsewhere)]).as_deref(), Some(api));
        let only_api = vec![rule(Some((443, 443)), of("sg-nodes"))];
        let controller = "the control plane's security groups do not let it in on TCP 3988, the port of kops-controller";
        assert_eq!(closed(only_api).as_deref(), Some(controller));
    }

    #[test]
    fn what_may_be_the_instance_or_a_load_balancer_is_let_in() {
        let subnet = RulePeer::Cidr("10.0.0.0/16".parse().unwrap());
        for peer in [subnet, of("sg-load-balancer"), RulePeer::Other] {
            assert_eq!(closed(vec![rule(None, peer)]), None);
        }
    }

    #[test]
    fn a_load_balancer_lets_in_whom_its_own_rules_let_in() {
        let anywhere = || vec![rule(None, anybody())];
        let through = |inbound: Vec<SecurityGroupRule>| {
            let groups = [
                group("sg-nodes", Vec::new(), anywhere()),
                group("sg-cp", vec![rule(None, of("sg-front"))], anywhere()),
                group("sg-front", inbound, anywhere()),
            ];
            let member = instance("i-cp", "sg-cp");
            find_closed_port(&instance("i-node", "sg-nodes"), &[&member], &groups)
        };
        assert_eq!(through(vec![rule(None, of("sg-nodes"))]), None);
        let back = vec![rule(None, of("sg-cp")), rule(None, of("sg-front"))];
        assert!(through(back).is_some());
        let only_api = vec![rule(Some((443, 443)), anybody())];
        let why = through(only_api).unwrap();
        assert!(why.contains("3988"), "{why}");
    }

    #[test]
    fn an_instance_that_is_let_out_nowhere_cannot_start() {
        let node = instance("i-node", "sg-nodes");
        let shut = [group(
            "sg-nodes",
            Vec::new(),
            vec![rule(Some((80, 80)), anybody())],
        )];
        let why =
            "its security groups let nothing out on TCP 443, where nodeup fetches what it installs";
        assert_eq!(find_closed_port(&node, &[], &shut).as_deref(), Some(why));
    }

    #[test]
    fn what_is_not_known_closes_nothing() {
        let node = instance("i-node", "sg-nodes");
        assert_eq!(find_closed_port(&node, &[], &[]), None);
        assert_eq!(find_closed_port(&CloudInstance::default(), &[], &[]), None);
        let own = [group("sg-nodes", Vec::new(), vec![rule(None, anybody())])];
        let member = instance("i-cp", "sg-cp");
        assert_eq!(find_closed_port(&node, &[&member], &own), None);
    }

    #[test]
    fn a_member_of_the_control_plane_is_only_looked_at_on_its_way_out() {
        let member = instance("i-cp", "sg-cp");
        let groups = [group("sg-cp", Vec::new(), vec![rule(None, anybody())])];
        assert_eq!(find_closed_port(&member, &[&member], &groups), None);
    }
}
