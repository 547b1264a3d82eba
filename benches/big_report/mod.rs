//! Reports of any size in kops's own format, for every benchmark that reads one.

use std::fmt::Write as _;

/// A dry run of about this many lines and 100 bytes a line: new, changed and deleted resources as they come in
/// real reports, with maps, diffs and long names.
pub(crate) fn report(lines: usize) -> String {
    let mut text = String::with_capacity(lines * 110);
    text.push_str("Will create resources:\n");
    for index in 0..lines / 20 {
        created(&mut text, index);
    }
    text.push_str("Will modify resources:\n");
    for index in 0..lines / 20 {
        modified(&mut text, index);
    }
    text.push_str("Items will be deleted only when the --prune flag is specified:\n");
    for index in 0..lines / 20 {
        let item = format!("sg-{index:017x}: port=22 protocol=tcp ip=172.20.0.0/16 ipv6=");
        let _ = writeln!(text, "  {:<20} {item}", "SecurityGroupRule");
    }
    text.push_str("\nMust specify --yes to apply changes\n");
    text
}

fn created(text: &mut String, index: usize) {
    let name = format!("nodes-{index:05}-us-east-1a.prod.example.com");
    let _ = writeln!(text, "  AutoscalingGroup/{name}");
    let metrics = "[GroupDesiredCapacity, GroupInServiceInstances, GroupMaxSize, GroupMinSize, GroupPendingInstances, GroupStandbyInstances, GroupTerminatingInstances, GroupTotalInstances]";
    for (field, value) in [
        ("Granularity", "1Minute"),
        ("LaunchTemplate", &format!("name:{name}")),
        ("MaxSize", "6"),
        ("Metrics", metrics),
        ("MinSize", "1"),
        ("Tags", &tags(&name)),
    ] {
        let _ = writeln!(text, "  \t{field:<20}\t{value}");
    }
    text.push('\n');
}

fn modified(text: &mut String, index: usize) {
    let name = format!("nodes-{index:05}-us-east-1a.prod.example.com");
    let _ = writeln!(text, "  LaunchTemplate/{name}");
    let _ = writeln!(text, "  \t{:<20}\t t3.medium -> t3.large", "InstanceType");
    let tags = tags(&name);
    let _ = writeln!(text, "  \t{:<20}\t {{}} -> {tags}", "Tags");
    let _ = writeln!(text, "  \t{:<20}", "UserData");
    for line in [
        "...",
        "    - 7644623e4ec9ad443ab352a8a5800a5180ee28741288be805286ba72bb8e7164@https://artifacts.k8s.io/binaries/cloud-provider-aws/v1.31.7/linux/amd64/ecr-credential-provider-linux-amd64",
        &format!("+ NodeupConfigHash: {index:043x}="),
        "- NodeupConfigHash: LGJCMs3SIXcSlN+7MQrKAAoN9qyLZraW2Q7wb977ZKM=",
        "  __EOF_KUBE_ENV",
        "...",
        "",
    ] {
        let _ = writeln!(text, "  \t{:<20}\t{line}", "");
    }
    text.push('\n');
}

fn tags(name: &str) -> String {
    format!(
        "{{KubernetesCluster: prod.example.com, Name: {name}, aws-node-termination-handler/managed: , k8s.io/cluster-autoscaler/node-template/label/node-role.kubernetes.io/node: , k8s.io/cluster-autoscaler/node-template/label/topology.kubernetes.io/zone: us-east-1a, k8s.io/role/node: 1, kops.k8s.io/instancegroup: {name}, kubernetes.io/cluster/prod.example.com: owned}}"
    )
}

/// One changed resource whose tags make one line of this many bytes.
pub(crate) fn long_line(bytes: usize) -> String {
    let tag = "k8s.io/cluster-autoscaler/node-template/label/x: y -> z, ";
    let tags = tag.repeat(bytes / tag.len());
    format!(
        "Will modify resources:\n  VPC/a\n  \tTags                \t {{}} -> {{{tags}}}\n\nMust specify --yes to apply changes\n"
    )
}
