//! What instances cost: AWS's price list for On-Demand Instances, kept on disk for a day, and what Spot Instances cost now.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use aws_sdk_ec2::primitives::DateTime;
use aws_sdk_ec2::types::{Instance, InstanceLifecycleType, InstanceType, SpotPrice};
use futures_util::{StreamExt, stream};
use serde::{Deserialize, Serialize};

use super::Account;
use super::cluster::{CLUSTER, filter_by};
use super::errors::{AwsFailure, is_throttled};
use super::json_call::JsonCall;
use crate::core::fault::Fault;
use crate::core::inventory::{MissingFact, Unread};
use crate::core::price::{ClusterPrices, HourlyPrice, PriceList};
use crate::core::text::untrusted::Untrusted;
use crate::core::unix_time::UnixTime;
use crate::io::settings::{cache_folder, variable};
use crate::io::{clock, files};

const PRODUCTS: &str = "pricing:GetProducts";
const TARGET: &str = "AWSPriceListService.GetProducts";
/// What is unknown without it.
const TYPES: &str = "prices of the instance types";
const SPOT_PRICES: &str = "ec2:DescribeSpotPriceHistory";
const INSTANCES: &str = "ec2:DescribeInstances";
/// The price lists of all regions are served from here (AWS Billing user guide, "Price List Query API endpoint").
const SERVED_FROM: &str = "us-east-1";
/// Partitions of which that endpoint has no prices, or does not take the credentials.
const OTHER_PARTITIONS: [&str; 4] = ["cn-", "us-gov-", "us-iso", "eu-isoe-"];
/// A page has 100 products of some 10 KiB at most.
const LONGEST: usize = 4 << 20;
/// A type has one product that fits, a region about a thousand; more pages than this are not their prices.
const PAGES: usize = 40;
const AT_ONCE: usize = 4;
const ATTEMPTS: u32 = 4;
const BACKOFF: Duration = Duration::from_millis(300);
/// How long what was read is believed.
const BELIEVED: Duration = Duration::from_hours(24);
/// Of the kept file; raised when what is in it changes.
const FORM: u32 = 2;

/// The attributes of the one product that is an On-Demand Instance as kops launches it.
const PRODUCT: [(&str, &str); 6] = [
    ("capacitystatus", "Used"),
    ("marketoption", "OnDemand"),
    ("operatingSystem", "Linux"),
    ("operation", "RunInstances"),
    ("preInstalledSw", "NA"),
    ("tenancy", "Shared"),
];

#[derive(Deserialize)]
struct ProductsPage {
    /// Each a JSON document of its own.
    #[serde(rename = "PriceList", default)]
    products: Vec<String>,
    #[serde(rename = "NextToken", default)]
    next: Option<String>,
}

#[derive(Deserialize)]
struct PricedProduct {
    #[serde(default)]
    product: ProductOf,
    terms: PriceTerms,
}

