//! What is known of the objects of one watch: which there are, what was last said of each, and from where to continue.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::projection::{find_priority, project_node, project_pod};
use super::protobuf::ProtoEvent;
use super::records::{is_protobuf_event, records};
use super::wire::{WatchErrorLine, WatchLine, WireObject};
use crate::core::cluster::kubernetes::{KubernetesChange, WatchedKind};

/// Which objects a watch is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum WatchScope {
    Nodes,
    /// The pods of kube-system.
    SystemPods,
    /// The pods of other namespaces that neither run nor have succeeded, but for critical ones.
    IdlePods,
    /// The critical pods of one namespace.
    CriticalPods(String),
}

/// The objects of one watch.
#[derive(Clone, Debug)]
pub(super) struct WatchedObjects {
    pub(super) scope: WatchScope,
    /// From where to continue; empty while there is no whole list.
    pub(super) version: String,
    /// Whether all of it was listed once.
    pub(super) listed: bool,
    /// Whether the server refused a list as a stream.
    pub(super) in_pages: bool,
    /// Each by its key, with a digest of what was last said of it.
    known: HashMap<String, u64>,
}

/// What some records of a watch come to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct WatchBatch {
    pub(super) changes: Vec<KubernetesChange>,
    /// The list that was streamed is complete.
    pub(super) complete: bool,
    /// Namespaces in which a critical pod was seen that this watch leaves to another.
    pub(super) critical: Vec<String>,
    /// With what the server ends the watch.
    pub(super) refusal: Option<(u16, String)>,
}

/// The keys of a list that is being read; absent once it is complete.
pub(super) type ListedKeys = Option<HashSet<String>>;

impl WatchScope {
    pub(super) fn kind(&self) -> WatchedKind {
        match self {
            Self::Nodes => WatchedKind::Nodes,
            Self::SystemPods => WatchedKind::SystemPods,
            Self::IdlePods | Self::CriticalPods(_) => WatchedKind::OtherPods,
        }
    }

    /// As RBAC and a person name it.
    pub(super) fn resource(&self) -> &'static str {
        match self {
            Self::Nodes => "nodes",
            Self::SystemPods => "pods of kube-system",
            Self::IdlePods | Self::CriticalPods(_) => "pods of all namespaces",
        }
    }

    /// Where it is asked for, up to the first parameter that is added.
    pub(super) fn path(&self) -> String {
        match self {
            Self::Nodes => "/api/v1/nodes?".to_owned(),
            Self::SystemPods => "/api/v1/namespaces/kube-system/pods?".to_owned(),
            Self::IdlePods => "/api/v1/pods?fieldSelector=status.phase%21%3DRunning%2Cstatus.phase%21%3DSucceeded%2Cmetadata.namespace%21%3Dkube-system&".to_owned(),
            Self::CriticalPods(namespace) => format!("/api/v1/namespaces/{namespace}/pods?"),
        }
    }

    fn takes(&self, object: &WireObject<'_>) -> bool {
        match self {
            Self::Nodes | Self::SystemPods => true,
            Self::IdlePods => !is_critical(object),
            Self::CriticalPods(_) => is_critical(object),
        }
    }
}

fn is_critical(object: &WireObject<'_>) -> bool {
    find_priority(&object.spec.priority_class_name).is_some()
}

impl WatchedObjects {
    pub(super) fn new(scope: WatchScope) -> Self {
        Self {
            scope,
            version: String::new(),
            listed: false,
            in_pages: false,
            known: HashMap::new(),
        }
    }

    /// Takes whole records of a watch; the Err says why one cannot be read.
    pub(super) fn take_records(
        &mut self,
        bytes: &[u8],
        listing: &mut ListedKeys,
    ) -> Result<WatchBatch, String> {
        let mut batch = WatchBatch::default();
        for record in records(bytes) {
            if batch.refusal.is_none() {
                self.take_record(record, listing, &mut batch)?;
            }
        }
        Ok(batch)
    }

