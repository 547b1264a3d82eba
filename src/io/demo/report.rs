//! The dry run of the demonstration: what kops 1.36.2 printed for four zones, told of the spec that was planned.

use serde_yaml::Value;

const REPORT: &str = include_str!("update.stdout");
const SPEC: &str = include_str!("cluster_spec.yml");

/// The name of the cluster that was recorded.
const CLUSTER: &str = "demo.example.com";

/// The prefixes of the names that kops cuts to 32 characters, hash included (`GetResourceName32`).
const CUT_NAMES: [&str; 3] = ["api", "kops-controller", "tcp"];
const LONGEST_BEFORE_HASH: usize = 25;

/// The recorded report with the spec's own names, ids, CIDRs, sizes and types; what the spec does not have is left out, and
/// each of its groups, etcd members and CIDRs is told as the first of the recording was.
pub(super) fn of(spec: &str) -> String {
    let (recorded, planned) = (SpecFacts::of(SPEC), SpecFacts::of(spec));
    let both = Both {
        recorded: &recorded,
        planned: &planned,
    };
    REPORT
        .split_inclusive("\n\n")
        .map(|block| both.told(block))
        .collect()
}

/// A line that a recorded command printed, with the names of the cluster in the spec.
pub(super) fn said(line: &str, spec: &str) -> String {
    replaced(line, &named(CLUSTER, &cluster_of(spec)))
}

/// A line that was recorded for another cluster, with the names of the one in the spec.
pub(super) fn said_of(line: &str, recorded: &str, spec: &str) -> String {
    replaced(line, &named(recorded, &cluster_of(spec)))
}

fn cluster_of(spec: &str) -> String {
    let name = SpecFacts::of(spec).cluster;
    if name.is_empty() {
        CLUSTER.to_owned()
    } else {
        name
    }
}

type Pairs = Vec<(String, String)>;

// The names that AWS and kops derive from a cluster's name, the longest first.
fn named(old: &str, new: &str) -> Pairs {
    let cut = |prefix: &str, cluster: &str| -> String {
        let whole = format!("{prefix}-{}", cluster.replace('.', "-"));
        whole.chars().take(LONGEST_BEFORE_HASH).collect()
    };
    let mut pairs: Pairs = CUT_NAMES
        .iter()
        .map(|prefix| (cut(prefix, old), cut(prefix, new)))
        .collect();
    pairs.push((old.to_owned(), new.to_owned()));
    pairs.push((old.replace('.', "-"), new.replace('.', "-")));
    pairs
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

struct Both<'a> {
    recorded: &'a SpecFacts,
    planned: &'a SpecFacts,
}

