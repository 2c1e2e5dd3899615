//! Every request that takes no token, with each of its parameters and each value that a curious caller would try.

use serde_json::Value;

use super::hidden::{Inside, PLANS};
use crate::support::document::{Document, Operation};

/// Values of a parameter that nothing in the document lists.
fn known(name: &str, inside: &Inside<'_>) -> Vec<String> {
    let report = inside.public[0].rsplit('/').next().unwrap();
    let values: &[&str] = match name {
        "limit" => &["1", "200"],
        "plan" => &["zt-2017", "hz-2017", "nb-2018"],
        "task" => &["zt-2017.1", "hz-2017.1"],
        "requirement" => &["zt-2017.1.1", "zt-2017.1.2", "hz-2017.1.3"],
        "obligation" => &["zt-2017.1.1.d1.humen.2017", "zt-2017.1.2.d1.humen.2017"],
        "unit" => &["humen", "changan", "zhenjie"],
        "member_of" => &["zhenjie"],
        "period" | "year" => &["2017"],
        "rating" => &["1", "5"],
        "report" => &[report],
        "q" => &["内部", "内部 进展", "方案", "humen"],
        "submitted_since" => &["2017-06-29T00:00:00Z", "2017-06-30T01:00:00Z"],
        _ => &[],
    };
    values.iter().map(|value| (*value).to_owned()).collect()
}

/// Names that stand behind a colon in a description: what a list sorts by or embeds.
fn listed(description: &str) -> Vec<String> {
    let names = description.rsplit_once("): ").map_or("", |(_, names)| names);
    let names = names.split(';').next().unwrap_or_default().split(", ");
    names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn values(document: &Document, parameter: &Value, inside: &Inside<'_>) -> Vec<String> {
    let (name, schema) = (parameter["name"].as_str().unwrap(), &parameter["schema"]);
    let description = parameter["description"].as_str().unwrap_or_default();
    let schema = document.resolve(schema.get("items").unwrap_or(schema));
    let variants = schema.get("enum").or_else(|| schema.get("oneOf"));
    if name == "sort" {
        let both = |name: String| [format!("-{name}"), name];
        listed(description).into_iter().flat_map(both).collect()
    } else if name == "embed" {
        listed(description)
    } else if let Some(variants) = variants.and_then(Value::as_array) {
        let text = |one: &Value| {
            one.as_str()
                .or(one["const"].as_str())
                .or(one["enum"][0].as_str())
                .map(str::to_owned)
        };
        variants.iter().map(|one| text(one).unwrap()).collect()
    } else if schema["type"] == "boolean" {
        vec!["true".into(), "false".into()]
    } else if schema["format"] == "date" {
        ["2017-06-29", "2017-06-30", "2017-07-01"].map(str::to_owned).into()
    } else {
        known(name, inside)
    }
}

/// The things of an operation that takes one.
fn ids(operation: Operation<'_>, inside: &Inside<'_>) -> Vec<String> {
    let collection = operation.path.split('/').nth(3).unwrap_or_default();
    let of_paths = |paths: &[String]| {
        paths
            .iter()
            .map(|path| path.rsplit('/').next().unwrap().to_owned())
            .collect()
    };
    match collection {
        _ if !operation.path.contains("{id}") => vec![String::new()],
        "plans" => PLANS.iter().chain(&["nb-2018"]).map(|id| (*id).to_owned()).collect(),
        "progress-reports" => of_paths(&inside.public),
        "feedback" => of_paths(std::slice::from_ref(&inside.feedback)),
        "tasks" => vec!["zt-2017.1".into(), "nb-2018.1".into()],
        "requirements" => vec!["zt-2017.1.2".into(), "hz-2017.1.2".into()],
        "deadlines" => vec!["zt-2017.1.2.d1".into()],
        "units" => vec!["humen".into(), "zhenjie".into()],
        _ => vec!["2017".into()],
    }
}

/// What anybody may ask.
pub fn questions(document: &Document, inside: &Inside<'_>) -> Vec<String> {
    let mut questions = Vec::new();
    for operation in document.operations() {
        let asked = operation.is_read() && operation.path.starts_with("/api/v1/") && !document.needs_token(operation);
        if !asked {
            continue;
        }
        let parameters = operation.value["parameters"].as_array().cloned().unwrap_or_default();
        let offered = parameters.iter().filter(|one| one["in"] == "query");
        let offered: Vec<(&str, Vec<String>)> = offered
            .map(|one| (one["name"].as_str().unwrap(), values(document, one, inside)))
            .collect();
        for id in ids(operation, inside) {
            let path = operation.path.replace("{id}", &id).replace("{member}", "1");
            questions.push(path.clone());
            let ask = |query: &[(&str, &String)]| format!("{path}?{}", serde_html_form::to_string(query).unwrap());
            for (name, values) in &offered {
                questions.extend(values.iter().map(|value| ask(&[(name, value)])));
            }
            // Together: for which day with how it is counted or put.
            let of = |wanted: &str| offered.iter().find(|(name, _)| *name == wanted);
            let (Some((_, days)), false) = (of("as_of"), offered.len() > 12) else {
                continue;
            };
            for (name, values) in offered.iter().filter(|(name, _)| *name != "as_of") {
                for (day, value) in days.iter().flat_map(|day| values.iter().map(move |value| (day, value))) {
                    questions.push(ask(&[("as_of", day), (name, value)]));
                }
            }
        }
    }
    questions
}
