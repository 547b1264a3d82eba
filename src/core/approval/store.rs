//! Where a cluster keeps its state: the places that kops reads and writes, what each object in them is, and whose writes show.

use std::collections::BTreeSet;

use serde_yaml::Value;

use super::facts::{ApprovalFacts, FactDifference};
use crate::core::text::untrusted::visible;
use crate::core::text::yaml::readable_documents;

/// How the name of a fact about one object begins; its URL follows.
const OBJECT: &str = "object ";
/// How the name of a fact about a whole place begins; its URL follows.
const PLACE: &str = "objects in ";
/// The value of such a fact when the place was listed.
const LISTED: &str = "compared";

/// The places of one cluster, as URLs without a slash at their end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StorePlaces {
    /// Always below the state store (kops: `pkg/client/simple/vfsclientset`).
    registry: String,
    config_base: String,
    keys: String,
    secrets: String,
    /// Written by the running cluster every few minutes.
    backups: Vec<String>,
}

/// What an object of a cluster is, those first whose change says most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ObjectKind {
    /// The stored spec, an instance group, or additional objects: `update cluster --yes` reads them and never writes them.
    Spec,
    /// Never written by `update cluster --yes` either.
    SshKey,
    /// `update cluster --yes` makes missing ones and never writes one that is there, unless its report changes a `Keypair`.
    Keyset,
    /// It makes missing ones and never writes one that is there.
    Secret,
    /// What `update cluster --yes` writes: add-ons, manifests, node configuration, the completed spec.
    Managed,
    /// A backup of etcd; not compared.
    Backup,
}

impl StorePlaces {
    /// The places of a cluster whose state is in `state_store`, as its spec (the documents of kops) says. A spec that
    /// cannot be read leaves kops's defaults.
    pub fn for_cluster(state_store: &str, cluster: &str, spec: &str) -> Self {
        let registry = format!("{}/{cluster}", state_store.trim_end_matches('/'));
        let spec = cluster_spec(spec);
        let text = |key: &str| {
            let found = spec.get(key).and_then(Value::as_str);
            found.map(trimmed).filter(|text| !text.is_empty())
        };
        let config_base = text("configBase").unwrap_or_else(|| registry.clone());
        Self {
            keys: text("keyStore").unwrap_or_else(|| format!("{config_base}/pki")),
            secrets: text("secretStore").unwrap_or_else(|| format!("{config_base}/secrets")),
            backups: backups(&spec, &config_base),
            registry,
            config_base,
        }
    }

    /// The places to list, none inside another.
    pub fn roots(&self) -> Vec<&str> {
        let all = [&self.registry, &self.config_base, &self.keys, &self.secrets];
        let all: BTreeSet<&str> = all.into_iter().map(String::as_str).collect();
        let outer = |root: &&str| !all.iter().any(|other| is_below(root, other));
        all.iter().filter(|root| outer(root)).copied().collect()
    }

    /// What the object with this URL is.
    pub fn kind(&self, url: &str) -> ObjectKind {
        let in_registry = |name: &str| is_below(url, &format!("{}/{name}", self.registry));
        if url == format!("{}/config", self.registry)
            || in_registry("instancegroup")
            || in_registry("clusteraddons")
        {
            return ObjectKind::Spec;
        }
        if is_below(url, &format!("{}/ssh", self.keys)) {
            return ObjectKind::SshKey;
        }
        if is_below(url, &self.keys) {
            return ObjectKind::Keyset;
        }
        if is_below(url, &self.secrets) {
            return ObjectKind::Secret;
        }
        // Last: a spec cannot hide its own objects by calling their place one of backups.
        if self.backups.iter().any(|place| is_below(url, place)) {
            ObjectKind::Backup
        } else {
            ObjectKind::Managed
        }
    }

    // What `kops create -f`, the key and these secrets leave in the store.
    fn is_made_by_create(&self, url: &str, secrets: &[&str]) -> bool {
        match self.kind(url) {
            ObjectKind::Spec => !is_below(url, &format!("{}/clusteraddons", self.registry)),
            ObjectKind::SshKey | ObjectKind::Backup => true,
            ObjectKind::Secret => secrets
                .iter()
                .any(|name| url == format!("{}/{name}", self.secrets)),
            ObjectKind::Keyset | ObjectKind::Managed => false,
        }
    }
}

