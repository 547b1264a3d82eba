//! A parameter of Systems Manager, for an image that is named by one (`ssm:NAME`).

use serde::Deserialize;

use super::Account;
use super::json_call::JsonCall;
use crate::io::settings::variable;

/// As IAM and the API name the call (AWS JSON 1.1).
pub(super) const ACTION: &str = "ssm:GetParameter";
const TARGET: &str = "AmazonSSM.GetParameter";
/// A parameter holds 8 KiB at most.
const LONGEST: usize = 64 << 10;

#[derive(Deserialize)]
struct ParameterResponse {
    #[serde(rename = "Parameter")]
    parameter: Parameter,
}

#[derive(Deserialize)]
struct Parameter {
    #[serde(rename = "Value")]
    value: String,
}

impl Account {
    /// The value of a parameter, as kops reads it (`resolveSSMParameter` in its `awsup/aws_cloud.go`); else why it cannot be
    /// read, in words.
    pub(super) async fn parameter(&self, name: &str) -> Result<String, String> {
        let body = serde_json::json!({ "Name": name }).to_string();
        let call = JsonCall {
            service: "ssm",
            words: "Systems Manager",
            region: &self.region,
            target: TARGET,
            endpoint: self.systems_manager(),
            longest: LONGEST,
        };
        let answer = self.call_json(&call, &body).await;
        let text = answer.map_err(|failure| failure.message().raw().to_owned())?;
        let answer: ParameterResponse =
            serde_json::from_str(&text).map_err(|error| error.to_string())?;
        Ok(answer.parameter.value)
    }

    // The SDK's endpoint rules for this service, as far as regions go (partitions.json of the SDKs).
    fn systems_manager(&self) -> String {
        let own = variable("AWS_ENDPOINT_URL_SSM");
        if let Some(url) = own.or_else(|| self.config.endpoint_url().map(ToOwned::to_owned)) {
            return url;
        }
        let region = &self.region;
        let suffix = match region {
            region if region.starts_with("cn-") => "amazonaws.com.cn",
            region if region.starts_with("us-iso-") => "c2s.ic.gov",
            region if region.starts_with("us-isob-") => "sc2s.sgov.gov",
            _ => "amazonaws.com",
        };
        let service = if self.config.use_fips() == Some(true) {
            "ssm-fips"
        } else {
            "ssm"
        };
        format!("https://{service}.{region}.{suffix}")
    }
}
