//! Each rule about the options that few people need is broken once; the table is chained to that of `rules`.
#![allow(clippy::semicolon_if_nothing_returned)]

use super::rules::Break;
use super::*;
use crate::core::answers::{Dns, MixedInstances};
use crate::core::inventory::{NatState, Route, RouteTarget};

fn mixed(answers: &mut Answers, change: fn(&mut MixedInstances)) {
    let mut policy = MixedInstances::default();
    change(&mut policy);
    answers.instance_groups[0].mixed_instances_policy = Some(policy);
}

fn statement(answers: &mut Answers, json: &str) {
    let node = &mut answers.iam.additional_policies.node;
    node.push(serde_json::from_str(json).unwrap());
}

fn overriding(answers: &mut Answers, yaml: &str) {
    answers.overrides = serde_yaml::from_str(yaml).unwrap();
}

pub(super) const BREAKS: &[(&str, Break)] = &[
    ("egress-crosses-zones", |i, a| {
        i.vpcs[0].nat_gateways[0].state = NatState::Failed;
        a.zones[0].egress = method::NAT_GATEWAYS[3].into();
        a.zones[0].cross_zone = true;
    }),
    ("dns-zone-differs", |_, a| {
        (a.dns, a.dns_zone) = (Dns::Public, "example.org".into())
    }),
    ("dns-zone-invalid", |_, a| {
        (a.dns, a.dns_zone) = (Dns::Public, "Example.com".into())
    }),
    ("vpc-shared", |i, _| {
        i.account = Some("123456789012".into());
        i.vpcs[0].owner = Some("210987654321".into());
    }),
    ("egress-not-checked", |_, a| {
        a.zones[0].egress = "tgw-0123456789abcdef0".into()
    }),
    ("egress-external", |_, a| {
        a.zones[0].egress = "External".into()
    }),
    ("egress-invalid", |_, a| {
        a.zones[0].egress = "vpce-0123456789abcdef0".into()
    }),
    ("dns-zone-unused", |_, a| a.dns_zone = "example.com".into()),
    ("mixed-percentage", |_, a| {
        mixed(a, |policy| policy.on_demand_above_base = Some(101))
    }),
    ("mixed-base-over-max", |_, a| {
        mixed(a, |policy| policy.on_demand_base = Some(7))
    }),
    ("mixed-spot-never", |_, a| {
        mixed(a, |policy| policy.on_demand_above_base = Some(100));
        a.instance_groups[0].spot = true;
    }),
    ("mixed-type-not-offered", |i, a| {
        mixed(a, |policy| policy.instances = vec!["t3.xlarge".into()]);
        let mut kinds = i.instance_types.iter_mut();
        let kind = kinds.find(|kind| kind.name == "t3.xlarge").unwrap();
        kind.zones.retain(|zone| zone != "us-east-1b");
    }),
    ("mixed-types-differ", |_, a| {
        mixed(a, |policy| policy.instances = vec!["t3.xlarge".into()])
    }),
    ("label-invalid", |_, a| {
        let labels = &mut a.instance_groups[0].labels;
        labels.insert("team".into(), "-a".into());
    }),
    ("label-reserved", |_, a| {
        let labels = &mut a.instance_groups[0].labels;
        labels.insert("kops.k8s.io/instancegroup".into(), "x".into());
    }),
    ("taint-invalid", |_, a| {
        a.instance_groups[0].taints = vec!["dedicated=gpu".into()]
    }),
    ("taint-duplicate", |_, a| {
        a.instance_groups[0].taints = vec!["a=b:NoExecute".into(), "a=b:NoExecute".into()];
    }),
    ("groups-all-tainted", |_, a| {
        a.instance_groups[0].taints = vec!["dedicated=gpu:NoSchedule".into()]
    }),
    ("policy-invalid", |_, a| {
        statement(a, r#"{"Effect": "Permit", "Action": "s3:GetObject"}"#)
    }),
    ("policy-allows-all", |_, a| {
        statement(
            a,
            r#"{"Effect": "Allow", "Action": ["*"], "Resource": "*"}"#,
        )
    }),
    ("policy-arn-invalid", |_, a| {
        a.iam.external_policies.control_plane = vec!["arn:aws:iam::1:role/x".into()];
    }),
    ("discovery-store-invalid", |_, a| {
        a.discovery_store = "s3://my.bucket".into()
    }),
    ("discovery-store-is-state", |_, a| {
        a.discovery_store = "s3://example-state/public".into()
    }),
    ("discovery-store-public", |_, a| {
        a.discovery_store = "s3://example-discovery".into()
    }),
    ("secret-missing", |_, a| {
        overriding(a, "cluster: {encryptionConfig: true}")
    }),
    ("secret-unused", |_, a| {
        a.secrets.cilium_password = "cilium.key".into();
    }),
    ("override-guaranteed", |_, a| {
        overriding(a, "cluster: {networkID: vpc-1}")
    }),
    ("override-group-unknown", |_, a| {
        overriding(a, "instanceGroups: {workers: {autoscale: false}}")
    }),
    ("override-form", |_, a| {
        overriding(a, "cluster: {kubelet: 5}")
    }),
    ("override-field-unknown", |_, a| {
        overriding(a, "cluster: {clusterAutoscalar: {enabled: true}}")
    }),
    ("override-adds", |_, a| {
        overriding(a, "cluster: {metricsServer: {enabled: true}}")
    }),
    ("override-replaces", |_, a| {
        overriding(a, "cluster: {kubelet: {anonymousAuth: true}}")
    }),
    ("override-removes-nothing", |_, a| {
        overriding(a, "cluster: {kubelet: {maxPods: null}}")
    }),
];

fn problems_of(change: Break) -> Vec<String> {
    let (mut inventory, mut asked) = (method::inventory(), answers());
    change(&mut inventory, &mut asked);
    let planned = plan(&inventory, &asked);
    let problems = planned.problems.iter();
    problems
        .map(|problem| {
            format!(
                "{} {}: {}",
                problem.severity.word(),
                problem.id,
                problem.what
            )
        })
        .filter(|problem| !problem.contains("api-inside-only"))
        .collect()
}

// Each would make even the preview write a key where another cluster has its own.
#[test]
fn no_place_of_keys_or_secrets_can_be_overridden() {
    let refused = |field: &str| {
        let found = problems_of(|_, a| {
            overriding(
                a,
                "cluster: {configBase: s3://x, configStore: s3://x, keyStore: s3://x, secretStore: s3://x}",
            )
        });
        let wanted =
            format!("blocked override-guaranteed: overrides.cluster.{field} cannot be overridden");
        assert!(found.contains(&wanted), "{found:#?}");
    };
    for field in ["configBase", "configStore", "keyStore", "secretStore"] {
        refused(field);
    }
}

#[test]
fn a_secret_is_needed_where_kops_needs_it() {
    let missing = |fields: &str, secret: &str| {
        let (inventory, mut asked) = (method::inventory(), answers());
        overriding(&mut asked, fields);
        asked.secrets.cilium_password = secret.into();
        let planned = plan(&inventory, &asked);
        let found = planned
            .problems
            .iter()
            .find(|problem| problem.id.starts_with("secret-"));
        found.map(|problem| problem.id)
    };
    let ipsec = "cluster: {networking: {cilium: {enableEncryption: true}}}";
    assert_eq!(missing(ipsec, ""), Some("secret-missing"));
    assert_eq!(missing(ipsec, "cilium.key"), None);
    let wireguard =
        "cluster: {networking: {cilium: {enableEncryption: true, encryptionType: wireguard}}}";
    assert_eq!(missing(wireguard, ""), None);
    assert_eq!(missing(wireguard, "cilium.key"), Some("secret-unused"));
}

#[test]
fn overrides_are_told_by_path() {
    assert_eq!(
        problems_of(|_, a| overriding(
            a,
            r"
cluster:
  networkID: vpc-1
  topology: null
  networking: {calico: {}}
  subnets:
  - {name: us-east-1a, cidr: 10.0.0.0/24}
  - {name: elsewhere, additionalRoutes: []}
  etcdClusters:
  - {name: main, memoryRequest: 200Mi}
  spec: {x: 1}
  kubeProxi: {enabled: true}
instanceGroups:
  nodes:
    minSize: 9
    additionalSecurityGroups: [sg-1]
  nodes-us-east-1b:
    additionalSecurityGroups: [sg-2]
  control-plane: {rootVolumeType: gp2}
"
        )),
        [
            "blocked override-guaranteed: overrides.cluster.networkID cannot be overridden",
            "blocked override-guaranteed: overrides.cluster.subnets.*.cidr cannot be overridden",
            "blocked override-guaranteed: overrides.cluster.topology.dns cannot be overridden",
            "blocked override-guaranteed: overrides.cluster.topology.masters cannot be overridden",
            "blocked override-guaranteed: overrides.cluster.topology.nodes cannot be overridden",
            "blocked override-guaranteed: overrides.cluster.networking.calico cannot be overridden",
            "blocked override-guaranteed: overrides.cluster.subnets[elsewhere] cannot be overridden",
            "blocked override-form: overrides.cluster has a level spec",
            "blocked override-guaranteed: overrides.instanceGroups.nodes.minSize cannot be overridden",
            "warning override-field-unknown: overrides.cluster.kubeProxi is no field that kops 1.36 knows there",
            "note override-adds: overrides.cluster.networking.calico and 6 more are added to the spec",
            "note override-replaces: overrides.cluster.networkID is \"vpc-1\" in place of \"vpc-7833d1c656ae73b2c\"",
            "note override-replaces: overrides.cluster.topology removes {\"dns\":{\"type\":\"None\"}}",
            "note override-replaces: overrides.cluster.subnets[us-east-1a].cidr is \"10.0.0.0/24\" in place of \"172.20.16.0/24\"",
            "note override-replaces: overrides.cluster.etcdClusters[main].memoryRequest is \"200Mi\" in place of \"100Mi\"",
            "note override-replaces: overrides.instanceGroups.nodes.minSize is 9 in place of 1",
            "note override-replaces: overrides.instanceGroups.nodes-us-east-1b.additionalSecurityGroups is [\"sg-2\"] in place of [\"sg-1\"]",
        ]
    );
}

#[test]
fn a_zone_crosses_only_when_the_answers_say_so() {
    let zones = |cross: bool, egress: &str| {
        let (mut inventory, mut asked) = (method::inventory(), answers());
        inventory.vpcs[0].nat_gateways[0].state = NatState::Pending;
        asked.zones[0].egress = egress.into();
        asked.zones[0].cross_zone = cross;
        let planned = plan(&inventory, &asked);
        let first = planned.problems[0].clone();
        (
            planned.accepted().is_some(),
            planned.plan.zones[0].egress.clone(),
            first.id,
            first.remedy,
        )
    };
    let [own, second, .., last] = method::NAT_GATEWAYS;
    let (accepted, _, id, remedy) = zones(false, last);
    assert_eq!((accepted, id), (false, "egress-other-zone"));
    assert!(
        remedy.contains(&format!("(egress: {second}, crossZone: true)")),
        "{remedy}"
    );
    let (accepted, egress, id, _) = zones(true, last);
    assert_eq!(
        (accepted, egress.as_str(), id),
        (true, last, "egress-crosses-zones")
    );
    let (accepted, egress, id, _) = zones(true, "");
    assert_eq!(
        (accepted, egress.as_str(), id),
        (true, second, "egress-crosses-zones")
    );
    let (accepted, _, id, _) = zones(true, own);
    assert_eq!((accepted, id), (false, "egress-unusable"));
}

#[test]
fn crossing_is_allowed_but_never_chosen_where_the_zone_has_its_own() {
    let mut asked = answers();
    asked.zones[0].egress.clear();
    asked.zones[0].cross_zone = true;
    let planned = plan(&method::inventory(), &asked);
    assert_eq!(planned.plan.zones[0].egress, method::NAT_GATEWAYS[0]);
    assert_eq!(ids(&planned), ["api-inside-only"]);
}

#[test]
fn a_mixed_group_is_shared_out_like_its_size() {
    let mut asked = answers();
    asked.instance_groups[0].spot = true;
    mixed(&mut asked, |policy| {
        policy.instances = vec!["t3.large".into(), "t3a.large".into()];
        policy.on_demand_base = Some(2);
        policy.on_demand_above_base = Some(20);
    });
    let groups = plan(&method::inventory(), &asked).plan.groups;
    let bases: Vec<_> = groups[3..]
        .iter()
        .map(|group| group.mixed.as_ref().unwrap().on_demand_base)
        .collect();
    assert_eq!(bases, [Some(1), Some(1), Some(0)]);
    let mixed = groups[3].mixed.clone().unwrap();
    assert_eq!(mixed.instances, ["t3.large", "t3a.large"]);
    assert_eq!(mixed.on_demand_above_base, Some(20));
}

macro_rules! answered {
    ($name:literal) => {
        Answers::parse(include_str!(concat!(
            "../../../../tests/fixtures/answers/",
            $name
        )))
        .unwrap()
    };
}

fn blocked(planned: &Planned) -> Vec<&'static str> {
    let problems = planned.problems.iter();
    let blocked = problems.filter(|problem| problem.severity == ProblemSeverity::Blocked);
    blocked.map(|problem| problem.id).collect()
}

