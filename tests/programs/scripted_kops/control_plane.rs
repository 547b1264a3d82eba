//! What kops sees of the running control plane: through the files of `KUBECONFIG`, each with a line that says what runs.

use std::fmt::Write as _;
use std::path::PathBuf;

/// kops says it only when it is asked to.
const ASKED: &str = "--vmodule=update_cluster=2";

/// The line of its log, as kops 1.36.2 prints it; empty when kops is not asked. A file of a test says
/// `# CLUSTER runs 1.34.0`.
pub(crate) fn said(args: &[String], cluster: &str) -> String {
    let mut line = String::new();
    if args.first().is_none_or(|word| word != "update") || !args.iter().any(|arg| arg == ASKED) {
        return line;
    }
    let head = "I1128 21:40:00.000002   25129 update_cluster.go:364]";
    let _ = match version(cluster) {
        Some(version) => writeln!(
            line,
            "{head} found control plane running version: {version}"
        ),
        None => writeln!(
            line,
            "{head} error checking control plane running version, assuming no k8s upgrade in progress: cannot load kubecfg settings for \"{cluster}\": context \"{cluster}\" does not exist"
        ),
    };
    line
}

fn version(cluster: &str) -> Option<String> {
    let home = PathBuf::from(std::env::var_os("HOME").unwrap_or_default());
    let named = std::env::var_os("KUBECONFIG").filter(|named| !named.is_empty());
    let files = match &named {
        Some(named) => std::env::split_paths(named).collect(),
        None => vec![home.join(".kube/config")],
    };
    let texts = files
        .iter()
        .filter_map(|file| std::fs::read_to_string(file).ok());
    let words = format!("# {cluster} runs ");
    texts
        .flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>())
        .find_map(|line| Some(line.strip_prefix(&words)?.to_owned()))
}
