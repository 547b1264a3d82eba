//! One small text over HTTP: kops's channel, the hashes of files, a parameter of SSM; in time, and no longer than expected.

use std::error::Error;
use std::time::Duration;

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::{Connector, ConnectorBuilder};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorSettings};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::byte_stream::ByteStream;

use super::error_chain::write_chain;

const CONNECT: Duration = Duration::from_secs(2);
/// All of it, whatever the server does: nobody waits longer for a proposal or a fact.
const LIMIT: Duration = Duration::from_secs(5);

/// The text at an address, at most so many bytes of it within 5 s; what went wrong in words, with the address.
pub(super) async fn text_at(url: &str, longest: usize) -> Result<String, String> {
    let request = HttpRequest::get(url).map_err(|error| failed(url, &error))?;
    match answer(request, longest).await? {
        (200, text) => Ok(text),
        (status, _) => Err(format!("{url} answered {status}")),
    }
}

/// The status and the text that a request is answered with, at most so many bytes of it within 5 s.
pub(super) async fn answer(request: HttpRequest, longest: usize) -> Result<(u16, String), String> {
    let url = request.uri().to_owned();
    let late = || format!("{url} gave no whole answer within {} s", LIMIT.as_secs());
    let answered = tokio::time::timeout(LIMIT, whole(request, &url, longest));
    answered.await.map_err(|_| late())?
}

async fn whole(request: HttpRequest, url: &str, longest: usize) -> Result<(u16, String), String> {
    let answer = client()
        .call(request)
        .await
        .map_err(|error| failed(url, &error))?;
    let status = answer.status().as_u16();
    let mut body = ByteStream::new(answer.into_body());
    let mut bytes = Vec::new();
    while let Some(chunk) = body.try_next().await.map_err(|error| failed(url, &error))? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > longest {
            return Err(format!("{url} is longer than {} KiB", longest >> 10));
        }
    }
    let text = String::from_utf8(bytes).map_err(|_| format!("{url} is not text"))?;
    Ok((status, text))
}

// With the proxy that kops itself would use.
fn client() -> Connector {
    let settings = HttpConnectorSettings::builder()
        .connect_timeout(CONNECT)
        .build();
    ConnectorBuilder::default()
        .connector_settings(settings)
        .proxy_config(ProxyConfig::from_env())
        .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
        .build()
}

fn failed(url: &str, error: &(dyn Error + 'static)) -> String {
    format!("{url}: {}", write_chain(error))
}