#[test]
fn a_hosted_zone_holds_its_own_name_and_kops_reads_ids_and_names_by_their_dots() {
    let asked = answered!("dns-zone-own-name.yml");
    assert_eq!(
        blocked(&plan(&method::inventory(), &asked)),
        Vec::<&str>::new()
    );
    let cases = [
        ("prod.example.com", None),
        ("prod.example.com.", None),
        ("example.com", None),
        ("example.com.", None),
        ("com.", None),
        ("Z0123456789ABCDEFGHIJ", None),
        ("", None),
        ("roduction.example.com", Some("dns-zone-differs")),
        ("rod.example.com", Some("dns-zone-differs")),
        ("api.prod.example.com", Some("dns-zone-differs")),
        ("example.org", Some("dns-zone-differs")),
        ("Prod.example.com", Some("dns-zone-invalid")),
        ("example.com..", Some("dns-zone-invalid")),
        (".example.com", Some("dns-zone-invalid")),
        (".", Some("dns-zone-invalid")),
        ("z0123456789abcdefghij", Some("dns-zone-invalid")),
        (
            "/hostedzone/Z0123456789ABCDEFGHIJ",
            Some("dns-zone-invalid"),
        ),
        ("com", Some("dns-zone-invalid")),
        ("example com.", Some("dns-zone-invalid")),
    ];
    for (zone, expected) in cases {
        for dns in [Dns::Public, Dns::Private] {
            let mut asked = answered!("dns-zone-own-name.yml");
            (asked.dns, asked.dns_zone) = (dns, zone.to_owned());
            let found = blocked(&plan(&method::inventory(), &asked));
            assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{zone:?}");
        }
    }
}

