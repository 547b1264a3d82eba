//! What an engineer must not miss in a dry run, the most severe first; each rule is data, one file per category.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use serde::Serialize;
use strum::IntoStaticStr;

use crate::core::analysis::location::instance_group;
use crate::core::cluster::InstanceGroupSummary;
use crate::core::kops::dry_run::{ChangeAction, DryRun, Resource};
use crate::core::text::untrusted::made_visible;

/// A table of rules: `SEVERITY "ID": APPLIES => { why, remedy }`.
macro_rules! rules {
    ($($severity:ident $id:literal: $applies:expr => { $($field:ident: $text:literal,)* })*) => {
        &[$(FindingRule {
            id: $id,
            severity: FindingSeverity::$severity,
            applies: $applies,
            $($field: $text,)*
        }),*]
    };
}

mod access;
mod compute;
mod deletion;
mod dry_run;
mod harm;
mod iam;
mod load_balancing;
mod network;
mod planned;
mod running;
mod scaling;
mod storage;
mod upgrade;

pub use harm::Harm;
pub use planned::findings_of_plan;
pub use upgrade::{is_minor_upgrade, kubernetes_change};

/// How much a finding weighs, the most severe first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr, Serialize)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum FindingSeverity {
    Danger,
    Warning,
    Note,
}

impl FindingSeverity {
    /// All of them, the most severe first.
    pub const ALL: [Self; 3] = [Self::Danger, Self::Warning, Self::Note];

    /// The word that people read.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// One thing in a dry run that matters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Finding {
    pub severity: FindingSeverity,
    /// A stable identifier in kebab case.
    pub rule: &'static str,
    /// `Type/name`, shown; empty when it is about the whole dry run.
    pub resource: String,
    /// One line, shown: text from outside in it is escaped already.
    pub message: String,
    pub why: Cow<'static, str>,
    pub remedy: Cow<'static, str>,
}

impl Finding {
    /// The worst that can follow.
    pub fn harm(&self) -> Harm {
        Harm::rank(self.rule).0
    }

    /// The key of the cluster's spec that it follows from, whatever resource it is about; absent for most rules.
    pub fn spec_key(&self) -> Option<&'static str> {
        let rule = rules().find(|rule| rule.id == self.rule)?;
        match rule.applies {
            Applies::EachOfKey(key, _) => Some(key),
            Applies::When(..) | Applies::Each(_) | Applies::Whole(_) => None,
        }
    }

    /// Where it stands among others: by severity, then by harm, then by rule.
    pub fn rank(&self) -> (FindingSeverity, Harm, usize) {
        let (harm, place) = Harm::rank(self.rule);
        (self.severity, harm, place)
    }
}

/// One rule: it says something about a resource, or nothing.
#[derive(Clone, Copy, Debug)]
pub struct FindingRule {
    pub id: &'static str,
    pub severity: FindingSeverity,
    pub why: &'static str,
    pub remedy: &'static str,
    applies: Applies,
}