#[derive(Default, Deserialize)]
struct ProductOf {
    #[serde(default)]
    attributes: ProductAttributes,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProductAttributes {
    #[serde(default)]
    instance_type: String,
}

#[derive(Deserialize)]
struct PriceTerms {
    #[serde(rename = "OnDemand", default)]
    on_demand: BTreeMap<String, PriceOffer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PriceOffer {
    price_dimensions: BTreeMap<String, PriceDimension>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PriceDimension {
    unit: String,
    price_per_unit: BTreeMap<String, String>,
}

/// What is kept on disk.
#[derive(Debug, Serialize, Deserialize)]
struct CachedPrices {
    region: String,
    endpoint: Option<String>,
    /// When the first of them was read.
    read: u64,
    /// Whether all types of the region were asked for.
    whole: bool,
    prices: BTreeMap<String, HourlyPrice>,
}

impl CachedPrices {
    fn of_nothing(region: &str) -> Self {
        Self {
            region: region.to_owned(),
            endpoint: endpoint(),
            read: clock::unix_millis(),
            whole: false,
            prices: BTreeMap::new(),
        }
    }

    fn into_list(self, missing: Vec<MissingFact>) -> PriceList {
        PriceList {
            read: Some(UnixTime(self.read)),
            on_demand: self.prices,
            missing,
            ..PriceList::default()
        }
    }

    fn is_current(&self, region: &str) -> bool {
        let age = clock::unix_millis().checked_sub(self.read);
        let current = age.is_some_and(|age| Duration::from_millis(age) < BELIEVED);
        current && self.region == region && self.endpoint == endpoint()
    }
}

impl Account {
    /// The prices of a cluster's instances, which are of these types and have these ids. What is refused is missing.
    pub async fn cluster_prices(
        &self,
        cluster: &str,
        types: &[String],
        instances: &[String],
    ) -> ClusterPrices {
        let (mut list, found) =
            tokio::join!(self.on_demand_prices(types), self.spot_instances(cluster));
        let mut prices = ClusterPrices::default();
        match found {
            Ok(found) => {
                let types: BTreeSet<&str> = found.iter().filter_map(type_of).collect();
                match self.spot_prices(&types).await {
                    Ok(spot) => list.spot = spot,
                    Err(fact) => list.missing.push(fact),
                }
                let ids = found.into_iter().filter_map(|one| one.instance_id);
                prices.spot = ids.map(Untrusted::new).collect();
                let ids = instances.iter().map(|id| Untrusted::new(id.as_str()));
                prices.instances = ids.collect();
            }
            Err(fact) => list.missing.push(fact),
        }
        prices.list = list;
        prices
    }

    /// What On-Demand Instances of these types cost, for Linux and shared tenancy: those that were read within a day from the
    /// disk, the others from AWS, four at once.
    pub async fn on_demand_prices(&self, types: &[String]) -> PriceList {
        let (file, mut cached) = self.kept_prices();
        let known = |kind: &&String| cached.whole || cached.prices.contains_key(kind.as_str());
        let (_, wanted): (Vec<&String>, Vec<&String>) = types.iter().partition(known);
        let mut missing = Vec::new();
        if !wanted.is_empty() {
            match self.ask_for_prices(&wanted).await {
                Ok(found) => {
                    cached.prices.extend(found);
                    keep(file, &cached);
                }
                Err(fact) => missing.push(fact),
            }
        }
        cached.into_list(missing)
    }

    /// The same of all types of the region, a hundred with each call.
    pub async fn region_prices(&self) -> PriceList {
        let (file, cached) = self.kept_prices();
        if cached.whole {
            return cached.into_list(Vec::new());
        }
        let asked = match self.is_priced() {
            Ok(()) => self
                .priced_products(None)
                .await
                .map_err(|failure| unpriced(&failure)),
            Err(fact) => Err(fact),
        };
        match asked {
            Ok(prices) => {
                let all = CachedPrices {
                    whole: true,
                    prices,
                    ..CachedPrices::of_nothing(&self.region)
                };
                keep(file, &all);
                all.into_list(Vec::new())
            }
            Err(fact) => cached.into_list(vec![fact]),
        }
    }

    fn is_priced(&self) -> Result<(), MissingFact> {
        let mut others = OTHER_PARTITIONS.iter();
        if !others.any(|start| self.region.starts_with(start)) {
            return Ok(());
        }
        let why = "the price list that is asked has none of this partition";
        Err(MissingFact::not_asked(TYPES.to_owned(), PRODUCTS, why))
    }

    // The first refusal is that of all.
    async fn ask_for_prices(
        &self,
        types: &[&String],
    ) -> Result<BTreeMap<String, HourlyPrice>, MissingFact> {
        self.is_priced()?;
        let asked: Vec<_> = types
            .iter()
            .map(|kind| self.priced_products(Some(kind.as_str())))
            .collect();
        let mut answers = stream::iter(asked).buffer_unordered(AT_ONCE);
        let mut found = BTreeMap::new();
        while let Some(prices) = answers.next().await {
            found.extend(prices.map_err(|failure| unpriced(&failure))?);
        }
        Ok(found)
    }

    // Of one type, or of all; of several products of a type the cheapest counts.
    async fn priced_products(
        &self,
        instance_type: Option<&str>,
    ) -> Result<BTreeMap<String, HourlyPrice>, AwsFailure> {
        let mut next = None;
        let mut found: BTreeMap<String, HourlyPrice> = BTreeMap::new();
        for _ in 0..PAGES {
            let body = question(instance_type, &self.region, next.as_deref());
            let text = self.ask_price_list(&body).await?;
            let page: ProductsPage =
                serde_json::from_str(&text).map_err(|error| AwsFailure::Call {
                    code: String::new(),
                    message: Untrusted::new(error.to_string()),
                })?;
            for (kind, price) in page.products.iter().filter_map(|text| hourly_price(text)) {
                let least = found.entry(kind).or_insert(price);
                *least = price.min(*least);
            }
            next = page.next.filter(|token| !token.is_empty());
            if next.is_none() {
                break;
            }
        }
        Ok(found)
    }

    async fn ask_price_list(&self, body: &str) -> Result<String, AwsFailure> {
        let call = JsonCall {
            service: "pricing",
            words: "the price list",
            region: SERVED_FROM,
            target: TARGET,
            endpoint: endpoint()
                .unwrap_or_else(|| format!("https://api.pricing.{SERVED_FROM}.amazonaws.com")),
            longest: LONGEST,
        };
        for attempt in 1..ATTEMPTS {
            match self.call_json(&call, body).await {
                Err(failure) if is_throttled(&failure) => {
                    tokio::time::sleep(BACKOFF * attempt).await;
                }
                answer => return answer,
            }
        }
        self.call_json(&call, body).await
    }

    async fn spot_instances(&self, cluster: &str) -> Result<Vec<Instance>, MissingFact> {
        let filters = vec![
            filter_by("instance-lifecycle", ["spot"]),
            filter_by(format!("tag:{CLUSTER}"), [cluster]),
        ];
        let found = self.instances_with(filters).await;
        let mut found = found.map_err(|failure| {
            let fact = "purchase options of the instances".to_owned();
            failure.leaves_unknown(fact, INSTANCES)
        })?;
        // A server that does not know the filter gives the others too.
        found.retain(|one| one.instance_lifecycle() == Some(&InstanceLifecycleType::Spot));
        Ok(found)
    }

    async fn spot_prices(
        &self,
        types: &BTreeSet<&str>,
    ) -> Result<BTreeMap<(String, String), HourlyPrice>, MissingFact> {
        if types.is_empty() {
            return Ok(BTreeMap::new());
        }
        let types = types.iter().map(|kind| InstanceType::from(*kind)).collect();
        // From now on: what is valid now (EC2 API reference).
        let call = self
            .ec2
            .describe_spot_price_history()
            .set_instance_types(Some(types))
            .product_descriptions("Linux/UNIX")
            .start_time(DateTime::from(SystemTime::now()));
        let pages = call.into_paginator().items();
        let found: Result<Vec<SpotPrice>, AwsFailure> =
            self.judged(pages.send().try_collect().await);
        let mut found = found.map_err(|failure| {
            failure.leaves_unknown("prices of the Spot Instances".to_owned(), SPOT_PRICES)
        })?;
        // The newest of a type and a zone stays.
        found.sort_by_key(|one| one.timestamp);
        Ok(found.iter().filter_map(spot_price).collect())
    }

    fn price_file(&self) -> Option<PathBuf> {
        let name = format!("{}.{FORM}.json", self.region);
        Some(cache_folder()?.join("prices").join(name))
    }

    // With the file that they are kept in.
    fn kept_prices(&self) -> (Option<PathBuf>, CachedPrices) {
        let file = self.price_file();
        let bytes = file.as_ref().and_then(|file| fs::read(file).ok());
        let kept = bytes.and_then(|bytes| serde_json::from_slice::<CachedPrices>(&bytes).ok());
        let kept = kept.filter(|kept| kept.is_current(&self.region));
        let cached = kept.unwrap_or_else(|| CachedPrices::of_nothing(&self.region));
        (file, cached)
    }
}

/// The prices of an account that cannot be asked.
pub fn unread_prices(fault: &Fault) -> PriceList {
    let fact = MissingFact {
        fact: TYPES.to_owned(),
        action: PRODUCTS.to_owned(),
        reason: Untrusted::new(fault.what.as_str()),
        cause: Unread::Failed,
    };
    PriceList {
        missing: vec![fact],
        ..PriceList::default()
    }
}

fn unpriced(failure: &AwsFailure) -> MissingFact {
    failure.leaves_unknown(TYPES.to_owned(), PRODUCTS)
}

// A cache that cannot be written costs time later and nothing else.
fn keep(file: Option<PathBuf>, prices: &CachedPrices) {
    let Some(file) = file else {
        return;
    };
    if let (Some(folder), Ok(bytes)) = (file.parent(), serde_json::to_vec(prices)) {
        let _ =
            files::private_folder(folder).and_then(|()| files::write_whole(&file, &bytes, 0o600));
    }
}

fn question(instance_type: Option<&str>, region: &str, next: Option<&str>) -> String {
    let one = instance_type.map(|kind| ("instanceType", kind));
    let own = one.into_iter().chain([("regionCode", region)]);
    let filters: Vec<serde_json::Value> = own
        .chain(PRODUCT)
        .map(|(field, value)| {
            serde_json::json!({ "Type": "TERM_MATCH", "Field": field, "Value": value })
        })
        .collect();
    let mut body = serde_json::json!({
        "ServiceCode": "AmazonEC2",
        "FormatVersion": "aws_v1",
        "Filters": filters,
    });
    if let (Some(next), Some(fields)) = (next, body.as_object_mut()) {
        fields.insert("NextToken".to_owned(), next.into());
    }
    body.to_string()
}

// A product that is part of something else costs nothing itself.
fn hourly_price(product: &str) -> Option<(String, HourlyPrice)> {
    let product: PricedProduct = serde_json::from_str(product).ok()?;
    let kind = product.product.attributes.instance_type;
    let offers = product.terms.on_demand.values();
    let dimensions = offers.flat_map(|offer| offer.price_dimensions.values());
    let hours = dimensions.filter(|one| one.unit == "Hrs");
    let prices = hours.filter_map(|one| HourlyPrice::parse(one.price_per_unit.get("USD")?));
    let price = prices.filter(|price| price.0 > 0).min()?;
    (!kind.is_empty()).then_some((kind, price))
}

fn type_of(instance: &Instance) -> Option<&str> {
    instance.instance_type().map(InstanceType::as_str)
}

fn spot_price(from: &SpotPrice) -> Option<((String, String), HourlyPrice)> {
    let key = (
        from.instance_type()?.as_str().to_owned(),
        from.availability_zone()?.to_owned(),
    );
    Some((key, HourlyPrice::parse(from.spot_price()?)?))
}

// Another endpoint may be another world.
fn endpoint() -> Option<String> {
    variable("AWS_ENDPOINT_URL_PRICING").or_else(|| variable("AWS_ENDPOINT_URL"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_product_only_hours_in_dollars_count() {
        let product = |unit: &str, price: &str| {
            format!(
                r#"{{"product":{{"attributes":{{"instanceType":"t3.large"}}}},"terms":{{"OnDemand":{{"A.B":{{"priceDimensions":{{"A.B.C":{{"unit":"{unit}","pricePerUnit":{{{price}}}}}}}}}}}}}}}"#
            )
        };
        let cases = [
            (product("Hrs", r#""USD":"0.0832000000""#), Some(83_200)),
            (product("Hrs", r#""USD":"0.0000000000""#), None),
            (product("Quantity", r#""USD":"3000""#), None),
            (product("Hrs", r#""CNY":"0.5""#), None),
            (r#"{"terms":{"Reserved":{}}}"#.to_owned(), None),
            ("nothing".to_owned(), None),
        ];
        for (text, wanted) in cases {
            let wanted = wanted.map(|price| ("t3.large".to_owned(), HourlyPrice(price)));
            assert_eq!(hourly_price(&text), wanted, "{text}");
        }
    }
}
