//! Instance types that kops can use and the zones that offer them, kept on disk for a day.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_sdk_ec2::types::{
    Filter, InstanceTypeInfo, InstanceTypeOffering, LocationType, NetworkInfo,
};
use serde::{Deserialize, Serialize};

use super::Account;
use super::errors::AwsFailure;
use crate::core::fault::Fault;
use crate::core::inventory::{InstanceType, MissingFact};
use crate::io::files;
use crate::io::settings::{cache_folder, variable};

/// How long what was read is believed.
const BELIEVED: Duration = Duration::from_hours(24);
/// Of the kept file; raised with each fact or type that is added, so that none is missing for a day.
const FORM: u32 = 3;
/// `DescribeInstanceTypes` gives 100 per page at most, offerings 1,000 (EC2 API reference).
const PAGE_OF_TYPES: i32 = 100;
const PAGE_OF_OFFERINGS: i32 = 1000;

/// What is offered in the region, in every zone of it, and how old that knowledge is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offered {
    /// Sorted by name; empty when they could not be read.
    pub types: Vec<InstanceType>,
    /// Zero when it was just read.
    pub age: Duration,
    pub missing: Vec<MissingFact>,
}

/// Whether what was read before may be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Freshness {
    /// What is on the disk, for a day.
    #[default]
    Kept,
    /// Read again now.
    New,
}

#[derive(Debug, Serialize, Deserialize)]
struct CachedInstanceTypes {
    region: String,
    account: String,
    endpoint: Option<String>,
    /// Seconds since 1970.
    read_at: u64,
    types: Vec<InstanceType>,
}

impl Account {
    /// The types of the current generation with x86-64 or Arm that are offered in a zone of the region, from the disk when
    /// they were read within 24 hours for the same account and region. A refused call is a [`MissingFact`]; a Fault when
    /// AWS accepts no call at all or does not answer.
    pub async fn instance_types(&self, freshness: Freshness) -> Result<Offered, Fault> {
        // A zone's name means another place in another account: of one that is not known nothing is kept.
        let account = self.who().await.ok().map(|who| who.account);
        let place = account.and_then(|account| Some((file_of(&account, &self.region)?, account)));
        let kept = place.as_ref();
        let kept = kept.and_then(|(file, account)| self.kept(file, account));
        if let (Some(kept), Freshness::Kept) = (kept, freshness) {
            return Ok(kept);
        }
        let offered = self.ask_for_types().await?;
        if let (Some((file, account)), true) = (place, offered.missing.is_empty()) {
            self.keep(&file, account, &offered.types);
        }
        Ok(offered)
    }

    fn kept(&self, file: &Path, account: &str) -> Option<Offered> {
        let kept: CachedInstanceTypes = serde_json::from_slice(&fs::read(file).ok()?).ok()?;
        let age = Duration::from_secs(now().checked_sub(kept.read_at)?);
        let same =
            kept.region == self.region && kept.account == account && kept.endpoint == endpoint();
        (same && age < BELIEVED).then_some(Offered {
            types: kept.types,
            age,
            missing: Vec::new(),
        })
    }

    // A cache that cannot be written costs time later and nothing else.
    fn keep(&self, file: &Path, account: String, types: &[InstanceType]) {
        let region = self.region.clone();
        let kept = CachedInstanceTypes {
            region,
            account,
            endpoint: endpoint(),
            read_at: now(),
            types: types.to_vec(),
        };
        if let (Some(folder), Ok(bytes)) = (file.parent(), serde_json::to_vec(&kept)) {
            let _ = files::private_folder(folder)
                .and_then(|()| files::write_whole(file, &bytes, 0o600));
        }
    }

    // The two architectures side by side: it takes a page for each hundred types, one after the other.
    async fn ask_for_types(&self) -> Result<Offered, Fault> {
        let (x86, arm, offerings) =
            tokio::join!(self.types("x86_64"), self.types("arm64"), self.offerings());
        let types = x86.and_then(|x86| Ok([x86, arm?].concat()));
        let mut missing = Vec::new();
        let types = or_missing(
            types,
            &mut missing,
            "instance types",
            "ec2:DescribeInstanceTypes",
        )?;
        let offerings = or_missing(
            offerings,
            &mut missing,
            "zones of the instance types",
            "ec2:DescribeInstanceTypeOfferings",
        )?;
        let types = match (types, offerings) {
            (Some(types), Some(offerings)) => joined(types, offerings),
            _ => Vec::new(),
        };
        Ok(Offered {
            types,
            age: Duration::ZERO,
            missing,
        })
    }

