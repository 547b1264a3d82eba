//! The config file: what the command line and the environment leave open, in `$XDG_CONFIG_HOME/kopswain/config.yml`.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use etcetera::BaseStrategy;
use serde_yaml::{Mapping, Value};

use super::files::{cause, read_at_most, refuse_secret, shown};
use super::settings::expand;
use crate::core::fault::Fault;
use crate::core::text::suggestion::did_you_mean;
use crate::core::text::untrusted::visible;

/// It has some 20 lines.
const LONGEST: usize = 64 << 10;

/// What the config file says; an absent setting is left to the defaults.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    pub profile: Option<String>,
    pub region: Option<String>,
    pub state_store: Option<String>,
    pub channel: Option<String>,
    pub kops: Option<PathBuf>,
    pub use_kubeconfig: Option<PathBuf>,
    pub lock_state_store: Option<bool>,
    pub theme: Option<String>,
    pub plain: Option<bool>,
    pub ascii: Option<bool>,
    pub mouse: Option<bool>,
    pub links: Option<bool>,
    /// How long a cluster that is created is waited for.
    pub wait: Option<Duration>,
    pub bell: Option<bool>,
    pub notify: Option<bool>,
    pub on_ready: Option<PathBuf>,
    pub on_change: Option<PathBuf>,
}

/// Every key, in the order of the documents.
pub const KEYS: [&str; 17] = [
    "profile",
    "region",
    "stateStore",
    "channel",
    "kops",
    "useKubeconfig",
    "lockStateStore",
    "theme",
    "plain",
    "ascii",
    "mouse",
    "links",
    "wait",
    "bell",
    "notify",
    "onReady",
    "onChange",
];

/// The folder of the config file and of a person's themes: `$XDG_CONFIG_HOME/kopswain`.
pub fn folder() -> Option<PathBuf> {
    let base = etcetera::base_strategy::Xdg::new().ok()?;
    Some(base.config_dir().join("kopswain"))
}

/// The path of the config file, whether it exists or not.
pub fn path() -> Option<PathBuf> {
    Some(folder()?.join("config.yml"))
}

/// Reads the config file; without one nothing is set. A Fault names everything that is wrong in it.
pub fn read() -> Result<Config, Fault> {
    let Some(path) = path() else {
        return Ok(Config::default());
    };
    let text = match read_at_most(&path, LONGEST) {
        Ok(text) => text,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(Config::default());
        }
        Err(error) => {
            let what = format!("the config file {} cannot be read", shown(&path));
            return Err(Fault::new(what, cause(&error), "correct or remove it"));
        }
    };
    refuse_secret(&path, &text)?;
    Config::parse(&text).map_err(|wrong| not_a_config(&path, &wrong))
}

fn not_a_config(path: &Path, wrong: &[String]) -> Fault {
    Fault::new(
        format!("the config file {} cannot be used", shown(path)),
        wrong.join("; "),
        format!("correct it; its keys are {}", KEYS.join(", ")),
    )
}

impl Config {
    /// Reads the text of a config file; the error is everything that is wrong in it.
    pub fn parse(text: &str) -> Result<Self, Vec<String>> {
        let document: Value =
            serde_yaml::from_str(text).map_err(|error| vec![visible(&error.to_string())])?;
        let mapping = match document {
            Value::Null => Mapping::new(),
            Value::Mapping(mapping) => mapping,
            _ => return Err(vec!["it is not a list of `key: value` lines".to_owned()]),
        };
        let mut config = Self::default();
        let mut wrong = Vec::new();
        for (key, value) in &mapping {
            let key = key.as_str().unwrap_or_default();
            // A key without a value is as if it were not there.
            if !value.is_null() || !KEYS.contains(&key) {
                wrong.extend(config.set(key, value).err());
            }
        }
        if wrong.is_empty() {
            Ok(config)
        } else {
            Err(wrong)
        }
    }

