//! The fields of the wizard as data: each is declared once, as a [`FieldSpec`] in its step's file. Screen, prompts, help
//! and the rows on which problems stand are drawn from that.

use std::fmt;

use super::Wizard;
use super::choice::Choice;
use crate::core::answers::{Answers, NodeGroup, ZoneAnswer};
use crate::core::check::CheckKind;
use crate::core::inventory::InstanceType;
use crate::core::network::cidr::Tier;
use crate::core::plan::Plan;
use crate::core::problem::catalog::PlanningRule;
use crate::core::problem::{About, Problem};
use crate::core::spec::fields::SpecKind;
use crate::core::text::untrusted::visible;
use crate::tui::field_edit::FieldEdit;
use crate::tui::row_sign::RowSign;

/// What there is to know of a field.
#[derive(Debug)]
pub struct FieldSpec {
    /// Empty where each row has a name of its own, such as a zone's.
    pub label: &'static str,
    /// Why it is asked and what suits most clusters, in one line.
    pub reason: &'static str,
    pub help: &'static str,
    /// What an empty value means.
    pub when_empty: &'static str,
    /// What that comes to in this plan, where it is known.
    pub(super) unset: Option<fn(&Wizard, &Item) -> Option<String>>,
    /// The field below `spec` that it sets, in which of kops's documents.
    pub sets: Option<(SpecKind, &'static str)>,
    /// The rules whose problems stand on its row.
    pub rules: &'static [PlanningRule],
    /// Of several fields with one rule: whether this one caused the problem.
    pub(super) causes: fn(&Answers, &Problem) -> bool,
    /// The rules that a field asked after it decides as well.
    pub decided_later: &'static [PlanningRule],
    /// What judges a value besides the planning rules.
    pub judge: Option<Judge>,
    /// The value, where the plan has one although nothing is answered.
    pub(super) planned: Option<fn(&Plan) -> String>,
    /// Values to pick from, each with what it is; where the row is typed, any other can be.
    pub list: Option<fn(&Wizard, &Item) -> Vec<Choice>>,
    /// What it follows from until a person sets it.
    pub(super) follows: Option<Follows>,
    /// Why it cannot change in a cluster that exists; of a zone, a subnet and a group, in those that the cluster has.
    pub fixed: Option<&'static str>,
    /// Whether it is the first row of an instance group, on which the group is removed.
    pub heads_group: bool,
    pub(super) editor: Editor,
}

/// What judges a value that only the outside knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judge {
    Check(CheckKind),
    /// The clusters in the state store.
    ClusterNames,
    /// The images that EC2 has.
    Images,
}

/// An answer that follows from others until it is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Follows {
    Zones,
    ControlPlaneCount,
    KubernetesVersion,
    MinSize,
    MaxSize,
}

/// How a field is edited, by the part of the answers that holds its value.
#[derive(Debug)]
pub(super) enum Editor {
    Cluster(ValueEditor<Answers>),
    Group(ValueEditor<NodeGroup>),
    Zone(ValueEditor<ZoneAnswer>),
    /// A row that is chosen, taken in, or does something.
    Row(fn(&mut Wizard, &Item, &FieldEdit) -> Result<(), String>),
}

/// How a value is edited; a typed text comes without blanks around it.
#[derive(Debug)]
pub(super) enum ValueEditor<T: 'static> {
    Text(fn(&T) -> String, fn(&mut T, &str) -> Result<(), String>),
    /// Picked from the region's instance types.
    InstanceType(fn(&T) -> String, fn(&mut T, &str) -> Result<(), String>),
    /// Several of the region's instance types, with commas between them.
    InstanceTypes(fn(&T) -> String, fn(&mut T, &str) -> Result<(), String>),
    /// One of a few, by its place among them.
    Choice {
        options: fn(&T) -> Vec<String>,
        get: fn(&T) -> usize,
        set: fn(&mut T, usize),
    },
}

/// Which one of several a field is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    Cluster,
    Check(CheckKind),
    Vpc(String),
    Zone(String),
    Subnet(Tier, String),
    Group(usize),
}

