//! Which cluster a dry run is about: its own tags first, then the names that kops gives to what it owns.

use std::collections::BTreeSet;

use super::{DryRun, Resource, ValueChange, items};

const TAG: &str = "kubernetes.io/cluster/";
const OWN: &str = "KubernetesCluster: ";
const OWNED: &str = ": owned";
const SHARED: &str = ": shared";

/// The cluster's name; a tag of another cluster in the same VPC is no evidence.
pub(super) fn name(dry_run: &DryRun) -> Option<&str> {
    let all = || dry_run.resources.iter();
    all()
        .find_map(owner)
        .or_else(|| all().find_map(sharer))
        .or_else(|| all().find_map(named))
}

fn tags(resource: &Resource) -> impl Iterator<Item = &ValueChange> {
    let fields = resource.fields.iter();
    let tags = fields.filter(|field| field.name == "Tags");
    tags.map(|field| &field.change)
}

// kops gives its own resources KubernetesCluster: NAME (pkg/model/context.go).
fn owner(resource: &Resource) -> Option<&str> {
    tags(resource).find_map(|change| {
        let tags = change.new_text().filter(|tags| tells_owner(tags))?;
        let items = items(tags).into_iter();
        let mut owners = items.filter_map(|item| {
            let owned = || item.strip_prefix(TAG)?.strip_suffix(OWNED);
            item.strip_prefix(OWN).or_else(owned)
        });
        owners.next()
    })
}

// Taking a long map apart costs more than looking whether it can tell.
fn tells_owner(tags: &str) -> bool {
    tags.contains(OWN) || tags.contains(OWNED)
}

// What is shared gets one more tag, beside those of other clusters.
fn sharer(resource: &Resource) -> Option<&str> {
    tags(resource).find_map(|change| {
        let ValueChange::Changed { old, new } = change else {
            return None;
        };
        if !new.raw().contains(SHARED) {
            return None;
        }
        let known: BTreeSet<_> = items(old.raw()).into_iter().collect();
        let added = items(new.raw()).into_iter();
        let mut added = added.filter(|item| !known.contains(item));
        added.find_map(|item| item.strip_prefix(TAG)?.strip_suffix(SHARED))
    })
}

/// What kops writes before the cluster's name (`pkg/model/names.go`, `pkg/model/sshkey.go`).
const ROLES: [&str; 4] = ["masters.", "nodes.", "bastions.", "apiservers."];

fn named(resource: &Resource) -> Option<&str> {
    let name = resource.name.raw();
    match resource.kind.as_str() {
        "LaunchTemplate" | "AutoscalingGroup" | "WarmPool" => Some(name.split_once(".masters.")?.1),
        "IAMRole" | "IAMInstanceProfile" | "SecurityGroup" => {
            ROLES.iter().find_map(|role| name.strip_prefix(role))
        }
        "SSHKey" => Some(name.strip_prefix("kubernetes.")?.rsplit_once('-')?.0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;

    fn cluster_of(resource: &str) -> Option<String> {
        let dry_run = parse(&format!("Will modify resources:\n  {resource}\n\n"));
        dry_run.cluster().map(str::to_owned)
    }

    #[test]
    fn a_tag_of_another_cluster_is_no_evidence() {
        let shared = |old: &str| {
            let tag = "kubernetes.io/cluster";
            format!(
                "NatGateway/x\n  \tTags                \t {{{old}}} -> {{{tag}/a.com: shared, {tag}/b.com: shared}}"
            )
        };
        let other = "kubernetes.io/cluster/a.com: shared";
        assert_eq!(cluster_of(&shared(other)), Some("b.com".to_owned()));
        assert_eq!(
            cluster_of(&shared(
                "kubernetes.io/cluster/a.com: shared, kubernetes.io/cluster/b.com: shared"
            )),
            None
        );
    }

    #[test]
    fn names_tell_when_no_tag_does() {
        let cases = [
            (
                "LaunchTemplate/cp-a.masters.c.example.com",
                Some("c.example.com"),
            ),
            ("IAMRole/nodes.c.example.com", Some("c.example.com")),
            (
                "SSHKey/kubernetes.c.example.com-69:9c",
                Some("c.example.com"),
            ),
            ("Subnet/us-east-1a.c.example.com", None),
        ];
        for (resource, cluster) in cases {
            assert_eq!(cluster_of(resource).as_deref(), cluster, "{resource}");
        }
    }
}
