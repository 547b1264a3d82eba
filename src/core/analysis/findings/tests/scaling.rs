//! What Auto Scaling does when a group is changed.

use super::*;

const GROUP: &str = "AutoscalingGroup/nodes.c.example.com";

fn group(field: &str, values: &str) -> Vec<String> {
    messages(MODIFY, GROUP, &[(field, &format!(" {values}"))])
}

#[test]
fn the_share_of_on_demand_is_told_with_awss_default_of_100() {
    let spot = "every instance above the On-Demand base becomes a Spot Instance";
    for values in ["<nil> -> 0", "100 -> 0", "20 -> 0"] {
        let expected = [format!("danger all-spot: {spot}")];
        assert_eq!(
            group("MixedOnDemandAboveBase", values),
            expected,
            "{values}"
        );
    }
    assert_eq!(
        group("MixedOnDemandAboveBase", "<nil> -> 30"),
        [
            "warning on-demand-lowered: above the base 30 percent stay On-Demand instead of 100, the others become Spot Instances"
        ]
    );
    for values in ["0 -> 50", "<nil> -> 100", "0 -> 0"] {
        assert_eq!(
            group("MixedOnDemandAboveBase", values),
            Vec::<String>::new(),
            "{values}"
        );
    }
}

#[test]
fn a_falling_base_is_told() {
    assert_eq!(
        group("MixedOnDemandBase", "3 -> 0"),
        [
            "danger all-spot: the On-Demand base falls from 3 to 0: where the share above it is 0, every instance becomes a Spot Instance"
        ]
    );
    assert_eq!(
        group("MixedOnDemandBase", "3 -> 1"),
        ["warning on-demand-lowered: the On-Demand base falls from 3 to 1"]
    );
    assert_eq!(
        group("MixedOnDemandBase", "<nil> -> 0"),
        Vec::<String>::new()
    );
}

#[test]
fn a_base_that_a_larger_share_replaces_is_no_danger() {
    let share = |values: &str| {
        let fields = [
            ("MixedOnDemandBase", " 3 -> 0"),
            ("MixedOnDemandAboveBase", values),
        ];
        messages(MODIFY, GROUP, &fields)
    };
    assert_eq!(share(" 0 -> 100"), Vec::<String>::new());
    assert_eq!(
        share(" 100 -> 0"),
        ["danger all-spot: every instance of the group becomes a Spot Instance"]
    );
    assert_eq!(
        share(" 50 -> 20"),
        [
            "warning on-demand-lowered: above the base 20 percent stay On-Demand instead of 50, the others become Spot Instances"
        ]
    );
}

/// A field of a group, its change, and its finding.
const AT_ONCE: &[(&str, &str, &str)] = &[
    (
        "Subnets",
        "[id:a] -> [id:a, name:b]",
        "warning group-subnets-changed: the group gets the subnets name:b",
    ),
    (
        "Subnets",
        "[id:a, id:b] -> [id:a]",
        "danger group-subnets-removed: the group leaves the subnets id:b",
    ),
    (
        "Subnets",
        "[id:a, id:b] -> [name:x id:a]",
        "danger group-subnets-removed: the group leaves the subnets id:b",
    ),
    (
        "MaxInstanceLifetime",
        "0 -> 604800",
        "warning instance-lifetime-set: instances are replaced after 168 hours",
    ),
    (
        "LoadBalancers",
        "[name:a] -> []",
        "warning group-detached: the group leaves the load balancer name:a",
    ),
    (
        "SuspendProcesses",
        "[] -> [Terminate]",
        "warning scaling-processes-changed: Auto Scaling suspends Terminate of the group",
    ),
    (
        "SuspendProcesses",
        "[AZRebalance] -> []",
        "warning scaling-processes-changed: Auto Scaling resumes AZRebalance of the group",
    ),
    (
        "InstanceProtection",
        "true -> false",
        "note protection-removed: instances are no longer protected from scale-in",
    ),
    (
        "CapacityRebalance",
        "<nil> -> true",
        "note capacity-rebalanced: Capacity Rebalancing is switched on",
    ),
    (
        "MinSize",
        "1 -> 4",
        "note capacity-raised: MinSize goes from 1 to 4",
    ),
];

#[test]
fn what_auto_scaling_does_at_once_is_told() {
    for (field, values, expected) in AT_ONCE {
        assert_eq!(group(field, values), [*expected]);
    }
    for (field, values) in [
        ("Subnets", "[id:a, id:b] -> [id:b, id:a]"),
        ("Subnets", "[id:a, id:b] -> [name:x id:a, name:y id:b]"),
        ("MaxInstanceLifetime", "604800 -> 0"),
        ("InstanceProtection", "false -> true"),
    ] {
        assert_eq!(group(field, values), Vec::<String>::new(), "{field}");
    }
    let pool = |values: &str| {
        messages(
            MODIFY,
            "WarmPool/nodes.c.example.com",
            &[("Enabled", values)],
        )
    };
    assert_eq!(
        pool(" true -> false"),
        ["warning warm-pool-removed: the group's warm pool is deleted"]
    );
    assert_eq!(
        pool(" false -> true"),
        ["note warm-pool-added: the group gets a warm pool"]
    );
}

#[test]
fn what_a_load_balancer_and_a_name_do_at_once_is_told() {
    assert_eq!(
        messages(
            MODIFY,
            "ClassicLoadBalancer/api.c.example.com",
            &[
                ("Subnets", " [id:a] -> [id:b]"),
                ("ForAPIServer", " true -> true")
            ]
        ),
        ["warning load-balancer-changed: the ClassicLoadBalancer is changed: Subnets"]
    );
    assert_eq!(
        messages(
            MODIFY,
            "DNSName/api.c.example.com",
            &[("TargetLoadBalancer", " name:a -> name:b")]
        ),
        ["warning dns-name-moved: a DNS name leads to another target"]
    );
    assert_eq!(
        messages(
            MODIFY,
            "RouteTableAssociation/private-us-east-1a.c.example.com",
            &[("RouteTable", " id:a -> id:b")]
        ),
        ["warning route-changed: a route takes another way: RouteTable id:a -> id:b"]
    );
}

#[test]
fn new_routes_of_what_exists_are_told() {
    let of =
        |resource: &str, field: &str, value: &str| messages(CREATE, resource, &[(field, value)]);
    assert_eq!(
        of(
            "RouteTableAssociation/private-us-west-2a.c.example.com",
            "Subnet",
            "name:us-west-2a.c.example.com id:subnet-1"
        ),
        [
            "warning route-changed: a subnet that exists gets another route table: name:us-west-2a.c.example.com id:subnet-1"
        ]
    );
    assert_eq!(
        of(
            "Route/0.0.0.0/0",
            "RouteTable",
            "name:c.example.com id:rtb-1"
        ),
        [
            "warning route-changed: a route table that exists gets a route: name:c.example.com id:rtb-1"
        ]
    );
    assert_eq!(
        of("Route/0.0.0.0/0", "RouteTable", "name:c.example.com"),
        Vec::<String>::new()
    );
}

#[test]
fn keys_that_sign_are_not_made_a_second_time_without_a_word() {
    assert_eq!(
        messages(CREATE, "Keypair/kubernetes-ca", &[]),
        ["danger authority-made-again: a key that signs for a cluster that runs is created again"]
    );
    assert_eq!(
        messages(CREATE, "Keypair/etcd-clients-ca-cilium", &[]),
        Vec::<String>::new()
    );
}
