//! Whose credentials: exactly one source, chosen by AWS's own variables; the metadata service only when
//! `AWS_EC2_METADATA_DISABLED=false` asks for it, because elsewhere it answers with a long silence.

use std::fmt;
use std::time::{Duration, SystemTime};

use aws_config::ecs::EcsCredentialsProvider;
use aws_config::environment::credentials::EnvironmentVariableCredentialsProvider;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::web_identity_token::WebIdentityTokenCredentialsProvider;
use aws_config::{BehaviorVersion, Region};
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{
    ProvideCredentials, Result as Provided, SharedCredentialsProvider, future,
};
use tokio::sync::Mutex;

use super::credential_process::CredentialProcess;
use super::errors::credentials_fault;
use super::profile::{self, ProfileChain, SignIn, SignInKind};
use crate::core::fault::Fault;
use crate::core::text::untrusted::visible;
use crate::io::settings::{Settings, variable};

/// Temporary credentials are used again while they last longer than any `kops update cluster` takes.
pub(crate) const LASTING: Duration = Duration::from_mins(15);

/// The profile that counts when none is named.
const DEFAULT: &str = "default";

/// Where the credentials come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`.
    Variables,
    /// `AWS_WEB_IDENTITY_TOKEN_FILE` and `AWS_ROLE_ARN`.
    WebIdentity,
    Profile(String),
    Container,
    Metadata,
}

impl fmt::Display for Source {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variables => out.write_str("AWS_ACCESS_KEY_ID"),
            Self::WebIdentity => out.write_str("AWS_WEB_IDENTITY_TOKEN_FILE"),
            Self::Profile(name) => write!(out, "the profile {}", visible(name)),
            Self::Container => out.write_str("the container"),
            Self::Metadata => out.write_str("the instance metadata service"),
        }
    }
}

/// The credentials that were found, and the one source that they came from, which is asked again when they expire.
#[derive(Clone, Debug)]
pub(super) struct FoundCredentials {
    pub(super) source: Source,
    pub(super) credentials: Credentials,
    pub(super) followed: ProfileChain,
    again: SharedCredentialsProvider,
}

/// Temporary credentials of this process, by profile: its variables do not change while it lives, and a sign-on, a role or
/// a process that costs a person's attention is asked once.
static KEPT: Mutex<Option<(Option<String>, FoundCredentials)>> = Mutex::const_new(None);

impl FoundCredentials {
    /// Asks the one source; a Fault says which source failed and how to fix it, or which two there are.
    pub(super) async fn ask(
        settings: &Settings,
        region: &Region,
        metadata: bool,
    ) -> Result<Self, Fault> {
        let sources = sources(settings.profile.as_deref(), metadata, variable)?;
        let mut kept = KEPT.lock().await;
        if let Some((profile, found)) = kept.as_ref()
            && *profile == settings.profile
            && found.is_kept()
        {
            return Ok(found.clone());
        }
        let profile = profile::name(settings)?.unwrap_or_else(|| DEFAULT.to_owned());
        let found = first_of(sources, &profile, region).await?;
        *kept = found
            .is_kept()
            .then(|| (settings.profile.clone(), found.clone()));
        Ok(found)
    }

    // What a process gives without an expiration does not end, says AWS's reference of `credential_process`.
    fn is_kept(&self) -> bool {
        let process = self.followed.process.is_some() && self.followed.roles.is_empty();
        let endless = process && self.credentials.expiry().is_none();
        endless || self.lasts(LASTING)
    }

    /// Whether they are good for so long, as far as their source tells.
    pub(super) fn lasts(&self, time: Duration) -> bool {
        let until = self.credentials.expiry();
        until.is_some_and(|until| until > SystemTime::now() + time)
    }

    /// How long they are good, as far as their source tells.
    pub(super) fn left(&self) -> Option<Duration> {
        let until = self.credentials.expiry()?;
        Some(until.duration_since(SystemTime::now()).unwrap_or_default())
    }

    // What renews them, in words.
    fn renewal(&self) -> String {
        match &self.followed.sign_in {
            Some(sign_in) => format!("run: {}", sign_in.renewal()),
            None => match self.source {
                Source::Variables => "set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN again, from where they came".to_owned(),
                _ => format!("renew those of {}", self.source),
            },
        }
    }

    async fn next(&self) -> Provided {
        if self.credentials.expiry().is_none() || self.lasts(Duration::from_secs(10)) {
            return Ok(self.credentials.clone());
        }
        self.again.provide_credentials().await
    }
}

impl ProvideCredentials for FoundCredentials {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.next())
    }
}

