//! The dashboard with all three sources: the phases of a birth, a cluster that is ready, and every kind of trouble.

use kopswain::core::cluster::cloud::{
    ActivityStatus, CloudAnswer, CloudGroup, CloudInstance, CloudUpdate, GroupMember, InstancePath,
    InstanceState, ScalingActivity, StatusCheck,
};
use kopswain::core::cluster::console::ConsoleOutput;
use kopswain::core::cluster::kubernetes::{
    ApiFailure, ApiFailureKind, ConditionStatus, CriticalPriority, KubernetesChange,
    KubernetesNode, KubernetesUpdate, NodeCondition, NodeRole, PodContainer, PodPhase, WatchedKind,
    WatchedPod,
};
use kopswain::core::fault::Fault;
use kopswain::core::inventory::{MissingFact, Unread};
use kopswain::core::plan::GroupRole;
use kopswain::core::price::{ClusterPrices, HourlyPrice, PriceList};
use kopswain::core::text::untrusted::Untrusted;
use kopswain::core::unix_time::{UnixTime, WallTime};
use kopswain::tui::dashboard_pane::DashboardPane;
use kopswain::tui::event::{ClickTarget, Event};
use kopswain::tui::job::Job;
use kopswain::tui::model::Model;
use kopswain::tui::update::{start, update};
use kopswain::tui::view::pointer::target_at;
use ratatui::layout::{Position, Rect};

use super::Shot;
use super::canvas::{context, keep, keep_text, shown};
use super::world::{CLUSTER, after, ended, pass, place, recorded, tell};

/// Half past twelve.
const NOON: u64 = 1_795_955_400_000;

/// What kops answers when nothing is wrong.
fn nothing_wrong() -> String {
    let nodes = MACHINES.iter().map(|machine| {
        let role: &str = machine.role.into();
        serde_json::json!({
            "name": machine.id,
            "hostname": machine.id,
            "zone": machine.zone,
            "role": role,
            "status": "True",
        })
    });
    let nodes: Vec<serde_json::Value> = nodes.collect();
    serde_json::json!({ "failures": [], "nodes": nodes }).to_string()
}

fn wall(millis: u64) -> UnixTime {
    UnixTime(NOON + millis)
}

/// An instance of the recorded spec's six groups.
struct Machine {
    id: &'static str,
    group: &'static str,
    role: NodeRole,
    zone: &'static str,
    address: &'static str,
}

const fn machine(
    id: &'static str,
    group: &'static str,
    role: NodeRole,
    zone: &'static str,
    address: &'static str,
) -> Machine {
    Machine {
        id,
        group,
        role,
        zone,
        address,
    }
}

const MACHINES: [Machine; 6] = [
    machine(
        "i-0a1b2c3d4e5f60001",
        "control-plane-us-east-1a",
        NodeRole::ControlPlane,
        "us-east-1a",
        "172.20.16.5",
    ),
    machine(
        "i-0a1b2c3d4e5f60002",
        "control-plane-us-east-1b",
        NodeRole::ControlPlane,
        "us-east-1b",
        "172.20.17.5",
    ),
    machine(
        "i-0a1b2c3d4e5f60003",
        "control-plane-us-east-1c",
        NodeRole::ControlPlane,
        "us-east-1c",
        "172.20.18.5",
    ),
    machine(
        "i-0a1b2c3d4e5f60004",
        "nodes-us-east-1a",
        NodeRole::Node,
        "us-east-1a",
        "172.20.16.9",
    ),
    machine(
        "i-0a1b2c3d4e5f60005",
        "nodes-us-east-1b",
        NodeRole::Node,
        "us-east-1b",
        "172.20.17.9",
    ),
    machine(
        "i-0a1b2c3d4e5f60006",
        "nodes-us-east-1c",
        NodeRole::Node,
        "us-east-1c",
        "172.20.18.9",
    ),
];

fn member(machine: &Machine) -> GroupMember {
    GroupMember {
        instance: machine.id.into(),
        zone: machine.zone.into(),
        instance_type: "t3.medium".into(),
        lifecycle: "InService".into(),
        healthy: true,
        needs_update: Some(false),
        ..GroupMember::default()
    }
}

