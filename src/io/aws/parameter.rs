//! A parameter of Systems Manager, for an image that is named by one (`ssm:NAME`): signed by hand, because the SDK's crate
//! for it has hundreds of calls and this is one.

use std::time::SystemTime;

use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use aws_smithy_runtime_api::client::identity::Identity;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use serde::Deserialize;

use super::Account;
use crate::io::http;
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

#[derive(Deserialize)]
struct Refusal {
    #[serde(rename = "__type", default)]
    kind: String,
    #[serde(alias = "Message", default)]
    message: String,
}

impl Account {
    /// The value of a parameter, as kops reads it (`resolveSSMParameter` in its `awsup/aws_cloud.go`); else why it cannot be
    /// read, in words.
    pub(super) async fn parameter(&self, name: &str) -> Result<String, String> {
        let body = serde_json::json!({ "Name": name }).to_string();
        let request = self.signed(&self.systems_manager(), &body)?;
        let (status, text) = http::answer(request, LONGEST).await?;
        if status == 200 {
            let answer: ParameterResponse =
                serde_json::from_str(&text).map_err(|error| error.to_string())?;
            return Ok(answer.parameter.value);
        }
        let refusal: Option<Refusal> = serde_json::from_str(&text).ok();
        Err(match refusal {
            Some(Refusal { kind, message }) => {
                let kind = kind.rsplit('#').next().unwrap_or_default().to_owned();
                format!("{kind}: {message}")
            }
            None => format!("Systems Manager answered {status}"),
        })
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

    fn signed(&self, endpoint: &str, body: &str) -> Result<HttpRequest, String> {
        let unsigned =
            |error: &dyn std::fmt::Display| format!("the request cannot be signed: {error}");
        let url = format!("{}/", endpoint.trim_end_matches('/'));
        let headers = [
            ("content-type", "application/x-amz-json-1.1"),
            ("x-amz-target", TARGET),
        ];
        let identity: Identity = self.credentials().clone().into();
        let params = SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name("ssm")
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()
            .map_err(|error| unsigned(&error))?
            .into();
        let bytes = SignableBody::Bytes(body.as_bytes());
        let signable = SignableRequest::new("POST", &url, headers.into_iter(), bytes)
            .map_err(|error| unsigned(&error))?;
        let (instructions, _) = sign(signable, &params)
            .map_err(|error| unsigned(&error))?
            .into_parts();
        let mut request = HttpRequest::new(SdkBody::from(body));
        request
            .set_method("POST")
            .map_err(|error| unsigned(&error))?;
        request.set_uri(url).map_err(|error| unsigned(&error))?;
        let (signed, _) = instructions.into_parts();
        for (name, value) in headers {
            request.headers_mut().insert(name, value);
        }
        for header in signed {
            request
                .headers_mut()
                .insert(header.name(), header.value().to_owned());
        }
        Ok(request)
    }
}
