//! What clients that are generated from the document need of it. `scripts/clients` runs the generators themselves.

use std::collections::BTreeMap;

use duban::http::openapi;
use serde_json::Value;

use crate::support::{document::visit, source::rust_files};

fn document() -> Value {
    serde_json::from_str(&openapi::document().unwrap()).unwrap()
}

#[test]
fn a_reply_of_json_has_one_type() {
    let document = document();
    let mut tables = 0;
    for item in document["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            let reply = &operation["responses"]["200"];
            let types: Vec<&String> = reply["content"]
                .as_object()
                .into_iter()
                .flat_map(|all| all.keys())
                .collect();
            if types.iter().any(|name| *name == "application/json") {
                assert_eq!(types.len(), 1, "{}", operation["operationId"]);
            }
            tables += usize::from(!reply["x-formats"].is_null());
            // Swagger UI shows no extensions.
            let told = operation["description"].as_str().unwrap_or_default();
            for apart in operation["x-parameters"].as_array().into_iter().flatten() {
                let name = apart["name"].as_str().unwrap();
                assert!(
                    told.contains(&format!("`{name}`")),
                    "{}: {name}",
                    operation["operationId"]
                );
            }
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            for parameter in &parameters {
                let name = parameter["name"].as_str().unwrap();
                // Where a request has headers, one generator has a variable of that name.
                assert!(
                    name != "headers"
                        || types == ["text/csv"] && parameters.iter().all(|other| other["in"] != "header"),
                    "{}",
                    operation["operationId"]
                );
                let harmful = ["Idempotency-Key", "If-None-Match", "as_of"].contains(&name);
                assert!(
                    !harmful || parameter["example"].is_null(),
                    "{}: {name}",
                    operation["operationId"]
                );
            }
        }
    }
    assert!(tables > 15, "{tables}");
}

/// Of two types of one name the document has the one that comes last, and tells of it where the other is meant.
#[test]
fn no_two_types_have_the_name_of_one_schema() {
    let mut names = BTreeMap::new();
    for file in rust_files("src") {
        for (derived, rest) in file
            .text
            .split("#[derive(")
            .skip(1)
            .filter_map(|rest| rest.split_once(")]"))
        {
            if !derived.split(", ").any(|one| one == "ToSchema") {
                continue;
            }
            let (above, rest) = rest.split_once("pub ").unwrap();
            let given = above.split_once("schema(as = ").map(|(_, name)| name);
            let declared = rest
                .split_once("struct ")
                .or_else(|| rest.split_once("enum "))
                .unwrap()
                .1;
            let name = given.unwrap_or(declared);
            let name = name.split(|c: char| !c.is_alphanumeric()).next().unwrap().to_owned();
            // A page, also of what is not counted to its end, is called by what is on it.
            if let Some(other) = names.insert(name.clone(), file.path.clone())
                && name != "Page"
            {
                panic!("{name} is in {other} and in {}", file.path);
            }
        }
    }
    assert!(names.len() > 100, "{}", names.len());
}

#[test]
fn unions_are_told_apart_and_free_json_is_free() {
    let document = document();
    let mut unions = 0;
    visit(&document["components"]["schemas"], "", &mut |schema, at| {
        if at.contains("/example") {
            return;
        }
        if let Some(forms) = schema.get("oneOf").and_then(Value::as_array) {
            let forms: Vec<&Value> = forms.iter().filter(|form| form["type"] != "null").collect();
            // A thing or a list of it: JSON tells which.
            let is_list_of = |list: &&Value| forms.iter().any(|one| list["items"]["$ref"] == one["$ref"]);
            if forms.len() > 1 && !forms.iter().any(|form| form["type"] == "array" && is_list_of(form)) {
                unions += 1;
                let mapping = schema["discriminator"]["mapping"]
                    .as_object()
                    .unwrap_or_else(|| panic!("{at}"));
                let named: Vec<&Value> = forms.iter().map(|form| &form["$ref"]).collect();
                assert_eq!(mapping.values().collect::<Vec<_>>(), named, "{at}");
            }
        }
        let members = ["properties", "additionalProperties", "allOf"];
        let is_empty = schema.get("type").is_some_and(|kind| kind == "object")
            && !members.iter().any(|name| schema.contains_key(*name));
        assert!(!is_empty, "{at} is an object that can have no members");
    });
    assert!(unions >= 4, "{unions}");
}

#[test]
fn names_are_names_of_types() {
    let document = document();
    for name in document["components"]["schemas"].as_object().unwrap().keys() {
        let capital = name.starts_with(|first: char| first.is_ascii_uppercase());
        assert!(
            capital && name.bytes().all(|byte| byte.is_ascii_alphanumeric()),
            "{name}"
        );
        // Types that every page or program in a language has.
        let taken = [
            "Headers", "Error", "Object", "Map", "List", "Set", "String", "Request", "Response",
        ];
        assert!(!taken.contains(&name.as_str()), "{name}");
    }
    assert!(document["info"]["title"].as_str().unwrap().starts_with("duban"));
}

/// A generator that demands what has a default, or fills it in, would make a patch reset what it does not mention.
#[test]
fn what_has_defaults_is_read_made_and_patched_in_forms_of_their_own() {
    let document = document();
    let schemas = &document["components"]["schemas"];
    for (name, schema) in schemas.as_object().unwrap() {
        for (member, declared) in schema["properties"].as_object().into_iter().flatten() {
            assert!(declared.get("default").is_none(), "{name}.{member}");
        }
    }
    let required = |name: &str| -> Vec<&str> {
        let names = schemas[name]["required"].as_array().into_iter().flatten();
        names.filter_map(Value::as_str).collect()
    };
    assert!(required("PlanSettings").contains(&"due_soon_working_days"));
    assert!(!required("PlanSettings").contains(&"obligations_from"));
    assert!(required("NewPlanSettings").is_empty() && required("PlanSettingsPatch").is_empty());
    let settings_of = |name: &str| schemas[name]["properties"]["settings"].to_string();
    assert!(settings_of("NewPlan").contains("/NewPlanSettings\""));
    assert!(settings_of("PlanPatch").contains("/PlanSettingsPatch\""));
    let patch = &schemas["PlanSettingsPatch"]["properties"];
    assert_eq!(patch["unit_signoff"]["type"], serde_json::json!(["boolean", "null"]));
    let nested = patch["assessment"]["oneOf"].to_string();
    assert!(
        nested.contains("/AssessmentSettingsPatch\"") && nested.contains("null"),
        "{nested}"
    );
    assert!(required("AssessmentSettingsPatch").is_empty());
}
