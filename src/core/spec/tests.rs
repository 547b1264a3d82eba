mod overrides;

use serde_yaml::Value;

use super::*;
use crate::core::answers::{Answers, ApiLoadBalancer, Dns, Networking, NodeGroup, ZoneAnswer};
use crate::core::method;
use crate::core::planning::plan;
use crate::core::text::yaml;

fn answers(letters: &str) -> Answers {
    Answers {
        cluster: "prod.example.com".into(),
        region: "us-east-1".into(),
        state_store: "s3://example-state".into(),
        vpc: "vpc-7833d1c656ae73b2c".into(),
        zones: letters
            .chars()
            .map(|letter| ZoneAnswer {
                name: format!("us-east-1{letter}"),
                ..ZoneAnswer::default()
            })
            .collect(),
        ..Answers::default()
    }
}

// Every choice that is not the usual one.
fn rich() -> Answers {
    let mut asked = answers("ab");
    asked.state_store = "s3://example-state/".into();
    asked.kubernetes_version = "v1.34.8".into();
    asked.networking = Networking::Calico;
    asked.dns = Dns::Private;
    asked.control_plane.image = Some("ami-12c6146b".into());
    asked.control_plane.root_volume_gib = Some(50);
    asked.access.bastion = true;
    asked.access.ssh = vec!["203.0.113.0/24".parse().unwrap()];
    asked.access.api = vec![
        "203.0.113.0/24".parse().unwrap(),
        "10.0.0.0/8".parse().unwrap(),
    ];
    asked.access.api_load_balancer = ApiLoadBalancer::Public;
    asked.instance_groups.push(NodeGroup {
        name: "batch".into(),
        per_zone: false,
        spot: true,
        root_volume_gib: Some(200),
        ..NodeGroup::default()
    });
    asked
}

fn rendered(asked: &Answers) -> String {
    render(&plan(&method::inventory(), asked).plan)
}

fn documents(text: &str) -> Vec<Value> {
    yaml::documents(text).map(Result::unwrap).collect()
}

fn etcd_names(letters: &str, count: u32) -> Vec<String> {
    let mut asked = answers(letters);
    asked.control_plane.count = count;
    let cluster = documents(&rendered(&asked)).remove(0);
    let members = &cluster["spec"]["etcdClusters"][1]["etcdMembers"];
    members
        .as_sequence()
        .unwrap()
        .iter()
        .map(|member| member["name"].as_str().unwrap().to_owned())
        .collect()
}

fn snapshot(name: &str, text: &str) {
    insta::with_settings!({
        snapshot_path => "../../../snapshots/specs",
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!(name, text);
    });
}

#[test]
fn the_methods_spec() {
    let text = rendered(&answers("abc"));
    assert_eq!(text, rendered(&answers("abc")));
    snapshot("method", &text);
}

#[test]
fn the_spec_of_every_other_choice() {
    snapshot("rich", &rendered(&rich()));
}

#[test]
fn the_spec_of_every_rare_choice() {
    let text = include_str!("../../../tests/fixtures/answers/options.yml");
    let asked = Answers::parse(text).unwrap();
    assert_eq!(asked.to_yaml(), text);
    let planned = plan(&method::inventory(), &asked);
    assert!(planned.accepted().is_some(), "{:#?}", planned.problems);
    snapshot("options", &render(&planned.plan));
}

#[test]
fn every_plugin_is_written_as_kops_writes_it() {
    let written = |networking: Networking| {
        let mut asked = answers("a");
        asked.control_plane.count = 1;
        asked.networking = networking;
        let spec = documents(&rendered(&asked)).remove(0)["spec"].clone();
        let plugin = serde_json::to_string(&spec["networking"]).unwrap();
        let etcd = spec["etcdClusters"].as_sequence().unwrap().len();
        format!("{plugin} {etcd} {}", spec.get("kubeProxy").is_some())
    };
    assert_eq!(
        Networking::ALL
            .iter()
            .copied()
            .map(written)
            .collect::<Vec<_>>(),
        [
            r#"{"cilium":{"enableNodePort":true}} 2 true"#,
            r#"{"cilium":{"enableNodePort":true,"ipam":"eni"}} 2 true"#,
            r#"{"cilium":{"enableNodePort":true,"etcdManaged":true}} 3 true"#,
            r#"{"calico":{}} 2 false"#,
            r#"{"amazonvpc":{}} 2 false"#,
            r#"{"flannel":{"backend":"vxlan"}} 2 false"#,
            r#"{"kuberouter":{}} 2 true"#,
            r#"{"kindnet":{}} 2 false"#,
            r#"{"cni":{}} 2 false"#,
        ]
    );
}

#[test]
fn a_spec_grows_from_nothing_and_is_yaml_at_every_step() {
    let mut asked = Answers::default();
    let steps: [fn(&mut Answers); 4] = [
        |asked| asked.cluster = "prod.example.com".into(),
        |asked| asked.vpc = "vpc-7833d1c656ae73b2c".into(),
        |asked| asked.zones = answers("a").zones,
        |asked| asked.state_store = "s3://example-state".into(),
    ];
    let mut lines = Vec::new();
    for step in steps {
        step(&mut asked);
        let text = rendered(&asked);
        lines.push((documents(&text).len(), text.lines().count()));
    }
    assert_eq!(lines, [(1, 28), (1, 34), (5, 139), (5, 140)]);
    snapshot("empty", &render(&Plan::default()));
}

#[test]
fn etcd_members_are_named_as_kops_names_them() {
    assert_eq!(etcd_names("abc", 3), ["a", "b", "c"]);
    assert_eq!(etcd_names("b", 1), ["b"]);
    assert_eq!(etcd_names("ab", 3), ["a-1", "b-1", "a-2"]);
    assert_eq!(etcd_names("a", 3), ["etcd-1", "etcd-2", "etcd-3"]);
}

#[test]
fn no_text_of_the_answers_becomes_another_field() {
    let mut asked = answers("abc");
    let hostile = "x\nspec: {}\n---\nkind: \u{1b}[2J: #\"'";
    asked.cluster = hostile.into();
    asked.state_store = format!("s3://{hostile}");
    asked.instance_groups[0].machine_type = hostile.into();
    asked.control_plane.image = Some(hostile.into());
    let documents = documents(&rendered(&asked));
    assert_eq!(documents.len(), 7);
    assert_eq!(documents[0]["metadata"]["name"], Value::from(hostile));
    assert_eq!(documents[1]["spec"]["image"], Value::from(hostile));
    assert_eq!(documents[4]["spec"]["machineType"], Value::from(hostile));
}
