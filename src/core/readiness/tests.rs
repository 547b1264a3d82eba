use super::*;

macro_rules! recording {
    ($($name:literal),+) => {
        include_str!(concat!("../../../tests/fixtures/kops/", $($name),+))
    };
}

macro_rules! observed {
    ($name:literal, $exit:literal) => {
        read(
            recording!($name, ".stdout"),
            recording!($name, ".stderr"),
            $exit,
        )
    };
}

fn spec() -> Vec<InstanceGroupSummary> {
    instance_groups(recording!("cluster_spec.yml"))
}

fn counts(readiness: &Readiness) -> (Phase, (u32, u32), (u32, u32)) {
    let pair = |count: Count| (count.ready, count.wanted);
    (
        readiness.phase,
        pair(readiness.control_plane),
        pair(readiness.nodes),
    )
}

fn words(readiness: &Readiness) -> Vec<String> {
    let groups = readiness.groups.iter();
    groups
        .map(|one| format!("{} {}/{} {}", one.name, one.ready, one.wanted(), one.word()))
        .collect()
}

fn group(name: &str, role: Role, zones: &[&str]) -> InstanceGroupSummary {
    InstanceGroupSummary {
        name: name.to_owned(),
        role,
        machine_type: "t3.medium".to_owned(),
        min: 1,
        max: 2,
        zones: zones.iter().map(ToString::to_string).collect(),
    }
}

fn node(name: &str, zone: &str, role: &str, status: &str) -> Node {
    Node {
        name: name.into(),
        zone: zone.into(),
        role: role.into(),
        hostname: name.into(),
        status: status.into(),
    }
}

#[test]
fn the_spec_tells_its_groups() {
    let groups = spec();
    let names: Vec<_> = groups.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "control-plane-us-east-1a",
            "control-plane-us-east-1b",
            "control-plane-us-east-1c",
            "nodes-us-east-1a",
            "nodes-us-east-1b",
            "nodes-us-east-1c",
        ]
    );
    let expected = group("nodes-us-east-1a", Role::Node, &["us-east-1a"]);
    assert_eq!(groups.get(3), Some(&expected));
}

#[test]
fn subnets_are_told_by_their_zone() {
    let yaml = "kind: Cluster\nspec:\n  subnets:\n  - name: blue\n    zone: us-east-1b\n---\nkind: InstanceGroup\nmetadata: {name: b}\nspec: {role: Bastion, subnets: [blue, green]}\n---\n- odd\n";
    let expected = InstanceGroupSummary {
        machine_type: String::new(),
        max: 1,
        ..group("b", Role::Bastion, &["us-east-1b", "green"])
    };
    assert_eq!(instance_groups(yaml), [expected]);
    assert_eq!(instance_groups("{: not yaml"), []);
}

#[test]
fn a_birth_in_four_moments() {
    let moment = |observation| Readiness::of(&spec(), &observation);
    let first = moment(observed!("validate-1-no-nodes-json", 1));
    assert_eq!(counts(&first), (Phase::ControlPlaneJoining, (0, 3), (0, 3)));
    let second = moment(observed!("validate-2-control-plane-only-json", 1));
    assert_eq!(counts(&second), (Phase::NodesJoining, (3, 3), (0, 3)));
    let third = moment(observed!("validate-3-not-ready-json", 1));
    assert_eq!(counts(&third), (Phase::ControlPlaneJoining, (2, 3), (2, 3)));
    assert_eq!(
        words(&third),
        [
            "control-plane-us-east-1a 0/1 not ready",
            "control-plane-us-east-1b 1/1 ready",
            "control-plane-us-east-1c 1/1 ready",
            "nodes-us-east-1a 0/1 not ready",
            "nodes-us-east-1b 1/1 ready",
            "nodes-us-east-1c 1/1 ready",
        ]
    );
    let last = moment(observed!("validate-4-ready-json", 0));
    assert_eq!(counts(&last), (Phase::Ready, (3, 3), (3, 3)));
    assert_eq!(last.untied().count(), 0);
}

#[test]
fn without_a_spec_the_groups_are_those_that_kops_names() {
    let seen = observed!("validate-2-control-plane-only-json", 1);
    let readiness = Readiness::of(&[], &seen);
    assert_eq!(counts(&readiness), (Phase::NodesJoining, (3, 3), (0, 3)));
    assert_eq!(
        words(&readiness),
        [
            "nodes-us-east-1a 0/1 joining",
            "nodes-us-east-1b 0/1 joining",
            "nodes-us-east-1c 0/1 joining",
        ]
    );
    assert_eq!(readiness.untied().count(), 3);
}

