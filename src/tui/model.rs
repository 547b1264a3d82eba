//! The whole state of the program.

use super::effect::TerminalAlerts;
use super::event::Timestamp;
use super::record::FoundRun;
use crate::core::answers::Answers;
use crate::core::cluster_name::ClusterName;
use crate::core::kops::copied::ShellSettings;
use crate::core::text::prose::{sentences, wrap};
use crate::core::text::untrusted::visible;
use crate::tui::cluster_target::ClusterTarget;
use crate::tui::keymap::Context;
use crate::tui::mode::Mode;
use crate::tui::notice::Notice;
use crate::tui::row_sign::RowSign;
use crate::tui::screen_context::{Pane, ScreenContext, Viewport};
use crate::tui::screens::apply::{Apply, Outcome};
use crate::tui::screens::dashboard::Dashboard;
use crate::tui::screens::home::Home;
use crate::tui::screens::review::Reading;
use crate::tui::screens::review::ReviewPanes;
use crate::tui::screens::review::existing::ExistingReview;
use crate::tui::screens::review::opening::OpeningDryRun;
use crate::tui::screens::review::{Review, ReviewMode};
use crate::tui::screens::rolling_update::RollingUpdateScreen;
use crate::tui::screens::wizard::field::{FieldKind, Item};
use crate::tui::screens::wizard::form::EditState;
use crate::tui::screens::wizard::{AnswersOrigin, LastRun, Wizard, WizardStep};

// The two lines above, the line of keys, and the borders of a pane.
const FRAME: u16 = 5;
// The borders of a pane and the blank column inside each.
const BESIDE: u16 = 4;
const AROUND_NOTICE: usize = 4;
const MOST_NOTICE_ROWS: u16 = 4;
const WIDEST_PROSE: usize = 100;

/// Fewest columns and rows in which the commands of an approval are all shown.
const APPROVABLE: (u16, u16) = (80, 24);

/// Fewest columns and rows that anything is drawn in.
pub const SMALLEST: (u16, u16) = (60, 15);

/// What is on the screen.
#[derive(Clone, Debug)]
pub enum Screen {
    Wizard(Box<Wizard>),
    /// The review of a cluster that exists.
    Review(Box<ExistingReview>),
    Apply(Box<Apply>),
    /// The real dry run differs from the approved one: it is read and approved again.
    Differs {
        apply: Box<Apply>,
        review: Box<Review>,
        panes: ReviewPanes,
    },
    /// An update is done: which instances are left to replace.
    RollingUpdate(Box<RollingUpdateScreen>),
    Dashboard(Box<Dashboard>),
    Home(Box<Home>),
}

/// What lies over the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overlay {
    #[default]
    None,
    /// All keys and the long help, from this line on.
    Help { top: usize },
    /// Leaving is asked about.
    Leaving,
    /// kops runs: stay, leave it running, or stop it.
    Detaching,
}

/// The wake-ups that are on their way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct PendingWakes {
    pub(super) clock: bool,
    pub(super) search: bool,
}

/// The state of the program.
#[derive(Clone, Debug)]
pub struct Model {
    pub(super) mode: Mode,
    /// When the last event came.
    pub(super) at: Timestamp,
    pub(super) columns: u16,
    pub(super) rows: u16,
    /// The account number, once known.
    pub(super) account: Option<String>,
    /// Where the credentials come from that kops gets, and what it does not get, once that is known.
    pub(super) credentials: Option<String>,
    pub(super) screen: Screen,
    pub(super) overlay: Overlay,
    pub(super) wakes: PendingWakes,
    /// Where a place that was opened from home is left to.
    pub(super) home_below: Option<Box<Home>>,
    /// Whether the mouse acts here, and the terminal selects no text.
    pub(super) mouse: bool,
    /// A problem of the whole program; stays until the next key.
    pub(super) notice: Option<Notice>,
    /// The home folder, for paths that start with `~/`; empty when unknown.
    pub(super) home: String,
    /// Whether anything came since the last drawing that may change what is drawn.
    pub(super) changed: bool,
}

