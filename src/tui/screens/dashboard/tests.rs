use super::*;
use crate::core::cluster::Obstacle;
use crate::core::cluster::cloud::{CloudAnswer, CloudGroup, CloudUpdate, GroupMember};
use crate::core::cluster::kubernetes::{
    ApiFailure, ApiFailureKind, ConditionStatus, CriticalPriority, KubernetesChange,
    KubernetesNode, KubernetesUpdate, NodeCondition, NodeRole, PodContainer, PodPhase, WatchedKind,
    WatchedPod,
};
use crate::core::cluster::live::ClusterVerdict;
use crate::core::fault::Fault;
use crate::core::plan::GroupRole;
use crate::core::unix_time::WallTime;
use crate::tui::effect::{CloudQuestion, CloudRequest, Effect, Wake};
use crate::tui::event::{CommandOutput, Event};

mod trouble;

const SPEC: &str = include_str!("../../../../tests/fixtures/kops/cluster_spec.yml");
const READY: &str = include_str!("../../../../tests/fixtures/kops/validate-4-ready-json.stdout");
const NOTHING_WRONG: &str = "{\"failures\":[],\"nodes\":[]}";

fn at(seconds: u64) -> Timestamp {
    Timestamp(Duration::from_secs(seconds))
}

fn wall(seconds: u64) -> UnixTime {
    UnixTime(seconds * 1000)
}

fn watch(spec: Option<&str>) -> Dashboard {
    let cluster = ClusterName::parse("prod.example.com").unwrap();
    Dashboard::new(&cluster, ClusterTarget::default(), spec, at(0))
}

fn asked(effects: &[Effect]) -> Vec<Job> {
    let asked = effects.iter().filter_map(|effect| match effect {
        Effect::Ask(run) => Some(run.job),
        _ => None,
    });
    asked.collect()
}

fn validation_after(effects: &[Effect]) -> Option<Duration> {
    effects.iter().find_map(|effect| match effect {
        Effect::Wake {
            after,
            why: Wake::Validate { .. },
        } => Some(*after),
        _ => None,
    })
}

fn announced(effects: &[Effect]) -> Vec<bool> {
    let announced = effects.iter().filter_map(|effect| match effect {
        Effect::Announce(announcement) => Some(announcement.ready),
        _ => None,
    });
    announced.collect()
}

fn ended(exit: i32, stdout: &str) -> CommandOutput {
    CommandOutput {
        exit: Some(exit),
        stdout: stdout.to_owned(),
        ..CommandOutput::default()
    }
}

// One control-plane node and one other, each in a group of its own.
fn groups() -> Vec<CloudGroup> {
    let group = |name: &str, role, id: &str| CloudGroup {
        name: format!("{name}.prod.example.com").into(),
        instance_group: name.into(),
        role,
        min: 1,
        max: 1,
        desired: 1,
        members: vec![GroupMember {
            instance: id.into(),
            zone: "us-east-1a".into(),
            lifecycle: "InService".into(),
            needs_update: Some(false),
            ..GroupMember::default()
        }],
        ..CloudGroup::default()
    };
    vec![
        group("control-plane", GroupRole::ControlPlane, "i-cp"),
        group("nodes", GroupRole::Node, "i-node"),
    ]
}

fn answer() -> CloudAnswer<CloudGroup> {
    CloudAnswer {
        found: groups(),
        missing: Vec::new(),
    }
}

fn node(id: &str, role: NodeRole, ready: bool) -> KubernetesChange {
    KubernetesChange::Node(Box::new(KubernetesNode {
        name: id.into(),
        instance: id.into(),
        role,
        addresses: vec![format!("10.0.0.{}", id.len()).into()],
        kubelet_version: "v1.35.5".into(),
        ready: NodeCondition {
            status: if ready {
                ConditionStatus::True
            } else {
                ConditionStatus::False
            },
            message: "container runtime is down".into(),
            ..NodeCondition::default()
        },
        ..KubernetesNode::default()
    }))
}

