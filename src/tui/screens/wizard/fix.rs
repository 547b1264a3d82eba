//! From what the review shows to the row of the wizard that decides it.

use super::Wizard;
use super::field::{FieldKey, FieldSpec, Item};
use super::step::WizardStep;
use crate::core::analysis::category::Category;
use crate::core::analysis::cause::{SpecField, field_at};
use crate::core::analysis::grouping::GroupHeading;
use crate::core::analysis::meaning::MeaningPart;
use crate::core::cluster::instance_groups;
use crate::core::plan::GroupRole;
use crate::core::problem::Problem;
use crate::core::spec::fields::SpecKind;
use crate::core::text::untrusted::visible;
use crate::tui::screens::review::{Reading, TreeRow};

/// Where an answer is changed.
struct FixPlace {
    step: WizardStep,
    /// Absent where the step has no row for it alone.
    row: Option<FieldKey>,
}

impl Wizard {
    /// Goes to the row that decides what is under the cursor of the review; says which, or why there is none.
    pub(super) fn fix(&mut self) -> String {
        let Some(reading) = self.review.reading() else {
            return "There is no dry run yet whose cause could be changed".to_owned();
        };
        let problem = self.planned_under(reading).cloned();
        let lines = reading.cause.lines().first();
        let field = lines.and_then(|lines| field_at(reading.cause.spec(), lines.start));
        let step = step_of_row(reading);
        let cause = reading.cause.words();
        let found = match (problem, field, step) {
            (Some(problem), ..) => Some(self.place_of_problem(&problem)),
            (None, Some(field), _) => self.place_of_field(&field),
            (None, None, step) => step.map(|step| FixPlace { step, row: None }),
        };
        let Some(place) = found else {
            let cause = cause.map_or_else(String::new, |words| format!(": {words}"));
            return format!("No single answer decides this row{cause}");
        };
        self.go(place.step);
        self.keep_cursor(place.row.as_ref());
        let what = match self.current().filter(|_| place.row.is_some()) {
            Some(field) => visible(&field.name),
            None => place.step.word().to_owned(),
        };
        format!("{what} decides this; alt-6 goes back to the review")
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

    fn place_of_problem(&mut self, problem: &Problem) -> FixPlace {
        let step = WizardStep::from_about(&problem.about);
        let before = std::mem::replace(&mut self.step, step);
        let row = self.row_causing(problem);
        self.step = before;
        FixPlace { step, row }
    }

    fn place_of_field(&mut self, field: &SpecField) -> Option<FixPlace> {
        let (step, item) = self.part_of(field)?;
        let steps = WizardStep::ALL.iter().copied();
        let steps = steps.filter(|one| step.is_none_or(|step| step == *one));
        let specs = steps.flat_map(|step| step.fields().iter().map(move |spec| (step, *spec)));
        let near = specs.filter_map(|(step, spec)| Some((nearness(spec, field)?, step, spec)));
        // Of several the first.
        let nearest = near.reduce(|best, one| if one.0 > best.0 { one } else { best });
        let (_, step, spec) = nearest?;
        let before = std::mem::replace(&mut self.step, step);
        let mut rows = self.fields().into_iter().map(|row| row.key);
        let row = rows.find(|key| {
            std::ptr::eq(key.spec, spec) && item.as_ref().is_none_or(|item| *item == key.item)
        });
        self.step = before;
        Some(FixPlace { step, row })
    }

    // Which step and which of several a field is of; absent for a group that no answer made.
    fn part_of(&self, field: &SpecField) -> Option<(Option<WizardStep>, Option<Item>)> {
        let Some(name) = &field.instance_group else {
            return Some((None, None));
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
