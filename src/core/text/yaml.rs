//! YAML texts of several documents.

use serde::Deserialize;
use serde_yaml::{Deserializer, Error, Value};

/// The documents of a text, in their order.
pub fn documents(text: &str) -> impl Iterator<Item = Result<Value, Error>> {
    Deserializer::from_str(text).map(Value::deserialize)
}

/// The documents before the first that cannot be read: the reader would give the same error for ever.
pub fn readable_documents(text: &str) -> impl Iterator<Item = Value> {
    documents(text).map_while(Result::ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_ends_at_an_error() {
        let read = |text| readable_documents(text).collect::<Vec<_>>();
        assert_eq!(read("1\n---\n2\n"), [Value::from(1), Value::from(2)]);
        assert_eq!(read("1\n---\n[\n---\n2\n"), [Value::from(1)]);
        assert_eq!(read("["), [Value::Null; 0]);
    }
}
