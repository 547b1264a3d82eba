//! Requests to a cluster's API: whole answers with a bound and in time, and streams of lines.

use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures_util::{AsyncBufRead, AsyncBufReadExt as _};
use http::Request;
use http::header::{ACCEPT, ACCEPT_ENCODING};
use kube::{Client, Error};
use tokio::task::yield_now;

use super::failure::ApiAddress;

/// Bytes of the longest answer that is read whole: a page of 500 pods has some 4 MB.
const LONGEST_ANSWER: usize = 128 << 20;
/// Bytes of the longest line of a watch; etcd takes no object of more than 1.5 MiB.
const LONGEST_LINE: usize = 16 << 20;
/// How long an answer may take to begin.
const BEGIN: Duration = Duration::from_secs(30);
/// How long an answer may pause. A watch pauses no longer than a minute: then the server sends a bookmark.
const PAUSE: Duration = Duration::from_secs(100);

/// Objects, whole.
pub(super) const OBJECTS: &str = "application/json";
/// What `kubectl get` prints of objects.
pub(super) const TABLE: &str = "application/json;as=Table;v=v1;g=meta.k8s.io";

/// The way to one API, for as long as its credentials are good.
pub(super) struct ApiConnection {
    client: Client,
    pub(super) address: ApiAddress,
    began: Instant,
    /// Milliseconds after `began` when something last came.
    heard: AtomicU64,
}

/// Why a stream ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StreamEnd {
    /// The server closed it, as it does with every watch after a while, or the connection broke.
    Closed,
    /// Nothing came for longer than a server that is there is silent.
    Silent,
    /// A line was longer than any object.
    Endless,
}

/// The lines of an answer without an end.
pub(super) struct LineStream<'a> {
    connection: &'a ApiConnection,
    reader: Pin<Box<dyn AsyncBufRead + Send>>,
    buffer: Vec<u8>,
    /// Bytes of `buffer` that were given already.
    given: usize,
}

impl ApiConnection {
    pub(super) fn new(client: Client, address: ApiAddress) -> Self {
        Self {
            client,
            address,
            began: Instant::now(),
            heard: AtomicU64::new(0),
        }
    }

    /// How long nothing has come.
    pub(super) fn silence(&self) -> Duration {
        let heard = Duration::from_millis(self.heard.load(Ordering::Relaxed));
        self.began.elapsed().saturating_sub(heard)
    }

    fn hear(&self) {
        let now = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.heard.store(now, Ordering::Relaxed);
    }

    /// The whole answer to a question; a server compresses it where it is long.
    pub(super) async fn read(&self, path: &str, accept: &str) -> Result<Vec<u8>, Error> {
        let request = Request::get(path).header(ACCEPT, accept);
        let mut reader = self.start(request).await?;
        let mut bytes = Vec::new();
        loop {
            let chunk = in_time(PAUSE, reader.fill_buf()).await?;
            if chunk.is_empty() {
                return Ok(bytes);
            }
            let count = chunk.len();
            bytes.extend_from_slice(chunk);
            reader.consume_unpin(count);
            self.hear();
            // What came may be unpacked for long: meanwhile the watches continue.
            yield_now().await;
            if bytes.len() > LONGEST_ANSWER {
                return Err(Error::ReadEvents(std::io::Error::other("it has no end")));
            }
        }
    }

    /// The lines of a watch, uncompressed: a server that compresses them holds each back.
    pub(super) async fn follow(&self, path: &str) -> Result<LineStream<'_>, Error> {
        let request = Request::get(path)
            .header(ACCEPT, OBJECTS)
            .header(ACCEPT_ENCODING, "identity");
        Ok(LineStream {
            connection: self,
            reader: self.start(request).await?,
            buffer: Vec::new(),
            given: 0,
        })
    }

    async fn start(
        &self,
        request: http::request::Builder,
    ) -> Result<Pin<Box<dyn AsyncBufRead + Send>>, Error> {
        let request = request.body(Vec::new()).map_err(Error::HttpError)?;
        let answer = tokio::time::timeout(BEGIN, self.client.request_stream(request)).await;
        let answer = answer.map_err(|_| Error::ReadEvents(late()))?;
        self.hear();
        Ok(Box::pin(answer?))
    }
}

impl LineStream<'_> {
    /// Waits for whole lines, and takes all that came together.
    pub(super) async fn next_lines(&mut self) -> Result<&[u8], StreamEnd> {
        self.buffer.drain(..self.given);
        self.given = 0;
        let mut searched = 0;
        loop {
            if let Some(end) = memchr::memrchr(b'\n', &self.buffer[searched..]) {
                self.given = searched + end + 1;
                return Ok(&self.buffer[..self.given]);
            }
            searched = self.buffer.len();
            if searched > LONGEST_LINE {
                return Err(StreamEnd::Endless);
            }
            self.read_more().await?;
        }
    }

    async fn read_more(&mut self) -> Result<(), StreamEnd> {
        let chunk = match tokio::time::timeout(PAUSE, self.reader.fill_buf()).await {
            Err(_) => return Err(StreamEnd::Silent),
            Ok(Err(_) | Ok([])) => return Err(StreamEnd::Closed),
            Ok(Ok(chunk)) => chunk,
        };
        let count = chunk.len();
        self.buffer.extend_from_slice(chunk);
        self.reader.consume_unpin(count);
        self.connection.hear();
        Ok(())
    }
}

async fn in_time<T>(
    limit: Duration,
    reading: impl Future<Output = Result<T, std::io::Error>>,
) -> Result<T, Error> {
    let read = tokio::time::timeout(limit, reading).await;
    read.map_err(|_| Error::ReadEvents(late()))?
        .map_err(Error::ReadEvents)
}

fn late() -> std::io::Error {
    std::io::Error::from(std::io::ErrorKind::TimedOut)
}
