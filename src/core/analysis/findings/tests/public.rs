//! Dry runs made after public ones that were once judged wrongly.

use super::*;
use crate::core::kops::dry_run::Ending;
use crate::core::render::outline::Outline;

macro_rules! public {
    ($name:literal) => {
        include_str!(concat!("../../../../../tests/fixtures/reports/", $name))
    };
}

/// Severity, rule, message and how many resources it is about.
fn summaries(text: &str) -> Vec<String> {
    let folded = judge(&parse(text), &[], &[]);
    let line = |one: &FoldedFinding| {
        let Finding {
            severity,
            rule,
            message,
            ..
        } = &one.finding;
        let count = one.subjects.len();
        format!("{} {rule}: {message} ({count})", severity.word())
    };
    folded.iter().map(line).collect()
}

#[test]
fn deletions_whose_type_has_a_hyphen_are_dangers() {
    let dry_run = parse(public!("prune-load-balancer.txt"));
    assert_eq!(dry_run.unread, []);
    assert_eq!(dry_run.summary().delete_on_prune, 3);
    assert_eq!(
        summaries(public!("prune-load-balancer.txt")),
        [
            "danger load-balancer-deleted: the API's load balancer is deleted when --prune is given (1)",
            "danger target-group-replaced: instances leave the API's old target group when --prune is given (1)",
            "danger target-group-replaced: the API's old target group is deleted when --prune is given (1)",
        ]
    );
}

/// What kops deletes, by the `TaskName` of every deletion in its tasks of AWS, GCE and `OpenStack`.
const DELETED: [&str; 11] = [
    "ClassicLoadBalancer",
    "ForwardingRule",
    "LaunchTemplate",
    "SecurityGroup",
    "SecurityGroupRule",
    "SubnetIPv6CIDRBlock",
    "VPCCIDRBlock",
    "autoscaling-elb-attachment",
    "network-load-balancer",
    "target-group",
    "a-type-that-is-longer-than-its-column",
];

#[test]
fn every_type_of_a_deletion_is_read() {
    for header in [
        "Items will be deleted during update:",
        "Items will be deleted only when the --prune flag is specified:",
    ] {
        let items = DELETED.map(|kind| format!("  {kind:<20} an item: of it\n"));
        let dry_run = parse(&format!(
            "{header}\n{}\nMust specify --yes to apply changes\n",
            items.concat()
        ));
        assert_eq!(dry_run.unread, []);
        let kinds: Vec<_> = dry_run
            .resources
            .iter()
            .map(|one| one.kind.as_str())
            .collect();
        assert_eq!(kinds, DELETED);
        assert!(
            dry_run
                .resources
                .iter()
                .all(|one| one.name.raw() == "an item: of it")
        );
    }
}

#[test]
fn a_new_load_balancer_of_a_cluster_that_runs_changes_the_apis_address() {
    let messages_in = |name: &str| messages(CREATE, name, &[]);
    assert_eq!(
        messages_in("NetworkLoadBalancer/api.c.example.com"),
        ["danger api-address-changes: the API's address changes: it gets a new load balancer"]
    );
    assert_eq!(
        messages_in("TargetGroup/tcp-c-example-com-abc123"),
        ["danger target-group-replaced: the API's load balancer gets a new target group"]
    );
    assert_eq!(
        messages_in("NetworkLoadBalancer/bastion.c.example.com"),
        Vec::<String>::new()
    );
    assert_eq!(
        messages_in("TargetGroup/bastion-c-example-com-abc123"),
        Vec::<String>::new()
    );
}

#[test]
fn a_group_that_becomes_all_spot_is_a_danger() {
    assert_eq!(
        summaries(public!("mixed-instances-all-spot.txt")),
        [
            "danger all-spot: every instance of the group becomes a Spot Instance (1)",
            "warning instance-types-changed: the instance types of the group change: [m5.2xlarge, m5d.2xlarge, m4.2xlarge, m5a.2xlarge, m5ad.2xlarge, m5n.2xlarge, m5dn.2xlarge] (1)",
        ]
    );
}

#[test]
fn a_group_that_leaves_a_subnet_is_a_danger() {
    assert_eq!(
        summaries(public!("group-subnets.txt")),
        [
            "danger group-subnets-removed: the group leaves the subnets id:subnet-0ae3ba5725f688600 (1)"
        ]
    );
}

