//! These tests mirror the URLs: each noun of the API has its folder here, and what is no noun is a theme.

use std::collections::BTreeSet;

use duban::http::csv_paths::SUFFIX;
use serde_json::Value;

use crate::support::source::root;

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
