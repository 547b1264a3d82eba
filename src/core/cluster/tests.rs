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

macro_rules! watched {
    ($name:literal) => {
        include_str!(concat!("../../../tests/fixtures/watch/", $name))
    };
}

const CLUSTER: &str = "prod.example.com";

fn spec() -> Vec<InstanceGroupSummary> {
    instance_groups(recording!("cluster_spec.yml"))
}

fn moment(spec: &[InstanceGroupSummary], observation: &Observation) -> Readiness {
    Readiness::new(CLUSTER, spec, observation, &Instances::NotAsked)
}

// The recordings have one group of each role in each zone, and their nodes are called after their instances.
fn instances_of(observation: &Observation) -> Instances {
    let instance = |node: &ValidatedNode| {
        let control_plane = node.role.raw() == "control-plane";
        let (group, middle) = if control_plane {
            ("control-plane", ".masters.")
        } else {
            ("nodes", ".")
        };
        Instance {
            id: node.name.clone(),
            node_name: node.name.clone(),
            status: "UpToDate".into(),
            instance_group: format!("{group}-{}{middle}{CLUSTER}", node.zone.raw()).into(),
            ..Instance::default()
        }
    };
    Instances::Known(observation.nodes().iter().map(instance).collect())
}

fn readiness(spec: &[InstanceGroupSummary], observation: &Observation) -> Readiness {
    Readiness::new(CLUSTER, spec, observation, &instances_of(observation))
}

fn counts(readiness: &Readiness) -> (Phase, String, String) {
    let (plane, nodes) = (readiness.control_plane, readiness.nodes);
    (readiness.phase, plane.figures(), nodes.figures())
}

fn counted(phase: Phase, plane: &str, nodes: &str) -> (Phase, String, String) {
    (phase, plane.to_owned(), nodes.to_owned())
}

fn words(readiness: &Readiness) -> Vec<String> {
    let groups = readiness.groups.iter();
    groups
        .map(|one| format!("{} {} {}", one.name, one.figures(), one.word()))
        .collect()
}

fn group(name: &str, role: GroupRole, zones: &[&str]) -> InstanceGroupSummary {
    InstanceGroupSummary {
        name: name.to_owned(),
        role,
        machine_type: "t3.medium".to_owned(),
        min: Some(1),
        max: Some(2),
        karpenter: false,
        zones: zones.iter().map(ToString::to_string).collect(),
    }
}

fn node(name: &str, zone: &str, role: &str, status: &str) -> ValidatedNode {
    ValidatedNode {
        name: name.into(),
        zone: zone.into(),
        role: role.into(),
        hostname: name.into(),
        status: status.into(),
    }
}

