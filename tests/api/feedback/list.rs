//! `GET /feedback` and `GET /feedback/summary`

use serde_json::json;

use super::{FEEDBACK, give, on, publish, total, words};
use crate::support::{
    sample::{feedback::portal, reports::report},
    texts,
};

on_both! {
    async fn is_found_by_what_it_is_on(app: &TestApp) {
        let portal = portal(app, "portal");
        let cleared = report(app, "clear").await;
        let id = cleared.rsplit('/').next().unwrap().to_owned();
        let mut paths = Vec::new();
        for body in [words(5, "=1+1"), words(4, "好"), words(1, "不好"), on(&cleared, 2)] {
            let path = give(&portal, &body).await;
            publish(app, &path).await;
            paths.push(path);
        }
        give(&portal, &words(1, "待审")).await;
        let anybody = app.anonymous();
        let all = anybody.get(FEEDBACK).await.ok().json();
        let in_plan = all["items"].as_array().unwrap().iter().filter(|item| item["plan_id"] == "dg-2017").count();
        for (query, count) in [
            ("", 4), ("?rating=5&rating=4", 2), ("?requirement=dg-2017.17.3", 3), ("?unit=zwfwb", 1), ("?unit=czj", 0),
            ("?plan=dg-2017", in_plan as u64), (&format!("?report={id}"), 1), ("?status=published", 4), ("?status=pending", 0),
        ] {
            assert_eq!(total(&anybody, query).await, count, "{query}");
        }
        anybody.get(&format!("{FEEDBACK}?plan=dg-2016")).await.problem(400, "invalid_parameter");
        assert_eq!(total(&app.coordinator(), "").await, 5);
        let ids: Vec<String> = paths.iter().rev().map(|path| path.rsplit('/').next().unwrap().to_owned()).collect();
        assert_eq!(texts(&anybody.walk(&format!("{FEEDBACK}?limit=1")).await, "id"), ids);
        let summary = anybody.get(&format!("{FEEDBACK}/summary")).await.ok().json();
        assert_eq!((&summary["count"], &summary["mean"]), (&json!(4), &json!(3.0)));
        assert_eq!(summary["ratings"][0], json!({"rating": 1, "count": 1}));
        let of_requirement = anybody.get(&format!("{FEEDBACK}/summary?requirement=dg-2017.17.3")).await.ok().json();
        assert_eq!((&of_requirement["count"], &of_requirement["mean"]), (&json!(3), &json!(3.33)));
        let none = anybody.get(&format!("{FEEDBACK}/summary?rating=3")).await.ok().json();
        assert_eq!((&none["count"], none.get("mean")), (&json!(0), None));
        anybody.get(&format!("{FEEDBACK}?raiting=5")).await.problem(400, "unknown_parameter");
        anybody.get(&format!("{FEEDBACK}?report=x")).await.problem(400, "invalid_parameter");
        let csv = anybody.get(&format!("{FEEDBACK}?format=csv&rating=5")).await.ok().text();
        assert!(csv.contains(",'=1+1,2017-06-30,published"), "{csv}");
        let rows = app.coordinator().get(&format!("{FEEDBACK}?format=ndjson")).await.ok().text();
        assert_eq!(rows.lines().count(), 5);
    }
}
