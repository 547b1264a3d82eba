//! The birth of the demonstration's cluster, poll by poll, in the JSON of `kops validate cluster`.

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

/// What kops prints at this poll, counted from 0: no name yet, no node, the control plane, all but one, ready.
pub(super) fn poll(spec: &str, cluster: &str, poll: usize) -> CommandOutput {
    let instances = demo_instances(spec);
    match poll {
        0 => CommandOutput {
            exit: Some(1),
            stdout: String::new(),
            stderr: UNREACHABLE.replace(RECORDED, &api_name(spec, cluster)),
            ..CommandOutput::default()
        },
        1 => seen(&instances, |_| false),
        2 => seen(&instances, |instance| instance.control_plane),
        3 => seen(&instances, |instance| instance.number > 0),
        _ => seen(&instances, |_| true),
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

fn demo_instances(spec: &str) -> Vec<DemoInstance> {
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
    let mut instances: Vec<DemoInstance> = places
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
    let nodes = instances
        .iter_mut()
        .filter(|instance| !instance.control_plane);
    for (number, instance) in nodes.enumerate() {
        instance.number = number;
    }
    for instance in instances
        .iter_mut()
        .filter(|instance| instance.control_plane)
    {
        instance.number = 1;
    }
    instances
}

fn seen(instances: &[DemoInstance], joined: impl Fn(&DemoInstance) -> bool) -> CommandOutput {
    let (here, missing): (Vec<_>, Vec<_>) = instances.iter().partition(|instance| joined(instance));
    let mut document =
        json!({ "nodes": here.iter().map(|instance| node(instance)).collect::<Vec<_>>() });
    if !missing.is_empty() {
        document["failures"] = missing.iter().map(|instance| failure(instance)).collect();
    }
    CommandOutput {
        exit: Some(i32::from(!missing.is_empty())),
        stdout: document.to_string(),
        ..CommandOutput::default()
    }
}

/// What `kops get instances -o json` prints at any poll: every instance, with its group's name in EC2 Auto Scaling.
pub(super) fn instances(spec: &str, cluster: &str) -> String {
    let instances = demo_instances(spec);
    let instances = instances.iter().map(|instance| {
        let middle = if instance.control_plane {
            ".masters."
        } else {
            "."
        };
        json!({
            "id": instance.id,
            "nodeName": instance.id,
            "status": "UpToDate",
            "roles": [if instance.control_plane { "control-plane" } else { "node" }],
            "instanceGroup": format!("{}{middle}{cluster}", instance.group.name),
            "machineType": instance.group.machine_type,
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

fn node(instance: &DemoInstance) -> Value {
    json!({
        "name": instance.id,
        "zone": instance.zone,
        "role": if instance.control_plane { "control-plane" } else { "node" },
        "hostname": instance.id,
        "status": "True",
    })
}

fn failure(instance: &DemoInstance) -> Value {
    let group = &instance.group;
    json!({
        "type": "Machine",
        "name": instance.id,
        "message": format!("machine \"{}\" has not yet joined cluster", instance.id),
        "instanceGroup": {
            "metadata": { "name": group.name },
            "spec": {
                "role": if instance.control_plane { "ControlPlane" } else { "Node" },
                "machineType": group.machine_type,
                "minSize": group.min,
                "maxSize": group.max,
                "subnets": group.zones,
            },
        },
    })
}