    fn take_record(
        &mut self,
        record: &[u8],
        listing: &mut ListedKeys,
        batch: &mut WatchBatch,
    ) -> Result<(), String> {
        if is_protobuf_event(record) {
            let event = ProtoEvent::decode(record).map_err(|why| unreadable(&why))?;
            match event.refusal() {
                Some(status) => batch.refusal = Some(status.words()),
                None => self.take_event(&event.line(), listing, batch)?,
            }
            return Ok(());
        }
        match serde_json::from_slice::<WatchLine<'_>>(record) {
            Ok(read) if &*read.event != "ERROR" => self.take_event(&read, listing, batch)?,
            Ok(_) | Err(_) => batch.refusal = Some(read_refusal(record)?),
        }
        Ok(())
    }

    fn take_event(
        &mut self,
        read: &WatchLine<'_>,
        listing: &mut ListedKeys,
        batch: &mut WatchBatch,
    ) -> Result<(), String> {
        match &*read.event {
            "ADDED" | "MODIFIED" => self.take_object(&read.object, listing, batch),
            "DELETED" => batch
                .changes
                .extend(self.drop_key(&write_key(&read.object))),
            "BOOKMARK" => batch.complete |= read.object.metadata.annotations.ends_list,
            other => return Err(format!("an event of the unknown type {other:?}")),
        }
        // Of a list in no order only its end has a version from which to continue.
        if listing.is_none() || batch.complete {
            read.object
                .metadata
                .resource_version
                .clone_into(&mut self.version);
        }
        if batch.complete
            && let Some(keys) = listing.take()
        {
            batch.changes.extend(self.finish_list(&keys));
        }
        Ok(())
    }

    /// Takes an object as it is now.
    pub(super) fn take_object(
        &mut self,
        object: &WireObject<'_>,
        listing: &mut ListedKeys,
        batch: &mut WatchBatch,
    ) {
        let key = write_key(object);
        if !self.scope.takes(object) {
            if self.scope == WatchScope::IdlePods {
                batch.critical.push(object.metadata.namespace.to_string());
            }
            return batch.changes.extend(self.drop_key(&key));
        }
        let change = match self.scope {
            WatchScope::Nodes => KubernetesChange::Node(Box::new(project_node(object))),
            _ => KubernetesChange::Pod(Box::new(project_pod(object))),
        };
        if let Some(keys) = listing {
            keys.insert(key.clone());
        }
        let digest = digest_change(&change);
        if self.known.insert(key, digest) != Some(digest) {
            batch.changes.push(change);
        }
    }

    /// The end of a list: what was known and is not in it is gone.
    pub(super) fn finish_list(&mut self, keys: &HashSet<String>) -> Vec<KubernetesChange> {
        let known = self.known.keys();
        let gone: Vec<String> = known.filter(|key| !keys.contains(*key)).cloned().collect();
        gone.iter().filter_map(|key| self.drop_key(key)).collect()
    }

    fn drop_key(&mut self, key: &str) -> Option<KubernetesChange> {
        self.known.remove(key)?;
        Some(match key.split_once('/') {
            Some((namespace, name)) => KubernetesChange::PodGone {
                namespace: namespace.into(),
                name: name.into(),
            },
            None => KubernetesChange::NodeGone(key.into()),
        })
    }
}

// Neither name holds a slash.
fn write_key(object: &WireObject<'_>) -> String {
    let meta = &object.metadata;
    match &*meta.namespace {
        "" => meta.name.to_string(),
        namespace => format!("{namespace}/{}", &*meta.name),
    }
}

// A kubelet reports every few minutes, and nothing that is kept has changed.
fn digest_change(change: &KubernetesChange) -> u64 {
    let mut hasher = DefaultHasher::new();
    match change {
        KubernetesChange::Node(node) => node.hash(&mut hasher),
        KubernetesChange::Pod(pod) => pod.hash(&mut hasher),
        KubernetesChange::NodeGone(_) | KubernetesChange::PodGone { .. } => {}
    }
    hasher.finish()
}

fn unreadable(why: &str) -> String {
    format!("a record of its watch cannot be read ({why})")
}