    fn set(&mut self, key: &str, value: &Value) -> Result<(), String> {
        match key {
            "profile" => self.profile = Some(text(key, value)?),
            "region" => self.region = Some(text(key, value)?),
            "stateStore" => self.state_store = Some(text(key, value)?),
            "channel" => self.channel = Some(text(key, value)?),
            "theme" => self.theme = Some(text(key, value)?),
            "kops" => self.kops = Some(file(key, value)?),
            "useKubeconfig" => self.use_kubeconfig = Some(file(key, value)?),
            "onReady" => self.on_ready = Some(file(key, value)?),
            "onChange" => self.on_change = Some(file(key, value)?),
            "lockStateStore" => self.lock_state_store = Some(switch(key, value)?),
            "plain" => self.plain = Some(switch(key, value)?),
            "ascii" => self.ascii = Some(switch(key, value)?),
            "mouse" => self.mouse = Some(switch(key, value)?),
            "links" => self.links = Some(switch(key, value)?),
            "bell" => self.bell = Some(switch(key, value)?),
            "notify" => self.notify = Some(switch(key, value)?),
            "wait" => self.wait = Some(time(key, value)?),
            other => return Err(unknown(other)),
        }
        Ok(())
    }
}

fn unknown(key: &str) -> String {
    let guess = did_you_mean(key, KEYS);
    format!("there is no key {}{guess}", visible(key))
}

fn text(key: &str, value: &Value) -> Result<String, String> {
    let text = value.as_str().filter(|text| !text.is_empty());
    text.map(str::to_owned)
        .ok_or_else(|| format!("{key} is not a text"))
}

fn file(key: &str, value: &Value) -> Result<PathBuf, String> {
    let path = expand(Path::new(&text(key, value)?));
    if path.is_absolute() {
        return Ok(path);
    }
    // A program or file that depends on the working folder would be another one in each.
    Err(format!("{key} is not a whole path: write /… or ~/…"))
}

fn switch(key: &str, value: &Value) -> Result<bool, String> {
    value
        .as_bool()
        .ok_or_else(|| format!("{key} is neither true nor false"))
}

fn time(key: &str, value: &Value) -> Result<Duration, String> {
    let seconds = value.as_u64().map(Duration::from_secs);
    let written = || humantime::parse_duration(value.as_str()?).ok();
    seconds
        .or_else(written)
        .ok_or_else(|| format!("{key} is not a time such as 90s, 15m or 1h30m"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_read() {
        let text = "profile: prod\nregion: eu-west-1\nstateStore: s3://a\nchannel: alpha\nkops: /opt/kops\nuseKubeconfig: /k\nlockStateStore: true\ntheme: dark\nplain: true\nascii: false\nmouse: true\nlinks: true\nwait: 45m\nbell: true\nnotify: false\nonReady: /opt/ready\nonChange: /opt/change\n";
        let word = |text: &str| Some(text.to_owned());
        let path = |text: &str| Some(PathBuf::from(text));
        let expected = Config {
            profile: word("prod"),
            region: word("eu-west-1"),
            state_store: word("s3://a"),
            channel: word("alpha"),
            kops: path("/opt/kops"),
            use_kubeconfig: path("/k"),
            lock_state_store: Some(true),
            theme: word("dark"),
            plain: Some(true),
            ascii: Some(false),
            mouse: Some(true),
            links: Some(true),
            wait: Some(Duration::from_mins(45)),
            bell: Some(true),
            notify: Some(false),
            on_ready: path("/opt/ready"),
            on_change: path("/opt/change"),
        };
        assert_eq!(Config::parse(text), Ok(expected));
        let keys: Vec<&str> = text
            .lines()
            .filter_map(|line| line.split(':').next())
            .collect();
        assert_eq!(keys, KEYS);
    }

    #[test]
    fn an_empty_file_and_an_empty_key_say_nothing() {
        for text in ["", "# nothing\n", "profile:\n"] {
            assert_eq!(Config::parse(text), Ok(Config::default()), "{text}");
        }
    }

    #[test]
    fn everything_that_is_wrong_is_named_at_once() {
        let text = "statestore: s3://a\nplain: maybe\nwait: soon\nkops: bin/kops\nelephant: 1\n";
        let expected = [
            "there is no key statestore; did you mean stateStore?",
            "plain is neither true nor false",
            "wait is not a time such as 90s, 15m or 1h30m",
            "kops is not a whole path: write /… or ~/…",
            "there is no key elephant",
        ];
        assert_eq!(
            Config::parse(text),
            Err(expected.map(str::to_owned).to_vec())
        );
        let list = "it is not a list of `key: value` lines".to_owned();
        assert_eq!(Config::parse("- a\n"), Err(vec![list]));
        let twice = Config::parse("plain: true\nplain: false\n").unwrap_err();
        assert_eq!(twice.len(), 1);
        assert!(twice[0].contains("duplicate"), "{}", twice[0]);
    }
}