#[test]
fn an_etcd_member_keeps_its_own_fields_and_no_other_group() {
    let asked = answered!("etcd-member-volume.yml");
    let planned = plan(&method::inventory(), &asked);
    assert_eq!(blocked(&planned), Vec::<&str>::new());
    let spec = crate::core::spec::render(&planned.plan);
    assert_eq!(spec.matches("volumeSize: 40").count(), 1, "{spec}");
    let with = |members: &str| {
        let mut asked = answered!("etcd-member-volume.yml");
        let yaml = format!("cluster: {{etcdClusters: [{{name: main, etcdMembers: {members}}}]}}");
        overriding(&mut asked, &yaml);
        plan(&method::inventory(), &asked)
    };
    let fields = "[{name: b, volumeType: gp3, volumeIops: 3000, volumeThroughput: 125, kmsKeyId: k, encryptedVolume: true}]";
    assert_eq!(blocked(&with(fields)), Vec::<&str>::new());
    for members in [
        "null",
        "[]",
        "[{volumeSize: 40}]",
        "[{name: a, instanceGroup: nodes}]",
        "[{name: a, instanceGroup: null}]",
        "[{name: d, volumeSize: 40}]",
    ] {
        let found = blocked(&with(members));
        let guarded = found.contains(&"override-guaranteed");
        assert!(guarded, "{members}: {found:?}");
    }
}

