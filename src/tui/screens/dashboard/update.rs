//! What the dashboard does with events and keys.

use std::path::PathBuf;
use std::time::Duration;

use super::navigation::{OpenDetail, PaneCounts};
use super::{Dashboard, KubeconfigExport, PollState, WallClock};
use crate::core::cluster::cloud::CloudUpdate;
use crate::core::cluster::kubernetes::{ApiFailureKind, KubernetesUpdate};
use crate::core::cluster::kubernetes_view::ApiLink;
use crate::core::cluster::live::ClusterVerdict;
use crate::core::cluster::subject::ClusterSubject;
use crate::core::fault::Fault;
use crate::core::plan::GroupRole;
use crate::core::text::untrusted::Untrusted;
use crate::core::unix_time::{UnixTime, WallTime};
use crate::tui::dashboard_pane::DashboardPane;
use crate::tui::effect::{
    Announcement, CloudQuestion, CloudRequest, Effect, KubernetesTarget, Wake,
};
use crate::tui::event::{Event, Timestamp};
use crate::tui::form;
use crate::tui::key::Key;
use crate::tui::keymap::Action;
use crate::tui::notice::Notice;
use crate::tui::screen_context::ScreenContext;

/// How many instances EC2 is asked about at once.
const MOST_INSTANCES: usize = 100;

/// What comes from outside says what time it is; less than this it may have waited.
const CLOCK_JUMP: Duration = Duration::from_secs(2);

/// What follows a key beyond the dashboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DashboardAction {
    Effects(Vec<Effect>),
    Leave,
}

impl Dashboard {
    /// The first effects: all three eyes, and whose credentials kops uses.
    pub fn start(&mut self, at: Timestamp) -> Vec<Effect> {
        let mut effects = vec![
            Effect::ReadClock,
            Effect::clock(),
            Effect::Identify(self.target.clone()),
            self.watch_kubernetes(),
            self.read_cloud(CloudQuestion::Groups),
        ];
        effects.extend(self.poll(at));
        effects
    }

    pub(super) fn watch_kubernetes(&self) -> Effect {
        Effect::WatchKubernetes(KubernetesTarget {
            target: self.target.clone(),
            cluster: self.cluster.clone(),
            exported: match &self.export {
                KubeconfigExport::Exported(path) => Some(path.clone()),
                _ => None,
            },
        })
    }

    pub(super) fn read_cloud(&self, question: CloudQuestion) -> Effect {
        Effect::ReadCloud(CloudRequest {
            target: self.target.clone(),
            cluster: self.cluster.clone(),
            question,
        })
    }

    /// Takes what is known of the cluster from outside.
    pub fn take_event(
        &mut self,
        event: Event,
        at: Timestamp,
        notice: &mut Option<Notice>,
    ) -> Vec<Effect> {
        match event {
            Event::ClockRead(wall) => {
                self.set_clock(at, wall);
                Vec::new()
            }
            Event::Kubernetes { wall, update } => self.take_kubernetes(wall, update, at),
            Event::Cloud { wall, update } => self.take_cloud(wall, update, at),
            Event::KubeconfigExported(result) => self.take_kubeconfig(result, notice),
            _ => Vec::new(),
        }
    }

    fn set_clock(&mut self, at: Timestamp, wall: WallTime) {
        self.clock = WallClock { read: at, wall };
    }

    // The clock on the wall jumps where it is set, and after a sleep of the computer, which the program's own does not count.
    fn keep_time(&mut self, wall: UnixTime, at: Timestamp) {
        if self.clock.was_read() && wall.distance(self.wall(at)) > CLOCK_JUMP {
            self.clock.read = at;
            self.clock.wall.utc = wall;
        }
    }

    fn take_kubernetes(
        &mut self,
        wall: UnixTime,
        update: KubernetesUpdate,
        at: Timestamp,
    ) -> Vec<Effect> {
        self.keep_time(wall, at);
        let before = self.live().verdict().clone();
        let renewal = self.renew_kubeconfig(&update);
        let lost = matches!(update, KubernetesUpdate::Lost { .. });
        let judge = lost && matches!(self.live().kubernetes().link(), ApiLink::Live { .. });
        let changed = self.current.live.note_kubernetes(update, wall);
        let nodes = self.live().kubernetes().nodes().len();
        let mut effects = if !changed {
            self.follow_up(&before)
        } else if self.pace.allows(nodes, at) {
            self.see(at)
        } else {
            self.pace.wait().into_iter().collect()
        };
        effects.extend(renewal);
        effects.extend(self.validate_held(at));
        // kops is the only source now.
        if judge && matches!(self.state, PollState::Waiting { .. }) {
            effects.push(self.wake_to_validate(self.intervals.confirm));
        }
        effects
    }