#[test]
fn a_second_network_of_a_cluster_that_runs_is_a_danger_and_silences_nothing() {
    let messages = summaries(public!("network-made-again.txt"));
    let dangers: Vec<_> = messages
        .iter()
        .filter(|line| line.starts_with("danger"))
        .collect();
    assert_eq!(
        dangers,
        [
            "danger network-made-again: a second internet gateway is created for a cluster that runs (1)",
            "danger network-made-again: the security group of a cluster that runs is created a second time (1)",
            "danger network-made-again: a second VPC is created for a cluster that runs (1)",
            "danger group-subnets-removed: the group leaves the subnets id:subnet-0374bed40e060c920 (2)",
            "danger group-subnets-removed: the group leaves the subnets id:subnet-0ae3ba5725f688600 (1)",
            "danger nat-gateway-created: a NAT gateway is created where one should be reused (1)",
            "danger elastic-ip-created: an Elastic IP is created where one should be reused (1)",
        ]
    );
    let found = findings(&parse(public!("network-made-again.txt")));
    assert!(
        found
            .iter()
            .all(|one| !one.why.contains("the spec names no VPC"))
    );
    assert!(!messages.iter().any(|line| line.contains("vpc-created")));
}

#[test]
fn fields_with_blanks_for_tabs_are_read() {
    let dry_run = parse(public!("etcd-encryption-blanks.txt"));
    assert_eq!(
        (dry_run.unread.len(), dry_run.ending),
        (0, Ending::ChangesWait)
    );
    assert_eq!(
        summaries(public!("etcd-encryption-blanks.txt")),
        [
            "danger volume-encryption-removed: the volume is no longer encrypted (2)",
            "danger etcd-volume-changed: an etcd volume is changed: Encrypted (2)",
            "note capacity-raised: MinSize goes from 2 to 3 (1)",
        ]
    );
}

const HALF: [&str; 4] = [
    "  AutoscalingGroup/control-plane-us-east-1a.masters.c.example.com\n\n",
    "  AutoscalingGroup/nodes-us-east-1a.c.example.com\n\n",
    "  EBSVolume/a.etcd-main.c.example.com\n  \tEncrypted           \ttrue\n\n",
    "  SecurityGroupRule/from-0.0.0.0/0-ingress-tcp-443to443-masters.c.example.com\n  \tCIDR                \t0.0.0.0/0\n  \tFromPort            \t443\n  \tProtocol            \ttcp\n  \tToPort              \t443\n\n",
];

