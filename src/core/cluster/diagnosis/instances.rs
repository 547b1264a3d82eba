//! Why an instance has not joined: its state, its status checks, its way out, and what its console says.

use std::time::Duration;

use super::{Diagnosis, DiagnosisSeverity};
use crate::core::cluster::cloud::{
    CloudGroup, CloudInstance, GroupMember, InstanceState, StatusCheck,
};
use crate::core::cluster::instance_rows::USUAL_JOIN;
use crate::core::cluster::kubernetes::WatchedKind;
use crate::core::cluster::live::LiveCluster;
use crate::core::cluster::subject::ClusterSubject;
use crate::core::plan::GroupRole;
use crate::core::unix_time::UnixTime;

/// After this long an instance that has not joined hardly will.
const HOPELESS: Duration = Duration::from_mins(15);

impl LiveCluster {
    pub(super) fn diagnose_instances(&self, now: UnixTime) -> Vec<Diagnosis> {
        let missing = self.unjoined();
        let mut found: Vec<Diagnosis> = missing
            .iter()
            .filter_map(|(_, member)| self.diagnose_unjoined(member, now))
            .collect();
        found.extend(await_instances(missing.len() - found.len()));
        found
    }

    /// The instances that should be nodes and are not, with their groups; none while the nodes are not known.
    pub fn unjoined(&self) -> Vec<(&CloudGroup, &GroupMember)> {
        if !self.kubernetes().has_listed(WatchedKind::Nodes) {
            return Vec::new();
        }
        let missing = self.tied_members().filter(|one| one.node.is_none());
        let missing = missing.filter(|one| one.group.role != GroupRole::Bastion);
        missing
            .filter(|one| one.member.is_expected_to_join())
            .map(|one| (one.group, one.member))
            .collect()
    }

    fn diagnose_unjoined(&self, member: &GroupMember, now: UnixTime) -> Option<Diagnosis> {
        let known = self.cloud().instance(&member.instance);
        let launched = known.and_then(|instance| instance.launched);
        let age = launched.map(|launched| now.since(launched));
        let late = age.is_some_and(|age| age > USUAL_JOIN);
        let subject = ClusterSubject::Instance(member.instance.clone());
        if let Some(left) = self.kubernetes().left(&member.instance) {
            let diagnosis = Diagnosis::new(
                DiagnosisSeverity::Warning,
                subject,
                "has left the cluster",
                "its node was removed while its instance runs on",
                "restart its kubelet, or terminate it: Auto Scaling launches another",
            );
            return Some(diagnosis.since(Some(left)));
        }
        let (why, remedy) = known
            .and_then(explain_state)
            .or_else(|| self.explain_path(member))
            .or_else(|| late.then(|| self.explain_silence(member)))?;
        let severity = match age {
            Some(age) if age > HOPELESS => DiagnosisSeverity::Blocked,
            _ => DiagnosisSeverity::Warning,
        };
        let what = "has not joined the cluster";
        Some(Diagnosis::new(severity, subject, what, why, remedy).since(launched))
    }

    fn explain_path(&self, member: &GroupMember) -> Option<(String, String)> {
        let path = self.cloud().path(&member.instance)?;
        let (why, remedy) = match &path.closed {
            _ if path.usable == Some(false) => (
                path.why.clone(),
                "correct the route table of its subnet, or `egress` in the spec",
            ),
            closed => (
                closed.clone()?,
                "run `kops update cluster --name=CLUSTER`: it shows the rules that are not as kops makes them, and with --yes makes them again",
            ),
        };
        Some((why, remedy.to_owned()))
    }

    fn explain_silence(&self, member: &GroupMember) -> (String, String) {
        let console = self.cloud().console(&member.instance);
        match console {
            Some(Ok(output)) => match output.errors.last() {
                Some(line) => (
                    format!("its console says: {line}"),
                    "correct what the line names, then let Auto Scaling replace the instance"
                        .to_owned(),
                ),
                None => (
                    "it runs, and its console names no error".to_owned(),
                    "check that it may reach the API's load balancer and the state store"
                        .to_owned(),
                ),
            },
            Some(Err(fault)) => (fault.why.clone(), fault.remedy.clone()),
            None => (
                "it runs, and nothing was heard of it yet".to_owned(),
                "read its console output".to_owned(),
            ),
        }
    }
}

fn explain_state(instance: &CloudInstance) -> Option<(String, String)> {
    let reason = instance.state_reason.shown();
    match instance.state {
        InstanceState::Terminated | InstanceState::ShuttingDown => Some((
            format!("it was terminated: {reason}"),
            "wait: Auto Scaling replaces it".to_owned(),
        )),
        InstanceState::Stopped | InstanceState::Stopping => Some((
            format!("it was stopped: {reason}"),
            "start it in the console of EC2, or let Auto Scaling replace it".to_owned(),
        )),
        _ if instance.system_check == StatusCheck::Impaired => Some((
            "AWS's system status check fails: the host has a fault".to_owned(),
            "terminate it: Auto Scaling launches another".to_owned(),
        )),
        _ if instance.instance_check == StatusCheck::Impaired => Some((
            "its instance status check fails: it does not answer on its network".to_owned(),
            "read its console output".to_owned(),
        )),
        _ => None,
    }
}

// Those with which nothing is wrong yet.
fn await_instances(count: usize) -> Option<Diagnosis> {
    let what = match count {
        0 => return None,
        1 => "waits for 1 instance that has not joined yet".to_owned(),
        count => format!("waits for {count} instances that have not joined yet"),
    };
    Some(Diagnosis::new(
        DiagnosisSeverity::Note,
        ClusterSubject::Cluster,
        what,
        "an instance usually joins 2 to 5 minutes after its launch",
        "wait; an instance that is late is named here with its reason",
    ))
}
