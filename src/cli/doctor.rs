//! `doctor`: what works, what does not, and what to do.

use std::path::Path;

use crate::core::check::{Check, CheckKind, CheckState};
use crate::core::fault::Fault;
use crate::core::json::to_json;
use crate::core::untrusted::visible;
use crate::io::doctor::check_all;

use super::{Common, OutputForm, print};

/// Makes every check; exit code 2 when one is blocked.
pub(super) async fn run(common: &Common, key: Option<&Path>) -> Result<u8, Fault> {
    let mut settings = common.settings();
    settings.ssh_public_key = key.map(Path::to_owned);
    let checks = check_all(&settings, |_| {}).await;
    match common.output {
        OutputForm::Json => print::json(&to_json(&checks)),
        _ => tell_all(&checks),
    }
    let blocked = checks
        .iter()
        .any(|check| matches!(check.state, CheckState::Blocked(_)));
    Ok(if blocked { 2 } else { 0 })
}

// What stands in the way of several checks, as missing credentials do, is told in full once.
fn tell_all(checks: &[Check]) {
    let mut told: Vec<&Fault> = Vec::new();
    for Check { kind, state } in checks {
        match state {
            CheckState::Blocked(fault) if told.contains(&fault) => {
                let text = format!("blocked  {}, as above", visible(&fault.what));
                print::out(&format!("{:<16} {text}", kind.word()));
            }
            CheckState::Blocked(fault) => {
                told.push(fault);
                tell(*kind, state);
            }
            _ => tell(*kind, state),
        }
    }
}

fn tell(kind: CheckKind, state: &CheckState) {
    let (word, text) = match state {
        CheckState::Asking => ("asking", String::new()),
        CheckState::Good(found) => ("ok", visible(found)),
        CheckState::Warning(fault) => ("warning", fault.to_string()),
        CheckState::Blocked(fault) => ("blocked", fault.to_string()),
    };
    print::out(&format!("{:<16} {word:<8} {text}", kind.word()));
}
