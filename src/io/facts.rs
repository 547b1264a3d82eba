//! The facts that an approval rests on, read anew each time: the kops program, who we are, the key, the environment, the VPC.

use std::fs::File;
use std::io::{Error, Read};
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{Context, SHA256};

use super::files::{cause, shown};
use super::kops::{self, Environment};
use super::settings::Settings;
use super::state_store::read_objects;
use super::{aws, ssh_public_key};
use crate::core::answers::SecretKind;
use crate::core::facts::{Facts, SECRET, SSH_PUBLIC_KEY};
use crate::core::fault::Fault;
use crate::core::store::StorePlaces;

const CHUNK: usize = 1 << 20;

/// What the reading is about.
#[derive(Clone, Debug)]
pub struct Asked {
    pub settings: Settings,
    /// Where the cluster's state is.
    pub places: StorePlaces,
    /// The VPC that the spec names.
    pub vpc: Option<String>,
    /// The secrets that are added to the cluster, with their files.
    pub secrets: Vec<(SecretKind, PathBuf)>,
    /// The key that is added to the cluster; absent where none is.
    pub ssh_public_key: Option<PathBuf>,
}

/// Reads every fact; a Fault names the first that cannot be read.
pub async fn read(asked: &Asked) -> Result<Facts, Fault> {
    let mut facts = Facts::default();
    let kops = kops::find(&asked.settings).await?;
    let program = kops.program.clone();
    let hashed = tokio::task::spawn_blocking(move || sha256(&program));
    let account = aws::connect(&asked.settings).await?;
    let (who, found) = tokio::join!(account.identity(), network(&account, asked.vpc.as_deref()));
    facts.insert("account", who?.account);
    facts.insert("region", account.region());
    if let Some(vpc) = found?.and_then(|inventory| inventory.vpcs.into_iter().next()) {
        facts.set_network(&vpc);
        let word =
            |known: Option<bool>| known.map_or("unknown", |on| if on { "on" } else { "off" });
        facts.insert("DNS support", word(vpc.dns_support));
        facts.insert("DNS host names", word(vpc.dns_hostnames));
    }
    if let Some(path) = &asked.ssh_public_key {
        facts.insert(SSH_PUBLIC_KEY, ssh_public_key::read(path)?.fingerprint);
    }
    for (kind, file) in &asked.secrets {
        let hash = sha256(file).map_err(|error| no_secret(*kind, file, &error))?;
        facts.insert(format!("{SECRET}{}", kind.word()), hash);
    }
    facts.insert("kops program", shown(&kops.program));
    facts.insert("kops version", kops.version.clone());
    let hash = hashed.await.map_err(Error::other);
    let hash = hash.and_then(|hash| hash);
    let hash = hash.map_err(|error| unhashed(&kops.program, &error))?;
    facts.insert("kops SHA-256", hash);
    let store = asked.settings.state_store().unwrap_or_default();
    for (name, value) in Environment::of(&account, &store).seen() {
        facts.insert(format!("environment {name}"), value);
    }
    for (name, value) in account.profile_settings() {
        facts.insert(format!("AWS profile {name}"), value);
    }
    // Last: what is read before `--yes` must be as young as can be.
    let store = read_objects(&account, &asked.places).await;
    for (name, value) in store.iter() {
        facts.insert(name, value);
    }
    Ok(facts)
}

async fn network(
    account: &aws::Account,
    vpc: Option<&str>,
) -> Result<Option<crate::core::inventory::Inventory>, Fault> {
    match vpc {
        Some(id) => {
            let scope = aws::Scope::Vpc(id.to_owned());
            account.discover(scope, |_| ()).await.map(Some)
        }
        None => Ok(None),
    }
}

/// The SHA-256 of a file in hexadecimal digits.
pub fn sha256(path: &Path) -> Result<String, Error> {
    let mut file = File::open(path)?;
    let mut context = Context::new(&SHA256);
    let mut chunk = vec![0; CHUNK];
    loop {
        let count = file.read(&mut chunk)?;
        if count == 0 {
            return Ok(hex(context.finish().as_ref()));
        }
        context.update(chunk.get(..count).unwrap_or_default());
    }
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
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
