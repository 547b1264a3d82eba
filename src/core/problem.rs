//! What stands between the answers and a cluster: each problem says what, why, and what to do next.

pub mod catalog;

use std::fmt;

use serde::Serialize;
use strum::IntoStaticStr;

use crate::core::text::prose::sentences;

/// How much a problem weighs: only `Blocked` stops a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, IntoStaticStr)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum ProblemSeverity {
    Blocked,
    Warning,
    Note,
}

impl ProblemSeverity {
    /// The word that people read.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// The question of the wizard that a problem belongs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase", tag = "question", content = "name")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum About {
    Account,
    Vpc,
    Zones,
    Zone(String),
    Subnets,
    /// One subnet by kops's name for it: its zone's, behind `utility-` where it is the utility subnet.
    #[serde(rename = "subnets")]
    Subnet(String),
    ControlPlane,
    InstanceGroup(String),
    Access,
}

/// One thing wrong or worth knowing, in three parts, with the source of the rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct Problem {
    /// A stable identifier in kebab case.
    pub id: &'static str,
    pub severity: ProblemSeverity,
    pub about: About,
    pub what: String,
    pub why: String,
    pub remedy: String,
    /// Where the rule comes from: AWS's or kops's documentation or source file.
    pub source: &'static str,
}

impl Problem {
    /// What is wrong and what to do, in sentences.
    pub fn brief(&self) -> String {
        sentences(&[&self.what, &self.remedy])
    }

    /// What is wrong, why, and what to do, in sentences.
    pub fn whole(&self) -> String {
        sentences(&[&self.what, &self.why, &self.remedy])
    }

    /// Whether it is only that a question is not answered yet.
    pub fn is_unanswered(&self) -> bool {
        let unanswered = [
            catalog::CLUSTER_NAME_MISSING,
            catalog::REGION_MISSING,
            catalog::STATE_STORE_MISSING,
            catalog::VPC_MISSING,
            catalog::ZONES_MISSING,
            catalog::SSH_KEY_MISSING,
        ];
        unanswered.iter().any(|rule| rule.id == self.id)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = self.severity.word();
        writeln!(out, "{word}: {} [{}]", self.what, self.id)?;
        writeln!(out, "  why: {}", self.why)?;
        write!(out, "  do:  {}", self.remedy)
    }
}

/// Whether any of the problems stops the plan.
pub fn any_blocked(problems: &[Problem]) -> bool {
    problems
        .iter()
        .any(|problem| problem.severity == ProblemSeverity::Blocked)
}
