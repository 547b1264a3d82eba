#![allow(clippy::unwrap_used)]

use super::printed::{holds_everything, print};
use super::*;
use crate::core::analysis::findings::judge;
use crate::core::analysis::summary::Summary;
use crate::core::kops::crash::crash;
use crate::core::render::comparison::DryRunComparison;
use crate::core::render::html::to_html;
use crate::core::render::json::to_json;
use crate::core::render::markdown::to_markdown;
use crate::core::render::outline::Outline;
use crate::core::render::text::to_text;

macro_rules! recording {
    ($name:literal) => {
        include_str!(concat!("../../../../tests/fixtures/kops/", $name))
    };
}

const CREATE: &str = recording!("update-create.stdout");
const MODIFY: &str = recording!("update-modify.stdout");
const AFTER: &str = recording!("update-after-modify.stdout");
const NOCHANGE: &str = recording!("update-nochange.stdout");

const HOSTILE: &str = "Will modify resources:\n  VPC/a <script>|* @team #1 ```\u{1b}[2J\u{202e}\n  \tCIDR                \t </pre> -> `x`\n\n\u{7}odd\n";

fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(format!("review_{name}"), text));
}

fn plain(text: &str) -> String {
    to_text(&Outline::new(parse(text)))
}

#[test]
fn a_report_of_artefacts_is_read_whole() {
    let dry_run = parse(NOCHANGE);
    let changed = |name: &str, old: &str, new: &str| ChangedField {
        name: name.to_owned(),
        change: ValueChange::Changed {
            old: old.into(),
            new: new.into(),
        },
    };
    let modify = |kind: &str, name: &str, fields, line| Resource {
        action: ChangeAction::Modify,
        kind: kind.to_owned(),
        name: name.into(),
        fields,
        line,
    };
    let subnet = |name: &str, line| {
        let name = format!("{name}.prod.example.com");
        let naming = changed("ResourceBasedNaming", "false", "true");
        modify("Subnet", &name, vec![naming], line)
    };
    let key = vec![
        changed("PublicKey", "<nil>", "<resource>"),
        changed(
            "KeyFingerprint",
            "SHA256:44:e8:f0:56:fd:22:99:92:88:67:5d:cd:ab:97:25:ea:64:d5:96:c3:11:4f:26:1f:ac:87:e5:46:70:1d:cd:c7",
            "SHA256:q+fa0qKWMPzjExMBUFiKiUOIRPtJAXQvyVnky2CTNs4",
        ),
    ];
    let name = "kubernetes.prod.example.com-69:9c:74:73:6f:ee:a2:68:ca:b5:19:85:8a:aa:f6:e3";
    let expected = DryRun {
        resources: vec![
            modify("SSHKey", name, key, 2),
            subnet("us-east-1a", 6),
            subnet("us-east-1b", 9),
            subnet("us-east-1c", 12),
            subnet("utility-us-east-1a", 15),
            subnet("utility-us-east-1b", 18),
            subnet("utility-us-east-1c", 21),
        ],
        ending: Ending::ChangesWait,
        ..DryRun::default()
    };
    assert_eq!(dry_run, expected);
}

#[test]
fn every_line_of_every_recording_is_understood() {
    for (text, create, modify, delete_on_prune, noise) in [
        (CREATE, 147, 3, 0, 0),
        (MODIFY, 3, 23, 2, 7),
        (AFTER, 0, 13, 2, 7),
        (NOCHANGE, 0, 7, 0, 7),
    ] {
        let dry_run = parse(text);
        let expected = Summary {
            create,
            modify,
            delete: 0,
            delete_on_prune,
            noise,
        };
        assert_eq!(dry_run.summary(), expected);
        assert_eq!(dry_run.unread, []);
        assert_eq!(dry_run.ending, Ending::ChangesWait);
        assert_eq!(
            print(&dry_run).replace('\n', "").len(),
            text.replace('\n', "").len()
        );
        holds_everything(&dry_run, text);
    }
}

#[test]
fn the_cluster_is_told_by_its_tags() {
    assert_eq!(parse(CREATE).cluster(), Some("prod.example.com"));
    assert_eq!(parse(NOCHANGE).cluster(), Some("prod.example.com"));
    assert_eq!(parse("").cluster(), None);
}

#[test]
fn nothing_to_do_is_told_from_nothing_read() {
    let none = parse("No changes need to be applied\n");
    assert_eq!((none.changes(), none.ending), (false, Ending::NoChanges));
    let cut = parse("");
    assert_eq!((cut.changes(), cut.ending), (false, Ending::Missing));
}

#[test]
fn line_ends_of_windows_are_no_matter() {
    assert_eq!(parse(&MODIFY.replace('\n', "\r\n")), parse(MODIFY));
}

#[test]
fn kops_complaint_about_itself_is_kept_with_its_resource() {
    let text = "Will modify resources:\n  VPC/a\n   internal consistency error!\n    actual: &{x}\n    expect: &{y\nz}\n  VPC/b\n  \tCIDR                \t a -> b\n\n";
    let dry_run = parse(text);
    assert_eq!(dry_run.unread, ["z}".into()]);
    let lines = ["actual: &{x}".into(), "expect: &{y".into()];
    let first = dry_run.resources.first().unwrap();
    assert_eq!(first.diff("internal consistency error!"), lines);
    assert_eq!(dry_run.resources.len(), 2);
}

