//! What EC2 and Service Quotas offer, against what the answers ask for.

use super::*;
use crate::core::inventory::{FoundImage, Image};
use crate::core::problem::About;

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
    let told = |id: &str| {
        let problem = found.iter().find(|problem| problem.id == id).unwrap();
        (problem.about.clone(), problem.why.clone())
    };
    assert_eq!(
        told("architecture-differs"),
        (
            About::ControlPlane,
            "the image is for arm64, the type is x86_64".into()
        )
    );
    assert_eq!(
        told("root-volume-too-small"),
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
        let told = problems.iter().filter(quota);
        told.map(|problem| (problem.id, problem.what.clone()))
            .collect::<Vec<_>>()
    };
    let what = |when: &str, vcpus: u32, limit: u32| {
        format!("the instance groups {when} need {vcpus} vCPUs, and the account may have {limit}")
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
