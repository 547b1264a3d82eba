//! A cluster that exists, for the kinds of change that only a review can meet.

use std::fs;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use super::place::Place;
use super::{STORE, Stage};
use crate::desk::CHANNEL;

/// What a cluster that runs has in its state store, each in its first version.
const OBJECTS: [&str; 6] = [
    "config",
    "instancegroup/nodes",
    "instancegroup/control-plane-us-east-1a",
    "pki/private/kubernetes-ca/keyset.yaml",
    "pki/ssh/public/admin/1f",
    "secrets/ciliumpassword",
];

/// The spec of the answers, which are the same in every trial.
static SPEC: OnceLock<String> = OnceLock::new();

impl Stage {
    pub(super) fn make_it_exist(&mut self, place: &dyn Place) {
        let spec = SPEC.get_or_init(|| {
            let words = ["--channel", CHANNEL, "plan", "answers.yml"];
            self.desk.kopswain(&words).expect(0).stdout
        });
        self.desk.write("stored.yml", spec);
        self.kops(&["create", "-f", "stored.yml"]);
        let name = format!("--name={}", self.cluster);
        self.kops(&["create", "sshpublickey", &name, "-i", "key.pub"]);
        place.add_cluster(&self.cluster);
        for object in OBJECTS {
            place.put(object, "1");
        }
        for (name, value) in [("KOPS_STATE_STORE", STORE), ("AWS_REGION", "us-east-1")] {
            self.desk.set(name, value);
        }
        self.exists = true;
    }

    // What another operator does.
    fn kops(&self, words: &[&str]) {
        let mut command = Command::new(self.kops.program());
        self.desk.prepare(&mut command);
        command.env("KOPS_STATE_STORE", STORE).args(words);
        assert!(command.stdout(Stdio::null()).status().unwrap().success());
    }

    /// The kubeconfig through which kops sees the control plane run this version.
    pub(super) fn runs(&mut self, version: &str) {
        let path = self.desk.outside("kubeconfig");
        let text = format!(
            "apiVersion: v1\nkind: Config\n# {} runs {version}\n",
            self.cluster
        );
        fs::write(&path, text).unwrap();
        self.desk.set("KUBECONFIG", &path.display().to_string());
    }

    // The server that answers in AWS's place is a mirror too.
    pub(super) fn set_url(&mut self, name: &str, path: &str) {
        let url = self.desk.variable("AWS_ENDPOINT_URL");
        self.desk.set(name, &format!("{url}{path}"));
    }

    pub(super) fn has_a_file_repository(&self, place: &dyn Place) {
        for architecture in ["amd64", "arm64"] {
            for file in [
                format!("binaries/kops/1.36.2/linux/{architecture}/nodeup"),
                format!("release/v1.35.2/bin/linux/{architecture}/kubelet"),
                format!("release/v1.35.2/bin/linux/{architecture}/kubectl"),
            ] {
                place.serve(&format!("/files/{file}.sha256"), &"a".repeat(64));
            }
        }
        let url = self.desk.variable("AWS_ENDPOINT_URL");
        self.add_to_cluster(&format!("  assets: {{fileRepository: {url}/files}}"));
    }

    pub(super) fn leaves_the_version_to_a_channel(&self, place: &dyn Place) {
        place.serve("/channel", "spec: {}\n");
        let url = self.desk.variable("AWS_ENDPOINT_URL");
        self.edit("spec", "  kubernetesVersion: 1.35.2\n", "");
        self.edit(
            "spec",
            &format!("  channel: {CHANNEL}\n"),
            &format!("  channel: {url}/channel\n"),
        );
    }

    pub(super) fn runs_unseen(&self) {
        fs::remove_file(self.desk.outside("kubeconfig")).unwrap();
    }
}
