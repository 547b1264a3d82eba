//! What is known through Auto Scaling and EC2: groups, activities, instances and their ways out.

use std::collections::BTreeMap;
use std::time::Duration;

use foldhash::{HashMap, HashSet};

use super::cloud::{
    ActivityStatus, CloudGroup, CloudInstance, CloudUpdate, GroupMember, InstancePath,
    ScalingActivity,
};
use super::console::ConsoleOutput;
use super::cost::ClusterCost;
use super::subject::ClusterSubject;
use super::timeline::{Timeline, TimelineKind};
use crate::core::fault::Fault;
use crate::core::inventory::MissingFact;
use crate::core::price::ClusterPrices;
use crate::core::text::untrusted::Untrusted;
use crate::core::unix_time::UnixTime;

/// A path that was bad is read again after so long.
const BAD_PATH_KEPT: Duration = Duration::from_mins(1);

/// What is known through Auto Scaling and EC2.
#[derive(Clone, Debug, Default)]
pub struct CloudView {
    groups: Vec<CloudGroup>,
    /// Where each instance stands: its group, and its place among the members.
    places: HashMap<Untrusted, (usize, usize)>,
    /// When the groups were last read.
    read: Option<UnixTime>,
    /// Why the groups could not be read the last time.
    fault: Option<Fault>,
    activities: Vec<ScalingActivity>,
    instances: BTreeMap<Untrusted, CloudInstance>,
    /// With when each was read.
    paths: BTreeMap<Untrusted, (InstancePath, UnixTime)>,
    console: Option<(Untrusted, Result<ConsoleOutput, Fault>)>,
    /// What of the groups could not be read, with the IAM action that would allow it.
    missing: Vec<MissingFact>,
    /// Why the details could not be read the last time; the groups are known without them.
    detail_fault: Option<Fault>,
    /// What prices are known, or why none is.
    prices: Option<Result<ClusterPrices, Fault>>,
    /// By these and the groups.
    cost: Option<ClusterCost>,
}

impl CloudView {
    /// The Auto Scaling groups, as they were read.
    pub fn groups(&self) -> &[CloudGroup] {
        &self.groups
    }

    /// When the groups were last read.
    pub fn read(&self) -> Option<UnixTime> {
        self.read
    }

    /// Why the groups could not be read the last time.
    pub fn fault(&self) -> Option<&Fault> {
        self.fault.as_ref()
    }

    /// Why activities, instances or routes could not be read the last time.
    pub fn detail_fault(&self) -> Option<&Fault> {
        self.detail_fault.as_ref()
    }

    /// What of the groups could not be read, with the IAM action that would allow it.
    pub fn missing(&self) -> &[MissingFact] {
        &self.missing
    }

    /// Whether the groups are known, however old.
    pub fn is_known(&self) -> bool {
        self.read.is_some()
    }

    /// The newest activities, the newest first.
    pub fn activities(&self) -> &[ScalingActivity] {
        &self.activities
    }

    /// The instance with this id, where EC2 was asked about it.
    pub fn instance(&self, id: &Untrusted) -> Option<&CloudInstance> {
        self.instances.get(id)
    }

    /// Where the instance with this id sends its traffic, where that was asked.
    pub fn path(&self, id: &Untrusted) -> Option<&InstancePath> {
        self.paths.get(id).map(|(path, _)| path)
    }

    /// Whether the path of this instance is to be read: it never was, or it was bad and may have been corrected since.
    pub fn wants_path(&self, id: &Untrusted, now: UnixTime) -> bool {
        let read = self.paths.get(id);
        read.is_none_or(|(path, read)| path.is_bad() && now.since(*read) >= BAD_PATH_KEPT)
    }

    /// The console output that was last read, and of which instance.
    pub fn console(&self, id: &Untrusted) -> Option<&Result<ConsoleOutput, Fault>> {
        let (of, output) = self.console.as_ref()?;
        (of == id).then_some(output)
    }

    /// What the instances cost; absent before the prices were read.
    pub fn cost(&self) -> Option<&ClusterCost> {
        self.cost.as_ref()
    }

    /// Why the prices could not be asked for.
    pub fn price_fault(&self) -> Option<&Fault> {
        self.prices.as_ref()?.as_ref().err()
    }

    /// The instances that are paid for, as their groups list them.
    pub fn paid_members(&self) -> impl Iterator<Item = &GroupMember> {
        let members = self.groups.iter().flat_map(|group| &group.members);
        members.filter(|one| one.is_paid())
    }

    fn estimate_cost(&mut self) {
        let prices = self.prices.as_ref().and_then(|prices| prices.as_ref().ok());
        self.cost = prices.map(|prices| ClusterCost::new(&self.groups, prices));
    }

    /// The instance with this id as its group lists it.
    pub fn member(&self, id: &Untrusted) -> Option<(&CloudGroup, &GroupMember)> {
        let (group, member) = self.places.get(id)?;
        let group = self.groups.get(*group)?;
        Some((group, group.members.get(*member)?))
    }

    /// The group of this instance group.
    pub fn group(&self, instance_group: &str) -> Option<&CloudGroup> {
        let mut groups = self.groups.iter();
        groups.find(|group| group.instance_group.raw() == instance_group)
    }

