//! Name, region, state store and DNS of the cluster.

use super::version;
use crate::core::answers::{Answers, Dns};
use crate::core::cluster_name::{self, is_subdomain};
use crate::core::inventory::Inventory;
use crate::core::kops::copied::Copied;
use crate::core::problem::{About, Problem, catalog as rule};
use crate::core::text::untrusted::visible;

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
            format!("the name {} is not a DNS name", visible(name)),
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
            format!("the name {name} has no domain"),
            "with DNS records kops wants a fully qualified name, below a hosted zone",
            format!("choose a name such as {name}.example.com, or answer `dns: none`"),
        ));
    }
    name.ends_with(".k8s.local").then(|| {
        rule::CLUSTER_NAME_GOSSIP.problem(
            About::Account,
            format!("the name {name} asks kops for gossip instead of DNS"),
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
        format!("choose another name, or change that cluster: {}", Copied::text_to_change(name)),
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
    if let Some(wrong) = wrong_zone(answers, &zone) {
        return vec![wrong];
    }
    vec![needed(kind, &zone)]
}

/// What kops would not find, or Route 53 not take. kops reads a text without a dot as the zone's id, compares names
/// letter by letter, and takes one dot at the end for none (`findZone` of `upup/pkg/fi/cloudup/dns.go`,
/// `pkg/model/awsmodel/dns.go`); Route 53 keeps names in lower case, and records only of a zone's own name and those
/// below it.
fn wrong_zone(answers: &Answers, shown: &str) -> Option<Problem> {
    let zone = answers.dns_zone.as_str();
    if zone.is_empty() {
        return None;
    }
    let invalid = |what: String, why: &str, remedy: String| {
        rule::DNS_ZONE_INVALID.problem(About::Access, what, why, remedy)
    };
    if !zone.contains('.') {
        return (!is_zone_id(zone)).then(|| {
            invalid(
                format!("the text {shown} is no hosted zone's id"),
                "kops reads a zone without a dot as an id, and Route 53's begin with Z and have upper-case letters and digits only",
                format!("write the id as Route 53 shows it, without /hostedzone/, or a name with a dot at its end ({}.)", shown.trim_start_matches("/hostedzone/").to_ascii_lowercase()),
            )
        });
    }
    let name = zone.strip_suffix('.').unwrap_or(zone);
    if !name.split('.').all(is_zone_label) {
        let lower = name.to_ascii_lowercase();
        let remedy = if lower.split('.').all(is_zone_label) {
            format!("write {}", visible(&lower))
        } else {
            "correct the name, or leave it out: kops finds the longest one".to_owned()
        };
        return Some(invalid(
            format!("{shown} names no hosted zone that kops would find"),
            "kops compares letter by letter, and Route 53 keeps names in lower case, their labels joined by one dot",
            remedy,
        ));
    }
    let below = answers.cluster.strip_suffix(name);
    let holds = below.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    (!holds).then(|| {
        rule::DNS_ZONE_DIFFERS.problem(
            About::Access,
            format!("{} is not in the hosted zone {shown}", visible(&answers.cluster)),
            "a zone holds only its own name and names that end with it",
            "name the zone that the cluster's name ends with (answers: dnsZone), or leave it out: kops finds the longest one",
        )
    })
}

// Amazon Route 53 API reference, `ResourceId`: at most 32 characters.
fn is_zone_id(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    (2..=32).contains(&text.len()) && text.starts_with('Z') && text.bytes().all(plain)
}

// Route 53 takes underscores too.
fn is_zone_label(label: &str) -> bool {
    let plain = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_'
    };
    (1..=LONGEST_LABEL).contains(&label.len()) && label.bytes().all(plain)
}

// A private zone that is named and not there is made by kops (`RenderAWS` of `awstasks/dnszone.go`, which validateDNS
// only stops for public ones).
fn needed(kind: &str, zone: &str) -> Problem {
    let made = kind == "private" && zone.contains('.');
    let zone = if zone.is_empty() {
        "for a domain that the cluster's name ends with"
    } else {
        zone
    };
    let (without, remedy) = if made {
        (
            format!("where Route 53 has no private hosted zone {zone}, kops makes one"),
            "see that the zone is the one you mean, or answer `dns: none`".to_owned(),
        )
    } else {
        (
            format!("without a {kind} hosted zone {zone} in Route 53, kops stops"),
            format!("see that the {kind} hosted zone exists, or answer `dns: none`"),
        )
    };
    rule::DNS_ZONE_NEEDED.problem(
        About::Access,
        format!("kops will write records into a {kind} hosted zone"),
        format!("{without}; this was not checked"),
        remedy,
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
