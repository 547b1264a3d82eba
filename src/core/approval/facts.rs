//! What an approval depends on: every fact by name, so that a change of any of them is shown before `--yes`.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::core::inventory::{MissingFact, NatGateway, Route, RouteTarget, Vpc};
use crate::core::text::untrusted::visible;

mod difference;
mod named;

pub use difference::{FactChange, FactDifference};
pub use named::NamedInSpec;

/// Names of facts, such as `account`, and what is known of each; holds no secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ApprovalFacts(BTreeMap<String, Fact>);

/// What is known of one fact. A value that could not be read is unknown, never absent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Fact {
    Known(String),
    Unknown(UnknownFact),
    /// There is nothing to know; the text says why.
    DoesNotApply {
        #[serde(rename = "doesNotApply")]
        why: String,
    },
}

/// Why a fact is not known, and what would make it known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnknownFact {
    #[serde(rename = "unknown")]
    pub why: String,
    /// The IAM action that reads it, such as `ec2:DescribeSubnets`; empty where none does.
    #[serde(default)]
    pub action: String,
}

/// A fact that an approval would not compare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotCompared {
    pub name: String,
    pub unknown: UnknownFact,
}

/// The fact that is the fingerprint of the key that is added to a new cluster.
pub const SSH_PUBLIC_KEY: &str = "SSH public key";

/// The fact that is what kops sees of the running control plane of a cluster that exists.
pub const RUNNING_CONTROL_PLANE: &str = "running control plane";
/// How the name of the fact begins that is the SHA-256 of a secret's file; kops's name of the secret follows.
pub const SECRET: &str = "secret ";

/// A part of a VPC that one call of EC2 reads.
struct VpcPart {
    /// The fact that stands for the whole part where it is not known.
    name: &'static str,
    action: &'static str,
    /// How the names of its facts begin and end; they are those of records of earlier versions.
    begins: &'static [&'static str],
    ends: &'static str,
    facts: fn(&Vpc) -> Vec<(String, String)>,
}

const DNS: &str = "DNS attributes";

const VPC_PARTS: [VpcPart; 6] = [
    VpcPart::new("VPC", "ec2:DescribeVpcs", &["VPC "], blocks).ending(" blocks"),
    VpcPart::new(
        "internet gateways",
        "ec2:DescribeInternetGateways",
        &["VPC "],
        internet_gateways,
    )
    .ending(" internet gateways"),
    VpcPart::new("subnets", "ec2:DescribeSubnets", &["subnet "], subnets),
    VpcPart::new(
        "route tables",
        "ec2:DescribeRouteTables",
        &["route table ", "route "],
        routes,
    ),
    VpcPart::new(
        "NAT gateways",
        "ec2:DescribeNatGateways",
        &["NAT gateway "],
        nat_gateways,
    ),
    VpcPart::new(
        DNS,
        "ec2:DescribeVpcAttribute",
        &["DNS support", "DNS host names"],
        dns,
    ),
];

impl VpcPart {
    const fn new(
        name: &'static str,
        action: &'static str,
        begins: &'static [&'static str],
        facts: fn(&Vpc) -> Vec<(String, String)>,
    ) -> Self {
        Self {
            name,
            action,
            begins,
            ends: "",
            facts,
        }
    }

    const fn ending(self, ends: &'static str) -> Self {
        Self { ends, ..self }
    }

    // Whether a fact of this name belongs to it.
    fn has(&self, name: &str) -> bool {
        let begins = self.begins.iter().any(|start| name.starts_with(start));
        begins && name.ends_with(self.ends)
    }

    fn from_name(name: &str) -> Option<&'static Self> {
        let mut parts = VPC_PARTS.iter();
        parts.find(|part| part.name != name && part.has(name))
    }
}

impl NotCompared {
    /// The word with which the command line accepts it: `--without-fact NAME`.
    pub fn word(&self) -> String {
        word(&self.name)
    }

    /// The option that accepts that a fact is not compared, shown.
    pub fn option_of(name: &str) -> String {
        format!("--without-fact {}", visible(&word(name)))
    }
}

/// A fact's name as one word of a command line: blanks become hyphens.
pub fn word(name: &str) -> String {
    name.replace(' ', "-").to_lowercase()
}

