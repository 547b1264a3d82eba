//! From what the review shows to the row of the wizard that decides it.

use super::Wizard;
use super::field::{FieldKey, FieldSpec, Item};
use super::step::WizardStep;
use crate::core::analysis::category::Category;
use crate::core::analysis::cause::{SpecField, field_at};
use crate::core::analysis::grouping::GroupHeading;
use crate::core::analysis::meaning::MeaningPart;
use crate::core::cluster::instance_groups;
use crate::core::network::cidr::Tier;
use crate::core::plan::GroupRole;
use crate::core::problem::{Problem, catalog as rule};
use crate::core::spec::fields::SpecKind;
use crate::core::text::untrusted::visible;
use crate::tui::notice::Notice;
use crate::tui::screens::review::{Reading, TreeRow};

/// What an answer is changed for.
enum FixTarget {
    Problem(Problem),
    Field(&'static FieldSpec, Option<Item>),
    /// The step has no row for it alone.
    WholeStep,
}

impl Wizard {
    /// Goes to the row that decides what is under the cursor of the review; says which, or why there is none.
    pub(super) fn fix(&mut self) -> Notice {
        let Some(reading) = self.review.reading() else {
            return Notice::look("There is no dry run yet whose cause could be changed");
        };
        let unread = |problem: &&Problem| problem.id == rule::FACT_NOT_READ.id;
        if let Some(problem) = self.planned_under(reading).filter(unread) {
            let remedy = &problem.remedy;
            return Notice::look(format!(
                "No answer decides what could not be read: {remedy}"
            ));
        }
        let Some((step, target)) = self.fix_target(reading) else {
            let cause = reading.cause.words();
            let cause = cause.map_or_else(String::new, |words| format!(": {words}"));
            return Notice::look(format!("No single answer decides this row{cause}"));
        };
        self.jump(|wizard| wizard.go(step));
        let row = match &target {
            FixTarget::Problem(problem) => self.row_causing(problem),
            FixTarget::Field(spec, item) => self.row_of_spec(spec, item.as_ref()),
            FixTarget::WholeStep => None,
        };
        self.form_mut().moved = row.is_some();
        self.keep_cursor(row.as_ref());
        let what = match self.current().filter(|_| row.is_some()) {
            Some(field) => visible(&field.name),
            None => step.word().to_owned(),
        };
        Notice::good(format!("{what} decides this; esc goes back to the review"))
    }

    fn fix_target(&self, reading: &Reading) -> Option<(WizardStep, FixTarget)> {
        if let Some(problem) = self.planned_under(reading) {
            let step = WizardStep::from_about(&problem.about);
            return Some((step, FixTarget::Problem(problem.clone())));
        }
        let lines = reading.cause.lines().first();
        match lines.and_then(|lines| field_at(reading.cause.spec(), lines.start)) {
            Some(field) => self.target_of_field(&field),
            None => step_of_row(reading).map(|step| (step, FixTarget::WholeStep)),
        }
    }

    fn row_of_spec(&self, spec: &FieldSpec, item: Option<&Item>) -> Option<FieldKey> {
        let rows: Vec<FieldKey> = self.fields().into_iter().map(|row| row.key).collect();
        let same = |key: &&FieldKey| item.is_none_or(|item| *item == key.item);
        let mut of_spec = rows.iter().filter(|key| std::ptr::eq(key.spec, spec));
        let found = of_spec.find(same);
        // The picture has a cell for each subnet, whatever of it is asked about.
        let of_item = || rows.iter().find(same).filter(|_| item.is_some());
        found.or_else(of_item).cloned()
    }

    // The warning of the plan that the cursor is on.
    fn planned_under(&self, reading: &Reading) -> Option<&Problem> {
        let Some(TreeRow::Finding(at)) = reading.row() else {
            return None;
        };
        let finding = &reading.outline().findings.get(at)?.finding;
        let mut problems = self.planned.problems.iter();
        problems.find(|problem| {
            problem.id == finding.rule && finding.message.ends_with(&visible(&problem.what))
        })
    }

