//! `review`: a dry run made readable, from kops or from what kops printed.

use std::io::Read;
use std::path::Path;

use tokio::sync::mpsc::unbounded_channel;

use crate::app::model::{Model, Screen};
use crate::app::review::Review;
use crate::app::update::start;
use crate::core::fault::Fault;
use crate::core::findings::findings;
use crate::core::review::{Ending, Report, parse, to_html, to_json, to_markdown, to_text};
use crate::io::runner::RealRunner;
use crate::io::{kops, runs};

use super::driver::Driver;
use super::{Common, OutputForm, full_screen, print};

/// Reviews a cluster or a report; exit code 2 when changes wait.
pub(super) async fn run(
    common: &Common,
    cluster: Option<&str>,
    from: Option<&Path>,
) -> Result<u8, Fault> {
    match (cluster, from) {
        (_, Some(path)) => told(common, &parse(&read(path)?)),
        (Some(cluster), None) => of_cluster(common, cluster).await,
        (None, None) => Err(Fault::new(
            "nothing to review was named",
            "review needs a cluster, or a report that kops printed",
            "kopswain review CLUSTER, or kops update cluster NAME | kopswain review --from -",
        )),
    }
}

fn read(path: &Path) -> Result<String, Fault> {
    let mut bytes = Vec::new();
    let taken = if path == Path::new("-") {
        std::io::stdin().lock().read_to_end(&mut bytes).map(|_| ())
    } else {
        std::fs::read(path).map(|all| bytes = all)
    };
    taken.map_err(|error| {
        Fault::new(
            format!("the report {} cannot be read", path.display()),
            error.to_string(),
            "name a file that kops update cluster was printed into, or - for standard input",
        )
    })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn told(common: &Common, report: &Report) -> Result<u8, Fault> {
    let found = findings(report);
    print::out(&match common.output {
        OutputForm::Text => to_text(report, &found),
        OutputForm::Json => to_json(report, &found),
        OutputForm::Markdown => to_markdown(report, &found),
        OutputForm::Html => to_html(report, &found),
    });
    if report.ending == Ending::Missing {
        return Err(Fault::new(
            "the report is cut, or it is none",
            "kops ends a report with whether changes wait, and that line is missing",
            "run kops update cluster again and keep all of its standard output",
        ));
    }
    Ok(if report.changes() { 2 } else { 0 })
}

async fn of_cluster(common: &Common, cluster: &str) -> Result<u8, Fault> {
    let place = super::watch::place(common).await?;
    let (sender, mut events) = unbounded_channel();
    let runner = RealRunner::new(common.settings(), std::path::PathBuf::new(), sender.clone());
    kops::sweep();
    let found = runs::find(cluster, &place.state_store).filter(|found| found.at_work);
    let mut model = match found {
        Some(found) if common.output == OutputForm::Text => Model::found(&found, ""),
        _ => Model::review(cluster, place),
    };
    if common.output == OutputForm::Text && full_screen::possible(common) {
        let (code, left) = full_screen::run(common, model, &runner, &mut events, &sender).await?;
        super::wizard::farewell(&left, &runner);
        return Ok(code);
    }
    let mut driver = Driver::quiet(runner, events);
    let effects = start(&mut model);
    driver.carry_out(effects);
    driver
        .settle(&mut model, None, |model| answered(model).is_some())
        .await;
    match answered(&model) {
        Some(Review::Reading(reading)) => told(common, &reading.report),
        Some(Review::Failed { fault, .. }) => Err(fault.clone()),
        _ => Ok(1),
    }
}

fn answered(model: &Model) -> Option<&Review> {
    match &model.screen {
        Screen::Review(existing)
            if !matches!(existing.review, Review::Asking { .. } | Review::NotAsked) =>
        {
            Some(&existing.review)
        }
        _ => None,
    }
}
