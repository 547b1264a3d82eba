//! The dry run of `kops update cluster`, read whole: what kops would create, modify and delete.
//!
//! The format is that of `upup/pkg/fi/dryrun_target.go` of kops; nothing that kops prints is dropped:
//! a line that is not understood is in [`DryRun::unread`].

use serde::Serialize;
use strum::IntoStaticStr;

use super::control_plane::SeenControlPlane;
use super::copied::Copied;
use crate::core::text::untrusted::Untrusted;

mod cluster;
mod compare;
mod conceal;
mod diagnostics;
#[cfg(test)]
mod generate;
mod line;
pub(crate) mod parse;
mod policy_diff;
#[cfg(any(test, fuzzing))]
mod printed;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod recordings;
mod value_diff;
#[cfg(test)]
mod versions;
mod wrapping;

pub use compare::{
    Difference, DryRunSide, FieldDifference, ResourceKey, differences, items, normalise,
    normalised, without_store,
};
pub use parse::{parse, parse_bytes};
#[cfg(fuzzing)]
pub(crate) use printed::holds_everything;

pub use crate::core::kops::dry_run::diagnostics::notices;
pub use crate::core::kops::dry_run::policy_diff::{PolicyStep, StatementPart, policy};
pub use crate::core::kops::dry_run::value_diff::{DiffLine, inside, kops_step};

/// What kops would do, in the order in which kops printed it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DryRun {
    pub resources: Vec<Resource>,
    /// Every line that was not understood, whole, in order; blank lines are left out.
    pub unread: Vec<Untrusted>,
    /// What kops printed besides the dry run, line by line: its log, its notices, its failure; blank lines are left out.
    pub log: Vec<Untrusted>,
    pub ending: Ending,
    /// What kops saw of the running control plane; it says so on standard error, so a file may not hold it.
    pub control_plane: SeenControlPlane,
    /// How many bytes were no UTF-8; each is written as `\xNN`.
    pub undecoded: usize,
    /// What kops printed and is hidden above, to tell two dry runs apart.
    pub secrets: Vec<Secret>,
    /// What the commands of its findings need to be copied.
    pub copied: Copied,
}

/// A secret that kops printed; it is never shown.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Secret {
    /// Where it stands, such as `LaunchTemplate/nodes UserData`; shown.
    pub place: String,
    value: String,
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Secret({})", self.place)
    }
}

impl Secret {
    /// Whether it belongs to the dry run itself, not to kops's log, which is another each time.
    pub fn is_compared(&self) -> bool {
        self.place != conceal::LOG
    }

    /// The value, to be bound by a hash and never shown.
    pub fn value(&self) -> &str {
        &self.value
    }
}

/// One resource that kops would change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    pub action: ChangeAction,
    /// kops's own task type, such as `Subnet`: letters, digits and underscores, and hyphens where something is deleted.
    pub kind: String,
    /// kops's own task name; for a deletion the item as kops prints it.
    pub name: Untrusted,
    pub fields: Vec<ChangedField>,
    /// The line of the dry run it starts on, counted from 1.
    pub line: usize,
}

/// What kops would do with a resource, the most severe first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr, Serialize)]
#[serde(rename_all = "camelCase")]
#[strum(serialize_all = "lowercase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum ChangeAction {
    Delete,
    /// Deleted only when `--prune` is given.
    #[strum(serialize = "delete on prune")]
    DeleteOnPrune,
    Modify,
    Create,
}

/// One field of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedField {
    /// kops's own field name, such as `MaxSize`.
    pub name: String,
    pub change: ValueChange,
}

/// What happens to a field.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ValueChange {
    /// The value of a new resource, or one that kops prints without an arrow.
    New(Untrusted),
    Changed {
        old: Untrusted,
        new: Untrusted,
    },
    /// Lines that start with `+ `, `- `, two blanks, or are `...` for a gap; kops prints new before old.
    Diff(Vec<Untrusted>),
}

/// How the dry run ends; only this line tells whether changes are pending, never kops's exit code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Ending {
    /// `Must specify --yes to apply changes`
    ChangesWait,
    /// `No changes need to be applied`
    NoChanges,
    /// The dry run is cut, or kops failed.
    #[default]
    Missing,
}

impl ChangeAction {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 4] = [
        Self::Delete,
        Self::DeleteOnPrune,
        Self::Modify,
        Self::Create,
    ];

    /// The words that people read.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// The sign that goes with the word.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Delete | Self::DeleteOnPrune => "-",
            Self::Modify => "~",
            Self::Create => "+",
        }
    }

    /// Whether something goes away, now or on prune.
    pub fn deletes(self) -> bool {
        matches!(self, Self::Delete | Self::DeleteOnPrune)
    }
}

impl Ending {
    /// The words that people read.
    pub fn word(self) -> &'static str {
        match self {
            Self::ChangesWait => "pending changes",
            Self::NoChanges => "no changes need to be applied",
            Self::Missing => "the dry run is incomplete",
        }
    }
}

impl DryRun {
    /// Whether changes are pending, or may be: kops says so, names a resource, or printed a line that is not understood.
    pub fn changes(&self) -> bool {
        let named = !self.resources.is_empty() || !self.unread.is_empty();
        self.ending == Ending::ChangesWait || named
    }

    /// The cluster's name, as the dry run's tags and names tell it; absent when they do not.
    pub fn cluster(&self) -> Option<&str> {
        cluster::name(self)
    }
}

impl Resource {
    /// `Type/name`, shown.
    pub fn title(&self) -> String {
        let name = self.name.shown();
        [self.kind.as_str(), "/", &name].concat()
    }

    /// The field with this name.
    pub fn field(&self, name: &str) -> Option<&ChangedField> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The value that this field will have, raw; absent for a diff or an unknown field.
    pub fn new_value(&self, name: &str) -> Option<&str> {
        self.field(name)?.change.new_text()
    }

    /// Old and new value of this field, raw, when it is changed.
    pub fn changed(&self, name: &str) -> Option<(&str, &str)> {
        match &self.field(name)?.change {
            ValueChange::Changed { old, new } => Some((old.raw(), new.raw())),
            ValueChange::New(_) | ValueChange::Diff(_) => None,
        }
    }

    /// The diff lines of this field; empty when it has none.
    pub fn diff(&self, name: &str) -> &[Untrusted] {
        match self.field(name).map(|field| &field.change) {
            Some(ValueChange::Diff(lines)) => lines,
            _ => &[],
        }
    }
}

impl ValueChange {
    /// The value afterwards, raw; absent for a diff.
    pub fn new_text(&self) -> Option<&str> {
        match self {
            Self::New(new) | Self::Changed { new, .. } => Some(new.raw()),
            Self::Diff(_) => None,
        }
    }
}
