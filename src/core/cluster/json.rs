//! What `watch --output json` prints.

use serde::Serialize;

use super::live::LiveCluster;
use super::live_json::LiveView;
use super::not_ready_json::{NotReadyView, not_ready_view};
use super::{Count, GroupReadiness, NodeState, Phase, Readiness, Tie, UnknownCount};
use crate::core::fault::Fault;
use crate::core::plan::GroupRole;
use crate::core::text::json::to_json_line;
use crate::core::text::untrusted::Untrusted;
use crate::core::unix_time::UnixTime;

/// How far a cluster is, one line for each poll. A figure that is not known is null, and the reason beside it says why.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
struct WatchDocument<'a> {
    cluster: &'a str,
    /// Whether kops validate finds nothing wrong.
    ready: bool,
    phase: Phase,
    control_plane: CountView,
    nodes: CountView,
    /// Instances that a rolling update would replace, bastions included; null when it is not known.
    needing_update: Option<u32>,
    /// Without bastions.
    instance_groups: Vec<GroupView<'a>>,
    /// Every node.
    #[serde(rename = "machines")]
    node_states: Vec<NodeView<'a>>,
    /// What kops names, in its order.
    not_ready: Vec<NotReadyView<'a>>,
    /// False when waiting will not resolve the fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    waiting_may_help: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<&'a Fault>,
    /// Why kops could not list the instances.
    #[serde(skip_serializing_if = "Option::is_none")]
    instances_fault: Option<&'a Fault>,
    /// What the other sources see; absent where they were not asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    live: Option<LiveView<'a>>,
}

/// A figure that is not known is null, and the reason says why.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
struct CountView {
    ready: Option<u32>,
    /// All nodes that joined or should join; before kops saw them, the minimum of the spec.
    wanted: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
struct GroupView<'a> {
    name: &'a str,
    role: &'static str,
    machine_type: &'a str,
    zones: &'a [String],
    /// By the spec, else kops's default; null where Karpenter decides.
    min: Option<u32>,
    max: Option<u32>,
    /// Instances that run and have not joined.
    joining: Option<u32>,
    /// Without detached instances and those of a warm pool.
    joined: Option<u32>,
    ready: Option<u32>,
    /// As kops validate counts: the desired size where it finds fewer.
    wanted: Option<u32>,
    needing_update: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
struct NodeView<'a> {
    name: &'a Untrusted,
    zone: &'a Untrusted,
    /// kops's word: control-plane, node, apiserver.
    role: &'a Untrusted,
    ready: bool,
    /// The one that it belongs to, by its Auto Scaling group; empty when kops does not report it.
    instance_groups: Vec<&'a str>,
}

/// One observation as one line of JSON with a newline, so that several make a JSON Lines stream; its form is in
/// docs/watch.schema.json.
pub fn to_json(
    cluster: &str,
    readiness: &Readiness,
    live: Option<(&LiveCluster, UnixTime)>,
) -> String {
    let fault = readiness.fault.as_ref();
    let view = WatchDocument {
        cluster,
        ready: readiness.phase == Phase::Ready,
        phase: readiness.phase,
        control_plane: count_view(readiness.control_plane),
        nodes: count_view(readiness.nodes),
        needing_update: readiness.needing_update,
        instance_groups: readiness.groups.iter().map(group_view).collect(),
        node_states: readiness.node_states.iter().map(node_view).collect(),
        not_ready: readiness.not_ready.iter().map(not_ready_view).collect(),
        waiting_may_help: fault.map(|_| readiness.may_become_ready()),
        fault,
        instances_fault: readiness.instances_fault.as_ref(),
        live: live.map(|(live, now)| LiveView::new(live, now)),
    };
    let mut text = to_json_line(&view);
    text.push('\n');
    text
}

// kops counts whatever it saw, so a figure is absent only when it saw no nodes.
fn count_view(count: Count) -> CountView {
    let known = count.ready.and(count.wanted).is_some();
    CountView {
        ready: count.ready,
        wanted: count.wanted,
        reason: (!known).then(|| UnknownCount::NodesNotListed.sentence()),
    }
}

fn group_view(group: &GroupReadiness) -> GroupView<'_> {
    GroupView {
        name: &group.name,
        role: match group.role {
            GroupRole::ControlPlane => "controlPlane",
            GroupRole::Bastion => "bastion",
            GroupRole::Node => "node",
        },
        machine_type: &group.machine_type,
        zones: &group.zones,
        min: group.min,
        max: group.max,
        joining: group.joining,
        joined: group.joined,
        ready: group.ready,
        wanted: group.wanted,
        needing_update: group.needing_update,
        reason: group.unknown.map(UnknownCount::sentence),
    }
}

fn node_view(node: &NodeState) -> NodeView<'_> {
    NodeView {
        name: &node.name,
        zone: &node.zone,
        role: &node.role,
        ready: node.ready,
        instance_groups: match &node.group {
            Tie::Group(name) => vec![name],
            Tie::Unknown => Vec::new(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::documents::hold_schema;

    #[test]
    fn the_schema_is_that_of_the_types() {
        hold_schema::<WatchDocument<'_>>("watch.schema.json", "kopswain watch --output json");
    }
}
