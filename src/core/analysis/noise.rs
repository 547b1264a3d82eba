//! Changes that kops prints but that change nothing, or not what they seem to; each is explained once.

use std::collections::BTreeMap;

use strum::EnumMessage;

use crate::core::kops::dry_run::{
    ChangeAction, ChangedField, DryRun, Resource, ValueChange, normalised,
};
use crate::core::text::untrusted::Untrusted;

#[cfg(test)]
mod document;
mod zero;

pub use zero::{ZERO_DEFAULTS, ZERO_IS_A_CHANGE, ZeroDefault, is_zero_default};

/// A kind of noise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumMessage)]
#[cfg_attr(test, derive(strum::VariantArray))]
pub enum Noise {
    /// `<resource> -> <resource>`
    #[strum(
        message = "kops prints <resource> for content that it does not show; the line alone does not say what changes.",
        detailed_message = "kops `upup/pkg/fi/dryrun_target.go` (`tryResourceAsString`; `FormatDiff` of two equal texts is empty)"
    )]
    HiddenContent,
    /// A `NodeupConfigHash` line in the user data.
    #[strum(
        message = "The hash of the node's configuration file is part of the user data; it changes whenever that file does. Running instances keep theirs until a rolling update.",
        detailed_message = "kops `pkg/model/bootstrapscript.go` (`NodeupConfigHash`)"
    )]
    NodeupConfigHash,
    /// `metadata.generation` and the like in kops's copy of the spec.
    #[strum(
        message = "kops counts how often the spec was stored; of the spec itself nothing changes here.",
        detailed_message = "kops `pkg/client/simple/vfsclientset/cluster.go` (`Generation`)"
    )]
    SpecCounter,
    /// A tag map in another order.
    #[strum(
        message = "kops prints the same tags in another order; nothing changes.",
        detailed_message = "kops `util/pkg/reflectutils/walk.go` (`ValueAsString` of a map)"
    )]
    TagOrder,
    /// `ElasticIP id:… -> <nil>` of a shared NAT gateway.
    #[strum(
        message = "kops names no Elastic IP for a NAT gateway that it shares; the gateway keeps its address.",
        detailed_message = "kops `awstasks/natgateway.go` (`Find` of a shared gateway)"
    )]
    SharedNatElasticIp,
    /// `ResourceBasedNaming false -> true` of a subnet.
    #[strum(
        message = "kops sets resource-based host names on the subnet; it may show again when the API does not report the setting back.",
        detailed_message = "kops `awstasks/subnet.go` (`PrivateDnsNameOptionsOnLaunch`)"
    )]
    ResourceBasedNaming,
    /// `KeyFingerprint` of an SSH key, which EC2 and kops compute differently, and its `PublicKey`.
    #[strum(
        message = "kops and EC2 compute the fingerprint of the same key in two ways, and kops reads no public key back; the key stays what it is when its name does.",
        detailed_message = "kops `awstasks/sshkey.go` (`computeAWSKeyFingerprint`)"
    )]
    KeyFingerprint,
    /// `<nil> -> false` and the like of a field whose zero is AWS's default ([`ZERO_DEFAULTS`]).
    #[strum(
        message = "kops writes out a default where AWS reports nothing; what runs stays the same.",
        detailed_message = "the table below"
    )]
    Default,
    /// `false -> false`: kops up to 1.32 prints fields of these types whether they change or not.
    #[strum(
        message = "kops up to 1.32 prints some fields that keep their value.",
        detailed_message = "kops up to 1.32 `upup/pkg/fi/dryrun_target.go` (`buildChangeList`); docs/kops-versions.md"
    )]
    Unchanged,
    /// `internal consistency error!`
    #[strum(
        message = "kops found a change without a changed field, which is an error in kops; what it knows is printed with it.",
        detailed_message = "kops `upup/pkg/fi/dryrun_target.go` (`internal consistency error!`)"
    )]
    Inconsistent,
}

impl Noise {
    /// One or two sentences: what the lines are and whether they matter.
    pub fn explanation(self) -> &'static str {
        self.get_message().unwrap_or_default()
    }

    /// Where kops's source shows it.
    pub fn source(self) -> &'static str {
        self.get_detailed_message().unwrap_or_default()
    }

    /// Whether the explanation stands for the value; what kops prints about its own error differs and matters.
    pub fn is_folded(self) -> bool {
        self != Self::Inconsistent
    }

    /// Whether nothing changes for certain; a new hash leads to a rolling update, and hidden content may be any.
    pub fn changes_nothing(self) -> bool {
        !matches!(
            self,
            Self::HiddenContent | Self::NodeupConfigHash | Self::Inconsistent
        )
    }
}