// The problem of a way out, and why, in a VPC of this or of another account.
fn problem_of_egress(egress: &str, owner: Option<&str>) -> (&'static str, String) {
    let mut asked = answered!("egress-transit-gateway.yml");
    let mut inventory = method::inventory();
    asked.zones[0].egress = egress.to_owned();
    inventory.vpcs[0].owner = owner.map(str::to_owned);
    inventory.account = Some("123456789012".to_owned());
    let mut problems = plan(&inventory, &asked).problems.into_iter();
    let problem = problems.find(|one| one.id.starts_with("egress")).unwrap();
    (problem.id, problem.why)
}

#[test]
fn a_way_out_that_is_no_nat_gateway_is_told_as_what_it_is() {
    let does = |egress| problem_of_egress(egress, None);
    for (egress, words) in [
        (
            "tgw-0123456789abcdef0",
            "kops routes to that transit gateway",
        ),
        ("i-0123456789abcdef0", "kops routes to that NAT instance"),
        (
            "eipalloc-0123456789abcdef0",
            "kops makes a NAT gateway with that Elastic IP",
        ),
    ] {
        let (id, why) = does(egress);
        assert_eq!(
            (id, why.starts_with(words)),
            ("egress-not-checked", true),
            "{why}"
        );
    }
    let (id, why) = does("External");
    assert_eq!(
        (id, why.as_str()),
        (
            "egress-external",
            "with egress External kops makes no route; the VPC's main route table rtb-0aaaaaaaaaaaaaaa9 serves the new subnet, and it has no route 0.0.0.0/0"
        )
    );
    for (egress, words) in [
        ("vpce-0123456789abcdef0", "a VPC endpoint"),
        ("gwlbe-1", "Gateway Load Balancer endpoint"),
        ("eigw-1", "IPv6 only"),
        ("tgw-attach-1", "attachment"),
        ("igw-1", "an internet gateway"),
        ("external", "External is written with a capital E"),
        ("NAT-0f19a9e0f19a9e001", "ids are written in lower case"),
        ("nat-", "nothing that kops knows"),
        ("the internet", "nothing that kops knows"),
    ] {
        let (id, why) = does(egress);
        assert_eq!(
            (id, why.contains(words)),
            ("egress-invalid", true),
            "{egress}: {why}"
        );
    }
    assert_eq!(does("nat-0123456789abcdef0").0, "egress-unknown");
}