fn group(machine: &Machine, has: bool) -> CloudGroup {
    let control_plane = machine.role == NodeRole::ControlPlane;
    let middle = if control_plane { ".masters" } else { "" };
    CloudGroup {
        name: format!("{}{middle}.{CLUSTER}", machine.group).into(),
        instance_group: machine.group.into(),
        role: if control_plane {
            GroupRole::ControlPlane
        } else {
            GroupRole::Node
        },
        min: 1,
        max: if control_plane { 1 } else { 2 },
        desired: 1,
        zones: vec![machine.zone.into()],
        instance_types: vec!["t3.medium".into()],
        members: has.then(|| member(machine)).into_iter().collect(),
        ..CloudGroup::default()
    }
}

/// The groups; the last ones have no instance yet.
fn groups(launched: usize) -> Vec<CloudGroup> {
    let all = MACHINES.iter().enumerate();
    all.map(|(at, machine)| group(machine, at < launched))
        .collect()
}

fn node(machine: &Machine, status: ConditionStatus, message: &str) -> KubernetesNode {
    KubernetesNode {
        name: machine.id.into(),
        instance: machine.id.into(),
        role: machine.role,
        instance_group: machine.group.into(),
        zone: machine.zone.into(),
        instance_type: "t3.medium".into(),
        kubelet_version: "v1.35.5".into(),
        internal_ip: machine.address.into(),
        addresses: vec![machine.address.into()],
        created: Some(wall(0)),
        ready: NodeCondition {
            kind: "Ready".into(),
            status,
            message: message.into(),
            since: Some(wall(20_000)),
            ..NodeCondition::default()
        },
        ..KubernetesNode::default()
    }
}

fn ready(machine: &Machine) -> KubernetesChange {
    let message = "kubelet is posting ready status";
    KubernetesChange::Node(Box::new(node(machine, ConditionStatus::True, message)))
}

fn pod(name: &str, app: &str, machine: &Machine) -> WatchedPod {
    WatchedPod {
        namespace: "kube-system".into(),
        name: name.into(),
        node: machine.id.into(),
        host_ip: machine.address.into(),
        app: app.into(),
        priority: Some(CriticalPriority::SystemNodeCritical),
        phase: PodPhase::Running,
        containers: vec![PodContainer {
            name: app.into(),
            ready: true,
            ..PodContainer::default()
        }],
        created: Some(wall(0)),
        ..WatchedPod::default()
    }
}

fn static_pods(machine: &Machine) -> Vec<KubernetesChange> {
    let apps = [
        "kube-apiserver",
        "kube-controller-manager",
        "kube-scheduler",
    ];
    let pods = apps.map(|app| pod(&format!("{app}-{}", machine.id), app, machine));
    pods.map(|pod| KubernetesChange::Pod(Box::new(pod))).into()
}

fn cloud(model: &mut Model, millis: u64, update: CloudUpdate) {
    let wall = wall(millis);
    tell(model, millis, Event::Cloud { wall, update });
}

fn tell_groups(model: &mut Model, millis: u64, groups: Vec<CloudGroup>) {
    let answer = CloudAnswer {
        found: groups,
        missing: Vec::new(),
    };
    cloud(model, millis, CloudUpdate::Groups(Ok(answer)));
}

fn kubernetes(model: &mut Model, millis: u64, update: KubernetesUpdate) {
    let wall = wall(millis);
    tell(model, millis, Event::Kubernetes { wall, update });
}

fn changed(model: &mut Model, millis: u64, changes: Vec<KubernetesChange>) {
    kubernetes(model, millis, KubernetesUpdate::Changed(changes));
}

fn validated(model: &mut Model, millis: u64, exit: i32, stdout: &str) {
    tell(model, millis, ended(Job::Validate, exit, stdout, ""));
}

/// A cluster whose API does not answer yet; its instances are being launched.
fn launching() -> Model {
    let mut model = Model::watch(&CLUSTER.parse().unwrap(), place());
    start(&mut model);
    let account = Some("123456789012".to_owned());
    let region = "us-east-1".to_owned();
    tell(&mut model, 0, Event::Connected { account, region });
    let clock = WallTime {
        utc: wall(0),
        offset: 3600,
    };
    tell(&mut model, 0, Event::ClockRead(clock));
    let spec = recorded!("cluster_spec.yml");
    tell(&mut model, 900, ended(Job::InstanceGroups, 0, spec, ""));
    tell_groups(&mut model, 1_000, groups(4));
    let fault = Fault::new(
        "the API's name does not resolve",
        "its load balancer is being made",
        "wait: that usually takes 3 minutes",
    );
    let failure = Box::new(ApiFailure {
        kind: ApiFailureKind::NameNotResolving,
        fault,
    });
    let lost = KubernetesUpdate::Lost {
        failure,
        retry: None,
    };
    kubernetes(&mut model, 1_500, lost);
    let stderr = recorded!("validate-0-api-not-resolving.stderr");
    tell(&mut model, 4_000, ended(Job::Validate, 1, "", stderr));
    pass(&mut model, 7_000);
    model
}

