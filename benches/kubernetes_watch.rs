//! How long the watch of a cluster's API takes until each thing is known, and what it costs afterwards:
//! `cargo bench --bench kubernetes_watch -- KUBECONFIG CLUSTER SECONDS`, which changes nothing in the cluster.

#![allow(clippy::print_stdout)]

use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use kopswain::core::cluster::kubernetes::{KubernetesChange, KubernetesUpdate};
use kopswain::core::cluster_name::ClusterName;
use kopswain::io::kubernetes::{KubeconfigSource, watch_cluster};

type Failed = Box<dyn std::error::Error>;

/// What was reported so far.
#[derive(Debug)]
struct Tally {
    began: Instant,
    nodes: usize,
    pods: usize,
    gone: usize,
    updates: usize,
    /// Seconds from the write of a change by `lab/crowd`, which says when that was, to its report.
    delays: Vec<f64>,
    verbose: bool,
}

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    // Run among the others, it has no cluster.
    let [kubeconfig, cluster, seconds, rest @ ..] = words.as_slice() else {
        return Ok(());
    };
    let source = KubeconfigSource::File(PathBuf::from(kubeconfig));
    let cluster = ClusterName::parse(cluster)?;
    let whole = Duration::from_secs(seconds.parse()?);
    let tally = Mutex::new(Tally::start(rest.iter().any(|word| word == "verbose")));
    let report = |update| {
        if let Ok(mut tally) = tally.lock() {
            tally.take(&update);
        }
    };
    let measure = measure_rest(whole);
    tokio::select! {
        () = watch_cluster(&source, &cluster, &report) => {}
        measured = measure => measured?,
    }
    if let Ok(tally) = tally.lock() {
        tally.say("the end");
        tally.say_delays();
    }
    Ok(())
}

impl Tally {
    fn start(verbose: bool) -> Self {
        Self {
            began: Instant::now(),
            nodes: 0,
            pods: 0,
            gone: 0,
            updates: 0,
            delays: Vec::new(),
            verbose,
        }
    }

    fn take(&mut self, update: &KubernetesUpdate) {
        self.updates += 1;
        match update {
            KubernetesUpdate::Changed(changes) => self.count(changes),
            KubernetesUpdate::Answered { .. } if !self.verbose => {}
            other => self.say(&format!("{other:?}")),
        }
    }

    fn count(&mut self, changes: &[KubernetesChange]) {
        let first = self.nodes == 0;
        for change in changes {
            match change {
                KubernetesChange::Node(node) => {
                    self.nodes += 1;
                    self.delays.extend(delay(node.ready.message.raw()));
                }
                KubernetesChange::Pod(_) => self.pods += 1,
                KubernetesChange::NodeGone(_) | KubernetesChange::PodGone { .. } => self.gone += 1,
            }
        }
        if first && self.nodes > 0 {
            self.say("first nodes");
        }
        if self.verbose {
            self.say(&format!("{changes:?}"));
        }
    }

    // Of what was there before the watch, the delay is the age.
    fn say_delays(&self) {
        let mut delays: Vec<f64> = self
            .delays
            .iter()
            .copied()
            .filter(|one| *one < 5.0)
            .collect();
        delays.sort_by(f64::total_cmp);
        let at = |percent: usize| delays.get((delays.len().max(1) - 1) * percent / 100);
        if let (Some(half), Some(most)) = (at(50), at(99)) {
            let (half, most) = (half * 1000.0, most * 1000.0);
            println!(
                "{} changes: p50 {half:.1} ms, p99 {most:.1} ms after the write",
                delays.len()
            );
        }
    }

    fn say(&self, what: &str) {
        let (at, nodes, pods) = (self.began.elapsed().as_millis(), self.nodes, self.pods);
        let (gone, updates) = (self.gone, self.updates);
        println!("{at:>6} ms: {nodes} nodes, {pods} pods, {gone} gone, {updates} updates: {what}");
    }
}

fn delay(message: &str) -> Option<f64> {
    let written: f64 = message.strip_prefix("written at ")?.parse().ok()?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    Some(now.as_secs_f64() - written)
}

/// Says what the last two thirds of the time cost, when every list is long complete.
async fn measure_rest(whole: Duration) -> Result<(), Failed> {
    tokio::time::sleep(whole / 3).await;
    let (before, began) = (cpu_seconds()?, Instant::now());
    tokio::time::sleep(whole * 2 / 3).await;
    let percent = 100.0 * (cpu_seconds()? - before) / began.elapsed().as_secs_f64();
    println!("CPU {before:.2} s until then, {percent:.2} % of a core since");
    for line in fs::read_to_string("/proc/self/status")?.lines() {
        if line.starts_with("VmRSS") || line.starts_with("VmHWM") {
            println!("{line}");
        }
    }
    Ok(())
}

/// Processor time of this process, in ticks of a hundredth of a second (proc(5)).
fn cpu_seconds() -> Result<f64, Failed> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let ticks = |place: usize| {
        fields
            .get(place)
            .map_or(Ok(0.0), |field| field.parse::<f64>())
    };
    Ok((ticks(11)? + ticks(12)?) / 100.0)
}
