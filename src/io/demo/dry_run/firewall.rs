//! Security groups and their rules (`pkg/model/awsmodel/firewall.go`, `external_access.go`, `bastion.go`,
//! `api_loadbalancer.go`).

use super::resource::DemoResource;
use super::spec::DemoSpec;

const EVERYWHERE: [(&str, &str); 2] = [("CIDR", "0.0.0.0/0"), ("IPv6CIDR", "::/0")];
const OF_THE_CONTROL_PLANE: &str = "[port=22, port=443, port=2380, port=2381, port=3988, port=4001, port=4002, port=4789, port=179, port=8443, port=3:4, port=-1]";
/// What nodes reach of the control plane: all but the ports of etcd's clients and members.
const OPEN_TO_NODES: [(u16, u16); 3] = [(1, 2379), (2382, 4000), (4003, 65535)];
/// The same where Cilium has an etcd cluster of its own, whose members speak on 2382.
const OPEN_BESIDE_CILIUM: [(u16, u16); 3] = [(1, 2379), (2383, 4000), (4003, 65535)];

/// Every group and rule that kops creates.
pub(super) fn resources(spec: &DemoSpec) -> Vec<DemoResource> {
    let walls = Firewall {
        spec,
        api: spec.below("api-elb"),
        masters: spec.below("masters"),
        nodes: spec.below("nodes"),
        bastion: spec.below("bastion"),
        bastion_elb: spec.below("bastion-elb"),
    };
    let mut all = walls.groups();
    all.extend(walls.within());
    all.extend(walls.nodes_to_masters());
    all.extend(walls.api_access());
    all.extend(walls.api_to_masters());
    all.extend(if spec.has_bastion() {
        walls.bastion_access()
    } else {
        walls.ssh_access()
    });
    all
}

struct Firewall<'a> {
    spec: &'a DemoSpec,
    api: String,
    masters: String,
    nodes: String,
    bastion: String,
    bastion_elb: String,
}

/// What a rule lets through.
#[derive(Clone, Copy)]
struct Traffic {
    protocol: Option<&'static str>,
    ports: Option<(u16, u16)>,
}

const ALL: Traffic = Traffic {
    protocol: None,
    ports: None,
};
const SSH: Traffic = tcp((22, 22));
const HTTPS: Traffic = tcp((443, 443));
/// ICMP that tells how long a packet may be.
const ICMP: Traffic = Traffic {
    protocol: Some("icmp"),
    ports: Some((3, 4)),
};

const fn tcp(ports: (u16, u16)) -> Traffic {
    Traffic {
        protocol: Some("tcp"),
        ports: Some(ports),
    }
}

