//! `/obligations.csv`: a list as a table at a path of its own.

use duban::http::{csv_paths::SUFFIX, openapi};
use reqwest::Method;
use serde_json::Value;

use crate::support::Reply;

/// The paths of tables in the document, each with its parameters.
fn tables() -> Vec<(String, Vec<String>)> {
    let document: Value = serde_json::from_str(&openapi::document().unwrap()).unwrap();
    let paths = document["paths"].as_object().unwrap().iter();
    let tables = paths.filter(|(path, _)| path.ends_with(SUFFIX));
    let names = |item: &Value| {
        let parameters = item["get"]["parameters"].as_array().unwrap().iter();
        parameters.map(|one| one["name"].as_str().unwrap().to_owned()).collect()
    };
    tables.map(|(path, item)| (path.clone(), names(item))).collect()
}

on_both! {
    async fn a_list_has_a_path_of_its_own_as_a_table(app: &TestApp) {
        let caller = app.bearing(Some(app.token("reader", &["coordinator", "auditor"], None, &[])));
        let tables = tables();
        assert!(tables.len() > 15, "{tables:?}");
        for (path, parameters) in &tables {
            assert!(["bom", "headers"].iter().all(|name| parameters.iter().any(|one| one == name)), "{path}: {parameters:?}");
            let id = if path.contains("/plans/") { "dg-2017" } else if path.contains("/deadlines/") { "dg-2017.11.1.d1" } else { "zhenjie" };
            let path = path.replace("{id}", id);
            if path.contains("/history") {
                caller.get(&path).await.problem(404, "not_found");
                continue;
            }
            let list = path.strip_suffix(".csv").unwrap();
            let narrow = if list.ends_with("/obligations") { "&unit=hbj" } else { "" };
            for query in ["?bom=true&headers=zh", "?headers=en"] {
                let table = caller.get(&format!("{path}{query}{narrow}")).await.ok();
                let same = caller.get(&format!("{list}{query}{narrow}&format=csv")).await.ok();
                assert!(table.body == same.body && table.etag() == same.etag(), "{path}{query}");
                assert_eq!(table.header("content-disposition"), same.header("content-disposition"));
            }
        }
        let path = "/api/v1/requirements.csv";
        let whole = caller.get(path).await.ok();
        assert!(whole.text().starts_with("id,plan_id"));
        let same = caller.request(Method::GET, path).header("If-None-Match", whole.etag());
        assert_eq!(Reply::to(same).await.status, 304);
        let head = Reply::to(caller.request(Method::HEAD, path)).await;
        assert!(head.status == 200 && head.header("content-type").starts_with("text/csv"));
        for (path, code) in [("fields=nosuch", "invalid_parameter"), ("limit=0", "invalid_parameter"), ("format=json", "invalid_parameter"), ("nosuch=1", "unknown_parameter")] {
            caller.get(&format!("/api/v1/requirements.csv?{path}")).await.problem(400, code);
        }
        let said = caller.get("/api/v1/requirements.csv?format=json").await.problem(400, "invalid_parameter");
        assert!(said["detail"].as_str().unwrap().contains(".csv"), "{said}");
        // What is no list has no table.
        for path in ["/api/v1/plans/dg-2017.csv", "/api/v1/me.csv", "/api/v1/nosuch.csv", "/api/v1/requirements.xls"] {
            assert_eq!(caller.get(path).await.status, 404, "{path}");
        }
        assert_eq!(caller.post(path, &serde_json::json!({})).await.status, 404);
    }
}
