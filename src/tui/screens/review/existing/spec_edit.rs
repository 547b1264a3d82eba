//! A stored spec that a person edits as a text: opened in the editor, checked, previewed on a scratch store, and replaced
//! once its dry run was approved.

use super::ExistingReview;
use crate::core::analysis::edited_spec::{check_edited, editable, says_the_same};
use crate::core::approval::facts::FactDifference;
use crate::core::approval::replaced::{ClusterParts, with_stored_metadata};
use crate::core::approval::stored_spec::changes;
use crate::core::cluster_name::ClusterName;
use crate::core::fault::Fault;
use crate::core::kops::command::CommandLine;
use crate::core::text::prose::sentences;
use crate::core::text::untrusted::visible;
use crate::tui::cluster_target::ClusterTarget;
use crate::tui::effect::{EditorRequest, Effect, FactsOf, PreviewRequest};
use crate::tui::event::{CommandOutput, EditedText, Timestamp};
use crate::tui::job::Job;
use crate::tui::notice::Notice;
use crate::tui::screen_context::ScreenContext;
use crate::tui::screens::approval::facts_status::FactsStatus;
use crate::tui::screens::review::{ReplacedSpec, Review, SpecReplacement};

/// The file's name, as the editor shows it.
const FILE: &str = "edited_spec.yml";

/// Differences of the stored spec that are named; of more only the number is.
const MOST: usize = 4;

/// The edit of a stored spec as a text.
#[derive(Clone, Debug, Default)]
pub struct SpecEdit {
    stage: EditStage,
    /// Whether it began over the dry run of the stored spec.
    over_review: bool,
    /// The spec as the state store has it; empty until it was read.
    stored: String,
    /// The text as the editor left it last; absent while it says what the store has.
    typed: Option<EditedText>,
    /// The spec as kops gets it.
    sent: String,
    /// What kops made of it on the scratch store.
    made: String,
    replaced: ReplacedSpec,
}

/// How far it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum EditStage {
    /// The stored spec is asked for, and opened then.
    #[default]
    Opening,
    /// The editor has it.
    Editing,
    /// The editor left it as the store has it.
    Unchanged,
    /// It cannot be sent as it is.
    Refused,
    /// The stored spec is asked for once more, to be compared with the one that was opened.
    Comparing,
    /// kops makes the dry run.
    Previewing,
    Previewed,
}

impl SpecEdit {
    /// The spec as the state store has it.
    pub fn stored(&self) -> &str {
        &self.stored
    }

    /// The spec as kops gets it.
    pub fn sent(&self) -> &str {
        &self.sent
    }

    /// What kops made of it on the scratch store.
    pub fn made(&self) -> &str {
        &self.made
    }

    /// Whether the editor left the spec as it was.
    pub fn is_unchanged(&self) -> bool {
        self.stage == EditStage::Unchanged
    }

    /// Whether the dry run is that of an edited spec, and not kops's word on the stored one.
    pub fn is_previewed(&self) -> bool {
        matches!(self.stage, EditStage::Previewing | EditStage::Previewed)
    }

    /// Whether the dry run of the stored spec is what is shown: nothing was typed yet.
    pub fn is_over_review(&self) -> bool {
        self.over_review && self.typed.is_none() && self.sent.is_empty()
    }

    fn text(&self) -> String {
        let typed = self.typed.as_ref().map(|typed| typed.text.clone());
        typed.unwrap_or_else(|| editable(&self.stored))
    }
}

impl ExistingReview {
    /// The spec of a cluster of the state store, to be opened in the person's editor.
    pub fn editing(cluster: ClusterName, target: ClusterTarget) -> Self {
        Self {
            edit: Some(Box::default()),
            ..Self::new(Some(cluster), target)
        }
    }

