//! One page of a list, in protobuf or JSON, as the server answers.

use super::protobuf::{ProtoPage, is_protobuf};
use super::wire::ListPage;

/// Reads an answer that is a page of a list; the Err says why it is none.
pub(super) fn read_page<T>(
    answer: Vec<u8>,
    take: impl FnOnce(&ListPage<'_>) -> T,
) -> Result<T, String> {
    if is_protobuf(&answer) {
        return Ok(take(&ProtoPage::decode(answer)?.view()));
    }
    let page = serde_json::from_slice(&answer).map_err(|error| error.to_string())?;
    Ok(take(&page))
}
