//! `config`: the settings that count, where each comes from, and the path of the config file.

use serde::Serialize;

use super::{
    ACCOUNT_KEYS, CREDENTIALS, Common, LOCK, OutputForm, PROFILE, REGION, STATE_STORE, print,
};
use crate::core::fault::Fault;
use crate::core::text::columns::column_widths;
use crate::core::text::json::to_json;
use crate::core::text::untrusted::visible;
use crate::io::aws;
use crate::io::config_file::{self, Config};
use crate::io::files::shown;
use crate::io::settings::{Settings, state_store_around, variable};

/// One setting as it counts.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct EffectiveSetting {
    key: &'static str,
    /// Absent where nothing sets it.
    value: Option<String>,
    source: String,
}

#[derive(Serialize)]
struct ConfigDocument {
    path: Option<String>,
    exists: bool,
    settings: Vec<EffectiveSetting>,
}

/// Where a setting may come from, the first one that is set.
struct Sources<'a> {
    option: &'static str,
    named: bool,
    variables: &'a [&'static str],
    in_file: bool,
}

impl Sources<'_> {
    // The word for the first that is set; `default` names what counts otherwise.
    fn first(&self, default: &str) -> String {
        let set = self.variables.iter().find(|name| variable(name).is_some());
        match set {
            _ if self.named => self.option.to_owned(),
            Some(name) => (*name).to_owned(),
            None if self.in_file => "the config file".to_owned(),
            None => default.to_owned(),
        }
    }
}

/// Prints the settings that count with the command line, the environment and the config file as they are.
pub(super) async fn run(common: &Common) -> Result<u8, Fault> {
    let path = config_file::path();
    let document = ConfigDocument {
        exists: path.as_ref().is_some_and(|path| path.is_file()),
        path: path.as_deref().map(shown),
        settings: settings(common).await,
    };
    match common.output {
        OutputForm::Json => print::json(&to_json(&document)),
        _ => print::out(&to_text(&document)),
    }
    Ok(0)
}

fn to_text(document: &ConfigDocument) -> String {
    let path = document
        .path
        .as_deref()
        .unwrap_or("no home folder is known");
    let exists = if document.exists {
        ""
    } else {
        " (not there: nothing is set in it)"
    };
    let rows: Vec<[String; 3]> = document
        .settings
        .iter()
        .map(|setting| {
            let value = setting
                .value
                .as_deref()
                .map_or_else(|| "-".to_owned(), visible);
            [setting.key.to_owned(), value, setting.source.clone()]
        })
        .collect();
    let widths = column_widths(rows.iter().map(<[String; 3]>::as_slice));
    let line = |row: &[String; 3]| {
        let cell = |at: usize| {
            let width = widths.get(at).copied().unwrap_or_default();
            format!("{:<width$}", row[at])
        };
        format!("{}  {}  {}", cell(0), cell(1), row[2])
    };
    let lines: Vec<String> = rows.iter().map(line).collect();
    format!("config file: {path}{exists}\n\n{}", lines.join("\n"))
}

async fn settings(common: &Common) -> Vec<EffectiveSetting> {
    let mut all = vec![profile(common), region(common).await, state_store(common)];
    all.extend(of_kops(common));
    all.extend(of_the_terminal(common));
    all.extend(of_the_end(common));
    all
}

fn profile(common: &Common) -> EffectiveSetting {
    let sources = common.sources("--profile", &CREDENTIALS, common.config.profile.is_some());
    let value = common.profile.clone().or_else(|| {
        if ACCOUNT_KEYS.iter().any(|name| variable(name).is_some()) {
            return None;
        }
        PROFILE.iter().find_map(|name| variable(name))
    });
    let keys = ACCOUNT_KEYS.iter().find(|name| variable(name).is_some());
    let source = match keys {
        Some(name) if common.profile.is_none() => format!("{name}: no profile is used"),
        _ => sources.first("AWS default"),
    };
    let default = keys.is_none().then(|| "default".to_owned());
    EffectiveSetting {
        key: "profile",
        value: value.or(default),
        source,
    }
}

async fn region(common: &Common) -> EffectiveSetting {
    let sources = common.sources("--region", &REGION, common.config.region.is_some());
    let found = aws::region(&common.settings()).await;
    let default = if found.is_ok() {
        "the AWS profile"
    } else {
        "not set"
    };
    EffectiveSetting {
        key: "region",
        source: sources.first(default),
        value: found.ok(),
    }
}

