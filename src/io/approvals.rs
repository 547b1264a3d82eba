//! Approvals by fingerprint: what was printed to be approved is kept, so that a difference can be named and not only refused.

use std::path::{Path, PathBuf};

use super::digest::sha256;
use super::facts::{self, is_first};
use super::files::{private_folder, write_whole};
use super::settings::{Settings, state_folder};
use crate::core::approval::facts::{ApprovalFacts, Fact, FactDifference, NotCompared};
use crate::core::approval::store;
use crate::core::approval::stored_spec::changes;
use crate::core::fault::Fault;
use crate::core::kops::dry_run::{normalise, parse, without_store};
use crate::core::text::untrusted::visible;
use crate::tui::job::Job;
use crate::tui::record::Record;
use crate::tui::screens::review::compare::ApprovalComparison;

/// Digits of a fingerprint: 128 bits of the SHA-256.
const DIGITS: usize = 32;

/// The fingerprint of everything that an approval binds; the same for two reports that differ in order only.
pub fn fingerprint(record: &Record) -> String {
    let mut parts = vec![
        record.cluster.to_string(),
        record.target.region.clone(),
        record.target.state_store.trim_end_matches('/').to_owned(),
        record.spec.clone(),
    ];
    parts.extend(
        Some(&record.replaces)
            .filter(|text| !text.is_empty())
            .cloned(),
    );
    parts.extend(record.commands.iter().map(|step| step.command.to_string()));
    for (name, fact) in bound(record).all() {
        // The reason why something is unknown may read differently each time.
        let (kind, value) = match fact {
            Fact::Known(value) => ("known", value.as_str()),
            Fact::Unknown(_) => ("unknown", ""),
            Fact::DoesNotApply { .. } => ("does not apply", ""),
        };
        parts.extend([name, kind, value].map(ToOwned::to_owned));
    }
    // Not what kops says besides the dry run, which has times in it.
    let dry_run = normalise(&without_store(&parse(&record.report)));
    let mut unread = dry_run.unread.clone();
    unread.sort();
    parts.push(format!("{:?}", (dry_run.resources, unread, dry_run.ending)));
    // What is hidden is bound as well.
    let secrets = dry_run.secrets.iter();
    parts.extend(
        secrets
            .filter(|one| one.is_compared())
            .map(|one| one.value().to_owned()),
    );
    // Each with its length, so that no two lists of parts give the same bytes.
    let bytes: Vec<u8> = parts
        .iter()
        .flat_map(|part| [&part.len().to_be_bytes(), part.as_bytes()].concat())
        .collect();
    let mut text = sha256(&bytes);
    text.truncate(DIGITS);
    text
}

// Of a cluster that is made, the state store holds nothing, or what an earlier run of the same approval wrote: the run
// itself compares that with the approved spec, both ways.
fn bound(record: &Record) -> ApprovalFacts {
    let creates = record.commands.iter().any(|step| step.job == Job::Create);
    if creates {
        store::split(&record.facts).1
    } else {
        record.facts.clone()
    }
}

