//! What must be true before anything else: each check stands alone, and says what to do when it fails.

use std::time::Duration;

use tokio::task::JoinSet;

use super::aws::Freshness;
use super::kops::Environment;
use super::settings::{Settings, state_store_around, variable};
use super::state_store::{StateStore, unset};
use super::{aws, channel, kops, ssh_public_key};
use crate::core::channel::{BUILT_IN_DAY, BUILT_IN_KOPS, Origin, Versions};
use crate::core::check::{Check, CheckKind, CheckState};
use crate::core::fault::Fault;
use crate::core::render::inventory::age;
use crate::core::text::elapsed::elapsed;

/// Makes one check; never waits for the instance metadata service.
pub async fn check(kind: CheckKind, settings: &Settings) -> Check {
    let answer = match kind {
        CheckKind::Kops => kops(settings).await,
        CheckKind::Credentials => credentials(settings).await,
        CheckKind::Region => aws::region(settings).await.map(CheckState::Good),
        CheckKind::StateStore => state_store(settings).await,
        CheckKind::SshKey => ssh_key(settings),
        CheckKind::Channel => Ok(version_state(
            &channel::versions(settings, Freshness::Kept).await,
        )),
    };
    Check {
        kind,
        state: answer.unwrap_or_else(CheckState::Blocked),
    }
}

/// Makes all checks at once, shows each as it ends, and gives them in [`CheckKind::ALL`]'s order.
pub async fn check_all(settings: &Settings, show: impl Fn(&Check)) -> Vec<Check> {
    let mut under_way = JoinSet::new();
    for kind in CheckKind::ALL.iter().copied() {
        let settings = settings.clone();
        under_way.spawn(async move { check(kind, &settings).await });
    }
    let mut checks = Vec::new();
    while let Some(ended) = under_way.join_next().await {
        if let Ok(check) = ended {
            show(&check);
            checks.push(check);
        }
    }
    checks.sort_by_key(|check| check.kind);
    checks
}

/// Where a check's value comes from when neither the command line nor an answers file names it; absent when nothing
/// names one.
pub fn source_around(kind: CheckKind) -> Option<String> {
    let set = |name: &str| variable(name).map(|_| name.to_owned());
    match kind {
        // Their own words say it.
        CheckKind::Kops | CheckKind::Credentials => None,
        CheckKind::Region => ["AWS_REGION", "AWS_DEFAULT_REGION"]
            .into_iter()
            .find_map(set),
        CheckKind::StateStore => state_store_around().map(|(_, source)| source),
        CheckKind::SshKey => {
            ssh_public_key::default_path(&Settings::default()).map(|_| "~/.ssh".to_owned())
        }
        CheckKind::Channel => Some("kops default".to_owned()),
    }
}

async fn kops(settings: &Settings) -> Result<CheckState, Fault> {
    let kops = kops::find(settings).await?;
    let found = format!("{} at {}", kops.version, super::files::shown(&kops.program));
    Ok(kops
        .newer_than_known()
        .map_or(CheckState::Good(found), CheckState::Warning))
}

async fn credentials(settings: &Settings) -> Result<CheckState, Fault> {
    let account = aws::connect(settings).await?;
    let who = account.identity().await?;
    let used = credentials_used(&account, &Environment::new(&account, ""));
    let left = account.credentials_left().map(|left| {
        let minutes = Duration::from_secs(left.as_secs() / 60 * 60);
        format!(", {} left", elapsed(minutes))
    });
    let left = left.unwrap_or_default();
    let found = format!("account {}, {}, from {used}{left}", who.account, who.arn);
    Ok(
        match account.ends_soon().or_else(|| account.unused_code()) {
            None => CheckState::Good(found),
            Some(fault) => CheckState::Warning(fault.with_detail(found)),
        },
    )
}

/// Where the credentials come from that kops gets, and which of the person's variables it does not, by name.
pub(super) fn credentials_used(account: &aws::Account, environment: &Environment) -> String {
    let names: Vec<&str> = environment.kept_away().collect();
    let source = account.source();
    match names.as_slice() {
        [] => source.to_string(),
        names => format!("{source}; kept away from kops: {}", names.join(", ")),
    }
}

async fn state_store(settings: &Settings) -> Result<CheckState, Fault> {
    let place = settings.state_store().ok_or_else(unset)?;
    let account = aws::connect(settings).await?;
    let bucket = StateStore::open(&account, &place)?.check(&account).await?;
    let found = match &bucket.region {
        Some(region) => format!("{place}, versioned, in {region}"),
        None => format!("{place}, versioned"),
    };
    Ok(bucket
        .not_versioned()
        .map_or(CheckState::Good(found), CheckState::Warning))
}

fn ssh_key(settings: &Settings) -> Result<CheckState, Fault> {
    let path = ssh_public_key::default_path(settings).ok_or_else(no_key)?;
    let key = ssh_public_key::read(&path)?;
    Ok(CheckState::Good(format!(
        "{} at {}",
        key.fingerprint,
        super::files::shown(&key.path)
    )))
}

/// What the channel proposes, or that the built-in list stands in for it.
pub(super) fn version_state(versions: &Versions) -> CheckState {
    let proposed = versions.proposed();
    let proposed = proposed.map_or_else(|| "none".to_owned(), |version| version.to_string());
    let when = match &versions.origin {
        Origin::Channel => "just read".to_owned(),
        Origin::Kept { age_seconds } => age(*age_seconds)
            .map_or_else(|| "just read".to_owned(), |age| format!("read {age} ago")),
        Origin::BuiltIn { why } => {
            return CheckState::Warning(Fault::new(
                format!("kops's channel {} was not read", versions.channel),
                format!(
                    "{why}; Kubernetes {proposed} is proposed by the list built into kopswain, that of kops {BUILT_IN_KOPS} of {BUILT_IN_DAY}"
                ),
                "nothing, if that suits; else connect to it, or name another with --channel",
            ));
        }
    };
    CheckState::Good(format!(
        "{}, {when}: Kubernetes {proposed} for kops {}",
        versions.channel,
        versions.kops()
    ))
}

fn no_key() -> Fault {
    Fault::new(
        "there is no SSH public key",
        "neither ~/.ssh/id_ed25519.pub nor ~/.ssh/id_rsa.pub exists, and none was named",
        "make a pair: ssh-keygen -t ed25519, or name a key with --ssh-public-key",
    )
}
