//! The parts of Kubernetes's objects that are read, as its JSON has them; the rest is skipped while it is parsed, and texts are borrowed from it.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::core::unix_time::UnixTime;

/// The annotation of the bookmark after which a streaming list is complete.
const INITIAL_EVENTS_END: &str = "k8s.io/initial-events-end";

/// The labels that are read of nodes and pods.
const LABELS: [&str; 7] = [
    "k8s-app",
    "kops.k8s.io/instancegroup",
    "kubernetes.io/hostname",
    "kubernetes.io/role",
    "node.kubernetes.io/instance-type",
    "topology.kubernetes.io/zone",
    "beta.kubernetes.io/instance-type",
];

/// What a label begins with that names a node's role.
pub(super) const ROLE: &str = "node-role.kubernetes.io/";

/// A text of the answer; `null` is the empty one.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct WireText<'a>(Cow<'a, str>);

/// A moment; absent where there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct WireTime(pub(super) Option<UnixTime>);

/// One line of a watch.
#[derive(Debug, Deserialize)]
pub(super) struct WatchLine<'a> {
    #[serde(rename = "type", borrow)]
    pub(super) event: WireText<'a>,
    pub(super) object: WireObject<'a>,
}

/// The line with which a server ends a watch.
#[derive(Debug, Deserialize)]
pub(super) struct WatchErrorLine<'a> {
    #[serde(rename = "type", borrow)]
    pub(super) event: WireText<'a>,
    pub(super) object: WireStatus,
}

/// What a server says of a request that it refused.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WireStatus {
    pub(super) code: u16,
    pub(super) reason: String,
    pub(super) message: String,
}

/// One page of a list.
#[derive(Debug, Deserialize)]
pub(super) struct ListPage<'a> {
    #[serde(borrow)]
    pub(super) metadata: ListMetadata<'a>,
    #[serde(borrow)]
    pub(super) items: Vec<WireObject<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ListMetadata<'a> {
    #[serde(borrow)]
    pub(super) resource_version: WireText<'a>,
    #[serde(rename = "continue", borrow)]
    pub(super) next: WireText<'a>,
}

/// A node or a pod: each has only some of these fields.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WireObject<'a> {
    #[serde(borrow)]
    pub(super) metadata: WireMetadata<'a>,
    #[serde(borrow)]
    pub(super) spec: WireSpec<'a>,
    #[serde(borrow)]
    pub(super) status: WireState<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct WireMetadata<'a> {
    #[serde(borrow)]
    pub(super) name: WireText<'a>,
    #[serde(borrow)]
    pub(super) namespace: WireText<'a>,
    #[serde(borrow)]
    pub(super) resource_version: WireText<'a>,
    pub(super) creation_timestamp: WireTime,
    #[serde(borrow)]
    pub(super) labels: WireLabels<'a>,
    pub(super) annotations: WireAnnotations,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct WireSpec<'a> {
    #[serde(rename = "providerID", borrow)]
    pub(super) provider_id: WireText<'a>,
    pub(super) unschedulable: bool,
    #[serde(borrow)]
    pub(super) taints: Vec<WireTaint<'a>>,
    #[serde(borrow)]
    pub(super) node_name: WireText<'a>,
    #[serde(borrow)]
    pub(super) priority_class_name: WireText<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WireTaint<'a> {
    #[serde(borrow)]
    pub(super) key: WireText<'a>,
    #[serde(borrow)]
    pub(super) value: WireText<'a>,
    #[serde(borrow)]
    pub(super) effect: WireText<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct WireState<'a> {
    #[serde(borrow)]
    pub(super) conditions: Vec<WireCondition<'a>>,
    #[serde(borrow)]
    pub(super) addresses: Vec<WireAddress<'a>>,
    #[serde(borrow)]
    pub(super) node_info: WireNodeInfo<'a>,
    #[serde(borrow)]
    pub(super) phase: WireText<'a>,
    #[serde(rename = "hostIP", borrow)]
    pub(super) host_ip: WireText<'a>,
    #[serde(borrow)]
    pub(super) container_statuses: Vec<WireContainer<'a>>,
    #[serde(borrow)]
    pub(super) init_container_statuses: Vec<WireContainer<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct WireCondition<'a> {
    #[serde(rename = "type", borrow)]
    pub(super) kind: WireText<'a>,
    #[serde(borrow)]
    pub(super) status: WireText<'a>,
    #[serde(borrow)]
    pub(super) reason: WireText<'a>,
    #[serde(borrow)]
    pub(super) message: WireText<'a>,
    pub(super) last_transition_time: WireTime,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WireAddress<'a> {
    #[serde(rename = "type", borrow)]
    pub(super) kind: WireText<'a>,
    #[serde(borrow)]
    pub(super) address: WireText<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct WireNodeInfo<'a> {
    #[serde(borrow)]
    pub(super) kubelet_version: WireText<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct WireContainer<'a> {
    #[serde(borrow)]
    pub(super) name: WireText<'a>,
    pub(super) ready: bool,
    pub(super) restart_count: i64,
    #[serde(borrow)]
    pub(super) state: WireContainerState<'a>,
    #[serde(borrow)]
    pub(super) last_state: WireContainerState<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WireContainerState<'a> {
    #[serde(borrow)]
    pub(super) waiting: Option<WireWaiting<'a>>,
    #[serde(borrow)]
    pub(super) terminated: Option<WireTerminated<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WireWaiting<'a> {
    #[serde(borrow)]
    pub(super) reason: WireText<'a>,
    #[serde(borrow)]
    pub(super) message: WireText<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct WireTerminated<'a> {
    pub(super) exit_code: i64,
    #[serde(borrow)]
    pub(super) reason: WireText<'a>,
}

