//! The preview: a dry run on a private state store that is removed afterwards.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde_yaml::{Mapping, Value};
use tempfile::TempDir;

use super::Kops;
use super::environment::Environment;
use super::lock::Lock;
use super::run_folder::RunFolder;
use crate::core::answers::SecretKind;
use crate::core::cluster_name::ClusterName;
use crate::core::fault::Fault;
use crate::core::kops::command::CommandLine;
use crate::core::text::untrusted::Untrusted;
use crate::core::text::yaml;
use crate::io::files::{not_written, write_whole};
use crate::io::process::{Leftover, Watched, watch};
use crate::tui::event::{CommandOutput, PrintedLine};

const PREFIX: &str = "kopswain-scratch-";
const LOCK: &str = "lock";
const MAKING: &str = "lock.new";

/// A folder for this person only (0700) that is a state store; dropping it removes it with all that is in it.
#[derive(Debug)]
pub struct Scratch {
    folder: TempDir,
    // Held as long as the folder is needed: what nobody holds was left by a program that was killed.
    _lock: Option<Lock>,
    // Dropped last: until the folder is removed it is the watchdog's to remove.
    _watched: Watched,
}

/// What is previewed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScratchPreview<'a> {
    pub cluster: &'a ClusterName,
    /// The spec as it will be sent to the real store.
    pub spec: &'a str,
    pub ssh_public_key: &'a Path,
    /// The secrets that the cluster needs, with their files.
    pub secrets: &'a [(SecretKind, PathBuf)],
    /// The real store, which the dry run shall name.
    pub state_store: &'a str,
}

/// A folder where kops is asked, and how.
struct ScratchFolder<'a> {
    kops: &'a Kops,
    environment: Environment,
    folder: &'a RunFolder,
    names: Names,
}

impl Scratch {
    /// Makes the folder; a Fault when the temporary folder cannot be written.
    pub fn create() -> Result<Self, Fault> {
        Self::create_in(&std::env::temp_dir())
    }

    fn create_in(base: &Path) -> Result<Self, Fault> {
        let folder = tempfile::Builder::new()
            .prefix(PREFIX)
            .permissions(Permissions::from_mode(0o700))
            .tempdir_in(base)
            .map_err(|error| not_written(base, &error))?;
        let watched = watch(Leftover::Folder(folder.path().to_owned()));
        // Under its name it is held from the first instant on: a lock that nobody holds is a folder to be swept.
        let (making, path) = (folder.path().join(MAKING), folder.path().join(LOCK));
        let lock = Lock::take(&making)?;
        std::fs::rename(&making, &path).map_err(|error| not_written(&path, &error))?;
        Ok(Self {
            folder,
            _lock: lock,
            _watched: watched,
        })
    }

    /// The state store as kops names it, `file://…`.
    pub fn url(&self) -> String {
        format!("file://{}", self.folder.path().join("store").display())
    }

    /// The dry run of a cluster that does not exist yet, on this store: creates it here, adds the key and the secrets, and
    /// asks kops what it would do. In what it gives and shows, the real places stand for the scratch's; the files of
    /// `folder` keep kops's own words. Dropping the future interrupts kops, which has nothing to lose here. Gives the end of
    /// the last command: the dry run's, or that of the one that failed. A Fault, before any command, when a place that kops
    /// writes to cannot be moved here.
    pub async fn preview(
        &self,
        kops: &Kops,
        preview: &ScratchPreview<'_>,
        environment: &Environment,
        folder: &RunFolder,
        mut show: impl FnMut(PrintedLine),
    ) -> Result<CommandOutput, Fault> {
        let prepared = self.prepare(kops, preview, environment, folder)?;
        let mut last = self
            .create_and_read(&prepared, preview.cluster, &mut show)
            .await?;
        let made = std::mem::take(&mut last.made);
        let secrets = preview
            .secrets
            .iter()
            .map(|(kind, file)| CommandLine::create_secret(preview.cluster, *kind, file));
        let lines = std::iter::once(CommandLine::ssh_public_key(
            preview.cluster,
            preview.ssh_public_key,
        ))
        .chain(secrets)
        .chain([CommandLine::update(preview.cluster)]);
        for line in lines {
            if !last.succeeded() {
                break;
            }
            last = prepared.run(&line, &mut show).await?;
        }
        Ok(CommandOutput { made, ..last })
    }

