//! Which row of a step causes what is wrong, so that it stands there and nowhere else.

use super::{Wizard, WizardStep};
use crate::core::check::{CheckKind, CheckState};
use crate::core::fault::Fault;
use crate::core::network::egress::crossing;
use crate::core::problem::catalog::PlanningRule;
use crate::core::problem::{About, Problem, ProblemSeverity, catalog as rule};
use crate::core::text::prose::sentences;
use crate::tui::field::{Field, FieldKey, FieldKind, GroupField, RowSign};

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
    fn of(problem: &Problem) -> Self {
        Self {
            severity: problem.severity,
            what: problem.what.clone(),
            rest: problem.remedy.clone(),
            in_a_cell: false,
        }
    }

    fn of_fault(severity: ProblemSeverity, fault: &Fault, in_a_cell: bool) -> Self {
        Self {
            severity,
            what: fault.what.clone(),
            rest: sentences(&[&fault.why, &fault.remedy]),
            in_a_cell,
        }
    }
}

/// The part of a step's answers that a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum StepPart {
    /// No row, or none alone: it is told below the rows.
    Step,
    /// The row of the zone or the subnet that the problem names.
    Named,
    /// The VPC that is chosen.
    Vpc,
    Cluster,
    Region,
    StateStore,
    Count,
    Type,
    Image,
    Volume,
    Name,
    Min,
    Max,
    Spot,
    FurtherTypes,
    Labels,
    Taints,
    Key,
    Ssh,
    Api,
    /// SSH access or API access, whichever has the range.
    Ranges,
    LoadBalancer,
    Bastion,
    Dns,
    Version,
}

