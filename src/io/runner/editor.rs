//! A text in the person's editor: a spec lies in the run folder of its cluster, answers in a folder for all that are edited.

use std::path::PathBuf;

use super::EffectTask;
use crate::core::fault::Fault;
use crate::io::editor::TextEditor;
use crate::io::files::private_folder;
use crate::io::kops::no_home;
use crate::io::settings::state_folder;
use crate::tui::effect::EditorRequest;
use crate::tui::event::{EditedText, Event};

impl EffectTask {
    pub(super) async fn open_editor(self, asked: EditorRequest) {
        let ended = self.edit(&asked).await;
        self.reply.send(Event::EditorEnded(ended));
    }

    async fn edit(&self, asked: &EditorRequest) -> Result<EditedText, Fault> {
        let editor = TextEditor::named()?;
        let folder = self.folder_of(asked)?;
        editor.edit(&folder, asked.name, &asked.text).await
    }

    fn folder_of(&self, asked: &EditorRequest) -> Result<PathBuf, Fault> {
        if let Some(cluster) = &asked.cluster {
            return Ok(self.folder(cluster)?.path().to_owned());
        }
        let folder = state_folder().ok_or_else(no_home)?.join("edited");
        private_folder(&folder)?;
        Ok(folder)
    }
}
