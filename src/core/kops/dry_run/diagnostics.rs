//! What kops prints besides the dry run: its log, its notices in a frame of stars, and its failure.

use super::DryRun;
use crate::core::kops::crash::panic_message;
use crate::core::kops::klog::{Level, klog};
use crate::core::text::untrusted::Untrusted;

/// Which of these is being read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum DiagnosticsState {
    #[default]
    Silent,
    /// Between two lines of stars.
    Notice,
    /// Everything after a crash or the final error belongs to it.
    Failure,
}

/// What kops says without a frame (`cmd/kops/root.go`, `cmd/kops/update_cluster.go`,
/// `upup/pkg/fi/cloudup/apply_cluster.go`); the last ones after `--yes`. The first two are what a shell that traces its commands
/// prints before.
const UNFRAMED: [&str; 23] = [
    "+ kops update cluster",
    "$ kops update cluster",
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

impl DiagnosticsState {
    /// Whether the line is an entry of kops's log, which may come anywhere where both outputs are in one file.
    pub(super) fn logs(&mut self, line: &str) -> bool {
        let entry = klog(line);
        if entry
            .as_ref()
            .is_some_and(|entry| entry.level == Level::Fatal)
        {
            *self = Self::Failure;
        }
        entry.is_some()
    }

    /// Whether the line is no part of the dry run; `before` is before its first section. Only there kops prints notices:
    /// elsewhere a line of stars stands inside a value.
    pub(super) fn takes(&mut self, line: &str, before: bool) -> bool {
        if self.logs(line) {
            return true;
        }
        if panic_message(line).is_some() || line.starts_with(ERROR) {
            *self = Self::Failure;
        }
        match self {
            Self::Failure => true,
            _ if !before => false,
            _ if is_frame(line) => {
                let silent = *self == Self::Silent;
                *self = if silent { Self::Notice } else { Self::Silent };
                true
            }
            Self::Notice => true,
            Self::Silent => UNFRAMED.iter().any(|start| line.starts_with(start)),
        }
    }
}

/// What stands in each frame of stars, and without one, as one line each; raw.
pub fn notices(dry_run: &DryRun) -> Vec<String> {
    let mut notices: Vec<Vec<&str>> = vec![Vec::new()];
    let mut diagnostics = DiagnosticsState::Silent;
    for line in dry_run.log.iter().map(Untrusted::raw) {
        let before = diagnostics;
        diagnostics.takes(line, true);
        if is_frame(line) {
            notices.push(Vec::new());
        } else if ![before, diagnostics].contains(&DiagnosticsState::Failure)
            && klog(line).is_none()
            && let Some(last) = notices.last_mut()
        {
            last.push(line);
        }
    }
    let printed = notices.iter().filter(|lines| !lines.is_empty());
    printed.map(|lines| lines.join(" ")).collect()
}

fn is_frame(line: &str) -> bool {
    line.len() >= STARS && line.bytes().all(|byte| byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::super::ChangeAction::{Create, Delete, Modify};
    use super::super::{ChangeAction, DryRun, Ending, Resource, parse};

    const STARS: &str =
        "*********************************************************************************";

    fn titles(dry_run: &DryRun) -> Vec<String> {
        dry_run.resources.iter().map(Resource::title).collect()
    }

    fn with(value: &str) -> DryRun {
        parse(&format!(
            "{STARS}\nA new kOps version is available\n{STARS}\nWill create resources:\n  EBSVolume/a\n  \tTags                \t{{a: {value}}}\n\n  EBSVolume/b\n\nWill modify resources:\n  VPC/c\n  \tTags                \t {{}} -> {{k: v}}\n\nItems will be deleted during update:\n  Subnet               s-1\n\nMust specify --yes to apply changes\n"
        ))
    }

    // As a tag of `cloudLabels` with newlines comes out of kops.
    #[test]
    fn nothing_inside_a_value_hides_a_resource() {
        let all = ["EBSVolume/a", "EBSVolume/b", "VPC/c", "Subnet/s-1"];
        for value in [
            format!("x\n{STARS}\ny"),
            format!("x\n\n{STARS}\ny"),
            "x\nError: y".to_owned(),
            "x\n\nError: y".to_owned(),
            "x\n\npanic: y\n\ngoroutine 1 [running]:".to_owned(),
            "x\n\nF1124 08:15:03.000000 1 x.go:1] y".to_owned(),
            format!("x\nNo changes need to be applied\n{STARS}"),
            format!("x\n\nNo changes need to be applied\n{STARS}\nError: y"),
            "x\nItems will be deleted during update:".to_owned(),
        ] {
            let dry_run = with(&value);
            assert_eq!(titles(&dry_run), all, "{value}");
            let actions: Vec<ChangeAction> =
                dry_run.resources.iter().map(|one| one.action).collect();
            assert_eq!(actions, [Create, Create, Modify, Delete], "{value}");
            assert_eq!(dry_run.ending, Ending::ChangesWait, "{value}");
            assert_eq!(dry_run.resources.len(), 4, "{value}");
        }
    }

    #[test]
    fn an_item_to_be_deleted_hides_none_after_it() {
        let dry_run = parse(&format!(
            "Items will be deleted during update:\n  LaunchTemplate       a\n{STARS}\n  Subnet               s-1\n\nMust specify --yes to apply changes\n"
        ));
        assert_eq!(titles(&dry_run), ["LaunchTemplate/a", "Subnet/s-1"]);
        assert_eq!(dry_run.unread, [STARS.into()]);
    }

    #[test]
    fn a_notice_before_the_report_is_one_and_stars_after_it_are_shown() {
        let dry_run = with("x");
        assert_eq!(
            super::notices(&dry_run),
            ["A new kOps version is available"]
        );
        let after = parse(&format!("No changes need to be applied\n{STARS}\nodd\n"));
        assert_eq!(after.unread, [STARS.into(), "odd".into()]);
    }
}
