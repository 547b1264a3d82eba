//! In which order the instance groups stand: those in trouble first, so that none is out of view.

use super::GroupReadiness;
use super::cloud::CloudGroup;
use super::live::LiveCluster;
use crate::core::plan::GroupRole;

/// How bad it is, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum GroupTrouble {
    LaunchesFail,
    NodesNotReady,
    /// It waits for instances or nodes.
    NotMet,
    Nothing,
}

impl LiveCluster {
    /// The instance groups, those in trouble first and else in the order of what is seen; before kops has answered those
    /// of the spec, else of Auto Scaling, with their sizes alone and without bastions, which kops does not validate.
    pub fn ordered_groups(&self) -> Vec<GroupReadiness> {
        let mut groups = match self.readiness() {
            Some(readiness) => readiness.groups.clone(),
            None => self.uncounted_groups(),
        };
        groups.sort_by_key(|group| self.group_trouble(group));
        groups
    }

    fn uncounted_groups(&self) -> Vec<GroupReadiness> {
        let found = self.cloud().groups().iter().map(CloudGroup::summary);
        let summaries = match self.spec() {
            [] => found.collect(),
            spec => spec.to_vec(),
        };
        let validated = summaries
            .iter()
            .filter(|group| group.role != GroupRole::Bastion);
        validated.map(GroupReadiness::uncounted).collect()
    }

    fn group_trouble(&self, group: &GroupReadiness) -> GroupTrouble {
        match () {
            () if self.launches_fail(&group.name) => GroupTrouble::LaunchesFail,
            () if group.joined > group.ready && group.ready.is_some() => {
                GroupTrouble::NodesNotReady
            }
            () if !group.is_met() => GroupTrouble::NotMet,
            () => GroupTrouble::Nothing,
        }
    }

    /// Whether the group is short of instances, and Auto Scaling could not launch the last one.
    pub fn launches_fail(&self, instance_group: &str) -> bool {
        let group = self.cloud().group(instance_group);
        let short = group.filter(|group| group.is_short());
        short.is_some_and(|group| self.cloud().failed_launch(group).is_some())
    }
}
