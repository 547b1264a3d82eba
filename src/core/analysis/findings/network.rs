//! The VPC that Terraform made, and what in it is not this cluster's own.

use std::collections::BTreeSet;

use super::Applies::{Each, When};
use super::{FindingRule, FindingSeverity, RuleContext, creates, modifies};
use crate::core::kops::dry_run::{ChangeAction, ChangedField, Resource, ValueChange, items};

pub(super) const RULES: &[FindingRule] = rules! {
    // A VPC that is created with its cluster has none to reuse.
    Danger "nat-gateway-created": When(
        |context, resource| creates(resource, "NatGateway") && !context.new_network(),
        "a NAT gateway is created where one should be reused"
    ) => {
        why: "the VPC's own NAT gateways are to be reused; a new one costs money every hour and gives the cluster another address on the internet",
        remedy: "set egress of each private subnet to the id of the zone's NAT gateway (kops: subnets[].egress)",
    }
    Danger "elastic-ip-created": When(
        |context, resource| creates(resource, "ElasticIP") && !context.new_network(),
        "an Elastic IP is created where one should be reused"
    ) => {
        why: "kops allocates an Elastic IP for a NAT gateway of its own; partners that allow the old address will refuse the new one",
        remedy: "set egress of each private subnet to the id of the zone's NAT gateway (kops: subnets[].egress)",
    }
    Danger "nat-gateway-changed": Each(nat_gateway_changed) => {
        why: "other clusters and other subnets may leave the VPC through this NAT gateway",
        remedy: "check the id in egress of each private subnet; a shared NAT gateway only gets a tag",
    }
    Danger "network-not-owned": Each(network_not_owned) => {
        why: "it belongs to the VPC or to another cluster, not to this one; kops would change what others rely on",
        remedy: "check networkID and the subnets of the spec; do not apply until the owner of the resource agrees",
    }
    Warning "nat-gateway-reused": Each(nat_gateway_reused) => {
        why: "kops tags what it shares as kubernetes.io/cluster/NAME: shared; Terraform does not know the tag, shows drift and would remove it",
        remedy: "add ignore_tags { key_prefixes = [\"kubernetes.io/cluster/\"] } to Terraform's provider \"aws\" block",
    }
    Warning "shared-network-tagged": Each(shared_network_tagged) => {
        why: "kops tags what it shares as kubernetes.io/cluster/NAME: shared, and subnets for load balancers too; Terraform does not know the tags, shows drift and would remove them",
        remedy: "add ignore_tags { keys = [\"SubnetType\"], key_prefixes = [\"kubernetes.io/\"] } to Terraform's provider \"aws\" block",
    }
    Danger "network-made-again": Each(made_again) => {
        why: "kops does not find the network in which the cluster's instances run: its tags or ids are gone, or the spec, the region or the account is another one; new instances would start apart from the running ones, which cannot reach them",
        remedy: "do not apply; find out why kops does not find it: the tags kubernetes.io/cluster/NAME and KubernetesCluster of the VPC, networkID in the spec, the account and the region",
    }
    Danger "authority-made-again": When(
        |context, resource| context.runs && creates(resource, "Keypair") && AUTHORITIES.contains(&resource.name.raw()),
        "a key that signs for a cluster that runs is created again"
    ) => {
        why: "kops does not find the keys with which the cluster's certificates and tokens are signed; with new ones nodes, kubeconfigs and service accounts of the cluster that runs are refused",
        remedy: "do not apply; check that the state store is the cluster's own and complete (pki/), and restore it if it is not",
    }
    Warning "vpc-created": When(
        |context, resource| creates(resource, "VPC") && !context.runs,
        "a VPC is created, with gateways and addresses of its own"
    ) => {
        why: "kops makes a VPC of its own unless the spec names one, and the gateways in it cost money every hour",
        remedy: "to use the VPC that Terraform made, set networkID and networkCIDR to it, and egress of each private subnet",
    }
    Warning "route-changed": Each(route_changed) => {
        why: "traffic of running nodes takes another way at once, without a rolling update",
        remedy: "check that the new target is the NAT gateway or gateway of the same zone",
    }
};

// What kops makes once for a cluster; subnets, routes and other groups come later with a zone or a bastion.
fn made_again(context: &RuleContext<'_>, resource: &Resource) -> Option<String> {
    if resource.action != ChangeAction::Create || !context.runs {
        return None;
    }
    let own = ["masters.", "nodes."]
        .iter()
        .any(|role| resource.name.raw().starts_with(role));
    match resource.kind.as_str() {
        "VPC" => Some("a second VPC is created for a cluster that runs".to_owned()),
        "InternetGateway" => {
            Some("a second internet gateway is created for a cluster that runs".to_owned())
        }
        "SecurityGroup" if own => {
            Some("the security group of a cluster that runs is created a second time".to_owned())
        }
        _ => None,
    }
}

/// The keys that kops makes once for a cluster (`pkg/model/pki.go`, `pkg/model/components/etcdmanager/model.go`).
const AUTHORITIES: [&str; 8] = [
    "apiserver-aggregator-ca",
    "etcd-clients-ca",
    "etcd-manager-ca-events",
    "etcd-manager-ca-main",
    "etcd-peers-ca-events",
    "etcd-peers-ca-main",
    "kubernetes-ca",
    "service-account",
];