    /// The dry run of a cluster that exists with another spec: `stored` is what `kops get all` gives of the real store, put
    /// here as it is, and `kops replace` puts the new one in its place here. Whatever else kops reads of the cluster, its keys
    /// among it, stays in the real places that the spec names: neither command writes there.
    pub async fn preview_replace(
        &self,
        kops: &Kops,
        preview: &ScratchPreview<'_>,
        stored: &str,
        environment: &Environment,
        folder: &RunFolder,
        mut show: impl FnMut(PrintedLine),
    ) -> Result<CommandOutput, Fault> {
        let base = format!(
            "{}/{}",
            preview.state_store.trim_end_matches('/'),
            preview.cluster
        );
        let store = self
            .folder
            .path()
            .join("store")
            .join(preview.cluster.as_str());
        copied_spec(&store, stored, &base)?;
        let text = in_its_place(preview.spec, &base)?;
        write_whole(&self.spec(), text.as_bytes(), 0o600)?;
        let real = preview.state_store.trim_end_matches('/').to_owned();
        let prepared = ScratchFolder {
            kops,
            environment: environment.clone().with_state_store(&self.url()),
            folder,
            names: Names(vec![(self.url(), real)]),
        };
        let replaced = prepared
            .run(&CommandLine::replace(&self.spec()), &mut show)
            .await?;
        if !replaced.succeeded() {
            return Ok(replaced);
        }
        let stored = prepared
            .run(&CommandLine::get_all(preview.cluster), &mut |_| ())
            .await?;
        if !stored.succeeded() {
            return Ok(stored);
        }
        let command = CommandLine::update_existing(preview.cluster);
        let last = prepared.run(&command, &mut show).await?;
        Ok(CommandOutput {
            made: stored.stdout,
            ..last
        })
    }

    /// What kops makes of a spec, defaults included, as `kops get all` gives it; nothing else is asked.
    pub async fn make_spec(
        &self,
        kops: &Kops,
        preview: &ScratchPreview<'_>,
        environment: &Environment,
        folder: &RunFolder,
    ) -> Result<CommandOutput, Fault> {
        let prepared = self.prepare(kops, preview, environment, folder)?;
        self.create_and_read(&prepared, preview.cluster, &mut |_| ())
            .await
    }

    fn prepare<'a>(
        &self,
        kops: &'a Kops,
        preview: &ScratchPreview<'_>,
        environment: &Environment,
        folder: &'a RunFolder,
    ) -> Result<ScratchFolder<'a>, Fault> {
        let (text, names) = moved(preview, &self.url())?;
        // No file of that name: kops sees no control plane, as in the run that makes the cluster.
        let kubeconfig = self.folder.path().join("kubeconfig");
        let environment = environment.clone().with_state_store(&self.url());
        write_whole(&self.spec(), text.as_bytes(), 0o600)?;
        Ok(ScratchFolder {
            kops,
            environment: environment.with_kubeconfig(&kubeconfig),
            folder,
            names,
        })
    }

    fn spec(&self) -> PathBuf {
        self.folder.path().join("cluster_spec.yml")
    }

    async fn create_and_read(
        &self,
        prepared: &ScratchFolder<'_>,
        cluster: &ClusterName,
        show: &mut impl FnMut(PrintedLine),
    ) -> Result<CommandOutput, Fault> {
        let created = prepared
            .run(&CommandLine::create(&self.spec()), show)
            .await?;
        if !created.succeeded() {
            return Ok(created);
        }
        let read = prepared
            .run(&CommandLine::get_all(cluster), &mut |_| ())
            .await?;
        let made = if read.succeeded() {
            read.stdout.clone()
        } else {
            String::new()
        };
        Ok(CommandOutput { made, ..read })
    }
}

