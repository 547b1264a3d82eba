//! What is wrong with a pod, from its status.

use super::kubernetes::{ConditionStatus, NodeCondition, PodContainer, PodPhase, WatchedPod};
use crate::core::text::untrusted::Untrusted;

/// What kind of trouble a pod is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PodTroubleKind {
    /// A container ends and is started again.
    Crashing,
    ImageNotPulled,
    /// The scheduler finds no node for it.
    Unschedulable,
    Failed,
    /// A container waits for something else.
    Waiting,
    /// It runs, and a container is not ready.
    NotReady,
    /// The kubelet has not started it yet.
    Starting,
}

/// What is wrong with a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodTrouble {
    pub kind: PodTroubleKind,
    /// What happens; safe to show.
    pub what: String,
    /// Why, in the words of the kubelet or the scheduler; safe to show, empty where they say nothing.
    pub why: String,
    /// The container whose log says more; empty where it is not one of them.
    pub container: Untrusted,
}

impl WatchedPod {
    /// What is wrong with it; absent where it is ready or has succeeded.
    pub fn trouble(&self) -> Option<PodTrouble> {
        if let Some(trouble) = self.init_trouble() {
            return Some(trouble);
        }
        let waiting = self
            .containers
            .iter()
            .find(|one| !one.waiting.raw().is_empty() && !one.is_starting());
        match self.phase {
            PodPhase::Succeeded => None,
            _ if waiting.is_some() => waiting.map(PodContainer::trouble),
            PodPhase::Pending => Some(self.pending()),
            PodPhase::Failed => Some(trouble(PodTroubleKind::Failed, "failed", "")),
            PodPhase::Unknown => {
                let what = "is in an unknown phase: its node does not report";
                Some(trouble(PodTroubleKind::Failed, what, ""))
            }
            PodPhase::Running => self.not_ready(),
        }
    }

    // They run one after the other, so the first that has not ended well holds the others up.
    fn init_trouble(&self) -> Option<PodTrouble> {
        let ended = matches!(self.phase, PodPhase::Succeeded | PodPhase::Failed);
        let mut unfinished = self.init_containers.iter();
        let first = unfinished.find(|one| !one.is_starting() && !ended)?;
        let failed = matches!(first.last_end, Some((code, _)) if code != 0);
        Some(match first.waiting.raw() {
            "" if failed => first.crashing(),
            "" if self.phase == PodPhase::Pending => {
                let what = format!("is starting: its {} has not ended yet", first.words());
                trouble(PodTroubleKind::Starting, &what, "")
            }
            // One that runs beside the others.
            "" => return None,
            _ => first.trouble(),
        })
    }

    fn pending(&self) -> PodTrouble {
        let why = self.unscheduled.shown();
        match () {
            () if !why.is_empty() => {
                trouble(PodTroubleKind::Unschedulable, "cannot be scheduled", &why)
            }
            () if self.node.raw().is_empty() => trouble(
                PodTroubleKind::Unschedulable,
                "is pending and has no node yet",
                "",
            ),
            () => trouble(PodTroubleKind::Starting, "is starting", ""),
        }
    }

    fn not_ready(&self) -> Option<PodTrouble> {
        let container = self.containers.iter().find(|one| !one.ready)?;
        let what = format!("runs, but its {} is not ready", container.words());
        let kind = PodTroubleKind::NotReady;
        Some(trouble(kind, &what, &container.last_end_words()))
    }
}

impl PodContainer {
    // The words of a kubelet that has just begun.
    fn is_starting(&self) -> bool {
        ["ContainerCreating", "PodInitializing"].contains(&self.waiting.raw())
    }

    fn trouble(&self) -> PodTrouble {
        let waiting = self.waiting.raw();
        let message = self.message.shown();
        let kind = match waiting {
            "CrashLoopBackOff" => PodTroubleKind::Crashing,
            "ErrImagePull" | "ImagePullBackOff" | "InvalidImageName" | "ErrImageNeverPull" => {
                PodTroubleKind::ImageNotPulled
            }
            _ => PodTroubleKind::Waiting,
        };
        let what = match kind {
            PodTroubleKind::Crashing => return self.crashing(),
            PodTroubleKind::ImageNotPulled => {
                format!("cannot pull the image of {}", self.words())
            }
            _ => format!("waits: {}: {}", self.words(), self.waiting),
        };
        trouble(kind, &what, &message)
    }

    fn crashing(&self) -> PodTrouble {
        let what = format!("crashes: {}, {}", self.words(), restarts(self.restarts));
        PodTrouble {
            container: self.name.clone(),
            ..trouble(PodTroubleKind::Crashing, &what, &self.last_end_words())
        }
    }

    /// What it is, with its name; safe to show.
    pub fn words(&self) -> String {
        let kind = if self.init {
            "init container"
        } else {
            "container"
        };
        format!("{kind} {}", self.name)
    }

    /// How it last ended, in words; empty where it never did.
    pub fn last_end_words(&self) -> String {
        match &self.last_end {
            Some((code, reason)) if reason.raw().is_empty() => {
                format!("it last ended with exit code {code}")
            }
            Some((code, reason)) => format!("it last ended with exit code {code}: {reason}"),
            None => String::new(),
        }
    }
}

