//! What EC2 and Service Quotas offer, against what the answers ask for.

use super::*;
use crate::core::answers::Networking;
use crate::core::inventory::{FoundImage, Image, VcpusInUse};
use crate::core::problem::About;
use crate::core::text::untrusted::Untrusted;

/// Names an image for the control plane, of which EC2 tells this.
pub(super) fn image(
    inventory: &mut Inventory,
    answers: &mut Answers,
    change: fn(FoundImage) -> Option<FoundImage>,
) {
    let asked = String::from("ami-0123");
    answers.control_plane.image = Some(asked.clone());
    let found = change(FoundImage {
        id: asked.clone(),
        name: None,
        architecture: "x86_64".into(),
        available: true,
        root_volume_gib: Some(30),
    });
    inventory.images = vec![Image { asked, found }];
}

#[test]
fn an_image_that_ec2_told_of_decides_by_its_own_architecture_and_size() {
    let (mut inventory, mut asked) = (method::inventory(), answers());
    image(&mut inventory, &mut asked, |found| {
        Some(FoundImage {
            architecture: "arm64".into(),
            ..found
        })
    });
    asked.control_plane.root_volume_gib = Some(29);
    let found = plan(&inventory, &asked).problems;
    let found = |id: &str| {
        let problem = found.iter().find(|problem| problem.id == id).unwrap();
        (problem.about.clone(), problem.why.clone())
    };
    assert_eq!(
        found("architecture-differs"),
        (
            About::ControlPlane,
            "the image is for arm64, the type is x86_64".into()
        )
    );
    assert_eq!(
        found("root-volume-too-small"),
        (
            About::ControlPlane,
            "the image's snapshot has 30 GiB, and EC2 refuses a smaller volume".into()
        )
    );
}

#[test]
fn only_standard_families_count_for_the_vcpu_quota() {
    let (mut inventory, mut asked) = (method::inventory(), answers());
    inventory.quotas.on_demand_vcpus = Some(11);
    let blocked = |inventory: &Inventory, asked: &Answers| {
        plan(inventory, asked)
            .problems
            .iter()
            .any(|problem| problem.id == "quota-vcpus-passed")
    };
    assert!(blocked(&inventory, &asked));
    let mut other = inventory.instance_type("t3.large").unwrap().clone();
    other.name = "inf2.xlarge".into();
    inventory.instance_types.push(other);
    asked.instance_groups[0].machine_type = "inf2.xlarge".into();
    assert!(!blocked(&inventory, &asked));
}

#[test]
fn spot_instances_count_for_the_spot_quota_and_the_rest_for_the_other() {
    let (mut inventory, mut asked) = (method::inventory(), answers());
    let group = &mut asked.instance_groups[0];
    (group.spot, group.min, group.max) = (true, 3, 6);
    // Three control-plane instances of 2 vCPUs on demand, three to six nodes of 2 vCPUs on the spot market.
    let mut found = |on_demand, spot| {
        inventory.quotas.on_demand_vcpus = Some(on_demand);
        inventory.quotas.spot_vcpus = Some(spot);
        let problems = plan(&inventory, &asked).problems;
        let quota = |problem: &&Problem| problem.id.starts_with("quota-");
        let found = problems.iter().filter(quota);
        found
            .map(|problem| (problem.id, problem.what.clone()))
            .collect::<Vec<_>>()
    };
    let what = |when: &str, vcpus: u32, limit: u32| {
        let kind = if limit == 11 { "Spot" } else { "On-Demand" };
        format!(
            "the instance groups {when} need {vcpus} {kind} vCPUs, and {limit} of {limit} are left"
        )
    };
    assert_eq!(found(6, 12), []);
    assert_eq!(
        found(5, 11),
        [
            ("quota-vcpus-passed", what("at their minimum", 6, 5)),
            ("quota-vcpus", what("at their maximum", 12, 11)),
        ]
    );
}

#[test]
fn what_others_run_counts_for_the_quota_and_the_clusters_own_does_not() {
    let (mut inventory, asked) = (method::inventory(), answers());
    inventory.quotas.on_demand_vcpus = Some(64);
    let of = |cluster: Option<&str>, on_demand| VcpusInUse {
        cluster: cluster.map(Untrusted::from),
        on_demand,
        spot: 1_000,
    };
    let mut found = |used: Option<Vec<VcpusInUse>>| {
        inventory.vcpus_in_use = used;
        let problems = plan(&inventory, &asked).problems.into_iter();
        let quota = |problem: &Problem| problem.id.starts_with("quota-");
        problems
            .filter(quota)
            .map(|problem| (problem.id, problem.what, problem.why))
            .collect::<Vec<_>>()
    };
    let why = |used: &str| {
        format!(
            "On-Demand vCPUs (L-1216C47A) is 64 for all standard families of the region together, and {used}; Auto Scaling starts no instance beyond it"
        )
    };
    // Twelve at the groups' minimum, eighteen at their maximum.
    assert_eq!(found(Some(vec![of(None, 40), of(Some("other"), 6)])), []);
    assert_eq!(found(Some(vec![of(Some("prod.example.com"), 60)])), []);
    assert_eq!(
        found(Some(vec![of(None, 47)])),
        [(
            "quota-vcpus",
            "the instance groups at their maximum need 18 On-Demand vCPUs, and 17 of 64 are left"
                .to_owned(),
            why("47 of them are in use by others now")
        )]
    );
    assert_eq!(
        found(Some(vec![of(None, 50), of(Some("other"), 3)])),
        [(
            "quota-vcpus-in-use",
            "the instance groups at their minimum need 12 On-Demand vCPUs, and 11 of 64 are left"
                .to_owned(),
            why("53 of them are in use by others now")
        )]
    );
    assert_eq!(found(None), []);
}

#[test]
fn private_blocks_hold_the_pods_of_the_types_that_were_asked_for() {
    let (mut inventory, mut asked) = (method::inventory(), answers());
    asked.networking = Networking::AmazonVpc;
    asked.instance_groups[0].machine_type = "m5.24xlarge".into();
    asked.instance_groups[0].max = 10;
    let block = |inventory: &Inventory, asked: &Answers| {
        plan(inventory, asked).plan.zones[0]
            .private
            .unwrap()
            .prefix_len()
    };
    // Not known: (3 + 10) × 36 addresses and 13.
    assert_eq!(block(&inventory, &asked), 23);
    let mut large = inventory.instance_type("t3.large").unwrap().clone();
    large.name = "m5.24xlarge".into();
    (large.interfaces, large.addresses_per_interface) = (Some(15), Some(50));
    inventory.instance_types.push(large);
    // 108 pods take three interfaces of 49, and one is in reserve: 3 × 36 + 10 × 200 and 13.
    assert_eq!(block(&inventory, &asked), 20);
    for kind in &mut inventory.instance_types {
        if kind.name == "t3.medium" {
            (kind.interfaces, kind.addresses_per_interface) = (Some(3), Some(6));
        }
    }
    asked.instance_groups[0].machine_type = "t3.medium".into();
    // (3 + 10) × 18 and 13: 247.
    assert_eq!(block(&inventory, &asked), 24);
    asked.zones[0].private_cidr = "172.20.64.0/26".parse().ok();
    let found = plan(&inventory, &asked).problems;
    let small = found
        .iter()
        .find(|problem| problem.id == "block-small-for-pods");
    assert_eq!(
        small.unwrap().why,
        "the CNI gives pods addresses of the subnet; full nodes of these types may take 103"
    );
}
