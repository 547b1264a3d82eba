//! Step 7, Access: who reaches the cluster, and how it speaks.

use super::field::{Editor, FieldSpec, Follows, Item, Judge, choice, text};
use super::typed::{comma_list, parse_cidrs, parse_text};
use super::{Wizard, cni, versions};
use strum::VariantArray;

use crate::core::answers::{ApiLoadBalancer, Dns, Networking};
use crate::core::check::CheckKind;
use crate::core::planning::access::host_bits;
use crate::core::problem::catalog as rule;
use crate::core::spec::fields::SpecKind;

/// The fields of this step, in the order of its rows.
pub static FIELDS: [&FieldSpec; 8] = [
    &SSH_PUBLIC_KEY,
    &SSH_ACCESS,
    &API_ACCESS,
    &API_LOAD_BALANCER,
    &BASTION,
    &CNI,
    &DNS,
    &KUBERNETES_VERSION,
];

pub static SSH_PUBLIC_KEY: FieldSpec = FieldSpec {
    label: "SSH public key",
    fixed: Some("the cluster has its key, and kops takes exactly one on AWS"),
    reason: "The public half of an ed25519 or RSA key; the private one is never read.",
    help: "kops stores the public key in the state store and EC2 puts it on every instance.",
    rules: &[rule::SSH_KEY_MISSING, rule::SSH_KEY_NOT_PUBLIC],
    judge: Some(Judge::Check(CheckKind::SshKey)),
    editor: Editor::Cluster(text!(access.ssh_public_key, String::clone, parse_text)),
    ..FieldSpec::BLANK
};

fn vpc_cidrs(wizard: &Wizard, _: &Item) -> Option<String> {
    Some(comma_list(&wizard.vpc()?.cidrs))
}

static SSH_ACCESS: FieldSpec = FieldSpec {
    label: "SSH access (CIDRs)",
    reason: "Who may reach SSH; empty: the VPC's CIDRs, which suits a VPN.",
    help: "CIDRs separated by commas. 0.0.0.0/0 opens SSH to the internet.",
    when_empty: "the VPC's CIDRs",
    unset: Some(vpc_cidrs),
    sets: Some((SpecKind::Cluster, "sshAccess")),
    rules: &[rule::SSH_OPEN, rule::ACCESS_HOST_BITS],
    causes: |answers, problem| {
        let mut ranges = answers.access.ssh.iter();
        let about_ssh = ranges.any(|range| host_bits(*range).what == problem.what);
        problem.id != rule::ACCESS_HOST_BITS.id || about_ssh
    },
    editor: Editor::Cluster(text!(access.ssh, comma_list, parse_cidrs)),
    ..FieldSpec::BLANK
};

static API_ACCESS: FieldSpec = FieldSpec {
    label: "API access (CIDRs)",
    reason: "Who may reach the Kubernetes API; empty: the VPC's CIDRs.",
    help: "CIDRs separated by commas. With an internal load balancer only the VPC and what is connected to it get there in any case.",
    when_empty: "the VPC's CIDRs",
    unset: Some(vpc_cidrs),
    sets: Some((SpecKind::Cluster, "kubernetesApiAccess")),
    rules: &[
        rule::API_OPEN,
        rule::API_PUBLIC_UNREACHABLE,
        rule::ACCESS_HOST_BITS,
    ],
    editor: Editor::Cluster(text!(access.api, comma_list, parse_cidrs)),
    ..FieldSpec::BLANK
};

static API_LOAD_BALANCER: FieldSpec = FieldSpec {
    label: "API load balancer",
    fixed: Some(
        "AWS turns no internal load balancer into a public one, and the API would get another address",
    ),
    reason: "Internal is reached through a VPN or a bastion; public from the internet.",
    help: "A network load balancer in the utility subnets either way.",
    sets: Some((SpecKind::Cluster, "api.loadBalancer.type")),
    rules: &[rule::API_INSIDE_ONLY],
    editor: Editor::Cluster(choice!(
        access.api_load_balancer,
        ApiLoadBalancer::VARIANTS,
        &["internal", "public"]
    )),
    ..FieldSpec::BLANK
};

