//! The environment of kops: built from a list, never inherited, with the one source of credentials that is shown.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::Path;

use aws_credential_types::Credentials;
use tokio::process::Command;

use crate::io::aws::Account;
use crate::io::digest::sha256;
use crate::io::settings::absolute_path;

/// Where programs find their files, and how they speak: of no weight for what kops does. A plug-in of the kubeconfig needs
/// the same.
const PLAIN: [&str; 22] = [
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "DBUS_SESSION_BUS_ADDRESS",
    "HOME",
    "KUBECONFIG",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "LC_MESSAGES",
    "LOGNAME",
    "PATH",
    "TEMP",
    "TMP",
    "TMPDIR",
    "TZ",
    "USER",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_RUNTIME_DIR",
    "XDG_STATE_HOME",
    "__CF_USER_TEXT_ENCODING",
];
/// What decides for kops 1.35 and 1.36, its SDK, and the Go runtime, and has a place in every approval: `os.Getenv` in
/// `k8s.io/kops`, `config/env_config.go` of aws-sdk-go-v2, `net/http`, `crypto/x509`.
const DECIDING: [&str; 39] = [
    "ALL_PROXY",
    "AWS_CA_BUNDLE",
    "AWS_DEFAULTS_MODE",
    "AWS_ENDPOINT_URL",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_MAX_ATTEMPTS",
    "AWS_PROFILE",
    "AWS_REQUEST_CHECKSUM_CALCULATION",
    "AWS_RESPONSE_CHECKSUM_VALIDATION",
    "AWS_RETRY_MODE",
    "AWS_S3_DISABLE_EXPRESS_SESSION_AUTH",
    "AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS",
    "AWS_S3_USE_ARN_REGION",
    "AWS_STS_REGIONAL_ENDPOINTS",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_USE_FIPS_ENDPOINT",
    "CNI_ASSET_HASH_STRING",
    "CNI_VERSION_URL",
    "DNSCONTROLLER_IMAGE",
    "DNS_IGNORE_NS_CHECK",
    "GODEBUG",
    "GOSSIP_DNS_CONN_LIMIT",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "KOPSCONTROLLER_IMAGE",
    "KOPS_ARCH",
    "KOPS_BASE_URL",
    "KOPS_FEATURE_FLAGS",
    "KOPS_RSA_PRIVATE_KEY_SIZE",
    "KOPS_RUN_OBSOLETE_VERSION",
    "KOPS_RUN_TOO_NEW_VERSION",
    "KOPS_STATE_S3_ACL",
    "KUBE_APISERVER_HEALTHCHECK_IMAGE",
    "NO_PROXY",
    "S3_ENDPOINT",
    "S3_REGION",
    "SKIP_REGION_CHECK",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
];
/// The endpoint of one service, such as `AWS_ENDPOINT_URL_S3`.
const ENDPOINTS: &str = "AWS_ENDPOINT_URL_";
const PROXIES: [&str; 4] = ["ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"];
/// Keys of a store that is not AWS's: kops reads them beside `S3_ENDPOINT`, and writes them into the cluster without it too.
const STORE_KEYS: [&str; 2] = ["S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"];
/// What the SDK for Go would take credentials from, besides the three that kops is given.
const CREDENTIALS: [&str; 13] = [
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_ACCOUNT_ID",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_ROLE_ARN",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SECRET_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "KOPS_AWS_ROLE_ARN",
];
/// What else kops or its libraries read, and would act on: other clouds' keys, which it writes into AWS clusters as well,
/// files that it would write, and a Kubernetes that it would ask.
const OTHERS: [&str; 12] = [
    "AZURE_STORAGE_ACCOUNT",
    "DIGITALOCEAN_ACCESS_TOKEN",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "HCLOUD_TOKEN",
    "KUBERNETES_SERVICE_HOST",
    "LINODE_TOKEN",
    "SCW_ACCESS_KEY",
    "SCW_PROFILE",
    "SCW_SECRET_KEY",
    "SPOTINST_ACCOUNT",
    "SPOTINST_TOKEN",
    "SSH_AUTH_SOCK",
];
const OTHER_PREFIXES: [&str; 4] = ["KOPS_", "OS_", "OTEL_EXPORTER_OTLP_", "S3_"];
/// Facts of an approval under their own names.
const APART: [&str; 2] = ["AWS_REGION", "KOPS_STATE_STORE"];