fn trimmed(text: &str) -> String {
    text.trim().trim_end_matches('/').to_owned()
}

fn cluster_spec(text: &str) -> Value {
    let cluster = readable_documents(text)
        .find(|value| value.get("kind").and_then(Value::as_str) == Some("Cluster"));
    cluster
        .and_then(|cluster| cluster.get("spec").cloned())
        .unwrap_or_default()
}

// kops's own default is configBase/backups/etcd/NAME.
fn backups(spec: &Value, config_base: &str) -> Vec<String> {
    let clusters = spec.get("etcdClusters").and_then(Value::as_sequence);
    let named = clusters.into_iter().flatten().filter_map(|cluster| {
        let store = cluster.get("backups")?.get("backupStore")?;
        store.as_str().map(trimmed)
    });
    let own = format!("{config_base}/backups");
    named.chain([own]).collect()
}

fn is_below(url: &str, place: &str) -> bool {
    let rest = url.strip_prefix(place);
    rest.is_some_and(|rest| rest.starts_with('/'))
}

/// The facts about places and objects, and all others.
pub fn split(facts: &ApprovalFacts) -> (ApprovalFacts, ApprovalFacts) {
    facts.partition(|name| name.starts_with(OBJECT) || name.starts_with(PLACE))
}

/// Adds the objects of a place that was listed, by URL and version.
pub fn insert_listed(facts: &mut ApprovalFacts, place: &str, objects: Vec<(String, String)>) {
    facts.insert(format!("{PLACE}{place}"), LISTED);
    for (url, version) in objects {
        facts.insert(format!("{OBJECT}{url}"), version);
    }
}

/// Adds that the objects of a place are not compared, and why.
pub fn insert_not_compared(facts: &mut ApprovalFacts, place: &str, why: &str) {
    facts.insert_unknown(format!("{PLACE}{place}"), why, "s3:ListBucket");
}

fn urls(facts: &ApprovalFacts) -> impl Iterator<Item = (&str, &str)> {
    let object = |(name, version)| Some((str::strip_prefix(name, OBJECT)?, version));
    facts.iter().filter_map(object)
}

/// Whether a fact is about an object of the stored spec: of the cluster, or of an instance group.
pub fn is_spec(name: &str, places: &StorePlaces) -> bool {
    let url = name.strip_prefix(OBJECT);
    url.is_some_and(|url| places.kind(url) == ObjectKind::Spec)
}

/// Objects that are there though neither `kops create -f` nor the commands after it make them, by URL, those first that
/// say most; `secrets` are the names of those that were approved.
pub fn foreign_in_new_cluster(
    store: &ApprovalFacts,
    places: &StorePlaces,
    secrets: &[&str],
) -> Vec<String> {
    let foreign = urls(store).filter(|(url, _)| !places.is_made_by_create(url, secrets));
    let mut foreign: Vec<&str> = foreign.map(|(url, _)| url).collect();
    foreign.sort_by_key(|url| (places.kind(url), *url));
    foreign.into_iter().map(visible).collect()
}

/// What differs between two readings of the store: a whole place first, then each object, those first whose change says
/// most. One that was made before any object was bound gives a single difference.
pub fn differences(
    approved: &ApprovalFacts,
    now: &ApprovalFacts,
    places: &StorePlaces,
) -> Vec<FactDifference> {
    if approved.is_empty() && !now.is_empty() {
        return vec![FactDifference::described(
            "the objects in the state store",
            "they were not read when it was approved",
        )];
    }
    let mut found = approved.changes(now);
    found.sort_by_cached_key(|one| {
        let url = one.name.strip_prefix(OBJECT);
        (url.map(|url| places.kind(url)), one.name.clone())
    });
    found
}