    // An exported certificate is valid for an hour: once the API refuses it, kops exports another.
    fn renew_kubeconfig(&mut self, update: &KubernetesUpdate) -> Option<Effect> {
        let refused = matches!(update, KubernetesUpdate::Lost { failure, .. } if failure.kind == ApiFailureKind::Unauthorized);
        let exported = matches!(self.export, KubeconfigExport::Exported(_));
        (refused && exported).then(|| self.export_again())
    }

    fn export_again(&mut self) -> Effect {
        self.export = KubeconfigExport::Asking;
        Effect::ExportKubeconfig {
            target: self.target.clone(),
            cluster: self.cluster.clone(),
        }
    }

    /// Whether the last event was noted only: nothing that is drawn has changed.
    pub(in crate::tui) fn take_noted(&mut self) -> bool {
        self.pace.take_noted()
    }

    /// Judges what was noted since.
    pub fn see(&mut self, at: Timestamp) -> Vec<Effect> {
        let before = self.live().verdict().clone();
        self.pace.judged(at);
        let wall = self.wall(at);
        self.current.live.see(wall);
        self.settle(at);
        self.follow_up(&before)
    }

    fn take_cloud(&mut self, wall: UnixTime, update: CloudUpdate, at: Timestamp) -> Vec<Effect> {
        self.keep_time(wall, at);
        let before = self.live().verdict().clone();
        let groups = matches!(update, CloudUpdate::Groups(_));
        self.current.live.take_cloud(update, wall);
        self.settle(at);
        let mut effects = self.follow_up(&before);
        if groups {
            effects.extend(self.ask_for_details(at));
            effects.extend(self.ask_for_prices(at));
            self.cloud_reads += 1;
            effects.push(Effect::Wake {
                after: self.intervals.cloud,
                why: Wake::Cloud {
                    reads: self.cloud_reads,
                },
            });
        }
        effects
    }

    /// Asks Auto Scaling again, unless it has answered since.
    pub fn poll_cloud(&self, reads: u32) -> Vec<Effect> {
        if reads == self.cloud_reads && !self.not_in_store {
            vec![self.read_cloud(CloudQuestion::Groups)]
        } else {
            Vec::new()
        }
    }

    // Activities only of groups that are short, instances only by id and only those that have not joined.
    fn ask_for_details(&self, at: Timestamp) -> Vec<Effect> {
        let live = self.live();
        let short = live.cloud().groups().iter().filter(|one| one.is_short());
        let short: Vec<String> = short.map(|one| one.name.raw().to_owned()).collect();
        let missing = live.unjoined().into_iter().take(MOST_INSTANCES);
        let missing: Vec<String> = missing
            .map(|(_, member)| member.instance.raw().to_owned())
            .collect();
        let now = self.wall(at);
        let unknown = missing
            .iter()
            .filter(|id| live.cloud().wants_path(&Untrusted::new(id.as_str()), now));
        let unknown: Vec<String> = unknown.cloned().collect();
        let questions = [
            CloudQuestion::Activities(short),
            CloudQuestion::Instances(missing),
            self.ask_for_paths(unknown),
        ];
        questions
            .into_iter()
            .filter(|question| !question.names().is_empty())
            .map(|question| self.read_cloud(question))
            .collect()
    }

    fn ask_for_paths(&self, instances: Vec<String>) -> CloudQuestion {
        let groups = self.live().cloud().groups().iter();
        let members = groups
            .filter(|group| group.role == GroupRole::ControlPlane)
            .flat_map(|group| &group.members);
        CloudQuestion::Paths {
            instances,
            control_plane: members.map(|one| one.instance.raw().to_owned()).collect(),
        }
    }

    fn take_kubeconfig(
        &mut self,
        result: Result<PathBuf, Fault>,
        notice: &mut Option<Notice>,
    ) -> Vec<Effect> {
        match result {
            Ok(path) => {
                self.export = KubeconfigExport::Exported(path);
                *notice = Some(Notice::good(
                    "kops exported a kubeconfig that is valid for 1 hour; it is removed when you leave",
                ));
                vec![self.watch_kubernetes()]
            }
            Err(fault) => {
                self.export = KubeconfigExport::Failed;
                *notice = Some(Notice::blocked(fault.whole()));
                Vec::new()
            }
        }
    }

