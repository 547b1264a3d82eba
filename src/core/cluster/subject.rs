//! What a finding or an entry of the timeline is about.

use crate::core::text::untrusted::{Untrusted, visible};

/// A part of the cluster.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClusterSubject {
    Cluster,
    KubernetesApi,
    /// An instance group by its name.
    Group(String),
    /// An EC2 instance by its id.
    Instance(Untrusted),
    /// A node by its name.
    Node(Untrusted),
    Pod {
        namespace: Untrusted,
        name: Untrusted,
    },
}

impl ClusterSubject {
    /// Its name, safe to show; empty for the cluster itself.
    pub fn name(&self) -> String {
        match self {
            Self::Cluster => String::new(),
            Self::KubernetesApi => "Kubernetes API".to_owned(),
            Self::Group(name) => visible(name),
            Self::Instance(name) | Self::Node(name) => name.shown(),
            Self::Pod { namespace, name } => format!("{namespace}/{name}"),
        }
    }
}