/// What somebody else wrote while `update cluster --yes` ran, one sentence each, those first that say most: of what kops
/// itself writes, another's write cannot be recognized. `keypairs`: whether the approved report changes a `Keypair`.
pub fn foreign_writes(
    before: &ApprovalFacts,
    after: &ApprovalFacts,
    places: &StorePlaces,
    keypairs: bool,
) -> Vec<String> {
    let compared = |(url, _): &(&str, &str)| match places.kind(url) {
        ObjectKind::Spec | ObjectKind::SshKey => true,
        // A missing one is made by kops.
        ObjectKind::Secret => before.get(&format!("{OBJECT}{url}")).is_some(),
        ObjectKind::Keyset => !keypairs && before.get(&format!("{OBJECT}{url}")).is_some(),
        ObjectKind::Managed | ObjectKind::Backup => false,
    };
    let mut found: Vec<(&str, &str)> = Vec::new();
    for (url, version) in urls(after).filter(compared) {
        match before.get(&format!("{OBJECT}{url}")) {
            Some(then) if then == version => {}
            Some(_) => found.push((url, "was written")),
            None => found.push((url, "was added")),
        }
    }
    let gone = urls(before).filter(compared);
    let gone = gone.filter(|(url, _)| after.get(&format!("{OBJECT}{url}")).is_none());
    found.extend(gone.map(|(url, _)| (url, "was removed")));
    found.sort_by_key(|(url, _)| (places.kind(url), *url));
    let words = |(url, what): (&str, &str)| format!("{} {what}", visible(url));
    found.into_iter().map(words).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPEC: &str = "kind: Cluster\nspec:\n  configBase: s3://state/a.example.com/\n  etcdClusters:\n  - name: main\n    backups: {backupStore: s3://state/a.example.com}\n---\nkind: InstanceGroup\nspec: {keyStore: s3://x}\n";

    fn places() -> StorePlaces {
        StorePlaces::for_cluster("s3://state/", "a.example.com", SPEC)
    }

    fn store(objects: &[(&str, &str)]) -> ApprovalFacts {
        let mut facts = ApprovalFacts::default();
        let root = "s3://state/a.example.com";
        let objects = objects
            .iter()
            .map(|(name, version)| (format!("{root}/{name}"), (*version).to_owned()));
        insert_listed(&mut facts, root, objects.collect());
        facts
    }

    #[test]
    fn a_place_inside_another_is_not_listed_twice() {
        assert_eq!(places().roots(), ["s3://state/a.example.com"]);
        let spec = "kind: Cluster\nspec: {configBase: s3://other/x, keyStore: s3://keys/y, secretStore: s3://other/x/s}\n";
        assert_eq!(
            StorePlaces::for_cluster("s3://state", "a.example.com", spec).roots(),
            ["s3://keys/y", "s3://other/x", "s3://state/a.example.com"]
        );
        // A name that only begins alike is another place.
        let spec = "kind: Cluster\nspec: {configBase: s3://state/a.example.com-2}\n";
        assert_eq!(
            StorePlaces::for_cluster("s3://state", "a.example.com", spec).roots(),
            ["s3://state/a.example.com", "s3://state/a.example.com-2"]
        );
    }

    #[test]
    fn an_object_is_known_by_its_place_and_no_spec_hides_one_as_a_backup() {
        use ObjectKind::{Backup, Keyset, Managed, Secret, Spec, SshKey};
        let kinds = [
            ("config", Spec),
            ("instancegroup/nodes", Spec),
            ("clusteraddons/default", Spec),
            ("pki/ssh/public/admin/1f", SshKey),
            ("pki/private/kubernetes-ca/keyset.yaml", Keyset),
            ("secrets/ciliumpassword", Secret),
            ("backups/etcd/main/2026/_etcd_backup.meta", Backup),
        ];
        for (name, kind) in kinds {
            let url = format!("s3://state/a.example.com/{name}");
            assert_eq!(places().kind(&url), kind, "{name}");
        }
        let own = StorePlaces::for_cluster("s3://state", "a.example.com", "");
        assert_eq!(own.kind("s3://state/a.example.com/addons/x.yaml"), Managed);
    }

    #[test]
    fn what_create_does_not_make_is_foreign_in_a_new_cluster() {
        let made = [
            ("config", "1"),
            ("instancegroup/nodes", "1"),
            ("pki/ssh/public/admin/1f", "1"),
            ("secrets/ciliumpassword", "1"),
            ("backups/etcd/main/x", "1"),
        ];
        let none: [String; 0] = [];
        let spec = "kind: Cluster\nspec: {}\n";
        let places = StorePlaces::for_cluster("s3://state", "a.example.com", spec);
        let foreign = |objects: &[(&str, &str)], secrets: &[&str]| {
            foreign_in_new_cluster(&store(objects), &places, secrets)
        };
        assert_eq!(foreign(&made, &["ciliumpassword"]), none);
        let planted = [
            ("pki/private/kubernetes-ca/keyset.yaml", "1"),
            ("clusteraddons/default", "1"),
            ("secrets/ciliumpassword", "1"),
        ];
        assert_eq!(
            foreign(&planted, &[]),
            [
                "s3://state/a.example.com/clusteraddons/default",
                "s3://state/a.example.com/pki/private/kubernetes-ca/keyset.yaml",
                "s3://state/a.example.com/secrets/ciliumpassword",
            ]
        );
    }

    #[test]
    fn of_what_kops_writes_itself_nothing_is_told() {
        let before = store(&[
            ("config", "1"),
            ("instancegroup/nodes", "1"),
            ("pki/private/kubernetes-ca/keyset.yaml", "1"),
            ("secrets/ciliumpassword", "1"),
            ("cluster-completed.spec", "1"),
        ]);
        let after = store(&[
            ("config", "2"),
            ("instancegroup/more", "1"),
            ("pki/private/kubernetes-ca/keyset.yaml", "2"),
            ("pki/private/new/keyset.yaml", "1"),
            ("secrets/ciliumpassword", "1"),
            ("secrets/kube", "1"),
            ("cluster-completed.spec", "2"),
            ("addons/x.yaml", "1"),
        ]);
        let places = StorePlaces::for_cluster("s3://state", "a.example.com", "");
        let spec = [
            "s3://state/a.example.com/config was written",
            "s3://state/a.example.com/instancegroup/more was added",
            "s3://state/a.example.com/instancegroup/nodes was removed",
        ];
        let keyset = "s3://state/a.example.com/pki/private/kubernetes-ca/keyset.yaml was written";
        assert_eq!(foreign_writes(&before, &after, &places, true), spec);
        assert_eq!(
            foreign_writes(&before, &after, &places, false),
            [spec.as_slice(), &[keyset]].concat()
        );
    }

    fn sentences(approved: &ApprovalFacts, now: &ApprovalFacts) -> Vec<String> {
        let found = differences(approved, now, &places());
        found.iter().map(FactDifference::sentence).collect()
    }

    #[test]
    fn of_what_differs_in_the_store_the_spec_comes_first_and_what_kops_writes_last() {
        let names = [
            "addons/a.yaml",
            "cluster-completed.spec",
            "config",
            "instancegroup/nodes",
            "pki/private/kubernetes-ca/keyset.yaml",
            "pki/ssh/public/admin/1f",
            "secrets/ciliumpassword",
        ];
        let at = |version| {
            let objects: Vec<_> = names.iter().map(|name| (*name, version)).collect();
            store(&objects)
        };
        let mut now = at("2");
        insert_not_compared(&mut now, "s3://state/a.example.com", "no");
        let found = differences(&at("1"), &now, &places());
        let order: Vec<&str> = found
            .iter()
            .map(|one| one.name.rsplit("a.example.com").next().unwrap_or_default())
            .collect();
        assert_eq!(
            order,
            [
                "",
                "/config",
                "/instancegroup/nodes",
                "/pki/ssh/public/admin/1f",
                "/pki/private/kubernetes-ca/keyset.yaml",
                "/secrets/ciliumpassword",
                "/addons/a.yaml",
                "/cluster-completed.spec",
            ]
        );
    }

    #[test]
    fn facts_of_the_store_are_told_apart_and_compared() {
        let mut facts = store(&[("config", "1")]);
        facts.insert("account", "1");
        let (of_store, others) = split(&facts);
        assert_eq!(of_store, store(&[("config", "1")]));
        assert_eq!(others.iter().collect::<Vec<_>>(), [("account", "1")]);
        assert_eq!(sentences(&of_store, &of_store), Vec::<String>::new());
        assert_eq!(
            sentences(&of_store, &store(&[("config", "2")])),
            ["object s3://state/a.example.com/config: approved 1, now 2"]
        );
        assert_eq!(
            sentences(&ApprovalFacts::default(), &of_store),
            ["the objects in the state store: they were not read when it was approved"]
        );
        insert_not_compared(&mut facts, "gs://x/y", "only S3 is listed");
        let not_compared = facts.not_compared();
        assert_eq!(not_compared[0].name, "objects in gs://x/y");
        assert_eq!(
            not_compared[0].unknown.reason(),
            "only S3 is listed (s3:ListBucket)"
        );
    }
}
