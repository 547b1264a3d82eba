//! The real kops, run by hand from a spec: it makes a cluster, or fails with the words that were foretold.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::desk::Desk;

/// A failing task is tried again for ten minutes; what is foretold shows in the first round.
const LONGEST: &str = "180";

/// kops at a desk, for one cluster.
pub(crate) struct Kops<'a> {
    desk: &'a Desk,
    cluster: &'a str,
}

impl<'a> Kops<'a> {
    pub(crate) fn at(desk: &'a Desk, cluster: &'a str) -> Self {
        Self { desk, cluster }
    }

    /// Makes the cluster of a spec.
    pub(crate) fn makes(&self, spec: &str) {
        self.desk.write("forced.yml", spec);
        for words in self.commands() {
            let (said, code) = self.run(&words, None);
            assert_eq!(code, Some(0), "{}: kops {words:?}\n{said}", self.cluster);
        }
    }

    /// Fails to make it, and says these words.
    pub(crate) fn fails(&self, spec: &str, words: &str) {
        self.desk.write("forced.yml", spec);
        let mut all = String::new();
        for command in self.commands() {
            let (said, code) = self.run(&command, Some(words));
            all.push_str(&said);
            if said.contains(words) {
                return;
            }
            if code != Some(0) {
                break;
            }
        }
        panic!("{}: kops did not say {words:?}:\n{all}", self.cluster);
    }

    fn commands(&self) -> [Vec<&'a str>; 3] {
        let cluster = self.cluster;
        [
            vec!["create", "-f", "forced.yml"],
            vec![
                "create",
                "secret",
                "--name",
                cluster,
                "sshpublickey",
                "admin",
                "-i",
                "key.pub",
            ],
            vec!["update", "cluster", cluster, "--yes", "--admin"],
        ]
    }

    // What it prints on standard error, and how it ends; it is ended when it has said these words.
    fn run(&self, words: &[&str], until: Option<&str>) -> (String, Option<i32>) {
        let mut command = Command::new("timeout");
        command.args([LONGEST, "kops"]).args(words);
        self.desk.prepare(&mut command);
        let mut running = command
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = String::new();
        for line in BufReader::new(running.stderr.take().unwrap()).lines() {
            said.push_str(&line.unwrap());
            said.push('\n');
            if until.is_some_and(|words| said.contains(words)) {
                break;
            }
        }
        if until.is_some_and(|words| said.contains(words)) {
            running.kill().unwrap();
        }
        (said, running.wait().unwrap().code())
    }
}
