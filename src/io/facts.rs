//! The facts that an approval depends on, read again each time: the kops program, who we are, the key, the environment, the
//! VPC, and what the names in the spec stand for.

mod file_hashes;

use std::fs::File;
use std::io::{Error, Read};
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{Context, SHA256};
use memchr::memmem::Finder;
use tokio::task::JoinSet;

use super::aws::Account;
use super::digest::hex;
use super::files::{cause, shown};
use super::kops::{self, Environment, Kops};
use super::settings::{Settings, variable};
use super::state_store::read_objects;
use super::{aws, channel, ssh_public_key};
use crate::core::answers::SecretKind;
use crate::core::approval::facts::{ApprovalFacts, NamedInSpec, SECRET, SSH_PUBLIC_KEY};
use crate::core::approval::store::StorePlaces;
use crate::core::fault::Fault;
use crate::core::inventory::{MissingFact, Vpc};

const CHUNK: usize = 1 << 20;
/// What every kops holds: the path of its main package, which Go writes into a program (`go version -m`).
const MARK: &[u8] = b"k8s.io/kops/cmd/kops";

const ACCOUNT: &str = "account";
const REGION: &str = "region";
const KOPS_PROGRAM: &str = "kops program";
const KOPS_VERSION: &str = "kops version";
const KOPS_HASH: &str = "kops SHA-256";
const BEHIND_KOPS: &str = "program behind kops";
const ENVIRONMENT: &str = "environment ";
const PROFILE: &str = "AWS profile ";

/// What the reading is about.
#[derive(Clone, Debug)]
pub struct FactsRequest {
    pub settings: Settings,
    /// Where the cluster's state is.
    pub places: StorePlaces,
    /// What the spec names.
    pub named: NamedInSpec,
    /// The secrets that are added to the cluster, with their files.
    pub secrets: Vec<(SecretKind, PathBuf)>,
    /// The key that is added to the cluster; absent where none is.
    pub ssh_public_key: Option<PathBuf>,
}

/// Reads every fact. What cannot be read of the VPC or of what names stand for is unknown; anything else is a Fault that
/// names it.
pub async fn read(asked: &FactsRequest) -> Result<ApprovalFacts, Fault> {
    let kops = kops::find(&asked.settings).await?;
    let account = aws::connect(&asked.settings).await?;
    let named = &asked.named;
    let (first, network, images, sources) = tokio::join!(
        first_facts(&asked.settings, &kops, &account),
        network(&account, named.vpc.as_deref()),
        images(&account, &named.images),
        sources(named, &kops.version),
    );
    let mut facts = first?;
    match network? {
        Some((vpc, missing)) => facts.set_network(&vpc, &missing),
        None => facts.insert_inapplicable("VPC", "the spec names none"),
    }
    match &asked.ssh_public_key {
        Some(path) => facts.insert(SSH_PUBLIC_KEY, ssh_public_key::read(path)?.fingerprint),
        None => facts.insert_inapplicable(SSH_PUBLIC_KEY, "none is added to the cluster"),
    }
    for (kind, file) in &asked.secrets {
        let hash = sha256(file).map_err(|error| no_secret(*kind, file, &error))?;
        facts.insert(format!("{SECRET}{}", kind.word()), hash);
    }
    for read in images.into_iter().chain(sources) {
        read.tell(&mut facts);
    }
    // Last: what is read before `--yes` must be as young as can be.
    facts.append(read_objects(&account, &asked.places).await);
    Ok(facts)
}

/// The facts that are known within a moment: who we are and where, the kops program and its environment.
pub async fn read_first(settings: &Settings) -> Result<ApprovalFacts, Fault> {
    let kops = kops::find(settings).await?;
    let account = aws::connect(settings).await?;
    first_facts(settings, &kops, &account).await
}

/// Whether a fact is one of those.
pub fn is_first(name: &str) -> bool {
    let whole = [
        ACCOUNT,
        REGION,
        KOPS_PROGRAM,
        KOPS_VERSION,
        KOPS_HASH,
        BEHIND_KOPS,
    ];
    whole.contains(&name) || name.starts_with(ENVIRONMENT) || name.starts_with(PROFILE)
}

async fn first_facts(
    settings: &Settings,
    kops: &Kops,
    account: &Account,
) -> Result<ApprovalFacts, Fault> {
    let mut facts = ApprovalFacts::default();
    let path = kops.program.clone();
    let program = tokio::task::spawn_blocking(move || Program::read(&path));
    facts.insert(ACCOUNT, account.identity().await?.account);
    facts.insert(REGION, account.region());
    let program = program.await.map_err(Error::other).and_then(|read| read);
    let program = program.map_err(|error| unhashed(&kops.program, &error))?;
    program.tell(kops, &mut facts);
    let store = settings.state_store().unwrap_or_default();
    for (name, value) in Environment::new(account, &store).seen() {
        facts.insert(format!("{ENVIRONMENT}{name}"), value);
    }
    for (name, value) in account.profile_settings() {
        facts.insert(format!("{PROFILE}{name}"), value);
    }
    Ok(facts)
}