const PARTS: &[(StepPart, &[PlanningRule])] = &[
    (
        StepPart::Cluster,
        &[
            rule::CLUSTER_NAME_MISSING,
            rule::CLUSTER_NAME_INVALID,
            rule::CLUSTER_NAME_NOT_QUALIFIED,
            rule::CLUSTER_NAME_GOSSIP,
            rule::CLUSTER_EXISTS,
            rule::CLUSTER_GROWS,
        ],
    ),
    (
        StepPart::Region,
        &[rule::REGION_MISSING, rule::REGION_DIFFERS],
    ),
    (
        StepPart::StateStore,
        &[
            rule::STATE_STORE_MISSING,
            rule::STATE_STORE_NOT_S3,
            rule::STATE_STORE_INVALID,
        ],
    ),
    (
        StepPart::Version,
        &[
            rule::KUBERNETES_VERSION_INVALID,
            rule::KUBERNETES_VERSION_TOO_OLD,
            rule::KUBERNETES_VERSION_DEPRECATED,
            rule::KUBERNETES_VERSION_TOO_NEW,
            rule::KUBERNETES_VERSION_BEYOND_KOPS,
            rule::KUBERNETES_VERSION_BELOW_REQUIRED,
            rule::KUBERNETES_VERSION_OUTDATED,
            rule::CHANNEL_NOT_READ,
        ],
    ),
    (
        StepPart::Dns,
        &[
            rule::DNS_ZONE_INVALID,
            rule::DNS_ZONE_DIFFERS,
            rule::DNS_ZONE_UNUSED,
            rule::DNS_ZONE_NEEDED,
        ],
    ),
    (
        StepPart::Vpc,
        &[
            rule::VPC_SHARED,
            rule::VPC_DEFAULT,
            rule::VPC_DNS_SUPPORT_OFF,
            rule::VPC_DNS_HOSTNAMES_OFF,
            rule::VPC_DNS_NOT_READ,
            rule::VPC_IN_POD_RANGE,
            rule::VPC_BLOCK_LEFT_OUT,
            rule::INTERNET_GATEWAY_MISSING,
            rule::INTERNET_GATEWAYS_SEVERAL,
            rule::POD_RANGE_ROUTED,
        ],
    ),
    (
        StepPart::Named,
        &[
            rule::ZONE_UNKNOWN,
            rule::ZONE_DUPLICATE,
            rule::ZONE_UNAVAILABLE,
            rule::ZONE_WITHOUT_NAT,
            rule::NAT_GATEWAYS_NOT_READ,
            rule::EGRESS_NOT_PLANNED,
            rule::EGRESS_INVALID,
            rule::EGRESS_UNKNOWN,
            rule::EGRESS_UNUSABLE,
            rule::EGRESS_OTHER_ZONE,
            rule::EGRESS_OTHER_VPC,
            rule::EGRESS_CROSSES_ZONES,
            rule::EGRESS_SEVERAL,
            rule::BLOCK_TOO_SMALL,
            rule::BLOCK_SMALL_FOR_PODS,
            rule::BLOCK_HOST_BITS,
            rule::BLOCK_SIZE,
            rule::BLOCK_OUTSIDE_VPC,
            rule::BLOCK_IN_POD_RANGE,
            rule::BLOCK_ON_SUBNET,
            rule::BLOCK_ON_ROUTE,
            rule::BLOCK_ON_BLOCK,
        ],
    ),
    (
        StepPart::Count,
        &[
            rule::CONTROL_PLANE_EVEN,
            rule::CONTROL_PLANE_COUNT,
            rule::CONTROL_PLANE_SINGLE,
            rule::CONTROL_PLANE_SHARES_ZONE,
        ],
    ),
    (
        StepPart::Type,
        &[
            rule::CONTROL_PLANE_SMALL,
            rule::MACHINE_TYPE_MISSING,
            rule::MACHINE_TYPE_UNKNOWN,
            rule::MACHINE_TYPE_NOT_OFFERED,
            rule::ARCHITECTURE_UNSUPPORTED,
        ],
    ),
    (
        StepPart::Image,
        &[
            rule::ARCHITECTURE_DIFFERS,
            rule::IMAGE_INVALID,
            rule::IMAGE_UNKNOWN,
            rule::IMAGE_FROM_PARAMETER,
            rule::IMAGE_UNAVAILABLE,
        ],
    ),
    (
        StepPart::Volume,
        &[
            rule::ROOT_VOLUME_TOO_SMALL,
            rule::ROOT_VOLUME_SMALL,
            rule::ROOT_VOLUME_TOO_LARGE,
        ],
    ),
    (
        StepPart::Name,
        &[
            rule::GROUP_NAME_INVALID,
            rule::GROUP_NAME_RESERVED,
            rule::GROUP_NAME_DUPLICATE,
            rule::GROUP_ZONE_UNKNOWN,
            rule::GROUP_ZONE_DUPLICATE,
        ],
    ),
    (
        StepPart::Min,
        &[rule::GROUPS_MIN_ZERO, rule::GROUP_MIN_OVER_MAX],
    ),
    (
        StepPart::Max,
        &[
            rule::GROUP_MAX_ZERO,
            rule::GROUP_MAX_BELOW_ZONES,
            rule::MIXED_BASE_OVER_MAX,
        ],
    ),
    (StepPart::Spot, &[rule::GROUP_SPOT, rule::MIXED_SPOT_NEVER]),
    (
        StepPart::FurtherTypes,
        &[
            rule::MIXED_PERCENTAGE,
            rule::MIXED_TYPE_NOT_OFFERED,
            rule::MIXED_TYPES_DIFFER,
        ],
    ),
    (
        StepPart::Labels,
        &[rule::LABEL_INVALID, rule::LABEL_RESERVED],
    ),
    (
        StepPart::Taints,
        &[
            rule::TAINT_INVALID,
            rule::TAINT_DUPLICATE,
            rule::GROUPS_ALL_TAINTED,
        ],
    ),
    (
        StepPart::Key,
        &[rule::SSH_KEY_MISSING, rule::SSH_KEY_NOT_PUBLIC],
    ),
    (StepPart::Ssh, &[rule::SSH_OPEN]),
    (StepPart::Ranges, &[rule::ACCESS_HOST_BITS]),
    (
        StepPart::Api,
        &[rule::API_OPEN, rule::API_PUBLIC_UNREACHABLE],
    ),
    (StepPart::LoadBalancer, &[rule::API_INSIDE_ONLY]),
    (StepPart::Bastion, &[rule::BASTION_UNREACHABLE]),
    (
        StepPart::Step,
        &[
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
        ],
    ),
];