/// Why a field is noise; absent when it is not.
pub fn noise(resource: &Resource, field: &ChangedField) -> Option<Noise> {
    match &field.change {
        ValueChange::Changed { old, new } => {
            noise_of_values(resource, &field.name, old.raw(), new.raw())
        }
        ValueChange::Diff(_) if field.name.contains(' ') => Some(Noise::Inconsistent),
        ValueChange::Diff(lines) => {
            let only = |words: &[&str]| {
                let mut changed = lines
                    .iter()
                    .map(Untrusted::raw)
                    .filter(|line| is_change(line));
                let known = |line: &str| words.iter().any(|word| line.contains(word));
                changed.clone().next().is_some() && changed.all(known)
            };
            let hash = only(&["NodeupConfigHash: "]).then_some(Noise::NodeupConfigHash);
            let counter =
                || only(&["  generation: ", "  creationTimestamp: "]).then_some(Noise::SpecCounter);
            hash.or_else(counter)
        }
        ValueChange::New(_) => None,
    }
}

fn is_change(line: &str) -> bool {
    line.starts_with("+ ") || line.starts_with("- ")
}

fn noise_of_values(resource: &Resource, name: &str, old: &str, new: &str) -> Option<Noise> {
    let kind = resource.kind.as_str();
    match (kind, name, old, new) {
        (_, _, "<resource>", "<resource>") => Some(Noise::HiddenContent),
        ("NatGateway", "ElasticIP", _, "<nil>") => Some(Noise::SharedNatElasticIp),
        ("Subnet", "ResourceBasedNaming", "false", "true") => Some(Noise::ResourceBasedNaming),
        ("SSHKey", "KeyFingerprint", ..) | ("SSHKey", "PublicKey", "<nil>", "<resource>") => {
            Some(Noise::KeyFingerprint)
        }
        (_, _, "<nil>", new) if is_zero_default(kind, name, new) => Some(Noise::Default),
        _ if old == new && is_plain(old) => Some(Noise::Unchanged),
        _ if is_reordered(old, new) => Some(Noise::TagOrder),
        _ => None,
    }
}

// Of these kops prints all there is, so that the same text is the same value.
fn is_plain(value: &str) -> bool {
    matches!(value, "true" | "false") || value.parse::<i64>().is_ok()
}

// Sorting moves items and takes none away: maps of different lengths cannot be the same.
fn is_reordered(old: &str, new: &str) -> bool {
    old.len() == new.len()
        && old.starts_with('{')
        && old != new
        && normalised(old) == normalised(new)
}

/// Whether a modified resource has nothing but noise.
pub fn is_noise(resource: &Resource) -> bool {
    let noisy = |field| noise(resource, field).is_some();
    resource.action == ChangeAction::Modify
        && !resource.fields.is_empty()
        && resource.fields.iter().all(noisy)
}

/// Whether kops prints a modified resource though nothing of it changes.
pub fn changes_nothing(resource: &Resource) -> bool {
    let nothing = |field| noise(resource, field).is_some_and(Noise::changes_nothing);
    resource.action == ChangeAction::Modify
        && !resource.fields.is_empty()
        && resource.fields.iter().all(nothing)
}

/// The fields of a dry run that are noise, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoisyFields(Vec<((usize, usize), Noise)>);

impl NoisyFields {
    /// Looks at every field once.
    pub fn new(dry_run: &DryRun) -> Self {
        let resources = dry_run.resources.iter().enumerate();
        let noisy = resources.flat_map(|(at, resource)| {
            let fields = resource.fields.iter().enumerate();
            fields.filter_map(move |(field, found)| Some(((at, field), noise(resource, found)?)))
        });
        Self(noisy.collect())
    }

    /// Why a field is noise, by the index of its resource and its own there; absent when it is not.
    pub fn get(&self, resource: usize, field: usize) -> Option<Noise> {
        let found = self
            .0
            .binary_search_by_key(&(resource, field), |(at, _)| *at);
        found
            .ok()
            .and_then(|at| self.0.get(at))
            .map(|(_, noise)| *noise)
    }

