//! Whose credentials: environment, profile (static, SSO, assumed role, process), web identity, container; the metadata
//! service only when `AWS_EC2_METADATA_DISABLED=false` asks for it, because elsewhere it answers with a long silence.

use std::sync::Mutex;

use aws_config::Region;
use aws_config::ecs::EcsCredentialsProvider;
use aws_config::environment::credentials::EnvironmentVariableCredentialsProvider;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::web_identity_token::WebIdentityTokenCredentialsProvider;
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, Result as Provided, future};

use super::errors::credentials_fault;
use crate::core::fault::Fault;
use crate::io::settings::{Settings, variable};

/// Gives the credentials that were found first once, then asks the chain again, so that a process or a sign-on that
/// costs a person's attention runs once.
#[derive(Debug)]
pub(super) struct Found {
    chain: CredentialsProviderChain,
    first: Mutex<Option<Credentials>>,
}

impl Found {
    /// Asks the chain; a Fault says which source failed and how to mend it.
    pub(super) async fn ask(
        settings: &Settings,
        region: &Region,
        metadata: bool,
    ) -> Result<Self, Fault> {
        let chain = chain(settings, region, metadata);
        match chain.provide_credentials().await {
            Ok(credentials) => Ok(Self {
                chain,
                first: Mutex::new(Some(credentials)),
            }),
            Err(error) => {
                let named = settings.profile.clone().or_else(|| variable("AWS_PROFILE"));
                Err(credentials_fault(&error, named.as_deref()))
            }
        }
    }

    async fn next(&self) -> Provided {
        let first = self.first.lock().ok().and_then(|mut first| first.take());
        match first {
            Some(credentials) => Ok(credentials),
            None => self.chain.provide_credentials().await,
        }
    }
}

impl ProvideCredentials for Found {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.next())
    }
}

// A profile named on the command line wins over variables, as with the AWS CLI's --profile.
fn chain(settings: &Settings, region: &Region, metadata: bool) -> CredentialsProviderChain {
    let config = ProviderConfig::without_region().with_region(Some(region.clone()));
    let mut profile = ProfileFileCredentialsProvider::builder().configure(&config);
    if let Some(name) = &settings.profile {
        profile = profile.profile_name(name);
        return CredentialsProviderChain::first_try("Profile", profile.build());
    }
    let chain = CredentialsProviderChain::first_try(
        "Environment",
        EnvironmentVariableCredentialsProvider::new(),
    )
    .or_else("Profile", profile.build())
    .or_else(
        "WebIdentityToken",
        WebIdentityTokenCredentialsProvider::builder()
            .configure(&config)
            .build(),
    )
    .or_else(
        "EcsContainer",
        EcsCredentialsProvider::builder().configure(&config).build(),
    );
    if metadata {
        chain.or_else(
            "Ec2InstanceMetadata",
            ImdsCredentialsProvider::builder()
                .configure(&config)
                .build(),
        )
    } else {
        chain
    }
}

/// Whether an error says that no source had credentials at all.
pub(super) fn is_absent(error: &CredentialsError) -> bool {
    matches!(error, CredentialsError::CredentialsNotLoaded(_))
}
