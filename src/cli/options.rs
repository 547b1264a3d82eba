//! Which command takes which of the shared options: one that a command ignores is not in its help, and not accepted
//! unless it says where things are.

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, Command, CommandFactory, FromArgMatches, ValueEnum};

use super::{Cli, OutputForm};

/// The shared options that a command takes, by their ids, and the forms that it prints.
struct Accepted {
    /// Empty for the program without a command.
    command: &'static str,
    options: &'static [&'static [&'static str]],
    forms: &'static [OutputForm],
}

const ACCOUNT: &[&str] = &["profile", "region"];
const STATE: &[&str] = &["state"];
const CHANNEL: &[&str] = &["channel"];
const KOPS: &[&str] = &["kops"];
const KUBECONFIG: &[&str] = &["use_kubeconfig"];
const LOCK: &[&str] = &["lock_state_store"];
const ANSWERS: &[&str] = &["answers"];
const SCREEN: &[&str] = &["theme", "plain", "ascii", "mouse"];
const OUTPUT: &[&str] = &["output"];

/// Where the account, the state store and the programs are, and what the person's terminal bears: an alias or a script may
/// set them for every command, so they are accepted by all, and in the help of those that use them.
const SETTINGS: [&[&str]; 7] = [
    ACCOUNT,
    STATE,
    CHANNEL,
    KOPS,
    KUBECONFIG,
    LOCK,
    &["plain", "ascii"],
];

const DOCUMENT: &[OutputForm] = &[OutputForm::Text, OutputForm::Json];
const DRY_RUN: &[OutputForm] = &[
    OutputForm::Text,
    OutputForm::Json,
    OutputForm::Markdown,
    OutputForm::Html,
];

const ACCEPTED: [Accepted; 14] = [
    Accepted {
        command: "",
        options: &[
            ACCOUNT, STATE, CHANNEL, KOPS, KUBECONFIG, LOCK, ANSWERS, SCREEN,
        ],
        forms: &[],
    },
    Accepted {
        command: "discover",
        options: &[ACCOUNT, CHANNEL, OUTPUT],
        forms: DOCUMENT,
    },
    Accepted {
        command: "plan",
        options: &[ACCOUNT, STATE, CHANNEL, KOPS, KUBECONFIG, LOCK, OUTPUT],
        forms: DRY_RUN,
    },
    Accepted {
        command: "create",
        options: &[ACCOUNT, STATE, CHANNEL, KOPS, KUBECONFIG, LOCK, ANSWERS],
        forms: &[],
    },
    Accepted {
        command: "edit",
        options: &[
            ACCOUNT, STATE, CHANNEL, KOPS, KUBECONFIG, LOCK, ANSWERS, SCREEN,
        ],
        forms: &[],
    },
    Accepted {
        command: "review",
        options: &[ACCOUNT, STATE, KOPS, KUBECONFIG, LOCK, SCREEN, OUTPUT],
        forms: DRY_RUN,
    },
    Accepted {
        command: "watch",
        options: &[ACCOUNT, STATE, KOPS, KUBECONFIG, SCREEN, OUTPUT],
        forms: &[OutputForm::Text, OutputForm::Json, OutputForm::Jsonl],
    },
    Accepted {
        command: "doctor",
        options: &[ACCOUNT, STATE, CHANNEL, KOPS, ANSWERS, OUTPUT],
        forms: DOCUMENT,
    },
    Accepted {
        command: "demo",
        options: &[SCREEN],
        forms: &[],
    },
    Accepted {
        command: "home",
        options: &[
            ACCOUNT, STATE, CHANNEL, KOPS, KUBECONFIG, LOCK, ANSWERS, SCREEN,
        ],
        forms: &[],
    },
    Accepted {
        command: "config",
        options: &[
            ACCOUNT, STATE, CHANNEL, KOPS, KUBECONFIG, LOCK, SCREEN, OUTPUT,
        ],
        forms: DOCUMENT,
    },
    Accepted {
        command: "keys",
        options: &[OUTPUT],
        forms: &[OutputForm::Text, OutputForm::Markdown],
    },
    Accepted {
        command: "completions",
        options: &[],
        forms: &[],
    },
    Accepted {
        command: "man",
        options: &[],
        forms: &[],
    },
];

/// The names of the commands that people run.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    let named = ACCEPTED.iter().map(|accepted| accepted.command);
    named.filter(|name| !name.is_empty())
}

impl Accepted {
    // Of what kopswain starts by itself nothing is held.
    fn by(command: &str) -> Option<&'static Self> {
        ACCEPTED.iter().find(|accepted| accepted.command == command)
    }

    fn takes(&self, id: &str) -> bool {
        self.options.iter().any(|run| run.contains(&id))
    }
}

