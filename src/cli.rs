//! The command line: options and subcommands, and the exit code each ends with.

#![expect(
    clippy::doc_markdown,
    reason = "clap prints these lines as help on a terminal, where backticks are noise"
)]

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::builder::FalseyValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::core::cluster::live::CONFIRMATIONS;
use crate::core::cluster_name::ClusterName;
use crate::core::fault::Fault;
use crate::core::kops::copied::Copied;
use crate::io::config_file::{self, Config};
use crate::io::files::cause;
use crate::io::kops::{self, SupervisedCommand};
use crate::io::process::{WATCHDOG, watchdog};
use crate::io::settings::{Settings, WatchHooks, variable};
use crate::io::state_store::{GUARD, guard};
use crate::io::terminal::set_hook;
use crate::tui::job::Job;
use crate::tui::update::INTERRUPTED;

use approve::ApproveArgs;

mod approve;
mod config;
mod create;
mod discover;
mod doctor;
mod driver;
mod edit;
mod edit_spec;
mod full_screen;
mod headless;
mod home;
mod keys;
mod manual;
mod options;
mod parting;
mod plain;
mod plan;
mod print;
mod resume;
mod review;
mod run_lines;
mod session;
mod watch;
mod wizard;

/// Steers kops: a wizard from a Terraform VPC to a Kubernetes cluster that is ready.
///
/// Without a command home opens, or the wizard where nothing is known yet. Its answers are kept in a file in the working
/// folder. kopswain itself only reads from AWS; kops changes things, after you saw exactly what and typed the cluster's name.
#[derive(Clone, Debug, Parser)]
#[command(version, after_help = EXIT_CODES)]
pub struct Cli {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub command: Option<Command>,
}

const EXIT_CODES: &str = "Exit codes: 0 done, or nothing to change; 1 error; 2 pending changes (review), not ready (watch --once), problems found (plan, doctor); 130 interrupted.";

/// The variables that choose credentials, a region, a state store, and whether a run locks.
const PROFILE: [&str; 2] = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"];
const ACCOUNT_KEYS: [&str; 2] = ["AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE"];
const CREDENTIALS: [&str; 4] = [ACCOUNT_KEYS[0], ACCOUNT_KEYS[1], PROFILE[0], PROFILE[1]];
const REGION: [&str; 2] = ["AWS_REGION", "AWS_DEFAULT_REGION"];
const STATE_STORE: &str = "KOPS_STATE_STORE";
const USE_KUBECONFIG: &str = "KOPSWAIN_USE_KUBECONFIG";
const LOCK: &str = "KOPSWAIN_LOCK_STATE_STORE";

/// Options of several commands; `options.rs` says which command takes which.
#[derive(Clone, Debug, Args)]
pub struct Common {
    /// AWS profile (else AWS_PROFILE)
    #[arg(long, global = true, value_name = "NAME")]
    pub profile: Option<String>,
    /// AWS region (else AWS_REGION or the profile's)
    #[arg(long, global = true, value_name = "NAME")]
    pub region: Option<String>,
    /// State store, s3://BUCKET (else KOPS_STATE_STORE or kops's own config file)
    #[arg(long, global = true, value_name = "URL")]
    pub state: Option<String>,
    /// kops's channel for Kubernetes versions: stable, alpha, a URL or file:///PATH
    #[arg(long, global = true, value_name = "CHANNEL")]
    pub channel: Option<String>,
    /// default, dark, light, colour-blind, high-contrast, monochrome; auto, by the terminal's background; a theme of the
    /// config folder, or a .toml file
    #[arg(long, global = true, value_name = "THEME")]
    pub theme: Option<String>,
    /// Prompts and labelled lines instead of screens (else ACCESSIBLE)
    #[arg(long, global = true, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub plain: Option<bool>,
    /// Signs in ASCII only (chosen by itself when the locale is not UTF-8)
    #[arg(long, global = true, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub ascii: Option<bool>,
    /// Takes the mouse: wheel and clicks act, and the terminal selects no text meanwhile; ctrl-t switches it
    #[arg(long, global = true, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub mouse: Option<bool>,
    /// Form of what is printed
    #[arg(long, global = true, value_enum, default_value_t = OutputForm::Text)]
    pub output: OutputForm,
    /// The kops program (else the first on PATH)
    #[arg(long, global = true, value_name = "FILE")]
    pub kops: Option<PathBuf>,
    /// Validate through this kubeconfig, whose context has the cluster's name, instead of the one kops makes
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = USE_KUBECONFIG
    )]
    pub use_kubeconfig: Option<PathBuf>,
    /// Lock the cluster in its state store while a run works on it, so that no other machine does: needs s3:PutObject,
    /// s3:GetObject and s3:DeleteObject for .kopswain/locks/ there
    #[arg(long, global = true, env = LOCK, value_parser = FalseyValueParser::new())]
    pub lock_state_store: bool,
    /// The answers file of the wizard and of create
    #[arg(long, global = true, value_name = "FILE")]
    pub answers: Option<PathBuf>,
    /// What the config file says.
    #[arg(skip)]
    pub config: Config,
    /// The options that the command line itself named, of those that the config file may set too.
    #[arg(skip)]
    pub named: Vec<&'static str>,
}

