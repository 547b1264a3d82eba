//! The instance groups of a spec, as far as watching needs them.

use std::collections::HashMap;

use serde::{Deserialize, Deserializer};

use crate::core::plan::GroupRole;
use crate::core::text::yaml::readable_documents;

/// kops's `manager` of a group whose instances Karpenter starts (`pkg/apis/kops/instancegroup.go`).
const KARPENTER: &str = "Karpenter";

/// One instance group of the spec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceGroupSummary {
    pub name: String,
    pub role: GroupRole,
    pub machine_type: String,
    /// kops's default where the spec names none; absent where Karpenter decides.
    pub min: Option<u32>,
    /// As `min`.
    pub max: Option<u32>,
    /// Whether Karpenter starts its instances, and not an Auto Scaling group.
    pub karpenter: bool,
    /// The zones of its subnets; a subnet whose zone is not known stands by its name.
    pub zones: Vec<String>,
}

/// One document of kops's YAML, or the `instanceGroup` of a failure.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct GroupDocument {
    kind: String,
    metadata: GroupMetadata,
    spec: GroupSpec,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct GroupMetadata {
    name: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct GroupSpec {
    #[serde(deserialize_with = "or_default")]
    role: String,
    #[serde(deserialize_with = "or_default")]
    manager: String,
    #[serde(deserialize_with = "or_default")]
    machine_type: String,
    min_size: Option<u32>,
    max_size: Option<u32>,
    #[serde(deserialize_with = "or_default")]
    subnets: Vec<GroupSubnet>,
}

// A field that is null is a field that is not there: the rest is not lost for it.
pub(crate) fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    field: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(field)?.unwrap_or_default())
}

/// A group names its subnets, the cluster describes them.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum GroupSubnet {
    Name(String),
    Described {
        name: String,
        #[serde(default)]
        zone: Option<String>,
    },
}

/// Reads `kops get all -o yaml`, or a `cluster_spec.yml`: every instance group, the control plane first.
/// A document that is not kops's is left out.
pub fn instance_groups(spec_yaml: &str) -> Vec<InstanceGroupSummary> {
    let documents: Vec<_> = documents(spec_yaml).collect();
    let zones = zones(&documents);
    let groups = documents.iter().filter(|one| one.kind == "InstanceGroup");
    let mut found: Vec<_> = groups.map(|one| one.summary(&zones)).collect();
    found.sort_by(|one, other| (one.role, &one.name).cmp(&(other.role, &other.name)));
    found
}

fn documents(yaml: &str) -> impl Iterator<Item = GroupDocument> {
    readable_documents(yaml).filter_map(|value| serde_yaml::from_value(value).ok())
}

fn zones(documents: &[GroupDocument]) -> HashMap<&str, &str> {
    let clusters = documents.iter().filter(|one| one.kind == "Cluster");
    let subnets = clusters.flat_map(|one| &one.spec.subnets);
    subnets
        .filter_map(|subnet| match subnet {
            GroupSubnet::Described {
                name,
                zone: Some(zone),
            } => Some((name.as_str(), zone.as_str())),
            _ => None,
        })
        .collect()
}

impl GroupDocument {
    pub(crate) fn summary(&self, zones: &HashMap<&str, &str>) -> InstanceGroupSummary {
        let role = role(&self.spec.role);
        let karpenter = self.spec.manager == KARPENTER;
        // kops's own defaults (`upup/pkg/fi/cloudup/populate_instancegroup_spec.go`): Karpenter has none.
        let least = if role == GroupRole::Node { 2 } else { 1 };
        let least = (!karpenter).then_some(least);
        let min = self.spec.min_size.or(least);
        let zone = |subnet: &GroupSubnet| {
            let name = subnet.name();
            (*zones.get(name).unwrap_or(&name)).to_owned()
        };
        InstanceGroupSummary {
            name: self.metadata.name.clone(),
            role,
            machine_type: self.spec.machine_type.clone(),
            min,
            max: self.spec.max_size.or(least.max(min)),
            karpenter,
            zones: self.spec.subnets.iter().map(zone).collect(),
        }
    }
}

impl GroupSubnet {
    fn name(&self) -> &str {
        match self {
            Self::Name(name) | Self::Described { name, .. } => name,
        }
    }
}

// `Master` is v1alpha2's word, `ControlPlane` that of later versions.
fn role(word: &str) -> GroupRole {
    match word {
        "Master" | "ControlPlane" => GroupRole::ControlPlane,
        "Bastion" => GroupRole::Bastion,
        _ => GroupRole::Node,
    }
}
