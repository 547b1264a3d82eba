//! What an instance has written to its serial console, and what of it says why nodeup did not finish.

use crate::core::text::untrusted::Untrusted;
use crate::core::unix_time::UnixTime;

/// Lines that are kept; a boot writes some 700.
const KEPT: usize = 300;
/// Errors that are shown.
const SHOWN: usize = 5;

/// The end of an instance's serial console.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConsoleOutput {
    /// When EC2 last took it, which may be long ago.
    pub updated: Option<UnixTime>,
    /// Its last lines; empty while there is none, which takes minutes after the launch.
    pub text: Untrusted,
    /// The last errors of nodeup and of what must work before it, the newest last, each once.
    pub errors: Vec<Untrusted>,
    /// Whether nodeup's script says that it is done: then its service and kubelet's log say more, not the console.
    pub nodeup_done: bool,
}

/// Words of lines that say why an instance does not become a node.
// The bootstrap script of kops (pkg/model/resources/nodeup.go), curl, systemd about nodeup's service
// (nodeup/pkg/bootstrap/install.go), cloud-init, and the kernel.
const ERRORS: [&str; 16] = [
    "error running task",
    "Failed with error: ",
    "== Failed to ",
    "== All downloads failed",
    " is corrupted; hash ",
    "curl: (",
    "wget: ",
    "Unsupported host arch",
    "Failed to start kops-configuration",
    "Failed to start kubelet",
    "Failed to start containerd",
    "Failed to run module scripts-user",
    "Failed running /var/lib/cloud",
    "No space left on device",
    "Out of memory: Killed process",
    "Kernel panic",
];

impl ConsoleOutput {
    /// Reads what EC2 gives, its colours and carriage returns taken away.
    pub fn read(updated: Option<UnixTime>, text: &str) -> Self {
        let lines: Vec<String> = text.lines().map(clean_line).collect();
        let end = &lines[lines.len().saturating_sub(KEPT)..];
        Self {
            updated,
            text: Untrusted::from(end.join("\n").trim_end()),
            errors: last_errors(&lines),
            nodeup_done: lines
                .iter()
                .any(|line| line.contains("== nodeup node config done ==")),
        }
    }
}

// The newest of what differs in its message: nodeup tries again and says the same each time.
fn last_errors(lines: &[String]) -> Vec<Untrusted> {
    let mut found: Vec<&str> = Vec::new();
    for line in lines.iter().rev().filter(|line| is_error(line)) {
        if found.len() == SHOWN {
            break;
        }
        if !found
            .iter()
            .any(|known| message_of(known) == message_of(line))
        {
            found.push(line);
        }
    }
    found.into_iter().rev().map(Untrusted::from).collect()
}

fn is_error(line: &str) -> bool {
    let klog = klog_header(line).is_some_and(|at| {
        let severity = line.as_bytes()[at];
        severity != b'W' || line.contains("error")
    });
    klog || ERRORS.iter().any(|words| line.contains(words))
}

// What is left without time, process and the time that remains.
fn message_of(line: &str) -> String {
    let start = klog_header(line).unwrap_or_default();
    let message = line[start..]
        .split_once("] ")
        .map_or(line, |(_, rest)| rest);
    message
        .chars()
        .filter(|one| !one.is_ascii_digit())
        .collect()
}

/// Where klog's header of a warning or worse starts: `W1129 10:05:32.123456    1234 executor.go:141] …`.
fn klog_header(line: &str) -> Option<usize> {
    let digits = |text: &[u8]| text.iter().all(u8::is_ascii_digit);
    let bytes = line.as_bytes();
    (0..bytes.len().saturating_sub(14)).find(|&at| {
        let alone = at == 0 || bytes[at - 1] == b' ';
        let header = &bytes[at..at + 14];
        alone
            && b"WEF".contains(&header[0])
            && digits(&header[1..5])
            && (header[5], header[8], header[11]) == (b' ', b':', b':')
            && digits(&header[6..8])
            && digits(&header[9..11])
    })
}

