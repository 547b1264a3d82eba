//! What a profile of AWS's own files says: where its credentials come from, and what else in it decides for kops.

use std::borrow::Cow;

use aws_config::profile::{Profile, ProfileFileLoadError, ProfileSet, load};
use aws_runtime::env_config::file::EnvConfigFiles;
use aws_runtime::env_config::property::PropertiesKey;
use aws_types::os_shim_internal::{Env, Fs};

use crate::core::fault::Fault;
use crate::core::text::untrusted::visible;
use crate::io::settings::{Settings, variable};

/// What the SDKs read from a profile besides credentials and the region, and that may decide what kops sees or does ("AWS
/// SDKs and Tools Reference Guide", settings).
const SETTINGS: [&str; 13] = [
    "ca_bundle",
    "defaults_mode",
    "endpoint_url",
    "ignore_configured_endpoint_urls",
    "request_checksum_calculation",
    "response_checksum_validation",
    "s3_disable_express_session_auth",
    "s3_disable_multiregion_access_points",
    "s3_use_arn_region",
    "services",
    "sts_regional_endpoints",
    "use_dualstack_endpoint",
    "use_fips_endpoint",
];
/// The services that kops asks, as a section `services` names them.
const SERVICES: [&str; 11] = [
    "auto_scaling",
    "ec2",
    "elastic_load_balancing",
    "elastic_load_balancing_v2",
    "eventbridge",
    "iam",
    "route_53",
    "s3",
    "sqs",
    "ssm",
    "sts",
];
/// Any of them makes a profile one of IAM Identity Center.
const SIGN_ON: [&str; 5] = [
    "sso_account_id",
    "sso_region",
    "sso_role_name",
    "sso_session",
    "sso_start_url",
];

/// The profile that variables name; a Fault when two are named.
// The SDK for Go reads both names, the AWS CLI too, but not in the same order; the SDK for Rust reads the first only.
pub(super) fn name_in(variable: impl Fn(&str) -> Option<String>) -> Result<Option<String>, Fault> {
    match (variable("AWS_PROFILE"), variable("AWS_DEFAULT_PROFILE")) {
        (Some(one), Some(other)) if one != other => Err(two_profiles(&one, &other)),
        (one, other) => Ok(one.or(other)),
    }
}

/// The profile that the settings or AWS's variables name; a Fault when two are named.
pub(super) fn name(settings: &Settings) -> Result<Option<String>, Fault> {
    match &settings.profile {
        Some(name) => Ok(Some(name.clone())),
        None => name_in(variable),
    }
}

fn two_profiles(one: &str, other: &str) -> Fault {
    let (one, other) = (visible(one), visible(other));
    Fault::new(
        "two AWS profiles are named",
        format!(
            "AWS_PROFILE says {one} and AWS_DEFAULT_PROFILE says {other}; AWS's tools do not agree which of them counts"
        ),
        format!("unset AWS_DEFAULT_PROFILE, or name the profile: --profile {one}"),
    )
}

/// A role that a profile assumes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AssumedRole {
    pub(super) arn: String,
    pub(super) session: Option<String>,
    pub(super) external_id: Option<String>,
}

/// How a person signs in where a profile's credentials begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SignInKind {
    /// IAM Identity Center.
    SignOn,
    /// `aws login`.
    Login,
}

/// The sign-in of a profile, and the profile that it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SignIn {
    pub(super) kind: SignInKind,
    profile: String,
}

impl SignIn {
    fn of(profile: &Profile) -> Option<Self> {
        let kind = if SIGN_ON.iter().any(|name| profile.get(name).is_some()) {
            SignInKind::SignOn
        } else {
            profile.get("login_session")?;
            SignInKind::Login
        };
        Some(Self {
            kind,
            profile: profile.name().to_owned(),
        })
    }

    /// The command that renews it.
    pub(super) fn renewal(&self) -> String {
        let command = match self.kind {
            SignInKind::SignOn => "aws sso login",
            SignInKind::Login => "aws login",
        };
        format!("{command} --profile {}", visible(&self.profile))
    }

