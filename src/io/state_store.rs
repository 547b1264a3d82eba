//! The bucket that kops keeps its clusters in: reachable, versioned, and which clusters it holds.

mod guard;
mod lock;
mod objects;
mod place;
mod spec;

use std::time::Duration;

use aws_sdk_s3::config::{Credentials, Region};
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::head_bucket::HeadBucketError;
use aws_sdk_s3::types::BucketVersioningStatus;
use aws_sdk_s3::{Client, config};
pub use guard::{GUARD, StateLock, guard};
pub use lock::{LockObject, LockOwner};
pub use objects::read_objects;
use place::parse;
pub use place::unset;
use serde::Serialize;
use tokio::task::JoinSet;

use super::aws::{Account, AwsFailure, NoRoute, failure_of};
use super::settings::variable;
use crate::core::fault::Fault;
use crate::core::text::untrusted::Untrusted;

/// A place in S3 for kops's state.
#[derive(Clone, Debug)]
pub struct StateStore {
    client: Client,
    bucket: String,
    /// Without a slash at its end; empty for the whole bucket.
    prefix: String,
    account_region: String,
    /// The bucket's own region, once it is known.
    region: Option<String>,
}

/// Whether a bucket keeps the versions of what it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "state", content = "said")]
pub enum Versioning {
    Enabled,
    Off,
    /// It could not be read; the text is S3's own.
    Unknown(Untrusted),
}

/// What is known of the bucket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Bucket {
    pub name: String,
    /// `None` when S3 did not say.
    pub region: Option<String>,
    pub versioning: Versioning,
}

/// So many questions at once: more at a time and S3 asks to slow down.
const AT_ONCE: usize = 32;
const LONGEST_LISTING: Duration = Duration::from_mins(1);

impl StateStore {
    /// The store at `s3://BUCKET` or `s3://BUCKET/PREFIX`; asks nothing yet. A Fault when the text is not that form.
    pub fn open(account: &Account, place: &str) -> Result<Self, Fault> {
        let (bucket, prefix) = parse(place)?;
        Ok(Self {
            client: client(account, None),
            bucket,
            prefix,
            account_region: account.region().to_owned(),
            region: None,
        })
    }

    /// Asks S3 for the bucket, its region and its versioning. A Fault when it does not exist, belongs to another account,
    /// may not be read, or S3 does not answer.
    pub async fn check(&mut self, account: &Account) -> Result<Bucket, Fault> {
        self.head(account).await?;
        let answer = self
            .client
            .get_bucket_versioning()
            .bucket(&self.bucket)
            .send()
            .await;
        let versioning = match answer {
            Ok(answer) if answer.status == Some(BucketVersioningStatus::Enabled) => {
                Versioning::Enabled
            }
            Ok(_) => Versioning::Off,
            Err(error) => match failure_of(&error, &self.account_region) {
                AwsFailure::Account(fault) => return Err(fault),
                failure => Versioning::Unknown(failure.message()),
            },
        };
        Ok(Bucket {
            name: self.bucket.clone(),
            region: self.region.clone(),
            versioning,
        })
    }

    /// The clusters in the store, sorted: the folders that hold a `config` object, as kops writes them
    /// (pkg/client/simple/vfsclientset). A Fault as of [`StateStore::check`].
    pub async fn clusters(&mut self, account: &Account) -> Result<Vec<String>, Fault> {
        self.head(account).await?;
        let listing = tokio::time::timeout(LONGEST_LISTING, self.listed());
        listing
            .await
            .map_err(|_| self.slow())?
            .map_err(|failure| self.fault(failure))
    }

    /// Whether the store has a cluster of this name: one question, however many clusters there are.
    pub async fn holds(&mut self, account: &Account, cluster: &str) -> Result<bool, Fault> {
        self.head(account).await?;
        let asked = tokio::time::timeout(LONGEST_LISTING, self.has_config(cluster));
        asked
            .await
            .map_err(|_| self.slow())?
            .map_err(|failure| self.fault(failure))
    }

