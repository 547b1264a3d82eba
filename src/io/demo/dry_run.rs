//! The dry run of the demonstration: the resources that kops 1.36.2 makes of a spec, as it prints them. What the wizard asks
//! for is followed; tests compare it with recordings of the real kops.

mod access;
mod balancers;
mod firewall;
mod groups;
mod image;
mod names;
mod network;
mod resource;
mod spec;
mod store;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

use std::collections::BTreeMap;

pub(super) use resource::DemoResource;
pub(super) use spec::{DemoGroup, DemoSpec, DemoSubnet};

/// The name of a load balancer in AWS, as kops cuts it.
pub(super) fn balancer_name(prefix: &str, cluster: &str) -> String {
    names::name_of_32(prefix, cluster)
}

/// What kops reads from AWS and the state store for a dry run.
#[derive(Clone, Debug, Default)]
pub(super) struct DemoAccount {
    pub internet_gateway: String,
    /// Each NAT gateway's Elastic IP, by the gateway's id.
    pub addresses: BTreeMap<String, String>,
    /// The instance types with ARM processors.
    pub arm_types: Vec<String>,
    /// The fingerprint by which EC2 names the key pair.
    pub key_md5: String,
    pub key_sha256: String,
}

/// One task of kops: a resource that it creates, or changes where it is shared.
#[derive(Clone, Debug)]
pub(super) struct DemoTask {
    pub resource: DemoResource,
    pub modifies: bool,
}

impl DemoTask {
    fn change_from(mut self, before: &DemoCloud) -> Option<Self> {
        let key = self.resource.key();
        let then = before
            .tasks
            .iter()
            .find(|other| other.resource.key() == key);
        let Some(then) = then else {
            return Some(self);
        };
        self.modifies = true;
        self.resource.keep_changes(&then.resource);
        (!self.resource.fields.is_empty()).then_some(self)
    }
}

/// The tasks that a cluster consists of for kops, in the order in which it does them.
#[derive(Clone, Debug)]
pub(super) struct DemoCloud {
    pub tasks: Vec<DemoTask>,
    // What kops looks at and does not report: VPC, gateway, mirrors, empty policies, scripts, hooks that are off.
    unreported: usize,
}

impl DemoCloud {
    /// What kops would make of a spec in an account.
    pub(super) fn new(spec: &DemoSpec, account: &DemoAccount) -> Self {
        let mut create = store::resources(spec);
        create.extend(access::resources(spec, account));
        create.extend(network::resources(spec, account));
        create.extend(firewall::resources(spec));
        create.extend(balancers::resources(spec));
        create.extend(groups::resources(spec, account));
        let task = |modifies| move |resource| DemoTask { resource, modifies };
        let modify = network::gateways(spec, account).into_iter().map(task(true));
        let mut tasks: Vec<DemoTask> = create.into_iter().map(task(false)).chain(modify).collect();
        tasks.sort_by_cached_key(|task| (stage(task.resource.kind), task.resource.key()));
        let roles = if spec.has_bastion() { 3 } else { 2 };
        let zone = usize::from(spec.publishes_names());
        let hooks = spec.groups.len();
        let scripts = spec.groups.iter().filter(|group| !group.is_bastion());
        Self {
            tasks,
            unreported: 4 + roles + zone + hooks + scripts.count(),
        }
    }

    /// What is left to do where `before` is done already: what is new, and of the rest the fields that change.
    pub(super) fn changes_from(mut self, before: &Self) -> Self {
        self.tasks = self
            .tasks
            .into_iter()
            .filter_map(|task| task.change_from(before))
            .collect();
        self
    }

    /// kops's dry run while the first `done` tasks are done already.
    pub(super) fn report(&self, done: usize) -> String {
        let left = self.tasks.get(done..).unwrap_or_default();
        let of = |modifies: bool| {
            let tasks = left.iter().filter(move |task| task.modifies == modifies);
            tasks.map(|task| &task.resource).collect()
        };
        resource::report(of(false), of(true))
    }

    /// How many tasks kops counts.
    pub(super) fn task_count(&self) -> usize {
        self.tasks.len() + self.unreported
    }

    /// Whether a resource of this kind is still to be created.
    pub(super) fn creates(&self, done: usize, kind: &str) -> bool {
        self.names(done, kind).next().is_some()
    }

    /// The names of what is still to be created of this kind.
    pub(super) fn names<'a>(&'a self, done: usize, kind: &'a str) -> impl Iterator<Item = &'a str> {
        let left = self.tasks.iter().skip(done).map(|task| &task.resource);
        let of_it = left.filter(move |resource| resource.kind == kind);
        of_it.map(|resource| resource.name.as_str())
    }
}

// What depends on nothing comes first, as kops's tasks run once what they depend on is done.
fn stage(kind: &str) -> usize {
    match kind {
        "IAMRolePolicy"
        | "IAMInstanceProfileRole"
        | "SecurityGroupRule"
        | "RouteTableAssociation"
        | "Route"
        | "EventBridgeRule" => 1,
        "NatGateway" | "NetworkLoadBalancer" | "EventBridgeTarget" => 2,
        "NetworkLoadBalancerListener" | "DNSName" => 3,
        "AddonManifest" | "BootstrapChannel" | "ManagedFile" => 4,
        "LaunchTemplate" => 5,
        "AutoscalingGroup" => 6,
        "WarmPool" | "AutoscalingLifecycleHook" => 7,
        _ => 0,
    }
}