// The sources that may be asked, in order: the first that has credentials is the one. The order is that of the SDK for Go,
// which kops uses (aws-sdk-go-v2, config/resolve_credentials.go); where the AWS CLI and the SDKs do not agree, none is taken.
fn sources(
    named: Option<&str>,
    metadata: bool,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Vec<Source>, Fault> {
    let set = |name: &str| variable(name).is_some();
    if set("KOPS_AWS_ROLE_ARN") {
        return Err(role_of_kops());
    }
    if let Some(name) = named {
        return Ok(vec![Source::Profile(name.to_owned())]);
    }
    let profile = profile::name_in(&variable)?;
    if set("AWS_ACCESS_KEY_ID") && set("AWS_SECRET_ACCESS_KEY") {
        return Ok(vec![Source::Variables]);
    }
    if set("AWS_WEB_IDENTITY_TOKEN_FILE") {
        return match profile {
            Some(name) => Err(two_sources(&name)),
            None => Ok(vec![Source::WebIdentity]),
        };
    }
    let profile = profile.unwrap_or_else(|| DEFAULT.to_owned());
    let mut all = vec![Source::Profile(profile), Source::Container];
    all.extend(metadata.then_some(Source::Metadata));
    Ok(all)
}

// `profile` is the one whose settings count, wherever the credentials come from.
async fn first_of(
    sources: Vec<Source>,
    profile: &str,
    region: &Region,
) -> Result<FoundCredentials, Fault> {
    let followed = match profile::read(profile).await {
        Ok(followed) => followed,
        Err(error) if sources.contains(&Source::Profile(profile.to_owned())) => {
            return Err(unread(&error));
        }
        Err(_) => ProfileChain::default(),
    };
    let named = (profile != DEFAULT).then_some(profile);
    let mut absent = CredentialsError::not_loaded("no source had credentials");
    for source in sources {
        let again = provider(&source, &followed, region).await;
        match again.provide_credentials().await {
            Ok(credentials) => {
                return Ok(FoundCredentials {
                    source,
                    credentials,
                    followed,
                    again,
                });
            }
            Err(error @ CredentialsError::CredentialsNotLoaded(_)) => absent = error,
            Err(error) => return Err(refused(&error, &source, &followed)),
        }
        // Whoever names a profile does not mean another source.
        if named.is_some() && !followed.exists {
            break;
        }
    }
    let fault = credentials_fault(&absent, named);
    let detail = fault.detail.clone();
    let half = half_set(named.is_some(), variable);
    Err(half.map_or(fault, |half| Fault { detail, ..half }))
}

// Variables that look like credentials and are not taken: they are why somebody believes to have some.
fn half_set(named: bool, variable: impl Fn(&str) -> Option<String>) -> Option<Fault> {
    const PAIR: [&str; 2] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
    const OLD: [&str; 2] = ["AWS_ACCESS_KEY", "AWS_SECRET_KEY"];
    let set = |name: &&str| variable(name).is_some();
    let given: Vec<&str> = PAIR.into_iter().chain(OLD).filter(set).collect();
    let missing: Vec<&str> = PAIR.into_iter().filter(|name| !set(name)).collect();
    if named || given.is_empty() || missing.is_empty() {
        return None;
    }
    let verb = if given.len() == 1 { "is" } else { "are" };
    let old = given.iter().any(|name| OLD.contains(name));
    let why = if old {
        "AWS's tools do not read AWS_ACCESS_KEY and AWS_SECRET_KEY, only kops would, and kopswain keeps them away from it"
    } else {
        "a key counts only with its secret"
    };
    Some(Fault::new(
        "no AWS credentials were found",
        format!(
            "{} {verb} set, and {} not: {why}",
            given.join(" and "),
            missing.join(" and ")
        ),
        format!(
            "set {}, or choose a profile with --profile",
            PAIR.join(" and ")
        ),
    ))
}

async fn provider(
    source: &Source,
    followed: &ProfileChain,
    region: &Region,
) -> SharedCredentialsProvider {
    let config = ProviderConfig::without_region().with_region(Some(region.clone()));
    match source {
        Source::Variables => {
            SharedCredentialsProvider::new(EnvironmentVariableCredentialsProvider::new())
        }
        Source::WebIdentity => SharedCredentialsProvider::new(
            WebIdentityTokenCredentialsProvider::builder()
                .configure(&config)
                .build(),
        ),
        Source::Profile(name) => match &followed.process {
            Some(command) => through_roles(command, followed, name, region).await,
            None => SharedCredentialsProvider::new(
                ProfileFileCredentialsProvider::builder()
                    .configure(&config)
                    .profile_name(name)
                    .build(),
            ),
        },
        Source::Container => SharedCredentialsProvider::new(
            EcsCredentialsProvider::builder().configure(&config).build(),
        ),
        Source::Metadata => SharedCredentialsProvider::new(
            ImdsCredentialsProvider::builder()
                .configure(&config)
                .build(),
        ),
    }
}

// The SDK would start the process itself, with whatever `sh` is on PATH and with our terminal.
async fn through_roles(
    command: &str,
    followed: &ProfileChain,
    profile: &str,
    region: &Region,
) -> SharedCredentialsProvider {
    let mut provider = SharedCredentialsProvider::new(CredentialProcess::new(command));
    let config = aws_config::defaults(BehaviorVersion::latest())
        .region(region.clone())
        .profile_name(profile)
        .no_credentials();
    let config = config.load().await;
    for role in &followed.roles {
        let mut builder = AssumeRoleProvider::builder(&role.arn).configure(&config);
        if let Some(session) = &role.session {
            builder = builder.session_name(session);
        }
        if let Some(id) = &role.external_id {
            builder = builder.external_id(id);
        }
        provider = SharedCredentialsProvider::new(builder.build_from_provider(provider).await);
    }
    provider
}

// A role that asks for a code is refused by STS when none is given, and there is nobody here to ask.
fn refused(error: &CredentialsError, source: &Source, followed: &ProfileChain) -> Fault {
    let Source::Profile(name) = source else {
        return credentials_fault(error, None);
    };
    let fault = match (credentials_fault(error, Some(name)), &followed.sign_in) {
        (fault, Some(sign_in)) if is_over(&fault, sign_in) => over(name, sign_in, fault),
        (fault, _) => fault,
    };
    match &followed.mfa {
        Some(serial) if followed.process.is_none() && followed.sign_in.is_none() => Fault {
            what: format!("the profile {} asks for an MFA code", visible(name)),
            why: format!(
                "it names mfa_serial {}, and neither kopswain nor kops can ask a person for a code",
                visible(serial)
            ),
            remedy: with_code(name),
            ..fault
        },
        _ => fault,
    }
}

// The AWS CLI says why a login session gives nothing; of a sign-on the SDK does.
fn is_over(fault: &Fault, sign_in: &SignIn) -> bool {
    sign_in.kind == SignInKind::Login || fault.remedy.contains("aws sso login")
}

fn over(profile: &str, sign_in: &SignIn, fault: Fault) -> Fault {
    let why = match sign_in.kind {
        SignInKind::SignOn => "it uses IAM Identity Center, and its token cannot be used",
        SignInKind::Login => {
            "it uses a session of `aws login`, for which the AWS CLI gave no credentials"
        }
    };
    Fault {
        what: format!(
            "the AWS sign-in of the profile {} is over or was never made",
            visible(profile)
        ),
        why: why.to_owned(),
        remedy: format!("run: {}", sign_in.renewal()),
        ..fault
    }
}

/// The warning for a profile whose `mfa_serial` was not needed to sign in, and may be for what comes.
pub(super) fn without_code(profile: &str, serial: &str) -> Fault {
    Fault::new(
        format!("the profile {} names an MFA device", visible(profile)),
        format!(
            "its credentials are used without a code of mfa_serial {}, so a rule that asks for one refuses kops in the middle of its work",
            visible(serial)
        ),
        with_code(profile),
    )
}

// What gives credentials of a profile that asks for an MFA code.
fn with_code(profile: &str) -> String {
    let profile = visible(profile);
    format!(
        "get credentials with the code first, then start kopswain there: eval \"$(aws configure export-credentials --profile {profile} --format env)\", or aws-vault exec {profile}, or aws sts get-session-token"
    )
}

/// The Fault for credentials that end while kops would be at work.
pub(super) fn too_short(found: &FoundCredentials, time: Duration) -> Fault {
    Fault::new(
        "the AWS credentials end too soon",
        format!(
            "those of {} are over in less than {} minutes, and kops would stop in the middle of its work",
            found.source,
            time.as_secs() / 60
        ),
        format!("{}; then approve again: --yes was not run", found.renewal()),
    )
}

/// The warning for credentials with which no run may begin any more.
pub(super) fn ending(found: &FoundCredentials, left: Duration, time: Duration) -> Fault {
    let minutes = crate::core::text::prose::counted(
        usize::try_from(left.as_secs() / 60).unwrap_or_default(),
        "minute",
    );
    Fault::new(
        format!("the AWS credentials end in {minutes}"),
        format!(
            "those of {} last shorter than the {} minutes that a run of kops may take, so --yes would be refused",
            found.source,
            time.as_secs() / 60
        ),
        found.renewal(),
    )
}

fn unread(error: &aws_config::profile::ProfileFileLoadError) -> Fault {
    Fault::new(
        "the AWS credentials could not be read",
        "AWS's configuration files are not what they should be",
        "correct ~/.aws/config and ~/.aws/credentials",
    )
    .with_detail(aws_smithy_types::error::display::DisplayErrorContext(error).to_string())
}

fn two_sources(profile: &str) -> Fault {
    let profile = visible(profile);
    Fault::new(
        "two sources of AWS credentials are set",
        format!(
            "AWS_PROFILE names {profile}, and AWS_WEB_IDENTITY_TOKEN_FILE a web identity; AWS's tools do not agree which of them counts"
        ),
        format!(
            "unset AWS_WEB_IDENTITY_TOKEN_FILE or AWS_PROFILE, or name the profile: --profile {profile}"
        ),
    )
}

fn role_of_kops() -> Fault {
    Fault::new(
        "KOPS_AWS_ROLE_ARN is set",
        "kops alone would take that role, so it would work in another account or with other rights than kopswain shows",
        "unset KOPS_AWS_ROLE_ARN, and name the role in a profile (role_arn and source_profile in ~/.aws/config): --profile NAME",
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn chosen(named: Option<&str>, set: &[(&str, &str)]) -> Result<Vec<Source>, String> {
        let variable = |name: &str| {
            let found = set.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        sources(named, false, variable).map_err(|fault| fault.what)
    }

    fn profile(name: &str) -> Vec<Source> {
        vec![Source::Profile(name.to_owned()), Source::Container]
    }

    #[test]
    fn one_source_is_chosen_as_the_sdk_of_kops_does() {
        let keys = [("AWS_ACCESS_KEY_ID", "A"), ("AWS_SECRET_ACCESS_KEY", "s")];
        let web = ("AWS_WEB_IDENTITY_TOKEN_FILE", "/t");
        assert_eq!(chosen(None, &[]), Ok(profile("default")));
        assert_eq!(chosen(None, &keys), Ok(vec![Source::Variables]));
        assert_eq!(chosen(None, &keys[..1]), Ok(profile("default")));
        assert_eq!(
            chosen(None, &[keys[0], keys[1], ("AWS_PROFILE", "a"), web]),
            Ok(vec![Source::Variables])
        );
        assert_eq!(chosen(None, &[web]), Ok(vec![Source::WebIdentity]));
        assert_eq!(chosen(None, &[("AWS_PROFILE", "a")]), Ok(profile("a")));
        // The old name that the SDK for Rust does not read.
        assert_eq!(
            chosen(None, &[("AWS_DEFAULT_PROFILE", "b")]),
            Ok(profile("b"))
        );
        // Old names that only the SDK for Go reads, and only kops would take.
        let old = [("AWS_ACCESS_KEY", "A"), ("AWS_SECRET_KEY", "s")];
        assert_eq!(chosen(None, &old), Ok(profile("default")));
        assert_eq!(
            chosen(Some("p"), &[keys[0], keys[1], web, ("AWS_PROFILE", "a")]),
            Ok(vec![Source::Profile("p".to_owned())])
        );
    }

    #[test]
    fn a_key_that_is_set_and_not_taken_is_named() {
        let why = |set: &[&str]| {
            let variable = |name: &str| set.contains(&name).then(|| "x".to_owned());
            half_set(false, variable).map(|fault| fault.why)
        };
        assert_eq!(
            why(&["AWS_ACCESS_KEY"]).unwrap(),
            "AWS_ACCESS_KEY is set, and AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY not: AWS's tools do not read AWS_ACCESS_KEY and AWS_SECRET_KEY, only kops would, and kopswain keeps them away from it"
        );
        assert_eq!(
            why(&["AWS_ACCESS_KEY_ID"]).unwrap(),
            "AWS_ACCESS_KEY_ID is set, and AWS_SECRET_ACCESS_KEY not: a key counts only with its secret"
        );
        assert_eq!(why(&[]), None);
        assert_eq!(why(&["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]), None);
    }

    #[test]
    fn two_sources_that_tools_order_differently_are_refused_by_name() {
        let web = ("AWS_WEB_IDENTITY_TOKEN_FILE", "/t");
        assert_eq!(
            chosen(None, &[("AWS_PROFILE", "a"), web]),
            Err("two sources of AWS credentials are set".to_owned())
        );
        assert_eq!(
            chosen(None, &[("AWS_PROFILE", "a"), ("AWS_DEFAULT_PROFILE", "b")]),
            Err("two AWS profiles are named".to_owned())
        );
        assert_eq!(
            chosen(None, &[("AWS_PROFILE", "a"), ("AWS_DEFAULT_PROFILE", "a")]),
            Ok(profile("a"))
        );
        for named in [None, Some("p")] {
            assert_eq!(
                chosen(named, &[("KOPS_AWS_ROLE_ARN", "arn:aws:iam::1:role/x")]),
                Err("KOPS_AWS_ROLE_ARN is set".to_owned())
            );
        }
    }
}
