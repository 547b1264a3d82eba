//! The machine images that the answers name, found as kops finds them (`resolveImage` in its `awsup/aws_cloud.go`).

use aws_sdk_ec2::operation::describe_images::builders::DescribeImagesFluentBuilder;
use aws_sdk_ec2::types::{self as ec2, Filter, ImageState};
use tokio::task::JoinSet;

use super::Account;
use super::errors::AwsFailure;
use crate::core::inventory::{FoundImage, Image, MissingFact};
use crate::core::text::untrusted::{Untrusted, visible};

/// What answers may name; more are left unknown, so that a long file costs no more calls than EC2 gives.
const ASKED: usize = 20;
const ACTION: &str = "ec2:DescribeImages";

impl Account {
    /// What EC2 says of the images of these names, sorted by name; what could not be asked is a [`MissingFact`].
    pub async fn images(&self, names: &[String]) -> (Vec<Image>, Vec<MissingFact>) {
        let (mut found, mut missing) = (Vec::new(), Vec::new());
        let mut asking = JoinSet::new();
        for (at, name) in distinct(names).into_iter().enumerate() {
            if at >= ASKED {
                missing.push(not_asked(&name));
                continue;
            }
            let account = self.clone();
            asking.spawn(async move { (account.image(&name).await, name) });
        }
        while let Some(answer) = asking.join_next().await {
            match answer {
                Ok((Ok(known), asked)) => found.push(Image {
                    asked,
                    found: known,
                }),
                Ok((Err(failure), name)) => missing.push(unread(&name, &failure)),
                // It panicked, and a panic ends the program.
                Err(_) => {}
            }
        }
        found.sort_by(|left: &Image, right| left.asked.cmp(&right.asked));
        missing.sort_by(|left: &MissingFact, right| left.fact.cmp(&right.fact));
        (found, missing)
    }

    /// The id that the name of an image stands for at this moment, as kops finds it; else why it is not known, with the IAM
    /// action that would allow reading it.
    pub async fn image_id(&self, name: &str) -> Result<String, (String, &'static str)> {
        if let Some(parameter) = name.strip_prefix("ssm:") {
            let value = self.parameter(parameter).await;
            return value.map_err(|why| (why, super::parameter::ACTION));
        }
        match self.newest(name).await {
            Ok(Some(image)) => image
                .image_id
                .ok_or_else(|| (without("id").message().shown(), ACTION)),
            Ok(None) => Ok("none that this account sees".to_owned()),
            Err(failure) => Err((failure.message().shown(), ACTION)),
        }
    }

    async fn image(&self, asked: &str) -> Result<Option<FoundImage>, AwsFailure> {
        self.newest(asked).await?.map(fact).transpose()
    }

    async fn newest(&self, asked: &str) -> Result<Option<ec2::Image>, AwsFailure> {
        let call = named(self.ec2.describe_images(), asked);
        let mut pages = call.into_paginator().items().send();
        let mut newest: Option<ec2::Image> = None;
        while let Some(one) = pages.next().await {
            let one = match self.judged(one) {
                Err(AwsFailure::Call { code, .. }) if is_unknown(&code) => return Ok(None),
                answer => answer?,
            };
            // Moments of EC2 are all written alike, in UTC, so that they sort as text.
            if newest
                .as_ref()
                .is_none_or(|known| known.creation_date < one.creation_date)
            {
                newest = Some(one);
            }
        }
        Ok(newest)
    }
}

fn is_unknown(code: &str) -> bool {
    code.starts_with("InvalidAMIID")
}

fn distinct(names: &[String]) -> Vec<String> {
    let mut names = names.to_vec();
    names.sort();
    names.dedup();
    names
}

fn named(call: DescribeImagesFluentBuilder, asked: &str) -> DescribeImagesFluentBuilder {
    if asked.starts_with("ami-") {
        return call.image_ids(asked);
    }
    let (owner, name) = asked.split_once('/').unwrap_or(("self", asked));
    call.owners(account_of(owner))
        .filters(Filter::builder().name("name").values(name).build())
}

// kops's own words for well-known owners (aws_cloud.go, `ResolveImageOwnerAlias`).
fn account_of(owner: &str) -> &str {
    match owner {
        "amazon" | "amazon.com" => "137112412989",
        "debian" | "debian11" => "136693071363",
        "flatcar" => "075585003325",
        "redhat" | "redhat.com" => "309956199498",
        "rocky" | "rockylinux" => "792107900819",
        "ubuntu" => "099720109477",
        own => own,
    }
}

// An image that exists, but lacks a field that EC2 always gives: unknown, not absent.
fn without(what: &str) -> AwsFailure {
    AwsFailure::Call {
        code: String::new(),
        message: format!("EC2 described the image without its {what}").into(),
    }
}

fn fact(from: ec2::Image) -> Result<FoundImage, AwsFailure> {
    let root = from.root_device_name.as_deref();
    let mut devices = from.block_device_mappings.iter().flatten();
    let volume = devices
        .find(|device| device.device_name() == root)
        .and_then(|device| device.ebs()?.volume_size());
    let architecture = from.architecture.ok_or_else(|| without("architecture"))?;
    Ok(FoundImage {
        name: from.name.map(Untrusted::new),
        architecture: architecture.as_str().to_owned(),
        available: from
            .state
            .is_none_or(|state| state == ImageState::Available),
        root_volume_gib: volume.and_then(|gib| u32::try_from(gib).ok()),
        id: from.image_id.ok_or_else(|| without("id"))?,
    })
}

fn unread(name: &str, failure: &AwsFailure) -> MissingFact {
    failure.leaves_unknown(words(name), ACTION)
}

fn not_asked(name: &str) -> MissingFact {
    MissingFact::not_asked(words(name), ACTION, "the answers name too many images")
}

fn words(name: &str) -> String {
    format!("image {}", visible(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_without_its_architecture_is_unknown_and_not_absent() {
        let image = ec2::Image::builder().image_id("ami-1");
        assert_eq!(fact(image.build()), Err(without("architecture")));
        let whole = ec2::Image::builder()
            .image_id("ami-1")
            .architecture(ec2::ArchitectureValues::Arm64);
        let found = FoundImage {
            id: "ami-1".to_owned(),
            name: None,
            architecture: "arm64".to_owned(),
            available: true,
            root_volume_gib: None,
        };
        assert_eq!(fact(whole.build()), Ok(found));
    }
}
