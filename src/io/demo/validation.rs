//! The birth of the demonstration's cluster in the JSON of `kops validate cluster`, and what kops says of its instances.

use std::fmt::Write;

use serde_json::{Value, json};

use super::birth::{Beat, DemoBirth, DnsPod};
use super::dry_run::{DemoSpec, balancer_name};
use super::instances::{DemoInstance, demo_instances, scaled_name};
use crate::core::cluster::{InstanceGroupSummary, instance_groups};
use crate::core::plan::GroupRole;
use crate::tui::event::CommandOutput;

const UNREACHABLE: &str =
    include_str!("../../../tests/fixtures/kops/validate-0-api-not-resolving.stderr");

/// The API's load balancer in that recording.
const RECORDED: &str = "api-prod-example-com-9ufptm-1.us-east-1.elb.amazonaws.com";

/// What kops prints of the cluster at its beat.
pub(super) fn answer(spec: &str, birth: &DemoBirth) -> CommandOutput {
    if birth.beat == Beat::NoName {
        return CommandOutput {
            exit: Some(1),
            stdout: String::new(),
            stderr: UNREACHABLE.replace(RECORDED, &api_name(spec, &birth.cluster)),
            ..CommandOutput::default()
        };
    }
    let nodes: Vec<Value> = birth.joined().map(|one| node(birth, one)).collect();
    let failures = failures(birth);
    let mut document = json!({ "nodes": nodes });
    let exit = Some(i32::from(!failures.is_empty()));
    if !failures.is_empty() {
        document["failures"] = failures.into();
    }
    CommandOutput {
        exit,
        stdout: document.to_string(),
        ..CommandOutput::default()
    }
}

// With names in Route 53 the kubeconfig has the API's own one, else that of its load balancer.
pub(super) fn api_name(spec: &str, cluster: &str) -> String {
    if DemoSpec::read(spec).publishes_names() {
        return format!("api.{cluster}");
    }
    let balancer = balancer_name("api", cluster);
    format!("{balancer}-1.us-east-1.elb.amazonaws.com")
}

