//! Step 8, Review: the dry run asked for, read, and approved.

mod cause_link;
pub mod compare;
mod content;
pub mod detail;
pub mod existing;
mod filter;
pub(crate) mod keys;
pub mod opening;
mod raw_text;
mod read_marks;
mod search;
mod selection;
#[cfg(test)]
mod tests;
mod tree;
pub mod view;

use std::borrow::Cow;

use super::approval::Approval;
use crate::core::analysis::findings::{Finding, findings_of_plan};
use crate::core::cluster::instance_groups;
use crate::core::fault::Fault;
use crate::core::kops::control_plane::SeenControlPlane;
use crate::core::kops::copied::Copied;
use crate::core::kops::dry_run::{DryRun, Ending, parse};
use crate::core::kops::log::{LogProgress, explain};
use crate::core::problem::Problem;
use crate::core::render::outline::Outline;
use crate::core::text::prose::counted;
use crate::core::text::secrets::hidden;
use crate::tui::event::{CommandOutput, OutputStream, PrintedLine, Timestamp};
use crate::tui::form;
use crate::tui::key::Key;
use crate::tui::keymap::{Action, Context};
use crate::tui::screen_context::{Pane, ScreenContext, Viewport};

use cause_link::CauseLink;
use compare::ApprovalComparison;
use content::ReviewContent;
use detail::layout::{DetailLayout, MOST_BELOW};
use detail::{DetailLine, DetailPage};
use opening::OpeningDryRun;
use raw_text::RawText;
use read_marks::ReadState;
use search::{SearchPlace, SearchScope, WantedMatch};
use selection::Selection;

pub use filter::{Filter, FilterKind};
pub use read_marks::ReadMarks;
pub use search::Search;
pub use tree::{Fold, Tree, TreeRow};

/// Lines of the spec that are shown above those which cause a change.
pub const LINES_ABOVE_CAUSE: usize = 6;

/// How far the review is.
#[derive(Clone, Debug, Default)]
pub enum Review {
    #[default]
    NotAsked,
    Asking {
        since: Timestamp,
        progress: Box<LogProgress>,
    },
    /// A long dry run that is taken apart once the screen says so.
    Opening(Box<OpeningDryRun>),
    Reading(Box<Reading>),
    Failed {
        fault: Fault,
        output: String,
    },
}

/// What a key on the review asks of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewAction {
    Nothing,
    Back,
    OtherPane,
    Again,
    Approved,
}

/// What a dry run is read for; it decides which keys there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewMode {
    /// It may be approved, and kops asked again.
    Approval,
    /// It differs from what was approved, and may be approved in its place.
    Second,
    /// It came from a file: it can only be read.
    Reading,
}

impl Review {
    /// Starts to wait for kops.
    pub fn asked(at: Timestamp) -> Self {
        Self::Asking {
            since: at,
            progress: Box::default(),
        }
    }

    /// What kops ended with: a dry run to read, or why there is none.
    pub fn answered(result: Result<CommandOutput, Fault>, copied: &Copied) -> Self {
        let finished = match result {
            Ok(finished) => finished,
            Err(fault) => {
                return Self::Failed {
                    fault,
                    output: String::new(),
                };
            }
        };
        let dry_run = DryRun {
            undecoded: finished.undecoded,
            control_plane: SeenControlPlane::from_log(&finished.stderr),
            copied: copied.clone(),
            ..parse(&finished.stdout)
        };
        if finished.succeeded() && dry_run.ending != Ending::Missing {
            return Self::Reading(Box::new(Reading::new(dry_run, finished.stdout)));
        }
        Self::Failed {
            fault: explain(finished.code(), &finished.stdout, &finished.stderr, copied),
            output: hidden(format!("{}{}", finished.stdout, finished.stderr)),
        }
    }

    /// Takes apart what came from a file.
    pub fn open(&mut self) {
        if let Self::Opening(opening) = self {
            let reading = std::mem::take(opening.as_mut()).reading();
            *self = Self::Reading(Box::new(reading));
        }
    }

    /// Takes a line that kops printed.
    pub fn take_line(&mut self, line: &PrintedLine) {
        if let (Self::Asking { progress, .. }, OutputStream::Stderr) = (self, line.stream) {
            progress.read(line.text.raw());
        }
    }

