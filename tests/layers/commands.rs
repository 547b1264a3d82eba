//! Every command that a text tells a person to run stands between backticks, so that it is filled before it is shown: with
//! the cluster's name and with what kopswain itself had set (`core/kops/copied.rs`).

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, ItemFn, ItemMod, LitStr, Macro};

use super::source::{Source, for_tests};
use super::{Violation, holds, said_of};

const PROGRAMS: [&str; 2] = ["kops ", "kopswain "];

const VERBS: [&str; 18] = [
    "create",
    "delete",
    "discover",
    "doctor",
    "edit",
    "export",
    "get",
    "plan",
    "promote",
    "reconcile",
    "replace",
    "review",
    "rolling-update",
    "set",
    "toolbox",
    "update",
    "validate",
    "watch",
];

/// The commands of kops that need to be told which cluster they are about.
const ABOUT_A_CLUSTER: [&str; 9] = [
    "kops create secret",
    "kops create sshpublickey",
    "kops delete",
    "kops export",
    "kops get all",
    "kops get sshpublickeys",
    "kops rolling-update",
    "kops update",
    "kops validate",
];

/// Where a command is spoken of, or recognised in what kops prints, and nobody is told to run it: the file, and how the
/// text begins there.
const SPOKEN_OF: [(&str, &str); 24] = [
    (
        "src/tui/screens/apply/verification/faults.rs",
        "kops create -f never overwrites",
    ),
    ("src/tui/help.rs", "kopswain watch shows it again"),
    (
        "src/core/cluster/diagnosis/judgement.rs",
        "kops get instances gave no answer",
    ),
    ("src/tui/screens/wizard.rs", "kops create -f refuses a name"),
    ("src/cli/resume.rs", "kops create -f never overwrites"),
    (
        "src/cli/review.rs",
        "kops get all --name NAME -o yaml prints",
    ),
    ("src/cli/watch.rs", "kops get instances gave no answer"),
    ("src/core/problem/catalog.rs", "kops create sshpublickey\""),
    (
        "src/core/analysis/cause/cluster.rs",
        "kops create sshpublickey",
    ),
    // How long an old rule stays open; the remedy has the command.
    (
        "src/core/analysis/findings/access.rs",
        "kops update cluster --prune",
    ),
    (
        "src/core/analysis/findings/deletion.rs",
        "kops update cluster runs with --prune --yes",
    ),
    (
        "src/core/kops/log/failures/kops.rs",
        "kops create -f never overwrites",
    ),
    // What kops itself prints.
    (
        "src/core/kops/dry_run/diagnostics.rs",
        "kops rolling-update cluster",
    ),
    (
        "src/core/kops/dry_run/diagnostics.rs",
        "kops update cluster",
    ),
    (
        "src/core/kops/dry_run/diagnostics.rs",
        "kops validate cluster",
    ),
    ("src/core/render/wording.rs", "kops update cluster {}: "),
    ("src/core/render/wording.rs", "kops update cluster: "),
    // A panic does not know of which cluster.
    ("src/io/terminal/crash.rs", "kopswain watch CLUSTER"),
    // A key's effect; the command itself is shown as it is run.
    (
        "src/tui/screens/apply/view/ending.rs",
        "kops delete cluster {} would delete",
    ),
    ("src/tui/view/chrome.rs", "kops update cluster"),
    (
        "src/tui/screens/review/view/waiting.rs",
        "kops update cluster, on a private scratch store",
    ),
    (
        "src/tui/screens/review/view/waiting.rs",
        "kops update cluster, on the state store as it is",
    ),
    // What the built-in kops is said to print.
    ("src/io/demo.rs", "kops update cluster --name {} --yes"),
    (
        "src/core/kops/dry_run/diagnostics.rs",
        "kops create secret ",
    ),
];

struct Texts<'a> {
    path: &'a str,
    found: Vec<Violation>,
}