impl ApprovalFacts {
    /// Adds a fact, or replaces its value.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.insert(name.into(), Fact::Known(value.into()));
    }

    /// Adds a fact that could not be read: why, and the IAM action that would allow it, empty where there is none.
    pub fn insert_unknown(
        &mut self,
        name: impl Into<String>,
        why: impl Into<String>,
        action: impl Into<String>,
    ) {
        let unknown = UnknownFact {
            why: why.into(),
            action: action.into(),
        };
        self.0.insert(name.into(), Fact::Unknown(unknown));
    }

    /// Adds that there is nothing to know of a fact, and why.
    pub fn insert_inapplicable(&mut self, name: impl Into<String>, why: impl Into<String>) {
        self.0
            .insert(name.into(), Fact::DoesNotApply { why: why.into() });
    }

    /// The value of a fact that is known.
    pub fn get(&self, name: &str) -> Option<&str> {
        match self.0.get(name)? {
            Fact::Known(value) => Some(value),
            Fact::Unknown(_) | Fact::DoesNotApply { .. } => None,
        }
    }

    /// All facts whose values are known, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .keys()
            .filter_map(|name| Some((name.as_str(), self.get(name)?)))
    }

    /// All facts, known or not, by name.
    pub fn all(&self) -> impl Iterator<Item = (&str, &Fact)> {
        self.0.iter().map(|(name, fact)| (name.as_str(), fact))
    }

    /// Whether there is no fact, known or not.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes all facts of another list over.
    pub fn append(&mut self, mut more: Self) {
        self.0.append(&mut more.0);
    }

    /// The facts whose names are chosen, and all others.
    pub fn partition(&self, chosen: impl Fn(&str) -> bool) -> (Self, Self) {
        let all = self.0.clone().into_iter();
        let (chosen, others) = all.partition(|(name, _)| chosen(name));
        (Self(chosen), Self(others))
    }

    /// What an approval would not compare, because it could not be read.
    pub fn not_compared(&self) -> Vec<NotCompared> {
        let unknown = |(name, fact): (&str, &Fact)| match fact {
            Fact::Unknown(unknown) => Some(NotCompared {
                name: name.to_owned(),
                unknown: unknown.clone(),
            }),
            Fact::Known(_) | Fact::DoesNotApply { .. } => None,
        };
        self.all().filter_map(unknown).collect()
    }

    /// Puts the facts about a VPC in the place of all others about one; what could not be read of it is unknown.
    pub fn set_network(&mut self, vpc: &Vpc, missing: &[MissingFact]) {
        for part in &VPC_PARTS {
            self.forget(part);
            match missing.iter().find(|one| one.action == part.action) {
                Some(one) => self.insert_unknown(part.name, one.reason.shown(), part.action),
                None => self.extend((part.facts)(vpc)),
            }
        }
    }

    /// Puts in their place what a plan was made on, as far as it was known then.
    pub fn set_planned_network(&mut self, vpc: &Vpc, missing: &[MissingFact]) {
        let read = |part: &&VpcPart| !missing.iter().any(|one| one.action == part.action);
        for part in VPC_PARTS.iter().filter(read) {
            // An inventory of the whole account leaves them out where the VPCs are many.
            if part.name == DNS && vpc.dns_support.is_none() {
                continue;
            }
            self.forget(part);
            self.extend((part.facts)(vpc));
        }
    }

    fn forget(&mut self, part: &VpcPart) {
        self.0
            .retain(|name, _| name != part.name && !part.has(name));
    }

    fn extend(&mut self, facts: Vec<(String, String)>) {
        let known = facts.into_iter();
        self.0
            .extend(known.map(|(name, value)| (name, Fact::Known(value))));
    }

    /// What is not as it was, one sentence each; `self` is what was approved.
    pub fn differences(&self, now: &Self) -> Vec<String> {
        let changes = self.changes(now).into_iter();
        changes.map(|one| one.sentence()).collect()
    }

    /// What is not as it was, by name; `self` is what was approved.
    pub fn changes(&self, now: &Self) -> Vec<FactDifference> {
        let names: BTreeSet<&String> = self.0.keys().chain(now.0.keys()).collect();
        let differs = |name: &&String| {
            let (before, after) = (self.0.get(*name), now.0.get(*name));
            FactDifference::compare(name, before, after)
                .filter(|_| !(before.is_none() && self.is_unread(name)))
                .filter(|_| !(after.is_none() && now.is_unread(name)))
        };
        names.iter().filter_map(differs).collect()
    }

    // Whether a fact is of a part that could not be read, which is reported once.
    fn is_unread(&self, name: &str) -> bool {
        let whole = VpcPart::from_name(name).and_then(|part| self.0.get(part.name));
        matches!(whole, Some(Fact::Unknown(_)))
    }
}

