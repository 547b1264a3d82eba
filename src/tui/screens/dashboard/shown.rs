//! What the dashboard shows of a cluster: worked out when something changes, not when it is drawn.

use crate::core::cluster::GroupReadiness;
use crate::core::cluster::diagnosis::Diagnosis;
use crate::core::cluster::instance_rows::{InstanceOrder, InstanceTable};
use crate::core::cluster::live::LiveCluster;
use crate::core::kops::copied::Copied;
use crate::core::unix_time::UnixTime;

/// What is shown of a cluster at one moment.
#[derive(Clone, Debug)]
pub struct ShownCluster {
    pub live: LiveCluster,
    pub table: InstanceTable,
    /// The instance groups, those in trouble first.
    pub groups: Vec<GroupReadiness>,
    /// With commands that can be copied.
    pub diagnoses: Vec<Diagnosis>,
    /// When it was frozen; absent while it is what is seen now.
    pub frozen_at: Option<UnixTime>,
}

impl ShownCluster {
    pub(super) fn new(live: LiveCluster) -> Self {
        Self {
            groups: live.ordered_groups(),
            live,
            table: InstanceTable::default(),
            diagnoses: Vec::new(),
            frozen_at: None,
        }
    }

    /// The name of the instance group in a row.
    pub(super) fn group_name(&self, row: usize) -> Option<&str> {
        self.groups.get(row).map(|group| group.name.as_str())
    }

    /// Works out the rows and what is wrong.
    pub(super) fn arrange(
        &mut self,
        order: InstanceOrder,
        filter: &str,
        copied: &Copied,
        now: UnixTime,
    ) {
        self.table = self.live.instance_table(order, filter);
        self.groups = self.live.ordered_groups();
        self.diagnose(copied, now);
    }

    /// Works out what is wrong; some of it becomes so by waiting.
    pub(super) fn diagnose(&mut self, copied: &Copied, now: UnixTime) {
        self.diagnoses = self.live.diagnoses(now);
        for one in &mut self.diagnoses {
            one.command = copied.first_command(&one.remedy);
            one.remedy = copied.fill(one.remedy.as_str()).into_owned();
        }
    }
}