/// One fact and its value, or why it is not known and the IAM action that reads it.
pub(super) struct ReadFact {
    pub(super) name: String,
    pub(super) value: Result<String, (String, &'static str)>,
}

impl ReadFact {
    fn tell(self, facts: &mut ApprovalFacts) {
        match self.value {
            Ok(value) => facts.insert(self.name, value),
            Err((why, action)) => facts.insert_unknown(self.name, why, action),
        }
    }
}

async fn network(
    account: &Account,
    vpc: Option<&str>,
) -> Result<Option<(Vpc, Vec<MissingFact>)>, Fault> {
    match vpc {
        Some(id) => account.network(id).await.map(Some),
        None => Ok(None),
    }
}

// What the names of images stand for at this moment.
async fn images(account: &Account, names: &[String]) -> Vec<ReadFact> {
    let mut asking = JoinSet::new();
    for name in names {
        let (name, account) = (name.clone(), account.clone());
        asking.spawn(async move {
            let value = account.image_id(&name).await;
            let name = format!("image {name}");
            ReadFact { name, value }
        });
    }
    asking.join_all().await
}

// What else kops reads beside AWS: a channel that decides something, and the hashes of a mirror.
async fn sources(named: &NamedInSpec, version: &str) -> Vec<ReadFact> {
    let mut read = Vec::new();
    if let Some(channel) = &named.channel {
        let value = channel::fingerprint(channel).await;
        read.push(ReadFact {
            name: format!("channel {channel}"),
            value: value.map_err(|why| (why, "")),
        });
    }
    for group in &named.without_image {
        let why = "the spec names no image for it, and kops takes what its channel names then";
        read.push(ReadFact {
            name: format!("image of {group}"),
            value: Err((why.to_owned(), "")),
        });
    }
    let base = variable("KOPS_BASE_URL");
    read.extend(file_hashes::read(named, base.as_deref(), version).await);
    read
}

/// What is read of a program's file.
struct Program {
    sha256: String,
    /// Whether the file is kops itself, and not something that starts it.
    is_kops: bool,
}

impl Program {
    fn read(path: &Path) -> Result<Self, Error> {
        let (sha256, is_kops) = hashed(path, MARK)?;
        Ok(Self { sha256, is_kops })
    }

    fn tell(self, kops: &Kops, facts: &mut ApprovalFacts) {
        facts.insert(KOPS_PROGRAM, shown(&kops.program));
        facts.insert(KOPS_VERSION, kops.version.clone());
        facts.insert(KOPS_HASH, self.sha256);
        if !self.is_kops {
            let why = kops
                .unseen
                .clone()
                .unwrap_or_else(|| format!("{} only starts another program", shown(&kops.program)));
            facts.insert_unknown(BEHIND_KOPS, why, "");
        }
    }
}

// The SHA-256 of a file in hexadecimal digits.
fn sha256(path: &Path) -> Result<String, Error> {
    hashed(path, MARK).map(|(hash, _)| hash)
}

// The hash, and whether these bytes are somewhere in the file.
fn hashed(path: &Path, mark: &[u8]) -> Result<(String, bool), Error> {
    let mut file = File::open(path)?;
    let mut context = Context::new(&SHA256);
    let finder = Finder::new(mark);
    let mut chunk = vec![0; CHUNK];
    // The end of one chunk stands before the next, so that a mark across both is seen.
    let (mut kept, mut found) = (0, false);
    loop {
        let count = file.read(chunk.get_mut(kept..).unwrap_or_default())?;
        if count == 0 {
            return Ok((hex(context.finish().as_ref()), found));
        }
        let whole = chunk.get(..kept + count).unwrap_or_default();
        context.update(whole.get(kept..).unwrap_or_default());
        found = found || finder.find(whole).is_some();
        let from = whole.len().saturating_sub(mark.len());
        let end = whole.len();
        chunk.copy_within(from..end, 0);
        kept = end - from;
    }
}

fn no_secret(kind: SecretKind, file: &Path, error: &Error) -> Fault {
    Fault::new(
        format!("the secret {} cannot be read", kind.word()),
        format!("{}: {error}", shown(file)),
        "name the right file in the answers (secrets), and let it be readable for you",
    )
}

fn unhashed(program: &Path, error: &Error) -> Fault {
    Fault::new(
        format!("{} cannot be read", shown(program)),
        cause(error),
        "kopswain compares the kops program that was approved with the one that runs; let it be readable",
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_found_wherever_a_chunk_ends() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        for before in [
            0,
            1,
            CHUNK - MARK.len() - 1,
            CHUNK - MARK.len(),
            CHUNK - 5,
            CHUNK,
            2 * CHUNK - 7,
        ] {
            let mut bytes = vec![b'k'; before];
            bytes.extend(MARK);
            std::fs::write(&path, &bytes).unwrap();
            assert!(Program::read(&path).unwrap().is_kops, "{before}");
        }
        std::fs::write(&path, "#!/bin/sh\nexec k8s.io/kops/cmd/kop\n").unwrap();
        assert!(!Program::read(&path).unwrap().is_kops);
    }

    #[test]
    fn a_file_has_the_hash_that_others_give_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        std::fs::write(&path, "abc").unwrap();
        assert_eq!(
            sha256(&path).unwrap(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
