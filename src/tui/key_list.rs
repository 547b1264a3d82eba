//! Every key of every screen as a list: what `kopswain keys` prints and docs/keys.md has.

use std::fmt::Write as _;

use strum::VariantArray;

use super::keymap::{Binding, Context};
use super::keys::{EVERYWHERE, bindings};

/// The keys of one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySection {
    pub title: &'static str,
    /// What is pressed, and what it does there.
    pub keys: Vec<(String, &'static str)>,
}

const fn title(context: Context) -> &'static str {
    match context {
        Context::Form => "Wizard: a row that is only read",
        Context::FormText => "Wizard: a row that is typed",
        Context::FormListed => "Wizard: a row that is typed or picked",
        Context::FormCidr => "Wizard: the CIDR of a subnet",
        Context::FormCustomCidr => "Wizard: a custom CIDR of a subnet",
        Context::FormFixedCell => "Wizard: a fixed cell of the network",
        Context::FormChoice => "Wizard: a row with a few values",
        Context::FormSetChoice => "Wizard: a row with a few values, of which one was set",
        Context::FormChoiceListed => "Wizard: a row with a list of values",
        Context::FormMark => "Wizard: a zone",
        Context::FormSetMark => "Wizard: a zone, where zones were set",
        Context::FormOne => "Wizard: one of several, such as a VPC",
        Context::FormPick => "Wizard: a row with a list",
        Context::FormSubnet => "Wizard: a subnet that exists",
        Context::FormGroup => "Wizard: an instance group",
        Context::FormAct => "Wizard: add an instance group",
        Context::Typing => "Wizard: while typing",
        Context::Picking => "Wizard: while picking from a list",
        Context::PickingSeveral => "Wizard: while picking several from a list",
        Context::Spec => "Wizard: the spec",
        Context::Map => "Wizard: the address map",
        Context::ReviewSpec => "Review: the spec",
        Context::Waiting => "Review: while kops works",
        Context::Review => "Review: the changes",
        Context::StoredWaiting => "Review of a cluster that exists: while kops works",
        Context::StoredReview => "Review of a cluster that exists: the changes",
        Context::Differing => "Review: a dry run that differs from the approved one",
        Context::DryRunFile => "Review: a dry run from a file",
        Context::Detail => "Review: a detail",
        Context::Raw => "Review: the text of kops",
        Context::Finding => "Review: while searching",
        Context::Approving => "Approval: the name is typed",
        Context::Given => "Approval: what it depends on is being read",
        Context::Apply => "Run: kops works",
        Context::ApplyLeft => "Run: it may be resumed",
        Context::ApplyFailed => "Run: --yes failed",
        Context::ApplyEnded => "Run: it has ended",
        Context::RollingUpdate => "Rolling update",
        Context::Dashboard => "Dashboard",
        Context::DashboardRun => "Dashboard: the run",
        Context::DashboardDetail => "Dashboard: a detail",
        Context::DashboardFilter => "Dashboard: the filter is typed",
        Context::Home => "Home",
        Context::HomeCluster => "Home: a cluster of the state store",
        Context::HomeChoosing => "Home: another profile, region or state store",
        Context::Help => "Help",
        Context::Leaving => "Before leaving",
        Context::Detaching => "Before leaving while kops works",
        Context::TooSmall => "A terminal that is too small",
    }
}

fn names(table: &[Binding]) -> Vec<(String, &'static str)> {
    let row = |binding: &Binding| {
        let mut names: Vec<String> = binding.keys.iter().map(ToString::to_string).collect();
        names.dedup();
        (names.join(" "), binding.word)
    };
    table.iter().map(row).collect()
}

/// The keys that do the same everywhere, then those of every place.
pub fn key_sections() -> Vec<KeySection> {
    let everywhere = KeySection {
        title: "Everywhere",
        keys: names(EVERYWHERE),
    };
    let places = Context::VARIANTS.iter().map(|context| KeySection {
        title: title(*context),
        keys: names(bindings(*context)),
    });
    std::iter::once(everywhere).chain(places).collect()
}

/// All of it as Markdown.
pub fn to_markdown() -> String {
    let mut page = "# Keys\n\nWritten by `kopswain keys --output markdown`. On every screen `?` shows those that do something there.\n".to_owned();
    for section in key_sections() {
        let _ = write!(page, "\n## {}\n\n| key | |\n|---|---|\n", section.title);
        for (keys, word) in section.keys {
            let keys = keys.split(' ').map(|key| format!("`{key}`"));
            let keys = keys.collect::<Vec<_>>().join(" ");
            let _ = writeln!(page, "| {keys} | {word} |");
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::documents::hold;

    // `INSTA_UPDATE=always cargo test --lib tui::key_list` writes it again.
    #[test]
    fn the_document_has_every_key() {
        hold("keys.md", &to_markdown());
    }

    #[test]
    fn no_title_stands_twice() {
        let mut titles: Vec<&str> = key_sections().iter().map(|one| one.title).collect();
        let all = titles.len();
        titles.sort_unstable();
        titles.dedup();
        assert_eq!(titles.len(), all);
    }
}
