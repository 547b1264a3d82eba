//! What instances are launched from: kops replaces those that were launched from something else than their group is now
//! (`findAutoscalingGroupLaunchConfiguration` in its `awsup/aws_cloud.go`).

use std::collections::BTreeMap;

use aws_sdk_autoscaling::types::{AutoScalingGroup, Instance, LaunchTemplateSpecification};
use aws_sdk_ec2::types::LaunchTemplate;

use super::super::Account;
use crate::core::inventory::MissingFact;

const ACTION: &str = "ec2:DescribeLaunchTemplates";
/// EC2 API reference, `DescribeLaunchTemplates`.
const PAGE: usize = 200;
const LATEST: &str = "$Latest";

/// The versions that names such as `$Latest` stand for, by the template's id.
#[derive(Debug, Default)]
pub(super) struct TemplateVersions(BTreeMap<String, VersionNumbers>);

#[derive(Clone, Copy, Debug)]
struct VersionNumbers {
    latest: i64,
    default: i64,
}

/// What an instance is launched from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum LaunchSource {
    /// A launch configuration, by its name: what there was before templates.
    Configuration(String),
    Template {
        id: String,
        version: String,
    },
    None,
}

impl LaunchSource {
    /// The version of a launch template.
    pub(super) fn version(&self) -> Option<u64> {
        match self {
            Self::Template { version, .. } => version.parse().ok(),
            Self::Configuration(_) | Self::None => None,
        }
    }
}

impl Account {
    /// The versions of all launch templates that the groups name without a number; no call where there is none.
    pub(super) async fn template_versions(
        &self,
        groups: &[AutoScalingGroup],
    ) -> Result<TemplateVersions, MissingFact> {
        let mut ids: Vec<String> = groups
            .iter()
            .filter_map(template)
            .filter(|template| !is_number(template))
            .filter_map(|template| template.launch_template_id().map(str::to_owned))
            .collect();
        ids.sort();
        ids.dedup();
        let mut versions = TemplateVersions::default();
        for some in ids.chunks(PAGE) {
            let call = self
                .ec2
                .describe_launch_templates()
                .set_launch_template_ids(Some(some.to_vec()));
            let answer = self.judged(call.send().await).map_err(|failure| {
                failure.leaves_unknown("versions of the launch templates".to_owned(), ACTION)
            })?;
            let found = answer.launch_templates.unwrap_or_default();
            versions.0.extend(found.iter().filter_map(by_id));
        }
        Ok(versions)
    }
}

fn by_id(from: &LaunchTemplate) -> Option<(String, VersionNumbers)> {
    let versions = VersionNumbers {
        latest: from.latest_version_number()?,
        default: from.default_version_number()?,
    };
    Some((from.launch_template_id()?.to_owned(), versions))
}

fn template(group: &AutoScalingGroup) -> Option<&LaunchTemplateSpecification> {
    let mixed = || {
        let policy = group.mixed_instances_policy()?;
        policy.launch_template()?.launch_template_specification()
    };
    group.launch_template().or_else(mixed)
}

fn is_number(template: &LaunchTemplateSpecification) -> bool {
    let version = template.version().unwrap_or_default();
    !version.is_empty() && !version.starts_with('$')
}

/// What a group launches instances from now; absent when its version could not be read.
pub(super) fn wanted_source(
    group: &AutoScalingGroup,
    versions: &TemplateVersions,
) -> Option<LaunchSource> {
    if let Some(name) = group.launch_configuration_name() {
        return Some(LaunchSource::Configuration(name.to_owned()));
    }
    let template = template(group)?;
    let id = template.launch_template_id()?.to_owned();
    let version = if is_number(template) {
        template.version()?.to_owned()
    } else {
        let known = versions.0.get(&id)?;
        let latest = template.version() == Some(LATEST);
        if latest { known.latest } else { known.default }.to_string()
    };
    Some(LaunchSource::Template { id, version })
}

/// What an instance was launched from.
pub(super) fn own_source(instance: &Instance) -> LaunchSource {
    if let Some(name) = instance.launch_configuration_name() {
        return LaunchSource::Configuration(name.to_owned());
    }
    let template = instance.launch_template();
    let id = template.and_then(|template| template.launch_template_id());
    id.map_or(LaunchSource::None, |id| LaunchSource::Template {
        id: id.to_owned(),
        version: template
            .and_then(|template| template.version())
            .unwrap_or_default()
            .to_owned(),
    })
}
