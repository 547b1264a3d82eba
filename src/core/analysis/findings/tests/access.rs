//! Who may reach what.

use super::*;

#[test]
fn openings_to_the_internet_are_told_by_port() {
    let rule = |cidr: &'static str, from: &'static str, to: &'static str| {
        let name = if cidr.contains(':') {
            "IPv6CIDR"
        } else {
            "CIDR"
        };
        let fields = [
            (name, cidr),
            ("Protocol", "tcp"),
            ("FromPort", from),
            ("ToPort", to),
        ];
        messages(CREATE, "SecurityGroupRule/x", &fields)
    };
    assert_eq!(
        rule("0.0.0.0/0", "22", "22"),
        ["danger ssh-open-to-internet: SSH is open to 0.0.0.0/0"]
    );
    assert_eq!(
        rule("::/0", "0", "65535"),
        ["danger ssh-open-to-internet: SSH is open to ::/0"]
    );
    assert_eq!(
        rule("0.0.0.0/0", "443", "443"),
        ["danger api-opened-to-internet: the Kubernetes API is open to 0.0.0.0/0"]
    );
    assert_eq!(
        rule("0.0.0.0/0", "30000", "32767"),
        ["warning port-open-to-internet: tcp ports 30000 to 32767 are open to 0.0.0.0/0"]
    );
    assert_eq!(rule("172.20.0.0/16", "22", "22"), [""; 0]);
}

#[test]
fn outgoing_rules_and_icmp_are_no_openings() {
    let everywhere = ("CIDR", "0.0.0.0/0");
    let egress = [everywhere, ("Egress", "true")];
    assert_eq!(messages(CREATE, "SecurityGroupRule/x", &egress), [""; 0]);
    let icmp = [
        everywhere,
        ("Protocol", "icmp"),
        ("FromPort", "3"),
        ("ToPort", "4"),
    ];
    assert_eq!(messages(CREATE, "SecurityGroupRule/x", &icmp), [""; 0]);
}

#[test]
fn a_modified_rule_is_told_by_its_name() {
    let name = "SecurityGroupRule/from-0.0.0.0/0-ingress-tcp-22to22-masters.c.example.com";
    assert_eq!(
        messages(MODIFY, name, &[("Tags", " {} -> {a: b}")]),
        ["danger ssh-open-to-internet: SSH is open to 0.0.0.0/0"]
    );
    let all = "SecurityGroupRule/from-::/0-ingress-all-0to0-nodes.c.example.com";
    assert_eq!(
        messages(MODIFY, all, &[("Tags", " {} -> {a: b}")]),
        ["danger ssh-open-to-internet: SSH is open to ::/0"]
    );
}

#[test]
fn a_public_load_balancer_is_noted() {
    assert_eq!(
        messages(
            CREATE,
            "NetworkLoadBalancer/api.c.example.com",
            &[("Scheme", "internet-facing")]
        ),
        [
            "danger api-address-changes: the API's address changes: it gets a new load balancer",
            "note api-load-balancer-public: the API's load balancer is on the internet"
        ]
    );
}

#[test]
fn a_new_cluster_may_open_its_api() {
    let spec = "  ManagedFile/cluster-completed.spec\n\n";
    let rule = "  SecurityGroupRule/from-0.0.0.0/0-ingress-tcp-443to443-api.c.example.com\n\n";
    assert_eq!(
        messages_in(&format!("{CREATE}\n{spec}{rule}")),
        ["warning api-open-to-internet: the Kubernetes API is open to 0.0.0.0/0"]
    );
}

#[test]
fn half_of_the_internet_is_as_bad_as_all_of_it() {
    let open = |cidr: &'static str| {
        let fields = [
            ("CIDR", cidr),
            ("Protocol", "tcp"),
            ("FromPort", "22"),
            ("ToPort", "22"),
        ];
        messages(CREATE, "SecurityGroupRule/x", &fields)
    };
    assert_eq!(
        open("128.0.0.0/1"),
        ["danger ssh-open-to-internet: SSH is open to 128.0.0.0/1"]
    );
    assert_eq!(open("10.0.0.0/8"), [""; 0]);
}

#[test]
fn what_stays_open_until_prune_is_named() {
    let prune = "Items will be deleted only when the --prune flag is specified:";
    let open =
        |item: &str| messages_in(&format!("{prune}\n  SecurityGroupRule    sg-1: {item}\n\n"));
    let waits = "warning deleted-on-prune: SecurityGroupRule is deleted when --prune is given";
    assert_eq!(
        open("port=22 protocol=tcp ip=0.0.0.0/0 ipv6="),
        [
            waits,
            "warning open-until-prune: SSH stays open to 0.0.0.0/0 until kops update cluster --prune"
        ]
    );
    assert_eq!(
        open("port=30000-32767 protocol=tcp ip= ipv6=::/0"),
        [
            waits,
            "warning open-until-prune: port 30000-32767 stays open to ::/0 until kops update cluster --prune"
        ]
    );
    assert_eq!(open("port=22 protocol=tcp ip=10.0.0.0/8 ipv6="), [waits]);
}

#[test]
fn a_machine_that_opens_up_is_named() {
    let template = "LaunchTemplate/nodes.c.example.com";
    let rolls = "note rolling-update-needed: a rolling update replaces 1 instance group of nodes";
    let of = |field, value| messages(MODIFY, template, &[(field, value)]);
    assert_eq!(
        of("HTTPTokens", " required -> optional"),
        [
            "warning metadata-opened: the metadata service answers without a token",
            rolls
        ]
    );
    assert_eq!(
        of("HTTPPutResponseHopLimit", " 1 -> 3"),
        [
            "warning metadata-opened: the metadata service answers over 3 hops instead of 1",
            rolls
        ]
    );
    assert_eq!(
        of("AssociatePublicIP", " false -> true"),
        [
            "warning public-address-added: instances get addresses on the internet",
            rolls
        ]
    );
    assert_eq!(of("HTTPTokens", " optional -> required"), [rolls]);
    assert_eq!(
        messages(
            MODIFY,
            "NetworkLoadBalancer/api.c.example.com",
            &[("Scheme", " internal -> internet-facing")]
        ),
        ["danger api-load-balancer-published: the API's load balancer moves onto the internet"]
    );
}
