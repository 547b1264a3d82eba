//! The built dry run beside what the real kops printed for the same spec (`lab/record-demo`).

use std::collections::BTreeMap;

use super::{DemoAccount, DemoCloud, DemoSpec};
use crate::core::answers::Answers;
use crate::core::kops::dry_run::{Ending, parse};
use crate::core::plan::Plan;
use crate::core::planning::plan;
use crate::core::spec::render;
use crate::io::demo;

/// A recorded spec with the report that kops printed for it.
struct Recording {
    name: &'static str,
    spec: &'static str,
    report: &'static str,
}

macro_rules! recording {
    ($name:literal) => {
        Recording {
            name: $name,
            spec: include_str!(concat!(
                "../../../../tests/fixtures/demo/",
                $name,
                "/cluster_spec.yml"
            )),
            report: include_str!(concat!(
                "../../../../tests/fixtures/demo/",
                $name,
                "/update.stdout"
            )),
        }
    };
}

const RECORDINGS: [Recording; 6] = [
    recording!("four-zones"),
    Recording {
        name: "update-create",
        spec: include_str!("../../../../tests/fixtures/kops/cluster_spec.yml"),
        report: include_str!("../../../../tests/fixtures/kops/update-create.stdout"),
    },
    recording!("spot-bastion-calico"),
    recording!("amazonvpc"),
    recording!("cilium-etcd"),
    recording!("kube-router"),
];

type Fields = BTreeMap<String, Vec<String>>;

// Each resource with its lines, sections apart.
fn resources(report: &str) -> BTreeMap<String, Fields> {
    let mut sections: BTreeMap<String, Fields> = BTreeMap::new();
    let (mut section, mut resource) = (String::new(), String::new());
    for line in report.lines().filter(|line| !line.is_empty()) {
        let fields = sections.entry(section.clone()).or_default();
        if !line.starts_with(' ') {
            section = line.to_owned();
            sections.entry(section.clone()).or_default();
        } else if line.starts_with("  \t") {
            fields
                .entry(resource.clone())
                .or_default()
                .push(line.to_owned());
        } else {
            resource = line.trim().to_owned();
            fields.entry(resource.clone()).or_default();
        }
    }
    sections
}

// What only AWS knows, taken from the recording itself.
fn account(recording: &Recording) -> DemoAccount {
    let after = |text: &str, word: &str| {
        let start = text.find(word).map(|at| &text[at + word.len()..]);
        let end = start.and_then(|rest| rest.split([' ', '\n', ']']).next());
        end.unwrap_or_default().to_owned()
    };
    let spec = DemoSpec::read(recording.spec);
    let address = |zone: &str| {
        let gateway = format!("NatGateway/{}", spec.below(zone));
        let printed = recording
            .report
            .split("\n\n")
            .find(|block| block.contains(&gateway));
        after(printed.unwrap_or_default(), " id:")
    };
    let subnets = spec.private_subnets();
    DemoAccount {
        internet_gateway: format!("igw-{}", after(recording.report, " id:igw-")),
        addresses: subnets
            .map(|subnet| (subnet.egress.clone(), address(&subnet.zone)))
            .collect(),
        arm_types: vec!["t4g.medium".to_owned()],
        key_md5: after(
            recording.report,
            &format!("SSHKey/kubernetes.{}-", spec.name),
        ),
        key_sha256: format!(
            "SHA256:{}",
            after(recording.report, "KeyFingerprint      \tSHA256:")
        ),
    }
}

#[test]
fn it_is_what_the_real_kops_printed() {
    for recording in RECORDINGS {
        let spec = DemoSpec::read(recording.spec);
        let built = DemoCloud::new(&spec, &account(&recording)).report(0);
        let (built, recorded) = (resources(&built), resources(recording.report));
        let names = |from: &BTreeMap<String, Fields>| {
            let keys = from.iter().flat_map(|(section, fields)| {
                fields.keys().map(move |name| format!("{section} {name}"))
            });
            keys.collect::<Vec<_>>()
        };
        assert_eq!(names(&built), names(&recorded), "{}", recording.name);
        for (section, fields) in &recorded {
            for (name, lines) in fields {
                let built = built.get(section).and_then(|fields| fields.get(name));
                assert_eq!(built, Some(lines), "{} {name}", recording.name);
            }
        }
    }
}

