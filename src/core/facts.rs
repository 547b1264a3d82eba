//! What an approval rests on: every fact by name, so that a change of any of them is seen and told before `--yes`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_yaml::Value;

use super::inventory::{NatGateway, Route, RouteTarget, Vpc};
use super::untrusted::visible;

/// Names of facts and their values, such as `account` and `123456789012`; holds no secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Facts(BTreeMap<String, String>);

/// The fact that is the fingerprint of the key that is added to a new cluster.
pub const SSH_PUBLIC_KEY: &str = "SSH public key";

/// The fact that is what kops sees of the running control plane of a cluster that exists.
pub const RUNNING_CONTROL_PLANE: &str = "running control plane";
/// How the name of the fact begins that is the SHA-256 of a secret's file; kops's name of the secret follows.
pub const SECRET: &str = "secret ";

/// How the names of the facts about a VPC begin.
const NETWORK: [&str; 5] = ["VPC ", "subnet ", "route table ", "route ", "NAT gateway "];

impl Facts {
    /// Adds a fact, or replaces its value.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.insert(name.into(), value.into());
    }

    /// The value of a fact.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// All facts, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Puts these facts about a VPC in the place of all others about one: blocks, subnets, routes and NAT gateways.
    pub fn set_network(&mut self, vpc: &Vpc) {
        self.0
            .retain(|name, _| !NETWORK.iter().any(|start| name.starts_with(start)));
        self.0.extend(of_vpc(vpc));
    }

    /// What is not as it was, one sentence each; `self` is what was approved.
    pub fn differences(&self, now: &Self) -> Vec<String> {
        let names: std::collections::BTreeSet<&String> =
            self.0.keys().chain(now.0.keys()).collect();
        let mut found = Vec::new();
        for name in names {
            let (before, after) = (self.0.get(name), now.0.get(name));
            if before != after {
                found.push(sentence(name, before, after));
            }
        }
        found
    }
}

impl FromIterator<(String, String)> for Facts {
    fn from_iter<T: IntoIterator<Item = (String, String)>>(facts: T) -> Self {
        Self(facts.into_iter().collect())
    }
}

fn sentence(name: &str, before: Option<&String>, after: Option<&String>) -> String {
    let name = visible(name);
    // No digest of a secret is shown: a short one could be guessed from it.
    if name.starts_with(SECRET) {
        return format!("{name}: its file is not the one that was approved");
    }
    match (
        before.map(|value| visible(value)),
        after.map(|value| visible(value)),
    ) {
        (Some(before), Some(after)) => format!("{name}: approved {before}, now {after}"),
        (Some(before), None) => format!("{name}: approved {before}, and now there is none"),
        (None, Some(after)) => format!("{name}: not there when it was approved, now {after}"),
        (None, None) => name,
    }
}

// Free addresses and tags are left out: they change with every machine that starts, and kops's dry run tells its own.
fn of_vpc(vpc: &Vpc) -> impl Iterator<Item = (String, String)> + '_ {
    let blocks: Vec<String> = vpc.cidrs.iter().map(ToString::to_string).collect();
    let whole = [
        (format!("VPC {} blocks", vpc.id), blocks.join(", ")),
        (
            format!("VPC {} internet gateways", vpc.id),
            vpc.internet_gateways.join(", "),
        ),
    ];
    let subnets = vpc.subnets.iter().map(|subnet| {
        let value = format!("{} in {}", subnet.cidr, subnet.zone);
        (format!("subnet {}", subnet.id), value)
    });
    let tables = vpc.route_tables.iter().map(|table| {
        let mut subnets = table.subnets.clone();
        subnets.sort();
        let main = if table.main { "main; " } else { "" };
        let value = format!("{main}{}", subnets.join(", "));
        (format!("route table {}", table.id), value)
    });
    let routes = vpc.route_tables.iter().flat_map(|table| {
        let of = move |route: &Route| {
            (
                format!("route {} {}", table.id, route.destination),
                target(route),
            )
        };
        table.routes.iter().map(of)
    });
    let gateways = vpc
        .nat_gateways
        .iter()
        .map(|gateway| (format!("NAT gateway {}", gateway.id), of_gateway(gateway)));
    whole
        .into_iter()
        .chain(subnets)
        .chain(tables)
        .chain(routes)
        .chain(gateways)
}

