//! Where the state is: the text `s3://BUCKET/PREFIX`, or what is wrong with it.

use crate::core::fault::Fault;
use crate::core::text::untrusted::visible;

/// The bucket, and the prefix without slashes around it.
pub(super) fn parse(place: &str) -> Result<(String, String), Fault> {
    let shown = visible(place);
    let rest = place.strip_prefix("s3://").ok_or_else(|| not_s3(&shown))?;
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    let plain = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'.'
    };
    if (3..=63).contains(&bucket.len()) && bucket.bytes().all(plain) {
        Ok((bucket.to_owned(), prefix.trim_matches('/').to_owned()))
    } else {
        Err(not_a_bucket(&shown))
    }
}

fn not_s3(shown: &str) -> Fault {
    Fault::new(
        format!("the state store {shown:?} is not in S3"),
        "a cluster on AWS keeps its state in an S3 bucket, written s3://BUCKET",
        "run: export KOPS_STATE_STORE=s3://your-bucket, or use --state",
    )
}

fn not_a_bucket(shown: &str) -> Fault {
    Fault::new(
        format!("the state store {shown:?} does not name a bucket"),
        "a bucket's name has 3 to 63 small letters, digits, hyphens and dots",
        "correct --state or KOPS_STATE_STORE, such as s3://example-state",
    )
}

/// The Fault for a state store that nothing names.
pub fn unset() -> Fault {
    Fault::new(
        "no state store is set",
        "neither --state, KOPS_STATE_STORE nor kops's own config file names one",
        "run: export KOPS_STATE_STORE=s3://your-bucket, or use --state",
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_bucket_and_a_prefix() {
        let pair = |bucket: &str, prefix: &str| (bucket.to_owned(), prefix.to_owned());
        assert_eq!(
            parse("s3://example-state").unwrap(),
            pair("example-state", "")
        );
        assert_eq!(
            parse("s3://example-state/").unwrap(),
            pair("example-state", "")
        );
        assert_eq!(parse("s3://a.b-c/x/y/").unwrap(), pair("a.b-c", "x/y"));
    }

    #[test]
    fn other_places_are_refused_by_what_they_are() {
        assert_eq!(
            parse("gs://x-y").unwrap_err().what,
            "the state store \"gs://x-y\" is not in S3"
        );
        assert_eq!(
            parse("example-state").unwrap_err().what,
            "the state store \"example-state\" is not in S3"
        );
        for place in ["s3://", "s3:///x", "s3://AB", "s3://a b c", "s3://a;rm -rf"] {
            assert!(
                parse(place)
                    .unwrap_err()
                    .what
                    .ends_with("does not name a bucket"),
                "{place}"
            );
        }
    }
}