/// The command line, in which each command shows the options that it takes.
pub(super) fn command() -> Command {
    let whole = Cli::command();
    let shared: Vec<_> = whole
        .get_arguments()
        .filter(|argument| argument.is_global_set())
        .cloned()
        .collect();
    whole.mut_subcommands(|command| {
        let Some(accepted) = Accepted::by(command.get_name()) else {
            return command;
        };
        let ignored = shared
            .iter()
            .filter(|option| !accepted.takes(option.get_id().as_str()));
        command.args(ignored.map(|option| option.clone().hide(true)))
    })
}

/// Reads the command line; an option that the command ignores is an error, unless it says where things are.
pub(super) fn parse() -> Result<Cli, clap::Error> {
    parse_from(std::env::args_os())
}

fn parse_from<I, T>(words: I) -> Result<Cli, clap::Error>
where
    I: IntoIterator<Item = T>,
    T: Into<std::ffi::OsString> + Clone,
{
    let mut whole = command();
    let matches = whole.try_get_matches_from_mut(words)?;
    let cli = Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut whole))?;
    let name = matches.subcommand_name().unwrap_or_default();
    match Accepted::by(name).and_then(|accepted| refusal(accepted, &matches, &cli, name)) {
        Some(words) => Err(whole.error(ErrorKind::UnknownArgument, words)),
        None => Ok(cli),
    }
}

fn refusal(accepted: &Accepted, matches: &ArgMatches, cli: &Cli, name: &str) -> Option<String> {
    let ignored = matches
        .ids()
        .map(clap::Id::as_str)
        .filter(|id| matches.value_source(id) == Some(ValueSource::CommandLine));
    let shared = |id: &&str| ACCEPTED.iter().any(|one| one.takes(id));
    let setting = |id: &str| SETTINGS.iter().any(|run| run.contains(&id));
    let mut ignored = ignored.filter(shared).filter(|id| !setting(id));
    let ignored = ignored.find(|id| !accepted.takes(id));
    let program = if name.is_empty() {
        "kopswain without a command".to_owned()
    } else {
        format!("kopswain {name}")
    };
    if let Some(id) = ignored {
        let option = id.replace('_', "-");
        return Some(format!("--{option} means nothing to {program}"));
    }
    let form = cli.common.output;
    if accepted.forms.is_empty() || accepted.forms.contains(&form) {
        return None;
    }
    let forms: Vec<String> = accepted.forms.iter().copied().map(form_name).collect();
    Some(format!(
        "{program} prints no {}; --output takes {} there",
        form_name(form),
        forms.join(", ")
    ))
}

fn form_name(form: OutputForm) -> String {
    let value = form.to_possible_value();
    value.map_or_else(String::new, |value| value.get_name().to_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn refused(words: &str) -> Option<String> {
        let error = parse_from(words.split(' ')).err()?;
        let text = error.render().to_string();
        text.lines().next().map(str::to_owned)
    }

    #[test]
    fn every_command_is_in_the_table() {
        let whole = command();
        let shown = whole
            .get_subcommands()
            .filter(|command| !command.is_hide_set());
        let missing: Vec<&str> = shown
            .map(Command::get_name)
            .filter(|name| Accepted::by(name).is_none())
            .collect();
        assert_eq!(missing, [""; 0]);
        let mut options: Vec<&str> = ACCEPTED[..]
            .iter()
            .flat_map(|one| one.options.concat())
            .collect();
        options.sort_unstable();
        options.dedup();
        let mut shared: Vec<&str> = whole
            .get_arguments()
            .filter(|argument| argument.is_global_set())
            .map(|argument| argument.get_id().as_str())
            .collect();
        shared.sort_unstable();
        assert_eq!(options, shared);
    }

    #[test]
    fn an_option_that_is_ignored_is_refused_wherever_it_stands() {
        let plan = "error: --theme means nothing to kopswain plan";
        assert_eq!(
            refused("kopswain plan a.yml --theme dark").as_deref(),
            Some(plan)
        );
        assert_eq!(
            refused("kopswain --theme dark plan a.yml").as_deref(),
            Some(plan)
        );
        assert_eq!(
            refused("kopswain --output json").as_deref(),
            Some("error: --output means nothing to kopswain without a command")
        );
        assert_eq!(
            refused("kopswain discover --output html").as_deref(),
            Some("error: kopswain discover prints no html; --output takes text, json there")
        );
        for words in [
            "kopswain --plain",
            "kopswain --plain=false --theme dark",
            "kopswain --profile a watch x.example.com --output jsonl",
            "kopswain demo --plain",
            "kopswain keys --output markdown",
            "kopswain --kops /bin/kops --channel stable --region us-east-1 review x.example.com",
            "kopswain plan a.yml --preview --output html",
        ] {
            assert_eq!(refused(words), None, "{words}");
        }
    }

    #[test]
    fn the_help_of_a_command_names_what_it_takes_and_nothing_else() {
        let mut whole = command();
        whole.build();
        let help = |name: &str| {
            let command = whole.find_subcommand(name).unwrap();
            command.clone().render_long_help().to_string()
        };
        assert!(help("watch").contains("--theme"));
        assert!(!help("plan").contains("--theme"));
        assert!(!help("completions").contains("--region"));
    }
}
