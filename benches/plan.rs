//! How long a plan takes on a VPC that is full of subnets: the wizard makes one for every answer.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use kopswain::core::answers::{Answers, ZoneAnswer};
use kopswain::core::inventory::{Inventory, Subnet, Tags};
use kopswain::core::planning::plan;
use kopswain::core::spec::render;

const METHOD: &str = include_str!("../tests/fixtures/inventory/method.json");

// Subnets of 40 kops clusters, with the gaps that they keep for a zone to come, and of others.
fn crowded(subnets: usize) -> Inventory {
    let mut inventory: Inventory = serde_json::from_str(METHOD).unwrap_or_default();
    let Some(vpc) = inventory.vpcs.first_mut() else {
        return inventory;
    };
    vpc.cidrs = "10.0.0.0/8".parse().into_iter().collect();
    let gateways = vpc.subnets.len();
    for at in gateways..subnets {
        let (second, third) = (at / 250, at % 250);
        let cluster = format!("kubernetes.io/cluster/c{}.example.com", at % 40);
        let mut tags = Tags::new();
        if at % 3 > 0 {
            tags.insert(cluster.into(), "owned".into());
        }
        vpc.subnets.extend(
            format!("10.{second}.{third}.0/24")
                .parse()
                .ok()
                .map(|cidr| Subnet {
                    id: format!("subnet-{at:017x}"),
                    tags,
                    cidr,
                    zone: "us-east-1a".to_owned(),
                    ..Subnet::default()
                }),
        );
    }
    inventory
}

fn answers() -> Answers {
    let zone = |letter: char| ZoneAnswer {
        name: format!("us-east-1{letter}"),
        ..ZoneAnswer::default()
    };
    Answers {
        cluster: "prod.example.com".to_owned(),
        region: "us-east-1".to_owned(),
        state_store: "s3://example-state".to_owned(),
        vpc: "vpc-7833d1c656ae73b2c".to_owned(),
        zones: "abcd".chars().map(zone).collect(),
        ..Answers::default()
    }
}

fn planning(criterion: &mut Criterion) {
    let asked = answers();
    let mut group = criterion.benchmark_group("plan");
    for subnets in [16, 200, 2_000] {
        let inventory = crowded(subnets);
        let name = BenchmarkId::from_parameter(format!("{subnets} subnets"));
        group.bench_with_input(name, &inventory, |bencher, inventory| {
            bencher.iter(|| plan(black_box(inventory), &asked));
        });
    }
    group.bench_function("and its spec", |bencher| {
        let planned = plan(&crowded(200), &asked);
        bencher.iter(|| render(black_box(&planned.plan)));
    });
    group.finish();
}

criterion_group!(benches, planning);
criterion_main!(benches);