/// The labels in [`LABELS`] and those of roles.
#[derive(Debug, Default)]
pub(super) struct WireLabels<'a>(Vec<(WireText<'a>, WireText<'a>)>);

/// Whether the annotations say that a streaming list is complete.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct WireAnnotations {
    pub(super) ends_list: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct TableColumn<'a> {
    #[serde(borrow)]
    pub(super) name: WireText<'a>,
}

#[derive(Debug, Deserialize)]
pub(super) struct TableRow<'a> {
    #[serde(borrow)]
    pub(super) cells: Vec<WireText<'a>>,
}

impl WireStatus {
    /// Its code and what it says.
    pub(super) fn words(&self) -> (u16, String) {
        let said = match self.message.as_str() {
            "" => &self.reason,
            message => message,
        };
        (self.code, said.to_owned())
    }
}

impl<'a> WireLabels<'a> {
    /// The value of a label; empty where there is none.
    pub(super) fn value(&self, key: &str) -> &str {
        let found = self.0.iter().find(|(known, _)| **known == *key);
        found.map_or("", |(_, value)| value)
    }

    /// The roles that labels name.
    pub(super) fn roles(&self) -> impl Iterator<Item = &str> + use<'_, 'a> {
        self.0.iter().filter_map(|(key, _)| key.strip_prefix(ROLE))
    }
}

impl<'a> FromIterator<(WireText<'a>, WireText<'a>)> for WireLabels<'a> {
    fn from_iter<I: IntoIterator<Item = (WireText<'a>, WireText<'a>)>>(pairs: I) -> Self {
        let read = |key: &str| LABELS.contains(&key) || key.starts_with(ROLE);
        let pairs = pairs.into_iter().filter(|(key, _)| read(key));
        Self(pairs.collect())
    }
}

impl<'a> FromIterator<(WireText<'a>, WireText<'a>)> for WireAnnotations {
    fn from_iter<I: IntoIterator<Item = (WireText<'a>, WireText<'a>)>>(pairs: I) -> Self {
        // All of them: JSON has to be read to the end of the map.
        let ends = |(key, value): (WireText<'a>, WireText<'a>)| {
            *key == *INITIAL_EVENTS_END && &*value == "true"
        };
        Self {
            ends_list: pairs
                .into_iter()
                .map(ends)
                .fold(false, |ends, one| ends | one),
        }
    }
}

impl WireTime {
    /// A moment in seconds since 1970; 0 is none, as Kubernetes has it.
    pub(super) fn from_seconds(seconds: i64) -> Self {
        let seconds = u64::try_from(seconds).ok().filter(|seconds| *seconds > 0);
        let millis = seconds.and_then(|seconds| seconds.checked_mul(1_000));
        Self(millis.map(UnixTime))
    }
}

impl<'de> Deserialize<'de> for WireTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = WireText::deserialize(deserializer)?;
        Ok(Self(UnixTime::parse(&text)))
    }
}

impl<'a> From<&'a [u8]> for WireText<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self(String::from_utf8_lossy(bytes))
    }
}

impl Deref for WireText<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for WireText<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = WireText<'de>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a text, a number or null")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(WireText(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(WireText(Cow::Owned(text.to_owned())))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(WireText::default())
    }

    // Cells of a table that count: none of them is read.
    fn visit_u64<E: Error>(self, _: u64) -> Result<Self::Value, E> {
        Ok(WireText::default())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Self::Value, E> {
        Ok(WireText::default())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(WireText::default())
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for WireLabels<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(LabelsVisitor)
    }
}

struct LabelsVisitor;

impl<'de> Visitor<'de> for LabelsVisitor {
    type Value = WireLabels<'de>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("labels")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        pairs_of(&mut map).collect()
    }
}

impl<'de> Deserialize<'de> for WireAnnotations {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(AnnotationsVisitor)
    }
}

// To the end of the map, or to the first that is no text.
fn pairs_of<'de, A: MapAccess<'de>>(
    map: &mut A,
) -> impl Iterator<Item = Result<(WireText<'de>, WireText<'de>), A::Error>> {
    std::iter::from_fn(|| map.next_entry().transpose())
}

struct AnnotationsVisitor;

impl<'de> Visitor<'de> for AnnotationsVisitor {
    type Value = WireAnnotations;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("annotations")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<WireAnnotations, A::Error> {
        pairs_of(&mut map).collect()
    }
}
