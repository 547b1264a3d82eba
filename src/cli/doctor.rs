//! `doctor`: what works, what does not, and what to do; with the answers of the working folder, where there are any.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{Common, OutputForm, print};
use crate::core::answers::Answers;
use crate::core::check::{Check, CheckKind, CheckState};
use crate::core::fault::Fault;
use crate::core::text::json::to_json;
use crate::core::text::untrusted::visible;
use crate::io::doctor::{check_all, source_around};
use crate::io::settings::Settings;
use crate::io::{answers_file, files};

/// One check, and which source its value came from.
#[derive(Serialize)]
struct Sourced {
    #[serde(flatten)]
    check: Check,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
}

/// Makes every check; exit code 2 when one is blocked. What the command line names comes first, then the answers file,
/// then AWS's and kops's own variables and files.
pub(super) async fn run(common: &Common, key: Option<&Path>) -> Result<u8, Fault> {
    let path = answers_path(common);
    let read = match answers_file::read(&path) {
        Ok(None) if common.answers.is_some() => Err(no_answers(&path)),
        read => read,
    };
    // A file that cannot be read is reported beside what the other checks find.
    let (mut answers, unread) = match read {
        Ok(answers) => (answers.unwrap_or_default(), None),
        Err(fault) => (Answers::default(), Some(CheckState::Blocked(fault))),
    };
    // A file that names no key means the default one, which is looked for as without a file.
    if answers.access.ssh_public_key == Answers::default().access.ssh_public_key {
        answers.access.ssh_public_key.clear();
    }
    let mut settings = common.settings();
    settings.ssh_public_key = key.map(Path::to_owned);
    let given = settings.clone();
    fill(&mut settings, &answers, common);
    let checks = check_all(&settings, |_| {}).await;
    let sourced = checks.into_iter().map(|check| Sourced {
        source: source(check.kind, (common, &given), &answers, &path)
            .or_else(|| profile_note(&check)),
        check,
    });
    let sourced: Vec<Sourced> = sourced.collect();
    if common.output == OutputForm::Json {
        let unread = unread.iter().map(|state| FileCheck {
            kind: "answersFile",
            state,
        });
        let all = unread
            .map(CheckRow::File)
            .chain(sourced.iter().map(CheckRow::Check));
        print::json(&to_json(&all.collect::<Vec<_>>()));
    } else {
        if let Some(state) = &unread {
            print_check("answers file", state);
        }
        tell_all(&sourced);
    }
    let blocked = |one: &Sourced| matches!(one.check.state, CheckState::Blocked(_));
    let any = unread.is_some() || sourced.iter().any(blocked);
    Ok(if any { 2 } else { 0 })
}

#[derive(Serialize)]
#[serde(untagged)]
enum CheckRow<'a> {
    File(FileCheck<'a>),
    Check(&'a Sourced),
}

#[derive(Serialize)]
struct FileCheck<'a> {
    kind: &'static str,
    #[serde(flatten)]
    state: &'a CheckState,
}

fn answers_path(common: &Common) -> PathBuf {
    let named = common.answers.clone();
    named.unwrap_or_else(|| PathBuf::from(answers_file::DEFAULT))
}

fn no_answers(path: &Path) -> Fault {
    Fault::new(
        format!("{} does not exist", files::shown(path)),
        "--answers names it",
        "name an answers file, or leave --answers out",
    )
}

// What the command line named stands; what the config file says gives way to the answers.
fn fill(settings: &mut Settings, answers: &Answers, common: &Common) {
    let fill = |setting: &mut Option<String>, option: &str, answer: &String| {
        let stands = setting.is_some() && common.names(option);
        if !answer.is_empty() && !stands {
            *setting = Some(answer.clone());
        }
    };
    fill(&mut settings.region, "--region", &answers.region);
    fill(&mut settings.state_store, "--state", &answers.state_store);
    fill(&mut settings.channel, "--channel", &answers.channel);
    let key = &answers.access.ssh_public_key;
    let key = (!key.is_empty()).then(|| PathBuf::from(key));
    settings.ssh_public_key = settings.ssh_public_key.take().or(key);
}

// What is found and named by nothing else, AWS's own files have.
fn profile_note(check: &Check) -> Option<String> {
    let found = matches!(check.state, CheckState::Good(_));
    (found && check.kind == CheckKind::Region).then(|| "the AWS profile".to_owned())
}

fn source(
    kind: CheckKind,
    (common, given): (&Common, &Settings),
    answers: &Answers,
    path: &Path,
) -> Option<String> {
    let (option, named, answered) = match kind {
        CheckKind::Kops => ("--kops", given.kops.is_some(), ""),
        CheckKind::Credentials => ("--profile", given.profile.is_some(), ""),
        CheckKind::Region => ("--region", given.region.is_some(), answers.region.as_str()),
        CheckKind::StateStore => (
            "--state",
            given.state_store.is_some(),
            answers.state_store.as_str(),
        ),
        CheckKind::SshKey => (
            "--ssh-public-key",
            given.ssh_public_key.is_some(),
            answers.access.ssh_public_key.as_str(),
        ),
        CheckKind::Channel => (
            "--channel",
            given.channel.is_some(),
            answers.channel.as_str(),
        ),
    };
    let named_here = named && (common.names(option) || option == "--ssh-public-key");
    match (named_here, answered) {
        (false, "") if named => Some("the config file".to_owned()),
        (true, "") => Some(option.to_owned()),
        (true, other) => Some(format!(
            "{option} ({} has {})",
            files::shown(path),
            visible(other)
        )),
        (false, "") => source_around(kind),
        (false, _) => Some(files::shown(path)),
    }
}

// What stands in the way of several checks, as missing credentials do, is printed in full once.
fn tell_all(checks: &[Sourced]) {
    let mut printed: Vec<&Fault> = Vec::new();
    for Sourced { check, source } in checks {
        match &check.state {
            CheckState::Blocked(fault) if printed.contains(&fault) => {
                let text = format!("blocked  {}, as above", visible(&fault.what));
                print::out(&format!("{:<16} {text}", check.kind.word()));
            }
            CheckState::Blocked(fault) => {
                printed.push(fault);
                print_check(check.kind.word(), &check.state);
            }
            state => print_check(check.kind.word(), state),
        }
        if let Some(source) = source {
            print::out(&format!("  from: {source}"));
        }
    }
}

fn print_check(name: &str, state: &CheckState) {
    let (word, text) = match state {
        CheckState::Asking => ("asking", String::new()),
        CheckState::Good(found) => ("ok", visible(found)),
        CheckState::Warning(fault) => ("warning", fault.to_string()),
        CheckState::Blocked(fault) => ("blocked", fault.to_string()),
    };
    print::out(&format!("{name:<16} {word:<8} {text}"));
}