/// The API answers, every instance runs, and so many of them have joined.
fn joined(count: usize) -> Model {
    let mut model = launching();
    tell_groups(&mut model, 10_000, groups(6));
    kubernetes(
        &mut model,
        11_000,
        KubernetesUpdate::Listed(WatchedKind::Nodes),
    );
    kubernetes(
        &mut model,
        11_000,
        KubernetesUpdate::Listed(WatchedKind::SystemPods),
    );
    for machine in MACHINES.iter().take(count) {
        let mut changes = vec![ready(machine)];
        if machine.role == NodeRole::ControlPlane {
            changes.extend(static_pods(machine));
        }
        changed(&mut model, 12_000, changes);
    }
    pass(&mut model, 14_000);
    model
}

/// Everything is there, and kops has said so twice.
fn confirmed() -> Model {
    let mut model = joined(6);
    for millis in [15_000, 20_000] {
        tell(
            &mut model,
            millis,
            Event::Key(kopswain::tui::key::Key::char('r')),
        );
        let spec = recorded!("cluster_spec.yml");
        tell(&mut model, millis, ended(Job::InstanceGroups, 0, spec, ""));
        validated(&mut model, millis + 1_000, 0, &nothing_wrong());
    }
    model
}

/// Two nodes of a cluster that was ready are not.
pub fn degraded() -> Model {
    let mut model = confirmed();
    let down = node(
        &MACHINES[5],
        ConditionStatus::False,
        "container runtime is down, PLEG is not healthy",
    );
    let silent = node(
        &MACHINES[3],
        ConditionStatus::Unknown,
        "Kubelet stopped posting node status.",
    );
    changed(
        &mut model,
        90_000,
        vec![
            KubernetesChange::Node(Box::new(down)),
            KubernetesChange::Node(Box::new(silent)),
        ],
    );
    pass(&mut model, 162_000);
    model
}

/// One of the nodes comes and goes.
fn flapping() -> Model {
    let mut model = confirmed();
    for millis in [60_000, 120_000, 180_000] {
        let down = node(&MACHINES[4], ConditionStatus::False, "PLEG is not healthy");
        changed(
            &mut model,
            millis,
            vec![KubernetesChange::Node(Box::new(down))],
        );
        changed(&mut model, millis + 20_000, vec![ready(&MACHINES[4])]);
    }
    pass(&mut model, 210_000);
    model
}

/// Every node has the same trouble.
fn all_down() -> Model {
    let mut model = confirmed();
    let down = |machine| {
        let message = "container runtime network not ready: cni plugin not initialized";
        KubernetesChange::Node(Box::new(node(machine, ConditionStatus::False, message)))
    };
    changed(&mut model, 60_000, MACHINES.iter().map(down).collect());
    pass(&mut model, 75_000);
    model
}

fn failed_launch() -> Model {
    let mut model = joined(4);
    tell_groups(&mut model, 15_000, groups(5));
    let activity = ScalingActivity {
        id: "1".into(),
        group: format!("nodes-us-east-1c.{CLUSTER}").into(),
        status: ActivityStatus::Failed,
        description: "Launching a new EC2 instance.  Status Reason: We currently do not have sufficient t3.medium capacity in the Availability Zone you requested (us-east-1c).".into(),
        message: "We currently do not have sufficient t3.medium capacity in the Availability Zone you requested (us-east-1c). Launching EC2 instance failed.".into(),
        started: Some(wall(14_000)),
        ended: Some(wall(15_000)),
        ..ScalingActivity::default()
    };
    cloud(
        &mut model,
        16_000,
        CloudUpdate::Activities(Ok(vec![activity])),
    );
    look_at_fifth(&mut model, StatusCheck::Impaired, None);
    pass(&mut model, 402_000);
    model
}

/// Security groups keep the fifth instance from the control plane.
fn kept_out() -> Model {
    let mut model = joined(4);
    tell_groups(&mut model, 15_000, groups(5));
    let closed = "the control plane's security groups do not let it in on TCP 443, the port of the Kubernetes API";
    look_at_fifth(&mut model, StatusCheck::Passed, Some(closed.to_owned()));
    pass(&mut model, 402_000);
    model
}

