//! What kops sees of the environment: the person's own, with the account and the store that kopswain shows.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;

use tokio::process::Command;

use crate::io::settings::Settings;

// The SDK for Go prefers keys in variables to a profile in a variable; ours prefers the profile that was named.
const KEYS: [&str; 3] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
];

// What kops 1.36.2 and the SDK for Go read (os.Getenv in k8s.io/kops, and the SDK's "Environment variables").
const PREFIXES: [&str; 3] = ["AWS_", "KOPS_", "S3_"];
const OTHERS: [&str; 12] = [
    "ALL_PROXY",
    "DNSCONTROLLER_IMAGE",
    "DNS_IGNORE_NS_CHECK",
    "GOSSIP_DNS_CONN_LIMIT",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "KOPSCONTROLLER_IMAGE",
    "KUBE_APISERVER_HEALTHCHECK_IMAGE",
    "NO_PROXY",
    "SKIP_REGION_CHECK",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
];
const SECRET: [&str; 5] = ["SECRET", "TOKEN", "ACCESS_KEY_ID", "PASSWORD", "EXPIRATION"];
const APART: [&str; 4] = [
    "AWS_DEFAULT_REGION",
    "AWS_REGION",
    "KOPS_CLUSTER_NAME",
    "KOPS_STATE_STORE",
];

/// Variables set and taken away on top of the person's environment; holds no secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    set: Vec<(&'static str, OsString)>,
    removed: Vec<&'static str>,
}

impl Environment {
    /// The account of the settings, the region that was found, and the state store (`s3://…`).
    pub fn of(settings: &Settings, region: &str, state_store: &str) -> Self {
        let mut environment = Self::default()
            .with("AWS_REGION", region)
            .with("KOPS_STATE_STORE", state_store);
        if let Some(profile) = &settings.profile {
            environment = environment.with("AWS_PROFILE", profile);
            environment.removed.extend(KEYS);
        }
        environment
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

    fn with(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.set.retain(|(known, _)| *known != name);
        self.set.push((name, value.into()));
        self
    }

    /// The variables that kops sees and that decide what it does, by name; no secret, and nothing that has a place of its
    /// own in an approval (region, state store) or differs by design (the kubeconfig).
    pub fn seen(&self) -> BTreeMap<String, String> {
        self.seen_in(std::env::vars_os())
    }

    fn seen_in(
        &self,
        environment: impl Iterator<Item = (OsString, OsString)>,
    ) -> BTreeMap<String, String> {
        let text = |value: &OsString| value.to_string_lossy().into_owned();
        let own = environment.map(|(name, value)| (text(&name), text(&value)));
        let mut seen: BTreeMap<String, String> = own.collect();
        seen.retain(|name, _| !self.removed.contains(&name.as_str()));
        let set = self.set.iter();
        seen.extend(set.map(|(name, value)| ((*name).to_owned(), text(value))));
        seen.retain(|name, _| decides(name));
        for value in seen.values_mut() {
            *value = without_password(value);
        }
        seen
    }

    pub(super) fn apply(&self, command: &mut Command) {
        for name in &self.removed {
            command.env_remove(name);
        }
        command.envs(self.set.iter().map(|(name, value)| (name, value)));
    }
}

fn decides(name: &str) -> bool {
    let named = PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        || OTHERS.contains(&name.to_ascii_uppercase().as_str());
    let secret = SECRET.iter().any(|word| name.contains(word));
    named && !secret && !APART.contains(&name)
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

    #[test]
    fn a_named_profile_takes_the_keys_of_variables_away() {
        let settings = Settings {
            profile: Some("prod".to_owned()),
            ..Settings::default()
        };
        let environment =
            Environment::of(&settings, "us-east-1", "s3://a").with_state_store("file:///b");
        let set = [
            ("AWS_REGION", "us-east-1"),
            ("AWS_PROFILE", "prod"),
            ("KOPS_STATE_STORE", "file:///b"),
        ];
        assert_eq!(
            environment.set,
            set.map(|(name, value)| (name, OsString::from(value)))
        );
        assert_eq!(environment.removed, KEYS);
        assert_eq!(
            Environment::of(&Settings::default(), "r", "s").removed,
            Vec::<&str>::new()
        );
    }

    #[test]
    fn what_decides_is_seen_and_no_secret() {
        let settings = Settings {
            profile: Some("prod".to_owned()),
            ..Settings::default()
        };
        let environment = Environment::of(&settings, "us-east-1", "s3://a");
        let own = [
            ("AWS_ACCESS_KEY_ID", "AKIA"),
            ("AWS_SECRET_ACCESS_KEY", "s"),
            ("AWS_ENDPOINT_URL", "http://127.0.0.1:5000/x@y"),
            ("AWS_PROFILE", "other"),
            ("KOPS_FEATURE_FLAGS", "+X"),
            ("S3_SECRET_ACCESS_KEY", "s"),
            ("https_proxy", "http://me:secret@proxy:3128/"),
            ("HOME", "/home/me"),
        ];
        let own = own.map(|(name, value)| (OsString::from(name), OsString::from(value)));
        let seen: Vec<(String, String)> =
            environment.seen_in(own.into_iter()).into_iter().collect();
        let expected = [
            ("AWS_ENDPOINT_URL", "http://127.0.0.1:5000/x@y"),
            ("AWS_PROFILE", "prod"),
            ("KOPS_FEATURE_FLAGS", "+X"),
            ("https_proxy", "http://proxy:3128/"),
        ];
        assert_eq!(
            seen,
            expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
    }
}