fn lost(kind: ApiFailureKind) -> KubernetesUpdate {
    KubernetesUpdate::Lost {
        failure: Box::new(ApiFailure {
            kind,
            fault: Fault::new("the API is lost", "why", "do"),
        }),
        retry: None,
    }
}

fn control_plane_pods() -> Vec<KubernetesChange> {
    let apps = [
        "kube-apiserver",
        "kube-controller-manager",
        "kube-scheduler",
    ];
    let pods = apps.map(|app| WatchedPod {
        namespace: "kube-system".into(),
        name: format!("{app}-i-cp").into(),
        host_ip: "10.0.0.4".into(),
        app: app.into(),
        priority: Some(CriticalPriority::SystemNodeCritical),
        phase: PodPhase::Running,
        containers: vec![PodContainer {
            ready: true,
            ..PodContainer::default()
        }],
        ..WatchedPod::default()
    });
    pods.map(|pod| KubernetesChange::Pod(Box::new(pod))).into()
}

fn tell(dashboard: &mut Dashboard, seconds: u64, event: Event) -> Vec<Effect> {
    dashboard.take_event(event, at(seconds), &mut None)
}

fn tell_kubernetes(
    dashboard: &mut Dashboard,
    seconds: u64,
    update: KubernetesUpdate,
) -> Vec<Effect> {
    let wall = wall(seconds);
    tell(dashboard, seconds, Event::Kubernetes { wall, update })
}

// All three eyes see a cluster of two nodes with nothing wrong.
fn seen() -> Dashboard {
    let mut dashboard = watch(None);
    dashboard.start(at(0));
    dashboard.ended(Job::InstanceGroups, Ok(ended(1, "")), at(0));
    let update = CloudUpdate::Groups(Ok(answer()));
    tell(
        &mut dashboard,
        1,
        Event::Cloud {
            wall: wall(1),
            update,
        },
    );
    let mut changes = vec![
        node("i-cp", NodeRole::ControlPlane, true),
        node("i-node", NodeRole::Node, true),
    ];
    changes.extend(control_plane_pods());
    for update in [
        KubernetesUpdate::Changed(changes),
        KubernetesUpdate::Listed(WatchedKind::Nodes),
        KubernetesUpdate::Listed(WatchedKind::SystemPods),
    ] {
        tell_kubernetes(&mut dashboard, 2, update);
    }
    dashboard
}

fn confirm(dashboard: &mut Dashboard, seconds: u64) -> Vec<Effect> {
    dashboard.poll(at(seconds));
    dashboard.ended(Job::InstanceGroups, Ok(ended(1, "")), at(seconds));
    dashboard.ended(Job::Validate, Ok(ended(0, NOTHING_WRONG)), at(seconds))
}

#[test]
fn what_auto_scaling_has_is_a_row_before_kops_answers() {
    let mut dashboard = watch(None);
    dashboard.start(at(0));
    assert_eq!(dashboard.group_rows(), 0);
    let mut found = groups();
    found.push(CloudGroup {
        name: "bastions.prod.example.com".into(),
        instance_group: "bastions".into(),
        role: GroupRole::Bastion,
        ..CloudGroup::default()
    });
    let update = CloudUpdate::Groups(Ok(CloudAnswer {
        found,
        missing: Vec::new(),
    }));
    let wall = wall(1);
    tell(&mut dashboard, 1, Event::Cloud { wall, update });
    let rows = dashboard.shown().groups.iter();
    let rows: Vec<_> = rows
        .map(|group| (group.name.as_str(), group.max, group.figures()))
        .collect();
    let uncounted = || "-".to_owned();
    assert_eq!(
        rows,
        [
            ("control-plane", Some(1), uncounted()),
            ("nodes", Some(1), uncounted()),
        ]
    );
}

