//! Where the dry runs of kops 1.28 to 1.37 differ, by its `dryrun_target.go` and tasks; docs/kops-versions.md lists it.

#![allow(clippy::unwrap_used)]

use super::printed::holds_everything;
use super::*;
use crate::core::analysis::category::Category;
use crate::core::analysis::findings::judge;
use crate::core::analysis::grouping::GroupHeading;
use crate::core::analysis::noise::{Noise, is_noise};
use crate::core::render::outline::Outline;

const END: &str = "Must specify --yes to apply changes\n";

/// Everything in it was understood.
fn read(body: &str) -> DryRun {
    let text = format!("{body}{END}");
    let dry_run = parse(&text);
    assert_eq!(
        (dry_run.unread.len(), dry_run.log.len()),
        (0, 0),
        "{dry_run:?}"
    );
    assert_eq!(dry_run.ending, Ending::ChangesWait);
    holds_everything(&dry_run, &text);
    dry_run
}

fn summary(dry_run: &DryRun) -> (usize, usize) {
    let summary = dry_run.summary();
    (summary.delete, summary.delete_on_prune)
}

#[test]
fn up_to_1_28_every_deletion_is_made_by_the_update() {
    // No blank line follows the section.
    let dry_run = read(
        "Will delete items:\n  SecurityGroupRule    sg-1: port=22\n  LaunchTemplate       a\n",
    );
    assert_eq!(summary(&dry_run), (2, 0));
    let found = judge(&dry_run, &[], &[]);
    let rules: Vec<_> = found.iter().map(|one| one.finding.rule).collect();
    assert_eq!(rules, ["deleted", "deleted"]);
}

#[test]
fn from_1_29_what_prune_deletes_stands_apart() {
    let dry_run = read(concat!(
        "Items will be deleted only when the --prune flag is specified:\n",
        "  SecurityGroupRule    sg-1: port=22\n\n",
        "Items will be deleted during update:\n  LaunchTemplate       a\n\n",
    ));
    assert_eq!(summary(&dry_run), (1, 1));
}

#[test]
fn up_to_1_32_flags_and_sizes_that_stay_are_printed_and_are_noise() {
    let field = |name: &str, value: &str| format!("  \t{name:<20}\t {value}\n");
    let body = [
        "Will modify resources:\n  SSHKey/a\n".to_owned(),
        field("Shared", "false -> false"),
        "\n  WarmPool/b\n".to_owned(),
        field("MaxSize", "1 -> 2"),
        field("MinSize", "0 -> 0"),
        "\n".to_owned(),
    ];
    let dry_run = read(&body.concat());
    let noisy: Vec<_> = dry_run.resources.iter().map(is_noise).collect();
    assert_eq!(noisy, [true, false]);
    assert_eq!(Outline::new(dry_run).noises, [(Noise::Unchanged, 2)]);
    // A value of which kops prints only a part may differ in the rest.
    let same = [
        "  IAMRolePolicy/c\n",
        &field("Role", "name:c -> name:c"),
        "\n",
    ]
    .concat();
    assert_eq!(
        Outline::new(read(&format!("Will modify resources:\n{same}"))).noises,
        []
    );
}

#[test]
fn from_1_33_flags_and_sizes_are_printed_when_they_change() {
    let dry_run = read(&format!(
        "Will modify resources:\n  IAMRolePolicy/a\n  \t{:<20}\t false -> true\n\n",
        "Managed"
    ));
    let resource = dry_run.resources.first().unwrap();
    assert_eq!(resource.changed("Managed"), Some(("false", "true")));
    assert!(!is_noise(resource));
}

#[test]
fn from_1_33_kops_logs_a_type_that_it_cannot_compare() {
    let line = "W0427 14:27:55.123456    2060 dryrun_target.go:367] unhandled type in diff construction: float64";
    let dry_run = parse(&format!(
        "{line}\nWill modify resources:\n  TargetGroup/a\n  \t{:<20}\t 1 -> 2\n\n{END}",
        "Weight"
    ));
    assert_eq!(dry_run.log, [line.into()]);
    assert_eq!(dry_run.unread, []);
    let found = judge(&dry_run, &[], &[]);
    assert!(
        found.iter().any(|one| one
            .finding
            .message
            .contains("unhandled type in diff construction")),
        "{found:?}"
    );
}

#[test]
fn every_version_may_end_a_resource_with_a_complaint_and_no_blank_line() {
    let dry_run = read(concat!(
        "Will modify resources:\n  Subnet/a\n   internal consistency error!\n",
        "    actual: &{Name:a}\n    expect: &{Name:a}\n    change: &{Name:<nil>}\n",
        "  VPC/b\n  \tCIDR                \t a -> b\n\n",
    ));
    let names: Vec<_> = dry_run.resources.iter().map(Resource::title).collect();
    assert_eq!(names, ["Subnet/a", "VPC/b"]);
    assert_eq!(Outline::new(dry_run).noises, [(Noise::Inconsistent, 1)]);
}

#[test]
fn up_to_1_35_add_ons_are_files_and_from_1_36_tasks_of_their_own() {
    let name = "prod.example.com-addons-coredns.addons.k8s.io-k8s-1.12";
    let files = read(&format!(
        "Will create resources:\n  ManagedFile/{name}\n  \tLocation            \taddons/x.yaml\n\n  ManagedFile/prod.example.com-addons-bootstrap\n\n"
    ));
    let tasks = read(&format!(
        "Will create resources:\n  AddonManifest/{name}\n\n  BootstrapChannel/prod.example.com-addons-bootstrap\n\n"
    ));
    for dry_run in [files, tasks] {
        let groups = Outline::new(dry_run).groups.into_iter();
        let headings: Vec<_> = groups.map(|group| group.heading).collect();
        assert_eq!(headings, [GroupHeading::Category(Category::State)]);
    }
}

/// Every task of kops's `awstasks`, `fitasks` and `bootstrapchannelbuilder` marked `+kops:fitask`, 1.30 to 1.37.
const TASKS: &str = "AddonManifest AutoscalingGroup AutoscalingLifecycleHook BootstrapChannel ClassicLoadBalancer DHCPOptions DNSName DNSZone EBSVolume EgressOnlyInternetGateway ElasticIP EventBridgeRule EventBridgeTarget IAMInstanceProfile IAMInstanceProfileRole IAMOIDCProvider IAMRole IAMRolePolicy Instance InternetGateway Keypair LaunchTemplate ManagedFile MirrorKeystore MirrorSecrets NatGateway NetworkLoadBalancer NetworkLoadBalancerListener Route RouteTable RouteTableAssociation SQS SSHKey Secret SecurityGroup SecurityGroupRule Subnet TargetGroup VPC VPCAmazonIPv6CIDRBlock VPCCIDRBlock VPCDHCPOptionsAssociation WarmPool";

#[test]
fn every_task_of_every_version_has_a_category() {
    let unknown = TASKS
        .split(' ')
        .filter(|kind| Category::from_type(kind) == Category::Other);
    assert_eq!(unknown.collect::<Vec<_>>(), Vec::<&str>::new());
}
