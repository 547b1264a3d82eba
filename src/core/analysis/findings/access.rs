//! Who on the internet may reach what.

use super::Applies::{Each, When};
use super::load_balancing::whose;
use super::{FindingRule, FindingSeverity, RuleContext, stays};
use crate::core::kops::dry_run::{ChangeAction, Resource};

pub(super) const RULES: &[FindingRule] = rules! {
    Danger "ssh-open-to-internet": Each(ssh_open) => {
        why: "anybody on the internet may try to log in to the cluster's instances",
        remedy: "name your own addresses in sshAccess of the spec, such as the VPC's CIDR or a VPN's",
    }
    Danger "api-opened-to-internet": Each(|context, resource| api(resource).filter(|_| context.runs)) => {
        why: "anybody on the internet may talk to the API of a cluster that runs; only credentials keep them out",
        remedy: "name your own addresses in kubernetesApiAccess of the spec, or make the API's load balancer internal",
    }
    // kops's own default for a new cluster: worth a word, but no surprise.
    Warning "api-open-to-internet": Each(|context, resource| api(resource).filter(|_| !context.runs)) => {
        why: "anybody on the internet may talk to the Kubernetes API; only credentials keep them out",
        remedy: "name your own addresses in kubernetesApiAccess of the spec, or make the API's load balancer internal",
    }
    Warning "port-open-to-internet": Each(port_open) => {
        why: "anybody on the internet may reach these ports of the cluster's instances",
        remedy: "name your own addresses in the spec (nodePortAccess, additional security groups)",
    }
    Danger "api-load-balancer-published": Each(load_balancer_published) => {
        why: "what was only reached inside gets addresses on the internet; its name changes where it points",
        remedy: "set api.loadBalancer.type (of a bastion: topology.bastion.loadBalancer.type) back to Internal, or narrow kubernetesApiAccess or sshAccess first",
    }
    Warning "public-address-added": When(
        |_, resource| resource.changed("AssociatePublicIP").is_some_and(|(_, new)| new == "true"),
        "instances get addresses on the internet"
    ) => {
        why: "each new instance of the group gets an address on the internet",
        remedy: "set associatePublicIp to false in the instance group, or choose private subnets for it",
    }
    Warning "metadata-opened": Each(metadata_opened) => {
        why: "more programs on an instance, pods among them, can ask the metadata service for the instance's credentials",
        remedy: "set instanceMetadata.httpTokens to required and httpPutResponseHopLimit to 1 unless a pod needs more",
    }
    Warning "open-until-prune": Each(open_until_prune) => {
        why: "kops makes the narrower rule now and deletes the wide one only with --prune; until then both hold",
        remedy: "apply, then `kops update cluster --name=CLUSTER --prune`, and again with --yes",
    }
    Note "api-load-balancer-public": Each(load_balancer_public) => {
        why: "the load balancer gets addresses on the internet; the security group alone decides who may reach it",
        remedy: "set api.loadBalancer.type (of a bastion: topology.bastion.loadBalancer.type) to Internal in the spec when it is only used inside",
    }
};

const SSH: u32 = 22;
const HTTPS: u32 = 443;

/// What a security-group rule lets in from everywhere.
struct IngressRule<'a> {
    from: &'a str,
    protocol: &'a str,
    first: u32,
    last: u32,
}

fn ssh_open(_: &RuleContext<'_>, resource: &Resource) -> Option<String> {
    let open = opening(resource).filter(|open| open.has(SSH))?;
    Some(format!("SSH is open to {}", open.from))
}

fn api(resource: &Resource) -> Option<String> {
    let open = opening(resource).filter(|open| open.has(HTTPS) && !open.has(SSH))?;
    Some(format!("the Kubernetes API is open to {}", open.from))
}

fn port_open(_: &RuleContext<'_>, resource: &Resource) -> Option<String> {
    let open = opening(resource).filter(|open| !open.has(HTTPS) && !open.has(SSH))?;
    let IngressRule {
        from,
        protocol,
        first,
        last,
    } = open;
    (!protocol.starts_with("icmp"))
        .then(|| format!("{protocol} ports {first} to {last} are open to {from}"))
}

fn load_balancer_published(_: &RuleContext<'_>, resource: &Resource) -> Option<String> {
    let published = resource.changed("Scheme") == Some(("internal", "internet-facing"));
    published.then(|| format!("{} load balancer moves onto the internet", whose(resource)))
}

