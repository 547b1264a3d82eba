//! Each call refused by itself: that fact is missing, with the IAM action named, and everything else is there.

use kopswain::core::inventory::{Inventory, MissingFact, Quotas, Unread};
use kopswain::core::text::untrusted::Untrusted;

use crate::server::{Reply, Server};
use crate::whole::{IMAGES, calls, expected_whole, inventory};
use crate::world::{refusal, world};

const SAID: &str = "UnauthorizedOperation: You are not authorized to perform this operation.";

/// What is missing when a call is refused, and how the inventory then differs.
struct Case {
    call: &'static str,
    facts: &'static [&'static str],
    without: fn(&mut Inventory),
}

const CASES: [Case; 14] = [
    Case {
        call: "sts:GetCallerIdentity",
        facts: &["account number"],
        without: |inventory| inventory.account = None,
    },
    Case {
        call: "ec2:DescribeAvailabilityZones",
        facts: &["availability zones"],
        // Without the zones nothing says that the offer of a local zone is none.
        without: |inventory| {
            inventory.zones.clear();
            let local = String::from("us-east-1-bos-1a");
            inventory.instance_types[0].zones.insert(0, local);
        },
    },
    Case {
        call: "ec2:DescribeVpcs",
        facts: &["VPCs"],
        without: |inventory| inventory.vpcs.clear(),
    },
    Case {
        call: "ec2:DescribeSubnets",
        facts: &["subnets"],
        without: |inventory| {
            inventory.vpcs[0].subnets.clear();
            inventory.vpcs[0].nat_gateways[0].zone = None;
        },
    },
    Case {
        call: "ec2:DescribeRouteTables",
        facts: &["route tables"],
        without: |inventory| inventory.vpcs[0].route_tables.clear(),
    },
    Case {
        call: "ec2:DescribeInternetGateways",
        facts: &["internet gateways"],
        without: |inventory| inventory.vpcs[0].internet_gateways.clear(),
    },
    Case {
        call: "ec2:DescribeNatGateways",
        facts: &["NAT gateways"],
        without: |inventory| inventory.vpcs[0].nat_gateways.clear(),
    },
    Case {
        call: "ec2:DescribeVpcAttribute",
        facts: &["DNS attributes of vpc-a", "DNS attributes of vpc-b"],
        without: |inventory| {
            for vpc in &mut inventory.vpcs {
                (vpc.dns_support, vpc.dns_hostnames) = (None, None);
            }
        },
    },
    Case {
        call: "ec2:GetManagedPrefixListEntries",
        facts: &["entries of the prefix list pl-1"],
        without: |inventory| {
            inventory.vpcs[0].route_tables[0].routes[2].prefixes.clear();
        },
    },
    Case {
        call: "ec2:DescribeInstanceTypes",
        facts: &["instance types"],
        without: without_types,
    },
    Case {
        call: "ec2:DescribeInstanceTypeOfferings",
        facts: &["zones of the instance types"],
        without: without_types,
    },
    Case {
        call: "ec2:DescribeImages",
        facts: &["image ami-gone", "image ubuntu/n"],
        without: |inventory| inventory.images.clear(),
    },
    Case {
        call: "ec2:DescribeInstances",
        facts: &["vCPUs in use"],
        without: |inventory| inventory.vcpus_in_use = None,
    },
    Case {
        call: "servicequotas:GetServiceQuota",
        facts: &["quota of subnets per VPC, route tables per VPC, On-Demand vCPUs, Spot vCPUs"],
        without: |inventory| {
            inventory.quotas = Quotas::default();
            inventory.missing.clear();
        },
    },
];

// Then an instance counts by what it says of itself, which is little.
fn without_types(inventory: &mut Inventory) {
    inventory.instance_types.clear();
    let used = inventory.vcpus_in_use.as_mut().unwrap();
    (used[0].on_demand, used[1].spot) = (4, 0);
}

fn refuse(action: &str) -> Reply {
    let message = SAID.split_once(": ").unwrap().1;
    if action == "GetCallerIdentity" {
        let error = format!("<Code>UnauthorizedOperation</Code><Message>{message}</Message>");
        let body = format!("<ErrorResponse><Error>{error}</Error></ErrorResponse>");
        return Reply::Http(403, body);
    }
    if action == "GetServiceQuota" {
        let body = format!("{{\"__type\":\"UnauthorizedOperation\",\"message\":\"{message}\"}}");
        return Reply::Http(400, body);
    }
    refusal(403, "UnauthorizedOperation", message)
}

fn wanted(case: &Case) -> Inventory {
    let mut wanted = expected_whole();
    (case.without)(&mut wanted);
    let missing = case.facts.iter().map(|fact| MissingFact {
        fact: (*fact).to_owned(),
        action: case.call.to_owned(),
        reason: Untrusted::from(SAID),
        cause: Unread::Denied,
    });
    wanted.missing.extend(missing);
    wanted
        .missing
        .sort_by(|left, right| (&left.action, &left.fact).cmp(&(&right.action, &right.fact)));
    wanted
}

#[test]
fn one_call_refused_costs_its_own_fact_only() {
    for case in CASES {
        let refused = case.call.split_once(':').unwrap().1;
        let server = Server::start(move |request| {
            if request.action() == refused {
                return refuse(refused);
            }
            world(request)
        });
        let found = inventory(&server, "vpc-a", &IMAGES);
        assert_eq!(found, wanted(&case), "{}", case.call);
    }
}

// A zone's name means another place in another account: what cannot be told apart is not kept.
#[test]
fn the_types_of_an_account_that_is_not_known_are_not_kept_for_another() {
    let server = Server::start(|request| match request.action() {
        "GetCallerIdentity" => refuse("GetCallerIdentity"),
        _ => world(request),
    });
    inventory(&server, "vpc-a", &[]);
    assert_eq!(calls(&server)["DescribeInstanceTypes"], 4);
}