    // The AWS CLI keeps and renews this kind of session, and gives its credentials as a credential_process does. What a
    // shell would take apart is no name for it.
    fn process(&self) -> Option<String> {
        let plain =
            |character: char| character.is_ascii_alphanumeric() || "_.@+=,:%/-".contains(character);
        let named = self.kind == SignInKind::Login && self.profile.chars().all(plain);
        let name = &self.profile;
        named.then(|| format!("aws configure export-credentials --profile {name} --format process"))
    }
}

/// A profile, followed through its source profiles to where the credentials begin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ProfileChain {
    pub(super) exists: bool,
    /// The command that gives the first credentials, when a `credential_process` does.
    pub(super) process: Option<String>,
    /// The roles that are assumed from there on, in order.
    pub(super) roles: Vec<AssumedRole>,
    /// How a person signs in there.
    pub(super) sign_in: Option<SignIn>,
    /// The first `mfa_serial` on the way.
    pub(super) mfa: Option<String>,
    /// What else the profile sets, by name.
    pub(super) settings: Vec<(String, String)>,
}

/// Reads a profile from AWS's files; an error when a file cannot be read or is no such file. A profile that does not exist
/// says nothing.
pub(super) async fn read(name: &str) -> Result<ProfileChain, ProfileFileLoadError> {
    let files = EnvConfigFiles::default();
    let selected = Some(Cow::Owned(name.to_owned()));
    let set = load(&Fs::real(), &Env::real(), &files, selected).await?;
    Ok(followed(&set, name))
}

fn followed(set: &ProfileSet, name: &str) -> ProfileChain {
    let mut found = ProfileChain {
        exists: set.get_profile(name).is_some(),
        settings: settings(set, name),
        ..ProfileChain::default()
    };
    let mut visited: Vec<&str> = Vec::new();
    let mut next = set.get_profile(name);
    while let Some(profile) = next.filter(|profile| !visited.contains(&profile.name())) {
        let first = visited.is_empty();
        visited.push(profile.name());
        found.mfa = found.mfa.or_else(|| text(profile, "mfa_serial"));
        // As the SDK: keys in a source profile come before its role.
        if !first && profile.get("aws_access_key_id").is_some() {
            break;
        }
        let role = role(profile);
        let source = role.as_ref().and_then(|_| profile.get("source_profile"));
        found.roles.extend(role);
        let Some(source) = source.filter(|source| *source != profile.name()) else {
            found.sign_in = SignIn::of(profile);
            let login = found.sign_in.as_ref().and_then(SignIn::process);
            found.process = process(profile).or(login);
            break;
        };
        next = set.get_profile(source);
    }
    found.roles.reverse();
    found
}

fn text(profile: &Profile, name: &str) -> Option<String> {
    profile.get(name).map(ToOwned::to_owned)
}

fn role(profile: &Profile) -> Option<AssumedRole> {
    if profile.get("web_identity_token_file").is_some() {
        return None;
    }
    Some(AssumedRole {
        arn: text(profile, "role_arn")?,
        session: text(profile, "role_session_name"),
        external_id: text(profile, "external_id"),
    })
}

// The order of the SDK for Rust (aws-config, profile/credentials/repr.rs, base_provider).
fn process(profile: &Profile) -> Option<String> {
    let other = [
        "credential_source",
        "web_identity_token_file",
        "login_session",
    ];
    let other = other.iter().chain(&SIGN_ON);
    if other.into_iter().any(|name| profile.get(name).is_some()) {
        return None;
    }
    text(profile, "credential_process")
}

fn settings(set: &ProfileSet, name: &str) -> Vec<(String, String)> {
    let Some(profile) = set.get_profile(name) else {
        return Vec::new();
    };
    let own = SETTINGS
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), text(profile, name)?)));
    let section = profile.get("services");
    let endpoints = section.into_iter().flat_map(|section| {
        SERVICES.iter().filter_map(move |service| {
            let url = endpoint(set, section, service)?;
            Some((format!("services {section} {service} endpoint_url"), url))
        })
    });
    own.chain(endpoints).collect()
}

