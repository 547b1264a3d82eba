//! How long something takes, in few characters.

use std::time::Duration;

/// A duration as `4m12s`, `1h04m` from an hour on, `2d03h` from a day on, `1.2s` below ten seconds.
pub fn elapsed(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..10 => format!("{}.{}s", seconds, time.subsec_millis() / 100),
        10..60 => format!("{seconds}s"),
        60..3600 => format!("{}m{:02}s", seconds / 60, seconds % 60),
        3600..86_400 => format!("{}h{:02}m", seconds / 3600, seconds % 3600 / 60),
        _ => format!("{}d{:02}h", seconds / 86_400, seconds % 86_400 / 3600),
    }
}

/// The same without tenths of seconds, for what counts up or down beside others: `4s`.
pub fn whole_seconds(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..10 => format!("{seconds}s"),
        _ => elapsed(time),
    }
}

/// A duration in one unit that changes seldom: `<1m`, `12m`, `3h`, `5d`.
pub fn coarse(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..60 => "<1m".to_owned(),
        60..3600 => format!("{}m", seconds / 60),
        3600..86_400 => format!("{}h", seconds / 3600),
        _ => format!("{}d", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_short() {
        let shown = |millis| elapsed(Duration::from_millis(millis));
        assert_eq!(shown(1_234), "1.2s");
        assert_eq!(shown(42_000), "42s");
        assert_eq!(shown(252_000), "4m12s");
        assert_eq!(shown(3_900_000), "1h05m");
        assert_eq!(shown(183_600_000), "2d03h");
        let whole = |millis| whole_seconds(Duration::from_millis(millis));
        assert_eq!([1_900, 387_000].map(whole), ["1s", "6m27s"]);
        let coarsely = |seconds| coarse(Duration::from_secs(seconds));
        let shown_coarsely = [59, 60, 3_599, 3_600, 90_000].map(coarsely);
        assert_eq!(shown_coarsely, ["<1m", "1m", "59m", "1h", "1d"]);
    }
}
