//! Answers and inventory → the cluster that kops will be asked for, or every problem at once.

pub(crate) mod access;
mod custom_cidrs;
mod egress;
mod existing_cluster;
mod existing_subnets;
mod groups;
mod iam;
mod identity;
mod images;
mod instances;
mod labels;
mod mixed;
mod need;
mod network;
mod overrides;
mod quota;
mod remedy;
mod secrets;
mod subnet_cidrs;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests;
mod version;
mod zones;

use existing_cluster::ExistingCluster;
pub use instances::{CONTROL_PLANE_ROOT_GIB, LARGEST_VOLUME_GIB, NODE_ROOT_GIB};

use super::answers::Answers;
use super::inventory::{Inventory, Vpc};
use super::plan::{Plan, PlannedGroup};
use super::problem::Problem;
use crate::core::kops::copied::Copied;
use crate::core::network::address_map::AddressMap;

/// A plan as far as it goes, with everything that is wrong or worth knowing, worst first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Planned {
    pub plan: Plan,
    pub problems: Vec<Problem>,
    /// What lies where in the chosen VPC, the planned blocks included; `None` until a VPC is chosen.
    pub address_map: Option<AddressMap>,
}

impl Planned {
    /// The same with remedies that can be copied.
    #[must_use]
    pub fn copied(mut self, copied: &Copied) -> Self {
        for problem in &mut self.problems {
            let remedy = std::mem::take(&mut problem.remedy);
            problem.remedy = copied.fill(remedy).into_owned();
        }
        self
    }

    /// The plan, when nothing blocks it.
    pub fn accepted(&self) -> Option<&Plan> {
        (!super::problem::any_blocked(&self.problems)).then_some(&self.plan)
    }
}

/// Plans a new cluster on the live VPC; never fails: what is wrong is in `problems`, the rest of the plan is still drawn.
pub fn plan(inventory: &Inventory, answers: &Answers) -> Planned {
    planned(inventory, answers, identity::exists(inventory, answers))
}

/// Plans a cluster that may exist in the VPC already: its own subnets stay where they are. A new one as [`plan`] does.
pub fn plan_again(inventory: &Inventory, answers: &Answers) -> Planned {
    match ExistingCluster::find(inventory, answers) {
        Some(existing) => {
            let note = Some(existing.note);
            let mut planned = planned(&existing.inventory, &existing.answers, note);
            planned.plan.api_zones = existing.api_zones;
            planned
        }
        None => plan(inventory, answers),
    }
}

/// Plans a change of a cluster that is known to exist, in subnets of its own or in others: its name is taken by itself.
pub fn plan_change(inventory: &Inventory, answers: &Answers) -> Planned {
    match ExistingCluster::find(inventory, answers) {
        Some(_) => plan_again(inventory, answers),
        None => planned(inventory, answers, None),
    }
}

fn planned(inventory: &Inventory, answers: &Answers, exists: Option<Problem>) -> Planned {
    let vpc = inventory.vpc(&answers.vpc);
    let mut problems = identity::problems(inventory, answers);
    problems.extend(exists);
    problems.extend(network::problems(inventory, answers, vpc));
    let (zones, found) = zones::plan(inventory, answers, vpc);
    problems.extend(found);
    let names: Vec<_> = zones.iter().map(|zone| zone.name.clone()).collect();
    let (groups, found) = groups::plan(inventory, answers, &names);
    problems.extend(found);
    let quotas = quota::problems(inventory, answers, vpc, &zones, &groups);
    problems.extend(quotas);
    problems.extend(instances::problems(inventory, answers, &names));
    problems.extend(access::problems(answers));
    problems.extend(iam::problems(answers));
    problems.extend(secrets::problems(answers));
    let mut plan = decided(inventory, answers, vpc, groups);
    plan.zones = zones;
    let address_map =
        vpc.map(|vpc| subnet_cidrs::place(inventory, answers, vpc, &mut plan, &mut problems));
    problems.extend(overrides::problems(&plan));
    problems.sort_by_key(|problem| problem.severity);
    Planned {
        plan,
        problems,
        address_map,
    }
}

fn decided(
    inventory: &Inventory,
    answers: &Answers,
    vpc: Option<&Vpc>,
    groups: Vec<PlannedGroup>,
) -> Plan {
    Plan {
        answers: answers.clone(),
        channel: version::channel(inventory, answers),
        kubernetes_version: version::chosen(inventory, answers),
        network_id: vpc.map(|vpc| vpc.id.clone()).unwrap_or_default(),
        network_cidr: vpc.and_then(network::primary),
        additional_cidrs: vpc.map(network::additional).unwrap_or_default(),
        zones: Vec::new(),
        groups,
        ssh_access: access::allowed(&answers.access.ssh, vpc),
        api_access: access::allowed(&answers.access.api, vpc),
        api_zones: Vec::new(),
        untagged_subnets: false,
    }
}
