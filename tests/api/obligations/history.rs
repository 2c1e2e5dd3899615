//! `GET /obligations/{id}/history` and `GET /extensions/{id}/history`: whole, and only for whom may see the thing

use serde_json::{Value, json};

use crate::support::{Caller, TestApp, database::sealed, fixtures::amendments, texts};

const OBLIGATION: &str = "/api/v1/obligations/dg-2017.2.1.d1.zdb.2017";

fn of_unit<'a>(app: &'a TestApp, role: &str, unit: &str) -> Caller<'a> {
    app.somebody(&format!("{role}-of-{unit}"), role, Some(unit))
}

async fn act(caller: &Caller<'_>, path: &str, body: &Value) {
    caller.step(path, body).await.ok();
}

/// Exempted, restored, and an extension asked for and granted. The path of the extension.
async fn some_history(app: &TestApp) -> String {
    let coordinator = app.coordinator();
    act(
        &coordinator,
        &format!("{OBLIGATION}/exempt"),
        &json!({"reason": "职责已划转"}),
    )
    .await;
    coordinator.transition(&format!("{OBLIGATION}/restore"), "*").await.ok();
    let request = json!({
        "obligation_id": "dg-2017.2.1.d1.zdb.2017", "requested_due_on": "2018-02-16", "reason": "征地未完成", "progress": "已公开三批"
    });
    let asked = of_unit(app, "unit_reporter", "zdb")
        .post("/api/v1/extensions", &request)
        .await
        .expect(201);
    let path = format!("/api/v1/extensions/{}", asked.json()["id"].as_str().unwrap());
    act(&coordinator, &format!("{path}/grant"), &json!({})).await;
    path
}

on_both! {
    async fn has_all_that_happened(app: &TestApp) {
        let extension = some_history(app).await;
        let unit = of_unit(app, "unit_reporter", "zdb");
        let page = unit.get(&format!("{OBLIGATION}/history")).await.ok().json();
        let items = page["items"].as_array().unwrap();
        let happened = ["obligation.exempted", "obligation.restored", "extension.requested", "extension.granted"];
        assert_eq!(texts(items, "event"), happened);
        assert_eq!((&page["total"], &items[0]["reason"]), (&json!(4), &json!("职责已划转")));
        assert_eq!((&items[2]["actor"], &items[2]["actor_unit"]), (&json!("unit_reporter-of-zdb"), &json!("zdb")));
        assert_eq!(items[3]["before"]["status"], "requested");
        assert_eq!(items[3]["after"]["status"], "granted");
        let page = unit.get(&format!("{extension}/history")).await.ok().json();
        assert_eq!(texts(page["items"].as_array().unwrap(), "event"), happened[2..]);
        let walked = unit.walk(&format!("{OBLIGATION}/history?limit=1")).await;
        assert_eq!(texts(&walked, "event"), happened);
        // The same entries that auditors see.
        sealed(&app.app).await;
        let walked = app.role("auditor").walk(&format!("{OBLIGATION}/history")).await;
        // Not to those who read no more of it: they could tell how much others do.
        let without = |items: &[Value]| items.iter().map(|item| (item["id"].clone(), item["seq"].is_null())).collect::<Vec<_>>();
        let told = unit.walk(&format!("{OBLIGATION}/history")).await;
        assert_eq!(without(&told), walked.iter().map(|item| (item["id"].clone(), true)).collect::<Vec<_>>());
        let table = unit.get(&format!("{OBLIGATION}/history?format=csv&fields=seq")).await.ok().text();
        assert!(!table.contains(|c: char| c.is_ascii_digit()), "{table}");
        for item in walked {
            let event = app.role("auditor").get(&format!("/api/v1/audit-events/{}", item["seq"])).await.ok().json();
            assert_eq!((&event["id"], &event["subject"]), (&item["id"], &item["subject"]));
        }
    }

    async fn is_for_whom_may_see_the_thing(app: &TestApp) {
        let extension = some_history(app).await;
        for path in [format!("{OBLIGATION}/history"), format!("{extension}/history")] {
            app.anonymous().get(&path).await.problem(401, "unauthenticated");
            app.role("secrecy_reviewer").get(&path).await.problem(403, "forbidden");
            for role in ["unit_reporter", "unit_approver"] {
                of_unit(app, role, "zdb").get(&path).await.ok();
                of_unit(app, role, "hbj").get(&path).await.problem(404, "not_found");
            }
            for role in ["coordinator", "inspector", "auditor", "admin"] {
                app.role(role).get(&path).await.ok();
            }
            app.coordinator().get(&format!("{path}?sort=at")).await.problem(400, "invalid_parameter");
        }
        for path in ["obligations/dg-2017.2.1.d1.zdb.2018", "obligations/x", "extensions/019a1b2c-3d4e-7f00-8000-000000000000", "extensions/x"] {
            app.coordinator().get(&format!("/api/v1/{path}/history")).await.problem(404, "not_found");
        }
    }

    /// Clocks of replicas differ: what happened first is what the log has first.
    async fn is_in_the_order_of_the_log_whatever_the_clocks_say(app: &TestApp) {
        let reason = json!({"reason": "职责已划转"});
        app.clock.set("2017-06-30T02:00:00Z".parse().unwrap());
        let behind = app.replica().await;
        behind.during(async |behind: &TestApp| {
            for title in ["一", "三"] {
                act(&app.coordinator(), &format!("{OBLIGATION}/exempt"), &reason).await;
                act(&behind.coordinator(), &format!("{OBLIGATION}/restore"), &json!({})).await;
                for (replica, title) in [(app, title.to_owned()), (behind, format!("{title}之后"))] {
                    let change = json!({"title": title, "reason": "更正"});
                    replica.coordinator().patch("/api/v1/plans/dg-2017", "*", &change).await.ok();
                }
            }
        }).await;
        for _ in 0..2 {
            let happened = ["obligation.exempted", "obligation.restored", "obligation.exempted", "obligation.restored"];
            for limit in [1, 3, 50] {
                let walked = app.coordinator().walk(&format!("{OBLIGATION}/history?limit={limit}")).await;
                assert_eq!(texts(&walked, "event"), happened);
                let walked = app.coordinator().walk(&format!("{OBLIGATION}/history?limit={limit}&sort=-seq")).await;
                assert_eq!(texts(walked.iter().rev(), "event"), happened);
                let walked = app.coordinator().walk(&format!("/api/v1/plans/dg-2017/amendments?limit={limit}")).await;
                let titles = walked.iter().map(|item| item["after"]["title"].as_str().unwrap());
                assert_eq!(titles.collect::<Vec<_>>(), ["三之后", "三", "一之后", "一"]);
            }
            // And once each has its number.
            sealed(&app.app).await;
        }
        let feed = app.role("auditor").walk("/api/v1/audit-events?subject=dg-2017&event=plan.updated").await;
        let walked = app.role("auditor").walk("/api/v1/plans/dg-2017/amendments?sort=seq").await;
        assert_eq!(walked.iter().map(|item| &item["seq"]).collect::<Vec<_>>(), feed.iter().map(|item| &item["seq"]).collect::<Vec<_>>());
    }

    /// An exemption has a reason, and is no change of the plan.
    async fn is_not_among_amendments(app: &TestApp) {
        some_history(app).await;
        assert_eq!(amendments(app, "dg-2017").await, 0);
    }
}