#[test]
fn a_name_that_does_not_resolve_is_normal_at_first() {
    let seen = observed!("validate-0-api-not-resolving", 1);
    let readiness = Readiness::of(&spec(), &seen);
    assert_eq!(
        counts(&readiness),
        (Phase::NameNotResolving, (0, 3), (0, 3))
    );
    assert!(readiness.phase.is_on_its_way());
    let said = recording!("validate-0-api-not-resolving.stderr");
    let fault = Fault::new(
        "the name of the cluster's API does not resolve yet",
        "the load balancer or DNS record is new; names take some minutes to appear",
        "wait; when it lasts longer than 15 minutes, check that this machine can reach the API (VPN, kubernetesApiAccess)",
    );
    let detail = said.trim_end().trim_start_matches("Error: ");
    assert_eq!(readiness.fault, Some(fault.with_detail(detail)));
}

#[test]
fn what_no_waiting_mends_is_a_fault() {
    let seen = observed!("validate-unknown", 1);
    let readiness = Readiness::of(&[], &seen);
    assert_eq!(readiness.phase, Phase::CouldNotLook);
    let what = readiness.fault.map(|fault| fault.what);
    assert_eq!(
        what.as_deref(),
        Some("the state store does not know this cluster")
    );
    let refused = "Error: error listing nodes: Get \"https://x/\": dial tcp 1.2.3.4:443: connect: connection refused\n";
    assert_eq!(
        Readiness::of(&[], &read("", refused, 1)).phase,
        Phase::NotAnswering
    );
    let other = "Error: Get \"https://sts.amazonaws.com\": dial tcp: lookup sts.amazonaws.com: no such host\n";
    assert_eq!(
        Readiness::of(&[], &read("", other, 1)).phase,
        Phase::CouldNotLook
    );
    assert_eq!(
        Readiness::of(&[], &read("", "", 0)).phase,
        Phase::CouldNotLook
    );
}

#[test]
fn the_last_document_of_a_stream_counts() {
    let stdout = "{\"failures\":[{\"type\":\"dns\",\"name\":\"apiserver\",\"message\":\"m\"}]}{\"nodes\":[{\"name\":\"n\",\"status\":\"True\"}]}{\"nod";
    let node = Node {
        name: "n".into(),
        status: "True".into(),
        ..Node::default()
    };
    assert_eq!(
        read(stdout, "", 0),
        Observation::Ready { nodes: vec![node] }
    );
}

#[test]
fn a_node_that_fits_two_groups_is_tied_to_none() {
    let groups = [
        group("big", Role::Node, &["us-east-1a", "us-east-1b"]),
        group("small", Role::Node, &["us-east-1a"]),
    ];
    let nodes = vec![
        node("i-1", "us-east-1a", "node", "True"),
        node("i-2", "us-east-1b", "node", "True"),
        node("i-3", "us-east-1z", "node", "False"),
    ];
    let readiness = Readiness::of(&groups, &Observation::Ready { nodes });
    let ties: Vec<_> = readiness
        .machines
        .iter()
        .map(|one| one.group.clone())
        .collect();
    assert_eq!(
        ties,
        [
            Tie::OneOf(vec!["big".to_owned(), "small".to_owned()]),
            Tie::Group("big".to_owned()),
            Tie::Unknown,
        ]
    );
    assert_eq!(
        readiness.nodes,
        Count {
            ready: 2,
            wanted: 3
        }
    );
}

#[test]
fn a_moment_as_json() {
    let whole = Readiness::of(&spec(), &observed!("validate-3-not-ready-json", 1));
    let readiness = Readiness {
        groups: whole.groups.into_iter().take(1).collect(),
        machines: whole.machines.into_iter().take(1).collect(),
        not_ready: whole.not_ready.into_iter().skip(1).take(2).collect(),
        ..whole
    };
    assert_eq!(
        to_json("prod.example.com", &readiness),
        concat!(
            r#"{"cluster":"prod.example.com","ready":false,"phase":"controlPlaneJoining","controlPlane":{"ready":2,"wanted":3},"nodes":{"ready":2,"wanted":3},"#,
            r#""instanceGroups":[{"name":"control-plane-us-east-1a","role":"controlPlane","machineType":"t3.medium","zones":["us-east-1a"],"min":1,"max":1,"joining":0,"joined":1,"ready":0}],"#,
            r#""machines":[{"name":"i-fa19c86cefac009f1","zone":"us-east-1a","role":"control-plane","ready":false,"instanceGroups":["control-plane-us-east-1a"]}],"#,
            r#""notReady":[{"type":"Node","name":"i-8756ea7a85bb4fc22","instanceGroup":"nodes-us-east-1a","message":"node \"i-8756ea7a85bb4fc22\" of role \"node\" is not ready"},"#,
            r#"{"type":"Pod","name":"kube-system/kube-apiserver-i-fa19c86cefac009f1","message":"system-cluster-critical pod \"kube-apiserver-i-fa19c86cefac009f1\" is not ready (kube-apiserver)"}]}"#,
            "\n"
        )
    );
}
