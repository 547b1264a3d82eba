//! Requests to a cluster's API: whole answers with a bound and in time, and streams of records.

use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures_util::{AsyncBufRead, AsyncBufReadExt as _};
use http::Request;
use http::header::{ACCEPT, ACCEPT_ENCODING};
use kube::{Client, Error};
use tokio::task::yield_now;

use super::failure::ApiAddress;
use super::records::{Endless, whole_records};

/// Bytes of the longest answer that is read whole: a page of 500 pods has some 4 MB.
const LONGEST_ANSWER: usize = 128 << 20;
/// How long an answer may take to begin.
const BEGIN: Duration = Duration::from_secs(30);
/// How long an answer may pause. A watch pauses no longer than a minute: then the server sends a bookmark.
const PAUSE: Duration = Duration::from_secs(100);

/// Objects, whole: in protobuf, else as JSON from whatever stands before the server and knows only that.
pub(super) const OBJECTS: &str = "application/vnd.kubernetes.protobuf, application/json";
const JSON: &str = "application/json";
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
    /// A record was longer than any object.
    Endless,
}

type AnswerReader = Pin<Box<dyn AsyncBufRead + Send>>;

/// An answer with an end, as it comes.
pub(super) struct AnswerChunks<'a> {
    connection: &'a ApiConnection,
    reader: AnswerReader,
    /// Bytes of the reader's that were given already.
    given: usize,
    length: usize,
}

/// The records of an answer without an end.
pub(super) struct RecordStream<'a> {
    connection: &'a ApiConnection,
    reader: AnswerReader,
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
        let mut answer = self.read_chunks(path, accept).await?;
        let mut bytes = Vec::new();
        loop {
            match answer.next_chunk().await? {
                [] => return Ok(bytes),
                chunk => bytes.extend_from_slice(chunk),
            }
        }
    }

    /// The same, in parts as they come.
    pub(super) async fn read_chunks(
        &self,
        path: &str,
        accept: &str,
    ) -> Result<AnswerChunks<'_>, Error> {
        Ok(AnswerChunks {
            connection: self,
            reader: self.start(path, accept, None).await?,
            given: 0,
            length: 0,
        })
    }

    /// The records of a watch, uncompressed: a server that compresses them holds each back.
    pub(super) async fn follow(&self, path: &str) -> Result<RecordStream<'_>, Error> {
        Ok(RecordStream {
            connection: self,
            reader: self.start(path, OBJECTS, Some("identity")).await?,
            buffer: Vec::new(),
            given: 0,
        })
    }

    async fn start(
        &self,
        path: &str,
        accept: &str,
        encoding: Option<&str>,
    ) -> Result<AnswerReader, Error> {
        match self.ask(path, accept, encoding).await {
            // A refusal comes in protobuf too, which the client does not read.
            Err(Error::FromUtf8(_)) => self.ask(path, JSON, encoding).await,
            answer => answer,
        }
    }

    async fn ask(
        &self,
        path: &str,
        accept: &str,
        encoding: Option<&str>,
    ) -> Result<AnswerReader, Error> {
        let mut request = Request::get(path).header(ACCEPT, accept);
        if let Some(encoding) = encoding {
            request = request.header(ACCEPT_ENCODING, encoding);
        }
        let request = request.body(Vec::new()).map_err(Error::HttpError)?;
        let answer = tokio::time::timeout(BEGIN, self.client.request_stream(request)).await;
        let answer = answer.map_err(|_| Error::ReadEvents(late()))?;
        self.hear();
        Ok(Box::pin(answer?))
    }
}

impl AnswerChunks<'_> {
    /// Waits for what comes next; empty at the end.
    pub(super) async fn next_chunk(&mut self) -> Result<&[u8], Error> {
        self.reader.consume_unpin(self.given);
        // What came may be unpacked for long: meanwhile the watches continue.
        yield_now().await;
        let chunk = in_time(PAUSE, self.reader.fill_buf()).await?;
        self.connection.hear();
        self.given = chunk.len();
        self.length += chunk.len();
        if self.length > LONGEST_ANSWER {
            return Err(Error::ReadEvents(std::io::Error::other("it has no end")));
        }
        Ok(chunk)
    }
}

impl RecordStream<'_> {
    /// Waits for whole records, and takes all that came together.
    pub(super) async fn next_records(&mut self) -> Result<&[u8], StreamEnd> {
        self.buffer.drain(..self.given);
        self.given = 0;
        let mut searched = 0;
        loop {
            let whole = whole_records(&self.buffer, searched);
            self.given = whole.map_err(|Endless| StreamEnd::Endless)?;
            if self.given > 0 {
                return Ok(&self.buffer[..self.given]);
            }
            searched = self.buffer.len();
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