    /// Whether something is waited for, so that the time is drawn.
    pub fn is_waiting(&self) -> bool {
        matches!(self, Self::Asking { .. }) || self.approval_waits()
    }

    /// The dry run, when there is one.
    pub fn reading(&self) -> Option<&Reading> {
        match self {
            Self::Reading(reading) => Some(reading),
            _ => None,
        }
    }

    /// The dry run, when there is one, to be changed.
    pub fn reading_mut(&mut self) -> Option<&mut Reading> {
        match self {
            Self::Reading(reading) => Some(reading),
            _ => None,
        }
    }

    /// Where the spec is to be shown from: a little above the lines that the row under the cursor follows from.
    pub fn spec_top(&self, before: usize) -> usize {
        let lines = self.reading().map(|reading| reading.cause.lines());
        let first = lines.and_then(<[_]>::first);
        first.map_or(before, |lines| {
            lines.start.saturating_sub(LINES_ABOVE_CAUSE)
        })
    }

    /// What the keys mean here.
    pub fn context(&self, mode: ReviewMode) -> Context {
        let reading = match self {
            Self::Reading(reading) => reading,
            Self::Opening(_) => return Context::DryRunFile,
            _ => return Context::Waiting,
        };
        match (&reading.view, mode) {
            (ReadingView::Tree | ReadingView::Raw { .. }, _)
                if reading.search.typing().is_some() =>
            {
                Context::Finding
            }
            (ReadingView::Tree, ReviewMode::Approval) => Context::Review,
            (ReadingView::Tree, ReviewMode::Second) => Context::Differing,
            (ReadingView::Tree, ReviewMode::Reading) => Context::DryRunFile,
            (ReadingView::Detail { .. }, _) => Context::Detail,
            (ReadingView::Raw { .. }, _) => Context::Raw,
            (ReadingView::Approving(approval), _) if approval.given.is_some() => Context::Given,
            (ReadingView::Approving(_), _) => Context::Approving,
        }
    }

    /// Takes a key that the table knows.
    pub fn act(
        &mut self,
        action: Action,
        cluster: &str,
        context: &mut ScreenContext<'_>,
    ) -> ReviewAction {
        match self {
            Self::Reading(reading) => reading.act(action, cluster, context),
            Self::Opening(_) => act_while_opening(action),
            _ => act_while_waiting(action),
        }
    }

    /// Whether the name was typed and what the approval depends on is still being read.
    pub fn approval_waits(&self) -> bool {
        self.approval()
            .is_some_and(|approval| approval.given.is_some())
    }

    /// Holds an approval until what it depends on is known.
    pub fn hold_approval(&mut self, at: Timestamp) {
        if let Some(approval) = self.approval_mut() {
            approval.given = Some(at);
        }
    }

    /// Asks for the name once more, as if none was typed.
    pub fn ask_again(&mut self) {
        if let Some(approval) = self.approval_mut() {
            *approval = Approval::new(approval.cluster());
        }
    }

    /// Shows the dry run again after an approval was taken.
    pub fn close_approval(&mut self) {
        if let Some(reading) = self.reading_mut()
            && matches!(reading.view, ReadingView::Approving(_))
        {
            reading.view = ReadingView::Tree;
        }
    }

    /// The name that is being typed to approve.
    pub fn approval(&self) -> Option<&Approval> {
        match &self.reading()?.view {
            ReadingView::Approving(approval) => Some(approval),
            _ => None,
        }
    }

    fn approval_mut(&mut self) -> Option<&mut Approval> {
        match &mut self.reading_mut()?.view {
            ReadingView::Approving(approval) => Some(approval),
            _ => None,
        }
    }

    /// Takes a key that the table does not know: typing into the search or the approval.
    pub fn typed(&mut self, key: Key) -> bool {
        let Self::Reading(reading) = self else {
            return false;
        };
        if let Some(input) = reading.search.typing_mut() {
            form::edit(input, key);
            reading.search_typed();
        } else if let ReadingView::Approving(approval) = &mut reading.view {
            approval.edit(key);
            return form::edits(key) && approval.given.is_none();
        } else {
            return false;
        }
        form::edits(key)
    }

