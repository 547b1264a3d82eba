//! The dry run of the demonstration: what kops 1.36.2 printed for three zones, told of the spec that was planned.

use serde_yaml::Value;

const REPORT: &str = include_str!("../../../tests/fixtures/kops/update-create.stdout");
const SPEC: &str = include_str!("../../../tests/fixtures/kops/cluster_spec.yml");

/// The name of the cluster that was recorded.
pub(super) const CLUSTER: &str = "prod.example.com";

/// The recorded report with the spec's own names, ids and blocks; what belongs to a zone it does not use is left out.
pub(super) fn of(spec: &str) -> String {
    let (recorded, planned) = (Facts::of(SPEC), Facts::of(spec));
    let mut told: String = REPORT
        .split_inclusive("\n\n")
        .filter(|block| !about_unused_zone(block, &recorded, &planned))
        .collect();
    for (old, new) in recorded.pairs(&planned) {
        told = told.replace(&old, &new);
    }
    told
}

/// The cluster's name in a spec; that of the recording when it has none.
pub(super) fn cluster_of(spec: &str) -> String {
    let name = Facts::of(spec).cluster;
    if name.is_empty() { CLUSTER.to_owned() } else { name }
}

fn about_unused_zone(block: &str, recorded: &Facts, planned: &Facts) -> bool {
    let title = block.trim_start().lines().next().unwrap_or_default();
    let unused = |zone: &&Zone| !planned.zones.iter().any(|used| used.name == zone.name);
    recorded.zones.iter().filter(unused).any(|zone| title.contains(&zone.name))
}

struct Facts {
    cluster: String,
    network: String,
    zones: Vec<Zone>,
}

struct Zone {
    name: String,
    egress: String,
    private: String,
    utility: String,
}

impl Facts {
    fn of(spec: &str) -> Self {
        let first = spec.split("\n---").next().unwrap_or_default();
        let document: Value = serde_yaml::from_str(first).unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let subnets = document["spec"]["subnets"].as_sequence().cloned().unwrap_or_default();
        let utility = |zone: &str| {
            let found = subnets.iter().find(|subnet| subnet["type"] == "Utility" && subnet["zone"] == zone);
            found.map(|subnet| text(&subnet["cidr"])).unwrap_or_default()
        };
        let private = subnets.iter().filter(|subnet| subnet["type"] == "Private");
        let zones = private.map(|subnet| Zone {
            name: text(&subnet["zone"]),
            egress: text(&subnet["egress"]),
            private: text(&subnet["cidr"]),
            utility: utility(&text(&subnet["zone"])),
        });
        Self {
            cluster: text(&document["metadata"]["name"]),
            network: text(&document["spec"]["networkID"]),
            zones: zones.collect(),
        }
    }

    fn pairs(&self, planned: &Self) -> Vec<(String, String)> {
        let mut pairs = vec![
            (self.cluster.clone(), planned.cluster.clone()),
            (self.network.clone(), planned.network.clone()),
        ];
        for zone in &self.zones {
            if let Some(used) = planned.zones.iter().find(|used| used.name == zone.name) {
                pairs.push((zone.egress.clone(), used.egress.clone()));
                pairs.push((zone.private.clone(), used.private.clone()));
                pairs.push((zone.utility.clone(), used.utility.clone()));
            }
        }
        pairs.retain(|(old, _)| !old.is_empty());
        pairs
    }
}
