//! One row of a step: what it is called, what it holds, and how it can be changed.

use crate::core::check::CheckKind;

/// Which answer a row stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldKey {
    Cluster,
    Region,
    StateStore,
    Check(CheckKind),
    Vpc(String),
    Zone(String),
    PrivateCidr(String),
    UtilityCidr(String),
    ControlPlaneCount,
    ControlPlaneMachineType,
    ControlPlaneImage,
    ControlPlaneRootVolume,
    Group(usize, GroupField),
    AddGroup,
    SshPublicKey,
    SshAccess,
    ApiAccess,
    ApiLoadBalancer,
    Bastion,
    Networking,
    Dns,
    KubernetesVersion,
}

/// Which answer of an instance group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupField {
    Name,
    MachineType,
    Min,
    Max,
    PerZone,
    Spot,
    Image,
    RootVolume,
    FurtherTypes,
    Labels,
    Taints,
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
    /// Does something when chosen.
    Act,
    /// Only read.
    Shown,
}

/// The state of a row, as a sign with a meaning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RowSign {
    #[default]
    None,
    Good,
    Look,
    Blocked,
    Now,
}

/// One row of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub key: FieldKey,
    pub kind: FieldKind,
    pub sign: RowSign,
    /// The columns of the row, the label first; all rows of a step have equally many or fewer.
    pub cells: Vec<String>,
}

impl Field {
    /// A row with a label and one value.
    pub fn new(key: FieldKey, kind: FieldKind, label: &str, value: impl Into<String>) -> Self {
        Self {
            key,
            kind,
            sign: RowSign::None,
            cells: vec![label.to_owned(), value.into()],
        }
    }

    /// The value as it is typed: without what only describes it.
    pub fn typed_value(&self) -> String {
        let cell = self.cells.get(1).map_or("", String::as_str);
        let value = match self.kind {
            FieldKind::Pick => cell.split("  ").next().unwrap_or_default(),
            _ => cell,
        };
        value.to_owned()
    }

    /// The same row with a sign.
    #[must_use]
    pub fn signed(mut self, sign: RowSign) -> Self {
        self.sign = sign;
        self
    }
}

/// A change of one answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldEdit {
    /// Typed or picked; checked by the step.
    Text(String),
    /// The next value (+1) or the one before (-1).
    Turn(i8),
    /// In or out, this one, or do it: what the row's kind says.
    Choose,
    /// Back to what it is when nobody sets it.
    Clear,
    /// Take the whole instance group away.
    RemoveGroup,
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