    /// Takes a pasted text.
    pub fn pasted(&mut self, text: &str) {
        if let Self::Reading(reading) = self {
            if let Some(input) = reading.search.typing_mut() {
                form::paste(input, text);
                reading.search_typed();
            } else if let ReadingView::Approving(approval) = &mut reading.view {
                approval.paste(text);
            }
        }
    }
}

// What the other keys are for is there in a moment.
fn act_while_opening(action: Action) -> ReviewAction {
    match action {
        Action::Back => ReviewAction::Back,
        _ => ReviewAction::Nothing,
    }
}

fn act_while_waiting(action: Action) -> ReviewAction {
    match action {
        Action::Back => ReviewAction::Back,
        Action::Again => ReviewAction::Again,
        Action::OtherPane => ReviewAction::OtherPane,
        _ => ReviewAction::Nothing,
    }
}

/// The first row shown after a movement: the last page stays full, unless a search went beyond it.
fn scrolled(top: usize, by: isize, rows: usize, room: Viewport) -> usize {
    let last = rows.saturating_sub(room.page.unsigned_abs()).max(top);
    form::stepped(top, by, last + 1)
}

/// Which of the two panes has the focus, and the first line of the spec that is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReviewPanes {
    pub focus: Pane,
    pub spec_top: usize,
}

impl ReviewPanes {
    /// Takes a key that the table knows, for the pane that has the focus.
    pub fn act(
        &mut self,
        action: Action,
        review: &mut Review,
        (cluster, spec): (&str, &str),
        context: &mut ScreenContext<'_>,
    ) -> ReviewAction {
        if self.focus == Pane::Spec {
            if matches!(action, Action::OtherPane | Action::Back) {
                self.focus = Pane::Work;
            }
            let by = action.movement(context.viewport.page);
            self.spec_top = form::stepped(self.spec_top, by, spec.lines().count());
            return ReviewAction::Nothing;
        }
        match review.act(action, cluster, context) {
            ReviewAction::OtherPane => {
                self.focus = Pane::Spec;
                self.spec_top = review.spec_top(self.spec_top);
                ReviewAction::Nothing
            }
            other => other,
        }
    }
}

/// What the middle of the screen shows.
#[derive(Clone, Debug, Default)]
pub enum ReadingView {
    /// The tree, and below it what the cursor is on.
    #[default]
    Tree,
    /// What the cursor is on, whole, from this line on.
    Detail {
        top: usize,
    },
    /// kops's own text, from this line on.
    Raw {
        top: usize,
    },
    Approving(Approval),
}

/// A dry run and how far it was read.
#[derive(Clone, Debug)]
pub struct Reading {
    content: ReviewContent,
    tree: Tree,
    selection: Selection,
    marks: ReadState,
    search: Search,
    filter: Filter,
    /// What the row under the cursor says, laid out; absent until it is asked for.
    detail: Option<DetailLayout>,
    cause: CauseLink,
    /// What the plan warned of.
    planned: Vec<Finding>,
    view: ReadingView,
}

impl Reading {
    /// A dry run not read yet: findings first, every group folded.
    pub fn new(dry_run: DryRun, raw: String) -> Self {
        let outline = Outline::new(dry_run);
        let mut reading = Self {
            tree: Tree::new(&outline),
            marks: ReadState::new(&outline),
            content: ReviewContent {
                outline,
                raw: RawText::new(raw),
                comparison: None,
            },
            selection: Selection::default(),
            search: Search::default(),
            filter: Filter::default(),
            detail: None,
            cause: CauseLink::default(),
            planned: Vec::new(),
            view: ReadingView::Tree,
        };
        reading.lay_out();
        reading
    }

    /// The same dry run, and how it differs from another one.
    #[must_use]
    pub fn compared(mut self, comparison: ApprovalComparison) -> Self {
        self.content.comparison = Some(comparison);
        self.tree.open(Fold::Differences);
        self.lay_out();
        self.selection.go_to(None, &self.tree);
        self.follow_cursor();
        self
    }

    /// What is read.
    pub fn content(&self) -> &ReviewContent {
        &self.content
    }

    /// The outline of the dry run.
    pub fn outline(&self) -> &Outline {
        &self.content.outline
    }

    /// The dry run itself.
    pub fn dry_run(&self) -> &DryRun {
        &self.content.outline.dry_run
    }

    /// How it differs from another dry run.
    pub fn comparison(&self) -> Option<&ApprovalComparison> {
        self.content.comparison.as_ref()
    }