/// Form of what is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OutputForm {
    Text,
    Json,
    /// A line of JSON for each thing that happens; of watch alone
    Jsonl,
    Markdown,
    Html,
}

/// A shell that can complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CompletionShell {
    Bash,
    Zsh,
    Fish,
}

/// What to do.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Shows what is there: VPCs, NAT gateways by zone, free space, clusters already inside
    Discover {
        /// Only this VPC, with everything in it
        #[arg(long, value_name = "ID")]
        vpc: Option<String>,
        /// Reads the instance types again, which are otherwise cached for 24 h
        #[arg(long)]
        refresh: bool,
    },
    /// Turns an answers file into cluster_spec.yml, or names every problem at once; asks nothing
    Plan {
        /// The answers file
        #[arg(value_name = "ANSWERS")]
        file: PathBuf,
        /// What `discover --output json` printed, instead of asking AWS
        #[arg(long, value_name = "FILE")]
        inventory: Option<PathBuf>,
        /// Writes the spec here instead of to standard output, whole or not at all
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Asks kops too what it would do, and prints that with the fingerprint that `create --approve` takes
        #[arg(long, conflicts_with = "inventory")]
        preview: bool,
    },
    /// Creates the cluster of an answers file without questions, after its dry run was shown
    Create {
        #[command(flatten)]
        approval: ApproveArgs,
        /// How long to wait for the cluster to be ready (else the config file's, or 30m)
        #[arg(long, value_name = "TIME", value_parser = duration)]
        wait: Option<Duration>,
    },
    /// Changes a cluster that exists, from the answers that it was made with, else as its spec in $EDITOR
    Edit {
        /// The cluster; without it, that of the answers file
        #[arg(value_parser = cluster_name)]
        cluster: Option<ClusterName>,
        /// Asks nothing: shows what the answers change, with the fingerprint that --approve takes; changes nothing
        #[arg(long, conflicts_with = "approve")]
        preview: bool,
        #[command(flatten)]
        approval: ApproveArgs,
        /// How long to wait for the cluster to be ready afterwards (else the config file's, or 30m)
        #[arg(long, value_name = "TIME", value_parser = duration)]
        wait: Option<Duration>,
    },
    /// Makes the dry run of `kops update cluster` reviewable; then applies it, if approved
    Review {
        /// The cluster; not needed with --from
        #[arg(value_parser = cluster_name)]
        cluster: Option<ClusterName>,
        /// A report that kops printed, or - for standard input
        #[arg(long, value_name = "FILE", conflicts_with = "approve")]
        from: Option<PathBuf>,
        /// An older report: shows what was added, removed and changed since; exit code 2 when they differ
        #[arg(long, value_name = "FILE", requires = "from")]
        against: Option<PathBuf>,
        /// The cluster's spec (kops get all -o yaml), used to count the instances that a rolling update replaces
        #[arg(long, value_name = "FILE", requires = "from")]
        spec: Option<PathBuf>,
        #[command(flatten)]
        approval: ApproveArgs,
        /// Exit code 0 when all pending changes are noise: lines that kops prints though they change nothing
        #[arg(long, conflicts_with_all = ["against", "approve"])]
        ignore_noise: bool,
    },
    /// Shows instance groups and node readiness until the cluster is ready
    Watch {
        /// The cluster; without it, one of those in the state store
        #[arg(value_parser = cluster_name)]
        cluster: Option<ClusterName>,
        /// Looks once; exit code 2 when not ready
        #[arg(long)]
        once: bool,
        /// Looks until ready, at most this long, in plain lines
        #[arg(long, value_name = "TIME", value_parser = duration)]
        wait: Option<Duration>,
        /// Ready when kops validate finds nothing wrong so often in a row
        #[arg(long, value_name = "TIMES", default_value_t = CONFIRMATIONS, value_parser = clap::value_parser!(u32).range(1..=100))]
        count: u32,
        #[command(flatten)]
        announcing: watch::Announcing,
    },
    /// Checks kops, credentials, region, state store and SSH key, each with what to do
    Doctor {
        /// The public key to check
        #[arg(long, value_name = "FILE")]
        ssh_public_key: Option<PathBuf>,
    },
    /// Shows the whole job on a built-in account: no AWS, no kops, nothing to install
    Demo,
    /// Opens home: clusters of the state store, drafts and runs of this machine, VPCs, setup; without a screen as a list
    Home,
    /// Prints the settings that count and where each comes from, and the config file's path
    Config,
    /// Prints the keys of every screen
    Keys,
    /// Prints what a shell completes options and commands with
    Completions {
        #[arg(value_enum)]
        shell: CompletionShell,
    },
    /// Prints the manual page of kopswain, or of one of its commands
    Man {
        /// The command
        #[arg(value_name = "COMMAND", conflicts_with = "folder")]
        page: Option<String>,
        /// Writes every page into this folder instead, as kopswain.1, kopswain-watch.1 and so on
        #[arg(long, value_name = "FOLDER")]
        folder: Option<PathBuf>,
    },
    /// Runs one kops command of a run and notes its end; kopswain starts it by itself
    #[command(name = kops::SUPERVISE, hide = true)]
    Supervise {
        #[arg(long)]
        folder: PathBuf,
        #[arg(long)]
        number: u32,
        #[arg(long, value_parser = job)]
        job: Job,
        #[arg(last = true, required = true)]
        command: Vec<OsString>,
    },
    /// Gives the lock in the state store back when a run is over; kopswain starts it by itself
    #[command(name = GUARD, hide = true)]
    Guard {
        #[arg(long)]
        folder: PathBuf,
        #[arg(long)]
        cluster: String,
        #[arg(long)]
        id: String,
    },
    /// Ends what a killed kopswain has left; kopswain starts it by itself
    #[command(name = WATCHDOG, hide = true)]
    Watchdog,
}

