//! A scripted AWS on the wire, and test cases in processes of their own, because AWS's settings are environment variables.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, Mutex};

use serde::de::DeserializeOwned;

pub(crate) const KEYS: [(&str, &str); 3] = [
    ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
    ("AWS_SECRET_ACCESS_KEY", "secret"),
    ("AWS_REGION", "us-east-1"),
];

/// The variable that tells this test binary to be a case's process.
pub(crate) const CASE: &str = "KOPSWAIN_WIRE";

/// Runs one test of this binary, which looks at [`CASE`], with nothing but these variables, and reads what it printed after `outcome `.
pub(crate) fn run<T: DeserializeOwned>(child: &str, case: &str, variables: &[(&str, &str)]) -> T {
    let home = tempfile::tempdir().unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", child, "--nocapture"])
        .env_clear()
        .env("HOME", home.path())
        .env(CASE, case)
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().find_map(|line| line.strip_prefix("outcome "));
    serde_json::from_str(line.unwrap_or_else(|| panic!("{output:?}"))).unwrap()
}

/// What was asked: `METHOD PATH`, the Authorization header, and the form of the body, or its JSON and the operation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    pub(crate) line: String,
    pub(crate) authorization: String,
    pub(crate) form: HashMap<String, String>,
    pub(crate) operation: String,
    pub(crate) body: String,
    /// Whether the connection ends with the answer.
    pub(crate) close: bool,
}

impl Request {
    pub(crate) fn action(&self) -> &str {
        self.form.get("Action").unwrap_or(&self.operation)
    }
}

pub(crate) enum Reply {
    Http(u16, String),
    /// A status, one header and no body.
    Header(u16, &'static str),
    /// The connection ends without an answer.
    Cut,
}

type Answers = dyn FnMut(&Request) -> Reply + Send;

/// A server that answers from a script and remembers what it was asked.
pub(crate) struct Server {
    pub(crate) url: String,
    pub(crate) asked: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    pub(crate) fn start(answers: impl FnMut(&Request) -> Reply + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (log, answers) = (Arc::clone(&asked), Arc::new(Mutex::new(answers)));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (log, answers) = (Arc::clone(&log), Arc::clone(&answers));
                std::thread::spawn(move || serve(stream.unwrap(), &log, &*answers));
            }
        });
        Self { url, asked }
    }

    /// The keys, and this server in AWS's place.
    pub(crate) fn variables(&self) -> Vec<(&str, &str)> {
        let mut variables = KEYS.to_vec();
        variables.push(("AWS_ENDPOINT_URL", &self.url));
        variables
    }
}

fn serve(mut stream: TcpStream, log: &Mutex<Vec<Request>>, answers: &Mutex<Answers>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    while let Some(request) = read(&mut reader) {
        log.lock().unwrap().push(request.clone());
        let reply = answers.lock().unwrap()(&request);
        let (status, header, body) = match reply {
            Reply::Http(status, body) => (status, "Content-Type: text/xml", body),
            Reply::Header(status, header) => (status, header, String::new()),
            Reply::Cut => return,
        };
        let length = body.len();
        let written = write!(
            stream,
            "HTTP/1.1 {status} X\r\n{header}\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        // Whoever asked may be stopped before the reply.
        if written.is_err() || request.close {
            return;
        }
    }
}

fn read(reader: &mut impl BufRead) -> Option<Request> {
    let (mut request, mut length) = (Request::default(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim().split_once(": ") {
            _ if line.trim().is_empty() => break,
            _ if request.line.is_empty() => {
                line.trim()
                    .trim_end_matches(" HTTP/1.1")
                    .clone_into(&mut request.line);
            }
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.parse().unwrap();
            }
            Some((name, value)) if name.eq_ignore_ascii_case("authorization") => {
                value.clone_into(&mut request.authorization);
            }
            Some((name, value)) if name.eq_ignore_ascii_case("connection") => {
                request.close = value.eq_ignore_ascii_case("close");
            }
            Some((name, value)) if name.eq_ignore_ascii_case("x-amz-target") => {
                let operation = value.rsplit('.').next().unwrap();
                operation.clone_into(&mut request.operation);
            }
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let text = String::from_utf8(body).unwrap();
    let pair = |pair: &str| {
        pair.split_once('=')
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
    };
    request.form = text.split('&').filter_map(pair).collect();
    request.body = text;
    Some(request)
}
