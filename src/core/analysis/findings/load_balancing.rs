//! The API's address, and what stands behind it.

use super::Applies::{Each, When};
use super::{FindingRule, FindingSeverity, RuleContext, modifies};
use crate::core::analysis::noise::is_noise;
use crate::core::kops::dry_run::{ChangeAction, Resource};

pub(super) const RULES: &[FindingRule] = rules! {
    Danger "load-balancer-deleted": Each(deleted) => {
        why: "whatever still uses its address loses the API at that moment: kubeconfigs, nodes that were not rolled, DNS that was not updated",
        remedy: "roll every instance and export every kubeconfig first; delete the old load balancer with --prune only when nothing connects to it any more",
    }
    Danger "api-address-changes": When(
        |context, resource| {
            let created = resource.action == ChangeAction::Create && is_load_balancer(resource);
            created && context.runs && !is_bastion(resource)
        },
        "the API's address changes: it gets a new load balancer"
    ) => {
        why: "the API of a cluster that runs gets a load balancer of another name and address; kubeconfigs and nodes that know the old one lose the API, with gossip or no DNS for certain, otherwise until the DNS record has changed everywhere",
        remedy: "find out why the old one is not kept (api.loadBalancer.class, its tags); if it is meant: apply, `kops export kubeconfig --name=CLUSTER --admin`, roll every instance, and only then --prune",
    }
    Danger "target-group-replaced": Each(target_group_replaced) => {
        why: "the API's load balancer reaches the control plane through its target group; while the instances move from one to the other it has no healthy target",
        remedy: "apply while the API may be away, wait until the new target group is healthy, and only then --prune",
    }
    Warning "load-balancer-changed": Each(changed) => {
        why: "a load balancer changes at once, without a rolling update; who uses it may lose the connection",
        remedy: "check api.loadBalancer of the spec, and that clients reach the new subnets, ports and security groups",
    }
    Warning "dns-name-moved": When(
        |_, resource| modifies(resource, "DNSName") && !is_noise(resource),
        "a DNS name leads to another target"
    ) => {
        why: "the name leads elsewhere at once, and for clients that remember the old answer a little later",
        remedy: "check that what it now leads to is ready before applying",
    }
};

fn is_load_balancer(resource: &Resource) -> bool {
    let kinds = [
        "NetworkLoadBalancer",
        "ClassicLoadBalancer",
        "network-load-balancer",
    ];
    kinds.contains(&resource.kind.as_str())
}

// kops names its load balancers and target groups `api.CLUSTER`, `tcp-…`, `tls-…`, and those of a bastion `bastion…`
// (pkg/model/awsmodel/{api_loadbalancer,bastion}.go); an ARN has the name after `loadbalancer/net/` or `targetgroup/`.
fn is_bastion(resource: &Resource) -> bool {
    let name = resource.name.raw();
    let named = ["loadbalancer/net/", "targetgroup/"]
        .iter()
        .find_map(|start| Some(name.split_once(start)?.1));
    named.unwrap_or(name).starts_with("bastion")
}

/// Whose load balancer it is.
pub(super) fn whose(resource: &Resource) -> &'static str {
    if is_bastion(resource) {
        "a bastion's"
    } else {
        "the API's"
    }
}

fn when(resource: &Resource) -> &'static str {
    match resource.action {
        ChangeAction::DeleteOnPrune => " when --prune is given",
        ChangeAction::Delete | ChangeAction::Modify | ChangeAction::Create => "",
    }
}

fn deleted(_: &RuleContext<'_>, resource: &Resource) -> Option<String> {
    (resource.action.deletes() && is_load_balancer(resource)).then(|| {
        let (whose, when) = (whose(resource), when(resource));
        format!("{whose} load balancer is deleted{when}")
    })
}

fn target_group_replaced(context: &RuleContext<'_>, resource: &Resource) -> Option<String> {
    if is_bastion(resource) {
        return None;
    }
    let when = when(resource);
    match (resource.action, resource.kind.as_str()) {
        (ChangeAction::Create, "TargetGroup") if context.runs => {
            Some("the API's load balancer gets a new target group".to_owned())
        }
        (ChangeAction::Delete | ChangeAction::DeleteOnPrune, "target-group") => {
            Some(format!("the API's old target group is deleted{when}"))
        }
        (ChangeAction::Delete | ChangeAction::DeleteOnPrune, "autoscaling-elb-attachment") => {
            Some(format!("instances leave the API's old target group{when}"))
        }
        _ => None,
    }
}

/// Fields that no client notices.
const UNNOTICED: [&str; 4] = ["Tags", "ForAPIServer", "WellKnownServices", "AccessLog"];

fn changed(_: &RuleContext<'_>, resource: &Resource) -> Option<String> {
    let kinds = [
        "NetworkLoadBalancer",
        "ClassicLoadBalancer",
        "NetworkLoadBalancerListener",
        "TargetGroup",
    ];
    let modified =
        resource.action == ChangeAction::Modify && kinds.contains(&resource.kind.as_str());
    // That it moves onto the internet is known by a rule of its own.
    let published = resource.changed("Scheme") == Some(("internal", "internet-facing"));
    let told_apart = |name: &str| published && name == "Scheme";
    let noticed = |name: &&str| !UNNOTICED.contains(name) && !told_apart(name);
    let fields = resource.fields.iter().map(|field| field.name.as_str());
    let names: Vec<_> = fields.filter(noticed).collect();
    let messages = modified && !names.is_empty() && !is_noise(resource);
    messages.then(|| format!("the {} is changed: {}", resource.kind, names.join(", ")))
}

/// Whether another rule tells of what is deleted here.
pub(super) fn tells_of_deletion(context: &RuleContext<'_>, resource: &Resource) -> bool {
    deleted(context, resource).is_some() || target_group_replaced(context, resource).is_some()
}
