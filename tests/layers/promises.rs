//! SECURITY.md names a test for every promise, and every test that it names is there.

use std::fs;
use std::path::Path;

const PAGE: &str = "SECURITY.md";

// The rows of the table: the promise, and the tests that hold it.
fn promises(page: &str) -> Vec<(String, Vec<String>)> {
    let rows = page.lines().skip_while(|line| !line.starts_with("|---"));
    let rows = rows.skip(1).take_while(|line| line.starts_with('|'));
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").collect();
        let [promise, held] = cells.as_slice() else {
            panic!("not two cells: {row}");
        };
        let names = held.split('`').skip(1).step_by(2).map(str::to_owned);
        (promise.trim().to_owned(), names.collect())
    })
    .collect()
}

// The names of the functions that carry a test's attribute, in a folder and those below.
fn tests_in(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(tests_in(&path));
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.extend(tests_of(&fs::read_to_string(&path).unwrap()));
        }
    }
    found
}

fn tests_of(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut marked = false;
    for line in text.lines().map(str::trim) {
        let named = line.trim_start_matches("async ").strip_prefix("fn ");
        match named.and_then(|rest| rest.split('(').next()) {
            Some(name) if marked => {
                found.push(name.to_owned());
                marked = false;
            }
            Some(_) => {}
            None if line.ends_with("test]") && line.starts_with("#[") => marked = true,
            None if line.starts_with("#[") => {}
            None => marked = false,
        }
    }
    found
}

#[test]
fn every_promise_names_tests_that_exist() {
    let known = [tests_in(Path::new("src")), tests_in(Path::new("tests"))].concat();
    let promises = promises(&fs::read_to_string(PAGE).unwrap());
    assert!(promises.len() > 8, "{promises:#?}");
    for (promise, tests) in promises {
        assert!(!tests.is_empty(), "nothing holds: {promise}");
        for test in tests {
            assert!(known.contains(&test), "there is no test {test}");
        }
    }
}

#[test]
fn a_test_is_known_by_its_attribute() {
    let text = "#[test]\nfn one() {}\n#[tokio::test]\n#[ignore = \"x\"]\nasync fn two() {}\nfn three() {}\n#[cfg(test)]\nmod tests {\nfn four() {}\n}";
    assert_eq!(tests_of(text), ["one", "two"]);
}
