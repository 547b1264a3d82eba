//! The program that a kubeconfig names for credentials: run without a terminal, in a session of its own and in time.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use aws_smithy_types::base64;
use kube::config::{AuthInfo, ExecConfig};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::core::cluster::kubernetes::{ApiFailure, ApiFailureKind};
use crate::core::fault::Fault;
use crate::core::text::untrusted::Untrusted;
use crate::core::unix_time::UnixTime;
use crate::io::files::cause;
use crate::io::process::{Captured, capture};
use crate::io::settings::absolute_path;

/// A plug-in may fetch a token from the other end of the world; one that takes longer waits for a person.
const LIMIT: Duration = Duration::from_mins(1);
/// Bytes of what it printed on standard error that are shown.
const SHOWN: usize = 2000;
/// kube's own API of such plug-ins, where the kubeconfig names none.
const API_VERSION: &str = "client.authentication.k8s.io/v1";

/// Credentials that a plug-in gave.
pub(super) struct PluginCredentials {
    pub(super) user: AuthInfo,
    /// Until when they are good, where it says so.
    pub(super) expires: Option<UnixTime>,
}

// As `ExecCredential` of client.authentication.k8s.io is written.
#[derive(Deserialize)]
struct ExecCredential {
    status: Option<ExecCredentialStatus>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ExecCredentialStatus {
    token: Option<String>,
    client_certificate_data: Option<String>,
    client_key_data: Option<String>,
    expiration_timestamp: Option<String>,
}

/// Runs the plug-in and gives the user with its credentials in place of it.
pub(super) async fn run_plugin(
    user: &AuthInfo,
    exec: &ExecConfig,
    cluster: Option<Value>,
) -> Result<PluginCredentials, ApiFailure> {
    let command = exec.command.as_deref().unwrap_or_default();
    let environment = build_environment(exec, cluster);
    let program = find_program(command, &environment)
        .ok_or_else(|| not_found(command, exec.install_hint.as_deref()))?;
    let args: Vec<OsString> = exec.args.iter().flatten().map(OsString::from).collect();
    let captured = capture("it", &program, &args, &environment, LIMIT).await;
    let captured = captured.map_err(|error| not_run(command, &cause(&error)))?;
    if captured.exit != Some(0) {
        return Err(failed(command, &captured));
    }
    read_credentials(user, &captured.stdout).ok_or_else(|| not_read(command))
}

// It is a program of the person's, so it gets their environment; but no folder of `PATH` is one that depends on where we are.
fn build_environment(exec: &ExecConfig, cluster: Option<Value>) -> BTreeMap<OsString, OsString> {
    let mut all: BTreeMap<OsString, OsString> = std::env::vars_os().collect();
    let path = absolute_path(all.get(&OsString::from("PATH")).map(OsString::as_os_str));
    all.insert("PATH".into(), path);
    for variable in exec.env.iter().flatten() {
        if let (Some(name), Some(value)) = (variable.get("name"), variable.get("value")) {
            all.insert(name.into(), value.into());
        }
    }
    let mut spec = json!({"interactive": false});
    if let Some(cluster) = cluster {
        spec["cluster"] = cluster;
    }
    let version = exec.api_version.as_deref().unwrap_or(API_VERSION);
    let info = json!({"apiVersion": version, "kind": "ExecCredential", "spec": spec});
    all.insert("KUBERNETES_EXEC_INFO".into(), info.to_string().into());
    all
}

// With a slash it is a path, which kube has made absolute; else it is looked up.
fn find_program(command: &str, environment: &BTreeMap<OsString, OsString>) -> Option<PathBuf> {
    if command.contains('/') {
        return Some(PathBuf::from(command));
    }
    let path = environment.get(&OsString::from("PATH"))?;
    let candidates = std::env::split_paths(path).map(|folder| folder.join(command));
    candidates
        .filter(|_| !command.is_empty())
        .find(|path| is_program(path))
}

fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    let found = std::fs::metadata(path);
    found.is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

fn read_credentials(user: &AuthInfo, stdout: &[u8]) -> Option<PluginCredentials> {
    let printed: ExecCredential = serde_yaml::from_slice(stdout).ok()?;
    let status = printed.status?;
    let expires = status.expiration_timestamp.as_deref();
    let mut user = AuthInfo {
        exec: None,
        ..user.clone()
    };
    match (status.client_certificate_data, status.client_key_data) {
        (Some(certificate), Some(key)) => {
            user.client_certificate_data = Some(base64::encode(certificate));
            user.client_key_data = Some(base64::encode(key).into());
            user.token = status.token.map(Into::into);
        }
        _ => user.token = Some(status.token.filter(|token| !token.is_empty())?.into()),
    }
    Some(PluginCredentials {
        user,
        expires: expires.and_then(UnixTime::parse),
    })
}

fn not_found(command: &str, hint: Option<&str>) -> ApiFailure {
    let remedy = "install it, or `kops export kubeconfig --name=CLUSTER --admin=1h` for a kubeconfig that needs no program";
    let mut fault = Fault::new(
        format!("{} is not installed", shown(command)),
        "the kubeconfig names it as the program that gives credentials",
        remedy,
    );
    if let Some(hint) = hint {
        fault = fault.with_detail(shorten(hint));
    }
    failure(fault)
}

fn not_run(command: &str, why: &str) -> ApiFailure {
    failure(Fault::new(
        format!("{} gave no credentials", shown(command)),
        why.to_owned(),
        "run it in a terminal once, where it can ask, then come back; or `kops export kubeconfig --name=CLUSTER --admin=1h`",
    ))
}

fn failed(command: &str, captured: &Captured) -> ApiFailure {
    let why = match captured.exit {
        Some(code) => format!("it ended with exit code {code}; it has no terminal here"),
        None => "a signal ended it; it has no terminal here".to_owned(),
    };
    let mut failure = not_run(command, &why);
    // Its standard output may hold a secret, and is never shown.
    let said = String::from_utf8_lossy(&captured.stderr);
    if !said.trim().is_empty() {
        failure.fault = failure.fault.with_detail(shorten(said.trim()));
    }
    failure
}

fn not_read(command: &str) -> ApiFailure {
    not_run(
        command,
        "what it printed is no ExecCredential with a token or a certificate",
    )
}

fn failure(fault: Fault) -> ApiFailure {
    ApiFailure {
        kind: ApiFailureKind::ExecPlugin,
        fault,
    }
}

fn shown(command: &str) -> Untrusted {
    shorten(if command.is_empty() {
        "the program for credentials"
    } else {
        command
    })
}

fn shorten(text: &str) -> Untrusted {
    Untrusted::new(&text[..text.floor_char_boundary(SHOWN)])
}