    // kops is asked before its turn where what is seen has turned; of a cluster that is not ready the time is shown.
    fn follow_up(&mut self, before: &ClusterVerdict) -> Vec<Effect> {
        let mut effects: Vec<Effect> = self.announce(before).into_iter().collect();
        if self.needs_judgement(before) {
            effects.push(self.wake_to_validate(self.intervals.confirm));
        }
        if !self.is_ready() {
            effects.push(Effect::clock());
        }
        effects
    }

    /// Tells that the cluster became ready, or is not any more.
    pub(super) fn announce(&self, before: &ClusterVerdict) -> Option<Effect> {
        let is_ready = |verdict: &ClusterVerdict| matches!(verdict, ClusterVerdict::Ready { .. });
        let (was, is) = (is_ready(before), self.is_ready());
        (was != is).then(|| {
            Effect::Announce(Announcement {
                cluster: self.cluster.clone(),
                ready: is,
                alerts: self.alerts,
            })
        })
    }

    /// Works out what is shown after something changed.
    pub(super) fn settle(&mut self, at: Timestamp) {
        let ready = self.is_ready();
        self.ready_at = match self.ready_at {
            Some(since) if ready => Some(since),
            _ => ready.then_some(at),
        };
        self.arrange(at);
    }

    fn arrange(&mut self, at: Timestamp) {
        let now = self.wall(at);
        let copied = self.copied();
        let row = self.shown().table.rows.get(self.navigation.instance);
        let before = row.cloned();
        let group = self.group_name(self.navigation.group);
        let (order, filter) = (self.navigation.order, self.navigation.filter.value());
        let current = &mut self.current;
        current.arrange(order, filter, &copied, now);
        if let Some(frozen) = &mut self.frozen {
            frozen.table = frozen.live.instance_table(order, filter);
        }
        let counts = self.counts();
        let shown = self.frozen.as_deref().unwrap_or(&self.current);
        let rows = &shown.table.rows;
        let kept = group.filter(|_| self.navigation.placed.contains(&DashboardPane::Groups));
        let mut places = 0..counts.groups;
        let place =
            kept.and_then(|name| places.find(|at| shown.group_name(*at) == Some(name.as_str())));
        self.navigation.group = place.unwrap_or(self.navigation.group);
        self.navigation.settle(counts, before.as_ref(), rows);
    }

    /// Diagnoses again: some things become wrong by waiting.
    pub fn tick(&mut self, at: Timestamp) {
        let (copied, now) = (self.copied(), self.wall(at));
        self.current.diagnose(&copied, now);
    }

    pub(super) fn counts(&self) -> PaneCounts {
        let shown = self.shown();
        PaneCounts {
            groups: self.group_rows(),
            instances: shown.table.rows.len(),
            diagnoses: shown.diagnoses.len(),
            timeline: shown.live.timeline().entries().len(),
        }
    }

    /// The rows of a pane.
    pub fn count(&self, pane: DashboardPane) -> usize {
        self.counts().of_pane(pane)
    }

    /// Puts the cursor on a row; says whether it is there already.
    pub fn put_cursor(&mut self, pane: DashboardPane, row: usize) -> bool {
        let count = self.count(pane);
        let at = &self.navigation;
        if at.focus == pane && at.row(pane, count) == row && !at.filtering {
            return true;
        }
        self.navigation.put_cursor(pane, row, count);
        false
    }

    /// Types a key into the filter; says whether the key types.
    pub fn typed(&mut self, key: Key, at: Timestamp) -> bool {
        let typed = self.navigation.type_filter(key);
        if typed {
            self.arrange(at);
        }
        typed
    }

    /// Pastes into the filter.
    pub fn pasted(&mut self, text: &str, at: Timestamp) {
        if self.navigation.filtering {
            form::paste(&mut self.navigation.filter, text);
            self.arrange(at);
        }
    }