fn job(word: &str) -> Result<Job, String> {
    let job = word.parse();
    job.map_err(|_| format!("{word} is not what a command of a run is for"))
}

// kopswain checks it before anything runs: what begins with a hyphen would be an option of kops.
fn cluster_name(text: &str) -> Result<ClusterName, String> {
    ClusterName::parse(text).map_err(|fault| fault.whole())
}

/// The longest wait for what is under way when the program ends.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// Reads the command line, runs it, and returns the exit code.
pub fn main() -> ExitCode {
    set_hook();
    let mut cli = match options::parse() {
        Ok(cli) => cli,
        Err(error) => return not_parsed(&error),
    };
    // What prints itself, and what kopswain starts by itself, needs no settings.
    if cli.command.as_ref().is_none_or(Command::is_configured) {
        match config_file::read() {
            Ok(config) => cli.common.configure(config),
            Err(fault) => return ExitCode::from(report(fault, &Copied::default())),
        }
    }
    let code = match tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
    {
        Ok(runtime) => {
            let code = runtime.block_on(run(&cli));
            // A name that is still being looked up must not hold the end up; every task gets to clean up behind itself.
            runtime.shutdown_timeout(LAST_WORDS);
            code
        }
        Err(error) => Err(Fault::new(
            "the program cannot start its tasks",
            cause(&error),
            "close other programs, then start again",
        )),
    };
    ExitCode::from(ended(code, &cli.common.copied()))
}

// What standard output did not take makes an error of every success: the reader has less than was printed.
fn ended(code: Result<u8, Fault>, copied: &Copied) -> u8 {
    match (code, print::check()) {
        (Ok(INTERRUPTED), _) => INTERRUPTED,
        (Ok(code), Ok(())) => code,
        (Err(fault), Err(unprinted)) if fault != unprinted => {
            print::error(&unprinted.to_string());
            report(fault, copied)
        }
        (Ok(_), Err(fault)) | (Err(fault), _) => report(fault, copied),
    }
}

fn report(fault: Fault, copied: &Copied) -> u8 {
    print::error(&copied.fault(fault).to_string());
    1
}

// Help and version are what was asked for; anything else may name an argument that a terminal would obey.
fn not_parsed(error: &clap::Error) -> ExitCode {
    if error.use_stderr() {
        print::remark(&error.render().to_string());
        return ExitCode::FAILURE;
    }
    print::out(&error.render().to_string());
    ExitCode::from(ended(Ok(0), &Copied::default()))
}

