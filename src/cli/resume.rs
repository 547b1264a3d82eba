//! What `create` does with a name that the state store has: it continues where the run stopped, or says what is not the same.

use std::path::Path;

use super::print;
use crate::core::approval::stored_spec::both_ways;
use crate::core::cluster_name::ClusterName;
use crate::core::fault::Fault;
use crate::core::kops::command::CommandLine;
use crate::core::kops::log::explained;
use crate::core::kops::ssh_keys::fingerprints;
use crate::core::text::untrusted::visible;
use crate::io::aws;
use crate::io::kops::{self, Environment, Kops, RunFolder, Scratch};
use crate::io::settings::Settings;
use crate::io::state_store::StateStore;
use crate::tui::cluster_target::ClusterTarget;
use crate::tui::event::CommandOutput;
use crate::tui::job::Job;
use crate::tui::screens::wizard::Wizard;

/// How far the cluster is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ResumeState {
    /// The state store does not have it.
    New,
    /// Its spec is in the state store, and `--yes` was not started.
    Begun,
    /// `--yes` was started, or may have been.
    Applied,
}

/// Asks the state store for this one cluster, because a list of many takes long: the names with it, if it is new there.
/// If the state store cannot be asked, kops reports it.
pub(super) async fn find_in_store(settings: &Settings, wizard: &Wizard) -> Option<Vec<String>> {
    let cluster = wizard.answers.cluster.clone();
    let mut settings = settings.clone();
    settings.region = Some(wizard.answers.region.clone()).filter(|region| !region.is_empty());
    let holds = async {
        let account = aws::connect(&settings).await?;
        let mut store = StateStore::open(&account, &wizard.answers.state_store)?;
        store.holds(&account, &cluster).await
    };
    let found = holds.await == Ok(true) && !wizard.is_in_store();
    found.then(|| {
        [
            wizard.clusters_in_store.as_slice(),
            std::slice::from_ref(&cluster),
        ]
        .concat()
    })
}

/// How far the cluster of the answers is in the state store. A Fault while
/// another kopswain is at work on it, or when it was created with another spec.
pub(super) async fn resume_state(
    settings: &Settings,
    wizard: &Wizard,
) -> Result<ResumeState, Fault> {
    let cluster = ClusterName::parse(&wizard.answers.cluster)?;
    let store = wizard.answers.state_store.clone();
    let settings = Settings {
        region: Some(wizard.answers.region.clone()).filter(|region| !region.is_empty()),
        ..settings.clone()
    };
    let settings = &settings;
    let environment = Environment::new(&aws::connect(settings).await?, &store);
    let kops = kops::find(settings).await?;
    let stored = read(&kops, &CommandLine::get_all(&cluster), &environment).await?;
    let made = make_spec(&kops, wizard, &environment).await?;
    let differences = both_ways(&made, &stored)?;
    if let Some(first) = differences.first() {
        return Err(another_spec(
            &cluster,
            &wizard.target(),
            differences.len(),
            first,
        ));
    }
    let state = match state_from_run(&cluster, &store, &wizard.spec.text)? {
        Some(state) => state,
        None => state_from_keys(&kops, &cluster, &environment).await?,
    };
    print::out(&format!(
        "resume: {} is in {} with this spec, and {}",
        cluster,
        visible(&store),
        match state {
            ResumeState::Applied => "--yes was started: a new dry run shows what is left",
            ResumeState::New | ResumeState::Begun =>
                "--yes was not started: what was done is not done twice",
        }
    ));
    Ok(state)
}

// What this kops makes of the spec of the answers, defaults included.
async fn make_spec(
    kops: &Kops,
    wizard: &Wizard,
    environment: &Environment,
) -> Result<String, Fault> {
    let cluster = &ClusterName::parse(&wizard.answers.cluster)?;
    let wanted = kops::ScratchPreview {
        cluster,
        spec: &wizard.spec.text,
        ssh_public_key: Path::new(""),
        secrets: &[],
        state_store: &wizard.answers.state_store,
    };
    let folder = RunFolder::create(cluster)?;
    let scratch = Scratch::create()?;
    let read = scratch
        .make_spec(kops, &wanted, environment, &folder)
        .await?;
    require_success(read).map(|read| read.made)
}

// The last run of this machine that sent this spec knows.
fn state_from_run(
    cluster: &ClusterName,
    store: &str,
    spec: &str,
) -> Result<Option<ResumeState>, Fault> {
    let found = kops::find_run(cluster, store)?.filter(|found| found.record.spec == spec);
    Ok(found.map(|found| {
        if found.commands.iter().any(|ran| ran.job == Job::UpdateYes) {
            ResumeState::Applied
        } else {
            ResumeState::Begun
        }
    }))
}

// kops refuses to update a cluster of AWS without a key; with one, nobody here knows how far it is.
async fn state_from_keys(
    kops: &Kops,
    cluster: &ClusterName,
    environment: &Environment,
) -> Result<ResumeState, Fault> {
    let listed = read(kops, &CommandLine::list_keys(cluster), environment).await?;
    Ok(if fingerprints(&listed)?.is_empty() {
        ResumeState::Begun
    } else {
        ResumeState::Applied
    })
}

async fn read(
    kops: &Kops,
    command: &CommandLine,
    environment: &Environment,
) -> Result<String, Fault> {
    require_success(kops.ask(command, environment).await?).map(|finished| finished.stdout)
}

fn require_success(finished: CommandOutput) -> Result<CommandOutput, Fault> {
    if finished.succeeded() {
        return Ok(finished);
    }
    let code = finished.code();
    Err(explained(code, &finished.stdout, &finished.stderr))
}

fn another_spec(cluster: &ClusterName, target: &ClusterTarget, count: usize, first: &str) -> Fault {
    let store = visible(&target.state_store);
    let more = match count {
        1 => String::new(),
        many => format!(", and {} more", many - 1),
    };
    Fault::new(
        format!("{cluster} is in {store} with another spec: {first}{more}"),
        "kops create -f never overwrites; the cluster was created before, by you or by somebody else",
        format!(
            "nothing was changed. Choose another name, or change that cluster: {}",
            target.copied().to_change(cluster.as_str())
        ),
    )
}
