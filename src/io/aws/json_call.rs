//! Calls of AWS JSON 1.1 that are signed by hand: those of services of which one call is used, and whose SDK crates have
//! hundreds.

use std::time::SystemTime;

use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use aws_smithy_runtime_api::client::identity::Identity;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use serde::Deserialize;

use super::Account;
use super::errors::AwsFailure;
use crate::core::text::untrusted::Untrusted;
use crate::io::http;

const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

/// One call.
#[derive(Clone, Debug)]
pub(super) struct JsonCall<'a> {
    /// As the signature names it, such as `ssm`.
    pub(super) service: &'static str,
    /// The service as people name it.
    pub(super) words: &'static str,
    /// The region that the signature names.
    pub(super) region: &'a str,
    /// The value of the header `X-Amz-Target`.
    pub(super) target: &'static str,
    pub(super) endpoint: String,
    /// Bytes that an answer has at most.
    pub(super) longest: usize,
}

#[derive(Deserialize)]
struct JsonRefusal {
    #[serde(rename = "__type", default)]
    kind: String,
    #[serde(alias = "Message", default)]
    message: String,
}

impl Account {
    /// What the service answers; else AWS's code and words, or those of the network without a code.
    pub(super) async fn call_json(
        &self,
        call: &JsonCall<'_>,
        body: &str,
    ) -> Result<String, AwsFailure> {
        let request = self.signed(call, body).map_err(without_code)?;
        let answer = http::answer(request, call.longest).await;
        let (status, text) = answer.map_err(without_code)?;
        if status == 200 {
            return Ok(text);
        }
        let refusal: Option<JsonRefusal> = serde_json::from_str(&text).ok();
        Err(match refusal {
            Some(JsonRefusal { kind, message }) => {
                let code = kind.rsplit('#').next().unwrap_or_default().to_owned();
                AwsFailure::Call {
                    message: Untrusted::new(format!("{code}: {message}")),
                    code,
                }
            }
            None => without_code(format!("{} answered {status}", call.words)),
        })
    }

    fn signed(&self, call: &JsonCall<'_>, body: &str) -> Result<HttpRequest, String> {
        let unsigned =
            |error: &dyn std::fmt::Display| format!("the request cannot be signed: {error}");
        let url = format!("{}/", call.endpoint.trim_end_matches('/'));
        let headers = [
            ("content-type", CONTENT_TYPE),
            ("x-amz-target", call.target),
        ];
        let identity: Identity = self.credentials().clone().into();
        let params = SigningParams::builder()
            .identity(&identity)
            .region(call.region)
            .name(call.service)
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

fn without_code(words: String) -> AwsFailure {
    AwsFailure::Call {
        code: String::new(),
        message: Untrusted::new(words),
    }
}