fn endpoint(set: &ProfileSet, section: &str, service: &str) -> Option<String> {
    let key = PropertiesKey::builder()
        .section_key("services")
        .section_name(section)
        .property_name(service)
        .sub_property_name("endpoint_url")
        .build()
        .ok()?;
    set.other_sections().get(&key).cloned()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use aws_runtime::env_config::file::EnvConfigFileKind;

    use super::*;

    const CONFIG: &str = "[profile plain]\naws_access_key_id = AKID\naws_secret_access_key = s\nendpoint_url = http://127.0.0.1:1\nservices = near\n[services near]\ns3 =\n  endpoint_url = http://127.0.0.1:2\n[profile helper]\ncredential_process = /opt/helper --for me\n[profile deploy]\nrole_arn = arn:aws:iam::1:role/deploy\nsource_profile = helper\nexternal_id = x\nmfa_serial = arn:aws:iam::1:mfa/me\n[profile far]\nrole_arn = arn:aws:iam::2:role/far\nrole_session_name = me\nsource_profile = deploy\n[profile keys-first]\nrole_arn = arn:aws:iam::2:role/far\nsource_profile = both\n[profile both]\naws_access_key_id = AKID\naws_secret_access_key = s\ncredential_process = never\n[profile sign-on]\nsso_session = x\ncredential_process = never\n[profile one]\nrole_arn = a\nsource_profile = other\n[profile other]\nrole_arn = b\nsource_profile = one\n[profile through]\nrole_arn = c\nsource_profile = sign-on\n[profile in]\nlogin_session = arn:aws:iam::1:user/me\n[profile through-in]\nrole_arn = c\nsource_profile = in\n";

    async fn read_chain(name: &str) -> ProfileChain {
        let files = EnvConfigFiles::builder()
            .with_contents(EnvConfigFileKind::Config, CONFIG)
            .build();
        let set = load(&Fs::real(), &Env::from_slice(&[]), &files, None)
            .await
            .unwrap();
        followed(&set, name)
    }

    fn role(arn: &str, session: Option<&str>, external_id: Option<&str>) -> AssumedRole {
        AssumedRole {
            arn: arn.to_owned(),
            session: session.map(ToOwned::to_owned),
            external_id: external_id.map(ToOwned::to_owned),
        }
    }

    #[tokio::test]
    async fn a_profile_is_followed_to_the_process_that_gives_its_credentials() {
        let expected = ProfileChain {
            exists: true,
            process: Some("/opt/helper --for me".to_owned()),
            sign_in: None,
            roles: vec![
                role("arn:aws:iam::1:role/deploy", None, Some("x")),
                role("arn:aws:iam::2:role/far", Some("me"), None),
            ],
            mfa: Some("arn:aws:iam::1:mfa/me".to_owned()),
            settings: Vec::new(),
        };
        assert_eq!(read_chain("far").await, expected);
        for (name, process) in [
            ("helper", Some("/opt/helper --for me")),
            ("keys-first", None),
            ("both", Some("never")),
            ("sign-on", None),
            ("one", None),
            ("nobody", None),
        ] {
            let found = read_chain(name).await;
            assert_eq!(found.process.as_deref(), process, "{name}");
            assert_eq!(found.exists, name != "nobody");
        }
    }

    #[tokio::test]
    async fn the_command_that_renews_a_sign_in_names_the_profile_where_it_begins() {
        let renewal = async |name: &str| {
            let chain = read_chain(name).await;
            (
                chain.sign_in.map(|sign_in| sign_in.renewal()),
                chain.process,
            )
        };
        let command = |text: &str| Some(text.to_owned());
        let sign_on = command("aws sso login --profile sign-on");
        assert_eq!(renewal("sign-on").await, (sign_on.clone(), None));
        assert_eq!(renewal("through").await, (sign_on, None));
        let export = "aws configure export-credentials --profile in --format process";
        let login = command("aws login --profile in");
        assert_eq!(renewal("in").await, (login.clone(), command(export)));
        assert_eq!(renewal("through-in").await, (login, command(export)));
        assert_eq!(renewal("helper").await.0, None);
    }

    #[tokio::test]
    async fn what_decides_besides_the_credentials_is_told_and_no_secret() {
        let expected = [
            ("endpoint_url", "http://127.0.0.1:1"),
            ("services", "near"),
            ("services near s3 endpoint_url", "http://127.0.0.1:2"),
        ];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(read_chain("plain").await.settings, expected);
    }
}
