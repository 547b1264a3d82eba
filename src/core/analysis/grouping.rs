//! Resources that change in the same way, so that the change is read once.

use std::collections::HashMap;

use crate::core::analysis::category::{Noise, TypeGroup, noise};
use crate::core::kops::dry_run::{ChangedField, DryRun, Resource, ValueChange};
use crate::core::text::untrusted::visible;

/// Resources of one type with the same fields and values, noise apart; at least one index into the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeGroup {
    pub resources: Vec<usize>,
}

impl ChangeGroup {
    /// What happens to each of them, in a few words, shown: the one field that changes with its values, else the
    /// names of those that do.
    pub fn words(&self, report: &DryRun) -> String {
        let first = self.resources.first();
        let Some(first) = first.and_then(|at| report.resources.get(*at)) else {
            return String::new();
        };
        let telling = |field: &&ChangedField| {
            noise(first, field).is_none_or(|kind| kind == Noise::Inconsistent)
        };
        let fields: Vec<_> = first.fields.iter().filter(telling).collect();
        match fields.as_slice() {
            [] if first.fields.is_empty() => "no field is printed".to_owned(),
            [] => noise_only(first),
            [field] => one(field),
            many => named(many),
        }
    }
}

// A new hash changes nothing by itself, but the next rolling update replaces the machines.
fn noise_only(resource: &Resource) -> String {
    let mut kinds = resource.fields.iter().map(|field| noise(resource, field));
    if kinds.all(|kind| kind == Some(Noise::NodeupConfigHash)) {
        return "NodeupConfigHash only".to_owned();
    }
    "noise only".to_owned()
}

/// How many fields are named; the rest is counted.
const FEW: usize = 3;

fn named(fields: &[&ChangedField]) -> String {
    let few = fields.iter().take(FEW);
    let names: Vec<_> = few.map(|field| visible(&field.name)).collect();
    let names = names.join(", ");
    match fields.len().saturating_sub(FEW) {
        0 => names,
        more => format!("{names} and {more} more"),
    }
}

/// The longest old and new value that are told beside the name of their field, in bytes.
const SHORT: usize = 60;

fn one(field: &ChangedField) -> String {
    let name = visible(&field.name);
    match &field.change {
        ValueChange::Changed { old, new } if old.raw().len() + new.raw().len() <= SHORT => {
            format!("{name} {old} -> {new}")
        }
        ValueChange::New(value) if value.raw().len() <= SHORT => format!("{name} {value}"),
        _ => name,
    }
}

#[derive(PartialEq, Eq, Hash)]
enum ChangeKey<'a> {
    Noise(&'a str, Noise),
    Change(&'a str, &'a ValueChange),
}

/// The resources of a type by what happens to them, in the order of the report; each is in one group.
pub fn alike(report: &DryRun, group: &TypeGroup) -> Vec<ChangeGroup> {
    let mut found: Vec<ChangeGroup> = Vec::new();
    let mut at: HashMap<Vec<ChangeKey<'_>>, usize> = HashMap::new();
    for index in &group.resources {
        let Some(resource) = report.resources.get(*index) else {
            continue;
        };
        let next = found.len();
        let place = *at.entry(said(resource)).or_insert(next);
        match found.get_mut(place) {
            Some(same) => same.resources.push(*index),
            None => found.push(ChangeGroup {
                resources: vec![*index],
            }),
        }
    }
    found
}

fn said(resource: &Resource) -> Vec<ChangeKey<'_>> {
    let of = |field| said_of(resource, field);
    resource.fields.iter().map(of).collect()
}

fn said_of<'a>(resource: &Resource, field: &'a ChangedField) -> ChangeKey<'a> {
    match noise(resource, field) {
        // What kops says about its own error differs and matters.
        Some(kind) if kind != Noise::Inconsistent => ChangeKey::Noise(&field.name, kind),
        _ => ChangeKey::Change(&field.name, &field.change),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::analysis::category::groups;
    use crate::core::kops::dry_run::parse;

    #[test]
    fn what_happens_to_all_is_told_in_a_few_words() {
        let report = parse(include_str!(
            "../../../tests/fixtures/kops/update-modify.stdout"
        ));
        let groups = groups(&report);
        let types = groups.iter().flat_map(|group| &group.types);
        let several = types
            .flat_map(|kind| alike(&report, kind))
            .filter(|alike| alike.resources.len() > 1);
        let words: Vec<_> = several.map(|alike| alike.words(&report)).collect();
        assert_eq!(
            words,
            [
                "no field is printed",
                "noise only",
                "MaxSize 2 -> 6",
                "NodeupConfigHash only",
                "InstanceType, RootVolumeSize",
                "Contents",
                "Contents",
            ]
        );
    }

    #[test]
    fn the_same_change_of_several_resources_is_one() {
        let report = parse(include_str!(
            "../../../tests/fixtures/kops/update-modify.stdout"
        ));
        let groups = groups(&report);
        let types = groups.iter().flat_map(|group| &group.types);
        let sizes: Vec<_> = types
            .map(|kind| {
                let sizes = alike(&report, kind).into_iter();
                let sizes: Vec<_> = sizes.map(|one| one.resources.len()).collect();
                (kind.kind.as_str(), sizes)
            })
            .collect();
        assert_eq!(
            sizes,
            [
                ("SecurityGroupRule", vec![2]),
                ("Subnet", vec![6]),
                ("AutoscalingGroup", vec![3]),
                ("LaunchTemplate", vec![3, 3]),
                ("SSHKey", vec![1]),
                ("ManagedFile", vec![1, 3, 3]),
                ("IAMRolePolicy", vec![1]),
                ("SecurityGroupRule", vec![1, 1]),
            ]
        );
    }
}