    /// The rows of the tree.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Where the cursor is.
    pub fn selection(&self) -> &Selection {
        &self.selection
    }

    /// The row under the cursor.
    pub fn row(&self) -> Option<TreeRow> {
        self.selection.row(&self.tree)
    }

    /// The resource that a row is about: its own, or the first that passes or that the finding is about.
    pub fn resource_of(&self, row: TreeRow) -> Option<usize> {
        let bundled = |at| self.filter.passing_in_bundle(self.outline(), at).next();
        match row {
            TreeRow::Bundle(bundle) => bundled(bundle),
            TreeRow::Finding(finding) => self.content.subject(finding, 0),
            TreeRow::Subject { finding, at } => self.content.subject(finding, at),
            _ => row.own_resource(),
        }
    }

    /// What was read.
    pub fn marks(&self) -> &ReadState {
        &self.marks
    }

    /// What is searched for.
    pub fn search(&self) -> &Search {
        &self.search
    }

    /// What is let through.
    pub fn filter(&self) -> Filter {
        self.filter
    }

    /// The spec, and what of it the row under the cursor follows from.
    pub fn cause(&self) -> &CauseLink {
        &self.cause
    }

    /// What the middle of the screen shows.
    pub fn view(&self) -> &ReadingView {
        &self.view
    }

    /// What was read so far, for another dry run in which most is the same.
    pub fn read_marks(&self) -> ReadMarks {
        self.marks.by_name(self.outline())
    }

    /// Takes over what was read of the dry run that this one is compared with.
    pub fn restore_marks(&mut self, marks: &ReadMarks) {
        self.marks.restore(marks, &self.content);
    }

    /// Takes what the plan warned of, so that it is read with the dry run.
    pub fn set_planned(&mut self, problems: &[Problem]) {
        self.planned = findings_of_plan(problems);
        self.judge();
    }

    /// Takes the spec that kops was asked about.
    pub fn set_spec(&mut self, spec: &str) {
        self.cause.set_spec(spec);
        if instance_groups(spec).is_empty() {
            self.follow_cursor();
        } else {
            self.judge();
        }
    }

    // Finds again what to look at, by all that is known now.
    fn judge(&mut self) {
        let groups = instance_groups(self.cause.spec());
        let planned = &self.planned;
        let outline = &mut self.content.outline;
        self.marks
            .keep_through(outline, |outline| outline.judge(&groups, planned));
        self.tree.fold_findings();
        self.lay_out();
        self.restart_search();
    }

    /// Why the dry run cannot be approved yet, if it cannot.
    pub fn unapprovable(&self) -> Option<String> {
        let (dry_run, unread) = (self.dry_run(), self.dry_run().unread.len());
        if !dry_run.changes() && unread == 0 {
            return Some("no changes: there is nothing to approve".to_owned());
        }
        (unread > 0 && !self.marks.was_raw_read()).then(|| {
            let were = if unread == 1 { "was" } else { "were" };
            let lines = counted(unread, "line");
            format!("{lines} {were} not understood: read the raw text first (r), then approve")
        })
    }

    // The cursor stays on its row, or goes to the nearest one above that is shown.
    fn lay_out(&mut self) {
        let row = self.row();
        self.tree.lay_out(&self.content, self.filter);
        self.selection.go_to(row, &self.tree);
        self.follow_cursor();
    }

    // What the cursor is on is read, and its cause is marked in the spec.
    fn follow_cursor(&mut self) {
        let row = self.row();
        if let Some(row) = row {
            self.marks.mark(row, &self.content.outline, self.filter);
        }
        self.cause.follow(row, &self.content, self.filter);
        self.detail = None;
    }

    /// Moves the cursor.
    pub fn step(&mut self, by: isize) {
        if self.selection.step(by, &self.tree) {
            self.follow_cursor();
        }
    }

