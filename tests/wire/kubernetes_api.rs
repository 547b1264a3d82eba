//! A scripted Kubernetes API on the wire: whole answers, streams that pause, break and go silent.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use kopswain::core::cluster::kubernetes::KubernetesUpdate;
use kopswain::core::cluster_name::ClusterName;
use kopswain::io::kubernetes::{KubeconfigSource, watch_cluster};
use tempfile::TempDir;

pub(crate) const CLUSTER: &str = "prod.example.com";
const LONGEST: Duration = Duration::from_secs(25);

/// What was asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) authorization: String,
    pub(crate) encoding: String,
}

/// A part of an answer that goes on.
#[derive(Clone, Debug)]
pub(crate) enum Part {
    Text(String),
    Pause(Duration),
    /// Nothing more comes, and the connection stays.
    Silence,
}

#[derive(Clone, Debug)]
pub(crate) enum Answer {
    Whole(u16, String),
    /// The connection ends after the last part.
    Stream(Vec<Part>),
}

impl Answer {
    pub(crate) fn watch(lines: &str) -> Self {
        Self::Stream(vec![Part::Text(lines.to_owned()), Part::Silence])
    }

    pub(crate) fn closed(lines: &str) -> Self {
        Self::Stream(vec![Part::Text(lines.to_owned())])
    }

    pub(crate) fn list(version: &str, next: &str, items: &[String]) -> Self {
        let items = items.join(",");
        let metadata = format!(r#"{{"resourceVersion":"{version}","continue":"{next}"}}"#);
        Self::Whole(
            200,
            format!(r#"{{"kind":"List","metadata":{metadata},"items":[{items}]}}"#),
        )
    }

    pub(crate) fn status(code: u16, message: &str) -> Self {
        let body = format!(r#"{{"kind":"Status","code":{code},"message":"{message}"}}"#);
        Self::Whole(code, body)
    }
}

type Script = dyn FnMut(&Asked) -> Option<Answer> + Send;

/// A server that answers from a script, and what no script says as an empty cluster does.
pub(crate) struct Api {
    pub(crate) url: String,
    pub(crate) asked: Arc<Mutex<Vec<Asked>>>,
}

impl Api {
    pub(crate) fn start(script: impl FnMut(&Asked) -> Option<Answer> + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (log, script) = (Arc::clone(&asked), Arc::new(Mutex::new(script)));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (log, script) = (Arc::clone(&log), Arc::clone(&script));
                std::thread::spawn(move || serve(&stream.unwrap(), &log, &*script));
            }
        });
        Self { url, asked }
    }

    /// The paths that begin so, in the order in which they were asked for.
    pub(crate) fn paths(&self, start: &str) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        let paths = asked.iter().map(|one| one.path.clone());
        paths.filter(|path| path.starts_with(start)).collect()
    }
}

fn serve(stream: &TcpStream, log: &Mutex<Vec<Asked>>, script: &Mutex<Script>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    while let Some(asked) = read(&mut reader) {
        log.lock().unwrap().push(asked.clone());
        let scripted = script.lock().unwrap()(&asked);
        match scripted.unwrap_or_else(|| answer_empty(&asked)) {
            Answer::Whole(code, body) => write_whole(stream, code, &body),
            Answer::Stream(parts) => return write_parts(stream, parts),
        }
    }
}

fn answer_empty(asked: &Asked) -> Answer {
    if asked.path.starts_with("/readyz") {
        return Answer::Whole(200, "ok".to_owned());
    }
    if asked.path.contains("includeObject=None") {
        let table = r#"{"columnDefinitions":[{"name":"Ready"},{"name":"Status"}],"rows":[]}"#;
        return Answer::Whole(200, table.to_owned());
    }
    if asked.path.contains("sendInitialEvents") {
        return Answer::status(500, "the required storage feature is disabled");
    }
    if asked.path.contains("watch=1") {
        return Answer::watch("");
    }
    Answer::list("1", "", &[])
}

// Whoever asked may be gone before the answer.
fn write_whole(mut stream: &TcpStream, code: u16, body: &str) {
    let length = body.len();
    let head = format!("HTTP/1.1 {code} X\r\nContent-Length: {length}\r\n\r\n");
    let _ = stream.write_all((head + body).as_bytes());
}

fn write_parts(mut stream: &TcpStream, parts: Vec<Part>) {
    let head = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";
    let _ = stream.write_all(head.as_bytes());
    for part in parts {
        match part {
            Part::Text(text) => {
                let _ = stream.write_all(text.as_bytes());
            }
            Part::Pause(pause) => std::thread::sleep(pause),
            Part::Silence => std::thread::sleep(LONGEST),
        }
    }
}

fn read(reader: &mut impl BufRead) -> Option<Asked> {
    let mut asked = Asked::default();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim();
        match line.split_once(": ") {
            _ if line.is_empty() => return Some(asked),
            Some(("authorization", value)) => value.clone_into(&mut asked.authorization),
            Some(("accept-encoding", value)) => value.clone_into(&mut asked.encoding),
            Some(_) => {}
            None => line
                .trim_start_matches("GET ")
                .trim_end_matches(" HTTP/1.1")
                .clone_into(&mut asked.path),
        }
    }
}

/// A folder with a kubeconfig in it.
pub(crate) struct Folder(pub(crate) TempDir);

impl Folder {
    pub(crate) fn with(kubeconfig: &str) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        folder.write(kubeconfig);
        folder
    }

    /// For this server, as a user with these credentials.
    pub(crate) fn for_user(server: &str, user: &str) -> Self {
        Self::with(&write_kubeconfig(server, user))
    }

    pub(crate) fn write(&self, kubeconfig: &str) {
        std::fs::write(self.0.path().join("config"), kubeconfig).unwrap();
    }

    pub(crate) fn source(&self) -> KubeconfigSource {
        KubeconfigSource::File(self.0.path().join("config"))
    }

    /// Watches until what was reported is enough.
    pub(crate) async fn watch(
        &self,
        enough: impl Fn(&[KubernetesUpdate]) -> bool,
    ) -> Vec<KubernetesUpdate> {
        let reported = Mutex::new(Vec::new());
        let report = |update| reported.lock().unwrap().push(update);
        let source = self.source();
        let cluster = ClusterName::parse(CLUSTER).unwrap();
        let began = Instant::now();
        let wait = async {
            while !enough(&reported.lock().unwrap()) {
                let waited = began.elapsed();
                assert!(waited < LONGEST, "{:#?}", reported.lock().unwrap());
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::select! {
            () = watch_cluster(&source, &cluster, &report) => {}
            () = wait => {}
        }
        reported.into_inner().unwrap()
    }
}

pub(crate) fn write_kubeconfig(server: &str, user: &str) -> String {
    format!(
        "apiVersion: v1
kind: Config
clusters:
- name: {CLUSTER}
  cluster: {{server: '{server}'}}
contexts:
- name: {CLUSTER}
  context: {{cluster: {CLUSTER}, user: me}}
users:
- name: me
  user: {user}
"
    )
}