impl Both<'_> {
    // One block of the report: as often as the spec has what it is about. The title of a section stays with the first.
    fn told(&self, block: &str) -> String {
        let resource = block.find("  ").unwrap_or(block.len());
        let (head, body) = block.split_at(resource);
        let told: String = self
            .pairs_of(title(body))
            .iter()
            .map(|pairs| self.subnets(&replaced(body, pairs)))
            .collect();
        format!("{head}{told}")
    }

    fn pairs_of(&self, title: &str) -> Vec<Pairs> {
        let common = self.common();
        let own = self
            .of_a_group(title)
            .or_else(|| self.of_a_member(title))
            .or_else(|| self.of_a_range(title))
            .unwrap_or_else(|| self.of_a_zone(title));
        let with_common = |own: Pairs| own.into_iter().chain(common.clone()).collect();
        own.into_iter().map(with_common).collect()
    }

    fn common(&self) -> Pairs {
        let (recorded, planned) = (self.recorded, self.planned);
        let mut pairs = named(&recorded.cluster, &planned.cluster);
        pairs.push((recorded.network.clone(), planned.network.clone()));
        pairs.push((recorded.store.clone(), planned.store.clone()));
        pairs
    }

    // Groups of one role look alike: the first recorded one is told for each that is planned.
    fn of_a_group(&self, title: &str) -> Option<Vec<Pairs>> {
        let at = self
            .recorded
            .groups
            .iter()
            .position(|group| title.contains(group.name.as_str()))?;
        let old = self.recorded.groups.get(at)?;
        let first = self
            .recorded
            .groups
            .iter()
            .position(|one| one.role == old.role);
        if first != Some(at) {
            return Some(Vec::new());
        }
        let planned = self
            .planned
            .groups
            .iter()
            .filter(|one| one.role == old.role);
        Some(planned.map(|new| self.group(title, old, new)).collect())
    }

    fn group(&self, title: &str, old: &GroupFacts, new: &GroupFacts) -> Pairs {
        let subnets = |group: &GroupFacts, cluster: &str| -> String {
            let names = group
                .zones
                .iter()
                .map(|zone| format!("name:{zone}.{cluster}"));
            format!("[{}]", names.collect::<Vec<_>>().join(", "))
        };
        let line = |name: &str, value: &str| format!("\t{name:<20}\t{value}\n");
        let mut pairs = vec![
            (
                subnets(old, &self.recorded.cluster),
                subnets(new, &self.planned.cluster),
            ),
            (old.name.clone(), new.name.clone()),
        ];
        let mut values = vec![("InstanceType", &old.machine_type, &new.machine_type)];
        if title.starts_with("AutoscalingGroup/") {
            values.push(("MinSize", &old.min, &new.min));
            values.push(("MaxSize", &old.max, &new.max));
        }
        values.push(("ImageID", &old.image, &new.image));
        let values = values.into_iter().filter(|(_, _, new)| !new.is_empty());
        pairs.extend(values.map(|(name, old, new)| (line(name, old), line(name, new))));
        if !new.volume.is_empty() {
            for recorded in ["64", "128"] {
                let name = "RootVolumeSize";
                pairs.push((line(name, recorded), line(name, &new.volume)));
            }
        }
        pairs
    }

    fn of_a_member(&self, title: &str) -> Option<Vec<Pairs>> {
        let is_of =
            |(name, _): &&(String, String)| title.starts_with(&format!("EBSVolume/{name}.etcd-"));
        let (old, old_zone) = self.recorded.members.iter().find(is_of)?;
        if self.recorded.members.first().map(|(name, _)| name) != Some(old) {
            return Some(Vec::new());
        }
        let all = |facts: &SpecFacts| {
            let names: Vec<&str> = facts
                .members
                .iter()
                .map(|(name, _)| name.as_str())
                .collect();
            names.join(",")
        };
        let planned = self.planned.members.iter().map(|(new, zone)| {
            vec![
                (format!("{old}.etcd-"), format!("{new}.etcd-")),
                (
                    format!("{old}/{}", all(self.recorded)),
                    format!("{new}/{}", all(self.planned)),
                ),
                (old_zone.clone(), zone.clone()),
            ]
        });
        Some(planned.collect())
    }

    fn of_a_range(&self, title: &str) -> Option<Vec<Pairs>> {
        let old = self
            .recorded
            .ssh
            .first()
            .filter(|old| title.contains(old.as_str()))?;
        let ranges = if title.contains("22to22") {
            &self.planned.ssh
        } else {
            &self.planned.api
        };
        Some(
            ranges
                .iter()
                .map(|new| vec![(old.clone(), new.clone())])
                .collect(),
        )
    }

    // Zones are told apart by their place, so that b, c and d are told as a, b and c were.
    fn of_a_zone(&self, title: &str) -> Vec<Pairs> {
        let mut unused = self.recorded.zones.iter().skip(self.planned.zones.len());
        if unused.any(|zone| title.contains(zone.name.as_str())) {
            return Vec::new();
        }
        let mut pairs = Vec::new();
        for (old, new) in self.recorded.zones.iter().zip(&self.planned.zones) {
            pairs.push((old.egress.clone(), new.egress.clone()));
            pairs.push((old.private.clone(), new.private.clone()));
            pairs.push((old.utility.clone(), new.utility.clone()));
            pairs.push((old.name.clone(), new.name.clone()));
        }
        let scheme = |public: bool| {
            if public {
                "internet-facing"
            } else {
                "internal"
            }
        };
        let line = |word: &str| format!("\tScheme              \t{word}\n");
        pairs.push((line(scheme(false)), line(scheme(self.planned.public))));
        vec![pairs]
    }

    // The load balancer's subnets are one line of JSON: those of zones that are not planned go.
    fn subnets(&self, block: &str) -> String {
        let unused: Vec<&str> = self
            .recorded
            .zones
            .iter()
            .skip(self.planned.zones.len())
            .map(|zone| zone.name.as_str())
            .collect();
        let lines = block.split_inclusive('\n').map(|line| {
            let json = line
                .strip_prefix("  \tSubnetMappings      \t")
                .filter(|_| !unused.is_empty());
            let parsed =
                json.and_then(|json| serde_json::from_str::<Vec<serde_json::Value>>(json).ok());
            let Some(mut mappings) = parsed else {
                return line.to_owned();
            };
            mappings.retain(|one| {
                let name = one
                    .pointer("/Subnet/ShortName")
                    .and_then(|name| name.as_str());
                name.is_none_or(|name| !unused.iter().any(|zone| name.ends_with(zone)))
            });
            format!(
                "  \tSubnetMappings      \t{}\n",
                serde_json::Value::from(mappings)
            )
        });
        lines.collect()
    }
}

