//! docs/problems.md: every rule of the catalogue, shown by the problem that breaking it makes.
//! `INSTA_UPDATE=always cargo test --lib core::planning` writes the page again.

use std::fmt::Write as _;

use super::rules::{breaks, broken};
use crate::core::approval::replaced::{fixed_changes, replaced};
use crate::core::approval::stored_spec::compare;
use crate::core::documents::hold;
use crate::core::problem::{Problem, catalog};

const HEAD: &str = "\
# Problems

Every problem that `kopswain plan`, the wizard, the round trip and the edit of a cluster know, by its identifier, which
never changes its meaning. `blocked` stops the plan, and `plan` ends with exit code 2; `warning` and `note` do not. Names,
numbers and addresses below are examples. The page is written by a test that breaks each rule once.
";

// The rules of the round trip: what was sent, and what kops gave back.
const LOST: &str = "kind: InstanceGroup\nmetadata: {name: nodes}\nspec: {}\n---\nkind: Cluster\nmetadata: {name: prod}\nspec: {netwrokCIDR: 172.20.0.0/16, kubernetesVersion: 1.35.5}\n";
const KEPT: &str = "kind: Cluster\nmetadata: {name: prod}\nspec: {kubernetesVersion: 1.34.0}\n";

// What the store had, and what takes its place.
const STORED: &str = "kind: Cluster\nmetadata: {name: prod}\nspec: {networkID: vpc-1, kubernetesVersion: 1.35.5, hooks: h}\n---\nkind: InstanceGroup\nmetadata: {name: batch}\nspec: {}\n";
const NEW: &str =
    "kind: Cluster\nmetadata: {name: prod}\nspec: {networkID: vpc-2, kubernetesVersion: 1.35.6}\n";

fn example(id: &str) -> Problem {
    let planned = breaks().find(|(name, _)| *name == id);
    let problems = match planned {
        _ if id == catalog::CLUSTER_GROWS.id => {
            crate::core::planning::tests::existing_cluster::again("abcd").problems
        }
        Some((_, change)) => broken(*change).problems,
        None => {
            let mut problems = compare(LOST, KEPT).unwrap();
            problems.extend(fixed_changes(STORED, NEW).unwrap());
            problems.extend(replaced(STORED, NEW, NEW).unwrap());
            problems
        }
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
