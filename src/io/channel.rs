//! kops's channel, read as kops reads it and kept on disk for a day; the list built into kopswain where it cannot be had.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::aws::Freshness;
use super::clock::unix_seconds;
use super::digest::sha256;
use super::settings::{Settings, cache_folder};
use super::{files, http, kops};
use crate::core::channel::{Address, Channel, DEFAULT, LONGEST, Origin, Versions};

/// How long a channel that was fetched is believed; kops's own changes some times a month.
const BELIEVED: Duration = Duration::from_hours(24);

#[derive(Debug, Serialize, Deserialize)]
struct CachedChannel {
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
    match Address::resolve(channel) {
        Address::Nowhere => Err("the channel is none".to_owned()),
        Address::Elsewhere => {
            Err("kopswain reads channels from files and over HTTP only".to_owned())
        }
        Address::File(path) => read_file(Path::new(&path)),
        Address::Url(url) => read_url(&url, freshness).await,
    }
}

fn read_file(path: &Path) -> Read {
    let channel = Channel::parse(&text_of(path)?);
    let channel = channel.map_err(|error| format!("{}: {error}", files::shown(path)))?;
    Ok((channel, Origin::Channel))
}

// Only a plain file: a pipe or a device may never end.
fn text_of(path: &Path) -> Result<String, String> {
    let shown = files::shown(path);
    let unreadable = |error: std::io::Error| format!("{shown}: {error}");
    if !fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(format!("{shown} is not a file"));
    }
    files::read_at_most(path, LONGEST).map_err(unreadable)
}

async fn read_url(url: &str, freshness: Freshness) -> Read {
    let file = file_of(url);
    let kept = file.as_deref().and_then(|file| kept(file, url));
    if let (Some((channel, age)), Freshness::Kept) = (&kept, freshness)
        && *age < BELIEVED
    {
        return Ok((channel.clone(), origin_by_age(*age)));
    }
    match fetched(url).await {
        Ok(channel) => {
            if let Some(file) = file {
                keep(&file, url, &channel);
            }
            Ok((channel, Origin::Channel))
        }
        // An old channel is nearer to the truth than a built-in one.
        Err(why) => kept
            .map(|(channel, age)| (channel, origin_by_age(age)))
            .ok_or(why),
    }
}

fn origin_by_age(age: Duration) -> Origin {
    Origin::Kept {
        age_seconds: age.as_secs(),
    }
}

async fn fetched(url: &str) -> Result<Channel, String> {
    let text = http::text_at(url, LONGEST).await?;
    Channel::parse(&text).map_err(|error| format!("{url}: {error}"))
}

/// The SHA-256 of what a channel says at this moment, in hexadecimal digits; else why it cannot be read.
pub(super) async fn fingerprint(channel: &str) -> Result<String, String> {
    let text = match Address::resolve(channel) {
        Address::Nowhere => return Err("the channel is none".to_owned()),
        Address::Elsewhere => {
            return Err("kopswain reads channels from files and over HTTP only".to_owned());
        }
        Address::File(path) => text_of(Path::new(&path))?,
        Address::Url(url) => http::text_at(&url, LONGEST).await?,
    };
    Ok(sha256(text.as_bytes()))
}

fn kept(file: &Path, url: &str) -> Option<(Channel, Duration)> {
    let text = files::read_at_most(file, 4 * LONGEST).ok()?;
    let kept: CachedChannel = serde_json::from_str(&text).ok()?;
    let age = Duration::from_secs(unix_seconds().checked_sub(kept.read_at)?);
    (kept.address == url).then_some((kept.channel, age))
}

// A cache that cannot be written costs time later and nothing else.
fn keep(file: &Path, url: &str, channel: &Channel) {
    let kept = CachedChannel {
        address: url.to_owned(),
        read_at: unix_seconds(),
        channel: channel.clone(),
    };
    if let (Some(folder), Ok(bytes)) = (file.parent(), serde_json::to_vec(&kept)) {
        let _ =
            files::private_folder(folder).and_then(|()| files::write_whole(file, &bytes, 0o600));
    }
}

fn file_of(url: &str) -> Option<PathBuf> {
    let mut name = sha256(url.as_bytes());
    name.truncate(16);
    Some(
        cache_folder()?
            .join("channels")
            .join(format!("{name}.json")),
    )
}
