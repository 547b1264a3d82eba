//! A dry run that is read: its parts, and the keys that move through them.

use std::borrow::Cow;

use super::ReviewAction;
use super::cause_link::CauseLink;
use super::compare::ApprovalComparison;
use super::content::ReviewContent;
use super::detail::layout::{DetailLayout, MOST_BELOW};
use super::detail::{DetailLine, DetailPage};
use super::filter::{Filter, FilterKind};
use super::raw_text::RawText;
use super::read_marks::{ReadMarks, ReadState};
use super::search::{Search, SearchPlace, SearchScope, WantedMatch};
use super::selection::Selection;
use super::tree::{Fold, Tree, TreeRow};
use crate::core::analysis::findings::{Finding, findings_of_plan};
use crate::core::analysis::grouping::GroupedBy;
use crate::core::cluster::instance_groups;
use crate::core::kops::dry_run::{DryRun, Ending};
use crate::core::problem::Problem;
use crate::core::render::html::to_html;
use crate::core::render::markdown::to_markdown;
use crate::core::render::outline::Outline;
use crate::core::text::prose::counted;
use crate::tui::effect::{Effect, ReportFile};
use crate::tui::form;
use crate::tui::keymap::Action;
use crate::tui::notice::Notice;
use crate::tui::screen_context::{ScreenContext, Viewport};
use crate::tui::screens::approval::Approval;

/// What an edit says that changes nothing.
pub const NOTHING: &str = "nothing to change: the stored spec stays, and AWS is as it says";

/// What an edit says that AWS does not see.
const ONLY_SPEC: &str = "only the stored spec changes, and nothing in AWS";

/// What an approval would do to the spec in the state store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SpecReplacement {
    /// It is not replaced: a plan makes a new one, an update takes it as it is.
    #[default]
    NotReplaced,
    /// It is replaced by one that says the same.
    Same,
    Other,
}

impl SpecReplacement {
    /// That of an edit.
    pub fn of_edit(changes: bool) -> Self {
        if changes { Self::Other } else { Self::Same }
    }
}

/// How many lines are copied at most: more than a terminal takes at once.
const MOST_COPIED: usize = 1_000;

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
    pub content: ReviewContent,
    pub tree: Tree,
    pub selection: Selection,
    pub marks: ReadState,
    pub search: Search,
    pub filter: Filter,
    /// What the row under the cursor says, laid out; absent until it is asked for.
    detail: Option<DetailLayout>,
    pub cause: CauseLink,
    /// What the plan warned of.
    planned: Vec<Finding>,
    grouped_by: GroupedBy,
    replacement: SpecReplacement,
    /// Whether the groups that the screen has room for were opened.
    unfolded: bool,
    pub view: ReadingView,
}

