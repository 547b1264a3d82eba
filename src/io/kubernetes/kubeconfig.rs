//! The kubeconfig through which a cluster's API is asked: the files that the person's kops would use, and what they say.

use std::io::ErrorKind;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use kube::Config;
use kube::config::{
    AuthInfo, Cluster, Context, ExecAuthCluster, KubeConfigOptions, Kubeconfig, KubeconfigError,
    NamedAuthInfo, NamedCluster, NamedContext,
};

use super::exec_plugin::run_plugin;
use super::failure::ApiAddress;
use crate::core::cluster::kubernetes::{ApiFailure, ApiFailureKind};
use crate::core::cluster_name::ClusterName;
use crate::core::fault::Fault;
use crate::core::text::untrusted::visible;
use crate::core::unix_time::UnixTime;
use crate::io::files::{cause, shown};
use crate::io::settings::{expand, home, variable};

/// Bytes of the longest kubeconfig that is read; one of a thousand clusters has some 6 MB.
const LONGEST: u64 = 16 << 20;

/// Which files are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KubeconfigSource {
    /// One file, which was exported or named on the command line.
    File(PathBuf),
    /// `KUBECONFIG`, else `~/.kube/config`, as kops and kubectl find them.
    Usual,
}

/// What it takes to ask an API.
pub(super) struct ApiAccess {
    pub(super) config: Config,
    pub(super) address: ApiAddress,
    /// Until when the credentials are good, where a plug-in says so.
    pub(super) expires: Option<UnixTime>,
}

/// The context of one cluster.
struct ClusterContext {
    cluster: Cluster,
    user: AuthInfo,
}

/// Reads the files, finds the context that is named as the cluster, and asks its plug-in for credentials where it has one.
pub(super) async fn find_access(
    source: &KubeconfigSource,
    cluster: &ClusterName,
) -> Result<ApiAccess, ApiFailure> {
    let (mut context, names) = read_context(source, cluster).await?;
    let mut expires = None;
    if let Some(exec) = context.user.exec.take() {
        let about = exec
            .provide_cluster_info
            .then(|| describe_cluster(&context.cluster));
        let given = run_plugin(&context.user, &exec, about.flatten()).await?;
        (context.user, expires) = (given.user, given.expires);
    }
    let (config, address) = build_config(context, names).await?;
    Ok(ApiAccess {
        config,
        address,
        expires,
    })
}

/// The same, without a plug-in: it might ask a person for something.
pub(super) async fn find_quiet_access(
    source: &KubeconfigSource,
    cluster: &ClusterName,
) -> Result<ApiAccess, ApiFailure> {
    let (context, names) = read_context(source, cluster).await?;
    if context.user.exec.is_some() {
        return Err(runs_program(&names));
    }
    let (config, address) = build_config(context, names).await?;
    Ok(ApiAccess {
        config,
        address,
        expires: None,
    })
}

fn runs_program(names: &str) -> ApiFailure {
    let fault = Fault::new(
        "The nodes were not counted",
        format!("in {names} the credentials come from a program, which may ask for something"),
        "enter watches the cluster, and runs it",
    );
    ApiFailure {
        kind: ApiFailureKind::ExecPlugin,
        fault,
    }
}

// The context that is named as the cluster, and the names of the files.
async fn read_context(
    source: &KubeconfigSource,
    cluster: &ClusterName,
) -> Result<(ClusterContext, String), ApiFailure> {
    let files = list_files(source);
    let names = write_names(&files);
    if let (KubeconfigSource::File(_), Some(file)) = (source, files.first())
        && !file.exists()
    {
        return Err(not_read(file, "there is no such file"));
    }
    let read = tokio::task::spawn_blocking(move || merge_files(&files)).await;
    let merged = read.map_err(|error| not_usable(&names, &error.to_string()))??;
    let context = find_context(merged, cluster.as_str(), &names)?;
    if context.user.auth_provider.is_some() {
        return Err(no_providers(&names));
    }
    Ok((context, names))
}

