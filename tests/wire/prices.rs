//! Prices: the signed question to AWS's price list, its pages and refusals, and what Spot Instances cost.

use std::sync::atomic::{AtomicUsize, Ordering};

use kopswain::core::inventory::{MissingFact, Unread};
use kopswain::core::price::{ClusterPrices, HourlyPrice};
use kopswain::core::text::untrusted::Untrusted;
use kopswain::io::aws;
use kopswain::io::settings::Settings;
use serde_json::{Value, json};

use crate::server::{CASE, Reply, Request, Server, run};
use crate::whole::calls;
use crate::world::{ec2, refusal};

const CLUSTER: &str = "c.example.com";

/// The process of a case, whose words are instance types, or `*` for all of the region; asks twice, as the next hour does.
/// Does nothing when the tests themselves run.
#[tokio::test]
async fn child() {
    let Ok(case) = std::env::var(CASE) else {
        return;
    };
    let types: Vec<String> = case.split(' ').map(str::to_owned).collect();
    let ids = ["i-1".to_owned(), "i-2".to_owned()];
    let account = aws::connect(&Settings::default()).await.unwrap();
    let ask = || async {
        match types.as_slice() {
            [all] if all == "*" => ClusterPrices {
                list: account.region_prices().await,
                ..ClusterPrices::default()
            },
            types => account.cluster_prices(CLUSTER, types, &ids).await,
        }
    };
    let (first, again) = (ask().await, ask().await);
    assert_eq!(again.list.on_demand, first.list.on_demand);
    println!(
        "\noutcome {}",
        serde_json::to_string(&lines_of(&first)).unwrap()
    );
}

fn lines_of(prices: &ClusterPrices) -> Vec<String> {
    let list = &prices.list;
    let ids = |ids: &std::collections::BTreeSet<Untrusted>| {
        ids.iter()
            .map(Untrusted::shown)
            .collect::<Vec<_>>()
            .join(" ")
    };
    let on_demand = list.on_demand.iter();
    let on_demand = on_demand.map(|(kind, HourlyPrice(price))| format!("{kind} {price}"));
    let spot = list.spot.iter();
    let spot = spot.map(|((kind, zone), HourlyPrice(price))| format!("{kind} {zone} {price}"));
    let missing = list.missing.iter().map(|fact| format!("{fact:?}"));
    let counted = [
        format!("of {}", ids(&prices.instances)),
        format!("spot {}", ids(&prices.spot)),
        format!("read {}", list.read.is_some()),
    ];
    on_demand
        .chain(spot)
        .chain(counted)
        .chain(missing)
        .collect()
}

fn asked(server: &Server, types: &str, region: &str) -> Vec<String> {
    let mut variables = server.variables();
    variables.push(("AWS_REGION", region));
    run("prices::child", types, &variables)
}

fn product(kind: &str, price: &str, unit: &str) -> String {
    let dimension = json!({"unit": unit, "pricePerUnit": {"USD": price}});
    let terms =
        json!({"OnDemand": {"A.B": {"priceDimensions": {"A.B.C": dimension}}}, "Reserved": {}});
    let product = json!({"sku": "A", "attributes": {"instanceType": kind}});
    json!({"product": product, "terms": terms}).to_string()
}

fn page(products: &[String], next: Option<&str>) -> Reply {
    let mut page = json!({"FormatVersion": "aws_v1", "PriceList": products});
    if let Some(next) = next {
        page["NextToken"] = next.into();
    }
    Reply::Http(200, page.to_string())
}

fn filter(question: &Value, field: &str) -> Option<String> {
    let filters = question["Filters"].as_array().unwrap();
    let found = filters.iter().find(|one| one["Field"] == field);
    Some(found?["Value"].as_str()?.to_owned())
}

const SPOT: &str = "<reservationSet><item><instancesSet>\
     <item><instanceId>i-2</instanceId><instanceType>m5.large</instanceType><instanceLifecycle>spot</instanceLifecycle></item>\
     <item><instanceId>i-1</instanceId><instanceType>t3.large</instanceType></item>\
     </instancesSet></item></reservationSet>";