/// What EC2 says of the instance that has not joined.
fn look_at_fifth(model: &mut Model, instance_check: StatusCheck, closed: Option<String>) {
    let instance = CloudInstance {
        id: MACHINES[4].id.into(),
        state: InstanceState::Running,
        launched: Some(wall(0)),
        system_check: StatusCheck::Passed,
        instance_check,
        private_ip: MACHINES[4].address.into(),
        zone: MACHINES[4].zone.into(),
        instance_type: "t3.medium".into(),
        image: "ami-12c6146b".into(),
        subnet: "subnet-0b74db9832a27d6de".into(),
        security_groups: vec!["sg-0123456789abcdef0".into()],
        ..CloudInstance::default()
    };
    let answer = CloudAnswer {
        found: vec![instance],
        missing: Vec::new(),
    };
    cloud(model, 17_000, CloudUpdate::Instances(Ok(answer)));
    let path = InstancePath {
        instance: MACHINES[4].id.into(),
        default_route: "nat-0123456789abcdef0".into(),
        usable: Some(true),
        why: String::new(),
        closed,
    };
    let answer = CloudAnswer {
        found: vec![path],
        missing: Vec::new(),
    };
    cloud(model, 18_000, CloudUpdate::Paths(Ok(answer)));
}

fn with_console() -> Model {
    let mut model = after(failed_launch(), "<tab>s");
    let text = "[   12.3] cloud-init: started\n== Failed to download https://artifacts.k8s.io/nodeup ==\ncurl: (28) Connection timed out";
    let output = Ok(ConsoleOutput::read(None, text));
    let instance: Untrusted = MACHINES[4].id.into();
    cloud(
        &mut model,
        403_000,
        CloudUpdate::Console { instance, output },
    );
    model
}

fn crashing() -> Model {
    let mut model = confirmed();
    let mut dns = pod("coredns-6d4b75cb6d-x2x9k", "coredns", &MACHINES[3]);
    dns.priority = Some(CriticalPriority::SystemClusterCritical);
    dns.containers = vec![PodContainer {
        name: "coredns".into(),
        restarts: 7,
        waiting: "CrashLoopBackOff".into(),
        message: "back-off 5m0s restarting failed container".into(),
        last_end: Some((1, "Error".into())),
        ..PodContainer::default()
    }];
    let mut autoscaler = pod("dns-autoscaler-5f7b8", "coredns-autoscaler", &MACHINES[3]);
    autoscaler.node = Untrusted::default();
    autoscaler.host_ip = Untrusted::default();
    autoscaler.phase = PodPhase::Pending;
    autoscaler.containers = Vec::new();
    autoscaler.unscheduled =
        "0/6 nodes are available: 3 Insufficient cpu, 3 node(s) had untolerated taint".into();
    let mut agent = pod("cilium-operator-0", "cilium-operator", &MACHINES[4]);
    agent.phase = PodPhase::Pending;
    agent.containers = vec![PodContainer {
        name: "operator".into(),
        waiting: "ImagePullBackOff".into(),
        message: "Back-off pulling image \"quay.io/cilium/operator:v1.18\"".into(),
        ..PodContainer::default()
    }];
    let changes = [dns, autoscaler, agent].map(|pod| KubernetesChange::Pod(Box::new(pod)));
    changed(&mut model, 60_000, changes.into());
    pass(&mut model, 65_000);
    model
}

fn lost() -> Model {
    let mut model = confirmed();
    let fault = Fault::new(
        "the Kubernetes API does not answer",
        "the connection to api.prod.example.com:443 timed out after 5 s",
        "check the VPN, or that the load balancer's security group lets you in",
    );
    let failure = Box::new(ApiFailure {
        kind: ApiFailureKind::TimedOut,
        fault,
    });
    let lost = KubernetesUpdate::Lost {
        failure,
        retry: None,
    };
    kubernetes(&mut model, 60_000, lost);
    pass(&mut model, 65_000);
    model
}