static BASTION: FieldSpec = FieldSpec {
    label: "Bastion",
    reason: "A VPN is preferred; a bastion is one small instance in the utility subnets.",
    help: "The bastion is reached by SSH from the CIDRs above and reaches every node.",
    sets: Some((SpecKind::Cluster, "topology.bastion")),
    // Its type and image follow from the control plane's.
    rules: &[
        rule::BASTION_UNREACHABLE,
        rule::CONTROL_PLANE_SMALL,
        rule::MACHINE_TYPE_MISSING,
        rule::MACHINE_TYPE_UNKNOWN,
        rule::MACHINE_TYPE_NOT_OFFERED,
        rule::ARCHITECTURE_UNSUPPORTED,
        rule::ARCHITECTURE_DIFFERS,
        rule::IMAGE_INVALID,
        rule::IMAGE_UNKNOWN,
        rule::IMAGE_FROM_PARAMETER,
        rule::IMAGE_UNAVAILABLE,
    ],
    editor: Editor::Cluster(choice!(
        access.bastion,
        &[false, true],
        &["none", "one instance"]
    )),
    ..FieldSpec::BLANK
};

static CNI: FieldSpec = FieldSpec {
    label: "CNI",
    fixed: Some("kops does not move the pods of a running cluster to another CNI"),
    reason: "Cilium is kops's present default.",
    help: "With amazonvpc pods take addresses from the private subnets, so plan larger CIDRs.",
    sets: Some((SpecKind::Cluster, "networking")),
    list: Some(cni::choices),
    editor: Editor::Cluster(choice!(
        networking,
        Networking::ALL,
        Networking::ALL
            .iter()
            .map(|one| one.word())
            .collect::<Vec<_>>()
    )),
    ..FieldSpec::BLANK
};

static DNS: FieldSpec = FieldSpec {
    label: "DNS",
    fixed: Some("nodes and kubeconfigs know the API by its name"),
    reason: "None needs no zone in Route 53; the API is found by its load balancer.",
    help: "private and public write records into a hosted zone of Route 53 that exists.",
    sets: Some((SpecKind::Cluster, "topology.dns.type")),
    rules: &[
        rule::DNS_ZONE_INVALID,
        rule::DNS_ZONE_DIFFERS,
        rule::DNS_ZONE_UNUSED,
        rule::DNS_ZONE_NEEDED,
    ],
    editor: Editor::Cluster(choice!(
        dns,
        Dns::VARIANTS,
        &["none", "private hosted zone", "public hosted zone"]
    )),
    ..FieldSpec::BLANK
};

static KUBERNETES_VERSION: FieldSpec = FieldSpec {
    label: "Kubernetes version",
    reason: "The newest that this kops supports is not always the safest: one minor version behind is.",
    help: "Three numbers, such as 1.35.5. kops supports its own minor version and several before it.",
    sets: Some((SpecKind::Cluster, "kubernetesVersion")),
    rules: &[
        rule::KUBERNETES_VERSION_INVALID,
        rule::KUBERNETES_VERSION_TOO_OLD,
        rule::KUBERNETES_VERSION_DEPRECATED,
        rule::KUBERNETES_VERSION_TOO_NEW,
        rule::KUBERNETES_VERSION_BEYOND_KOPS,
        rule::KUBERNETES_VERSION_BELOW_REQUIRED,
        rule::KUBERNETES_VERSION_OUTDATED,
        rule::CHANNEL_NOT_READ,
    ],
    planned: Some(|plan| plan.kubernetes_version.clone()),
    list: Some(versions::choices),
    follows: Some(Follows::KubernetesVersion),
    editor: Editor::Cluster(text!(kubernetes_version, String::clone, parse_text)),
    ..FieldSpec::BLANK
};