fn spot_item(zone: &str, price: &str, time: &str) -> String {
    format!(
        "<item><instanceType>m5.large</instanceType><productDescription>Linux/UNIX</productDescription>\
         <spotPrice>{price}</spotPrice><timestamp>{time}</timestamp><availabilityZone>{zone}</availabilityZone></item>"
    )
}

/// Two pages for each type; a type that is not listed has none.
fn prices(request: &Request) -> Reply {
    match request.action() {
        "GetProducts" => {
            let question: Value = serde_json::from_str(&request.body).unwrap();
            let kind = filter(&question, "instanceType");
            let kind = kind.as_deref().unwrap_or("m5.large");
            match (kind, question["NextToken"].as_str()) {
                ("p9.huge", _) => page(&[], None),
                (kind, None) => page(
                    &[
                        product(kind, "0.0000000000", "Hrs"),
                        product(kind, "1", "Quantity"),
                        // A dearer product of the same type.
                        product(kind, "0.2000000000", "Hrs"),
                    ],
                    Some("two"),
                ),
                ("t3.large", Some("two")) => {
                    page(&[product("t3.large", "0.0832000000", "Hrs")], None)
                }
                (kind, token) => {
                    assert_eq!(token, Some("two"));
                    page(&[product(kind, "0.0960000000", "Hrs")], None)
                }
            }
        }
        action @ "DescribeInstances" => ec2(action, SPOT),
        action @ "DescribeSpotPriceHistory" => {
            assert_eq!(request.form["InstanceType.1"], "m5.large");
            assert_eq!(request.form["ProductDescription.1"], "Linux%2FUNIX");
            let items = [
                spot_item("us-east-1b", "0.036000", "2026-11-29T10:15:30Z"),
                spot_item("us-east-1a", "0.040000", "2026-11-29T11:00:00Z"),
                spot_item("us-east-1a", "0.035000", "2026-11-29T10:15:30Z"),
            ];
            let items = items.concat();
            ec2(
                action,
                &format!("<spotPriceHistorySet>{items}</spotPriceHistorySet>"),
            )
        }
        other => panic!("asked for {other}"),
    }
}

#[test]
fn all_pages_are_read_once_and_the_newest_spot_price_counts() {
    let server = Server::start(prices);
    let wanted = [
        "m5.large 96000",
        "t3.large 83200",
        "m5.large us-east-1a 40000",
        "m5.large us-east-1b 36000",
        "of i-1 i-2",
        "spot i-2",
        "read true",
    ];
    assert_eq!(
        asked(&server, "m5.large t3.large p9.huge", "us-east-1"),
        wanted
    );
    // The second time those that are listed come from the disk.
    let made: Vec<(String, usize)> = calls(&server).into_iter().collect();
    let wanted = [
        ("DescribeInstances", 2),
        ("DescribeSpotPriceHistory", 2),
        ("GetProducts", 6),
    ];
    assert_eq!(made, wanted.map(|(call, count)| (call.to_owned(), count)));
}

#[test]
fn all_types_of_a_region_are_asked_for_by_pages_and_once_a_day() {
    let server = Server::start(prices);
    let wanted = ["m5.large 96000", "of ", "spot ", "read true"];
    assert_eq!(asked(&server, "*", "us-east-1"), wanted);
    assert_eq!(calls(&server).get("GetProducts"), Some(&2));
}

// The list of every region is served from one.
#[test]
fn the_question_is_signed_for_the_region_that_answers_it() {
    let server = Server::start(prices);
    asked(&server, "t3.large", "eu-central-1");
    let all = server.asked.lock().unwrap();
    let question = all
        .iter()
        .find(|one| one.action() == "GetProducts")
        .unwrap();
    assert_eq!(question.line, "POST /");
    let scope = "/us-east-1/pricing/aws4_request";
    assert!(
        question.authorization.contains(scope),
        "{}",
        question.authorization
    );
    let signed = "SignedHeaders=content-type;host;x-amz-date;x-amz-target";
    assert!(
        question.authorization.contains(signed),
        "{}",
        question.authorization
    );
    let term =
        |field: &str, value: &str| json!({"Type": "TERM_MATCH", "Field": field, "Value": value});
    let filters = [
        ("instanceType", "t3.large"),
        ("regionCode", "eu-central-1"),
        ("capacitystatus", "Used"),
        ("marketoption", "OnDemand"),
        ("operatingSystem", "Linux"),
        ("operation", "RunInstances"),
        ("preInstalledSw", "NA"),
        ("tenancy", "Shared"),
    ];
    let filters: Vec<Value> = filters.map(|(field, value)| term(field, value)).into();
    let body: Value = serde_json::from_str(&question.body).unwrap();
    let wanted = json!({"ServiceCode": "AmazonEC2", "FormatVersion": "aws_v1", "Filters": filters});
    assert_eq!(body, wanted);
}