/// A field, and of what.
#[derive(Clone)]
pub struct FieldKey {
    pub spec: &'static FieldSpec,
    pub item: Item,
}

/// How a row is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// Typed in place.
    Text,
    /// One of a few values, turned with left and right.
    Choice,
    /// In or out.
    Toggle(bool),
    /// The one of several that is chosen.
    One(bool),
    /// Taken from a long list that is searched.
    Pick,
    /// Several, each taken from a long list.
    PickSeveral,
    /// Does something when chosen.
    Act,
    /// Only read.
    Shown,
}

/// One row of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub key: FieldKey,
    /// What it is called in sentences.
    pub name: String,
    pub kind: FieldKind,
    pub sign: RowSign,
    /// The answer as a person types it, empty where there is none; behind that of a choice the others, as they are turned.
    pub values: Vec<String>,
    /// The columns of the row as they are shown.
    pub cells: Vec<String>,
    /// Why it cannot be chosen.
    pub refusal: Option<String>,
}

/// A typed field: the place of its answer, and how that is written and read.
macro_rules! text {
    ($($place:ident).+, $write:expr, $read:expr) => {
        $crate::tui::screens::wizard::field::ValueEditor::Text(
            |answer| $write(&answer.$($place).+),
            |answer, text| {
                answer.$($place).+ = $read(text)?;
                Ok(())
            },
        )
    };
}
pub(super) use text;

/// A choice: the place of its answer, its values, and their words in the same order.
macro_rules! choice {
    ($($place:ident).+, $values:expr, $words:expr) => {
        $crate::tui::screens::wizard::field::ValueEditor::Choice {
            options: |_| $words.iter().map(|word| (*word).to_owned()).collect(),
            get: |answer| {
                let mut values = $values.iter();
                values.position(|value| *value == answer.$($place).+).unwrap_or(0)
            },
            set: |answer, at| {
                if let Some(value) = $values.get(at) {
                    answer.$($place).+ = *value;
                }
            },
        }
    };
}
pub(super) use choice;

impl FieldSpec {
    /// A row without words, which nothing changes: the rest of each declaration.
    pub(super) const BLANK: Self = Self {
        label: "",
        reason: "",
        help: "",
        when_empty: "required",
        unset: None,
        sets: None,
        rules: &[],
        causes: |_, _| true,
        decided_later: &[],
        judge: None,
        planned: None,
        list: None,
        follows: None,
        fixed: None,
        heads_group: false,
        editor: Editor::Row(|_, _, _| Ok(())),
    };
}

impl<T: Default> ValueEditor<T> {
    // How it is changed, and its values.
    fn read(&self, answer: &T) -> (FieldKind, Vec<String>) {
        match self {
            Self::Text(get, _) => (FieldKind::Text, vec![get(answer)]),
            Self::InstanceType(get, _) => (FieldKind::Pick, vec![get(answer)]),
            Self::InstanceTypes(get, _) => (FieldKind::PickSeveral, vec![get(answer)]),
            Self::Choice { options, get, .. } => {
                let mut values = options(answer);
                let at = get(answer).min(values.len());
                values.rotate_left(at);
                (FieldKind::Choice, values)
            }
        }
    }

