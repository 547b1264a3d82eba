//! Which row of a step causes what is wrong, so that it stands there and nowhere else.

use super::field::{Field, FieldKey, FieldKind, Item, Judge};
use super::{Wizard, WizardStep};
use crate::core::check::{CheckKind, CheckState};
use crate::core::fault::Fault;
use crate::core::network::egress::crossing;
use crate::core::problem::{Problem, ProblemSeverity, catalog as rule};
use crate::core::text::prose::sentences;
use crate::tui::row_sign::RowSign;

const CROSSES: &str = "] takes another zone's NAT gateway: then both zones fail together, and AWS bills the traffic between them in each direction";
const EXTERNAL: &str = "] takes External: then others make the routes";

/// Something wrong that one row causes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowProblem {
    pub severity: ProblemSeverity,
    pub what: String,
    /// What to do, and for a failed check why it failed.
    pub rest: String,
    /// Whether a cell of the row says what is wrong already.
    pub in_a_cell: bool,
}

impl RowProblem {
    fn from_problem(problem: &Problem) -> Self {
        Self {
            severity: problem.severity,
            what: problem.what.clone(),
            rest: problem.remedy.clone(),
            in_a_cell: false,
        }
    }

    fn from_fault(severity: ProblemSeverity, fault: &Fault, in_a_cell: bool) -> Self {
        Self {
            severity,
            what: fault.what.clone(),
            rest: sentences(&[&fault.why, &fault.remedy]),
            in_a_cell,
        }
    }
}

/// A row of a step with what it causes, the worst first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepRow {
    pub field: Field,
    pub problems: Vec<RowProblem>,
}

impl Wizard {
    /// The rows of the present step with what each causes; what merely is not answered yet is not among it.
    pub fn rows(&self) -> Vec<StepRow> {
        let problems = self.problems(self.step).into_iter();
        let answered = problems.filter(|problem| !problem.is_unanswered());
        let fields = self.plain_fields();
        let caused: Vec<(FieldKey, &Problem)> = answered
            .filter_map(|problem| Some((self.row_of(problem, &fields)?, problem)))
            .collect();
        let rows = fields.into_iter().map(|field| {
            let here = caused.iter().filter(|(key, _)| *key == field.key);
            let planned: Vec<RowProblem> =
                here.map(|(_, one)| RowProblem::from_problem(one)).collect();
            // The plan says the same of a zone that is taken in.
            let own = self.fault_of(&field);
            let own = own.filter(|own| planned.is_empty() || !own.in_a_cell);
            StepRow::new(field, own.into_iter().chain(planned).collect())
        });
        rows.collect()
    }

    /// The problems of the present step that no row of it causes, the worst first.
    pub fn loose_problems(&self) -> Vec<&Problem> {
        let fields = self.plain_fields();
        let mut problems = self.problems(self.step);
        problems
            .retain(|problem| problem.is_unanswered() || self.row_of(problem, &fields).is_none());
        problems
    }

    /// The row that causes what keeps the person at the present step, where one does.
    pub fn blocking_row(&self) -> Option<FieldKey> {
        let blocks = |row: &StepRow| {
            let mut problems = row.problems.iter();
            problems.any(|problem| problem.severity == ProblemSeverity::Blocked)
        };
        // A zone that is not taken in, and a key that is asked for at a later step, block nothing here.
        let counts = |row: &StepRow| match &row.field.key.item {
            Item::Zone(_) => row.field.kind == FieldKind::Toggle(true),
            Item::Check(kind) => *kind != CheckKind::SshKey,
            _ => true,
        };
        let fields = self.plain_fields();
        let unanswered = self.problems(self.step).into_iter();
        let unanswered = unanswered
            .filter(|problem| {
                problem.severity == ProblemSeverity::Blocked && problem.is_unanswered()
            })
            .find_map(|problem| self.row_of(problem, &fields));
        let rows = self.rows();
        let blocking = rows.into_iter().find(|row| counts(row) && blocks(row));
        unanswered.or(blocking.map(|row| row.field.key))
    }

    /// The row of the present step that causes a problem.
    pub fn row_causing(&self, problem: &Problem) -> Option<FieldKey> {
        self.row_of(problem, &self.plain_fields())
    }

    // The first of several that a rule is of.
    fn row_of(&self, problem: &Problem, fields: &[Field]) -> Option<FieldKey> {
        let mut fields = fields.iter();
        let field = fields.find(|field| field.key.causes(problem, &self.answers))?;
        Some(field.key.clone())
    }

    // What a check, the state store or EC2 says of the row itself; in the first step each check has its own row.
    fn fault_of(&self, field: &Field) -> Option<RowProblem> {
        match (&field.key.item, field.key.spec.judge) {
            (Item::Check(kind), _) => self.checked(*kind, true),
            (Item::Zone(name), _) => {
                let refusal = field.refusal.clone()?;
                Some(self.unusable_zone(name, refusal))
            }
            (_, Some(Judge::ClusterNames)) => self.taken_name_alone(),
            (_, Some(Judge::Check(kind))) if self.step != WizardStep::Cluster => {
                self.checked(kind, false)
            }
            _ => None,
        }
    }

    // The plan says the same of a name once the VPC's tags have it.
    fn taken_name_alone(&self) -> Option<RowProblem> {
        let planned = self.problems(WizardStep::Cluster);
        let exists = |problem: &&Problem| problem.id == rule::CLUSTER_EXISTS.id;
        let planned = planned.iter().any(exists);
        let fault = self.taken_name().filter(|_| !planned)?;
        Some(RowProblem::from_fault(
            ProblemSeverity::Blocked,
            &fault,
            false,
        ))
    }

