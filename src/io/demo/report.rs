//! The dry run of the demonstration: what kops 1.36.2 printed for four zones, told of the spec that was planned.

use serde_yaml::Value;

const REPORT: &str = include_str!("update.stdout");
const SPEC: &str = include_str!("cluster_spec.yml");

/// The name of the cluster that was recorded.
pub(super) const CLUSTER: &str = "demo.example.com";

/// The recorded report with the spec's own names, ids, blocks and types; what the spec does not have is left out.
pub(super) fn of(spec: &str) -> String {
    let (recorded, planned) = (Facts::of(SPEC), Facts::of(spec));
    let told: String = REPORT
        .split_inclusive("\n\n")
        .filter(|block| !left_out(block, &recorded, &planned))
        .map(|block| with_types(block, &recorded, &planned))
        .collect();
    replaced(&told, &recorded.pairs(&planned))
}

/// The cluster's name in a spec; that of the recording when it has none.
pub(super) fn cluster_of(spec: &str) -> String {
    let name = Facts::of(spec).cluster;
    if name.is_empty() {
        CLUSTER.to_owned()
    } else {
        name
    }
}

// Zones are told apart by their place, so that b, c and d are told as a, b and c were.
fn left_out(block: &str, recorded: &Facts, planned: &Facts) -> bool {
    let title = title(block);
    let unused_zones = recorded.zones.iter().skip(planned.zones.len());
    let unused_planes = recorded
        .control_planes
        .iter()
        .skip(planned.control_planes.len());
    unused_zones
        .map(|zone| &zone.name)
        .chain(unused_planes)
        .any(|name| title.contains(name.as_str()))
}

fn title(block: &str) -> &str {
    block
        .lines()
        .map(str::trim)
        .find(|line| line.contains('/'))
        .unwrap_or_default()
}

fn with_types(block: &str, recorded: &Facts, planned: &Facts) -> String {
    let plane = recorded
        .control_planes
        .iter()
        .any(|name| title(block).contains(name.as_str()));
    let (old, new) = if plane {
        (&recorded.plane_type, &planned.plane_type)
    } else {
        (&recorded.node_type, &planned.node_type)
    };
    replaced(block, &[(old.clone(), new.clone())])
}

// First everything old becomes a mark and then each mark something new, so that a, b → b, c stays apart.
fn replaced(text: &str, pairs: &[(String, String)]) -> String {
    let mark = |at: usize| format!("\u{0}{at}\u{0}");
    let pairs = || {
        pairs
            .iter()
            .enumerate()
            .filter(|(_, (old, new))| !old.is_empty() && !new.is_empty())
    };
    let marked = pairs().fold(text.to_owned(), |text, (at, (old, _))| {
        text.replace(old.as_str(), &mark(at))
    });
    pairs().fold(marked, |text, (at, (_, new))| text.replace(&mark(at), new))
}

#[derive(Default)]
struct Facts {
    cluster: String,
    network: String,
    zones: Vec<Zone>,
    control_planes: Vec<String>,
    plane_type: String,
    node_type: String,
}

struct Zone {
    name: String,
    egress: String,
    private: String,
    utility: String,
}

impl Facts {
    fn of(spec: &str) -> Self {
        let mut facts = Self::default();
        for document in spec
            .split("\n---")
            .filter_map(|text| serde_yaml::from_str::<Value>(text).ok())
        {
            if document["kind"] == "Cluster" {
                facts.read_cluster(&document);
            } else {
                facts.read_group(&document);
            }
        }
        facts
    }

    fn read_cluster(&mut self, document: &Value) {
        self.cluster = text(&document["metadata"]["name"]);
        self.network = text(&document["spec"]["networkID"]);
        let subnets = document["spec"]["subnets"]
            .as_sequence()
            .cloned()
            .unwrap_or_default();
        let utility = |zone: &Value| {
            let found = subnets
                .iter()
                .find(|subnet| subnet["type"] == "Utility" && subnet["zone"] == *zone);
            found
                .map(|subnet| text(&subnet["cidr"]))
                .unwrap_or_default()
        };
        let private = subnets.iter().filter(|subnet| subnet["type"] == "Private");
        let zones = private.map(|subnet| Zone {
            name: text(&subnet["zone"]),
            egress: text(&subnet["egress"]),
            private: text(&subnet["cidr"]),
            utility: utility(&subnet["zone"]),
        });
        self.zones = zones.collect();
    }

    fn read_group(&mut self, document: &Value) {
        let machine_type = text(&document["spec"]["machineType"]);
        if document["spec"]["role"] == "Master" {
            self.control_planes
                .push(text(&document["metadata"]["name"]));
            self.plane_type = machine_type;
        } else if document["spec"]["role"] == "Node" && self.node_type.is_empty() {
            self.node_type = machine_type;
        }
    }

    fn pairs(&self, planned: &Self) -> Vec<(String, String)> {
        let mut pairs = vec![
            (self.cluster.clone(), planned.cluster.clone()),
            (
                self.cluster.replace('.', "-"),
                planned.cluster.replace('.', "-"),
            ),
            (self.network.clone(), planned.network.clone()),
        ];
        for (old, new) in self.zones.iter().zip(&planned.zones) {
            pairs.push((old.egress.clone(), new.egress.clone()));
            pairs.push((old.private.clone(), new.private.clone()));
            pairs.push((old.utility.clone(), new.utility.clone()));
            pairs.push((old.name.clone(), new.name.clone()));
        }
        pairs
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::review::{Ending, parse};

    #[test]
    fn the_recorded_spec_gets_the_recorded_report() {
        assert_eq!(of(SPEC), REPORT);
        let report = parse(&of(SPEC));
        assert_eq!(
            (report.ending, report.unread.len()),
            (Ending::ChangesWait, 0)
        );
    }

    #[test]
    fn another_spec_is_told_by_its_own_names() {
        let spec = SPEC
            .replace("demo.example.com", "tests.example.org")
            .replace("us-east-1c", "eu-west-1c")
            .replace("172.20.18.0/24", "10.1.2.0/24");
        let told = of(&spec);
        assert!(told.contains("Subnet/eu-west-1c.tests.example.org"));
        assert!(told.contains("10.1.2.0/24"));
        assert!(!told.contains("demo.example.com") && !told.contains("us-east-1c"));
        assert_eq!(parse(&told).summary(), parse(REPORT).summary());
    }
}
