//! The wizard that tests begin with: at the step Network, in the VPC of the method, with some of its zones.

use super::{DiscoveryState, Wizard, WizardStep};
use crate::core::answers::{Answers, ZoneAnswer};
use crate::core::inventory::Inventory;
use crate::core::method;

/// The answers with the zones of these letters, in the first VPC of the account.
pub(super) fn answers_in(inventory: &Inventory, letters: &str) -> Answers {
    let zone = |letter: char| ZoneAnswer {
        name: format!("us-east-1{letter}"),
        ..ZoneAnswer::default()
    };
    Answers {
        region: "us-east-1".to_owned(),
        vpc: inventory.vpcs[0].id.clone(),
        zones: letters.chars().map(zone).collect(),
        ..Answers::default()
    }
}

/// Lets a wizard know the account, at the step Network.
pub(super) fn in_account(mut wizard: Wizard, inventory: Inventory) -> Wizard {
    wizard.discovery = DiscoveryState::Known(Box::new(inventory));
    wizard.step = WizardStep::Network;
    wizard.follow();
    wizard.replan();
    wizard
}

/// A new cluster in the zones of these letters.
pub(super) fn method_wizard(letters: &str) -> Wizard {
    let inventory = method::inventory();
    in_account(Wizard::new(answers_in(&inventory, letters)), inventory)
}