#[test]
fn a_poll_asks_for_the_groups_then_the_cluster_then_the_instances() {
    let mut dashboard = watch(None);
    assert_eq!(asked(&dashboard.start(at(0))), [Job::InstanceGroups]);
    // A key that asks again changes nothing, and neither does an answer that nobody waits for.
    assert_eq!(asked(&dashboard.poll(at(1))), []);
    assert_eq!(
        asked(&dashboard.ended(Job::Validate, Ok(ended(0, READY)), at(1))),
        []
    );
    let next = dashboard.ended(Job::InstanceGroups, Ok(ended(0, SPEC)), at(1));
    assert_eq!(
        (asked(&next), dashboard.live().spec().len()),
        (vec![Job::Validate], 6)
    );
    let next = dashboard.ended(Job::Validate, Ok(ended(0, READY)), at(2));
    assert_eq!((asked(&next), dashboard.answers), (vec![Job::Instances], 0));
    let next = dashboard.ended(Job::Instances, Ok(ended(0, "[]")), at(3));
    assert_eq!((asked(&next), dashboard.answers), (vec![], 1));
    // Groups are believed for a minute, and what was read before stands when they cannot be read again.
    assert_eq!(asked(&dashboard.poll(at(20))), [Job::Validate]);
    dashboard.ended(Job::Validate, Ok(ended(1, "")), at(21));
    assert_eq!(asked(&dashboard.poll(at(62))), [Job::InstanceGroups]);
    let next = dashboard.ended(Job::InstanceGroups, Ok(ended(1, "")), at(63));
    assert_eq!(
        (asked(&next), dashboard.live().spec().len()),
        (vec![Job::Validate], 6)
    );
}

#[test]
fn the_first_question_waits_for_the_lists_of_the_kubernetes_api_but_not_for_long() {
    let held = || {
        let mut dashboard = watch(None);
        dashboard.start(at(0));
        let first = node("i-node", NodeRole::Node, true);
        tell_kubernetes(&mut dashboard, 0, KubernetesUpdate::Changed(vec![first]));
        let next = dashboard.ended(Job::InstanceGroups, Ok(ended(0, SPEC)), at(1));
        assert_eq!(asked(&next), []);
        dashboard
    };
    let mut dashboard = held();
    let nodes = KubernetesUpdate::Listed(WatchedKind::Nodes);
    assert_eq!(asked(&tell_kubernetes(&mut dashboard, 1, nodes)), []);
    let pods = KubernetesUpdate::Listed(WatchedKind::SystemPods);
    let next = tell_kubernetes(&mut dashboard, 1, pods);
    assert_eq!(asked(&next), [Job::Validate]);
    // What ends the wait is the time, or the API that is lost.
    assert_eq!(asked(&held().poll(at(4))), [Job::Validate]);
    let next = tell_kubernetes(&mut held(), 2, lost(ApiFailureKind::TimedOut));
    assert_eq!(asked(&next), [Job::Validate]);
}

#[test]
fn kops_alone_is_believed_when_it_finds_nothing_wrong_twice() {
    let mut dashboard = watch(Some(SPEC));
    dashboard.start(at(0));
    dashboard.ended(Job::Validate, Ok(ended(0, READY)), at(1));
    let next = dashboard.ended(Job::Instances, Ok(ended(0, "[]")), at(2));
    let confirming = ClusterVerdict::Confirming { answers: 1 };
    assert_eq!(
        (dashboard.live().verdict(), dashboard.ready_at),
        (&confirming, None)
    );
    assert_eq!(validation_after(&next), Some(PollIntervals::REAL.confirm));
    dashboard.poll(at(5));
    dashboard.ended(Job::Validate, Ok(ended(0, READY)), at(6));
    let next = dashboard.ended(Job::Instances, Ok(ended(0, "[]")), at(7));
    assert_eq!(dashboard.ready_at, Some(at(7)));
    assert_eq!(
        validation_after(&next),
        Some(PollIntervals::REAL.when_ready)
    );
}