/// Prices are known; one of the nodes is a Spot Instance.
fn priced() -> Model {
    let mut model = confirmed();
    let spot = ("t3.medium".to_owned(), MACHINES[5].zone.to_owned());
    let prices = ClusterPrices {
        list: PriceList {
            on_demand: [("t3.medium".to_owned(), HourlyPrice(41_600))].into(),
            spot: [(spot, HourlyPrice(15_800))].into(),
            read: Some(wall(0)),
            missing: Vec::new(),
        },
        instances: MACHINES.iter().map(|one| one.id.into()).collect(),
        spot: [MACHINES[5].id.into()].into(),
    };
    cloud(&mut model, 22_000, CloudUpdate::Prices(Ok(prices)));
    model
}

fn unpriced() -> Model {
    let mut model = confirmed();
    let denied = MissingFact {
        fact: "prices of the instance types".to_owned(),
        action: "pricing:GetProducts".to_owned(),
        reason: "AccessDeniedException: User: arn:aws:iam::123456789012:user/op is not authorized to perform: pricing:GetProducts".into(),
        cause: Unread::Denied,
    };
    let prices = ClusterPrices {
        list: PriceList {
            missing: vec![denied],
            ..PriceList::default()
        },
        ..ClusterPrices::default()
    };
    cloud(&mut model, 22_000, CloudUpdate::Prices(Ok(prices)));
    model
}

fn disagreeing() -> Model {
    let mut model = joined(6);
    tell(
        &mut model,
        15_000,
        Event::Key(kopswain::tui::key::Key::char('r')),
    );
    let spec = recorded!("cluster_spec.yml");
    tell(&mut model, 15_000, ended(Job::InstanceGroups, 0, spec, ""));
    let failing = r#"{"failures":[{"type":"Pod","name":"kube-system/dns","message":"system-cluster-critical pod \"dns\" is pending"}],"nodes":[]}"#;
    validated(&mut model, 16_000, 1, failing);
    pass(&mut model, 18_000);
    model
}

/// Every state of the dashboard with three sources.
pub fn live() -> Vec<Shot> {
    vec![
        ("live_launching", launching()),
        ("live_api_answers", joined(0)),
        ("live_control_plane_joined", joined(3)),
        ("live_nodes_joining", joined(5)),
        ("live_confirming", joined(6)),
        ("live_ready", confirmed()),
        ("live_degraded", degraded()),
        ("live_degraded_instances", after(degraded(), "<tab>")),
        ("live_node_detail", after(degraded(), "<tab><enter>")),
        ("live_failed_launch", failed_launch()),
        ("live_group_detail", after(failed_launch(), "<enter>")),
        ("live_kept_out", kept_out()),
        ("live_kept_out_detail", after(kept_out(), "<tab><enter>")),
        ("live_console", with_console()),
        ("live_pods", crashing()),
        ("live_pod_detail", after(crashing(), "<tab><tab><enter>")),
        ("live_timeline", after(degraded(), "<tab><tab><tab>")),
        ("live_api_lost", lost()),
        ("live_disagreeing", disagreeing()),
        ("live_filtering", after(degraded(), "/us-east-1a not")),
        ("live_filtered", after(degraded(), "/1c<enter>")),
        (
            "live_filter_finds_nothing",
            after(degraded(), "/nowhere<enter>"),
        ),
        ("live_frozen", after(degraded(), "F")),
        ("live_flapping", flapping()),
        ("live_all_down", all_down()),
        (
            "live_all_down_detail",
            after(all_down(), "<tab><tab><enter>"),
        ),
        ("live_priced", priced()),
        (
            "live_priced_detail",
            after(priced(), "<down><down><down><down><down><enter>"),
        ),
        (
            "live_priced_cluster",
            after(priced(), "<tab><tab><tab><enter>"),
        ),
        ("live_unpriced", unpriced()),
        ("live_unpriced_detail", after(unpriced(), "<enter>")),
    ]
}

#[test]
fn the_dashboard_with_three_sources_is_kept() {
    keep(&live());
}

#[test]
fn a_click_on_any_line_of_a_diagnosis_hits_it() {
    let (columns, rows) = (120, 40);
    let mut model = degraded();
    let at = model.at();
    update(&mut model, at, Event::Resize { columns, rows });
    let lines = shown(&model, (columns, rows));
    let begins = lines.iter().position(|line| line.contains("is NotReady"));
    let begins = u16::try_from(begins.unwrap()).unwrap();
    for (line, diagnosis) in [(begins - 1, 0), (begins, 1), (begins + 1, 1)] {
        let place = Position::new(10, line);
        let hit = target_at(Rect::new(0, 0, columns, rows), place, &model, &context());
        let pane = DashboardPane::Why;
        let row = ClickTarget::Dashboard {
            pane,
            row: diagnosis,
        };
        assert_eq!(hit, Some(row), "line {line}");
    }
}

