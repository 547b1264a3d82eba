//! How many pods are in which state, from the table that `kubectl get pods` prints: a fiftieth of the objects themselves.

use std::fmt;
use std::io::{BufReader, Cursor, Read};
use std::time::{Duration, Instant};

use kube::Error;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use tokio::sync::mpsc::{Receiver, channel};
use tokio::task::spawn_blocking;
use tokio::time::sleep;

use super::connection::TABLE;
use super::failure::{explain, explain_garbage, status_code};
use super::link::{NODES_AND_SYSTEM_PODS, SessionEnd, WatchLink};
use super::wire::{TableColumn, TableRow, WireText};
use crate::core::cluster::kubernetes::{KubernetesUpdate, PodCounts};

const SHORTEST_PAUSE: Duration = Duration::from_secs(15);
/// A pause lasts so many times as long as the count before it took: what a crowd's table costs stays small.
const REST: u32 = 40;
/// Parts of an answer that wait between the thread that reads them and the one that counts.
const MOST_CHUNKS: usize = 16;
/// Of the server's memory, at once: a row has some 150 bytes, and pages would come from etcd.
const TABLE_PATH: &str = "/api/v1/pods?includeObject=None&resourceVersion=0";

/// The columns that are read, by their place.
#[derive(Clone, Copy, Debug, Default)]
struct TableColumns {
    ready: usize,
    status: usize,
}

/// Counts the pods now and again, one count at a time.
pub(super) async fn count_pods(link: &WatchLink<'_>) -> SessionEnd {
    link.wait_for_steps(NODES_AND_SYSTEM_PODS).await;
    let mut first = true;
    loop {
        let began = Instant::now();
        match read_counts(link).await {
            Ok(Ok(counts)) => (link.report)(KubernetesUpdate::Counted(counts)),
            Ok(Err(why)) => {
                return SessionEnd::Failed(explain_garbage(&why, &link.connection.address));
            }
            Err(error) if status_code(&error).is_none() => {
                return SessionEnd::Failed(explain(&error, &link.connection.address));
            }
            // What is not permitted here is not permitted to the watches either, and they say so.
            Err(_) => {}
        }
        if std::mem::take(&mut first) {
            link.note_step();
        }
        sleep(SHORTEST_PAUSE.max(began.elapsed() * REST)).await;
    }
}

// Megabytes, of which some kilobytes are held at once; while they are counted the watches continue.
async fn read_counts(link: &WatchLink<'_>) -> Result<Result<PodCounts, String>, Error> {
    let mut answer = link.connection.read_chunks(TABLE_PATH, TABLE).await?;
    let (sender, chunks) = channel(MOST_CHUNKS);
    let reader = ChunkReader {
        chunks,
        chunk: Cursor::default(),
    };
    let counted = spawn_blocking(move || count_table(BufReader::new(reader)));
    loop {
        let chunk = answer.next_chunk().await?;
        // What cannot be read is not read to its end.
        if chunk.is_empty() || sender.send(chunk.to_vec()).await.is_err() {
            break;
        }
    }
    drop(sender);
    let counted = counted.await;
    Ok(counted.unwrap_or_else(|error| Err(error.to_string())))
}

/// What is passed on from another thread, to its end.
struct ChunkReader {
    chunks: Receiver<Vec<u8>>,
    chunk: Cursor<Vec<u8>>,
}

impl Read for ChunkReader {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        let read = self.chunk.read(bytes)?;
        if read > 0 {
            return Ok(read);
        }
        let next = self.chunks.blocking_recv();
        self.chunk = Cursor::new(next.unwrap_or_default());
        self.chunk.read(bytes)
    }
}

fn count_table(table: impl Read) -> Result<PodCounts, String> {
    let unreadable = |error| format!("its table of pods cannot be read ({error})");
    let table: CountedTable = serde_json::from_reader(table).map_err(unreadable)?;
    let missing = || "its table of pods has no column Ready or Status".to_owned();
    table.0.ok_or_else(missing)
}

/// The pods of a table as `kubectl get` prints it, counted while it is read: tens of thousands of rows are never held;
/// absent where it has no column for that.
struct CountedTable(Option<PodCounts>);

impl<'de> Deserialize<'de> for CountedTable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(TableVisitor)
    }
}

struct TableVisitor;

