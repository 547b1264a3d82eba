//! What kops says besides the report: its log, its notices in a frame of stars, and its failure.

use super::Report;
use super::crash::panic_message;
use crate::core::progress::{Level, klog};
use crate::core::untrusted::Untrusted;

/// Which of these is being said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Aside {
    #[default]
    Silent,
    /// Between two lines of stars.
    Notice,
    /// Everything after a crash or the final error belongs to it.
    Failure,
}

/// What kops says without a frame (`cmd/kops/root.go`, `cmd/kops/update_cluster.go`,
/// `upup/pkg/fi/cloudup/apply_cluster.go`); the last ones after `--yes`.
const UNFRAMED: [&str; 21] = [
    "Using cluster from kubectl context: ",
    "Found multiple arguments which look like a cluster name",
    "This often happens if you specify an argument to a boolean flag without using =",
    "For example: use `--bastion=true` or `--bastion`",
    "--ssh-public-key on update is deprecated",
    "This version of Kubernetes is no longer supported",
    "More information: https://github.com/kubernetes/kops/",
    "You have encryptionConfig enabled, but no encryptionconfig secret",
    "See `kops create secret ",
    "You have cilium encryption enabled, but no ciliumpassword secret",
    "Unable to infer CloudProvider from Zones",
    "kops has set your kubectl context to ",
    "Cluster is starting.  It should be ready in a few minutes.",
    "Cluster changes have been applied to the cloud.",
    "Changes may require instances to restart: kops rolling-update cluster",
    "Suggestions:",
    " * validate cluster: kops validate cluster",
    " * list nodes: kubectl get nodes",
    " * ssh to ",
    " * to ssh to the bastion",
    " * the ubuntu user is specific to Ubuntu.",
];

/// The word before kops's final error (`cmd/kops/root.go`, cobra).
pub(super) const ERROR: &str = "Error: ";

/// The shortest line of stars that frames a notice; kops's own have 81.
const STARS: usize = 20;

impl Aside {
    /// Whether the line is no part of the report; `outside` is before the first section and after the end.
    pub(super) fn takes(&mut self, line: &str, outside: bool) -> bool {
        if let Some(entry) = klog(line) {
            if entry.level == Level::Fatal {
                *self = Self::Failure;
            }
            return true;
        }
        if panic_message(line).is_some() || line.starts_with(ERROR) {
            *self = Self::Failure;
        }
        match self {
            Self::Failure => true,
            _ if is_frame(line) => {
                let silent = *self == Self::Silent;
                *self = if silent { Self::Notice } else { Self::Silent };
                true
            }
            Self::Notice => true,
            Self::Silent => outside && UNFRAMED.iter().any(|start| line.starts_with(start)),
        }
    }
}

/// What stands in each frame of stars, and without one, as one line each; raw.
pub fn notices(report: &Report) -> Vec<String> {
    let mut notices: Vec<Vec<&str>> = vec![Vec::new()];
    let mut aside = Aside::Silent;
    for line in report.log.iter().map(Untrusted::raw) {
        let before = aside;
        aside.takes(line, true);
        if is_frame(line) {
            notices.push(Vec::new());
        } else if ![before, aside].contains(&Aside::Failure)
            && klog(line).is_none()
            && let Some(last) = notices.last_mut()
        {
            last.push(line);
        }
    }
    let said = notices.iter().filter(|lines| !lines.is_empty());
    said.map(|lines| lines.join(" ")).collect()
}

fn is_frame(line: &str) -> bool {
    line.len() >= STARS && line.bytes().all(|byte| byte == b'*')
}
