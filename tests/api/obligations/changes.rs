//! What amendments, and units that come and go, do to the ledger. Today is 2017-06-30.

use serde_json::{Value, json};

use crate::support::{TestApp, texts};

async fn ids(app: &TestApp, query: &str) -> Vec<String> {
    texts(
        &app.role("auditor")
            .walk(&format!("/api/v1/obligations?limit=200&{query}"))
            .await,
        "id",
    )
}

on_both! {
    async fn a_unit_that_joins_in_october_owes_from_then_on(app: &TestApp) {
        let owed = ids(app, "unit=binhaiwan&requirement=dg-2017.1.1").await;
        assert_eq!(owed, ["dg-2017.1.1.d1.binhaiwan.2017Q4"], "it exists from 2017-10-01");
        let others = ids(app, "unit=songshanhu&requirement=dg-2017.1.1").await;
        assert_eq!(others.len(), 4);
    }

    /// Who follows the ledger is told the rows of the requirement that was amended, and no others.
    async fn an_amended_requirement_is_told_with_its_rows(app: &TestApp) {
        let (boss, auditor) = (app.coordinator(), app.role("auditor"));
        let follow = async |mark: &Value| {
            let mark = mark.as_str().unwrap();
            let page = auditor.get(&format!("/api/v1/obligations?limit=200&changed_since={mark}")).await.ok().json();
            (texts(page["items"].as_array().unwrap(), "id"), page["changes"].clone())
        };
        let (_, start) = follow(&json!("start")).await;
        assert_eq!(start["complete"], true);

        let owed = ids(app, "requirement=dg-2017.17.3").await;
        let amendment = json!({"text": "改过的要求。", "reason": "更正"});
        boss.patch("/api/v1/requirements/dg-2017.17.3", "*", &amendment).await.ok();
        let (told, changed) = follow(&start["mark"]).await;
        assert_eq!(told, owed, "what was owed stays as it was");
        assert!(!owed.is_empty());
        assert_eq!((&changed["complete"], &changed["gone"]), (&json!(false), &json!([])));

        let owed = ids(app, "requirement=dg-2017.12.1").await;
        boss.delete("/api/v1/requirements/dg-2017.12.1?reason=%E5%B9%B6%E5%85%A5", "*").await.expect(204);
        let (mut told, deleted) = follow(&changed["mark"]).await;
        assert_eq!(deleted["complete"], false);
        let gone = deleted["gone"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned());
        let gone: Vec<String> = gone.collect();
        assert!(!gone.is_empty(), "what is not owed any more");
        told.extend(gone);
        assert!(owed.iter().all(|id| told.contains(id)) && !owed.is_empty(), "{told:?}");
        // What has not been sealed since is told again.
        let amended = |id: &String| id.starts_with("dg-2017.17.3.") || id.starts_with("dg-2017.12.1.");
        assert!(told.iter().all(amended), "{told:?}");
    }

    async fn a_unit_that_leaves_keeps_what_is_past(app: &TestApp) {
        let coordinator = app.coordinator();
        let before = ids(app, "unit=lyj").await;
        let etag = coordinator.etag("/api/v1/units/ygdw").await;
        let periods = json!({"periods": [{"valid_to": "2017-08-31"}]});
        coordinator.put("/api/v1/units/ygdw/members/lyj", &etag, &periods).await.ok();
        let after = ids(app, "unit=lyj").await;
        let gone: Vec<&String> = before.iter().filter(|id| !after.contains(id)).collect();
        assert!(!gone.is_empty() && gone.iter().all(|id| !id.ends_with("2017Q1") && !id.ends_with("2017Q2")), "{gone:?}");
        let etag = coordinator.etag("/api/v1/units/ygdw").await;
        coordinator.put("/api/v1/units/ygdw/members/lyj", &etag, &json!({"periods": [{}]})).await.ok();
        assert_eq!(ids(app, "unit=lyj").await, before, "back again, back in the ledger");
    }

    async fn a_unit_that_is_succeeded_hands_over_what_is_open(app: &TestApp) {
        let coordinator = app.coordinator();
        let heir = json!({"code": "wglj", "name": "市文广旅体局", "kind": "department", "valid_from": "2017-08-01"});
        coordinator.post("/api/v1/units", &heir).await.expect(201);
        let etag = coordinator.etag("/api/v1/units/lyj").await;
        let end = json!({"valid_to": "2017-07-31", "successors": ["wglj"]});
        coordinator.patch("/api/v1/units/lyj", &etag, &end).await.ok();
        let owed = ids(app, "requirement=dg-2017.6.6&rule_kind=recurring").await;
        let expected = ["lyj.2017Q1", "lyj.2017Q2", "wglj.2017Q3", "wglj.2017Q4"].map(|end| format!("dg-2017.6.6.d2.{end}"));
        assert_eq!(owed, expected);
    }

    async fn an_amended_deadline_moves_what_is_open(app: &TestApp) {
        let coordinator = app.coordinator();
        let etag = coordinator.etag("/api/v1/deadlines/dg-2017.2.1.d1").await;
        let sooner = json!({"phrase": "11月底", "rule": {"kind": "date", "due_on": "2017-11-30"}, "reason": "提前完成"});
        coordinator.patch("/api/v1/deadlines/dg-2017.2.1.d1", &etag, &sooner).await.ok();
        let row = app.role("auditor").get("/api/v1/obligations/dg-2017.2.1.d1.zdb.2017").await.ok().json();
        assert_eq!((row["due_on"].as_str(), row.get("original_due_on")), (Some("2017-11-30"), None));
        // A past one is history.
        let etag = coordinator.etag("/api/v1/deadlines/dg-2017.32.1.d1").await;
        let later = json!({"rule": {"kind": "date", "due_on": "2017-09-30"}, "reason": "延后"});
        coordinator.patch("/api/v1/deadlines/dg-2017.32.1.d1", &etag, &later).await.ok();
        let row = app.role("auditor").get("/api/v1/obligations/dg-2017.32.1.d1.humen.2017").await.ok().json();
        assert_eq!(row["due_on"], "2017-03-31");
    }

    async fn a_requirement_that_is_removed_leaves_its_past(app: &TestApp) {
        let coordinator = app.coordinator();
        let etag = coordinator.etag("/api/v1/requirements/dg-2017.12.1").await;
        coordinator.delete("/api/v1/requirements/dg-2017.12.1?reason=%E5%B9%B6%E5%85%A5%E5%85%B6%E4%BB%96", &etag).await.expect(204);
        let owed = ids(app, "requirement=dg-2017.12.1").await;
        assert_eq!(owed, ["dg-2017.12.1.d1.gzw.2017Q1"], "2017Q2 falls due today and was open");
    }

    async fn publishing_fills_the_ledger_by_the_plans_settings(app: &TestApp) {
        let coordinator = app.coordinator();
        let plan = json!({
            "id": "t-2017", "title": "试点方案", "year": 2017, "period_from": "2017-02-01", "period_to": "2017-11-15",
            "settings": {"obligations_from": "2017-02-01", "reporting_cadence": "half_year", "rollover": "next_working_day"},
            "tasks": [{"title": "任务", "requirements": [{"text": "要求", "units": [{"code": "czj"}], "deadlines": [
                {"phrase": "全年", "rule": {"kind": "year_round"}},
                {"phrase": "9月30日前", "rule": {"kind": "date", "due_on": "2017-09-30"}},
                {"phrase": "10月1日前", "rule": {"kind": "date", "due_on": "2017-10-01"}}
            ]}]}]
        });
        coordinator.post("/api/v1/plans", &plan).await.expect(201);
        assert!(ids(app, "plan=t-2017").await.is_empty(), "a draft owes nothing");
        let etag = coordinator.etag("/api/v1/plans/t-2017").await;
        coordinator.transition("/api/v1/plans/t-2017/publish", &etag).await.ok();
        let rows = app.role("auditor").walk("/api/v1/obligations?plan=t-2017").await;
        let due: Vec<(&str, &str)> = rows.iter().map(|row| (row["period"].as_str().unwrap(), row["due_on"].as_str().unwrap())).collect();
        // 09-30 is a Saturday that is worked; 10-01 rolls over the holidays; the last half year ends with the plan.
        assert_eq!(due, [("2017H1", "2017-06-30"), ("2017", "2017-09-30"), ("2017", "2017-10-09"), ("2017H2", "2017-11-15")]);
    }
}
