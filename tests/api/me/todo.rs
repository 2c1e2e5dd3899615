//! `GET /me/todo`: what waits for somebody. `living` holds it against a model over random histories; here are what that
//! does not reach: open questions, many, and who is not asked. Today is 2017-06-30.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    reports::{REPORTS, act, report_on},
    support::{Caller, Reply, TestApp, database::execute, texts},
};

const TODO: &str = "/api/v1/me/todo";

fn reporter<'a>(app: &'a TestApp, scopes: &[&str]) -> Caller<'a> {
    app.bearing(Some(app.token("wang", &["unit_reporter"], Some("hbj"), scopes)))
}

/// What waits of a kind.
async fn of_kind(caller: &Caller<'_>, kind: &str) -> Vec<Value> {
    caller.walk(&format!("{TODO}?kind={kind}")).await
}

on_both! {
    async fn leads_from_a_due_obligation_to_a_report_that_is_mended(app: &TestApp) {
        let caller = reporter(app, &[]);
        let due = of_kind(&caller, "obligation_to_report").await;
        let row = due.iter().find(|row| row["thing"]["id"] == "dg-2017.17.3.d2.hbj.2017Q2").unwrap();
        assert_eq!((&row["until_on"], &row["overdue"], &row["action"]), (&json!("2017-06-30"), &json!(false), &json!("report")));
        let link = &row["links"]["report"];
        assert_eq!(link, &json!({"method": "POST", "path": "/api/v1/progress-reports"}));
        let report = report_on("dg-2017.17.3.d2.hbj.2017Q2");
        let made = caller.post(link["path"].as_str().unwrap(), &report).await.expect(201);
        let path = made.header("location").to_owned();
        let ids = |rows: &[Value]| texts(&rows.iter().map(|row| row["thing"].clone()).collect::<Vec<_>>(), "id");
        assert!(!ids(&of_kind(&caller, "obligation_to_report").await).contains(&"dg-2017.17.3.d2.hbj.2017Q2".to_owned()));
        let draft = of_kind(&caller, "report_to_finish").await;
        let submit = draft[0]["links"]["submit"]["path"].as_str().unwrap();
        caller.transition(submit, "*").await.ok();
        let boss = app.coordinator();
        let review = of_kind(&boss, "report_to_review").await;
        assert!(review[0]["href"].is_null() && review[0]["thing"]["href"].as_str().unwrap().ends_with(&path), "{review:?}");
        act(&boss, &path, "return", "*", &json!({"reason": "数据未核对"})).await.ok();
        let mend = of_kind(&caller, "report_to_mend").await;
        assert_eq!((&mend[0]["reason"], &mend[0]["action"]), (&json!("数据未核对"), &json!("submit")));
    }

    async fn asks_coordinators_what_a_plan_leaves_open(app: &TestApp) {
        let boss = app.coordinator();
        assert!(of_kind(&boss, "deadline_to_settle").await.is_empty());
        let undecided = json!({"rule": {"kind": "undecided"}, "reason": "待研究"});
        boss.patch("/api/v1/deadlines/dg-2017.2.1.d1", "*", &undecided).await.ok();
        let open = of_kind(&boss, "deadline_to_settle").await;
        let step = &open[0]["links"]["update"];
        assert_eq!(step, &json!({"method": "PATCH", "path": "/api/v1/deadlines/dg-2017.2.1.d1"}));
        assert_eq!(open[0]["title"], "12月底");
        let settled = json!({"rule": {"kind": "date", "due_on": "2017-11-30"}, "reason": "已定"});
        boss.patch(step["path"].as_str().unwrap(), "*", &settled).await.ok();
        assert!(of_kind(&boss, "deadline_to_settle").await.is_empty());
    }

    async fn is_nobodys_without_a_right_to_act(app: &TestApp) {
        app.anonymous().get(TODO).await.problem(401, "unauthenticated");
        app.role("portal").get(TODO).await.problem(403, "forbidden");
        app.bearing(Some(app.token("a", &["unit_reporter"], None, &[]))).get(TODO).await.problem(403, "forbidden");
        // Who reads everything and does nothing, and a token that only reads.
        for caller in [app.role("auditor"), reporter(app, &["read"])] {
            let page = caller.get(TODO).await.ok().json();
            assert_eq!(page, json!({"items": [], "total": 0, "counts": []}));
        }
    }

    async fn is_polled_without_cost_while_nothing_changes(app: &TestApp) {
        let caller = reporter(app, &[]);
        let reply = caller.get(&format!("{TODO}?limit=1")).await.ok();
        let tag = reply.etag();
        let counts = reply.json()["counts"].clone();
        assert_eq!(texts(counts.as_array().unwrap(), "kind"), ["obligation_to_report"]);
        let again = || Reply::to(caller.request(reqwest::Method::GET, &format!("{TODO}?limit=1")).header("If-None-Match", &tag));
        assert_eq!(again().await.status, 304);
        caller.post(REPORTS, &report_on("dg-2017.17.3.d2.hbj.2017Q2")).await.expect(201);
        assert_eq!(again().await.status, 200);
    }

    /// Beyond what is counted, pages go on.
    async fn goes_on_where_counting_ends(app: &TestApp) {
        execute(&app.config,
            "insert into obligation (id, plan_id, task_number, requirement_id, deadline_id, unit, unit_kind, period, rule_kind,
                                     opens_on, due_on, original_due_on, sort_on, created_on, version)
             with recursive n (i) as (select 1 union all select i + 1 from n where i < 700)
             select 'dg-2017.17.3.d1.hbj.x' || cast(i as text), 'dg-2017', 17, 'dg-2017.17.3', 'dg-2017.17.3.d1', 'hbj', 'department',
                    'x' || cast(i as text), 'date', '2017-01-01', '2017-06-29', '2017-06-29', '2017-06-29', '2017-01-01', 1
             from n").await;
        let caller = reporter(app, &[]);
        let first = caller.get(&format!("{TODO}?limit=1&overdue=true&until_to=2017-06-29")).await.ok().json();
        assert_eq!((&first["total_at_least"], first.get("total")), (&json!(500), None));
        assert_eq!(first["counts"][0]["more"], true);
        for sort in ["until_on", "-until_on", "id", "-id", "until_on,-id"] {
            let rows = caller.walk(&format!("{TODO}?limit=150&sort={sort}&kind=obligation_to_report")).await;
            let ids: BTreeSet<String> = texts(&rows, "id").into_iter().collect();
            assert_eq!(ids.len(), rows.len(), "{sort}");
            let made = ids.iter().filter(|id| id.contains(".hbj.x")).count();
            assert_eq!(made, 700, "{sort}");
        }
        let csv = caller.get(&format!("{TODO}?format=csv&kind=obligation_to_report")).await.ok().text();
        assert!(csv::Reader::from_reader(csv.as_bytes()).records().count() > 700);
    }
}
