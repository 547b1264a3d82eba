//! What stands beside the instance groups, as lines of so many columns: what is not ready, or the nodes of a ready cluster.

use super::Dashboard;
use crate::core::cluster::{NotReady, Phase, Readiness};
use crate::core::fault::Fault;
use crate::core::kops::command::CommandLine;
use crate::core::text::prose::wrap;
use crate::core::text::untrusted::{visible, visible_lines};

const PROSE: usize = 100;
const MOST_OUTPUT: usize = 8;
const SIGN: usize = 2;

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusKind {
    /// The cluster is ready; the first line has the sign.
    Ready {
        first: bool,
    },
    /// What went wrong; the first line has the sign.
    Wrong {
        first: bool,
    },
    /// A command to copy, or what to do.
    Remedy,
    /// What another program printed.
    Output,
    Plain,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusLine {
    pub kind: StatusKind,
    pub text: String,
}

/// Every line, for a pane of so many columns.
pub fn lines(dashboard: &Dashboard, columns: usize) -> Vec<StatusLine> {
    match &dashboard.readiness {
        None => Vec::new(),
        Some(readiness) if readiness.phase == Phase::Ready => ready(dashboard, readiness, columns),
        Some(readiness) => {
            let mut lines = readiness
                .fault
                .as_ref()
                .map(|fault| wrong(fault, columns))
                .unwrap_or_default();
            for item in &readiness.not_ready {
                lines.extend(folded(StatusKind::Plain, &missing(item), columns));
            }
            lines.extend(instances_not_listed(readiness, columns));
            lines
        }
    }
}

fn folded(kind: StatusKind, text: &str, columns: usize) -> impl Iterator<Item = StatusLine> {
    wrap(text, columns)
        .into_iter()
        .map(move |text| StatusLine { kind, text })
}

fn signed(
    kind: fn(bool) -> StatusKind,
    text: &str,
    columns: usize,
) -> impl Iterator<Item = StatusLine> {
    let lines = wrap(text, columns.saturating_sub(SIGN)).into_iter();
    lines.enumerate().map(move |(at, text)| StatusLine {
        kind: kind(at == 0),
        text,
    })
}

fn wrong(fault: &Fault, columns: usize) -> Vec<StatusLine> {
    let prose = columns.min(PROSE);
    let what = visible(&fault.what);
    let mut lines: Vec<StatusLine> =
        signed(|first| StatusKind::Wrong { first }, &what, prose).collect();
    let why = visible(&format!("why: {}", fault.why));
    lines.extend(folded(StatusKind::Plain, &why, prose));
    let remedy = visible(&format!("do:  {}", fault.remedy));
    lines.extend(folded(StatusKind::Remedy, &remedy, prose));
    if let Some(detail) = &fault.detail {
        let printed = visible_lines(detail.raw());
        let printed =
            printed.flat_map(|line| folded(StatusKind::Output, &line, columns).collect::<Vec<_>>());
        lines.extend(printed.take(MOST_OUTPUT));
    }
    lines
}

// kops's message starts with the kind and the name again: `machine "i-…" has not yet joined cluster`.
fn missing(item: &NotReady) -> String {
    let (name, message) = (item.name.shown(), item.message.shown());
    let quoted = format!("\"{name}\" ");
    let rest = message
        .split_once(&quoted)
        .map_or(message.as_str(), |(_, rest)| rest);
    let group = item
        .group
        .as_ref()
        .map(|group| format!(" ({group})"))
        .unwrap_or_default();
    format!("{name} {rest}{group}")
}

fn instances_not_listed(readiness: &Readiness, columns: usize) -> Vec<StatusLine> {
    let Some(fault) = &readiness.instances_fault else {
        return Vec::new();
    };
    let what = "kops get instances gave no answer: instance groups of nodes and rolling-update status unknown";
    let fault = Fault {
        what: what.to_owned(),
        why: format!("{}: {}", fault.what, fault.why),
        ..fault.clone()
    };
    wrong(&fault, columns)
}

fn to_replace(dashboard: &Dashboard, readiness: &Readiness, columns: usize) -> Vec<StatusLine> {
    let count = match readiness.needing_update {
        None | Some(0) => return instances_not_listed(readiness, columns),
        Some(1) => "1 instance needs a rolling update; kops lists it with".to_owned(),
        Some(many) => format!("{many} instances need a rolling update; kops lists them with"),
    };
    let command = CommandLine::rolling_update(&dashboard.cluster, false).to_string();
    folded(StatusKind::Plain, &count, columns)
        .chain(folded(StatusKind::Remedy, &command, columns))
        .collect()
}

fn ready(dashboard: &Dashboard, readiness: &Readiness, columns: usize) -> Vec<StatusLine> {
    let name = visible(&dashboard.cluster);
    let headline = format!("Your cluster {name} is ready");
    let mut lines: Vec<StatusLine> =
        signed(|first| StatusKind::Ready { first }, &headline, columns).collect();
    let export = CommandLine::export_kubeconfig(&dashboard.cluster);
    let export = dashboard.target.copied().kops(&export);
    lines.extend(folded(StatusKind::Remedy, &export, columns));
    lines.extend(to_replace(dashboard, readiness, columns));
    let plain = |text| StatusLine {
        kind: StatusKind::Plain,
        text,
    };
    lines.push(plain(String::new()));
    let widest = |names: &mut dyn Iterator<Item = usize>| names.max().unwrap_or(0);
    let name = widest(
        &mut readiness
            .node_states
            .iter()
            .map(|one| one.name.shown().len()),
    );
    let zone = widest(
        &mut readiness
            .node_states
            .iter()
            .map(|one| one.zone.shown().len()),
    );
    lines.extend(readiness.node_states.iter().map(|node| {
        let text = format!(
            "{:name$}  {:zone$}  {}",
            node.name.shown(),
            node.zone.shown(),
            node.role.shown()
        );
        plain(text)
    }));
    lines
}
