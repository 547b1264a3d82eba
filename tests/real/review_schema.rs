//! What `review --output json` prints, held to the published schemas by another program's reading of them.

use std::process::Command;

use crate::lab::Lab;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Reads a schema and a document, and fails with what is wrong.
const VALIDATE: &str = "\
import json, sys, jsonschema
schema, document = (json.load(open(path)) for path in sys.argv[1:])
validator = jsonschema.Draft202012Validator(schema)
validator.check_schema(schema)
sys.exit('\\n'.join(error.message for error in validator.iter_errors(document)) or 0)
";

fn valid(lab: &Lab, schema: &str, words: &[&str]) {
    let printed = Command::new(env!("CARGO_BIN_EXE_kopswain"))
        .args(["review", "--output", "json"])
        .args(words)
        .output()
        .unwrap();
    holds(lab, schema, &printed.stdout, words);
}

/// Fails unless what was printed is of the form that a schema of docs/ says.
pub(crate) fn holds(lab: &Lab, schema: &str, printed: &[u8], words: &[&str]) {
    let work = tempfile::tempdir().unwrap();
    let document = work.path().join("printed.json");
    std::fs::write(&document, printed).unwrap();
    let told = Command::new(lab.python())
        .args(["-c", VALIDATE, &format!("{ROOT}/docs/{schema}")])
        .arg(&document)
        .output()
        .unwrap();
    let why = String::from_utf8_lossy(&told.stderr);
    assert!(told.status.success(), "{words:?}: {why}");
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
    for report in &reports {
        valid(&lab, "review.schema.json", &["--from", report]);
        valid(
            &lab,
            "comparison.schema.json",
            &["--from", report, "--against", older],
        );
    }
}
