//! Two reports as one HTML page: what the newer one is warned of, then what came, went and changed.

use std::fmt::Write as _;

use super::{Comparison, said, side_shown};
use crate::core::findings::fold;
use crate::core::review::html::parts::{self, END, class, escaped};
use crate::core::review::shown::shown;
use crate::core::review::{Action, Change, Difference, Resource, Side};
use crate::core::untrusted::Untrusted;

impl Comparison {
    /// As one self-contained HTML page; every text from outside is made visible and escaped.
    pub fn to_html(&self) -> String {
        let (_, ending) = self.endings;
        let lead = format!(
            "<p class=\"lead\">compared with an older report: {}</p>",
            self.counts()
        );
        let mut page = Page {
            text: parts::head(&self.title, ending, &lead),
        };
        page.findings(self);
        page.resources(self, "Came", Side::Second);
        page.resources(self, "Went", Side::First);
        page.changed(self);
        page.report(self);
        page.text.push_str(END);
        page.text
    }
}

struct Page {
    text: String,
}

impl Page {
    fn title(&mut self, title: &str) {
        let _ = writeln!(self.text, "<h2>{title}</h2>");
    }

    fn findings(&mut self, comparison: &Comparison) {
        let folded = fold(&comparison.findings);
        if folded.is_empty() {
            return self.title("Nothing new to look at");
        }
        self.title("New to look at");
        let name = |title: &str| format!("<code>{}</code>", escaped(title));
        for one in &folded {
            parts::finding(&mut self.text, one, name);
        }
    }

    fn resources(&mut self, comparison: &Comparison, title: &str, wanted: Side) {
        let mut only = comparison.differences.iter().filter_map(|one| match one {
            Difference::Only { side, resource } if *side == wanted => Some(resource),
            _ => None,
        });
        let Some(first) = only.next() else {
            return;
        };
        self.title(title);
        for resource in std::iter::once(first).chain(only) {
            self.resource(resource);
        }
    }

    fn resource(&mut self, resource: &Resource) {
        self.name(resource.action, &resource.title(), resource.action.word());
        if resource.fields.is_empty() {
            return;
        }
        let fields = match resource.fields.len() {
            1 => "1 field".to_owned(),
            many => format!("{many} fields"),
        };
        let _ = write!(
            self.text,
            "<details class=\"alike\"><summary>{fields}</summary><div>"
        );
        for field in &resource.fields {
            let name = escaped(&field.name);
            let _ = write!(self.text, "<div class=\"field\"><code>{name}</code> ");
            parts::value(&mut self.text, &field.name, &shown(field));
            self.text.push_str("</div>\n");
        }
        self.text.push_str("</div></details>\n");
    }

    fn name(&mut self, action: Action, title: &str, word: &str) {
        let (class, sign, title) = (class(action), action.sign(), escaped(title));
        let _ = writeln!(
            self.text,
            "<div class=\"name {class}\"><span class=\"sign\">{sign}</span>{title} <span class=\"why\">{word}</span></div>"
        );
    }

    fn changed(&mut self, comparison: &Comparison) {
        let mut last: Option<(Action, &str, &Untrusted)> = None;
        for difference in &comparison.differences {
            let Difference::Field {
                action,
                kind,
                name,
                field,
                first,
                second,
            } = difference
            else {
                continue;
            };
            if last.is_none() {
                self.title("Changed");
            }
            let whose = (*action, kind.as_str(), name);
            if last != Some(whose) {
                self.name(*action, &format!("{kind}/{name}"), action.word());
                last = Some(whose);
            }
            self.sides(field, first.as_ref(), second.as_ref());
        }
    }

    fn sides(&mut self, name: &str, first: Option<&Change>, second: Option<&Change>) {
        let _ = write!(
            self.text,
            "<div class=\"fields\"><code>{}</code></div>\n<dl class=\"sides\">",
            escaped(name)
        );
        for (word, change) in [("was", first), ("now", second)] {
            let _ = write!(self.text, "<dt>{word}</dt><dd>");
            match side_shown(name, change) {
                Some(shown) => parts::value(&mut self.text, name, &shown),
                None => self.text.push_str("<span class=\"why\">not changed</span>"),
            }
            self.text.push_str("</dd>");
        }
        self.text.push_str("</dl>\n");
    }

    /// What is different in the report itself: lines not understood, and how it ends.
    fn report(&mut self, comparison: &Comparison) {
        let other = comparison.differences.iter().filter(|one| {
            matches!(
                one,
                Difference::Unread { .. } | Difference::Ending | Difference::Basis(_)
            )
        });
        let said = other.flat_map(|one| said(one, comparison.endings).1);
        let lines: Vec<String> = said.collect();
        if !lines.is_empty() {
            self.title("The report itself");
            parts::lines(&mut self.text, lines.into_iter());
        }
    }
}
