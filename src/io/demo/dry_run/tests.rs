//! The built dry run beside what the real kops printed for the same spec (`lab/record-demo`).

use std::collections::BTreeMap;

use super::{DemoAccount, DemoCloud, DemoSpec};

/// A recorded spec with the report that kops printed for it.
struct Recording {
    name: &'static str,
    spec: &'static str,
    report: &'static str,
}

macro_rules! recording {
    ($name:literal) => {
        Recording {
            name: $name,
            spec: include_str!(concat!(
                "../../../../tests/fixtures/demo/",
                $name,
                "/cluster_spec.yml"
            )),
            report: include_str!(concat!(
                "../../../../tests/fixtures/demo/",
                $name,
                "/update.stdout"
            )),
        }
    };
}

const RECORDINGS: [Recording; 1] = [recording!("four-zones")];

type Fields = BTreeMap<String, Vec<String>>;

// Each resource with its lines, sections apart.
fn resources(report: &str) -> BTreeMap<String, Fields> {
    let mut sections: BTreeMap<String, Fields> = BTreeMap::new();
    let (mut section, mut resource) = (String::new(), String::new());
    for line in report.lines().filter(|line| !line.is_empty()) {
        let fields = sections.entry(section.clone()).or_default();
        if !line.starts_with(' ') {
            section = line.to_owned();
            sections.entry(section.clone()).or_default();
        } else if line.starts_with("  \t") {
            fields
                .entry(resource.clone())
                .or_default()
                .push(line.to_owned());
        } else {
            resource = line.trim().to_owned();
            fields.entry(resource.clone()).or_default();
        }
    }
    sections
}

// What only AWS knows, taken from the recording itself.
fn account(recording: &Recording) -> DemoAccount {
    let after = |text: &str, word: &str| {
        let start = text.find(word).map(|at| &text[at + word.len()..]);
        let end = start.and_then(|rest| rest.split([' ', '\n', ']']).next());
        end.unwrap_or_default().to_owned()
    };
    let spec = DemoSpec::read(recording.spec);
    let address = |zone: &str| {
        let gateway = format!("NatGateway/{}", spec.below(zone));
        let told = recording
            .report
            .split("\n\n")
            .find(|block| block.contains(&gateway));
        after(told.unwrap_or_default(), " id:")
    };
    let subnets = spec.private_subnets();
    DemoAccount {
        internet_gateway: format!("igw-{}", after(recording.report, " id:igw-")),
        addresses: subnets
            .map(|subnet| (subnet.egress.clone(), address(&subnet.zone)))
            .collect(),
        arm_types: vec!["t4g.medium".to_owned()],
        key_md5: after(
            recording.report,
            &format!("SSHKey/kubernetes.{}-", spec.name),
        ),
        key_sha256: format!(
            "SHA256:{}",
            after(recording.report, "KeyFingerprint      \tSHA256:")
        ),
    }
}

#[test]
fn it_is_what_the_real_kops_printed() {
    for recording in RECORDINGS {
        let spec = DemoSpec::read(recording.spec);
        let built = DemoCloud::of(&spec, &account(&recording)).report(0);
        let (built, recorded) = (resources(&built), resources(recording.report));
        let names = |from: &BTreeMap<String, Fields>| {
            let keys = from.iter().flat_map(|(section, fields)| {
                fields.keys().map(move |name| format!("{section} {name}"))
            });
            keys.collect::<Vec<_>>()
        };
        assert_eq!(names(&built), names(&recorded), "{}", recording.name);
        for (section, fields) in &recorded {
            for (name, lines) in fields {
                let built = built.get(section).and_then(|fields| fields.get(name));
                assert_eq!(built, Some(lines), "{} {name}", recording.name);
            }
        }
    }
}
