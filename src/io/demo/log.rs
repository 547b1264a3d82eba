//! What kops says while it works, line by line: its tasks counted, its certificates, and its advice at the end.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::dry_run::{DemoCloud, DemoSpec, balancer_name};
use crate::core::cluster_name::ClusterName;
use crate::core::kops::command::CommandLine;
use crate::core::kops::control_plane::LOG_CONTROL_PLANE;

const ADVICE: &str = include_str!("advice.txt");

/// The cluster of that recording.
const RECORDED: &str = "demo.example.com";

/// After which share of its tasks kops counted them again, in thousandths (`tests/fixtures/demo/four-zones`).
const COUNTED: [usize; 10] = [0, 231, 401, 626, 698, 786, 824, 901, 940, 995];

/// One line of kops's log, and how many of the resources exist when it is printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DemoLine {
    pub level: char,
    pub place: &'static str,
    pub message: String,
    pub created: usize,
}

impl DemoLine {
    /// The line in klog's format; UTC, to the microsecond.
    pub(super) fn at(&self, now: SystemTime) -> String {
        let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        let (month, day) = month_and_day(since.as_secs() / 86_400);
        let Self {
            level,
            place,
            message,
            ..
        } = self;
        let clock = clock(since);
        format!("{level}{month:02}{day:02} {clock}    1000 {place}] {message}")
    }
}

/// What a dry run says: it counts its tasks, and finds no certificate authority in a new cluster.
pub(super) fn dry_run_lines(cloud: &DemoCloud, created: usize) -> Vec<DemoLine> {
    let mut lines = counted(cloud, |_| created);
    if created == 0 {
        lines.insert(1, no_authority());
    }
    lines
}

/// What `--yes` says when so many of the resources exist already.
pub(super) fn update_lines(spec: &DemoSpec, cloud: &DemoCloud, created: usize) -> Vec<DemoLine> {
    let missing = cloud.tasks.len() - created;
    let mut lines = counted(cloud, |share| created + missing * share / 1000);
    let waiting = format!(
        "Waiting for load balancer {:?} to be created...",
        balancer_name("api", &spec.name)
    );
    if cloud.creates(created, "NetworkLoadBalancer") {
        lines.insert(
            3,
            line(
                'I',
                "network_load_balancer.go:548",
                waiting,
                lines[2].created,
            ),
        );
    }
    let issued = cloud.names(created, "Keypair").map(|name| {
        let message = format!("Issuing new certificate: {name:?}");
        line('I', "keypair.go:296", message, created)
    });
    let mut issued: Vec<DemoLine> = issued.collect();
    if !issued.is_empty() {
        issued.insert(0, no_authority());
    }
    lines.splice(1..1, issued);
    let message = "Exporting kubeconfig for cluster".to_owned();
    lines.push(line(
        'I',
        "update_cluster.go:419",
        message,
        cloud.tasks.len(),
    ));
    lines
}

/// What kops says of the running control plane where the command asks for it: the demonstration has no kubeconfig.
pub(super) fn control_plane_line(command: &CommandLine, cluster: &ClusterName) -> Option<DemoLine> {
    let asked = command.to_string().contains(LOG_CONTROL_PLANE);
    let message = format!(
        "error checking control plane running version, assuming no k8s upgrade in progress: context {:?} does not exist",
        cluster.as_str()
    );
    asked.then(|| line('I', "update_cluster.go:364", message, 0))
}

/// What kops advises after `--yes`.
pub(super) fn advice(spec: &DemoSpec) -> String {
    ADVICE.replace(RECORDED, &spec.name)
}

fn counted(cloud: &DemoCloud, created: impl Fn(usize) -> usize) -> Vec<DemoLine> {
    let total = cloud.task_count();
    let mut done: Vec<usize> = COUNTED.map(|share| total * share / 1000).into();
    done.push(total);
    let next = done.iter().skip(1).copied().chain([total]);
    let shares = COUNTED.into_iter().chain([1000]);
    let lines = done
        .iter()
        .zip(next)
        .zip(shares)
        .map(|((done, next), share)| {
            let message = format!(
                "Tasks: {done} done / {total} total; {} can run",
                next - done
            );
            line('I', "executor.go:113", message, created(share))
        });
    lines.collect()
}

fn no_authority() -> DemoLine {
    let message = "CA private key was not found".to_owned();
    line('W', "vfs_keystorereader.go:163", message, 0)
}

fn line(level: char, place: &'static str, message: String, created: usize) -> DemoLine {
    DemoLine {
        level,
        place,
        message,
        created,
    }
}

fn clock(since: Duration) -> String {
    let seconds = since.as_secs() % 86_400;
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
    format!(
        "{hours:02}:{minutes:02}:{:02}.{:06}",
        seconds % 60,
        since.subsec_micros()
    )
}

// Of a day since 1970 in the Gregorian calendar (Howard Hinnant, "chrono-compatible low-level date algorithms").
fn month_and_day(days: u64) -> (u64, u64) {
    let of_era = (days + 719_468) % 146_097;
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    (if month < 10 { month + 3 } else { month - 9 }, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::kops::klog::klog;

    #[test]
    fn a_line_is_one_of_klog_with_the_time_of_now() {
        let line_of_log = line('I', "executor.go:113", "Tasks: 1".to_owned(), 0);
        for (seconds, expected) in [
            (0, "I0101 00:00:00.000000    1000 executor.go:113] Tasks: 1"),
            (
                951_782_400,
                "I0229 00:00:00.000000    1000 executor.go:113] Tasks: 1",
            ),
            (
                1_767_225_599,
                "I1231 23:59:59.000000    1000 executor.go:113] Tasks: 1",
            ),
        ] {
            let text = line_of_log.at(UNIX_EPOCH + Duration::from_secs(seconds));
            assert_eq!(text, expected);
            assert_eq!(klog(&text).map(|entry| entry.message), Some("Tasks: 1"));
        }
    }
}