impl ScratchFolder<'_> {
    async fn run(
        &self,
        line: &CommandLine,
        show: &mut impl FnMut(PrintedLine),
    ) -> Result<CommandOutput, Fault> {
        let names = &self.names;
        let command = self
            .kops
            .start_read_only(line, &self.environment, self.folder)?;
        let follow = command.follow(|line| {
            let text = Untrusted::from(names.to_real(line.text.raw()));
            show(PrintedLine { text, ..line });
        });
        let finished = follow.await?;
        let (stdout, stderr) = (
            names.to_real(&finished.stdout),
            names.to_real(&finished.stderr),
        );
        Ok(CommandOutput {
            stdout,
            stderr,
            ..finished
        })
    }
}

/// Removes the scratch stores of this person that a killed kopswain has left.
pub fn sweep() {
    sweep_in(&std::env::temp_dir());
}

fn sweep_in(base: &Path) {
    for entry in std::fs::read_dir(base).into_iter().flatten().flatten() {
        let path = entry.path();
        let named = entry.file_name().to_string_lossy().starts_with(PREFIX);
        // A link is none; and another person's folder shows no lock.
        let folder = entry.metadata().is_ok_and(|found| found.is_dir());
        // A folder whose lock is not made yet is being made.
        let left = path.join(LOCK).exists() && !Lock::is_held(&path.join(LOCK));
        if named && folder && left {
            let _ = std::fs::remove_dir_all(path);
        }
    }
}

/// Each place on the scratch, and the real one that it stands for; a place before those that it lies in.
struct Names(Vec<(String, String)>);

impl Names {
    fn to_real(&self, text: &str) -> String {
        let pairs = self.0.iter();
        pairs.fold(text.to_owned(), |text, (scratch, real)| {
            text.replace(scratch, real)
        })
    }
}

/// The fields of a cluster's spec that name places which `kops create` writes to, whatever the state store is: keys and
/// secrets go where they say (pkg/client/simple/vfsclientset/clientset.go, `pkiPath` and `SecretStore`).
const WRITTEN: [&str; 4] = ["configBase", "configStore", "keyStore", "secretStore"];
const VERSION: &str = "kops.k8s.io/v1alpha2";

// The spec with every place that is written to in the scratch folder, read again to make sure. Places that a dry run only
// reads stay: the discovery store, and backups of etcd outside of the cluster's own place.
fn moved(preview: &ScratchPreview<'_>, scratch: &str) -> Result<(String, Names), Fault> {
    let mut moves = Moves::new(preview, scratch);
    let mut text = String::new();
    for document in yaml::documents(preview.spec) {
        let mut value = document.map_err(|error| {
            not_moved("it is not YAML").with_detail(Untrusted::new(error.to_string()))
        })?;
        moves.document(&mut value)?;
        let written = serde_yaml::to_string(&value).map_err(|_| not_moved("it is not YAML"))?;
        text = format!("{text}---\n{written}");
    }
    outside(&text, scratch).map_or(Ok(()), |place| Err(not_inside(&place)))?;
    Ok((text, moves.names()))
}

struct Moves {
    /// The cluster's own place in the scratch store, and in the real one.
    own: (String, String),
    stores: (String, String),
    places: String,
    others: Vec<(String, String)>,
}

impl Moves {
    fn new(preview: &ScratchPreview<'_>, scratch: &str) -> Self {
        let real = preview.state_store.trim_end_matches('/');
        let own = |store: &str| format!("{store}/{}", preview.cluster);
        Self {
            own: (own(scratch), own(real)),
            stores: (scratch.to_owned(), real.to_owned()),
            places: format!("{scratch}-places"),
            others: Vec::new(),
        }
    }

    fn document(&mut self, value: &mut Value) -> Result<(), Fault> {
        let text = |key: &str| value.get(key).and_then(Value::as_str);
        if text("apiVersion") != Some(VERSION) {
            return Err(not_moved("a document is not of kops.k8s.io/v1alpha2"));
        }
        match text("kind") {
            Some("InstanceGroup") => return Ok(()),
            Some("Cluster") => {}
            _ => {
                return Err(not_moved(
                    "it holds more than a cluster and its instance groups",
                ));
            }
        }
        let spec = value.get_mut("spec").and_then(Value::as_mapping_mut);
        let spec = spec.ok_or_else(|| not_moved("the cluster has no spec"))?;
        if !spec.contains_key(WRITTEN[0]) {
            spec.insert(WRITTEN[0].into(), self.own.1.clone().into());
        }
        for (key, place) in spec.iter_mut() {
            if is_written(key) {
                let named = place
                    .as_str()
                    .ok_or_else(|| not_moved("a place in it is no text"))?;
                *place = self.moved(named).into();
            }
        }
        self.backups(spec);
        Ok(())
    }