#[test]
fn what_the_inventory_shows_of_another_way_out_is_used() {
    let (mut inventory, mut asked) = (method::inventory(), answers());
    let found = |inventory: &Inventory, asked: &Answers| -> Vec<&'static str> {
        let problems = plan(inventory, asked).problems.into_iter();
        let ids = problems.map(|problem| problem.id);
        ids.filter(|id| id.starts_with("egress")).collect()
    };
    asked.zones[0].egress = "tgw-1".into();
    assert_eq!(found(&inventory, &asked), ["egress-not-checked"]);
    inventory.vpcs[0].route_tables[2].routes.push(Route {
        destination: "10.0.0.0/8".into(),
        prefixes: Vec::new(),
        target: RouteTarget::TransitGateway("tgw-1".into()),
        blackhole: false,
    });
    assert!(found(&inventory, &asked).is_empty());
    let spec = crate::core::spec::render(&plan(&inventory, &asked).plan);
    assert!(spec.contains("    egress: tgw-1\n"), "{spec}");
    let used = inventory.vpcs[0].nat_gateways[1].addresses[0]
        .allocation
        .clone();
    asked.zones[0].egress = used.unwrap();
    assert_eq!(found(&inventory, &asked), ["egress-unusable"]);
    asked.zones[0].egress = "External".into();
    assert_eq!(found(&inventory, &asked), ["egress-external"]);
    let routes = &mut inventory.vpcs[0].route_tables;
    let main = routes.iter_mut().find(|table| table.main).unwrap();
    main.routes.push(Route {
        destination: "0.0.0.0/0".into(),
        prefixes: Vec::new(),
        target: RouteTarget::VpnGateway("vgw-1".into()),
        blackhole: false,
    });
    assert!(found(&inventory, &asked).is_empty());
}

#[test]
fn in_a_shared_vpc_only_the_owner_can_make_what_is_missing() {
    let (mut inventory, asked) = (method::inventory(), answers());
    inventory.account = Some("123456789012".to_owned());
    inventory.vpcs[0].owner = Some("123456789012".to_owned());
    let own = plan(&inventory, &asked);
    assert!(blocked(&own).is_empty());
    inventory.vpcs[0].owner = Some("210987654321".to_owned());
    inventory.vpcs[0].internet_gateways.clear();
    inventory.vpcs[0].nat_gateways[0].state = NatState::Failed;
    let mut asked = asked;
    asked.zones[0].egress.clear();
    let shared = plan(&inventory, &asked);
    for id in ["vpc-shared", "internet-gateway-missing", "zone-without-nat"] {
        let problem = shared.problems.iter().find(|one| one.id == id).unwrap();
        assert!(problem.remedy.contains("210987654321"), "{problem}");
    }
    // Whose it is must be known: an inventory of before does not tell.
    inventory.vpcs[0].owner = None;
    let unknown = plan(&inventory, &asked);
    assert!(unknown.problems.iter().all(|one| one.id != "vpc-shared"));
}