/// Every variable that kops gets; the values of some are secret.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Environment {
    variables: BTreeMap<OsString, OsString>,
    kept_away: BTreeSet<String>,
}

// The names only.
impl fmt::Debug for Environment {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_set().entries(self.variables.keys()).finish()
    }
}

impl Environment {
    /// For an account and a state store (`s3://…`): the credentials with which the account was asked who it is, its region,
    /// and of the person's variables those that kops needs.
    pub fn new(account: &Account, state_store: &str) -> Self {
        let given = EnvironmentInputs {
            credentials: account.credentials(),
            region: account.region(),
            profile: account.profile(),
            state_store,
        };
        Self::built(std::env::vars_os(), &given)
    }

    /// Without an account: for the question which version a program has.
    pub fn without_account() -> Self {
        Self::listed(std::env::vars_os())
    }

    fn built(
        person: impl Iterator<Item = (OsString, OsString)>,
        given: &EnvironmentInputs<'_>,
    ) -> Self {
        let keys = given.credentials;
        let mut built = Self::listed(person)
            .with("AWS_REGION", given.region)
            .with("KOPS_STATE_STORE", given.state_store)
            .with("AWS_ACCESS_KEY_ID", keys.access_key_id())
            .with("AWS_SECRET_ACCESS_KEY", keys.secret_access_key())
            .with("AWS_EC2_METADATA_DISABLED", "true");
        if let Some(token) = keys.session_token() {
            built = built.with("AWS_SESSION_TOKEN", token);
        }
        // Its other settings, such as an endpoint; the keys above come before its credentials, in the SDK and in the AWS CLI.
        if let Some(profile) = given.profile {
            built = built.with("AWS_PROFILE", profile);
        }
        built
    }

    fn listed(person: impl Iterator<Item = (OsString, OsString)>) -> Self {
        let person: BTreeMap<OsString, OsString> = person.collect();
        let other_store = person.contains_key(OsStr::new("S3_ENDPOINT"));
        let mut built = Self::default();
        for (name, value) in person {
            let known = name.to_str().unwrap_or_default();
            if is_listed(known, other_store) {
                built.variables.insert(name, value);
            } else if is_told(known) {
                built.kept_away.insert(known.to_owned());
            }
        }
        let path = absolute_path(
            built
                .variables
                .get(OsStr::new("PATH"))
                .map(OsString::as_os_str),
        );
        built.with("PATH", path)
    }

    /// The same with another state store, such as a scratch one.
    #[must_use]
    pub fn with_state_store(self, url: &str) -> Self {
        self.with("KOPS_STATE_STORE", url)
    }

    /// The same with this kubeconfig, so that kops leaves the person's own alone.
    #[must_use]
    pub fn with_kubeconfig(self, path: &Path) -> Self {
        self.with("KUBECONFIG", path)
    }

    fn with(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.kept_away.remove(name);
        self.variables.insert(name.into(), value.into());
        self
    }

    /// All of it, for a process that gets nothing else.
    pub(crate) fn variables(&self) -> &BTreeMap<OsString, OsString> {
        &self.variables
    }

    /// The names of the person's variables that kops would have obeyed and does not get.
    pub fn kept_away(&self) -> impl Iterator<Item = &str> {
        self.kept_away.iter().map(String::as_str)
    }

    /// The variables that decide what kops does, by name; no secret, and nothing that has a place of its own in an approval
    /// (account, region, state store), belongs to one job, or differs by design (the kubeconfig).
    pub fn seen(&self) -> BTreeMap<String, String> {
        let text = |value: &OsStr| value.to_string_lossy().into_owned();
        let decides = |name: &str| is_deciding(name) && !APART.contains(&name);
        let all = self.variables.iter();
        all.filter_map(|(name, value)| match text(name) {
            name if name == STORE_KEYS[0] => Some((name, fingerprint(value))),
            name if decides(&name) => Some((name, without_password(&text(value)))),
            _ => None,
        })
        .collect()
    }

