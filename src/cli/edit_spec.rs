//! `edit` of a cluster without answers: its spec in the person's editor, then the review on the screen or in lines.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::time::Duration;

use tokio::sync::mpsc::unbounded_channel;

use super::driver::Driver;
use super::review::{print_form, settle, settled_review};
use super::session::take_signals;
use super::{Common, OutputForm, approve, full_screen, plain, print, session};
use crate::core::cluster_name::ClusterName;
use crate::core::fault::Fault;
use crate::io::kops;
use crate::io::prompt::prompts;
use crate::io::runner::RealRunner;
use crate::io::settings::home_folder;
use crate::tui::model::{Model, Screen};
use crate::tui::screens::review::Review;

/// Edits the spec of a cluster; exit code 0 when nothing was changed, or all of it is applied.
pub(super) async fn run(
    common: &Common,
    cluster: &ClusterName,
    wait: Duration,
) -> Result<u8, Fault> {
    if !(std::io::stdin().is_terminal() && std::io::stdout().is_terminal()) {
        return Err(no_terminal(common, cluster));
    }
    let target = session::target(common).await?;
    kops::sweep();
    let (sender, mut events) = unbounded_channel();
    let runner = RealRunner::new(common.settings(), PathBuf::new(), sender.clone());
    if full_screen::possible(common) {
        let found = kops::find_run(cluster, &target.state_store)?;
        let model = match found.filter(|found| found.at_work) {
            Some(found) => Model::found(&found, &home_folder()).in_shell(common.settings().shell()),
            None => Model::editing_spec(cluster, target),
        };
        let (code, left) = full_screen::run(common, model, &runner, &mut events, &sender).await?;
        session::farewell(&left, &runner);
        return Ok(code);
    }
    approve::refuse_while_busy(cluster, &target)?;
    take_signals(&sender)?;
    let model = Model::editing_spec(cluster, target);
    in_lines(&mut Driver::new(model, runner, events), wait).await
}

async fn in_lines(driver: &mut Driver<RealRunner>, wait: Duration) -> Result<u8, Fault> {
    if let Some(code) = settle(driver).await {
        return Ok(code);
    }
    match settled_review(&driver.model) {
        Some(Review::Reading(reading)) => print_form(OutputForm::Text, reading.outline()),
        Some(Review::Failed { fault, .. }) if is_unchanged(&driver.model) => {
            print::out(&fault.what);
            return Ok(0);
        }
        Some(Review::Failed { fault, .. }) => return Err(fault.clone()),
        _ => return Ok(1),
    }
    print::check()?;
    plain::approve_by_name(driver, prompts().as_mut(), wait).await
}

fn is_unchanged(model: &Model) -> bool {
    let edit = match model.screen() {
        Screen::Review(existing) => existing.edit.as_ref(),
        _ => None,
    };
    edit.is_some_and(|edit| edit.is_unchanged())
}

fn no_terminal(common: &Common, cluster: &ClusterName) -> Fault {
    let fault = Fault::new(
        format!("no answers of {cluster} are known here, and its spec cannot be opened"),
        "an editor needs a terminal as standard input and standard output, and here is none",
        "`kopswain edit CLUSTER` in a terminal, or with --answers and the file that the cluster was made with",
    );
    common.copied().about(cluster).fault(fault)
}