    /// Opens or folds what the cursor is on; goes from a finding or a difference to its resource.
    pub fn choose(&mut self) {
        let Some(row) = self.row() else {
            return;
        };
        let fold = match row {
            TreeRow::Differences => Fold::Differences,
            TreeRow::Finding(finding) if self.content.subject(finding, 1).is_some() => {
                Fold::Finding(finding)
            }
            TreeRow::Unread => Fold::Unread,
            TreeRow::Group(group) => Fold::Group(group),
            TreeRow::Noises => Fold::Noises,
            TreeRow::Bundle(bundle) => Fold::Bundle(bundle),
            TreeRow::Resource(resource)
            | TreeRow::Field { resource, .. }
            | TreeRow::DiffLine { resource, .. } => Fold::Resource(resource),
            TreeRow::Difference(at) => return self.jump(self.content.resource_of_difference(at)),
            TreeRow::Finding(_) | TreeRow::Subject { .. } => {
                return self.jump(self.resource_of(row));
            }
            TreeRow::UnreadLine(_) | TreeRow::Noise(_) => return,
        };
        self.tree.toggle(fold);
        self.lay_out();
    }

    /// Opens every group, or folds everything.
    pub fn fold_all(&mut self, open: bool) {
        self.tree.fold_all();
        if open {
            self.tree.open_groups(&self.content.outline);
        }
        self.lay_out();
    }

    fn jump(&mut self, resource: Option<usize>) {
        let (Some(here), Some(resource)) = (self.row(), resource) else {
            return;
        };
        self.selection.leave(here);
        if self.tree.open(Fold::Resource(resource)) {
            self.lay_out();
        }
        self.go_to(TreeRow::Resource(resource));
    }

    // Opens what hides the row.
    fn go_to(&mut self, row: TreeRow) {
        if self.tree.open_way_to(row) {
            self.lay_out();
        }
        self.selection.go_to(Some(row), &self.tree);
        self.follow_cursor();
    }

    /// Goes back to where the last jump began; without one, from a resource to its most severe finding.
    pub fn go_back(&mut self) {
        if let Some(row) = self.selection.return_row() {
            return self.go_to(row);
        }
        let row = self.row();
        let resource = row.and_then(|row| self.resource_of(row));
        let finding = resource.and_then(|at| self.outline().findings_about(at).next());
        if let Some(finding) = finding {
            self.go_to(TreeRow::Finding(finding));
        }
    }

    /// Goes to the next resource that was not read, around the end.
    pub fn next_unread(&mut self) {
        let from = self.row().map_or([0; 6], |row| self.tree.key(row));
        let outline = self.outline();
        let unread = (0..outline.groups.len())
            .flat_map(|group| self.filter.passing_in_group(outline, group))
            .filter(|resource| !self.marks.was_read(*resource))
            .map(|resource| (self.tree.key(TreeRow::Resource(resource)), resource));
        let (before, after): (Vec<_>, Vec<_>) = unread.partition(|(key, _)| *key <= from);
        if let Some((_, resource)) = after.first().or(before.first()) {
            self.go_to(self.row_to_read(*resource));
        }
    }

    // What changes in the same way is read once for all.
    fn row_to_read(&self, resource: usize) -> TreeRow {
        let bundle = self.tree.bundle_of(resource);
        let same = |at: &usize| self.outline().bundle(*at).is_some_and(|bundle| bundle.same);
        bundle
            .filter(same)
            .map_or(TreeRow::Resource(resource), TreeRow::Bundle)
    }

    /// Takes the next value of one part of the filter that the dry run has beside the other parts.
    pub fn advance_filter(&mut self, part: FilterKind) {
        self.filter.advance(part, &self.content.outline);
        self.lay_out();
        self.restart_search();
    }

    /// Lets everything pass again.
    pub fn clear_filter(&mut self) {
        self.filter = Filter::default();
        self.lay_out();
        self.restart_search();
    }

    /// Shows kops's own text at what the cursor is on, or the tree again.
    pub fn toggle_raw(&mut self) {
        if self.is_raw() {
            self.view = ReadingView::Tree;
        } else {
            self.marks.mark_raw();
            let row = self.row();
            let resource = row.and_then(|row| self.resource_of(row));
            let found = resource.and_then(|at| self.outline().resource(at));
            let top = found.map_or(0, |found| found.line.saturating_sub(1));
            self.view = ReadingView::Raw { top };
        }
        let (search, scope) = self.split_search();
        search.prepare(&scope);
        self.search_on();
    }

    fn is_raw(&self) -> bool {
        matches!(self.view, ReadingView::Raw { .. })
    }

