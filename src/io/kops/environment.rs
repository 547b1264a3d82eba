//! What kops sees of the environment: the person's own, with the account and the store that kopswain shows.

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

    pub(super) fn apply(&self, command: &mut Command) {
        for name in &self.removed {
            command.env_remove(name);
        }
        command.envs(self.set.iter().map(|(name, value)| (name, value)));
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
}