fn title(block: &str) -> &str {
    block
        .lines()
        .map(str::trim)
        .find(|line| line.contains('/'))
        .unwrap_or_default()
}

#[derive(Default)]
struct SpecFacts {
    cluster: String,
    store: String,
    network: String,
    public: bool,
    ssh: Vec<String>,
    api: Vec<String>,
    zones: Vec<ZoneFacts>,
    groups: Vec<GroupFacts>,
    /// The members of etcd, each with its zone.
    members: Vec<(String, String)>,
}

struct ZoneFacts {
    name: String,
    egress: String,
    private: String,
    utility: String,
}

struct GroupFacts {
    name: String,
    role: String,
    machine_type: String,
    image: String,
    volume: String,
    min: String,
    max: String,
    zones: Vec<String>,
}

impl SpecFacts {
    fn of(spec: &str) -> Self {
        let mut facts = Self::default();
        let mut members = Vec::new();
        for document in spec
            .split("\n---")
            .filter_map(|text| serde_yaml::from_str::<Value>(text).ok())
        {
            if document["kind"] == "Cluster" {
                facts.read_cluster(&document["spec"]);
                facts.cluster = text(&document["metadata"]["name"]);
                members = list(&document["spec"]["etcdClusters"][0]["etcdMembers"]);
            } else {
                facts.groups.push(GroupFacts::of(&document));
            }
        }
        let zone_of = |member: &Value| {
            let group = text(&member["instanceGroup"]);
            let group = facts.groups.iter().find(|one| one.name == group);
            group
                .and_then(|group| group.zones.first().cloned())
                .unwrap_or_default()
        };
        facts.members = members
            .iter()
            .map(|member| (text(&member["name"]), zone_of(member)))
            .collect();
        facts
    }

    fn read_cluster(&mut self, spec: &Value) {
        let base = text(&spec["configBase"]);
        self.store = base
            .rsplit_once('/')
            .map_or(base.clone(), |(store, _)| store.to_owned());
        self.network = text(&spec["networkID"]);
        self.public = spec["api"]["loadBalancer"]["type"] == "Public";
        self.ssh = list(&spec["sshAccess"]).iter().map(text).collect();
        self.api = list(&spec["kubernetesApiAccess"])
            .iter()
            .map(text)
            .collect();
        let subnets = list(&spec["subnets"]);
        let utility = |zone: &Value| {
            let found = subnets
                .iter()
                .find(|subnet| subnet["type"] == "Utility" && subnet["zone"] == *zone);
            found
                .map(|subnet| text(&subnet["cidr"]))
                .unwrap_or_default()
        };
        let private = subnets.iter().filter(|subnet| subnet["type"] == "Private");
        let zones = private.map(|subnet| ZoneFacts {
            name: text(&subnet["zone"]),
            egress: text(&subnet["egress"]),
            private: text(&subnet["cidr"]),
            utility: utility(&subnet["zone"]),
        });
        self.zones = zones.collect();
    }
}

impl GroupFacts {
    fn of(document: &Value) -> Self {
        let spec = &document["spec"];
        let subnets = list(&spec["subnets"]);
        let zone = |subnet: &Value| {
            let name = text(subnet);
            name.strip_prefix("utility-")
                .map_or(name.clone(), ToOwned::to_owned)
        };
        Self {
            name: text(&document["metadata"]["name"]),
            role: text(&spec["role"]),
            machine_type: text(&spec["machineType"]),
            image: text(&spec["image"]),
            volume: number(&spec["rootVolumeSize"]),
            min: number(&spec["minSize"]),
            max: number(&spec["maxSize"]),
            zones: subnets.iter().map(zone).collect(),
        }
    }
}