    /// Opens the spec in the person's editor: as it was typed last, else as the state store has it, once that is read.
    pub(in crate::tui) fn open_editor(&mut self, context: &mut ScreenContext<'_>) -> Vec<Effect> {
        if self.edit.is_none() {
            self.edit = Some(Box::new(SpecEdit {
                over_review: true,
                stored: self.spec.clone(),
                ..SpecEdit::default()
            }));
        }
        let edit = self.edit.get_or_insert_default();
        if edit.stored.is_empty() {
            return self.ask_stored(EditStage::Opening, context.at);
        }
        edit.stage = EditStage::Editing;
        let text = edit.text();
        vec![Effect::OpenEditor(EditorRequest {
            cluster: self.cluster.clone(),
            name: FILE,
            text,
        })]
    }

    /// Asks for what the present stage needs, from its beginning.
    pub(super) fn ask_for_edit(&mut self, at: Timestamp) -> Vec<Effect> {
        if self.edit.as_ref().is_some_and(|edit| edit.is_previewed()) {
            return self.ask_stored(EditStage::Comparing, at);
        }
        self.ask_stored(EditStage::Opening, at)
    }

    fn ask_stored(&mut self, stage: EditStage, at: Timestamp) -> Vec<Effect> {
        self.review = Review::asked(at);
        let Some(cluster) = self.cluster.clone() else {
            return Vec::new();
        };
        self.edit.get_or_insert_default().stage = stage;
        let get_all = CommandLine::get_all(&cluster);
        let stored = self.kops(&cluster, Job::ReadBefore, get_all);
        let identify = Effect::Identify(self.target.clone());
        vec![Effect::clock(), stored, identify]
    }

    /// Takes the spec of the state store: it is opened, or compared with the one that was opened and previewed.
    pub(in crate::tui) fn take_stored(
        &mut self,
        result: Result<CommandOutput, Fault>,
        context: &mut ScreenContext<'_>,
    ) -> Vec<Effect> {
        let stored = match result {
            Ok(output) if output.succeeded() => {
                ClusterParts::read(&output.stdout).map(|_| output.stdout)
            }
            Ok(output) => Err(self.not_stored(&output)),
            Err(fault) => Err(fault),
        };
        let stored = match stored {
            Ok(stored) => stored,
            Err(fault) => return self.refuse(fault),
        };
        let mut effects = Vec::new();
        if self.move_to_its_region(&stored, context) {
            effects.push(Effect::Identify(self.target.clone()));
        }
        effects.extend(self.go_on_with(stored, context));
        effects
    }

    // A text that was typed is not sent, nor opened, over what others have stored since.
    fn go_on_with(&mut self, stored: String, context: &mut ScreenContext<'_>) -> Vec<Effect> {
        let edit = self.edit.get_or_insert_default();
        let stage = edit.stage;
        if !matches!(stage, EditStage::Opening | EditStage::Comparing) {
            return Vec::new();
        }
        let before = std::mem::replace(&mut edit.stored, stored);
        if edit.typed.is_some() {
            match changes(&before, &edit.stored) {
                Ok(found) if found.is_empty() => {}
                Ok(found) => return self.refuse(changed_meanwhile(&found)),
                Err(fault) => return self.refuse(fault),
            }
        } else {
            self.spec = editable(&edit.stored);
        }
        if stage == EditStage::Opening {
            self.open_editor(context)
        } else {
            self.preview(context.at)
        }
    }

    /// Takes the text as the editor left it, or why there is none.
    pub(in crate::tui) fn take_text(
        &mut self,
        result: Result<EditedText, Fault>,
        context: &mut ScreenContext<'_>,
    ) -> Vec<Effect> {
        let name = self.name().to_owned();
        let edit = self.edit.get_or_insert_default();
        let is_over_review = edit.is_over_review();
        let edited = match result {
            Ok(edited) => edited,
            Err(fault) if is_over_review => {
                return self.end_edit(Notice::blocked(fault.whole()), context);
            }
            // A dry run that was made of an earlier text stays.
            Err(fault) if self.review.reading().is_some() => {
                edit.stage = EditStage::Previewed;
                *context.notice = Some(Notice::blocked(fault.whole()));
                return Vec::new();
            }
            Err(fault) => return self.refuse(fault),
        };
        let same = says_the_same(&editable(&edit.stored), &edited.text);
        if same && is_over_review {
            let fault = unchanged();
            let notice = Notice::look(sentences(&[&fault.what]));
            return self.end_edit(notice, context);
        }
        if same {
            edit.typed = None;
            self.refuse(unchanged());
            self.edit.get_or_insert_default().stage = EditStage::Unchanged;
            return Vec::new();
        }
        let checked = check_edited(&name, &edit.stored, &edited.text);
        let checked = checked.map_err(|fault| kept(fault, &edited));
        self.spec.clone_from(&edited.text);
        edit.typed = Some(edited);
        match checked {
            Ok(()) => self.ask_stored(EditStage::Comparing, context.at),
            Err(fault) => self.refuse(fault),
        }
    }

