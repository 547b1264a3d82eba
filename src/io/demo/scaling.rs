//! What Auto Scaling and EC2 report of the demonstration's cluster at a beat.

use std::time::Duration;

use super::birth::{Beat, DemoBirth};
use super::dry_run::DemoSpec;
use super::instances::{DemoInstance, scaled_name};
use super::prices;
use crate::core::cluster::InstanceGroupSummary;
use crate::core::cluster::cloud::{
    ActivityStatus, CloudAnswer, CloudGroup, CloudInstance, CloudUpdate, GroupMember, InstancePath,
    InstanceState, ScalingActivity, StatusCheck,
};
use crate::core::cluster::console::ConsoleOutput;
use crate::core::inventory::{Inventory, NatGateway};
use crate::core::text::untrusted::Untrusted;
use crate::tui::effect::CloudQuestion;

/// As EC2 says it where it has no instance of a type at the moment.
const NO_CAPACITY: &str = "We currently do not have sufficient capacity in the Availability Zone you requested. Our system \
     will be working on provisioning additional capacity. Launching EC2 instance failed.";
const BOOTED: &str = "cloud-init: == nodeup node config starting ==\ncloud-init: == Running nodeup ==\ncloud-init: == nodeup node config done ==\n";

/// The cluster at its beat, in the built-in account.
pub(super) struct DemoScaling<'a> {
    pub birth: &'a DemoBirth,
    /// Between two beats.
    pub pace: Duration,
    pub inventory: &'a Inventory,
    pub spec: &'a DemoSpec,
}

impl DemoScaling<'_> {
    pub(super) fn answer(&self, question: &CloudQuestion) -> CloudUpdate {
        match question {
            CloudQuestion::Groups => CloudUpdate::Groups(Ok(whole(self.groups()))),
            CloudQuestion::Activities(groups) => {
                CloudUpdate::Activities(Ok(self.activities(groups)))
            }
            CloudQuestion::Instances(ids) => {
                let found = self.named(ids).map(|one| self.instance(one));
                CloudUpdate::Instances(Ok(whole(found.collect())))
            }
            CloudQuestion::Paths { instances: ids, .. } => {
                let found = self.named(ids).map(|one| self.path(one));
                CloudUpdate::Paths(Ok(whole(found.collect())))
            }
            CloudQuestion::Prices(asked) => {
                CloudUpdate::Prices(Ok(prices::answer(self.spec, self.birth, asked)))
            }
            CloudQuestion::Console(id) => CloudUpdate::Console {
                instance: Untrusted::from(id.as_str()),
                output: Ok(ConsoleOutput::read(Some(self.birth.started), BOOTED)),
            },
        }
    }

    fn named<'b>(&'b self, ids: &'b [String]) -> impl Iterator<Item = &'b DemoInstance> {
        let launched = self.birth.instances.iter();
        launched.filter(|one| self.birth.is_launched(one) && ids.contains(&one.id))
    }

    fn groups(&self) -> Vec<CloudGroup> {
        let mut groups: Vec<&InstanceGroupSummary> = Vec::new();
        for instance in &self.birth.instances {
            if !groups.iter().any(|known| known.name == instance.group.name) {
                groups.push(&instance.group);
            }
        }
        groups.into_iter().map(|group| self.group(group)).collect()
    }

    fn group(&self, group: &InstanceGroupSummary) -> CloudGroup {
        let own = self.birth.instances.iter();
        let own = own.filter(|one| one.group.name == group.name && self.birth.is_launched(one));
        let min = group.min.unwrap_or_default();
        CloudGroup {
            name: Untrusted::from(scaled_name(group, &self.birth.cluster)),
            instance_group: Untrusted::from(group.name.as_str()),
            role: group.role,
            min,
            max: group.max.unwrap_or_default(),
            desired: min,
            zones: group
                .zones
                .iter()
                .map(|zone| Untrusted::from(zone.as_str()))
                .collect(),
            instance_types: vec![Untrusted::from(group.machine_type.as_str())],
            created: Some(self.birth.started),
            newest_version: Some(1),
            members: own.map(member).collect(),
            ..CloudGroup::default()
        }
    }

    // The failed launch, and what came of it when it was tried again.
    fn activities(&self, groups: &[String]) -> Vec<ScalingActivity> {
        let mut failing = self.birth.instances.iter();
        let Some(failing) = failing.find(|one| self.birth.is_failing(one)) else {
            return Vec::new();
        };
        let group = scaled_name(&failing.group, &self.birth.cluster);
        if !groups.contains(&group) {
            return Vec::new();
        }
        let activity = |id: &str, status, message: &str, beat| ScalingActivity {
            id: Untrusted::from(id),
            group: Untrusted::from(group.as_str()),
            status,
            description: Untrusted::from("Launching a new EC2 instance"),
            cause: Untrusted::from(
                "an instance was started in response to a difference between desired and actual capacity",
            ),
            message: Untrusted::from(message),
            started: Some(self.birth.moment(beat, self.pace)),
            ended: Some(self.birth.moment(beat, self.pace)),
        };
        let failed = activity(
            "launch-1",
            ActivityStatus::Failed,
            NO_CAPACITY,
            Beat::NoName,
        );
        if self.birth.is_launched(failing) {
            let again = activity("launch-2", ActivityStatus::Successful, "", Beat::Nodes);
            return vec![again, failed];
        }
        vec![failed]
    }

    fn instance(&self, instance: &DemoInstance) -> CloudInstance {
        let late = self.birth.is_failing(instance);
        let launched = if late { Beat::Nodes } else { Beat::NoName };
        let passed = self.birth.beat > launched;
        let check = if passed {
            StatusCheck::Passed
        } else {
            StatusCheck::Initializing
        };
        CloudInstance {
            id: Untrusted::from(instance.id.as_str()),
            state: InstanceState::Running,
            launched: Some(self.birth.moment(launched, self.pace)),
            system_check: check,
            instance_check: check,
            private_ip: Untrusted::from(instance.address.as_str()),
            zone: Untrusted::from(instance.zone.as_str()),
            instance_type: Untrusted::from(instance.group.machine_type.as_str()),
            ..CloudInstance::default()
        }
    }

    fn path(&self, instance: &DemoInstance) -> InstancePath {
        let gateways = self.inventory.vpcs.iter().flat_map(|vpc| &vpc.nat_gateways);
        let own = |one: &&NatGateway| one.zone.as_deref() == Some(instance.zone.as_str());
        let gateway = gateways.clone().find(own);
        InstancePath {
            instance: Untrusted::from(instance.id.as_str()),
            default_route: gateway
                .map(|one| Untrusted::from(one.id.as_str()))
                .unwrap_or_default(),
            usable: gateway.map(|_| true),
            why: String::new(),
            closed: None,
        }
    }
}

fn whole<T>(found: Vec<T>) -> CloudAnswer<T> {
    let missing = Vec::new();
    CloudAnswer { found, missing }
}

fn member(instance: &DemoInstance) -> GroupMember {
    GroupMember {
        instance: Untrusted::from(instance.id.as_str()),
        zone: Untrusted::from(instance.zone.as_str()),
        instance_type: Untrusted::from(instance.group.machine_type.as_str()),
        lifecycle: Untrusted::from("InService"),
        healthy: true,
        version: Some(1),
        needs_update: Some(false),
        ..GroupMember::default()
    }
}
