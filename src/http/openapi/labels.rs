//! What people call the words of enumerations: `x-enum-labels`, for front ends that have no table of their own.

use anyhow::Context as _;
use serde_json::{Map, Value, json};

use crate::{domain::vocabulary::Term, http::vocabulary::vocabulary};

/// Puts its labels to each enumeration.
pub fn add_labels(document: &mut Value) -> anyhow::Result<()> {
    for enumeration in vocabulary().enumerations {
        let schema = document["components"]["schemas"].get_mut(&enumeration.name);
        let schema = schema.with_context(|| format!("{} is not in the document", enumeration.name))?;
        schema["x-enum-labels"] = labels(enumeration.terms);
    }
    Ok(())
}

fn labels(terms: &[Term]) -> Value {
    let label = |term: &Term| (term.code.to_owned(), json!({"zh": term.zh, "en": term.en}));
    Value::Object(terms.iter().map(label).collect::<Map<_, _>>())
}
