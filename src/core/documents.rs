//! Pages of docs/ that are made from tables of the code, for tests: compared with the code, or written again.

use std::fs;
use std::path::Path;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;

/// Fails when docs/NAME is not `now`; with `INSTA_UPDATE=always` it is written first.
pub(crate) fn hold(name: &str, now: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("docs")
        .join(name);
    if std::env::var("INSTA_UPDATE").is_ok_and(|value| value == "always") {
        fs::write(&path, now).unwrap();
    }
    let kept = fs::read_to_string(path).unwrap();
    assert_eq!(
        kept, now,
        "docs/{name} is not what the code says; the first lines of this test's file say how to write it again"
    );
}

/// The same for a schema: that of the JSON which a type prints.
pub(crate) fn hold_schema<T: JsonSchema>(name: &str, command: &str) {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.insert("title".to_owned(), command.into());
    // Of two forms of one question the one without a name allows a name too.
    let text = serde_json::to_string_pretty(&schema).unwrap();
    let text = text.replace("\"oneOf\"", "\"anyOf\"");
    hold(name, &format!("{text}\n"));
}