// In the order in which they are merged.
fn list_files(source: &KubeconfigSource) -> Vec<PathBuf> {
    match (source, variable("KUBECONFIG")) {
        (KubeconfigSource::File(path), _) => vec![expand(path)],
        (KubeconfigSource::Usual, Some(list)) => std::env::split_paths(&list)
            .filter(|path| !path.as_os_str().is_empty())
            .collect(),
        (KubeconfigSource::Usual, None) => home()
            .map(|home| home.join(".kube/config"))
            .into_iter()
            .collect(),
    }
}

fn write_names(files: &[PathBuf]) -> String {
    let names: Vec<String> = files.iter().map(|path| shown(path)).collect();
    names.join(", ")
}

// Files of the list that are not there are passed over, as client-go does (`ClientConfigLoadingRules.Load`).
fn merge_files(files: &[PathBuf]) -> Result<Kubeconfig, ApiFailure> {
    let mut merged = Kubeconfig::default();
    for path in files {
        let found = match std::fs::metadata(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            found => found.map_err(|error| not_read(path, &cause(&error)))?,
        };
        if !found.is_file() || found.len() > LONGEST {
            return Err(not_read(
                path,
                "it is no file of a size that a kubeconfig has",
            ));
        }
        let read = Kubeconfig::read_from(path).and_then(|next| merged.merge(next));
        merged = read.map_err(|error| not_read(path, &explain_error(&error)))?;
    }
    Ok(merged)
}

fn find_context(merged: Kubeconfig, name: &str, files: &str) -> Result<ClusterContext, ApiFailure> {
    let contexts = merged.contexts.into_iter();
    let mut contexts = contexts.filter(|context| context.name == name);
    let Some(context) = contexts.find_map(|context| context.context) else {
        return Err(no_context(name, files));
    };
    let clusters = merged.clusters.into_iter();
    let mut clusters = clusters.filter(|cluster| cluster.name == context.cluster);
    let Some(cluster) = clusters.find_map(|cluster| cluster.cluster) else {
        let why = format!("its context {name} names a cluster that it does not hold");
        return Err(not_usable(files, &why));
    };
    let users = merged.auth_infos.into_iter();
    // As in client-go, a user that is not there is nobody.
    let mut users = users.filter(|user| Some(&user.name) == context.user.as_ref());
    let user = users.find_map(|user| user.auth_info).unwrap_or_default();
    Ok(ClusterContext { cluster, user })
}

fn describe_cluster(cluster: &Cluster) -> Option<serde_json::Value> {
    serde_json::to_value(ExecAuthCluster::try_from(cluster).ok()?).ok()
}

async fn build_config(
    context: ClusterContext,
    kubeconfig: String,
) -> Result<(Config, ApiAddress), ApiFailure> {
    let server = context.cluster.server.clone().unwrap_or_default();
    let named = context.cluster.proxy_url.clone();
    let named = named.filter(|proxy| !proxy.is_empty());
    let whole = write_kubeconfig(context);
    let options = KubeConfigOptions::default();
    let built = Config::from_custom_kubeconfig(whole, &options).await;
    let mut config = built.map_err(|error| not_usable(&kubeconfig, &explain_error(&error)))?;
    config.proxy_url = match (named, config.proxy_url.take()) {
        (Some(_), proxy) => proxy,
        // kube compares NO_PROXY with the proxy's own host.
        (None, _) => find_proxy(&config.cluster_url),
    };
    config.proxy_url = config.proxy_url.map(|proxy| use_known_scheme(&proxy));
    config.default_retry = false;
    let address = ApiAddress {
        host: config.cluster_url.host().unwrap_or_default().to_owned(),
        proxy: config.proxy_url.as_ref().map(write_proxy),
        server: visible(&server),
        kubeconfig,
    };
    Ok((config, address))
}

