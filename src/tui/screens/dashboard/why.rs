//! Why the cluster is not ready, and what to do, as lines of so many columns; of a ready cluster what comes next.

use super::{Dashboard, KubeconfigExport};
use crate::core::cluster::Phase;
use crate::core::cluster::diagnosis::{Diagnosis, DiagnosisSeverity};
use crate::core::kops::command::CommandLine;
use crate::core::text::elapsed::elapsed;
use crate::core::text::prose::wrap;
use crate::core::text::untrusted::visible;
use crate::core::unix_time::UnixTime;

const PROSE: usize = 100;
const SIGN: usize = 2;

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyKind {
    /// The cluster is ready.
    Ready,
    /// The first line of what is wrong.
    What(DiagnosisSeverity),
    /// The lines below that.
    Rest,
    /// A command to copy, or what to do.
    Remedy,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhyLine {
    pub kind: WhyKind,
    /// The number of the diagnosis that it belongs to; absent for what is said besides.
    pub diagnosis: Option<usize>,
    pub text: String,
}

/// Every line, for a pane of so many columns.
pub fn why_lines(dashboard: &Dashboard, columns: usize, now: UnixTime) -> Vec<WhyLine> {
    let columns = columns.min(PROSE);
    let mut lines = if dashboard.is_ready() {
        ready_lines(dashboard, columns)
    } else {
        Vec::new()
    };
    let diagnoses = dashboard.shown().diagnoses.iter().enumerate();
    lines.extend(diagnoses.flat_map(|(at, one)| diagnosis_lines(at, one, columns, now)));
    if lines.is_empty()
        && let Some(readiness) = dashboard.readiness()
        && readiness.phase == Phase::Ready
    {
        let text = "nothing wrong is seen; kops validate is asked to confirm it";
        lines.extend(folded(WhyKind::Rest, None, text, columns, SIGN));
    }
    lines
}

fn ready_lines(dashboard: &Dashboard, columns: usize) -> Vec<WhyLine> {
    let name = visible(&dashboard.cluster);
    let mut lines: Vec<WhyLine> = folded(
        WhyKind::Ready,
        None,
        &format!("Your cluster {name} is ready"),
        columns,
        SIGN,
    )
    .collect();
    let next = dashboard.next_command();
    lines.extend(folded(WhyKind::Remedy, None, &next, columns, SIGN));
    lines
}

impl Dashboard {
    /// What to do with a cluster that is ready: look into it, where there is a way in already, else make one.
    pub(super) fn next_command(&self) -> String {
        let copied = self.copied();
        let watched = self.shown().live.kubernetes().heard().is_some();
        let own = watched && !matches!(self.export, KubeconfigExport::Exported(_));
        if own || copied.names_kubeconfig() {
            let look = "`kubectl --context=CLUSTER get nodes`";
            return copied.fill(look).into_owned();
        }
        copied.kops(&CommandLine::export_kubeconfig(&self.cluster))
    }
}

fn diagnosis_lines(at: usize, one: &Diagnosis, columns: usize, now: UnixTime) -> Vec<WhyLine> {
    let since = one
        .since
        .map(|since| format!(", {}", elapsed(now.since(since))));
    let what = format!("{}{}", one.sentence(), since.unwrap_or_default());
    let kind = WhyKind::What(one.severity);
    let mut lines: Vec<WhyLine> = folded(kind, Some(at), what.trim(), columns, SIGN).collect();
    // The sign stands on the first line alone.
    for line in lines.iter_mut().skip(1) {
        line.kind = WhyKind::Rest;
    }
    let parts = [
        (WhyKind::Rest, "why: ", &one.why),
        (WhyKind::Remedy, "do:  ", &one.remedy),
    ];
    for (kind, word, text) in parts {
        if !text.is_empty() {
            let text = format!("{word}{}", visible(text));
            lines.extend(folded(kind, Some(at), &text, columns, SIGN));
        }
    }
    lines
}

fn folded(
    kind: WhyKind,
    diagnosis: Option<usize>,
    text: &str,
    columns: usize,
    indent: usize,
) -> impl Iterator<Item = WhyLine> {
    wrap(text, columns.saturating_sub(indent))
        .into_iter()
        .map(move |text| WhyLine {
            kind,
            diagnosis,
            text,
        })
}
