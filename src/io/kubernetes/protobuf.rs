//! Kubernetes's protobuf, which costs the server a third of what JSON does: the same parts of its objects, by the numbers of
//! `generated.proto` in k8s.io/api/core/v1 and k8s.io/apimachinery; the rest is skipped while it is decoded.

use prost::Message;
use prost::bytes::Bytes;

use super::wire::{
    ListMetadata, ListPage, WatchLine, WireAddress, WireCondition, WireContainer,
    WireContainerState, WireMetadata, WireNodeInfo, WireObject, WireSpec, WireState, WireStatus,
    WireTaint, WireTerminated, WireText, WireTime, WireWaiting,
};

// A part that an object does not have is empty: what is `required` here is only written always, and decoded where it is there.

/// Before each object and each list (apimachinery, pkg/runtime/serializer/protobuf).
const MAGIC: &[u8] = b"k8s\0";

/// `runtime.Unknown`: what the object is, and the object.
#[derive(Clone, PartialEq, Message)]
struct ProtoEnvelope {
    #[prost(message, required, tag = "1")]
    meta: ProtoTypeMeta,
    #[prost(bytes = "bytes", tag = "2")]
    raw: Bytes,
}

#[derive(Clone, PartialEq, Message)]
struct ProtoTypeMeta {
    #[prost(bytes = "bytes", tag = "2")]
    kind: Bytes,
}

#[derive(Clone, PartialEq, Message)]
struct ProtoWatchEvent {
    #[prost(bytes = "bytes", tag = "1")]
    event: Bytes,
    #[prost(message, required, tag = "2")]
    object: ProtoRawExtension,
}

#[derive(Clone, PartialEq, Message)]
struct ProtoRawExtension {
    #[prost(bytes = "bytes", tag = "1")]
    raw: Bytes,
}

#[derive(Clone, PartialEq, Message)]
struct ProtoStatus {
    #[prost(bytes = "bytes", tag = "3")]
    message: Bytes,
    #[prost(bytes = "bytes", tag = "4")]
    reason: Bytes,
    #[prost(int32, tag = "6")]
    code: i32,
}

#[derive(Clone, PartialEq, Message)]
struct ProtoListMeta {
    #[prost(bytes = "bytes", tag = "2")]
    resource_version: Bytes,
    #[prost(bytes = "bytes", tag = "3")]
    next: Bytes,
}

#[derive(Clone, PartialEq, Message)]
struct ProtoNodeList {
    #[prost(message, required, tag = "1")]
    metadata: ProtoListMeta,
    #[prost(message, repeated, tag = "2")]
    items: Vec<ProtoNode>,
}

#[derive(Clone, PartialEq, Message)]
struct ProtoPodList {
    #[prost(message, required, tag = "1")]
    metadata: ProtoListMeta,
    #[prost(message, repeated, tag = "2")]
    items: Vec<ProtoPod>,
}

#[derive(Clone, PartialEq, Message)]
struct ProtoNode {
    #[prost(message, required, tag = "1")]
    metadata: ProtoObjectMeta,
    #[prost(message, required, tag = "2")]
    spec: ProtoNodeSpec,
    #[prost(message, required, tag = "3")]
    status: ProtoNodeStatus,
}

#[derive(Clone, PartialEq, Message)]
struct ProtoPod {
    #[prost(message, required, tag = "1")]
    metadata: ProtoObjectMeta,
    #[prost(message, required, tag = "2")]
    spec: ProtoPodSpec,
    #[prost(message, required, tag = "3")]
    status: ProtoPodStatus,
}

#[derive(Clone, PartialEq, Message)]
struct ProtoObjectMeta {
    #[prost(bytes = "bytes", tag = "1")]
    name: Bytes,
    #[prost(bytes = "bytes", tag = "3")]
    namespace: Bytes,
    #[prost(bytes = "bytes", tag = "6")]
    resource_version: Bytes,
    #[prost(message, optional, tag = "8")]
    created: Option<ProtoTime>,
    #[prost(message, repeated, tag = "11")]
    labels: Vec<ProtoPair>,
    #[prost(message, repeated, tag = "12")]
    annotations: Vec<ProtoPair>,
}

/// An entry of a map.
#[derive(Clone, PartialEq, Message)]
struct ProtoPair {
    #[prost(bytes = "bytes", tag = "1")]
    key: Bytes,
    #[prost(bytes = "bytes", tag = "2")]
    value: Bytes,
}

