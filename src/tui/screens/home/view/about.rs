//! Beside home's panes: what is known of the row under the cursor, and what was done here lately.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Text};

use crate::core::check::{CheckKind, CheckState};
use crate::core::fault::Fault;
use crate::core::inventory::Vpc;
use crate::core::text::untrusted::visible;
use crate::tui::home_pane::HomePane;
use crate::tui::screens::home::state::{Home, HomeRow};
use crate::tui::screens::wizard::LastRun;
use crate::tui::theme::StyleRole;
use crate::tui::widgets::pane::pane;
use crate::tui::widgets::render_context::RenderContext;
use crate::tui::widgets::text::wrap;

const MOST_RUNS: usize = 8;

/// Draws both.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, home: &Home, context: &RenderContext) {
    let [above, below] =
        Layout::vertical([Constraint::Percentage(62), Constraint::Percentage(38)]).areas(area);
    let (title, sentences) = about(home);
    prose(frame, above, &title, &sentences, context);
    prose(frame, below, "Runs of this machine", &runs(home), context);
}

fn prose(
    frame: &mut Frame<'_>,
    area: Rect,
    title: &str,
    sentences: &[String],
    context: &RenderContext,
) {
    let inside = pane(frame, area, title, false, context);
    let columns = usize::from(inside.width);
    let lines = sentences.iter().flat_map(|text| {
        let mut lines = wrap(&visible(text), columns);
        if text.is_empty() {
            lines = vec![String::new()];
        }
        lines
            .into_iter()
            .map(|line| context.line(line, StyleRole::Text))
    });
    let lines: Vec<Line<'_>> = lines.take(usize::from(inside.height)).collect();
    frame.render_widget(Text::from(lines), inside);
}

fn about(home: &Home) -> (String, Vec<String>) {
    match home.pane {
        HomePane::Clusters => of_cluster(home),
        HomePane::Vpcs => {
            let vpcs = home.vpcs();
            match vpcs.get(home.cursor(HomePane::Vpcs)) {
                Some(vpc) => (vpc.id.clone(), of_vpc(vpc)),
                None => ("VPC".to_owned(), Vec::new()),
            }
        }
        HomePane::Setup => of_check(home),
    }
}

fn of_cluster(home: &Home) -> (String, Vec<String>) {
    match home.row() {
        Some(HomeRow::Cluster(name)) => (visible(name), of_stored(home, name)),
        Some(HomeRow::Draft) => {
            let file = home.file.as_deref().unwrap_or_default();
            let words = format!(
                "The answers in {file} are about a cluster that the state store does not have. enter continues with them."
            );
            (visible(&home.answers.cluster), vec![words])
        }
        Some(HomeRow::Run(run)) => {
            let words = if run.at_work {
                "kops works on it. enter shows the run."
            } else {
                "A run stopped before its end. enter shows how, and what to do."
            };
            (run.record.cluster.to_string(), vec![words.to_owned()])
        }
        None => {
            let words = "A cluster of the state store is watched with enter, reviewed with u and edited with e. n makes a new one.";
            ("Home".to_owned(), vec![words.to_owned()])
        }
    }
}

fn of_stored(home: &Home, name: &str) -> Vec<String> {
    let Some(overview) = home.overviews.get(name) else {
        return vec!["asking S3 for its spec, and Auto Scaling for its instances".to_owned()];
    };
    let mut lines = Vec::new();
    match &overview.spec {
        Ok(spec) => lines.extend([
            format!("Kubernetes  {}", visible(spec.kubernetes_version.raw())),
            format!("VPC         {}", visible(spec.vpc.raw())),
            format!("CIDR        {}", visible(spec.cidr.raw())),
            format!("CNI         {}", visible(spec.cni.raw())),
            format!("API         {}", visible(spec.api.raw()).to_lowercase()),
        ]),
        Err(fault) => lines.extend(unread(fault)),
    }
    let counted = home.counted_nodes(name);
    let plane = counted.map(|nodes| nodes.control_plane);
    let nodes = counted.map(|nodes| nodes.nodes);
    match &overview.fleet {
        Ok(fleet) => {
            lines.extend([
                String::new(),
                format!("control plane  {}", fleet.control_plane.words(plane)),
                format!("nodes          {}", fleet.nodes.words(nodes)),
                format!("groups         {}", fleet.groups),
            ]);
            if let Some(count) = fleet.outdated.filter(|count| *count > 0) {
                lines.push(format!(
                    "{count} run from an older launch template: a rolling update replaces them."
                ));
            }
        }
        Err(fault) => lines.extend(unread(fault)),
    }
    match home.nodes.get(name) {
        None => lines.push("asking its Kubernetes API for its nodes".to_owned()),
        Some(Ok(_)) => {}
        Some(Err(fault)) => lines.extend(unread(fault)),
    }
    lines.push(String::new());
    lines.push(
        "enter watches it: whether it is ready, and why not. u reviews what kops would change, and e edits it."
            .to_owned(),
    );
    lines
}

fn unread(fault: &Fault) -> [String; 2] {
    [String::new(), fault.whole()]
}

fn of_vpc(vpc: &Vpc) -> Vec<String> {
    let names: Vec<String> = vpc
        .clusters()
        .iter()
        .map(|name| visible(name.raw()))
        .collect();
    let clusters = if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    };
    vec![
        format!("subnets   {}", vpc.subnets.len()),
        format!("clusters  {clusters}"),
        String::new(),
        "enter opens the wizard.".to_owned(),
    ]
}

fn of_check(home: &Home) -> (String, Vec<String>) {
    let Some(kind) = CheckKind::ALL.get(home.cursor(HomePane::Setup)) else {
        return (String::new(), Vec::new());
    };
    let words = match home.checks.get(kind) {
        None | Some(CheckState::Asking) => vec!["asking".to_owned()],
        Some(CheckState::Good(found)) => vec![found.clone()],
        Some(CheckState::Warning(fault) | CheckState::Blocked(fault)) => vec![
            fault.what.clone(),
            String::new(),
            fault.why.clone(),
            String::new(),
            fault.remedy.clone(),
        ],
    };
    (kind.word().to_owned(), words)
}

fn runs(home: &Home) -> Vec<String> {
    if home.runs.is_empty() {
        return vec!["none yet".to_owned()];
    }
    let words = home.runs.iter().take(MOST_RUNS).map(|run| {
        if run.at_work {
            return format!("kops works on {}", run.record.cluster);
        }
        LastRun::new(run, String::new()).what()
    });
    words.collect()
}
