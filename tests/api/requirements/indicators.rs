//! Targets: `indicators` of a requirement

use serde_json::{Value, json};

use crate::support::{fixtures, texts};

const REQUIREMENT: &str = "/api/v1/requirements/dg-2018.1.1";

fn indicator(name: &str, comparator: &str, target: f64, unit: &str) -> Value {
    json!({"name": name, "comparator": comparator, "target": target, "unit": unit})
}

on_both! {
    async fn are_replaced_whole(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let caller = app.coordinator();
        let first = json!([
            indicator("办理率", "gte", 80.0, "%"), indicator("公众号", "gt", 20.0, "个"), indicator("差错", "lt", 0.5, "‰"),
        ]);
        let after = caller.patch(REQUIREMENT, "*", &json!({"indicators": first})).await.ok().json();
        let ids = ["dg-2018.1.1.i2", "dg-2018.1.1.i3", "dg-2018.1.1.i4"];
        assert_eq!(texts(after["indicators"].as_array().unwrap(), "id"), ids);
        let second = json!([indicator("公众号", "gt", 30.0, "个")]);
        let after = caller.patch(REQUIREMENT, "*", &json!({"indicators": second})).await.ok().json();
        assert_eq!(after["indicators"], json!([
            {"id": "dg-2018.1.1.i3", "name": "公众号", "comparator": "gt", "target": 30.0, "unit": "个"}
        ]));
        assert_eq!(after["version"], 3);
        assert_eq!(caller.get(REQUIREMENT).await.ok().json(), after);
    }

    async fn keep_their_ids(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let caller = app.coordinator();
        let replace = async |indicators: Value| {
            let after = caller.patch(REQUIREMENT, "*", &json!({"indicators": indicators})).await.ok().json();
            assert_eq!(caller.get(REQUIREMENT).await.ok().json(), after);
            texts(after["indicators"].as_array().unwrap(), "id").iter().map(|id| id.rsplit('.').next().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let named = |id: &str, name: &str| {
            let mut indicator = indicator(name, "gte", 80.0, "%");
            indicator["id"] = json!(format!("dg-2018.1.1.{id}"));
            indicator
        };
        let rate = |comparator: &str, target: f64| indicator("率", comparator, target, "%");
        assert_eq!(replace(json!([rate("gte", 1.0), indicator("差错", "lt", 0.5, "‰")])).await, ["i2", "i3"]);
        // The draft has one of its own. By name, in the order of the body; by id, whatever the name.
        assert_eq!(replace(json!([indicator("差错", "lt", 0.4, "‰"), rate("gte", 2.0)])).await, ["i3", "i2"]);
        assert_eq!(replace(json!([rate("gte", 2.0), named("i2", "差错")])).await, ["i4", "i2"]);
        // Of one name those that say the same.
        assert_eq!(replace(json!([rate("lte", 9.0), rate("gte", 2.0), rate("gte", 3.0)])).await, ["i5", "i4", "i6"]);
        assert_eq!(replace(json!([rate("gte", 3.0), rate("lte", 8.0)])).await, ["i6", "i5"]);
        // What is gone gives its number to nobody, the highest too.
        assert_eq!(replace(json!([])).await, Vec::<String>::new());
        assert_eq!(replace(json!([rate("gte", 3.0)])).await, ["i7"]);
        let wrong = json!({"indicators": [named("i2", "率"), named("i7", "甲"), named("i7", "乙")]});
        let problem = caller.patch(REQUIREMENT, "*", &wrong).await.problem(422, "invalid");
        fixtures::assert_faults(&problem, &[("/indicators/0/id", "not_found"), ("/indicators/2/id", "duplicate")]);
        assert!(problem["errors"][0]["detail"].as_str().unwrap().contains("dg-2018.1.1.i7"), "{problem}");
        // Sent back as it is read, nothing changes.
        let read = caller.get(REQUIREMENT).await.ok();
        let same = caller.patch(REQUIREMENT, "*", &json!({"indicators": read.json()["indicators"]})).await.ok();
        assert_eq!((same.text(), same.etag()), (read.text(), read.etag()));
    }

    async fn every_comparator_is_kept(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let comparators = ["gte", "gt", "eq", "lte", "lt"];
        let all: Vec<Value> = comparators.iter().map(|comparator| indicator("率", comparator, 1.0, "次")).collect();
        app.coordinator().patch(REQUIREMENT, "*", &json!({"indicators": all})).await.ok();
        let shown = app.coordinator().get(REQUIREMENT).await.ok().json();
        assert_eq!(texts(shown["indicators"].as_array().unwrap(), "comparator"), comparators);
    }

    async fn numbers_are_kept_to_the_last_digit(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let caller = app.coordinator();
        let targets = [
            "0.1", "99.95", "1e-7", "-3.5", "1000000000000.0", "0.30000000000000004", "5.960464477539063e-8",
            "2.2250738585072014e-300", "123456.78901234567", "31.245270191439438", "51.24817837550540",
        ];
        for target in targets {
            let body = format!(
                r#"{{"indicators": [{{"name": "率", "comparator": "gte", "target": {target}, "unit": "%"}}]}}"#
            );
            let send = async |etag: &str| {
                let request = caller.request(reqwest::Method::PATCH, REQUIREMENT).header("If-Match", etag);
                let request = request.header("Content-Type", "application/json").body(body.clone());
                crate::support::Reply::to(request).await.ok()
            };
            let reply = send("*").await;
            let shown = caller.get(REQUIREMENT).await.ok();
            assert_eq!((shown.text(), shown.etag()), (reply.text(), reply.etag()));
            let written = format!("{:?}", target.parse::<f64>().unwrap());
            assert!(shown.text().contains(&format!("\"target\":{written},")), "{target}: {}", shown.text());
            // Said again, it is nothing new.
            assert_eq!(send(&reply.etag()).await.etag(), reply.etag());
        }
    }

    async fn appear_in_tables(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let change = json!({"indicators": [indicator("办理率", "gte", 80.0, "%")]});
        app.coordinator().patch(REQUIREMENT, "*", &change).await.ok();
        let path = "/api/v1/requirements?requirement=dg-2018.1.1&format=csv&fields=indicators";
        assert_eq!(app.coordinator().get(path).await.ok().text(), "indicators\r\n办理率 ≥ 80 %\r\n");
    }
}
