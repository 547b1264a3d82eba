//! docs/problems.md: every rule of the catalogue, told by the problem that breaking it makes.
//! `INSTA_UPDATE=always cargo test --lib core::planning` writes the page again.

use std::fmt::Write as _;

use super::rules::{breaks, broken};
use super::*;
use crate::core::approval::stored_spec::compare;
use crate::core::documents::hold;
use crate::core::problem::{Problem, catalog};

const HEAD: &str = "\
# Problems

Every problem that `kopswain plan`, the wizard and the round trip know, by its identifier, which never changes its
meaning. `blocked` stops the plan, and `plan` ends with exit code 2; `warning` and `note` do not. Names, numbers and
addresses below are examples. The page is written by a test that breaks each rule once.
";

// The rules of the round trip: what was sent, and what kops gave back.
const LOST: &str = "kind: InstanceGroup\nmetadata: {name: nodes}\nspec: {}\n---\nkind: Cluster\nmetadata: {name: prod}\nspec: {netwrokCIDR: 172.20.0.0/16, kubernetesVersion: 1.35.5}\n";
const KEPT: &str = "kind: Cluster\nmetadata: {name: prod}\nspec: {kubernetesVersion: 1.34.0}\n";

fn example(id: &str) -> Problem {
    let planned = breaks().find(|(name, _)| *name == id);
    let problems = match planned {
        _ if id == catalog::CLUSTER_GROWS.id => {
            crate::core::planning::tests::existing_cluster::again("abcd").problems
        }
        Some((_, change)) => broken(*change).problems,
        None => compare(LOST, KEPT).unwrap(),
    };
    let mut problems = problems.into_iter();
    problems
        .find(|problem| problem.id == id)
        .unwrap_or_else(|| panic!("no example of {id}"))
}

fn page() -> String {
    let mut page = HEAD.to_owned();
    for rule in catalog::ALL {
        let problem = example(rule.id);
        let _ = write!(
            page,
            "\n## {}\n\n**{}**: {}.\n\n- why: {}\n- do: {}\n- source: {}\n",
            rule.id,
            rule.severity.word(),
            problem.what,
            problem.why,
            problem.remedy,
            rule.source
        );
    }
    page
}

#[test]
fn the_page_of_problems_is_the_catalogue() {
    hold("problems.md", &page());
}

#[test]
fn the_schema_of_plan_names_every_key() {
    let schema: serde_json::Value =
        serde_json::from_str(include_str!("../../../../docs/plan.schema.json")).unwrap();
    let keys = |value: &serde_json::Value| -> Vec<String> {
        value.as_object().unwrap().keys().cloned().collect()
    };
    let problem = serde_json::to_value(example("zone-without-nat")).unwrap();
    let properties = schema.pointer("/$defs/problem/properties").unwrap();
    assert_eq!(keys(properties), keys(&problem));
    let kinds = |pointer: &str| schema.pointer(pointer).unwrap().as_array().unwrap().clone();
    let questions = kinds("/$defs/problem/properties/about/properties/question/enum");
    for (id, change) in breaks() {
        for problem in broken(*change).problems {
            let about = serde_json::to_value(&problem.about).unwrap();
            assert!(questions.contains(&about["question"]), "{id}: {about}");
        }
    }
    let planned = plan(&method::inventory(), &answers());
    let map = serde_json::to_value(planned.address_map.unwrap()).unwrap();
    assert_eq!(
        keys(schema.pointer("/$defs/addressMap/properties").unwrap()),
        keys(&map)
    );
    let segments = kinds("/$defs/addressMap/properties/segments/items/properties/kind/enum");
    for segment in map["segments"].as_array().unwrap() {
        assert!(segments.contains(&segment["kind"]), "{segment}");
    }
}
