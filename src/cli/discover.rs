//! `discover`: what is there.

use std::cell::RefCell;
use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use super::{Common, OutputForm, print};
use crate::core::answers::Answers;
use crate::core::fault::Fault;
use crate::core::inventory::Inventory;
use crate::core::render::inventory::to_text;
use crate::core::text::json::to_json;
use crate::core::text::prose::counted;
use crate::core::text::untrusted::visible;
use crate::io::aws::{self, Freshness, Scope, Wanted};
use crate::io::channel;

/// Prints the account's inventory, or one VPC of it; `refresh` reads the instance types again.
pub(super) async fn run(common: &Common, vpc: Option<&str>, refresh: bool) -> Result<u8, Fault> {
    let wanted = Wanted {
        freshness: if refresh {
            Freshness::New
        } else {
            Freshness::Kept
        },
        images: Vec::new(),
    };
    let scope = vpc.map_or(Scope::Account, |id| Scope::Vpc(id.to_owned()));
    let inventory = read(common, scope, &wanted).await?;
    match common.output {
        OutputForm::Json => print::json(&to_json(&inventory)),
        _ => print::out(&to_text(&inventory)),
    }
    Ok(0)
}

/// The inventory that a plan needs: the whole account, the DNS attributes of the answers' VPC, and what EC2 offers.
pub(super) async fn whole(common: &Common, answers: Option<&Answers>) -> Result<Inventory, Fault> {
    let mut common = common.clone();
    if let Some(answers) =
        answers.filter(|answers| !common.names("--region") && !answers.region.is_empty())
    {
        common.region = Some(answers.region.clone());
    }
    if let Some(answers) = answers.filter(|answers| !answers.channel.is_empty()) {
        common.channel = Some(answers.channel.clone());
    }
    let wanted = Wanted {
        freshness: Freshness::Kept,
        images: answers.map(Answers::images).unwrap_or_default(),
    };
    let scope = answers.map_or(Scope::Account, |answers| {
        Scope::AccountFor(answers.vpc.clone())
    });
    read(&common, scope, &wanted).await
}

async fn read(common: &Common, scope: Scope, wanted: &Wanted) -> Result<Inventory, Fault> {
    let settings = common.settings();
    let account = aws::connect(&settings).await?;
    let progress = DiscoveryProgress::start();
    let (inventory, offers, versions) = tokio::join!(
        account.discover(scope, |so_far| progress.report(&so_far)),
        account.offers(wanted),
        channel::versions(&settings, wanted.freshness)
    );
    let mut inventory = offers?.into_inventory(inventory?);
    inventory.versions = Some(versions);
    Ok(inventory)
}

/// What is known so far, for a person who waits: on a terminal only, and only when there is more than was shown before.
struct DiscoveryProgress {
    wanted: bool,
    begun: Instant,
    shown: RefCell<(Instant, String)>,
}

impl DiscoveryProgress {
    const PAUSE: Duration = Duration::from_millis(500);

    fn start() -> Self {
        let begun = Instant::now();
        Self {
            wanted: io::stderr().is_terminal(),
            begun,
            shown: RefCell::new((begun, String::new())),
        }
    }

    fn report(&self, so_far: &Inventory) {
        let mut shown = self.shown.borrow_mut();
        if !self.wanted || shown.0.elapsed() < Self::PAUSE {
            return;
        }
        let known = known(so_far);
        if shown.1 == known {
            return;
        }
        let seconds = self.begun.elapsed().as_secs_f64();
        let region = visible(&so_far.region);
        print::remark(&format!("asking EC2 in {region}, {seconds:.1}s: {known}"));
        *shown = (Instant::now(), known);
    }
}

fn known(so_far: &Inventory) -> String {
    let each = so_far.vpcs.iter();
    let subnets: usize = each.clone().map(|vpc| vpc.subnets.len()).sum();
    let gateways: usize = each.map(|vpc| vpc.nat_gateways.len()).sum();
    let known = [
        counted(so_far.vpcs.len(), "VPC"),
        counted(subnets, "subnet"),
        counted(gateways, "NAT gateway"),
    ];
    format!("{} so far", known.join(", "))
}