    // The search, and what it searches.
    fn split_search(&mut self) -> (&mut Search, SearchScope<'_>) {
        let scope = SearchScope {
            raw: matches!(self.view, ReadingView::Raw { .. }),
            content: &self.content,
            tree: &self.tree,
            filter: self.filter,
        };
        (&mut self.search, scope)
    }

    fn search_place(&self) -> SearchPlace {
        match self.view {
            ReadingView::Raw { top } => SearchPlace::Line(top),
            _ => SearchPlace::Row(self.row()),
        }
    }

    /// Starts to type what is searched for.
    pub fn start_search(&mut self) {
        let line = match self.view {
            ReadingView::Raw { top } => top,
            _ => 0,
        };
        self.search.start(self.row(), line);
    }

    /// Takes the words typed so far: goes to the first match from where the search began.
    pub fn search_typed(&mut self) {
        let (search, scope) = self.split_search();
        search.take_typed(&scope);
        self.return_to_search_start();
        self.find(WantedMatch { by: 1, here: true });
    }

    /// Forgets the words; while they are still being typed, goes back to where the search began.
    pub fn leave_search(&mut self) {
        let (search, scope) = self.split_search();
        if search.leave(&scope) {
            self.return_to_search_start();
        }
    }

    fn return_to_search_start(&mut self) {
        match (self.search.start_place(self.is_raw()), &mut self.view) {
            (SearchPlace::Line(line), ReadingView::Raw { top }) => *top = line,
            (SearchPlace::Row(row @ Some(_)), _) => {
                self.selection.go_to(row, &self.tree);
                self.follow_cursor();
            }
            _ => {}
        }
    }

    fn restart_search(&mut self) {
        let (search, scope) = self.split_search();
        search.restart(&scope);
        self.find_wanted();
    }

    /// Whether not everything on the screen was searched yet.
    pub fn is_searching(&self) -> bool {
        self.search.is_searching(self.is_raw())
    }

    /// Searches some more, for a few milliseconds, and goes to the match that is waited for.
    pub fn search_on(&mut self) {
        let (search, scope) = self.split_search();
        search.step(&scope);
        self.find_wanted();
    }

    fn find_wanted(&mut self) {
        if let Some(wanted) = self.search.wanted() {
            self.find(wanted);
        }
    }

    /// Goes to the next match (1) or the previous one (−1), around the end.
    pub fn find_next(&mut self, by: isize) {
        self.find(WantedMatch { by, here: false });
    }

    // Where the match is not known yet, it is gone to once it is.
    fn find(&mut self, wanted: WantedMatch) {
        let from = self.search_place();
        match self.search.find(wanted, from, &self.tree) {
            Some(SearchPlace::Line(line)) => self.view = ReadingView::Raw { top: line },
            Some(SearchPlace::Row(Some(row))) => self.go_to(row),
            Some(SearchPlace::Row(None)) | None => {}
        }
    }

    /// Which match is at the cursor, counted from 1 (0 for none), and how many there are so far.
    pub fn match_position(&self) -> (usize, usize) {
        let (place, count) = self.search.position(self.search_place(), &self.tree);
        (place.map_or(0, |at| at + 1), count)
    }

    /// Whether a row holds the words that are searched for, shown or cut.
    pub fn has_match(&self, row: TreeRow) -> bool {
        self.search.has_match(row, &self.tree)
    }

