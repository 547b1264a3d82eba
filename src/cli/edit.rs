//! `edit`: a cluster that exists is changed from the answers that it was made with: on the screen, by prompts, or without
//! questions; one without answers by its spec.

use std::path::Path;
use std::time::Duration;

use tokio::sync::mpsc::unbounded_channel;

use super::approve::{ApprovalTarget, ApproveArgs, ApproveOptions};
use super::driver::Driver;
use super::session::take_signals;
use super::{
    Common, OutputForm, approve, create, edit_spec, full_screen, headless, home, plain, print,
    session, watch,
};
use crate::core::answers::Answers;
use crate::core::cluster_name::ClusterName;
use crate::core::fault::Fault;
use crate::io::answers_file::AnswersFile;
use crate::io::files::shown;
use crate::io::runner::RealRunner;
use crate::io::settings::home_folder;
use crate::io::{answers_file, kops};
use crate::tui::cluster_target::ClusterTarget;
use crate::tui::model::Model;
use crate::tui::screens::review::NOTHING;
use crate::tui::screens::wizard::AnswersOrigin;

/// What is to be edited, and how.
pub(super) struct EditRequest<'a> {
    /// Absent for the cluster of the answers file.
    pub(super) cluster: Option<&'a ClusterName>,
    /// Whether the dry run is only shown, with its fingerprint.
    pub(super) preview: bool,
    pub(super) approval: &'a ApproveArgs,
    /// How long to wait until the cluster is ready again.
    pub(super) wait: Duration,
}

/// The answers that an edit begins with, and the file that follows them.
struct KnownAnswers {
    answers: Answers,
    origin: AnswersOrigin,
    file: AnswersFile,
}

/// What is edited of a cluster.
enum Editable<'a> {
    Answers(Box<KnownAnswers>),
    /// Its spec as a text: no answers of it are known.
    Spec(&'a ClusterName),
}

/// Edits a cluster; exit code 2 when its changes are pending.
pub(super) async fn run(common: &Common, request: &EditRequest<'_>) -> Result<u8, Fault> {
    let path = home::answers_path(common);
    let KnownAnswers {
        answers,
        origin,
        file,
    } = match known_answers(common, request, &path)? {
        Editable::Answers(known) => *known,
        Editable::Spec(cluster) => return edit_spec::run(common, cluster, request.wait).await,
    };
    kops::sweep();
    let model = Model::editing(answers, origin, &home_folder());
    let model = model.in_shell(common.settings().shell());
    let cluster = ClusterName::parse(model.cluster())?;
    if request.preview || request.approval.approve.is_some() {
        return Box::pin(without_questions(common, request, model, file)).await;
    }
    let (sender, mut events) = unbounded_channel();
    let runner = RealRunner::new(common.settings(), file, sender.clone());
    if full_screen::possible(common) {
        let found = kops::find_run(&cluster, &model.target().state_store)?;
        let model = match found.filter(|found| found.at_work) {
            Some(found) => Model::found(&found, &home_folder()).in_shell(common.settings().shell()),
            None => model,
        };
        let (code, left) = full_screen::run(common, model, &runner, &mut events, &sender).await?;
        session::farewell(&left, &runner);
        return Ok(code);
    }
    approve::refuse_while_busy(&cluster, &model.target())?;
    take_signals(&sender)?;
    let mut driver = Driver::new(model, runner, events);
    let ended = plain::run(&mut driver, Some(&path), request.wait).await;
    session::print_written_answers(&driver.runner);
    ended
}

// Those of the answers file where it is about the cluster, else those that the last run of the cluster kept.
fn known_answers<'a>(
    common: &Common,
    request: &EditRequest<'a>,
    path: &Path,
) -> Result<Editable<'a>, Fault> {
    let cluster = request.cluster;
    let (in_file, file) = answers_file::open(path)?;
    if in_file.is_none() && common.answers.is_some() {
        return Err(no_file(path));
    }
    let exists = in_file.is_some();
    let about = |answers: &Answers| cluster.is_none_or(|name| answers.cluster == name.as_str());
    if let Some(mut answers) = in_file.filter(about) {
        session::fill(&mut answers, common);
        let origin = AnswersOrigin::File;
        return Ok(Editable::answers(answers, origin, file));
    }
    let cluster = cluster.ok_or_else(no_cluster)?;
    let store = common.settings().state_store().unwrap_or_default();
    let kept = kops::kept_answers(cluster, &store);
    let kept = kept.and_then(|text| Answers::parse(&text).ok());
    let Some(mut answers) = kept else {
        let asks = !request.preview && request.approval.approve.is_none();
        return if asks && common.answers.is_none() {
            Ok(Editable::Spec(cluster))
        } else {
            Err(no_answers(common, cluster, path, exists))
        };
    };
    session::fill(&mut answers, common);
    let origin = if exists {
        AnswersOrigin::RecordBesideOther
    } else {
        AnswersOrigin::Record
    };
    print::remark(&format!(
        "the answers of {cluster} come from the record of its last run on this machine"
    ));
    Ok(Editable::answers(answers, origin, file))
}