// Colours of systemd (`ESC [ 0;32 m`); every other escape stays, and is made visible where it is shown.
fn clean_line(line: &str) -> String {
    let line = line.trim_end_matches('\r');
    let mut parts = line.split("\u{1b}[");
    let mut clean = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|one: char| !one.is_ascii_digit() && one != ';');
        match end {
            Some(end) if part[end..].starts_with('m') => clean.push_str(&part[end + 1..]),
            _ => {
                clean.push_str("\u{1b}[");
                clean.push_str(part);
            }
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An instance in a subnet without a way out: the script of kops, as it prints on the console.
    const NO_WAY_OUT: &str = "\
[   21.310577] cloud-init[1103]: == nodeup node config starting ==\r
[   21.351171] cloud-init[1103]: == Downloading nodeup with hash 6e2f from https://artifacts.k8s.io/binaries/kops/1.36.2/linux/amd64/nodeup ==\r
[   21.351802] cloud-init[1103]: == Downloading https://artifacts.k8s.io/binaries/kops/1.36.2/linux/amd64/nodeup using curl -f --compressed -Lo nodeup --connect-timeout 20 --retry 6 --retry-delay 10 ==\r
[  227.655433] cloud-init[1103]: curl: (28) Failed to connect to artifacts.k8s.io port 443 after 20001 ms: Timeout was reached\r
[  227.660124] cloud-init[1103]: == Failed to download https://artifacts.k8s.io/binaries/kops/1.36.2/linux/amd64/nodeup using curl -f --compressed -Lo nodeup --connect-timeout 20 --retry 6 --retry-delay 10 ==\r
[  434.109876] cloud-init[1103]: curl: (28) Failed to connect to artifacts.k8s.io port 443 after 20003 ms: Timeout was reached\r
[  434.113301] cloud-init[1103]: == All downloads failed; sleeping before retrying ==\r
";

    fn texts(output: &ConsoleOutput) -> Vec<&str> {
        output.errors.iter().map(Untrusted::raw).collect()
    }

    #[test]
    fn downloads_that_fail_are_told_once_each() {
        let output = ConsoleOutput::read(None, NO_WAY_OUT);
        let lines: Vec<&str> = NO_WAY_OUT.lines().map(str::trim_end).collect();
        assert_eq!(texts(&output), lines[4..]);
        assert!(!output.nodeup_done);
        assert_eq!(output.text.raw(), lines.join("\n"));
    }

    #[test]
    fn nodeup_repeats_itself_and_is_told_once() {
        let task = "error running task \"LoadImageTask/kops-controller\"";
        let text = format!(
            "I1129 10:05:31.000000    1388 executor.go:113] Tasks: 70 done / 82 total; 2 can run\n\
             W1129 10:05:32.123456    1388 executor.go:141] {task} (9m58s remaining to succeed): no such host\n\
             W1129 10:05:42.123456    1388 executor.go:141] {task} (9m48s remaining to succeed): no such host\n\
             W1129 10:05:43.000000    1388 network.go:12] using the default MTU\n\
             [   61.0] nodeup[1388]: F1129 10:15:43.000000    1388 main.go:130] error running nodeup: deadline exceeded\n\
             [\u{1b}[0;1;31mFAILED\u{1b}[0m] Failed to start kops-configuration.service - Run kOps bootstrap (nodeup).\n"
        );
        let lines: Vec<&str> = text.lines().collect();
        let failed =
            "[FAILED] Failed to start kops-configuration.service - Run kOps bootstrap (nodeup).";
        assert_eq!(
            texts(&ConsoleOutput::read(None, &text)),
            [lines[2], lines[4], failed]
        );
    }

    #[test]
    fn a_boot_without_errors_says_that_the_script_is_done() {
        let text = "[  OK  ] Started containerd.\nservice installed== nodeup node config done ==\n";
        let output = ConsoleOutput::read(Some(UnixTime(1)), text);
        assert_eq!(texts(&output), [""; 0]);
        assert!(output.nodeup_done);
        assert_eq!(ConsoleOutput::read(None, ""), ConsoleOutput::default());
    }

    #[test]
    fn any_text_is_read() {
        for text in [
            "\u{1b}[",
            "\u{1b}[31",
            "W1",
            "é W1129 10:05:3",
            "\u{1b}[2Jx",
            " W1129 10:05:32.1é",
        ] {
            let output = ConsoleOutput::read(None, text);
            assert_eq!(output.text.raw(), text.trim_end());
        }
        let long = "line\n".repeat(1000);
        assert_eq!(
            ConsoleOutput::read(None, &long).text.raw().lines().count(),
            KEPT
        );
    }
}