async fn run(cli: &Cli) -> Result<u8, Fault> {
    let common = &cli.common;
    match &cli.command {
        None => wizard::run(common).await,
        Some(Command::Discover { vpc, refresh }) => {
            discover::run(common, vpc.as_deref(), *refresh).await
        }
        Some(Command::Plan {
            file,
            inventory,
            out,
            preview: false,
        }) => plan::run(common, file, inventory.as_deref(), out.as_deref()).await,
        Some(Command::Plan { file, out, .. }) => {
            create::preview(common, file, out.as_deref()).await
        }
        Some(Command::Create { approval, wait }) => {
            create::run(common, approval, wait.unwrap_or(common.longest_wait())).await
        }
        Some(command @ Command::Edit { .. }) => edited(common, command).await,
        Some(command @ Command::Review { .. }) => reviewed(common, command).await,
        Some(Command::Watch {
            cluster,
            once,
            wait,
            count,
            announcing,
        }) => {
            let extent = watch::Extent {
                once: *once,
                wait: *wait,
                count: *count,
            };
            watch::run(common, cluster.as_ref(), extent, announcing).await
        }
        Some(Command::Doctor { ssh_public_key }) => {
            doctor::run(common, ssh_public_key.as_deref()).await
        }
        Some(Command::Demo) => wizard::demo(common).await,
        Some(Command::Home) => home::run(common).await,
        Some(Command::Config) => config::run(common).await,
        Some(Command::Keys) => Ok(keys::run(common.output)),
        Some(Command::Completions { shell }) => Ok(manual::complete(*shell)),
        Some(Command::Man { page, folder }) => manual::run(page.as_deref(), folder.as_deref()),
        Some(command @ (Command::Supervise { .. } | Command::Guard { .. } | Command::Watchdog)) => {
            Box::pin(by_itself(common, command)).await
        }
    }
}

// What kopswain starts by itself.
async fn by_itself(common: &Common, command: &Command) -> Result<u8, Fault> {
    match command {
        Command::Supervise {
            folder,
            number,
            job,
            command,
        } => {
            let (program, args) = command.split_first().unzip();
            let command = SupervisedCommand {
                folder: folder.clone(),
                number: *number,
                job: *job,
                program: program.map(PathBuf::from).unwrap_or_default(),
                args: args.unwrap_or_default().to_vec(),
            };
            kops::supervise(&command).await.map(|()| 0)
        }
        Command::Guard {
            folder,
            cluster,
            id,
        } => guard(&common.settings(), cluster, folder.clone(), id)
            .await
            .map(|()| 0),
        Command::Watchdog => watchdog().await.map(|()| 0),
        _ => Ok(1),
    }
}

async fn edited(common: &Common, command: &Command) -> Result<u8, Fault> {
    let Command::Edit {
        cluster,
        preview,
        approval,
        wait,
    } = command
    else {
        return Ok(1);
    };
    let asked = edit::EditRequest {
        cluster: cluster.as_ref(),
        preview: *preview,
        approval,
        wait: wait.unwrap_or(common.longest_wait()),
    };
    edit::run(common, &asked).await
}

async fn reviewed(common: &Common, command: &Command) -> Result<u8, Fault> {
    let Command::Review {
        cluster,
        from,
        against,
        spec,
        approval,
        ignore_noise,
    } = command
    else {
        return Ok(1);
    };
    let asked = review::ReviewRequest {
        cluster: cluster.as_ref(),
        from: from.as_deref(),
        against: against.as_deref(),
        spec: spec.as_deref(),
        approval,
        ignore_noise: *ignore_noise,
    };
    review::run(common, &asked).await
}

impl Common {
    /// What a command needs that is copied, by the command line alone.
    fn copied(&self) -> Copied {
        let settings = self.settings();
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        Copied::new(
            &settings.shell(),
            &text(&settings.region),
            &text(&settings.state_store),
        )
    }

