//! A unit that was made by mistake, or with facts that it never had: what it owes by them goes again, unless somebody has begun it.

use serde_json::{Value, json};

use crate::support::{Caller, TestApp, fixtures::everything};

const UNIT: &str = "/api/v1/units/cuozhen0";

/// Makes a town, which owes what all towns of the city owe: things of this year that were due long ago too.
async fn town(app: &TestApp, n: usize) -> String {
    let code = format!("cuozhen{n}");
    let new =
        json!({"code": code, "name": format!("误建{n}镇"), "kind": "town", "region_code": format!("44190099{n}")});
    app.coordinator().post("/api/v1/units", &new).await.expect(201);
    assert!(owes(app, n, "").await > owes(app, n, "&overdue=true").await && owes(app, n, "&overdue=true").await > 0);
    format!("/api/v1/units/{code}")
}

async fn owes(app: &TestApp, n: usize, which: &str) -> u64 {
    let path = format!("/api/v1/obligations?unit=cuozhen{n}&limit=1{which}");
    app.role("auditor").get(&path).await.ok().json()["total"]
        .as_u64()
        .unwrap()
}

async fn overdue(app: &TestApp, n: usize) -> String {
    first(app, &format!("unit=cuozhen{n}&overdue=true")).await
}

async fn open(app: &TestApp, n: usize) -> String {
    first(app, &format!("unit=cuozhen{n}&overdue=false&state=open")).await
}

/// One can ask for more time only while there is some.
async fn thing_for(app: &TestApp, n: usize, what: &str) -> String {
    if what == "asks" {
        open(app, n).await
    } else {
        overdue(app, n).await
    }
}

async fn first(app: &TestApp, which: &str) -> String {
    let path = format!("/api/v1/obligations?{which}&limit=1");
    let page = app.role("auditor").get(&path).await.ok().json();
    page["items"][0]["id"].as_str().unwrap().to_owned()
}

async fn amend(app: &TestApp, change: Value) {
    app.coordinator().patch(UNIT, "*", &change).await.ok();
}

/// What can be done about a thing of the unit's.
async fn does(app: &TestApp, n: usize, what: &str) {
    let thing = thing_for(app, n, what).await;
    let coordinator = app.coordinator();
    let reporter: Caller<'_> = app.somebody("he", "unit_reporter", Some(&format!("cuozhen{n}")));
    match what {
        "exempts" => drop(
            coordinator
                .step(
                    &format!("/api/v1/obligations/{thing}/exempt"),
                    &json!({"reason": "误建"}),
                )
                .await
                .ok(),
        ),
        "reports" => drop(
            reporter
                .post(
                    "/api/v1/progress-reports",
                    &json!({"obligation_id": thing, "summary": "进展"}),
                )
                .await
                .expect(201),
        ),
        _ => drop(
            reporter
                .post(
                    "/api/v1/extensions",
                    &json!({"obligation_id": thing, "reason": "新设单位", "progress": "尚未开始", "requested_due_on": "2017-12-29"}),
                )
                .await
                .expect(201),
        ),
    }
}

on_both! {
    async fn is_deleted_with_what_it_was_given(app: &TestApp) {
        let figures = async || app.role("auditor").get("/api/v1/plans/dg-2017/statistics").await.ok().json()["total"].clone();
        let (before, counted) = (everything(app).await, figures().await);
        town(app, 0).await;
        assert_ne!(figures().await, counted);
        let last = app.role("auditor").walk("/api/v1/audit-events?event=unit.created&subject=cuozhen0").await;
        assert_eq!(last.len(), 1);
        app.coordinator().delete(UNIT, "*").await.expect(204);
        app.coordinator().get(UNIT).await.problem(404, "not_found");
        assert_eq!((everything(app).await, figures().await), (before, counted));
        let logged = app.role("auditor").walk("/api/v1/audit-events?event=unit.deleted&subject=cuozhen0").await;
        assert_eq!(logged.len(), 1);
        // Made again, it owes again.
        town(app, 0).await;
    }

    async fn is_kept_once_somebody_has_done_anything_with_it(app: &TestApp) {
        for (n, what) in ["exempts", "reports", "asks"].into_iter().enumerate() {
            let path = town(app, n).await;
            let thing = thing_for(app, n, what).await;
            does(app, n, what).await;
            let before = owes(app, n, "").await;
            let problem = app.coordinator().delete(&path, "*").await.problem(409, "in_use");
            assert!(problem["detail"].as_str().unwrap().contains(&thing), "{problem}");
            assert_eq!(owes(app, n, "").await, before, "{what}");
        }
    }

    async fn owes_nothing_of_before_it_existed(app: &TestApp) {
        town(app, 0).await;
        let later = owes(app, 0, "").await - owes(app, 0, "&overdue=true").await;
        amend(app, json!({"valid_from": "2017-06-30"})).await;
        assert_eq!((owes(app, 0, "").await, owes(app, 0, "&overdue=true").await), (later, 0));
        // What somebody has begun stays, however the days of the unit change.
        amend(app, json!({"valid_from": null})).await;
        assert!(owes(app, 0, "&overdue=true").await > 1, "corrected back, it owes again");
        does(app, 0, "reports").await;
        amend(app, json!({"valid_from": "2017-06-30"})).await;
        assert_eq!(owes(app, 0, "&overdue=true").await, 1);
    }

    async fn owes_nothing_by_a_kind_or_region_that_was_a_slip(app: &TestApp) {
        town(app, 0).await;
        for (wrong, right) in [
            (json!({"kind": "other"}), json!({"kind": "town"})),
            (json!({"region_code": "440100990"}), json!({"region_code": "441900990"})),
        ] {
            let before = owes(app, 0, "").await;
            amend(app, wrong).await;
            assert_eq!(owes(app, 0, "").await, 0);
            amend(app, right).await;
            assert_eq!(owes(app, 0, "").await, before);
        }
    }

    async fn that_has_worked_keeps_its_past_through_a_reform(app: &TestApp) {
        town(app, 0).await;
        let before = owes(app, 0, "&overdue=true").await;
        does(app, 0, "reports").await;
        amend(app, json!({"kind": "other"})).await;
        assert_eq!(owes(app, 0, "&overdue=true").await, before);
    }
}
