//! The clock on the wall, as files keep it.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::core::unix_time::{UnixTime, WallTime};

/// Seconds since 1970.
pub(super) fn unix_seconds() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}

/// Milliseconds since 1970.
pub(super) fn unix_millis() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    })
}

/// Now, and how far the local time is from UTC.
pub(super) fn wall_time() -> WallTime {
    let now = jiff::Zoned::now();
    WallTime {
        utc: UnixTime(unix_millis()),
        offset: now.offset().seconds(),
    }
}

/// Seconds since 1970 in the basic form of ISO 8601, in UTC.
pub(super) fn timestamp(seconds: u64) -> String {
    let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
    let time = jiff::Timestamp::from_second(seconds).unwrap_or(jiff::Timestamp::MAX);
    time.strftime("%Y%m%dT%H%M%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::timestamp;

    #[test]
    fn moments_are_written_in_utc() {
        assert_eq!(timestamp(0), "19700101T000000Z");
        assert_eq!(timestamp(951_827_696), "20000229T123456Z");
        assert_eq!(timestamp(1_795_470_659), "20261123T215059Z");
        assert_eq!(timestamp(4_107_542_399), "21000228T235959Z");
    }
}
