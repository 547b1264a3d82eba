//! The command that a profile's `credential_process` names, which is the person's own and the one thing read by a shell.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{Error, ErrorKind};
use std::path::Path;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, future};
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use serde::Deserialize;

use crate::io::process::capture;
use crate::io::settings::absolute_path;

/// The SDKs start it with `sh -c`; from here it is this one, whatever `PATH` says.
const SHELL: &str = "/bin/sh";
/// As long as the SDK for Go gives it (aws-sdk-go-v2, credentials/processcreds).
const LIMIT: Duration = Duration::from_mins(1);

/// Runs the command of a profile without a terminal, in a session of its own.
#[derive(Clone, Debug)]
pub(super) struct CredentialProcess {
    command: String,
}

// As AWS's reference writes it ("Sourcing credentials with an external process").
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ProcessCredentials {
    version: u32,
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
    expiration: Option<String>,
}

impl CredentialProcess {
    pub(super) fn new(command: &str) -> Self {
        Self {
            command: command.to_owned(),
        }
    }

    async fn ask(&self) -> Result<Credentials, CredentialsError> {
        let asked = self.run(Path::new(SHELL), LIMIT).await;
        given(&asked?)
    }

    async fn run(&self, shell: &Path, limit: Duration) -> Result<String, CredentialsError> {
        let args = ["-c".into(), self.command.clone().into()];
        let environment = environment(std::env::vars_os());
        let ended = capture("the credential_process", shell, &args, &environment, limit).await;
        let ended = ended.map_err(|error| failed(&error))?;
        let text = |printed: &[u8]| String::from_utf8_lossy(printed).into_owned();
        if ended.exit == Some(0) {
            return Ok(text(&ended.stdout));
        }
        Err(CredentialsError::provider_error(format!(
            "the credential_process failed: {}",
            text(&ended.stderr).trim()
        )))
    }
}

impl ProvideCredentials for CredentialProcess {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.ask())
    }
}

// It is a program of the person's, so it gets their environment; but no folder of `PATH` is one that depends on where we are.
fn environment(person: impl Iterator<Item = (OsString, OsString)>) -> BTreeMap<OsString, OsString> {
    let mut all: BTreeMap<OsString, OsString> = person.collect();
    let path = absolute_path(all.get(&OsString::from("PATH")).map(OsString::as_os_str));
    all.insert("PATH".into(), path);
    all
}

fn given(message: &str) -> Result<Credentials, CredentialsError> {
    // Its words are never quoted: they hold the secret.
    let unreadable = |_| {
        let message = "the credential_process did not print the JSON that AWS describes, Version 1";
        CredentialsError::provider_error(message)
    };
    let given: ProcessCredentials = serde_json::from_str(message).map_err(unreadable)?;
    if given.version != 1 {
        let message = format!(
            "the credential_process printed Version {}, not 1",
            given.version
        );
        return Err(CredentialsError::provider_error(message));
    }
    let expiry = given.expiration.as_deref().map(moment).transpose()?;
    Ok(Credentials::new(
        given.access_key_id,
        given.secret_access_key,
        given.session_token.filter(|token| !token.is_empty()),
        expiry,
        "CredentialProcess",
    ))
}

fn moment(text: &str) -> Result<SystemTime, CredentialsError> {
    let wrong = || {
        CredentialsError::provider_error(
            "the credential_process printed an Expiration that is no time of RFC 3339",
        )
    };
    let read = DateTime::from_str(text, Format::DateTimeWithOffset).map_err(|_| wrong())?;
    SystemTime::try_from(read).map_err(|_| wrong())
}

// One that was run and did not end says so itself.
fn failed(error: &Error) -> CredentialsError {
    CredentialsError::provider_error(match error.kind() {
        ErrorKind::TimedOut | ErrorKind::Other => error.to_string(),
        _ => format!("the credential_process could not be run: {error}"),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const GIVEN: &str = r#"{"Version": 1, "AccessKeyId": "AKID", "SecretAccessKey": "secret", "SessionToken": "token", "Expiration": "2030-01-01T00:00:00+00:00"}"#;

    async fn ask(command: &str) -> Result<Credentials, String> {
        let asked = CredentialProcess::new(command).ask().await;
        asked.map_err(|error| std::error::Error::source(&error).unwrap().to_string())
    }

    #[tokio::test]
    async fn it_gives_credentials_and_has_no_terminal() {
        let command =
            format!("[ ! -t 0 ] && ! read line && ! (: < /dev/tty) 2>/dev/null && echo '{GIVEN}'");
        let credentials = ask(&command).await.unwrap();
        assert_eq!(
            (
                credentials.access_key_id(),
                credentials.secret_access_key(),
                credentials.session_token(),
                credentials.expiry()
            ),
            (
                "AKID",
                "secret",
                Some("token"),
                Some(SystemTime::UNIX_EPOCH + Duration::from_hours(525_960))
            )
        );
    }

    #[tokio::test]
    async fn what_fails_is_told_and_what_it_printed_is_not() {
        assert_eq!(
            ask("echo no MFA code >&2; exit 3").await.unwrap_err(),
            "the credential_process failed: no MFA code"
        );
        let message = ask("echo '{\"SecretAccessKey\": \"hidden\"'")
            .await
            .unwrap_err();
        assert_eq!(
            message,
            "the credential_process did not print the JSON that AWS describes, Version 1"
        );
        assert_eq!(
            ask("kill -STOP $$").await.unwrap_err(),
            "the credential_process was stopped by SIGSTOP"
        );
    }

    #[tokio::test]
    async fn one_that_waits_for_a_person_is_given_up() {
        let process = CredentialProcess::new("exec sleep 60");
        let message = process
            .run(Path::new(SHELL), Duration::from_millis(100))
            .await;
        let message = std::error::Error::source(&message.unwrap_err())
            .unwrap()
            .to_string();
        assert!(
            message.starts_with("the credential_process gave nothing in "),
            "{message}"
        );
    }

    // The name `sh` in a folder of `PATH` is a stranger's.
    #[tokio::test]
    async fn the_shell_is_the_fixed_one_and_the_path_has_absolute_folders_only() {
        let person = [("PATH", ".:/usr/bin::bin:/bin"), ("AWS_VAULT", "x")];
        let person = person.map(|(name, value)| (name.into(), value.into()));
        let built = environment(person.into_iter());
        assert_eq!(built[&OsString::from("PATH")], "/usr/bin:/bin");
        assert_eq!(built[&OsString::from("AWS_VAULT")], "x");
        assert_eq!(
            ask("echo $0 >&2; exit 1").await.unwrap_err(),
            "the credential_process failed: /bin/sh"
        );
    }
}