#[test]
fn what_is_seen_to_be_right_is_confirmed_by_kops_at_once() {
    let mut dashboard = seen();
    let confirming = ClusterVerdict::Confirming { answers: 0 };
    assert_eq!(dashboard.live().verdict(), &confirming);
    dashboard.ended(Job::Validate, Ok(ended(0, NOTHING_WRONG)), at(3));
    confirm(&mut dashboard, 6);
    assert_eq!(dashboard.ready_at, Some(at(6)));
    assert_eq!(dashboard.live().disagreement(), None);
}

#[test]
fn a_node_that_drops_is_told_at_once_and_kops_is_asked() {
    let mut dashboard = seen();
    dashboard.ended(Job::Validate, Ok(ended(0, NOTHING_WRONG)), at(3));
    assert_eq!(announced(&confirm(&mut dashboard, 6)), [true]);
    let dropped = KubernetesUpdate::Changed(vec![node("i-node", NodeRole::Node, false)]);
    let next = tell_kubernetes(&mut dashboard, 100, dropped);
    assert_eq!(announced(&next), [false]);
    assert_eq!(
        dashboard.live().verdict(),
        &ClusterVerdict::NotReady {
            since: wall(100),
            was_ready: Some(Duration::from_secs(94)),
        }
    );
    assert_eq!(dashboard.ready_at, None);
    assert_eq!(validation_after(&next), Some(PollIntervals::REAL.confirm));
    let what: Vec<String> = dashboard
        .shown()
        .diagnoses
        .iter()
        .map(|one| format!("{} {}: {}", one.subject.name(), one.what, one.why))
        .collect();
    assert_eq!(what, ["i-node is NotReady: container runtime is down"]);
    // It comes back, and is ready again once kops has said so twice.
    let back = KubernetesUpdate::Changed(vec![node("i-node", NodeRole::Node, true)]);
    tell_kubernetes(&mut dashboard, 110, back);
    assert_eq!(dashboard.ready_at, None);
    confirm(&mut dashboard, 112);
    confirm(&mut dashboard, 115);
    assert_eq!(dashboard.ready_at, Some(at(115)));
}

#[test]
fn kops_and_the_watch_may_disagree_and_that_is_shown() {
    let mut dashboard = seen();
    dashboard.ended(Job::Validate, Ok(ended(0, NOTHING_WRONG)), at(3));
    let failing = r#"{"failures":[{"type":"Pod","name":"kube-system/dns","message":"system-cluster-critical pod \"dns\" is pending"}],"nodes":[]}"#;
    dashboard.poll(at(6));
    dashboard.ended(Job::InstanceGroups, Ok(ended(1, "")), at(6));
    dashboard.ended(Job::Validate, Ok(ended(1, failing)), at(7));
    assert_eq!(
        dashboard.live().disagreement().as_deref(),
        Some(
            "kops validate: system-cluster-critical pod \"dns\" is pending; nothing wrong is seen besides"
        )
    );
    assert!(!dashboard.is_ready());
}

#[test]
fn nobody_asks_for_instances_where_there_are_no_nodes() {
    let mut dashboard = watch(Some(SPEC));
    assert_eq!(asked(&dashboard.start(at(0))), [Job::Validate]);
    let next = dashboard.ended(Job::Validate, Ok(ended(1, "{\"failures\":[]}")), at(1));
    assert_eq!((asked(&next), dashboard.answers), (vec![], 1));
}

#[test]
fn kops_that_cannot_be_started_ends_the_wait_unless_it_could_before() {
    let lost = || Err(Fault::new("kops is not there", "why", "do"));
    let mut dashboard = watch(Some(SPEC));
    dashboard.start(at(0));
    dashboard.ended(Job::Validate, lost(), at(1));
    assert!(!dashboard.may_become_ready());
    dashboard.poll(at(11));
    dashboard.ended(Job::Validate, Ok(ended(1, "{\"failures\":[]}")), at(12));
    dashboard.poll(at(22));
    dashboard.ended(Job::Validate, lost(), at(23));
    assert!(dashboard.may_become_ready());
    let obstacle = dashboard.readiness().unwrap().obstacle;
    assert_eq!(obstacle, Some(Obstacle::Unknown));
}

