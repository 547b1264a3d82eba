//! What each finding can cost, in one place: within a severity the findings stand in this order.

use serde::Serialize;
use strum::{IntoStaticStr, VariantArray};

/// The worst that can follow, the most severe first.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr, Serialize, VariantArray,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Harm {
    /// The dry run itself cannot be relied on: anything may follow.
    Unknown,
    /// Data, or the keys to it, are lost.
    Data,
    /// The API, nodes or traffic fail.
    Outage,
    /// Somebody can reach or do more than before.
    Access,
    /// It costs more than before.
    Cost,
    /// What kops or the plan says beside the dry run.
    Advice,
    /// Nothing that runs is different.
    Cosmetic,
}

impl Harm {
    /// The harm of the rule with this identifier, and its place among those of that harm; what is not listed is the last
    /// advice.
    pub fn rank(rule: &str) -> (Self, usize) {
        let place = |(harm, rules): &(Self, &[&str])| {
            let at = rules.iter().position(|one| *one == rule)?;
            Some((*harm, at))
        };
        let found = RULES.iter().find_map(place);
        found.unwrap_or((Self::Advice, usize::MAX))
    }

    /// The word that people read.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// Every rule by what can follow from it, the most severe first.
const RULES: [(Harm, &[&str]); 7] = [
    (
        Harm::Unknown,
        &[
            "kops-failed",
            "report-incomplete",
            "unread-changes",
            "unread-lines",
            "not-text",
            "task-failing",
            "internal-consistency-error",
        ],
    ),
    (
        Harm::Data,
        &[
            "deleted",
            "authority-made-again",
            "etcd-volume-added",
            "control-plane-member-added",
            "kubernetes-downgraded",
            "volume-encryption-removed",
            "etcd-volume-changed",
            "volume-not-encrypted",
        ],
    ),
    (
        Harm::Outage,
        &[
            "control-plane-not-seen",
            "network-made-again",
            "load-balancer-deleted",
            "api-address-changes",
            "target-group-replaced",
            "capacity-to-zero",
            "group-subnets-removed",
            "all-spot",
            "kubernetes-minor-skipped",
            "control-plane-resized",
            "network-not-owned",
            "nat-gateway-changed",
            "route-changed",
            "dns-name-moved",
            "load-balancer-changed",
            "group-detached",
            "capacity-lowered",
            "group-subnets-changed",
            "instance-lifetime-set",
            "scaling-processes-changed",
            "warm-pool-removed",
            "on-demand-lowered",
            "spot-requested",
            "kubernetes-version-changed",
            "image-changed",
            "machine-type-changed",
            "instance-types-changed",
            "control-plane-rolls",
            "deleted-on-prune",
            "protection-removed",
            "capacity-rebalanced",
            "rolling-update-needed",
        ],
    ),
    (
        Harm::Access,
        &[
            "ssh-open-to-internet",
            "api-opened-to-internet",
            "api-load-balancer-published",
            "holds-secrets",
            "iam-wildcard-added",
            "iam-administrator-attached",
            "api-open-to-internet",
            "port-open-to-internet",
            "public-address-added",
            "metadata-opened",
            "open-until-prune",
            "iam-widened",
            "iam-resource-widened",
            "iam-limit-removed",
            "iam-trust-changed",
            "iam-policy-added",
            "iam-policy-attached",
            "api-load-balancer-public",
        ],
    ),
    (
        Harm::Cost,
        &[
            "nat-gateway-created",
            "elastic-ip-created",
            "vpc-created",
            "capacity-raised",
            "warm-pool-added",
        ],
    ),
    (Harm::Advice, &["kops-advises", "kops-warns"]),
    (
        Harm::Cosmetic,
        &["nat-gateway-reused", "shared-network-tagged"],
    ),
];

#[cfg(test)]
mod tests {
    use super::super::rules;
    use super::*;

    #[test]
    fn every_rule_has_one_harm() {
        let mut listed: Vec<_> = RULES
            .iter()
            .flat_map(|(_, rules)| *rules)
            .copied()
            .collect();
        let mut known: Vec<_> = rules().map(|rule| rule.id).collect();
        listed.sort_unstable();
        known.sort_unstable();
        assert_eq!(listed, known);
        assert_eq!(RULES.map(|(harm, _)| harm), Harm::VARIANTS);
    }
}
