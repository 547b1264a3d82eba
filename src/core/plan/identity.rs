//! Name, region, state store and DNS of the cluster.

use super::version;
use crate::core::answers::{Answers, Dns};
use crate::core::catalog as rule;
use crate::core::cluster_name::{self, is_subdomain};
use crate::core::copied::Copied;
use crate::core::inventory::Inventory;
use crate::core::problem::{About, Problem};
use crate::core::untrusted::visible;

const LONGEST_LABEL: usize = 63;

/// Problems of the first questions, which need no VPC.
pub(super) fn problems(inventory: &Inventory, answers: &Answers) -> Vec<Problem> {
    let mut found = Vec::new();
    found.extend(name(answers));
    found.extend(region(inventory, answers));
    found.extend(state_store(&answers.state_store));
    found.extend(version::problems(inventory, answers));
    found.extend(dns(answers));
    found.extend(not_read(inventory));
    found
}

/// Whether a text can name a cluster or a group: a DNS-1123 subdomain (labels of lower-case letters, digits and inner
/// dashes, joined by dots) that kops's YAML reader does not take for a truth value, a number or a date.
pub(super) fn is_dns_name(name: &str) -> bool {
    let misread = ["y", "n", "yes", "no", "on", "off"].contains(&name);
    let lettered = name.bytes().any(|byte| byte.is_ascii_lowercase());
    is_subdomain(name) && lettered && !misread && name.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    label.len() <= LONGEST_LABEL && cluster_name::is_label(label)
}

fn name(answers: &Answers) -> Option<Problem> {
    let name = answers.cluster.as_str();
    if name.is_empty() {
        return Some(rule::CLUSTER_NAME_MISSING.problem(
            About::Account,
            "the cluster has no name",
            "kops names every resource after it",
            "give a name such as prod.example.com (answers: cluster)",
        ));
    }
    if !is_dns_name(name) {
        return Some(rule::CLUSTER_NAME_INVALID.problem(
            About::Account,
            format!("{} is not a DNS name", visible(name)),
            "kops takes lower-case letters, digits and dashes, in labels of at most 63 characters joined by dots, 253 in all, and nothing that YAML reads as a number or a truth value",
            "choose a name such as prod.example.com (answers: cluster)",
        ));
    }
    qualified(name, answers.dns)
}

fn qualified(name: &str, dns: Dns) -> Option<Problem> {
    if dns == Dns::None {
        return None;
    }
    if !name.contains('.') {
        return Some(rule::CLUSTER_NAME_NOT_QUALIFIED.problem(
            About::Account,
            format!("{name} has no domain"),
            "with DNS records kops wants a fully qualified name, below a hosted zone",
            format!("choose a name such as {name}.example.com, or answer `dns: none`"),
        ));
    }
    name.ends_with(".k8s.local").then(|| {
        rule::CLUSTER_NAME_GOSSIP.problem(
            About::Account,
            format!("{name} asks kops for gossip instead of DNS"),
            "kops reads the ending .k8s.local as gossip, which kops 1.37 refuses",
            "choose a name in a domain of yours, or answer `dns: none`",
        )
    })
}

/// A cluster of that name that has subnets somewhere in the account.
pub(super) fn exists(inventory: &Inventory, answers: &Answers) -> Option<Problem> {
    let name = answers.cluster.as_str();
    let vpc = inventory
        .vpcs
        .iter()
        .find(|vpc| vpc.clusters().iter().any(|cluster| cluster.raw() == name))?;
    Some(rule::CLUSTER_EXISTS.problem(
        About::Account,
        format!("the cluster {} exists in {}", visible(name), visible(&vpc.id)),
        "its subnets are there, tagged as its own; a second cluster of that name would take them over",
        format!("choose another name, or change that cluster: {}", Copied::default().to_change(name)),
    ))
}