    fn edit(&self, answer: &mut T, edit: &FieldEdit) -> Result<(), String> {
        match (self, edit) {
            (
                Self::Text(_, set) | Self::InstanceType(_, set) | Self::InstanceTypes(_, set),
                FieldEdit::Text(text),
            ) => set(answer, text.trim()),
            (Self::Text(_, set) | Self::InstanceTypes(_, set), FieldEdit::Clear) => set(answer, ""),
            (Self::InstanceType(get, set), FieldEdit::Clear) => set(answer, &get(&T::default())),
            (Self::Choice { options, get, set }, FieldEdit::Turn(by)) => {
                let all: Vec<usize> = (0..options(answer).len()).collect();
                set(answer, turned(&all, get(answer), *by));
                Ok(())
            }
            (Self::Choice { options, set, .. }, FieldEdit::Text(text)) => {
                let mut options = options(answer).into_iter();
                let at = options.position(|option| option == *text);
                set(
                    answer,
                    at.ok_or_else(|| format!("{text} is none of the values"))?,
                );
                Ok(())
            }
            (Self::Choice { get, set, .. }, FieldEdit::Clear) => {
                set(answer, get(&T::default()));
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

impl FieldKey {
    /// The field of this item.
    pub fn new(spec: &'static FieldSpec, item: Item) -> Self {
        Self { spec, item }
    }

    /// Whether a problem stands on this row.
    pub(super) fn causes(&self, problem: &Problem, answers: &Answers) -> bool {
        let mut rules = self.spec.rules.iter();
        rules.any(|rule| rule.id == problem.id)
            && (self.spec.causes)(answers, problem)
            && match (&self.item, &problem.about) {
                (Item::Cluster, _) => true,
                (Item::Vpc(id), _) => *id == answers.vpc,
                (Item::Zone(zone), About::Zone(name)) => zone == name,
                (Item::Subnet(tier, zone), About::Subnet(name)) => tier.subnet(zone) == *name,
                // Of two groups of one name the last was named so.
                (Item::Group(at), About::InstanceGroup(name)) => {
                    let mut groups = answers.instance_groups.iter();
                    groups.rposition(|group| group.name == *name) == Some(*at)
                }
                _ => false,
            }
    }

    /// Changes its answer; a text of the wrong form is refused with the reason.
    pub(super) fn edit(&self, wizard: &mut Wizard, edit: &FieldEdit) -> Result<(), String> {
        if let (Some(list), FieldEdit::Turn(by)) = (self.spec.list, edit)
            && let (FieldKind::Text, present) = self.read(wizard)
        {
            let (listed, present) = (list(wizard, &self.item), present.concat());
            let values: Vec<&str> = listed.iter().map(|choice| choice.value.as_str()).collect();
            let text = turned(&values, present.as_str(), *by).to_owned();
            return self.edit(wizard, &FieldEdit::Text(text));
        }
        let answers = &mut wizard.answers;
        match (&self.spec.editor, &self.item) {
            (Editor::Row(change), item) => change(wizard, item, edit),
            (Editor::Cluster(editor), _) => editor.edit(answers, edit),
            (Editor::Group(editor), Item::Group(at)) => {
                let group = answers.instance_groups.get_mut(*at);
                group.map_or(Ok(()), |group| editor.edit(group, edit))
            }
            (Editor::Zone(editor), Item::Subnet(_, name)) => {
                let mut zones = answers.zones.iter_mut();
                let zone = zones.find(|zone| zone.name == *name);
                zone.map_or(Ok(()), |zone| editor.edit(zone, edit))
            }
            _ => Ok(()),
        }
    }

    // What an empty value means, with what that is now.
    fn words_for_empty(&self, wizard: &Wizard) -> String {
        let words = self.spec.when_empty;
        let unset = self.spec.unset.and_then(|unset| unset(wizard, &self.item));
        unset.map_or_else(|| words.to_owned(), |now| format!("{words}: {now}"))
    }

    fn read(&self, wizard: &Wizard) -> (FieldKind, Vec<String>) {
        let answers = &wizard.answers;
        let (kind, values) = match (&self.spec.editor, &self.item) {
            (Editor::Cluster(editor), _) => editor.read(answers),
            (Editor::Group(editor), Item::Group(at)) => {
                let group = answers.instance_groups.get(*at);
                group.map_or((FieldKind::Shown, Vec::new()), |group| editor.read(group))
            }
            _ => (FieldKind::Act, Vec::new()),
        };
        match self.spec.planned {
            Some(planned) => (kind, vec![planned(&wizard.planned.plan)]),
            None => (kind, values),
        }
    }
}

impl PartialEq for FieldKey {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.spec, other.spec) && self.item == other.item
    }
}

impl Eq for FieldKey {}

impl fmt::Debug for FieldKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:?} of {:?}", self.spec.label, self.item)
    }
}

