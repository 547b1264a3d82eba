//! What a person sees of a crowded cluster, and what it costs, for any program that lists nodes in a terminal:
//! `cargo bench --bench painted -- KUBECONFIG NODE CHANGES SECONDS COMPLETE PROGRAM [ARGUMENT …]` starts the program in
//! a pseudo-terminal of 48 rows and 160 columns, waits until NODE is on the screen and then the text COMPLETE, lets NODE
//! be not ready and ready again CHANGES times, through the API, and says when each was painted; then it watches the
//! program for SECONDS, and does the CHANGES once more, when nothing is read for the first time any more. Only a lab has such
//! a cluster: the status of a node of a real one is its kubelet's.

#![allow(clippy::print_stdout)]

use std::fs;
use std::time::{Duration, Instant};

use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use portable_pty::CommandBuilder;
use pseudo_terminal::{Failed, PseudoTerminal};
use serde_json::json;

mod pseudo_terminal;

/// Between two changes, so that each is one of its own.
const APART: Duration = Duration::from_millis(300);

/// The program that is measured, and when it began.
struct Painted {
    terminal: PseudoTerminal,
    began: Instant,
}

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let words = std::env::args().skip(1).filter(|word| word != "--bench");
    let words: Vec<String> = words.collect();
    // Run among the others, it has no cluster.
    let [kubeconfig, node, changes, seconds, complete, program @ ..] = words.as_slice() else {
        return Ok(());
    };
    let kubeconfig = Kubeconfig::read_from(kubeconfig)?;
    let options = KubeConfigOptions::default();
    let config = Config::from_custom_kubeconfig(kubeconfig, &options).await?;
    let client = Client::try_from(config)?;
    write_status(&client, node, true).await?;
    let mut painted = Painted::start(program)?;
    painted.wait_for(node)?;
    println!("{:?}: {node} is on the screen", painted.began.elapsed());
    painted.wait_for(complete)?;
    println!("{:?}: {complete:?} is", painted.began.elapsed());
    painted.say_memory()?;
    let changes = changes.parse()?;
    painted.change_often(&client, node, changes).await?;
    painted.rest(Duration::from_secs(seconds.parse()?))?;
    painted.change_often(&client, node, changes).await
}

impl Painted {
    fn start(words: &[String]) -> Result<Self, Failed> {
        let mut command = CommandBuilder::from_argv(words.iter().map(Into::into).collect());
        command.cwd(std::env::current_dir()?);
        let began = Instant::now();
        let terminal = PseudoTerminal::start(command)?;
        Ok(Self { terminal, began })
    }

    fn wait_for(&mut self, text: &str) -> Result<(), Failed> {
        self.terminal.wait(|screen| screen.contains(text))
    }

    async fn change_often(
        &mut self,
        client: &Client,
        node: &str,
        changes: u32,
    ) -> Result<(), Failed> {
        let mut delays = Vec::new();
        for change in 0..changes {
            delays.push(self.change(client, node, change % 2 == 1).await?);
        }
        say_delays(&mut delays);
        Ok(())
    }

    /// From the sending of the write to the changed row.
    async fn change(
        &mut self,
        client: &Client,
        node: &str,
        ready: bool,
    ) -> Result<Duration, Failed> {
        self.terminal.take_for(APART)?;
        let sent = Instant::now();
        write_status(client, node, ready).await?;
        self.terminal.wait(|screen| {
            let mut rows = screen.lines().rev();
            // What happened may stand below the list, in other words, and so may that it happens often.
            let of_node = |row: &&str| row.contains(node) && !row.contains("flaps");
            let row = rows.find(|row| of_node(row) && row.contains("Ready"));
            row.is_some_and(|row| row.contains("NotReady") != ready)
        })?;
        Ok(sent.elapsed())
    }

    fn rest(&mut self, time: Duration) -> Result<(), Failed> {
        let (before, bytes, began) = (self.cpu_seconds()?, self.terminal.bytes, Instant::now());
        self.terminal.take_for(time)?;
        let seconds = began.elapsed().as_secs_f64();
        let percent = 100.0 * (self.cpu_seconds()? - before) / seconds;
        let bytes = self.terminal.bytes - bytes;
        println!("{percent:.2} % of a core and {bytes} bytes in {seconds:.0} s");
        self.say_memory()
    }

    fn file(&self, name: &str) -> Result<String, Failed> {
        let pid = self
            .terminal
            .child
            .process_id()
            .ok_or("the program has ended")?;
        Ok(fs::read_to_string(format!("/proc/{pid}/{name}"))?)
    }

    fn say_memory(&self) -> Result<(), Failed> {
        let status = self.file("status")?;
        let sizes = status
            .lines()
            .filter(|line| line.starts_with("VmRSS") || line.starts_with("VmHWM"));
        for line in sizes {
            println!("{line}");
        }
        Ok(())
    }

    /// Processor time, in ticks of a hundredth of a second (proc(5)).
    fn cpu_seconds(&self) -> Result<f64, Failed> {
        let stat = self.file("stat")?;
        let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
        let fields = fields.split_whitespace().skip(11).take(2);
        let ticks: Result<Vec<f64>, _> = fields.map(str::parse).collect();
        Ok(ticks?.iter().sum::<f64>() / 100.0)
    }
}

async fn write_status(client: &Client, node: &str, ready: bool) -> Result<(), Failed> {
    let status = if ready { "True" } else { "False" };
    let condition = json!({
        "type": "Ready", "status": status, "reason": "LabChange", "message": "changed by the lab",
        "lastTransitionTime": "2026-01-01T00:00:00Z", "lastHeartbeatTime": "2026-01-01T00:00:00Z",
    });
    let body = serde_json::to_vec(&json!({ "status": { "conditions": [condition] } }))?;
    let request = http::Request::patch(format!("/api/v1/nodes/{node}/status"))
        .header("content-type", "application/strategic-merge-patch+json")
        .body(body)?;
    client.request_text(request).await?;
    Ok(())
}

fn say_delays(delays: &mut [Duration]) {
    delays.sort();
    let at = |percent: usize| delays.get(delays.len().saturating_sub(1) * percent / 100);
    if let (Some(half), Some(most)) = (at(50), at(99)) {
        println!(
            "{} changes: p50 {half:.1?}, p99 {most:.1?} from the write",
            delays.len()
        );
    }
}
