//! Golden files: what a reader should see change.
#![expect(
    clippy::disallowed_methods,
    reason = "tests read here whether to rewrite golden files"
)]

use std::{fmt::Write as _, path::Path};

/// Fails unless `tests/api/golden/<name>` holds `actual`; rewrites it with `UPDATE_GOLDEN=1`.
#[track_caller]
pub fn assert_golden(name: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/api/golden")
        .join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1") {
        std::fs::write(&path, actual).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    if expected == actual {
        return;
    }
    let mut difference = String::new();
    let (old, new): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), actual.lines().collect());
    for line in old.iter().filter(|line| !new.contains(line)) {
        let _ = writeln!(difference, "- {line}");
    }
    for line in new.iter().filter(|line| !old.contains(line)) {
        let _ = writeln!(difference, "+ {line}");
    }
    panic!(
        "tests/api/golden/{name} differs. If the change is meant, rewrite it and look at the diff:\n    \
         UPDATE_GOLDEN=1 scripts/test --test api\n\n{difference}"
    );
}