fn missing(fact: &str, action: &str, reason: &str, cause: Unread) -> String {
    let fact = MissingFact {
        fact: fact.to_owned(),
        action: action.to_owned(),
        reason: reason.into(),
        cause,
    };
    format!("{fact:?}")
}

#[test]
fn without_permission_there_is_no_price_and_the_action_is_named() {
    let server = Server::start(|request| match request.action() {
        "GetProducts" => Reply::Http(
            400,
            r#"{"__type":"com.amazon#AccessDeniedException","Message":"you may not"}"#.to_owned(),
        ),
        "DescribeSpotPriceHistory" => refusal(403, "UnauthorizedOperation", "nor that"),
        _ => prices(request),
    });
    let list = missing(
        "prices of the instance types",
        "pricing:GetProducts",
        "AccessDeniedException: you may not",
        Unread::Denied,
    );
    let spot = missing(
        "prices of the Spot Instances",
        "ec2:DescribeSpotPriceHistory",
        "UnauthorizedOperation: nor that",
        Unread::Denied,
    );
    let wanted = ["of i-1 i-2", "spot i-2", "read true", &list, &spot];
    assert_eq!(asked(&server, "t3.large", "us-east-1"), wanted);
    let wanted = ["of ", "spot ", "read true", &list];
    assert_eq!(asked(&server, "*", "us-east-1"), wanted);
}

#[test]
fn without_the_instances_it_is_not_known_how_they_are_bought() {
    let server = Server::start(|request| match request.action() {
        "DescribeInstances" => refusal(403, "UnauthorizedOperation", "you may not"),
        _ => prices(request),
    });
    let unread = missing(
        "purchase options of the instances",
        "ec2:DescribeInstances",
        "UnauthorizedOperation: you may not",
        Unread::Denied,
    );
    let wanted = ["t3.large 83200", "of ", "spot ", "read true", &unread];
    assert_eq!(asked(&server, "t3.large", "us-east-1"), wanted);
}

#[test]
fn a_throttled_question_is_asked_again_and_an_answer_that_is_no_price_list_is_told() {
    let count = AtomicUsize::new(0);
    let server = Server::start(move |request| {
        let first = request.action() == "GetProducts" && count.fetch_add(1, Ordering::Relaxed) == 0;
        if first {
            let refused = r#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#;
            return Reply::Http(400, refused.to_owned());
        }
        prices(request)
    });
    let found = asked(&server, "t3.large", "us-east-1");
    assert_eq!(found[0], "t3.large 83200");

    let server = Server::start(|request| match request.action() {
        "GetProducts" => Reply::Http(502, "<html>".to_owned()),
        _ => prices(request),
    });
    let unread = missing(
        "prices of the instance types",
        "pricing:GetProducts",
        "the price list answered 502",
        Unread::Failed,
    );
    let found = asked(&server, "t3.large", "us-east-1");
    assert_eq!(found.last(), Some(&unread));
}

#[test]
fn another_partition_is_not_asked() {
    let server = Server::start(prices);
    let found = asked(&server, "t3.large", "cn-north-1");
    let unread = missing(
        "prices of the instance types",
        "pricing:GetProducts",
        "not asked: the price list that is asked has none of this partition",
        Unread::NotAsked,
    );
    assert_eq!(found.last(), Some(&unread));
    assert_eq!(calls(&server).get("GetProducts"), None);
}
