//! Journeys through the lists of CNIs, versions and images: picked, stepped through, searched, and typed all the same.

use kopswain::core::answers::{Answers, Networking};

use crate::travel::travel;

const CONTROL_PLANE: &str = "<enter><enter>";
const ACCESS: &str = "<enter><enter><enter><enter>";
const TO_CNI: &str = "<down><down><down><down><down>";

fn answers(keys: &[&str]) -> Answers {
    travel(&keys.concat()).wizard().answers.clone()
}

fn cni(keys: &str) -> Networking {
    answers(&[ACCESS, TO_CNI, keys]).networking
}

fn version(keys: &str) -> String {
    answers(&[ACCESS, "<end>", keys]).kubernetes_version
}

fn image(keys: &str) -> Option<String> {
    let answers = answers(&[CONTROL_PLANE, "<down><down>", keys]);
    answers.control_plane.image
}

#[test]
fn a_cni_is_picked_searched_or_stepped_to() {
    assert_eq!(cni("<space><enter>"), Networking::Cilium);
    assert_eq!(cni("<space><down><esc>"), Networking::Cilium);
    assert_eq!(cni("<space><down><down><down><enter>"), Networking::Calico);
    assert_eq!(cni("kindn<enter>"), Networking::Kindnet);
    assert_eq!(cni("<right>"), Networking::CiliumEni);
    assert_eq!(cni("<space><down><enter><left>"), Networking::Cilium);
    assert_eq!(cni("calico<enter><delete>"), Networking::Cilium);
}

#[test]
fn a_version_is_picked_stepped_to_or_typed() {
    assert_eq!(version(""), "1.35.5");
    assert_eq!(version("<space><down><enter>"), "1.34.8");
    assert_eq!(version("<right>"), "1.34.8");
    assert_eq!(version("1.34.2<enter>"), "1.34.2");
    assert_eq!(version("<space>1.34<enter>"), "1.34.8");
    assert_eq!(version("<space>1.34.2<pagedown><enter><enter>"), "1.34.2");
    assert_eq!(
        version("<space><pagedown><enter><backspace>4<enter>"),
        "1.35.4"
    );
}

#[test]
fn an_image_is_picked_or_typed_and_cleared() {
    let released =
        "099720109477/ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20260218";
    assert_eq!(image("<space><down><enter>").as_deref(), Some(released));
    assert_eq!(image("<space><down><enter><space><down><enter>"), None);
    assert_eq!(image("<space><down><enter><delete>"), None);
    assert_eq!(
        image("ami-12c6146b<enter>").as_deref(),
        Some("ami-12c6146b")
    );
    let newest = image("<space>newest<enter>").unwrap_or_default();
    assert!(
        newest.starts_with("ssm:/aws/service/canonical/ubuntu/server/24.04/"),
        "{newest}"
    );
}
