//! The settings of the command line; AWS's and kops's own variables and files fill the gaps.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::{env, fs};

use etcetera::BaseStrategy;
use serde::Deserialize;

use crate::core::kops::copied::ShellSettings;
use crate::tui::cluster_target::ClusterTarget;

const USUAL_PATH: &str = "/usr/local/bin:/usr/bin:/bin";

/// Plain values of the command line: an absent one means what AWS's and kops's own settings say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    pub profile: Option<String>,
    pub region: Option<String>,
    /// `s3://BUCKET` or `s3://BUCKET/PREFIX`.
    pub state_store: Option<String>,
    /// kops's channel, as its `--channel` takes it.
    pub channel: Option<String>,
    /// The kubeconfig that kops reads to look at a cluster, instead of the one of its run.
    pub use_kubeconfig: Option<PathBuf>,
    /// The kops program; otherwise the first one on `PATH`.
    pub kops: Option<PathBuf>,
    pub ssh_public_key: Option<PathBuf>,
    /// Whether a run takes the lock object in the state store.
    pub lock_state_store: bool,
    pub hooks: WatchHooks,
}

/// Programs that are run with a watched cluster's name and state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WatchHooks {
    /// Each time that it becomes ready.
    pub on_ready: Option<PathBuf>,
    /// Each time that it becomes ready, or is not any more.
    pub on_change: Option<PathBuf>,
}

impl Settings {
    /// What the person's shell says where the command line says something else, for commands that are copied into it.
    pub fn shell(&self) -> ShellSettings {
        let shell = Self::default();
        ShellSettings {
            profile: variable("AWS_PROFILE").or_else(|| variable("AWS_DEFAULT_PROFILE")),
            region: variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION")),
            state_store: shell.state_store(),
            keys: variable("AWS_ACCESS_KEY_ID").is_some(),
            named_profile: self.profile.clone(),
            named_kops: self.kops.as_ref().map(|kops| kops.display().to_string()),
            named_kubeconfig: self
                .use_kubeconfig
                .as_ref()
                .map(|file| file.display().to_string()),
        }
    }

    /// The same for a cluster of this place.
    #[must_use]
    pub fn at(&self, target: &ClusterTarget) -> Self {
        let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let mut settings = self.clone();
        settings.region = filled(&target.region).or(settings.region);
        settings.state_store = filled(&target.state_store).or(settings.state_store);
        settings.channel = filled(&target.channel).or(settings.channel);
        settings.ssh_public_key = filled(&target.ssh_public_key)
            .map(PathBuf::from)
            .or(settings.ssh_public_key);
        settings
    }

    /// The state store: the command line's, else `KOPS_STATE_STORE`, else `kops_state_store` in `~/.kops.yaml` or
    /// `~/.kops/config`, in kops's own order (cmd/kops/root.go).
    pub fn state_store(&self) -> Option<String> {
        let own = self.state_store.clone();
        own.or_else(|| Some(state_store_around()?.0))
    }
}

/// The state store that the environment or kops's own files name, and which of them does.
pub(crate) fn state_store_around() -> Option<(String, String)> {
    const VARIABLE: &str = "KOPS_STATE_STORE";
    let named = variable(VARIABLE).map(|store| (store, VARIABLE.to_owned()));
    named.or_else(|| {
        let home = home()?;
        let file = file_of_kops(&home)?;
        let place = file.strip_prefix(&home).unwrap_or(&file).display();
        Some((state_store_of_kops(&home)?, format!("~/{place}")))
    })
}

/// The value of an environment variable that is set, is text and is not empty.
pub(crate) fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// The home folder of the person, when there is one.
pub(crate) fn home() -> Option<PathBuf> {
    etcetera::home_dir().ok()
}

/// The home folder as text, for paths that start with `~/`; empty when there is none.
pub fn home_folder() -> String {
    home()
        .map(|home| home.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// The folder for what is kept between runs: `$XDG_STATE_HOME/kopswain`.
pub(crate) fn state_folder() -> Option<PathBuf> {
    let base = etcetera::base_strategy::Xdg::new().ok()?;
    Some(base.state_dir()?.join("kopswain"))
}

/// The folder for what may be lost: `$XDG_CACHE_HOME/kopswain`.
pub(crate) fn cache_folder() -> Option<PathBuf> {
    let base = etcetera::base_strategy::Xdg::new().ok()?;
    Some(base.cache_dir().join("kopswain"))
}

/// The path with a leading `~/` replaced by the home folder.
pub(crate) fn expand(path: &Path) -> PathBuf {
    match (path.strip_prefix("~"), home()) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path.to_owned(),
    }
}

/// The folders of a `PATH` that do not depend on where a program is started, or the usual ones when there is none.
pub(crate) fn absolute_path(path: Option<&OsStr>) -> OsString {
    let folders = path.into_iter().flat_map(env::split_paths);
    let joined = env::join_paths(folders.filter(|folder| folder.is_absolute()));
    let joined = joined.ok().filter(|joined| !joined.is_empty());
    joined.unwrap_or_else(|| USUAL_PATH.into())
}

#[derive(Deserialize)]
struct KopsConfig {
    #[serde(alias = "KOPS_STATE_STORE")]
    kops_state_store: Option<String>,
}

// kops reads the first of the two files that exists, never both.
fn file_of_kops(home: &Path) -> Option<PathBuf> {
    [home.join(".kops.yaml"), home.join(".kops").join("config")]
        .into_iter()
        .find(|file| file.exists())
}

fn state_store_of_kops(home: &Path) -> Option<String> {
    let file = file_of_kops(home)?;
    let config: KopsConfig = serde_yaml::from_str(&fs::read_to_string(file).ok()?).ok()?;
    config.kops_state_store.filter(|store| !store.is_empty())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_first_kops_file_that_exists_decides() {
        let home = tempfile::tempdir().unwrap();
        assert_eq!(state_store_of_kops(home.path()), None);
        fs::create_dir(home.path().join(".kops")).unwrap();
        fs::write(
            home.path().join(".kops/config"),
            "kops_state_store: s3://second\n",
        )
        .unwrap();
        assert_eq!(
            state_store_of_kops(home.path()),
            Some("s3://second".to_owned())
        );
        fs::write(
            home.path().join(".kops.yaml"),
            "KOPS_STATE_STORE: s3://first\nother: 1\n",
        )
        .unwrap();
        assert_eq!(
            state_store_of_kops(home.path()),
            Some("s3://first".to_owned())
        );
        fs::write(home.path().join(".kops.yaml"), "other: 1\n").unwrap();
        assert_eq!(state_store_of_kops(home.path()), None);
    }

    #[test]
    fn only_a_leading_tilde_is_the_home_folder() {
        let home = home().unwrap();
        assert_eq!(expand(Path::new("~/a/b")), home.join("a/b"));
        assert_eq!(expand(Path::new("/x/~/b")), PathBuf::from("/x/~/b"));
        assert_eq!(expand(Path::new("~other/b")), PathBuf::from("~other/b"));
    }
}
