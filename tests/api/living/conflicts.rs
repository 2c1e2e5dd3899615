//! What is refused for the state of things names the thing that is in the way.

use super::*;

/// A 409 whose detail names `thing`, whichever language is asked for.
fn named(reply: &Reply, thing: &str) {
    let id = thing.rsplit('/').next().unwrap();
    assert_eq!(reply.status, 409, "{}", reply.text());
    let problem = reply.json();
    assert!(problem["detail"].as_str().unwrap().contains(id), "{id}: {problem}");
    let is_linked = |one: &Value| one["id"] == id && one["href"].as_str().unwrap().ends_with(&format!("/{id}"));
    assert!(
        problem["conflicts"].as_array().unwrap().iter().any(is_linked),
        "{id}: {problem}"
    );
    let allowed = problem["allowed_actions"].as_array().map_or(0, Vec::len);
    assert_eq!(
        problem["links"].as_object().map_or(0, serde_json::Map::len),
        allowed,
        "{problem}"
    );
}

fn fixed(day: &str) -> Value {
    json!({"kind": "date", "due_on": day})
}

fn reminder(units: &[&str], obligations: &[&str]) -> Value {
    json!({
        "plan_id": "t-2017", "kind": "reminder", "level": "blue", "subject": "催办", "text": "请报送。", "units": units,
        "obligations": obligations, "reply_by": "2017-07-07"
    })
}

on_both! {
    async fn something_else_that_is_in_the_way_is_named(app: &TestApp) {
        let event = json!({"kind": "on_event", "event": "批准"});
        published(app, "t-2017", &[("hbj", fixed("2017-09-15")), ("hbj", fixed("2017-10-15")), ("hbj", event)]).await;
        let (reporter, boss) = (app.somebody("wang", "unit_reporter", Some("hbj")), app.somebody("boss", "coordinator", None));
        let (first, second, waiting) = ("t-2017.1.1.d1.hbj.2017", "t-2017.1.2.d1.hbj.2017", "t-2017.1.3.d1.hbj.waiting");

        let report = made(&reporter, REPORTS, &report_on(first)).await;
        named(&reporter.post(REPORTS, &report_on(first)).await, &report);
        named(&reporter.post(REPORTS, &report_on(waiting)).await, waiting);
        let asked = json!({"obligation_id": second, "requested_due_on": "2017-10-31", "reason": "理由", "progress": "进展"});
        let extension = made(&reporter, "/api/v1/extensions", &asked).await;
        named(&reporter.post("/api/v1/extensions", &asked).await, &extension);
        boss.step(&format!("/api/v1/obligations/{second}/exempt"), &json!({"reason": "划转"})).await.ok();
        named(&boss.step(&format!("{extension}/grant"), &json!({})).await, second);

        let notice = made(&boss, "/api/v1/notices", &reminder(&["hbj"], &[first])).await;
        let follows = |level: &str| {
            let mut body = reminder(&["hbj"], &[]);
            body["follows"] = json!(notice.rsplit('/').next());
            body["level"] = json!(level);
            body["reply_by"] = json!("2017-07-14");
            body
        };
        named(&boss.post("/api/v1/notices", &follows("yellow")).await, &notice);
        boss.step(&format!("{notice}/issue"), &json!({})).await.ok();
        named(&boss.post("/api/v1/notices", &follows("yellow")).await, &notice);
        named(&boss.post("/api/v1/notices", &reminder(&["hbj"], &[first])).await, &notice);
        let objection = json!({"notice_id": notice.rsplit('/').next(), "reason": "已报"});
        let review = made(&reporter, "/api/v1/second-reviews", &objection).await;
        named(&reporter.post("/api/v1/second-reviews", &objection).await, &review);
        let not_returned = json!({"progress_report_id": report.rsplit('/').next(), "reason": "已报"});
        named(&reporter.post("/api/v1/second-reviews", &not_returned).await, &report);

        named(&boss.delete("/api/v1/tasks/t-2017.1?reason=%E5%B9%B6%E5%85%A5", "*").await, "t-2017.1.1");
        named(&boss.post("/api/v1/plans", &json!({"id": "t-2017", "title": "方案", "year": 2017})).await, "t-2017");
        named(&boss.post("/api/v1/units", &json!({"code": "hbj", "name": "另一个局", "kind": "department"})).await, "hbj");
        named(&boss.delete("/api/v1/units/hbj", "*").await, "dg-2017.17.1");
        named(&boss.step("/api/v1/plans/t-2017/publish", &json!({})).await, "t-2017");
    }

    async fn a_closed_plan_is_named_whatever_it_stops(app: &TestApp) {
        published(app, "t-2017", &[("hbj", fixed("2017-09-15")), ("hbj", fixed("2017-10-15")), ("hbj", json!({"kind": "on_event", "event": "批准"}))]).await;
        let (reporter, boss) = (app.somebody("wang", "unit_reporter", Some("hbj")), app.somebody("boss", "coordinator", None));
        let (first, second) = ("t-2017.1.1.d1.hbj.2017", "t-2017.1.2.d1.hbj.2017");
        let report = made(&reporter, REPORTS, &report_on(first)).await;
        let asked = |id: &str| json!({"obligation_id": id, "requested_due_on": "2017-11-30", "reason": "理由", "progress": "进展"});
        let extension = made(&reporter, "/api/v1/extensions", &asked(first)).await;
        let notice = made(&boss, "/api/v1/notices", &reminder(&["hbj"], &[first])).await;
        boss.transition("/api/v1/plans/t-2017/close?accept_unfinished=true", "*").await.ok();
        for (caller, path, body) in [
            (&reporter, REPORTS.to_owned(), report_on(second)),
            (&reporter, format!("{report}/submit"), json!({})),
            (&reporter, "/api/v1/extensions".to_owned(), asked(second)),
            (&boss, format!("{extension}/grant"), json!({})),
            (&boss, format!("/api/v1/obligations/{second}/exempt"), json!({"reason": "划转"})),
            (&boss, "/api/v1/notices".to_owned(), reminder(&["hbj"], &[])),
            (&boss, format!("{notice}/issue"), json!({})),
            (&boss, "/api/v1/plans/t-2017/close".to_owned(), json!({})),
            (&boss, "/api/v1/deadlines/t-2017.1.3.d1/occurrences".to_owned(), json!({"happened_on": "2017-06-20", "due_on": "2017-07-10"})),
        ] {
            let request = caller.request(reqwest::Method::POST, &path).header("If-Match", "*").json(&body);
            named(&Reply::to(request).await, "t-2017");
        }
        for (path, body) in [
            ("/api/v1/plans/t-2017", json!({"title": "另一标题", "reason": "试"})),
            ("/api/v1/deadlines/t-2017.1.1.d1", json!({"phrase": "九月", "reason": "试"})),
            (notice.as_str(), json!({"text": "换一段"})),
            (report.as_str(), json!({"percent": 1})),
        ] {
            named(&boss_or(&boss, &reporter, path).patch(path, "*", &body).await, "t-2017");
        }
    }
}

/// Who may change it at all.
fn boss_or<'a>(boss: &'a Caller<'a>, reporter: &'a Caller<'a>, path: &str) -> &'a Caller<'a> {
    if path.starts_with(REPORTS) { reporter } else { boss }
}
