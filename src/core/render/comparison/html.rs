//! Two dry runs as one HTML page: what the newer one is warned of, then what was added, removed and changed.

use std::fmt::Write as _;

use super::{DryRunComparison, Section, difference_lines, sides};
use crate::core::kops::dry_run::{ChangeAction, DryRunSide, FieldDifference, Resource};
use crate::core::render::escaped;
use crate::core::render::html::parts;
use crate::core::render::html::parts::{END, class};
use crate::core::render::wording::render_field;
use crate::core::text::prose::counted;

impl DryRunComparison {
    /// As one self-contained HTML page; every text from outside is made visible and escaped.
    pub fn to_html(&self) -> String {
        let (_, ending) = self.endings;
        let lead = format!(
            "<p class=\"lead\">compared with an older dry run: {}</p>",
            self.counts()
        );
        let mut page = HtmlComparison {
            text: parts::head(&self.title, ending, &lead),
        };
        page.findings(self);
        page.resources(self, "Added", DryRunSide::Second);
        page.resources(self, "Removed", DryRunSide::First);
        page.changed(self);
        page.dry_run(self);
        page.text.push_str(END);
        page.text
    }
}

struct HtmlComparison {
    text: String,
}

impl HtmlComparison {
    fn title(&mut self, title: &str) {
        let _ = writeln!(self.text, "<h2>{title}</h2>");
    }

    fn findings(&mut self, comparison: &DryRunComparison) {
        if comparison.findings.is_empty() {
            return self.title("No new findings");
        }
        self.title("New findings");
        for new in &comparison.findings {
            let names = new.resources.iter().filter(|title| !title.is_empty());
            let names = names.map(|title| format!("<code>{}</code>", escaped::html(title)));
            parts::finding(&mut self.text, &new.finding, names);
        }
    }

    fn resources(&mut self, comparison: &DryRunComparison, title: &str, wanted: DryRunSide) {
        let mut only = comparison.only(wanted).peekable();
        if only.peek().is_some() {
            self.title(title);
        }
        only.for_each(|resource| self.resource(resource));
    }

    fn resource(&mut self, resource: &Resource) {
        self.name(resource.action, &resource.title(), resource.action.word());
        if resource.fields.is_empty() {
            return;
        }
        let fields = counted(resource.fields.len(), "field");
        let _ = write!(
            self.text,
            "<details class=\"alike\"><summary>{fields}</summary><div>"
        );
        for field in &resource.fields {
            let name = escaped::html(&field.name);
            let _ = write!(self.text, "<div class=\"field\"><code>{name}</code> ");
            parts::value(&mut self.text, &field.name, &render_field(field));
            self.text.push_str("</div>\n");
        }
        self.text.push_str("</div></details>\n");
    }

    fn name(&mut self, action: ChangeAction, title: &str, word: &str) {
        let (class, sign, title) = (class(action), action.sign(), escaped::html(title));
        let _ = writeln!(
            self.text,
            "<div class=\"name {class}\"><span class=\"sign\">{sign}</span>{title} <span class=\"why\">{word}</span></div>"
        );
    }

    fn changed(&mut self, comparison: &DryRunComparison) {
        let mut last = None;
        for difference in comparison.fields() {
            if last.is_none() {
                self.title("Changed");
            }
            let (action, kind, name) = difference.whose();
            if last.replace(difference.whose()) != Some(difference.whose()) {
                self.name(action, &format!("{kind}/{name}"), action.word());
            }
            self.sides(difference);
        }
    }

    fn sides(&mut self, difference: &FieldDifference) {
        let name = &difference.field;
        let _ = write!(
            self.text,
            "<div class=\"fields\"><code>{}</code></div>\n<dl class=\"sides\">",
            escaped::html(name)
        );
        for (word, shown) in sides(difference) {
            let _ = write!(self.text, "<dt>{word}</dt><dd>");
            match shown {
                Some(shown) => parts::value(&mut self.text, name, &shown),
                None => self.text.push_str("<span class=\"why\">not changed</span>"),
            }
            self.text.push_str("</dd>");
        }
        self.text.push_str("</dl>\n");
    }

    /// What is different in the dry run itself: lines not understood, and how it ends.
    fn dry_run(&mut self, comparison: &DryRunComparison) {
        let other = comparison.differences_in(Section::DryRun);
        let lines: Vec<String> = other
            .flat_map(|one| difference_lines(one, comparison.endings))
            .collect();
        if !lines.is_empty() {
            self.title("The dry run itself");
            parts::lines(&mut self.text, lines.into_iter());
        }
    }
}