    /// Gives a program this environment and nothing else.
    pub(super) fn apply(&self, command: &mut Command) {
        command.env_clear().envs(&self.variables);
    }
}

struct EnvironmentInputs<'a> {
    credentials: &'a Credentials,
    region: &'a str,
    profile: Option<&'a str>,
    state_store: &'a str,
}

fn is_listed(name: &str, other_store: bool) -> bool {
    match name {
        // Set by kopswain, or not at all.
        "AWS_PROFILE" => false,
        _ if name.starts_with("S3_") => {
            other_store && (STORE_KEYS.contains(&name) || is_deciding(name))
        }
        _ => PLAIN.contains(&name) || is_deciding(name),
    }
}

fn is_deciding(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    DECIDING.contains(&name)
        || PROXIES.contains(&upper.as_str()) && (name == upper || name == upper.to_lowercase())
        || name.starts_with(ENDPOINTS)
}

fn is_told(name: &str) -> bool {
    let profile = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"].contains(&name);
    let store = APART.contains(&name);
    let known = CREDENTIALS.contains(&name) || OTHERS.contains(&name);
    let prefixed = OTHER_PREFIXES.iter().any(|prefix| name.starts_with(prefix));
    !store && (profile || known || prefixed)
}

// Which key it is, and not the key.
fn fingerprint(value: &OsStr) -> String {
    let digits = sha256(value.as_encoded_bytes());
    format!("SHA-256 {}", digits.get(..16).unwrap_or_default())
}