impl FromIterator<(String, String)> for ApprovalFacts {
    fn from_iter<T: IntoIterator<Item = (String, String)>>(facts: T) -> Self {
        let known = facts.into_iter();
        Self(
            known
                .map(|(name, value)| (name, Fact::Known(value)))
                .collect(),
        )
    }
}

impl UnknownFact {
    /// The reason in words, with the IAM action that would allow reading it where the reason does not name it.
    pub fn reason(&self) -> String {
        let why = visible(&self.why);
        if self.action.is_empty() || why.contains(&self.action) {
            return why;
        }
        format!("{why} ({})", visible(&self.action))
    }
}

// Free addresses and tags are left out: they change with every machine that starts, and kops's dry run tells its own.
fn blocks(vpc: &Vpc) -> Vec<(String, String)> {
    let blocks: Vec<String> = vpc.cidrs.iter().map(ToString::to_string).collect();
    vec![(format!("VPC {} blocks", vpc.id), blocks.join(", "))]
}

fn internet_gateways(vpc: &Vpc) -> Vec<(String, String)> {
    let name = format!("VPC {} internet gateways", vpc.id);
    vec![(name, vpc.internet_gateways.join(", "))]
}

fn subnets(vpc: &Vpc) -> Vec<(String, String)> {
    let subnets = vpc.subnets.iter().map(|subnet| {
        let value = format!("{} in {}", subnet.cidr, subnet.zone);
        (format!("subnet {}", subnet.id), value)
    });
    subnets.collect()
}

fn routes(vpc: &Vpc) -> Vec<(String, String)> {
    let tables = vpc.route_tables.iter().map(|table| {
        let mut subnets = table.subnets.clone();
        subnets.sort();
        let main = if table.main { "main; " } else { "" };
        let value = format!("{main}{}", subnets.join(", "));
        (format!("route table {}", table.id), value)
    });
    let routes = vpc.route_tables.iter().flat_map(|table| {
        table.routes.iter().map(|route| {
            let name = format!("route {} {}", table.id, route.destination);
            (name, target(route))
        })
    });
    tables.chain(routes).collect()
}

fn nat_gateways(vpc: &Vpc) -> Vec<(String, String)> {
    let gateways = vpc.nat_gateways.iter();
    gateways
        .map(|gateway| (format!("NAT gateway {}", gateway.id), gateway_fact(gateway)))
        .collect()
}

