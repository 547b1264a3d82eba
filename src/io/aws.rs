//! One AWS account in one region; every call is a Describe, a Get or a List.

mod choosable;
mod cluster;
mod credential_process;
mod credentials;
mod discover;
mod errors;
mod facts;
mod images;
mod instance_types;
mod json_call;
mod offers;
mod parameter;
mod prices;
mod profile;
mod quotas;
mod read;
mod region;
mod usage;

use std::error::Error;
use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_credential_types::Credentials;
use aws_sdk_ec2::error::{ProvideErrorMetadata, SdkError};
pub use choosable::offers_of_files;
use credentials::FoundCredentials;
pub use credentials::Source;
pub use discover::{Scope, VPCS_ASKED_FOR_DNS};
pub(crate) use errors::{AwsFailure, NoRoute, failure_of};
pub use instance_types::{Freshness, Offered};
pub use offers::{Offers, Wanted};
pub use prices::unread_prices;
pub use read::DnsAttributes;
use serde::Serialize;
use tokio::sync::OnceCell;

use crate::core::fault::Fault;
use crate::core::text::untrusted::Untrusted;
use crate::io::settings::{Settings, variable};

/// kops gives a task up after ten minutes without success (`--yes` on an account where all goes well takes two).
const LONGEST_UPDATE: Duration = Duration::from_mins(10);
/// For so long an account that was connected is asked again without reading the credentials again.
const NEXT_QUESTIONS: Duration = Duration::from_mins(1);
const ATTEMPTS: u32 = 8;
const CONNECT: Duration = Duration::from_secs(3);
const ATTEMPT: Duration = Duration::from_secs(30);
const FIRST_BACKOFF: Duration = Duration::from_millis(200);

/// An account with credentials and a region; cheap to clone.
#[derive(Clone, Debug)]
pub struct Account {
    pub(crate) config: SdkConfig,
    region: String,
    found: FoundCredentials,
    /// The profile that was named, whose other settings count also where it gives no credentials.
    profile: Option<String>,
    ec2: aws_sdk_ec2::Client,
    autoscaling: aws_sdk_autoscaling::Client,
    sts: aws_sdk_sts::Client,
    quotas: aws_sdk_servicequotas::Client,
    /// Whose the credentials are, once STS answered: they do not change.
    who: Arc<OnceCell<Identity>>,
}

/// Who AWS says that we are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Identity {
    /// The 12-digit account number.
    pub account: String,
    pub arn: Untrusted,
    pub region: String,
}

/// Finds region and credentials as AWS's own tools do, without asking AWS (but for a sign-on or an assumed role that the
/// profile names); a Fault when either is missing. The instance metadata service is asked only when
/// `AWS_EC2_METADATA_DISABLED=false` is set.
pub async fn connect(settings: &Settings) -> Result<Account, Fault> {
    let metadata = variable("AWS_EC2_METADATA_DISABLED")
        .is_some_and(|value| value.eq_ignore_ascii_case("false"));
    let region = region::resolve(settings, metadata).await?;
    let found = FoundCredentials::ask(settings, &region, metadata).await?;
    let profile = profile::name(settings)?;
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .region(region)
        .credentials_provider(found.clone())
        .retry_config(retries())
        .timeout_config(timeouts());
    if let Some(profile) = &profile {
        loader = loader.profile_name(profile);
    }
    Ok(Account::new(loader.load().await, found, profile))
}

/// The region that [`connect`] would use; a Fault when none is set or its name cannot be one.
pub async fn region(settings: &Settings) -> Result<String, Fault> {
    let region = region::resolve(settings, false).await?;
    Ok(region.as_ref().to_owned())
}

// Not the SDK's adaptive mode: after one throttling answer it lets the whole client send one request in two seconds, and
// a retry costs more than its bucket then holds (aws-smithy-runtime, client_rate_limiter.rs). Exponential backoff with
// jitter stays inside EC2's bucket of each API, which is 100 requests, refilled with 20 a second.
fn retries() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(ATTEMPTS)
        .with_initial_backoff(FIRST_BACKOFF)
}

fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .operation_attempt_timeout(ATTEMPT)
        .build()
}

