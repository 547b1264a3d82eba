//! What a person sees of trouble, and what can be copied of it.

use super::*;
use crate::core::cluster::diagnosis::Diagnosis;
use crate::core::cluster::subject::ClusterSubject;
use crate::tui::keymap::Action;
use crate::tui::screen_context::{ScreenContext, Viewport};

fn turn(dashboard: &mut Dashboard, seconds: u64, ready: bool) {
    let change = node("i-node", NodeRole::Node, ready);
    tell_kubernetes(dashboard, seconds, KubernetesUpdate::Changed(vec![change]));
}

fn sentences(dashboard: &Dashboard) -> Vec<String> {
    let diagnoses = dashboard.shown().diagnoses.iter();
    diagnoses.map(Diagnosis::sentence).collect()
}

fn press(dashboard: &mut Dashboard, action: Action) -> Vec<Effect> {
    let mut notice = None;
    let mut context = ScreenContext {
        at: at(1_000),
        viewport: Viewport {
            page: 10,
            columns: 76,
        },
        notice: &mut notice,
    };
    match dashboard.act(action, &mut context) {
        update::DashboardAction::Effects(effects) => effects,
        update::DashboardAction::Leave => Vec::new(),
    }
}

#[test]
fn a_node_that_comes_and_goes_flaps_until_it_has_been_well_for_a_while() {
    let mut dashboard = seen();
    for seconds in [100, 200] {
        turn(&mut dashboard, seconds, false);
        turn(&mut dashboard, seconds + 30, true);
    }
    assert_eq!(sentences(&dashboard), Vec::<String>::new());
    turn(&mut dashboard, 300, false);
    assert_eq!(
        sentences(&dashboard),
        ["i-node flaps: NotReady 3 times in 15 min, NotReady now"]
    );
    turn(&mut dashboard, 310, true);
    assert_eq!(
        sentences(&dashboard),
        ["i-node flaps: NotReady 3 times in 15 min, ready now"]
    );
    let command = dashboard.shown().diagnoses[0].command.clone();
    assert_eq!(
        command.as_deref(),
        Some("kops delete instance i-node --name=prod.example.com")
    );
    // The first of the three is longer ago than that.
    dashboard.tick(at(1_001));
    assert_eq!(sentences(&dashboard), Vec::<String>::new());
}

#[test]
fn one_cause_on_many_nodes_is_one_thing_to_read() {
    let mut dashboard = seen();
    let down = (1..=4).map(|at| node(&format!("i-{at}"), NodeRole::Node, false));
    tell_kubernetes(
        &mut dashboard,
        10,
        KubernetesUpdate::Changed(down.collect()),
    );
    let shown = sentences(&dashboard);
    assert_eq!(shown[0], "i-1 is NotReady (and 3 more nodes)", "{shown:?}");
    let first = &dashboard.shown().diagnoses[0];
    assert!(first.is_about(&ClusterSubject::Node("i-4".into())));
    assert_eq!(
        shown.iter().filter(|one| one.contains("NotReady")).count(),
        1,
        "{shown:?}"
    );
}

#[test]
fn a_group_in_trouble_stands_first_and_the_cursor_stays_on_its_own() {
    let mut dashboard = seen();
    let names = |dashboard: &Dashboard| {
        let rows = 0..dashboard.group_rows();
        rows.filter_map(|row| dashboard.group_name(row))
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&dashboard), ["control-plane", "nodes"]);
    press(&mut dashboard, Action::Down);
    press(&mut dashboard, Action::Up);
    turn(&mut dashboard, 100, false);
    assert_eq!(names(&dashboard), ["nodes", "control-plane"]);
    let under_the_cursor = ClusterSubject::Group("control-plane".to_owned());
    assert_eq!(dashboard.subject(), Some(under_the_cursor));
}

#[test]
fn what_is_copied_of_a_diagnosis_is_its_command() {
    let mut dashboard = seen();
    turn(&mut dashboard, 100, false);
    press(&mut dashboard, Action::OtherPane);
    let name = Effect::Copy("i-node".to_owned());
    assert_eq!(press(&mut dashboard, Action::Copy), [name]);
    press(&mut dashboard, Action::OtherPane);
    let command = Effect::Copy("kops delete instance i-node --name=prod.example.com".to_owned());
    assert_eq!(press(&mut dashboard, Action::Copy), [command]);
}

#[test]
fn of_a_ready_cluster_the_next_command_fits_the_way_that_is_there() {
    let mut dashboard = seen();
    dashboard.ended(Job::Validate, Ok(ended(0, NOTHING_WRONG)), at(3));
    confirm(&mut dashboard, 6);
    press(&mut dashboard, Action::OtherPane);
    press(&mut dashboard, Action::OtherPane);
    let look = Effect::Copy("kubectl --context=prod.example.com get nodes".to_owned());
    assert_eq!(press(&mut dashboard, Action::Copy), [look]);
    dashboard.export = KubeconfigExport::Exported("/run/config".into());
    let export = "kops export kubeconfig --name=prod.example.com --admin";
    assert_eq!(
        press(&mut dashboard, Action::Copy),
        [Effect::Copy(export.to_owned())]
    );
}

const UNKNOWN: &str = "Error: Cluster.kops.k8s.io \"prod.example.com\" not found\n";

#[test]
fn of_a_cluster_that_the_state_store_does_not_know_nobody_else_is_asked() {
    let mut dashboard = watch(None);
    dashboard.start(at(0));
    let unknown = || {
        Ok(CommandOutput {
            stderr: UNKNOWN.to_owned(),
            ..ended(1, "")
        })
    };
    let next = dashboard.ended(Job::InstanceGroups, unknown(), at(1));
    assert_eq!(asked(&next), []);
    assert!(next.contains(&Effect::StopWatching), "{next:?}");
    assert!(!dashboard.may_become_ready());
    let update = CloudUpdate::Groups(Ok(answer()));
    let wall = wall(2);
    tell(&mut dashboard, 2, Event::Cloud { wall, update });
    assert_eq!(dashboard.poll_cloud(1), []);
    // It is created after all.
    assert_eq!(asked(&dashboard.poll(at(11))), [Job::InstanceGroups]);
    let next = dashboard.ended(Job::InstanceGroups, Ok(ended(0, SPEC)), at(12));
    assert_eq!(asked(&next), [Job::Validate]);
    let others =
        |effect: &&Effect| matches!(effect, Effect::WatchKubernetes(_) | Effect::ReadCloud(_));
    assert_eq!(next.iter().filter(others).count(), 2, "{next:?}");
}

#[test]
fn what_is_usual_is_known_of_a_young_cluster_whoever_made_it() {
    let mut dashboard = watch(None);
    let mut read = |seconds, created| {
        let mut found = groups();
        found[0].created = Some(wall(created));
        let missing = Vec::new();
        let update = CloudUpdate::Groups(Ok(CloudAnswer { found, missing }));
        let wall = wall(seconds);
        tell(&mut dashboard, seconds, Event::Cloud { wall, update });
        dashboard.born(at(seconds))
    };
    assert_eq!(read(1_000, 900), Some(wall(900)));
    assert_eq!(read(10_000, 900), None);
    assert_eq!(watch(None).born(at(1)), None);
}