impl<'de> Visitor<'de> for TableVisitor {
    type Value = CountedTable;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a table whose columns come before its rows, as Kubernetes writes it")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<CountedTable, A::Error> {
        let mut columns = None;
        let mut counts = PodCounts::default();
        while let Some(key) = map.next_key::<WireText<'de>>()? {
            match &*key {
                "columnDefinitions" => {
                    columns = find_columns(&map.next_value::<Vec<TableColumn<'de>>>()?);
                }
                "rows" => {
                    let places = columns.unwrap_or_default();
                    counts = map.next_value_seed(RowCounter(places))?;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(CountedTable(columns.map(|_| counts)))
    }
}

/// Counts rows one by one.
struct RowCounter(TableColumns);

impl<'de> DeserializeSeed<'de> for RowCounter {
    type Value = PodCounts;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<PodCounts, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for RowCounter {
    type Value = PodCounts;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("the rows of a table")
    }

    // What Go writes for none.
    fn visit_unit<E>(self) -> Result<PodCounts, E> {
        Ok(PodCounts::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<PodCounts, A::Error> {
        let mut counts = PodCounts::default();
        while let Some(row) = rows.next_element::<TableRow<'de>>()? {
            count_row(&mut counts, &row, self.0);
        }
        Ok(counts)
    }
}

fn find_columns(columns: &[TableColumn<'_>]) -> Option<TableColumns> {
    let place = |name: &str| columns.iter().position(|column| &*column.name == name);
    Some(TableColumns {
        ready: place("Ready")?,
        status: place("Status")?,
    })
}

// The words of `printPod` in Kubernetes's pkg/printers/internalversion/printers.go.
fn count_row(counts: &mut PodCounts, row: &TableRow<'_>, columns: TableColumns) {
    let cell = |place: usize| row.cells.get(place).map_or("", |cell| &**cell);
    let count = match cell(columns.status) {
        "Running" if is_whole(cell(columns.ready)) => &mut counts.ready,
        "Running" | "NotReady" | "Terminating" | "Unknown" => &mut counts.not_ready,
        "Completed" | "Succeeded" => &mut counts.succeeded,
        "Pending" | "ContainerCreating" | "PodInitializing" | "SchedulingGated" => {
            &mut counts.pending
        }
        status if is_initializing(status) => &mut counts.pending,
        _ => &mut counts.failed,
    };
    *count = count.saturating_add(1);
}

fn is_whole(ready: &str) -> bool {
    ready
        .split_once('/')
        .is_some_and(|(ready, all)| ready == all)
}

// `Init:1/2`; with a word after it, such as `Init:Error`, it fails.
fn is_initializing(status: &str) -> bool {
    let rest = status.strip_prefix("Init:");
    rest.is_some_and(|rest| rest.starts_with(|character: char| character.is_ascii_digit()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    // Recorded from kube-apiserver 1.36.1.
    const TABLE: &str = include_str!("../../../tests/fixtures/kubernetes/pods-table.json");

    fn count(rows: &[(&str, &str)]) -> PodCounts {
        let mut counts = PodCounts::default();
        let columns = TableColumns {
            ready: 1,
            status: 2,
        };
        for (ready, status) in rows {
            let text = format!(r#"{{"cells":["p","{ready}","{status}",3,null]}}"#);
            count_row(&mut counts, &serde_json::from_str(&text).unwrap(), columns);
        }
        counts
    }

    #[test]
    fn the_rows_of_a_table_are_counted_by_their_words() {
        let wanted = PodCounts {
            ready: 3,
            pending: 1,
            failed: 2,
            succeeded: 1,
            ..PodCounts::default()
        };
        assert_eq!(count_table(TABLE.as_bytes()), Ok(wanted));
    }

    #[test]
    fn a_table_without_the_columns_is_not_counted() {
        let missing = "its table of pods has no column Ready or Status".to_owned();
        assert_eq!(count_table(&br#"{"rows":[]}"#[..]), Err(missing.clone()));
        let columns = br#"{"columnDefinitions":[{"name":"Name"}],"rows":[{"cells":["p"]}]}"#;
        assert_eq!(count_table(&columns[..]), Err(missing));
        assert!(count_table(&b"[]"[..]).is_err());
        let none = br#"{"columnDefinitions":[{"name":"Ready"},{"name":"Status"}],"rows":null}"#;
        assert_eq!(count_table(&none[..]), Ok(PodCounts::default()));
    }

    #[test]
    fn each_word_of_kubernetes_has_its_place() {
        let counts = |ready, not_ready, pending, failed, succeeded| PodCounts {
            ready,
            not_ready,
            pending,
            failed,
            succeeded,
        };
        assert_eq!(
            count(&[("2/2", "Running"), ("1/2", "Running")]),
            counts(1, 1, 0, 0, 0)
        );
        assert_eq!(
            count(&[("1/1", "Terminating"), ("0/1", "Unknown")]),
            counts(0, 2, 0, 0, 0)
        );
        assert_eq!(
            count(&[("0/1", "Init:1/2"), ("0/1", "Pending")]),
            counts(0, 0, 2, 0, 0)
        );
        let failing = [
            "Init:Error",
            "Evicted",
            "OOMKilled",
            "Init:CrashLoopBackOff",
            "\\u001b",
        ];
        assert_eq!(
            count(&failing.map(|status| ("0/1", status))),
            counts(0, 0, 0, 5, 0)
        );
    }
}