fn instance(id: &str, status: &str, group: &str) -> Instance {
    Instance {
        id: id.into(),
        status: status.into(),
        instance_group: group.into(),
        ..Instance::default()
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
    let expected = group("nodes-us-east-1a", GroupRole::Node, &["us-east-1a"]);
    assert_eq!(groups.get(3), Some(&expected));
}

#[test]
fn subnets_are_told_by_their_zone() {
    let yaml = "kind: Cluster\nspec:\n  subnets:\n  - name: blue\n    zone: us-east-1b\n---\nkind: InstanceGroup\nmetadata: {name: b}\nspec: {role: Bastion, subnets: [blue, green]}\n---\n- odd\n";
    let expected = InstanceGroupSummary {
        machine_type: String::new(),
        max: Some(1),
        ..group("b", GroupRole::Bastion, &["us-east-1b", "green"])
    };
    assert_eq!(instance_groups(yaml), [expected]);
    assert_eq!(instance_groups("{: not yaml"), []);
}

#[test]
fn sizes_are_those_of_the_spec_else_kops_defaults_and_karpenter_has_none() {
    let sizes = |spec: &str| {
        let yaml = format!("kind: InstanceGroup\nmetadata: {{name: g}}\nspec: {{{spec}}}\n");
        let groups = instance_groups(&yaml);
        groups
            .first()
            .map(|group| (group.min, group.max, group.karpenter))
    };
    let cases = [
        ("role: Node", (Some(2), Some(2), false)),
        (
            "role: Node, minSize: null, maxSize: null, machineType: null, subnets: null",
            (Some(2), Some(2), false),
        ),
        (
            "role: Node, minSize: 0, maxSize: 3",
            (Some(0), Some(3), false),
        ),
        ("role: Node, maxSize: 3", (Some(2), Some(3), false)),
        ("role: APIServer", (Some(2), Some(2), false)),
        ("role: Master", (Some(1), Some(1), false)),
        ("role: ControlPlane", (Some(1), Some(1), false)),
        ("role: Bastion", (Some(1), Some(1), false)),
        ("role: Node, manager: Karpenter", (None, None, true)),
        (
            "role: Node, manager: Karpenter, maxSize: 9",
            (None, Some(9), true),
        ),
        (
            "role: Node, manager: Karpenter, minSize: 2",
            (Some(2), Some(2), true),
        ),
        ("role: Node, manager: CloudGroup", (Some(2), Some(2), false)),
    ];
    for (spec, expected) in cases {
        assert_eq!(sizes(spec), Some(expected), "{spec}");
    }
}

#[test]
fn a_birth_in_four_moments() {
    let moment = |observation| readiness(&spec(), &observation);
    let first = moment(observed!("validate-1-no-nodes-json", 1));
    assert_eq!(
        counts(&first),
        counted(Phase::ControlPlaneJoining, "0/3", "0/3")
    );
    let second = moment(observed!("validate-2-control-plane-only-json", 1));
    assert_eq!(counts(&second), counted(Phase::NodesJoining, "3/3", "0/3"));
    let third = moment(observed!("validate-3-not-ready-json", 1));
    assert_eq!(
        counts(&third),
        counted(Phase::ControlPlaneJoining, "2/3", "2/3")
    );
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
    assert_eq!(counts(&last), counted(Phase::Ready, "3/3", "3/3"));
    assert_eq!(last.headline(), "ready");
}

#[test]
fn without_a_spec_the_groups_are_those_that_kops_names() {
    let seen = observed!("validate-2-control-plane-only-json", 1);
    let readiness = moment(&[], &seen);
    assert_eq!(
        counts(&readiness),
        counted(Phase::NodesJoining, "3/3", "0/3")
    );
    assert_eq!(
        words(&readiness),
        [
            "nodes-us-east-1a 0/1 joining",
            "nodes-us-east-1b 0/1 joining",
            "nodes-us-east-1c 0/1 joining",
        ]
    );
    assert!(
        readiness
            .node_states
            .iter()
            .all(|one| one.group == Tie::Unknown)
    );
}

#[test]
fn a_name_that_does_not_resolve_is_normal_at_first() {
    let seen = observed!("validate-0-api-not-resolving", 1);
    let readiness = moment(&spec(), &seen);
    assert_eq!(
        counts(&readiness),
        counted(Phase::NameNotResolving, "?/3", "?/3")
    );
    assert!(readiness.may_become_ready());
    let printed = recording!("validate-0-api-not-resolving.stderr");
    let fault = Fault::new(
        "the name of the cluster's API does not resolve",
        "the load balancer or DNS record is new, and names take some minutes to appear; or DNS here does not know it",
        "wait; when it lasts longer than 15 minutes, check that this host can reach the API (VPN, kubernetesApiAccess)",
    );
    let detail = printed.trim_end().trim_start_matches("Error: ");
    assert_eq!(readiness.fault, Some(fault.with_detail(detail)));
}

/// What stands in the way by kops's last error, and the phase that follows.
fn in_the_way(stderr: &str) -> (Option<Obstacle>, Phase) {
    let readiness = moment(&spec(), &read("", stderr, 1));
    assert!(readiness.fault.is_some(), "{stderr}");
    (readiness.obstacle, readiness.phase)
}

#[test]
fn an_api_that_starts_is_waited_for_and_says_why() {
    let lines = watched!("api-starting.txt").lines();
    let found: Vec<_> = lines.map(|line| in_the_way(&format!("{line}\n"))).collect();
    let starting = (Some(Obstacle::Starting), Phase::NotServing);
    let silent = (Some(Obstacle::Silent), Phase::NotAnswering);
    assert_eq!(found, [starting, starting, starting, silent]);
}

/// Errors of listing nodes or pods, and what each is.
const LISTING: &[(&str, Obstacle)] = &[
    (
        "Get \"https://api.x/api/v1/nodes\": dial tcp: lookup api.x on 10.0.0.2:53: no such host",
        Obstacle::Name,
    ),
    (
        "Get \"https://api.x/api/v1/nodes\": dial tcp: lookup api.x on 10.0.0.2:53: read udp 10.0.0.9:1->10.0.0.2:53: i/o timeout",
        Obstacle::Name,
    ),
    (
        "Get \"https://api.x/api/v1/nodes\": dial tcp: lookup api.x on 10.0.0.2:53: server misbehaving",
        Obstacle::Name,
    ),
    (
        "Get \"https://api.x/api/v1/nodes\": dial tcp 10.0.0.5:443: connect: connection refused",
        Obstacle::Silent,
    ),
    (
        "Get \"https://api.x/api/v1/nodes\": dial tcp 10.0.0.5:443: connect: no route to host",
        Obstacle::Silent,
    ),
    (
        "Get \"https://api.x/api/v1/nodes\": dial tcp 10.0.0.5:443: connect: network is unreachable",
        Obstacle::Silent,
    ),
    (
        "Get \"https://api.x/api/v1/nodes\": read tcp 10.0.0.9:1->10.0.0.5:443: read: connection reset by peer",
        Obstacle::Silent,
    ),
    (
        "Get \"https://api.x/api/v1/nodes\": write tcp 10.0.0.9:1->10.0.0.5:443: write: broken pipe",
        Obstacle::Silent,
    ),
    ("Get \"https://api.x/api/v1/nodes\": EOF", Obstacle::Silent),
    (
        "Get \"https://api.x/api/v1/nodes\": unexpected EOF",
        Obstacle::Silent,
    ),
    (
        "Get \"https://api.x/api/v1/nodes\": net/http: TLS handshake timeout",
        Obstacle::Silent,
    ),
    (
        "Get \"https://api.x/api/v1/nodes\": net/http: request canceled while waiting for connection",
        Obstacle::Silent,
    ),
    (
        "Get \"https://api.x/api/v1/nodes\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)",
        Obstacle::Silent,
    ),
    (
        "Get \"https://api.x/api/v1/nodes\": http2: client connection lost",
        Obstacle::Silent,
    ),
    (
        "Get \"https://api.x/api/v1/nodes\": http2: server sent GOAWAY and closed the connection; LastStreamID=1, ErrCode=NO_ERROR, debug=\"\"",
        Obstacle::Silent,
    ),
    (
        "Get \"https://api.x/api/v1/nodes\": tls: failed to verify certificate: x509: certificate signed by unknown authority",
        Obstacle::Starting,
    ),
    (
        "Get \"https://api.x/api/v1/nodes\": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-11-28T10:00:00Z is before 2026-11-28T11:00:00Z",
        Obstacle::Starting,
    ),
    (
        "Get \"https://api.x/api/v1/nodes\": tls: failed to verify certificate: x509: certificate relies on legacy Common Name field, use SANs instead",
        Obstacle::Starting,
    ),
    (
        "Get \"https://api.x/api/v1/nodes\": remote error: tls: internal error",
        Obstacle::Starting,
    ),
    (
        "Get \"https://api.x/api/v1/nodes\": http: server gave HTTP response to HTTPS client",
        Obstacle::Starting,
    ),
    (
        "the server is currently unable to handle the request (get nodes)",
        Obstacle::Starting,
    ),
    (
        "the server was unable to return a response in the time allotted, but may still be processing the request (get nodes)",
        Obstacle::Starting,
    ),
    (
        "the server has received too many requests and has asked us to try again later (get nodes)",
        Obstacle::Starting,
    ),
    (
        "the server has asked for the client to provide credentials (get nodes)",
        Obstacle::Starting,
    ),
    (
        "the server could not find the requested resource (get nodes)",
        Obstacle::Starting,
    ),
    (
        "the server rejected our request for an unknown reason (get nodes)",
        Obstacle::Starting,
    ),
    ("etcdserver: request timed out", Obstacle::Starting),
    (
        "nodes is forbidden: User \"system:anonymous\" cannot list resource \"nodes\" in API group \"\" at the cluster scope",
        Obstacle::Starting,
    ),
    (
        "Get \"https://api.x/api/v1/nodes\": proxyconnect tcp: dial tcp 127.0.0.1:1080: connect: connection refused",
        Obstacle::Unknown,
    ),
    (
        "Get \"https://api.x/api/v1/nodes\": getting credentials: exec: executable aws not found",
        Obstacle::Lasting,
    ),
    ("something that nobody has seen before", Obstacle::Unknown),
];

#[test]
fn every_answer_of_a_young_api_is_told_from_what_lasts() {
    for &(error, expected) in LISTING {
        let new = format!(
            "Error: validation failed: unexpected error during validation: error listing nodes: {error}\n"
        );
        let old = format!(
            "Error: unexpected error during validation: cannot get pod health for \"x\": error listing Pods: {error}\n"
        );
        assert_eq!(
            (in_the_way(&new).0, in_the_way(&old).0),
            (Some(expected), Some(expected)),
            "{error}"
        );
    }
}

#[test]
fn what_no_waiting_resolves_is_told_from_what_is_not_known() {
    use Obstacle::{Lasting, Unknown};
    let cases = [
        (recording!("validate-unknown.stderr"), Lasting),
        (recording!("update-no-state.stderr"), Lasting),
        (recording!("update-no-bucket.stderr"), Lasting),
        ("Error: unknown flag: --use-kubeconfig\n", Lasting),
        (
            "Error: validation failed: getting rest config: loading kubecfg settings for \"x\": error loading config file \"/tmp/bad.yml\": yaml: line 1: did not find expected ',' or '}'\n",
            Lasting,
        ),
        (
            "Error: validation failed: no InstanceGroup objects found\n",
            Lasting,
        ),
        (
            "Error: error reading cluster configuration \"x\": error reading s3://b/x/config: operation error S3: GetObject, get identity: get credentials: failed to refresh cached credentials, no EC2 IMDS role found\n",
            Lasting,
        ),
        (
            "Error: operation error STS: GetCallerIdentity, https response error StatusCode: 403, RequestID: r, api error ExpiredToken: The security token included in the request is expired\n",
            Lasting,
        ),
        (
            "Error: validation failed: unexpected error during validation: unable to find autoscale groups: error listing autoscaling cluster tags: operation error Auto Scaling: DescribeTags, https response error StatusCode: 403, RequestID: r, api error AccessDenied: User: u is not authorized to perform: autoscaling:DescribeTags\n",
            Lasting,
        ),
        // AWS's own names and answers are the network's fault, or pass.
        (
            "Error: Get \"https://sts.amazonaws.com\": dial tcp: lookup sts.amazonaws.com: no such host\n",
            Unknown,
        ),
        (
            "Error: validation failed: unexpected error during validation: unable to find autoscale groups: operation error Auto Scaling: DescribeTags, https response error StatusCode: 400, RequestID: r, api error Throttling: Rate exceeded\n",
            Unknown,
        ),
        (
            "Error: validation failed: getting rest config: loading kubecfg settings for \"x\": context \"x\" does not exist\n",
            Unknown,
        ),
        ("", Unknown),
        // What kops only warned of does not decide.
        ("W1128 1 x.go:1] AccessDenied\nError: who knows\n", Unknown),
    ];
    for (stderr, expected) in cases {
        let (obstacle, phase) = in_the_way(stderr);
        assert_eq!(
            (obstacle, phase),
            (Some(expected), Phase::CouldNotLook),
            "{stderr}"
        );
    }
    let unknown = moment(&[], &observed!("validate-unknown", 1));
    let what = unknown.fault.map(|fault| fault.what);
    assert_eq!(
        what.as_deref(),
        Some("the state store does not know this cluster")
    );
}

#[test]
fn the_placeholder_of_the_dns_record_says_nothing_of_the_nodes() {
    let stdout = "{\"failures\":[{\"type\":\"dns\",\"name\":\"apiserver\",\"message\":\"Validation Failed\"}]}";
    let readiness = moment(&spec(), &read(stdout, "", 1));
    assert_eq!(
        counts(&readiness),
        counted(Phase::NameNotResolving, "?/3", "?/3")
    );
    assert_eq!(
        words(&readiness).first().map(String::as_str),
        Some("control-plane-us-east-1a ?/1 unknown")
    );
}

#[test]
fn the_last_document_of_a_stream_counts() {
    let stdout = "{\"failures\":[{\"type\":\"dns\",\"name\":\"apiserver\",\"message\":\"m\"}]}{\"nodes\":[{\"name\":\"n\",\"status\":\"True\"}]}{\"nod";
    let node = ValidatedNode {
        name: "n".into(),
        status: "True".into(),
        ..ValidatedNode::default()
    };
    assert_eq!(
        read(stdout, "", 0),
        Observation::Ready { nodes: vec![node] }
    );
}

#[test]
fn instances_that_are_missing_are_wanted() {
    let seen = read(watched!("not-enough-nodes.json"), "", 1);
    let readiness = moment(&[], &seen);
    assert_eq!(
        counts(&readiness),
        counted(Phase::InstancesMissing, "1/1", "2/3")
    );
    assert_eq!(words(&readiness), ["nodes ?/3 unknown"]);
    let instances = ["i-02", "i-03"].map(|id| instance(id, "UpToDate", "nodes.prod.example.com"));
    let known = Instances::Known(instances.into());
    let readiness = Readiness::new(CLUSTER, &[], &seen, &known);
    assert_eq!(
        counts(&readiness),
        counted(Phase::InstancesMissing, "1/1", "2/3")
    );
    assert_eq!(words(&readiness), ["nodes 2/3 waiting for instances"]);
}

#[test]
fn a_group_that_the_cloud_does_not_have_is_wanted_by_its_spec() {
    let stdout = "{\"failures\":[{\"type\":\"InstanceGroup\",\"name\":\"gpu\",\"message\":\"InstanceGroup \\\"gpu\\\" is missing from the cloud provider\",\"instanceGroup\":{\"metadata\":{\"name\":\"gpu\"},\"spec\":{\"role\":\"Node\",\"minSize\":4}}}],\"nodes\":[{\"name\":\"i-1\",\"role\":\"control-plane\",\"status\":\"True\"}]}";
    let readiness = moment(&[], &read(stdout, "", 1));
    assert_eq!(
        counts(&readiness),
        counted(Phase::InstancesMissing, "1/1", "0/4")
    );
    assert_eq!(words(&readiness), ["gpu 0/4 waiting for instances"]);
}

#[test]
fn a_bastion_is_no_node_and_never_joins() {
    let seen = read(watched!("bastion-missing.json"), "", 1);
    let readiness = moment(&[], &seen);
    assert_eq!(
        counts(&readiness),
        counted(Phase::InstancesMissing, "1/1", "2/2")
    );
    assert_eq!(words(&readiness), Vec::<String>::new());
    let waits = readiness.not_ready.first().map(|one| one.message.shown());
    assert_eq!(
        waits.as_deref(),
        Some("InstanceGroup \"bastions\" did not have enough nodes 0 vs 1")
    );
}

#[test]
fn a_node_that_is_not_ready_is_not_pods_that_start() {
    let pod = |kind: &str| {
        format!(
            "{{\"failures\":[{{\"type\":\"{kind}\",\"name\":\"x\",\"message\":\"m\"}}],\"nodes\":[{{\"name\":\"i-1\",\"role\":\"control-plane\",\"status\":\"True\"}}]}}"
        )
    };
    let phase = |kind| moment(&[], &read(&pod(kind), "", 1)).phase;
    assert_eq!(phase("Pod"), Phase::PodsStarting);
    assert_eq!(phase("Node"), Phase::PodsStarting);
    assert_eq!(phase("Addon"), Phase::NotReady);
}

#[test]
fn a_node_belongs_to_no_group_by_its_zone() {
    let groups = [
        group("big", GroupRole::Node, &["us-east-1a", "us-east-1b"]),
        group("small", GroupRole::Node, &["us-east-1a"]),
    ];
    let nodes = vec![
        node("i-1", "us-east-1a", "node", "True"),
        node("i-2", "us-east-1b", "node", "True"),
        node("ip-10-0-0-3.ec2.internal", "us-east-1a", "node", "True"),
    ];
    let seen = Observation::Ready { nodes };
    let readiness = moment(&groups, &seen);
    assert_eq!(counts(&readiness), counted(Phase::Ready, "0/0", "3/3"));
    assert_eq!(
        words(&readiness),
        ["big unknown unknown", "small unknown unknown"]
    );
    let third = Instance {
        node_name: "ip-10-0-0-3.ec2.internal".into(),
        ..instance("i-3", "UpToDate", "small.prod.example.com")
    };
    let known = Instances::Known(vec![
        instance("i-1", "UpToDate", "big.prod.example.com"),
        instance("i-2", "UpToDate", "big.prod.example.com"),
        third,
    ]);
    let readiness = Readiness::new(CLUSTER, &groups, &seen, &known);
    assert_eq!(words(&readiness), ["big 2/2 ready", "small 1/1 ready"]);
    assert_eq!(readiness.headline(), "ready");
}

#[test]
fn the_group_of_an_instance_is_told_by_the_name_that_kops_gave_it() {
    let karpenter = InstanceGroupSummary {
        karpenter: true,
        ..group("spot", GroupRole::Node, &[])
    };
    let groups = [
        group("a", GroupRole::ControlPlane, &[]),
        group("a.masters", GroupRole::Node, &[]),
        group("api", GroupRole::Node, &[]),
        karpenter,
    ];
    let named = |cloud: &str| instance("i-1", "UpToDate", cloud).group(CLUSTER, &groups);
    assert_eq!(named("a.masters.prod.example.com"), "a");
    assert_eq!(named("api.apiservers.prod.example.com"), "api");
    assert_eq!(named("api.prod.example.com"), "api");
    assert_eq!(named("spot"), "spot");
    // Added since the spec was read.
    assert_eq!(named("new.prod.example.com"), "new");
    assert_eq!(named("other.masters.prod.example.com"), "other");
}

/// A control-plane instance and two nodes as validate lists them.
fn three_nodes() -> (Vec<InstanceGroupSummary>, Observation) {
    let nodes = vec![
        node("i-1", "us-east-1a", "control-plane", "True"),
        node("i-2", "us-east-1a", "node", "True"),
        node("i-3", "us-east-1a", "node", "True"),
    ];
    let groups = vec![
        group("control-plane", GroupRole::ControlPlane, &["us-east-1a"]),
        group("nodes", GroupRole::Node, &["us-east-1a"]),
    ];
    (groups, Observation::Ready { nodes })
}

/// The same with their instances in these states, and one more in a warm pool.
fn with_states(states: [&str; 3]) -> (String, Vec<String>, String) {
    let (groups, seen) = three_nodes();
    let warm = Instance {
        state: "WarmPool".into(),
        ..instance("i-4", "UpToDate", "nodes.prod.example.com")
    };
    let known = Instances::Known(vec![
        instance("i-1", states[0], "control-plane.masters.prod.example.com"),
        instance("i-2", states[1], "nodes.prod.example.com"),
        instance("i-3", states[2], "nodes.prod.example.com"),
        warm,
    ]);
    let readiness = Readiness::new(CLUSTER, &groups, &seen, &known);
    (
        readiness.headline(),
        words(&readiness),
        readiness.nodes.figures(),
    )
}

#[test]
fn a_ready_cluster_says_what_a_rolling_update_would_replace() {
    let text = str::to_owned;
    let expected = |headline, nodes: &str, figures| {
        let words = vec![text("control-plane 1/1 ready"), text(nodes)];
        (text(headline), words, text(figures))
    };
    assert_eq!(
        with_states(["NeedsUpdate", "NeedsUpdate", "UpToDate"]),
        expected(
            "ready; 2 instances need a rolling update",
            "nodes 2/2 ready",
            "2/2"
        )
    );
    // A detached instance is about to go: its group has one more that counts, or waits for it.
    assert_eq!(
        with_states(["UpToDate", "Detached", "UpToDate"]),
        expected(
            "ready; 1 instance needs a rolling update",
            "nodes 1/1 ready",
            "1/1"
        )
    );
    let (groups, seen) = three_nodes();
    let unknown = Readiness::new(
        CLUSTER,
        &groups,
        &seen,
        &read_instances("", "Error: x\n", 1),
    );
    assert_eq!(unknown.headline(), "ready; rolling-update status unknown");
    assert!(unknown.instances_fault.is_some());
}

#[test]
fn karpenter_decides_how_many_there_are() {
    let groups = [InstanceGroupSummary {
        min: None,
        max: None,
        karpenter: true,
        ..group("spot", GroupRole::Node, &["us-east-1a"])
    }];
    let away = moment(&groups, &observed!("validate-0-api-not-resolving", 1));
    assert_eq!(
        counts(&away),
        counted(Phase::NameNotResolving, "?/0", "unknown")
    );
    assert_eq!(words(&away), ["spot unknown unknown"]);
    let seen = |nodes| Observation::Ready { nodes };
    let none = Readiness::new(
        CLUSTER,
        &groups,
        &seen(Vec::new()),
        &Instances::Known(Vec::new()),
    );
    assert_eq!(words(&none), ["spot 0 no instances"]);
    let nodes = vec![node("i-1", "us-east-1a", "node", "True")];
    let known = Instances::Known(vec![instance("i-1", "UpToDate", "spot")]);
    let one = Readiness::new(CLUSTER, &groups, &seen(nodes), &known);
    assert_eq!(words(&one), ["spot 1 ready"]);
    assert_eq!(one.groups.first().map(GroupReadiness::is_met), Some(true));
}

#[test]
fn before_the_groups_are_read_nothing_is_wanted_of_them() {
    let seen = observed!("validate-0-api-not-resolving", 1);
    assert_eq!(
        counts(&moment(&[], &seen)),
        counted(Phase::NameNotResolving, "unknown", "unknown")
    );
}

#[test]
fn instances_are_read_as_kops_prints_them() {
    let stdout = "\n[{\"id\":\"i-1\",\"nodeName\":\"n\",\"status\":\"NeedsUpdate\",\"roles\":null,\"internalIP\":\"\",\"externalIP\":\"\",\"instanceGroup\":\"nodes.x\",\"machineType\":\"t3.medium\",\"state\":\"WarmPool\"}]";
    let Instances::Known(found) = read_instances(stdout, "", 0) else {
        unreachable!("not read");
    };
    let expected = Instance {
        node_name: "n".into(),
        machine_type: "t3.medium".into(),
        state: "WarmPool".into(),
        ..instance("i-1", "NeedsUpdate", "nodes.x")
    };
    assert_eq!(found, [expected]);
    assert_eq!(read_instances("[]", "", 0), Instances::Known(Vec::new()));
    assert!(matches!(
        read_instances("null", "", 0),
        Instances::Failed(_)
    ));
    assert!(matches!(
        read_instances("[]", "Error: x\n", 1),
        Instances::Failed(_)
    ));
}

#[test]
fn a_moment_as_json() {
    let seen = observed!("validate-3-not-ready-json", 1);
    let whole = readiness(&spec(), &seen);
    let readiness = Readiness {
        groups: whole.groups.into_iter().take(1).collect(),
        node_states: whole.node_states.into_iter().take(1).collect(),
        not_ready: whole.not_ready.into_iter().skip(1).take(2).collect(),
        ..whole
    };
    assert_eq!(
        to_json("prod.example.com", &readiness, None),
        concat!(
            r#"{"cluster":"prod.example.com","ready":false,"phase":"controlPlaneJoining","controlPlane":{"ready":2,"wanted":3},"nodes":{"ready":2,"wanted":3},"needingUpdate":0,"#,
            r#""instanceGroups":[{"name":"control-plane-us-east-1a","role":"controlPlane","machineType":"t3.medium","zones":["us-east-1a"],"min":1,"max":1,"joining":0,"joined":1,"ready":0,"wanted":1,"needingUpdate":0}],"#,
            r#""machines":[{"name":"i-fa19c86cefac009f1","zone":"us-east-1a","role":"control-plane","ready":false,"instanceGroups":["control-plane-us-east-1a"]}],"#,
            r#""notReady":[{"type":"Node","name":"i-8756ea7a85bb4fc22","instanceGroup":"nodes-us-east-1a","message":"node \"i-8756ea7a85bb4fc22\" of role \"node\" is not ready"},"#,
            r#"{"type":"Pod","name":"kube-system/kube-apiserver-i-fa19c86cefac009f1","message":"system-cluster-critical pod \"kube-apiserver-i-fa19c86cefac009f1\" is not ready (kube-apiserver)"}]}"#,
            "\n"
        )
    );
}

#[test]
fn what_is_not_known_is_null_in_json_with_its_reason() {
    let seen = read("", "Error: error listing nodes: Unauthorized\n", 1);
    let spec: Vec<_> = spec().into_iter().take(1).collect();
    assert_eq!(
        to_json("x", &moment(&spec, &seen), None),
        concat!(
            r#"{"cluster":"x","ready":false,"phase":"notServing","controlPlane":{"ready":null,"wanted":1,"reason":"kops could not list the nodes"},"nodes":{"ready":null,"wanted":0,"reason":"kops could not list the nodes"},"needingUpdate":null,"#,
            r#""instanceGroups":[{"name":"control-plane-us-east-1a","role":"controlPlane","machineType":"t3.medium","zones":["us-east-1a"],"min":1,"max":1,"joining":null,"joined":null,"ready":null,"wanted":1,"needingUpdate":null,"reason":"kops could not list the nodes"}],"#,
            r#""machines":[],"notReady":[],"waitingMayHelp":true,"#,
            r#""fault":{"what":"the cluster's API answers with an error","why":"it does not accept the credentials (status 401): it is starting, or they are not for this cluster","remedy":"wait; when it lasts longer than 15 minutes, check the credentials that kops uses (--use-kubeconfig, or a certificate on the API's load balancer, which ends TLS before the API)","detail":"error listing nodes: Unauthorized"}}"#,
            "\n"
        )
    );
}