/// What a rule looks at. What it says is escaped afterwards.
#[derive(Clone, Copy, Debug)]
enum Applies {
    /// One resource of which this holds, always with the same message.
    When(fn(&RuleContext<'_>, &Resource) -> bool, &'static str),
    /// One resource: the message, when the rule applies.
    Each(fn(&RuleContext<'_>, &Resource) -> Option<String>),
    /// The same of what follows from one key of the cluster's spec, whatever resource shows it.
    EachOfKey(
        &'static str,
        fn(&RuleContext<'_>, &Resource) -> Option<String>,
    ),
    /// The whole dry run: one message for each finding, with the resource that it is about.
    Whole(fn(&RuleContext<'_>) -> Vec<RuleMatch>),
}

/// What a rule found in a dry run.
struct RuleMatch {
    /// The index of the resource that it is about; absent when it is about the whole dry run.
    resource: Option<usize>,
    message: String,
    /// Why and what to do, where more is known than the rule says.
    advice: Option<Advice>,
}

/// Why something matters, and what to do.
struct Advice {
    why: String,
    remedy: String,
}

/// What rules may know besides the resource.
#[derive(Debug)]
struct RuleContext<'a> {
    dry_run: &'a DryRun,
    cluster: Option<&'a str>,
    /// Whether instances of the cluster may run.
    runs: bool,
    /// The instance groups whose Auto Scaling group is still to be created.
    created: BTreeSet<&'a str>,
    /// Whether a VPC is created.
    new_vpc: bool,
    /// The instance groups of the spec; empty when it is not known.
    groups: &'a [InstanceGroupSummary],
}

/// Every rule, category by category.
pub fn rules() -> impl Iterator<Item = &'static FindingRule> {
    let categories = [
        dry_run::FAILURES,
        deletion::RULES,
        load_balancing::RULES,
        network::RULES,
        access::RULES,
        iam::RULES,
        upgrade::RULES,
        compute::RULES,
        scaling::RULES,
        storage::RULES,
        dry_run::RULES,
    ];
    categories.into_iter().flatten()
}

/// A finding, and every resource it is about: those that say the same of several resources are one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoldedFinding {
    /// The first of them.
    pub finding: Finding,
    /// Indices into [`DryRun::resources`], in order.
    pub subjects: Vec<usize>,
}

/// Every finding of a dry run, with the instance groups of its spec, and of its plan: by severity, then by harm, then by
/// rule, then in the order of the dry run.
pub fn judge(
    dry_run: &DryRun,
    groups: &[InstanceGroupSummary],
    planned: &[Finding],
) -> Vec<FoldedFinding> {
    let mut folded: Vec<FoldedFinding> = Vec::new();
    for (rule, matches) in match_rules(&RuleContext::new(dry_run, groups)) {
        let mut known: HashMap<String, usize> = HashMap::new();
        for mut one in matches {
            one.message = made_visible(one.message);
            let same = known.get(&one.message);
            if let Some(same) = same.and_then(|at| folded.get_mut(*at)) {
                same.subjects.extend(one.resource);
                continue;
            }
            known.insert(one.message.clone(), folded.len());
            folded.push(FoldedFinding {
                subjects: one.resource.into_iter().collect(),
                finding: rule.finding(one, dry_run),
            });
        }
    }
    folded.extend(planned.iter().map(|finding| FoldedFinding {
        finding: finding.clone(),
        subjects: Vec::new(),
    }));
    folded.sort_by_cached_key(|folded| folded.finding.rank());
    folded
}

impl<'a> RuleContext<'a> {
    fn new(dry_run: &'a DryRun, groups: &'a [InstanceGroupSummary]) -> Self {
        let cluster = dry_run.cluster();
        let new_vpc = |one: &Resource| creates(one, "VPC");
        let created = running::created(dry_run, cluster);
        Self {
            dry_run,
            cluster,
            runs: running::runs(dry_run, cluster, groups, &created),
            created,
            new_vpc: dry_run.resources.iter().any(new_vpc),
            groups,
        }
    }

    /// Whether the cluster and its VPC are created together, so that there is nothing to reuse.
    fn new_network(&self) -> bool {
        self.new_vpc && !self.runs
    }

    /// Whether instances may run of the group that a resource is made for.
    fn has_instances(&self, resource: &Resource) -> bool {
        let group = instance_group(resource, self.cluster);
        self.runs && group.is_none_or(|group| !self.created.contains(group))
    }
}

// Every rule looks at a resource while it is at hand; what they match is in the order of the rules.
fn match_rules(context: &RuleContext<'_>) -> Vec<(&'static FindingRule, Vec<RuleMatch>)> {
    let mut found: Vec<_> = rules()
        .map(|rule| (rule, rule.match_whole(context)))
        .collect();
    for (at, resource) in context.dry_run.resources.iter().enumerate() {
        for (rule, matches) in &mut found {
            let message = rule.match_resource(context, resource);
            matches.extend(message.map(|message| RuleMatch {
                resource: Some(at),
                message,
                advice: None,
            }));
        }
    }
    found
}

impl FindingRule {
    fn match_whole(&self, context: &RuleContext<'_>) -> Vec<RuleMatch> {
        match self.applies {
            Applies::When(..) | Applies::Each(_) | Applies::EachOfKey(..) => Vec::new(),
            Applies::Whole(applies) => applies(context),
        }
    }

    fn match_resource(&self, context: &RuleContext<'_>, resource: &Resource) -> Option<String> {
        match self.applies {
            Applies::When(holds, message) => holds(context, resource).then(|| message.to_owned()),
            Applies::Each(applies) | Applies::EachOfKey(_, applies) => applies(context, resource),
            Applies::Whole(_) => None,
        }
    }

    fn finding(&self, found: RuleMatch, dry_run: &DryRun) -> Finding {
        let resource = found.resource.and_then(|at| dry_run.resources.get(at));
        let (why, remedy) = match found.advice {
            Some(Advice { why, remedy }) => (made_visible(why).into(), made_visible(remedy).into()),
            None => (self.why.into(), self.remedy.into()),
        };
        Finding {
            severity: self.severity,
            rule: self.id,
            resource: resource.map(Resource::title).unwrap_or_default(),
            message: made_visible(found.message),
            why,
            remedy: filled(dry_run, remedy),
        }
    }
}

// Its commands with the cluster's name, as the dry run tells it, and with what kopswain had set.
fn filled(dry_run: &DryRun, remedy: Cow<'static, str>) -> Cow<'static, str> {
    if !remedy.contains('`') {
        return remedy;
    }
    let cluster = dry_run.cluster().unwrap_or_default();
    let copied = dry_run.copied.clone().about(cluster);
    made_visible(copied.fill(remedy).into_owned()).into()
}

/// kops's own copy of the spec; its diff is the only place where a version or a new policy is printed.
const SPEC: &str = "cluster-completed.spec";

fn creates(resource: &Resource, kind: &str) -> bool {
    resource.action == ChangeAction::Create && resource.kind == kind
}

fn modifies(resource: &Resource, kind: &str) -> bool {
    resource.action == ChangeAction::Modify && resource.kind == kind
}

/// Whether an instance group with this name is of the control plane, by kops's own names.
fn is_control_plane_name(group: &str) -> bool {
    let starts = ["control-plane-", "master-"];
    starts.iter().any(|start| group.starts_with(start)) || group.contains(".masters.")
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