    /// Which kinds there are and in how many fields, in the order in which they are explained.
    pub fn counts(&self) -> Vec<(Noise, usize)> {
        let mut counts = BTreeMap::new();
        for (_, found) in &self.0 {
            *counts.entry(*found).or_default() += 1;
        }
        counts.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::kops::dry_run::parse;

    fn noises(dry_run: &DryRun) -> Vec<(Noise, usize)> {
        NoisyFields::new(dry_run).counts()
    }

    #[test]
    fn the_noise_of_real_reports_is_counted() {
        let create = parse(include_str!(
            "../../../tests/fixtures/kops/update-create.stdout"
        ));
        assert_eq!(noises(&create), [(Noise::SharedNatElasticIp, 3)]);
        let modify = parse(include_str!(
            "../../../tests/fixtures/kops/update-modify.stdout"
        ));
        assert_eq!(
            noises(&modify),
            [
                (Noise::NodeupConfigHash, 6),
                (Noise::ResourceBasedNaming, 6),
                (Noise::KeyFingerprint, 2),
            ]
        );
    }

    #[test]
    fn a_report_of_artefacts_is_all_noise() {
        let dry_run = parse(include_str!(
            "../../../tests/fixtures/kops/update-nochange.stdout"
        ));
        assert_eq!(dry_run.resources.len(), 7);
        assert!(dry_run.resources.iter().all(is_noise));
    }

    fn changed(kind: &str, field: &str, values: &str) -> Option<Noise> {
        let dry_run = parse(&format!(
            "Will modify resources:\n  {kind}/a\n  \t{field:<20}\t {values}\n\n"
        ));
        let resource = dry_run.resources.first()?;
        noise(resource, resource.fields.first()?)
    }

    #[test]
    fn what_leads_to_a_rolling_update_or_is_hidden_is_no_noise_to_ignore() {
        let nothing = |kind: &str, field: &str| {
            let dry_run = parse(&format!("Will modify resources:\n  {kind}/a\n{field}\n"));
            dry_run.resources.iter().all(changes_nothing)
        };
        let hash = "  \tUserData            \n  \t                    \t+ NodeupConfigHash: a\n  \t                    \t- NodeupConfigHash: b\n";
        assert!(!nothing("LaunchTemplate", hash));
        assert!(!nothing(
            "SQS",
            "  \tPolicy              \t <resource> -> <resource>\n"
        ));
        assert!(nothing(
            "Subnet",
            "  \tShared              \t <nil> -> false\n"
        ));
    }

    #[test]
    fn nothing_to_zero_is_noise_only_where_zero_is_the_default() {
        let group = "AutoscalingGroup";
        assert_eq!(changed(group, "MixedOnDemandAboveBase", "<nil> -> 0"), None);
        assert_eq!(
            changed(group, "MixedOnDemandBase", "<nil> -> 0"),
            Some(Noise::Default)
        );
        assert_eq!(
            changed(group, "MixedSpotMaxPrice", "<nil> -> "),
            Some(Noise::Default)
        );
        assert_eq!(changed(group, "CapacityRebalance", "<nil> -> false"), None);
        assert_eq!(changed("VPC", "EnableDNSSupport", "<nil> -> false"), None);
        assert_eq!(changed("WarmPool", "MaxSize", "<nil> -> 0"), None);
        assert_eq!(
            changed("LaunchTemplate", "AssociatePublicIP", "<nil> -> false"),
            None
        );
        assert_eq!(
            changed("Subnet", "Shared", "<nil> -> false"),
            Some(Noise::Default)
        );
        assert_eq!(changed("NewTask", "NewField", "<nil> -> false"), None);
        assert_eq!(
            changed("IAMRolePolicy", "PolicyDocument", "<nil> -> <resource>"),
            None
        );
    }

    #[test]
    fn tags_in_another_order_are_noise() {
        let dry_run = parse(
            "Will modify resources:\n  VPC/a\n  \tTags                \t {b: 2, a: 1} -> {a: 1, b: 2}\n  \tCIDR                \t a -> b\n",
        );
        assert_eq!(noises(&dry_run), [(Noise::TagOrder, 1)]);
        assert!(!dry_run.resources.iter().any(is_noise));
    }
}