fn read_refusal(line: &[u8]) -> Result<(u16, String), String> {
    let read = serde_json::from_slice::<WatchErrorLine<'_>>(line);
    let read = read.map_err(|error| unreadable(&error.to_string()))?;
    if &*read.event != "ERROR" {
        return Err(unreadable("it holds no object of Kubernetes"));
    }
    Ok(read.object.words())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::io::kubernetes::page::read_page;
    use crate::io::kubernetes::records::whole_records;

    // Recorded from kube-apiserver 1.36.1: a node that joins and leaves, and the bookmark at the end.
    const WATCH: &str = include_str!("../../../tests/fixtures/kubernetes/watch-nodes.jsonl");
    // Recorded with etcd 3.5, which cannot tell how far it is.
    const NO_STREAM: &str =
        include_str!("../../../tests/fixtures/kubernetes/watch-no-stream.jsonl");

    // The same in protobuf, as k8s.io/apimachinery 0.36.1 writes it.
    const WATCH_IN_PROTOBUF: &[u8] =
        include_bytes!("../../../tests/fixtures/kubernetes/watch-nodes.pb");
    const NO_STREAM_IN_PROTOBUF: &[u8] =
        include_bytes!("../../../tests/fixtures/kubernetes/watch-no-stream.pb");

    // A node's name, or that of one that is gone with a hyphen before it.
    fn names(batch: &WatchBatch) -> Vec<String> {
        let name = |change: &KubernetesChange| match change {
            KubernetesChange::Node(node) => node.name.raw().to_owned(),
            KubernetesChange::Pod(pod) => pod.name.raw().to_owned(),
            KubernetesChange::NodeGone(name) | KubernetesChange::PodGone { name, .. } => {
                format!("-{}", name.raw())
            }
        };
        batch.changes.iter().map(name).collect()
    }

    fn take(objects: &mut WatchedObjects, lines: &str, listing: &mut ListedKeys) -> WatchBatch {
        objects.take_records(lines.as_bytes(), listing).unwrap()
    }

    fn pod(event: &str, class: &str) -> String {
        format!(
            "{{\"type\":\"{event}\",\"object\":{{\"metadata\":{{\"name\":\"p\",\"namespace\":\"n\"}},\"spec\":{{\"priorityClassName\":\"{class}\"}}}}}}\n"
        )
    }

    #[test]
    fn each_line_of_a_watch_is_a_change_and_the_last_says_where_to_continue() {
        let mut objects = WatchedObjects::new(WatchScope::Nodes);
        let batch = take(&mut objects, WATCH, &mut None);
        assert_eq!(names(&batch), ["i-0ccc", "i-0ccc", "-i-0ccc"]);
        assert_eq!(objects.version, "386");
        // Nothing that is kept has changed.
        let (joined, _) = WATCH.split_once('\n').unwrap();
        assert_eq!(names(&take(&mut objects, joined, &mut None)), ["i-0ccc"]);
        assert_eq!(
            names(&take(&mut objects, joined, &mut None)),
            Vec::<String>::new()
        );
    }

    #[test]
    fn protobuf_says_the_same_as_json() {
        for (json, protobuf) in [
            (WATCH, WATCH_IN_PROTOBUF),
            (NO_STREAM, NO_STREAM_IN_PROTOBUF),
        ] {
            let [mut one, mut other] = [(); 2].map(|()| WatchedObjects::new(WatchScope::Nodes));
            let taken = one.take_records(json.as_bytes(), &mut None).unwrap();
            assert_eq!(other.take_records(protobuf, &mut None).unwrap(), taken);
            assert_eq!((other.version, other.known), (one.version, one.known));
        }
    }

    proptest::proptest! {
        // Whatever stands before the server may answer anything.
        #[test]
        fn no_bytes_break_a_watch(
            cut in 0..WATCH_IN_PROTOBUF.len(),
            wrong: u8,
            place in 0..WATCH_IN_PROTOBUF.len(),
            any: Vec<u8>,
        ) {
            let mut bytes = WATCH_IN_PROTOBUF.to_vec();
            bytes[place] = wrong;
            bytes.truncate(cut);
            for bytes in [bytes, any] {
                if let Ok(whole) = whole_records(&bytes, 0) {
                    let mut objects = WatchedObjects::new(WatchScope::Nodes);
                    let _ = objects.take_records(&bytes[..whole], &mut None);
                    let _ = read_page(bytes, |page| page.items.len());
                }
            }
        }
    }

    #[test]
    fn a_list_that_streams_has_no_version_before_its_end() {
        let mut objects = WatchedObjects::new(WatchScope::Nodes);
        let (joined, _) = WATCH.split_once('\n').unwrap();
        take(&mut objects, &joined.replace("i-0ccc", "i-0old"), &mut None);
        objects.version.clear();
        let mut listing = Some(HashSet::new());
        assert_eq!(names(&take(&mut objects, joined, &mut listing)), ["i-0ccc"]);
        assert_eq!(objects.version, "");
        let end = r#"{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"9","annotations":{"k8s.io/initial-events-end":"true"}}}}"#;
        let batch = take(&mut objects, end, &mut listing);
        assert!(batch.complete);
        assert_eq!(names(&batch), ["-i-0old"]);
        assert_eq!(objects.version, "9");
    }

    #[test]
    fn what_the_server_says_at_the_end_is_read() {
        let mut objects = WatchedObjects::new(WatchScope::Nodes);
        let (code, said) = take(&mut objects, NO_STREAM, &mut None).refusal.unwrap();
        assert_eq!(code, 500);
        assert!(said.contains("RequestWatchProgress is disabled"), "{said}");
        for garbage in [
            "x",
            "{}",
            "{\"type\":\"ADDED\",\"object\":7}",
            "{\"type\":\"NEW\",\"object\":{}}",
        ] {
            assert!(
                objects.take_records(garbage.as_bytes(), &mut None).is_err(),
                "{garbage}"
            );
        }
    }

    #[test]
    fn a_critical_pod_is_left_to_the_watch_of_its_namespace() {
        let mut idle = WatchedObjects::new(WatchScope::IdlePods);
        let mut critical = WatchedObjects::new(WatchScope::CriticalPods("n".to_owned()));
        for (class, is_critical) in [("system-node-critical", true), ("high", false)] {
            let lines = pod("ADDED", class) + &pod("DELETED", class);
            let [there, gone] = ["p".to_owned(), "-p".to_owned()];
            let both = vec![there, gone];
            let (one, other) = (
                take(&mut idle, &lines, &mut None),
                take(&mut critical, &lines, &mut None),
            );
            let (taken, left) = if is_critical {
                (&other, &one)
            } else {
                (&one, &other)
            };
            assert_eq!((names(taken), names(left)), (both, Vec::new()));
            assert_eq!(
                one.critical,
                if is_critical { vec!["n"] } else { Vec::new() }
            );
        }
    }
}