    fn checked(&self, kind: CheckKind, in_a_cell: bool) -> Option<RowProblem> {
        let (severity, fault) = match self.checks.get(&kind)? {
            CheckState::Blocked(fault) => (ProblemSeverity::Blocked, fault),
            CheckState::Warning(fault) => (ProblemSeverity::Warning, fault),
            CheckState::Asking | CheckState::Good(_) => return None,
        };
        Some(RowProblem::from_fault(severity, fault, in_a_cell))
    }

    fn unusable_zone(&self, name: &str, what: String) -> RowProblem {
        let crosses = self
            .vpc()
            .is_some_and(|vpc| !crossing(vpc, name).is_empty());
        RowProblem {
            severity: ProblemSeverity::Blocked,
            what,
            rest: if crosses { CROSSES } else { EXTERNAL }.to_owned(),
            in_a_cell: true,
        }
    }
}

impl StepRow {
    // A check and a zone that cannot be used say their state by themselves.
    fn new(mut field: Field, problems: Vec<RowProblem>) -> Self {
        let worst = problems.iter().map(|problem| problem.severity).min();
        let own = field.kind == FieldKind::Shown || field.sign == RowSign::Blocked;
        field.sign = match worst {
            Some(ProblemSeverity::Blocked) if !own => RowSign::Blocked,
            Some(ProblemSeverity::Warning) if !own => RowSign::Look,
            _ => field.sign,
        };
        Self { field, problems }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::problem::catalog::PlanningRule;
    use crate::tui::screens::wizard::field::FieldSpec;

    // Of no row, or of none alone: their problems stand below the rows.
    const BELOW_THE_ROWS: &[PlanningRule] = &[
        rule::FACT_NOT_READ,
        rule::VPC_MISSING,
        rule::VPC_UNKNOWN,
        rule::QUOTA_SUBNETS,
        rule::QUOTA_SUBNETS_PASSED,
        rule::QUOTA_ROUTE_TABLES,
        rule::QUOTA_ROUTE_TABLES_PASSED,
        rule::QUOTA_VCPUS,
        rule::QUOTA_VCPUS_IN_USE,
        rule::QUOTA_VCPUS_PASSED,
        rule::ZONES_MISSING,
        rule::ZONES_TOO_MANY,
        rule::ZONES_NOT_CHECKED,
        rule::ZONES_FEW,
        rule::NAT_ROUTE_NOT_CHECKED,
        rule::SUBNETS_NOT_READ,
        rule::BLOCKS_NO_ROOM,
        rule::BLOCKS_SMALLER,
        rule::BLOCKS_APART,
        rule::BLOCKS_ROOM_USED,
        rule::BLOCKS_TIGHT,
        rule::MACHINE_TYPES_NOT_CHECKED,
        rule::GROUPS_MISSING,
        rule::POLICY_INVALID,
        rule::POLICY_ALLOWS_ALL,
        rule::POLICY_ARN_INVALID,
        rule::DISCOVERY_STORE_INVALID,
        rule::DISCOVERY_STORE_IS_STATE,
        rule::DISCOVERY_STORE_PUBLIC,
        rule::SECRET_MISSING,
        rule::SECRET_UNUSED,
        rule::OVERRIDE_GUARANTEED,
        rule::OVERRIDE_GROUP_UNKNOWN,
        rule::OVERRIDE_FORM,
        rule::OVERRIDE_FIELD_UNKNOWN,
        rule::OVERRIDE_ADDS,
        rule::OVERRIDE_REPLACES,
        rule::OVERRIDE_REMOVES_NOTHING,
        rule::SPEC_DOCUMENT_LOST,
        rule::SPEC_FIELD_LOST,
        rule::SPEC_FIELD_CHANGED,
        rule::CLUSTER_FIELD_FIXED,
        rule::SPEC_FIELD_REMOVED,
        rule::SPEC_FIELDS_REPLACED,
        rule::INSTANCE_GROUP_STAYS,
    ];

    // What is asked together: of the network its parts, whose rules are about different rows.
    fn sections() -> Vec<Vec<&'static FieldSpec>> {
        let fields = WizardStep::ALL.iter().map(|step| step.fields().to_vec());
        let mut sections: Vec<_> = fields.collect();
        let network = &mut sections[WizardStep::Network as usize];
        let zones = network.drain(1..2).collect();
        sections.push(zones);
        sections
    }

    #[test]
    fn every_rule_has_a_place_and_only_one_of_a_step() {
        let stands = |specs: &[&FieldSpec], rule: &PlanningRule| {
            let rules = specs.iter().flat_map(|spec| spec.rules);
            rules.filter(|placed| placed.id == rule.id).count()
        };
        let misplaced: Vec<_> = rule::ALL
            .iter()
            .filter(|rule| **rule != rule::ACCESS_HOST_BITS)
            .filter(|rule| {
                let places = sections().into_iter().map(|mut specs| {
                    // The two of a zone's subnets are declared alike.
                    specs.dedup_by_key(|spec| spec.help);
                    stands(&specs, rule)
                });
                let below = BELOW_THE_ROWS.contains(rule);
                let most = places.max().unwrap_or_default();
                most + usize::from(below) != 1
            })
            .map(|rule| rule.id)
            .collect();
        assert_eq!(misplaced, [""; 0]);
    }
}
