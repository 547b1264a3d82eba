//! What one change costs on the dashboard of 5,000 nodes: the rules of kops, the rows, what is wrong, and the frame.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use kopswain::core::cluster::cloud::{CloudAnswer, CloudGroup, CloudUpdate, GroupMember};
use kopswain::core::cluster::kubernetes::{
    ConditionStatus, KubernetesChange, KubernetesNode, KubernetesUpdate, NodeCondition, NodeRole,
    WatchedKind,
};
use kopswain::core::plan::GroupRole;
use kopswain::core::unix_time::UnixTime;
use kopswain::tui::cluster_target::ClusterTarget;
use kopswain::tui::event::{Event, Timestamp};
use kopswain::tui::model::Model;
use kopswain::tui::theme::Theme;
use kopswain::tui::update::{start, update};
use kopswain::tui::view::draw;
use kopswain::tui::widgets::render_context::RenderContext;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

const NODES: usize = 5_000;
const GROUPS: usize = 60;

fn node(at: usize, ready: bool) -> KubernetesChange {
    let id = format!("i-{at:017x}");
    KubernetesChange::Node(Box::new(KubernetesNode {
        name: id.as_str().into(),
        instance: id.as_str().into(),
        role: NodeRole::Node,
        instance_group: format!("nodes-{}", at % GROUPS).into(),
        zone: "us-east-1a".into(),
        kubelet_version: "v1.35.5".into(),
        addresses: vec![format!("10.{}.{}.{}", at >> 16, at >> 8 & 255, at & 255).into()],
        created: Some(UnixTime(1_795_947_330_000)),
        ready: NodeCondition {
            status: if ready {
                ConditionStatus::True
            } else {
                ConditionStatus::False
            },
            ..NodeCondition::default()
        },
        ..KubernetesNode::default()
    }))
}

fn group(number: usize) -> CloudGroup {
    let members = (number..NODES).step_by(GROUPS).map(|at| GroupMember {
        instance: format!("i-{at:017x}").into(),
        zone: "us-east-1a".into(),
        lifecycle: "InService".into(),
        needs_update: Some(false),
        ..GroupMember::default()
    });
    let members: Vec<GroupMember> = members.collect();
    CloudGroup {
        name: format!("nodes-{number}.prod.example.com").into(),
        instance_group: format!("nodes-{number}").into(),
        role: GroupRole::Node,
        desired: u32::try_from(members.len()).unwrap_or(0),
        members,
        ..CloudGroup::default()
    }
}

fn tell(model: &mut Model, seconds: u64, update_of: KubernetesUpdate) {
    let event = Event::Kubernetes {
        wall: UnixTime(1_795_950_000_000 + seconds * 1_000),
        update: update_of,
    };
    update(model, Timestamp(Duration::from_secs(seconds)), event);
}

fn watched() -> Model {
    let Ok(cluster) = "prod.example.com".parse() else {
        unreachable!("the name is one");
    };
    let mut model = Model::watch(&cluster, ClusterTarget::default());
    start(&mut model);
    let answer = CloudAnswer {
        found: (0..GROUPS).map(group).collect(),
        missing: Vec::new(),
    };
    let event = Event::Cloud {
        wall: UnixTime(1_795_950_000_000),
        update: CloudUpdate::Groups(Ok(answer)),
    };
    update(&mut model, Timestamp(Duration::from_secs(4)), event);
    let nodes = (0..NODES).map(|at| node(at, true)).collect();
    tell(&mut model, 5, KubernetesUpdate::Changed(nodes));
    tell(&mut model, 5, KubernetesUpdate::Listed(WatchedKind::Nodes));
    tell(
        &mut model,
        5,
        KubernetesUpdate::Listed(WatchedKind::SystemPods),
    );
    model
}

fn changes(criterion: &mut Criterion) {
    let mut model = watched();
    let (mut ready, mut seconds) = (false, 10);
    criterion.bench_function("one node of 5,000 turns", |bench| {
        bench.iter(|| {
            let change = vec![node(2_500, ready)];
            // Apart: of what comes together a part is judged later.
            tell(&mut model, seconds, KubernetesUpdate::Changed(change));
            (ready, seconds) = (!ready, seconds + 1);
        });
    });
    let Ok(theme) = Theme::named("default") else {
        return;
    };
    let context = RenderContext::new(theme, false, true);
    let Ok(mut terminal) = Terminal::new(TestBackend::new(160, 48));
    criterion.bench_function("a frame of 5,000 nodes at 160×48", |bench| {
        bench.iter(|| {
            let drawn = terminal.draw(|frame| draw(frame, &model, &context));
            black_box(drawn.is_ok())
        });
    });
}

criterion_group!(benches, changes);
criterion_main!(benches);
