//! A function does one thing and stays short, tests included.

use syn::visit::{self, Visit};
use syn::{Block, ImplItemFn, ItemFn, Signature, TraitItemFn};

use super::source::{Source, tree};
use super::{Violation, holds, said_of};

const LINES_OF_A_FUNCTION: usize = 60;

struct Function {
    name: String,
    line: usize,
    lines: usize,
}

#[derive(Default)]
struct Functions(Vec<Function>);

impl Functions {
    fn of(source: &Source) -> Vec<Function> {
        let mut functions = Self::default();
        functions.visit_file(&source.file);
        functions.0
    }

    fn take(&mut self, signature: &Signature, body: &Block) {
        let line = signature.fn_token.span.start().line;
        self.0.push(Function {
            name: signature.ident.to_string(),
            line,
            lines: body.brace_token.span.close().end().line - line + 1,
        });
    }
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        self.take(&function.sig, &function.block);
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        self.take(&function.sig, &function.block);
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast TraitItemFn) {
        if let Some(body) = &function.default {
            self.take(&function.sig, body);
        }
        visit::visit_trait_item_fn(self, function);
    }
}

fn functions(source: &Source) -> Vec<Violation> {
    let long = Functions::of(source)
        .into_iter()
        .filter(|function| function.lines > LINES_OF_A_FUNCTION);
    long.map(|function| Violation {
        path: source.path.clone(),
        line: function.line,
        why: format!(
            "{} has {} lines, more than {LINES_OF_A_FUNCTION}",
            function.name, function.lines
        ),
    })
    .collect()
}

#[test]
fn functions_are_short() {
    let mut lengths: Vec<usize> = tree()
        .iter()
        .flat_map(Functions::of)
        .map(|function| function.lines)
        .collect();
    lengths.sort_unstable();
    let at = |percent: usize| lengths[(lengths.len() - 1) * percent / 100];
    println!(
        "{} functions; lines: median {}, 90th percentile {}, longest {}",
        lengths.len(),
        at(50),
        at(90),
        at(100)
    );
    holds(functions);
}

#[test]
fn a_long_function_is_found_wherever_it_stands() {
    let body = |lines: usize| format!("fn long() {{\n{}}}\n", "();\n".repeat(lines - 2));
    let why = || "long has 61 lines, more than 60".to_owned();
    assert_eq!(said_of("src/io/some.rs", &body(60), functions), []);
    assert_eq!(
        said_of("src/io/some.rs", &body(61), functions),
        [(1, why())]
    );
    for around in [
        "impl S {\n",
        "trait T {\n",
        "mod tests {\n",
        "fn outer() {\n",
    ] {
        let said = said_of(
            "src/io/some.rs",
            &format!("{around}{}}}\n", body(61)),
            functions,
        );
        assert!(said.contains(&(2, why())), "{around}");
    }
}