#[derive(Clone, Copy, PartialEq, Message)]
struct ProtoTime {
    #[prost(int64, tag = "1")]
    seconds: i64,
}

#[derive(Clone, PartialEq, Message)]
struct ProtoNodeSpec {
    #[prost(bytes = "bytes", tag = "3")]
    provider_id: Bytes,
    #[prost(bool, tag = "4")]
    unschedulable: bool,
    #[prost(message, repeated, tag = "5")]
    taints: Vec<ProtoTaint>,
}

#[derive(Clone, PartialEq, Message)]
struct ProtoTaint {
    #[prost(bytes = "bytes", tag = "1")]
    key: Bytes,
    #[prost(bytes = "bytes", tag = "2")]
    value: Bytes,
    #[prost(bytes = "bytes", tag = "3")]
    effect: Bytes,
}

#[derive(Clone, PartialEq, Message)]
struct ProtoNodeStatus {
    #[prost(message, repeated, tag = "4")]
    conditions: Vec<ProtoCondition>,
    #[prost(message, repeated, tag = "5")]
    addresses: Vec<ProtoAddress>,
    #[prost(message, required, tag = "7")]
    node_info: ProtoNodeInfo,
}

/// Of a node or of a pod: the numbers are the same.
#[derive(Clone, PartialEq, Message)]
struct ProtoCondition {
    #[prost(bytes = "bytes", tag = "1")]
    kind: Bytes,
    #[prost(bytes = "bytes", tag = "2")]
    status: Bytes,
    #[prost(message, optional, tag = "4")]
    last_transition_time: Option<ProtoTime>,
    #[prost(bytes = "bytes", tag = "5")]
    reason: Bytes,
    #[prost(bytes = "bytes", tag = "6")]
    message: Bytes,
}

#[derive(Clone, PartialEq, Message)]
struct ProtoAddress {
    #[prost(bytes = "bytes", tag = "1")]
    kind: Bytes,
    #[prost(bytes = "bytes", tag = "2")]
    address: Bytes,
}

#[derive(Clone, PartialEq, Message)]
struct ProtoNodeInfo {
    #[prost(bytes = "bytes", tag = "7")]
    kubelet_version: Bytes,
}

#[derive(Clone, PartialEq, Message)]
struct ProtoPodSpec {
    #[prost(bytes = "bytes", tag = "10")]
    node_name: Bytes,
    #[prost(bytes = "bytes", tag = "24")]
    priority_class_name: Bytes,
}

#[derive(Clone, PartialEq, Message)]
struct ProtoPodStatus {
    #[prost(bytes = "bytes", tag = "1")]
    phase: Bytes,
    #[prost(message, repeated, tag = "2")]
    conditions: Vec<ProtoCondition>,
    #[prost(bytes = "bytes", tag = "5")]
    host_ip: Bytes,
    #[prost(message, repeated, tag = "8")]
    container_statuses: Vec<ProtoContainer>,
    #[prost(message, repeated, tag = "10")]
    init_container_statuses: Vec<ProtoContainer>,
}

#[derive(Clone, PartialEq, Message)]
struct ProtoContainer {
    #[prost(bytes = "bytes", tag = "1")]
    name: Bytes,
    #[prost(message, required, tag = "2")]
    state: ProtoContainerState,
    #[prost(message, required, tag = "3")]
    last_state: ProtoContainerState,
    #[prost(bool, tag = "4")]
    ready: bool,
    #[prost(int32, tag = "5")]
    restart_count: i32,
}

#[derive(Clone, PartialEq, Message)]
struct ProtoContainerState {
    #[prost(message, optional, tag = "1")]
    waiting: Option<ProtoWaiting>,
    #[prost(message, optional, tag = "3")]
    terminated: Option<ProtoTerminated>,
}

#[derive(Clone, PartialEq, Message)]
struct ProtoWaiting {
    #[prost(bytes = "bytes", tag = "1")]
    reason: Bytes,
    #[prost(bytes = "bytes", tag = "2")]
    message: Bytes,
}

#[derive(Clone, PartialEq, Message)]
struct ProtoTerminated {
    #[prost(int32, tag = "1")]
    exit_code: i32,
    #[prost(bytes = "bytes", tag = "3")]
    reason: Bytes,
}

