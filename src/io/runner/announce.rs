//! What a person asked to be run when a watched cluster becomes ready, or is not any more.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use super::EffectTask;
use crate::core::fault::Fault;
use crate::core::text::untrusted::visible;
use crate::io::files::{cause, shown};
use crate::io::process::capture;
use crate::io::settings::expand;
use crate::tui::effect::Announcement;
use crate::tui::event::Event;

/// A program that gets an announcement ends within this time.
const LIMIT: Duration = Duration::from_mins(1);

/// Characters of what a program says that are shown.
const SAID: usize = 200;

impl EffectTask {
    pub(super) async fn announce(self, announcement: Announcement) {
        let hooks = &self.shared.settings.hooks;
        let on_ready = hooks.on_ready.as_ref().filter(|_| announcement.ready);
        for program in hooks.on_change.iter().chain(on_ready) {
            if let Err(fault) = run_hook(&expand(program), &announcement).await {
                self.reply.send(Event::AnnouncementFailed(fault));
            }
        }
    }
}

// It gets the person's own environment: it is theirs, like the shell that would start it.
async fn run_hook(program: &Path, announcement: &Announcement) -> Result<(), Fault> {
    let args: [OsString; 2] = [
        announcement.cluster.as_str().into(),
        announcement.word().into(),
    ];
    let environment: BTreeMap<OsString, OsString> = std::env::vars_os().collect();
    let ended = capture("the program", program, &args, &environment, LIMIT).await;
    let ended = ended.map_err(|error| failed(program, &cause(&error)))?;
    match ended.exit {
        Some(0) => Ok(()),
        exit => {
            let said = String::from_utf8_lossy(&ended.stderr);
            let said: String = said.trim().chars().take(SAID).collect();
            let code = exit.map_or_else(|| "a signal".to_owned(), |code| format!("exit {code}"));
            Err(failed(
                program,
                &format!("it ended with {code}: {}", visible(&said)),
            ))
        }
    }
}

fn failed(program: &Path, why: &str) -> Fault {
    Fault::new(
        format!("the program {} for announcements failed", shown(program)),
        why,
        "give the path of a program that can be run; it gets the cluster's name and its state",
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::tui::effect::TerminalAlerts;

    #[tokio::test]
    async fn a_hook_gets_the_name_and_the_state_and_its_failure_is_shown() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("hook");
        let script =
            "#!/bin/sh\nprintf '%s %s' \"$1\" \"$2\" > \"$0.got\"\necho broken >&2\nexit 3\n";
        fs::write(&program, script).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).unwrap();
        let announcement = Announcement {
            cluster: "prod.example.com".parse().unwrap(),
            ready: true,
            alerts: TerminalAlerts::default(),
        };
        let fault = run_hook(&program, &announcement).await.unwrap_err();
        let got = fs::read_to_string(folder.path().join("hook.got")).unwrap();
        assert_eq!(
            (got.as_str(), fault.why.as_str()),
            ("prod.example.com ready", "it ended with exit 3: broken")
        );
    }
}
