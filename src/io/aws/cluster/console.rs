//! The serial console of one instance.

use aws_sdk_ec2::operation::get_console_output::GetConsoleOutputOutput;
use aws_smithy_types::base64;

use super::super::Account;
use super::super::errors::AwsFailure;
use super::unix_time;
use crate::core::cluster::console::ConsoleOutput;
use crate::core::fault::Fault;
use crate::core::text::untrusted::{Untrusted, decoded};

const ACTION: &str = "ec2:GetConsoleOutput";
/// What EC2 says of an instance type whose console it takes only now and then (all that are not on Nitro).
const NOT_LATEST: &str = "UnsupportedOperation";

impl Account {
    /// The end of what the instance has written until now, or until EC2 last took it.
    pub async fn console_output(&self, instance: &str) -> Result<ConsoleOutput, Fault> {
        let latest = self.ask_console(instance, true).await;
        let answer = match latest {
            Err(AwsFailure::Call { code, .. }) if code == NOT_LATEST => {
                self.ask_console(instance, false).await
            }
            latest => latest,
        };
        let what = "the console output of the instance could not be read";
        let answer = answer.map_err(|failure| failure.into_fault(what, ACTION))?;
        let bytes = base64::decode(answer.output.unwrap_or_default()).map_err(|error| {
            Fault::new(
                what,
                "EC2 answered with something that is not base64",
                "try again",
            )
            .with_detail(Untrusted::from(error.to_string()))
        })?;
        let (text, _) = decoded(&bytes);
        Ok(ConsoleOutput::read(unix_time(answer.timestamp), &text))
    }

    async fn ask_console(
        &self,
        instance: &str,
        latest: bool,
    ) -> Result<GetConsoleOutputOutput, AwsFailure> {
        let call = self.ec2.get_console_output();
        let call = call.instance_id(instance).latest(latest);
        self.judged(call.send().await)
    }
}
