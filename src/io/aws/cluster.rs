//! A watched cluster: what Auto Scaling and EC2 report of its groups and instances.

mod activities;
mod console;
mod groups;
mod instances;
mod launch_templates;
mod members;
mod paths;
mod security_groups;

use aws_sdk_ec2::primitives::DateTime;
use aws_sdk_ec2::types::Filter;

use crate::core::text::untrusted::Untrusted;
use crate::core::unix_time::UnixTime;

/// The tag that kops puts on everything of a cluster (`TagClusterName` in its `awsup/aws_cloud.go`).
pub(super) const CLUSTER: &str = "KubernetesCluster";
/// `CloudTagInstanceGroupName` in kops's `pkg/nodeidentity/aws/identify.go`.
const INSTANCE_GROUP: &str = "kops.k8s.io/instancegroup";

pub(super) fn filter_by<'a>(
    name: impl Into<String>,
    values: impl IntoIterator<Item = &'a str>,
) -> Filter {
    let values = values.into_iter().map(str::to_owned).collect();
    Filter::builder()
        .name(name)
        .set_values(Some(values))
        .build()
}

fn unix_time(from: Option<DateTime>) -> Option<UnixTime> {
    let millis = from?.to_millis().ok()?;
    // The SDK makes 1970 of a time that AWS left out.
    u64::try_from(millis)
        .ok()
        .filter(|time| *time > 0)
        .map(UnixTime)
}

fn untrusted(from: Option<impl Into<Untrusted>>) -> Untrusted {
    from.map(Into::into).unwrap_or_default()
}

// The SDK makes an empty one of a name that AWS left out.
fn named(from: Option<&str>) -> Option<&str> {
    from.filter(|name| !name.is_empty())
}