    /// Takes a key.
    pub fn act(&mut self, action: Action, context: &mut ScreenContext<'_>) -> DashboardAction {
        if self.navigation.shows_run {
            return self.act_on_run(action, context);
        }
        if self.navigation.detail.is_some() {
            return self.act_on_detail(action, context);
        }
        if self.navigation.filtering {
            return self.act_on_filter(action, context.at);
        }
        let effects = match action {
            Action::Again => self.validate_now(context),
            Action::OtherPane => {
                self.navigation.turn_focus(false);
                Vec::new()
            }
            Action::Detail => self.open_detail(context),
            Action::Find => {
                self.navigation.focus = DashboardPane::Instances;
                self.navigation.chosen = Some(DashboardPane::Instances);
                self.navigation.filtering = true;
                Vec::new()
            }
            Action::Order => {
                self.navigation.order = self.navigation.order.next();
                self.arrange(context.at);
                Vec::new()
            }
            Action::Freeze => self.freeze(context),
            Action::Export => self.export_kubeconfig(context),
            Action::Console => self.read_console(self.subject(), context),
            Action::Copy => match self.command() {
                Some(command) => copied(command, context),
                None => self.copy(self.subject(), context),
            },
            Action::Run => self.show_run(context),
            Action::Back if !self.navigation.filter.value().is_empty() => {
                self.navigation.filter.reset();
                self.arrange(context.at);
                Vec::new()
            }
            Action::Back | Action::Leave => return DashboardAction::Leave,
            action => {
                let by = action.movement(context.viewport.page);
                self.navigation.travel(by, self.counts());
                Vec::new()
            }
        };
        DashboardAction::Effects(effects)
    }

    fn act_on_filter(&mut self, action: Action, at: Timestamp) -> DashboardAction {
        self.navigation.filtering = false;
        if action == Action::Discard {
            self.navigation.filter.reset();
            self.arrange(at);
        }
        DashboardAction::Effects(Vec::new())
    }

    fn act_on_detail(
        &mut self,
        action: Action,
        context: &mut ScreenContext<'_>,
    ) -> DashboardAction {
        let Some(detail) = &mut self.navigation.detail else {
            return DashboardAction::Effects(Vec::new());
        };
        let subject = detail.subject.clone();
        let effects = match action {
            Action::Back => {
                self.navigation.detail = None;
                Vec::new()
            }
            Action::Console => self.read_console(Some(subject), context),
            Action::Copy => self.copy(Some(subject), context),
            Action::Leave => return DashboardAction::Leave,
            action => {
                let lines = self.detail_lines(&subject, context.viewport.columns).len();
                let by = action.movement(context.viewport.page);
                if let Some(detail) = &mut self.navigation.detail {
                    detail.top = form::stepped(detail.top, by, lines);
                }
                Vec::new()
            }
        };
        DashboardAction::Effects(effects)
    }

    fn show_run(&mut self, context: &mut ScreenContext<'_>) -> Vec<Effect> {
        self.navigation.shows_run = self.run.is_some();
        if self.run.is_none() {
            *context.notice = Some(Notice::look("no run of kops belongs to this watch"));
        }
        Vec::new()
    }

    fn act_on_run(&mut self, action: Action, context: &mut ScreenContext<'_>) -> DashboardAction {
        match (action, &mut self.run) {
            (Action::Leave, _) => return DashboardAction::Leave,
            (Action::Run | Action::Back, _) | (_, None) => self.navigation.shows_run = false,
            (action, Some(run)) => run.look(action, context.viewport.page),
        }
        DashboardAction::Effects(Vec::new())
    }

    fn validate_now(&mut self, context: &mut ScreenContext<'_>) -> Vec<Effect> {
        let mut effects = self.poll(context.at);
        if effects.is_empty() {
            *context.notice = Some(Notice::look("kops is being asked already"));
            return effects;
        }
        effects.push(self.read_cloud(CloudQuestion::Groups));
        effects
    }

    fn freeze(&mut self, context: &mut ScreenContext<'_>) -> Vec<Effect> {
        self.frozen = if self.frozen.is_some() {
            None
        } else {
            let mut shown = self.current.clone();
            shown.frozen_at = Some(self.wall(context.at));
            Some(Box::new(shown))
        };
        if self.frozen.is_none() {
            self.arrange(context.at);
        }
        Vec::new()
    }

    fn export_kubeconfig(&mut self, context: &mut ScreenContext<'_>) -> Vec<Effect> {
        let kubernetes = self.live().kubernetes();
        if let (ApiLink::Live { .. }, Some((_, file))) = (kubernetes.link(), kubernetes.server()) {
            let there = format!("the Kubernetes API is watched already, through {file}");
            *context.notice = Some(Notice::look(there));
            return Vec::new();
        }
        if self.export == KubeconfigExport::Asking {
            *context.notice = Some(Notice::look("kops is exporting a kubeconfig already"));
            return Vec::new();
        }
        vec![self.export_again()]
    }