fn dry_run(plan: &Plan) -> String {
    DemoCloud::new(&DemoSpec::read(&render(plan)), &demo::account()).report(0)
}

// What a person may type in the demonstration.
fn typed() -> Answers {
    let mut answers = demo::answers();
    let inventory = demo::inventory();
    let vpc = &inventory.vpcs[0];
    answers.cluster = "a-rather-long-name.shop.example.org".to_owned();
    answers.state_store = "s3://other-state/prefix".to_owned();
    answers.vpc = vpc.id.clone();
    answers.zones = serde_yaml::from_str("[{name: us-east-1b}, {name: us-east-1d}]").unwrap();
    answers.control_plane.count = 1;
    answers.control_plane.machine_type = "m6i.large".to_owned();
    answers.instance_groups[0].name = "web".to_owned();
    let mut second = answers.instance_groups[0].clone();
    second.name = "batch".to_owned();
    second.per_zone = false;
    (second.min, second.max) = (5, 17);
    second.root_volume_gib = Some(321);
    answers.instance_groups.push(second);
    answers.access.ssh = vec![
        "192.0.2.0/24".parse().unwrap(),
        "198.51.100.0/24".parse().unwrap(),
    ];
    answers
}

#[test]
fn what_a_person_types_is_in_the_report_and_nothing_of_the_recording() {
    let planned = plan(&demo::inventory(), &typed());
    let printed = dry_run(&planned.plan);
    let report = parse(&printed);
    assert_eq!(
        (report.ending, report.unread.len()),
        (Ending::ChangesWait, 0)
    );
    for word in [
        "demo.example.com",
        "demo-exam",
        "example-state",
        "us-east-1a",
        "us-east-1c",
        "nodes-us-east",
        "172.20.0.0/16-ingress-tcp-22",
    ] {
        let with: Vec<&str> = printed.lines().filter(|line| line.contains(word)).collect();
        assert_eq!(with, [""; 0], "{word}");
    }
    for line in [
        "  AutoscalingGroup/web-us-east-1b.a-rather-long-name.shop.example.org",
        "  AutoscalingGroup/web-us-east-1d.a-rather-long-name.shop.example.org",
        "  AutoscalingGroup/batch.a-rather-long-name.shop.example.org",
        "\tMinSize             \t5",
        "\tMaxSize             \t17",
        "\tInstanceType        \tm6i.large",
        "\tRootVolumeSize      \t321",
        "\tSubnets             \t[name:us-east-1b.a-rather-long-name.shop.example.org, name:us-east-1d.a-rather-long-name.shop.example.org]",
        "  SecurityGroupRule/from-198.51.100.0/24-ingress-tcp-22to22-nodes.a-rather-long-name.shop.example.org",
        "\tLoadBalancerBaseName\tapi-a-rather-long-name-sh-p9u0lr",
    ] {
        assert!(
            printed.lines().any(
                |one| one.trim_start_matches("  \t").trim_start_matches('\t')
                    == line.trim_start_matches('\t')
            ),
            "{line}"
        );
    }
    let volumes = printed
        .lines()
        .filter(|line| line.starts_with("  EBSVolume/"));
    assert_eq!(volumes.count(), 2, "one member, two etcd clusters");
}

#[test]
fn it_counts_as_many_tasks_as_the_real_kops() {
    let logs = [
        include_str!("../../../../tests/fixtures/demo/four-zones/apply.stderr"),
        include_str!("../../../../tests/fixtures/kops/apply-create.stderr"),
        include_str!("../../../../tests/fixtures/demo/spot-bastion-calico/update.stderr"),
        include_str!("../../../../tests/fixtures/demo/amazonvpc/update.stderr"),
        include_str!("../../../../tests/fixtures/demo/cilium-etcd/update.stderr"),
        include_str!("../../../../tests/fixtures/demo/kube-router/update.stderr"),
    ];
    for (recording, log) in RECORDINGS.iter().zip(logs) {
        let spec = DemoSpec::read(recording.spec);
        let count = DemoCloud::new(&spec, &account(recording)).task_count();
        let message = format!("Tasks: 0 done / {count} total");
        assert!(log.contains(&message), "{} {message}", recording.name);
    }
}

