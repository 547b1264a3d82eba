//! Discovery against a scripted EC2 on the wire: pages, refusals, throttling, cut answers, wrong credentials.
//!
//! Each case runs in a process of its own (this test binary again), because AWS's settings are environment variables.
use std::sync::Mutex;
use std::time::{Duration, Instant};

use kopswain::core::fault::Fault;
use kopswain::core::inventory::{Inventory, MissingFact, Unread};
use kopswain::core::text::untrusted::Untrusted;
use kopswain::io::aws::{self, Scope};
use kopswain::io::settings::Settings;
use serde::{Deserialize, Serialize};

use crate::server::{self, CASE, KEYS, Reply, Request, Server};
use crate::world::{ec2, expected, refusal, vpc, world};

/// What a case's process found.
#[derive(Debug, Serialize, Deserialize)]
struct Outcome {
    /// How many VPCs and subnets each picture on the way had.
    shown: Vec<(usize, usize)>,
    inventory: Option<Inventory>,
    fault: Option<[String; 4]>,
    millis: u128,
}

impl Outcome {
    fn fault(&self) -> &[String; 4] {
        self.fault.as_ref().expect("a fault")
    }

    fn inventory(&self) -> &Inventory {
        self.inventory
            .as_ref()
            .unwrap_or_else(|| panic!("{:?}", self.fault))
    }
}

/// The process of a case; does nothing when the tests themselves run.
#[tokio::test]
async fn child() {
    let Ok(vpc) = std::env::var(CASE) else {
        return;
    };
    let begin = Instant::now();
    let shown = Mutex::new(Vec::new());
    let show = |inventory: Inventory| {
        let subnets = inventory.vpcs.iter().map(|vpc| vpc.subnets.len()).sum();
        shown.lock().unwrap().push((inventory.vpcs.len(), subnets));
    };
    let answer = match aws::connect(&Settings::default()).await {
        Ok(account) if vpc == "all" => account.discover(Scope::Account, show).await,
        Ok(account) => account.discover(Scope::Vpc(vpc), show).await,
        Err(fault) => Err(fault),
    };
    let detail = |fault: &Fault| {
        fault
            .detail
            .as_ref()
            .map(|said| said.raw().to_owned())
            .unwrap_or_default()
    };
    let outcome = Outcome {
        shown: shown.into_inner().unwrap(),
        fault: answer.as_ref().err().map(|fault| {
            [
                fault.what.clone(),
                fault.why.clone(),
                fault.remedy.clone(),
                detail(fault),
            ]
        }),
        inventory: answer.ok(),
        millis: begin.elapsed().as_millis(),
    };
    println!("\noutcome {}", serde_json::to_string(&outcome).unwrap());
}

fn run(case: &str, variables: &[(&str, &str)]) -> Outcome {
    server::run("discover::child", case, variables)
}

fn discover(server: &Server) -> Outcome {
    run("all", &server.variables())
}

fn asked(server: &Server, action: &str) -> Vec<Request> {
    let asked = server.asked.lock().unwrap();
    asked
        .iter()
        .filter(|request| request.action() == action)
        .cloned()
        .collect()
}

#[test]
fn every_page_is_read_and_the_first_is_shown_before_the_last() {
    let server = Server::start(world);
    let outcome = discover(&server);
    assert_eq!(*outcome.inventory(), expected());
    assert!(
        outcome.shown.iter().any(|(vpcs, _)| *vpcs == 1),
        "{:?}",
        outcome.shown
    );
    assert_eq!(outcome.shown.last(), Some(&(2, 2)));
    let pages = asked(&server, "DescribeVpcs");
    let tokens: Vec<_> = pages
        .iter()
        .map(|page| page.form.get("NextToken").map(String::as_str))
        .collect();
    assert_eq!(tokens, [None, Some("page-2")]);
    assert_eq!(pages[0].form["MaxResults"], "1000");
    assert_eq!(
        asked(&server, "DescribeRouteTables")[0].form["MaxResults"],
        "100"
    );
}

#[test]
fn a_hostile_name_stays_as_it_is_and_is_shown_escaped() {
    let outcome = discover(&Server::start(world));
    let name = &outcome.inventory().vpcs[1].tags[&Untrusted::from("Name")];
    assert_eq!(name.to_string(), "evil \\u{202e}txt\\u{200b}<b> \\u{a}&");
}

#[test]
fn a_call_that_is_not_allowed_is_a_missing_fact_and_nothing_else_stops() {
    let server = Server::start(|request| match request.action() {
        "DescribeNatGateways" => refusal(
            403,
            "UnauthorizedOperation",
            "You are not authorized \u{202e}",
        ),
        _ => world(request),
    });
    let mut wanted = expected();
    wanted.vpcs[0].nat_gateways.clear();
    wanted.missing = vec![MissingFact {
        fact: "NAT gateways".to_owned(),
        action: "ec2:DescribeNatGateways".to_owned(),
        reason: Untrusted::from("UnauthorizedOperation: You are not authorized \u{202e}"),
        cause: Unread::Denied,
    }];
    assert_eq!(*discover(&server).inventory(), wanted);
}

