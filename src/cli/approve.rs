//! `--approve`: a yes by the cluster's name, for what the same run shows, or by the fingerprint of what was shown before.

use crate::app::effect::Place;
use crate::app::record::Record;
use crate::core::cluster_name::ClusterName;
use crate::core::fault::Fault;
use crate::core::untrusted::visible;
use crate::io::{approvals, runs};

use super::headless::busy;

/// Whether a yes can be about a cluster at all: its name, or a fingerprint.
pub(super) fn is_about(approve: &str, cluster: &str) -> Result<(), Fault> {
    if approve == cluster || approvals::is_fingerprint(approve) {
        return Ok(());
    }
    Err(Fault::new(
        format!(
            "--approve says {}, and this is about {}",
            visible(approve),
            visible(cluster)
        ),
        "the yes is the cluster's name, or the fingerprint that was printed below its dry run",
        "check the name, or look at the dry run again; nothing was changed",
    ))
}

/// Whether a yes is about what would be done now; a Fault tells what differs.
pub(super) fn check(approve: &str, now: &Record) -> Result<(), Fault> {
    if approve == now.cluster {
        return Ok(());
    }
    approvals::refused(approve, now).map_or(Ok(()), Err)
}

/// Refuses while another kopswain is at work on the cluster.
pub(super) fn nobody_at_work(cluster: &ClusterName, place: &Place) -> Result<(), Fault> {
    match runs::find(cluster, &place.state_store)? {
        Some(found) if found.at_work => Err(busy(&found.folder, cluster, place)),
        _ => Ok(()),
    }
}