#[test]
fn auto_scaling_is_asked_again_once_for_each_answer() {
    let mut dashboard = watch(None);
    dashboard.start(at(0));
    let cloud = |groups| Event::Cloud {
        wall: wall(1),
        update: CloudUpdate::Groups(groups),
    };
    tell(&mut dashboard, 1, cloud(Ok(answer())));
    let fault = Fault::new("Auto Scaling cannot be read", "denied", "allow it");
    tell(&mut dashboard, 2, cloud(Err(fault)));
    assert_eq!(dashboard.poll_cloud(1), []);
    assert_eq!(dashboard.poll_cloud(2).len(), 1);
}

#[test]
fn what_changes_among_thousands_is_judged_a_few_times_a_second() {
    let mut dashboard = seen();
    let crowd = (0..1_100).map(|at| node(&format!("i-{at}"), NodeRole::Node, true));
    let crowd = KubernetesUpdate::Changed(crowd.collect());
    tell_kubernetes(&mut dashboard, 10, crowd);
    let turn = |ready| KubernetesUpdate::Changed(vec![node("i-7", NodeRole::Node, ready)]);
    let wakes = |effects: &[Effect]| {
        let wakes = effects.iter().filter(|effect| {
            let why = Wake::See;
            matches!(effect, Effect::Wake { why: found, .. } if *found == why)
        });
        wakes.count()
    };
    let states = |dashboard: &Dashboard| {
        let rows = dashboard.shown().table.rows.iter();
        rows.filter(|row| row.condition.needs_attention()).count()
    };
    // A burst shows at once, what follows in a storm together.
    for change in 0..40 {
        let ready = change % 2 == 1;
        assert_eq!(wakes(&tell_kubernetes(&mut dashboard, 20, turn(ready))), 0);
        assert_eq!(states(&dashboard), usize::from(!ready));
    }
    assert_eq!(wakes(&tell_kubernetes(&mut dashboard, 20, turn(false))), 1);
    assert_eq!(wakes(&tell_kubernetes(&mut dashboard, 20, turn(true))), 0);
    assert_eq!(wakes(&tell_kubernetes(&mut dashboard, 20, turn(false))), 0);
    assert_eq!(states(&dashboard), 0);
    dashboard.see(Timestamp(Duration::from_millis(20_400)));
    assert_eq!(states(&dashboard), 1);
    // Each pause allows one more, as one change a pause does not use more than that.
    assert_eq!(wakes(&tell_kubernetes(&mut dashboard, 21, turn(true))), 0);
    assert_eq!(states(&dashboard), 0);
}

#[test]
fn an_exported_kubeconfig_is_renewed_once_the_api_refuses_it() {
    let mut dashboard = seen();
    let refused = || KubernetesUpdate::Lost {
        failure: Box::new(ApiFailure {
            kind: ApiFailureKind::Unauthorized,
            fault: Fault::new("refused", "the certificate has expired", "export another"),
        }),
        retry: None,
    };
    let exports = |effects: Vec<Effect>| {
        let export = |effect: &&Effect| matches!(effect, Effect::ExportKubeconfig { .. });
        effects.iter().filter(export).count()
    };
    // The person's own kubeconfig is nobody else's to renew.
    assert_eq!(exports(tell_kubernetes(&mut dashboard, 3, refused())), 0);
    let exported = Event::KubeconfigExported(Ok("/run/config".into()));
    let watches = tell(&mut dashboard, 4, exported);
    assert!(matches!(&watches[..], [Effect::WatchKubernetes(target)] if target.exported.is_some()));
    assert_eq!(
        exports(tell_kubernetes(&mut dashboard, 3_700, refused())),
        1
    );
    assert_eq!(
        exports(tell_kubernetes(&mut dashboard, 3_701, refused())),
        0
    );
}