#[test]
fn throttling_and_a_cut_answer_are_tried_again() {
    let mut first = true;
    let mut whole = false;
    let server = Server::start(move |request| match request.action() {
        "DescribeSubnets" if std::mem::take(&mut first) => {
            refusal(503, "RequestLimitExceeded", "slow down")
        }
        "DescribeVpcs" if !std::mem::replace(&mut whole, true) => Reply::Cut,
        _ => world(request),
    });
    let outcome = discover(&server);
    assert_eq!(*outcome.inventory(), expected());
    assert!(outcome.millis < 4000, "{}", outcome.millis);
    assert_eq!(asked(&server, "DescribeSubnets").len(), 3);
    assert_eq!(asked(&server, "DescribeVpcs").len(), 3);
}

#[test]
fn an_expired_token_is_one_fault() {
    let server = Server::start(|request| match request.action() {
        "GetCallerIdentity" => world(request),
        _ => refusal(400, "RequestExpired", "Request has expired."),
    });
    let outcome = discover(&server);
    let [what, _, remedy, said] = outcome.fault();
    assert_eq!(what, "the AWS credentials have expired");
    assert_eq!(
        remedy,
        "sign in again, for example: aws sso login, or renew AWS_SESSION_TOKEN"
    );
    assert_eq!(said, "RequestExpired: Request has expired.");
}

#[test]
fn refused_credentials_and_a_wrong_clock_are_told_apart() {
    let what = |status, code: &'static str, message: &'static str| {
        let server = Server::start(move |_| refusal(status, code, message));
        discover(&server).fault()[0].clone()
    };
    assert_eq!(
        what(
            401,
            "AuthFailure",
            "AWS was not able to validate the provided access credentials"
        ),
        "AWS does not accept the credentials"
    );
    assert_eq!(
        what(
            403,
            "SignatureDoesNotMatch",
            "Signature not yet current: 20261123T000000Z"
        ),
        "AWS does not accept the time of this machine"
    );
    assert_eq!(
        what(401, "OptInRequired", "not subscribed"),
        "the account cannot use EC2 in us-east-1"
    );
}

#[test]
fn an_answer_that_is_not_from_aws_is_said_to_be_one() {
    let server =
        Server::start(|_| Reply::Http(200, "<html>sign in to the hotel</html>".to_owned()));
    assert_eq!(
        discover(&server).fault()[0],
        "something other than AWS answers"
    );
}

#[test]
fn without_credentials_nothing_is_asked_and_nothing_is_waited_for() {
    let server = Server::start(world);
    let begin = Instant::now();
    let outcome = run(
        "all",
        &[
            ("AWS_REGION", "us-east-1"),
            ("AWS_ENDPOINT_URL", &server.url),
        ],
    );
    assert_eq!(outcome.fault()[0], "no AWS credentials were found");
    assert!(
        outcome.millis < 2000 && begin.elapsed() < Duration::from_secs(5),
        "{}",
        outcome.millis
    );
    assert_eq!(server.asked.lock().unwrap().len(), 0);
}

#[test]
fn a_region_that_is_missing_misspelt_or_unknown_is_named() {
    let region = |name| {
        let mut variables = KEYS.to_vec();
        variables[2].1 = name;
        variables.push(("AWS_ENDPOINT_URL", "http://127.0.0.1:1"));
        run("all", &variables)
    };
    assert_eq!(region("").fault()[0], "no AWS region is set");
    assert_eq!(
        region("us-east-1/../x").fault()[0],
        "\"us-east-1/../x\" is not the name of an AWS region"
    );
    let unknown = region("us-esat-1");
    assert_eq!(unknown.fault()[0], "AWS does not answer in us-esat-1");
    assert!(unknown.fault()[2].ends_with("the nearest region is us-east-1"));
    assert!(unknown.millis < 2000, "{}", unknown.millis);
}

#[test]
fn with_many_vpcs_the_dns_attributes_wait_until_one_is_named() {
    let many = |request: &Request| match request.action() {
        "DescribeVpcs" if request.form.contains_key("Filter.1.Name") => {
            assert_eq!(
                (
                    request.form["Filter.1.Name"].as_str(),
                    request.form["Filter.1.Value.1"].as_str()
                ),
                ("vpc-id", "vpc-a")
            );
            ec2(
                "DescribeVpcs",
                &format!("<vpcSet>{}</vpcSet>", vpc("vpc-a", "10.0.0.0/16", "")),
            )
        }
        "DescribeVpcs" => {
            let items: String = (10..21)
                .map(|number| vpc(&format!("vpc-{number}"), "10.0.0.0/16", ""))
                .collect();
            ec2("DescribeVpcs", &format!("<vpcSet>{items}</vpcSet>"))
        }
        _ => world(request),
    };
    let server = Server::start(many);
    let all = discover(&server);
    assert_eq!(all.inventory().vpcs.len(), 11);
    assert_eq!(all.inventory().vpcs[0].dns_support, None);
    assert_eq!(asked(&server, "DescribeVpcAttribute").len(), 0);
    let missing: Vec<_> = all
        .inventory()
        .missing
        .iter()
        .map(|fact| fact.fact.as_str())
        .collect();
    assert_eq!(missing, ["DNS attributes of 11 VPCs"]);
    let one = run("vpc-a", &server.variables());
    assert_eq!(one.inventory().vpcs, expected().vpcs[..1]);
    assert_eq!(asked(&server, "DescribeVpcAttribute").len(), 2);
}
