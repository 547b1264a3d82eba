//! kops's channel, read as kops reads it and kept on disk for a day; the list built into kopswain where it cannot be had.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_lc_rs::digest::{SHA256, digest};
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::{Connector, ConnectorBuilder};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorSettings};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::byte_stream::ByteStream;
use serde::{Deserialize, Serialize};

use super::aws::Freshness;
use super::settings::{Settings, cache_folder};
use super::{files, kops};
use crate::core::channel::{Address, Channel, DEFAULT, LONGEST, Origin, Versions};

/// How long a channel that was fetched is believed; kops's own changes some times a month.
const BELIEVED: Duration = Duration::from_hours(24);
const CONNECT: Duration = Duration::from_secs(2);
/// All of it, whatever the server does: nobody waits longer for a proposal.
const LIMIT: Duration = Duration::from_secs(5);

#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    address: String,
    /// Seconds since 1970.
    read_at: u64,
    channel: Channel,
}

type Read = Result<(Channel, Origin), String>;

/// What the channel says of the kops that would run, within 5 s; never fails: the built-in list says why it stands in.
pub async fn versions(settings: &Settings, freshness: Freshness) -> Versions {
    let channel = settings.channel.as_deref().unwrap_or(DEFAULT);
    let (kops, read) = tokio::join!(kops::find(settings), read(channel, freshness));
    let kops = kops.ok().map(|kops| kops.version);
    match read {
        Ok((lines, origin)) => Versions {
            channel: channel.to_owned(),
            kops,
            origin,
            lines,
        },
        Err(why) => Versions::built_in(channel, kops, why),
    }
}

async fn read(channel: &str, freshness: Freshness) -> Read {
    match Address::of(channel) {
        Address::Nowhere => Err("the channel is none".to_owned()),
        Address::Elsewhere => {
            Err("kopswain reads channels from files and over HTTP only".to_owned())
        }
        Address::File(path) => of_file(Path::new(&path)),
        Address::Url(url) => of_url(&url, freshness).await,
    }
}

// Only a plain file: a pipe or a device may never end.
fn of_file(path: &Path) -> Read {
    let shown = files::shown(path);
    let said = |error: std::io::Error| format!("{shown}: {error}");
    if !fs::metadata(path).map_err(said)?.is_file() {
        return Err(format!("{shown} is not a file"));
    }
    let text = files::read_at_most(path, LONGEST).map_err(said)?;
    let channel = Channel::parse(&text).map_err(|error| format!("{shown}: {error}"))?;
    Ok((channel, Origin::Channel))
}

async fn of_url(url: &str, freshness: Freshness) -> Read {
    let file = file_of(url);
    let kept = file.as_deref().and_then(|file| kept(file, url));
    if let (Some((channel, age)), Freshness::Kept) = (&kept, freshness)
        && *age < BELIEVED
    {
        return Ok((channel.clone(), of_age(*age)));
    }
    match fetched(url).await {
        Ok(channel) => {
            if let Some(file) = file {
                keep(&file, url, &channel);
            }
            Ok((channel, Origin::Channel))
        }
        // An old channel is nearer to the truth than a built-in one.
        Err(why) => kept.map(|(channel, age)| (channel, of_age(age))).ok_or(why),
    }
}

fn of_age(age: Duration) -> Origin {
    Origin::Kept {
        age_seconds: age.as_secs(),
    }
}

async fn fetched(url: &str) -> Result<Channel, String> {
    let text = tokio::time::timeout(LIMIT, text_at(url))
        .await
        .map_err(|_| format!("{url} gave no whole answer within {} s", LIMIT.as_secs()))??;
    Channel::parse(&text).map_err(|error| format!("{url}: {error}"))
}

async fn text_at(url: &str) -> Result<String, String> {
    let said = |error: &dyn Error| format!("{url}: {}", causes(error));
    let request = HttpRequest::get(url).map_err(|error| said(&error))?;
    let answer = client().call(request).await.map_err(|error| said(&error))?;
    let status = answer.status().as_u16();
    if status != 200 {
        return Err(format!("{url} answered {status}"));
    }
    let mut body = ByteStream::new(answer.into_body());
    let mut bytes = Vec::new();
    while let Some(chunk) = body.try_next().await.map_err(|error| said(&error))? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > LONGEST {
            return Err(format!("{url} is longer than {} KiB", LONGEST >> 10));
        }
    }
    String::from_utf8(bytes).map_err(|_| format!("{url} is not text"))
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

// The outermost words alone are `dispatch failure` and the like.
fn causes(error: &dyn Error) -> String {
    let mut words = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let said = cause.to_string();
        if !words.contains(&said) {
            words = format!("{words}: {said}");
        }
        next = cause.source();
    }
    words
}

fn kept(file: &Path, url: &str) -> Option<(Channel, Duration)> {
    let text = files::read_at_most(file, 4 * LONGEST).ok()?;
    let kept: Kept = serde_json::from_str(&text).ok()?;
    let age = Duration::from_secs(now().checked_sub(kept.read_at)?);
    (kept.address == url).then_some((kept.channel, age))
}

// A cache that cannot be written costs time later and nothing else.
fn keep(file: &Path, url: &str, channel: &Channel) {
    let kept = Kept {
        address: url.to_owned(),
        read_at: now(),
        channel: channel.clone(),
    };
    if let (Some(folder), Ok(bytes)) = (file.parent(), serde_json::to_vec(&kept)) {
        let _ =
            files::private_folder(folder).and_then(|()| files::write_whole(file, &bytes, 0o600));
    }
}

fn file_of(url: &str) -> Option<PathBuf> {
    use std::fmt::Write as _;
    let mut name = String::new();
    for byte in digest(&SHA256, url.as_bytes()).as_ref().iter().take(8) {
        write!(name, "{byte:02x}").ok()?;
    }
    Some(
        cache_folder()?
            .join("channels")
            .join(format!("{name}.json")),
    )
}

fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}