fn state_store(common: &Common) -> EffectiveSetting {
    let sources = common.sources(
        "--state",
        &[STATE_STORE],
        common.config.state_store.is_some(),
    );
    let around = state_store_around().map(|(_, source)| source);
    let default = around.unwrap_or_else(|| "not set".to_owned());
    EffectiveSetting {
        key: "stateStore",
        value: common.settings().state_store(),
        source: sources.first(&default),
    }
}

fn of_kops(common: &Common) -> Vec<EffectiveSetting> {
    let Settings {
        channel,
        kops,
        use_kubeconfig,
        ..
    } = common.settings();
    let config = &common.config;
    let path = |path: Option<std::path::PathBuf>| path.as_deref().map(shown);
    let row =
        |key, option, variables: &[&'static str], in_file, value, default: &str| EffectiveSetting {
            key,
            value,
            source: common.sources(option, variables, in_file).first(default),
        };
    vec![
        row(
            "channel",
            "--channel",
            &[],
            config.channel.is_some(),
            channel.or(Some("stable".to_owned())),
            "kops default",
        ),
        row(
            "kops",
            "--kops",
            &[],
            config.kops.is_some(),
            path(kops),
            "the first on PATH",
        ),
        row(
            "useKubeconfig",
            "--use-kubeconfig",
            &[super::USE_KUBECONFIG],
            config.use_kubeconfig.is_some(),
            path(use_kubeconfig),
            "the one that kops uses",
        ),
        row(
            "lockStateStore",
            "--lock-state-store",
            &[LOCK],
            config.lock_state_store.is_some(),
            Some(common.lock_state_store.to_string()),
            "default",
        ),
    ]
}

fn of_the_terminal(common: &Common) -> Vec<EffectiveSetting> {
    let config = &common.config;
    let row = |key, option, variables: &[&'static str], in_file, value: String| EffectiveSetting {
        key,
        value: Some(value),
        source: common.sources(option, variables, in_file).first("default"),
    };
    let colourless = variable("NO_COLOR").map(|_| "monochrome".to_owned());
    let theme = common
        .theme
        .clone()
        .or(colourless)
        .unwrap_or_else(|| "default".to_owned());
    let switch = |option: Option<bool>| option.unwrap_or(false).to_string();
    vec![
        row(
            "theme",
            "--theme",
            &["NO_COLOR"],
            config.theme.is_some(),
            theme,
        ),
        row(
            "plain",
            "--plain",
            &["ACCESSIBLE"],
            config.plain.is_some(),
            switch(common.plain),
        ),
        row(
            "ascii",
            "--ascii",
            &[],
            config.ascii.is_some(),
            switch(common.ascii),
        ),
        row(
            "mouse",
            "--mouse",
            &[],
            config.mouse.is_some(),
            switch(common.mouse),
        ),
        row(
            "links",
            "",
            &[],
            config.links.is_some(),
            switch(config.links),
        ),
    ]
}

// What happens when a cluster is ready, or was waited for too long.
fn of_the_end(common: &Common) -> Vec<EffectiveSetting> {
    let Config {
        wait,
        bell,
        notify,
        on_ready,
        on_change,
        ..
    } = &common.config;
    let row = |key, in_file, value, default: &str| EffectiveSetting {
        key,
        value,
        source: common.sources("", &[], in_file).first(default),
    };
    let time = humantime::format_duration(common.longest_wait()).to_string();
    let switch = |value: &Option<bool>| Some(value.unwrap_or(false).to_string());
    vec![
        row("wait", wait.is_some(), Some(time), "default"),
        row("bell", bell.is_some(), switch(bell), "default"),
        row("notify", notify.is_some(), switch(notify), "default"),
        row(
            "onReady",
            on_ready.is_some(),
            on_ready.as_deref().map(shown),
            "not set",
        ),
        row(
            "onChange",
            on_change.is_some(),
            on_change.as_deref().map(shown),
            "not set",
        ),
    ]
}

impl Common {
    fn sources<'a>(
        &self,
        option: &'static str,
        variables: &'a [&'static str],
        in_file: bool,
    ) -> Sources<'a> {
        Sources {
            option,
            named: self.names(option),
            variables,
            in_file,
        }
    }
}
