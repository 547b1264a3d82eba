//! The last thing that `kops update cluster --yes` does: it exports a kubeconfig, when everything in AWS is done.

use super::LogProgress;
use crate::core::fault::Fault;
use crate::core::kops::klog::klog;
use crate::core::text::untrusted::visible;

// cmd/kops/update_cluster.go of kops 1.28 to 1.36: logged after every task was done, right before the export.
const FILE: &str = "update_cluster.go:";
const EXPORTING: &str = "Exporting kubeconfig for cluster";

/// Why the kubeconfig was not exported, when that is all that failed; absent when anything else did, or may have.
pub fn only_export_failed(cluster: &str, stderr: &str) -> Option<Fault> {
    let mut progress = LogProgress::default();
    stderr.lines().for_each(|line| progress.read(line));
    let all_done = progress.tasks.is_none_or(|tasks| tasks.done == tasks.total);
    if progress.crashed || !all_done || !stderr.lines().any(begins_export) {
        return None;
    }
    let error = progress.error?;
    Some(Fault::new(
        "kops applied everything, but could not write its kubeconfig",
        visible(error.raw()),
        format!(
            "fix that, then create one: `kops export kubeconfig --name={} --admin`",
            visible(cluster)
        ),
    ))
}

fn begins_export(line: &str) -> bool {
    klog(line).is_some_and(|entry| entry.place.starts_with(FILE) && entry.message == EXPORTING)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DONE: &str =
        "I1124 08:15:03.000000 1 executor.go:113] Tasks: 168 done / 168 total; 0 can run\n";
    const EXPORT: &str =
        "I1124 08:15:04.000000 1 update_cluster.go:420] Exporting kubeconfig for cluster\n";
    const FULL: &str = "\nError: open /run/kubeconfig: no space left on device\n";

    #[test]
    fn a_failed_export_is_told_from_a_failed_update() {
        let failure = |stderr: &str| only_export_failed("a.example.com", stderr);
        let fault = failure(&format!("{DONE}{EXPORT}{FULL}"));
        assert_eq!(
            fault.map(|fault| [fault.why, fault.remedy]),
            Some([
                "open /run/kubeconfig: no space left on device".to_owned(),
                "fix that, then create one: `kops export kubeconfig --name=a.example.com --admin`"
                    .to_owned()
            ])
        );
        for other in [
            format!("{DONE}{FULL}"),
            format!("{DONE}{EXPORT}"),
            format!("{}{EXPORT}{FULL}", DONE.replace("168 done", "167 done")),
            format!("{DONE}x Exporting kubeconfig for cluster\n{FULL}"),
            format!("{DONE}{EXPORT}panic: x\n"),
        ] {
            assert_eq!(failure(&other), None, "{other}");
        }
    }
}
