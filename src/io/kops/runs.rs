//! The runs of a cluster: begun by one program at a time, and found again by every other.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use super::command_state::{CommandState, RunEvent};
use super::journal::JournalEntry;
use super::lock::Lock;
use super::run_folder::{RunFolder, begun, cluster_lock, runs};
use crate::core::cluster_name::ClusterName;
use crate::core::fault::Fault;
use crate::core::text::untrusted::visible;
use crate::io::clock::{unix_millis, unix_seconds};
use crate::io::files::{not_written, private_folder, shown, write_whole};
use crate::tui::effect::Begin;
use crate::tui::job::Job;
use crate::tui::record::{CommandEnd, FoundRun, Ran, Record};

/// A run that this program is at work on; dropping it lets others work on the cluster, unless kops runs.
#[derive(Debug)]
pub struct HeldRun {
    pub folder: RunFolder,
    /// The account that was approved.
    pub account: Option<String>,
    pub lock: Lock,
}

/// What comes of beginning a run.
#[derive(Debug)]
pub enum RunStart {
    Held(HeldRun),
    /// Somebody else is at work on the cluster.
    Busy(Box<FoundRun>),
}

/// Becomes the only one at work on the cluster and keeps what was approved in `folder`, in that of the run that is resumed,
/// or in a new one. A Fault when the files cannot be written.
pub fn begin_run(begin: &Begin, folder: Option<RunFolder>) -> Result<RunStart, Fault> {
    begin_in(&runs()?, begin, folder)
}

fn begin_in(runs: &Path, begin: &Begin, folder: Option<RunFolder>) -> Result<RunStart, Fault> {
    let record = &begin.record;
    let path = cluster_lock(runs, &record.cluster, &record.target.state_store);
    private_folder(&runs.join(record.cluster.as_str()))?;
    let Some(mut lock) = Lock::take(&path)? else {
        return match find_in(runs, &record.cluster, &record.target.state_store)? {
            Some(found) => Ok(RunStart::Busy(Box::new(found))),
            None => Err(begun_elsewhere(&record.cluster, &path)),
        };
    };
    // The lock is free although kops runs when kopswain and the command's supervisor were both killed.
    for found in all_in(runs, &record.cluster, &record.target.state_store) {
        let found = found?;
        if found.kops_runs() {
            return Ok(RunStart::Busy(Box::new(found)));
        }
    }
    let folder = folder_of(runs, begin, folder)?;
    let text = serde_json::to_vec_pretty(record)
        .map_err(|error| not_written(&folder.record(), &error.into()))?;
    write_whole(&folder.record(), &text, 0o600)?;
    lock.note(&format!("process {}\n", std::process::id()))
        .map_err(|error| not_written(&path, &error))?;
    Ok(RunStart::Held(HeldRun {
        folder,
        account: record.facts.get("account").map(ToOwned::to_owned),
        lock,
    }))
}

fn folder_of(runs: &Path, begin: &Begin, folder: Option<RunFolder>) -> Result<RunFolder, Fault> {
    let folder = match (&begin.folder, folder) {
        (Some(resumed), _) => RunFolder::new(resumed.clone()),
        (None, Some(folder)) if folder.removed().is_none() => folder,
        (None, _) => RunFolder::create_in(runs, &begin.record.cluster, unix_seconds())?,
    };
    match folder.removed() {
        Some(removed) => Err(removed),
        None => Ok(folder),
    }
}

/// The last run of a cluster in a state store that was begun on this machine; a Fault when the record of one of its runs
/// is about something else.
pub fn find_run(cluster: &ClusterName, state_store: &str) -> Result<Option<FoundRun>, Fault> {
    match runs() {
        Ok(runs) => find_in(&runs, cluster, state_store),
        Err(_) => Ok(None),
    }
}

/// The answers that the stored spec of a cluster follows from, as the last run of this machine that sent it keeps them.
pub fn kept_answers(cluster: &ClusterName, state_store: &str) -> Option<String> {
    answers_in(&runs().ok()?, cluster, state_store)
}

// Answers from before a spec was edited as a text are not those of the cluster any more.
fn answers_in(runs: &Path, cluster: &ClusterName, state_store: &str) -> Option<String> {
    let mut found = all_in(runs, cluster, state_store).flatten();
    let answers = found.find_map(|run| run.kept_answers().map(str::to_owned));
    answers.filter(|text| !text.is_empty())
}

