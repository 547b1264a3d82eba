//! The birth of the demonstration's cluster, look by look, in the JSON of `kops validate cluster`.

use std::fmt::Write;

use serde_json::{Value, json};

use super::dry_run::{DemoSpec, balancer_name};
use crate::core::cluster::{InstanceGroupSummary, instance_groups};
use crate::core::plan::GroupRole;
use crate::tui::event::CommandOutput;

const UNREACHABLE: &str =
    include_str!("../../../tests/fixtures/kops/validate-0-api-not-resolving.stderr");

/// The API's load balancer in that recording.
const RECORDED: &str = "api-prod-example-com-9ufptm-1.us-east-1.elb.amazonaws.com";

/// What kops says at this look, counted from 0: no name yet, no node, the control plane, all but one, ready.
pub(super) fn look(spec: &str, cluster: &str, look: usize) -> CommandOutput {
    let machines = machines(spec);
    match look {
        0 => CommandOutput {
            exit: Some(1),
            stdout: String::new(),
            stderr: UNREACHABLE.replace(RECORDED, &api_name(spec, cluster)),
            ..CommandOutput::default()
        },
        1 => seen(&machines, |_| false),
        2 => seen(&machines, |machine| machine.control_plane),
        3 => seen(&machines, |machine| machine.number > 0),
        _ => seen(&machines, |_| true),
    }
}

// With names in Route 53 the kubeconfig has the API's own one, else that of its load balancer.
fn api_name(spec: &str, cluster: &str) -> String {
    if DemoSpec::read(spec).publishes_names() {
        return format!("api.{cluster}");
    }
    let balancer = balancer_name("api", cluster);
    format!("{balancer}-1.us-east-1.elb.amazonaws.com")
}

struct DemoInstance {
    number: usize,
    id: String,
    zone: String,
    group: InstanceGroupSummary,
    control_plane: bool,
}

fn machines(spec: &str) -> Vec<DemoInstance> {
    let groups = instance_groups(spec);
    let places = groups
        .iter()
        .filter(|group| group.role != GroupRole::Bastion)
        .flat_map(|group| {
            (0..group.min.unwrap_or_default()).map(move |at| {
                let zone = group.zones.get(at as usize % group.zones.len().max(1));
                (group.clone(), zone.cloned().unwrap_or_default())
            })
        });
    let mut machines: Vec<DemoInstance> = places
        .enumerate()
        .map(|(at, (group, zone))| DemoInstance {
            number: 0,
            id: format!("i-0{:016x}", 0x0dec_0de0_0000_u64 + at as u64),
            control_plane: group.role == GroupRole::ControlPlane,
            zone,
            group,
        })
        .collect();
    // The last to join is the first node, so that something is seen to be missing until the end.
    let nodes = machines.iter_mut().filter(|machine| !machine.control_plane);
    for (number, machine) in nodes.enumerate() {
        machine.number = number;
    }
    for machine in machines.iter_mut().filter(|machine| machine.control_plane) {
        machine.number = 1;
    }
    machines
}

fn seen(machines: &[DemoInstance], joined: impl Fn(&DemoInstance) -> bool) -> CommandOutput {
    let (here, missing): (Vec<_>, Vec<_>) = machines.iter().partition(|machine| joined(machine));
    let mut document =
        json!({ "nodes": here.iter().map(|machine| node(machine)).collect::<Vec<_>>() });
    if !missing.is_empty() {
        document["failures"] = missing.iter().map(|machine| failure(machine)).collect();
    }
    CommandOutput {
        exit: Some(i32::from(!missing.is_empty())),
        stdout: document.to_string(),
        ..CommandOutput::default()
    }
}

/// What `kops get instances -o json` says at any look: every instance, with its group's name in EC2 Auto Scaling.
pub(super) fn instances(spec: &str, cluster: &str) -> String {
    let machines = machines(spec);
    let instances = machines.iter().map(|machine| {
        let middle = if machine.control_plane {
            ".masters."
        } else {
            "."
        };
        json!({
            "id": machine.id,
            "nodeName": machine.id,
            "status": "UpToDate",
            "roles": [if machine.control_plane { "control-plane" } else { "node" }],
            "instanceGroup": format!("{}{middle}{cluster}", machine.group.name),
            "machineType": machine.group.machine_type,
        })
    });
    Value::Array(instances.collect()).to_string()
}

/// What `kops rolling-update cluster` says of a cluster whose instances were just created.
pub(super) fn rolling_update(spec: &str) -> String {
    let mut table = "NAME\tSTATUS\tNEEDUPDATE\tREADY\tMIN\tTARGET\tMAX\tNODES\n".to_owned();
    for group in instance_groups(spec) {
        let (min, max) = (group.min.unwrap_or_default(), group.max.unwrap_or_default());
        let nodes = if group.role == GroupRole::Bastion {
            0
        } else {
            min
        };
        let _ = writeln!(
            table,
            "{}\tReady\t0\t{min}\t{min}\t{min}\t{max}\t{nodes}",
            group.name
        );
    }
    table + "\nNo rolling-update required.\n"
}

fn node(machine: &DemoInstance) -> Value {
    json!({
        "name": machine.id,
        "zone": machine.zone,
        "role": if machine.control_plane { "control-plane" } else { "node" },
        "hostname": machine.id,
        "status": "True",
    })
}

fn failure(machine: &DemoInstance) -> Value {
    let group = &machine.group;
    json!({
        "type": "Machine",
        "name": machine.id,
        "message": format!("machine \"{}\" has not yet joined cluster", machine.id),
        "instanceGroup": {
            "metadata": { "name": group.name },
            "spec": {
                "role": if machine.control_plane { "ControlPlane" } else { "Node" },
                "machineType": group.machine_type,
                "minSize": group.min,
                "maxSize": group.max,
                "subnets": group.zones,
            },
        },
    })
}
