//! A moment on the wall clock, as Kubernetes and AWS write it.

use std::time::Duration;

use serde::Serialize;

/// Milliseconds since 1970, UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(transparent))]
pub struct UnixTime(pub u64);

impl UnixTime {
    /// Time from an earlier moment to this one; zero when that one is later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }

    /// Time between two moments, whichever is earlier.
    pub fn distance(self, other: Self) -> Duration {
        Duration::from_millis(self.0.abs_diff(other.0))
    }

    /// The moment so much later.
    #[must_use]
    pub fn after(self, time: Duration) -> Self {
        Self(
            self.0
                .saturating_add(u64::try_from(time.as_millis()).unwrap_or(u64::MAX)),
        )
    }

    /// Reads RFC 3339, as Kubernetes writes it; absent when it is no such time or before 1970.
    pub fn parse(text: &str) -> Option<Self> {
        let time: jiff::Timestamp = text.parse().ok()?;
        u64::try_from(time.as_millisecond()).ok().map(Self)
    }

    /// As RFC 3339 in UTC, to the second.
    pub fn rfc3339(self) -> String {
        let seconds = i64::try_from(self.0 / 1000).unwrap_or(i64::MAX);
        jiff::Timestamp::from_second(seconds)
            .map_or_else(|_| String::new(), |time| time.to_string())
    }

    /// The day in UTC, as `2026-11-30`.
    pub fn date(self) -> String {
        let moment = self.rfc3339();
        moment.split('T').next().unwrap_or_default().to_owned()
    }
}

/// A moment, and how many seconds the local time is ahead of UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WallTime {
    pub utc: UnixTime,
    pub offset: i32,
}

impl WallTime {
    /// Another moment as `HH:MM:SS` in the same local time.
    pub fn local_clock(self, moment: UnixTime) -> String {
        let seconds = i64::try_from(moment.0 / 1000).unwrap_or(i64::MAX);
        let of_day = seconds
            .saturating_add(i64::from(self.offset))
            .rem_euclid(86_400);
        format!(
            "{:02}:{:02}:{:02}",
            of_day / 3600,
            of_day / 60 % 60,
            of_day % 60
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_kubernetes_is_read_and_written() {
        let time = UnixTime::parse("2026-11-29T10:15:30Z");
        assert_eq!(time, Some(UnixTime(1_795_947_330_000)));
        assert_eq!(
            time.map(UnixTime::rfc3339).as_deref(),
            Some("2026-11-29T10:15:30Z")
        );
        assert_eq!(UnixTime::parse("yesterday"), None);
        assert_eq!(UnixTime::parse("1960-01-01T00:00:00Z"), None);
    }
}
