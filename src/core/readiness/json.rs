//! What `watch --output json` prints.

use serde::Serialize;

use super::{Count, GroupReadiness, Machine, NotReady, Phase, Readiness, Tie};
use crate::core::fault::Fault;
use crate::core::json::to_json_line;
use crate::core::plan::Role;
use crate::core::untrusted::Untrusted;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct View<'a> {
    cluster: &'a str,
    ready: bool,
    phase: Phase,
    control_plane: Count,
    nodes: Count,
    instance_groups: Vec<GroupView<'a>>,
    machines: Vec<MachineView<'a>>,
    not_ready: Vec<NotReadyView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<&'a Fault>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GroupView<'a> {
    name: &'a str,
    role: &'static str,
    machine_type: &'a str,
    zones: &'a [String],
    min: u32,
    max: u32,
    joining: u32,
    joined: u32,
    ready: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MachineView<'a> {
    name: &'a Untrusted,
    zone: &'a Untrusted,
    role: &'a Untrusted,
    ready: bool,
    /// One name when it is sure, several when it is one of them, none when it is not known.
    instance_groups: Vec<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NotReadyView<'a> {
    #[serde(rename = "type")]
    kind: &'a Untrusted,
    name: &'a Untrusted,
    #[serde(skip_serializing_if = "Option::is_none")]
    instance_group: Option<&'a str>,
    message: &'a Untrusted,
}

/// One observation as one line of JSON with a newline, so that several make a JSON Lines stream.
pub fn to_json(cluster: &str, readiness: &Readiness) -> String {
    let view = View {
        cluster,
        ready: readiness.phase == Phase::Ready,
        phase: readiness.phase,
        control_plane: readiness.control_plane,
        nodes: readiness.nodes,
        instance_groups: readiness.groups.iter().map(of_group).collect(),
        machines: readiness.machines.iter().map(of_machine).collect(),
        not_ready: readiness.not_ready.iter().map(of_failure).collect(),
        fault: readiness.fault.as_ref(),
    };
    let mut text = to_json_line(&view);
    text.push('\n');
    text
}

fn of_group(group: &GroupReadiness) -> GroupView<'_> {
    GroupView {
        name: &group.name,
        role: match group.role {
            Role::ControlPlane => "controlPlane",
            Role::Bastion => "bastion",
            Role::Node => "node",
        },
        machine_type: &group.machine_type,
        zones: &group.zones,
        min: group.min,
        max: group.max,
        joining: group.joining,
        joined: group.joined,
        ready: group.ready,
    }
}

fn of_machine(machine: &Machine) -> MachineView<'_> {
    MachineView {
        name: &machine.name,
        zone: &machine.zone,
        role: &machine.role,
        ready: machine.ready,
        instance_groups: match &machine.group {
            Tie::Group(name) => vec![name],
            Tie::OneOf(names) => names.iter().map(String::as_str).collect(),
            Tie::Unknown => Vec::new(),
        },
    }
}

fn of_failure(failure: &NotReady) -> NotReadyView<'_> {
    NotReadyView {
        kind: &failure.kind,
        name: &failure.name,
        instance_group: failure.group.as_deref(),
        message: &failure.message,
    }
}