/// What `kops get instances -o json` prints at any poll: every instance, with its group's name in EC2 Auto Scaling.
pub(super) fn instances(spec: &str, cluster: &str) -> String {
    let instances = demo_instances(spec);
    let instances = instances.iter().filter(|one| !one.is_bastion());
    let instances = instances.map(|instance| {
        json!({
            "id": instance.id,
            "nodeName": instance.id,
            "status": "UpToDate",
            "roles": [instance.role()],
            "instanceGroup": scaled_name(&instance.group, cluster),
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

fn node(birth: &DemoBirth, instance: &DemoInstance) -> Value {
    json!({
        "name": instance.id,
        "zone": instance.zone,
        "role": instance.role(),
        "hostname": instance.id,
        "status": if birth.is_ready(instance) { "True" } else { "False" },
    })
}

// In kops's order: each group's size, then its instances; then the pods.
fn failures(birth: &DemoBirth) -> Vec<Value> {
    let mut failures = Vec::new();
    let mut group = "";
    for instance in &birth.instances {
        if group != instance.group.name {
            group = &instance.group.name;
            failures.extend(missing(birth, &instance.group));
        }
        failures.extend(not_ready(birth, instance));
    }
    let pods = birth.dns_pods().into_iter();
    failures.extend(pods.filter_map(|(name, state, _)| pod_failure(name, state)));
    failures
}

fn missing(birth: &DemoBirth, group: &InstanceGroupSummary) -> Option<Value> {
    let own = birth
        .instances
        .iter()
        .filter(|one| one.group.name == group.name);
    let (launched, wanted) = own.fold((0, 0), |(launched, wanted), one| {
        (launched + u32::from(birth.is_launched(one)), wanted + 1)
    });
    let name = &group.name;
    let message =
        format!("InstanceGroup {name:?} did not have enough nodes {launched} vs {wanted}");
    (launched < wanted).then(|| failure("InstanceGroup", name, &message, Some(group)))
}

fn not_ready(birth: &DemoBirth, instance: &DemoInstance) -> Option<Value> {
    let (id, group) = (&instance.id, Some(&instance.group));
    if birth.has_joined(instance) {
        let message = format!("node {id:?} of role {:?} is not ready", instance.role());
        return (!birth.is_ready(instance)).then(|| failure("Node", id, &message, group));
    }
    let joins = !instance.is_bastion() && birth.is_launched(instance);
    let message = format!("machine {id:?} has not yet joined cluster");
    joins.then(|| failure("Machine", id, &message, group))
}

fn pod_failure(name: &str, state: DnsPod) -> Option<Value> {
    let pod = format!("system-cluster-critical pod {name:?}");
    let message = match state {
        DnsPod::Running { .. } => return None,
        DnsPod::Pending => format!("{pod} is pending"),
        DnsPod::Crashing => format!("{pod} is not ready (coredns)"),
    };
    Some(failure(
        "Pod",
        &format!("kube-system/{name}"),
        &message,
        None,
    ))
}

fn failure(kind: &str, name: &str, message: &str, group: Option<&InstanceGroupSummary>) -> Value {
    let mut failure = json!({ "type": kind, "name": name, "message": message });
    if let Some(group) = group {
        let role = match group.role {
            GroupRole::ControlPlane => "ControlPlane",
            GroupRole::Bastion => "Bastion",
            GroupRole::Node => "Node",
        };
        failure["instanceGroup"] = json!({
            "metadata": { "name": group.name },
            "spec": {
                "role": role,
                "machineType": group.machine_type,
                "minSize": group.min,
                "maxSize": group.max,
                "subnets": group.zones,
            },
        });
    }
    failure
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(super) mod tests {
    use super::*;
    use crate::core::unix_time::UnixTime;

    pub(in crate::io::demo) const GROUPS: &str = "\
kind: InstanceGroup
metadata: {name: control-plane}
spec: {role: Master, machineType: t3.medium, minSize: 1, maxSize: 1, subnets: [us-east-1a]}
---
kind: InstanceGroup
metadata: {name: nodes}
spec: {role: Node, machineType: t3.large, minSize: 3, maxSize: 6, subnets: [us-east-1a]}
---
kind: InstanceGroup
metadata: {name: bastions}
spec: {role: Bastion, machineType: t3.micro, minSize: 1, maxSize: 1, subnets: [utility-us-east-1a]}
";

    fn validated(beat: Beat) -> (String, Vec<String>) {
        let birth = DemoBirth::new(GROUPS, "demo.example.com", beat, UnixTime(0));
        let output = answer(GROUPS, &birth);
        let Ok(document) = serde_json::from_str::<Value>(&output.stdout) else {
            return ("no name".to_owned(), Vec::new());
        };
        let ready = |node: &&Value| node["status"] == "True";
        let nodes = document["nodes"].as_array().unwrap();
        let figures = format!("{}/{}", nodes.iter().filter(ready).count(), nodes.len());
        let failures = document["failures"].as_array();
        let messages = failures.into_iter().flatten();
        let messages: Vec<String> = messages
            .map(|one| one["message"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(output.exit == Some(0), messages.is_empty());
        (figures, messages)
    }

    #[test]
    fn a_birth_has_trouble_in_it_and_ends_well() {
        let short = "InstanceGroup \"nodes\" did not have enough nodes 2 vs 3";
        let joins =
            |id: u8| format!("machine \"i-000000dec0de0000{id}\" has not yet joined cluster");
        let pending = |at: u8| format!("system-cluster-critical pod \"coredns-{at}\" is pending");
        let control_plane = joins(0);
        let [late, flapping, failing] = [1, 2, 3].map(joins);
        let not_ready = "node \"i-000000dec0de00002\" of role \"node\" is not ready";
        let crashing = "system-cluster-critical pod \"coredns-0\" is not ready (coredns)";
        let hold = |beat: Beat, figures: &str, messages: &[&str]| {
            let messages = messages.iter().map(|one| (*one).to_owned()).collect();
            assert_eq!(validated(beat), (figures.to_owned(), messages), "{beat:?}");
        };
        hold(Beat::NoName, "no name", &[]);
        hold(
            Beat::ApiAnswers,
            "0/0",
            &[&control_plane, short, &late, &flapping],
        );
        let waiting = [short, &late, &flapping, &pending(0), &pending(1)];
        hold(Beat::ControlPlane, "1/1", &waiting);
        hold(Beat::Nodes, "2/2", &[&late, &failing]);
        hold(
            Beat::Trouble,
            "1/2",
            &[&late, not_ready, &failing, crashing],
        );
        hold(Beat::Recovered, "3/3", &[&late]);
        hold(Beat::Complete, "4/4", &[]);
    }
}