    // kops's own default lies below configBase, and follows it.
    fn backups(&self, spec: &mut Mapping) {
        let clusters = spec
            .get_mut("etcdClusters")
            .and_then(Value::as_sequence_mut);
        for cluster in clusters.into_iter().flatten() {
            let store = cluster
                .get_mut("backups")
                .and_then(|backups| backups.get_mut("backupStore"));
            let Some(store) = store else { continue };
            let own = store.as_str().and_then(|named| self.own(named));
            if let Some(own) = own {
                *store = own.into();
            }
        }
    }

    fn moved(&mut self, named: &str) -> String {
        if let Some(own) = self.own(named) {
            return own;
        }
        let place = format!("{}/{}", self.places, self.others.len());
        self.others
            .push((place.clone(), named.trim_end_matches('/').to_owned()));
        place
    }

    fn own(&self, named: &str) -> Option<String> {
        let (here, real) = &self.own;
        let rest = named.trim_end_matches('/').strip_prefix(real)?;
        (rest.is_empty() || rest.starts_with('/')).then(|| format!("{here}{rest}"))
    }

    fn names(self) -> Names {
        let mut pairs = self.others;
        pairs.push(self.stores);
        Names(pairs)
    }
}

fn is_written(key: &Value) -> bool {
    let named = |key: &str| WRITTEN.iter().any(|known| known.eq_ignore_ascii_case(key));
    key.as_str().is_some_and(named)
}

// A place that is written to and does not lie in the scratch folder, at whatever depth its field stands.
fn outside(text: &str, scratch: &str) -> Option<String> {
    yaml::readable_documents(text).find_map(|value| outside_in(&value, scratch))
}

fn outside_in(value: &Value, scratch: &str) -> Option<String> {
    let inside = |place: &Value| {
        let text = place.as_str().unwrap_or_default();
        let rest = text.strip_prefix(scratch);
        rest.is_some_and(|rest| rest.starts_with(['/', '-'])) && !text.contains("/../")
    };
    match value {
        Value::Mapping(fields) => fields.iter().find_map(|(key, below)| {
            if is_written(key) && !inside(below) {
                return Some(serde_yaml::to_string(below).unwrap_or_default());
            }
            outside_in(below, scratch)
        }),
        Value::Sequence(items) => items.iter().find_map(|item| outside_in(item, scratch)),
        _ => None,
    }
}

// The objects of a stored spec where kops has them in a store (pkg/client/simple/vfsclientset): the cluster, each instance
// group, and whatever else belongs to it.
fn copied_spec(store: &Path, stored: &str, base: &str) -> Result<(), Fault> {
    let mut others: Vec<String> = Vec::new();
    for document in yaml::documents(stored) {
        let mut value = document.map_err(|_| not_moved("the stored one is not YAML"))?;
        let name = value
            .get("metadata")
            .and_then(|metadata| metadata.get("name"));
        let name = name.and_then(Value::as_str).unwrap_or_default().to_owned();
        let kind = value
            .get("kind")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let path = match kind {
            "Cluster" => {
                with_config_base(&mut value, base)?;
                store.join("config")
            }
            "InstanceGroup" if is_file_name(&name) => store.join("instancegroup").join(&name),
            "InstanceGroup" => return Err(not_moved("an instance group has no usable name")),
            _ => {
                others.push(text_of(&value)?);
                continue;
            }
        };
        write_in(&path, &text_of(&value)?)?;
    }
    if others.is_empty() {
        return Ok(());
    }
    write_in(&store.join("clusteraddons/default"), &others.join("---\n"))
}

fn is_file_name(name: &str) -> bool {
    let plain = |one: char| one.is_ascii_alphanumeric() || "-_.".contains(one);
    !name.is_empty() && !name.starts_with('.') && name.chars().all(plain)
}

