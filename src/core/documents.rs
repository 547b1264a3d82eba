//! Pages of docs/ that are made from tables of the code, for tests: compared with the code, or written again.

use std::fs;
use std::path::Path;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

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
    let schema = settings.into_generator().into_root_schema_for::<T>();
    let mut schema = schema.to_value();
    schema["title"] = command.into();
    leave_out_null(&mut schema);
    // Of two forms of one question the one without a name allows a name too.
    let text = serde_json::to_string_pretty(&Schema::try_from(schema).unwrap()).unwrap();
    let text = text.replace("\"oneOf\"", "\"anyOf\"");
    hold(name, &format!("{text}\n"));
}

// What may be missing is left out where it is absent: it is never null.
fn leave_out_null(schema: &mut Value) {
    let required = schema.get("required").cloned().unwrap_or_default();
    let required = required.as_array().cloned().unwrap_or_default();
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    for (name, property) in properties.into_iter().flatten() {
        if let (Some(fields), false) = (property.as_object_mut(), required.contains(&json!(name))) {
            leave_out_null_of(fields);
        }
    }
    match schema {
        Value::Object(fields) => fields.values_mut().for_each(leave_out_null),
        Value::Array(items) => items.iter_mut().for_each(leave_out_null),
        _ => {}
    }
}

// An optional type is a list of its name and null, or a choice between its form and null.
fn leave_out_null_of(fields: &mut Map<String, Value>) {
    if let Some(Value::Array(forms)) = fields.remove("anyOf") {
        let forms = forms
            .iter()
            .filter(|form| **form != json!({"type": "null"}));
        fields.extend(forms.filter_map(Value::as_object).flat_map(Map::clone));
    }
    if let Some(Value::Array(names)) = fields.get("type") {
        let name = names.iter().find(|name| **name != "null").cloned();
        fields.extend(name.map(|name| ("type".to_owned(), name)));
    }
}