/// One event of a watch, decoded.
pub(super) struct ProtoEvent {
    event: Bytes,
    object: ProtoObject,
}

/// One page of a list, decoded.
pub(super) struct ProtoPage {
    metadata: ProtoListMeta,
    objects: Vec<ProtoObject>,
}

enum ProtoObject {
    Node(Box<ProtoNode>),
    Pod(Box<ProtoPod>),
    Status(WireStatus),
}

/// Whether an answer is in protobuf.
pub(super) fn is_protobuf(answer: &[u8]) -> bool {
    answer.starts_with(MAGIC)
}

impl ProtoEvent {
    /// Decodes one record of a watch; the Err says why it is none.
    pub(super) fn decode(record: &[u8]) -> Result<Self, String> {
        let event = ProtoWatchEvent::decode(Bytes::copy_from_slice(record)).map_err(words)?;
        let raw = event.object.raw;
        let (kind, raw) = open(&raw)?;
        let object = match kind.as_ref() {
            b"Node" => ProtoObject::Node(Box::new(ProtoNode::decode(raw).map_err(words)?)),
            b"Pod" => ProtoObject::Pod(Box::new(ProtoPod::decode(raw).map_err(words)?)),
            b"Status" => ProtoObject::Status(ProtoStatus::decode(raw).map_err(words)?.view()),
            other => return Err(unexpected(other)),
        };
        let event = event.event;
        Ok(Self { event, object })
    }

    /// What the server says that ends the watch; absent where it is about an object.
    pub(super) fn refusal(&self) -> Option<&WireStatus> {
        match &self.object {
            ProtoObject::Status(status) => Some(status),
            ProtoObject::Node(_) | ProtoObject::Pod(_) => None,
        }
    }

    /// The same as a line of JSON says it.
    pub(super) fn line(&self) -> WatchLine<'_> {
        WatchLine {
            event: text(&self.event),
            object: self.object.view(),
        }
    }
}

impl ProtoPage {
    /// Decodes a whole answer; the Err says why it is no page of nodes or pods.
    pub(super) fn decode(answer: Vec<u8>) -> Result<Self, String> {
        let (kind, raw) = open(&Bytes::from(answer))?;
        let (metadata, objects) = match kind.as_ref() {
            b"NodeList" => {
                let list = ProtoNodeList::decode(raw).map_err(words)?;
                let nodes = list.items.into_iter().map(Box::new);
                (list.metadata, nodes.map(ProtoObject::Node).collect())
            }
            b"PodList" => {
                let list = ProtoPodList::decode(raw).map_err(words)?;
                let pods = list.items.into_iter().map(Box::new);
                (list.metadata, pods.map(ProtoObject::Pod).collect())
            }
            other => return Err(unexpected(other)),
        };
        Ok(Self { metadata, objects })
    }

    /// The same as JSON says it.
    pub(super) fn view(&self) -> ListPage<'_> {
        ListPage {
            metadata: self.metadata.view(),
            items: self.objects.iter().map(ProtoObject::view).collect(),
        }
    }
}

impl ProtoObject {
    fn view(&self) -> WireObject<'_> {
        match self {
            Self::Node(node) => node.view(),
            Self::Pod(pod) => pod.view(),
            Self::Status(_) => WireObject::default(),
        }
    }
}

// What the envelope holds, and of which kind.
fn open(bytes: &Bytes) -> Result<(Bytes, Bytes), String> {
    if !is_protobuf(bytes) {
        return Err("it holds no object of Kubernetes".to_owned());
    }
    let envelope = ProtoEnvelope::decode(bytes.slice(MAGIC.len()..)).map_err(words)?;
    Ok((envelope.meta.kind, envelope.raw))
}

fn unexpected(kind: &[u8]) -> String {
    let kind = String::from_utf8_lossy(kind);
    format!("it holds an object of the kind {kind:?}")
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "an error as map_err gives it"
)]
fn words(error: prost::DecodeError) -> String {
    error.to_string()
}

// Go writes what it was given, and a kubelet may have been given anything.
fn text(bytes: &Bytes) -> WireText<'_> {
    WireText::from(bytes.as_ref())
}

fn time(time: Option<ProtoTime>) -> WireTime {
    WireTime::from_seconds(time.map_or(0, |time| time.seconds))
}

