//! The README lists exactly the IAM actions that the program's own calls take; every call is a Describe, a Get or a List,
//! but for the lock in the state store, which has a file and a statement of its own.

use std::collections::BTreeSet;
use std::fs;

use syn::visit::{self, Visit};
use syn::{Expr, ExprMethodCall, LitStr, Member};

use super::layer::Layer;
use super::source::tree;

/// The names under which `io` holds its clients, and the prefix of their IAM actions.
const CLIENTS: [(&str, &str); 5] = [
    ("autoscaling", "autoscaling"),
    ("ec2", "ec2"),
    ("sts", "sts"),
    ("quotas", "servicequotas"),
    ("client", "s3"),
];

/// What the header of a call that is signed by hand begins with, and the prefix of its IAM action.
const TARGETS: [(&str, &str); 2] = [("AmazonSSM.", "ssm"), ("AWSPriceListService.", "pricing")];

/// Where the action is not called as the call (Amazon S3, "Required permissions for Amazon S3 API operations").
const OTHERWISE: [(&str, &str); 2] = [
    ("s3:HeadBucket", "s3:ListBucket"),
    ("s3:ListObjectsV2", "s3:ListBucket"),
];

/// STS answers everybody whose credentials are good.
const FREE: &str = "sts:GetCallerIdentity";

#[derive(Default)]
struct Calls {
    found: BTreeSet<String>,
}

impl<'ast> Visit<'ast> for Calls {
    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        let service = name_of(&call.receiver).and_then(|name| {
            let known = CLIENTS.iter().find(|(client, _)| *client == name);
            known.map(|(_, service)| *service)
        });
        if let (Some(service), true) = (service, call.args.is_empty()) {
            self.found
                .insert(format!("{service}:{}", pascal(&call.method.to_string())));
        }
        visit::visit_expr_method_call(self, call);
    }

    // A call that is signed by hand names its operation.
    fn visit_lit_str(&mut self, text: &'ast LitStr) {
        for (target, service) in TARGETS {
            if let Some(operation) = text.value().strip_prefix(target) {
                self.found.insert(format!("{service}:{operation}"));
            }
        }
    }
}

fn name_of(receiver: &Expr) -> Option<String> {
    match receiver {
        Expr::Field(field) => match &field.member {
            Member::Named(name) => Some(name.to_string()),
            Member::Unnamed(_) => None,
        },
        Expr::Path(path) => Some(path.path.segments.last()?.ident.to_string()),
        _ => None,
    }
}

fn pascal(snake: &str) -> String {
    let word = |word: &str| word[..1].to_uppercase() + &word[1..];
    snake.split('_').map(word).collect()
}

/// The one file that may write.
const LOCK: &str = "io/state_store/lock.rs";
/// The one file that reads objects of clusters.
const SPEC: &str = "io/state_store/spec.rs";

fn called_by(of: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let mut calls = Calls::default();
    for source in tree() {
        if source.layer() == Some(Layer::Io) && !source.test && of(&source.path) {
            calls.visit_file(&source.file);
        }
    }
    calls.found
}

fn called(lock: bool) -> BTreeSet<String> {
    called_by(|path| path.ends_with(LOCK) == lock && !path.ends_with(SPEC))
}

fn listed(statement: usize) -> BTreeSet<String> {
    let readme = fs::read_to_string("README.md").unwrap();
    let after = readme.split_once("```json\n{\"Version\"").unwrap().1;
    let text = format!("{{\"Version\"{}", after.split_once("```").unwrap().0);
    let policy: serde_json::Value = serde_json::from_str(&text).unwrap();
    let actions = policy["Statement"][statement]["Action"].as_array().unwrap();
    let named: Vec<String> = actions
        .iter()
        .map(|action| action.as_str().unwrap().to_owned())
        .collect();
    assert!(named.is_sorted(), "{named:?}");
    named.into_iter().collect()
}

#[test]
fn the_readme_lists_the_actions_of_all_calls_and_no_other() {
    let mut taken = called(false);
    assert!(taken.remove(FREE));
    for (call, action) in OTHERWISE {
        assert!(taken.remove(call), "{call}");
        taken.insert(action.to_owned());
    }
    assert_eq!(taken, listed(0));
}

#[test]
fn the_readme_lists_the_actions_of_the_lock_apart() {
    let mut taken = called(true);
    // That one is permitted for everything else already.
    assert!(taken.remove("s3:ListObjectsV2"));
    assert_eq!(taken, listed(1));
    let writes = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"];
    assert_eq!(taken, writes.map(str::to_owned).into());
}

#[test]
fn the_readme_lists_the_reading_of_stored_specs_apart() {
    let taken = called_by(|path| path.ends_with(SPEC));
    assert_eq!(taken, listed(2));
    assert_eq!(taken, BTreeSet::from(["s3:GetObject".to_owned()]));
}

#[test]
fn every_call_only_reads() {
    let reads = |call: &String| {
        let name = call.split_once(':').unwrap().1;
        ["Describe", "Get", "List", "Head"]
            .iter()
            .any(|verb| name.starts_with(verb))
    };
    let writing: Vec<String> = called(false)
        .into_iter()
        .filter(|call| !reads(call))
        .collect();
    assert_eq!(writing, Vec::<String>::new());
}

#[test]
fn kubernetes_is_only_asked_with_get() {
    let mut verbs = BTreeSet::new();
    for source in tree() {
        if source.path.starts_with("src/io/kubernetes") && !source.test {
            let calls = source.text.split("Request::").skip(1);
            verbs.extend(calls.filter_map(|call| Some(call.split_once('(')?.0.to_owned())));
        }
    }
    assert_eq!(verbs, BTreeSet::from(["get".to_owned()]));
}
