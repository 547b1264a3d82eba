//! The demonstration's cluster once it exists: what the account and the state store hold of it, and what an edit changes.

use super::dry_run::{DemoCloud, DemoSpec};
use super::{DemoRunner, DemoState, account, inventory};
use crate::core::cluster::cloud::CloudUpdate;
use crate::core::inventory::{Inventory, Subnet};
use crate::core::overview::{
    ClusterOverview, Fleet, InService, NodesByRole, NodesOfRole, StoredSpec,
};
use crate::core::text::untrusted::Untrusted;
use crate::core::text::yaml::readable_documents;
use crate::tui::effect::CloudQuestion;
use crate::tui::event::Event;

/// What kops says after it has changed a cluster that exists (`cmd/kops/update_cluster.go`).
pub(super) const CHANGED: &str = include_str!("changed.txt");

impl DemoState {
    /// Whether the cluster exists as a spec asked for it.
    pub(super) fn exists(&self) -> bool {
        !self.applied.is_empty()
    }

    /// The tasks that the spec leads to, and how many of them are done.
    pub(super) fn cloud(&self) -> (DemoCloud, usize) {
        let cloud = |spec: &str| DemoCloud::new(&DemoSpec::read(spec), &account());
        let wanted = cloud(&self.spec);
        if self.exists() {
            return (wanted.changes_from(&cloud(&self.applied)), 0);
        }
        (wanted, self.done)
    }

    /// The built-in account with the subnets that kops has made in it.
    pub(super) fn inventory(&self) -> Inventory {
        let mut inventory = inventory();
        let spec = DemoSpec::read(&self.applied);
        let vpcs = inventory.vpcs.iter_mut();
        for vpc in vpcs.filter(|vpc| vpc.id == spec.cluster.network_id) {
            vpc.subnets.extend(own_subnets(&spec));
        }
        inventory
    }

    /// The clusters that the state store has.
    pub(super) fn clusters(&self) -> Vec<String> {
        let name = DemoSpec::read(&self.applied).name;
        Some(name)
            .filter(|name| !name.is_empty())
            .into_iter()
            .collect()
    }
}

fn own_subnets(spec: &DemoSpec) -> impl Iterator<Item = Subnet> {
    spec.cluster.subnets.iter().filter_map(|subnet| {
        let tags = [
            (format!("kubernetes.io/cluster/{}", spec.name), "owned"),
            ("SubnetType".to_owned(), subnet.kind.as_str()),
        ];
        let tags = tags.map(|(key, value)| (Untrusted::new(key), Untrusted::from(value)));
        Some(Subnet {
            id: format!("subnet-{}", subnet.name),
            tags: tags.into(),
            cidr: subnet.cidr.parse().ok()?,
            zone: subnet.zone.clone(),
            ..Subnet::default()
        })
    })
}

impl DemoRunner {
    /// What home shows of the cluster.
    pub(super) fn overview(&self, name: &str) {
        let state = self.state();
        let cluster = readable_documents(&state.applied).next();
        let text = cluster.and_then(|value| serde_yaml::to_string(&value).ok());
        let spec = StoredSpec::parse(&text.unwrap_or_default()).unwrap_or_default();
        let fleet = match self.cloud_answer(name, &CloudQuestion::Groups) {
            CloudUpdate::Groups(groups) => groups.map(|answer| Fleet::of(&answer.found)),
            _ => Ok(Fleet::default()),
        };
        let nodes = fleet.clone().map(nodes_in_service);
        let overview = ClusterOverview {
            name: name.to_owned(),
            spec: Ok(spec),
            fleet,
        };
        self.send(Event::ClusterRead(Box::new(overview)));
        let cluster = name.to_owned();
        self.send(Event::NodesCounted { cluster, nodes });
    }
}

// In the demonstration an instance in service is a node that is ready.
fn nodes_in_service(fleet: Fleet) -> NodesByRole {
    let ready = |side: InService| NodesOfRole {
        ready: side.count,
        joined: side.count,
    };
    NodesByRole {
        control_plane: ready(fleet.control_plane),
        nodes: ready(fleet.nodes),
    }
}
