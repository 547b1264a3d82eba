//! What EC2 instances cost: AWS's own price list, and what Spot Instances cost now, in one region.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::core::inventory::MissingFact;
use crate::core::text::untrusted::Untrusted;
use crate::core::unix_time::UnixTime;

/// Hours of a month, as AWS's own calculator counts them.
pub const HOURS_OF_A_MONTH: u64 = 730;
const MILLIONTHS: u64 = 1_000_000;
/// Digits after the point that are read.
const DIGITS: usize = 6;

/// What runs for an hour cost, in millionths of a US dollar.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct HourlyPrice(pub u64);

impl HourlyPrice {
    /// Reads dollars such as `0.0416000000`; what is less than a millionth is cut off. Absent where it is no amount.
    pub fn parse(dollars: &str) -> Option<Self> {
        let (whole, rest) = dollars.split_once('.').unwrap_or((dollars, ""));
        let is_number = |text: &str| text.chars().all(|one| one.is_ascii_digit());
        if whole.is_empty() || !is_number(rest) {
            return None;
        }
        let digits: String = rest.chars().take(DIGITS).collect();
        let millionths: u64 = format!("{digits:0<DIGITS$}").parse().ok()?;
        let whole: u64 = whole.parse().ok()?;
        let all = whole.checked_mul(MILLIONTHS)?.checked_add(millionths)?;
        Some(Self(all))
    }

    /// So many of them.
    #[must_use]
    pub fn times(self, count: u32) -> Self {
        Self(self.0.saturating_mul(u64::from(count)))
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// For an hour, in dollars: `0.0416`.
    pub fn hourly(self) -> String {
        let (whole, millionths) = (self.0 / MILLIONTHS, self.0 % MILLIONTHS);
        let digits = format!("{millionths:06}");
        let kept = digits.trim_end_matches('0').len().max(2);
        let digits = digits.get(..kept).unwrap_or_default();
        format!("{whole}.{digits}")
    }

    /// For a month of 730 hours, in dollars and whole cents, rounded: `30.37`.
    pub fn monthly(self) -> String {
        let cents = self.cents_of_a_month();
        format!("{}.{:02}", cents / 100, cents % 100)
    }

    fn cents_of_a_month(self) -> u64 {
        let month = self.0.saturating_mul(HOURS_OF_A_MONTH);
        month.saturating_add(5_000) / 10_000
    }
}

/// What is known of the prices of one region, for Linux and shared tenancy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PriceList {
    /// By instance type.
    pub on_demand: BTreeMap<String, HourlyPrice>,
    /// By instance type and zone, as it was last.
    pub spot: BTreeMap<(String, String), HourlyPrice>,
    /// When the oldest of them was read.
    pub read: Option<UnixTime>,
    /// What could not be read, with the IAM action that would allow it.
    pub missing: Vec<MissingFact>,
}

impl PriceList {
    /// What an instance costs; absent where it is not known.
    pub fn price(&self, instance_type: &str, purchase: &PurchaseOption) -> Option<HourlyPrice> {
        match purchase {
            PurchaseOption::OnDemand => self.on_demand.get(instance_type).copied(),
            PurchaseOption::Spot { zone } => {
                let key = (instance_type.to_owned(), zone.clone());
                self.spot.get(&key).copied()
            }
            PurchaseOption::Unknown => None,
        }
    }
}

/// How an instance is bought.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PurchaseOption {
    OnDemand,
    /// Its price differs from zone to zone.
    Spot {
        zone: String,
    },
    /// It could not be read.
    Unknown,
}

/// What was read about the prices of a cluster's instances.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClusterPrices {
    pub list: PriceList,
    /// The instances of which it is known how they are bought.
    pub instances: BTreeSet<Untrusted>,
    /// Those of them that are Spot Instances.
    pub spot: BTreeSet<Untrusted>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_read_to_the_millionth_and_never_guessed() {
        let cases = [
            ("0.0416000000", Some(41_600)),
            ("0.0000008", Some(0)),
            ("12", Some(12_000_000)),
            ("1.5", Some(1_500_000)),
            ("", None),
            (".5", None),
            ("-1", None),
            ("1e3", None),
            ("0.1.2", None),
            ("99999999999999999999", None),
        ];
        for (text, wanted) in cases {
            assert_eq!(HourlyPrice::parse(text), wanted.map(HourlyPrice), "{text}");
        }
    }

    #[test]
    fn a_price_is_said_for_an_hour_and_for_a_month() {
        let cases = [
            (41_600, "0.0416", "30.37"),
            (83_200, "0.0832", "60.74"),
            (1_000_000, "1.00", "730.00"),
            (12_345_678, "12.345678", "9012.34"),
            (7, "0.000007", "0.01"),
            (0, "0.00", "0.00"),
        ];
        for (price, hour, month) in cases {
            let price = HourlyPrice(price);
            assert_eq!(
                (price.hourly().as_str(), price.monthly().as_str()),
                (hour, month)
            );
        }
    }
}