fn metadata_opened(_: &RuleContext<'_>, resource: &Resource) -> Option<String> {
    let tokens = resource.changed("HTTPTokens") == Some(("required", "optional"));
    let hops = resource
        .changed("HTTPPutResponseHopLimit")
        .filter(|(old, new)| {
            let number = |text: &str| text.parse::<u32>().unwrap_or(0);
            number(new) > number(old)
        });
    match hops {
        _ if tokens => Some("the metadata service answers without a token".to_owned()),
        Some((old, new)) => Some(format!(
            "the metadata service answers over {new} hops instead of {old}"
        )),
        None => None,
    }
}

// kops prints a rule to delete as `sg-…: port=22 protocol=tcp ip=0.0.0.0/0 ipv6=` (awstasks/securitygroup.go).
fn open_until_prune(_: &RuleContext<'_>, resource: &Resource) -> Option<String> {
    let waits =
        resource.action == ChangeAction::DeleteOnPrune && resource.kind == "SecurityGroupRule";
    let words: Vec<_> = resource.name.raw().split(' ').collect();
    let word = |start| words.iter().find_map(|word| word.strip_prefix(start));
    let wide = |from: &&str| is_everywhere(from);
    let from = word("ip=")
        .filter(wide)
        .or_else(|| word("ipv6=").filter(wide));
    let from = from.filter(|_| waits)?;
    Some(match word("port=") {
        Some("22") => format!("SSH stays open to {from} until kops update cluster --prune"),
        Some(port) => format!("port {port} stays open to {from} until kops update cluster --prune"),
        None => format!("all ports stay open to {from} until kops update cluster --prune"),
    })
}

fn load_balancer_public(_: &RuleContext<'_>, resource: &Resource) -> Option<String> {
    let public = resource.new_value("Scheme") == Some("internet-facing")
        && resource.changed("Scheme").is_none();
    let message = || format!("{} load balancer is on the internet", whose(resource));
    (public && stays(resource)).then(message)
}

impl IngressRule<'_> {
    fn has(&self, port: u32) -> bool {
        let stream = matches!(self.protocol, "tcp" | "all" | "-1" | "6");
        stream && (self.first..=self.last).contains(&port)
    }
}

fn opening(resource: &Resource) -> Option<IngressRule<'_>> {
    let rule = resource.kind == "SecurityGroupRule" && stays(resource);
    let ingress = resource.new_value("Egress") != Some("true");
    if !rule || !ingress {
        return None;
    }
    from_fields(resource).or_else(|| from_name(resource.name.raw()))
}

fn from_fields(resource: &Resource) -> Option<IngressRule<'_>> {
    let cidr = resource
        .new_value("CIDR")
        .filter(|cidr| is_everywhere(cidr));
    let ipv6 = || {
        resource
            .new_value("IPv6CIDR")
            .filter(|cidr| is_everywhere(cidr))
    };
    let port = |name| resource.new_value(name).and_then(|port| port.parse().ok());
    Some(IngressRule {
        from: cidr.or_else(ipv6)?,
        protocol: resource.new_value("Protocol").unwrap_or("all"),
        first: port("FromPort").unwrap_or(0),
        last: port("ToPort").unwrap_or(65535),
    })
}

// A modified rule prints only what changes; its name tells the rest: from-CIDR-ingress-PROTOCOL-FIRSTtoLAST-GROUP.
fn from_name(name: &str) -> Option<IngressRule<'_>> {
    let (from, rest) = name.strip_prefix("from-")?.split_once("-ingress-")?;
    let (protocol, rest) = rest.split_once('-')?;
    let (ports, _) = rest.split_once('-')?;
    let (first, last) = ports.split_once("to")?;
    let (first, last) = (first.parse().ok()?, last.parse().ok()?);
    let every = protocol == "all" && first == 0 && last == 0;
    is_everywhere(from).then_some(IngressRule {
        from,
        protocol,
        first,
        last: if every { 65535 } else { last },
    })
}

/// Blocks wider than any that one network owns count as everywhere too: two halves are the whole.
const WIDEST: (u8, u8) = (8, 16);

fn is_everywhere(cidr: &str) -> bool {
    cidr.parse::<ipnet::IpNet>()
        .is_ok_and(|network| match network {
            ipnet::IpNet::V4(network) => network.prefix_len() < WIDEST.0,
            ipnet::IpNet::V6(network) => network.prefix_len() < WIDEST.1,
        })
}