    async fn listed(&self) -> Result<Vec<String>, AwsFailure> {
        let mut folders = self.folders().await?.into_iter();
        let mut asking = JoinSet::new();
        let mut clusters = Vec::new();
        loop {
            while asking.len() < AT_ONCE
                && let Some(folder) = folders.next()
            {
                let store = self.clone();
                asking.spawn(async move {
                    let found = store.has_config(&folder).await;
                    found.map(|found| found.then_some(folder))
                });
            }
            match asking.join_next().await {
                Some(Ok(answer)) => clusters.extend(answer?),
                Some(Err(_)) => {}
                None => break,
            }
        }
        clusters.sort();
        Ok(clusters)
    }

    async fn folders(&self) -> Result<Vec<String>, AwsFailure> {
        let prefix = self.key("");
        let call = self
            .client
            .list_objects_v2()
            .bucket(&self.bucket)
            .prefix(&prefix)
            .delimiter("/");
        let mut pages = call.into_paginator().send();
        let mut folders = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| failure_of(&error, &self.account_region))?;
            let names = page
                .common_prefixes
                .unwrap_or_default()
                .into_iter()
                .filter_map(|one| one.prefix);
            folders.extend(names.filter_map(|name| {
                Some(name.strip_prefix(&prefix)?.trim_end_matches('/').to_owned())
            }));
        }
        Ok(folders)
    }

    // A listing, not HEAD: a missing object is then an empty answer also without the right to list.
    async fn has_config(&self, folder: &str) -> Result<bool, AwsFailure> {
        let key = self.key(&format!("{folder}/config"));
        let call = self
            .client
            .list_objects_v2()
            .bucket(&self.bucket)
            .prefix(&key)
            .max_keys(1);
        let answer = call
            .send()
            .await
            .map_err(|error| failure_of(&error, &self.account_region))?;
        Ok(answer
            .contents()
            .iter()
            .any(|object| object.key() == Some(key.as_str())))
    }

    fn key(&self, name: &str) -> String {
        if self.prefix.is_empty() {
            name.to_owned()
        } else {
            format!("{}/{name}", self.prefix)
        }
    }

    // A bucket of another region answers with its region; it is asked again there.
    async fn head(&mut self, account: &Account) -> Result<(), Fault> {
        let mut answer = self.client.head_bucket().bucket(&self.bucket).send().await;
        if let Some(region) = answer
            .as_ref()
            .err()
            .and_then(region_named)
            .filter(|region| *region != self.account_region)
        {
            self.client = client(account, Some(region.clone()));
            self.region = Some(region);
            answer = self.client.head_bucket().bucket(&self.bucket).send().await;
        }
        let head = answer.map_err(|error| self.not_reached(&error))?;
        self.region = head.bucket_region.or_else(|| self.region.take());
        Ok(())
    }

    // HEAD has no body, so S3's status is all there is to go by.
    fn not_reached(&self, error: &SdkError<HeadBucketError>) -> Fault {
        let failure = failure_of(error, &self.account_region);
        match error.raw_response().map(|raw| raw.status().as_u16()) {
            Some(404) => self.missing(),
            Some(403)
                if error
                    .code()
                    .is_none_or(|code| code == "Forbidden" || code == "AccessDenied") =>
            {
                self.forbidden()
            }
            _ => self.fault(failure),
        }
    }

    fn fault(&self, failure: AwsFailure) -> Fault {
        failure.into_fault(
            &format!("the state store s3://{} could not be read", self.bucket),
            "s3:ListBucket",
        )
    }

    fn missing(&self) -> Fault {
        let bucket = &self.bucket;
        // us-east-1 refuses its own name as a constraint.
        let place = match self.account_region.as_str() {
            "us-east-1" => String::new(),
            region => format!(" --create-bucket-configuration LocationConstraint={region}"),
        };
        let region = &self.account_region;
        Fault::new(
            format!("the state store s3://{bucket} does not exist"),
            "S3 knows no bucket of this name; kops keeps every cluster's configuration in one",
            format!(
                "correct --state or KOPS_STATE_STORE, or make it:\n    aws s3api create-bucket --bucket {bucket} --region {region}{place}\n    {}",
                versioning_command(bucket)
            ),
        )
    }

    fn forbidden(&self) -> Fault {
        Fault::new(
            format!("the state store s3://{} may not be read", self.bucket),
            "the bucket belongs to another account, or its policy or yours does not allow s3:ListBucket",
            "name your own bucket with --state or KOPS_STATE_STORE, choose the right account with --profile, or allow s3:ListBucket",
        )
    }

    fn slow(&self) -> Fault {
        Fault::new(
            format!("the clusters in s3://{} could not be listed", self.bucket),
            "S3 did not give the list within a minute",
            "check the network, then try again",
        )
    }
}

