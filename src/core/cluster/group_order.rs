//! In which order the instance groups stand: those in trouble first, so that none is out of view.

use super::GroupReadiness;
use super::live::LiveCluster;

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
    /// The groups of what is seen by their places in it, those in trouble first and else in its order; by the spec before
    /// anything is seen.
    pub fn group_order(&self) -> Vec<usize> {
        let Some(readiness) = self.readiness() else {
            return (0..self.spec().len()).collect();
        };
        let groups = readiness.groups.iter().enumerate();
        let mut order: Vec<(GroupTrouble, usize)> = groups
            .map(|(at, group)| (self.group_trouble(group), at))
            .collect();
        order.sort();
        order.into_iter().map(|(_, at)| at).collect()
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
