//! What an operation may be refused for is declared beside it, by the types that its handler takes.

use super::{library, words};

/// Types of a signature that refuse requests. `Id` and the like do so inside `Change` as well.
const REFUSING: &[&str] = &[
    "Caller",
    "Change",
    "Create",
    "Id",
    "IdAndMember",
    "Body",
    "OptionalBody",
    "MaybeIfMatch",
    "IdempotencyKey",
    "Upload",
];

/// The types of `a:A<B,C>,d:D`.
fn types(arguments: &str) -> Vec<&str> {
    let mut depth = 0;
    let between = |character: char| {
        depth += i32::from(character == '<') - i32::from(character == '>');
        character == ',' && depth == 0
    };
    let arguments = arguments.split(between);
    arguments
        .filter_map(|argument| argument.split_once(':'))
        .map(|(_, taken)| taken)
        .collect()
}

#[test]
fn operations_declare_the_refusals_of_all_that_their_handlers_take() {
    let mut operations = 0;
    for source in library().iter().filter(|source| source.path.starts_with("src/http/")) {
        for operation in source.text.split("#[utoipa::path(").skip(1) {
            let (declared, rest) = operation.split_once("pub async fn ").unwrap();
            let (signature, _) = rest.split_once(") -> ").unwrap();
            let (name, arguments) = signature.split_once('(').unwrap();
            let declared = declared.replace(char::is_whitespace, "");
            for taken in types(&arguments.replace(char::is_whitespace, "")) {
                if words(taken).next().is_some_and(|word| REFUSING.contains(&word)) {
                    assert!(
                        declared.contains(&format!(",{taken}")),
                        "{name} does not declare {taken}"
                    );
                    operations += 1;
                }
            }
        }
    }
    assert!(operations > 150, "found {operations} only");
}