/// Where traffic comes from.
#[derive(Clone, Copy)]
enum TrafficSource<'a> {
    Group(&'a str),
    Cidr(&'a str),
}

impl Firewall<'_> {
    fn groups(&self) -> Vec<DemoResource> {
        let group = |name: &str, of: &str, extra: &str| {
            DemoResource::new("SecurityGroup", name)
                .with("Description", format!("Security group for {of}"))
                .with("VPC", self.spec.vpc())
                .with("RemoveExtraRules", extra)
                .tagged(&self.spec.tags(name))
        };
        let mut groups = vec![
            group(&self.api, "api ELB", "[port=443]"),
            group(&self.masters, "masters", OF_THE_CONTROL_PLANE),
            group(&self.nodes, "nodes", "[port=22]"),
        ];
        if self.spec.has_bastion() {
            groups.push(group(
                &self.bastion,
                "bastion",
                "[port=22, port=3:4, port=-1]",
            ));
            groups.push(group(&self.bastion_elb, "bastion ELB", "[port=22]"));
        }
        let names = groups
            .iter()
            .map(|group| group.name.clone())
            .collect::<Vec<_>>();
        groups.extend(names.iter().flat_map(|name| self.egress(name)));
        groups
    }

    fn egress(&self, group: &str) -> [DemoResource; 2] {
        EVERYWHERE.map(|(field, cidr)| {
            let name = format!("from-{group}-egress-all-0to0-{cidr}");
            DemoResource::new("SecurityGroupRule", &name)
                .with("SecurityGroup", format!("name:{group}"))
                .with(field, cidr)
                .with("Egress", "true")
                .tagged(&self.spec.tags(&name))
        })
    }

    // A rule that kops names after what it says.
    fn ingress(&self, to: &str, from: TrafficSource<'_>, what: Traffic) -> DemoResource {
        let source = match from {
            TrafficSource::Group(name) | TrafficSource::Cidr(name) => name,
        };
        let (first, last) = what.ports.unwrap_or_default();
        let protocol = what.protocol.unwrap_or("all");
        let name = format!("from-{source}-ingress-{protocol}-{first}to{last}-{to}");
        let tags = self.spec.tags(&name);
        rule(&name, to, from, what).tagged(&tags)
    }

    fn within(&self) -> Vec<DemoResource> {
        let (masters, nodes) = (self.masters.as_str(), self.nodes.as_str());
        vec![
            self.ingress(masters, TrafficSource::Group(masters), ALL),
            self.ingress(nodes, TrafficSource::Group(masters), ALL),
            self.ingress(nodes, TrafficSource::Group(nodes), ALL),
        ]
    }

    fn nodes_to_masters(&self) -> Vec<DemoResource> {
        let from = TrafficSource::Group(&self.nodes);
        let ingress = |what| self.ingress(&self.masters, from, what);
        let udp = Traffic {
            protocol: Some("udp"),
            ports: Some((1, 65535)),
        };
        let open = if self.spec.has_cilium_etcd() {
            OPEN_BESIDE_CILIUM
        } else {
            OPEN_TO_NODES
        };
        let mut all: Vec<DemoResource> = open.map(|ports| ingress(tcp(ports))).into();
        all.push(ingress(udp));
        // Calico and kube-router speak IP in IP.
        if self.spec.has_cni("calico") || self.spec.has_cni("kuberouter") {
            all.push(ingress(Traffic {
                protocol: Some("4"),
                ports: None,
            }));
        }
        if self.spec.has_cni("amazonvpc") {
            all.push(ingress(ALL));
        }
        all
    }

    fn api_access(&self) -> Vec<DemoResource> {
        let ranges = self.spec.cluster.kubernetes_api_access.iter();
        let rules = ranges.flat_map(|cidr| {
            let from = TrafficSource::Cidr(cidr);
            let icmp = format!("icmp-pmtu-api-elb-{cidr}");
            [
                self.ingress(&self.api, from, HTTPS),
                rule(&icmp, &self.api, from, ICMP),
            ]
        });
        rules.collect()
    }

    fn api_to_masters(&self) -> Vec<DemoResource> {
        let (api, masters) = (self.api.as_str(), self.masters.as_str());
        let from_api = |name, what| rule(name, masters, TrafficSource::Group(api), what);
        let mut all = vec![
            from_api("https-elb-to-master", HTTPS),
            from_api("icmp-pmtu-elb-to-cp", ICMP),
            rule(
                "icmp-pmtu-cp-to-elb",
                api,
                TrafficSource::Group(masters),
                ICMP,
            ),
        ];
        if self.spec.publishes_names() {
            return all;
        }
        all.push(rule(
            "node-to-elb",
            api,
            TrafficSource::Group(&self.nodes),
            ALL,
        ));
        all.push(from_api("kops-controller-elb-to-cp", tcp((3988, 3988))));
        if self.spec.has_cilium_etcd() {
            all.push(from_api("etcd-cilium-elb-to-cp", tcp((4003, 4003))));
        }
        all
    }

    fn ssh_access(&self) -> Vec<DemoResource> {
        let ranges = self.spec.cluster.ssh_access.iter();
        let rules = ranges.flat_map(|cidr| {
            [&self.masters, &self.nodes].map(|to| self.ingress(to, TrafficSource::Cidr(cidr), SSH))
        });
        rules.collect()
    }

    // With a bastion the instances are reached through it alone.
    fn bastion_access(&self) -> Vec<DemoResource> {
        let (elb, bastion) = (self.bastion_elb.as_str(), self.bastion.as_str());
        let mut all = vec![
            self.ingress(&self.masters, TrafficSource::Group(bastion), SSH),
            self.ingress(&self.nodes, TrafficSource::Group(bastion), SSH),
            self.ingress(bastion, TrafficSource::Group(elb), SSH),
            self.ingress(bastion, TrafficSource::Group(elb), ICMP),
            self.ingress(elb, TrafficSource::Group(bastion), ICMP),
        ];
        let utility = self.spec.cluster.subnets.iter();
        let utility = utility.filter(|subnet| subnet.kind == "Utility");
        let utility = utility.map(|subnet| &subnet.cidr);
        for cidr in utility.chain(&self.spec.cluster.ssh_access) {
            let from = TrafficSource::Cidr(cidr);
            all.push(self.ingress(elb, from, SSH));
            all.push(rule(&format!("icmp-pmtu-ssh-nlb-{cidr}"), elb, from, ICMP));
        }
        all
    }
}

fn rule(name: &str, to: &str, from: TrafficSource<'_>, what: Traffic) -> DemoResource {
    let mut rule =
        DemoResource::new("SecurityGroupRule", name).with("SecurityGroup", format!("name:{to}"));
    if let TrafficSource::Cidr(cidr) = from {
        rule = rule.with("CIDR", cidr);
    }
    if let Some(protocol) = what.protocol {
        rule = rule.with("Protocol", protocol);
    }
    if let Some((first, last)) = what.ports {
        rule = rule.with("FromPort", first).with("ToPort", last);
    }
    match from {
        TrafficSource::Group(group) => rule.with("SourceGroup", format!("name:{group}")),
        TrafficSource::Cidr(_) => rule,
    }
}