impl Model {
    /// Whether a drawing may differ from the last one; from then on only what comes counts.
    pub fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }

    /// The wizard with these answers.
    pub fn wizard(answers: Answers, home: &str) -> Self {
        Self::new(Screen::Wizard(Box::new(Wizard::new(answers))), home)
    }

    /// The wizard that changes a cluster that exists, with the answers that it was made with.
    pub fn editing(answers: Answers, origin: AnswersOrigin, home: &str) -> Self {
        let wizard = Wizard::edit(answers, origin);
        Self::new(Screen::Wizard(Box::new(wizard)), home)
    }

    /// The same, with what the person's shell sets, for commands that are copied.
    #[must_use]
    pub fn in_shell(mut self, shell: ShellSettings) -> Self {
        let known = match &mut self.screen {
            Screen::Wizard(wizard) => &mut wizard.shell,
            Screen::Review(existing) => &mut existing.target.shell,
            Screen::Apply(apply) | Screen::Differs { apply, .. } => &mut apply.target_mut().shell,
            Screen::RollingUpdate(rolling) => &mut rolling.target.shell,
            Screen::Dashboard(dashboard) => &mut dashboard.target.shell,
            Screen::Home(home) => &mut home.target.shell,
        };
        *known = Some(shell);
        self
    }

    /// The review of a cluster that exists.
    pub fn existing(cluster: &ClusterName, target: ClusterTarget) -> Self {
        let existing = ExistingReview::new(Some(cluster.clone()), target);
        Self::new(Screen::Review(Box::new(existing)), "")
    }

    /// The spec of a cluster that exists, edited as a text.
    pub fn editing_spec(cluster: &ClusterName, target: ClusterTarget) -> Self {
        let existing = ExistingReview::editing(cluster.clone(), target);
        Self::new(Screen::Review(Box::new(existing)), "")
    }

    /// A dry run that came from a file: it is read, and nothing else.
    pub fn report(file: &str, reading: Reading) -> Self {
        let existing = ExistingReview::from_file(file, reading);
        Self::new(Screen::Review(Box::new(existing)), "")
    }

    /// A dry run from a file that was not taken apart yet: a long one is once the first frame is drawn.
    pub fn opening(file: &str, opening: OpeningDryRun) -> Self {
        if !opening.is_long() {
            return Self::report(file, opening.reading());
        }
        let existing = ExistingReview::opening(file, opening);
        Self::new(Screen::Review(Box::new(existing)), "")
    }

    /// A run that was found again.
    pub fn found(found: &FoundRun, home: &str) -> Self {
        let apply = Apply::found(found, Timestamp::default());
        Self::new(Screen::Apply(Box::new(apply)), home)
    }

    /// The dashboard of a cluster that exists.
    pub fn watch(cluster: &ClusterName, target: ClusterTarget) -> Self {
        let watch = Dashboard::new(cluster, target, None, Timestamp::default());
        Self::new(Screen::Dashboard(Box::new(watch)), "")
    }

    /// Home: what is there, and where to go.
    pub fn home(home: Home, folder: &str) -> Self {
        Self::new(Screen::Home(Box::new(home)), folder)
    }

    /// The same; this home is below it, and is what it is left to.
    #[must_use]
    pub fn over_home(mut self, home: Home) -> Self {
        self.home_below = Some(Box::new(home));
        self
    }

    /// Begins with this screen.
    pub fn new(screen: Screen, home: &str) -> Self {
        Self {
            mode: Mode::Real,
            at: Timestamp::default(),
            columns: 80,
            rows: 24,
            account: None,
            credentials: None,
            screen,
            overlay: Overlay::None,
            wakes: PendingWakes::default(),
            home_below: None,
            mouse: false,
            notice: None,
            home: home.to_owned(),
            changed: true,
        }
    }

    /// The same on the built-in account.
    #[must_use]
    pub fn in_demonstration(mut self) -> Self {
        self.mode = Mode::Demonstration;
        self
    }

    /// The same; a run of the cluster that has ended is shown by a key.
    #[must_use]
    pub fn after(mut self, found: &FoundRun) -> Self {
        if let Screen::Dashboard(dashboard) = self.screen {
            let run = Apply::found(found, Timestamp::default());
            let dashboard = dashboard.with_run(Box::new(run));
            self.screen = Screen::Dashboard(Box::new(dashboard));
        }
        self
    }

    /// The same; a cluster that is watched is called ready after kops found nothing wrong so often in a row.
    #[must_use]
    pub fn confirmed_by(mut self, answers: u32) -> Self {
        if let Screen::Dashboard(dashboard) = self.screen {
            let dashboard = dashboard.confirmed_by(answers);
            self.screen = Screen::Dashboard(Box::new(dashboard));
        }
        self
    }

    /// The same; a change of a cluster that is watched rings the bell, or is a notification of the terminal.
    #[must_use]
    pub fn announcing(mut self, alerts: TerminalAlerts) -> Self {
        if let Screen::Dashboard(dashboard) = &mut self.screen {
            dashboard.alerts = alerts;
        }
        self
    }

    /// The same; the mouse acts from the start.
    #[must_use]
    pub fn with_mouse(mut self, mouse: bool) -> Self {
        self.mouse = mouse;
        self
    }

    /// The same with a notice at the start.
    #[must_use]
    pub fn with_notice(mut self, notice: Option<Notice>) -> Self {
        self.notice = notice;
        self
    }

    /// The same wizard, which says first how the last run of these answers ended.
    #[must_use]
    pub fn after_run(mut self, run: LastRun) -> Self {
        self.notice = Some(Notice::look(sentences(&[
            &run.what(),
            &run.next(&self.target()),
        ])));
        if let Screen::Wizard(wizard) = &mut self.screen {
            wizard.last_run = Some(run);
        }
        self
    }

    /// What is on the screen.
    pub fn screen(&self) -> &Screen {
        &self.screen
    }

    /// What lies over the screen.
    pub fn overlay(&self) -> Overlay {
        self.overlay
    }

    /// Whether anything is real.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// When the last event came.
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// Columns of the terminal.
    pub fn columns(&self) -> u16 {
        self.columns
    }

    /// Rows of the terminal.
    pub fn rows(&self) -> u16 {
        self.rows
    }

    /// The account number, once known.
    pub fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }

    /// Where the credentials of kops come from, once known.
    pub fn credentials(&self) -> Option<&str> {
        self.credentials.as_deref()
    }

    /// What is shown above the screen until the next key, or until it is settled.
    pub fn notice(&self) -> Option<&str> {
        let refused = || match &self.screen {
            Screen::Wizard(wizard) => wizard.refused_text(),
            _ => None,
        };
        let notice = self.notice.as_ref();
        notice.map(|notice| notice.text.as_str()).or_else(refused)
    }

    /// What that notice means; a text that was refused, which is shown where there is no other, blocks.
    pub fn notice_sign(&self) -> RowSign {
        self.notice
            .as_ref()
            .map_or(RowSign::Blocked, |notice| notice.sign)
    }

    /// The cluster that the screen is about; empty when it has no name yet.
    pub fn cluster(&self) -> &str {
        match &self.screen {
            Screen::Wizard(wizard) => &wizard.answers.cluster,
            Screen::Review(existing) => existing.name(),
            Screen::Apply(apply) | Screen::Differs { apply, .. } => apply.cluster(),
            Screen::RollingUpdate(rolling) => &rolling.cluster,
            Screen::Dashboard(dashboard) => &dashboard.cluster,
            Screen::Home(_) => "",
        }
    }

    /// The region, state store and key that the screen is about.
    pub fn target(&self) -> ClusterTarget {
        match &self.screen {
            Screen::Wizard(wizard) => wizard.target(),
            Screen::Review(existing) => existing.target.clone(),
            Screen::Apply(apply) | Screen::Differs { apply, .. } => apply.target().clone(),
            Screen::RollingUpdate(rolling) => rolling.target.clone(),
            Screen::Dashboard(dashboard) => dashboard.target.clone(),
            Screen::Home(home) => home.target.clone(),
        }
    }

    /// What an approval changes, and with whose credentials.
    pub fn consequence(&self) -> String {
        let target = self.target();
        let account = visible(self.account.as_deref().unwrap_or("unknown account"));
        let used = self.credentials.as_deref().map(visible);
        let used = used.map(|words| format!(", with credentials from {words}"));
        format!(
            "kops will change account {account}, {}, {}{}",
            visible(&target.region),
            visible(&target.state_store),
            used.unwrap_or_default()
        )
    }

    /// The review that is on the screen, where one is.
    pub fn review(&self) -> Option<&Review> {
        match &self.screen {
            Screen::Wizard(wizard) if wizard.step == WizardStep::Review => Some(&wizard.review),
            Screen::Review(existing) => Some(&existing.review),
            Screen::Differs { review, .. } => Some(review),
            _ => None,
        }
    }

    /// The screen, and what it may know of the program around it.
    pub(super) fn screen_and_context(&mut self) -> (&mut Screen, ScreenContext<'_>) {
        let (at, viewport) = (self.at, self.viewport());
        let context = ScreenContext {
            at,
            viewport,
            notice: &mut self.notice,
        };
        (&mut self.screen, context)
    }

    /// The dry run that is read, where one is.
    pub fn reading_mut(&mut self) -> Option<&mut Reading> {
        match &mut self.screen {
            Screen::Wizard(wizard) if wizard.step == WizardStep::Review => {
                wizard.review.reading_mut()
            }
            Screen::Review(existing) => existing.review.reading_mut(),
            Screen::Differs { review, .. } => review.reading_mut(),
            _ => None,
        }
    }

    /// Whether the terminal is too small for anything to be drawn.
    pub fn is_too_small(&self) -> bool {
        self.columns < SMALLEST.0 || self.rows < SMALLEST.1
    }

    /// What the keys mean at this moment.
    pub fn context(&self) -> Context {
        match self.overlay {
            _ if self.is_too_small() => Context::TooSmall,
            Overlay::Help { .. } => Context::Help,
            Overlay::Leaving => Context::Leaving,
            Overlay::Detaching => Context::Detaching,
            Overlay::None => self.screen_context(),
        }
    }

    /// What the keys mean below whatever lies over the screen.
    pub fn screen_context(&self) -> Context {
        match &self.screen {
            Screen::Wizard(wizard) => wizard_context(wizard),
            Screen::Review(existing) if existing.panes.focus == Pane::Spec => Context::ReviewSpec,
            Screen::Review(existing) => existing.review.context(existing.mode()),
            Screen::Differs { panes, .. } if panes.focus == Pane::Spec => Context::ReviewSpec,
            Screen::Differs { review, .. } => review.context(ReviewMode::Second),
            Screen::Apply(apply) => apply_context(apply),
            Screen::RollingUpdate(_) => Context::RollingUpdate,
            Screen::Dashboard(dashboard) => dashboard_context(dashboard),
            Screen::Home(home) if home.choosing.is_some() => Context::HomeChoosing,
            Screen::Home(home) if home.is_on_cluster() => Context::HomeCluster,
            Screen::Home(_) => Context::Home,
        }
    }

    /// Rows of the middle part: what a page key moves by; at least one.
    pub fn page(&self) -> isize {
        isize::try_from(self.rows.saturating_sub(8).max(1)).unwrap_or(1)
    }

    /// Rows inside the borders of the help.
    pub fn help_room(&self) -> usize {
        usize::from(self.dashboard_rows())
    }

    /// Rows of the two panes of the dashboard, borders counted.
    pub fn dashboard_rows(&self) -> u16 {
        self.rows
            .saturating_sub(FRAME + self.notice_rows(self.columns))
    }

    /// The notice in lines, for a screen of so many columns; they may be more than its rows.
    pub fn notice_lines(&self, columns: u16) -> Vec<String> {
        let Some(notice) = self.notice() else {
            return Vec::new();
        };
        let room = usize::from(columns).saturating_sub(AROUND_NOTICE);
        wrap(&visible(notice), room.min(WIDEST_PROSE))
    }

    /// The rows that the notice takes on a screen of so many columns.
    pub fn notice_rows(&self, columns: u16) -> u16 {
        let lines = u16::try_from(self.notice_lines(columns).len());
        lines.unwrap_or(MOST_NOTICE_ROWS).min(MOST_NOTICE_ROWS)
    }

    /// Whether the screen is too small for all that is approved.
    pub(super) fn hides_what_is_approved(&self) -> bool {
        self.columns < APPROVABLE.0 || self.rows < APPROVABLE.1
    }

    /// How much is on the screen.
    pub fn viewport(&self) -> Viewport {
        Viewport {
            page: self.page(),
            columns: usize::from(self.columns.saturating_sub(BESIDE)),
        }
    }

    /// Whether kops is changing AWS at this moment.
    pub fn kops_runs(&self) -> bool {
        matches!(&self.screen, Screen::Apply(apply) if apply.running().is_some())
    }
}