    fn target_of_field(&self, field: &SpecField) -> Option<(WizardStep, FixTarget)> {
        let (step, item) = self.part_of(field)?;
        let steps = WizardStep::ALL.iter().copied();
        let steps = steps.filter(|one| step.is_none_or(|step| step == *one));
        let specs = steps.flat_map(|step| step.fields().iter().map(move |spec| (step, *spec)));
        let near = specs.filter_map(|(step, spec)| Some((nearness(spec, field)?, step, spec)));
        // Of several the first.
        let nearest = near.reduce(|best, one| if one.0 > best.0 { one } else { best });
        nearest.map(|(_, step, spec)| (step, FixTarget::Field(spec, item)))
    }

    // The cell of the picture that decides a field of a subnet: what it leaves by stands at its zone.
    fn cell_of(&self, field: &SpecField) -> Option<Item> {
        let name = field.item.as_deref()?;
        let mut zones = self.answers.zones.iter().map(|zone| &zone.name);
        let (tier, zone) = zones.find_map(|zone| {
            let mut tiers = Tier::ALL.into_iter();
            let tier = tiers.find(|tier| tier.subnet(zone) == name)?;
            Some((tier, zone.clone()))
        })?;
        match field.path.as_str() {
            "subnets.egress" => Some(Item::Zone(zone)),
            path => path
                .starts_with("subnets")
                .then_some(Item::Subnet(tier, zone)),
        }
    }

    // Which step and which of several a field is of; absent for a group that no answer made.
    fn part_of(&self, field: &SpecField) -> Option<(Option<WizardStep>, Option<Item>)> {
        let Some(name) = &field.instance_group else {
            return Some((None, self.cell_of(field)));
        };
        let groups = instance_groups(&self.spec.text);
        let role = groups.iter().find(|group| group.name == *name)?.role;
        match role {
            GroupRole::ControlPlane => Some((Some(WizardStep::ControlPlane), None)),
            GroupRole::Bastion => Some((Some(WizardStep::Access), None)),
            GroupRole::Node => {
                let answered = self.answers.instance_groups.iter();
                let at = answered
                    .enumerate()
                    .filter(|(_, one)| name.starts_with(&one.name))
                    .max_by_key(|(_, one)| one.name.len());
                Some((Some(WizardStep::Nodes), Some(Item::Group(at?.0))))
            }
        }
    }
}

// Which step decides a row that stands for many resources.
fn step_of_row(reading: &Reading) -> Option<WizardStep> {
    let outline = reading.outline();
    match reading.row()? {
        TreeRow::Meaning(at) => Some(match outline.meaning.get(at)?.part {
            MeaningPart::InstanceGroups => WizardStep::Nodes,
            MeaningPart::Network => WizardStep::Network,
            MeaningPart::Access => WizardStep::Access,
        }),
        TreeRow::Group(at) => match outline.groups.get(at)?.heading {
            GroupHeading::Category(Category::Network) => Some(WizardStep::Network),
            GroupHeading::Category(Category::LoadBalancing) => Some(WizardStep::Access),
            GroupHeading::Category(Category::Compute) | GroupHeading::InstanceGroup(_) => {
                Some(WizardStep::Nodes)
            }
            _ => None,
        },
        _ => None,
    }
}

// How much of the field's path the row sets; absent where it sets another one.
fn nearness(spec: &FieldSpec, field: &SpecField) -> Option<usize> {
    let (kind, path) = spec.sets?;
    let of_group = kind == SpecKind::InstanceGroup;
    let below = |inner: &str, outer: &str| {
        let rest = inner.strip_prefix(outer);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let whole = field.path.is_empty() && of_group;
    let related = whole || below(&field.path, path) || below(path, &field.path);
    (of_group == field.instance_group.is_some() && related)
        .then(|| path.len().min(field.path.len()))
}