fn target(route: &Route) -> String {
    let target = match &route.target {
        RouteTarget::Local => "local",
        RouteTarget::InternetGateway(id)
        | RouteTarget::NatGateway(id)
        | RouteTarget::Peering(id)
        | RouteTarget::TransitGateway(id)
        | RouteTarget::VpnGateway(id)
        | RouteTarget::Other(id) => id,
    };
    if route.blackhole {
        format!("{target}, which is gone")
    } else {
        target.to_owned()
    }
}

fn of_gateway(gateway: &NatGateway) -> String {
    let addresses: Vec<String> = gateway
        .addresses
        .iter()
        .filter_map(|address| address.public.map(|public| public.to_string()))
        .collect();
    let words = [
        format!("{:?}", gateway.state).to_lowercase(),
        format!("{:?}", gateway.connectivity).to_lowercase(),
        gateway.subnet.clone().unwrap_or_default(),
        addresses.join(" "),
    ];
    words.join(", ")
}

/// The id of the VPC that a spec names (`networkID`); absent when it names none.
pub fn vpc_of(spec: &str) -> Option<String> {
    // What cannot be read ends it: the reader would give the same error for ever.
    let documents = serde_yaml::Deserializer::from_str(spec);
    let mut values = documents.map_while(|document| Value::deserialize(document).ok());
    values.find_map(|value| {
        let id = value.get("spec")?.get("networkID")?.as_str()?;
        Some(id.to_owned())
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::core::method;

    fn facts() -> Facts {
        let mut facts = Facts::default();
        facts.insert("account", "123456789012");
        facts.set_network(method::inventory().vpcs.first().unwrap());
        facts
    }

    #[test]
    fn every_change_of_the_network_is_told_by_its_name() {
        let approved = facts();
        assert_eq!(approved.differences(&approved), Vec::<String>::new());
        let mut vpc = method::inventory().vpcs.remove(0);
        let subnet = vpc.subnets.pop().unwrap();
        vpc.route_tables[0].routes[0].target = RouteTarget::Local;
        let (table, route) = (&vpc.route_tables[0].id, &vpc.route_tables[0].routes[0]);
        let mut now = approved.clone();
        now.set_network(&vpc);
        now.insert("account", "999999999999");
        let told = approved.differences(&now);
        let gone = format!(
            "subnet {}: approved {} in {}, and now there is none",
            subnet.id, subnet.cidr, subnet.zone
        );
        assert!(told.contains(&gone), "{told:?}");
        let changed = format!("route {table} {}: approved ", route.destination);
        let before = approved.get(&format!("route {table} {}", route.destination));
        if before != Some("local") {
            assert!(told.iter().any(|one| one.starts_with(&changed)), "{told:?}");
        }
        assert!(
            told.contains(&"account: approved 123456789012, now 999999999999".to_owned()),
            "{told:?}"
        );
        let added = now.differences(&approved);
        let new = format!(
            "subnet {}: not there when it was approved, now {} in {}",
            subnet.id, subnet.cidr, subnet.zone
        );
        assert!(added.contains(&new), "{added:?}");
    }

    #[test]
    fn the_vpc_of_a_spec_is_read() {
        let spec = "kind: Cluster\nspec: {networkID: vpc-1}\n---\nkind: InstanceGroup\nspec: {}\n";
        assert_eq!(vpc_of(spec), Some("vpc-1".to_owned()));
        assert_eq!(vpc_of("kind: Cluster\n"), None);
        assert_eq!(vpc_of("kind: ["), None);
    }

    #[test]
    fn what_is_told_shows_what_it_hides() {
        let mut one = Facts::default();
        one.insert("environment AWS_PROFILE", "a\u{1b}[2J");
        assert_eq!(
            one.differences(&Facts::default()),
            ["environment AWS_PROFILE: approved a\\u{1b}[2J, and now there is none"]
        );
    }
}
