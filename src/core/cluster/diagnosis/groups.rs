//! What is wrong with an instance group: launches that fail, processes that are suspended, groups that are not there.

use super::launch_failure::explain_launch_failure;
use super::{Diagnosis, DiagnosisSeverity};
use crate::core::cluster::cloud::CloudGroup;
use crate::core::cluster::live::LiveCluster;
use crate::core::cluster::subject::ClusterSubject;

/// Without these processes a group does not get to its size (Auto Scaling user guide, "Suspend and resume processes").
const NEEDED_PROCESSES: [&str; 2] = ["Launch", "AddToLoadBalancer"];

impl LiveCluster {
    pub(super) fn diagnose_groups(&self) -> Vec<Diagnosis> {
        let groups = self.cloud().groups().iter();
        let mut found: Vec<Diagnosis> = groups
            .flat_map(|group| {
                let failed = self.diagnose_launch(group);
                failed.into_iter().chain(diagnose_settings(group))
            })
            .collect();
        found.extend(self.diagnose_missing_groups());
        found.extend(self.diagnose_aws());
        found
    }

    fn diagnose_launch(&self, group: &CloudGroup) -> Option<Diagnosis> {
        let (failed, since) = self.cloud().failed_launch(group)?;
        if !group.is_short() {
            return None;
        }
        let (what, remedy) = explain_launch_failure(failed.message.raw());
        let diagnosis = Diagnosis::new(
            DiagnosisSeverity::Blocked,
            group.subject(),
            what,
            failed.message.shown(),
            remedy,
        );
        Some(diagnosis.since(since))
    }

    fn diagnose_missing_groups(&self) -> Vec<Diagnosis> {
        if !self.cloud().is_known() {
            return Vec::new();
        }
        let missing = self
            .spec()
            .iter()
            .filter(|group| !group.karpenter && self.cloud().group(&group.name).is_none());
        missing
            .map(|group| {
                Diagnosis::new(
                    DiagnosisSeverity::Blocked,
                    ClusterSubject::Group(group.name.clone()),
                    "has no Auto Scaling group",
                    "it is in the spec, and nothing was made of it yet",
                    "run `kopswain review CLUSTER` and apply the change",
                )
            })
            .collect()
    }

    fn diagnose_aws(&self) -> Vec<Diagnosis> {
        let note = DiagnosisSeverity::Note;
        let fault = self.cloud().fault().or(self.cloud().detail_fault());
        let fault = fault.map(|fault| Diagnosis::from_fault(note, ClusterSubject::Cluster, fault));
        let missing = self.cloud().missing().iter().map(|fact| {
            let what = format!("{} is not known", fact.fact);
            let remedy = format!("allow {}", fact.action);
            Diagnosis::new(
                note,
                ClusterSubject::Cluster,
                what,
                fact.reason.shown(),
                remedy,
            )
        });
        fault.into_iter().chain(missing).collect()
    }
}

fn diagnose_settings(group: &CloudGroup) -> Vec<Diagnosis> {
    let mut found = Vec::new();
    let suspended = group.suspended.iter().map(ToString::to_string);
    let suspended: Vec<String> = suspended
        .filter(|process| NEEDED_PROCESSES.contains(&process.as_str()))
        .collect();
    if !suspended.is_empty() {
        let severity = if group.is_short() {
            DiagnosisSeverity::Blocked
        } else {
            DiagnosisSeverity::Note
        };
        let what = format!("is paused: {} is suspended", suspended.join(", "));
        let why = "the process was suspended by hand; no instance is launched until it is resumed";
        let remedy = "resume it in the console of Auto Scaling";
        found.push(Diagnosis::new(severity, group.subject(), what, why, remedy));
    }
    let protected = group.members.iter().filter(|member| member.protected);
    let protected = protected.count();
    if protected > 0 {
        let what = match protected {
            1 => "has 1 instance protected from scale-in".to_owned(),
            count => format!("has {count} instances protected from scale-in"),
        };
        let why = "Auto Scaling does not end them when the group shrinks";
        let remedy = "nothing, where that is meant";
        found.push(Diagnosis::new(
            DiagnosisSeverity::Note,
            group.subject(),
            what,
            why,
            remedy,
        ));
    }
    found
}

impl CloudGroup {
    /// Whether it has fewer instances than its desired size, those that terminate not counted.
    pub fn is_short(&self) -> bool {
        let present = self
            .members
            .iter()
            .filter(|one| !one.is_terminating() && !one.detached && !one.is_in_warm_pool());
        u32::try_from(present.count()).is_ok_and(|has| has < self.desired)
    }

    /// Itself, as what a diagnosis is about.
    pub fn subject(&self) -> ClusterSubject {
        ClusterSubject::Group(self.instance_group.raw().to_owned())
    }
}