impl Editable<'_> {
    fn answers(answers: Answers, origin: AnswersOrigin, file: AnswersFile) -> Self {
        Self::Answers(Box::new(KnownAnswers {
            answers,
            origin,
            file,
        }))
    }
}

async fn without_questions(
    common: &Common,
    request: &EditRequest<'_>,
    model: Model,
    file: AnswersFile,
) -> Result<u8, Fault> {
    let (cluster, target) = (ClusterName::parse(model.cluster())?, model.target());
    let command = edit_command(common, &cluster, target.clone());
    if let Some(approval) = &request.approval.approve {
        let approved = ApprovalTarget {
            cluster: &cluster,
            target: &target,
            exists: false,
            dry_run: &format!("{command} --preview"),
        };
        approve::refuse_early(approval, common, approved).await?;
    }
    let (sender, events) = unbounded_channel();
    take_signals(&sender)?;
    let runner = RealRunner::new(common.settings(), file, sender);
    let mut driver = Driver::new(model, runner, events);
    if let Err(halt) = show(&mut driver).await {
        if let Some(fault) = halt.fault() {
            create::print_blocked(&driver.model, Some(fault), None);
        }
        return halt.ended();
    }
    if plain::nothing_changes(&driver.model) {
        print::out(NOTHING);
        return Ok(0);
    }
    let record = driver.model.prepared_run()?.record();
    let again = format!("{command} --approve");
    let given = ApproveOptions {
        args: request.approval,
        again: &again,
    };
    if !approve::take(&record, given, ("edit", None), print::out)? {
        return Ok(2);
    }
    let code = headless::apply(&mut driver, Duration::ZERO).await;
    if let Some(folder) = driver.runner.run_folder() {
        print::out(&format!("run folder: {}", folder.display()));
    }
    watch::until_ready_after(code?, &mut driver, (&cluster, target), request.wait).await
}

async fn show(driver: &mut Driver<RealRunner>) -> Result<(), super::driver::Halt> {
    create::learn(driver).await?;
    create::show_preview(driver, OutputForm::Text).await
}

// The answers say region and state store.
fn edit_command(common: &Common, cluster: &ClusterName, target: ClusterTarget) -> String {
    let target = ClusterTarget {
        region: String::new(),
        ..target
    };
    let answers = common.answers.as_ref();
    let answers = answers.map(|path| format!(" --answers {}", shown(path)));
    let command = format!("edit {cluster}{}", answers.unwrap_or_default());
    target.copied().kopswain_with(&command)
}

fn no_file(path: &Path) -> Fault {
    Fault::new(
        format!("there is no answers file {}", shown(path)),
        "edit starts from the answers that the cluster was made with",
        "name the file that the cluster was made with, or leave --answers out",
    )
}

fn no_cluster() -> Fault {
    Fault::new(
        "no cluster to edit was named",
        "this folder has no answers file that names one",
        "`kopswain edit CLUSTER`, or start it in the folder of the answers file",
    )
}

fn no_answers(common: &Common, cluster: &ClusterName, path: &Path, exists: bool) -> Fault {
    let file = if exists {
        format!("{} is about another cluster", shown(path))
    } else {
        "this folder has no answers file".to_owned()
    };
    let fault = Fault::new(
        format!("no answers of {cluster} are known here"),
        format!("{file}, and no run of this machine kept them for this state store"),
        "Start in the folder of its answers file. Without one, edit its spec in your editor: `kopswain edit CLUSTER`, without --answers, --preview and --approve",
    );
    common.copied().about(cluster).fault(fault)
}
