//! The runs of a cluster: begun by one program at a time, and found again by every other.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use super::files::{
    JournalEntry, Lock, RunFolder, begun, cluster_lock, not_written, now, private_folder, runs,
    shown, write_whole,
};
use super::state_store::StateLock;
use crate::core::cluster_name::ClusterName;
use crate::core::fault::Fault;
use crate::core::text::untrusted::visible;
use crate::tui::effect::Begin;
use crate::tui::job::Job;
use crate::tui::record::{CommandEnd, FoundRun, Ran, Record};

/// A run that this program is at work on; dropping it lets others work on the cluster, unless kops runs.
#[derive(Debug)]
pub struct Held {
    pub folder: RunFolder,
    /// The account that was approved.
    pub account: Option<String>,
    pub lock: Lock,
    /// The lock in the state store, where it was asked for.
    pub state_lock: Option<StateLock>,
}

/// What comes of beginning.
#[derive(Debug)]
pub enum Beginning {
    Held(Box<Held>),
    /// Somebody else is at work on the cluster.
    Busy(Box<FoundRun>),
}

/// Becomes the only one at work on the cluster and keeps what was approved in `folder`, in that of the run gone on with,
/// or in a new one. A Fault when the files cannot be written.
pub fn begin(begin: &Begin, folder: Option<RunFolder>) -> Result<Beginning, Fault> {
    begin_in(&runs()?, begin, folder)
}

fn begin_in(runs: &Path, begin: &Begin, folder: Option<RunFolder>) -> Result<Beginning, Fault> {
    let record = &begin.record;
    let path = cluster_lock(runs, &record.cluster, &record.place.state_store);
    private_folder(&runs.join(record.cluster.as_str()))?;
    let Some(mut lock) = Lock::take(&path)? else {
        return match find_in(runs, &record.cluster, &record.place.state_store)? {
            Some(found) => Ok(Beginning::Busy(Box::new(found))),
            None => Err(beginning_elsewhere(&record.cluster, &path)),
        };
    };
    // The lock is free although kops runs when kopswain and the command's keeper were both killed.
    for found in all(runs, &record.cluster, &record.place.state_store) {
        let found = found?;
        if found.kops_runs() {
            return Ok(Beginning::Busy(Box::new(found)));
        }
    }
    let folder = match (&begin.folder, folder) {
        (Some(again), _) => RunFolder::at(again.clone()),
        (None, Some(folder)) if folder.removed().is_none() => folder,
        (None, _) => RunFolder::create_in(runs, &record.cluster, now() / 1_000)?,
    };
    if let Some(removed) = folder.removed() {
        return Err(removed);
    }
    let text = serde_json::to_vec_pretty(record)
        .map_err(|error| not_written(&folder.record(), &error.into()))?;
    write_whole(&folder.record(), &text, 0o600)?;
    lock.note(&format!("process {}\n", std::process::id()))
        .map_err(|error| not_written(&path, &error))?;
    Ok(Beginning::Held(Box::new(Held {
        folder,
        account: record.facts.get("account").map(ToOwned::to_owned),
        lock,
        state_lock: None,
    })))
}

/// The last run of a cluster in a state store that was begun on this machine; a Fault when the record of one of its runs
/// is about something else.
pub fn find(cluster: &ClusterName, state_store: &str) -> Result<Option<FoundRun>, Fault> {
    match runs() {
        Ok(runs) => find_in(&runs, cluster, state_store),
        Err(_) => Ok(None),
    }
}

fn find_in(
    runs: &Path,
    cluster: &ClusterName,
    state_store: &str,
) -> Result<Option<FoundRun>, Fault> {
    all(runs, cluster, state_store).next().transpose()
}

fn all(
    runs: &Path,
    cluster: &ClusterName,
    state_store: &str,
) -> impl Iterator<Item = Result<FoundRun, Fault>> {
    let store = state_store.trim_end_matches('/').to_owned();
    let folders = begun(runs, cluster).into_iter();
    folders
        .filter_map(|folder| at(&folder).transpose())
        .filter(move |found| {
            let of =
                |found: &FoundRun| found.record.place.state_store.trim_end_matches('/') == store;
            found.as_ref().map_or(true, of)
        })
}

