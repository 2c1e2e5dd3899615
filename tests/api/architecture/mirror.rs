//! These tests mirror the URLs: each noun of the API has its folder here, and what is no noun is a theme.

use std::collections::BTreeSet;

use duban::http::csv_paths::SUFFIX;
use serde_json::Value;

use crate::support::source::{root, rust_files};

const MAIN: &str = include_str!("../main.rs");

#[test]
fn each_noun_has_a_folder_and_each_theme_is_listed() {
    let document: Value = serde_json::from_str(include_str!("../../../openapi/openapi.json")).unwrap();
    let nouns: BTreeSet<String> = document["paths"]
        .as_object()
        .unwrap()
        .keys()
        .filter(|path| !path.ends_with(SUFFIX))
        .filter_map(|path| path.strip_prefix("/api/v1/")?.split('/').next())
        .map(|noun| noun.replace('-', "_").replace("progress_reports", "reports"))
        .collect();
    assert!(nouns.len() > 10, "{nouns:?}");
    for noun in &nouns {
        let file = root().join(format!("tests/api/{noun}/mod.rs"));
        assert!(file.exists(), "/{noun} has no tests/api/{noun}/mod.rs");
        assert!(MAIN.contains(&format!("\nmod {noun};\n")), "{noun}");
    }
    let modules = MAIN
        .lines()
        .filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'));
    for theme in modules.filter(|name| !nouns.contains(*name)) {
        assert!(
            MAIN.contains(&format!("`{theme}`")),
            "tests/api/main.rs does not say which theme {theme} is"
        );
    }
}

/// Where the tests of an operation may be: `plans/publish.rs`, `plans/assessment/freeze.rs`, `plans/update.rs`.
fn places(method: &str, path: &str) -> Vec<String> {
    let named = |part: &str| part.split('.').next().unwrap().replace('-', "_");
    let parts = path.split('/').filter(|part| !part.starts_with('{'));
    let place = parts.map(named).collect::<Vec<_>>().join("/");
    let place = place.replace("progress_reports", "reports");
    let verbs: &[&str] = match method {
        "get" => &["get", "list"],
        "post" => &["create"],
        "delete" => &["delete"],
        _ => &["update"],
    };
    let below = verbs.iter().map(|verb| format!("{place}/{verb}.rs"));
    below.chain([format!("{place}.rs")]).collect()
}

/// Who has a URL and a verb finds the tests: in the file of that name, or in one that says at its head that they are there.
/// That things and lists are read is shown of all alike.
#[test]
fn each_operation_is_tested_where_it_is_looked_for() {
    let document: Value = serde_json::from_str(include_str!("../../../openapi/openapi.json")).unwrap();
    let tests = rust_files("tests/api");
    let heads: Vec<String> = tests
        .iter()
        .map(|source| source.text.lines().take_while(|line| line.starts_with("//!")).collect())
        .collect();
    let mut looked_for = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        let Some(below) = path.strip_prefix("/api/v1/").filter(|path| !path.ends_with(SUFFIX)) else {
            continue;
        };
        let methods = item.as_object().unwrap().keys();
        for method in methods.filter(|method| ["get", "post", "put", "patch", "delete"].contains(&method.as_str())) {
            if method == "get" && (!below.contains('/') || below.ends_with("{id}")) {
                continue;
            }
            let said = format!("`{} /{below}`", method.to_uppercase());
            let places = places(method, below);
            let is_there = |place: &String| tests.iter().any(|source| source.path == format!("tests/api/{place}"));
            assert!(
                places.iter().any(is_there) || heads.iter().any(|head| head.contains(&said)),
                "{said} has none of {places:?}, and no file says that it has it"
            );
            looked_for += 1;
        }
    }
    assert!(looked_for > 60, "{looked_for}");
}
