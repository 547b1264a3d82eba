//! Which region: the command line's, else AWS's own variables and files; the metadata service only when asked for.

use aws_config::Region;
use aws_config::imds::region::ImdsRegionProvider;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::ProfileFileRegionProvider;

use crate::core::fault::Fault;
use crate::core::text::untrusted::visible;
use crate::io::settings::{Settings, variable};

/// Regions of the standard, China and `GovCloud` partitions, only to guess what a misspelt name meant.
pub(super) const KNOWN: [&str; 38] = [
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "cn-north-1",
    "cn-northwest-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-gov-east-1",
    "us-gov-west-1",
    "us-west-1",
    "us-west-2",
];

/// The region to work in; a Fault when none is set or the name cannot be one.
pub(super) async fn resolve(settings: &Settings, metadata: bool) -> Result<Region, Fault> {
    let profile = super::profile::name(settings)?;
    let region = chain(settings, profile, metadata).region().await;
    let region = region.ok_or_else(unset)?;
    if is_region_name(region.as_ref()) {
        Ok(region)
    } else {
        Err(not_a_region(region.as_ref()))
    }
}

// The order of the AWS CLI, which takes an empty variable for one that is not set; the SDK's own provider does not.
fn chain(settings: &Settings, profile: Option<String>, metadata: bool) -> RegionProviderChain {
    let mut file = ProfileFileRegionProvider::builder();
    if let Some(profile) = profile {
        file = file.profile_name(profile);
    }
    let named = settings.region.clone().filter(|name| !name.is_empty());
    let variables = || variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION"));
    let named = named.or_else(variables).map(Region::new);
    let chain = RegionProviderChain::first_try(named).or_else(file.build());
    if metadata {
        chain.or_else(ImdsRegionProvider::builder().build())
    } else {
        chain
    }
}

fn unset() -> Fault {
    Fault::new(
        "no AWS region is set",
        "neither --region, AWS_REGION, AWS_DEFAULT_REGION nor the AWS profile names one",
        "add --region us-east-1 (your region), or run: export AWS_REGION=us-east-1",
    )
}

fn not_a_region(name: &str) -> Fault {
    let guess = guess_of(name);
    Fault::new(
        format!("{:?} is not the name of an AWS region", visible(name)),
        "a region is written like us-east-1: words in small letters and a number, joined by hyphens",
        format!("correct --region, AWS_REGION or the AWS profile{guess}"),
    )
}

/// `; the nearest region is NAME`, when the name is unknown and one is near.
pub(super) fn guess_of(name: &str) -> String {
    nearest(name).map_or_else(String::new, |near| {
        format!("; the nearest region is {near}")
    })
}

// Endpoint names are built from it, so anything else would ask a host that is not AWS's.
fn is_region_name(name: &str) -> bool {
    let parts: Vec<&str> = name.split('-').collect();
    let word = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    let number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match parts.split_last() {
        Some((last, words)) => words.len() >= 2 && words.iter().all(word) && number(last),
        None => false,
    }
}

// A name longer than any region is simply far.
fn nearest(name: &str) -> Option<&'static str> {
    let known = KNOWN.iter().filter(|_| name.len() <= 32);
    let distances = known.map(|known| (*known, strsim::levenshtein(name, known)));
    let (near, distance) = distances.min_by_key(|(_, distance)| *distance)?;
    (1..=2).contains(&distance).then_some(near)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_has_words_and_a_number() {
        let good = [
            "us-east-1",
            "us-gov-west-1",
            "ap-southeast-10",
            "xx-nowhere-9",
        ];
        let bad = [
            "",
            "us-east",
            "us-east-1a",
            "US-EAST-1",
            "us_east_1",
            "a.b/c-1",
            "us--1",
            "-east-1",
        ];
        assert!(good.iter().all(|name| is_region_name(name)));
        assert_eq!(bad.iter().filter(|name| is_region_name(name)).count(), 0);
    }

    #[test]
    fn a_misspelt_region_is_guessed_and_a_known_one_is_not() {
        assert_eq!(nearest("us-esat-1"), Some("us-east-1"));
        assert_eq!(nearest("eu-centrall-1"), Some("eu-central-1"));
        assert_eq!(nearest("us-east-1"), None);
        assert_eq!(nearest("xx-nowhere-9"), None);
        assert_eq!(nearest(&"x".repeat(1000)), None);
    }
}