/// The last run of each cluster that was begun on this machine, the newest first; what cannot be followed is left out.
pub fn last_runs() -> Vec<FoundRun> {
    let Ok(runs) = runs() else {
        return Vec::new();
    };
    let clusters = std::fs::read_dir(&runs).into_iter().flatten().flatten();
    let names = clusters.filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        ClusterName::parse(&name).ok()
    });
    let last = names.filter_map(|cluster| {
        let mut folders = begun(&runs, &cluster).into_iter();
        let mut last = folders.find_map(|folder| read_run(&folder).ok().flatten())?;
        let store = last.record.target.state_store.clone();
        last.record.answers = answers_in(&runs, &cluster, &store).unwrap_or_default();
        Some(last)
    });
    let mut found: Vec<FoundRun> = last
        .filter(|run| run.at_work || !run.commands.is_empty())
        .collect();
    found.sort_by_key(|run| run.age);
    found
}

fn find_in(
    runs: &Path,
    cluster: &ClusterName,
    state_store: &str,
) -> Result<Option<FoundRun>, Fault> {
    all_in(runs, cluster, state_store).next().transpose()
}

fn all_in(
    runs: &Path,
    cluster: &ClusterName,
    state_store: &str,
) -> impl Iterator<Item = Result<FoundRun, Fault>> {
    let store = state_store.trim_end_matches('/').to_owned();
    let folders = begun(runs, cluster).into_iter();
    let found = folders.filter_map(|folder| read_run(&folder).transpose());
    found.filter(move |found| {
        let is_in =
            |found: &FoundRun| found.record.target.state_store.trim_end_matches('/') == store;
        found.as_ref().map_or(true, is_in)
    })
}

/// The record of a folder; absent when it holds none that can be read, a Fault when what it holds must not be followed.
fn read_record(folder: &RunFolder) -> Result<Option<Record>, Fault> {
    let Ok(text) = std::fs::read(folder.record()) else {
        return Ok(None);
    };
    let record: Record = match serde_json::from_slice(&text) {
        Ok(record) => record,
        // JSON, but not of a run, such as one of a cluster that can have no such name.
        Err(error) if error.is_data() => return Err(odd(folder, &error.to_string())),
        Err(_) => return Ok(None),
    };
    let name = folder.path().parent().and_then(Path::file_name);
    if name != Some(record.cluster.as_str().as_ref()) {
        return Err(odd(folder, &format!("it is about {}", record.cluster)));
    }
    match record.foreign_command() {
        Some(step) => Err(odd(
            folder,
            &format!("its command {} is not one of such a run", step.command),
        )),
        None => Ok(Some(record)),
    }
}

fn odd(folder: &RunFolder, why: &str) -> Fault {
    Fault::new(
        format!(
            "the record of a run cannot be followed: {}",
            shown(&folder.record())
        ),
        visible(why),
        "look at what is in that folder; kopswain continues once it is moved away",
    )
}

/// How far the run of a folder is; absent when the folder is no run's, a Fault when its record must not be followed.
pub fn read_run(folder: &RunFolder) -> Result<Option<FoundRun>, Fault> {
    Ok(read_record(folder)?.map(|record| with_commands(folder, record)))
}

fn with_commands(folder: &RunFolder, record: Record) -> FoundRun {
    // The locks before the journal: an end is noted first, and then the lock is given back.
    let runs = folder.path().parent().and_then(Path::parent);
    let lock = runs.map(|runs| cluster_lock(runs, &record.cluster, &record.target.state_store));
    let held = lock.is_some_and(|path| Lock::is_held(&path));
    let alive: BTreeSet<u32> = (1..=folder.last_command())
        .filter(|number| folder.is_alive(*number))
        .collect();
    let entries = folder.journal().entries();
    let began = started(&entries)
        .next()
        .map_or_else(unix_millis, |(_, _, at)| at);
    let commands = started(&entries).map(|(number, job, at)| {
        read_command(&entries, (number, job, at), alive.contains(&number))
    });
    FoundRun {
        folder: folder.path().to_owned(),
        record,
        at_work: held || !alive.is_empty(),
        commands: commands.collect(),
        closed: entries
            .last()
            .is_some_and(|entry| entry.event == RunEvent::Closed),
        age: since(began, unix_millis()),
    }
}

// Number, job and time of each command; dry runs before the approval are kept in the same folder.
fn started(entries: &[JournalEntry]) -> impl Iterator<Item = (u32, Job, u64)> {
    entries.iter().filter_map(|entry| match &entry.event {
        RunEvent::Starting { job, .. } if *job != Job::Preview => {
            Some((entry.number?, *job, entry.at))
        }
        _ => None,
    })
}

