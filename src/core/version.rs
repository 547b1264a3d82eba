//! Versions of kops and Kubernetes, as kops reads them.

use semver::Version;

/// A version with or without `v`; missing numbers are 0 (kops's `semver.ParseTolerant`).
pub fn parse_version(text: &str) -> Option<Version> {
    let text = text.trim();
    let text = text.strip_prefix('v').unwrap_or(text);
    if let Ok(version) = Version::parse(text) {
        return Some(version);
    }
    let mut numbers = text.split('.').map(|part| part.parse().ok());
    let version = Version::new(
        numbers.next()??,
        numbers.next().unwrap_or(Some(0))?,
        numbers.next().unwrap_or(Some(0))?,
    );
    numbers.next().is_none().then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_numbers_are_zero() {
        let read = |text| parse_version(text).map(|version| version.to_string());
        for (text, version) in [
            ("1.36.2\n", "1.36.2"),
            ("v1.36", "1.36.0"),
            ("1", "1.0.0"),
            ("1.37.0-alpha.1", "1.37.0-alpha.1"),
        ] {
            assert_eq!(read(text).as_deref(), Some(version));
        }
        for text in ["", "v", "kops", "1.x", "1.2.3.4", "1..2"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
