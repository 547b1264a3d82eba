//! Who on the internet may reach what.

use super::Applies::Each;
use super::{Facts, Rule, Severity, stays};
use crate::core::review::Resource;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "ssh-open-to-internet",
        severity: Severity::Danger,
        why: "anybody on the internet may try to log in to the cluster's machines",
        remedy: "name your own addresses in sshAccess of the spec, such as the VPC's block or a VPN's",
        applies: Each(ssh_open),
    },
    Rule {
        id: "api-open-to-internet",
        severity: Severity::Warning,
        why: "anybody on the internet may talk to the Kubernetes API; only credentials keep them out",
        remedy: "name your own addresses in kubernetesApiAccess of the spec, or make the API's load balancer internal",
        applies: Each(api_open),
    },
    Rule {
        id: "port-open-to-internet",
        severity: Severity::Warning,
        why: "anybody on the internet may reach these ports of the cluster's machines",
        remedy: "name your own addresses in the spec (nodePortAccess, additional security groups)",
        applies: Each(port_open),
    },
    Rule {
        id: "api-load-balancer-public",
        severity: Severity::Note,
        why: "the load balancer gets addresses on the internet; the security group alone decides who may reach it",
        remedy: "set api.loadBalancer.type to Internal in the spec when the API is only used inside",
        applies: Each(load_balancer_public),
    },
];

const SSH: u32 = 22;
const HTTPS: u32 = 443;

/// What a security-group rule lets in from everywhere.
struct Opening<'a> {
    from: &'a str,
    protocol: &'a str,
    first: u32,
    last: u32,
}

fn ssh_open(_: &Facts<'_>, resource: &Resource) -> Option<String> {
    let open = opening(resource).filter(|open| open.has(SSH))?;
    Some(format!("SSH is open to {}", open.from))
}

fn api_open(_: &Facts<'_>, resource: &Resource) -> Option<String> {
    let open = opening(resource).filter(|open| open.has(HTTPS) && !open.has(SSH))?;
    Some(format!("the Kubernetes API is open to {}", open.from))
}

fn port_open(_: &Facts<'_>, resource: &Resource) -> Option<String> {
    let open = opening(resource).filter(|open| !open.has(HTTPS) && !open.has(SSH))?;
    let Opening {
        from,
        protocol,
        first,
        last,
    } = open;
    (!protocol.starts_with("icmp"))
        .then(|| format!("{protocol} ports {first} to {last} are open to {from}"))
}

fn load_balancer_public(_: &Facts<'_>, resource: &Resource) -> Option<String> {
    let public = resource.new_value("Scheme") == Some("internet-facing");
    let message = || "the API's load balancer is on the internet".to_owned();
    (public && stays(resource)).then(message)
}

impl Opening<'_> {
    fn has(&self, port: u32) -> bool {
        let stream = matches!(self.protocol, "tcp" | "all" | "-1" | "6");
        stream && (self.first..=self.last).contains(&port)
    }
}

fn opening(resource: &Resource) -> Option<Opening<'_>> {
    let rule = resource.kind == "SecurityGroupRule" && stays(resource);
    let ingress = resource.new_value("Egress") != Some("true");
    if !rule || !ingress {
        return None;
    }
    from_fields(resource).or_else(|| from_name(resource.name.raw()))
}

fn from_fields(resource: &Resource) -> Option<Opening<'_>> {
    let cidr = resource
        .new_value("CIDR")
        .filter(|cidr| is_everywhere(cidr));
    let ipv6 = || {
        resource
            .new_value("IPv6CIDR")
            .filter(|cidr| is_everywhere(cidr))
    };
    let port = |name| resource.new_value(name).and_then(|port| port.parse().ok());
    Some(Opening {
        from: cidr.or_else(ipv6)?,
        protocol: resource.new_value("Protocol").unwrap_or("all"),
        first: port("FromPort").unwrap_or(0),
        last: port("ToPort").unwrap_or(65535),
    })
}

// A modified rule prints only what changes; its name tells the rest: from-CIDR-ingress-PROTOCOL-FIRSTtoLAST-GROUP.
fn from_name(name: &str) -> Option<Opening<'_>> {
    let (from, rest) = name.strip_prefix("from-")?.split_once("-ingress-")?;
    let (protocol, rest) = rest.split_once('-')?;
    let (ports, _) = rest.split_once('-')?;
    let (first, last) = ports.split_once("to")?;
    let (first, last) = (first.parse().ok()?, last.parse().ok()?);
    let every = protocol == "all" && first == 0 && last == 0;
    is_everywhere(from).then_some(Opening {
        from,
        protocol,
        first,
        last: if every { 65535 } else { last },
    })
}

fn is_everywhere(cidr: &str) -> bool {
    let network = cidr.parse::<ipnet::IpNet>();
    network.is_ok_and(|network| network.prefix_len() == 0)
}