fn write_in(path: &Path, text: &str) -> Result<(), Fault> {
    let folder = path.parent().unwrap_or(path);
    std::fs::create_dir_all(folder).map_err(|error| not_written(folder, &error))?;
    write_whole(path, text.as_bytes(), 0o600)
}

fn text_of(value: &Value) -> Result<String, Fault> {
    serde_yaml::to_string(value).map_err(|_| not_moved("it is not YAML"))
}

// kops's default would lie in the scratch store, where nothing of the cluster is.
fn with_config_base(value: &mut Value, base: &str) -> Result<(), Fault> {
    let spec = value.get_mut("spec").and_then(Value::as_mapping_mut);
    let spec = spec.ok_or_else(|| not_moved("the cluster has no spec"))?;
    if !spec.contains_key(WRITTEN[0]) {
        spec.insert(WRITTEN[0].into(), base.into());
    }
    Ok(())
}

// A spec that only `kops replace` gets: any other document than a cluster or an instance group would write elsewhere, as
// an SSHCredential does.
fn in_its_place(spec: &str, base: &str) -> Result<String, Fault> {
    let mut text = String::new();
    for document in yaml::documents(spec) {
        let mut value = document.map_err(|_| not_moved("it is not YAML"))?;
        let field = |key: &str| value.get(key).and_then(Value::as_str);
        match (field("apiVersion"), field("kind")) {
            (Some(VERSION), Some("Cluster")) => with_config_base(&mut value, base)?,
            (Some(VERSION), Some("InstanceGroup")) => {}
            _ => {
                return Err(not_moved(
                    "it holds more than a cluster and its instance groups",
                ));
            }
        }
        text = format!("{text}---\n{}", text_of(&value)?);
    }
    Ok(text)
}

fn not_moved(why: &str) -> Fault {
    Fault::new(
        "the spec cannot be looked at without writing elsewhere",
        why,
        "remove it from the overrides; no command was run",
    )
}

