//! `GET /plans/{id}/statistics/series` and `GET /plans/{id}/trend.svg`

use serde_json::Value;

use crate::{
    reports::{Cast, report},
    support::Caller,
};

const PLAN: &str = "/api/v1/plans/dg-2017";

/// Each point is what the statistics of that day are.
async fn agrees(caller: &Caller<'_>, query: &str, group_by: &str) -> Value {
    let series = caller
        .get(&format!("{PLAN}/statistics/series?{query}"))
        .await
        .ok()
        .json();
    let points = series["points"].as_array().unwrap();
    assert!(points.len() > 2, "{series}");
    for point in points {
        let as_of = point["as_of"].as_str().unwrap();
        let path = format!("{PLAN}/statistics?as_of={as_of}&group_by={group_by}");
        let alone = caller.get(&path).await.ok().json();
        for member in ["total", "known_on", "calendar"] {
            assert_eq!(point.get(member), alone.get(member), "{as_of} {member}");
        }
        if query.contains("group_by") {
            assert_eq!(point["groups"], alone["groups"], "{as_of}");
        } else {
            assert_eq!(point.get("groups"), None);
        }
    }
    series
}

on_both! {
    async fn each_point_is_what_the_statistics_of_that_day_are(app: &TestApp) {
        report(&Cast::of(app), &["submit", "return"]).await;
        app.clock.set("2017-07-20T01:00:00Z".parse().unwrap());
        for (caller, told) in [(app.coordinator(), "7"), (app.anonymous(), "0")] {
            agrees(&caller, "from=2017-05-10&to=2017-09-15", "light").await;
            let weeks = agrees(&caller, "from=2017-06-26&to=2017-07-25&step=week&group_by=unit_kind", "unit_kind").await;
            let last = &weeks["points"].as_array().unwrap()[4];
            assert_eq!((last["as_of"].as_str(), last["known_on"].is_null()), (Some("2017-07-25"), told == "7"));
        }
        // By default: from the plan's first day until today, by month.
        let series = app.coordinator().get(&format!("{PLAN}/statistics/series")).await.ok().json();
        let days: Vec<&str> = series["points"].as_array().unwrap().iter().map(|point| point["as_of"].as_str().unwrap()).collect();
        assert_eq!((days.len(), days[0], days[6]), (7, "2017-01-31", "2017-07-20"));
    }

    async fn it_can_be_drawn(app: &TestApp) {
        let path = format!("{PLAN}/trend.svg?to=2017-06-30");
        let drawn = app.coordinator().get(&path).await.ok();
        assert_eq!(drawn.header("content-type"), "image/svg+xml");
        let total = app.coordinator().get(&format!("{PLAN}/statistics?as_of=2017-06-30")).await.ok().json()["total"].clone();
        for (word, figure) in [("应报 expected", "expected"), ("已报 reported", "reported"), ("按时 on time", "on_time"), ("逾期 overdue", "overdue")] {
            let shown = format!("{word} {}<", total[figure]);
            assert!(drawn.text().contains(&shown), "{shown}: {}", drawn.text());
        }
        app.anonymous().get("/api/v1/plans/dg-1999/trend.svg").await.problem(404, "not_found");
        for (wrong, parameter) in [("from=2017-07-01&to=2017-06-30", "to"), ("from=1990-01-01&step=week", "from")] {
            for what in ["statistics/series", "trend.svg"] {
                let problem = app.anonymous().get(&format!("{PLAN}/{what}?{wrong}")).await.problem(400, "invalid_parameter");
                assert_eq!(problem["errors"][0]["parameter"], parameter, "{problem}");
            }
        }
    }
}