#[test]
fn a_crash_is_told_with_its_trace() {
    let stderr = recording!("update-kops-panics.stderr");
    let found = crash(stderr).unwrap();
    let message = "Error parsing version : unable to parse kubernetes version \"\"";
    assert_eq!(found.message.raw(), message);
    assert_eq!(found.trace.raw(), stderr.split_once('\n').unwrap().1);
    assert_eq!(crash(recording!("update-modify.stderr")), None);
}

/// Every recorded dry run with its name; one that failed stands for what kops printed instead.
fn all() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/kops");
    let read = |name: &str, stream: &str| {
        std::fs::read_to_string(format!("{folder}/update-{name}.{stream}")).unwrap()
    };
    let files = std::fs::read_dir(folder).unwrap();
    let names = files.filter_map(|file| {
        let file = file.unwrap().file_name().into_string().unwrap();
        let name = file.strip_prefix("update-")?.strip_suffix(".stdout")?;
        Some(name.to_owned())
    });
    let recorded = names.map(|name| match read(&name, "stdout") {
        dry_run if dry_run.is_empty() => (name.clone(), read(&name, "stderr")),
        dry_run => (name, dry_run),
    });
    recorded.collect()
}

#[test]
fn every_recording_as_text() {
    for (name, text) in all() {
        snapshot(&format!("{}_text", name.replace('-', "_")), &plain(&text));
    }
    snapshot("hostile_text", &plain(HOSTILE));
}

#[test]
fn every_line_of_every_recording_is_kept_and_understood() {
    for (name, text) in all() {
        let dry_run = parse(&text);
        holds_everything(&dry_run, &text);
        assert_eq!(dry_run.unread, [], "{name}");
    }
}

#[test]
fn dangers_in_other_forms() {
    for name in ["modify", "iam-widened", "firewall-widened", "deletes"] {
        let (_, text) = all().into_iter().find(|(one, _)| one == name).unwrap();
        let outline = Outline::new(parse(&text));
        let name = name.replace('-', "_");
        snapshot(&format!("{name}_json"), &to_json(&outline));
        snapshot(&format!("{name}_markdown"), &to_markdown(&outline));
        snapshot(&format!("{name}_html"), &to_html(&outline));
    }
}

#[test]
fn two_reports_side_by_side() {
    let (older, newer) = (parse(MODIFY), parse(AFTER));
    let comparison = DryRunComparison::new(&older, &newer, &[]);
    snapshot("compared_text", &comparison.to_text());
    snapshot("compared_markdown", &comparison.to_markdown());
    snapshot("compared_json", &comparison.to_json());
    snapshot("compared_html", &comparison.to_html());
    let same = DryRunComparison::new(&older, &older, &[]);
    assert!(same.is_same());
    assert_eq!(
        same.to_text(),
        "kops update cluster prod.example.com: pending changes\nboth dry runs are the same\n"
    );
}

#[test]
fn hostile_names_break_no_form() {
    let outline = Outline::new(parse(HOSTILE));
    snapshot("hostile_markdown", &to_markdown(&outline));
    snapshot("hostile_html", &to_html(&outline));
    for text in [to_text(&outline), to_html(&outline)] {
        assert!(!text.contains(['\u{1b}', '\u{202e}', '\u{7}']));
    }
    assert!(!to_html(&outline).contains("<script>"));
}

#[test]
fn markdown_stays_short_and_says_what_it_leaves_out() {
    let one = "  Subnet/NAME.prod.example.com\n\n".replace("NAME", &"x".repeat(200));
    let text = format!(
        "Will create resources:\n{}Must specify --yes to apply changes\n",
        one.repeat(400)
    );
    let markdown = to_markdown(&Outline::new(parse(&text)));
    assert!(markdown.len() < 65_536, "{}", markdown.len());
    assert!(markdown.ends_with(
        "\nLeft out here, for GitHub's limit: 400 resources. The whole dry run has them.\n"
    ));
}

#[test]
fn both_streams_in_one_pipe_are_told_apart() {
    let stderr = recording!("update-modify.stderr");
    let mixed = parse(&format!("{stderr}{MODIFY}"));
    let alone = parse(MODIFY);
    assert_eq!(mixed.log.len(), stderr.lines().count());
    assert_eq!(mixed.unread, []);
    assert_eq!(differences(&mixed, &alone), []);
}

#[test]
fn a_failure_is_kept_with_its_trace() {
    for (text, message) in [
        (
            recording!("update-kops-panics.stderr"),
            "kops crashed: Error parsing version : unable to parse kubernetes version \"\"",
        ),
        (
            recording!("update-unknown.stderr"),
            "kops failed: error reading cluster configuration: Cluster.kops.k8s.io \"nope.example.com\" not found",
        ),
    ] {
        let dry_run = parse(text);
        assert_eq!(dry_run.unread, []);
        let found = judge(&dry_run, &[], &[]);
        let mut found = found.iter().map(|folded| &folded.finding);
        let failed = found.find(|one| one.rule == "kops-failed").unwrap();
        assert_eq!(failed.message, message);
    }
}

#[test]
fn a_notice_in_stars_is_advice() {
    let stars = "*".repeat(81);
    let text = format!(
        "\n{stars}\n\nA new kubernetes version is available: 1.34.9\nUpgrading is recommended (try kops upgrade cluster)\n\n{stars}\n\n{NOCHANGE}"
    );
    let dry_run = parse(&text);
    assert_eq!((dry_run.unread.len(), dry_run.log.len()), (0, 4));
    assert_eq!(
        notices(&dry_run),
        [
            "A new kubernetes version is available: 1.34.9 Upgrading is recommended (try kops upgrade cluster)"
        ]
    );
}