fn dns(vpc: &Vpc) -> Vec<(String, String)> {
    let word = |on: bool| if on { "on" } else { "off" };
    let known = [
        ("DNS support", vpc.dns_support),
        ("DNS host names", vpc.dns_hostnames),
    ];
    let known = known.into_iter();
    known
        .filter_map(|(name, on)| Some((name.to_owned(), word(on?).to_owned())))
        .collect()
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

fn gateway_fact(gateway: &NatGateway) -> String {
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

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::core::method;

    fn facts() -> ApprovalFacts {
        let mut facts = ApprovalFacts::default();
        facts.insert("account", "123456789012");
        facts.set_network(method::inventory().vpcs.first().unwrap(), &[]);
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
        now.set_network(&vpc, &[]);
        now.insert("account", "999999999999");
        let differences = approved.differences(&now);
        let gone = format!(
            "subnet {}: approved {} in {}, and now there is none",
            subnet.id, subnet.cidr, subnet.zone
        );
        assert!(differences.contains(&gone), "{differences:?}");
        let changed = format!("route {table} {}: approved ", route.destination);
        let before = approved.get(&format!("route {table} {}", route.destination));
        if before != Some("local") {
            assert!(
                differences.iter().any(|one| one.starts_with(&changed)),
                "{differences:?}"
            );
        }
        assert!(
            differences.contains(&"account: approved 123456789012, now 999999999999".to_owned()),
            "{differences:?}"
        );
        let added = now.differences(&approved);
        let new = format!(
            "subnet {}: not there when it was approved, now {} in {}",
            subnet.id, subnet.cidr, subnet.zone
        );
        assert!(added.contains(&new), "{added:?}");
    }

    fn refused(action: &str) -> MissingFact {
        MissingFact {
            fact: "what it reads".to_owned(),
            action: action.to_owned(),
            reason: "UnauthorizedOperation: no".into(),
            cause: crate::core::inventory::Unread::Denied,
        }
    }

    #[test]
    fn what_was_refused_is_unknown_and_told_once() {
        let inventory = method::inventory();
        let vpc = inventory.vpcs.first().unwrap();
        for part in &VPC_PARTS {
            let mut now = facts();
            now.set_network(vpc, &[refused(part.action)]);
            assert!(
                !now.0.keys().any(|name| name != part.name && part.has(name)),
                "{}",
                part.name
            );
            let differences = facts().differences(&now);
            let why = format!(
                "{}: known when it was approved, and now not: UnauthorizedOperation: no ({})",
                part.name, part.action
            );
            assert_eq!(differences, [why]);
            let not_compared = now.not_compared();
            let [one] = not_compared.as_slice() else {
                panic!("{not_compared:?}");
            };
            assert_eq!(one.name, part.name);
            let mut again = now.clone();
            again.insert_unknown(part.name, "in other words", part.action);
            assert_eq!(now.differences(&again), Vec::<String>::new());
            let back = now.differences(&facts());
            assert_eq!(
                back,
                [format!(
                    "{}: not known when it was approved, and now it is",
                    part.name
                )]
            );
        }
    }

    #[test]
    fn a_plan_replaces_what_it_knew_and_no_more() {
        let inventory = method::inventory();
        let mut vpc = inventory.vpcs.first().unwrap().clone();
        let mut facts = facts();
        vpc.subnets.clear();
        vpc.nat_gateways.clear();
        facts.set_planned_network(&vpc, &[refused("ec2:DescribeNatGateways")]);
        assert!(!facts.0.keys().any(|name| VPC_PARTS[2].has(name)));
        assert!(facts.0.keys().any(|name| VPC_PARTS[4].has(name)));
    }

    #[test]
    fn words_of_a_command_line_have_no_blanks() {
        assert_eq!(word("NAT gateways"), "nat-gateways");
        assert_eq!(word("image ubuntu/a"), "image-ubuntu/a");
    }

    #[test]
    fn facts_are_kept_as_they_are_and_those_of_earlier_versions_are_read() {
        let mut facts = ApprovalFacts::default();
        facts.insert("account", "1");
        facts.insert_unknown("subnets", "no", "ec2:DescribeSubnets");
        facts.insert_inapplicable("VPC", "the spec names none");
        let text = serde_json::to_string(&facts).unwrap();
        assert_eq!(
            text,
            r#"{"VPC":{"doesNotApply":"the spec names none"},"account":"1","subnets":{"unknown":"no","action":"ec2:DescribeSubnets"}}"#
        );
        assert_eq!(serde_json::from_str::<ApprovalFacts>(&text).unwrap(), facts);
        let old: ApprovalFacts = serde_json::from_str(r#"{"account":"1"}"#).unwrap();
        assert_eq!(
            old.differences(&facts),
            ["subnets: known when it was approved, and now not: no (ec2:DescribeSubnets)"]
        );
    }

    #[test]
    fn what_is_told_shows_what_it_hides() {
        let mut one = ApprovalFacts::default();
        one.insert("environment AWS_PROFILE", "a\u{1b}[2J");
        assert_eq!(
            one.differences(&ApprovalFacts::default()),
            ["environment AWS_PROFILE: approved a\\u{1b}[2J, and now there is none"]
        );
    }
}