fn rules_of(text: &str) -> Vec<String> {
    let found = messages_in(text).into_iter();
    found
        .map(|line| line.split(':').next().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn after_a_first_creation_that_stopped_half_way_nothing_runs() {
    let half = format!("Will create resources:\n{}", HALF.concat());
    assert_eq!(rules_of(&half), ["warning api-open-to-internet"]);
    // A group that is modified is there already: the same is then about a cluster that runs.
    let grown = format!(
        "{half}Will modify resources:\n  LaunchTemplate/control-plane-us-east-1b.masters.c.example.com\n  \tImageID             \t ami-1 -> ami-2\n\n"
    );
    let dangers: Vec<_> = rules_of(&grown)
        .into_iter()
        .filter(|line| line.starts_with("danger"))
        .collect();
    assert_eq!(
        dangers,
        [
            "danger etcd-volume-added",
            "danger control-plane-member-added",
            "danger api-opened-to-internet",
        ]
    );
}

#[test]
fn what_has_no_instances_yet_is_not_rolled() {
    let half = HALF.concat();
    let templates = "  LaunchTemplate/control-plane-us-east-1a.masters.c.example.com\n  \tInstanceType        \t t3.medium -> m5.large\n\n  LaunchTemplate/nodes-us-east-1a.c.example.com\n  \tImageID             \t ami-1 -> ami-2\n  \tInstanceType        \t t3.large -> m5.large\n\n";
    let version = "  ManagedFile/cluster-completed.spec\n  \tContents            \n  \t                    \t+   kubernetesVersion: 1.34.0\n  \t                    \t-   kubernetesVersion: 1.35.0\n  \t                    \t\n\n";
    let changed =
        format!("Will create resources:\n{half}Will modify resources:\n{templates}{version}");
    assert_eq!(rules_of(&changed), ["warning api-open-to-internet"]);
    // Of a cluster that runs, only the group that is still to be created has none.
    let added = format!(
        "Will create resources:\n  AutoscalingGroup/nodes-us-east-1a.c.example.com\n\nWill modify resources:\n{templates}"
    );
    assert_eq!(
        rules_of(&added),
        [
            "danger control-plane-resized",
            "warning control-plane-rolls"
        ]
    );
}

#[test]
fn with_the_spec_it_is_known_whether_the_whole_control_plane_is_new() {
    let text = format!(
        "Will create resources:\n{}\nMust specify --yes to apply changes\n",
        HALF.concat()
    );
    let group = |name: &str, role: &str| {
        let yaml =
            format!("kind: InstanceGroup\nmetadata:\n  name: {name}\nspec:\n  role: {role}\n");
        crate::core::cluster::instance_groups(&yaml)
    };
    let dangers = |groups: &[InstanceGroupSummary]| {
        let found = judge(&parse(&text), groups, &[]).into_iter();
        let dangers = found.filter(|one| one.finding.severity == FindingSeverity::Danger);
        dangers.map(|one| one.subjects.len()).sum::<usize>()
    };
    // A group that Karpenter manages has no Auto Scaling group.
    let mut groups = group("control-plane-us-east-1a", "Master");
    groups.extend(group("karpenter", "Node"));
    assert_eq!(dangers(&groups), 0);
    groups.extend(group("control-plane-us-east-1b", "Master"));
    assert_eq!(dangers(&groups), 3);
}

#[test]
fn unread_lines_about_changes_are_a_danger_and_never_nothing() {
    let text = "Will modify resources:\n  EBSVolume/a.etcd-main.c.example.com\n - Encrypted: true -> false\n\nMust specify --yes to apply changes\n";
    assert_eq!(
        summaries(text),
        ["danger unread-changes: 1 line about what changes was not understood (0)"]
    );
    let odd = parse("odd\nNo changes need to be applied\n");
    assert!(odd.changes() && !odd.only_noise());
    let shown = crate::core::render::text::to_text(&Outline::new(odd));
    assert!(
        !shown.contains("nothing\n") && !shown.contains("no changes"),
        "{shown}"
    );
    assert!(
        shown.starts_with(
            "kops update cluster: what would change is not known\n1 line not understood\n"
        ),
        "{shown}"
    );
}

#[test]
fn kops_own_lines_around_a_report_are_known() {
    let dry_run = parse(concat!(
        "Using cluster from kubectl context: c.example.com\n\n",
        "Will modify resources:\n  AutoscalingGroup/nodes.c.example.com\n  \tMinSize             \t 1 -> 2\n\n",
        "Must specify --yes to apply changes\n",
    ));
    assert_eq!((dry_run.unread.len(), dry_run.log.len()), (0, 1));
}

#[test]
fn within_a_severity_the_harm_decides() {
    let found = findings(&parse(concat!(
        "Will modify resources:\n  NatGateway/a\n  \tTags                \t {} -> {kubernetes.io/cluster/c.example.com: shared}\n\n",
        "  AutoscalingGroup/nodes.c.example.com\n  \tMaxSize             \t 9 -> 3\n\n",
        "Must specify --yes to apply changes\n",
    )));
    let messages: Vec<_> = found.iter().map(|one| (one.rule, one.harm())).collect();
    assert_eq!(
        messages,
        [
            ("capacity-lowered", Harm::Outage),
            ("nat-gateway-reused", Harm::Cosmetic),
        ]
    );
}

#[test]
fn only_noise_is_told_apart() {
    let dry_run = parse(include_str!(
        "../../../../../tests/fixtures/kops/update-nochange.stdout"
    ));
    assert!(dry_run.only_noise());
    assert_eq!((dry_run.summary().modify, dry_run.summary().noise), (7, 7));
    let shown = crate::core::render::text::to_text(&Outline::new(dry_run.clone()));
    assert!(
        shown.contains("pending changes, only noise\n7 modify (7 only noise)\n"),
        "{shown}"
    );
}
