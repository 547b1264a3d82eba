//! What is not ready, as JSON: of kops's own answer, and of its rules applied to what is seen.

use serde::Serialize;

use super::NotReady;
use crate::core::text::untrusted::Untrusted;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(super) struct NotReadyView<'a> {
    /// kops's word: `Machine`, `Node`, `Pod`, `InstanceGroup`, `dns`.
    #[serde(rename = "type")]
    kind: &'a Untrusted,
    name: &'a Untrusted,
    #[serde(skip_serializing_if = "Option::is_none")]
    instance_group: Option<&'a str>,
    message: &'a Untrusted,
}

pub(super) fn not_ready_view(failure: &NotReady) -> NotReadyView<'_> {
    NotReadyView {
        kind: &failure.kind,
        name: &failure.name,
        instance_group: failure.group.as_deref(),
        message: &failure.message,
    }
}
