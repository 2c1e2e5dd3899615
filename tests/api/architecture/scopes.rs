//! Every read of rows is within a scope.

use std::collections::BTreeSet;

use super::{library, statements, words};
use crate::support::source::Source;

/// Reads of `store` that give no rows of these nouns to show, and why they take no scope.
const UNSCOPED: &[(&str, &str)] = &[
    (
        "assessments::facts",
        "all units' facts make ranks; the scores made of them take a scope",
    ),
    ("attachments::content", "of a file that was found with its report"),
    ("attachments::key", "of a file that was found with its report"),
    ("feedback::is_repeated", "a yes or no for the service"),
    ("feedback::nth_of_portal", "an instant for the service"),
    ("feedback::nth_of_source", "an instant for the service"),
    ("imports::document", "of an import that was found"),
    ("log::has", "a yes or no for the service"),
    ("log::state_on", "of a thing that was found"),
    ("notices::known_obligations", "which of the ids given there are"),
    ("notices::last_number", "a number for the service"),
    ("notices::pending", "which of the ids given are in the way"),
    ("obligations::due_between", "counts for who runs the calendar"),
    ("obligations::has_ledger", "a yes or no for the service"),
    (
        "obligations::is_remembered",
        "a yes or no about a plan that the caller sees",
    ),
    ("reports::any_without", "a yes or no for the command line"),
    ("reports::was_edited", "a yes or no for the service"),
    ("second_reviews::open", "what the service lets lapse"),
];

/// Rows of which not everybody sees all are read within a scope, and `http` has none but its caller's.
#[test]
fn rows_are_read_within_a_scope() {
    let nouns = [
        "assessments",
        "attachments",
        "audit_events",
        "extensions",
        "feedback",
        "imports",
        "log",
        "notices",
        "obligations",
        "occurrences",
        "reports",
        "second_reviews",
        "statistics",
    ];
    let mut without = BTreeSet::new();
    let mut scoped = 0;
    for source in library().iter().filter(|source| source.layer() == "store") {
        let path = source.path.trim_start_matches("src/store/");
        let noun = path.trim_end_matches(".rs").split('/').next().unwrap();
        if !nouns.contains(&noun) {
            continue;
        }
        for function in source.text.split("\npub async fn ").skip(1) {
            let (signature, rest) = function.split_once(" {\n").unwrap();
            let part = Source {
                path: source.path.clone(),
                text: rest.split("\n}\n").next().unwrap().to_owned(),
            };
            let writes = |statement: &String| !statement.starts_with("select ") && !statement.starts_with("with ");
            if signature.contains("Scope<") {
                scoped += 1;
            } else if !statements(&part).iter().any(writes) {
                without.insert(format!("{noun}::{}", words(signature).next().unwrap()));
            }
        }
    }
    let known: BTreeSet<String> = UNSCOPED.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(without, known);
    assert!(scoped > 15, "{scoped}");
    // Lists, and what else is read as they are.
    let filters = library()
        .into_iter()
        .find(|source| source.path == "src/store/filter.rs")
        .unwrap();
    for function in filters.text.split("\n    async fn ").skip(1) {
        let signature = function.split([';', '{']).next().unwrap();
        let name = words(signature).next().unwrap();
        assert!(
            signature.contains(" Scope<Self::Thing>") || signature.contains("&Scope<Self::Thing>") || name == "read",
            "{name}"
        );
    }
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