fn dashboard_context(dashboard: &Dashboard) -> Context {
    let at = dashboard.navigation();
    match () {
        () if at.shows_run => Context::DashboardRun,
        () if at.detail.is_some() => Context::DashboardDetail,
        () if at.filtering => Context::DashboardFilter,
        () => Context::Dashboard,
    }
}

fn apply_context(apply: &Apply) -> Context {
    match &apply.outcome {
        _ if apply.resume_approval.is_some() => Context::Approving,
        Outcome::Running => Context::Apply,
        _ if apply.may_resume() => Context::ApplyLeft,
        Outcome::Failed(_) if apply.touched_aws() => Context::ApplyFailed,
        _ => Context::ApplyEnded,
    }
}

fn wizard_context(wizard: &Wizard) -> Context {
    if wizard.pane != Pane::Work {
        return match wizard.pane {
            _ if wizard.step == WizardStep::Review => Context::ReviewSpec,
            Pane::Map => Context::Map,
            Pane::Work | Pane::Spec => Context::Spec,
        };
    }
    if wizard.step == WizardStep::Review {
        return wizard.review.context(ReviewMode::Planned);
    }
    match &wizard.form().entry {
        EditState::Resting => row_context(wizard),
        EditState::Typing(_) => Context::Typing,
        EditState::Picking(picking) if picking.several.is_some() => Context::PickingSeveral,
        EditState::Picking(_) => Context::Picking,
    }
}