    /// What the cursor is on; absent where there is nothing.
    pub fn subject(&self) -> Option<ClusterSubject> {
        let (shown, at) = (self.shown(), &self.navigation);
        match at.focus {
            DashboardPane::Groups => self.group_name(at.group).map(ClusterSubject::Group),
            DashboardPane::Instances => {
                let row = shown.table.rows.get(at.instance)?;
                Some(if row.node.raw().is_empty() {
                    ClusterSubject::Instance(row.instance.clone())
                } else {
                    ClusterSubject::Node(row.node.clone())
                })
            }
            DashboardPane::Why => {
                let diagnosis = shown.diagnoses.get(at.diagnosis)?;
                Some(diagnosis.subject.clone())
            }
            DashboardPane::Timeline => {
                let entries = shown.live.timeline().entries();
                let entry = entries.rev().nth(at.timeline)?;
                Some(entry.subject.clone())
            }
        }
    }

    fn open_detail(&mut self, context: &mut ScreenContext<'_>) -> Vec<Effect> {
        let Some(subject) = self.subject() else {
            *context.notice = Some(Notice::look("there is nothing to open here yet"));
            return Vec::new();
        };
        let instance = self.instance_of(&subject);
        self.navigation.detail = Some(OpenDetail { subject, top: 0 });
        let ids: Vec<String> = instance.map(|id| id.raw().to_owned()).into_iter().collect();
        let questions = [
            CloudQuestion::Instances(ids.clone()),
            self.ask_for_paths(ids),
        ];
        let questions = questions.into_iter().filter(|one| !one.names().is_empty());
        questions
            .map(|question| self.read_cloud(question))
            .collect()
    }

    /// The EC2 instance of a subject.
    pub(super) fn instance_of(&self, subject: &ClusterSubject) -> Option<Untrusted> {
        match subject {
            ClusterSubject::Instance(id) => Some(id.clone()),
            ClusterSubject::Node(name) => {
                let node = self.shown().live.kubernetes().node(name)?;
                Some(node.instance.clone()).filter(|id| !id.raw().is_empty())
            }
            _ => None,
        }
    }

    fn read_console(
        &mut self,
        subject: Option<ClusterSubject>,
        context: &mut ScreenContext<'_>,
    ) -> Vec<Effect> {
        let instance = subject.as_ref().and_then(|one| self.instance_of(one));
        let (Some(subject), Some(id)) = (subject, instance) else {
            *context.notice = Some(Notice::look(
                "choose an instance or a node first: its console output is read",
            ));
            return Vec::new();
        };
        if self.navigation.detail.is_none() {
            self.navigation.detail = Some(OpenDetail { subject, top: 0 });
        }
        let id = id.raw().to_owned();
        vec![
            self.read_cloud(CloudQuestion::Instances(vec![id.clone()])),
            self.read_cloud(CloudQuestion::Console(id)),
        ]
    }

    // The command under the cursor: of a diagnosis, else of a cluster that is ready.
    fn command(&self) -> Option<String> {
        if self.navigation.focus != DashboardPane::Why {
            return None;
        }
        let diagnosis = self.shown().diagnoses.get(self.navigation.diagnosis);
        match diagnosis {
            Some(diagnosis) => diagnosis.command.clone(),
            None if self.is_ready() => Some(self.next_command()),
            None => None,
        }
    }

    fn copy(
        &self,
        subject: Option<ClusterSubject>,
        context: &mut ScreenContext<'_>,
    ) -> Vec<Effect> {
        let Some(subject) = subject else {
            return Vec::new();
        };
        let text = match &subject {
            ClusterSubject::Cluster => self.cluster.to_string(),
            subject => subject.name(),
        };
        copied(text, context)
    }
}

fn copied(text: String, context: &mut ScreenContext<'_>) -> Vec<Effect> {
    *context.notice = Some(Notice::good(format!("copied: {text}")));
    vec![Effect::Copy(text)]
}

impl CloudQuestion {
    /// The groups or instances that it is about; for all groups, their common name.
    pub fn names(&self) -> &[String] {
        match self {
            Self::Groups => &[],
            Self::Activities(names)
            | Self::Instances(names)
            | Self::Paths {
                instances: names, ..
            } => names,
            Self::Console(id) => std::slice::from_ref(id),
            Self::Prices(question) => &question.instances,
        }
    }
}