// A rule that nobody placed is told below the rows.
fn part_of(id: &str) -> StepPart {
    let found = PARTS
        .iter()
        .find(|(_, rules)| rules.iter().any(|rule| rule.id == id));
    found.map_or(StepPart::Step, |(part, _)| *part)
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
        let told = problems.filter(|problem| !problem.is_unanswered());
        let caused: Vec<(FieldKey, &Problem)> = told
            .filter_map(|problem| Some((self.key_of(problem)?, problem)))
            .collect();
        let rows = self.plain_fields().into_iter().map(|field| {
            let here = caused.iter().filter(|(key, _)| *key == field.key);
            let planned: Vec<RowProblem> = here.map(|(_, one)| RowProblem::of(one)).collect();
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
        problems.retain(|problem| {
            let key = self.key_of(problem).filter(|_| !problem.is_unanswered());
            key.is_none_or(|key| fields.iter().all(|field| field.key != key))
        });
        problems
    }

    /// The row that causes what keeps the person at the present step, where one does.
    pub fn blocking_row(&self) -> Option<FieldKey> {
        let blocks = |row: &StepRow| {
            let mut problems = row.problems.iter();
            problems.any(|problem| problem.severity == ProblemSeverity::Blocked)
        };
        // A zone that is not taken in, and a key that is asked for at a later step, block nothing here.
        let counts = |row: &StepRow| match &row.field.key {
            FieldKey::Zone(_) => row.field.kind == FieldKind::Toggle(true),
            FieldKey::Check(kind) => *kind != CheckKind::SshKey,
            _ => true,
        };
        let unanswered = self.problems(self.step).into_iter();
        let unanswered = unanswered
            .filter(|problem| {
                problem.severity == ProblemSeverity::Blocked && problem.is_unanswered()
            })
            .find_map(|problem| self.key_of(problem));
        let rows = self.rows();
        let blocking = rows.into_iter().find(|row| counts(row) && blocks(row));
        unanswered.or(blocking.map(|row| row.field.key))
    }

    // The row that a problem would stand on, of whatever step.
    fn key_of(&self, problem: &Problem) -> Option<FieldKey> {
        match (&problem.about, part_of(problem.id)) {
            (_, StepPart::Step) => None,
            (_, StepPart::Vpc) => Some(FieldKey::Vpc(self.answers.vpc.clone())),
            (_, StepPart::Ranges) => Some(self.ranges_row(problem)),
            (About::Zone(name), StepPart::Named) => Some(FieldKey::Zone(name.clone())),
            (About::Subnet(name), StepPart::Named) => Some(match name.strip_prefix("utility-") {
                Some(zone) => FieldKey::UtilityCidr(zone.to_owned()),
                None => FieldKey::PrivateCidr(name.clone()),
            }),
            (About::ControlPlane, part) => of_control_plane(part),
            (About::InstanceGroup(name), part) => {
                let groups = self.answers.instance_groups.iter();
                // Of two groups of one name the last was named so.
                let named = groups.enumerate().filter(|(_, group)| group.name == *name);
                let at = named.map(|(at, _)| at).next_back()?;
                of_group(part).map(|field| FieldKey::Group(at, field))
            }
            (About::Account | About::Access, part) => of_cluster(part),
            _ => None,
        }
    }

    fn ranges_row(&self, problem: &Problem) -> FieldKey {
        let mut ssh = self.answers.access.ssh.iter();
        if ssh.any(|range| problem.what.starts_with(&format!("{range} "))) {
            FieldKey::SshAccess
        } else {
            FieldKey::ApiAccess
        }
    }

    // What a check, the state store or EC2 says of the row itself.
    fn fault_of(&self, field: &Field) -> Option<RowProblem> {
        match &field.key {
            FieldKey::Cluster => self.taken_name_alone(),
            FieldKey::Check(kind) => self.checked(*kind, true),
            FieldKey::SshPublicKey => self.checked(CheckKind::SshKey, false),
            FieldKey::Zone(name) if field.sign == RowSign::Blocked => {
                Some(self.unusable_zone(name, field))
            }
            _ => None,
        }
    }

    // The plan says the same of a name once the VPC's tags tell of it.
    fn taken_name_alone(&self) -> Option<RowProblem> {
        let planned = self.problems(WizardStep::Account);
        let exists = |problem: &&Problem| problem.id == rule::CLUSTER_EXISTS.id;
        let told = planned.iter().any(exists);
        let fault = self.taken_name().filter(|_| !told)?;
        Some(RowProblem::of_fault(
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
        Some(RowProblem::of_fault(severity, fault, in_a_cell))
    }

    fn unusable_zone(&self, name: &str, field: &Field) -> RowProblem {
        let crosses = self
            .vpc()
            .is_some_and(|vpc| !crossing(vpc, name).is_empty());
        let way = "right takes another zone's NAT gateway: then both zones fail together, and AWS bills the traffic between them";
        RowProblem {
            severity: ProblemSeverity::Blocked,
            what: field.cells.last().cloned().unwrap_or_default(),
            rest: if crosses { way } else { "" }.to_owned(),
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

fn of_control_plane(part: StepPart) -> Option<FieldKey> {
    match part {
        StepPart::Count => Some(FieldKey::ControlPlaneCount),
        StepPart::Type => Some(FieldKey::ControlPlaneMachineType),
        StepPart::Image => Some(FieldKey::ControlPlaneImage),
        StepPart::Volume => Some(FieldKey::ControlPlaneRootVolume),
        _ => None,
    }
}

fn of_group(part: StepPart) -> Option<GroupField> {
    match part {
        StepPart::Type => Some(GroupField::MachineType),
        StepPart::Image => Some(GroupField::Image),
        StepPart::Volume => Some(GroupField::RootVolume),
        StepPart::Name => Some(GroupField::Name),
        StepPart::Min => Some(GroupField::Min),
        StepPart::Max => Some(GroupField::Max),
        StepPart::Spot => Some(GroupField::Spot),
        StepPart::FurtherTypes => Some(GroupField::FurtherTypes),
        StepPart::Labels => Some(GroupField::Labels),
        StepPart::Taints => Some(GroupField::Taints),
        _ => None,
    }
}

fn of_cluster(part: StepPart) -> Option<FieldKey> {
    match part {
        StepPart::Cluster => Some(FieldKey::Cluster),
        StepPart::Region => Some(FieldKey::Region),
        StepPart::StateStore => Some(FieldKey::StateStore),
        StepPart::Key => Some(FieldKey::SshPublicKey),
        StepPart::Ssh => Some(FieldKey::SshAccess),
        StepPart::Api => Some(FieldKey::ApiAccess),
        StepPart::LoadBalancer => Some(FieldKey::ApiLoadBalancer),
        // The type of the bastion follows from its being there.
        StepPart::Bastion | StepPart::Type | StepPart::Image => Some(FieldKey::Bastion),
        StepPart::Dns => Some(FieldKey::Dns),
        StepPart::Version => Some(FieldKey::KubernetesVersion),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_place_and_only_one() {
        let misplaced: Vec<_> = rule::ALL
            .iter()
            .map(|rule| {
                let places = PARTS.iter().flat_map(|(_, rules)| *rules);
                (
                    rule.id,
                    places.filter(|placed| placed.id == rule.id).count(),
                )
            })
            .filter(|(_, places)| *places != 1)
            .collect();
        assert_eq!(misplaced, []);
    }
}