fn read_command(
    entries: &[JournalEntry],
    (number, job, since_at): (u32, Job, u64),
    is_alive: bool,
) -> Ran {
    let own = || entries.iter().filter(|entry| entry.number == Some(number));
    let events = own().map(|entry| entry.event.clone());
    let mut state = events.fold(CommandState::default(), CommandState::after);
    if !is_alive {
        state = state.abandoned();
    }
    let until = match state.end() {
        CommandEnd::Running => unix_millis(),
        CommandEnd::Unseen => since_at,
        CommandEnd::Succeeded | CommandEnd::Failed => {
            own().next_back().map_or(since_at, |end| end.at)
        }
    };
    Ran {
        number,
        job,
        took: since(since_at, until),
        end: state.end(),
    }
}

fn since(began: u64, until: u64) -> Duration {
    Duration::from_millis(until.saturating_sub(began))
}

/// Notes that a person saw how the run of a folder ended.
pub fn close_run(folder: &Path) {
    // Where it cannot be noted, the run is shown once more: nothing is lost.
    let journal = RunFolder::new(folder.to_owned()).journal();
    let _ = journal.append(None, RunEvent::Closed);
}

fn begun_elsewhere(cluster: &ClusterName, lock: &Path) -> Fault {
    let who = std::fs::read_to_string(lock).unwrap_or_default();
    Fault::new(
        format!("another kopswain is at work on {cluster}"),
        format!("it holds the cluster's lock: {}", visible(who.trim())),
        "look at it there, or try again when it has ended: nothing was changed here",
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::core::approval::facts::ApprovalFacts;
    use crate::core::kops::command::CommandLine;
    use crate::io::process::ExitStatus;
    use crate::tui::cluster_target::ClusterTarget;
    use crate::tui::record::RecordedCommand;

    fn cluster() -> ClusterName {
        ClusterName::parse("a.example.com").unwrap()
    }

    fn record(store: &str) -> Begin {
        let step = |job, command| RecordedCommand { job, command };
        Begin {
            record: Record {
                cluster: cluster(),
                target: ClusterTarget {
                    state_store: store.to_owned(),
                    ..ClusterTarget::default()
                },
                commands: vec![
                    step(Job::Update, CommandLine::update(&cluster())),
                    step(Job::UpdateYes, CommandLine::update_yes(&cluster())),
                ],
                spec: "kind: Cluster\n".to_owned(),
                made: String::new(),
                replaces: String::new(),
                answers: String::new(),
                report: "No changes need to be applied\n".to_owned(),
                facts: ApprovalFacts::default(),
            },
            folder: None,
        }
    }

    fn held(runs: &Path, store: &str) -> HeldRun {
        match begin_in(runs, &record(store), None).unwrap() {
            RunStart::Held(held) => held,
            RunStart::Busy(found) => panic!("busy: {found:?}"),
        }
    }

    fn busy(runs: &Path, store: &str) -> FoundRun {
        match begin_in(runs, &record(store), None).unwrap() {
            RunStart::Busy(found) => *found,
            RunStart::Held(held) => panic!("held: {held:?}"),
        }
    }

    fn starting(job: Job) -> RunEvent {
        RunEvent::Starting {
            job,
            args: Vec::new(),
        }
    }

    #[test]
    fn one_at_a_time_works_on_a_cluster_of_a_store() {
        let runs = tempfile::tempdir().unwrap();
        let first = held(runs.path(), "s3://one");
        let other = held(runs.path(), "s3://two");
        let found = busy(runs.path(), "s3://one/");
        assert_eq!(found.folder, first.folder.path());
        assert_eq!((found.at_work, found.closed), (true, false));
        assert_eq!(found.record, record("s3://one").record);
        drop(first);
        let again = held(runs.path(), "s3://one");
        assert_ne!(again.folder, other.folder);
    }

    #[test]
    fn kops_alone_keeps_others_away() {
        let runs = tempfile::tempdir().unwrap();
        let first = held(runs.path(), "s3://one");
        let journal = first.folder.journal();
        journal.append(Some(1), starting(Job::Update)).unwrap();
        let status = ExitStatus {
            exit: Some(0),
            signal: None,
        };
        let finished = RunEvent::Finished {
            status,
            tasks: None,
        };
        journal.append(Some(1), finished).unwrap();
        let kops = Lock::take(&first.folder.command_lock(2)).unwrap().unwrap();
        journal.append(Some(2), starting(Job::UpdateYes)).unwrap();
        // A dry run that began after it is no sign that kops has ended.
        assert_eq!(first.folder.claim_command().unwrap(), 3);
        journal.append(Some(3), starting(Job::Preview)).unwrap();
        drop(first);
        let found = busy(runs.path(), "s3://one");
        let ends: Vec<(Job, CommandEnd)> = found
            .commands
            .iter()
            .map(|ran| (ran.job, ran.end))
            .collect();
        assert_eq!(
            ends,
            [
                (Job::Update, CommandEnd::Succeeded),
                (Job::UpdateYes, CommandEnd::Running)
            ]
        );
        drop(kops);
        let found = find_in(runs.path(), &cluster(), "s3://one");
        let found = found.unwrap().unwrap();
        assert_eq!(
            (found.at_work, found.commands[1].end),
            (false, CommandEnd::Unseen)
        );
        close_run(&found.folder);
        let again = find_in(runs.path(), &cluster(), "s3://one");
        assert!(again.unwrap().unwrap().closed);
    }

    // What is written into the record of a run that was begun, and why it is not followed.
    fn odd_record(change: impl Fn(&mut serde_json::Value)) -> String {
        let runs = tempfile::tempdir().unwrap();
        let path = held(runs.path(), "s3://one").folder.record();
        let mut value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        change(&mut value);
        std::fs::write(&path, value.to_string()).unwrap();
        let fault = find_in(runs.path(), &cluster(), "s3://one").unwrap_err();
        assert!(begin_in(runs.path(), &record("s3://one"), None).is_err());
        assert!(
            fault
                .what
                .starts_with("the record of a run cannot be followed: ")
        );
        fault.why
    }

    #[test]
    fn a_record_of_something_else_is_refused() {
        let why = odd_record(|value| value["cluster"] = "--yes".into());
        assert!(
            why.starts_with("--yes is not the name of a cluster"),
            "{why}"
        );
        assert_eq!(
            odd_record(|value| value["cluster"] = "b.example.com".into()),
            "it is about b.example.com"
        );
        let other =
            odd_record(|value| value["commands"][0]["command"][2] = "--name=b.example.com".into());
        assert_eq!(
            other,
            "its command kops update cluster --name=b.example.com is not one of such a run"
        );
        let yes = odd_record(|value| value["commands"][0]["command"][2] = "--yes".into());
        assert_eq!(
            yes,
            "its command kops update cluster --yes is not one of such a run"
        );
        let early = odd_record(|value| {
            let args = value["commands"][0]["command"].as_array_mut().unwrap();
            args.push("--yes".into());
        });
        assert_eq!(
            early,
            "its command kops update cluster --name=a.example.com --yes is not one of such a run"
        );
    }

    #[test]
    fn a_record_of_an_earlier_version_is_followed() {
        let runs = tempfile::tempdir().unwrap();
        let path = held(runs.path(), "s3://one").folder.record();
        let text = std::fs::read_to_string(&path).unwrap();
        let before = text.replace("--name=a.example.com", "a.example.com");
        assert_ne!(before, text);
        std::fs::write(&path, before).unwrap();
        let found = find_in(runs.path(), &cluster(), "s3://one")
            .unwrap()
            .unwrap();
        let commands: Vec<String> = found
            .record
            .commands
            .iter()
            .map(|step| step.command.to_string())
            .collect();
        assert_eq!(
            commands,
            [
                "kops update cluster a.example.com",
                "kops update cluster a.example.com --yes"
            ]
        );
    }

    #[test]
    fn of_many_that_begin_at_the_same_instant_one_does() {
        for _ in 0..20 {
            let runs = tempfile::tempdir().unwrap();
            let barrier = std::sync::Barrier::new(8);
            let begun: Vec<Result<RunStart, Fault>> = std::thread::scope(|scope| {
                let tries: Vec<_> = (0..8)
                    .map(|_| {
                        scope.spawn(|| {
                            barrier.wait();
                            begin_in(runs.path(), &record("s3://one"), None)
                        })
                    })
                    .collect();
                tries.into_iter().map(|one| one.join().unwrap()).collect()
            });
            let won = begun
                .iter()
                .filter(|one| matches!(one, Ok(RunStart::Held(_))));
            assert_eq!(won.count(), 1, "{begun:?}");
        }
    }
}