fn nat_gateway_reused(_: &RuleContext<'_>, resource: &Resource) -> Option<String> {
    let reused = modifies(resource, "NatGateway") && only_shared(resource);
    reused.then(|| match added_tags(resource).as_slice() {
        [] => "the NAT gateway is reused, not changed".to_owned(),
        tags => format!(
            "the NAT gateway is reused; it gets the tag {}",
            tags.join(", ")
        ),
    })
}

fn nat_gateway_changed(_: &RuleContext<'_>, resource: &Resource) -> Option<String> {
    let changed = modifies(resource, "NatGateway") && !only_shared(resource);
    changed.then(|| {
        format!(
            "an existing NAT gateway is changed: {}",
            field_names(resource)
        )
    })
}

fn only_shared(resource: &Resource) -> bool {
    resource
        .fields
        .iter()
        .all(|field| match field.name.as_str() {
            "ElasticIP" => field.change.new_text() == Some("<nil>"),
            "Tags" => only_adds(field),
            _ => false,
        })
}

const NETWORK: [&str; 9] = [
    "VPC",
    "VPCCIDRBlock",
    "VPCAmazonIPv6CIDRBlock",
    "VPCDHCPOptionsAssociation",
    "DHCPOptions",
    "Subnet",
    "RouteTable",
    "RouteTableAssociation",
    "InternetGateway",
];

fn network_not_owned(context: &RuleContext<'_>, resource: &Resource) -> Option<String> {
    let foreign = modified_network(resource) && is_foreign(context, resource);
    let message = || {
        format!(
            "the {} is changed: {}",
            resource.kind,
            field_names(resource)
        )
    };
    (foreign && !only_tagged(resource)).then(message)
}

fn shared_network_tagged(context: &RuleContext<'_>, resource: &Resource) -> Option<String> {
    let foreign = modified_network(resource) && is_foreign(context, resource);
    let message = || {
        let tags = added_tags(resource).join(", ");
        format!("the shared {} gets the tag {tags}", resource.kind)
    };
    (foreign && only_tagged(resource)).then(message)
}

fn modified_network(resource: &Resource) -> bool {
    resource.action == ChangeAction::Modify && NETWORK.contains(&resource.kind.as_str())
}

// kops names what it owns SUBNET.CLUSTER; the VPC and its internet gateway carry the cluster's name also when shared.
fn is_foreign(context: &RuleContext<'_>, resource: &Resource) -> bool {
    let name = resource.name.raw();
    let whole = [
        "VPC",
        "InternetGateway",
        "VPCCIDRBlock",
        "VPCAmazonIPv6CIDRBlock",
    ];
    let other = context
        .cluster
        .is_some_and(|cluster| !name.contains(cluster));
    let shared = |tag: &&str| tag.ends_with(": shared");
    whole.contains(&resource.kind.as_str()) || other || added_tags(resource).iter().any(shared)
}

fn only_tagged(resource: &Resource) -> bool {
    let tags = |field: &ChangedField| field.name == "Tags" && only_adds(field);
    !resource.fields.is_empty() && resource.fields.iter().all(tags)
}

fn only_adds(field: &ChangedField) -> bool {
    match &field.change {
        ValueChange::Changed { old, new } => tags_of(old.raw()).is_subset(&tags_of(new.raw())),
        ValueChange::New(_) | ValueChange::Diff(_) => false,
    }
}

fn added_tags(resource: &Resource) -> Vec<&str> {
    let Some((old, new)) = resource.changed("Tags") else {
        return Vec::new();
    };
    tags_of(new).difference(&tags_of(old)).copied().collect()
}

fn tags_of(map: &str) -> BTreeSet<&str> {
    items(map).into_iter().collect()
}

fn route_changed(_: &RuleContext<'_>, resource: &Resource) -> Option<String> {
    let change = |field: &ChangedField| match &field.change {
        ValueChange::Changed { old, new } => {
            format!("{} {} -> {}", field.name, old.raw(), new.raw())
        }
        ValueChange::New(_) | ValueChange::Diff(_) => field.name.clone(),
    };
    let changes = || resource.fields.iter().map(change).collect::<Vec<_>>();
    match (resource.action, resource.kind.as_str()) {
        (ChangeAction::Modify, "Route" | "RouteTableAssociation") => {
            let changes = changes().join(", ");
            Some(format!("a route takes another way: {changes}"))
        }
        (ChangeAction::Create, "Route") => {
            let table = existing(resource, "RouteTable")?;
            Some(format!("a route table that exists gets a route: {table}"))
        }
        (ChangeAction::Create, "RouteTableAssociation") => {
            let subnet = existing(resource, "Subnet")?;
            Some(format!(
                "a subnet that exists gets another route table: {subnet}"
            ))
        }
        _ => None,
    }
}

/// What this field of a new resource names, when AWS has it already: kops then prints its id.
fn existing<'a>(resource: &'a Resource, field: &str) -> Option<&'a str> {
    let named = resource.new_value(field)?;
    named
        .split(' ')
        .any(|word| word.starts_with("id:"))
        .then_some(named)
}

fn field_names(resource: &Resource) -> String {
    let names = resource.fields.iter().map(|field| field.name.as_str());
    names.collect::<Vec<_>>().join(", ")
}