impl<'ast> Visit<'ast> for Texts<'_> {
    fn visit_attribute(&mut self, _: &'ast Attribute) {}

    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        if !for_tests(&module.attrs) {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        if !for_tests(&function.attrs) {
            visit::visit_item_fn(self, function);
        }
    }

    fn visit_lit_str(&mut self, text: &'ast LitStr) {
        self.judge(text);
    }

    fn visit_macro(&mut self, found: &'ast Macro) {
        self.tokens(found.tokens.clone());
    }
}

impl Texts<'_> {
    fn tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Literal(literal) => {
                    if let Ok(text) = syn::parse_str::<LitStr>(&literal.to_string()) {
                        let line = literal.span().start().line;
                        self.judge_at(&text.value(), line);
                    }
                }
                TokenTree::Ident(_) | TokenTree::Punct(_) => {}
            }
        }
    }

    fn judge(&mut self, text: &LitStr) {
        self.judge_at(&text.value(), text.span().start().line);
    }

    fn judge_at(&mut self, text: &str, line: usize) {
        for (at, part) in text.split('`').enumerate() {
            if at % 2 == 1 {
                self.judge_command(part, line);
                continue;
            }
            for command in commands(part) {
                if !self.is_spoken_of(command) {
                    self.add(
                        line,
                        format!("not between backticks, so never filled: {command}"),
                    );
                }
            }
        }
    }

    fn is_spoken_of(&self, command: &str) -> bool {
        // The judge of a cluster has its name from the command; a command to run says `cluster`.
        let judge = command.strip_prefix("kops validate");
        if judge.is_some_and(|rest| !rest.starts_with(" cluster")) {
            return true;
        }
        let mut spoken = SPOKEN_OF.iter();
        spoken.any(|(path, words)| *path == self.path && command.starts_with(words))
    }

    fn judge_command(&mut self, command: &str, line: usize) {
        let about = ABOUT_A_CLUSTER.iter().any(|one| command.starts_with(one));
        if about && !command.contains("--name=") && !self.is_spoken_of(command) {
            self.add(line, format!("does not name its cluster: {command}"));
        }
    }

    fn add(&mut self, line: usize, why: String) {
        self.found.push(Violation {
            path: self.path.to_owned(),
            line,
            why,
        });
    }
}

// Each command in a text, from its program's name on.
fn commands(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for program in PROGRAMS {
        for (at, _) in text.match_indices(program) {
            let before = text[..at].chars().next_back();
            let inside = before.is_some_and(|sign| sign.is_alphanumeric() || "-/_'".contains(sign));
            let verb = text[at + program.len()..].split([' ', ',', ';', '.', ')', ':']);
            let verb = verb.clone().next().unwrap_or_default();
            if !inside && VERBS.contains(&verb) {
                found.push(&text[at..]);
            }
        }
    }
    found
}

fn uncopied(source: &Source) -> Vec<Violation> {
    if source.test {
        return Vec::new();
    }
    let mut texts = Texts {
        path: &source.path,
        found: Vec::new(),
    };
    texts.visit_file(&source.file);
    texts.found
}

#[test]
fn every_command_of_a_text_can_be_copied() {
    holds(uncopied);
}

#[test]
fn a_command_that_is_not_marked_or_names_no_cluster_is_found() {
    let text = r#"
        /// Run kops update cluster.
        const A: &str = "then kops replace -f X, and `kops get clusters`";
        fn f() -> String { format!("run kopswain review {}", 1) }
        fn g() -> &'static str { "`kops update cluster`, or `kops update cluster --name=CLUSTER`" }
        #[cfg(test)]
        mod tests { const B: &str = "kops update cluster"; }
    "#;
    let said = said_of("src/core/x.rs", text, uncopied);
    let said: Vec<(usize, &str)> = said
        .iter()
        .map(|(line, why)| (*line, why.as_str()))
        .collect();
    assert_eq!(
        said,
        [
            (
                3,
                "not between backticks, so never filled: kops replace -f X, and "
            ),
            (
                4,
                "not between backticks, so never filled: kopswain review {}"
            ),
            (5, "does not name its cluster: kops update cluster"),
        ]
    );
}