#[test]
fn an_outage_has_one_age_and_ends_with_an_answer() {
    let mut dashboard = seen();
    tell_kubernetes(&mut dashboard, 10, lost(ApiFailureKind::TimedOut));
    let known = KubernetesUpdate::Listed(WatchedKind::Nodes);
    tell_kubernetes(&mut dashboard, 12, known);
    tell_kubernetes(&mut dashboard, 20, lost(ApiFailureKind::Refused));
    let since = |dashboard: &Dashboard| dashboard.live().kubernetes().lost_since();
    assert_eq!(since(&dashboard), Some(wall(10)));
    let answered = KubernetesUpdate::Answered {
        latency: Duration::from_millis(5),
    };
    tell_kubernetes(&mut dashboard, 30, answered);
    assert_eq!(since(&dashboard), None);
    let newest = dashboard.live().timeline().entries().next_back();
    assert_eq!(newest.unwrap().text, "answers again after 20s");
}

#[test]
fn ages_are_right_after_the_computer_slept_or_its_clock_was_set() {
    let mut dashboard = watch(None);
    let read = |seconds| {
        Event::ClockRead(WallTime {
            utc: wall(seconds),
            offset: 0,
        })
    };
    tell(&mut dashboard, 10, read(1_000));
    let answered = |seconds| Event::Kubernetes {
        wall: wall(seconds),
        update: KubernetesUpdate::Answered {
            latency: Duration::ZERO,
        },
    };
    tell(&mut dashboard, 12, answered(1_002));
    assert_eq!(dashboard.wall(at(20)), wall(1_010));
    // An hour of sleep, of which the program's own clock knows nothing.
    tell(&mut dashboard, 13, answered(4_603));
    assert_eq!(dashboard.wall(at(20)), wall(4_610));
    tell(&mut dashboard, 14, answered(1_004));
    assert_eq!(dashboard.wall(at(20)), wall(1_010));
}

fn priced_types(effects: &[Effect]) -> Option<(Vec<String>, Vec<String>)> {
    effects.iter().find_map(|effect| match effect {
        Effect::ReadCloud(CloudRequest {
            question: CloudQuestion::Prices(asked),
            ..
        }) => Some((asked.types.clone(), asked.instances.clone())),
        _ => None,
    })
}

#[test]
fn prices_are_asked_for_once_and_for_what_is_new_and_after_an_hour() {
    let mut dashboard = watch(None);
    let mut read = |seconds, found: Vec<CloudGroup>| {
        let missing = Vec::new();
        let update = CloudUpdate::Groups(Ok(CloudAnswer { found, missing }));
        let wall = wall(seconds);
        priced_types(&tell(
            &mut dashboard,
            seconds,
            Event::Cloud { wall, update },
        ))
    };
    let member = |id: &str, kind: &str| GroupMember {
        instance: id.into(),
        instance_type: kind.into(),
        ..GroupMember::default()
    };
    let group = |members: Vec<GroupMember>| CloudGroup {
        members,
        ..CloudGroup::default()
    };
    let owned = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    let one = vec![group(vec![member("i-1", "t3.large")])];
    let two = vec![group(vec![
        member("i-1", "t3.large"),
        member("i-2", "m5.large"),
    ])];
    assert_eq!(read(0, vec![group(Vec::new())]), None);
    assert_eq!(
        read(15, one.clone()),
        Some((owned(&["t3.large"]), owned(&["i-1"])))
    );
    assert_eq!(read(30, one.clone()), None);
    let both = Some((owned(&["m5.large", "t3.large"]), owned(&["i-1", "i-2"])));
    assert_eq!(read(45, two.clone()), both);
    // One that is gone costs nothing, and no question.
    assert_eq!(read(60, one), None);
    assert_eq!(read(3_700, two), both);
}