    /// What the config file says counts where neither the command line nor the environment says anything.
    fn configure(&mut self, config: Config) {
        self.named = self.named_options();
        let unset = |names: &[&str]| names.iter().all(|name| variable(name).is_none());
        let text = |option: &mut Option<String>, setting: &Option<String>, variables: &[&str]| {
            if option.is_none() && unset(variables) {
                option.clone_from(setting);
            }
        };
        text(&mut self.profile, &config.profile, &CREDENTIALS);
        text(&mut self.region, &config.region, &REGION);
        text(&mut self.state, &config.state_store, &[STATE_STORE]);
        text(&mut self.channel, &config.channel, &[]);
        text(&mut self.theme, &config.theme, &["NO_COLOR"]);
        self.kops = self.kops.take().or_else(|| config.kops.clone());
        self.use_kubeconfig = self
            .use_kubeconfig
            .take()
            .or_else(|| config.use_kubeconfig.clone());
        self.plain = self.plain.or_else(accessible).or(config.plain);
        self.ascii = self.ascii.or(config.ascii);
        self.mouse = self.mouse.or(config.mouse);
        if unset(&[LOCK]) {
            self.lock_state_store |= config.lock_state_store.unwrap_or(false);
        }
        print::set_links(config.links.unwrap_or(false));
        self.config = config;
    }

    fn named_options(&self) -> Vec<&'static str> {
        let unset = |name| variable(name).is_none();
        let all = [
            ("--profile", self.profile.is_some()),
            ("--region", self.region.is_some()),
            ("--state", self.state.is_some()),
            ("--channel", self.channel.is_some()),
            ("--kops", self.kops.is_some()),
            (
                "--use-kubeconfig",
                self.use_kubeconfig.is_some() && unset(USE_KUBECONFIG),
            ),
            ("--lock-state-store", self.lock_state_store && unset(LOCK)),
            ("--theme", self.theme.is_some()),
            ("--plain", self.plain.is_some()),
            ("--ascii", self.ascii.is_some()),
            ("--mouse", self.mouse.is_some()),
        ];
        let named = all.into_iter().filter(|(_, named)| *named);
        named.map(|(option, _)| option).collect()
    }

    /// Whether the command line itself names this option: what it names comes before any file.
    fn names(&self, option: &str) -> bool {
        self.named.contains(&option)
    }

    /// Whether prompts and lines are wanted.
    fn is_plain(&self) -> bool {
        self.plain == Some(true)
    }

    /// How long a cluster that is created is waited for.
    fn longest_wait(&self) -> Duration {
        self.config.wait.unwrap_or(plain::WAIT)
    }

    /// The settings that the io layer works with.
    pub fn settings(&self) -> Settings {
        Settings {
            profile: self.profile.clone(),
            region: self.region.clone(),
            state_store: self.state.clone(),
            channel: self.channel.clone(),
            use_kubeconfig: self.use_kubeconfig.clone(),
            kops: self.kops.clone(),
            ssh_public_key: None,
            lock_state_store: self.lock_state_store,
            hooks: WatchHooks::default(),
        }
    }
}

/// A time such as `15m`, `90s`, `1h`, `1h30m`; a number without unit is seconds.
pub fn duration(text: &str) -> Result<Duration, String> {
    let unit = if text.ends_with(|last: char| last.is_ascii_digit()) {
        "s"
    } else {
        ""
    };
    humantime::parse_duration(&format!("{text}{unit}"))
        .map_err(|_| format!("{text} is not a time such as 90s, 15m or 1h30m"))
}

impl Command {
    fn is_configured(&self) -> bool {
        !matches!(
            self,
            Self::Keys
                | Self::Completions { .. }
                | Self::Man { .. }
                | Self::Supervise { .. }
                | Self::Guard { .. }
                | Self::Watchdog
        )
    }
}

/// Whether the environment asks for what a screen reader can read; absent where it says nothing.
fn accessible() -> Option<bool> {
    let value = variable("ACCESSIBLE")?;
    Some(!matches!(
        value.to_ascii_lowercase().as_str(),
        "0" | "false" | "no" | "off"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_with_their_units() {
        let seconds = |text| duration(text).map(|time| time.as_secs());
        assert_eq!(seconds("90"), Ok(90));
        assert_eq!(seconds("15m"), Ok(900));
        assert_eq!(seconds("1h30m"), Ok(5_400));
        assert_eq!(
            seconds(""),
            Err(" is not a time such as 90s, 15m or 1h30m".to_owned())
        );
        assert_eq!(seconds("1h30"), Ok(3_630));
        assert_eq!(
            seconds("5 apples"),
            Err("5 apples is not a time such as 90s, 15m or 1h30m".to_owned())
        );
        assert_eq!(
            seconds("99999999999999999999h"),
            Err("99999999999999999999h is not a time such as 90s, 15m or 1h30m".to_owned())
        );
    }

    #[test]
    fn the_command_line_is_consistent() {
        options::command().debug_assert();
    }
}
