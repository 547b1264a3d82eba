//! A proxy before an HTTP API that makes trouble: it throttles, resets, cuts, delays and lies, and counts what it did.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What the proxy does to a share of the requests, in percent.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Troubles {
    pub(crate) throttled: u64,
    pub(crate) reset: u64,
    pub(crate) cut: u64,
    pub(crate) nonsense: u64,
    /// Every answer comes so much later.
    pub(crate) delay: Duration,
    /// From this request on the credentials are expired.
    pub(crate) expired_after: Option<u64>,
}

/// A proxy on a port of its own; it goes on until the test program ends.
pub(crate) struct Proxy {
    pub(crate) url: String,
    shared: Arc<Shared>,
}

struct Shared {
    upstream: String,
    troubles: Mutex<Troubles>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    random: u64,
    requests: u64,
    done: BTreeMap<&'static str, u64>,
}

struct Request {
    head: String,
    body: Vec<u8>,
}

impl Proxy {
    /// A proxy before `http://HOST:PORT`.
    pub(crate) fn before(upstream: &str, troubles: Troubles) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            upstream: upstream
                .trim_start_matches("http://")
                .trim_end_matches('/')
                .to_owned(),
            troubles: Mutex::new(troubles),
            state: Mutex::new(State {
                random: 0x2545_f491_4f6c_dd1d,
                ..State::default()
            }),
        });
        let serving = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let serving = Arc::clone(&serving);
                std::thread::spawn(move || serving.serve(stream));
            }
        });
        Self { url, shared }
    }

    /// Makes other trouble from here on.
    pub(crate) fn now(&self, troubles: Troubles) {
        *self.shared.troubles.lock().unwrap() = troubles;
        self.shared.state.lock().unwrap().requests = 0;
    }

    /// How often each trouble was made.
    pub(crate) fn made(&self) -> BTreeMap<&'static str, u64> {
        self.shared.state.lock().unwrap().done.clone()
    }
}

impl Shared {
    fn serve(&self, mut stream: TcpStream) {
        // One request for each connection: a reset then hits one request only.
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let Some(head) = read_head(&mut reader) else {
            return;
        };
        let troubles = *self.troubles.lock().unwrap();
        std::thread::sleep(troubles.delay);
        match self.choose(&troubles) {
            // What was sent and never read makes the kernel reset the connection.
            "reset" => {}
            other => {
                let Some(request) = read_body(&mut reader, head) else {
                    return;
                };
                let answer = match other {
                    "throttled" => throttled(&request.head),
                    "expired" => expired(&request.head),
                    "nonsense" => answer(
                        "200 OK",
                        "text/html",
                        "<html><body>Sign in to the network</body></html>",
                    ),
                    _ => self.forward(&request),
                };
                let sent = if other == "cut" {
                    answer.len() * 2 / 3
                } else {
                    answer.len()
                };
                // A reader that went away has had enough.
                let _ = stream.write_all(&answer[..sent]);
            }
        }
    }

    fn choose(&self, troubles: &Troubles) -> &'static str {
        let mut state = self.state.lock().unwrap();
        state.requests += 1;
        state.random ^= state.random << 13;
        state.random ^= state.random >> 7;
        state.random ^= state.random << 17;
        let mut drawn = state.random % 100;
        let mut chosen = "forwarded";
        for (word, share) in [
            ("throttled", troubles.throttled),
            ("reset", troubles.reset),
            ("cut", troubles.cut),
            ("nonsense", troubles.nonsense),
        ] {
            if drawn < share {
                chosen = word;
                break;
            }
            drawn -= share;
        }
        if troubles
            .expired_after
            .is_some_and(|after| state.requests > after)
        {
            chosen = "expired";
        }
        *state.done.entry(chosen).or_default() += 1;
        chosen
    }

    fn forward(&self, request: &Request) -> Vec<u8> {
        let Ok(mut upstream) = TcpStream::connect(&self.upstream) else {
            return answer("502 Bad Gateway", "text/plain", "nobody answers");
        };
        let mut head = String::new();
        for line in request.head.lines() {
            if !line.to_ascii_lowercase().starts_with("connection:") {
                head.push_str(line);
                head.push_str("\r\n");
            }
        }
        let sent = upstream
            .write_all(format!("{head}Connection: close\r\n\r\n").as_bytes())
            .and_then(|()| upstream.write_all(&request.body));
        let mut said = Vec::new();
        if sent.is_err() || upstream.read_to_end(&mut said).is_err() {
            return answer("502 Bad Gateway", "text/plain", "the answer was cut");
        }
        said
    }
}

fn read_head(reader: &mut impl BufRead) -> Option<String> {
    let mut head = String::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if line.trim().is_empty() {
            return Some(head);
        }
        head.push_str(line.trim_end());
        head.push('\n');
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (known, value) = line.split_once(':')?;
        known.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

fn read_body(reader: &mut impl BufRead, head: String) -> Option<Request> {
    let mut body = Vec::new();
    if header(&head, "transfer-encoding").is_some_and(|value| value.contains("chunked")) {
        read_chunks(reader, &mut body)?;
    } else {
        let length = header(&head, "content-length").and_then(|value| value.parse().ok());
        body.resize(length.unwrap_or(0), 0);
        reader.read_exact(&mut body).ok()?;
    }
    Some(Request { head, body })
}

// The chunks are forwarded as they came.
fn read_chunks(reader: &mut impl BufRead, body: &mut Vec<u8>) -> Option<()> {
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        body.extend_from_slice(line.as_bytes());
        let size = usize::from_str_radix(line.split(';').next()?.trim(), 16).ok()?;
        let start = body.len();
        body.resize(start + size + 2, 0);
        reader.read_exact(&mut body[start..]).ok()?;
        if size == 0 {
            return Some(());
        }
    }
}

fn answer(status: &str, kind: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}").into_bytes()
}

// As each service says it: S3 in its own form, EC2 in its own, the others in the query protocol's.
fn refused(head: &str, status: &str, s3: &str, ec2: &str, other: &str) -> Vec<u8> {
    let scope = header(head, "authorization").unwrap_or_default();
    let said =
        |code: &str| format!("<Code>{code}</Code><Message>trouble \u{202e}made here</Message>");
    let body = if scope.contains("/s3/") {
        format!("<Error>{}</Error>", said(s3))
    } else if scope.contains("/ec2/") {
        format!(
            "<Response><Errors><Error>{}</Error></Errors><RequestID>r</RequestID></Response>",
            said(ec2)
        )
    } else {
        format!(
            "<ErrorResponse><Error><Type>Sender</Type>{}</Error><RequestId>r</RequestId></ErrorResponse>",
            said(other)
        )
    };
    answer(status, "text/xml", &body)
}

fn throttled(head: &str) -> Vec<u8> {
    refused(
        head,
        "503 Service Unavailable",
        "SlowDown",
        "RequestLimitExceeded",
        "Throttling",
    )
}

fn expired(head: &str) -> Vec<u8> {
    refused(
        head,
        "400 Bad Request",
        "ExpiredToken",
        "RequestExpired",
        "ExpiredToken",
    )
}
