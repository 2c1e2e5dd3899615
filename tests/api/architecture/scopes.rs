//! Every read of rows is within a scope: the compiler keeps that (`db::Record`), but for what is said here.

use super::library;

/// A row that is read without a scope says why nobody is shown by it what is not for him.
#[test]
fn a_row_without_a_scope_says_why() {
    let mut reasons = 0;
    for source in library().iter().filter(|source| source.layer() == "store") {
        let lines: Vec<&str> = source.text.lines().collect();
        let declares = |line: &str| line.starts_with("impl") && line.contains("Record") && line.contains(" for ");
        for (index, line) in lines.iter().enumerate().filter(|(_, line)| declares(line)) {
            // Rows within a scope.
            if source.path == "src/store/scope.rs" {
                assert_eq!(*line, "impl<R: Row> Record<Seen> for R {}");
                continue;
            }
            let reason = lines[index - 1].strip_prefix("/// ").unwrap_or_default();
            assert!(
                line.starts_with("impl Record for ") && !reason.is_empty(),
                "{}: {line}",
                source.path
            );
            reasons += 1;
        }
    }
    assert!(reasons > 20, "{reasons}");
}

/// `http` has no scope but its caller's.
#[test]
fn the_wire_sees_by_its_caller() {
    for source in library().iter().filter(|source| source.layer() == "http") {
        let code = source.code();
        // An example is of nobody's.
        let example = source.path.contains("/openapi/") || source.path.contains("example");
        assert!(
            !code.contains("by_role(") && (example || !code.contains("Scope::system(")),
            "{}",
            source.path
        );
    }
}