    /// Takes what was read; says whether the groups changed.
    pub(super) fn take(
        &mut self,
        update: CloudUpdate,
        at: UnixTime,
        timeline: &mut Timeline,
    ) -> bool {
        match update {
            CloudUpdate::Groups(Ok(answer)) => {
                let groups = answer.found;
                self.missing = answer.missing;
                self.note_groups(&groups, at, timeline);
                let changed = self.groups != groups || self.read.is_none();
                (self.groups, self.read, self.fault) = (groups, Some(at), None);
                if changed {
                    self.places = places(&self.groups);
                    self.estimate_cost();
                }
                return changed;
            }
            CloudUpdate::Groups(Err(fault)) => self.fault = Some(fault),
            CloudUpdate::Activities(result) => {
                if let Some(found) = self.kept(result) {
                    self.note_activities(&found, at, timeline);
                    self.activities = found;
                }
            }
            CloudUpdate::Instances(result) => {
                let found = self.kept(result).into_iter().flat_map(|one| one.found);
                let found: Vec<_> = found.map(|one| (one.id.clone(), one)).collect();
                self.instances.extend(found);
            }
            CloudUpdate::Paths(result) => {
                let found = self.kept(result).into_iter().flat_map(|one| one.found);
                let found: Vec<_> = found.map(|one| (one.instance.clone(), (one, at))).collect();
                self.paths.extend(found);
            }
            CloudUpdate::Console { instance, output } => self.console = Some((instance, output)),
            CloudUpdate::Prices(result) => {
                self.prices = Some(result);
                self.estimate_cost();
            }
        }
        false
    }

    fn kept<T>(&mut self, result: Result<T, Fault>) -> Option<T> {
        match result {
            Ok(found) => {
                self.detail_fault = None;
                Some(found)
            }
            Err(fault) => {
                self.detail_fault = Some(fault);
                None
            }
        }
    }

    fn note_groups(&self, groups: &[CloudGroup], at: UnixTime, timeline: &mut Timeline) {
        if self.read.is_none() {
            return;
        }
        for group in groups {
            let subject = || ClusterSubject::Group(group.instance_group.raw().to_owned());
            let before = self.groups.iter().find(|one| one.name == group.name);
            let Some(before) = before else {
                timeline.add(at, TimelineKind::Note, subject(), "is new");
                continue;
            };
            if before.desired != group.desired {
                let text = format!("desired size {} → {}", before.desired, group.desired);
                timeline.add(at, TimelineKind::Note, subject(), text);
            }
            let (was, is) = (before.instances(), group.instances());
            for member in group
                .members
                .iter()
                .filter(|one| !was.contains(&one.instance))
            {
                let text = format!("launches {} in {}", member.instance, member.zone);
                timeline.add(at, TimelineKind::Note, subject(), text);
            }
            for member in before
                .members
                .iter()
                .filter(|one| !is.contains(&one.instance))
            {
                let text = format!("{} is gone", member.instance);
                timeline.add(at, TimelineKind::Note, subject(), text);
            }
        }
    }

    fn note_activities(&self, found: &[ScalingActivity], at: UnixTime, timeline: &mut Timeline) {
        let known = |one: &ScalingActivity| {
            let mut before = self.activities.iter();
            before.any(|before| before.id == one.id && before.status == one.status)
        };
        let failed = found
            .iter()
            .filter(|one| one.status == ActivityStatus::Failed);
        for activity in failed.filter(|one| !known(one)) {
            let text = format!("launch failed: {}", activity.message);
            let subject = ClusterSubject::Group(self.instance_group_of(activity));
            let moment = activity.ended.or(activity.started).unwrap_or(at);
            timeline.add(moment, TimelineKind::Trouble, subject, text);
        }
    }

    /// The instance group of an activity: that of its Auto Scaling group, else the group's own name.
    pub fn instance_group_of(&self, activity: &ScalingActivity) -> String {
        let mut groups = self.groups.iter();
        let group = groups.find(|group| group.name == activity.group);
        let name = group.map_or(&activity.group, |group| &group.instance_group);
        name.raw().to_owned()
    }

    /// The newest activity of a group that failed, where no later one succeeded, and when the first of these failures was.
    pub fn failed_launch(
        &self,
        group: &CloudGroup,
    ) -> Option<(&ScalingActivity, Option<UnixTime>)> {
        let own = self.activities.iter().filter(|one| one.group == group.name);
        let ended = own.filter(|one| one.status != ActivityStatus::InProgress);
        let mut failed = ended.take_while(|one| one.status == ActivityStatus::Failed);
        let newest = failed.next()?;
        let oldest = failed.last().unwrap_or(newest);
        Some((newest, oldest.started.or(oldest.ended)))
    }

    /// How many instances are in service of how many that are wanted, without those of warm pools.
    pub fn instances_in_service(&self) -> Option<(u32, u32)> {
        if !self.is_known() {
            return None;
        }
        let groups = &self.groups;
        let members = groups.iter().flat_map(|group| &group.members);
        let in_service = members.filter(|one| one.lifecycle.raw().starts_with("InService"));
        let in_service = u32::try_from(in_service.count()).unwrap_or(u32::MAX);
        Some((in_service, groups.iter().map(|group| group.desired).sum()))
    }
}

fn places(groups: &[CloudGroup]) -> HashMap<Untrusted, (usize, usize)> {
    let members = groups.iter().enumerate().flat_map(|(at, group)| {
        let members = group.members.iter().enumerate();
        members.map(move |(place, member)| (member.instance.clone(), (at, place)))
    });
    members.collect()
}

impl CloudGroup {
    fn instances(&self) -> HashSet<&Untrusted> {
        self.members.iter().map(|one| &one.instance).collect()
    }
}