impl Field {
    /// The row of a field with a label and a value.
    pub(super) fn new(spec: &'static FieldSpec, item: Item, wizard: &Wizard) -> Self {
        let key = FieldKey::new(spec, item);
        let (kind, values) = key.read(wizard);
        let indent = matches!(key.item, Item::Group(_)) && !spec.heads_group;
        let indent = if indent { "  " } else { "" };
        let mut field = Self {
            values,
            ..Self::row(key, spec.label, kind, Vec::new())
        };
        let shown = match field.value() {
            "" if kind == FieldKind::Act => String::new(),
            "" => field.key.words_for_empty(wizard),
            value if kind == FieldKind::Pick => described(wizard, value),
            value => value.to_owned(),
        };
        field.cells = vec![format!("{indent}{}", spec.label), shown];
        field
    }

    /// One of its cells as it is shown; empty where there is none.
    pub(super) fn shown_cell(&self, at: usize) -> String {
        self.cells
            .get(at)
            .map(|cell| visible(cell))
            .unwrap_or_default()
    }

    /// A row of a table.
    pub(super) fn row(key: FieldKey, name: &str, kind: FieldKind, cells: Vec<String>) -> Self {
        Self {
            key,
            name: name.to_owned(),
            kind,
            sign: RowSign::None,
            values: Vec::new(),
            cells,
            refusal: None,
        }
    }

    /// The answer as a person types it; empty where there is none.
    pub fn value(&self) -> &str {
        self.values.first().map_or("", String::as_str)
    }

    /// Whether its values are picked from a list.
    pub fn has_list(&self) -> bool {
        let picked = matches!(self.kind, FieldKind::Pick | FieldKind::PickSeveral);
        picked || self.key.spec.list.is_some()
    }

    /// What it comes to where it is not set; absent where it is, or where its words say so already.
    pub fn unset(&self) -> Option<&str> {
        let unset = self.value().is_empty() && self.key.spec.unset.is_some();
        let shown = self.cells.get(1).map(String::as_str);
        shown.filter(|shown| unset && *shown != self.key.spec.when_empty)
    }

    /// The value in a sentence.
    pub(super) fn spoken(&self) -> &str {
        match (self.kind, self.value()) {
            (FieldKind::Toggle(true), _) => "in",
            (FieldKind::Toggle(false), _) => "out",
            (_, "") => self.key.spec.when_empty,
            (_, value) => value,
        }
    }
}

// A type with what it has, where EC2 was asked.
fn described(wizard: &Wizard, name: &str) -> String {
    let inventory = wizard.inventory();
    let kind = inventory.and_then(|inventory| inventory.instance_type(name));
    let cells = kind.map(InstanceType::cells);
    cells.map_or_else(|| name.to_owned(), |cells| cells.join("  "))
}

/// The value after `current` in a closed circle, `turn` steps on.
pub fn turned<T: Copy + PartialEq>(all: &[T], current: T, turn: i8) -> T {
    let length = i64::try_from(all.len()).unwrap_or(1).max(1);
    let at = all.iter().position(|value| *value == current).unwrap_or(0);
    let next = (i64::try_from(at).unwrap_or(0) + i64::from(turn)).rem_euclid(length);
    usize::try_from(next)
        .ok()
        .and_then(|index| all.get(index).copied())
        .unwrap_or(current)
}

#[cfg(test)]
mod tests {
    use serde_yaml::{Mapping, Value};

    use crate::core::spec::fields::unknown;
    use crate::tui::screens::wizard::WizardStep;

    fn below(path: &str) -> Mapping {
        let (name, rest) = path.split_once('.').unwrap_or((path, ""));
        let value = match rest {
            "" => Value::Null,
            rest => Value::Mapping(below(rest)),
        };
        Mapping::from_iter([(Value::from(name), value)])
    }

    #[test]
    fn what_a_field_sets_is_a_field_of_kops() {
        let specs = WizardStep::ALL.iter().flat_map(|step| step.fields());
        let sets: Vec<_> = specs.filter_map(|spec| spec.sets).collect();
        assert!(sets.len() > 20, "{sets:?}");
        for (kind, path) in sets {
            assert_eq!(unknown(kind, &below(path)), []);
        }
    }
}
