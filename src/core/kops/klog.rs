//! The line format of klog, which kops logs with.

/// How grave a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    Info,
    Warning,
    Error,
    /// kops ends right after it.
    Fatal,
}

/// One line of the log, taken apart; `I1123 18:56:51.015651 25129 executor.go:113] message`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Klog<'a> {
    pub level: Level,
    /// `18:56:51.015651`, kops's local time.
    pub time: &'a str,
    /// `executor.go:113`
    pub place: &'a str,
    pub message: &'a str,
}

/// Takes one line apart; absent when it is not one of klog's.
pub fn klog(line: &str) -> Option<Klog<'_>> {
    let level = level(line)?;
    let (date, rest) = line.get(1..)?.split_once(' ')?;
    let (head, message) = rest.split_once("] ")?;
    let mut words = head.split(' ').filter(|word| !word.is_empty());
    let (time, process, place) = (words.next()?, words.next()?, words.next()?);
    let right = digits(date) && date.len() == 4 && digits(process) && words.next().is_none();
    right.then_some(Klog {
        level,
        time,
        place,
        message,
    })
}

fn level(line: &str) -> Option<Level> {
    match line.bytes().next()? {
        b'I' => Some(Level::Info),
        b'W' => Some(Level::Warning),
        b'E' => Some(Level::Error),
        b'F' => Some(Level::Fatal),
        _ => None,
    }
}

fn digits(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}
