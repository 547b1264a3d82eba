//! Fields that no override may touch, because the plan answers for them, and the answer that decides each.

use serde_yaml::{Mapping, Value};

use crate::core::plan::Plan;
use crate::core::problem::{About, Problem, catalog as rule};
use crate::core::spec::etcd_members;
use crate::core::text::untrusted::visible;

/// A path below `spec`, `*` standing for every item of a list, and where its value comes from.
type Guarantee = (&'static [&'static str], &'static str);

const VPC: &str = "it comes from the VPC (answers: vpc)";
const BLOCKS: &str = "the planner answers for subnets (answers: zones, privateCidr, utilityCidr, privateSubnet, utilitySubnet, egress)";
const MEMBERS: &str =
    "each member has its control-plane instance group (answer controlPlane: count)";
const LOAD_BALANCER: &str = "answer access: apiLoadBalancer";
const STORE: &str = "a cluster's keys and secrets lie below its own name in the state store, where no other cluster's are";
const SIZE: &str = "the subnets are sized for it (answers: min, max)";

const CLUSTER: &[Guarantee] = &[
    (&["DisableSubnetTags"], "answer tagSubnets"),
    (&["networkID"], VPC),
    (&["networkCIDR"], VPC),
    (&["additionalNetworkCIDRs"], VPC),
    (
        &["nonMasqueradeCIDR"],
        "the CIDRs are planned around 100.64.0.0/10",
    ),
    (&["subnets", "*", "cidr"], BLOCKS),
    (&["subnets", "*", "ipv6CIDR"], BLOCKS),
    (&["subnets", "*", "egress"], BLOCKS),
    (&["subnets", "*", "id"], BLOCKS),
    (&["subnets", "*", "type"], BLOCKS),
    (&["subnets", "*", "zone"], BLOCKS),
    (
        &["etcdClusters", "*", "etcdMembers", "*", "instanceGroup"],
        MEMBERS,
    ),
    (&["cloudProvider"], "kopswain plans for AWS"),
    (&["configBase"], "answer stateStore"),
    (&["configStore"], STORE),
    (&["keyStore"], STORE),
    (&["secretStore"], STORE),
    (&["kubernetesVersion"], "answer kubernetesVersion"),
    (&["sshAccess"], "answer access: ssh"),
    (&["kubernetesApiAccess"], "answer access: api"),
    (&["topology", "dns"], "answer dns"),
    (&["topology", "masters"], "the topology is private"),
    (&["topology", "nodes"], "the topology is private"),
    (&["api", "dns"], LOAD_BALANCER),
    (&["api", "loadBalancer", "class"], LOAD_BALANCER),
    (&["api", "loadBalancer", "type"], LOAD_BALANCER),
    (&["dnsZone"], "answer dnsZone"),
];

const GROUP: &[Guarantee] = &[
    (&["role"], "kopswain makes the groups of each role"),
    (
        &["manager"],
        "kopswain plans groups that EC2 Auto Scaling manages",
    ),
    (&["subnets"], "answer the group's zones"),
    (&["zones"], "answer the group's zones"),
    (&["minSize"], SIZE),
    (&["maxSize"], SIZE),
    (
        &["machineType"],
        "answer machineType: it is checked in every zone",
    ),
    (
        &["image"],
        "answer image: it is checked against the instance type",
    ),
    (
        &["mixedInstancesPolicy", "instances"],
        "answer mixedInstancesPolicy: each type is checked in every zone",
    ),
    (
        &["nodeLabels", "kops.k8s.io/instancegroup"],
        "kops finds the group of a node by it",
    ),
];

/// What the Cluster's overrides touch of it.
pub(super) fn cluster(plan: &Plan, fields: &Mapping, about: &About, path: &str) -> Vec<Problem> {
    let mut found = touched(fields, CLUSTER, about, path);
    found.extend(other_plugin(plan, fields, about, path));
    found.extend(other_subnets(plan, fields, about, path));
    found.extend(other_members(plan, fields, about, path));
    found
}

