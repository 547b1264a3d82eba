//! kops's channel on the wire: fetched once a day, bounded in time and size, and replaced by the built-in list in words.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use kopswain::core::channel::{Channel, LONGEST, Origin, Versions};
use kopswain::io::aws::Freshness;
use kopswain::io::channel::versions;
use kopswain::io::settings::Settings;

use crate::server::{CASE, Reply, Request, Server, run};

const STABLE: &str = include_str!("../fixtures/kops/channel-stable.yml");
const ENOUGH: Duration = Duration::from_secs(8);

/// The process of a case: the channel, then how often it is read and whether anew; does nothing in the tests themselves.
#[tokio::test]
async fn child() {
    let Ok(case) = std::env::var(CASE) else {
        return;
    };
    let mut words = case.split(' ');
    let settings = Settings {
        channel: words.next().map(str::to_owned),
        ..Settings::default()
    };
    let mut read = Vec::new();
    for word in words {
        let freshness = match word {
            "new" => Freshness::New,
            _ => Freshness::Kept,
        };
        read.push(versions(&settings, freshness).await);
    }
    println!("\noutcome {}", serde_json::to_string(&read).unwrap());
}

fn read(channel: &str, how: &str) -> Vec<Versions> {
    run("channel::child", &format!("{channel} {how}"), &[])
}

fn once(channel: &str) -> Versions {
    let began = Instant::now();
    let read = read(channel, "kept").remove(0);
    assert!(began.elapsed() < ENOUGH, "{:?}", began.elapsed());
    read
}

// Why the built-in list stands in, which is whole.
fn why(channel: &str) -> String {
    let read = once(channel);
    let Origin::BuiltIn { why } = &read.origin else {
        panic!("{read:?}");
    };
    assert_eq!(read.lines, Channel::built_in());
    assert_eq!(read.channel, channel);
    why.shown()
}

fn from(read: &[Versions]) -> Vec<&'static str> {
    let word = |read: &Versions| match read.origin {
        Origin::Channel => "channel",
        Origin::Kept { .. } => "kept",
        Origin::BuiltIn { .. } => "built in",
    };
    read.iter().map(word).collect()
}

fn always(reply: impl Fn() -> Reply + Send + 'static) -> (Server, String) {
    let server = Server::start(move |_: &Request| reply());
    let url = format!("{}/channel", server.url);
    (server, url)
}

#[test]
fn a_channel_is_fetched_once_and_then_believed() {
    let (server, url) = always(|| Reply::Http(200, STABLE.to_owned()));
    let read = read(&url, "kept kept new");
    assert_eq!(from(&read), ["channel", "kept", "channel"]);
    for read in &read {
        assert_eq!(read.lines, Channel::parse(STABLE).unwrap());
        assert_eq!(read.kops, None);
        assert_eq!(read.proposed().unwrap().to_string(), "1.35.5");
    }
    let asked = server.asked.lock().unwrap();
    let lines: Vec<&str> = asked.iter().map(|one| one.line.as_str()).collect();
    assert_eq!(lines, ["GET /channel", "GET /channel"]);
}

#[test]
fn an_old_channel_stands_in_for_one_that_cannot_be_read_any_more() {
    let mut left = 1;
    let server = Server::start(move |_: &Request| {
        left -= 1;
        match left {
            0.. => Reply::Http(200, STABLE.to_owned()),
            _ => Reply::Http(503, String::new()),
        }
    });
    let read = read(&format!("{}/channel", server.url), "kept new");
    assert_eq!(from(&read), ["channel", "kept"]);
}

#[test]
fn whatever_the_server_does_the_built_in_list_says_why_it_stands_in() {
    let (_server, url) = always(|| Reply::Http(404, String::new()));
    assert_eq!(why(&url), format!("{url} answered 404"));
    let (_server, url) = always(|| Reply::Http(200, "<html>Sign in</html>".to_owned()));
    assert!(why(&url).starts_with(&format!("{url}: invalid type: string")));
    let (_server, url) = always(|| Reply::Http(200, "x".repeat(10 << 20)));
    assert_eq!(
        why(&url),
        format!("{url} is longer than {} KiB", LONGEST >> 10)
    );
    let (_server, url) = always(|| Reply::Cut);
    assert!(why(&url).starts_with(&format!("{url}: ")));
    let (_server, url) = always(|| {
        std::thread::sleep(Duration::from_mins(1));
        Reply::Cut
    });
    assert_eq!(why(&url), format!("{url} gave no whole answer within 5 s"));
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let said = why(&format!("http://{closed}/channel"));
    assert!(said.contains("refused"), "{said}");
}

#[test]
fn a_file_is_read_and_what_is_none_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        format!("file://{}", path.display())
    };
    let good = once(&file("good", STABLE));
    assert_eq!(good.origin, Origin::Channel);
    assert_eq!(good.proposed().unwrap().to_string(), "1.35.5");
    let here = folder.path().display();
    let refused = BTreeMap::from([
        (
            file("empty", ""),
            format!("{here}/empty: it names no Kubernetes version"),
        ),
        (
            file("long", &"x".repeat(LONGEST + 1)),
            format!("{here}/long: it is longer than 256 KiB"),
        ),
        (
            format!("file://{here}/none"),
            format!("{here}/none: No such file or directory (os error 2)"),
        ),
        (format!("file://{here}"), format!("{here} is not a file")),
        (
            "file:///dev/zero".to_owned(),
            "/dev/zero is not a file".to_owned(),
        ),
        ("none".to_owned(), "the channel is none".to_owned()),
        (
            "s3://bucket/x".to_owned(),
            "kopswain reads channels from files and over HTTP only".to_owned(),
        ),
    ]);
    for (channel, said) in refused {
        assert_eq!(why(&channel), said);
    }
}
