//! What Service Quotas allows the account, as far as a cluster meets it.

use super::Account;
use super::errors::AwsFailure;
use crate::core::inventory::{MissingFact, Quotas};

const ACTION: &str = "servicequotas:GetServiceQuota";

// Code, service, and the words for people (Service Quotas, "ec2" and "vpc").
const SUBNETS: Quota = Quota("vpc", "L-407747CB", "subnets per VPC");
const ROUTE_TABLES: Quota = Quota("vpc", "L-589F43AA", "route tables per VPC");
const ON_DEMAND: Quota = Quota("ec2", "L-1216C47A", "On-Demand vCPUs");
const SPOT: Quota = Quota("ec2", "L-34B43A08", "Spot vCPUs");

struct Quota(&'static str, &'static str, &'static str);

impl Account {
    /// The quotas, asked at once; those that could not be read are `None`, and one [`MissingFact`] for each reason.
    pub async fn quotas(&self) -> (Quotas, Vec<MissingFact>) {
        let (subnets, tables, on_demand, spot) = tokio::join!(
            self.quota(&SUBNETS),
            self.quota(&ROUTE_TABLES),
            self.quota(&ON_DEMAND),
            self.quota(&SPOT),
        );
        let mut missing = Vec::new();
        let mut known = |quota: &Quota, answer| match answer {
            Ok(value) => value,
            Err(failure) => {
                add(&mut missing, quota, &failure);
                None
            }
        };
        let quotas = Quotas {
            subnets_per_vpc: known(&SUBNETS, subnets),
            route_tables_per_vpc: known(&ROUTE_TABLES, tables),
            on_demand_vcpus: known(&ON_DEMAND, on_demand),
            spot_vcpus: known(&SPOT, spot),
        };
        (quotas, missing)
    }

    async fn quota(&self, quota: &Quota) -> Result<Option<u32>, AwsFailure> {
        let call = self
            .quotas
            .get_service_quota()
            .service_code(quota.0)
            .quota_code(quota.1);
        let answer = self.judged(call.send().await)?;
        Ok(answer.quota.and_then(|quota| quota.value).and_then(whole))
    }
}

// Service Quotas gives every value as a decimal; these are counts.
fn whole(value: f64) -> Option<u32> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it was checked to be inside"
    )]
    let count = |value: f64| value as u32;
    (0.0..=f64::from(u32::MAX))
        .contains(&value)
        .then(|| count(value))
}

// Four refusals of one reason are one fact.
fn add(missing: &mut Vec<MissingFact>, quota: &Quota, failure: &AwsFailure) {
    let reason = failure.message();
    let same = missing.iter_mut().find(|known| known.reason == reason);
    match same {
        Some(known) => known.fact = format!("{}, {}", known.fact, quota.2),
        None => missing.push(failure.leaves_unknown(format!("quota of {}", quota.2), ACTION)),
    }
}
