//! A person's editor: it has the terminal and its keys alone, and gives both back, whatever becomes of it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;

use crate::account;
use crate::desk::{Desk, PROGRAM};
use crate::pty::Terminal;
use crate::restored::{SOON, at_the_shell, shell};
use crate::stage::ScriptedKops;

const CLUSTER: &str = "prod.example.com";
const RUN: Duration = Duration::from_mins(1);
/// Says that it is there, and what it has; takes a line, and is as slow as a person.
const EDITOR: &str = "#!/bin/sh\necho \"editing $(grep -c maxSize \"$1\") sizes\"\nread line\nsed -i \"s/maxSize: 2/maxSize: $line/\" \"$1\"\n";

struct Stage {
    desk: Desk,
    kops: ScriptedKops,
}

impl Stage {
    // A cluster in the state store that no answers are known of.
    fn new() -> Self {
        let mut desk = at_the_shell();
        let kops = ScriptedKops::put(&desk.outside("bin"));
        let path = format!("{}:/usr/bin:/bin", desk.outside("bin").display());
        desk.set("PATH", &path);
        desk.set("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
        desk.set("AWS_SECRET_ACCESS_KEY", "secret");
        desk.set("AWS_REGION", "us-east-1");
        desk.set("AWS_ENDPOINT_URL", &account::start().url);
        desk.set("KOPS_STATE_STORE", "s3://example-state");
        let editor = desk.program("editor", EDITOR).display().to_string();
        desk.set("EDITOR", &format!("'{editor}'"));
        let stage = Self { desk, kops };
        let fixture = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/fixtures/kops/cluster_spec.yml"
        );
        stage
            .desk
            .write("stored.yml", &fs::read_to_string(fixture).unwrap());
        let mut command = std::process::Command::new(stage.kops.program());
        stage.desk.prepare(&mut command);
        assert!(
            command
                .args(["create", "-f", "stored.yml"])
                .output()
                .unwrap()
                .status
                .success()
        );
        stage
    }

    // In the editor, from a shell whose modes come with it.
    fn in_the_editor(&self) -> (Terminal, String) {
        let (mut terminal, modes) = shell(&self.desk);
        terminal.keys(&format!(
            "{PROGRAM} edit {CLUSTER}; echo 'en''ded'=$?<enter>"
        ));
        terminal.wait_for("editing 6 sizes", SOON);
        assert_eq!(terminal.modes(), modes, "{}", terminal.screen());
        (terminal, modes)
    }

    fn edited_file(&self) -> PathBuf {
        let runs = self
            .desk
            .outside("home/.local/state/kopswain/runs")
            .join(CLUSTER);
        let mut folders = fs::read_dir(runs).unwrap().flatten();
        folders
            .find_map(|folder| {
                Some(folder.path().join("edited_spec.yml")).filter(|file| file.exists())
            })
            .unwrap()
    }
}

#[test]
fn a_spec_is_edited_previewed_approved_and_replaced() {
    let stage = Stage::new();
    let (mut terminal, modes) = stage.in_the_editor();
    terminal.keys("9<enter>");
    terminal.wait_for("the replace changes the stored spec", RUN);
    assert_ne!(terminal.modes(), modes);
    assert_eq!(stage.kops.commands("replace -f cluster_spec.yml"), []);
    terminal.keys(&format!("a{CLUSTER}<enter>"));
    let replaced = stage.kops.wait_for("replace -f cluster_spec.yml", 1, RUN);
    assert_eq!(replaced.len(), 1);
    assert!(stage.desk.read("cluster_spec.yml").contains("maxSize: 9"));
    let file = stage.edited_file();
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(fs::read_to_string(file).unwrap().contains("maxSize: 9"));
}

#[test]
fn a_spec_that_stays_as_it_is_leads_to_nothing() {
    let stage = Stage::new();
    let (mut terminal, modes) = stage.in_the_editor();
    terminal.keys("2<enter>");
    terminal.wait_for("the spec was not changed, so nothing is done", SOON);
    terminal.keys("<esc>");
    terminal.wait_for("ended=0", SOON);
    assert_eq!(terminal.modes(), modes, "{}", terminal.screen());
    assert_eq!(stage.kops.commands("update cluster"), []);
}

#[test]
fn an_interrupt_in_the_editor_is_for_the_editor() {
    let stage = Stage::new();
    let (mut terminal, _) = stage.in_the_editor();
    terminal.keys("<ctrl-c>");
    terminal.wait_for("failed, so its text is not taken", SOON);
    terminal.keys("E");
    terminal.wait_for("editing 6 sizes", SOON);
    terminal.keys("9<enter>");
    terminal.wait_for("the replace changes the stored spec", RUN);
}

#[test]
fn a_stop_in_the_editor_stops_both_and_fg_leads_back_into_it() {
    let stage = Stage::new();
    let (mut terminal, _) = stage.in_the_editor();
    terminal.keys("<ctrl-z>");
    terminal.wait_until("the shell", SOON, |screen| screen.ends_with("shell: "));
    terminal.keys("fg<enter>");
    terminal.wait_for("edit prod.example.com", SOON);
    terminal.keys("9<enter>");
    terminal.wait_for("the replace changes the stored spec", RUN);
}

#[test]
fn without_an_editor_or_a_terminal_there_is_an_error_in_three_parts() {
    let mut stage = Stage::new();
    let refused = stage.desk.kopswain(&["edit", CLUSTER]).expect(1).stderr;
    for part in [
        "its spec cannot be opened",
        "why: an editor needs a terminal",
        "do:  kopswain edit",
    ] {
        assert!(refused.contains(part), "{refused}");
    }
    let refused = stage
        .desk
        .kopswain(&["edit", CLUSTER, "--preview"])
        .expect(1)
        .stderr;
    assert!(
        refused.contains("no answers of prod.example.com are known here"),
        "{refused}"
    );
    stage.desk.set("EDITOR", "");
    let mut terminal = stage.desk.terminal(&["edit", CLUSTER], (100, 30));
    terminal.wait_for("no editor is named", SOON);
    terminal.wait_for("run: export EDITOR=vi", SOON);
    terminal.keys("<esc>");
    assert_eq!(terminal.end(SOON).code, 1);
}

#[test]
fn without_the_screen_the_dry_run_is_printed_and_the_name_is_asked_for() {
    let stage = Stage::new();
    let mut terminal = stage
        .desk
        .terminal(&["edit", CLUSTER, "--plain"], (100, 30));
    terminal.wait_for("editing 6 sizes", SOON);
    terminal.keys("9<enter>");
    terminal.wait_for("Type prod.example.com to approve", RUN);
    terminal.keys("no<enter>");
    let changes = "the replace changes the stored spec";
    assert!(terminal.written().contains(changes));
    assert_eq!(terminal.end(SOON).code, 2);
    assert_eq!(stage.kops.commands("replace -f cluster_spec.yml"), []);
}
