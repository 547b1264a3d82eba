use std::fmt::Write as _;

use super::*;

// channels/stable of the module of kops 1.36.2.
const STABLE: &str = include_str!("../../../tests/fixtures/kops/channel-stable.yml");

fn version(text: &str) -> Version {
    Version::parse(text).unwrap()
}

fn shown(version: Option<Version>) -> Option<String> {
    version.map(|version| version.to_string())
}

#[test]
fn the_built_in_list_is_that_of_kops_itself() {
    let mut read = Channel::parse(STABLE).unwrap();
    let built_in = Channel::built_in();
    read.kops_versions.truncate(built_in.kops_versions.len());
    let lines = built_in.kubernetes_versions.len();
    read.kubernetes_versions.truncate(lines);
    read.images
        .drain(..read.images.len() - built_in.images.len());
    assert_eq!(read, built_in);
}

#[test]
fn the_first_line_that_fits_decides_as_in_kops() {
    let stable = Channel::parse(STABLE).unwrap();
    let proposed = |kops| shown(stable.proposed(kops));
    assert_eq!(proposed("1.36.2"), Some("1.35.5".into()));
    assert_eq!(proposed("1.35.0-beta.1"), Some("1.35.5".into()));
    assert_eq!(proposed("1.34.1"), Some("1.34.8".into()));
    assert_eq!(proposed("v1.30"), Some("1.30.14".into()));
    assert_eq!(proposed("1.9.2"), Some("1.11.10".into()));
    assert_eq!(proposed("unknown"), None);
    let recommended = |text| shown(stable.recommended(&version(text)));
    assert_eq!(recommended("1.34.2"), Some("1.34.8".into()));
    assert_eq!(recommended("1.35.5"), None);
    assert_eq!(recommended("1.36.0"), None);
    let required = |text| shown(stable.required(&version(text)));
    assert_eq!(required("1.10.3"), Some("1.11.10".into()));
    assert_eq!(required("1.35.0-beta.1"), None);
    assert_eq!(required("1.34.0"), None);
    let offered: Vec<String> = stable
        .offered("1.34.1")
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(offered, ["1.34.8", "1.33.12", "1.32.13", "1.31.14"]);
}

#[test]
fn an_image_is_that_of_the_version_and_the_architecture() {
    let stable = Channel::parse(STABLE).unwrap();
    let image = |text, architecture| stable.image(&version(text), architecture);
    assert_eq!(
        image("1.35.5", "arm64"),
        Some("099720109477/ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-arm64-server-20260218")
    );
    assert_eq!(
        image("1.31.14", "amd64"),
        Some("099720109477/ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-20260410")
    );
    assert_eq!(image("1.19.0", "arm64"), None);
}

#[test]
fn ranges_are_read_as_kops_reads_them() {
    let holds = |range, text| matches(range, &version(text));
    assert!(holds("", "1.0.0"));
    assert!(holds(">=1.32.0 <1.36.0", "1.32.0"));
    assert!(!holds(">=1.32.0 <1.36.0", "1.36.0"));
    assert!(holds(">= 1.32.0   < 1.36.0", "1.33.7"));
    assert!(holds("<1.2.0 || >=1.5.0", "1.5.0"));
    assert!(!holds("<1.2.0 || >=1.5.0", "1.4.9"));
    // Unlike in other readers, a range of releases holds the previews inside it too.
    assert!(holds(">=1.35.0-alpha.1", "1.36.0-beta.2"));
    assert!(!holds(">=1.35.0", "1.35.0-beta.1"));
    assert!(holds("!=1.2.3", "1.2.4"));
    assert!(holds("1.2.3", "1.2.3"));
    assert!(holds("1.2.x", "1.2.9"));
    assert!(!holds("1.2.x", "1.3.0"));
    assert!(holds(">1.x", "2.0.0"));
    for unread in [
        ">=1",
        "nonsense",
        ">=1.2.0 oops",
        "||",
        ">=1.2.3.4",
        "x",
        ">=",
        "1.x.2",
    ] {
        assert!(!holds(unread, "1.2.3"), "{unread}");
    }
}

#[test]
fn a_channel_is_found_where_kops_finds_it() {
    let base = "https://raw.githubusercontent.com/kubernetes/kops/master/channels/";
    let url = |text: String| Address::Url(text);
    assert_eq!(Address::resolve("stable"), url(format!("{base}stable")));
    assert_eq!(Address::resolve("own/x"), url(format!("{base}own/x")));
    assert_eq!(
        Address::resolve("/x"),
        url("https://raw.githubusercontent.com/x".into())
    );
    assert_eq!(
        Address::resolve("https://example.com/c"),
        url("https://example.com/c".into())
    );
    assert_eq!(
        Address::resolve("file:///etc/channel"),
        Address::File("/etc/channel".into())
    );
    assert_eq!(Address::resolve("none"), Address::Nowhere);
    for elsewhere in ["s3://bucket/channel", "../../x", "metadata://aws/x"] {
        assert_eq!(
            Address::resolve(elsewhere),
            Address::Elsewhere,
            "{elsewhere}"
        );
    }
}

#[test]
fn what_is_no_channel_is_refused_in_words() {
    let refused = |text: &str| Channel::parse(text).unwrap_err().to_string();
    assert_eq!(
        refused(&"x".repeat(LONGEST + 1)),
        "it is longer than 256 KiB"
    );
    assert_eq!(refused("spec: {}"), "it names no Kubernetes version");
    assert!(refused("<html><body>Sign in</body></html>").starts_with("invalid type: string"));
    assert!(refused("spec: {kubernetesVersions: [{range: [1]}]}").contains("invalid type"));
    assert!(refused(&"[".repeat(1000)).contains("brackets"));
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let items = format!("*a{}, ", level - 1).repeat(9);
        writeln!(bomb, "a{level}: &a{level} [{items}]").unwrap();
    }
    let began = std::time::Instant::now();
    assert_eq!(refused(&bomb), "repetition limit exceeded");
    assert!(began.elapsed().as_secs() < 5);
}

#[test]
fn a_version_that_the_channel_does_not_propose_is_that_of_the_built_in_list() {
    let mut versions = Versions::built_in("none", Some("1.33.0".into()), "the channel is none");
    assert_eq!(shown(versions.proposed()), Some("1.33.12".into()));
    versions.lines = Channel::default();
    assert_eq!(shown(versions.proposed()), Some("1.33.12".into()));
    versions.kops = None;
    assert_eq!(shown(versions.proposed()), Some("1.35.5".into()));
}
