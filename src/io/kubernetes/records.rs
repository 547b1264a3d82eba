//! The records of a watch: lines of JSON, or protobuf with the length of each before it, as the server answers.

/// Bytes of a record's length, the most significant first (apimachinery, pkg/util/framer).
const LENGTH: usize = 4;
/// Bytes of the longest record; etcd takes no object of more than 1.5 MiB.
pub(super) const LONGEST: usize = (16 << 20) - 1;

type FrameAndRest<'a> = (&'a [u8], &'a [u8]);

/// A record is longer than any object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Endless;

/// Whether a record is protobuf: it begins with the tag of the event's type, which no JSON begins with.
pub(super) fn is_protobuf_event(record: &[u8]) -> bool {
    record.first() == Some(&b'\n')
}

// The length of a record begins with zero.
fn is_framed(stream: &[u8]) -> bool {
    stream.first() == Some(&0)
}

/// Bytes of the whole records at the beginning; the first `searched` hold no end of a line.
pub(super) fn whole_records(bytes: &[u8], searched: usize) -> Result<usize, Endless> {
    let whole = if is_framed(bytes) {
        let mut rest = bytes;
        while let Some((_, after)) = split_frame(rest)? {
            rest = after;
        }
        bytes.len() - rest.len()
    } else {
        let unsearched = bytes.get(searched..).unwrap_or_default();
        memchr::memrchr(b'\n', unsearched).map_or(0, |end| searched + end + 1)
    };
    if whole == 0 && bytes.len() > LONGEST {
        return Err(Endless);
    }
    Ok(whole)
}

/// Each of these whole records.
pub(super) fn records(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let (lines, mut frames) = if is_framed(bytes) {
        (&[][..], bytes)
    } else {
        (bytes, &[][..])
    };
    let lines = lines.split(|byte| *byte == b'\n');
    let frames = std::iter::from_fn(move || {
        let (frame, rest) = split_frame(frames).ok().flatten()?;
        frames = rest;
        Some(frame)
    });
    lines.filter(|line| !line.is_empty()).chain(frames)
}

// The first frame, and what follows it; absent where it is not whole.
fn split_frame(bytes: &[u8]) -> Result<Option<FrameAndRest<'_>>, Endless> {
    let Some((length, rest)) = bytes.split_first_chunk::<LENGTH>() else {
        return Ok(None);
    };
    let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
    if length > LONGEST {
        return Err(Endless);
    }
    Ok(rest.split_at_checked(length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(text: &str) -> Vec<u8> {
        let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
        [&length.to_be_bytes()[..], text.as_bytes()].concat()
    }

    #[test]
    fn whole_records_are_told_from_what_is_still_to_come() {
        let frames = [frame("\n\u{1}a"), frame(""), frame("\n\u{1}b")].concat();
        let given = |bytes: &[u8], whole: usize| {
            assert_eq!(whole_records(bytes, 0), Ok(whole));
            let given = records(&bytes[..whole]).map(<[u8]>::to_vec);
            given.collect::<Vec<_>>()
        };
        assert_eq!(
            given(b"{}\n{\"a\":1}\n{", 11),
            [b"{}".to_vec(), b"{\"a\":1}".to_vec()]
        );
        assert_eq!(given(b"{", 0), Vec::<Vec<u8>>::new());
        let [first, last] = [b"\n\x01a".to_vec(), b"\n\x01b".to_vec()];
        assert_eq!(given(&frames, 18), [first.clone(), Vec::new(), last]);
        assert_eq!(given(&frames[..16], 11), [first, Vec::new()]);
    }

    #[test]
    fn a_record_without_an_end_is_given_up() {
        let second = [frame("\n"), vec![1, 0, 0, 0]].concat();
        assert_eq!(whole_records(&second, 0), Err(Endless));
        let long = vec![b'{'; LONGEST + 1];
        assert_eq!(whole_records(&long, 0), Err(Endless));
        assert_eq!(whole_records(b"\0\0\0", 0), Ok(0));
    }
}