    async fn types(&self, architecture: &str) -> Result<Vec<InstanceTypeInfo>, AwsFailure> {
        let call = self.ec2.describe_instance_types().filters(filter(
            "processor-info.supported-architecture",
            architecture,
        ));
        let pages = call.into_paginator().page_size(PAGE_OF_TYPES).items();
        self.judged(pages.send().try_collect().await)
    }

    async fn offerings(&self) -> Result<Vec<InstanceTypeOffering>, AwsFailure> {
        let call = self
            .ec2
            .describe_instance_type_offerings()
            .location_type(LocationType::AvailabilityZone);
        let pages = call.into_paginator().page_size(PAGE_OF_OFFERINGS).items();
        self.judged(pages.send().try_collect().await)
    }
}

fn or_missing<T>(
    answer: Result<T, AwsFailure>,
    missing: &mut Vec<MissingFact>,
    fact: &str,
    action: &str,
) -> Result<Option<T>, Fault> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(AwsFailure::Account(fault) | AwsFailure::Unreachable(fault)) => Err(fault),
        Err(failure) => {
            missing.push(failure.leaves_unknown(fact.to_owned(), action));
            Ok(None)
        }
    }
}

fn filter(name: &str, value: &str) -> Filter {
    Filter::builder().name(name).values(value).build()
}

// A type that none of the zones offers is left out: it cannot be chosen.
fn joined(types: Vec<InstanceTypeInfo>, offerings: Vec<InstanceTypeOffering>) -> Vec<InstanceType> {
    let mut zones: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for one in offerings {
        if let (Some(kind), Some(zone)) = (one.instance_type, one.location) {
            zones
                .entry(kind.as_str().to_owned())
                .or_default()
                .insert(zone);
        }
    }
    let mut found: Vec<InstanceType> = types
        .into_iter()
        .filter_map(|kind| instance_type(&kind, &zones))
        .collect();
    found.sort_by(|left, right| left.name.cmp(&right.name));
    found.dedup_by(|left, right| left.name == right.name);
    found
}

fn instance_type(
    from: &InstanceTypeInfo,
    zones: &BTreeMap<String, BTreeSet<String>>,
) -> Option<InstanceType> {
    let name = from.instance_type()?.as_str();
    let usable = |kind: &&str| matches!(*kind, "x86_64" | "arm64");
    let mut architectures: Vec<String> = from
        .processor_info()?
        .supported_architectures()
        .iter()
        .map(aws_sdk_ec2::types::ArchitectureType::as_str)
        .filter(usable)
        .map(str::to_owned)
        .collect();
    architectures.sort();
    let count = |number: Option<i32>| number.and_then(|number| u32::try_from(number).ok());
    let network = from.network_info();
    Some(InstanceType {
        zones: zones.get(name)?.iter().cloned().collect(),
        name: name.to_owned(),
        vcpus: u32::try_from(from.v_cpu_info()?.default_v_cpus()?).ok()?,
        memory_mib: u64::try_from(from.memory_info()?.size_in_mib()?).ok()?,
        architectures,
        interfaces: count(network.and_then(NetworkInfo::maximum_network_interfaces)),
        addresses_per_interface: count(network.and_then(NetworkInfo::ipv4_addresses_per_interface)),
    })
}

// An account number is digits and a region was checked, so neither can lead out of the folder.
fn file_of(account: &str, region: &str) -> Option<PathBuf> {
    let account: String = account
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    if account.is_empty() {
        return None;
    }
    Some(
        cache_folder()?
            .join("instance-types")
            .join(format!("{account}-{region}.{FORM}.json")),
    )
}

// Another endpoint may be another world with the same account number.
fn endpoint() -> Option<String> {
    variable("AWS_ENDPOINT_URL_EC2").or_else(|| variable("AWS_ENDPOINT_URL"))
}

fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}
