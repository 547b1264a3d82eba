//! What an engineer must not miss in a report, the gravest first; each rule is data, one file per family.

use serde::Serialize;

use super::readiness::InstanceGroupSummary;
use super::review::{Action, Report, Resource};
use super::untrusted::visible;

mod access;
mod compute;
mod deletion;
mod iam;
mod network;
mod report;
mod storage;
mod upgrade;

/// How much a finding weighs, the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Danger,
    Warning,
    Note,
}

impl Severity {
    /// All of them, the gravest first.
    pub const ALL: [Self; 3] = [Self::Danger, Self::Warning, Self::Note];

    /// The word that people read.
    pub fn word(self) -> &'static str {
        match self {
            Self::Danger => "danger",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// One thing in a report to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub severity: Severity,
    /// A stable identifier in kebab case.
    pub rule: &'static str,
    /// `Type/name`, shown; empty when it is about the whole report.
    pub resource: String,
    /// One line, shown: text from outside in it is escaped already.
    pub message: String,
    pub why: &'static str,
    pub remedy: &'static str,
}

/// One rule: it says something about a resource, or nothing.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    pub id: &'static str,
    pub severity: Severity,
    pub why: &'static str,
    pub remedy: &'static str,
    applies: Applies,
}

/// What a rule looks at. What it says is escaped afterwards.
#[derive(Clone, Copy, Debug)]
enum Applies {
    /// One resource: the message, when the rule applies.
    Each(fn(&Facts<'_>, &Resource) -> Option<String>),
    /// The whole report: one message for each finding, with the resource that it is about.
    Whole(for<'a> fn(&Facts<'a>) -> Vec<Said<'a>>),
}

/// What a rule says of a report.
struct Said<'a> {
    resource: Option<&'a Resource>,
    message: String,
}

/// What rules may know besides the resource.
#[derive(Clone, Copy, Debug)]
struct Facts<'a> {
    report: &'a Report,
    cluster: Option<&'a str>,
    /// Whether the cluster is made anew: kops stores its spec for the first time.
    fresh: bool,
    /// Whether a VPC is made with it.
    new_vpc: bool,
    /// The instance groups of the spec; empty when it is not known.
    groups: &'a [InstanceGroupSummary],
}

/// Every rule, family by family.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    let families = [
        report::FAILURES,
        deletion::RULES,
        network::RULES,
        access::RULES,
        iam::RULES,
        upgrade::RULES,
        compute::RULES,
        storage::RULES,
        report::RULES,
    ];
    families.into_iter().flatten()
}

/// Every finding of a report: danger first, then by rule, then in the order of the report.
pub fn findings(report: &Report) -> Vec<Finding> {
    findings_for(report, &[])
}

/// The same, told with the sizes of the instance groups of the spec.
pub fn findings_for(report: &Report, groups: &[InstanceGroupSummary]) -> Vec<Finding> {
    let stored = |resource: &Resource| {
        is(resource, Action::Create, "ManagedFile") && resource.name.raw() == SPEC
    };
    let facts = Facts {
        report,
        cluster: report.cluster(),
        fresh: report.resources.iter().any(stored),
        new_vpc: report
            .resources
            .iter()
            .any(|one| is(one, Action::Create, "VPC")),
        groups,
    };
    let mut found: Vec<_> = rules().flat_map(|rule| rule.findings(&facts)).collect();
    found.sort_by_key(|finding| finding.severity);
    found
}

impl Rule {
    fn findings(&self, facts: &Facts<'_>) -> Vec<Finding> {
        let said = match self.applies {
            Applies::Each(applies) => each(applies, facts),
            Applies::Whole(applies) => applies(facts),
        };
        said.into_iter().map(|said| self.finding(&said)).collect()
    }

    fn finding(&self, said: &Said<'_>) -> Finding {
        Finding {
            severity: self.severity,
            rule: self.id,
            resource: said.resource.map(Resource::title).unwrap_or_default(),
            message: visible(&said.message),
            why: self.why,
            remedy: self.remedy,
        }
    }
}

fn each<'a>(
    applies: fn(&Facts<'_>, &Resource) -> Option<String>,
    facts: &Facts<'a>,
) -> Vec<Said<'a>> {
    let resources = facts.report.resources.iter();
    let said = resources.filter_map(|resource| {
        let message = applies(facts, resource)?;
        let resource = Some(resource);
        Some(Said { resource, message })
    });
    said.collect()
}

/// Findings that say the same of several resources, as one line on a screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folded<'a> {
    /// The first of them.
    pub finding: &'a Finding,
    /// Every resource it is about, in order.
    pub resources: Vec<&'a str>,
}

/// Findings with the same rule and message folded into one, in the same order.
pub fn fold(findings: &[Finding]) -> Vec<Folded<'_>> {
    let mut folded: Vec<Folded<'_>> = Vec::new();
    let mut at = std::collections::HashMap::new();
    for finding in findings {
        let next = folded.len();
        let index = *at.entry((finding.rule, &finding.message)).or_insert(next);
        match folded.get_mut(index) {
            Some(same) => same.resources.push(&finding.resource),
            None => folded.push(Folded {
                finding,
                resources: vec![&finding.resource],
            }),
        }
    }
    folded
}

/// How many findings have this severity, folded.
pub fn count(folded: &[Folded<'_>], severity: Severity) -> usize {
    let same = |one: &&Folded<'_>| one.finding.severity == severity;
    folded.iter().filter(same).count()
}

/// kops's own copy of the spec; its diff is the only place where a version or a new policy is printed.
const SPEC: &str = "cluster-completed.spec";

fn is(resource: &Resource, action: Action, kind: &str) -> bool {
    resource.action == action && resource.kind == kind
}

/// Whether a resource is there afterwards.
fn stays(resource: &Resource) -> bool {
    !resource.action.deletes()
}

/// The lines that a diff adds and the lines it removes, without their signs.
fn diff_sides<'a>(resource: &'a Resource, field: &str) -> (Vec<&'a str>, Vec<&'a str>) {
    let side = |sign: &'static str| {
        let lines = resource.diff(field).iter();
        lines
            .filter_map(move |line| line.raw().strip_prefix(sign))
            .collect()
    };
    (side("+ "), side("- "))
}

#[cfg(test)]
mod tests;
