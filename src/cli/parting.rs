//! What is said in one line when a screen is left.

use crate::core::cluster::live::ClusterVerdict;
use crate::core::text::untrusted::visible;
use crate::tui::model::{Model, Screen};
use crate::tui::screens::apply::{Apply, Outcome};
use crate::tui::screens::dashboard::Dashboard;
use crate::tui::screens::review::existing::ExistingReview;
use crate::tui::screens::wizard::Wizard;

/// How the program is left; absent where an error says it, or the command that continues.
pub(super) fn parting_words(model: &Model) -> Option<String> {
    let words = match model.screen() {
        // It changes nothing, and shows the same again.
        Screen::Home(_) => return None,
        Screen::Wizard(wizard) => leaving_wizard(wizard)?.to_owned(),
        Screen::Review(existing) => leaving_review(existing)?,
        Screen::Differs { .. } => {
            "nothing was changed in AWS; to see it again: `kopswain review CLUSTER`".to_owned()
        }
        Screen::Apply(apply) => leaving_run(apply)?.to_owned(),
        Screen::RollingUpdate(rolling) => format!(
            "the update of {} was applied; to watch it: `kopswain watch CLUSTER`",
            visible(&rolling.cluster)
        ),
        Screen::Dashboard(dashboard) => leaving_dashboard(dashboard),
    };
    let copied = model.target().copied().about(model.cluster());
    Some(copied.fill(&words).replace('`', ""))
}

fn leaving_wizard(wizard: &Wizard) -> Option<&'static str> {
    wizard.saved.then_some(
        "nothing was created here; the answers are saved, and kopswain continues with them in this folder",
    )
}

// A report that was read from a file is about no account.
fn leaving_review(existing: &ExistingReview) -> Option<String> {
    let reading = existing.review.reading()?;
    let (cluster, None) = (existing.cluster.as_ref()?, &existing.file) else {
        return None;
    };
    let cluster = visible(cluster);
    Some(if reading.dry_run().changes() {
        format!("nothing was changed; changes of {cluster} are pending: `kopswain review CLUSTER`")
    } else {
        format!("nothing was changed, and no changes of {cluster} are pending")
    })
}

// A failure is printed whole, and what still runs is named.
fn leaving_run(apply: &Apply) -> Option<&'static str> {
    (apply.outcome == Outcome::Left).then_some(
        "the run waits before --yes, and nothing was changed in AWS; to continue: `kopswain watch CLUSTER`",
    )
}

fn leaving_dashboard(dashboard: &Dashboard) -> String {
    let cluster = visible(&dashboard.cluster);
    let state = match dashboard.live().verdict() {
        ClusterVerdict::Ready { .. } => format!("{cluster} is ready"),
        ClusterVerdict::NotReady { .. } => match dashboard.worst() {
            Some(worst) => format!("{cluster} is not ready: {}", worst.sentence()),
            None => format!("{cluster} is not ready"),
        },
        ClusterVerdict::Confirming { .. } => {
            format!("{cluster} looks ready, and kops has not confirmed it yet")
        }
        ClusterVerdict::Unknown => format!("whether {cluster} is ready was not seen yet"),
    };
    format!("{state}; to watch it again: `kopswain watch CLUSTER`")
}