    /// What the row under the cursor says, whole or its first lines.
    pub fn describe(&self, most: usize) -> Vec<DetailLine<'_>> {
        let page = DetailPage {
            content: &self.content,
            filter: self.filter,
            marks: &self.marks,
            cause: self.cause.words(),
            most,
            lines: Vec::new(),
        };
        page.describe(self.row())
    }

    /// Lays the detail out where it is shown, so that drawing needs only the rows on the screen; a detail on the whole
    /// screen has so many columns.
    pub fn lay_out_detail(&mut self, columns: usize) {
        let whole = match self.view {
            ReadingView::Tree => false,
            ReadingView::Detail { .. } => true,
            ReadingView::Raw { .. } | ReadingView::Approving(_) => return,
        };
        let known = self.detail.take().filter(|layout| layout.holds(whole));
        let mut layout = known.unwrap_or_else(|| self.new_layout(whole));
        if whole {
            layout.lay_out_rows(columns);
        }
        self.detail = Some(layout);
    }

    fn new_layout(&self, whole: bool) -> DetailLayout {
        let most = if whole { usize::MAX } else { MOST_BELOW };
        DetailLayout::new(&self.describe(most), whole)
    }

    /// The detail as it is laid out, or laid out for once.
    pub fn detail_layout(&self, whole: bool) -> Cow<'_, DetailLayout> {
        let known = self.detail.as_ref().filter(|layout| layout.holds(whole));
        known.map_or_else(|| Cow::Owned(self.new_layout(whole)), Cow::Borrowed)
    }

    /// Takes a key that the table knows.
    fn act(
        &mut self,
        action: Action,
        cluster: &str,
        context: &mut ScreenContext<'_>,
    ) -> ReviewAction {
        if action != Action::Accept {
            self.search.give_up();
        }
        if self.search.typing().is_some() {
            self.act_on_search(action);
            return ReviewAction::Nothing;
        }
        match &mut self.view {
            ReadingView::Tree => return self.act_on_tree(action, cluster, context),
            ReadingView::Detail { top } => {
                let top = *top;
                self.act_on_detail(action, top, context.viewport);
            }
            ReadingView::Raw { top } => {
                let top = *top;
                self.act_on_raw(action, top, context.viewport);
            }
            ReadingView::Approving(approval) => match action {
                Action::Accept if approval.submit() => return ReviewAction::Approved,
                Action::Discard => self.view = ReadingView::Tree,
                _ => {}
            },
        }
        ReviewAction::Nothing
    }

    fn act_on_tree(
        &mut self,
        action: Action,
        cluster: &str,
        context: &mut ScreenContext<'_>,
    ) -> ReviewAction {
        match action {
            Action::Choose => self.choose(),
            Action::TurnBack => self.fold_all(false),
            Action::TurnOn => self.fold_all(true),
            Action::Raw => self.toggle_raw(),
            Action::Detail => self.view = ReadingView::Detail { top: 0 },
            Action::Find => self.start_search(),
            Action::FindNext => self.find_next(1),
            Action::FindBack => self.find_next(-1),
            Action::OnlyAction => self.advance_filter(FilterKind::Action),
            Action::OnlyCategory => self.advance_filter(FilterKind::Category),
            Action::OnlySeverity => self.advance_filter(FilterKind::Severity),
            Action::Return => self.go_back(),
            Action::NextUnread => self.next_unread(),
            Action::Approve => match self.unapprovable() {
                Some(reason) => *context.notice = Some(reason),
                None => self.view = ReadingView::Approving(Approval::new(cluster)),
            },
            Action::Back if !self.search.words().is_empty() => self.leave_search(),
            Action::Back if self.filter.is_active() => self.clear_filter(),
            Action::Back => return ReviewAction::Back,
            Action::OtherPane => return ReviewAction::OtherPane,
            Action::Again => return ReviewAction::Again,
            moving => self.step(moving.movement(context.viewport.page)),
        }
        ReviewAction::Nothing
    }

    fn act_on_detail(&mut self, action: Action, top: usize, room: Viewport) {
        self.view = match action {
            Action::Detail | Action::Back => ReadingView::Tree,
            Action::TurnBack | Action::TurnOn => {
                self.step(if action == Action::TurnOn { 1 } else { -1 });
                ReadingView::Detail { top: 0 }
            }
            moving => {
                let rows = self.detail_layout(true).height(room.columns);
                let top = scrolled(top, moving.movement(room.page), rows, room);
                ReadingView::Detail { top }
            }
        };
    }

    fn act_on_raw(&mut self, action: Action, top: usize, room: Viewport) {
        match action {
            Action::Back if !self.search.words().is_empty() => self.leave_search(),
            Action::Raw | Action::Back => self.toggle_raw(),
            Action::Find => self.start_search(),
            Action::FindNext => self.find_next(1),
            Action::FindBack => self.find_next(-1),
            moving => {
                let rows = self.content.raw.count();
                let top = scrolled(top, moving.movement(room.page), rows, room);
                self.view = ReadingView::Raw { top };
            }
        }
    }

    fn act_on_search(&mut self, action: Action) {
        match action {
            Action::Accept => self.search.end_typing(),
            Action::Discard => self.leave_search(),
            Action::Up => self.find_next(-1),
            Action::Down => self.find_next(1),
            _ => {}
        }
    }
}