#[test]
fn a_wide_dashboard_shows_every_pane() {
    for (name, model) in live() {
        let text = shown(&model, (200, 50)).join("\n");
        keep_text(&format!("{name}_200x50"), &text);
    }
}

fn hostile_changes(text: &str) -> Vec<KubernetesChange> {
    let untrusted = || Untrusted::from(text);
    let condition = NodeCondition {
        kind: untrusted(),
        status: ConditionStatus::False,
        reason: untrusted(),
        message: untrusted(),
        since: None,
    };
    let hostile_node = KubernetesNode {
        name: untrusted(),
        instance: MACHINES[5].id.into(),
        instance_group: untrusted(),
        zone: untrusted(),
        kubelet_version: untrusted(),
        internal_ip: untrusted(),
        ready: condition.clone(),
        troubles: vec![condition],
        taints: vec![untrusted()],
        ..KubernetesNode::default()
    };
    let hostile_pod = WatchedPod {
        namespace: untrusted(),
        name: untrusted(),
        priority: Some(CriticalPriority::SystemNodeCritical),
        unscheduled: untrusted(),
        containers: vec![PodContainer {
            name: untrusted(),
            waiting: untrusted(),
            message: untrusted(),
            last_end: Some((1, untrusted())),
            ..PodContainer::default()
        }],
        ..WatchedPod::default()
    };
    vec![
        KubernetesChange::Node(Box::new(hostile_node)),
        KubernetesChange::Pod(Box::new(hostile_pod)),
    ]
}

fn hostile_group(text: &str) -> CloudGroup {
    let untrusted = || Untrusted::from(text);
    CloudGroup {
        name: untrusted(),
        instance_group: untrusted(),
        desired: 2,
        zones: vec![untrusted()],
        instance_types: vec![untrusted()],
        suspended: vec![untrusted()],
        members: vec![GroupMember {
            instance: untrusted(),
            zone: untrusted(),
            instance_type: untrusted(),
            lifecycle: untrusted(),
            ..GroupMember::default()
        }],
        ..CloudGroup::default()
    }
}

fn hostile_prices(text: &str) -> ClusterPrices {
    let fact = MissingFact {
        fact: text.to_owned(),
        action: text.to_owned(),
        reason: text.into(),
        cause: Unread::Failed,
    };
    ClusterPrices {
        list: PriceList {
            missing: vec![fact],
            ..PriceList::default()
        },
        instances: [text.into()].into(),
        spot: [text.into()].into(),
    }
}

/// What the three sources report, with this text wherever it comes from outside.
pub fn hostile_events(text: &str) -> Vec<Event> {
    let untrusted = || Untrusted::from(text);
    let failure = Box::new(ApiFailure {
        kind: ApiFailureKind::Other,
        fault: Fault::new(text, text, text).with_detail(text),
    });
    let activity = ScalingActivity {
        group: untrusted(),
        status: ActivityStatus::Failed,
        description: untrusted(),
        cause: untrusted(),
        message: untrusted(),
        ..ScalingActivity::default()
    };
    let answer = CloudAnswer {
        found: vec![hostile_group(text)],
        missing: Vec::new(),
    };
    let wall = wall(2_000_000);
    vec![
        Event::Kubernetes {
            wall,
            update: KubernetesUpdate::Changed(hostile_changes(text)),
        },
        Event::Kubernetes {
            wall,
            update: KubernetesUpdate::Lost {
                failure,
                retry: None,
            },
        },
        Event::Cloud {
            wall,
            update: CloudUpdate::Groups(Ok(answer)),
        },
        Event::Cloud {
            wall,
            update: CloudUpdate::Activities(Ok(vec![activity])),
        },
        Event::Cloud {
            wall,
            update: CloudUpdate::Groups(Err(Fault::new(text, text, text))),
        },
        Event::Cloud {
            wall,
            update: CloudUpdate::Console {
                instance: MACHINES[4].id.into(),
                output: Ok(ConsoleOutput::read(None, text)),
            },
        },
        Event::Cloud {
            wall,
            update: CloudUpdate::Prices(Ok(hostile_prices(text))),
        },
        Event::KubeconfigExported(Err(Fault::new(text, text, text))),
    ]
}