fn list(value: &Value) -> Vec<Value> {
    value.as_sequence().cloned().unwrap_or_default()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn number(value: &Value) -> String {
    value
        .as_u64()
        .map(|number| number.to_string())
        .unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::core::answers::Answers;
    use crate::core::plan::plan;
    use crate::core::review::{Ending, parse};
    use crate::core::spec::render;
    use crate::io::demo;

    #[test]
    fn the_recorded_spec_gets_the_recorded_report() {
        let told = of(SPEC);
        let sorted = |text: &str| {
            let mut lines: Vec<String> = text.lines().map(ToOwned::to_owned).collect();
            lines.sort();
            lines
        };
        assert_eq!(sorted(&told), sorted(REPORT));
        let report = parse(&told);
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

    // What a person may type in the demonstration.
    fn typed() -> Answers {
        let mut answers = demo::answers();
        let inventory = demo::inventory();
        let vpc = &inventory.vpcs[0];
        answers.cluster = "a-rather-long-name.shop.example.org".to_owned();
        answers.state_store = "s3://other-state/prefix".to_owned();
        answers.vpc = vpc.id.clone();
        answers.zones = serde_yaml::from_str("[{name: us-east-1b}, {name: us-east-1d}]").unwrap();
        answers.control_plane.count = 1;
        answers.control_plane.machine_type = "m6i.large".to_owned();
        answers.instance_groups[0].name = "web".to_owned();
        let mut second = answers.instance_groups[0].clone();
        second.name = "batch".to_owned();
        second.per_zone = false;
        (second.min, second.max) = (5, 17);
        second.root_volume_gib = Some(321);
        answers.instance_groups.push(second);
        answers.access.ssh = vec![
            "192.0.2.0/24".parse().unwrap(),
            "198.51.100.0/24".parse().unwrap(),
        ];
        answers
    }

    #[test]
    fn what_a_person_types_is_in_the_report_and_nothing_of_the_recording() {
        let planned = plan(&demo::inventory(), &typed());
        let told = of(&render(&planned.plan));
        let report = parse(&told);
        assert_eq!(
            (report.ending, report.unread.len()),
            (Ending::ChangesWait, 0)
        );
        for word in [
            "demo.example.com",
            "demo-exam",
            "example-state",
            "us-east-1a",
            "us-east-1c",
            "nodes-us-east",
            "172.20.0.0/16-ingress-tcp-22",
        ] {
            let with: Vec<&str> = told.lines().filter(|line| line.contains(word)).collect();
            assert_eq!(with, [""; 0], "{word}");
        }
        for line in [
            "  AutoscalingGroup/web-us-east-1b.a-rather-long-name.shop.example.org",
            "  AutoscalingGroup/web-us-east-1d.a-rather-long-name.shop.example.org",
            "  AutoscalingGroup/batch.a-rather-long-name.shop.example.org",
            "\tMinSize             \t5",
            "\tMaxSize             \t17",
            "\tInstanceType        \tm6i.large",
            "\tRootVolumeSize      \t321",
            "\tSubnets             \t[name:us-east-1b.a-rather-long-name.shop.example.org, name:us-east-1d.a-rather-long-name.shop.example.org]",
            "  SecurityGroupRule/from-198.51.100.0/24-ingress-tcp-22to22-nodes.a-rather-long-name.shop.example.org",
            "\tLoadBalancerBaseName\tapi-a-rather-long-name-sh-e58mr3",
        ] {
            assert!(
                told.lines().any(
                    |one| one.trim_start_matches("  \t").trim_start_matches('\t')
                        == line.trim_start_matches('\t')
                ),
                "{line}"
            );
        }
        let volumes = told.lines().filter(|line| line.starts_with("  EBSVolume/"));
        assert_eq!(volumes.count(), 2, "one member, two etcd clusters");
    }

    #[test]
    fn a_log_speaks_of_the_cluster_of_the_spec() {
        let spec = SPEC.replace("demo.example.com", "tests.example.org");
        let line = "Waiting for load balancer \"api-demo-example-com-e58mr3\" of demo.example.com";
        assert_eq!(
            said(line, &spec),
            "Waiting for load balancer \"api-tests-example-org-e58mr3\" of tests.example.org"
        );
    }
}