    // The dry run of the stored spec is shown again.
    fn end_edit(&mut self, notice: Notice, context: &mut ScreenContext<'_>) -> Vec<Effect> {
        self.edit = None;
        *context.notice = Some(notice);
        Vec::new()
    }

    fn refuse(&mut self, fault: Fault) -> Vec<Effect> {
        self.edit.get_or_insert_default().stage = EditStage::Refused;
        self.review = Review::answered(Err(fault), &self.target.copied());
        Vec::new()
    }

    fn preview(&mut self, at: Timestamp) -> Vec<Effect> {
        let (Some(edit), Some(cluster)) = (&mut self.edit, self.cluster.clone()) else {
            return Vec::new();
        };
        edit.stage = EditStage::Previewing;
        edit.sent = with_stored_metadata(&edit.text(), &edit.stored);
        self.review = Review::asked(at);
        self.facts = FactsStatus::Asking;
        let facts = FactsOf {
            target: self.target.clone(),
            cluster: cluster.clone(),
            spec: edit.sent.clone(),
            key: false,
        };
        let preview = PreviewRequest {
            cluster,
            spec: edit.sent.clone(),
            replaces: Some(edit.stored.clone()),
            target: self.target.clone(),
        };
        vec![
            Effect::clock(),
            Effect::Preview(preview),
            Effect::ReadFacts(facts),
        ]
    }

    /// Takes the end of a preview, with what the replace changes of the stored spec.
    pub(in crate::tui) fn take_preview(&mut self, result: Result<CommandOutput, Fault>) {
        let copied = self.target.copied().about(self.name());
        let Some(edit) = self
            .edit
            .as_mut()
            .filter(|edit| edit.stage == EditStage::Previewing)
        else {
            return;
        };
        edit.stage = EditStage::Previewed;
        edit.made = result
            .as_ref()
            .map(|ended| ended.made.clone())
            .unwrap_or_default();
        self.review = Review::answered(result, &copied);
        if self.review.reading().is_none() {
            return;
        }
        match ReplacedSpec::read(&edit.stored, &edit.made, &self.spec) {
            Ok(replaced) => {
                let replacement = SpecReplacement::of_edit(!replaced.stays());
                self.review
                    .show_planned(&self.spec, replaced.problems(), replacement);
                edit.replaced = replaced;
            }
            Err(fault) => self.review = Review::answered(Err(copied.fault(fault)), &copied),
        }
    }
}

fn unchanged() -> Fault {
    Fault::new(
        "the spec was not changed, so nothing is done",
        "the editor left it as the state store has it",
        "open it again, or go back",
    )
}

fn kept(fault: Fault, edited: &EditedText) -> Fault {
    let remedy = format!(
        "{}; it is kept in {}",
        fault.remedy,
        visible(&edited.file.display().to_string())
    );
    Fault { remedy, ..fault }
}

fn changed_meanwhile(found: &[FactDifference]) -> Fault {
    let named = found.iter().take(MOST).map(|one| visible(&one.name));
    let more = found.len().saturating_sub(MOST);
    let more = (more > 0).then(|| format!("{more} more"));
    Fault::new(
        "the spec in the state store was changed while it was edited",
        format!(
            "others are now: {}; what was typed would put them back",
            named.chain(more).collect::<Vec<_>>().join(", ")
        ),
        "open it again as it was typed, take these changes in, and save it",
    )
}
