//! What Auto Scaling did for groups that are short of instances, and why it could not.

use aws_sdk_autoscaling::types::{Activity, ScalingActivityStatusCode};
use futures_util::{StreamExt, stream};

use super::super::Account;
use super::super::errors::AwsFailure;
use super::{unix_time, untrusted};
use crate::core::cluster::cloud::{ActivityStatus, ScalingActivity};
use crate::core::fault::Fault;

const ACTION: &str = "autoscaling:DescribeScalingActivities";
/// The newest of each group that are read.
const NEWEST: i32 = 10;
/// Calls at once: Auto Scaling limits them more than EC2 does.
const AT_ONCE: usize = 4;
/// What Auto Scaling says of a group that is gone since it was listed.
const GONE: &str = "ValidationError";

impl Account {
    /// The ten newest activities of each of these groups, the newest first; it takes a call for each group.
    pub async fn scaling_activities(
        &self,
        groups: &[String],
    ) -> Result<Vec<ScalingActivity>, Fault> {
        let asked: Vec<_> = groups
            .iter()
            .map(|group| self.activities_of(group))
            .collect();
        let mut answers = stream::iter(asked).buffer_unordered(AT_ONCE);
        let mut found = Vec::new();
        while let Some(answer) = answers.next().await {
            match answer {
                Ok(activities) => found.extend(activities),
                Err(AwsFailure::Call { code, .. }) if code == GONE => {}
                Err(failure) => {
                    let what = "the activities of the Auto Scaling groups could not be read";
                    return Err(failure.into_fault(what, ACTION));
                }
            }
        }
        found.sort_by(|left, right| (right.started, &left.id).cmp(&(left.started, &right.id)));
        Ok(found)
    }

    async fn activities_of(&self, group: &str) -> Result<Vec<ScalingActivity>, AwsFailure> {
        let call = self
            .autoscaling
            .describe_scaling_activities()
            .auto_scaling_group_name(group)
            .max_records(NEWEST);
        let answer = self.judged(call.send().await)?;
        let activities = answer.activities.unwrap_or_default();
        Ok(activities.into_iter().filter_map(activity).collect())
    }
}

fn activity(from: Activity) -> Option<ScalingActivity> {
    Some(ScalingActivity {
        id: untrusted(Some(from.activity_id?)),
        group: untrusted(from.auto_scaling_group_name),
        status: status(from.status_code.as_ref()),
        description: untrusted(from.description),
        cause: untrusted(from.cause),
        message: untrusted(from.status_message),
        started: unix_time(from.start_time),
        ended: unix_time(from.end_time),
    })
}

// What is not at its end waits for something: a Spot request, a hook, a load balancer.
fn status(from: Option<&ScalingActivityStatusCode>) -> ActivityStatus {
    match from {
        Some(ScalingActivityStatusCode::Successful) => ActivityStatus::Successful,
        Some(ScalingActivityStatusCode::Failed) => ActivityStatus::Failed,
        Some(ScalingActivityStatusCode::Cancelled) => ActivityStatus::Cancelled,
        _ => ActivityStatus::InProgress,
    }
}