/// What an instance group's overrides touch of it.
pub(super) fn group(fields: &Mapping, about: &About, path: &str) -> Vec<Problem> {
    touched(fields, GROUP, about, path)
}

fn touched(fields: &Mapping, guarantees: &[Guarantee], about: &About, path: &str) -> Vec<Problem> {
    let refused = |guarantee: &Guarantee| {
        let (place, decided) = guarantee;
        touches(&Value::Mapping(fields.clone()), place)
            .then(|| refused(about, &format!("{path}.{}", place.join(".")), decided))
    };
    guarantees.iter().filter_map(refused).collect()
}

// A value that is no map replaces or removes whatever lies below it.
fn touches(given: &Value, place: &[&str]) -> bool {
    let Some((first, rest)) = place.split_first() else {
        return true;
    };
    match given {
        Value::Mapping(fields) => fields.get(*first).is_some_and(|below| touches(below, rest)),
        // An empty list replaces the whole of it.
        Value::Sequence(items) if *first == "*" => {
            items.is_empty()
                || items.iter().any(|item| {
                    let named = item.get("name").is_some_and(Value::is_string);
                    !named || touches(item, rest)
                })
        }
        _ => true,
    }
}

fn refused(about: &About, path: &str, decided: &str) -> Problem {
    rule::OVERRIDE_GUARANTEED.problem(
        about.clone(),
        format!("{path} cannot be overridden"),
        "what was checked for the plan would not hold for the spec any more",
        format!("remove it; {decided}"),
    )
}

fn other_plugin(plan: &Plan, fields: &Mapping, about: &About, path: &str) -> Option<Problem> {
    let own = plan.answers.networking.kind();
    let given = fields.get("networking")?;
    let place = format!("{path}.networking");
    let decided = "answer networking";
    match given {
        Value::Mapping(plugins) => {
            let mut names = plugins.iter();
            let (other, _) =
                names.find(|(name, value)| name.as_str() != Some(own) || value.is_null())?;
            let other = visible(other.as_str().unwrap_or_default());
            Some(refused(about, &format!("{place}.{other}"), decided))
        }
        _ => Some(refused(about, &place, decided)),
    }
}

fn other_subnets(plan: &Plan, fields: &Mapping, about: &About, path: &str) -> Vec<Problem> {
    let Some(Value::Sequence(items)) = fields.get("subnets") else {
        return Vec::new();
    };
    let known = |name: &str| {
        let zone = name.strip_prefix("utility-").unwrap_or(name);
        plan.zones.iter().any(|other| other.name == zone)
    };
    let names = items.iter().filter_map(|item| item.get("name")?.as_str());
    names
        .filter(|name| !known(name))
        .map(|name| refused(about, &format!("{path}.subnets[{}]", visible(name)), BLOCKS))
        .collect()
}

// A further member, or one of a further cluster, would make their number another one.
fn other_members(plan: &Plan, fields: &Mapping, about: &About, path: &str) -> Vec<Problem> {
    let known = etcd_members(plan);
    if known.is_empty() {
        return Vec::new();
    }
    let named = |item: &Value| Some(item.get("name")?.as_str()?.to_owned());
    let list = |value: Option<&Value>| value.and_then(Value::as_sequence).cloned();
    let mut found = Vec::new();
    for cluster in list(fields.get("etcdClusters")).unwrap_or_default() {
        let Some(name) = named(&cluster) else {
            continue;
        };
        for member in list(cluster.get("etcdMembers")).unwrap_or_default() {
            let Some(member) = named(&member) else {
                continue;
            };
            if !known.contains(&(name.as_str(), member.clone())) {
                let place = format!(
                    "{path}.etcdClusters[{}].etcdMembers[{}]",
                    visible(&name),
                    visible(&member)
                );
                found.push(refused(about, &place, MEMBERS));
            }
        }
    }
    found
}
