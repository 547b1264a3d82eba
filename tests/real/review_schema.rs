//! What `review --output json` prints, held to the published schemas by another program's reading of them.

use std::process::Command;

use crate::lab::Lab;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Reads a schema and documents, and fails with what is wrong.
const VALIDATE: &str = "\
import json, sys, jsonschema
schema, *documents = (json.load(open(path)) for path in sys.argv[1:])
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
wrong = [error.message for document in documents for error in validator.iter_errors(document)]
sys.exit('\\n'.join(wrong) or 0)
";

fn printed(words: &[&str]) -> Vec<u8> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kopswain"));
    command.args(["review", "--output", "json"]).args(words);
    command.output().unwrap().stdout
}

/// Fails unless each document is of the form that a schema of docs/ says.
pub(crate) fn valid(lab: &Lab, schema: &str, documents: &[Vec<u8>]) {
    let work = tempfile::tempdir().unwrap();
    let paths = documents.iter().enumerate().map(|(at, document)| {
        let path = work.path().join(format!("{at}.json"));
        std::fs::write(&path, document).unwrap();
        path
    });
    let told = Command::new(lab.python())
        .args(["-c", VALIDATE, &format!("{ROOT}/docs/{schema}")])
        .args(paths)
        .output()
        .unwrap();
    let why = String::from_utf8_lossy(&told.stderr);
    assert!(told.status.success(), "{schema}: {why}");
}

#[test]
#[ignore = "needs the lab: ./check"]
fn what_is_printed_is_valid() {
    let lab = Lab::start("schema");
    let files = std::fs::read_dir(format!("{ROOT}/tests/fixtures/kops")).unwrap();
    let paths = files.map(|file| file.unwrap().path());
    let reports: Vec<_> = paths
        .filter_map(|path| path.to_str().map(str::to_owned))
        .filter(|path| path.contains("/update-") && path.ends_with(".stdout"))
        .collect();
    assert!(reports.len() > 20, "{reports:?}");
    let older = reports.iter().find(|path| path.contains("modify")).unwrap();
    let alone: Vec<_> = reports
        .iter()
        .map(|report| printed(&["--from", report]))
        .collect();
    valid(&lab, "review.schema.json", &alone);
    let compared: Vec<_> = reports
        .iter()
        .map(|report| printed(&["--from", report, "--against", older]))
        .collect();
    valid(&lab, "comparison.schema.json", &compared);
}