fn restarts(count: u32) -> String {
    match count {
        1 => "1 restart".to_owned(),
        count => format!("{count} restarts"),
    }
}

fn trouble(kind: PodTroubleKind, what: &str, why: &str) -> PodTrouble {
    PodTrouble {
        kind,
        what: what.to_owned(),
        why: why.to_owned(),
        container: Untrusted::default(),
    }
}

impl NodeCondition {
    /// What it says, safe to show: its message, else its reason.
    pub fn words(&self) -> String {
        match (self.message.raw(), self.reason.raw()) {
            ("", "") if self.status == ConditionStatus::Unknown => {
                "the kubelet does not report".to_owned()
            }
            ("", "") => "no reason given".to_owned(),
            ("", _) => self.reason.shown(),
            _ => self.message.shown(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn container(waiting: &str, message: &str) -> PodContainer {
        PodContainer {
            name: "coredns".into(),
            restarts: 7,
            waiting: waiting.into(),
            message: message.into(),
            last_end: Some((1, "Error".into())),
            ..PodContainer::default()
        }
    }

    fn trouble_of(phase: PodPhase, containers: Vec<PodContainer>, unscheduled: &str) -> String {
        let pod = WatchedPod {
            phase,
            containers,
            unscheduled: unscheduled.into(),
            node: "i-1".into(),
            ..WatchedPod::default()
        };
        pod.trouble().map_or_else(String::new, |trouble| {
            format!("{:?}: {}: {}", trouble.kind, trouble.what, trouble.why)
        })
    }

    #[test]
    fn an_init_container_holds_its_pod_up() {
        let init = |waiting: &str, last_end: Option<(i32, &str)>| PodContainer {
            name: "clean-state".into(),
            init: true,
            restarts: 3,
            waiting: waiting.into(),
            message: "back-off".into(),
            last_end: last_end.map(|(code, reason)| (code, reason.into())),
            ..PodContainer::default()
        };
        let trouble_of = |phase, init_containers| {
            let pod = WatchedPod {
                phase,
                containers: vec![container("PodInitializing", "")],
                init_containers,
                node: "i-1".into(),
                ..WatchedPod::default()
            };
            pod.trouble().map_or_else(String::new, |trouble| {
                format!("{:?}: {}: {}", trouble.kind, trouble.what, trouble.why)
            })
        };
        let waits = init("PodInitializing", None);
        let crashing = init("CrashLoopBackOff", Some((2, "Error")));
        let cases = [
            (
                trouble_of(PodPhase::Pending, vec![crashing, waits.clone()]),
                "Crashing: crashes: init container clean-state, 3 restarts: it last ended with exit code 2: Error",
            ),
            (
                trouble_of(PodPhase::Pending, vec![init("", Some((1, "Error")))]),
                "Crashing: crashes: init container clean-state, 3 restarts: it last ended with exit code 1: Error",
            ),
            (
                trouble_of(PodPhase::Pending, vec![init("ImagePullBackOff", None)]),
                "ImageNotPulled: cannot pull the image of init container clean-state: back-off",
            ),
            (
                trouble_of(PodPhase::Pending, vec![init("", None), waits]),
                "Starting: is starting: its init container clean-state has not ended yet: ",
            ),
            (
                trouble_of(PodPhase::Running, vec![init("", None)]),
                "NotReady: runs, but its container coredns is not ready: it last ended with exit code 1: Error",
            ),
            (
                trouble_of(PodPhase::Succeeded, vec![init("", Some((1, "Error")))]),
                "",
            ),
        ];
        for (trouble_of, wanted) in cases {
            assert_eq!(trouble_of, wanted);
        }
    }

    #[test]
    fn a_pod_says_what_is_wrong_with_it() {
        let ready = PodContainer {
            ready: true,
            ..PodContainer::default()
        };
        let cases = [
            (trouble_of(PodPhase::Running, vec![ready], ""), ""),
            (
                trouble_of(PodPhase::Succeeded, vec![container("", "")], ""),
                "",
            ),
            (
                trouble_of(
                    PodPhase::Running,
                    vec![container("CrashLoopBackOff", "back-off 5m0s")],
                    "",
                ),
                "Crashing: crashes: container coredns, 7 restarts: it last ended with exit code 1: Error",
            ),
            (
                trouble_of(
                    PodPhase::Pending,
                    vec![container("ImagePullBackOff", "not found\u{1b}[2J")],
                    "",
                ),
                "ImageNotPulled: cannot pull the image of container coredns: not found\\u{1b}[2J",
            ),
            (
                trouble_of(PodPhase::Pending, Vec::new(), "0/3 nodes are available"),
                "Unschedulable: cannot be scheduled: 0/3 nodes are available",
            ),
            (
                trouble_of(
                    PodPhase::Pending,
                    vec![container("ContainerCreating", "")],
                    "",
                ),
                "Starting: is starting: ",
            ),
            (
                trouble_of(PodPhase::Running, vec![container("", "")], ""),
                "NotReady: runs, but its container coredns is not ready: it last ended with exit code 1: Error",
            ),
        ];
        for (trouble_of, wanted) in cases {
            assert_eq!(trouble_of, wanted);
        }
    }
}