/// Whether a text has the form of a fingerprint.
pub fn is_fingerprint(text: &str) -> bool {
    text.len() == DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Keeps what was printed to be approved, for this person only, and gives its fingerprint.
pub fn keep(record: &Record) -> Result<String, Fault> {
    let name = fingerprint(record);
    if let Some(folder) = folder() {
        private_folder(&folder)?;
        let text = serde_json::to_vec(record).unwrap_or_default();
        write_whole(&path(&folder, &name), &text, 0o600)?;
    }
    Ok(name)
}

/// What of an approval that is kept here differs already before any dry run: the cluster, where it is, whose account, and
/// with which kops; absent when nothing does, or when the approval is not kept. `again` is the command that shows the dry
/// run; `region` is absent where the spec decides it.
pub async fn refused_early(
    approved: &str,
    settings: &Settings,
    (cluster, region): (&str, Option<&str>),
    again: &str,
) -> Result<(), Fault> {
    let name = approved.to_ascii_lowercase();
    let kept = folder().filter(|_| is_fingerprint(approved));
    let Some(then) = kept.and_then(|folder| kept_in(&path(&folder, &name))) else {
        return Ok(());
    };
    let store = settings.state_store().unwrap_or_default();
    let mut found = place_differences(
        &then,
        cluster,
        region.unwrap_or(&then.target.region),
        &store,
    );
    // Other credentials may not even reach another state store or region: what is known so far is enough.
    if found.is_empty() {
        let now = facts::read_first(settings).await?;
        let first = |facts: &ApprovalFacts| {
            let compared = |name: &str| is_first(name) && (region.is_some() || name != "region");
            facts.partition(compared).0
        };
        found = first(&then.facts).differences(&first(&now));
    }
    if found.is_empty() {
        return Ok(());
    }
    Err(Fault::new(
        format!(
            "what would be done is not what {} approved",
            visible(approved)
        ),
        found.join("; "),
        format!(
            "nothing was run: put it right, or look at the dry run as it is now and approve that: {again}"
        ),
    ))
}

fn place_differences(then: &Record, cluster: &str, region: &str, store: &str) -> Vec<String> {
    let trimmed = |text: &str| text.trim_end_matches('/').to_owned();
    let pairs = [
        ("cluster", then.cluster.to_string(), cluster.to_owned()),
        ("region", then.target.region.clone(), region.to_owned()),
        (
            "state store",
            trimmed(&then.target.state_store),
            trimmed(store),
        ),
    ];
    let differs = pairs.into_iter().filter(|(_, one, other)| one != other);
    let differences = differs.map(|(name, one, other)| FactDifference::between(name, &one, &other));
    differences.map(|one| one.sentence()).collect()
}

/// What differs between what was approved by a fingerprint and what is so now; absent when nothing does.
pub fn refused(approved: &str, now: &Record) -> Option<Fault> {
    if fingerprint(now) == approved.to_ascii_lowercase() {
        return None;
    }
    let name = approved.to_ascii_lowercase();
    let kept = folder().and_then(|folder| kept_in(&path(&folder, &name)));
    let why = match kept {
        Some(then) => differences(&then, now).join("; "),
        None => {
            "the approved dry run is not saved on this machine, so the difference cannot be named"
                .to_owned()
        }
    };
    Some(Fault::new(
        format!(
            "what would be done is not what {} approved",
            visible(approved)
        ),
        why,
        format!(
            "look at the dry run again; if it is right, approve it by its own fingerprint: --approve {}{}",
            fingerprint(now),
            options(now)
        ),
    ))
}

// What leaves out the facts that cannot be read now.
fn options(now: &Record) -> String {
    let unknown = now.facts.not_compared().into_iter();
    unknown
        .flat_map(|one| [" ".to_owned(), NotCompared::option_of(&one.name)])
        .collect()
}

fn kept_in(path: &Path) -> Option<Record> {
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}

fn folder() -> Option<PathBuf> {
    Some(state_folder()?.join("approvals"))
}

fn path(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.json"))
}

/// Every difference between two records in words.
fn differences(then: &Record, now: &Record) -> Vec<String> {
    let mut found = bound(then).differences(&bound(now));
    let mut pair = |what: &str, one: &str, other: &str| {
        if one != other {
            found.push(FactDifference::between(what, one, other).sentence());
        }
    };
    pair("cluster", &then.cluster, &now.cluster);
    pair("region", &then.target.region, &now.target.region);
    pair(
        "state store",
        &then.target.state_store,
        &now.target.state_store,
    );
    let commands = |record: &Record| {
        let lines = record.commands.iter().map(|step| step.command.to_string());
        lines.collect::<Vec<_>>().join("; ")
    };
    pair("commands", &commands(then), &commands(now));
    found.extend(spec_differences(&then.spec, &now.spec));
    let (then, now) = (parse(&then.report), parse(&now.report));
    found.extend(ApprovalComparison::approved_and_real(&then, &now).sentences());
    found
}

/// What differs between two specs, by path.
fn spec_differences(then: &str, now: &str) -> Vec<String> {
    if then == now {
        return Vec::new();
    }
    let found = changes(then, now).unwrap_or_default();
    let differences: Vec<String> = found.iter().map(FactDifference::sentence).collect();
    if differences.is_empty() {
        return vec!["the spec's bytes differ, its fields do not".to_owned()];
    }
    differences
}