fn region(inventory: &Inventory, answers: &Answers) -> Option<Problem> {
    let asked = answers.region.as_str();
    if asked.is_empty() {
        return Some(rule::REGION_MISSING.problem(
            About::Account,
            "no region is chosen",
            "the VPC, its zones and its NAT gateways belong to one region",
            "name it (answers: region, or --region)",
        ));
    }
    (asked != inventory.region).then(|| {
        rule::REGION_DIFFERS.problem(
            About::Account,
            format!(
                "the answers are for {}, the inventory is of {}",
                visible(asked),
                visible(&inventory.region)
            ),
            "nothing that was found can be used in another region",
            format!(
                "discover {} (--region), or correct the answers",
                visible(asked)
            ),
        )
    })
}

fn state_store(store: &str) -> Option<Problem> {
    if store.is_empty() {
        return Some(rule::STATE_STORE_MISSING.problem(
            About::Account,
            "no state store is named",
            "kops keeps the spec, keys and secrets of the cluster there",
            "name a bucket as s3://BUCKET (answers: stateStore, --state, or KOPS_STATE_STORE)",
        ));
    }
    let Some(path) = store.strip_prefix("s3://") else {
        return Some(rule::STATE_STORE_NOT_S3.problem(
            About::Account,
            format!("the state store {} is not in S3", visible(store)),
            "the instances read it when they start; on AWS only a bucket serves a running cluster",
            "name a bucket as s3://BUCKET",
        ));
    };
    let bucket = path.split('/').next().unwrap_or_default();
    (!is_bucket(bucket)).then(|| {
        rule::STATE_STORE_INVALID.problem(
            About::Account,
            format!("{} names no bucket that S3 would have", visible(store)),
            "a bucket's name has 3 to 63 lower-case letters, digits, dots and dashes, and begins and ends with a letter or digit",
            "correct the bucket's name",
        )
    })
}

/// Whether S3 would have a bucket of this name.
pub(super) fn is_bucket(name: &str) -> bool {
    (3..=LONGEST_LABEL).contains(&name.len()) && name.split('.').all(is_label)
}

fn dns(answers: &Answers) -> Vec<Problem> {
    let zone = visible(&answers.dns_zone);
    let kind = match answers.dns {
        Dns::None if zone.is_empty() => return Vec::new(),
        Dns::None => {
            return vec![rule::DNS_ZONE_UNUSED.problem(
                About::Access,
                format!("the hosted zone {zone} is named, and DNS is none"),
                "without records kops needs no zone and ignores it",
                "answer `dns: private` or `dns: public`, or remove dnsZone",
            )];
        }
        Dns::Private => "private",
        Dns::Public => "public",
    };
    let mut found = vec![needed(kind, &zone)];
    // Without a dot it is the zone's id.
    let named = zone.contains('.');
    let above = format!(".{}", zone.trim_end_matches('.'));
    if named && !answers.cluster.ends_with(&above) {
        found.push(rule::DNS_ZONE_DIFFERS.problem(
            About::Access,
            format!("{} is not below the hosted zone {zone}", visible(&answers.cluster)),
            "a zone holds only names that end with its own",
            "name the zone that the cluster's name ends with (answers: dnsZone), or leave it out: kops finds the longest one",
        ));
    }
    found
}

fn needed(kind: &str, zone: &str) -> Problem {
    let zone = if zone.is_empty() {
        "for a domain that the cluster's name ends with"
    } else {
        zone
    };
    rule::DNS_ZONE_NEEDED.problem(
        About::Access,
        format!("kops will write records into a {kind} hosted zone"),
        format!(
            "without a {kind} hosted zone {zone} in Route 53, kops stops; this was not checked"
        ),
        format!("see that the {kind} hosted zone exists, or answer `dns: none`"),
    )
}

fn not_read(inventory: &Inventory) -> impl Iterator<Item = Problem> {
    inventory.missing.iter().map(|fact| {
        rule::FACT_NOT_READ.problem(
            About::Account,
            format!("not known: {}", visible(&fact.fact)),
            format!("{}", fact.reason),
            fact.remedy(),
        )
    })
}
