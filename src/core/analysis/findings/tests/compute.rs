//! Machines, and how many.

use super::*;

#[test]
fn machines_that_would_be_replaced_are_named() {
    let bigger = [("InstanceType", " t3.medium -> t3.large")];
    assert_eq!(
        messages(MODIFY, "LaunchTemplate/cp-a.masters.c.example.com", &bigger),
        [
            "danger control-plane-resized: the control plane's instance type changes: t3.medium -> t3.large",
            "warning control-plane-rolls: a rolling update replaces 1 instance group of the control plane"
        ]
    );
    assert_eq!(
        messages(
            MODIFY,
            "LaunchTemplate/nodes.c.example.com",
            &[("ImageID", " ami-1 -> ami-2")]
        ),
        [
            "warning image-changed: the image changes: ami-1 -> ami-2",
            ROLLING
        ]
    );
}

#[test]
fn capacity_that_goes_to_zero_is_named() {
    let group = "AutoscalingGroup/nodes.c.example.com";
    assert_eq!(
        messages(
            MODIFY,
            group,
            &[("MaxSize", " 3 -> 0"), ("MinSize", " 1 -> 0")]
        ),
        ["danger capacity-to-zero: MaxSize goes from 3 to 0"]
    );
    assert_eq!(
        messages(MODIFY, group, &[("MinSize", " 1 -> 0")]),
        ["danger capacity-to-zero: MinSize goes from 1 to 0"]
    );
    assert_eq!(messages(MODIFY, group, &[("MinSize", " 3 -> 1")]), [""; 0]);
}

#[test]
fn a_lower_limit_is_named() {
    let group = "AutoscalingGroup/nodes.c.example.com";
    assert_eq!(
        messages(MODIFY, group, &[("MaxSize", " 6 -> 2")]),
        ["warning capacity-lowered: the maximum of instances falls from 6 to 2"]
    );
    assert_eq!(messages(MODIFY, group, &[("MaxSize", " 2 -> 6")]), [""; 0]);
}

#[test]
fn one_more_group_of_the_control_plane_is_a_danger_only_where_one_runs() {
    let group = "AutoscalingGroup/cp-d.masters.c.example.com";
    assert_eq!(
        messages(CREATE, group, &[]),
        ["danger control-plane-member-added: the control plane gets one more instance group"]
    );
    let fresh = format!("{CREATE}\n  {group}\n\n  ManagedFile/cluster-completed.spec\n\n");
    assert_eq!(messages_in(&fresh), [""; 0]);
}

#[test]
fn spot_is_named_when_it_begins() {
    let of = |value| {
        messages(
            MODIFY,
            "LaunchTemplate/nodes.c.example.com",
            &[("SpotPrice", value)],
        )
    };
    assert_eq!(
        of("  -> 0.05"),
        [
            "warning spot-requested: instances become Spot Instances, up to 0.05 USD an hour",
            ROLLING
        ]
    );
    assert_eq!(of(" 0.05 -> 0.06"), [ROLLING]);
}

#[test]
fn the_spec_tells_how_many_machines_are_replaced() {
    let text = format!(
        "{MODIFY}\n  IAMRole/x\n{TAG}\n  LaunchTemplate/nodes.c.example.com\n  \tImageID             \t a -> b\n\n"
    );
    let spec = "kind: InstanceGroup\nmetadata:\n  name: nodes\nspec:\n  role: Node\n  minSize: 2\n  maxSize: 5\n";
    let groups = crate::core::cluster::instance_groups(spec);
    let found = judge(&parse(&text), &groups, &[]);
    let mut found = found.iter().map(|folded| &folded.finding);
    let rolls = found.find(|one| one.rule == "rolling-update-needed");
    assert_eq!(
        rolls.unwrap().message,
        "a rolling update replaces 1 instance group of nodes: 2 to 5 instances"
    );
}
