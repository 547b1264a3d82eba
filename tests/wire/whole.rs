//! Everything that a plan asks AWS for: what is there and what is offered, in a process of its own.

use std::collections::BTreeMap;

use kopswain::core::inventory::Inventory;
use kopswain::io::aws::{self, Freshness, Scope, Wanted};
use kopswain::io::settings::Settings;
use serde_json::json;

use crate::server::{CASE, Server, run};
use crate::world::{expected, world};

/// The process of a case, whose images stand behind the VPC; does nothing when the tests themselves run.
#[tokio::test]
async fn child() {
    let Ok(case) = std::env::var(CASE) else {
        return;
    };
    let mut words = case.split(' ').map(str::to_owned);
    let scope = Scope::AccountFor(words.next().unwrap());
    let wanted = Wanted {
        images: words.collect(),
        ..Wanted::default()
    };
    let account = aws::connect(&Settings::default()).await.unwrap();
    let (found, offers) = tokio::join!(account.discover(scope, |_| {}), account.offers(&wanted));
    // Asked once more, as the next start of the program does.
    account.instance_types(Freshness::Kept).await.ok();
    let inventory = offers.unwrap().into_inventory(found.unwrap());
    println!("\noutcome {}", serde_json::to_string(&inventory).unwrap());
}

/// The whole inventory of what a server answers, as a plan in this VPC with these images needs it.
pub(crate) fn inventory(server: &Server, vpc: &str, images: &[&str]) -> Inventory {
    let case = [&[vpc], images].concat().join(" ");
    run("whole::child", &case, &server.variables())
}

/// How often each call was made.
pub(crate) fn calls(server: &Server) -> BTreeMap<String, usize> {
    let mut calls = BTreeMap::new();
    for request in server.asked.lock().unwrap().iter() {
        *calls.entry(request.action().to_owned()).or_default() += 1;
    }
    calls
}

/// What the small account means, with what is offered in it.
pub(crate) fn expected_whole() -> Inventory {
    let mut inventory = expected();
    let offered = json!({
        "region": "", "zones": [], "vpcs": [],
        "instanceTypes": [{
            "name": "t3.large", "vcpus": 2, "memoryMib": 8192, "architectures": ["x86_64"], "zones": ["us-east-1a"],
            "interfaces": 3, "addressesPerInterface": 12,
        }],
        "images": [
            {"asked": "ami-gone", "found": null},
            {"asked": "ubuntu/n", "found": {
                "id": "ami-2", "name": "n", "architecture": "x86_64", "available": true, "rootVolumeGiB": 30,
            }},
        ],
        "quotas": {"subnetsPerVpc": 200, "routeTablesPerVpc": 250, "onDemandVcpus": 64, "spotVcpus": null},
        "vcpusInUse": [{"onDemand": 6, "spot": 0}, {"cluster": "c.example.com", "onDemand": 0, "spot": 2}],
        "missing": [{
            "fact": "quota of Spot vCPUs", "action": "servicequotas:GetServiceQuota",
            "reason": "NoSuchResourceException: no such quota", "cause": "failed",
        }],
    });
    let offered: Inventory = serde_json::from_value(offered).unwrap();
    inventory.instance_types = offered.instance_types;
    inventory.images = offered.images;
    inventory.quotas = offered.quotas;
    inventory.vcpus_in_use = offered.vcpus_in_use;
    inventory.missing = offered.missing;
    inventory
}

/// The images that the tests name.
pub(crate) const IMAGES: [&str; 2] = ["ami-gone", "ubuntu/n"];

#[test]
fn what_is_offered_stands_beside_what_is_there() {
    let server = Server::start(world);
    assert_eq!(inventory(&server, "vpc-a", &IMAGES), expected_whole());
    let asked = server.asked.lock().unwrap();
    let image = asked
        .iter()
        .find(|request| request.body.contains("Owner.1"))
        .unwrap();
    assert_eq!(
        (
            image.form["Owner.1"].as_str(),
            image.form["Filter.1.Value.1"].as_str()
        ),
        ("099720109477", "n")
    );
    drop(asked);
    assert_eq!(calls(&server)["GetCallerIdentity"], 1);
    assert_eq!(calls(&server)["DescribeInstanceTypes"], 2);
}