impl Account {
    fn new(config: SdkConfig, found: FoundCredentials, profile: Option<String>) -> Self {
        let ec2 = aws_sdk_ec2::config::Builder::from(&config)
            .retry_classifier(NoRoute)
            .build();
        let autoscaling = aws_sdk_autoscaling::config::Builder::from(&config)
            .retry_classifier(NoRoute)
            .build();
        let sts = aws_sdk_sts::config::Builder::from(&config)
            .retry_classifier(NoRoute)
            .build();
        let quotas = aws_sdk_servicequotas::config::Builder::from(&config)
            .retry_classifier(NoRoute)
            .build();
        Self {
            region: config.region().map(ToString::to_string).unwrap_or_default(),
            ec2: aws_sdk_ec2::Client::from_conf(ec2),
            autoscaling: aws_sdk_autoscaling::Client::from_conf(autoscaling),
            sts: aws_sdk_sts::Client::from_conf(sts),
            quotas: aws_sdk_servicequotas::Client::from_conf(quotas),
            who: Arc::default(),
            config,
            found,
            profile,
        }
    }

    /// The region's name, such as `us-east-1`.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Where the credentials come from.
    pub fn source(&self) -> &Source {
        &self.found.source
    }

    /// The profile that was named, by the command line or by AWS's variables.
    pub fn profile(&self) -> Option<&str> {
        self.profile.as_deref()
    }

    /// What that profile, or the default one, sets besides credentials and the region.
    pub fn profile_settings(&self) -> &[(String, String)] {
        &self.found.followed.settings
    }

    /// The warning for a profile that names an MFA device though its keys were used without a code.
    pub fn unused_code(&self) -> Option<Fault> {
        let serial = self.found.followed.mfa.as_deref()?;
        match &self.found.source {
            Source::Profile(name) if self.found.followed.process.is_none() => {
                Some(credentials::without_code(name, serial))
            }
            _ => None,
        }
    }

    /// A Fault when the credentials end before a `kops update cluster --yes` that starts now must have ended.
    pub fn lasts_for_an_update(&self) -> Result<(), Fault> {
        let until = self.found.credentials.expiry();
        if until.is_none() || self.found.lasts(LONGEST_UPDATE) {
            return Ok(());
        }
        Err(credentials::too_short(&self.found, LONGEST_UPDATE))
    }

    /// The warning for credentials that end before a `kops update cluster --yes` that starts now must have ended.
    pub fn ends_soon(&self) -> Option<Fault> {
        let left = self.found.left()?;
        (left < LONGEST_UPDATE).then(|| credentials::ending(&self.found, left, LONGEST_UPDATE))
    }

    /// How long its credentials are good; absent where they do not end, or nobody says when.
    pub fn credentials_left(&self) -> Option<Duration> {
        self.found.left()
    }

    /// Whether its credentials are good for another minute.
    pub(crate) fn is_usable(&self) -> bool {
        self.found.credentials.expiry().is_none() || self.found.lasts(NEXT_QUESTIONS)
    }

    /// The credentials with which this account is asked, for kops to use; not to be shown or written.
    pub(crate) fn credentials(&self) -> &Credentials {
        &self.found.credentials
    }

    fn judged<T, E, R>(&self, answer: Result<T, SdkError<E, R>>) -> Result<T, AwsFailure>
    where
        E: ProvideErrorMetadata + Error + 'static,
        R: Debug + 'static,
    {
        answer.map_err(|error| failure_of(&error, &self.region))
    }

    /// Asks STS who the credentials belong to; a Fault when AWS does not accept them or does not answer.
    pub async fn identity(&self) -> Result<Identity, Fault> {
        self.who().await.map_err(|failure| {
            failure.into_fault(
                "AWS did not say who the credentials belong to",
                "sts:GetCallerIdentity",
            )
        })
    }

    async fn who(&self) -> Result<Identity, AwsFailure> {
        let known = self.who.get_or_try_init(|| self.ask_who());
        known.await.cloned()
    }

    async fn ask_who(&self) -> Result<Identity, AwsFailure> {
        let call = self.sts.get_caller_identity();
        let answer = self.judged(call.send().await)?;
        Ok(Identity {
            account: answer.account.unwrap_or_default(),
            arn: Untrusted::from(answer.arn.unwrap_or_default()),
            region: self.region.clone(),
        })
    }
}
