//! `discover`: what is there.

use crate::core::answers::Answers;
use crate::core::discovery::to_text;
use crate::core::fault::Fault;
use crate::core::inventory::Inventory;
use crate::core::json::to_json;
use crate::io::aws;

use super::{Common, OutputForm, print};

/// Prints the account's inventory, or one VPC of it.
pub(super) async fn run(common: &Common, vpc: Option<&str>) -> Result<u8, Fault> {
    let inventory = read(common, vpc).await?;
    match common.output {
        OutputForm::Json => print::out(&to_json(&inventory)),
        _ => print::out(&to_text(&inventory)),
    }
    Ok(0)
}

/// The inventory that a plan needs: the VPC of the answers with everything in it, and the instance types.
pub(super) async fn whole(common: &Common, answers: Option<&Answers>) -> Result<Inventory, Fault> {
    let mut common = common.clone();
    if let Some(answers) =
        answers.filter(|answers| common.region.is_none() && !answers.region.is_empty())
    {
        common.region = Some(answers.region.clone());
    }
    read(&common, None).await
}

async fn read(common: &Common, vpc: Option<&str>) -> Result<Inventory, Fault> {
    let account = aws::connect(&common.settings()).await?;
    let inventory = match vpc {
        Some(id) => account.discover_vpc(id, |_| {}).await?,
        None => account.discover(|_| {}).await?,
    };
    account.with_instance_types(inventory).await
}
