//! What one command prints and how it ends.

use std::io::Write;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use crate::RECORDINGS;

/// The cluster of the recordings, and the same in names that AWS gives.
const RECORDED: [&str; 2] = ["prod.example.com", "prod-example-com"];

#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) exit: i32,
}

impl Answer {
    /// What kops once printed, told of this cluster.
    pub(crate) fn recorded(name: &str, cluster: &str) -> Self {
        let read = |end: &str| {
            let path = Path::new(RECORDINGS).join(format!("{name}.{end}"));
            let text = std::fs::read_to_string(&path)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            text.replace(RECORDED[0], cluster)
                .replace(RECORDED[1], &cluster.replace('.', "-"))
        };
        Self {
            stdout: read("stdout"),
            stderr: read("stderr"),
            exit: read("exit").trim().parse().expect("an exit code"),
        }
    }

    /// A success that prints this.
    pub(crate) fn good(stdout: impl Into<String>) -> Self {
        Self {
            stdout: stdout.into(),
            ..Self::default()
        }
    }

    /// A refusal of kops.
    pub(crate) fn refused(error: &str) -> Self {
        Self {
            stderr: format!("Error: {error}\n"),
            exit: 1,
            ..Self::default()
        }
    }

    /// Prints both streams: the errors line by line in so long a time, then the output at once, as kops does.
    pub(crate) fn print(&self, lasts: Duration) {
        let lines: Vec<&str> = self.stderr.split_inclusive('\n').collect();
        let count = u32::try_from(lines.len()).unwrap_or(u32::MAX);
        let pause = lasts.checked_div(count).unwrap_or(lasts);
        for line in lines {
            write(&mut std::io::stderr(), line);
            sleep(pause);
        }
        if count == 0 {
            sleep(pause);
        }
        write(&mut std::io::stdout(), &self.stdout);
    }
}

/// Prints the bytes of a file on both streams, and gives the exit code back.
pub(crate) fn print_raw(file: &Path, exit: i32) -> i32 {
    let bytes = std::fs::read(file).expect("the bytes");
    for out in [
        &mut std::io::stderr() as &mut dyn Write,
        &mut std::io::stdout(),
    ] {
        let _ = out.write_all(&bytes);
        let _ = out.flush();
    }
    exit
}

// kops goes on when its log cannot be written.
fn write(out: &mut impl Write, text: &str) {
    let _ = out.write_all(text.as_bytes());
    let _ = out.flush();
}