impl ProtoListMeta {
    fn view(&self) -> ListMetadata<'_> {
        ListMetadata {
            resource_version: text(&self.resource_version),
            next: text(&self.next),
        }
    }
}

impl ProtoStatus {
    fn view(&self) -> WireStatus {
        WireStatus {
            code: u16::try_from(self.code).unwrap_or_default(),
            reason: text(&self.reason).to_string(),
            message: text(&self.message).to_string(),
        }
    }
}

impl ProtoObjectMeta {
    fn view(&self) -> WireMetadata<'_> {
        let labels = self.labels.iter();
        let annotations = self.annotations.iter();
        WireMetadata {
            name: text(&self.name),
            namespace: text(&self.namespace),
            resource_version: text(&self.resource_version),
            creation_timestamp: time(self.created),
            labels: labels.map(ProtoPair::view).collect(),
            annotations: annotations.map(ProtoPair::view).collect(),
        }
    }
}

impl ProtoPair {
    fn view(&self) -> (WireText<'_>, WireText<'_>) {
        (text(&self.key), text(&self.value))
    }
}

impl ProtoNode {
    fn view(&self) -> WireObject<'_> {
        WireObject {
            metadata: self.metadata.view(),
            spec: self.spec.view(),
            status: self.status.view(),
        }
    }
}

impl ProtoPod {
    fn view(&self) -> WireObject<'_> {
        WireObject {
            metadata: self.metadata.view(),
            spec: self.spec.view(),
            status: self.status.view(),
        }
    }
}

impl ProtoNodeSpec {
    fn view(&self) -> WireSpec<'_> {
        WireSpec {
            provider_id: text(&self.provider_id),
            unschedulable: self.unschedulable,
            taints: self.taints.iter().map(ProtoTaint::view).collect(),
            ..WireSpec::default()
        }
    }
}

impl ProtoTaint {
    fn view(&self) -> WireTaint<'_> {
        WireTaint {
            key: text(&self.key),
            value: text(&self.value),
            effect: text(&self.effect),
        }
    }
}

impl ProtoNodeStatus {
    fn view(&self) -> WireState<'_> {
        WireState {
            conditions: self.conditions.iter().map(ProtoCondition::view).collect(),
            addresses: self.addresses.iter().map(ProtoAddress::view).collect(),
            node_info: WireNodeInfo {
                kubelet_version: text(&self.node_info.kubelet_version),
            },
            ..WireState::default()
        }
    }
}

impl ProtoCondition {
    fn view(&self) -> WireCondition<'_> {
        WireCondition {
            kind: text(&self.kind),
            status: text(&self.status),
            reason: text(&self.reason),
            message: text(&self.message),
            last_transition_time: time(self.last_transition_time),
        }
    }
}

impl ProtoAddress {
    fn view(&self) -> WireAddress<'_> {
        WireAddress {
            kind: text(&self.kind),
            address: text(&self.address),
        }
    }
}

impl ProtoPodSpec {
    fn view(&self) -> WireSpec<'_> {
        WireSpec {
            node_name: text(&self.node_name),
            priority_class_name: text(&self.priority_class_name),
            ..WireSpec::default()
        }
    }
}

impl ProtoPodStatus {
    fn view(&self) -> WireState<'_> {
        let (containers, init) = (&self.container_statuses, &self.init_container_statuses);
        WireState {
            conditions: self.conditions.iter().map(ProtoCondition::view).collect(),
            phase: text(&self.phase),
            host_ip: text(&self.host_ip),
            container_statuses: containers.iter().map(ProtoContainer::view).collect(),
            init_container_statuses: init.iter().map(ProtoContainer::view).collect(),
            ..WireState::default()
        }
    }
}

impl ProtoContainer {
    fn view(&self) -> WireContainer<'_> {
        WireContainer {
            name: text(&self.name),
            ready: self.ready,
            restart_count: i64::from(self.restart_count),
            state: self.state.view(),
            last_state: self.last_state.view(),
        }
    }
}

impl ProtoContainerState {
    fn view(&self) -> WireContainerState<'_> {
        WireContainerState {
            waiting: self.waiting.as_ref().map(|waiting| WireWaiting {
                reason: text(&waiting.reason),
                message: text(&waiting.message),
            }),
            terminated: self.terminated.as_ref().map(|ended| WireTerminated {
                exit_code: i64::from(ended.exit_code),
                reason: text(&ended.reason),
            }),
        }
    }
}