// With this context alone.
fn write_kubeconfig(context: ClusterContext) -> Kubeconfig {
    let name = || "cluster".to_owned();
    Kubeconfig {
        clusters: vec![NamedCluster {
            name: name(),
            cluster: Some(context.cluster),
            ..NamedCluster::default()
        }],
        auth_infos: vec![NamedAuthInfo {
            name: name(),
            auth_info: Some(context.user),
            ..NamedAuthInfo::default()
        }],
        contexts: vec![NamedContext {
            name: name(),
            context: Some(Context {
                cluster: name(),
                user: Some(name()),
                ..Context::default()
            }),
            ..NamedContext::default()
        }],
        current_context: Some(name()),
        ..Kubeconfig::default()
    }
}

// As Go's `ProxyFromEnvironment`, which kops and kubectl use: HTTPS_PROXY unless NO_PROXY names the host or it is this computer.
fn find_proxy(server: &Uri) -> Option<Uri> {
    let host = server.host().unwrap_or_default().trim_matches(['[', ']']);
    let local = host
        .parse::<IpAddr>()
        .is_ok_and(|address| address.is_loopback());
    if local || host == "localhost" {
        return None;
    }
    Matcher::from_env().intercept(server)?;
    let named = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    named.iter().find_map(|name| variable(name))?.parse().ok()
}

// In kube's SOCKS the proxy resolves names always.
fn use_known_scheme(proxy: &Uri) -> Uri {
    let text = proxy.to_string();
    let known = text.strip_prefix("socks5h://");
    let known = known.map(|rest| format!("socks5://{rest}"));
    known
        .and_then(|text| text.parse().ok())
        .unwrap_or_else(|| proxy.clone())
}

fn write_proxy(proxy: &Uri) -> String {
    let port = proxy.port().map(|port| format!(":{port}"));
    let scheme = proxy.scheme_str().unwrap_or("http");
    let host = proxy.host().unwrap_or_default();
    format!("{scheme}://{}{}", visible(host), port.unwrap_or_default())
}

// Never in the words of the reader of YAML, which quotes the lines around, secrets among them.
fn explain_error(error: &KubeconfigError) -> String {
    match error {
        KubeconfigError::Parse(_) => "it is not the YAML of a kubeconfig".to_owned(),
        KubeconfigError::ReadConfig(error, _) => cause(error),
        KubeconfigError::MissingClusterUrl => "it names no server".to_owned(),
        KubeconfigError::ParseClusterUrl(_) => "its server is no address".to_owned(),
        KubeconfigError::ParseProxyUrl(_) => "its proxy-url is no address".to_owned(),
        other => visible(&other.to_string()),
    }
}

fn no_context(name: &str, files: &str) -> ApiFailure {
    let why = match files {
        "" => "there is no home folder, and KUBECONFIG is not set".to_owned(),
        files => format!("no context of that name is in {files}"),
    };
    ApiFailure {
        kind: ApiFailureKind::NoContext,
        fault: Fault::new(
            format!("there is no kubeconfig for {name}"),
            why,
            "press e on the dashboard, or `kops export kubeconfig --name=CLUSTER --admin=1h`",
        ),
    }
}

fn no_providers(files: &str) -> ApiFailure {
    not_usable(
        files,
        "its user has an auth-provider, which Kubernetes has removed in 1.26",
    )
}

fn not_read(path: &Path, why: &str) -> ApiFailure {
    not_usable(&shown(path), why)
}

fn not_usable(files: &str, why: &str) -> ApiFailure {
    ApiFailure {
        kind: ApiFailureKind::Kubeconfig,
        fault: Fault::new(
            format!("the kubeconfig {files} cannot be used"),
            why.to_owned(),
            "correct it, or name another with --use-kubeconfig, or `kops export kubeconfig --name=CLUSTER --admin=1h`",
        ),
    }
}
