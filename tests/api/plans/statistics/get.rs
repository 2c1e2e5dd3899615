//! `GET /plans/{id}/statistics`: what reports make of the figures and the ledger, also as of another day

use serde_json::{Value, json};

use crate::{
    reports::{Cast, OBLIGATION, REPORTS, act, obligation, path, report, report_on},
    support::{TestApp, texts},
};

async fn figures(app: &TestApp, as_of: &str) -> Value {
    let path = format!("/api/v1/plans/dg-2017/statistics?as_of={as_of}&group_by=unit");
    let reply = app.role("auditor").get(&path).await.ok().json();
    let group = reply["groups"]
        .as_array()
        .unwrap()
        .iter()
        .find(|group| group["key"] == "hbj");
    group.unwrap().clone()
}

fn at(app: &TestApp, instant: &str) {
    app.clock.set(instant.parse().unwrap());
}

on_both! {
    async fn on_time_late_and_missing_are_counted(app: &TestApp) {
        let before = figures(app, "2017-07-01").await;
        let cast = Cast::of(app);
        report(&cast, &["submit"]).await;
        let after = figures(app, "2017-07-01").await;
        for (figure, by) in [("reported", 1), ("on_time", 1), ("missing", -1), ("submitted", 1), ("open", -1), ("overdue", -1), ("expected", 0), ("total", 0)] {
            assert_eq!(after[figure].as_i64().unwrap() - before[figure].as_i64().unwrap(), by, "{figure}");
        }
        // One of the first quarter, today.
        let late = cast.reporter.post(REPORTS, &report_on("dg-2017.17.3.d2.hbj.2017Q1")).await.expect(201);
        act(&cast.reporter, &path(&late), "submit", "*", &json!({})).await.ok();
        let now = figures(app, "2017-07-01").await;
        assert_eq!(now["late"].as_i64().unwrap() - after["late"].as_i64().unwrap(), 1);
        let rate = now["reported"].as_f64().unwrap() / now["expected"].as_f64().unwrap();
        assert!((now["reporting_rate"].as_f64().unwrap() - rate).abs() < 1e-4, "{now}");
        let rows = app.role("auditor").walk("/api/v1/obligations?unit=hbj&timeliness=late").await;
        assert_eq!(texts(&rows, "id"), ["dg-2017.17.3.d2.hbj.2017Q1"]);
        let rows = app.role("auditor").walk("/api/v1/obligations?unit=hbj&state=submitted").await;
        assert_eq!(rows.len(), 2);
        // The public learns it the next day, and not where reviews stand.
        at(app, "2017-07-01T01:00:00Z");
        let public = app.anonymous().get("/api/v1/plans/dg-2017/statistics?as_of=2017-07-01").await.ok().json();
        assert_eq!((public["total"].get("submitted"), public["total"]["reported"].as_i64()), (None, Some(2)));
    }

    /// The figures of some units are those of their groups together, of any grouping, to whoever asks.
    async fn units_can_be_asked_for_alone(app: &TestApp) {
        let cast = Cast::of(app);
        report(&cast, &["submit", "accept"]).await;
        at(app, "2017-07-02T01:00:00Z");
        let path = "/api/v1/plans/dg-2017/statistics";
        let whole = |figures: &Value| ["total", "expected", "reported", "on_time", "missing", "red", "fulfilled"].map(|name| figures[name].as_i64().unwrap());
        for caller in [&app.role("auditor"), &app.anonymous(), &app.somebody("u", "unit_reporter", Some("humen"))] {
            for as_of in ["2017-06-30", "2017-07-02", "2017-12-31"] {
                let all = caller.get(&format!("{path}?as_of={as_of}")).await.ok().json();
                let of = |codes: &[&str]| {
                    let groups = all["groups"].as_array().unwrap().iter();
                    let groups = groups.filter(|group| codes.contains(&group["key"].as_str().unwrap()));
                    groups.map(&whole).reduce(|one, other| std::array::from_fn(|at| one[at] + other[at])).unwrap()
                };
                for (query, codes) in [("unit=hbj", &["hbj"][..]), ("unit=市环保局&unit=czj", &["hbj", "czj"])] {
                    for by in ["unit", "unit_kind", "role", "task", "heading", "period", "light"] {
                        let some = caller.get(&format!("{path}?as_of={as_of}&group_by={by}&{query}")).await.ok().json();
                        assert_eq!(whole(&some["total"]), of(codes), "{as_of} {query} {by}");
                    }
                    let series = caller.get(&format!("{path}/series?from={as_of}&to={as_of}&{query}")).await.ok().json();
                    assert_eq!(whole(&series["points"][0]["total"]), of(codes), "{as_of} {query}");
                }
                // A collective means its members.
                let towns = caller.get(&format!("{path}?as_of={as_of}&unit=zhenjie&group_by=unit_kind")).await.ok().json();
                let kinds = texts(towns["groups"].as_array().unwrap(), "key");
                assert_eq!(kinds, ["park", "subdistrict", "town"], "{as_of}");
            }
            for path in [format!("{path}?unit=nosuch"), format!("{path}/series?unit=nosuch")] {
                caller.get(&path).await.problem(400, "invalid_parameter");
            }
        }
    }

    async fn every_row_agrees_with_the_figures(app: &TestApp) {
        let cast = Cast::of(app);
        report(&cast, &["submit", "accept"]).await;
        let other = cast.reporter.post(REPORTS, &report_on("dg-2017.17.3.d2.hbj.2017Q1")).await.expect(201);
        act(&cast.reporter, &path(&other), "submit", "*", &json!({})).await.ok();
        act(&cast.coordinator, &path(&other), "return", "*", &json!({"reason": "请补充"})).await.ok();
        for as_of in ["2017-06-30", "2017-07-01", "2017-12-31"] {
            let rows = app.role("auditor").walk(&format!("/api/v1/obligations?unit=hbj&limit=200&as_of={as_of}")).await;
            let figures = figures(app, as_of).await;
            for (field, value, figure) in [
                ("state", "open", "open"), ("state", "returned", "returned"), ("state", "fulfilled", "fulfilled"), ("state", "not_open", "not_open"),
                ("light", "red", "red"), ("light", "yellow", "yellow"), ("light", "green", "green"), ("timeliness", "missing", "missing"),
            ] {
                let count = rows.iter().filter(|row| row[field] == value).count();
                assert_eq!(figures[figure].as_u64(), Some(count as u64), "{as_of} {field}={value}");
                let found = app.role("auditor").get(&format!("/api/v1/obligations?unit=hbj&as_of={as_of}&{field}={value}")).await.ok().json();
                assert_eq!(found["total"].as_u64(), Some(count as u64), "{as_of} {field}={value}");
            }
        }
    }

    async fn an_earlier_day_is_answered_as_it_was_known(app: &TestApp) {
        let cast = Cast::of(app);
        let path = report(&cast, &["submit"]).await;
        at(app, "2017-07-03T01:00:00Z");
        let cast = Cast::of(app);
        act(&cast.coordinator, &path, "return", "*", &json!({"reason": "请补充"})).await.ok();
        at(app, "2017-07-05T01:00:00Z");
        let cast = Cast::of(app);
        act(&cast.reporter, &path, "submit", "*", &json!({})).await.ok();
        act(&cast.coordinator, &path, "accept", "*", &json!({})).await.ok();
        at(app, "2017-07-10T01:00:00Z");
        let cast = Cast::of(app);
        let expected = [("2017-06-29", "open", "pending"), ("2017-06-30", "submitted", "on_time"), ("2017-07-02", "submitted", "on_time"),
                        ("2017-07-03", "returned", "missing"), ("2017-07-05", "fulfilled", "late"), ("2017-07-10", "fulfilled", "late")];
        for (day, state, timeliness) in expected {
            let row = obligation(app, day).await;
            assert_eq!((row["state"].as_str(), row["timeliness"].as_str()), (Some(state), Some(timeliness)), "{day}");
            let listed = app.role("auditor").get(&format!("/api/v1/obligations?unit=hbj&as_of={day}&state={state}&limit=200")).await.ok().json();
            assert!(texts(listed["items"].as_array().unwrap(), "id").contains(&OBLIGATION.to_owned()), "{day}");
        }
        assert_eq!(figures(app, "2017-07-04").await["returned"], 1);
        assert_eq!(figures(app, "2017-07-05").await["fulfilled"], 1);
        // The report itself, and the list of reports.
        for (day, status) in [("2017-06-30", "submitted"), ("2017-07-04", "returned"), ("2017-07-05", "accepted")] {
            assert_eq!(cast.reporter.get(&format!("{path}?as_of={day}")).await.ok().json()["status"], status, "{day}");
            let listed = cast.coordinator.get(&format!("{REPORTS}?as_of={day}&status={status}")).await.ok().json();
            assert_eq!(listed["total"], 1, "{day}");
        }
        cast.reporter.get(&format!("{path}?as_of=2017-06-29")).await.problem(404, "not_found");
    }

    async fn a_unit_that_moves_its_due_day_is_on_time_by_it_and_late_by_the_first(app: &TestApp) {
        let cast = Cast::of(app);
        let asked = json!({"obligation_id": OBLIGATION, "requested_due_on": "2017-07-31", "reason": "数据未审定", "progress": "已完成监测"});
        let extension = cast.reporter.post("/api/v1/extensions", &asked).await.expect(201).json();
        let path = format!("/api/v1/extensions/{}", extension["id"].as_str().unwrap());
        act(&cast.coordinator, &path, "grant", "*", &json!({"decision": "同意"})).await.ok();
        at(app, "2017-07-20T01:00:00Z");
        report(&Cast::of(app), &["submit", "accept"]).await;
        at(app, "2017-08-01T01:00:00Z");
        let row = obligation(app, "2017-08-01").await;
        assert_eq!((row["timeliness"].as_str(), row["original_due_on"].as_str()), (Some("on_time"), Some("2017-06-30")));
        let figures = figures(app, "2017-08-01").await;
        assert_eq!(figures["on_time"].as_i64().unwrap() - figures["original"]["on_time"].as_i64().unwrap(), 1);
    }

    async fn what_was_reported_survives_amendments(app: &TestApp) {
        let cast = Cast::of(app);
        report(&cast, &["submit"]).await;
        let coordinator = app.coordinator();
        let etag = coordinator.etag("/api/v1/requirements/dg-2017.17.3").await;
        coordinator.delete("/api/v1/requirements/dg-2017.17.3?reason=x", &etag).await.expect(204);
        assert_eq!(obligation(app, "2017-06-30").await["state"], "submitted");
    }
}
