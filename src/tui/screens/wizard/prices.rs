//! What the instance types of the region cost: asked for once on the way to where they are picked.

use super::{Wizard, WizardStep};
use crate::core::price::PriceList;
use crate::core::text::untrusted::visible;
use crate::core::unix_time::UnixTime;
use crate::tui::effect::Effect;

/// The price list of a region, as far as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegionPrices {
    region: String,
    /// Absent until AWS has answered.
    list: Option<Box<PriceList>>,
}

impl Wizard {
    /// Asks for the prices where the types of the region will soon be picked; once for each region.
    pub fn ask_for_prices(&mut self) -> Option<Effect> {
        let near = (WizardStep::Network..=WizardStep::Access).contains(&self.step);
        let region = &self.answers.region;
        if !near || region.is_empty() || self.prices.region == *region {
            return None;
        }
        self.prices = RegionPrices {
            region: region.clone(),
            list: None,
        };
        Some(Effect::ReadPrices(self.target()))
    }

    /// Lets prices that could not be read be asked for again.
    pub(super) fn forget_missing_prices(&mut self) {
        let list = self.prices.list.as_deref();
        if list.is_some_and(|list| !list.missing.is_empty()) {
            self.prices = RegionPrices::default();
        }
    }

    pub(super) fn prices_read(&mut self, region: &str, list: PriceList) {
        if self.prices.region == region {
            self.prices.list = Some(Box::new(list));
        }
    }

    /// What an On-Demand Instance of a type costs an hour; absent where that is not known.
    pub(super) fn price_of(&self, instance_type: &str) -> Option<String> {
        let list = self.prices.list.as_deref()?;
        let price = list.on_demand.get(instance_type)?;
        Some(format!("${}/h", price.hourly()))
    }

    /// Whether any price is known.
    pub(super) fn has_prices(&self) -> bool {
        let list = self.prices.list.as_deref();
        list.is_some_and(|list| !list.on_demand.is_empty())
    }

    /// The price of a type and from where it is, or why there is none.
    pub(super) fn price_source(&self, instance_type: &str) -> String {
        let Some(list) = self.prices.list.as_deref() else {
            return "AWS's price list is being read.".to_owned();
        };
        let kind = visible(instance_type);
        if let Some(price) = self.price_of(instance_type) {
            let day = list.read.map(UnixTime::date).unwrap_or_default();
            return format!(
                "{kind} costs {price} On-Demand with Linux, by AWS's price list of {day}."
            );
        }
        match list.missing.first() {
            Some(fact) => format!("Prices are not known: {}.", fact.why()),
            None => format!("AWS's price list has no price of {kind}."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::answers::Answers;
    use crate::core::inventory::{MissingFact, Unread};

    fn at(step: WizardStep) -> Wizard {
        let mut wizard = Wizard::new(Answers {
            region: "us-east-1".to_owned(),
            ..Answers::default()
        });
        wizard.go(step);
        wizard
    }

    #[test]
    fn prices_are_asked_for_once_a_region_on_the_way_to_the_types() {
        assert_eq!(at(WizardStep::Cluster).ask_for_prices(), None);
        assert_eq!(at(WizardStep::Review).ask_for_prices(), None);
        let mut wizard = at(WizardStep::Network);
        let asked = Some(Effect::ReadPrices(wizard.target()));
        assert_eq!(wizard.ask_for_prices(), asked);
        assert_eq!(wizard.ask_for_prices(), None);
        "eu-west-1".clone_into(&mut wizard.answers.region);
        let asked = Some(Effect::ReadPrices(wizard.target()));
        assert_eq!(wizard.ask_for_prices(), asked);
    }

    #[test]
    fn only_prices_that_could_not_be_read_are_asked_for_again() {
        let fact = MissingFact {
            fact: String::new(),
            action: "pricing:GetProducts".to_owned(),
            reason: "no".into(),
            cause: Unread::Denied,
        };
        for (missing, again) in [(Vec::new(), false), (vec![fact], true)] {
            let mut wizard = at(WizardStep::Network);
            let _ = wizard.ask_for_prices();
            let list = PriceList {
                missing,
                ..PriceList::default()
            };
            wizard.prices_read("us-east-1", list);
            wizard.forget_missing_prices();
            assert_eq!(wizard.ask_for_prices().is_some(), again);
        }
    }
}