impl Reading {
    /// A dry run not read yet: what it means and findings first, every group folded.
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
            grouped_by: GroupedBy::default(),
            replacement: SpecReplacement::default(),
            unfolded: false,
            view: ReadingView::Tree,
        };
        reading.lay_out();
        reading.go_to_start();
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

    /// Takes what an edit does to the stored spec; one that changes nothing there or nothing in AWS says so first.
    pub fn set_replacement(&mut self, replacement: SpecReplacement) {
        self.replacement = replacement;
        let first = match () {
            () if self.changes_nothing() => NOTHING,
            () if self.changes_only_spec() => ONLY_SPEC,
            () => return,
        };
        let outline = &mut self.content.outline;
        outline.headline = format!("{first}; {}", outline.headline);
    }

    /// Whether an edit changes nothing: neither the stored spec nor anything in AWS beside noise.
    pub fn changes_nothing(&self) -> bool {
        let same = self.leaves_aws() || self.dry_run().only_noise();
        self.replacement == SpecReplacement::Same && same
    }

    /// Whether an edit changes the stored spec and nothing in AWS, such as how a rolling update goes.
    pub fn changes_only_spec(&self) -> bool {
        self.replacement == SpecReplacement::Other && self.leaves_aws()
    }

    fn leaves_aws(&self) -> bool {
        let dry_run = self.dry_run();
        dry_run.ending == Ending::NoChanges && !dry_run.changes()
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
        // Nobody has seen it yet.
        if !self.unfolded {
            self.go_to_start();
        }
        self.restart_search();
    }

    /// Why the dry run cannot be approved yet, if it cannot.
    pub fn unapprovable(&self) -> Option<String> {
        if self.changes_nothing() {
            return Some(format!("{NOTHING}: there is nothing to approve"));
        }
        let (dry_run, unread) = (self.dry_run(), self.dry_run().unread.len());
        if !dry_run.changes() && unread == 0 && !self.changes_only_spec() {
            return Some("no changes: there is nothing to approve".to_owned());
        }
        (unread > 0 && !self.marks.raw).then(|| {
            let were = if unread == 1 { "was" } else { "were" };
            let lines = counted(unread, "line");
            format!("{lines} {were} not understood: read the raw text first (r), then approve")
        })
    }

    // Below what is built or changed, which needs no reading.
    fn go_to_start(&mut self) {
        let mut rows = self.tree.rows().iter();
        let start = rows.find(|row| !matches!(row, TreeRow::Meaning(_)));
        self.selection.go_to(start.copied(), &self.tree);
        self.follow_cursor();
    }

    /// Opens the groups that so many rows have room for, once.
    pub fn unfold(&mut self, rows: usize) {
        if !std::mem::replace(&mut self.unfolded, true) && self.content.comparison.is_none() {
            self.tree.open_fitting(&self.content.outline, rows);
            self.lay_out();
        }
    }

    /// Groups the resources by the next of category, instance group and zone; the cursor stays on its resource.
    fn regroup(&mut self, room: usize) {
        let resource = self.row().and_then(|row| self.resource_of(row));
        let resource = resource.filter(|_| !matches!(self.row(), Some(TreeRow::Finding(_))));
        let row = self.row();
        self.grouped_by = self.grouped_by.next();
        self.content.outline.regroup(self.grouped_by);
        self.tree = Tree::new(&self.content.outline);
        self.tree.lay_out(&self.content, self.filter);
        self.tree.open_fitting(&self.content.outline, room);
        self.lay_out();
        match (resource, row) {
            (Some(resource), _) => self.go_to(TreeRow::Resource(resource)),
            (None, Some(row @ (TreeRow::Finding(_) | TreeRow::Meaning(_)))) => self.go_to(row),
            (None, _) => self.go_to_start(),
        }
        self.restart_search();
    }

    /// By what the resources are grouped.
    pub fn grouped_by(&self) -> GroupedBy {
        self.grouped_by
    }

    // What is under the cursor, whole, for the clipboard.
    fn copied(&self) -> String {
        let lines = self.describe(MOST_COPIED);
        let lines = lines
            .iter()
            .map(|line| format!("{}{}{}", "  ".repeat(line.indent), line.sign, line.text));
        lines.collect::<Vec<_>>().join("\n")
    }

    fn copy(&self, context: &mut ScreenContext<'_>) -> ReviewAction {
        let text = self.copied();
        let first = text.lines().next().unwrap_or_default();
        let more = match text.lines().count().saturating_sub(1) {
            0 => String::new(),
            more => format!(" and {}", counted(more, "more line")),
        };
        *context.notice = Some(Notice::good(format!("copied: {first}{more}")));
        ReviewAction::Do(Box::new(Effect::Copy(text)))
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
            TreeRow::Meaning(_) | TreeRow::UnreadLine(_) | TreeRow::Noise(_) => return,
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
    pub(super) fn go_to(&mut self, row: TreeRow) {
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
            self.marks.raw = true;
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
    pub(super) fn act(
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
            Action::Order => self.regroup(context.viewport.tree_rows()),
            Action::Copy => return self.copy(context),
            Action::SaveMarkdown => return saved(cluster, "md", to_markdown(self.outline())),
            Action::SaveHtml => return saved(cluster, "html", to_html(self.outline())),
            Action::Return => self.go_back(),
            Action::NextUnread => self.next_unread(),
            Action::Approve => match self.unapprovable() {
                Some(reason) => *context.notice = Some(Notice::blocked(reason)),
                None => self.view = ReadingView::Approving(Approval::new(cluster)),
            },
            Action::Back if !self.search.words().is_empty() => self.leave_search(),
            Action::Back if self.filter.is_active() => self.clear_filter(),
            Action::Back => return ReviewAction::Back,
            Action::OtherPane => return ReviewAction::OtherPane,
            Action::Again => return ReviewAction::Again,
            Action::Fix => return ReviewAction::Fix,
            Action::OpenEditor => return ReviewAction::OpenEditor,
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

fn saved(cluster: &str, kind: &str, text: String) -> ReviewAction {
    let name = match cluster {
        "" => format!("kops-update.{kind}"),
        cluster => format!("kops-update-{cluster}.{kind}"),
    };
    let file = ReportFile { name, text };
    ReviewAction::Do(Box::new(Effect::SaveReport(file)))
}

/// The first row shown after a movement: the last page stays full, unless a search went beyond it.
fn scrolled(top: usize, by: isize, rows: usize, room: Viewport) -> usize {
    let last = rows.saturating_sub(room.page.unsigned_abs()).max(top);
    form::stepped(top, by, last + 1)
}