fn row_context(wizard: &Wizard) -> Context {
    let Some(field) = wizard.current() else {
        return Context::Form;
    };
    if wizard.step == WizardStep::Network && wizard.fixed(&field.key).is_some() {
        return Context::FormFixedCell;
    }
    let set = wizard.kept_from(&field.key).is_some();
    match field.kind {
        FieldKind::Text if field.is_custom_cidr() => Context::FormCustomCidr,
        FieldKind::Text if field.key.spec.heads_group => Context::FormGroup,
        FieldKind::Text if field.has_list() => Context::FormListed,
        FieldKind::Text if matches!(field.key.item, Item::Subnet(..)) => Context::FormCidr,
        FieldKind::Text => Context::FormText,
        FieldKind::Choice if field.has_list() => Context::FormChoiceListed,
        FieldKind::Choice if set => Context::FormSetChoice,
        FieldKind::Choice => Context::FormChoice,
        FieldKind::Toggle(_) if set => Context::FormSetMark,
        FieldKind::Toggle(_) => Context::FormMark,
        FieldKind::One(_) => Context::FormOne,
        FieldKind::Pick if matches!(field.key.item, Item::Subnet(..)) => Context::FormSubnet,
        FieldKind::Pick | FieldKind::PickSeveral => Context::FormPick,
        FieldKind::Act => Context::FormAct,
        FieldKind::Shown => Context::Form,
    }
}