/// The record of a folder; absent when it holds none that can be read, a Fault when what it holds must not be followed.
fn recorded(folder: &RunFolder) -> Result<Option<Record>, Fault> {
    let Ok(text) = std::fs::read(folder.record()) else {
        return Ok(None);
    };
    let record: Record = match serde_json::from_slice(&text) {
        Ok(record) => record,
        // JSON, but not of a run, such as one of a cluster that can have no such name.
        Err(error) if error.is_data() => return Err(odd(folder, &error.to_string())),
        Err(_) => return Ok(None),
    };
    let of = folder.path().parent().and_then(Path::file_name);
    if of != Some(record.cluster.as_str().as_ref()) {
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
pub fn at(folder: &RunFolder) -> Result<Option<FoundRun>, Fault> {
    Ok(recorded(folder)?.map(|record| found(folder, record)))
}

fn found(folder: &RunFolder, record: Record) -> FoundRun {
    // Before the journal is read: an end is noted first, and then the lock is given back.
    let runs = folder.path().parent().and_then(Path::parent);
    let lock = runs.map(|runs| cluster_lock(runs, &record.cluster, &record.place.state_store));
    let held = lock.is_some_and(|path| Lock::is_held(&path));
    let alive: BTreeSet<u32> = (1..=folder.last_command())
        .filter(|number| Lock::is_held(&folder.command_lock(*number)))
        .collect();
    let entries = folder.journal().entries();
    let commands: Vec<Ran> = entries
        .iter()
        .filter_map(|entry| ran(entry, &entries, |number| alive.contains(&number)))
        .collect();
    // What was looked at before the approval is kept in the same folder.
    let run = |entry: &&JournalEntry| matches!(entry, JournalEntry::Starting { job, .. } if *job != Job::Preview);
    let began = entries.iter().find(run).map_or_else(now, moment);
    FoundRun {
        folder: folder.path().to_owned(),
        record,
        at_work: held || !alive.is_empty(),
        commands,
        closed: matches!(entries.last(), Some(JournalEntry::Closed { .. })),
        age: since(began, now()),
    }
}

fn ran(entry: &JournalEntry, entries: &[JournalEntry], alive: impl Fn(u32) -> bool) -> Option<Ran> {
    let JournalEntry::Starting {
        number, job, at, ..
    } = entry
    else {
        return None;
    };
    if *job == Job::Preview {
        return None;
    }
    let mut mine = entries
        .iter()
        .filter(|entry| entry.number() == Some(*number));
    let end = mine.find_map(end_of);
    let (end, until) = match end {
        Some((end, until)) => (end, until),
        None if alive(*number) => (CommandEnd::Running, now()),
        None => (CommandEnd::Unseen, *at),
    };
    Some(Ran {
        number: *number,
        job: *job,
        took: since(*at, until),
        end,
    })
}

fn end_of(entry: &JournalEntry) -> Option<(CommandEnd, u64)> {
    match entry {
        JournalEntry::Finished {
            exit: Some(0), at, ..
        } => Some((CommandEnd::Succeeded, *at)),
        JournalEntry::Finished { at, .. } | JournalEntry::NotStarted { at, .. } => {
            Some((CommandEnd::Failed, *at))
        }
        _ => None,
    }
}

fn moment(entry: &JournalEntry) -> u64 {
    match entry {
        JournalEntry::Starting { at, .. }
        | JournalEntry::Started { at, .. }
        | JournalEntry::NotStarted { at, .. }
        | JournalEntry::Progress { at, .. }
        | JournalEntry::Interrupted { at, .. }
        | JournalEntry::Stopped { at, .. }
        | JournalEntry::Continued { at, .. }
        | JournalEntry::Finished { at, .. }
        | JournalEntry::Closed { at } => *at,
    }
}

fn since(began: u64, until: u64) -> Duration {
    Duration::from_millis(until.saturating_sub(began))
}

/// Notes that a person saw how the run of a folder ended.
pub fn close(folder: &Path) {
    // Where it cannot be noted, the run is shown once more: nothing is lost.
    let _ = RunFolder::at(folder.to_owned())
        .journal()
        .note(&JournalEntry::Closed { at: now() });
}

fn beginning_elsewhere(cluster: &ClusterName, lock: &Path) -> Fault {
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
                place: ClusterTarget {
                    state_store: store.to_owned(),
                    ..ClusterTarget::default()
                },
                commands: vec![
                    step(Job::Update, CommandLine::update(&cluster())),
                    step(Job::UpdateYes, CommandLine::update_yes(&cluster())),
                ],
                spec: "kind: Cluster\n".to_owned(),
                made: String::new(),
                report: "No changes need to be applied\n".to_owned(),
                facts: ApprovalFacts::default(),
            },
            folder: None,
        }
    }

    fn held(runs: &Path, store: &str) -> Held {
        match begin_in(runs, &record(store), None).unwrap() {
            Beginning::Held(held) => *held,
            Beginning::Busy(found) => panic!("busy: {found:?}"),
        }
    }

    fn busy(runs: &Path, store: &str) -> FoundRun {
        match begin_in(runs, &record(store), None).unwrap() {
            Beginning::Busy(found) => *found,
            Beginning::Held(held) => panic!("held: {held:?}"),
        }
    }

    fn starting(number: u32, job: Job) -> JournalEntry {
        JournalEntry::Starting {
            number,
            job,
            args: Vec::new(),
            at: now(),
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
        journal.note(&starting(1, Job::Update)).unwrap();
        let finished = JournalEntry::Finished {
            number: 1,
            exit: Some(0),
            signal: None,
            tasks: None,
            at: now(),
        };
        journal.note(&finished).unwrap();
        let kops = Lock::take(&first.folder.command_lock(2)).unwrap().unwrap();
        journal.note(&starting(2, Job::UpdateYes)).unwrap();
        // A look that began after it is no sign that kops has ended.
        assert_eq!(first.folder.claim_command().unwrap(), 3);
        journal.note(&starting(3, Job::Preview)).unwrap();
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
        close(&found.folder);
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
        let told: Vec<String> = found
            .record
            .commands
            .iter()
            .map(|step| step.command.to_string())
            .collect();
        assert_eq!(
            told,
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
            let begun: Vec<Result<Beginning, Fault>> = std::thread::scope(|scope| {
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
                .filter(|one| matches!(one, Ok(Beginning::Held(_))));
            assert_eq!(won.count(), 1, "{begun:?}");
        }
    }
}