macro_rules! reference {
    ($name:literal) => {
        Recording {
            name: $name,
            spec: include_str!(concat!(
                "../../../../tests/fixtures/demo/reference/",
                $name,
                "/cluster_spec.yml"
            )),
            report: include_str!(concat!(
                "../../../../tests/fixtures/demo/reference/",
                $name,
                "/resources.txt"
            )),
        }
    };
}

// CNIs, etcd for Cilium, bastions, Spot, records in Route 53 and a name that is too long, as kops's own tests expect them.
const REFERENCES: [Recording; 8] = [
    reference!("privatecalico"),
    reference!("privatecilium-eni"),
    reference!("privateciliumadvanced"),
    reference!("privateflannel"),
    reference!("privatekindnet"),
    reference!("mixed_instances_spot"),
    reference!("minimal-longclustername"),
    reference!("privatedns1"),
];

// Their API has a classic load balancer or none, and the whole internet by IPv6, which the wizard does not offer.
const NOT_PLANNED: [&str; 9] = [
    "aws_lb api",
    "aws_lb_listener api",
    "aws_lb_listener etcd-cilium",
    "aws_lb_target_group etcd-cilium",
    "aws_lb_target_group kops-controller",
    "aws_lb_target_group tcp",
    "aws_security_group api-elb",
    "elb-to-",
    "to-elb",
];

fn terraform_type(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "AddonManifest" | "BootstrapChannel" | "ManagedFile" => "aws_s3_object",
        "AutoscalingGroup" => "aws_autoscaling_group",
        "AutoscalingLifecycleHook" => "aws_autoscaling_lifecycle_hook",
        "EBSVolume" => "aws_ebs_volume",
        "EventBridgeRule" => "aws_cloudwatch_event_rule",
        "IAMInstanceProfile" => "aws_iam_instance_profile",
        "IAMRole" => "aws_iam_role",
        "LaunchTemplate" => "aws_launch_template",
        "NetworkLoadBalancer" => "aws_lb",
        "NetworkLoadBalancerListener" => "aws_lb_listener",
        "RouteTable" => "aws_route_table",
        "RouteTableAssociation" => "aws_route_table_association",
        "SQS" => "aws_sqs_queue",
        "SecurityGroup" => "aws_security_group",
        "SecurityGroupRule" => "aws_security_group_rule",
        "Subnet" => "aws_subnet",
        "TargetGroup" => "aws_lb_target_group",
        _ => return None,
    })
}

fn is_planned(row: &str) -> bool {
    let of_the_api = row.contains("api-elb") || row.contains("443to443-masters");
    !of_the_api && !NOT_PLANNED.iter().any(|part| row.contains(part))
}

#[test]
fn its_resources_are_those_of_kops_own_references() {
    for reference in REFERENCES {
        let spec = DemoSpec::read(reference.spec);
        let cloud = DemoCloud::new(&spec, &demo::account());
        let rows = cloud.tasks.iter().filter_map(|task| {
            let name = task.resource.name.replace('/', "--").replace(':', "_");
            let name = name.replace(['.', ' '], "-");
            Some(format!("{} {name}", terraform_type(task.resource.kind)?))
        });
        let mut built: Vec<String> = rows.filter(|row| is_planned(row)).collect();
        built.sort();
        built.dedup();
        let expected = reference
            .report
            .lines()
            .map(|row| row.replace("icmpv6", "icmp"));
        let mut expected: Vec<String> = expected.filter(|row| is_planned(row)).collect();
        expected.sort();
        expected.dedup();
        assert_eq!(built, expected, "{}", reference.name);
    }
}