impl Bucket {
    /// The warning for a bucket without versioning; kops's documentation strongly recommends it.
    pub fn not_versioned(&self) -> Option<Fault> {
        let command = format!("run: {}", versioning_command(&self.name));
        match &self.versioning {
            Versioning::Enabled => None,
            Versioning::Off => Some(Fault::new(
                format!("the state store s3://{} does not keep versions", self.name),
                "an overwritten or deleted cluster configuration could not be brought back",
                command,
            )),
            Versioning::Unknown(message) => Some(
                Fault::new(
                    format!(
                        "it is not known whether the state store s3://{} keeps versions",
                        self.name
                    ),
                    "S3 did not say; reading it takes s3:GetBucketVersioning",
                    format!("allow s3:GetBucketVersioning, or, to be sure, {command}"),
                )
                .with_detail(message.clone()),
            ),
        }
    }
}

fn versioning_command(bucket: &str) -> String {
    format!(
        "aws s3api put-bucket-versioning --bucket {bucket} --versioning-configuration Status=Enabled"
    )
}

fn region_named(error: &SdkError<HeadBucketError>) -> Option<String> {
    let region = error.raw_response()?.headers().get("x-amz-bucket-region")?;
    Some(region.to_owned())
}

// S3_ENDPOINT, S3_REGION and the S3 keys are kops's own variables (util/pkg/vfs/s3context.go).
fn client(account: &Account, region: Option<String>) -> Client {
    let mut builder = config::Builder::from(&account.config).retry_classifier(NoRoute);
    if let Some(endpoint) = variable("S3_ENDPOINT") {
        builder = builder.endpoint_url(endpoint).force_path_style(true);
        builder = kops_keys()
            .into_iter()
            .fold(builder, config::Builder::credentials_provider);
    } else if is_redirected(account) {
        builder = builder.force_path_style(true);
    }
    if let Some(region) = region.or_else(|| variable("S3_REGION")) {
        builder = builder.region(Region::new(region));
    }
    Client::from_conf(builder.build())
}

fn kops_keys() -> Option<Credentials> {
    let (id, secret) = (
        variable("S3_ACCESS_KEY_ID")?,
        variable("S3_SECRET_ACCESS_KEY")?,
    );
    Some(Credentials::new(
        id,
        secret,
        None,
        None,
        "kops S3 variables",
    ))
}

fn is_redirected(account: &Account) -> bool {
    account.config.endpoint_url().is_some() || variable("AWS_ENDPOINT_URL_S3").is_some()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn versioning_that_is_off_or_unknown_is_a_warning() {
        let warning = |versioning| {
            let bucket = Bucket {
                name: "b".to_owned(),
                region: None,
                versioning,
            };
            bucket.not_versioned()
        };
        let command = "run: aws s3api put-bucket-versioning --bucket b --versioning-configuration Status=Enabled";
        assert_eq!(warning(Versioning::Enabled), None);
        assert_eq!(warning(Versioning::Off).unwrap().remedy, command);
        let message = Untrusted::from("AccessDenied");
        let unknown = warning(Versioning::Unknown(message.clone())).unwrap();
        assert_eq!(unknown.detail, Some(message));
        assert!(unknown.remedy.ends_with(command));
    }
}
