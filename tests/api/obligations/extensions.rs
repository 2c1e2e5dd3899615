//! `/extensions`: due days that move, on the record. Today is 2017-06-30.

use serde_json::{Value, json};

use crate::support::{Caller, Reply, TestApp};

const OBLIGATION: &str = "dg-2017.2.1.d1.zdb.2017";

fn of_unit<'a>(app: &'a TestApp, subject: &str, role: &str, unit: &str) -> Caller<'a> {
    app.bearing(Some(app.token(subject, &[role], Some(unit), &[])))
}

fn request(until: &str) -> Value {
    json!({"obligation_id": OBLIGATION, "requested_due_on": until, "reason": "项目征地未完成", "progress": "已公开三批项目清单"})
}

async fn act(caller: &Caller<'_>, path: &str, action: &str, etag: &str, body: &Value) -> Reply {
    Reply::to(
        caller
            .request(reqwest::Method::POST, &format!("{path}/{action}"))
            .header("If-Match", etag)
            .json(body),
    )
    .await
}

fn path(reply: &Reply) -> String {
    format!("/api/v1/extensions/{}", reply.json()["id"].as_str().unwrap())
}

on_both! {
    async fn is_asked_by_the_unit_and_granted_to_another_day(app: &TestApp) {
        let reporter = of_unit(app, "wang", "unit_reporter", "zdb");
        let asked = reporter.post("/api/v1/extensions", &request("2018-02-16")).await.expect(201);
        assert_eq!(asked.json()["allowed_actions"], json!(["withdraw"]));
        reporter.post("/api/v1/extensions", &request("2018-03-31")).await.problem(409, "already_exists");
        let coordinator = app.coordinator();
        let seen = coordinator.get(&path(&asked)).await.ok();
        assert_eq!(seen.json()["allowed_actions"], json!(["grant", "refuse"]));
        let granted = act(&coordinator, &path(&asked), "grant", &seen.etag(), &json!({"due_on": "2018-02-28", "note": "春节后完成"})).await.ok().json();
        assert_eq!((granted["status"].as_str(), granted["granted_due_on"].as_str(), granted["due_on"].as_str()), (Some("granted"), Some("2018-02-28"), Some("2017-12-31")));
        let row = reporter.get(&format!("/api/v1/obligations/{OBLIGATION}?as_of=2018-02-13")).await.ok().json();
        assert_eq!((row["due_on"].as_str(), row["original_due_on"].as_str()), (Some("2018-02-28"), Some("2017-12-31")));
        // Across 春节: worked are the 14th, the 22nd to 24th (a Saturday, 调休) and the 26th to 28th.
        assert_eq!((row["overdue"].as_bool(), row["days_left"].as_i64(), row["working_days_left"].as_i64()), (Some(false), Some(15), Some(7)));
        act(&coordinator, &path(&asked), "grant", "*", &json!({})).await.problem(409, "wrong_state");
        // An amendment to a sooner day does not take back what was granted.
        let etag = coordinator.etag("/api/v1/deadlines/dg-2017.2.1.d1").await;
        let sooner = json!({"rule": {"kind": "date", "due_on": "2017-11-30"}, "reason": "提前"});
        coordinator.patch("/api/v1/deadlines/dg-2017.2.1.d1", &etag, &sooner).await.ok();
        let row = reporter.get(&format!("/api/v1/obligations/{OBLIGATION}")).await.ok().json();
        assert_eq!((row["due_on"].as_str(), row["original_due_on"].as_str()), (Some("2018-02-28"), Some("2017-11-30")));
    }

    async fn is_found_by_a_collective_that_its_unit_belongs_to(app: &TestApp) {
        let row = "/api/v1/obligations?unit=humen&period=2017Q3&limit=1";
        let obligation = app.coordinator().get(row).await.ok().json()["items"][0]["id"].clone();
        let humen = of_unit(app, "li", "unit_reporter", "humen");
        let request = json!({"obligation_id": obligation, "requested_due_on": "2018-12-31", "reason": "忙", "progress": "无"});
        let asked = humen.post("/api/v1/extensions", &request).await.expect(201).json();
        for (caller, total) in [(&app.coordinator(), 1), (&humen, 1), (&of_unit(app, "wang", "unit_reporter", "zdb"), 0)] {
            let found = caller.get("/api/v1/extensions?unit=各镇（街、园区）").await.ok().json();
            assert_eq!(found["total"], total);
            assert!(total == 0 || found["items"][0]["id"] == asked["id"]);
        }
        assert_eq!(app.coordinator().get("/api/v1/extensions?unit=zdb").await.ok().json()["total"], 0);
    }

    async fn only_one_at_a_time_is_offered_and_none_in_a_closed_plan(app: &TestApp) {
        let reporter = of_unit(app, "wang", "unit_reporter", "zdb");
        let offered = async || reporter.get(&format!("/api/v1/obligations/{OBLIGATION}")).await.ok().json()["allowed_actions"].clone();
        assert_eq!(offered().await, json!(["report", "request_extension"]));
        let asked = reporter.post("/api/v1/extensions", &request("2018-01-31")).await.expect(201);
        assert_eq!(offered().await, json!(["report"]));
        let draft = json!({"obligation_id": OBLIGATION, "summary": "已公开"});
        reporter.post("/api/v1/progress-reports", &draft).await.expect(201);
        assert_eq!(offered().await, json!([]));
        reporter.post("/api/v1/progress-reports", &draft).await.problem(409, "already_exists");
        let coordinator = app.coordinator();
        let etag = coordinator.etag("/api/v1/plans/dg-2017").await;
        coordinator.transition("/api/v1/plans/dg-2017/close", &etag).await.ok();
        let seen = coordinator.get(&path(&asked)).await.ok();
        assert_eq!(seen.json()["allowed_actions"], json!(["refuse"]), "what waits can be ended");
        let refused = act(&coordinator, &path(&asked), "grant", &seen.etag(), &json!({})).await.problem(409, "wrong_state");
        assert_eq!(refused["allowed_actions"], json!(["refuse"]));
        let row = coordinator.get(&format!("/api/v1/obligations/{OBLIGATION}")).await.ok();
        assert_eq!(row.json()["allowed_actions"], json!([]));
        act(&coordinator, &format!("/api/v1/obligations/{OBLIGATION}"), "exempt", &row.etag(), &json!({"reason": "划转"})).await.problem(409, "wrong_state");
    }

    async fn is_signed_first_where_the_plan_asks_for_it(app: &TestApp) {
        let coordinator = app.coordinator();
        let etag = coordinator.etag("/api/v1/plans/dg-2017").await;
        let settings = json!({"settings": {"unit_signoff": true}, "reason": "实行审签"});
        coordinator.patch("/api/v1/plans/dg-2017", &etag, &settings).await.ok();
        let asked = of_unit(app, "wang", "unit_reporter", "zdb").post("/api/v1/extensions", &request("2018-01-31")).await.expect(201);
        let path = path(&asked);
        act(&coordinator, &path, "grant", &asked.etag(), &json!({})).await.problem(409, "wrong_state");
        of_unit(app, "wang", "unit_approver", "zdb").transition(&format!("{path}/sign"), &asked.etag()).await.problem(403, "forbidden");
        of_unit(app, "zhao", "unit_approver", "humen").transition(&format!("{path}/sign"), &asked.etag()).await.problem(404, "not_found");
        let signed = of_unit(app, "zhao", "unit_approver", "zdb").transition(&format!("{path}/sign"), &asked.etag()).await.ok();
        assert_eq!(signed.json()["signed_by"], "zhao");
        let granted = act(&coordinator, &path, "grant", &signed.etag(), &json!({})).await.ok().json();
        assert_eq!(granted["granted_due_on"], "2018-01-31", "the day asked for");
    }

    async fn is_refused_with_a_reason_or_withdrawn(app: &TestApp) {
        let reporter = of_unit(app, "wang", "unit_reporter", "zdb");
        let coordinator = app.coordinator();
        let asked = reporter.post("/api/v1/extensions", &request("2018-01-31")).await.expect(201);
        act(&coordinator, &path(&asked), "refuse", &asked.etag(), &json!({})).await.problem(422, "invalid");
        let refused = act(&coordinator, &path(&asked), "refuse", &asked.etag(), &json!({"reason": "不宜延期"})).await.ok().json();
        assert_eq!((refused["status"].as_str(), refused["decision"].as_str()), (Some("refused"), Some("不宜延期")));
        let again = reporter.post("/api/v1/extensions", &request("2018-01-31")).await.expect(201);
        let withdrawn = reporter.transition(&format!("{}/withdraw", path(&again)), &again.etag()).await.ok().json();
        assert_eq!(withdrawn["status"], "withdrawn");
        assert_eq!(coordinator.get("/api/v1/extensions?status=refused&status=withdrawn").await.ok().json()["total"], 2);
        let row = reporter.get(&format!("/api/v1/obligations/{OBLIGATION}")).await.ok().json();
        assert_eq!(row["due_on"], "2017-12-31");
    }

    async fn is_asked_in_time_by_who_owes(app: &TestApp) {
        let reporter = of_unit(app, "wang", "unit_reporter", "zdb");
        let problem = reporter.post("/api/v1/extensions", &request("2017-12-31")).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], "/requested_due_on");
        // Another unit's obligation is as good as none.
        let other = of_unit(app, "li", "unit_reporter", "humen");
        let hidden = other.post("/api/v1/extensions", &request("2018-01-31")).await.problem(422, "invalid");
        let mut missing = request("2018-01-31");
        missing["obligation_id"] = json!("dg-2017.2.1.d1.zdb.1999");
        let missing = reporter.post("/api/v1/extensions", &missing).await.problem(422, "invalid");
        assert_eq!(hidden["errors"], missing["errors"]);
        app.coordinator().post("/api/v1/extensions", &request("2018-01-31")).await.problem(403, "forbidden");
        // Q1 has passed.
        let late = json!({"obligation_id": "dg-2017.1.1.d1.humen.2017Q1", "requested_due_on": "2017-09-30", "reason": "忙", "progress": "无"});
        other.post("/api/v1/extensions", &late).await.problem(409, "wrong_state");
        let asked = reporter.post("/api/v1/extensions", &request("2018-01-31")).await.expect(201);
        other.get(&path(&asked)).await.problem(404, "not_found");
        assert_eq!(other.get("/api/v1/extensions").await.ok().json()["total"], 0);
        assert_eq!(reporter.get("/api/v1/extensions").await.ok().json()["total"], 1);
    }
}
