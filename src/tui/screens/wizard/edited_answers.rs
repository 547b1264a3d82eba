//! The answers as a text that a person edits in an editor: taken whole, or left as they were with the reason.

use super::Wizard;
use super::change::follow_up;
use super::set_answers::SetAnswers;
use crate::core::answers::Answers;
use crate::core::fault::Fault;
use crate::core::text::prose::sentences;
use crate::core::text::suggestion::did_you_mean;
use crate::tui::effect::{EditorRequest, Effect};
use crate::tui::event::EditedText;
use crate::tui::notice::Notice;
use crate::tui::screen_context::ScreenContext;
use crate::tui::screens::wizard::preview::preview;
use crate::tui::screens::wizard::{WizardPurpose, WizardStep};

/// The file's name, as the editor shows it.
const FILE: &str = "edited_answers.yml";

const OPENS: &str = "ctrl-e";

/// A text that could not be taken, until an answer is changed otherwise.
#[derive(Clone, Debug)]
pub(super) struct RefusedText {
    text: String,
    /// Why, and where the text is kept, in sentences.
    words: String,
}

impl Wizard {
    /// Opens the answers in the person's editor; what was typed and refused is opened again as it was typed.
    pub(super) fn open_answers(&self) -> Vec<Effect> {
        let typed = self
            .refused_text
            .as_ref()
            .map(|refused| refused.text.clone());
        vec![Effect::OpenEditor(EditorRequest {
            cluster: None,
            name: FILE,
            text: typed.unwrap_or_else(|| self.answers_text()),
        })]
    }

    /// Why the text that was typed last could not be taken, until that is settled.
    pub fn refused_text(&self) -> Option<&str> {
        self.refused_text
            .as_ref()
            .map(|refused| refused.words.as_str())
    }

    // An edit is of its cluster, whatever a text says.
    fn read_edited(&self, text: &str) -> Result<Answers, String> {
        let read = Answers::parse(text).map_err(|error| error.to_string())?;
        let now = &self.answers;
        let places = [
            ("cluster", &now.cluster, &read.cluster),
            ("stateStore", &now.state_store, &read.state_store),
            ("region", &now.region, &read.region),
        ];
        let moved = places.into_iter().find(|(_, now, read)| now != read);
        match moved.filter(|_| self.edited().is_some()) {
            Some((key, now, read)) => Err(format!(
                "{key} is {now} in the cluster that is edited, and {} is asked for; it is fixed",
                if read.is_empty() { "none" } else { read }
            )),
            None => Ok(read),
        }
    }
}

/// Takes the answers as the editor left them; a text that is none leaves them as they were.
pub(crate) fn take_answers(
    wizard: &mut Wizard,
    result: Result<EditedText, Fault>,
    context: &mut ScreenContext<'_>,
) -> Vec<Effect> {
    let edited = match result {
        Ok(edited) => edited,
        Err(fault) => {
            *context.notice = Some(Notice::blocked(fault.whole()));
            return Vec::new();
        }
    };
    let answers = match wizard.read_edited(&edited.text) {
        Ok(answers) => answers,
        Err(why) => {
            wizard.refused_text = Some(refused(&why, edited));
            return Vec::new();
        }
    };
    wizard.refused_text = None;
    if answers == wizard.answers {
        *context.notice = Some(Notice::look("The answers were not changed in the editor"));
        return Vec::new();
    }
    *context.notice = Some(Notice::good(
        "The answers are as the editor left them; ctrl-u takes that back",
    ));
    let before = wizard.answers.clone();
    wizard.replace_answers(
        answers,
        "the answers are as they were before the editor".to_owned(),
    );
    let rows = wizard.fields().len();
    wizard.form_mut().step(0, rows);
    let mut effects = follow_up(wizard, &before, context.at);
    if wizard.step == WizardStep::Review {
        effects.extend(preview(wizard, context.at));
    }
    effects
}

fn refused(why: &str, edited: EditedText) -> RefusedText {
    let file = edited.file.display().to_string();
    let words = sentences(&[
        "The edited answers cannot be taken, and stay as they were",
        &shortened(why),
        &format!("{OPENS} opens them again as they were typed; they are kept in {file}"),
    ]);
    let text = edited.text;
    RefusedText { text, words }
}

// The reader names every key that there is before it says where: of them the nearest is enough.
fn shortened(why: &str) -> String {
    let long = why.split_once(", expected one of ");
    let Some((unknown, rest)) = long else {
        return why.to_owned();
    };
    let (known, place) = rest.rsplit_once(" at line ").unwrap_or((rest, ""));
    let known = known.split(", ").map(|key| key.trim_matches('`'));
    let name = unknown.split('`').nth(1).unwrap_or_default();
    let near = did_you_mean(name, known);
    match place {
        "" => format!("{unknown}{near}"),
        place => format!("{unknown} at line {place}{near}"),
    }
}

impl WizardPurpose {
    /// Which answers of a text that was read a person has set.
    pub(super) fn set_by(&self, answers: &Answers) -> SetAnswers {
        match self {
            Self::Create => SetAnswers::from_file(answers),
            Self::Edit(_) => SetAnswers::from_cluster(answers),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn an_unknown_key_is_named_with_its_line_and_the_nearest_key() {
        for (why, short) in [
            (
                "unknown field `zoness`, expected one of `cluster`, `zones` at line 2 column 1",
                "unknown field `zoness` at line 2 column 1; did you mean zones?",
            ),
            (
                "unknown field `x`, expected one of `cluster`, `zones`",
                "unknown field `x`",
            ),
            (
                "invalid type at line 3 column 1",
                "invalid type at line 3 column 1",
            ),
        ] {
            assert_eq!(shortened(why), short);
        }
    }
}
