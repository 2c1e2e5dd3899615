//! What the document gives as examples can be asked.

use serde_json::Value;

use crate::support::{
    document::{Document, Operation},
    sample::sample,
};

on_both! {
    /// Each example of each parameter of each list and thing.
    async fn of_each_parameter_are_accepted(app: &TestApp) {
        let document = Document::of(app).await;
        let caller = app.all_roles(&[]);
        let mut asked = 0;
        for (n, operation) in document.operations().into_iter().enumerate().filter(|(_, operation)| operation.is_read()) {
            let path = sample(app, operation, 8900 + n).await.path;
            let path = path.split('?').next().unwrap();
            let parameters = operation.value["parameters"].as_array().into_iter().flatten();
            for parameter in parameters.filter(|parameter| parameter["in"] == "query") {
                let name = parameter["name"].as_str().unwrap();
                let schema = &parameter["schema"];
                let examples = [&parameter["example"], &schema["example"], &schema["default"]];
                let examples = examples.into_iter().flat_map(|example| example.as_array().cloned().unwrap_or_else(|| vec![example.clone()]));
                // Days of the calendar are asked for in a range.
                let range = if path.ends_with("/calendar/days") { "from=2017-10-01&to=2017-10-08" } else if path.ends_with("/working-days") { "from=2017-09-28&add=3" } else { "" };
                if range.contains(name) {
                    continue;
                }
                for example in examples.filter(|example| !example.is_null()) {
                    let value = example.as_str().map_or_else(|| example.to_string(), str::to_owned);
                    let query = serde_html_form::to_string([(name, value.as_str())]).unwrap();
                    for format in ["json", "csv"] {
                        let is_list = operation.value["responses"]["200"]["content"].get("text/csv").is_some();
                        if format == "csv" && !(is_list && name == "fields") {
                            continue;
                        }
                        let query = if format == "csv" { format!("{query}&format=csv") } else { query.clone() };
                        let reply = caller.get(&format!("{path}?{query}&{range}")).await;
                        // A calendar feed's address is a secret that no document has.
                        let fine = reply.status == 200 || name == "token" && reply.status == 404;
                        assert!(fine, "{} {query}: {}", operation.name(), reply.text());
                        asked += 1;
                    }
                }
            }
        }
        assert!(asked > 60, "{asked}");
    }

    /// `fields` may be any name of the view, and the document says that nothing else comes then.
    async fn of_fields_are_names_of_the_view(app: &TestApp) {
        let document = Document::of(app).await;
        for operation in document.operations().into_iter().filter(Operation::is_read) {
            let parameters = operation.value["parameters"].as_array().into_iter().flatten();
            for parameter in parameters.filter(|parameter| parameter["name"] == "fields") {
                let said = parameter["description"].as_str().unwrap();
                assert!(said.contains("requires"), "{}: {said}", operation.name());
                let whole = document.resolve(&operation.value["responses"]["200"]["content"]["application/json"]["schema"]);
                let item = whole["properties"].get("items").map_or(whole, |items| document.resolve(&items["items"]));
                if let Some(example) = parameter.get("example").and_then(Value::as_str) {
                    assert!(example.split(',').all(|name| item["properties"].get(name).is_some()), "{} {example}", operation.name());
                }
            }
        }
    }
}
