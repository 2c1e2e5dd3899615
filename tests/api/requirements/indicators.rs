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
        let ids = ["dg-2018.1.1.i1", "dg-2018.1.1.i2", "dg-2018.1.1.i3"];
        assert_eq!(texts(after["indicators"].as_array().unwrap(), "id"), ids);
        let second = json!([indicator("公众号", "gt", 30.0, "个")]);
        let after = caller.patch(REQUIREMENT, "*", &json!({"indicators": second})).await.ok().json();
        assert_eq!(after["indicators"], json!([
            {"id": "dg-2018.1.1.i1", "name": "公众号", "comparator": "gt", "target": 30.0, "unit": "个"}
        ]));
        assert_eq!(after["version"], 3);
        assert_eq!(caller.get(REQUIREMENT).await.ok().json(), after);
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