// A proxy's URL may hold a name and a password.
fn without_password(value: &str) -> String {
    match value.split_once("://") {
        Some((scheme, rest)) => {
            let end = rest.find('/').unwrap_or(rest.len());
            let (host, path) = rest.split_at(end);
            let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
            format!("{scheme}://{host}{path}")
        }
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(person: &[(&str, &str)], profile: Option<&str>) -> Environment {
        let own = person
            .iter()
            .map(|(name, value)| (OsString::from(name), OsString::from(value)));
        let credentials =
            Credentials::new("AKID", "secret", Some("token".to_owned()), None, "test");
        let given = EnvironmentInputs {
            credentials: &credentials,
            region: "us-west-2",
            profile,
            state_store: "s3://state",
        };
        Environment::built(own, &given)
    }

    fn variables(environment: &Environment) -> Vec<(&str, &str)> {
        let all = environment.variables.iter();
        all.map(|(name, value)| (name.to_str().unwrap_or(""), value.to_str().unwrap_or("")))
            .collect()
    }

    const GIVEN: [(&str, &str); 7] = [
        ("AWS_ACCESS_KEY_ID", "AKID"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("AWS_REGION", "us-west-2"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_SESSION_TOKEN", "token"),
        ("KOPS_STATE_STORE", "s3://state"),
        ("PATH", "/usr/local/bin:/usr/bin:/bin"),
    ];

    #[test]
    fn only_what_is_given_reaches_kops_whatever_the_person_has() {
        let person = [
            ("AWS_ACCESS_KEY", "AKOLD"),
            ("AWS_ACCESS_KEY_ID", "AKOTHER"),
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1/x"),
            ("AWS_DEFAULT_PROFILE", "other"),
            ("AWS_DEFAULT_REGION", "eu-west-1"),
            ("AWS_PAGER", "less"),
            ("AWS_PROFILE", "other"),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_ROLE_ARN", "arn:aws:iam::1:role/x"),
            ("AWS_ROLE_SESSION_NAME", "job-17"),
            ("AWS_SECRET_ACCESS_KEY", "other"),
            ("AWS_SECRET_KEY", "old"),
            ("AWS_SESSION_TOKEN", "other"),
            ("AWS_WEB_IDENTITY_TOKEN_FILE", "/t"),
            ("DIGITALOCEAN_ACCESS_TOKEN", "t"),
            ("KOPS_AWS_ROLE_ARN", "arn:aws:iam::1:role/x"),
            ("KOPS_CLUSTER_NAME", "other.example.com"),
            ("KOPS_LIFECYCLE_OVERRIDES", "SecurityGroup=Ignore"),
            ("KOPS_STATE_STORE", "s3://other"),
            ("KUBERNETES_SERVICE_HOST", "10.0.0.1"),
            ("LD_PRELOAD", "/x.so"),
            ("OS_PASSWORD", "p"),
            ("PS1", "$"),
            ("S3_ACCESS_KEY_ID", "A"),
            ("S3_SECRET_ACCESS_KEY", "s"),
        ];
        let environment = built(&person, None);
        assert_eq!(variables(&environment), GIVEN);
        let kept_away: Vec<&str> = environment.kept_away().collect();
        assert_eq!(
            kept_away,
            [
                "AWS_ACCESS_KEY",
                "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                "AWS_DEFAULT_PROFILE",
                "AWS_PROFILE",
                "AWS_ROLE_ARN",
                "AWS_SECRET_KEY",
                "AWS_WEB_IDENTITY_TOKEN_FILE",
                "DIGITALOCEAN_ACCESS_TOKEN",
                "KOPS_AWS_ROLE_ARN",
                "KOPS_CLUSTER_NAME",
                "KOPS_LIFECYCLE_OVERRIDES",
                "KUBERNETES_SERVICE_HOST",
                "OS_PASSWORD",
                "S3_ACCESS_KEY_ID",
                "S3_SECRET_ACCESS_KEY",
            ]
        );
        assert_eq!(environment.seen(), BTreeMap::new());
    }

    #[test]
    fn what_decides_is_handed_on_and_seen_and_no_secret() {
        let person = [
            ("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:5000/x@y"),
            ("CNI_VERSION_URL", "https://example.com/cni.tgz"),
            ("HOME", "/home/me"),
            ("Https_Proxy", "no"),
            ("KOPS_FEATURE_FLAGS", "+X"),
            ("KUBECONFIG", "/home/me/k"),
            ("PATH", "bin:/usr/bin:.:/opt/kops"),
            ("S3_ACCESS_KEY_ID", "A"),
            ("S3_ENDPOINT", "https://minio.example.com"),
            ("S3_SECRET_ACCESS_KEY", "s"),
            ("https_proxy", "http://me:secret@proxy:3128/"),
        ];
        let environment = built(&person, Some("prod"));
        let mut expected: Vec<(&str, &str)> = GIVEN
            .into_iter()
            .filter(|(name, _)| *name != "PATH")
            .chain(
                person
                    .into_iter()
                    .filter(|(name, _)| !["Https_Proxy", "PATH"].contains(name)),
            )
            .chain([("AWS_PROFILE", "prod"), ("PATH", "/usr/bin:/opt/kops")])
            .collect();
        expected.sort_unstable();
        assert_eq!(variables(&environment), expected);
        let seen: Vec<(String, String)> = environment.seen().into_iter().collect();
        let expected = [
            ("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:5000/x@y"),
            ("AWS_PROFILE", "prod"),
            ("CNI_VERSION_URL", "https://example.com/cni.tgz"),
            ("KOPS_FEATURE_FLAGS", "+X"),
            ("S3_ACCESS_KEY_ID", "SHA-256 559aead08264d579"),
            ("S3_ENDPOINT", "https://minio.example.com"),
            ("https_proxy", "http://proxy:3128/"),
        ];
        assert_eq!(
            seen,
            expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
        assert_eq!(environment.kept_away().count(), 0);
        assert!(!format!("{environment:?}").contains("secret"));
    }

    #[test]
    fn the_same_stands_in_every_environment_but_the_store_and_the_kubeconfig() {
        let one = built(&[], None);
        let other = one
            .clone()
            .with_state_store("file:///s")
            .with_kubeconfig(Path::new("/k"));
        let differs =
            |(name, value): &(&OsString, &OsString)| one.variables.get(*name) != Some(*value);
        let names: Vec<&OsString> = other
            .variables
            .iter()
            .filter(differs)
            .map(|(name, _)| name)
            .collect();
        assert_eq!(names, ["KOPS_STATE_STORE", "KUBECONFIG"]);
    }
}