fn not_inside(place: &str) -> Fault {
    Fault::new(
        format!(
            "the preview would write to {}",
            crate::core::text::untrusted::visible(place.trim())
        ),
        "keys and secrets go to the place that the spec names, whatever the state store is",
        "remove configBase, keyStore, secretStore or configStore from the overrides; no command was run",
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const SPEC: &str =
        "apiVersion: kops.k8s.io/v1alpha2\nkind: Cluster\nspec:\n  channel: stable\n";

    fn cluster() -> ClusterName {
        ClusterName::parse("a.example.com").unwrap()
    }

    fn asked<'a>(cluster: &'a ClusterName, spec: &'a str) -> ScratchPreview<'a> {
        ScratchPreview {
            cluster,
            spec,
            ssh_public_key: Path::new("k"),
            secrets: &[],
            state_store: "s3://real/",
        }
    }

    fn on_scratch(spec: &str) -> Result<(String, Names), Fault> {
        let text = format!("apiVersion: kops.k8s.io/v1alpha2\nkind: Cluster\nspec: {spec}\n");
        moved(&asked(&cluster(), &text), "file:///t/store")
    }

    #[test]
    fn a_stored_spec_is_put_where_kops_has_it_and_nothing_else_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let stored = "apiVersion: kops.k8s.io/v1alpha2\nkind: Cluster\nmetadata: {name: a}\nspec: {channel: stable}\n---\nkind: InstanceGroup\nmetadata: {name: nodes}\n---\nkind: Addon\nmetadata: {name: x}\n";
        copied_spec(folder.path(), stored, "s3://b/a").unwrap();
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
        assert!(read("config").contains("configBase: s3://b/a\n"));
        assert!(read("instancegroup/nodes").contains("kind: InstanceGroup"));
        assert!(read("clusteraddons/default").contains("kind: Addon"));
        let above = "kind: InstanceGroup\nmetadata: {name: ../config}\n";
        assert!(copied_spec(folder.path(), above, "s3://b/a").is_err());
        assert!(
            in_its_place(SPEC, "s3://b/a")
                .unwrap()
                .contains("configBase: s3://b/a\n")
        );
        let key = format!("{SPEC}---\napiVersion: kops.k8s.io/v1alpha2\nkind: SSHCredential\n");
        assert!(in_its_place(&key, "s3://b/a").is_err());
    }

    #[test]
    fn every_place_that_is_written_to_lies_in_the_scratch_folder() {
        let spec = "{configBase: s3://real/a.example.com/, keyStore: s3://real/other.example.com/pki, secretStore: s3://elsewhere/s, etcdClusters: [{backups: {backupStore: s3://real/a.example.com/backups/main}}, {backups: {backupStore: s3://backups/x}}]}";
        let (text, names) = on_scratch(spec).unwrap();
        assert_eq!(
            text,
            "---
apiVersion: kops.k8s.io/v1alpha2
kind: Cluster
spec:
  configBase: file:///t/store/a.example.com
  keyStore: file:///t/store-places/0
  secretStore: file:///t/store-places/1
  etcdClusters:
  - backups:
      backupStore: file:///t/store/a.example.com/backups/main
  - backups:
      backupStore: s3://backups/x
"
        );
        let text = "Base\tfile:///t/store/a.example.com and file:///t/store-places/0/private and file:///t/store-places/1";
        assert_eq!(
            names.to_real(text),
            "Base\ts3://real/a.example.com and s3://real/other.example.com/pki/private and s3://elsewhere/s"
        );
    }

    #[test]
    fn a_spec_without_a_place_gets_one_in_the_scratch_folder() {
        let (text, _) = on_scratch("{channel: stable}").unwrap();
        assert!(
            text.ends_with("  configBase: file:///t/store/a.example.com\n"),
            "{text}"
        );
    }

    #[test]
    fn a_place_that_cannot_be_moved_is_refused_before_any_command() {
        let why = |spec: &str| on_scratch(spec).map(|(text, _)| text).unwrap_err().why;
        assert_eq!(
            why("{configStore: {keypairs: s3://other/pki}}"),
            "a place in it is no text"
        );
        let what = |spec: &str| on_scratch(spec).map(|(text, _)| text).unwrap_err().what;
        assert_eq!(
            what("{deeper: {keyStore: s3://other/pki}}"),
            "the preview would write to s3://other/pki"
        );
        assert_eq!(
            what("{configBase: s3://real/a.example.com/../b.example.com}"),
            "the preview would write to file:///t/store/a.example.com/../b.example.com"
        );
        let (text, _) = on_scratch("{KEYSTORE: s3://other/pki}").unwrap();
        assert!(
            text.contains("KEYSTORE: file:///t/store-places/0"),
            "{text}"
        );
        let other = |text: &str| {
            moved(&asked(&cluster(), text), "file:///t/store")
                .map(|_| ())
                .unwrap_err()
                .why
        };
        assert_eq!(
            other("apiVersion: kops.k8s.io/v1alpha3\nkind: Cluster\nspec: {}\n"),
            "a document is not of kops.k8s.io/v1alpha2"
        );
        assert_eq!(
            other("apiVersion: kops.k8s.io/v1alpha2\nkind: SSHCredential\n"),
            "it holds more than a cluster and its instance groups"
        );
    }

    // A stand-in that keeps the state store it was given and prints its arguments; `create` fails on demand.
    fn stand_in(folder: &Path, text: &str) -> Kops {
        let program = folder.join("kops");
        std::fs::write(&program, format!("#!/bin/sh\n{text}\n")).unwrap();
        std::fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
        Kops {
            program,
            version: "1.36.2".to_owned(),
            minor: 36,
            unseen: None,
            supervisor: None,
        }
    }

    async fn preview(text: &str) -> (CommandOutput, Vec<String>, PathBuf) {
        let base = tempfile::tempdir().unwrap();
        let kops = stand_in(base.path(), text);
        let run = RunFolder::new(base.path().join("run"));
        std::fs::create_dir(run.path()).unwrap();
        let scratch = Scratch::create().unwrap();
        let place = scratch.folder.path().to_owned();
        let mode = std::fs::metadata(&place).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        let secrets = [(SecretKind::CiliumPassword, PathBuf::from("c"))];
        let cluster = cluster();
        let preview = ScratchPreview {
            secrets: &secrets,
            ..asked(&cluster, SPEC)
        };
        let mut lines = Vec::new();
        let show = |line: PrintedLine| lines.push(line.text.raw().to_owned());
        let finished = scratch
            .preview(&kops, &preview, &Environment::default(), &run, show)
            .await
            .unwrap();
        drop(scratch);
        (finished, lines, place)
    }

    #[tokio::test]
    async fn the_commands_run_on_the_scratch_and_the_report_names_the_real_store() {
        let (previewed, lines, place) = preview("echo \"$1 $2 $3 $KOPS_STATE_STORE\"").await;
        let line = |at: usize| lines[at].rsplit_once(' ').unwrap();
        assert!(lines[0].starts_with("create -f /"), "{lines:?}");
        assert_eq!(line(0).1, "s3://real");
        assert_eq!(
            lines[1..],
            [
                "create secret --name=a.example.com s3://real",
                "create secret ciliumpassword s3://real",
                "update cluster --name=a.example.com s3://real"
            ]
        );
        assert_eq!(
            previewed.stdout,
            "update cluster --name=a.example.com s3://real\n"
        );
        assert_eq!(previewed.made, "get all --name=a.example.com s3://real\n");
        assert!(!place.exists());
    }

    #[tokio::test]
    async fn a_failing_command_is_the_last_one() {
        let (previewed, lines, place) = preview("echo \"$1 $2\"; [ \"$2\" != secret ]").await;
        assert_eq!(lines, ["create -f", "create secret"]);
        assert_eq!(previewed.exit, Some(1));
        assert!(!place.exists());
    }

    #[test]
    fn only_what_a_killed_kopswain_left_is_swept() {
        let base = tempfile::tempdir().unwrap();
        let used = Scratch::create_in(base.path()).unwrap();
        let left = Scratch::create_in(base.path()).unwrap();
        let killed = |scratch: Scratch| scratch.folder.keep();
        let kept = killed(left);
        let new = base.path().join("kopswain-scratch-new");
        let other = base.path().join("other");
        for folder in [&new, &other] {
            std::fs::create_dir(folder).unwrap();
        }
        std::fs::write(other.join(LOCK), "").unwrap();
        sweep_in(base.path());
        assert_eq!(
            [used.folder.path(), &kept, &new, &other].map(Path::exists),
            [true, false, true, true]
        );
    }

    #[test]
    fn a_folder_that_is_being_made_is_not_swept_by_another_kopswain() {
        let base = tempfile::tempdir().unwrap();
        let over = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    while !over.load(std::sync::atomic::Ordering::Relaxed) {
                        sweep_in(base.path());
                    }
                });
            }
            let made: Vec<bool> = (0..500)
                .map(|_| {
                    let made = Scratch::create_in(base.path());
                    made.is_ok_and(|scratch| scratch.folder.path().join(LOCK).exists())
                })
                .collect();
            over.store(true, std::sync::atomic::Ordering::Relaxed);
            assert!(made.iter().all(|there| *there), "{made:?}");
        });
    }

    #[tokio::test]
    async fn leaving_ends_kops_and_takes_the_folder_away() {
        let base = tempfile::tempdir().unwrap();
        let kops = stand_in(base.path(), "echo $$; exec sleep 60");
        let run = RunFolder::new(base.path().join("run"));
        std::fs::create_dir(run.path()).unwrap();
        let scratch = Scratch::create_in(base.path()).unwrap();
        let place = scratch.folder.path().to_owned();
        let (lines, mut pids) = tokio::sync::mpsc::unbounded_channel();
        let task = tokio::spawn(async move {
            let cluster = cluster();
            let preview = asked(&cluster, SPEC);
            let show = |line: PrintedLine| lines.send(line.text.raw().to_owned()).unwrap();
            let environment = Environment::default();
            let ended = scratch.preview(&kops, &preview, &environment, &run, show);
            ended.await.unwrap()
        });
        let pid: i32 = pids.recv().await.unwrap().parse().unwrap();
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
        assert!(!place.exists());
        let pid = nix::unistd::Pid::from_raw(pid);
        while nix::sys::signal::kill(pid, None).is_ok() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }
}
